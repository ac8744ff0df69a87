//! Irreps at the transports of a graph.

use std::sync::{Arc, Mutex, PoisonError};

use schur_math::{PlanarIrrep, PlaneIsometry, SymmetryIrrep};

use crate::NnError;

/// Of every component of an irrep the factors of itself and of the other component, for every element.
type Factors = Vec<Arc<Vec<[f64; 2]>>>;

/// The matrices of irreps for a list of elements, each computed once. It is not part of what has the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct IrrepTables(Arc<Mutex<Vec<(PlanarIrrep, Factors)>>>);

impl PartialEq for IrrepTables {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl IrrepTables {
    /// Those of an irrep.
    pub(crate) fn of(
        &self,
        part: &PlanarIrrep,
        elements: &[PlaneIsometry],
    ) -> Result<Factors, NnError> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, factors)) = known.iter().find(|(irrep, _)| irrep == part) {
            return Ok(factors.clone());
        }
        let mut components = vec![Vec::with_capacity(elements.len()); part.dim()];
        for g in elements {
            let matrix = part.matrix(g)?;
            for (row, factors) in components.iter_mut().enumerate() {
                let other = if part.dim() == 2 {
                    matrix.row(row)[1 - row]
                } else {
                    0.0
                };
                factors.push([matrix.row(row)[row], other]);
            }
        }
        let factors: Factors = components.into_iter().map(Arc::new).collect();
        known.push((part.clone(), factors.clone()));
        Ok(factors)
    }
}
