//! Functions on the sphere and on SO(3): how their coefficients stand in fields, and the transforms
//! between coefficients and values.

mod functions;

use std::fmt;
use std::sync::{Arc, OnceLock};

use schur_engine::sphere::{Ring, SpherePlan, SphereShape, Weighting};
use schur_math::SphereGrid;

pub use functions::SphereFunctions;
pub(crate) use functions::is_o3;

use crate::NnError;

/// Which way a [`SphereTransform`] goes.
///
/// ```
/// use schur_engine::sphere::Weighting;
/// use schur_nn::SphereMap;
///
/// let values = SphereMap::Synthesis(Weighting::Weighted);
/// assert_eq!(values.adjoint(), SphereMap::Analysis(Weighting::Weighted));
/// assert_eq!(values.adjoint().adjoint(), values);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SphereMap {
    /// From coefficients to values.
    Synthesis(Weighting),
    /// From values to coefficients.
    Analysis(Weighting),
}

impl SphereMap {
    /// The adjoint map: the gradient.
    pub fn adjoint(self) -> Self {
        match self {
            Self::Synthesis(weighting) => Self::Analysis(weighting),
            Self::Analysis(weighting) => Self::Synthesis(weighting),
        }
    }
}

/// The transform between the coefficients of functions of a band and their values on a grid, for the
/// operations of [`ops`](crate::ops); see [`schur_engine::sphere`].
///
/// ```
/// use std::sync::Arc;
/// use schur_math::SphereGrid;
/// use schur_nn::SphereTransform;
///
/// let grid = Arc::new(SphereGrid::gauss_legendre(8, 16)?);
/// let transform = SphereTransform::new(&grid, 7, 0, 1)?;
/// assert_eq!((transform.coefficients(), transform.samples()), (64, 128));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SphereTransform {
    grid: Arc<SphereGrid>,
    shape: SphereShape,
    single: OnceLock<SpherePlan<f32>>,
    double: OnceLock<SpherePlan<f64>>,
}

impl SphereTransform {
    /// For functions of degree up to `degree`, and in the third angle of frequency up to `spin`,
    /// sampled at `angles` of it: 0 and 1 for functions on the sphere.
    ///
    /// # Errors
    ///
    /// If the degree is too large, the spin above it, or there are too few angles.
    pub fn new(
        grid: &Arc<SphereGrid>,
        degree: usize,
        spin: usize,
        angles: usize,
    ) -> Result<Arc<Self>, NnError> {
        let heights = grid.heights(degree, spin)?;
        let rings = grid.rings().iter().map(|ring| Ring {
            count: ring.count,
            longitude: ring.longitude,
            weight: ring.weight,
        });
        let shape = SphereShape {
            degree,
            spin,
            angles,
            rings: rings.collect(),
            equator: grid.equator(),
            heights: Arc::new(move |m, n, values| {
                let known = heights.order(m, n, values);
                known.expect("the plan asks for its own orders");
            }),
        };
        let single = OnceLock::from(SpherePlan::new(&shape)?);
        Ok(Arc::new(Self {
            grid: grid.clone(),
            shape,
            single,
            double: OnceLock::new(),
        }))
    }

    /// The places.
    pub fn grid(&self) -> &Arc<SphereGrid> {
        &self.grid
    }

    /// The largest degree.
    pub fn degree(&self) -> usize {
        self.shape.degree
    }

    /// Number of coefficients of a function.
    pub fn coefficients(&self) -> usize {
        self.single().coefficients()
    }

    /// Number of samples of a function: places times angles.
    pub fn samples(&self) -> usize {
        self.single().samples()
    }

    /// Numbers of a function before and behind a map.
    pub(crate) fn sizes(&self, map: SphereMap) -> [usize; 2] {
        let (coefficients, samples) = (self.coefficients(), self.samples());
        match map {
            SphereMap::Synthesis(_) => [coefficients, samples],
            SphereMap::Analysis(_) => [samples, coefficients],
        }
    }

    pub(crate) fn single(&self) -> &SpherePlan<f32> {
        self.single.get_or_init(|| self.plan())
    }

    pub(crate) fn double(&self) -> &SpherePlan<f64> {
        self.double.get_or_init(|| self.plan())
    }

    fn plan<T: schur_engine::Scalar>(&self) -> SpherePlan<T> {
        SpherePlan::new(&self.shape).expect("what is refused does not depend on the number type")
    }
}

impl fmt::Debug for SphereTransform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SphereShape {
            degree,
            spin,
            angles,
            ..
        } = self.shape;
        write!(
            f,
            "SphereTransform({}, {degree}, {spin}, {angles})",
            self.grid
        )
    }
}
