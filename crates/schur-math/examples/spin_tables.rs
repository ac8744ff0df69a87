//! Prints how long the tables of SO(3) take: all real Clebsch-Gordan matrices up to degree 8,
//! and real D matrices up to degrees 20 and 100.

use std::time::Instant;

use schur_math::angular_momentum::{real_clebsch_gordan, real_wigner_d_up_to};
use schur_math::{MathError, UnitQuaternion};

fn main() -> Result<(), MathError> {
    const MAX: usize = 8;
    let start = Instant::now();
    let (mut tables, mut numbers) = (0, 0);
    for l1 in 0..=MAX {
        for l2 in 0..=MAX {
            for l in l1.abs_diff(l2)..=MAX.min(l1 + l2) {
                tables += 1;
                numbers += real_clebsch_gordan(l1, l2, l)?.values().len();
            }
        }
    }
    let elapsed = start.elapsed();
    println!("{tables} Clebsch-Gordan matrices, {numbers} numbers: {elapsed:.2?}");
    let q = UnitQuaternion::new(0.5, -0.3, 0.7, 0.2)?;
    for degree in [20, 100] {
        let start = Instant::now();
        let matrices = real_wigner_d_up_to(degree, &q)?;
        let (count, elapsed) = (matrices.len(), start.elapsed());
        println!("{count} D matrices to degree {degree}: {elapsed:.2?}");
    }
    Ok(())
}
