//! Functions on the sphere and on SO(3) as fields of coefficients.

use std::fmt;

use schur_math::{Matrix, Parity, SpatialGroup, SpatialRepresentation, SymmetryIrrep};

use crate::{AnyRepresentation, FieldType, NnError};

/// Functions of a band on the sphere, or on SO(3), whose harmonic coefficients are channels of a
/// field: of degrees `0..=degree`, and in the third angle of frequencies up to `spin`.
///
/// As fields of SO(3) or O(3) these are `channels` fields `harmonics(0, degree)` and, for
/// `n = 1, …, spin`, twice as many fields `harmonics(n, degree)`: the columns `n` and `-n` of the
/// matrices of coefficients. `spin = 0` are functions on the sphere, `spin = degree` all functions of
/// the band on SO(3), and between them are functions with a direction at every point, as wide as
/// `spin` can tell directions apart. Functions of degree 0 are scalars.
///
/// ```
/// use schur_math::SpatialGroup;
/// use schur_nn::{FieldType, SphereFunctions};
///
/// let functions = SphereFunctions { channels: 4, degree: 6, spin: 1, pseudo: false };
/// let fields = SphereFunctions::fields(&SpatialGroup::so3(), &[functions])?;
/// assert_eq!(fields.to_string(), "SO(3): 4 harmonics(0, 6) + 8 harmonics(1, 6)");
/// assert_eq!(fields.channels(), functions.coefficients() * 4);
/// // The type says what is in it.
/// let text = FieldType::parse("SO(3): 4 harmonics(0, 6) + 8 harmonics(1, 6)")?;
/// assert_eq!(SphereFunctions::of(&text, "a layer")?, [functions]);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SphereFunctions {
    /// How many functions.
    pub channels: usize,
    /// The largest degree.
    pub degree: usize,
    /// The largest frequency in the third angle: 0 on the sphere.
    pub spin: usize,
    /// Whether they change their sign under inversions and mirrors, as vorticity does; in O(3).
    pub pseudo: bool,
}

impl SphereFunctions {
    /// Number of coefficients of one function.
    pub fn coefficients(&self) -> usize {
        let all = (self.degree + 1).pow(2);
        all + (1..=self.spin).map(|n| 2 * (all - n * n)).sum::<usize>()
    }

    /// The type of field of several kinds of functions, one behind the other.
    ///
    /// # Errors
    ///
    /// If there are none, a spin is above its degree, the group is neither SO(3) nor O(3), or is O(3)
    /// beside a spin, or SO(3) beside pseudo functions.
    pub fn fields(group: &SpatialGroup, kinds: &[Self]) -> Result<FieldType, NnError> {
        let mut blocks: Vec<(AnyRepresentation, usize)> = Vec::new();
        for kind in kinds {
            let inversions = *group == SpatialGroup::o3();
            let problem = if kind.spin > kind.degree {
                "frequencies in the third angle above the degree; use at most the degree"
            } else if inversions && kind.spin > 0 {
                "O(3) moves functions on the sphere; use `spin = 0`, or SO(3)"
            } else if !inversions && kind.pseudo {
                "pseudo functions differ under inversions only; use O(3)"
            } else {
                ""
            };
            if !problem.is_empty() {
                return Err(NnError::Config {
                    at: kind.to_string(),
                    problem: problem.to_string(),
                });
            }
            for n in 0..=kind.spin {
                let degrees = [n, kind.degree];
                let rho = match (kind.degree, kind.pseudo) {
                    (0, false) => SpatialRepresentation::trivial(group),
                    (_, pseudo) => SpatialRepresentation::degrees(group, degrees, pseudo)?,
                };
                let copies = if n == 0 { 1 } else { 2 };
                blocks.push((rho.into(), copies * kind.channels));
            }
        }
        FieldType::new(group, blocks)
    }

    /// The kinds of functions that a field type consists of; scalar fields are functions of degree 0.
    ///
    /// # Errors
    ///
    /// If it consists of something else; the message names the layer.
    pub fn of(fields: &FieldType, layer: &str) -> Result<Vec<Self>, NnError> {
        let mut kinds: Vec<Self> = Vec::new();
        for block in fields.blocks() {
            let found = degrees(&block.representation);
            let Some(([first, degree], pseudo)) = found else {
                return Err(refused(layer, &block.representation));
            };
            match (first, kinds.last_mut()) {
                (0, _) => kinds.push(Self {
                    channels: block.multiplicity,
                    degree,
                    spin: 0,
                    pseudo,
                }),
                (n, Some(last))
                    if n == last.spin + 1
                        && (degree, pseudo) == (last.degree, last.pseudo)
                        && block.multiplicity == 2 * last.channels =>
                {
                    last.spin = n;
                }
                _ => return Err(refused(layer, &block.representation)),
            }
        }
        Ok(kinds)
    }
}

/// First and last degree of a representation on harmonics, and whether on those of pseudo functions.
fn degrees(rho: &AnyRepresentation) -> Option<([usize; 2], bool)> {
    let rho = rho.get::<SpatialRepresentation>()?;
    let group = rho.group();
    if *group != SpatialGroup::so3() && *group != SpatialGroup::o3() {
        return None;
    }
    let (first, last) = (rho.parts().first()?.band(), rho.parts().last()?.band());
    let pseudo_at = |l: usize, parity: Option<Parity>| {
        parity.is_some_and(|parity| parity != Parity::of_degree(l))
    };
    let pseudo = pseudo_at(first, rho.parts()[0].parity());
    let mut parts = rho.parts().iter().zip(first..);
    let alike = parts.all(|(irrep, l)| irrep.band() == l && pseudo_at(l, irrep.parity()) == pseudo);
    let standard = *rho.change_of_basis() == Matrix::identity(rho.dim());
    (alike && standard).then_some(([first, last], pseudo))
}

fn refused(layer: &str, rho: &AnyRepresentation) -> NnError {
    NnError::Unsuitable {
        layer: layer.to_string(),
        representation: rho.name().to_string(),
        problem: "it acts on functions: `C harmonics(0, L)`, and with a third angle \
                  `2C harmonics(1, L)`, …, of SO(3) or O(3)"
            .to_string(),
    }
}

impl fmt::Display for SphereFunctions {
    /// `8 functions of degree 10`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pseudo = if self.pseudo { "pseudo " } else { "" };
        write!(
            f,
            "{} {pseudo}functions of degree {}",
            self.channels, self.degree
        )?;
        match self.spin {
            0 => Ok(()),
            spin => write!(f, ", {spin} in the third angle"),
        }
    }
}
