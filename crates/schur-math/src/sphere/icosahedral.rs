//! The points of a divided icosahedron, and their weights.

use std::collections::BTreeMap;
use std::f64::consts::{FRAC_PI_2, PI};

use super::{SphereGrid, SphereRing, check_sizes};
use crate::error::MathError;
use crate::harmonics::check_degree;
use crate::linear::{add_longest, norm, remainder};
use crate::tolerance::EXACT_WEIGHTS;

/// Most parts of an edge.
const MAX_PARTS: usize = 64;

/// Points on the sphere where invariant functions are looked at: more than twice as many as there are
/// independent ones in any degree that is needed.
const PROBES: usize = 24;

/// A point with no negative coordinate, and its orbit under the symmetries of the icosahedron.
struct Corner {
    point: [f64; 3],
    orbit: usize,
}

impl SphereGrid {
    /// The `10 n² + 2` points of an icosahedron whose edges are cut into `n` parts and whose faces into
    /// `n²` triangles, brought to the sphere along rays. The axes x, y and z pass through the middles
    /// of edges.
    ///
    /// Points that a symmetry of the icosahedron exchanges have one weight. These are the equal ones
    /// without what sums of invariant harmonics see of them, up to the last degree at which all stay
    /// positive (Sobolev 1962: only invariant functions are to be tried): about `3n`, so that a
    /// function has about four points per coefficient. [`degree`](Self::degree) is 5 for `n = 1`, 9 for
    /// 2, 15 for 4, 27 for 8.
    ///
    /// ```
    /// use schur_math::SphereGrid;
    ///
    /// let grid = SphereGrid::icosahedral(4)?;
    /// assert_eq!((grid.places(), grid.degree(), grid.band()), (162, 15, 7));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `n` is 0 or above 64.
    pub fn icosahedral(n: usize) -> Result<Self, MathError> {
        check_sizes(n, 5 * n)?;
        check_degree("the number of parts of an edge", n, MAX_PARTS)?;
        let corners = corners(n);
        let (weights, degree) = weights(&corners, 4 * n + 12);
        let mut north = Vec::new();
        for Corner { point, orbit } in &corners {
            let [x, y, z] = *point;
            let (sin, weight) = (x.hypot(y).min(1.0), weights[*orbit]);
            let longitude = if x == 0.0 { FRAC_PI_2 } else { (y / x).atan() };
            let ring = |longitude, count| SphereRing {
                cos: z.min(1.0),
                sin,
                longitude,
                count,
                weight,
            };
            match (x > 0.0, y > 0.0) {
                (false, false) => north.push(ring(0.0, 1)),
                (true, true) => north.extend([ring(longitude, 2), ring(PI - longitude, 2)]),
                _ => north.push(ring(longitude, 2)),
            }
        }
        north.sort_by(|a, b| {
            let height = b.cos.total_cmp(&a.cos);
            height.then(a.longitude.total_cmp(&b.longitude))
        });
        let above = north.iter().filter(|ring| ring.cos > 0.0).count();
        let equator = north.len() - above;
        let mirrored = |ring: &SphereRing| SphereRing {
            cos: -ring.cos,
            ..*ring
        };
        let south: Vec<SphereRing> = north[..above].iter().rev().map(mirrored).collect();
        north.extend(south);
        Ok(Self {
            name: "icosahedral",
            rings: north,
            equator,
            degree,
        })
    }
}

/// The points in the octant where no coordinate is negative: a face, and halves of its neighbours.
fn corners(n: usize) -> Vec<Corner> {
    let golden = (1.0 + 5f64.sqrt()) / 2.0;
    let [a, b, c] = [[0.0, 1.0, golden], [1.0, golden, 0.0], [golden, 0.0, 1.0]];
    let mirrored = |v: [f64; 3], axis: usize| -> [f64; 3] {
        std::array::from_fn(|k| if k == axis { -v[k] } else { v[k] })
    };
    let mut orbits: BTreeMap<[usize; 3], usize> = BTreeMap::new();
    let mut corners = Vec::new();
    let mut push = |vertices: [[f64; 3]; 3], parts: [usize; 3]| {
        let sum: [f64; 3] = std::array::from_fn(|k| {
            let terms = vertices.iter().zip(parts);
            terms.map(|(v, part)| v[k] * part as f64).sum()
        });
        let length = norm(&sum);
        // A symmetry brings any face to any other, its corners in any order.
        let mut key = parts;
        key.sort_unstable();
        let next = orbits.len();
        let orbit = *orbits.entry(key).or_insert(next);
        let point = sum.map(|v| v / length);
        corners.push(Corner { point, orbit });
    };
    for i in 0..=n {
        for j in 0..=n - i {
            push([a, b, c], [i, j, n - i - j]);
        }
    }
    // What is not on the edge with the first face, and not beyond the mirror.
    let halves = [(a, b, 0), (c, a, 1), (b, c, 2)];
    for (far, near, axis) in halves {
        for k in 1..=n / 2 {
            for j in k..=n - k {
                push([far, near, mirrored(near, axis)], [n - j - k, j, k]);
            }
        }
    }
    corners
}

/// The weight of a point of every orbit, and the degree to which they are exact.
fn weights(corners: &[Corner], most: usize) -> (Vec<f64>, usize) {
    let orbits = 1 + corners.iter().map(|c| c.orbit).max().unwrap_or(0);
    // Unknown is the weight of a point times the root of the size of its orbit.
    let (roots, sums) = invariant_sums(corners, orbits, most);
    let total = |s: &[f64]| s.iter().zip(&roots).map(|(s, root)| s * root).sum::<f64>();
    let scaled = |mut s: Vec<f64>| {
        let total = total(&s);
        s.iter_mut().for_each(|s| *s /= total);
        s
    };
    let mut best = scaled(roots.clone());
    let mut seen = Vec::new();
    for (l, rows) in (1..).zip(&sums[1..]) {
        add_longest(&mut seen, rows, invariants(l));
        let found = remainder(&remainder(&roots, &seen), &seen);
        if seen.len() >= orbits {
            break;
        }
        let found = scaled(found);
        if found.iter().all(|&s| s > 0.0) {
            best = found;
        }
    }
    let wrong = |rows: &Vec<Vec<f64>>| {
        let sum = |row: &Vec<f64>| row.iter().zip(&best).map(|(r, s)| r * s).sum::<f64>();
        rows.iter().any(|row| sum(row).abs() > EXACT_WEIGHTS)
    };
    let first = sums[1..].iter().position(wrong);
    let degree = first.unwrap_or(most);
    let each = best.iter().zip(&roots).map(|(s, root)| s / root);
    (each.collect(), degree)
}

/// How many independent harmonics of a degree all symmetries of the icosahedron leave as they are:
/// their generating function is `1 / ((1 - t⁶)(1 - t¹⁰))` (Meyer 1954).
fn invariants(degree: usize) -> usize {
    let sixes = 0..=degree / 6;
    sixes
        .filter(|sixes| (degree - 6 * sixes).is_multiple_of(10))
        .count()
}

/// The root of the size of every orbit; and for every degree `l` and probe the sums over the points of
/// every orbit of `P_l` of the cosine of their distance, divided by that root.
fn invariant_sums(
    corners: &[Corner],
    orbits: usize,
    most: usize,
) -> (Vec<f64>, Vec<Vec<Vec<f64>>>) {
    let probes: Vec<[f64; 3]> = (0..PROBES)
        .map(|k| {
            let z = 1.0 - (2 * k + 1) as f64 / PROBES as f64;
            let (sin, cos) = (2.4 * k as f64).sin_cos();
            let radius = (1.0 - z * z).sqrt();
            [radius * cos, radius * sin, z]
        })
        .collect();
    let mut sizes = vec![0.0; orbits];
    let mut sums = vec![vec![vec![0.0; orbits]; PROBES]; most + 1];
    for Corner { point, orbit } in corners {
        for signs in 0..8usize {
            let negative = |axis: usize| signs >> axis & 1 == 1;
            if (0..3).any(|axis| negative(axis) && point[axis] == 0.0) {
                continue;
            }
            let place: [f64; 3] =
                std::array::from_fn(|k| if negative(k) { -point[k] } else { point[k] });
            sizes[*orbit] += 1.0;
            for (index, probe) in probes.iter().enumerate() {
                let cos: f64 = probe.iter().zip(place).map(|(a, b)| a * b).sum();
                let (mut before, mut now) = (0.0, 1.0);
                for (l, rows) in sums.iter_mut().enumerate() {
                    rows[index][*orbit] += now;
                    let l = l as f64;
                    (before, now) = (now, ((2.0 * l + 1.0) * cos * now - l * before) / (l + 1.0));
                }
            }
        }
    }
    let roots: Vec<f64> = sizes.into_iter().map(f64::sqrt).collect();
    for row in sums.iter_mut().flatten() {
        row.iter_mut().zip(&roots).for_each(|(v, root)| *v /= root);
    }
    (roots, sums)
}
