//! Values carried from place to place, each by an element of the group.

use std::collections::BTreeMap;

use burn::tensor::{DType, Device, Int, Tensor, TensorData};
use schur_math::{Matrix, PlanarGroup, PlanarIrrep, PlaneIsometry, SymmetryIrrep};

use super::{select_channels, sparse_map};
use crate::{FieldType, NnError};

/// Of every row of a matrix the columns that are not 0, and their entries.
type SparseRows = Vec<Vec<(usize, f64)>>;

/// Elements of a planar group in a field type, as they act on irreps: of every channel its own factor and
/// that of the other component of its irrep.
///
/// With `ρ(g) = Q (⊕ ψ(g)) Qᵀ` one change of basis serves all places, and what differs from place to
/// place are two factors per channel.
pub(crate) struct Transport {
    own: Tensor<2>,
    other: Tensor<2>,
    /// The other component of every channel's irrep.
    partners: Vec<usize>,
    /// `Qᵀ` and `Q` on the channels in memory order; none if all fields are sums of irreps as they are.
    bases: Option<[SparseRows; 2]>,
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
    /// For elements that have been checked; `None` if all are the identity.
    pub(crate) fn new(
        layer: &str,
        of: &FieldType,
        elements: &[PlaneIsometry],
        place: (&Device, DType),
    ) -> Result<Option<Self>, NnError> {
        check_elements(layer, of, elements)?;
        let (rows, channels) = (elements.len(), of.channels());
        if elements.iter().all(|g| *g == PlaneIsometry::IDENTITY) {
            return Ok(None);
        }
        let mut partners: Vec<usize> = (0..channels).collect();
        // Factors of a component of an irrep, `[component][own, other][element]`.
        let mut known: BTreeMap<String, [[Vec<f64>; 2]; 2]> = BTreeMap::new();
        let mut columns: Vec<(String, usize)> = Vec::with_capacity(channels);
        let mut any_basis = false;
        for (offset, block) in of.parts() {
            let rho = block.representation.planar(layer)?;
            let copies = block.multiplicity;
            any_basis |= !is_identity(rho.change_of_basis());
            let mut first = offset;
            for part in rho.parts() {
                let name = part.to_string();
                if !known.contains_key(&name) {
                    known.insert(name.clone(), factors(part, elements)?);
                }
                for component in 0..part.dim() {
                    for copy in 0..copies {
                        let channel = first + component * copies + copy;
                        columns.push((name.clone(), component));
                        if part.dim() == 2 {
                            partners[channel] = first + (1 - component) * copies + copy;
                        }
                    }
                }
                first += part.dim() * copies;
            }
        }
        let table = |which: usize| {
            let mut values = Vec::with_capacity(rows * channels);
            let (known, columns) = (&known, &columns);
            let of_row = move |row: usize| {
                let columns = columns.iter();
                columns.map(move |(name, component)| known[name][*component][which][row])
            };
            values.extend((0..rows).flat_map(of_row));
            Tensor::<2>::from_data(TensorData::new(values, [rows, channels]), place)
        };
        let bases = if any_basis {
            Some(bases(of, layer)?)
        } else {
            None
        };
        Ok(Some(Self {
            own: table(0),
            other: table(1),
            partners,
            bases,
        }))
    }

    /// The values `[batch, place, channel]` at the sources, each carried by its element.
    pub(crate) fn carry(&self, x: Tensor<3>, sources: &Tensor<1, Int>) -> Tensor<3> {
        let x = match &self.bases {
            Some([to_irreps, _]) => sparse_map(x, to_irreps),
            None => x,
        };
        let turned = select_channels(x.clone(), &self.partners);
        let own = x.select(1, sources.clone()) * self.own.clone().unsqueeze();
        let carried = own + turned.select(1, sources.clone()) * self.other.clone().unsqueeze();
        match &self.bases {
            Some([_, back]) => sparse_map(carried, back),
            None => carried,
        }
    }
}

fn factors(part: &PlanarIrrep, elements: &[PlaneIsometry]) -> Result<[[Vec<f64>; 2]; 2], NnError> {
    let mut factors: [[Vec<f64>; 2]; 2] = Default::default();
    for g in elements {
        let matrix = part.matrix(g)?;
        for (row, [own, others]) in factors.iter_mut().enumerate().take(part.dim()) {
            own.push(matrix.row(row)[row]);
            let other = if part.dim() == 2 {
                matrix.row(row)[1 - row]
            } else {
                0.0
            };
            others.push(other);
        }
    }
    Ok(factors)
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
