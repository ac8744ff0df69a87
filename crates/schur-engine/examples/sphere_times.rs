//! How long transforms on the sphere and on SO(3) take.
//!
//! Reads requests line by line, so that another program can ask in turn with measurements of its own:
//! `GRID DEGREE SPIN MAPS TYPE REPEATS` with `gauss` or `equiangular` and `f32` or `f64`, and answers
//! with the least times of analysis and synthesis in milliseconds and the error of the way there and back.
//! Plans are kept. Without requests it times some.

use std::io::BufRead;
use std::sync::Arc;
use std::time::Instant;

use schur_engine::Scalar;
use schur_engine::sphere::{Ring, SpherePlan, SphereShape, Weighting};
use schur_math::SphereGrid;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let mut asked = false;
    let (mut single, mut double) = (Known::<f32>(None), Known::<f64>(None));
    let mut answer = |request: &str| -> Outcome<String> {
        let words: Vec<&str> = request.split_whitespace().collect();
        let [grid, degree, spin, maps, kind, repeats] = words[..] else {
            return Err("GRID DEGREE SPIN MAPS TYPE REPEATS".into());
        };
        let key = (grid.to_string(), degree.parse()?, spin.parse()?);
        let [maps, repeats] = [maps, repeats].map(str::parse::<usize>);
        match kind {
            "f64" => timed(double.plan(&key)?, maps?, repeats?),
            _ => timed(single.plan(&key)?, maps?, repeats?),
        }
    };
    for line in std::io::stdin().lock().lines() {
        asked = true;
        println!("{}", answer(&line?)?);
    }
    if !asked {
        for degree in [31, 63, 127, 255, 511] {
            let maps = (1 << 18) / ((degree + 1) * (degree + 1));
            for kind in ["f32", "f64"] {
                let request = format!("gauss {degree} 0 {maps} {kind} 10");
                println!("{request}: {}", answer(&request)?);
            }
        }
    }
    Ok(())
}

/// Grid, degree and spin.
type Key = (String, usize, usize);

/// The plan that was asked for last.
struct Known<T>(Option<(Key, SpherePlan<T>)>);

impl<T: Scalar> Known<T> {
    fn plan(&mut self, key: &Key) -> Outcome<&SpherePlan<T>> {
        if self.0.as_ref().is_none_or(|(known, _)| known != key) {
            self.0 = Some((key.clone(), plan(key)?));
        }
        Ok(&self.0.as_ref().ok_or("there is one")?.1)
    }
}

fn plan<T: Scalar>((grid, degree, spin): &Key) -> Outcome<SpherePlan<T>> {
    let size = degree + 1;
    let grid = match grid.as_str() {
        "gauss" => SphereGrid::gauss_legendre(size, 2 * size)?,
        _ => SphereGrid::equiangular(2 * size, 2 * size)?,
    };
    let heights = grid.heights(*degree, *spin)?;
    let rings = grid.rings().iter().map(|ring| Ring {
        count: ring.count,
        longitude: ring.longitude,
        weight: ring.weight,
    });
    Ok(SpherePlan::new(&SphereShape {
        degree: *degree,
        spin: *spin,
        angles: 2 * spin + 1,
        rings: rings.collect(),
        equator: grid.equator(),
        heights: Arc::new(move |m, n, values| {
            heights.order(m, n, values).expect("orders of the plan");
        }),
    })?)
}

fn timed<T: Scalar>(plan: &SpherePlan<T>, maps: usize, repeats: usize) -> Outcome<String> {
    let numbers = maps * plan.coefficients();
    let number = |i: usize| T::from_f64(((i * 7919) % 1000) as f64 / 500.0 - 1.0);
    let x: Vec<T> = (0..numbers).map(number).collect();
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
        let distances = pairs.map(|(a, b)| (*a - *b).to_f64().abs());
        error = distances.fold(0.0, f64::max);
    }
    Ok(format!("{:.4} {:.4} {error:.1e}", 1e3 * there, 1e3 * back))
}
