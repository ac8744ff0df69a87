//! A plan that the operations share, with its bases as tensors where they are needed.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use burn::tensor::{DType, Device, Tensor, TensorData};
use schur_engine::ConvPlan;

use crate::NnError;

/// A [`ConvPlan`] for the operations of this module; cheap to clone.
///
/// The engine needs nothing else. Other devices expand weights by products with the bases; these
/// matrices are made at the first use on a device and kept as long as the plan. They can be made
/// again at any time, so no result depends on what is kept.
///
/// ```
/// use schur_engine::{ConvPlan, Geometry, Layout, PairBasis};
/// use schur_nn::ops::SharedPlan;
///
/// let scalar = Layout::scalars(1)?;
/// let plan = ConvPlan::new(scalar.clone(), scalar, Geometry::square(3)?, vec![PairBasis::default()])?;
/// assert_eq!(SharedPlan::from(plan).parameters(), 0);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Clone)]
pub struct SharedPlan {
    plan: Arc<ConvPlan>,
    bases: Arc<Mutex<Vec<Bases>>>,
}

/// The bases of a plan on one device.
struct Bases {
    device: Device,
    dtype: DType,
    matrices: Arc<[Option<Tensor<2>>]>,
}

impl SharedPlan {
    /// The plan for the engine.
    pub(super) fn engine(&self) -> Arc<ConvPlan> {
        self.plan.clone()
    }

    /// The basis of every pair of blocks, `[position, element]` as in
    /// [`ConvPlan::basis_matrices`], without autodiff; `None` for pairs that are not connected.
    pub(super) fn bases(&self, device: &Device, dtype: DType) -> Arc<[Option<Tensor<2>>]> {
        // A thread that panicked has pushed a whole entry or none.
        let mut known = self.bases.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bases) = known
            .iter()
            .find(|b| b.device == *device && b.dtype == dtype)
        {
            return bases.matrices.clone();
        }
        let device = device.clone().without_autodiff();
        let matrices = self.plan.basis_matrices().map(|basis| {
            let shape = [basis.positions, basis.elements];
            let data = TensorData::new(basis.values, shape);
            (basis.elements > 0).then(|| Tensor::from_data(data, (&device, dtype)))
        });
        let matrices: Arc<[Option<Tensor<2>>]> = matrices.collect();
        known.push(Bases {
            device,
            dtype,
            matrices: matrices.clone(),
        });
        matrices
    }
}

impl SharedPlan {
    /// The same plan with other zeros around the input; the bases are shared.
    ///
    /// # Errors
    ///
    /// [`EngineError::Overflow`](schur_engine::EngineError::Overflow) for absurd sizes.
    pub(crate) fn with_padding(&self, padding: [usize; 3]) -> Result<Self, NnError> {
        if padding == self.plan.geometry().padding() {
            return Ok(self.clone());
        }
        Ok(Self {
            plan: Arc::new(self.plan.with_padding(padding)?),
            bases: self.bases.clone(),
        })
    }
}

impl From<ConvPlan> for SharedPlan {
    fn from(plan: ConvPlan) -> Self {
        Self {
            plan: Arc::new(plan),
            bases: Arc::default(),
        }
    }
}

impl Deref for SharedPlan {
    type Target = ConvPlan;

    fn deref(&self) -> &ConvPlan {
        &self.plan
    }
}

impl fmt::Debug for SharedPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.plan.fmt(f)
    }
}
