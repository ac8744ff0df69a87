//! Meshes by formulas.

use std::collections::BTreeMap;
use std::f64::consts::TAU;

use super::mesh::TriangleMesh;
use crate::MathError;
use crate::vector::{Vector, plus, unit};

/// Finest icosphere.
const MAX_LEVEL: usize = 9;

/// Most vertices along an axis.
const MAX_SIDE: usize = 2048;

impl TriangleMesh {
    /// A sphere of radius 1: the icosahedron, each triangle cut in four `level` times, new vertices moved
    /// to the sphere; `10 · 4^level + 2` vertices. Those of a level are the first of the next.
    ///
    /// # Errors
    ///
    /// If the level is above 9.
    pub fn icosphere(level: usize) -> Result<Self, MathError> {
        if level > MAX_LEVEL {
            return Err(MathError::Degree {
                what: "the level of an icosphere",
                degree: level,
                max: MAX_LEVEL,
            });
        }
        let (mut vertices, mut faces) = icosahedron();
        for _ in 0..level {
            let mut middles: BTreeMap<[usize; 2], usize> = BTreeMap::new();
            let mut middle = |a: usize, b: usize| {
                *middles.entry([a.min(b), a.max(b)]).or_insert_with(|| {
                    vertices.push(unit(plus(vertices[a], vertices[b])));
                    vertices.len() - 1
                })
            };
            let mut cut = Vec::with_capacity(4 * faces.len());
            for [a, b, c] in faces {
                let [x, y, z] = [middle(a, b), middle(b, c), middle(c, a)];
                cut.extend([[a, x, z], [x, b, y], [z, y, c], [x, y, z]]);
            }
            faces = cut;
        }
        Self::new(vertices, faces)
    }

    /// A torus about the z axis: `around` vertices around it times `across` around the tube, whose middle
    /// runs at the distance `large` and whose radius is `small`.
    ///
    /// # Errors
    ///
    /// If there are fewer than 3 vertices around or more than 2048, or the radii do not leave a hole.
    pub fn torus(around: usize, across: usize, large: f64, small: f64) -> Result<Self, MathError> {
        sides([around, across], 3)?;
        if !(small > 0.0 && large > small && large.is_finite()) {
            return Err(MathError::geometry(
                "the radii of a torus",
                (large, small),
                "they leave no hole",
                "give 0 < small < large",
            ));
        }
        let place = |k: usize| {
            let [a, b] = [(k / across, around), (k % across, across)]
                .map(|(i, n)| (TAU * i as f64 / n as f64).sin_cos());
            let out = large + small * b.1;
            [out * a.1, out * a.0, small * b.0]
        };
        let at = |i: usize, j: usize| (i % around) * across + j % across;
        let faces = cells([around, across], at);
        Self::new((0..around * across).map(place).collect(), faces)
    }

    /// A piece of the plane `z = 0`, `rows` times `columns` vertices at a distance, with diagonals; `x`
    /// runs along the columns, `y` along the rows.
    ///
    /// # Errors
    ///
    /// If there are fewer than 2 rows or columns or more than 2048, or the distance is not positive and
    /// finite.
    pub fn plane(rows: usize, columns: usize, distance: f64) -> Result<Self, MathError> {
        sides([rows, columns], 2)?;
        let place = |k: usize| [(k % columns) as f64, (k / columns) as f64, 0.0];
        let places = (0..rows * columns).map(|k| place(k).map(|v| v * distance));
        let faces = cells([columns - 1, rows - 1], |i, j| j * columns + i);
        Self::new(places.collect(), faces)
    }

    /// The surface of the cube from -1 to 1, each face `cells` times `cells` squares with diagonals.
    ///
    /// # Errors
    ///
    /// If there is no cell or there are more than 512.
    pub fn cube(squares: usize) -> Result<Self, MathError> {
        sides([squares, 4 * squares], 1)?;
        let mut numbers: BTreeMap<[usize; 3], usize> = BTreeMap::new();
        let (mut vertices, mut faces) = (Vec::new(), Vec::new());
        for (axis, end) in (0..3).flat_map(|axis| [(axis, 0), (axis, squares)]) {
            let mut at = |i: usize, j: usize| {
                let mut place = [0; 3];
                place[axis] = end;
                // Counter-clockwise as seen from outside.
                let (first, second) = if end > 0 { (1, 2) } else { (2, 1) };
                place[(axis + first) % 3] = i;
                place[(axis + second) % 3] = j;
                *numbers.entry(place).or_insert_with(|| {
                    let coordinate = |k: usize| 2.0 * k as f64 / squares as f64 - 1.0;
                    vertices.push(place.map(coordinate));
                    vertices.len() - 1
                })
            };
            faces.extend(cells([squares, squares], &mut at));
        }
        Self::new(vertices, faces)
    }

    /// A Möbius strip: `around` times `across` vertices on a band of the given width about a circle of
    /// radius 1, with half a twist.
    ///
    /// ```
    /// use schur_math::surface::TriangleMesh;
    ///
    /// let strip = TriangleMesh::mobius_strip(24, 5, 0.6)?;
    /// assert!(!strip.is_orientable() && strip.seam().is_some());
    /// assert_eq!(strip.euler_characteristic(), 0);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are fewer than 3 vertices around, 2 across or more than 2048, or the width is not between
    /// 0 and 1.
    pub fn mobius_strip(around: usize, across: usize, width: f64) -> Result<Self, MathError> {
        sides([around, across + 1], 3)?;
        if !(width > 0.0 && width < 1.0) {
            return Err(MathError::geometry(
                "the width of a Möbius strip",
                width,
                "a band of it about a circle of radius 1 meets itself",
                "give a number between 0 and 1",
            ));
        }
        let place = |k: usize| {
            let turn = TAU * (k / across) as f64 / around as f64;
            let out = width * ((k % across) as f64 / (across - 1) as f64 - 0.5);
            let radius = 1.0 + out * (turn / 2.0).cos();
            let height = out * (turn / 2.0).sin();
            [radius * turn.cos(), radius * turn.sin(), height]
        };
        let at = |i: usize, j: usize| match i == around {
            true => across - 1 - j,
            false => i * across + j,
        };
        let faces = cells([around, across - 1], at);
        Self::new((0..around * across).map(place).collect(), faces)
    }
}

/// Two triangles for every cell of a grid.
fn cells(
    [rows, columns]: [usize; 2],
    mut at: impl FnMut(usize, usize) -> usize,
) -> Vec<[usize; 3]> {
    let mut faces = Vec::with_capacity(2 * rows * columns);
    for (i, j) in (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j))) {
        let [a, b, c, d] = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)];
        faces.extend([[a, b, c], [a, c, d]]);
    }
    faces
}

fn sides(sides: [usize; 2], least: usize) -> Result<(), MathError> {
    if sides.iter().all(|side| (least..=MAX_SIDE).contains(side)) {
        return Ok(());
    }
    Err(MathError::GridSize {
        what: "mesh",
        sizes: format!("{} x {}", sides[0], sides[1]),
        problem: "too few or too many vertices along a side",
        max: MAX_SIDE * MAX_SIDE,
    })
}

fn icosahedron() -> (Vec<Vector>, Vec<[usize; 3]>) {
    let p = (1.0 + 5.0f64.sqrt()) / 2.0;
    let mut vertices = Vec::with_capacity(12);
    for axis in 0..3 {
        for (one, golden) in [(-1.0, p), (1.0, p), (-1.0, -p), (1.0, -p)] {
            let mut place = [0.0; 3];
            place[axis] = one;
            place[(axis + 1) % 3] = golden;
            vertices.push(unit(place));
        }
    }
    let faces = [
        [0, 11, 5],
        [0, 5, 1],
        [0, 1, 7],
        [0, 7, 10],
        [0, 10, 11],
        [1, 5, 9],
        [5, 11, 4],
        [11, 10, 2],
        [10, 7, 6],
        [7, 1, 8],
        [3, 9, 4],
        [3, 4, 2],
        [3, 2, 6],
        [3, 6, 8],
        [3, 8, 9],
        [4, 9, 5],
        [2, 4, 11],
        [6, 2, 10],
        [8, 6, 7],
        [9, 8, 1],
    ];
    (vertices, faces.to_vec())
}
