//! What networks are judged with after epochs of few steps.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use schur_nn::{Activation, Field, FieldNorm, FieldType, Layer};
use schur_train::{Examples, LossOnly, Result, TrainConfig, Trainer};

/// Images of one pixel with the values 0, 1, 2, ….
struct Ramp(usize);

impl Examples for Ramp {
    type Batch = Tensor<4>;

    fn len(&self) -> usize {
        self.0
    }

    fn batch(&self, indices: &[usize], device: &Device) -> Result<Self::Batch> {
        let values: Vec<f32> = indices.iter().map(|&i| i as f32).collect();
        let data = TensorData::new(values, [indices.len(), 1, 1, 1]);
        Ok(Tensor::from_data(data, device))
    }
}

/// Running mean of a norm after one epoch over so many images in batches of ten, in so many pieces.
fn mean_after(images: usize, pieces: usize) -> f64 {
    let fields = FieldType::parse("C4: 1 trivial").unwrap();
    let norm = FieldNorm::new(&fields, Activation::Identity, &Device::flex()).unwrap();
    let objective = LossOnly::new(|norm: &FieldNorm, x: Tensor<4>| {
        let fields = norm.input_type().clone();
        let y = norm.forward(Field::from_tensor(x, &fields)?)?;
        Ok((y.to_tensor() - 1.0).square().mean())
    });
    let settings = TrainConfig {
        epochs: 1,
        batch: 10,
        pieces,
        ..TrainConfig::default()
    };
    let mut trainer = Trainer::new(norm, objective, settings, 5).unwrap();
    trainer.epoch(&mut Ramp(images), &Ramp(2), &()).unwrap();
    let norm = trainer.into_network();
    norm.valid().running_mean.value().into_scalar::<f64>()
}

/// Running statistics weigh the last of three batches by a tenth and the first by four fifths; what
/// validation sees is the mean of all.
#[test]
fn after_few_steps_the_statistics_are_those_of_all_examples() {
    for (images, pieces) in [(30, 1), (35, 1), (200, 1), (200, 5)] {
        let expected = (images as f64 - 1.0) / 2.0;
        let found = mean_after(images, pieces);
        assert!(1000.0 * (found - expected).abs() < expected, "{found}");
    }
    // With more steps they run: the newest batches count most, and no second pass is paid for.
    let (images, found) = (210, mean_after(210, 1));
    let expected = (f64::from(images) - 1.0) / 2.0;
    assert!(1000.0 * (found - expected).abs() > expected, "{found}");
}
