//! Dimensions of kernel spaces, and the time that their bases take:
//! `cargo run --release -p schur-math --example kernel_bases -- C8 D8 'SO(2)'`.

use std::time::Instant;

use schur_math::{
    DifferentialBasis, KernelBand, LatticeKernelBasis, MathError, PlanarGroup,
    PlanarRepresentation, SteerableKernelBasis, unit_length,
};

fn main() -> Result<(), MathError> {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    if names.is_empty() {
        names = ["C4", "C8", "D4", "D8", "C16", "SO(2)", "O(2)"]
            .map(String::from)
            .to_vec();
    }
    println!("dimensions and times in ms of kernels from hidden to hidden fields");
    println!("group  fields       k  steerable      bessel     zernike     lattice  differences");
    for name in &names {
        let group = PlanarGroup::parse(name)?;
        let fields = hidden(&group)?;
        for k in [3, 5, 7] {
            let steerable = |band: KernelBand| {
                SteerableKernelBasis::new(&fields, &fields, &band)?.on_grid([1, k, k])
            };
            let columns = [
                timed(|| Ok(steerable(KernelBand::for_size(k)?)?.len()))?,
                timed(|| Ok(steerable(KernelBand::bessel(k)?)?.len()))?,
                timed(|| Ok(steerable(KernelBand::zernike(k)?)?.len()))?,
                timed(|| Ok(LatticeKernelBasis::new(&fields, &fields, [1, k, k])?.dim()))?,
                timed(|| {
                    let operators = DifferentialBasis::new(&fields, &fields, 2)?;
                    Ok(unit_length(operators.finite_differences([1, k, k])?).len())
                })?,
            ];
            print!("{name:6} {:11} {k:2}", fields.name());
            for (dim, time) in columns {
                print!(" {dim:5} {time:5.1}");
            }
            println!();
        }
    }
    println!("\nall bases of a network of six layers: scalar to hidden 7 x 7, hidden to hidden");
    println!("5 x 5 five times, computed once per pair");
    for name in &names {
        let (layers, time) = timed(|| {
            let group = PlanarGroup::parse(name)?;
            let scalar = PlanarRepresentation::trivial(&group);
            let fields = hidden(&group)?;
            let (first, rest) = (KernelBand::for_size(7)?, KernelBand::for_size(5)?);
            let lift = SteerableKernelBasis::new(&fields, &scalar, &first)?.on_grid([1, 7, 7])?;
            let hidden = SteerableKernelBasis::new(&fields, &fields, &rest)?.on_grid([1, 5, 5])?;
            Ok(lift.len() + 5 * hidden.len())
        })?;
        println!("{name:6} {layers:5} basis elements {time:6.2} ms");
    }
    Ok(())
}

/// Regular fields of a finite group, of others a band of irreps.
fn hidden(group: &PlanarGroup) -> Result<PlanarRepresentation, MathError> {
    let name = if group.finite().is_some() {
        "regular"
    } else {
        "spectral(3)"
    };
    PlanarRepresentation::parse(group, name)
}

/// What is built, and how long that takes in ms.
fn timed(build: impl FnOnce() -> Result<usize, MathError>) -> Result<(usize, f64), MathError> {
    let start = Instant::now();
    let dim = build()?;
    Ok((dim, start.elapsed().as_secs_f64() * 1e3))
}
