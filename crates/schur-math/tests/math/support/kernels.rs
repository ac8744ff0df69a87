//! Kernels on the lattice as dense vectors.

use schur_math::{
    FiniteRepresentation, KernelEntry, LatticeKernelBasis, MathError, PlanarGroup,
    PlanarRepresentation,
};

/// The kernel basis between representations given by matrices.
pub(crate) fn lattice_kernels(
    planar: &PlanarGroup,
    out: &FiniteRepresentation,
    input: &FiniteRepresentation,
    height: usize,
    width: usize,
) -> Result<LatticeKernelBasis, MathError> {
    let of_plane =
        |rho: &FiniteRepresentation| PlanarRepresentation::from_finite(planar, rho.clone());
    LatticeKernelBasis::new(&of_plane(out)?, &of_plane(input)?, [1, height, width])
}

/// Every kernel as `out x input x taps` numbers.
pub(crate) fn dense(
    kernels: &[Vec<KernelEntry>],
    shape: (usize, usize),
    taps: usize,
) -> Vec<Vec<f64>> {
    let kernel = |entries: &Vec<KernelEntry>| {
        let mut kernel = vec![0.0; shape.0 * shape.1 * taps];
        for e in entries {
            kernel[(e.out * shape.1 + e.input) * taps + e.tap] = e.value;
        }
        kernel
    };
    kernels.iter().map(kernel).collect()
}
