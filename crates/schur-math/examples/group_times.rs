//! How long groups and the tables of rotations take, from nothing: `group_times [ROUNDS]`, default
//! 5. Prints `WHAT ms`, medians of the rounds after one to warm up. Times of harmonics are those of
//! `harmonics_times`.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use schur_math::angular_momentum::{real_clebsch_gordan, real_wigner_d_up_to};
use schur_math::{FiniteRepresentation, Group, MathError, UnitQuaternion, irreps};

/// From small ones to orders near 1,000: many one-dimensional irreps, many planes, few large
/// irreps.
const NAMES: [&str; 9] = [
    "D4", "Oh", "Ih", "S5", "S6", "C1000", "D500", "S5 x C8", "A5 x D8",
];
/// All real Clebsch-Gordan matrices with degrees up to this one.
const COUPLED: usize = 8;
/// All real D matrices of one rotation up to these degrees.
const TURNED: [usize; 3] = [8, 20, 50];

fn main() -> Result<(), Box<dyn Error>> {
    let rounds = std::env::args().nth(1).map_or(Ok(5), |text| text.parse())?;
    for name in NAMES {
        let what = format!("group, irreps, decomposed regular representation of {name}");
        print(&what, rounds, || {
            let group = Group::parse(black_box(name))?;
            let regular = FiniteRepresentation::regular(&group).decomposed()?;
            Ok(irreps(&group).len() + regular.parts().len())
        })?;
    }
    let what = format!("real Clebsch-Gordan to {COUPLED}");
    print(&what, rounds, || {
        let mut numbers = 0;
        for (l1, l2) in (0..=COUPLED).flat_map(|l1| (0..=COUPLED).map(move |l2| (l1, l2))) {
            for l in l1.abs_diff(l2)..=COUPLED.min(l1 + l2) {
                numbers += real_clebsch_gordan(l1, l2, l)?.values().len();
            }
        }
        Ok(numbers)
    })?;
    let q = UnitQuaternion::new(0.5, -0.3, 0.7, 0.2)?;
    for degree in TURNED {
        let what = format!("real Wigner D to {degree}");
        print(&what, rounds, || {
            Ok(real_wigner_d_up_to(degree, black_box(&q))?.len())
        })?;
    }
    Ok(())
}

/// What `run` counts is used, so nothing of it is left out by the compiler.
fn print(
    what: &str,
    rounds: usize,
    mut run: impl FnMut() -> Result<usize, MathError>,
) -> Result<(), Box<dyn Error>> {
    black_box(run()?);
    let mut times = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let start = Instant::now();
        black_box(run()?);
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let median = times.get(rounds / 2).ok_or("no rounds")?;
    println!("{what:60} {median:10.3} ms");
    Ok(())
}
