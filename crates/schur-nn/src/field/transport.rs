//! Values carried from place to place, each by an element of the group.

use schur_engine::edges::Turn;
use schur_math::{Matrix, PlanarGroup, PlanarIrrep, PlaneIsometry};

use crate::point_graph::IrrepTables;
use crate::{FieldType, NnError};

/// Of every row of a matrix the columns that are not 0, and their entries.
type SparseRows = Vec<Vec<(usize, f64)>>;

/// Elements of a planar group in a field type, as they act on irreps: of every channel its own factor and
/// that of the other component of its irrep.
///
/// With `ρ(g) = Q (⊕ ψ(g)) Qᵀ` one change of basis serves all places, and what differs from place to
/// place are two factors per channel.
pub(crate) struct Transport {
    pub(super) turns: Vec<Turn>,
    /// `Qᵀ` and `Q` on the channels in memory order; none if all fields are sums of irreps as they are.
    pub(super) bases: Option<[SparseRows; 2]>,
}

/// Refuses elements that are not in the group of a field type.
fn check_elements(layer: &str, of: &FieldType, elements: &[PlaneIsometry]) -> Result<(), NnError> {
    let group: &PlanarGroup = of.planar(layer)?;
    match elements.iter().position(|g| !group.contains(g)) {
        None => Ok(()),
        Some(index) => Err(NnError::Size {
            layer: layer.to_string(),
            problem: format!(
                "transport {index} of the surface is {}, which is no element of {group}; use fields of \
                 SO(2) (of O(2) where frames or the surface have mirrors), or frames between which all \
                 transports are in the group",
                elements[index]
            ),
        }),
    }
}

impl Transport {
    /// For elements that have been checked, with what is known of them; `None` if all are the identity.
    pub(crate) fn new(
        layer: &str,
        of: &FieldType,
        elements: &[PlaneIsometry],
        tables: &IrrepTables,
    ) -> Result<Option<Self>, NnError> {
        check_elements(layer, of, elements)?;
        if elements.iter().all(|g| *g == PlaneIsometry::IDENTITY) {
            return Ok(None);
        }
        let (mut turns, mut any_basis) = (Vec::new(), false);
        for (offset, block) in of.parts() {
            let rho = block.representation.planar(layer)?;
            let len = block.multiplicity;
            any_basis |= !is_identity(rho.change_of_basis());
            let mut first = offset;
            for part in rho.parts() {
                let trivial = *part == PlanarIrrep::trivial(of.planar(layer)?);
                let factors = if trivial {
                    vec![None]
                } else {
                    let factors = tables.of(part, elements)?;
                    factors.into_iter().map(Some).collect()
                };
                let last = first + (factors.len() - 1) * len;
                for (component, factors) in factors.into_iter().enumerate() {
                    let own = first + component * len;
                    turns.push(Turn {
                        first: own,
                        len,
                        partner: first + last - own,
                        factors,
                    });
                }
                first = last + len;
            }
        }
        let bases = if any_basis {
            Some(bases(of, layer)?)
        } else {
            None
        };
        Ok(Some(Self { turns, bases }))
    }
}

fn is_identity(matrix: &Matrix) -> bool {
    let entry = |row: usize, column: usize, v: f64| v == f64::from(u8::from(row == column));
    (0..matrix.rows()).all(|row| {
        let mut entries = matrix.row(row).iter().enumerate();
        entries.all(|(column, &v)| entry(row, column, v))
    })
}

/// `Qᵀ` and `Q` as sparse maps of channels.
fn bases(of: &FieldType, layer: &str) -> Result<[SparseRows; 2], NnError> {
    let mut both: [SparseRows; 2] = Default::default();
    for (offset, block) in of.parts() {
        let basis = block.representation.planar(layer)?.change_of_basis();
        let copies = block.multiplicity;
        let dim = block.representation.dim();
        for (row, copy) in (0..dim).flat_map(|row| (0..copies).map(move |copy| (row, copy))) {
            let entry = |transposed: bool, column: usize| match transposed {
                true => basis.row(column)[row],
                false => basis.row(row)[column],
            };
            for (transposed, rows) in [true, false].into_iter().zip(&mut both) {
                let entries = (0..dim)
                    .map(|column| (offset + column * copies + copy, entry(transposed, column)));
                rows.push(entries.filter(|(_, v)| *v != 0.0).collect());
            }
        }
    }
    Ok(both)
}
