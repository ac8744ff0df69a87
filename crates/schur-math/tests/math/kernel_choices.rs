//! Which kernels there are: unions of bases, offsets, policies of frequencies; and how they
//! change from place to place.

use schur_math::{
    DifferentialBasis, FrequencyPolicy, KernelAttributes, KernelBand, KernelBasis, KernelEntry,
    LatticeKernelBasis, PlanarGroup, PlanarRepresentation, SteerableKernelBasis, UnionBasis,
    independent, laws, sample_on_grid, tolerance,
};

use crate::support::tolerance as bounds;

use crate::support::groups::{every_planar_group, plane as planar};

const POINTS: [[f64; 2]; 4] = [[0.0, 0.0], [0.31, 0.24], [-1.1, 0.7], [0.2, -1.6]];

fn representation(group: &PlanarGroup, name: &str) -> PlanarRepresentation {
    PlanarRepresentation::parse(group, name).unwrap()
}

fn steerable(
    out: &PlanarRepresentation,
    input: &PlanarRepresentation,
    band: &KernelBand,
) -> SteerableKernelBasis {
    SteerableKernelBasis::new(out, input, band).unwrap()
}

/// Rings, Zernike polynomials and derivatives of a Gaussian.
fn parts(out: &PlanarRepresentation, input: &PlanarRepresentation) -> Vec<Box<dyn KernelBasis>> {
    let operators = DifferentialBasis::new(out, input, 2).unwrap();
    vec![
        Box::new(steerable(out, input, &KernelBand::for_size(3).unwrap())),
        Box::new(operators.gaussian(0.7).unwrap()),
        Box::new(steerable(out, input, &KernelBand::zernike(4).unwrap())),
    ]
}

fn law(
    basis: &dyn KernelBasis,
    out: &PlanarRepresentation,
    input: &PlanarRepresentation,
) -> Result<laws::LawReport, laws::Violation> {
    laws::steerability_at(
        &out.group().test_elements(),
        &POINTS,
        basis,
        &|g| out.matrix(g).unwrap(),
        &|g| input.matrix(g).unwrap(),
        tolerance::STEERABILITY,
    )
}

fn unions_are_their_parts_in_order(group: &PlanarGroup, _: usize) {
    let names = match group.finite() {
        Some(_) => ["regular", "defining"],
        None => ["spectral(2)", "defining"],
    };
    let [out, input] = names.map(|name| representation(group, name));
    let union = UnionBasis::new(parts(&out, &input)).unwrap();
    law(&union, &out, &input).unwrap_or_else(|e| panic!("{group}: {e}"));
    let parts = parts(&out, &input);
    assert_eq!(union.parts().len(), 3);
    let dims: Vec<usize> = parts.iter().map(|part| part.dim()).collect();
    assert_eq!(union.dim(), dims.iter().sum::<usize>());
    let places: Vec<_> = (0..union.dim()).map(|e| union.place(e).unwrap()).collect();
    let of_part = |part: usize| (0..dims[part]).map(move |element| (part, element));
    assert_eq!(places, (0..3).flat_map(of_part).collect::<Vec<_>>());
    assert_eq!(union.place(union.dim()), None);
    let (attributes, all) = (union.attributes(), parts.iter().map(|p| p.attributes()));
    assert_eq!(attributes, all.collect::<Vec<_>>().concat());
    let samples = parts.iter().map(|part| part.sample(POINTS[1]));
    assert_eq!(
        union.sample(POINTS[1]),
        samples.collect::<Vec<_>>().concat()
    );
    let grids = parts
        .iter()
        .map(|p| sample_on_grid(&**p, [1, 4, 4], 1).unwrap());
    let grids: Vec<_> = grids.collect();
    assert_eq!(
        sample_on_grid(&union, [1, 4, 4], 1).unwrap(),
        grids.concat()
    );
}

every_planar_group!(unions_are_their_parts_in_order);

/// A part between other representations of the same dimensions breaks the law.
#[test]
fn unions_can_fail() {
    let group = planar("SO(2)");
    let [first, second] = ["E1", "E2"].map(|name| representation(&group, name));
    let band = KernelBand::for_size(3).unwrap();
    let mixed: Vec<Box<dyn KernelBasis>> = vec![
        Box::new(steerable(&first, &first, &band)),
        Box::new(steerable(&second, &first, &band)),
    ];
    let mixed = UnionBasis::new(mixed).unwrap();
    assert!(law(&mixed, &first, &first).is_err());
    let none = UnionBasis::<2>::new(Vec::new()).map(|_| ()).unwrap_err();
    assert!(none.to_string().contains("give at least one"), "{none}");
    let scalar = PlanarRepresentation::trivial(&group);
    let odd: Vec<Box<dyn KernelBasis>> = vec![
        Box::new(steerable(&first, &first, &band)),
        Box::new(steerable(&first, &scalar, &band)),
    ];
    let odd = UnionBasis::new(odd).map(|_| ()).unwrap_err().to_string();
    assert!(odd.contains("2 x 2 beside 2 x 1"), "{odd}");
}

/// Whatever size numbers and indices have.
#[test]
fn kernels_of_any_size_are_independent() {
    let entry = |out, tap, value| KernelEntry {
        out,
        input: usize::MAX,
        tap,
        value,
    };
    let large = vec![entry(usize::MAX, 0, 1e300)];
    let small = vec![entry(usize::MAX, 1, f64::MIN_POSITIVE)];
    let kernels = vec![large.clone(), large.clone(), small.clone()];
    assert_eq!(independent(kernels), [large, small]);
}

/// Where the group permutes the pixels a union of enough bases has as many independent kernels
/// as there are at all, and no more.
#[test]
fn unions_on_the_pixels_are_complete_at_most() {
    for group in ["C1", "C2", "C4", "D1", "D4"].map(planar) {
        let rich = representation(&group, "regular");
        let poor = representation(&group, "defining");
        for (out, input) in [(&rich, &rich), (&rich, &poor), (&poor, &poor)] {
            let complete = LatticeKernelBasis::new(out, input, [1, 3, 3]).unwrap();
            let mut bases = parts(out, input);
            let wide = KernelBand::for_size(3).unwrap();
            let wide = wide.with_max_frequency(|_| 4).unwrap();
            bases.push(Box::new(steerable(out, input, &wide)));
            bases.push(Box::new(steerable(
                out,
                input,
                &KernelBand::bessel(7).unwrap(),
            )));
            let union = UnionBasis::new(bases).unwrap();
            let all = sample_on_grid(&union, [1, 3, 3], 1).unwrap();
            let found = independent(all.clone());
            assert!(all.len() > found.len(), "{group}");
            assert_eq!(found.len(), complete.into_elements().len(), "{group}");
            // Kept kernels stay as they are, in their order.
            let mut rest = all.iter();
            assert!(found.iter().all(|kernel| rest.any(|other| other == kernel)));
            // What is independent stays.
            assert_eq!(independent(found.clone()), found);
        }
    }
    assert_eq!(independent(Vec::new()), Vec::<Vec<KernelEntry>>::new());
    // Rings of a larger kernel and everything on its pixels are far from orthogonal.
    let regular = representation(&planar("C4"), "regular");
    let rings = steerable(&regular, &regular, &KernelBand::for_size(5).unwrap());
    let rings = rings.on_grid([1, 5, 5]).unwrap();
    let complete = LatticeKernelBasis::new(&regular, &regular, [1, 5, 5]).unwrap();
    let complete = complete.into_elements();
    let both = independent([rings.clone(), complete.clone()].concat());
    assert_eq!((rings.len(), both.len()), (44, complete.len()));
    assert_eq!(both[..44], rings);
}

/// Kernels of a frequency by counting signed frequencies `n ± m + tN`.
fn count(n: i64, m: i64, rotations: i64, mu: i64, max: i64) -> usize {
    let signs = if mu == 0 { &[1][..] } else { &[1, -1] };
    let off = |base: i64, sign: &i64| {
        let off = sign * mu - base;
        off % rotations == 0 && off.abs() <= max * rotations
    };
    let of_base = |base: i64| signs.iter().filter(|sign| off(base, sign)).count();
    of_base(n - m) + of_base(n + m)
}

#[test]
fn offsets_by_counting() {
    let mut differ = 0;
    for (name, rotations) in [("C3", 3), ("C5", 5), ("C8", 8), ("D6", 6), ("D8@10", 8)] {
        let group = planar(name);
        let irreps =
            (1..(rotations + 1) / 2).map(|k| (k, representation(&group, &format!("E{k}"))));
        let irreps: Vec<_> = irreps.collect();
        let per_family = if group.has_mirrors() { 1 } else { 2 };
        for (n, out) in &irreps {
            for (m, input) in &irreps {
                for max in 0..4 {
                    let band = KernelBand::angular(13).unwrap();
                    let basis = steerable(out, input, &band.with_max_offset(max));
                    law(&basis, out, input).unwrap();
                    for mu in 0..=13 {
                        let expected = per_family * count(*n, *m, rotations, mu, max as i64);
                        let of_mu = |a: &&KernelAttributes| a.frequency == mu as usize;
                        let found = basis.attributes().iter().filter(of_mu).count();
                        assert_eq!(found, expected, "{name} {m} -> {n}, {mu}, {max}");
                    }
                    differ += usize::from(basis.dim() < steerable(out, input, &band).dim());
                }
            }
        }
    }
    assert!(differ > 50);
}

/// Offset 0 is what the group has in common with the continuous one.
#[test]
fn kernels_of_offset_zero_are_those_of_the_continuous_group() {
    let band = KernelBand::with_policy(7, FrequencyPolicy::Radius(2.0)).unwrap();
    for (finite, continuous, highest) in [("C8", "SO(2)", 3), ("D5", "O(2)", 2), ("D8", "O(2)", 3)]
    {
        let groups = [finite, continuous].map(planar);
        for n in 1..=highest {
            for m in 1..=highest {
                let [finite, continuous] = [0, 1].map(|which| {
                    let irreps = [n, m].map(|k| representation(&groups[which], &format!("E{k}")));
                    let band = band.with_max_offset(0);
                    let basis = steerable(&irreps[0], &irreps[1], &band);
                    // Of the continuous group there is nothing to leave out.
                    if which == 1 {
                        let all = steerable(&irreps[0], &irreps[1], &band);
                        assert_eq!(all.dim(), basis.dim());
                    }
                    independent(basis.on_grid([1, 7, 7]).unwrap())
                });
                let both = independent([continuous.clone(), finite.clone()].concat());
                assert_eq!(
                    (finite.len(), both.len()),
                    (continuous.len(), continuous.len())
                );
                assert!(!finite.is_empty());
            }
        }
    }
}

/// With irreps of one dimension, and between regular fields.
#[test]
fn offsets_of_other_fields() {
    let group = planar("C4");
    let [trivial, sign, vector, regular] =
        ["A", "B", "E1", "regular"].map(|name| representation(&group, name));
    let frequencies = |out, input, max| {
        let band = KernelBand::angular(9).unwrap().with_max_offset(max);
        let mut all: Vec<usize> = steerable(out, input, &band)
            .attributes()
            .iter()
            .map(|a| a.frequency)
            .collect();
        all.dedup();
        all
    };
    assert_eq!(frequencies(&trivial, &trivial, 1), [0, 4]);
    assert_eq!(frequencies(&sign, &trivial, 0), [2]);
    assert_eq!(frequencies(&sign, &trivial, 1), [2, 6]);
    // Both are in E2 beside E1 of SO(2).
    assert_eq!(frequencies(&sign, &vector, 0), [1, 3]);
    assert_eq!(frequencies(&trivial, &vector, 0), [1]);
    assert_eq!(frequencies(&trivial, &vector, 1), [1, 3, 5]);
    let band = KernelBand::for_size(9).unwrap();
    let dims = [0, 1, 9].map(|max| {
        let basis = steerable(&regular, &regular, &band.with_max_offset(max));
        law(&basis, &regular, &regular).unwrap();
        basis.dim()
    });
    let all = steerable(&regular, &regular, &band).dim();
    assert!(
        dims[0] < dims[1] && dims[1] <= dims[2] && dims[2] == all,
        "{dims:?}, {all}"
    );
    // The limit stays with the band.
    let limited = band.with_max_offset(0);
    assert_eq!(limited.scaled(2.0).unwrap().max_offset(), Some(0));
    let filtered = limited.filtered(|of| of.frequency < 3).unwrap();
    assert_eq!(filtered.max_offset(), Some(0));
    assert_eq!(band.max_offset(), None);
}

/// The tables of escnn: highest frequency per ring.
#[test]
fn policies_by_table() {
    let highest = |size, policy| -> Vec<usize> {
        let band = KernelBand::with_policy(size, policy).unwrap();
        let shells = band.shells().iter();
        shells
            .map(|shell| *shell.frequencies().last().unwrap())
            .collect()
    };
    for (size, default, low_rim, low) in [
        (3, vec![0, 2], vec![0, 1], vec![0, 1]),
        (5, vec![0, 2, 2], vec![0, 2, 1], vec![0, 2, 1]),
        (7, vec![0, 2, 3, 2], vec![0, 2, 3, 1], vec![0, 2, 2, 1]),
        (
            9,
            vec![0, 2, 3, 6, 2],
            vec![0, 2, 3, 6, 1],
            vec![0, 2, 2, 2, 1],
        ),
        (1, vec![0], vec![0], vec![0]),
        (4, vec![1, 2], vec![1, 1], vec![1, 1]),
    ] {
        assert_eq!(highest(size, FrequencyPolicy::Default), default);
        assert_eq!(highest(size, FrequencyPolicy::LowRim), low_rim);
        assert_eq!(highest(size, FrequencyPolicy::Low), low);
        assert_eq!(
            KernelBand::with_policy(size, FrequencyPolicy::Default).unwrap(),
            KernelBand::for_size(size).unwrap()
        );
    }
    assert_eq!(highest(7, FrequencyPolicy::Radius(1.5)), [0, 1, 3, 4]);
    assert_eq!(highest(4, FrequencyPolicy::Radius(3.0)), [1, 4]);
    for factor in [-1.0, f64::NAN, f64::INFINITY] {
        let error = KernelBand::with_policy(5, FrequencyPolicy::Radius(factor)).unwrap_err();
        assert!(error.to_string().contains("such as 3"), "{error}");
    }
    assert!(KernelBand::with_policy(5, FrequencyPolicy::Radius(1e9)).is_err());
    assert!(KernelBand::with_policy(0, FrequencyPolicy::Low).is_err());
}

/// Derivatives of all radial functions against differences along every axis, also at the origin.
fn gradients_of<const D: usize>(bands: &[KernelBand], smooth: &[KernelBand], points: &[[f64; D]]) {
    let moved = |point: [f64; D], axis: usize, step: f64| {
        let mut moved = point;
        moved[axis] += step;
        moved
    };
    let check = |band: &KernelBand, point: [f64; D]| {
        let found = band.sample_with_gradients(&[point]);
        let values: Vec<f64> = found.iter().map(|(value, _)| *value).collect();
        assert_eq!(values, band.sample(point));
        for axis in 0..D {
            let [after, before] =
                [bounds::STEP, -bounds::STEP].map(|step| band.sample(moved(point, axis, step)));
            for (k, (_, gradient)) in found.iter().enumerate() {
                let difference = (after[k] - before[k]) / (2.0 * bounds::STEP);
                let error = (gradient[axis] - difference).abs();
                let scale = 1.0 + difference.abs();
                assert!(
                    error < bounds::DIFFERENCES * scale,
                    "{band:?} {point:?} {k} {axis}: {error}"
                );
            }
        }
        found
    };
    for band in bands {
        for point in points {
            check(band, *point);
        }
        let all = band.sample_with_gradients(points);
        let one_by_one = points
            .iter()
            .flat_map(|&p| band.sample_with_gradients(&[p]));
        assert_eq!(all, one_by_one.collect::<Vec<_>>());
    }
    // Smooth functions have a derivative at the origin.
    for band in smooth {
        let found = check(band, [0.0; D]);
        let steep = |(_, gradient): &(f64, [f64; D])| gradient[0].abs() > bounds::FAILURE;
        assert!(found.iter().any(steep));
    }
}

#[test]
fn gradients_against_differences() {
    let bands = [
        KernelBand::for_points(2.0, 3),
        KernelBand::for_size(5),
        KernelBand::bessel(5),
        KernelBand::zernike(7),
        KernelBand::polynomials(4),
        Ok(KernelBand::point()),
        KernelBand::angular(3),
    ];
    let smooth = [
        KernelBand::polynomials(1),
        KernelBand::bessel(3),
        KernelBand::zernike(3),
    ];
    let points = [[0.4, 0.3], [-1.1, 0.7], [0.2, -1.6], [1.5, 0.0], [0.0, 0.8]];
    gradients_of(
        &bands.map(Result::unwrap),
        &smooth.map(Result::unwrap),
        &points,
    );
}

#[test]
fn gradients_in_space_against_differences() {
    let bands = [
        KernelBand::for_points(2.0, 3),
        KernelBand::in_space(5),
        KernelBand::bessel_in_space(5),
        KernelBand::zernike_in_space(5),
        KernelBand::polynomials(4),
        KernelBand::angular(3),
    ];
    let smooth = [
        KernelBand::polynomials(1),
        KernelBand::bessel_in_space(3),
        KernelBand::zernike_in_space(3),
    ];
    // On an axis and in a plane too, where angles are degenerate.
    let points = [
        [0.4, 0.3, -0.7],
        [-1.1, 0.7, 0.2],
        [0.0, 0.0, 1.3],
        [0.9, 0.0, 0.0],
        [0.0, -0.6, 0.8],
    ];
    gradients_of(
        &bands.map(Result::unwrap),
        &smooth.map(Result::unwrap),
        &points,
    );
}
