//! Times of spherical harmonics for `bench/harmonics`:
//! `harmonics_times POINTS VALUES THREADS ROUNDS CASE...`, where POINTS is a file of raw
//! coordinates, VALUES is written with the harmonics of the first points for a comparison, and
//! a CASE is `L:N`, degree and number of points. Prints `L,N,values ms,gradients ms`, medians.
//! The slices for the results are made once per case.

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
    let compute_part =
        |points: &[[f64; 3]], values: &mut [f64], gradients: &mut [f64]| match gradients.is_empty()
        {
            true => all.values_of_points(points, values),
            false => all.values_and_gradients_of_points(points, values, gradients),
        };
    let part = points.len().div_ceil(threads);
    let axes = gradients.len() / values.len();
    std::thread::scope(|scope| {
        let (mut points, mut values, mut gradients) = (points, values, gradients);
        let mut workers = Vec::new();
        // This thread takes the last part.
        while points.len() > part {
            let cut = part * all.dim();
            let (some_points, other_points) = points.split_at(part);
            let (some_values, other_values) = values.split_at_mut(cut);
            let (some_gradients, other_gradients) = gradients.split_at_mut(axes * cut);
            workers
                .push(scope.spawn(move || compute_part(some_points, some_values, some_gradients)));
            (points, values, gradients) = (other_points, other_values, other_gradients);
        }
        compute_part(points, values, gradients)?;
        let mut workers = workers.into_iter();
        workers.try_for_each(|worker| worker.join().expect("the workers return their errors"))
    })
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
