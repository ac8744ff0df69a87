//! Times the invariants of tensor powers of matrix groups:
//! `cargo run --release -p schur-math --example tensor_invariants`.

use std::time::Instant;

use schur_math::{LinearGroup, MathError};

fn main() -> Result<(), MathError> {
    let cases = [
        (LinearGroup::special_orthogonal(3)?, 8),
        (LinearGroup::special_orthogonal(3)?, 9),
        (LinearGroup::lorentz(), 8),
        (LinearGroup::special_unitary(2)?, 6),
        (LinearGroup::special_linear(7)?, 7),
        (LinearGroup::orthogonal(10)?, 6),
        (LinearGroup::symmetric(5)?, 8),
        (LinearGroup::rubik(), 3),
    ];
    println!("group            k    entries  invariants  residual   seconds");
    for (group, k) in cases {
        let start = Instant::now();
        let basis = group.invariants(k, 0)?;
        let seconds = start.elapsed().as_secs_f64();
        let entries = group.dim().pow(k as u32);
        println!(
            "{:14} {k:3} {entries:10} {:11}  {:8.1e} {seconds:9.2}",
            group.name(),
            basis.dim(),
            basis.residual()
        );
    }
    Ok(())
}
