//! What a network learns from.

use burn::tensor::Device;

use crate::error::Result;

/// Examples that a network learns from or is measured on: how many there are, and batches of
/// them. This is all that the loop knows of data.
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
