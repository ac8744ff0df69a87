//! Kernel bases: against the null-space oracle, by the equivariance of the convolution, and
//! as weight sharing.

use proptest::prelude::*;
use schur_math::{
    FiniteRepresentation, Group, LatticeAction, LatticeKernelBasis, PlanarGroup,
    PlanarRepresentation, PlaneIsometry, irreps, oracle, tolerance, transform_feature_map,
    transform_filter,
};

use crate::support::groups::{every_lattice_group, plane as planar};
use crate::support::kernels::lattice_kernels;

/// All irreps, the defining, the regular, and all quotient representations.
fn representations(planar: &PlanarGroup) -> Vec<FiniteRepresentation> {
    let group = planar.finite().unwrap();
    let mut all: Vec<FiniteRepresentation> = irreps(group)
        .iter()
        .map(|irrep| irrep.representation().clone())
        .collect();
    all.push(
        PlanarRepresentation::defining(planar)
            .finite()
            .unwrap()
            .clone(),
    );
    for subgroup in group.subgroups().unwrap() {
        all.push(FiniteRepresentation::quotient(group, &subgroup).unwrap());
    }
    all
}

/// Every basis element as a dense kernel.
fn dense(basis: &LatticeKernelBasis) -> Vec<Vec<f64>> {
    (0..basis.dim())
        .map(|b| {
            let mut weights = vec![0.0; basis.dim()];
            weights[b] = 1.0;
            basis.expand(&weights).unwrap()
        })
        .collect()
}

/// `y(p) = Σ_t K(t) x(p + t)` with zeros outside, on a `side x side` image, odd kernels only.
/// With a kernel of 3 x 3 taps.
fn correlate(kernel: &[f64], shape: (usize, usize), image: &[f64], side: usize) -> Vec<f64> {
    let ((outs, inputs), (height, width)) = (shape, (3, 3));
    let mut y = vec![0.0; outs * side * side];
    for (o, i, p) in (0..outs)
        .flat_map(|o| (0..inputs).flat_map(move |i| (0..side * side).map(move |p| (o, i, p))))
    {
        for t in 0..height * width {
            let row = (p / side + t / width)
                .checked_sub(height / 2)
                .filter(|&r| r < side);
            let col = (p % side + t % width)
                .checked_sub(width / 2)
                .filter(|&c| c < side);
            if let Some((row, col)) = row.zip(col) {
                y[o * side * side + p] += kernel[(o * inputs + i) * height * width + t]
                    * image[(i * side + row) * side + col];
            }
        }
    }
    y
}

/// Deterministic numbers without symmetry.
fn noise(count: usize) -> Vec<f64> {
    (0..count)
        .map(|i| ((i * i * 7919 + i * 104_729 + 13) % 1009) as f64 / 1009.0 - 0.5)
        .collect()
}

fn fast_bases_span_the_null_space(planar: &PlanarGroup, _: usize) {
    let all = representations(planar);
    for out in &all {
        for input in &all {
            for k in [1, 2, 3] {
                if out.dim() * input.dim() * k * k > 300 {
                    continue;
                }
                let fast = lattice_kernels(planar, out, input, k, k).unwrap();
                let slow = oracle::kernel_space(planar, out, input, [1, k, k]).unwrap();
                assert_eq!(fast.dim(), slow.len(), "{out:?} <- {input:?}, {k} x {k}");
                let distance = oracle::span_distance(&dense(&fast), &slow);
                assert!(
                    distance < tolerance::NULL_SPACE_PIVOT,
                    "{out:?} <- {input:?}, {k} x {k}: {distance}"
                );
            }
        }
    }
}

every_lattice_group!(fast_bases_span_the_null_space);

#[test]
fn wide_kernels_span_the_null_space() {
    for name in ["C1", "C2", "D1", "D2"] {
        let planar = planar(name);
        let regular = FiniteRepresentation::regular(planar.finite().unwrap());
        let defining = PlanarRepresentation::defining(&planar)
            .finite()
            .unwrap()
            .clone();
        let fast = lattice_kernels(&planar, &regular, &defining, 2, 5).unwrap();
        let slow = oracle::kernel_space(&planar, &regular, &defining, [1, 2, 5]).unwrap();
        assert_eq!(fast.dim(), slow.len());
        assert!(oracle::span_distance(&dense(&fast), &slow) < tolerance::NULL_SPACE_PIVOT);
    }
}

#[test]
fn the_oracle_tells_different_spans_apart() {
    let (c4, d4) = (planar("C4"), planar("D4"));
    let space = |planar: &PlanarGroup| {
        let scalar = FiniteRepresentation::trivial(planar.finite().unwrap());
        oracle::kernel_space(planar, &scalar, &scalar, [1, 5, 5]).unwrap()
    };
    // The kernels of D4 are kernels of C4, but not the other way round.
    assert_eq!((space(&c4).len(), space(&d4).len()), (7, 6));
    assert!(oracle::span_distance(&space(&c4), &space(&d4)) > 0.5);
}

#[test]
fn the_oracle_agrees_with_characters_on_dense_representations() {
    for name in ["C3", "C5", "C8", "D3", "D5", "D8"] {
        let group = Group::parse(name).unwrap();
        let regular = FiniteRepresentation::regular(&group);
        let all = irreps(&group);
        for irrep in &all {
            let rho = irrep.representation();
            let mixed = rho.direct_sum(all[0].representation()).unwrap();
            for (out, input) in [(rho, rho), (rho, &regular), (&mixed, rho), (&mixed, &mixed)] {
                let dim = oracle::intertwiner_space(out, input).unwrap().len();
                let expected = out.inner_product(input).unwrap();
                assert_eq!(dim as f64, expected.round(), "{out:?} <- {input:?}");
            }
        }
    }
}

fn basis_elements_are_orthonormal_and_disjoint(planar: &PlanarGroup, _: usize) {
    let order = planar.finite().unwrap().order() as f64;
    for rho in representations(planar) {
        let regular = FiniteRepresentation::regular(planar.finite().unwrap());
        let basis = lattice_kernels(planar, &rho, &regular, 3, 3).unwrap();
        let mut seen = vec![false; basis.shape().0 * basis.shape().1 * 9];
        let mut first = None;
        for element in basis.elements() {
            let square: f64 = element.iter().map(|e| e.value * e.value).sum();
            assert!((square / order - 1.0).abs() < tolerance::INDEPENDENCE);
            let index = |e: &schur_math::KernelEntry| (e.out * regular.dim() + e.input) * 9 + e.tap;
            assert!(element.is_sorted_by_key(index));
            assert!(element[0].value > 0.0);
            assert!(first < Some(index(&element[0])));
            first = Some(index(&element[0]));
            for e in element {
                assert!(!seen[index(e)]);
                seen[index(e)] = true;
            }
        }
    }
}

every_lattice_group!(basis_elements_are_orthonormal_and_disjoint);

fn regular_bases_are_weight_sharing(planar: &PlanarGroup, _: usize) {
    let regular = FiniteRepresentation::regular(planar.finite().unwrap());
    let basis = lattice_kernels(planar, &regular, &regular, 3, 3).unwrap();
    let mut entries = basis.elements().iter().flatten();
    assert!(entries.all(|e| e.value == 1.0));
    assert!(
        basis
            .elements()
            .iter()
            .all(|e| e.len() == planar.finite().unwrap().order())
    );
}

every_lattice_group!(regular_bases_are_weight_sharing);

fn convolutions_commute_with_the_group(planar: &PlanarGroup, _: usize) {
    let all = representations(planar);
    let side = 5;
    let grid = LatticeAction::new(planar, [1, side, side]).unwrap();
    for out in &all {
        for input in &all {
            let basis = lattice_kernels(planar, out, input, 3, 3).unwrap();
            let kernel = basis.expand(&noise(basis.dim())).unwrap();
            let image = noise(input.dim() * side * side);
            let y = correlate(&kernel, basis.shape(), &image, side);
            for g in planar.finite().unwrap().elements() {
                let moved = transform_feature_map(input, &grid, g, &image).unwrap();
                let left = correlate(&kernel, basis.shape(), &moved, side);
                let right = transform_feature_map(out, &grid, g, &y).unwrap();
                let defect = left
                    .iter()
                    .zip(&right)
                    .map(|(a, b)| (a - b).abs())
                    .fold(0.0, f64::max);
                assert!(
                    defect < tolerance::INDEPENDENCE,
                    "{out:?} <- {input:?}: {defect}"
                );
            }
        }
    }
}

every_lattice_group!(convolutions_commute_with_the_group);

#[test]
fn an_arbitrary_kernel_does_not_commute() {
    let c4 = planar("C4");
    let (scalar, grid) = (
        FiniteRepresentation::trivial(c4.finite().unwrap()),
        LatticeAction::new(&c4, [1, 5, 5]).unwrap(),
    );
    let (kernel, image) = (noise(9), noise(25));
    let r = c4.finite().unwrap().element(1).unwrap();
    let moved = transform_feature_map(&scalar, &grid, r, &image).unwrap();
    let left = correlate(&kernel, (1, 1), &moved, 5);
    let y = correlate(&kernel, (1, 1), &image, 5);
    let right = transform_feature_map(&scalar, &grid, r, &y).unwrap();
    assert!(left.iter().zip(&right).any(|(a, b)| (a - b).abs() > 0.01));
}

/// The example of introductory texts on equivariant networks. Their `r` is a quarter turn
/// clockwise as displayed, our `r⁻¹`.
#[test]
fn the_four_filters_of_the_introduction() {
    let c4 = planar("C4");
    let moved = |index| {
        let g = c4.elements().unwrap()[index];
        let letters: Vec<char> = ('a'..='i').collect();
        transform_filter(&c4, &g, &letters, [1, 3, 3])
            .unwrap()
            .into_iter()
            .collect::<String>()
    };
    assert_eq!(moved(0), "abcdefghi");
    assert_eq!(moved(3), "gdahebifc");
    assert_eq!(moved(2), "ihgfedcba");
    assert_eq!(moved(1), "cfibehadg");
}

fn lifting_bases_are_moved_copies_of_one_filter(planar: &PlanarGroup, _: usize) {
    let group = planar.finite().unwrap();
    let (scalar, regular) = (
        FiniteRepresentation::trivial(group),
        FiniteRepresentation::regular(group),
    );
    let basis = lattice_kernels(planar, &regular, &scalar, 3, 3).unwrap();
    assert_eq!(basis.dim(), 9);
    for (tap, kernel) in dense(&basis).iter().enumerate() {
        let mut filter = vec![0.0; 9];
        filter[tap] = 1.0;
        for h in group.elements() {
            let on_plane: PlaneIsometry = planar.rotation(h).unwrap();
            let copy = transform_filter(planar, &on_plane, &filter, [1, 3, 3]).unwrap();
            assert_eq!(kernel[h.index() * 9..(h.index() + 1) * 9], copy);
        }
    }
}

every_lattice_group!(lifting_bases_are_moved_copies_of_one_filter);

/// Moving by `g` and then by `h` is moving by `h g`, for fields and filters alike.
fn moving_twice_is_moving_by_the_product(planar: &PlanarGroup, _: usize) {
    let group = planar.finite().unwrap();
    let rho = PlanarRepresentation::defining(planar)
        .finite()
        .unwrap()
        .clone();
    proptest!(|(
        (g, h) in (0usize..8, 0usize..8),
        side in 1usize..6,
        values in prop::collection::vec(-1.0f64..1.0, 2 * 25),
    )| {
        let [g, h] = [g, h].map(|i| group.element(i % group.order()).unwrap());
        let grid = LatticeAction::new(planar, [1, side, side]).unwrap();
        let field = &values[..2 * side * side];
        let transform = |g, field: &[f64]| transform_feature_map(&rho, &grid, g, field).unwrap();
        let twice = transform(h, &transform(g, field));
        prop_assert_eq!(&twice, &transform(group.compose(h, g), field));
        let back = transform(group.inverse(g), &transform(g, field));
        prop_assert_eq!(&back[..], field);
    });
}

every_lattice_group!(moving_twice_is_moving_by_the_product);
