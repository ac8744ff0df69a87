//! Data, a layer and a loss of one's own in the loop of this crate: is a rotated digit a 6 or a 4?
//! Then the same training, interrupted and resumed from bytes: the same weights, to the bit.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use schur_data::{Dataset, Pictures, Stream};
use schur_nn::{Checkpoint, EquivariantConvConfig as Conv, Field, FieldType, Layer, NnError};
use schur_train::{LossAndScore, Result, Tally, TrainConfig, Trainer};

/// Data: images `[n, 1, 28, 28]` with +1 for a 6 and -1 for a 4, `[n, 1]`.
type Batch = (Tensor<4>, Tensor<2>);

fn digits(of: Pictures, stream: Stream) -> Batch {
    let set = Dataset::rotated(&of.of_classes(&[4, 6]), 0, stream);
    let (n, cpu) = (set.len(), Device::flex());
    let labels = TensorData::new(set.labels, [n, 1]).convert::<f32>();
    let images = Tensor::from_data(TensorData::new(set.images, [n, 1, 28, 28]), &cpu);
    (images, Tensor::from_data(labels, &cpu) - 5.0)
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

fn main() -> Result<()> {
    let cpu = Device::flex();
    let mut train = digits(Pictures::embedded_train()?, Stream::Train);
    let test = digits(Pictures::embedded_test()?, Stream::Test);
    let image = FieldType::parse("C4: 1 trivial")?;
    let hidden = FieldType::parse("C4: 8 regular")?;
    // The training before its first step.
    let begin = || -> Result<_> {
        let (slope, of) = (Param::from_tensor(Tensor::ones([1], &cpu)), hidden.clone());
        let first = Conv::new(&image, &hidden, 7).with_stride(2).init(&cpu)?;
        let second = Conv::new(&hidden, &image, 7).with_seed(1).init(&cpu)?;
        let network = (first, Swish { slope, of }, second);
        let loss = LossAndScore::new("accuracy", hinge);
        Trainer::new(network, loss, TrainConfig::default(), 7)
    };
    let mut trainer = begin()?;
    trainer.epoch(&mut train, &test, &())?;
    let interrupted = trainer.state()?.to_bytes()?;
    trainer.fit(&mut train, &test, None, &())?;
    let mut resumed = begin()?.resume(&Checkpoint::from_bytes(&interrupted)?)?;
    resumed.fit(&mut train, &test, None, &())?;
    assert_eq!(resumed.weights().to_bytes()?, trainer.weights().to_bytes()?);
    let epochs = &trainer.history().epochs;
    let scores: Vec<f64> = epochs.iter().map(|e| e.validation_score).collect();
    println!("accuracy on other digits after each epoch: {scores:.3?}");
    Ok(())
}
