//! Losses of batches.

use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, Tensor, TensorData};

/// Keeps the gradient of a normalised vector finite where the vector vanishes.
const SOFT: f64 = crate::tolerance::SQUARED_LENGTH;

/// Mean of `-log softmax(logits)[label]` over the rows of `[batch, classes]`, in nats.
///
/// Every label must be below the number of classes.
///
/// ```
/// use burn::tensor::{Device, Tensor};
///
/// let logits = Tensor::<2>::zeros([3, 4], &Device::flex());
/// let loss = schur_train::loss::cross_entropy(logits, &[0, 3, 1]).into_scalar::<f64>();
/// assert!((loss - 4f64.ln()).abs() < 1e-6);
/// ```
pub fn cross_entropy(logits: Tensor<2>, labels: &[u8]) -> Tensor<1> {
    let indices: Vec<i64> = labels.iter().map(|&label| i64::from(label)).collect();
    let indices = Tensor::<2, Int>::from_data(
        TensorData::new(indices, [labels.len(), 1]),
        &logits.device(),
    );
    log_softmax(logits, 1).gather(1, indices).mean().neg()
}

/// Mean of `1 - cos(error)` of directions: the vectors `[batch, 2]`, x and y, of any length, against
/// the angles in degrees, counter-clockwise from the x axis. [`aligned`] with the unit vectors of the
/// angles.
///
/// ```
/// use burn::tensor::{Device, Tensor};
///
/// let up = Tensor::<2>::from_floats([[0.0, 5.0]], &Device::flex());
/// let loss = |angle| schur_train::loss::circular(up.clone(), &[angle]).into_scalar::<f64>();
/// assert!(loss(90.0).abs() < 1e-6 && (loss(-90.0) - 2.0).abs() < 1e-6);
/// ```
pub fn circular(vectors: Tensor<2>, degrees: &[f64]) -> Tensor<1> {
    let units: Vec<f64> = degrees
        .iter()
        .flat_map(|angle| [angle.to_radians().cos(), angle.to_radians().sin()])
        .collect();
    aligned(vectors, &units, 2)
}

/// Mean of `1 - cos(error)` over all vectors: `[batch, vectors * axes]`, the components of a vector side
/// by side, of any length, against `units` of length 1 in the same order.
///
/// The cosine is the scalar product of unit vectors. There must be as many numbers as units.
///
/// ```
/// use burn::tensor::{Device, Tensor};
///
/// let found = Tensor::<2>::from_floats([[0.0, 0.0, 3.0, 2.0, 0.0, 0.0]], &Device::flex());
/// // The first vector is right, the second orthogonal to the true one.
/// let units = [0.0, 0.0, 1.0, 0.0, 1.0, 0.0];
/// let loss = schur_train::loss::aligned(found, &units, 3).into_scalar::<f64>();
/// assert!((loss - 0.5).abs() < 1e-6);
/// ```
pub fn aligned(vectors: Tensor<2>, units: &[f64], axes: usize) -> Tensor<1> {
    let rows = units.len() / axes;
    let vectors = vectors.reshape([rows, axes]);
    let units = Tensor::<2>::from_data(
        TensorData::new(units.to_vec(), [rows, axes]),
        (&vectors.device(), vectors.dtype()),
    );
    let lengths = (vectors.clone().square().sum_dim(1) + SOFT).sqrt();
    let cosines = (vectors * units).sum_dim(1) / lengths;
    (cosines.neg() + 1.0).mean()
}

/// Mean square of the differences between the answers `[batch, values]` and the true values, row by row.
///
/// There must be as many values as answers.
///
/// ```
/// use burn::tensor::{Device, Tensor};
///
/// let found = Tensor::<2>::from_floats([[1.0, 2.0]], &Device::flex());
/// assert_eq!(schur_train::loss::squares(found, &[1.0, 4.0]).into_scalar::<f64>(), 2.0);
/// ```
pub fn squares(answers: Tensor<2>, values: &[f64]) -> Tensor<1> {
    let truth = TensorData::new(values.to_vec(), answers.dims());
    let truth = Tensor::<2>::from_data(truth, (&answers.device(), answers.dtype()));
    (answers - truth).square().mean()
}
