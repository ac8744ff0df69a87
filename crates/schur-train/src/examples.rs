//! What a network learns from.

use burn::tensor::kind::Basic;
use burn::tensor::{Device, Int, Tensor, TensorData};
use sha2::{Digest, Sha256};

use crate::error::{ErrorKind, Result, fail};

/// Examples per forward pass without gradients.
const MEASURED_AT_ONCE: usize = 250;

/// Examples that a network learns from or is measured on: how many there are, and batches of
/// them. This is all that the loop knows of data.
///
/// Inputs and targets in two tensors are examples as they are, row by row: `(Tensor<4>, Tensor<2>)`
/// for images and numbers, `(Tensor<4>, Tensor<1, Int>)` for images and classes. What is drawn anew
/// in every epoch, or read from files, is a type with this trait:
///
/// ```
/// use burn::tensor::{Device, Tensor, TensorData};
/// use schur_train::{Examples, Result};
///
/// /// Points (x, x²).
/// struct Parabola(Vec<f32>);
///
/// impl Examples for Parabola {
///     type Batch = (Tensor<2>, Tensor<2>);
///
///     fn len(&self) -> usize {
///         self.0.len()
///     }
///
///     fn batch(&self, indices: &[usize], device: &Device) -> Result<Self::Batch> {
///         let x: Vec<f32> = indices.iter().map(|&i| self.0[i]).collect();
///         let x = Tensor::from_data(TensorData::new(x, [indices.len(), 1]), device);
///         Ok((x.clone(), x.square()))
///     }
/// }
///
/// let (x, y) = Parabola(vec![1.0, 2.0, 3.0]).batch(&[2, 0], &Device::flex())?;
/// assert_eq!(x.dims(), [2, 1]);
/// assert_eq!(y.into_data().to_vec::<f32>().unwrap(), [9.0, 1.0]);
/// # Ok::<(), schur_train::TrainError>(())
/// ```
pub trait Examples {
    /// Some examples with what is known of them, as the objective wants them.
    type Batch;

    /// Number of examples.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The examples with these indices, each below [`len`](Self::len), with tensors on `device`.
    ///
    /// # Errors
    ///
    /// Whatever prevents it, for example a file that can't be read; it ends the training.
    fn batch(&self, indices: &[usize], device: &Device) -> Result<Self::Batch>;

    /// What they are known again by when a training is resumed: a digest of all that does not depend on
    /// the epoch. Without one nobody notices other data.
    fn digest(&self) -> Option<String> {
        None
    }

    /// How many examples are measured at once, without gradients: fewer where each is large.
    fn at_once(&self) -> usize {
        MEASURED_AT_ONCE
    }

    /// Is called before training epoch number `epoch`, counted from 1: the place to draw the
    /// examples anew. What they become must depend on `epoch` and on nothing that came before,
    /// or a resumed run would differ from one that was not interrupted.
    ///
    /// # Errors
    ///
    /// Whatever prevents it; it ends the training.
    fn begin_epoch(&mut self, epoch: usize) -> Result<()> {
        let _ = epoch;
        Ok(())
    }
}

/// Inputs and targets, one row of both per example, on any device.
///
/// ```
/// use burn::tensor::{Device, Int, Tensor, TensorData};
/// use schur_train::Examples;
///
/// let device = Device::flex();
/// let images = TensorData::new(vec![0.5_f32; 3 * 28 * 28], [3, 1, 28, 28]);
/// let classes = Tensor::<1, Int>::from_ints([2, 0, 1], &device);
/// let examples = (Tensor::<4>::from_data(images, &device), classes);
/// let (x, y) = examples.batch(&[1, 2], &device)?;
/// assert_eq!((x.dims(), y.into_data().iter::<i64>().collect()), ([2, 1, 28, 28], vec![0, 1]));
/// # Ok::<(), schur_train::TrainError>(())
/// ```
impl<const X: usize, const Y: usize, K: Basic> Examples for (Tensor<X>, Tensor<Y, K>) {
    type Batch = Self;

    fn len(&self) -> usize {
        self.0.dims()[0]
    }

    /// SHA-256 of the numbers.
    fn digest(&self) -> Option<String> {
        let mut hash = Sha256::new();
        hash.update(self.0.to_data().as_bytes());
        hash.update(self.1.to_data().as_bytes());
        Some(hash.finalize().iter().map(|b| format!("{b:02x}")).collect())
    }

    fn batch(&self, indices: &[usize], device: &Device) -> Result<Self> {
        let (inputs, targets) = (self.0.dims()[0], self.1.dims()[0]);
        if inputs != targets {
            let text = format!("{inputs} inputs have {targets} targets; give one target per input");
            return fail(ErrorKind::Data, text);
        }
        if let Some(index) = indices.iter().find(|&&index| index >= inputs) {
            let text = format!("there is no example {index} among {inputs}; count from 0");
            return fail(ErrorKind::Data, text);
        }
        let rows: Vec<i64> = indices.iter().map(|&index| index as i64).collect();
        let rows = |device: &Device| {
            let data = TensorData::new(rows.clone(), [indices.len()]);
            Tensor::<1, Int>::from_data(data, device)
        };
        let x = self.0.clone().select(0, rows(&self.0.device()));
        let y = self.1.clone().select(0, rows(&self.1.device()));
        Ok((x.to_device(device), y.to_device(device)))
    }
}
