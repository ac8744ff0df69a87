//! Data, a layer and a loss of one's own in the loop of this crate: is a rotated digit a 6 or a 4?
//! Then the same training, interrupted and resumed from bytes: the same weights, to the bit.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use schur_data::{Dataset, Pictures, Stream};
use schur_nn::{Checkpoint, EquivariantConvConfig, Field, FieldType, GroupPool, Layer, NnError};
use schur_train::{Examples, Objective, Result, Tally, TrainConfig, Trainer};

/// Data: images, and +1 for a 6, -1 for a 4.
struct Digits(Dataset);

impl Examples for Digits {
    type Batch = (Tensor<4>, Tensor<2>);

    fn len(&self) -> usize {
        self.0.len()
    }

    fn batch(&self, indices: &[usize], device: &Device) -> Result<Self::Batch> {
        let pixels = indices
            .iter()
            .flat_map(|&i| self.0.image(i).to_vec())
            .collect::<Vec<f32>>();
        let sign = |&i: &usize| if self.0.labels[i] == 6 { 1.0 } else { -1.0 };
        let signs = indices.iter().map(sign).collect::<Vec<f32>>();
        let images = TensorData::new(pixels, [indices.len(), 1, 28, 28]);
        let signs = TensorData::new(signs, [indices.len(), 1]);
        Ok((
            Tensor::from_data(images, device),
            Tensor::from_data(signs, device),
        ))
    }
}

/// A layer: `x / (1 + exp(-s x))` with a slope `s` that is learned, equivariant where the group
/// permutes the channels.
#[derive(Module, Debug)]
struct Swish {
    slope: Param<Tensor<1>>,
    #[module(skip)]
    of: FieldType,
}

impl Layer for Swish {
    fn name(&self) -> String {
        "swish".to_string()
    }

    fn input_type(&self) -> &FieldType {
        &self.of
    }

    fn output_type(&self) -> &FieldType {
        &self.of
    }

    fn forward(&self, field: Field) -> std::result::Result<Field, NnError> {
        field.map(&self.of, |x| {
            let gate = (self.slope.val().unsqueeze() * x.clone()).neg().exp() + 1.0;
            x / gate
        })
    }
}

/// A loss: the squared hinge. The score is the accuracy.
struct Hinge;

impl<L: Layer + Module> Objective<L> for Hinge {
    type Batch = (Tensor<4>, Tensor<2>);

    fn judge(&self, network: &L, (images, signs): Self::Batch) -> Result<(Tensor<1>, Tally)> {
        let answers = network.forward(Field::from_tensor(images, network.input_type())?)?;
        let margins = answers.to_tensor().mean_dims(&[2, 3]).reshape([-1, 1]) * signs;
        let right = margins
            .clone()
            .greater_elem(0.0)
            .int()
            .sum()
            .into_scalar::<i64>();
        let tally = Tally::share(right as f64, margins.dims()[0] as f64);
        Ok(((margins.neg() + 1.0).clamp_min(0.0).square().mean(), tally))
    }

    fn score_name(&self) -> &str {
        "accuracy"
    }
}

/// The training before its first step: four epochs.
fn begin() -> std::result::Result<Trainer<impl Layer + Module, Hinge>, Box<dyn std::error::Error>> {
    let device = Device::flex();
    let types = [
        "C4: 1 trivial",
        "C4: 6 regular",
        "C4: 8 regular",
        "C4: 1 regular",
    ];
    let [image, first, second, last] = types.map(FieldType::parse);
    let (image, first, second, last) = (image?, first?, second?, last?);
    let swish = |of: &FieldType| Swish {
        slope: Param::from_tensor(Tensor::ones([1], &device)),
        of: of.clone(),
    };
    let conv = |from, to, size, seed| {
        EquivariantConvConfig::new(from, to, size)
            .with_stride(2)
            .with_seed(seed)
            .init(&device)
    };
    let network = (
        (conv(&image, &first, 5, 1)?, swish(&first)),
        (conv(&first, &second, 4, 2)?, swish(&second)),
        (conv(&second, &last, 5, 3)?, GroupPool::new(&last)?),
    );
    let settings = TrainConfig {
        epochs: 4,
        batch: 32,
        learning_rate: 0.005,
        ..Default::default()
    };
    Ok(Trainer::new(network, Hinge, settings, 7)?)
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let (train, test) = (Pictures::embedded_train()?, Pictures::embedded_test()?);
    let digits =
        |of: Pictures, stream| Digits(Dataset::rotated(&of.of_classes(&[4, 6]), 0, stream));
    let (mut train, test) = (digits(train, Stream::Train), digits(test, Stream::Test));
    let mut trainer = begin()?;
    let mut interrupted = Vec::new();
    while !trainer.is_finished() {
        let record = trainer.epoch(&mut train, &test, &())?;
        println!(
            "epoch {}: loss {:.3}, on other digits {:.3}, accuracy {:.1} %",
            record.epoch,
            record.train_loss,
            record.validation_loss,
            100.0 * record.validation_score
        );
        if record.epoch == 2 {
            interrupted = trainer.state()?.to_bytes()?;
        }
    }
    let mut resumed = begin()?.resume(&Checkpoint::from_bytes(&interrupted)?)?;
    resumed.fit(&mut train, &test, None, &())?;
    assert_eq!(resumed.weights().to_bytes()?, trainer.weights().to_bytes()?);
    println!(
        "interrupted after epoch 2 and resumed: the same {} bytes",
        interrupted.len()
    );
    Ok(())
}
