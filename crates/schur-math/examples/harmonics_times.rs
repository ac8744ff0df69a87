//! Times of spherical harmonics for `bench/harmonics`:
//! `harmonics_times POINTS VALUES THREADS ROUNDS CASE...`, where POINTS is a file of raw
//! coordinates, VALUES is written with the harmonics of the first points for a comparison, and
//! a CASE is `L:N`, degree and number of points. Prints `L,N,values ms,gradients ms`, medians.
//! The slices for the results are made once per case, the threads once for all.

use std::error::Error;
use std::time::Instant;

use schur_math::{MathError, SphericalHarmonics};

/// Points whose values are written, and their degree.
const CHECKED: (usize, usize) = (100, 10);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, output, threads, rounds, cases @ ..] = arguments.as_slice() else {
        return Err("usage: harmonics_times POINTS VALUES THREADS ROUNDS L:N...".into());
    };
    let (threads, rounds): (usize, usize) = (threads.parse()?, rounds.parse()?);
    // The threads stay; this one is one of them.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    pool.use_current_thread().build_global()?;
    let points = read(input)?;
    let all = SphericalHarmonics::new(CHECKED.1)?;
    let mut values = vec![0.0; CHECKED.0 * all.dim()];
    all.values_of_points(&points[..CHECKED.0], &mut values)?;
    let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    std::fs::write(output, bytes)?;
    for case in cases {
        let (degree, count) = case.split_once(':').ok_or("a case is L:N")?;
        let (degree, count): (usize, usize) = (degree.parse()?, count.parse()?);
        let points = points.get(..count).ok_or("too few points in the file")?;
        let all = SphericalHarmonics::new(degree)?;
        let mut values = vec![0.0; count * all.dim()];
        let mut gradients = vec![0.0; 3 * values.len()];
        let alone = median(rounds, || {
            compute(&all, points, threads, &mut values, &mut [])
        })?;
        let both = median(rounds, || {
            compute(&all, points, threads, &mut values, &mut gradients)
        })?;
        println!("{degree},{count},{alone},{both}");
    }
    Ok(())
}

fn read(path: &str) -> Result<Vec<[f64; 3]>, Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    let number = |bytes: &[u8]| bytes.try_into().map(f64::from_le_bytes);
    let numbers: Vec<f64> = bytes
        .chunks_exact(8)
        .map(number)
        .collect::<Result<_, _>>()?;
    let points = numbers.chunks_exact(3);
    Ok(points.map(|p| [p[0], p[1], p[2]]).collect())
}

/// Every thread takes a part of the points, of equal size. Without gradients their slice is
/// empty.
fn compute(
    all: &SphericalHarmonics,
    points: &[[f64; 3]],
    threads: usize,
    values: &mut [f64],
    gradients: &mut [f64],
) -> Result<(), MathError> {
    if threads < 2 {
        return match gradients.is_empty() {
            true => all.values_of_points(points, values),
            false => all.values_and_gradients_of_points(points, values, gradients),
        };
    }
    let (mine, others) = (threads / 2, threads - threads / 2);
    let part = points.len() * mine / threads;
    let axes = gradients.len() / values.len();
    let (points, other_points) = points.split_at(part);
    let (values, other_values) = values.split_at_mut(part * all.dim());
    let (gradients, other_gradients) = gradients.split_at_mut(axes * part * all.dim());
    let (left, right) = rayon::join(
        || compute(all, points, mine, values, gradients),
        || compute(all, other_points, others, other_values, other_gradients),
    );
    left.and(right)
}

/// In milliseconds, after one run to warm up.
fn median(
    rounds: usize,
    mut run: impl FnMut() -> Result<(), MathError>,
) -> Result<f64, Box<dyn Error>> {
    run()?;
    let mut times = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let start = Instant::now();
        run()?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    times
        .get(rounds / 2)
        .copied()
        .ok_or_else(|| "no rounds".into())
}
