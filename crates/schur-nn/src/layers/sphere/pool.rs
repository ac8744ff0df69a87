//! Fewer harmonics.

use burn::module::Module;
use burn::tensor::Tensor;

use super::harmonics::group_of;
use super::{join, split};
use crate::sphere::is_o3;
use crate::{Field, FieldType, Layer, NnError, SphereFunctions};

/// Drops the coefficients above a degree, and above a frequency in the third angle: the functions
/// become smoother and smaller, as by pooling on a grid, but without aliasing, so every rotation
/// commutes exactly. With `degree = 0` the means are left: invariants, one per function.
///
/// ```
/// use schur_nn::{FieldType, HarmonicPool, Layer};
///
/// let fields = FieldType::parse("SO(3): 4 harmonics(0, 6) + 8 harmonics(1, 6)")?;
/// let layer = HarmonicPool::new(&fields, 3, 1)?;
/// assert_eq!(layer.output_type().to_string(), "SO(3): 4 harmonics(0, 3) + 8 harmonics(1, 3)");
/// let means = HarmonicPool::new(&fields, 0, 0)?;
/// assert_eq!(means.output_type().to_string(), "SO(3): 4 trivial");
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct HarmonicPool {
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
    #[module(skip)]
    kinds: Vec<SphereFunctions>,
    #[module(skip)]
    left: Vec<SphereFunctions>,
}

impl HarmonicPool {
    /// Keeps degrees up to `degree` and frequencies in the third angle up to `spin`, as far as there
    /// are.
    ///
    /// # Errors
    ///
    /// If the fields are no coefficients of functions.
    pub fn new(input: &FieldType, degree: usize, spin: usize) -> Result<Self, NnError> {
        let layer = "a harmonic pool";
        let group = group_of(input, layer)?;
        let kinds = SphereFunctions::of(input, layer)?;
        let left = kinds.iter().map(|kind| {
            let degree = kind.degree.min(degree);
            SphereFunctions {
                degree,
                spin: kind.spin.min(spin).min(degree),
                ..*kind
            }
        });
        let left: Vec<SphereFunctions> = left.collect();
        Ok(Self {
            input: input.clone(),
            output: SphereFunctions::fields(&group, &left)?,
            kinds,
            left,
        })
    }
}

impl Layer for HarmonicPool {
    fn name(&self) -> String {
        let degree = self.left.iter().map(|kind| kind.degree).max();
        format!("harmonic pool to degree {}", degree.unwrap_or(0))
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        field.map(&self.output, |memory| {
            let [batch, places, _] = memory.dims();
            let inversions = is_o3(&self.input);
            let parts = split(&memory, &self.kinds, inversions).into_iter();
            let kinds = self.kinds.iter().zip(&self.left);
            let parts = parts.zip(kinds).map(|(part, (kind, left))| {
                let mut first = 0;
                let columns = (0..=left.spin).map(|n| {
                    let copies = if n == 0 { 1 } else { 2 };
                    let size = |degree: usize| copies * ((degree + 1).pow(2) - n * n);
                    let begin = first;
                    first += size(kind.degree);
                    part.clone().narrow(1, begin, size(left.degree))
                });
                let columns: Vec<Tensor<3>> = columns.collect();
                Tensor::cat(columns, 1)
            });
            join(parts.collect(), &self.left, inversions, [batch, places])
        })
    }
}
