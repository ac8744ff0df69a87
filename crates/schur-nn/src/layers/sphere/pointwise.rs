//! Functions of the values of functions that are given by coefficients.

use std::sync::Arc;

use burn::module::Module;
use burn::tensor::Tensor;
use schur_engine::sphere::Weighting;
use schur_math::SphereGrid;

use super::harmonics::group_of;
use super::{join, split};
use crate::exactness::Inexactness;
use crate::layers::check_engine_type;
use crate::layers::fibre::nonlinearity::transform::{between_samples, random_field};
use crate::sphere::is_o3;
use crate::{
    Domain, Field, FieldType, GroupElement, Layer, NnError, Nonlinearity, SphereFunctions,
    SphereMap, SphereTransform, equivariance_error, ops,
};

/// A pointwise nonlinearity of functions on the sphere or on SO(3) that are given by harmonic
/// coefficients: values by the fast transform on a Gauss-Legendre grid (and at equidistant third
/// angles), the function of each, and back, up to a degree of one's choice.
///
/// It is what [`FourierPointwise`](crate::FourierPointwise) is for functions on the circle, with a
/// transform in place of a dense matrix.
///
/// # Exactness
///
/// The grid is exact for products of the input with itself and of the output with the input; the
/// nonlinearity brings in higher degrees, which the grid folds back: *aliasing*.
/// [`aliasing`](Self::aliasing) measures it, a finer grid
/// ([`with_oversampling`](Self::with_oversampling)) makes it small. Rotations about the z axis by
/// steps of the grid, and half turns about axes across it, commute exactly. A polynomial of degree `p` has no
/// aliasing where the grid is exact for `p + 1` times the degree, and commutes with every element to
/// round-off: a square with an oversampling of 1.5.
///
/// # Pseudo functions
///
/// They take odd nonlinearities, since they change their sign under inversions. A kind of pseudo functions
/// takes any, `N`, if it stands behind as many functions of the same degree: a function `a` and a pseudo
/// function `b` are together a function on O(3), with the values `a + b` on rotations and `a - b` on
/// improper elements, which inversions exchange. It gives
///
/// ```text
/// a' = (N(a + b) + N(a - b)) / 2,    b' = (N(a + b) - N(a - b)) / 2
/// ```
///
/// ```
/// use schur_nn::{FieldType, Nonlinearity, SpherePointwise};
///
/// let alone = FieldType::parse("O(3): 2 pseudoharmonics(0, 5)")?;
/// assert!(SpherePointwise::new(&alone, Nonlinearity::Relu).is_err());
/// let pairs = FieldType::parse("O(3): 2 harmonics(0, 5) + 2 pseudoharmonics(0, 5)")?;
/// assert!(SpherePointwise::new(&pairs, Nonlinearity::Relu).is_ok());
/// # Ok::<(), schur_nn::NnError>(())
/// ```
///
/// # Example
///
/// ```
/// use schur_nn::{FieldType, Nonlinearity, SpherePointwise};
///
/// let fields = FieldType::parse("SO(3): 2 harmonics(0, 5) + 4 harmonics(1, 5)")?;
/// let layer = SpherePointwise::new(&fields, Nonlinearity::Elu { alpha: 1.0 })?;
/// let finer = layer.clone().with_oversampling(2.0)?;
/// assert!(finer.aliasing()? < layer.aliasing()?);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct SpherePointwise {
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
    #[module(skip)]
    function: Nonlinearity,
    #[module(skip)]
    kinds: Vec<SphereFunctions>,
    #[module(skip)]
    outputs: Vec<SphereFunctions>,
    /// Per kind, to values and back.
    #[module(skip)]
    transforms: Vec<[Arc<SphereTransform>; 2]>,
}

impl SpherePointwise {
    /// On as many samples as tell the functions apart.
    ///
    /// # Errors
    ///
    /// If the fields are no coefficients of functions, or the nonlinearity is not odd and pseudo functions do
    /// not stand behind as many functions of the same kind.
    pub fn new(fields: &FieldType, function: impl Into<Nonlinearity>) -> Result<Self, NnError> {
        let layer = "a pointwise nonlinearity on the sphere";
        group_of(fields, layer)?;
        let (kinds, function) = (SphereFunctions::of(fields, layer)?, function.into());
        let paired = !function.is_odd();
        let partner =
            |index: usize| -> Option<&SphereFunctions> { kinds.get(index.checked_sub(1)?) };
        let alone = |(index, kind): (usize, &SphereFunctions)| {
            let function = SphereFunctions {
                pseudo: false,
                ..*kind
            };
            kind.pseudo && partner(index) != Some(&function)
        };
        if paired && kinds.iter().enumerate().any(alone) {
            return Err(NnError::Unsuitable {
                layer: layer.to_string(),
                representation: "pseudoharmonics".to_string(),
                problem: format!(
                    "`{}` is not odd, and pseudo functions change their sign; put as many functions of the \
                     same degree before them, or use an odd nonlinearity such as `tanh`",
                    function.name()
                ),
            });
        }
        let layer = Self {
            input: fields.clone(),
            output: fields.clone(),
            function,
            outputs: kinds.clone(),
            kinds,
            transforms: Vec::new(),
        };
        layer.sampled(1.0)
    }

    /// This layer with `factor` times as many rings, longitudes and angles as tell the functions apart.
    ///
    /// # Errors
    ///
    /// If the factor is not between 1 and 16.
    pub fn with_oversampling(self, factor: f64) -> Result<Self, NnError> {
        if (1.0..=16.0).contains(&factor) {
            return self.sampled(factor);
        }
        Err(NnError::Config {
            at: "oversampling".to_string(),
            problem: format!("{factor} is not between 1 and 16; use 1.5, for example"),
        })
    }

    /// This layer with results up to another degree and another frequency in the third angle, both no
    /// larger than those of the input: a pool in the same pass.
    ///
    /// # Errors
    ///
    /// If a number is larger than that of the input.
    pub fn with_output(mut self, degree: usize, spin: usize) -> Result<Self, NnError> {
        let pool = super::pool::HarmonicPool::new(&self.input, degree, spin)?;
        let fits = |kind: &SphereFunctions| degree <= kind.degree && spin <= kind.spin;
        if !self.kinds.iter().all(fits) {
            return Err(NnError::Config {
                at: self.name(),
                problem: format!(
                    "results of degree {degree} with {spin} in the third angle; use at most the \
                     numbers of `{}`",
                    self.input
                ),
            });
        }
        self.output = pool.output_type().clone();
        let factor = self.oversampling();
        self.sampled(factor)
    }

    fn oversampling(&self) -> f64 {
        let kind = &self.kinds[0];
        self.transforms[0][0].grid().rings().len() as f64 / (kind.degree + 1) as f64
    }

    fn sampled(mut self, factor: f64) -> Result<Self, NnError> {
        self.outputs = SphereFunctions::of(&self.output, "a pointwise nonlinearity")?;
        let pairs = self.kinds.iter().zip(&self.outputs);
        let transforms = pairs.map(|(kind, output)| {
            let times = |count: usize| (count as f64 * factor).ceil() as usize;
            let rings = times(kind.degree + 1);
            // About twice as many longitudes as rings have steps of one length at the equator; quarter
            // turns and half turns permute the samples.
            let longitudes = (2 * rings).next_multiple_of(4);
            let grid = Arc::new(SphereGrid::gauss_legendre(rings, longitudes)?);
            let angles = match kind.spin {
                0 => 1,
                spin => times(2 * spin + 1).next_multiple_of(2),
            };
            Ok([
                SphereTransform::new(&grid, kind.degree, kind.spin, angles)?,
                SphereTransform::new(&grid, output.degree, output.spin, angles)?,
            ])
        });
        self.transforms = transforms.collect::<Result<_, NnError>>()?;
        Ok(self)
    }

    /// The nonlinearity of values of every kind, of functions and pseudo functions together unless it is odd.
    fn values(&self, values: Vec<Tensor<3>>) -> Vec<Tensor<3>> {
        let mut results: Vec<Tensor<3>> = Vec::with_capacity(values.len());
        let mut values = values.into_iter();
        while let Some(x) = values.next() {
            let next = self.kinds.get(results.len() + 1);
            let paired = !self.function.is_odd() && next.is_some_and(|next| next.pseudo);
            match if paired { values.next() } else { None } {
                Some(pseudo) => {
                    let rotations = self.function.apply(x.clone() + pseudo.clone());
                    let improper = self.function.apply(x - pseudo);
                    let sum = rotations.clone() + improper.clone();
                    results.extend([sum / 2.0, (rotations - improper) / 2.0]);
                }
                None => results.push(self.function.apply(x)),
            }
        }
        results
    }

    /// Number of samples of a function, for each kind of functions.
    pub fn samples(&self) -> Vec<usize> {
        let pairs = self.transforms.iter();
        pairs.map(|pair| pair[0].samples()).collect()
    }

    /// The measured aliasing: the largest relative defect of equivariance `‖N(g x) - g N(x)‖ / ‖N(x)‖`
    /// over four rotations, for 8 fields of normal random coefficients.
    ///
    /// # Errors
    ///
    /// If the function changes the number type.
    pub fn aliasing(&self) -> Result<f64, NnError> {
        let x = random_field(&self.input, 8, Domain::Vector)?;
        let none = std::iter::empty();
        between_samples(self.input.group(), none, |g| {
            equivariance_error(self, &x, g)
        })
    }
}

impl Layer for SpherePointwise {
    fn name(&self) -> String {
        let samples: Vec<String> = self.samples().iter().map(usize::to_string).collect();
        format!(
            "spherical {} on {} samples",
            self.function.name(),
            samples.join(", ")
        )
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        check_engine_type(&self.name(), field.memory())?;
        field.map(&self.output, |memory| {
            let [batch, places, _] = memory.dims();
            let inversions = is_o3(&self.input);
            let parts = split(&memory, &self.kinds, inversions).into_iter();
            let values = parts.zip(&self.transforms).map(|(part, [there, _])| {
                ops::sphere_transform(part, there, SphereMap::Synthesis(Weighting::Plain))
            });
            let values = self.values(values.collect()).into_iter();
            let parts = values.zip(&self.transforms).map(|(values, [_, back])| {
                ops::sphere_transform(values, back, SphereMap::Analysis(Weighting::Weighted))
            });
            join(parts.collect(), &self.outputs, inversions, [batch, places])
        })
    }

    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        // Third angles are shifted by none or a half turn, of which there are whole numbers.
        let moved = |pair: &[Arc<SphereTransform>; 2]| {
            let sources = g.space().and_then(|g| pair[0].grid().sources(g));
            sources.is_some()
        };
        domain.inexactness(g).or_else(|| {
            let exact = self.transforms.iter().all(moved);
            (!exact).then(|| Inexactness {
                reason: format!("{g} moves the samples between samples"),
                remedy: "sample on a finer grid, by which the error falls".to_string(),
            })
        })
    }
}
