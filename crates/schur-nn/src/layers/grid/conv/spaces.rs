//! How many parameters convolutions have, by the dimensions of their kernel spaces.

use schur_math::{KernelBand, KernelBasis, PlanarRepresentation, SteerableKernelBasis};

use super::kernel::{self, KernelKind};
use crate::{FieldType, NnError};

/// A space of kernels between two representations.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum KernelSpace {
    /// The kernels of a kind on (rows, columns).
    OnGrid(KernelKind, (usize, usize)),
    /// The functions of the angle in a band.
    Angular(KernelBand),
}

impl KernelSpace {
    fn dimension(
        &self,
        out: &PlanarRepresentation,
        input: &PlanarRepresentation,
    ) -> Result<usize, NnError> {
        Ok(match self {
            Self::OnGrid(kind, size) => kind.elements(out, input, *size)?.len(),
            Self::Angular(band) => SteerableKernelBasis::new(out, input, band)?.dim(),
        })
    }
}

/// Dimensions that were asked for before: the widths of layers do not change them.
#[derive(Debug, Default)]
pub(crate) struct KernelSpaces(Vec<(KernelSpace, Vec<Known>)>);

/// Output, input, and the dimension of the space between them.
type Known = (PlanarRepresentation, PlanarRepresentation, usize);

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
        let sides = [output, input].map(|fields| fields.planar_blocks("a convolution"));
        let [outs, inputs] = sides;
        let (outs, inputs, mut total) = (outs?, inputs?, 0);
        for (o, &a) in outs.iter().enumerate() {
            for (i, &b) in inputs.iter().enumerate() {
                if !kernel::connected(groups, (i, input), (o, output)) {
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
                let copies = [&output.blocks()[o], &input.blocks()[i]].map(|b| b.multiplicity);
                total += dimension * copies[0] * copies[1];
            }
        }
        Ok(total)
    }
}
