//! Kernels on the lattice as dense vectors.

use schur_math::KernelEntry;

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
