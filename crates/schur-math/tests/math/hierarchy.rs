//! The chain of spaces of linear maps between feature maps.

use crate::support::groups::{every_lattice_group, plane};
use crate::support::table;

use schur_math::hierarchy::{Boundary, MapSubspace, hierarchy};
use schur_math::{
    Element, FiniteRepresentation, LatticeAction, LatticeKernelBasis, LinearGroup, MathError,
    Matrix, PlanarGroup, PlanarRepresentation, TensorType, irreps, tolerance,
};

const BOUNDARIES: [Boundary; 2] = [Boundary::Periodic, Boundary::Zero];

/// As [`hierarchy`], with both sizes in one.
fn chain_of(
    group: &PlanarGroup,
    out: &FiniteRepresentation,
    input: &FiniteRepresentation,
    sizes: (usize, usize),
    boundary: Boundary,
) -> Result<Vec<MapSubspace>, MathError> {
    hierarchy(group, out, input, sizes.0, sizes.1, boundary)
}

/// The irrep by rotations of the plane, or the last one there is.
fn vectors(group: &PlanarGroup) -> FiniteRepresentation {
    let mut all = irreps(group.finite().unwrap());
    all.pop().unwrap().representation().clone()
}

fn scalar(group: &PlanarGroup) -> FiniteRepresentation {
    FiniteRepresentation::trivial(group.finite().unwrap())
}

fn regular(group: &PlanarGroup) -> FiniteRepresentation {
    FiniteRepresentation::regular(group.finite().unwrap())
}

fn dims(chain: &[MapSubspace]) -> Vec<usize> {
    chain.iter().map(MapSubspace::dim).collect()
}

fn noise(seed: usize, rows: usize, columns: usize) -> Matrix {
    let entry = |i, j| ((seed * 7919 + i * columns + j) as f64 * 12.9898).sin();
    Matrix::from_fn(rows, columns, entry)
}

/// `tr Aᵀ B`.
fn dot(a: &Matrix, b: &Matrix) -> f64 {
    a.values().iter().zip(b.values()).map(|(x, y)| x * y).sum()
}

#[test]
fn published_dimensions() {
    for row in table::rows("scalar_kernels.csv") {
        let group = plane(&row[0]);
        let [k, expected] = [&row[1], &row[2]].map(|text| text.parse::<usize>().unwrap());
        let scalar = scalar(&group);
        for boundary in BOUNDARIES {
            let chain = chain_of(&group, &scalar, &scalar, (k, k), boundary).unwrap();
            let offsets = if boundary == Boundary::Periodic {
                k * k
            } else {
                (2 * k - 1).pow(2)
            };
            let all = [k.pow(4), offsets, k * k, expected, expected];
            assert_eq!(dims(&chain), all, "{row:?}");
        }
    }
}

/// Of regular fields: k²|G|² -> k²|G|, of which k² have scalar values (as from one to one).
fn dimensions_of_regular_fields(group: &PlanarGroup, _: usize) {
    let (regular, scalar) = (regular(group), scalar(group));
    let order = group.finite().unwrap().order();
    let chain = chain_of(group, &regular, &regular, (4, 3), Boundary::Periodic).unwrap();
    let square = order * order;
    assert_eq!(
        dims(&chain),
        [256 * square, 16 * square, 9 * square, 9 * order, 9]
    );
    let lifting = chain_of(group, &regular, &scalar, (4, 3), Boundary::Zero).unwrap();
    assert_eq!(lifting[3].dim(), 9);
}

every_lattice_group!(dimensions_of_regular_fields);

/// Every level lies in the one before, and not the other way round where dimensions differ;
/// bases are orthonormal; projectors are idempotent and symmetric.
fn spaces_are_a_chain_of_projections(group: &PlanarGroup, _: usize) {
    let (regular, plane) = (regular(group), vectors(group));
    for (input, out) in [(&plane, &plane), (&plane, &regular), (&regular, &plane)] {
        for (size, boundary) in [
            (3, Boundary::Periodic),
            (4, Boundary::Periodic),
            (3, Boundary::Zero),
        ] {
            let chain = chain_of(group, out, input, (size, 3), boundary).unwrap();
            for pair in chain.windows(2) {
                let inside = pair[0].distance_of_space(&pair[1]).unwrap();
                assert!(inside < tolerance::MEMBERSHIP, "{group}: {inside}");
                if pair[0].dim() > pair[1].dim() {
                    assert!(pair[1].distance_of_space(&pair[0]).unwrap() > 0.1);
                }
            }
            let (rows, columns) = chain[0].shape();
            let (a, b) = (noise(1, rows, columns), noise(2, rows, columns));
            for space in &chain {
                let (pa, pb) = (space.project(&a).unwrap(), space.project(&b).unwrap());
                assert!(space.contains(&pa).unwrap());
                let scale = dot(&a, &a);
                assert!((dot(&pa, &b) - dot(&a, &pb)).abs() < tolerance::MEMBERSHIP * scale);
                // Pythagoras; and a generic map is outside of all but the first.
                let distance = space.distance(&a).unwrap();
                let sum = distance * distance + dot(&pa, &pa);
                assert!((sum - scale).abs() < tolerance::MEMBERSHIP * scale);
                assert_eq!(space.contains(&a).unwrap(), space.dim() == chain[0].dim());
            }
            for space in &chain[3..] {
                let basis: Vec<Matrix> = (0..space.dim())
                    .map(|i| space.basis_map(i).unwrap())
                    .collect();
                for (i, x) in basis.iter().enumerate() {
                    for (j, y) in basis.iter().enumerate() {
                        let delta = f64::from(u8::from(i == j));
                        assert!((dot(x, y) - delta).abs() < tolerance::MEMBERSHIP);
                    }
                }
                assert!(space.basis_map(space.dim()).is_err());
            }
            // The same count as the sparse basis, which knows nothing of maps.
            if out.is_monomial() && input.is_monomial() {
                let on_plane = |rho: &FiniteRepresentation| {
                    PlanarRepresentation::from_finite(group, rho.clone()).unwrap()
                };
                let kernels =
                    LatticeKernelBasis::new(&on_plane(out), &on_plane(input), [1, 3, 3]).unwrap();
                assert_eq!(chain[3].dim(), kernels.dim());
            }
        }
    }
}

every_lattice_group!(spaces_are_a_chain_of_projections);

/// The mean of `g M g⁻¹` over all translations and the point group, computed on feature maps,
/// is the projector onto the equivariant maps without a window.
#[test]
fn averaging_is_the_orthogonal_projector() {
    for name in ["C2", "C4", "D1", "D4"] {
        let group = plane(name);
        let finite = group.finite().unwrap();
        let (input, out) = (vectors(&group), regular(&group));
        for size in [3usize, 5] {
            let grid = LatticeAction::new(&group, [1, size, size]).unwrap();
            let pixels = grid.finite_action().unwrap();
            // [g f](x) = ρ(g) f(g⁻¹ x)
            let act = |rho: &FiniteRepresentation, g: Element, field: &[f64]| -> Vec<f64> {
                let moved = |channel: &[f64]| pixels.on_function(g, channel).unwrap();
                let moved: Vec<Vec<f64>> = field.chunks(size * size).map(moved).collect();
                let value = |p: usize| -> Vec<f64> { moved.iter().map(|c| c[p]).collect() };
                let values: Vec<Vec<f64>> =
                    (0..size * size).map(|p| rho.apply(g, &value(p))).collect();
                let channel = |c: usize| values.iter().map(move |v| v[c]);
                (0..rho.dim()).flat_map(channel).collect()
            };
            let chain = chain_of(&group, &out, &input, (size, size), Boundary::Periodic).unwrap();
            let (rows, columns) = chain[0].shape();
            let map = noise(3, rows, columns);
            let shift = |x: &[f64], by: usize| -> Vec<f64> {
                let (down, right) = (by / size, by % size);
                let source = |k: usize| {
                    let (row, column) = (k / size % size, k % size);
                    let (row, column) =
                        ((row + size - down) % size, (column + size - right) % size);
                    k / (size * size) * size * size + row * size + column
                };
                (0..x.len()).map(|k| x[source(k)]).collect()
            };
            let mut mean = Matrix::zeros(rows, columns);
            let count = (size * size * finite.order()) as f64;
            for g in finite.elements() {
                let back = finite.inverse(g);
                for by in 0..size * size {
                    // Column j of the moved map: the image of g⁻¹ e_j, moved.
                    let opposite = (size - by / size) % size * size + (size - by % size) % size;
                    for j in 0..columns {
                        let mut unit = vec![0.0; columns];
                        unit[j] = 1.0;
                        let unit = shift(&unit, opposite);
                        let unit = act(&input, back, &unit);
                        let image = act(&out, g, &map.apply(&unit));
                        for (i, value) in shift(&image, by).into_iter().enumerate() {
                            mean[(i, j)] += value / count;
                        }
                    }
                }
            }
            let projected = chain[3].project(&map).unwrap();
            let worst = mean.difference(&projected);
            assert!(worst < tolerance::MEMBERSHIP, "{name} {size}: {worst}");
            assert!(dot(&projected, &projected) > 0.01);
        }
    }
}

/// What commutes with the two unit translations, solved without knowing of kernels, are the
/// circular convolutions.
#[test]
fn commuting_with_translations_is_convolution() {
    for size in 1..=6usize {
        let down: Vec<usize> = (0..size * size)
            .map(|p| (p + size) % (size * size))
            .collect();
        let right: Vec<usize> = (0..size * size)
            .map(|p| p / size * size + (p % size + 1) % size)
            .collect();
        let torus = LinearGroup::permutations("translations", &[down, right]).unwrap();
        let pixels = TensorType::tensor(1, 0);
        let maps = torus.maps(&pixels, &pixels).unwrap();
        let group = plane("C1");
        let scalar = scalar(&group);
        let chain = chain_of(&group, &scalar, &scalar, (size, 1), Boundary::Periodic).unwrap();
        assert_eq!((maps.dim(), chain[1].dim()), (size * size, size * size));
        for index in 0..maps.dim() {
            let map = maps.matrix(index).unwrap();
            assert!(chain[1].contains(&map).unwrap());
        }
    }
}

/// Larger groups leave smaller spaces: D4 in C4 in C2 in C1, and D4 in D2 in D1.
#[test]
fn larger_groups_have_smaller_spaces() {
    let space = |name: &str| {
        let group = plane(name);
        let scalar = scalar(&group);
        let chain = chain_of(&group, &scalar, &scalar, (7, 5), Boundary::Periodic).unwrap();
        chain[3].clone()
    };
    for pair in [
        ("C1", "C2"),
        ("C2", "C4"),
        ("C4", "D4"),
        ("D1", "D2"),
        ("D2", "D4"),
    ] {
        let (large, small) = (space(pair.0), space(pair.1));
        assert!(
            large.distance_of_space(&small).unwrap() < tolerance::MEMBERSHIP,
            "{pair:?}"
        );
        assert!(small.distance_of_space(&large).unwrap() > 0.1, "{pair:?}");
    }
    // Neither of these includes the other.
    let (c4, d1) = (space("C4"), space("D1"));
    assert!(c4.distance_of_space(&d1).unwrap() > 0.1 && d1.distance_of_space(&c4).unwrap() > 0.1);
}

#[test]
fn bad_input_is_refused() {
    let (d4, c8) = (plane("D4"), plane("C8"));
    let (scalar, eighth) = (scalar(&d4), scalar(&c8));
    let try_sizes =
        |size, kernel, boundary| chain_of(&d4, &scalar, &scalar, (size, kernel), boundary);
    for kernel in [0, 2, 5, usize::MAX] {
        let refused = try_sizes(4, kernel, Boundary::Periodic);
        assert!(matches!(refused, Err(MathError::Window { max: 3, .. })));
    }
    assert!(try_sizes(4, 7, Boundary::Zero).is_ok() && try_sizes(4, 9, Boundary::Zero).is_err());
    assert!(try_sizes(0, 1, Boundary::Zero).is_err());
    assert!(try_sizes(1, 1, Boundary::Zero).is_ok());
    let large = try_sizes(1000, 3, Boundary::Periodic)
        .unwrap_err()
        .to_string();
    assert!(large.contains("1000 x 1000"), "{large}");
    assert!(chain_of(&c8, &eighth, &eighth, (4, 3), Boundary::Zero).is_err());
    assert!(chain_of(&d4, &eighth, &scalar, (4, 3), Boundary::Zero).is_err());
    assert!(chain_of(&d4, &scalar, &eighth, (4, 3), Boundary::Zero).is_err());
    let chain = try_sizes(3, 3, Boundary::Zero).unwrap();
    assert!(chain[1].project(&Matrix::zeros(8, 10)).is_err());
}
