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
/// O(3) moves a point and a direction at it as it moves any vectors. Then the columns `-n`, sines of the
/// third angle, are those of pseudo functions: in place of the `2C harmonics(n, L)` of SO(3) stand
/// `C harmonics(n, L)` and `C pseudoharmonics(n, L)`, of pseudo functions the other way round. So
/// functions with a direction hold scalars and pseudoscalars at once, and layers lead from one to the
/// other.
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
    /// If there are none, a spin is above its degree, the group is neither SO(3) nor O(3), or is SO(3)
    /// beside pseudo functions.
    pub fn fields(group: &SpatialGroup, kinds: &[Self]) -> Result<FieldType, NnError> {
        let inversions = *group == SpatialGroup::o3();
        let mut blocks: Vec<(AnyRepresentation, usize)> = Vec::new();
        for kind in kinds {
            let problem = if kind.spin > kind.degree {
                "frequencies in the third angle above the degree; use at most the degree"
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
                for (pseudo, copies) in kind.columns(n, inversions) {
                    let rho = match (kind.degree, pseudo) {
                        (0, false) => SpatialRepresentation::trivial(group),
                        _ => SpatialRepresentation::degrees(group, [n, kind.degree], pseudo)?,
                    };
                    blocks.push((rho.into(), copies));
                }
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
        let inversions = is_o3(fields);
        let mut blocks = Vec::new();
        for block in fields.blocks() {
            let Some(([first, degree], pseudo)) = degrees(&block.representation) else {
                return Err(refused(layer, &block.representation));
            };
            blocks.push((first, degree, pseudo, block.multiplicity));
        }
        let (mut kinds, mut next) = (Vec::new(), 0);
        while let Some(&(first, degree, pseudo, channels)) = blocks.get(next) {
            if first > 0 {
                return Err(refused(layer, &fields.blocks()[next].representation));
            }
            let mut kind = Self {
                channels,
                degree,
                spin: 0,
                pseudo,
            };
            next += 1;
            loop {
                let n = kind.spin + 1;
                let wanted = kind.columns(n, inversions).into_iter();
                let wanted = wanted.map(|(pseudo, copies)| (n, degree, pseudo, copies));
                let wanted: Vec<_> = wanted.collect();
                if !blocks[next..].starts_with(&wanted) {
                    break;
                }
                (kind.spin, next) = (n, next + wanted.len());
            }
            kinds.push(kind);
        }
        Ok(kinds)
    }

    /// The blocks of the columns `n` and `-n`: whether their harmonics are those of pseudo functions, and
    /// copies. Sines have the other parity where there are inversions.
    pub(crate) fn columns(&self, n: usize, inversions: bool) -> Vec<(bool, usize)> {
        let Self {
            pseudo, channels, ..
        } = *self;
        match n {
            0 => vec![(pseudo, channels)],
            _ if inversions => vec![(pseudo, channels), (!pseudo, channels)],
            _ => vec![(pseudo, 2 * channels)],
        }
    }
}

/// Whether fields of functions know inversions.
pub(crate) fn is_o3(fields: &FieldType) -> bool {
    let group = fields.group().spatial();
    group.is_some_and(|group| *group == SpatialGroup::o3())
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
                  `2C harmonics(1, L)`, …, of SO(3), or `C harmonics(1, L) + C pseudoharmonics(1, L)`, \
                  …, of O(3)"
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
