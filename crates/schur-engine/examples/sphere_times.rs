//! How long transforms on the sphere and on SO(3) take.
//!
//! Reads requests line by line, so that another program can ask in turn with measurements of its own:
//! `GRID DEGREE SPIN MAPS REPEATS` with `gauss` or `equiangular`, and answers with the least times of
//! analysis and synthesis in milliseconds and the error of the way there and back, in `f32`. Without
//! requests it times some.

use std::io::BufRead;
use std::sync::Arc;
use std::time::Instant;

use schur_engine::sphere::{Ring, SpherePlan, SphereShape, Weighting};
use schur_math::SphereGrid;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let mut asked = false;
    for line in std::io::stdin().lock().lines() {
        asked = true;
        println!("{}", answer(&line?)?);
    }
    if !asked {
        for degree in [31, 63, 127, 255, 511] {
            let maps = (1 << 16) / ((degree + 1) * (degree + 1)) + 1;
            let request = format!("gauss {degree} 0 {maps} 10");
            println!("{request}: {}", answer(&request)?);
        }
    }
    Ok(())
}

fn answer(request: &str) -> Outcome<String> {
    let words: Vec<&str> = request.split_whitespace().collect();
    let [grid, numbers @ ..] = words.as_slice() else {
        return Err("an empty request".into());
    };
    let numbers: Vec<usize> = numbers
        .iter()
        .map(|n| n.parse())
        .collect::<Result<_, _>>()?;
    let [degree, spin, maps, repeats] = numbers[..] else {
        return Err("GRID DEGREE SPIN MAPS REPEATS".into());
    };
    let size = degree + 1;
    let grid = match *grid {
        "gauss" => SphereGrid::gauss_legendre(size, 2 * size)?,
        _ => SphereGrid::equiangular(2 * size, 2 * size)?,
    };
    let heights = grid.heights(degree, spin)?;
    let shape = SphereShape {
        degree,
        spin,
        angles: 2 * spin + 1,
        rings: (grid.rings().iter())
            .map(|ring| Ring {
                count: ring.count,
                longitude: ring.longitude,
                weight: ring.weight,
            })
            .collect(),
        heights: Arc::new(move |m, n, values| {
            heights.order(m, n, values).expect("orders of the plan");
        }),
    };
    let plan = SpherePlan::<f32>::new(&shape)?;
    let numbers = maps * plan.coefficients();
    let x: Vec<f32> = (0..numbers)
        .map(|i| ((i * 7919) % 1000) as f32 / 500.0 - 1.0)
        .collect();
    let (mut there, mut back) = (f64::INFINITY, f64::INFINITY);
    let mut error = 0.0;
    for _ in 0..repeats.max(1) {
        let start = Instant::now();
        let values = plan.synthesis(maps, 1, &x, Weighting::Plain)?;
        back = back.min(start.elapsed().as_secs_f64());
        let start = Instant::now();
        let found = plan.analysis(maps, 1, &values, Weighting::Weighted)?;
        there = there.min(start.elapsed().as_secs_f64());
        let pairs = found.iter().zip(&x);
        error = pairs.fold(0f32, |worst, (a, b)| worst.max((a - b).abs()));
    }
    Ok(format!("{:.4} {:.4} {error:.1e}", 1e3 * there, 1e3 * back))
}
