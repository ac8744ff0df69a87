//! The finite subgroups of O(3) by their names.

use std::f64::consts::TAU;

use super::{CompactElement, FiniteSubgroup};
use crate::error::MathError;
use crate::group::{Group, MatrixGroup, Polyhedral};
use crate::rotation::SpaceIsometry;

impl<E: CompactElement> FiniteSubgroup<E> {
    /// The same group in another orientation: the elements `x g x⁻¹`.
    #[must_use]
    pub fn conjugated_by(&self, x: &E) -> Self {
        let back = x.inverse();
        let images = self.images.iter().map(|g| x.compose(g).compose(&back));
        Self {
            group: self.group.clone(),
            images: images.collect(),
        }
    }
}

impl FiniteSubgroup<SpaceIsometry> {
    /// A point group of space by its name in the notation of Schoenflies, in a standard
    /// orientation; [`conjugated_by`](Self::conjugated_by) gives any other. `r` is the turn by
    /// `2π/n` about z, `h` the mirror `z -> -z`.
    ///
    /// | name | group | elements |
    /// |---|---|---|
    /// | `C<n>` | `C_n` | `r` |
    /// | `C<n>v` | `D_n` | `r`, and `s` the mirror `x -> -x` |
    /// | `C<n>h` | `C_n x C2` | `r`, and `h`; `Cs` is `C1h` |
    /// | `S<2n>` | `C_2n` | the turn by `π/n` times `h`; `Ci` is `S2`, the inversion |
    /// | `D<n>` | `D_n` | `r`, and `s` the half turn about y |
    /// | `D<n>h` | `D_n x C2` | those, and `h` |
    /// | `D<n>d` | `D_2n` | the turn by `π/n` times `h`, and the half turn about y |
    /// | `T`, `O`, `I`, `Td`, `Th`, `Oh`, `Ih` | [`Polyhedral`] | as there |
    ///
    /// Note that `D<n>` as a point group consists of proper rotations, with half turns for
    /// the mirrors of the plane.
    ///
    /// ```
    /// use schur_math::FiniteSubgroup;
    ///
    /// let order = |name| FiniteSubgroup::point_group(name).map(|g| g.group().order());
    /// assert_eq!((order("C4v")?, order("D3d")?, order("S6")?, order("Ih")?), (8, 12, 6, 120));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the name is not understood, or the order is zero or above [`Group::MAX_ORDER`].
    pub fn point_group(name: &str) -> Result<Self, MathError> {
        let mut polyhedral = Polyhedral::ALL.into_iter();
        if let Some(kind) = polyhedral.find(|kind| kind.name() == name) {
            return Self::polyhedral(kind);
        }
        let unknown = || MathError::UnknownPointGroup {
            name: name.to_string(),
        };
        let plain = match name {
            "Cs" => "C1h",
            "Ci" => "S2",
            _ => name,
        };
        let (letter, rest) = plain.split_at_checked(1).ok_or_else(unknown)?;
        let end = rest.find(|c: char| !c.is_ascii_digit());
        let (digits, suffix) = rest.split_at(end.unwrap_or(rest.len()));
        if digits.is_empty() {
            return Err(unknown());
        }
        // Numbers that do not parse are beyond every limit.
        let n: usize = digits.parse().unwrap_or(usize::MAX);
        let half_turn = turn([0.0, 1.0, 0.0], 2);
        let mirror = turn([1.0, 0.0, 0.0], 2).compose(&SpaceIsometry::INVERSION);
        match (letter, suffix) {
            ("C", "") => Self::about_z(&Group::cyclic(n)?, n, false, None),
            ("C", "v") => Self::about_z(&Group::dihedral(n)?, n, false, Some(mirror)),
            ("C", "h") => Self::about_z(&Group::cyclic(n)?, n, false, None)?.with_flat_mirror(),
            ("S", "") if n.is_multiple_of(2) => Self::about_z(&Group::cyclic(n)?, n, true, None),
            ("D", "") => Self::about_z(&Group::dihedral(n)?, n, false, Some(half_turn)),
            ("D", "h") => {
                Self::about_z(&Group::dihedral(n)?, n, false, Some(half_turn))?.with_flat_mirror()
            }
            ("D", "d") => {
                let n = n.saturating_mul(2);
                Self::about_z(&Group::dihedral(n)?, n, true, Some(half_turn))
            }
            _ => Err(unknown()),
        }
    }

    fn polyhedral(kind: Polyhedral) -> Result<Self, MathError> {
        let matrices = MatrixGroup::polyhedral(kind)?;
        let image = |g| {
            let m = matrices.matrix(g).values();
            SpaceIsometry::from_matrix(&[
                [m[0], m[1], m[2]],
                [m[3], m[4], m[5]],
                [m[6], m[7], m[8]],
            ])
        };
        let elements = matrices.group().elements();
        let images = elements.map(image).collect::<Result<Vec<_>, _>>()?;
        Self::new(matrices.group(), &images)
    }

    /// `C_n` or `D_n` with `r` the turn by `2π/n` about z, times the flat mirror if
    /// `alternating`, and `s` as given.
    fn about_z(
        group: &Group,
        n: usize,
        alternating: bool,
        s: Option<SpaceIsometry>,
    ) -> Result<Self, MathError> {
        let image = |index: usize| {
            let (power, flipped) = (index % n, index >= n);
            let rotation = rotation_about_z(power, n);
            let rotation = if alternating && power % 2 == 1 {
                rotation.compose(&flat_mirror())
            } else {
                rotation
            };
            match s.filter(|_| flipped) {
                Some(s) => rotation.compose(&s),
                None => rotation,
            }
        };
        let images: Vec<SpaceIsometry> = group.elements().map(|g| image(g.index())).collect();
        Self::new(group, &images)
    }

    /// The direct product with the mirror `z -> -z`, which commutes with groups about z.
    fn with_flat_mirror(self) -> Result<Self, MathError> {
        let group = self.group.direct_product(&Group::cyclic(2)?)?;
        let mirrored = self.images.iter().map(|g| g.compose(&flat_mirror()));
        let images: Vec<SpaceIsometry> = self.images.iter().copied().chain(mirrored).collect();
        Self::new(&group, &images)
    }
}

fn flat_mirror() -> SpaceIsometry {
    turn([0.0, 0.0, 1.0], 2).compose(&SpaceIsometry::INVERSION)
}

fn rotation_about_z(power: usize, n: usize) -> SpaceIsometry {
    let angle = TAU * power as f64 / n as f64;
    SpaceIsometry::from_axis_angle([0.0, 0.0, 1.0], angle).expect("the axis is not zero")
}

/// The turn by a part of a full turn.
fn turn(axis: [f64; 3], part: usize) -> SpaceIsometry {
    SpaceIsometry::from_axis_angle(axis, TAU / part as f64).expect("the axis is not zero")
}
