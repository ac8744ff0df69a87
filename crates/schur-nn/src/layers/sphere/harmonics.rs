//! From places of a sphere to harmonic coefficients, and back.

use std::sync::{Arc, Mutex, PoisonError};

use burn::module::Module;
use burn::tensor::Tensor;
use schur_engine::sphere::Weighting;
use schur_math::{SpatialGroup, SphereGrid};

use super::{join, split};
use crate::exactness::Inexactness;
use crate::layers::check_engine_type;
use crate::{
    Domain, Field, FieldType, GroupElement, Layer, NnError, SphereFunctions, SphereMap,
    SphereTransform, ops,
};

/// The group of fields on the sphere, SO(3) or O(3).
pub(crate) fn group_of(fields: &FieldType, layer: &str) -> Result<SpatialGroup, NnError> {
    let group = fields.group().spatial();
    let isotropic = group.filter(|g| **g == SpatialGroup::so3() || **g == SpatialGroup::o3());
    isotropic.cloned().ok_or_else(|| NnError::Config {
        at: layer.to_string(),
        problem: format!(
            "{} does not move functions on the sphere; use SO(3) or O(3)",
            fields.group()
        ),
    })
}

/// The harmonic coefficients of scalar fields on the places of a sphere: means of the values times
/// `√4π Y_lm`, of degrees `0..=degree`.
///
/// A field type `C trivial` of SO(3) or O(3) gives `C harmonics(0, degree)` on
/// [`Domain::Vector`], where every layer of the fibre goes on; pseudoscalars (`0-` of O(3)) give
/// `pseudoharmonics`. Any grid will do that is exact for twice the degree, one after the other.
///
/// # Exactness
///
/// It commutes with all of O(3) for functions of the [band](SphereGrid::band) of the grid, to
/// round-off. A grid that is exact for less ([`SphereGrid::healpix`]) is refused unless the layer is
/// told to take it ([`with_any_grid`](Self::with_any_grid)); its error is
/// [`SphereGrid::defect`].
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_math::SphereGrid;
/// use schur_nn::{Field, FieldType, Layer, ToHarmonics};
///
/// let pictures = FieldType::parse("SO(3): 3 trivial")?;
/// let layer = ToHarmonics::new(&pictures, 8)?;
/// assert_eq!(layer.output_type().to_string(), "SO(3): 3 harmonics(0, 8)");
/// let x = Tensor::<4>::ones([2, 3, 20, 40], &Device::flex());
/// let y = layer.forward(Field::from_sphere(x, SphereGrid::equiangular(20, 40)?, &pictures)?)?;
/// // A constant has its mean in degree 0.
/// assert_eq!(y.to_rows().dims(), [2, 3 * 81]);
/// assert!((y.to_rows().slice([0..1, 0..1]).into_scalar::<f64>() - 1.0).abs() < 1e-5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Module, Debug)]
pub struct ToHarmonics {
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
    #[module(skip)]
    kinds: Vec<SphereFunctions>,
    #[module(skip)]
    any_grid: bool,
    /// That of the last grid.
    #[module(skip)]
    known: Arc<Mutex<Option<Arc<SphereTransform>>>>,
}

impl ToHarmonics {
    /// Coefficients up to a degree.
    ///
    /// # Errors
    ///
    /// If a field is neither scalar nor pseudoscalar, or the group neither SO(3) nor O(3).
    pub fn new(input: &FieldType, degree: usize) -> Result<Self, NnError> {
        let layer = "to harmonics";
        let group = group_of(input, layer)?;
        let values = SphereFunctions::of(input, layer)?;
        if let Some(kind) = values.iter().find(|kind| kind.degree > 0) {
            return Err(NnError::Config {
                at: layer.to_string(),
                problem: format!(
                    "{kind} at every place; it takes scalars and pseudoscalars, `trivial` and `0-`"
                ),
            });
        }
        let kinds = values
            .into_iter()
            .map(|kind| SphereFunctions { degree, ..kind });
        let kinds: Vec<SphereFunctions> = kinds.collect();
        Ok(Self {
            output: SphereFunctions::fields(&group, &kinds)?,
            input: input.clone(),
            kinds,
            any_grid: false,
            known: Arc::default(),
        })
    }

    /// Whether grids are taken for which sums are not means up to twice the degree.
    #[must_use]
    pub fn with_any_grid(mut self, any_grid: bool) -> Self {
        self.any_grid = any_grid;
        self
    }

    fn degree(&self) -> usize {
        self.kinds[0].degree
    }

    fn check_grid(&self, grid: &SphereGrid) -> Result<(), NnError> {
        let degree = self.degree();
        if self.any_grid || degree <= grid.band() {
            return Ok(());
        }
        Err(NnError::Size {
            layer: self.name(),
            problem: format!(
                "{grid} tells functions apart up to degree {}; use at most that, a finer grid, or \
                 `any_grid` for coefficients with an error",
                grid.band()
            ),
        })
    }

    fn transform(&self, grid: &Arc<SphereGrid>) -> Result<Arc<SphereTransform>, NnError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(transform) = known.as_ref().filter(|known| known.grid() == grid) {
            return Ok(transform.clone());
        }
        let transform = SphereTransform::new(grid, self.degree(), 0, 1)?;
        *known = Some(transform.clone());
        Ok(transform)
    }
}

impl Layer for ToHarmonics {
    fn name(&self) -> String {
        format!("to harmonics of degree {}", self.degree())
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        self.check_grid(domain.sphere(&self.name())?)?;
        Ok(Domain::Vector)
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        check_engine_type(&self.name(), field.memory())?;
        let domain = self.output_domain(field.domain())?;
        let transform = self.transform(field.domain().sphere(&self.name())?)?;
        let (batch, memory) = (field.batch(), field.into_memory());
        let mut first = 0;
        let parts = self.kinds.iter().map(|kind| {
            let values = memory.clone().narrow(2, first, kind.channels);
            first += kind.channels;
            ops::sphere_transform(values, &transform, SphereMap::Analysis(Weighting::Weighted))
        });
        let coefficients = join(parts.collect(), &self.kinds, false, [batch, 1]);
        Field::from_memory(coefficients, domain, &self.output)
    }

    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        let why = domain.inexactness(g)?;
        match (domain, g.space()) {
            (Domain::Sphere(grid), Some(_)) if self.degree() <= grid.band() => None,
            _ => Some(why),
        }
    }
}

/// The values at the places of a sphere of functions that are given by their harmonic coefficients:
/// the way back from [`ToHarmonics`].
///
/// It commutes with all of O(3) to round-off, on any grid.
///
/// ```
/// use std::sync::Arc;
/// use schur_math::SphereGrid;
/// use schur_nn::{Domain, FieldType, FromHarmonics, Layer};
///
/// let coefficients = FieldType::parse("SO(3): 3 harmonics(0, 8)")?;
/// let grid = Arc::new(SphereGrid::healpix(4)?);
/// let layer = FromHarmonics::new(&coefficients, grid)?;
/// assert_eq!(layer.output_type().to_string(), "SO(3): 3 trivial");
/// assert_eq!(layer.output_domain(&Domain::Vector)?.places(), 192);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Module, Debug)]
pub struct FromHarmonics {
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
    #[module(skip)]
    kinds: Vec<SphereFunctions>,
    /// Per kind.
    #[module(skip)]
    transforms: Vec<Arc<SphereTransform>>,
}

impl FromHarmonics {
    /// Values on a grid.
    ///
    /// # Errors
    ///
    /// If the fields are no coefficients of functions on the sphere (those of functions with a third
    /// angle have several values at a place).
    pub fn new(input: &FieldType, grid: Arc<SphereGrid>) -> Result<Self, NnError> {
        let layer = "from harmonics";
        let group = group_of(input, layer)?;
        let kinds = SphereFunctions::of(input, layer)?;
        if let Some(kind) = kinds.iter().find(|kind| kind.spin > 0) {
            return Err(NnError::Config {
                at: layer.to_string(),
                problem: format!(
                    "{kind} have a value for every angle at a place; pool them to `spin = 0` before"
                ),
            });
        }
        let values = kinds
            .iter()
            .map(|kind| SphereFunctions { degree: 0, ..*kind });
        let values: Vec<SphereFunctions> = values.collect();
        let transforms = kinds
            .iter()
            .map(|kind| SphereTransform::new(&grid, kind.degree, 0, 1));
        Ok(Self {
            output: SphereFunctions::fields(&group, &values)?,
            input: input.clone(),
            transforms: transforms.collect::<Result<_, _>>()?,
            kinds,
        })
    }

    fn grid(&self) -> &Arc<SphereGrid> {
        self.transforms[0].grid()
    }
}

impl Layer for FromHarmonics {
    fn name(&self) -> String {
        format!("from harmonics to {}", self.grid())
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        require_vectors(domain, &self.name())?;
        Ok(Domain::Sphere(self.grid().clone()))
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        check_engine_type(&self.name(), field.memory())?;
        let domain = self.output_domain(field.domain())?;
        let parts = split(field.memory(), &self.kinds, false).into_iter();
        let values = parts.zip(&self.transforms).map(|(part, transform)| {
            ops::sphere_transform(part, transform, SphereMap::Synthesis(Weighting::Plain))
        });
        let values: Vec<Tensor<3>> = values.collect();
        Field::from_memory(Tensor::cat(values, 2), domain, &self.output)
    }

    fn inexactness(&self, _: &GroupElement, _: &Domain) -> Option<Inexactness> {
        None
    }
}

/// Refuses coefficients at places.
fn require_vectors(domain: &Domain, layer: &str) -> Result<(), NnError> {
    match domain {
        Domain::Vector => Ok(()),
        _ => Err(NnError::Size {
            layer: layer.to_string(),
            problem: format!("it acts on coefficients, on vectors, not on {domain}"),
        }),
    }
}
