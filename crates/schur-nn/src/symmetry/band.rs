//! The whole group acting on the filters of a band and on fibres.

use schur_engine::symmetry::{Action, Band, Columns, Fibre};
use schur_math::{
    KernelBand, MathError, PlanarGroup, PlanarIrrep, PlanarRepresentation, PlaneIsometry, middle,
};

use super::numbers::{columns, irrep_matrices};
use crate::tolerance::VANISHING_FILTER;

/// The action of the whole group on the filters of a band and on fibres; for a continuous group
/// that of a subgroup that is large enough to keep all frequencies apart. `None` without
/// representations.
pub(super) fn new(
    inputs: &[PlanarRepresentation],
    outputs: &[PlanarRepresentation],
    kernel: (usize, usize),
    band: &KernelBand,
) -> Result<Option<Band>, MathError> {
    let Some(first) = inputs.first().or(outputs.first()) else {
        return Ok(None);
    };
    let (frequencies, filters) = sample(band, kernel);
    let group = first.group();
    let highest = |side: &[PlanarRepresentation]| {
        let parts = side.iter().flat_map(PlanarRepresentation::parts);
        parts.map(PlanarIrrep::frequency).max().unwrap_or(0)
    };
    let acting = match group.rotations() {
        Some(_) => group.clone(),
        None => {
            let n = highest(inputs) + highest(outputs) + band.max_frequency() + 1;
            if group.has_mirrors() {
                PlanarGroup::dihedral(n)?.with_mirror_axis(group.mirror_axis())?
            } else {
                PlanarGroup::cyclic(n)?
            }
        }
    };
    let Some((abstract_group, elements)) = acting.finite().zip(acting.elements()) else {
        return Ok(None);
    };
    let moved = elements.iter().map(|g| turn_filters(g, &frequencies));
    Ok(Some(Band {
        name: group.name().to_string(),
        action: Action {
            irreps: irrep_matrices(abstract_group),
            positions: moved.collect(),
            inputs: originals(inputs, &elements)?,
            outputs: originals(outputs, &elements)?,
        },
        filters,
        fibres: [fibres(inputs, &elements)?, fibres(outputs, &elements)?],
    }))
}

/// The frequencies of the filters that do not vanish on the taps, and their values: for every
/// frequency above 0 a cosine and a sine. Tap (row i, column j) lies at
/// (j - (w-1)/2, (h-1)/2 - i).
fn sample(band: &KernelBand, (rows, cols): (usize, usize)) -> (Vec<usize>, Vec<f64>) {
    let (mut frequencies, mut all) = (Vec::new(), Vec::new());
    for shell in band.shells() {
        for &mu in shell.frequencies() {
            let mut values = [Vec::new(), Vec::new()];
            for tap in 0..rows * cols {
                let x = (tap % cols) as f64 - middle(cols);
                let y = middle(rows) - (tap / cols) as f64;
                let (radius, angle) = (x.hypot(y), mu as f64 * y.atan2(x));
                let size = if radius == 0.0 && mu > 0 {
                    0.0
                } else {
                    shell.value(mu, radius)
                };
                values[0].push(size * angle.cos());
                values[1].push(size * angle.sin());
            }
            let waves = if mu == 0 {
                &mut values[..1]
            } else {
                &mut values[..]
            };
            let squared = |v: &Vec<f64>| v.iter().map(|v| v * v).sum::<f64>();
            let size = waves.iter().map(squared).fold(0.0, f64::max).sqrt();
            if size > VANISHING_FILTER {
                frequencies.push(mu);
                for wave in waves {
                    all.extend(wave.iter().map(|v| v / size));
                }
            }
        }
    }
    (frequencies, all)
}

/// How an element moves the filters: (cos, sin) of frequency mu turn by mu times the angle to
/// which it brings the x axis; a mirror exchanges the two senses.
fn turn_filters(g: &PlaneIsometry, frequencies: &[usize]) -> Columns {
    let [[a, _], [c, _]] = g.matrix();
    let angle = c.atan2(a);
    let mut moved = Columns::new();
    for &mu in frequencies {
        let first = moved.len();
        if mu == 0 {
            moved.push(vec![(first, 1.0)]);
            continue;
        }
        let (sin, cos) = (mu as f64 * angle).sin_cos();
        let sign = if g.is_reflected() { -1.0 } else { 1.0 };
        moved.push(vec![(first, cos), (first + 1, sin)]);
        moved.push(vec![(first, -sign * sin), (first + 1, sign * cos)]);
    }
    moved
}

/// The matrices of every element in the given basis.
fn originals(
    side: &[PlanarRepresentation],
    elements: &[PlaneIsometry],
) -> Result<Vec<Vec<Columns>>, MathError> {
    let fibre = |rho: &PlanarRepresentation| {
        let of_element = |g| Ok(columns(rho.matrix(g)?.values(), rho.dim()));
        elements.iter().map(of_element).collect()
    };
    side.iter().map(fibre).collect()
}

/// The fibres in the basis of their irreps.
fn fibres(
    side: &[PlanarRepresentation],
    elements: &[PlaneIsometry],
) -> Result<Vec<Fibre>, MathError> {
    let fibre = |rho: &PlanarRepresentation| {
        let (dim, basis) = (rho.dim(), rho.change_of_basis());
        let of_element = |g| {
            let moved = basis.transposed().times(&rho.matrix(g)?.times(basis));
            Ok(columns(moved.values(), dim))
        };
        Ok(Fibre {
            parts: rho.parts().iter().map(PlanarIrrep::dim).collect(),
            in_basis: elements
                .iter()
                .map(of_element)
                .collect::<Result<_, MathError>>()?,
            basis: basis.values().to_vec(),
        })
    };
    side.iter().map(fibre).collect()
}
