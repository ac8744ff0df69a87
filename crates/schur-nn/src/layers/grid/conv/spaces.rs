//! How many parameters convolutions have, by the dimensions of their kernel spaces.

use schur_math::{
    KernelBand, KernelBasis, PlanarRepresentation, SpatialRepresentation, SteerableKernelBasis,
};

use super::kernel::{self, KernelKind};
use crate::{AnyRepresentation, FieldType, NnError};

/// A space of kernels between two representations.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum KernelSpace {
    /// The kernels of a kind on \[depth, rows, columns\] taps.
    OnGrid(KernelKind, [usize; 3]),
    /// The functions of the angle in a band.
    Angular(KernelBand),
}

impl KernelSpace {
    fn dimension(
        &self,
        out: &AnyRepresentation,
        input: &AnyRepresentation,
    ) -> Result<usize, NnError> {
        Ok(match self {
            Self::OnGrid(kind, size) => kind.elements(out, input, *size)?.len(),
            Self::Angular(band) => {
                let plane = out.get::<PlanarRepresentation>().zip(input.get());
                let space = out.get::<SpatialRepresentation>().zip(input.get());
                match (plane, space) {
                    (Some((out, input)), _) => {
                        SteerableKernelBasis::<2>::new(out, input, band)?.dim()
                    }
                    (_, Some((out, input))) => {
                        SteerableKernelBasis::<3>::new(out, input, band)?.dim()
                    }
                    _ => return Err(kernel::no_grid(&input.group())),
                }
            }
        })
    }
}

/// Dimensions that were asked for before: the widths of layers do not change them.
#[derive(Debug, Default)]
pub(crate) struct KernelSpaces(Vec<(KernelSpace, Vec<Known>)>);

/// Output, input, and the dimension of the space between them.
type Known = (AnyRepresentation, AnyRepresentation, usize);

impl KernelSpaces {
    /// The number of coefficients between two field types, whose blocks are cut into groups.
    pub(crate) fn coefficients(
        &mut self,
        input: &FieldType,
        output: &FieldType,
        groups: usize,
        space: &KernelSpace,
    ) -> Result<usize, NnError> {
        input.check_group(output)?;
        let place = self.0.iter().position(|(known, _)| known == space);
        let place = place.unwrap_or_else(|| {
            self.0.push((space.clone(), Vec::new()));
            self.0.len() - 1
        });
        let known = &mut self.0[place].1;
        let mut total = 0;
        for (o, out) in output.blocks().iter().enumerate() {
            for (i, of) in input.blocks().iter().enumerate() {
                let (a, b) = (&out.representation, &of.representation);
                if !kernel::connected(groups, i, input, o, output) {
                    continue;
                }
                let dimension = match known.iter().find(|(x, y, _)| x == a && y == b) {
                    Some((_, _, dimension)) => *dimension,
                    None => {
                        let dimension = space.dimension(a, b)?;
                        known.push((a.clone(), b.clone(), dimension));
                        dimension
                    }
                };
                total += dimension * out.multiplicity * of.multiplicity;
            }
        }
        Ok(total)
    }
}
