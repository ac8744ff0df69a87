//! The kinds of closed subgroups of O(3), in the notation of Schoenflies.

use std::fmt;

use crate::group::Polyhedral;

/// A kind of closed subgroup of O(3), up to orientation. These are all of them.
///
/// In the standard orientation the main axis is `z`. `r` is the turn by `2π/n` about it, or every
/// turn about it where `n` is `None`; `h` is the mirror `z -> -z`.
///
/// | kind | name | name if `n` is `None` | elements |
/// |---|---|---|---|
/// | `C` | `C<n>` | `SO(2)` | `r` |
/// | `Cv` | `C<n>v` | `cone` | `r`, and `s` the mirror `x -> -x` |
/// | `Ch` | `C<n>h`; `Cs` for 1 | `cylinder` | `r`, and `h` |
/// | `S` | `S<n>`, `n` even; `Ci` for 2 | | the turn by `2π/n` times `h` |
/// | `D` | `D<n>` | `O(2)` | `r`, and `s` the half turn about `y` |
/// | `Dh` | `D<n>h` | `full cylinder` | those, and `h` |
/// | `Dd` | `D<n>d` | | the turn by `π/n` times `h`, and the half turn about `y` |
/// | `Polyhedral` | `T`, `O`, `I`, `Td`, `Th`, `Oh`, `Ih` | | those of [`Polyhedral`] |
/// | `SO3`, `O3` | `SO(3)`, `O(3)` | | all rotations; all isometries |
///
/// `D<n>` and `O(2)` consist of proper rotations, with half turns where the groups of the plane
/// have mirrors; the groups with these mirrors are `C<n>v` and `cone`.
///
/// ```
/// use schur_math::{Schoenflies, SpatialGroup};
///
/// assert_eq!(SpatialGroup::parse("D3d")?.kind(), Schoenflies::Dd(3));
/// assert_eq!(Schoenflies::Cv(None).to_string(), "cone");
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Schoenflies {
    /// Turns about one axis.
    C(Option<usize>),
    /// Turns about one axis, and mirrors that contain it.
    Cv(Option<usize>),
    /// Turns about one axis, and the mirror perpendicular to it.
    Ch(Option<usize>),
    /// Turns about one axis times powers of the mirror perpendicular to it.
    S(usize),
    /// Turns about one axis, and half turns about perpendicular ones.
    D(Option<usize>),
    /// Those, and the mirror perpendicular to the main axis.
    Dh(Option<usize>),
    /// Turns by half the angle times that mirror, and half turns about perpendicular axes.
    Dd(usize),
    /// Symmetries of a regular polyhedron.
    Polyhedral(Polyhedral),
    /// All proper rotations.
    SO3,
    /// All isometries that fix the origin.
    O3,
}

impl Schoenflies {
    /// From letter and suffix around a number `n`.
    pub(super) fn of_letters(letter: &str, suffix: &str, n: Option<usize>) -> Option<Self> {
        Some(match (letter, suffix, n) {
            ("C", "", n) => Self::C(n),
            ("C", "v", n) => Self::Cv(n),
            ("C", "h", n) => Self::Ch(n),
            ("S", "", Some(n)) => Self::S(n),
            ("D", "", n) => Self::D(n),
            ("D", "h", n) => Self::Dh(n),
            ("D", "d", Some(n)) => Self::Dd(n),
            _ => return None,
        })
    }
}

impl fmt::Display for Schoenflies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::C(Some(n)) => write!(f, "C{n}"),
            Self::Cv(Some(n)) => write!(f, "C{n}v"),
            Self::Ch(Some(1)) => f.write_str("Cs"),
            Self::Ch(Some(n)) => write!(f, "C{n}h"),
            Self::S(2) => f.write_str("Ci"),
            Self::S(n) => write!(f, "S{n}"),
            Self::D(Some(n)) => write!(f, "D{n}"),
            Self::Dh(Some(n)) => write!(f, "D{n}h"),
            Self::Dd(n) => write!(f, "D{n}d"),
            Self::Polyhedral(kind) => f.write_str(kind.name()),
            Self::C(None) => f.write_str("SO(2)"),
            Self::Cv(None) => f.write_str("cone"),
            Self::Ch(None) => f.write_str("cylinder"),
            Self::D(None) => f.write_str("O(2)"),
            Self::Dh(None) => f.write_str("full cylinder"),
            Self::SO3 => f.write_str("SO(3)"),
            Self::O3 => f.write_str("O(3)"),
        }
    }
}
