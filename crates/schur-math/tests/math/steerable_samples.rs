//! Kernels of a band on the pixels: none is an alias of others, the sparse basis and that by irreps
//! span the same, and samples of sparse kernels are those of any others.

use schur_math::{
    KernelAttributes, KernelBand, KernelBasis, PlanarRepresentation, SteerableKernelBasis, oracle,
    sample_on_grid, tolerance,
};

use crate::support::kernels::dense;

use crate::support::groups::plane as planar;

fn independent(kernels: &[Vec<f64>]) -> bool {
    (1..kernels.len())
        .all(|n| oracle::span_distance(&kernels[..n], &kernels[..=n]) > tolerance::INDEPENDENCE)
}

/// The pixels tell the functions of the default bands apart: nothing is aliased onto others.
#[test]
fn samples_are_independent() {
    let scalar = PlanarRepresentation::parse(&planar("C1"), "trivial").unwrap();
    for size in 1..=7 {
        for band in [
            KernelBand::for_size,
            KernelBand::bessel,
            KernelBand::zernike,
        ] {
            let basis = SteerableKernelBasis::new(&scalar, &scalar, &band(size).unwrap()).unwrap();
            let kernels = basis.on_grid([1, size, size]).unwrap();
            assert!(!kernels.is_empty());
            assert!(
                independent(&dense(&kernels, (1, 1), size * size)),
                "{size}: {:?}",
                basis.band()
            );
        }
    }
    let twice = [vec![1.0, 2.0], vec![2.0, 4.0]];
    assert!(!independent(&twice), "the check can fail");
}

/// Sparse elements by orbits and those by irreps span the same kernels.
#[test]
fn both_bases_span_the_same_kernels() {
    for group in ["C1", "C3", "C4", "C8", "D1@0", "D2", "D4@22.5", "D3"].map(planar) {
        let names = [
            "regular",
            "trivial",
            "irrep(A)",
            "irrep(A2)",
            "quotient(C1)",
            "quotient(D1)",
        ];
        let all: Vec<PlanarRepresentation> = (names.iter())
            .filter_map(|name| PlanarRepresentation::parse(&group, name).ok())
            .collect();
        for (out, input) in all
            .iter()
            .flat_map(|out| all.iter().map(move |input| (out, input)))
        {
            for size in [2, 3] {
                let band = KernelBand::for_size(size).unwrap();
                let sparse = SteerableKernelBasis::new(out, input, &band).unwrap();
                let spectral = SteerableKernelBasis::by_irreps(out, input, &band).unwrap();
                assert_eq!(sparse.dim(), spectral.dim(), "{out:?} <- {input:?}");
                if sparse.dim() == 0 || out.dim() * input.dim() > 36 {
                    continue;
                }
                assert!(sparse.attributes().iter().all(|a| a.parts.is_none()));
                let [a, b] = [&sparse, &spectral].map(|basis| {
                    let kernels = basis.on_grid([1, size, size]).unwrap();
                    dense(&kernels, basis.shape(), size * size)
                });
                assert_eq!(a.len(), b.len(), "{out:?} <- {input:?} {size}");
                let distance = oracle::span_distance(&a, &b);
                assert!(
                    distance < tolerance::INDEPENDENCE,
                    "{out:?} <- {input:?} {size}"
                );
            }
        }
    }
    // Weight sharing: every function once for every element of the group.
    let regular = PlanarRepresentation::parse(&planar("C8"), "regular").unwrap();
    let basis =
        SteerableKernelBasis::new(&regular, &regular, &KernelBand::for_size(3).unwrap()).unwrap();
    for kernel in basis.on_grid([1, 3, 3]).unwrap() {
        assert!(kernel.len() <= 8 * 9);
    }
}

/// A basis that is sampled without knowing its zeros.
struct Plain<'a>(&'a SteerableKernelBasis);

impl KernelBasis for Plain<'_> {
    fn dim(&self) -> usize {
        self.0.dim()
    }

    fn shape(&self) -> (usize, usize) {
        self.0.shape()
    }

    fn sample(&self, point: [f64; 2]) -> Vec<f64> {
        self.0.sample(point)
    }

    fn attributes(&self) -> Vec<KernelAttributes> {
        self.0.attributes()
    }
}

#[test]
fn sparse_samples_are_the_samples() {
    let groups = [
        "C1", "C3", "C4", "C8", "D1@0", "D2", "D4@22.5", "SO(2)", "O(2)@30",
    ];
    for group in groups.map(planar) {
        let representation = |name: &str| PlanarRepresentation::parse(&group, name).unwrap();
        let rich = match group.finite() {
            Some(_) => representation("regular"),
            None => representation("spectral(2)"),
        };
        let slanted = representation("defining")
            .in_basis(&[[0.6, -0.8], [0.8, 0.6]].into())
            .unwrap();
        for [out, input] in [
            [rich.clone(), representation("trivial")],
            [slanted.clone(), rich],
            [representation("spectral(1)"), slanted],
        ] {
            let band = KernelBand::for_size(5).unwrap();
            let basis = SteerableKernelBasis::new(&out, &input, &band).unwrap();
            let plain = sample_on_grid(&Plain(&basis), [1, 5, 5], 1).unwrap();
            assert_eq!(
                basis.on_grid([1, 5, 5]).unwrap(),
                plain,
                "{out:?} <- {input:?}"
            );
        }
    }
}
