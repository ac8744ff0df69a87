//! The elements of finite groups in their standard orientations.

use std::f64::consts::TAU;
use std::sync::OnceLock;

use super::Schoenflies;
use crate::continuous::FiniteSubgroup;
use crate::error::MathError;
use crate::group::{Group, MatrixGroup, Polyhedral};
use crate::rotation::SpaceIsometry;

/// The group of a kind with its elements; `None` if it is infinite.
pub(super) fn finite(
    kind: Schoenflies,
) -> Result<Option<FiniteSubgroup<SpaceIsometry>>, MathError> {
    let half_turn = Some(turn([0.0, 1.0, 0.0], 2));
    let mirror = Some(turn([1.0, 0.0, 0.0], 2).compose(&SpaceIsometry::INVERSION));
    Ok(Some(match kind {
        Schoenflies::C(Some(n)) => about_z(&Group::cyclic(n)?, n, false, None)?,
        Schoenflies::Cv(Some(n)) => about_z(&Group::dihedral(n)?, n, false, mirror)?,
        Schoenflies::Ch(Some(n)) => {
            with_flat_mirror(&about_z(&Group::cyclic(n)?, n, false, None)?)?
        }
        Schoenflies::S(n) if n.is_multiple_of(2) => about_z(&Group::cyclic(n)?, n, true, None)?,
        Schoenflies::S(n) => {
            return Err(MathError::UnknownPointGroup {
                name: format!("S{n}"),
            });
        }
        Schoenflies::D(Some(n)) => about_z(&Group::dihedral(n)?, n, false, half_turn)?,
        Schoenflies::Dh(Some(n)) => {
            with_flat_mirror(&about_z(&Group::dihedral(n)?, n, false, half_turn)?)?
        }
        Schoenflies::Dd(n) => {
            let n = n.saturating_mul(2);
            about_z(&Group::dihedral(n)?, n, true, half_turn)?
        }
        Schoenflies::Polyhedral(kind) => polyhedral(kind)?,
        _ => return Ok(None),
    }))
}

/// A polyhedral group; made once.
fn polyhedral(kind: Polyhedral) -> Result<FiniteSubgroup<SpaceIsometry>, MathError> {
    static KNOWN: [OnceLock<FiniteSubgroup<SpaceIsometry>>; Polyhedral::ALL.len()] =
        [const { OnceLock::new() }; Polyhedral::ALL.len()];
    let place = Polyhedral::ALL.iter().position(|known| *known == kind);
    let known = &KNOWN[place.unwrap_or_default()];
    if let Some(known) = known.get() {
        return Ok(known.clone());
    }
    let made = make_polyhedral(kind)?;
    Ok(known.get_or_init(|| made).clone())
}

fn make_polyhedral(kind: Polyhedral) -> Result<FiniteSubgroup<SpaceIsometry>, MathError> {
    let matrices = MatrixGroup::polyhedral(kind);
    let image = |g| {
        let m = matrices.matrix(g).values();
        SpaceIsometry::from_matrix(&[[m[0], m[1], m[2]], [m[3], m[4], m[5]], [m[6], m[7], m[8]]])
    };
    let elements = matrices.group().elements();
    let images = elements.map(image).collect::<Result<Vec<_>, _>>()?;
    FiniteSubgroup::new(matrices.group(), &images)
}

/// `C_n` or `D_n` with `r` the turn by `2π/n` about z, times the flat mirror if
/// `alternating`, and `s` as given.
fn about_z(
    group: &Group,
    n: usize,
    alternating: bool,
    s: Option<SpaceIsometry>,
) -> Result<FiniteSubgroup<SpaceIsometry>, MathError> {
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
    FiniteSubgroup::new(group, &images)
}

/// The direct product with the mirror `z -> -z`, which commutes with groups about z.
fn with_flat_mirror(
    group: &FiniteSubgroup<SpaceIsometry>,
) -> Result<FiniteSubgroup<SpaceIsometry>, MathError> {
    let product = group.group().direct_product(&Group::cyclic(2)?)?;
    let images: Vec<SpaceIsometry> = group.group().elements().map(|g| *group.image(g)).collect();
    let mirrored = images.iter().map(|g| g.compose(&flat_mirror()));
    let images: Vec<SpaceIsometry> = images.iter().copied().chain(mirrored).collect();
    FiniteSubgroup::new(&product, &images)
}

/// The mirror `z -> -z`.
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
