//! Further spaces of kernels, and kernels that begin orthogonal.

use burn::tensor::{DType, Device};
use schur_engine::Path;
use schur_math::{KernelAttributes, KernelBand};
use schur_nn::{
    EquivariantConvConfig, Field, FieldType, Initialisation, KernelKind, Layer, assert_equivariant,
    relative_distance, tolerance,
};

use crate::equivariance::check;
use crate::support::groups::every_group;
use crate::support::{TYPES, generic, normal, numbers, pixels, planar, tensor};
use crate::tolerance::BROKEN;
use crate::voxels::volumes;

fn types(group: &str) -> Vec<FieldType> {
    let group = planar(group);
    let mut texts = vec!["3 trivial + 2 E1", "spectral(2)"];
    if group.finite().is_some() {
        texts.push("2 regular");
    }
    // D1 has no E1.
    let parse = |text: &&str| FieldType::parse_blocks(&group, text).ok();
    texts.iter().filter_map(parse).collect()
}

/// Two bands and differential operators.
fn union() -> KernelKind {
    KernelKind::Union(vec![
        KernelKind::Steerable(KernelBand::for_size(5).unwrap()),
        KernelKind::Differences { order: 2 },
        KernelKind::Steerable(KernelBand::zernike(3).unwrap()),
    ])
}

fn differential_operators_and_other_profiles(group: &str) {
    let device = Device::flex();
    let mut kinds = vec![
        KernelKind::Differences { order: 2 },
        KernelKind::GaussianDerivatives {
            order: 3,
            sigma: 0.8,
        },
        KernelKind::Steerable(KernelBand::bessel(5).unwrap()),
        KernelKind::Steerable(KernelBand::zernike(5).unwrap()),
        KernelKind::Steerable(KernelBand::for_size(5).unwrap().with_max_offset(0)),
        union(),
    ];
    if planar(group).finite().is_some() {
        let band = KernelBand::for_size(5).unwrap();
        kinds.push(KernelKind::Orbit { band, point: None });
    }
    for (input, output) in types(group).iter().zip(types(group).iter().rev()) {
        for kind in &kinds {
            let conv = EquivariantConvConfig::new(input, output, 5)
                .with_kernels(kind.clone())
                .with_padding(2)
                .with_bias(true)
                .init(&device)
                .unwrap();
            for dtype in TYPES {
                check(&generic(conv.clone(), dtype), (6, 6), dtype, &device);
            }
        }
    }
}

every_group!(differential_operators_and_other_profiles);

/// Of the icosahedron the voxels keep the rotations of a tetrahedron. A config has the axis that most
/// elements fix.
#[test]
fn gaussians_at_the_points_of_an_orbit() {
    let device = Device::flex();
    let fields = FieldType::parse("I: 1 regular + 1 defining").unwrap();
    let band = KernelBand::in_space(5).unwrap();
    for (point, fixing) in [(None, 5), (Some([1.0, 1.0, 1.0]), 3)] {
        let band = band.clone();
        let conv = EquivariantConvConfig::new(&fields, &fields, 5)
            .with_kernels(KernelKind::Orbit { band, point })
            .with_padding(2)
            .init(&device)
            .unwrap();
        // In the middle and on two shells; of vectors the multiples of 1, around an axis also the
        // turns about it and the part along it.
        let around = 60 * 60 / fixing + 2 * 60 * 3 / fixing + 3;
        assert_eq!(conv.plan().parameters(), 60 + 2 * 3 + 1 + 2 * around);
        let conv = generic(conv, DType::F64);
        let x = volumes(&fields, [4; 3], DType::F64);
        let checked = assert_equivariant(&conv, &x, tolerance::EXACT_F64);
        assert_eq!(checked.unwrap().elements.len(), 12);
    }
    let scalars = FieldType::parse("SO(3): 1 trivial").unwrap();
    let kernels = KernelKind::Orbit { band, point: None };
    let conv = EquivariantConvConfig::new(&scalars, &scalars, 5).with_kernels(kernels);
    let error = conv.init(&device).unwrap_err().to_string();
    assert!(error.contains("infinite"), "{error}");
}

/// The Laplacian and the gradient of a quadratic function.
#[test]
fn derivatives_by_example() {
    let group = planar("O(2)");
    let image = FieldType::trivial(&group, 1).unwrap();
    let output = FieldType::parse_blocks(&group, "defining").unwrap();
    let conv = EquivariantConvConfig::new(&image, &output, 3)
        .with_kernels(KernelKind::Differences { order: 2 })
        .init(&Device::flex())
        .unwrap();
    // One operator, ∇, scaled.
    assert_eq!(conv.plan().parameters(), 1);
    let values = (0..25).map(|p| {
        let (x, y) = ((p % 5) as f64 - 2.0, 2.0 - (p / 5) as f64);
        x * x + 3.0 * x * y
    });
    let x = tensor(values.collect(), [1, 1, 5, 5], DType::F32, &Device::flex());
    let y = conv.forward(Field::from_tensor(x, &image).unwrap());
    let y = numbers(&y.unwrap().to_tensor());
    // The slope by x at (-1, 1), where the first number stands.
    let scale = y[0] / (-2.0 + 3.0);
    for pixel in 0..9 {
        let (x, up) = ((pixel % 3) as f64 - 1.0, 1.0 - (pixel / 3) as f64);
        let slope = [2.0 * x + 3.0 * up, 3.0 * x];
        for (component, slope) in slope.into_iter().enumerate() {
            let error = (y[component * 9 + pixel] - scale * slope).abs();
            assert!(error < tolerance::EXACT_F32 * scale.abs(), "{y:?}");
        }
    }
}

/// Harmonics that a filter leaves out do not come back on any path.
fn filtered_harmonics(group: &str) {
    let device = Device::flex();
    let band = KernelBand::for_size(5).unwrap();
    let isotropic = band.filtered(|of| of.frequency == 0).unwrap();
    let outer = band.filtered(|of| of.ring == 2 || of.frequency == 1);
    // Kernels that keep the frequency on the group, or come from the first irrep.
    let diagonal = |of: &KernelAttributes| of.parts.is_some_and(|(a, b)| a == b || b == 0);
    let kinds = [
        KernelKind::Steerable(isotropic),
        KernelKind::Steerable(outer.unwrap()),
        KernelKind::Steerable(band.with_max_offset(0)),
        KernelKind::filtered(band, diagonal),
    ];
    for (input, output) in types(group).iter().zip(types(group).iter().rev()) {
        for kind in &kinds {
            let conv = EquivariantConvConfig::new(input, output, 5)
                .with_kernels(kind.clone())
                .with_padding(2)
                .init(&device)
                .unwrap();
            for dtype in TYPES {
                check(&generic(conv.clone(), dtype), (6, 6), dtype, &device);
            }
            let weights = numbers(&generic(conv.clone(), DType::F64).weight.val());
            let shape = conv.plan().shape(2, [1, 7, 7]).unwrap();
            let x = normal(2 * 49 * input.channels(), 8);
            let paths = [Path::Dense, Path::Lattice, Path::BandLimited].map(|path| {
                let plan = conv.plan().clone().with_path(path).unwrap();
                let y = plan.forward(&shape, &x, &plan.prepare(&weights).unwrap());
                let y = y.unwrap();
                let sizes = [1, 1, 1, y.len()];
                tensor(y, sizes, DType::F64, &device)
            });
            for other in &paths[1..] {
                let defect = relative_distance(&paths[0], other);
                assert!(defect < tolerance::EXACT_F64, "{group}: {defect}");
            }
        }
    }
}

every_group!(filtered_harmonics);

#[test]
fn filters_keep_what_they_name() {
    let device = Device::flex();
    let band = KernelBand::for_size(5).unwrap();
    let isotropic = band.filtered(|of| of.frequency == 0).unwrap();
    // Between scalars of SO(2): a constant on every ring.
    let scalars = FieldType::parse("SO(2): 2 trivial").unwrap();
    let conv = EquivariantConvConfig::new(&scalars, &scalars, 5);
    let conv = conv.with_kernels(KernelKind::Steerable(isotropic));
    assert_eq!(conv.init(&device).unwrap().plan().parameters(), 3 * 4);
    // A filter by irreps keeps those that it names.
    let mixed = FieldType::parse("SO(2): 8 trivial + 4 spectral(1)").unwrap();
    let parameters = |keep: fn(&KernelAttributes) -> bool| {
        let kind = KernelKind::filtered(KernelBand::for_size(5).unwrap(), keep);
        let conv = EquivariantConvConfig::new(&mixed, &mixed, 5).with_kernels(kind);
        conv.init(&device).unwrap().plan().parameters()
    };
    let all = parameters(|_| true);
    // The pairs of first irreps are scalars: three rings for each of the 12 to 12 fields.
    let scalars = parameters(|kernel| kernel.parts == Some((0, 0)));
    let others = parameters(|kernel| kernel.parts != Some((0, 0)));
    assert_eq!((scalars, others), (3 * 144, all - 3 * 144));
    let nothing = KernelKind::filtered(KernelBand::for_size(5).unwrap(), |_| false);
    let conv = EquivariantConvConfig::new(&mixed, &mixed, 5).with_kernels(nothing);
    assert!(conv.init(&device).is_err());
}

/// A union has the kernels of its parts once: what is new in the second part, nothing of a
/// part again, never more than there are; and every path computes them.
#[test]
fn unions() {
    let device = Device::flex();
    for (group, text) in [
        ("C4", "2 regular"),
        ("C8", "regular + E1"),
        ("O(2)", "spectral(1)"),
    ] {
        let fields = FieldType::parse_blocks(&planar(group), text).unwrap();
        let conv = |kind: KernelKind| {
            let config = EquivariantConvConfig::new(&fields, &fields, 5).with_kernels(kind);
            config.init(&device).unwrap()
        };
        let count = |kind: KernelKind| conv(kind).plan().parameters();
        let rings = || KernelKind::Steerable(KernelBand::for_size(5).unwrap());
        let operators = || KernelKind::Differences { order: 2 };
        let both = || KernelKind::Union(vec![rings(), operators()]);
        let (one, other, sum) = (count(rings()), count(operators()), count(both()));
        assert!(
            sum > one && sum <= one + other,
            "{group}: {one} {other} {sum}"
        );
        assert_eq!(count(KernelKind::Union(vec![rings(), rings()])), one);
        assert_eq!(count(KernelKind::Union(vec![both(), operators()])), sum);
        let complete = KernelKind::Union(vec![rings(), KernelKind::Lattice]);
        assert_eq!(count(complete), count(KernelKind::Lattice));
        let conv = generic(conv(union()), DType::F64);
        let shape = conv.plan().shape(2, [1, 7, 7]).unwrap();
        let x = normal(2 * 49 * fields.channels(), 8);
        let weights = numbers(&conv.weight.val());
        let [dense, lattice] = [Path::Dense, Path::Lattice].map(|path| {
            let plan = conv.plan().clone().with_path(path).unwrap();
            let y = plan.forward(&shape, &x, &plan.prepare(&weights).unwrap());
            let y = y.unwrap();
            let sizes = [1, 1, 1, y.len()];
            tensor(y, sizes, DType::F64, &device)
        });
        let defect = relative_distance(&dense, &lattice);
        assert!(defect < tolerance::EXACT_F64, "{group}: {defect}");
        let nothing = EquivariantConvConfig::new(&fields, &fields, 5);
        let nothing = nothing
            .with_kernels(KernelKind::Union(Vec::new()))
            .init(&device);
        assert!(
            nothing
                .unwrap_err()
                .to_string()
                .contains("give at least one")
        );
    }
}

#[test]
fn unfit_kernels_are_refused() {
    let fields = FieldType::parse("C4: 2 regular").unwrap();
    let config = |size, kind: KernelKind| {
        let config = EquivariantConvConfig::new(&fields, &fields, size).with_kernels(kind);
        config
            .init(&Device::flex())
            .map(|_| ())
            .unwrap_err()
            .to_string()
    };
    let few = config(2, KernelKind::Differences { order: 2 });
    assert!(few.contains("too few taps"), "{few}");
    config(3, KernelKind::Differences { order: 99 });
    for sigma in [0.0, -1.0, f64::NAN] {
        config(3, KernelKind::GaussianDerivatives { order: 1, sigma });
    }
    let orthogonal = |size, kind: Option<KernelKind>| {
        let config = EquivariantConvConfig::new(&fields, &fields, size)
            .with_initialisation(Initialisation::DeltaOrthogonal);
        match kind {
            Some(kind) => config.with_kernels(kind),
            None => config,
        }
    };
    let error = |config: EquivariantConvConfig| match config.init(&Device::flex()) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("not refused"),
    };
    assert!(error(orthogonal(4, None)).contains("no central tap"));
    let bessel = KernelKind::Steerable(KernelBand::bessel(5).unwrap());
    assert!(error(orthogonal(5, Some(bessel))).contains("point at the centre"));
    let transposed = orthogonal(3, None).init_transposed(0, &Device::flex());
    assert!(transposed.is_err());
}

/// With as many copies of every irrep in the output the norm at every pixel is kept.
fn delta_orthogonal_kernels_keep_norms(group: &str) {
    let device = Device::flex();
    let mut all = types(group);
    all.extend(FieldType::parse_blocks(
        &planar(group),
        "2 E1 + spectral(1) + 2 trivial",
    ));
    for input in &all {
        let wider = input.direct_sum(&all[0]).unwrap();
        for output in [input, &wider] {
            for (size, gain) in [(1, 1.0), (3, 1.0), (5, 2.0)] {
                let conv = EquivariantConvConfig::new(input, output, size)
                    .with_padding(size / 2)
                    .with_initialisation(Initialisation::DeltaOrthogonal)
                    .with_gain(gain)
                    .with_seed(size as u64)
                    .init(&device)
                    .unwrap();
                let (what, channels) = (format!("{input} to {output}"), input.channels());
                let shape = [2, 5, 5, channels];
                let values = normal(shape.iter().product(), 31);
                let x = tensor(values, shape, DType::F32, &device);
                let x = Field::from_grid(x, input).unwrap();
                assert_equivariant(&conv, &x, tolerance::EXACT_F32).unwrap();
                let squares = |field: &Field| numbers(&field.memory().clone().square().sum_dim(2));
                let y = conv.forward(x.clone()).unwrap();
                for (before, after) in squares(&x).into_iter().zip(squares(&y)) {
                    let ratio = after / (before * gain * gain);
                    assert!(
                        (ratio - 1.0).abs() < tolerance::EXACT_F32,
                        "{what}: {ratio}"
                    );
                }
                // Not the identity, nor a permutation of channels.
                if channels > 4 {
                    let weights = conv.plan().expand(&numbers(&conv.weight.val())).unwrap();
                    let between = weights
                        .iter()
                        .filter(|w| (0.01..0.9 * gain).contains(&w.abs()));
                    assert!(between.count() > 0, "{what}");
                }
            }
        }
    }
}

every_group!(delta_orthogonal_kernels_keep_norms);

/// Fewer copies: a projection, which shortens and never lengthens. Without the option norms
/// are not kept, which the test would see.
#[test]
fn delta_orthogonal_projections_and_the_he_rule() {
    let input = FieldType::parse("D4: 2 regular + 3 E1").unwrap();
    let output = FieldType::parse("D4: 2 trivial + E1").unwrap();
    let ratios = |output: &FieldType, initialisation| {
        let conv = EquivariantConvConfig::new(&input, output, 3)
            .with_padding(1)
            .with_initialisation(initialisation)
            .with_gain(1.0)
            .init(&Device::flex())
            .unwrap();
        let shape = [1, 4, 4, input.channels()];
        let values = normal(shape.iter().product(), 32);
        let x = tensor(values, shape, DType::F32, &Device::flex());
        let squares = |x: &burn::tensor::Tensor<4>| numbers(&x.clone().square().sum_dim(3));
        let before = squares(&x);
        let y = conv.forward(Field::from_grid(x, &input).unwrap()).unwrap();
        let after = squares(&pixels(&y)).into_iter();
        after.zip(before).map(|(a, b)| a / b).collect::<Vec<f64>>()
    };
    let projected = ratios(&output, Initialisation::DeltaOrthogonal);
    let limit = 1.0 + tolerance::EXACT_F32;
    assert!(
        projected.iter().all(|&r| r > 0.0 && r < limit),
        "{projected:?}"
    );
    let drawn = ratios(&input, Initialisation::He);
    assert!(drawn.iter().any(|&r| (r - 1.0).abs() > BROKEN), "{drawn:?}");
    let equal = ratios(&input, Initialisation::DeltaOrthogonal);
    assert!(
        equal
            .iter()
            .all(|&r| (r - 1.0).abs() < tolerance::EXACT_F32),
        "{equal:?}"
    );
}
