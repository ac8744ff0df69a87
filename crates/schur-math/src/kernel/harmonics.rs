//! The harmonics that kernels are made of, by the dimension: circular ones in the plane,
//! spherical ones in space, with the mean square 1 in space and 1/2 in the plane (1 for the
//! constant).

use std::f64::consts::{PI, SQRT_2};

use crate::harmonics::SphericalHarmonics;
use crate::tolerance::KERNEL_ENTRY;

/// Number of harmonics of a degree.
pub(super) fn count<const D: usize>(degree: usize) -> usize {
    match (D, degree) {
        (_, 0) => 1,
        (2, _) => 2,
        _ => 2 * degree + 1,
    }
}

/// What a harmonic of a degree is multiplied with to have the mean square 1 on the circle or the
/// sphere.
pub(super) fn unit_scale<const D: usize>(degree: usize) -> f64 {
    if D == 2 && degree > 0 { SQRT_2 } else { 1.0 }
}

/// The distance from the origin.
pub(super) fn radius<const D: usize>(point: &[f64; D]) -> f64 {
    point.iter().fold(0.0, |r: f64, x| r.hypot(*x))
}

/// The harmonics in the directions of some points: for every degree up to a highest one, for
/// every harmonic, one number per point. At the origin, where a direction has no meaning,
/// harmonics of degrees above 0 are 0.
pub(super) fn values<const D: usize>(points: &[[f64; D]], max_degree: usize) -> Vec<Vec<f64>> {
    const { assert!(D == 2 || D == 3, "harmonics of the plane and of space") };
    let empty = |degree| vec![0.0; count::<D>(degree) * points.len()];
    let mut values: Vec<Vec<f64>> = (0..=max_degree).map(empty).collect();
    values[0].fill(1.0);
    let units = units(points);
    let write = |place: usize, degree: usize, function: usize, value: f64| {
        values[degree][function * points.len() + place] = value;
    };
    if D == 2 {
        circular(&units, max_degree, write);
    } else {
        spherical(&units, max_degree, write);
    }
    values
}

/// The gradients of the harmonics at the directions of some points, on the unit circle or sphere and
/// tangent to it, in the order of [`values`]; 0 at the origin.
pub(super) fn gradients<const D: usize>(
    points: &[[f64; D]],
    max_degree: usize,
) -> Vec<Vec<[f64; D]>> {
    let empty = |degree| vec![[0.0; D]; count::<D>(degree) * points.len()];
    let mut gradients: Vec<Vec<[f64; D]>> = (0..=max_degree).map(empty).collect();
    let units = units(points);
    if D == 2 {
        // ∇ cos μφ = -μ sin μφ e, ∇ sin μφ = μ cos μφ e with the tangent e.
        circular(&units, max_degree, |place, degree, function, value| {
            let [x, y] = [points[place][0], points[place][1]].map(|c| c / radius(&points[place]));
            let sign = [1.0, -1.0][function] * degree as f64;
            let other = &mut gradients[degree][(1 - function) * points.len() + place];
            (other[0], other[1]) = (-y * sign * value, x * sign * value);
        });
        return gradients;
    }
    let harmonics = SphericalHarmonics::new(max_degree);
    let harmonics = harmonics.expect("the degrees of kernels end below those of harmonics");
    let root = (4.0 * PI).sqrt();
    for (place, unit) in units {
        let found = harmonics.values_and_gradients([unit[0], unit[1], unit[2]]);
        let (_, all) = found.expect("the points have unit length");
        for degree in 1..=max_degree {
            let of_degree = &all[degree * degree..(degree + 1) * (degree + 1)];
            for (function, gradient) in of_degree.iter().enumerate() {
                gradients[degree][function * points.len() + place] =
                    std::array::from_fn(|axis| root * gradient[axis]);
            }
        }
    }
    gradients
}

/// The directions of the points that have one, with their places among all.
fn units<const D: usize>(points: &[[f64; D]]) -> Vec<(usize, [f64; D])> {
    let unit = |(place, point): (usize, &[f64; D])| {
        let radius = radius(point);
        let has_direction = radius > KERNEL_ENTRY && radius.is_finite();
        has_direction.then(|| (place, point.map(|x| x / radius)))
    };
    points.iter().enumerate().filter_map(unit).collect()
}

/// Calls `write(place, μ, 0, cos μφ)` and `write(place, μ, 1, sin μφ)`.
fn circular<const D: usize>(
    units: &[(usize, [f64; D])],
    max_degree: usize,
    mut write: impl FnMut(usize, usize, usize, f64),
) {
    for (place, unit) in units {
        let (x, y) = (unit[0], unit[1]);
        let (mut cos, mut sin) = (1.0, 0.0);
        for degree in 1..=max_degree {
            (cos, sin) = (cos * x - sin * y, cos * y + sin * x);
            write(*place, degree, 0, cos);
            write(*place, degree, 1, sin);
        }
    }
}

/// Calls `write(place, l, l + m, √4π Y_lm)` for `l > 0`.
fn spherical<const D: usize>(
    units: &[(usize, [f64; D])],
    max_degree: usize,
    mut write: impl FnMut(usize, usize, usize, f64),
) {
    let harmonics = SphericalHarmonics::new(max_degree);
    let harmonics = harmonics.expect("the degrees of kernels end below those of harmonics");
    let points: Vec<[f64; 3]> = (units.iter()).map(|(_, u)| [u[0], u[1], u[2]]).collect();
    let mut values = vec![0.0; points.len() * harmonics.dim()];
    let done = harmonics.values_of_points(&points, &mut values);
    done.expect("the points have unit length");
    let root = (4.0 * PI).sqrt();
    for ((place, _), values) in units.iter().zip(values.chunks(harmonics.dim())) {
        for degree in 1..=max_degree {
            let of_degree = &values[degree * degree..(degree + 1) * (degree + 1)];
            for (function, value) in of_degree.iter().enumerate() {
                write(*place, degree, function, root * value);
            }
        }
    }
}
