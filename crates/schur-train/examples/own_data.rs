//! Data, a layer and a loss of one's own in the loop of this crate: is a rotated digit a 6 or a 4?
//! Then the same training, interrupted and resumed from bytes: the same weights, to the bit.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use schur_data::{Dataset, Pictures, Stream};
use schur_nn::network::Site;
use schur_nn::{Checkpoint, EquivariantConvConfig, Field, FieldType, GroupPool, Layer, NnError};
use schur_train::{LossAndScore, Result, Tally, TrainConfig, Trainer};

type Anything<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Data: images `[n, 1, 28, 28]` with +1 for a 6 and -1 for a 4, `[n, 1]`.
type Batch = (Tensor<4>, Tensor<2>);

fn digits(of: Pictures, stream: Stream) -> Batch {
    let set = Dataset::rotated(&of.of_classes(&[4, 6]), 0, stream);
    let (n, sign) = (set.len(), |&label: &u8| f32::from(label) - 5.0);
    let signs: Vec<f32> = set.labels.iter().map(sign).collect();
    let images = TensorData::new(set.images, [n, 1, 28, 28]);
    let signs = TensorData::new(signs, [n, 1]);
    (
        Tensor::from_data(images, &Device::flex()),
        Tensor::from_data(signs, &Device::flex()),
    )
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

    fn forward(&self, x: Field) -> std::result::Result<Field, NnError> {
        let slope = self.slope.val().unsqueeze();
        x.map(&self.of, |x| x.clone() / ((slope * x).neg().exp() + 1.0))
    }
}

/// A loss: the squared hinge. The score is the accuracy.
fn hinge<L: Layer>(network: &L, (images, signs): Batch) -> Result<(Tensor<1>, Tally)> {
    let answers = network.forward(Field::from_tensor(images, network.input_type())?)?;
    let margins = answers.to_tensor().mean_dims(&[2, 3]).reshape([-1, 1]) * signs;
    let right = margins.clone().greater_elem(0.0).float().sum();
    let tally = Tally::share(right.into_scalar(), margins.dims()[0] as f64);
    Ok(((margins.neg() + 1.0).clamp_min(0.0).square().mean(), tally))
}

fn main() -> Anything<()> {
    let device = Device::flex();
    let mut train = digits(Pictures::embedded_train()?, Stream::Train);
    let test = digits(Pictures::embedded_test()?, Stream::Test);
    // The training before its first step: a network of three convolutions.
    let begin = || -> Anything<_> {
        let mut site = Site::new(7, &device);
        let mut conv = |from: &FieldType, to: &FieldType, size| {
            let config = EquivariantConvConfig::new(from, to, size).with_stride(2);
            config.with_seed(site.next_seed()).init(&device)
        };
        let swish = |of: &FieldType| Swish {
            slope: Param::from_tensor(Tensor::ones([1], &device)),
            of: of.clone(),
        };
        let [image, first] = ["C4: 1 trivial", "C4: 6 regular"].map(FieldType::parse);
        let [second, last] = ["C4: 8 regular", "C4: 1 regular"].map(FieldType::parse);
        let (image, first, second, last) = (image?, first?, second?, last?);
        let network = (
            (conv(&image, &first, 5)?, swish(&first)),
            (conv(&first, &second, 4)?, swish(&second)),
            (conv(&second, &last, 5)?, GroupPool::new(&last)?),
        );
        let settings = TrainConfig {
            epochs: 4,
            batch: 32,
            ..TrainConfig::default()
        };
        Ok(Trainer::new(
            network,
            LossAndScore::new("accuracy", hinge),
            settings,
            7,
        )?)
    };
    let mut trainer = begin()?;
    trainer.epoch(&mut train, &test, &())?;
    let interrupted = trainer.state()?.to_bytes()?;
    trainer.fit(&mut train, &test, None, &())?;
    let mut resumed = begin()?.resume(&Checkpoint::from_bytes(&interrupted)?)?;
    resumed.fit(&mut train, &test, None, &())?;
    assert_eq!(resumed.weights().to_bytes()?, trainer.weights().to_bytes()?);
    for e in &trainer.history().epochs {
        let (loss, percent) = (e.validation_loss, 100.0 * e.validation_score);
        println!(
            "epoch {}: on other digits loss {loss:.3}, accuracy {percent:.1} %",
            e.epoch
        );
    }
    println!(
        "interrupted after epoch 1 and resumed: the same {} bytes",
        interrupted.len()
    );
    Ok(())
}
