//! Matrix products of batches that may be empty.

use burn::tensor::Tensor;

/// The matrix products of two batches of matrices. Without any factors it is zero, of the right
/// shape: Burn's CPU backend reads outside of empty tensors.
pub(crate) fn matmul<const D: usize>(left: Tensor<D>, right: Tensor<D>) -> Tensor<D> {
    let (a, b) = (left.dims(), right.dims());
    if a.iter().chain(&b).all(|&size| size > 0) {
        return left.matmul(right);
    }
    let mut shape: [usize; D] = std::array::from_fn(|axis| match a[axis] {
        1 => b[axis],
        size => size,
    });
    (shape[D - 2], shape[D - 1]) = (a[D - 2], b[D - 1]);
    Tensor::zeros(shape, (&left.device(), left.dtype()))
}

/// The same numbers in another shape, also where there are none: Burn reads a size of 0 as "as
/// before".
pub(crate) fn reshaped<const D: usize, const E: usize>(
    x: Tensor<D>,
    shape: [usize; E],
) -> Tensor<E> {
    if shape.contains(&0) && x.shape().num_elements() == 0 {
        return Tensor::zeros(shape, (&x.device(), x.dtype()));
    }
    x.reshape(shape)
}
