//! Irreps and matrices in the form that the engine takes.

use std::sync::{Mutex, PoisonError};

use schur_engine::symmetry::{Columns, Irrep};
use schur_math::{EndomorphismType, Group, irreps};

use crate::tolerance::FIBRE_ENTRY;

/// Groups whose irreps are kept: those of the layers of a network, with subgroups.
const KEPT: usize = 8;

/// The irreps that were asked for last.
static KNOWN: Mutex<Vec<(Group, Vec<Irrep>)>> = Mutex::new(Vec::new());

/// The real irreps of a finite group: of real or complex type.
pub(super) fn irrep_matrices(group: &Group) -> Vec<Irrep> {
    let lock = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    // All that irreps are made of.
    let is = |known: &Group| {
        known == group
            && known.family() == group.family()
            && known.generators() == group.generators()
    };
    if let Some((_, irreps)) = lock().iter().find(|(known, _)| is(known)) {
        return irreps.clone();
    }
    let all = irreps(group).into_iter().map(|irrep| {
        let rho = irrep.representation();
        Irrep {
            dim: rho.dim(),
            complex: irrep.endomorphism_type() == EndomorphismType::Complex,
            matrices: group
                .elements()
                .map(|g| rho.matrix(g).into_values())
                .collect(),
        }
    });
    let all: Vec<Irrep> = all.collect();
    let mut known = lock();
    if known.len() == KEPT {
        known.remove(0);
    }
    known.push((group.clone(), all.clone()));
    all
}

/// The columns of a square row-major matrix.
pub(super) fn columns(matrix: &[f64], dim: usize) -> Columns {
    (0..dim)
        .map(|col| {
            (0..dim)
                .map(|row| (row, matrix[row * dim + col]))
                .filter(|entry| entry.1.abs() > FIBRE_ENTRY)
                .collect()
        })
        .collect()
}
