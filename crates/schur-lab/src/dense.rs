//! Vectors, random ones, and a solver for small systems.

use burn::tensor::{DType, Device, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use schur_math::SpaceIsometry;
use schur_nn::{Domain, Field, FieldType};

use crate::error::Result;

/// Random numbers of an experiment: a stream of its own for every use.
pub(crate) struct Random(ChaCha8Rng);

impl Random {
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream);
        Self(generator)
    }

    /// Uniform in [-1, 1).
    pub(crate) fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }

    /// A rotation of space from the Haar measure.
    pub(crate) fn rotation(&mut self) -> SpaceIsometry {
        SpaceIsometry::random_proper(&mut self.0)
    }

    pub(crate) fn vector(&mut self, length: usize) -> Vec<f64> {
        (0..length).map(|_| self.uniform()).collect()
    }
}

/// One field of uniform numbers in `f64`.
pub(crate) fn random_field(
    random: &mut Random,
    domain: Domain,
    fields: &FieldType,
) -> Result<Field> {
    let shape = [1, domain.places(), fields.channels()];
    let numbers = TensorData::new(random.vector(shape.iter().product()), shape);
    let numbers = Tensor::from_data(numbers, (&Device::flex(), DType::F64));
    Ok(Field::from_memory(numbers, domain, fields)?)
}

/// The length of the feature of every place.
pub(crate) fn lengths(field: &Field) -> Vec<f64> {
    let squares = field.memory().clone().square().sum_dim(2);
    squares.sqrt().into_data().iter::<f64>().collect()
}

pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

pub(crate) fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

/// `‖a - b‖ / ‖b‖`, or 0 if both are equal.
pub(crate) fn relative_difference(a: &[f64], b: &[f64]) -> f64 {
    let difference: Vec<f64> = a.iter().zip(b).map(|(x, y)| x - y).collect();
    match norm(&difference) {
        0.0 if a.len() == b.len() => 0.0,
        distance => distance / norm(b),
    }
}

/// The solution of `A x = b` for a symmetric positive definite `A`, by Cholesky's method.
pub(crate) fn solve_positive(mut a: Vec<f64>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for j in 0..n {
        for i in j..n {
            let known: f64 = (0..j).map(|k| a[i * n + k] * a[j * n + k]).sum();
            let rest = a[i * n + j] - known;
            a[i * n + j] = if i == j {
                rest.sqrt()
            } else {
                rest / a[j * n + j]
            };
        }
    }
    for i in 0..n {
        let known: f64 = (0..i).map(|k| a[i * n + k] * b[k]).sum();
        b[i] = (b[i] - known) / a[i * n + i];
    }
    for i in (0..n).rev() {
        let known: f64 = (i + 1..n).map(|k| a[k * n + i] * b[k]).sum();
        b[i] = (b[i] - known) / a[i * n + i];
    }
    b
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tolerance::EXACT_F64;
    use schur_math::Matrix;

    #[test]
    fn a_positive_system_is_solved() {
        let mut random = Random::new(0, 0);
        let factor = Matrix::new(5, 5, random.vector(25)).unwrap();
        let mut a = factor.times(&factor.transposed()).into_values();
        (0..5).for_each(|i| a[6 * i] += 1.0);
        let x = random.vector(5);
        let b = Matrix::new(5, 5, a.clone()).unwrap().apply(&x);
        assert!(relative_difference(&solve_positive(a, b), &x) < EXACT_F64);
    }
}
