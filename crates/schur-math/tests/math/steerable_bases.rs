//! Every kind of kernel basis: the constraint in the plane and on the pixels, inner products,
//! completeness, differential operators.

use crate::support::kernels::dense;
use schur_math::quadrature::gauss_legendre;
use schur_math::{
    DifferentialBasis, ImplicitKernelBasis, KernelAttributes, KernelBand, KernelBasis, KernelEntry,
    LatticeAction, LatticeKernelBasis, PlanarGroup, PlanarRepresentation, Ring,
    SteerableKernelBasis, laws, oracle, sample_on_grid, tolerance,
};

use crate::support::tolerance as bounds;

use crate::support::groups::{every_planar_group, plane as planar};

fn representation(group: &PlanarGroup, name: &str) -> PlanarRepresentation {
    PlanarRepresentation::parse(group, name).unwrap()
}

/// Pairs of output and input types, monomial and not.
fn pairs(group: &PlanarGroup) -> Vec<[PlanarRepresentation; 2]> {
    let rich = if group.finite().is_some() {
        "regular"
    } else {
        "spectral(2)"
    };
    let slanted = representation(group, "defining")
        .in_basis(&[[0.6, -0.8], [0.8, 0.6]].into())
        .unwrap();
    vec![
        [
            representation(group, rich),
            representation(group, "trivial"),
        ],
        [slanted.clone(), representation(group, rich)],
        [representation(group, "spectral(1)"), slanted],
    ]
}

/// A basis of every kind.
fn bases(out: &PlanarRepresentation, input: &PlanarRepresentation) -> Vec<Box<dyn KernelBasis>> {
    let bands = [
        KernelBand::for_size(4),
        KernelBand::for_points(2.5, 3),
        KernelBand::bessel(5),
        KernelBand::zernike(4),
        KernelBand::polynomials(3),
        KernelBand::for_size(5).and_then(|band| band.with_max_frequency(|r| r as usize + 1)),
        Ok(KernelBand::point()),
    ];
    let mut all: Vec<Box<dyn KernelBasis>> = Vec::new();
    for band in bands {
        all.push(Box::new(
            SteerableKernelBasis::new(out, input, &band.unwrap()).unwrap(),
        ));
    }
    let radial = |r: f64, of: &KernelAttributes| (r - of.frequency as f64).cos();
    all.push(Box::new(
        ImplicitKernelBasis::new(out, input, 3, radial).unwrap(),
    ));
    let operators = DifferentialBasis::new(out, input, 3).unwrap();
    all.push(Box::new(operators.gaussian(0.8).unwrap()));
    all
}

fn the_constraint_holds_in_the_plane(group: &PlanarGroup, _: usize) {
    let points = [[0.0, 0.0], [0.31, 0.24], [-1.1, 0.7], [0.2, -1.6]];
    for [out, input] in pairs(group) {
        for (kind, basis) in bases(&out, &input).into_iter().enumerate() {
            if basis.dim() == 0 {
                continue;
            }
            laws::steerability_at(
                &group.test_elements(),
                &points,
                &*basis,
                &|g| out.matrix(g).unwrap(),
                &|g| input.matrix(g).unwrap(),
                tolerance::STEERABILITY,
            )
            .unwrap_or_else(|e| panic!("kind {kind}, {out:?} <- {input:?}: {e}"));
        }
    }
}

every_planar_group!(the_constraint_holds_in_the_plane);

/// On odd, even and wide grids, dense and dilated, and for differences.
fn the_constraint_holds_on_the_pixels(group: &PlanarGroup, _: usize) {
    let mut looked = 0;
    let lattice = group.lattice_subgroup();
    let has_quarter_turns = lattice.rotations() == Some(4);
    for [out, input] in pairs(group) {
        let mut check = |kernels: &[Vec<KernelEntry>], height, width| {
            if kernels.is_empty() {
                return;
            }
            let report = laws::grid_steerability(
                &LatticeAction::new(&lattice, [1, height, width]).unwrap(),
                (out.dim(), input.dim()),
                kernels,
                &|g| out.matrix(g).unwrap(),
                &|g| input.matrix(g).unwrap(),
                tolerance::STEERABILITY,
            );
            let cases = report
                .unwrap_or_else(|e| panic!("{out:?} <- {input:?}: {e}"))
                .cases;
            looked += cases;
        };
        let operators = DifferentialBasis::new(&out, &input, 2).unwrap();
        for (height, width, dilation) in [(3, 3, 1), (4, 4, 1), (3, 3, 2), (3, 5, 1), (1, 4, 1)] {
            if height != width && has_quarter_turns {
                continue;
            }
            for basis in bases(&out, &input) {
                let kernels = sample_on_grid(&*basis, [1, height, width], dilation).unwrap();
                check(&kernels, height, width);
            }
            if height > 2 {
                check(
                    &operators.finite_differences([1, height, width]).unwrap(),
                    height,
                    width,
                );
            }
        }
    }
    assert!(looked > 500);
}

every_planar_group!(the_constraint_holds_on_the_pixels);

/// In `1/2π ∫ tr(K K'ᵀ) dx dy`, by Gauss and Legendre along the radius and equal steps around.
#[test]
fn disk_bases_are_orthonormal() {
    let group = planar("C4");
    let (out, input) = (
        representation(&group, "E1"),
        representation(&group, "regular"),
    );
    for (band, disk) in [
        (KernelBand::bessel(3).unwrap(), 2.0),
        (KernelBand::zernike(4).unwrap(), 2.0),
    ] {
        let basis = SteerableKernelBasis::new(&out, &input, &band).unwrap();
        let (nodes, weights) = gauss_legendre(40).unwrap();
        let (dim, steps) = (basis.dim(), 32);
        assert!(dim >= 12);
        let mut gram = vec![0.0; dim * dim];
        for (node, weight) in nodes.iter().zip(&weights) {
            let r = disk * (node + 1.0) / 2.0;
            for step in 0..steps {
                let (sin, cos) =
                    (std::f64::consts::TAU * f64::from(step) / f64::from(steps)).sin_cos();
                let values = basis.sample([r * cos, r * sin]);
                let kernels: Vec<&[f64]> = values.chunks(2 * 4).collect();
                for (i, a) in kernels.iter().enumerate() {
                    for (j, b) in kernels.iter().enumerate() {
                        let product: f64 = a.iter().zip(*b).map(|(x, y)| x * y).sum();
                        gram[i * dim + j] += product * r * weight * disk / 2.0 / f64::from(steps);
                    }
                }
            }
        }
        for (k, value) in gram.iter().enumerate() {
            let expected = f64::from(u8::from(k % (dim + 1) == 0));
            assert!((value - expected).abs() < bounds::SUMS, "{k}: {value}");
        }
    }
}

/// On a line the band of lines is everything that commutes with the mirror.
#[test]
fn line_bases_are_complete() {
    for name in ["C1", "D1"] {
        let group = planar(name);
        let two = representation(&group, "defining");
        for (out, input) in [(&two, &two), (&two, &representation(&group, "regular"))] {
            for length in 1..=6 {
                let band = KernelBand::for_line(length).unwrap();
                let basis = SteerableKernelBasis::new(out, input, &band).unwrap();
                let sampled = basis.on_grid([1, 1, length]).unwrap();
                let lattice = LatticeKernelBasis::new(out, input, [1, 1, length]).unwrap();
                assert_eq!(sampled.len(), lattice.dim(), "{name} {length}");
                let shape = lattice.shape();
                let spans = [
                    dense(&sampled, shape, length),
                    dense(lattice.elements(), shape, length),
                ];
                let distance = oracle::span_distance(&spans[0], &spans[1]);
                assert!(
                    distance < tolerance::INDEPENDENCE,
                    "{name} {length}: {distance}"
                );
            }
        }
    }
}

/// The kernels on the pixels are the invariants of `pixels ⊗ ρ_out ⊗ ρ_in`: the mean of the
/// products of characters, where that of the pixels counts the taps that stay.
fn lattice_dimensions_are_means_of_characters(group: &PlanarGroup, _: usize) {
    let lattice = group.lattice_subgroup();
    let elements = lattice.elements().unwrap();
    for [out, input] in pairs(group) {
        for size in 1..=6 {
            let grid = LatticeAction::new(&lattice, [1, size, size]).unwrap();
            let trace = |rho: &PlanarRepresentation, g| -> f64 {
                let matrix = rho.matrix(g).unwrap();
                matrix.trace()
            };
            let product = |g| {
                let images = grid.images(g).unwrap();
                let fixed = images.iter().enumerate().filter(|&(t, &image)| t == image);
                fixed.count() as f64 * trace(&out, g) * trace(&input, g)
            };
            let mean = elements.iter().map(product).sum::<f64>() / elements.len() as f64;
            let basis = LatticeKernelBasis::new(&out, &input, [1, size, size]).unwrap();
            assert_eq!(
                basis.dim() as f64,
                mean.round(),
                "{out:?} <- {input:?} {size}"
            );
            assert!((mean - mean.round()).abs() < bounds::SUMS);
        }
    }
}

every_planar_group!(lattice_dimensions_are_means_of_characters);

#[test]
fn filters_keep_what_they_say() {
    let regular = representation(&planar("D4"), "regular");
    let band = KernelBand::for_size(5).unwrap();
    let all = SteerableKernelBasis::by_irreps(&regular, &regular, &band).unwrap();
    let keep =
        |a: &KernelAttributes| a.ring == 1 && a.frequency == 2 && a.parts.is_some_and(|p| p.0 == 0);
    let expected: Vec<_> = all.attributes().into_iter().filter(keep).collect();
    let kept = all.filtered(keep);
    assert!(!expected.is_empty() && kept.attributes() == expected);
    // A band without some harmonics spans what is left of the kernels without them.
    let odd = |a: &KernelAttributes| a.frequency % 2 == 1 && a.radius < 2.0;
    let all = SteerableKernelBasis::new(&regular, &regular, &band).unwrap();
    let narrow = band.filtered(odd).unwrap();
    let narrow = SteerableKernelBasis::new(&regular, &regular, &narrow).unwrap();
    let point = [0.7, -1.1];
    assert_eq!(narrow.sample(point), all.filtered(odd).sample(point));
    assert!(band.filtered(|a| a.frequency > 99).is_err());
}

#[test]
fn what_is_refused() {
    let ring = |radius, sigma, max_frequency| {
        KernelBand::new(vec![Ring {
            radius,
            sigma,
            max_frequency,
        }])
    };
    assert!(ring(1.0, 0.5, 2).is_ok());
    for bad in [
        ring(-1.0, 0.5, 2),
        ring(f64::NAN, 0.5, 2),
        ring(1.0, 0.0, 2),
        ring(1.0, f64::INFINITY, 2),
        ring(1.0, 0.5, KernelBand::MAX_FREQUENCY + 1),
        ring(0.0, bounds::SUMS, 1),
        KernelBand::new(Vec::new()),
        KernelBand::for_size(0),
        KernelBand::for_size(256),
        KernelBand::for_line(0),
        KernelBand::bessel(0),
        KernelBand::zernike(KernelBand::MAX_DISK + 1),
        KernelBand::bessel(usize::MAX),
        KernelBand::for_points(2.0, 0),
        KernelBand::for_points(f64::NAN, 2),
        KernelBand::for_points(1.0, usize::MAX),
        KernelBand::for_points(1e9, 2),
        KernelBand::polynomials(usize::MAX),
        KernelBand::angular(usize::MAX),
        KernelBand::point().scaled(0.0),
        KernelBand::point().scaled(f64::NAN),
        KernelBand::for_size(3).and_then(|band| band.with_max_frequency(|_| 1000)),
    ] {
        assert!(bad.is_err(), "{bad:?}");
    }
    let (c4, d4) = (planar("C4"), planar("D4"));
    let (a, b) = (
        representation(&c4, "trivial"),
        representation(&d4, "trivial"),
    );
    assert!(SteerableKernelBasis::new(&a, &b, &KernelBand::point()).is_err());
    assert!(DifferentialBasis::new(&a, &b, 2).is_err());
    assert!(DifferentialBasis::new(&a, &a, 13).is_err());
    let basis = DifferentialBasis::new(&a, &a, 2).unwrap();
    assert!(basis.gaussian(0.0).is_err() && basis.gaussian(f64::NAN).is_err());
    for (height, width) in [(2, 5), (5, 2), (0, 3), (32, 3), (usize::MAX, 3)] {
        assert!(basis.finite_differences([1, height, width]).is_err());
    }
    let kernels = SteerableKernelBasis::new(&a, &a, &KernelBand::for_size(3).unwrap()).unwrap();
    assert!(kernels.on_grid([1, 0, 3]).is_err() && kernels.on_grid([1, 1 << 14, 1 << 14]).is_err());
    assert!(sample_on_grid(&kernels, [1, 3, 3], 0).is_err());
}
