//! Rotations whose products with those of the cube have the means of all rotations.

use crate::error::MathError;
use crate::linear::{inverse, norm, orthonormal};
use crate::matrix::Matrix;
use crate::mixer::Mixer;
use crate::point_group::{SpatialGroup, SpatialIrrep};
use crate::quadrature::Quadrature;
use crate::rotation::{SpaceIsometry, UnitQuaternion};
use crate::symmetry::{SymmetryGroup, SymmetryIrrep};
use crate::tolerance::{DESIGN, DESIGN_DAMPING, DESIGN_TURN, INDEPENDENCE};

/// Highest band: its conditions are solved in some seconds.
pub(crate) const MAX_BAND: usize = 6;
/// Rotations of the cube.
const CUBE: usize = 24;
/// Beginnings that are tried for a number of rotations.
const TRIALS: u64 = 12;
/// Newton steps of a trial.
const STEPS: usize = 60;

/// What has to vanish at one degree: for every invariant `v` of the cube and every vector `w` of the
/// degree that the subgroup keeps the mean of `vᵀ D(q_i) w`.
struct Condition {
    irrep: SpatialIrrep,
    invariants: Vec<Vec<f64>>,
    kept: Vec<Vec<f64>>,
}

impl Condition {
    fn count(&self) -> usize {
        self.invariants.len() * self.kept.len()
    }

    /// The summands of one rotation.
    fn values(&self, q: &SpaceIsometry) -> Result<Vec<f64>, MathError> {
        let matrix = self.irrep.matrix(q)?;
        let moved = self.kept.iter().map(|w| matrix.apply(w));
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let moved: Vec<Vec<f64>> = moved.collect();
        let pairs = self
            .invariants
            .iter()
            .flat_map(|v| moved.iter().map(move |w| (v, w)));
        Ok(pairs.map(|(v, w)| dot(v, w)).collect())
    }
}

/// Rotations `q_i` such that the mean of every function of a degree from 1 to twice the band, on the
/// cosets of a subgroup, over all `h q_i` with `h` in the rotations of the cube is 0.
pub(super) fn rotations(
    subgroup: &SpatialGroup,
    band: usize,
    count: Option<usize>,
) -> Result<Vec<SpaceIsometry>, MathError> {
    let needed = conditions(subgroup, 2 * band)?;
    let equations: usize = needed.iter().map(Condition::count).sum();
    // A rotation has as many parameters as cosets have dimensions.
    let freedom = if subgroup.finite().is_some() { 3 } else { 2 };
    let least = equations.div_ceil(freedom).max(1);
    let (first, most) = match count {
        Some(count) => (count.div_ceil(CUBE).max(1), count.div_ceil(CUBE).max(1)),
        None => (least + least.div_ceil(4), 2 * least + 2),
    };
    for orbits in first..=most {
        for trial in 0..TRIALS {
            let begin = spread(orbits, trial)?;
            if let Some(found) = solved(&needed, begin)? {
                return Ok(found);
            }
        }
    }
    Err(MathError::TooFewSamples {
        found: CUBE * most,
        band,
        least: CUBE * (most + 1).max(least),
    })
}

/// The conditions up to a degree; degrees without any are left out.
fn conditions(subgroup: &SpatialGroup, degree: usize) -> Result<Vec<Condition>, MathError> {
    let cube = SpatialGroup::parse("O")?;
    let mut all = Vec::new();
    for degree in 1..=degree {
        let irrep = SpatialIrrep::so3(degree)?;
        let (invariants, kept) = (
            fixed(&irrep, &cube, degree)?,
            fixed(&irrep, subgroup, degree)?,
        );
        if !invariants.is_empty() && !kept.is_empty() {
            all.push(Condition {
                irrep,
                invariants,
                kept,
            });
        }
    }
    Ok(all)
}

/// An orthonormal basis of the vectors of an irrep of SO(3) that the rotations of a group keep. An
/// improper element is a rotation times the inversion, which moves no function on rotations.
fn fixed(
    irrep: &SpatialIrrep,
    group: &SpatialGroup,
    degree: usize,
) -> Result<Vec<Vec<f64>>, MathError> {
    let rule: Quadrature<SpaceIsometry> = group.quadrature(degree)?;
    let mut projection = Matrix::zeros(irrep.dim(), irrep.dim());
    for (g, weight) in rule.points().iter().zip(rule.weights()) {
        let proper = SpaceIsometry::new(g.quaternion(), false);
        let matrix = irrep.matrix(&proper)?.scaled(*weight);
        for (sum, value) in projection.values_mut().iter_mut().zip(matrix.values()) {
            *sum += value;
        }
    }
    let columns = (0..irrep.dim()).map(|j| projection.column(j));
    let columns: Vec<Vec<f64>> = columns.filter(|c| norm(c) > INDEPENDENCE).collect();
    Ok(orthonormal(&columns))
}

/// Rotations that are spread over SO(3), other ones for every trial.
fn spread(count: usize, trial: u64) -> Result<Vec<SpaceIsometry>, MathError> {
    let mut mixer = Mixer(trial);
    let mut next = || -> Result<SpaceIsometry, MathError> {
        let mut parts = [(); 4].map(|()| mixer.symmetric());
        // In the ball, so that all directions are as likely.
        while parts.iter().map(|x| x * x).sum::<f64>() > 1.0 {
            parts = [(); 4].map(|()| mixer.symmetric());
        }
        let length = norm(&parts);
        let [w, x, y, z] = parts.map(|p| p / length);
        Ok(SpaceIsometry::new(UnitQuaternion::new(w, x, y, z)?, false))
    };
    (0..count).map(|_| next()).collect()
}

/// Newton's method for fewer equations than unknowns: the shortest step, damped where it does not help.
fn solved(
    conditions: &[Condition],
    mut rotations: Vec<SpaceIsometry>,
) -> Result<Option<Vec<SpaceIsometry>>, MathError> {
    let values = |q: &SpaceIsometry| -> Result<Vec<f64>, MathError> {
        let parts = conditions.iter().map(|condition| condition.values(q));
        Ok(parts.collect::<Result<Vec<_>, _>>()?.concat())
    };
    let sum = |rotations: &[SpaceIsometry]| -> Result<Vec<f64>, MathError> {
        let equations = conditions.iter().map(Condition::count).sum();
        let mut sum = vec![0.0; equations];
        for q in rotations {
            for (sum, value) in sum.iter_mut().zip(values(q)?) {
                *sum += value;
            }
        }
        Ok(sum)
    };
    let mut rest = sum(&rotations)?;
    let mut damping = 1.0;
    for _ in 0..STEPS {
        if norm(&rest) <= DESIGN {
            return Ok(Some(rotations));
        }
        let columns = derivatives(&rotations, &values)?;
        let mut improved = false;
        for _ in 0..8 {
            let Some(step) = shortest(&columns, &rest, damping) else {
                break;
            };
            let moved: Vec<SpaceIsometry> = (rotations.iter().zip(step.chunks(3)))
                .map(|(q, by)| turned(q, [by[0], by[1], by[2]]))
                .collect::<Result<_, _>>()?;
            let found = sum(&moved)?;
            if norm(&found) < norm(&rest) {
                (rotations, rest, improved) = (moved, found, true);
                damping *= 0.1;
                break;
            }
            damping = (damping * 10.0).max(DESIGN_DAMPING);
        }
        if !improved {
            break;
        }
    }
    Ok((norm(&rest) <= DESIGN).then_some(rotations))
}

/// The rotation before which one by a small vector is made.
fn turned(q: &SpaceIsometry, by: [f64; 3]) -> Result<SpaceIsometry, MathError> {
    let angle = norm(&by);
    if angle == 0.0 {
        return Ok(*q);
    }
    Ok(q.compose(&SpaceIsometry::from_axis_angle(by, angle)?))
}

/// The derivatives of the conditions by the three turns of every rotation, by central differences:
/// Newton's method needs no better ones.
fn derivatives(
    rotations: &[SpaceIsometry],
    values: &impl Fn(&SpaceIsometry) -> Result<Vec<f64>, MathError>,
) -> Result<Vec<Vec<f64>>, MathError> {
    let step = DESIGN_TURN;
    let mut columns = Vec::with_capacity(3 * rotations.len());
    for q in rotations {
        for axis in 0..3 {
            let along = |sign: f64| {
                let mut by = [0.0; 3];
                by[axis] = sign * step;
                values(&turned(q, by)?)
            };
            let (plus, minus) = (along(1.0)?, along(-1.0)?);
            let pairs = plus.iter().zip(minus);
            columns.push(pairs.map(|(p, m)| (p - m) / (2.0 * step)).collect());
        }
    }
    Ok(columns)
}

/// `-Jᵀ (J Jᵀ + damping)⁻¹ rest` for the columns of `J`.
fn shortest(columns: &[Vec<f64>], rest: &[f64], damping: f64) -> Option<Vec<f64>> {
    let rows = rest.len();
    let square = Matrix::from_fn(rows, rows, |i, j| {
        let sum: f64 = columns.iter().map(|c| c[i] * c[j]).sum();
        sum + if i == j { damping } else { 0.0 }
    });
    let weights = inverse(&square)?.apply(rest);
    let along = |c: &Vec<f64>| -c.iter().zip(&weights).map(|(c, w)| c * w).sum::<f64>();
    Some(columns.iter().map(along).collect())
}
