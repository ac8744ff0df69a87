//! Linear layers learnt from samples, with and without the symmetry.

use schur_math::{FiniteRepresentation, IntertwinerBasis, MatrixGroup, PermutationGroup};

use super::{corners, permutations};
use crate::dense::{Random, dot, norm, relative_difference, solve_positive};
use crate::error::Result;
use crate::experiment::Context;
use crate::figure::{Axis, Chart, Figure, Series};
use crate::outcome::{Measurement, Outcome};
use crate::statistics::Estimate;
use crate::table::{Table, number};

/// Standard deviation of the noise, where the signal has 1.
const NOISE: f64 = 0.1;

const SAMPLES: [usize; 8] = [1, 2, 4, 8, 16, 32, 64, 128];

/// A layer to learn.
struct Task {
    name: &'static str,
    from: FiniteRepresentation,
    to: FiniteRepresentation,
    /// Dimension of the space of equivariant maps.
    dimension: usize,
}

/// For every task a random equivariant map is learnt from noisy samples, with the equivariant
/// basis and with all entries free; and then a map without symmetry, which the equivariant
/// layer must not be able to learn.
pub(super) fn run(context: &Context, cube: &MatrixGroup, outcome: &mut Outcome) -> Result<()> {
    let mut table = Table::new(
        "learning",
        "Relative error of linear layers learnt from noisy samples, mean over repetitions",
        &["task", "samples", "equivariant", "unconstrained"],
    );
    let mut chart = Chart::new(
        Axis::new("training samples")
            .logarithmic()
            .ticks(&SAMPLES.map(|n| n as f64)),
        Axis::new("relative error of the learnt map").logarithmic(),
    );
    let repetitions = context.choose(20, 100);
    for (t, task) in tasks(cube)?.iter().enumerate() {
        let basis = IntertwinerBasis::new(&task.to.decomposed()?, &task.from.decomposed()?)?;
        let basis = (0..basis.dim()).map(|i| basis.matrix(i).into_values());
        let basis: Vec<Vec<f64>> = basis.collect();
        outcome.measure(Measurement::equals(
            format!("free parameters of the equivariant layer, {}", task.name),
            basis.len(),
            task.dimension,
        ));
        let mut random = Random::new(context.seed, t as u64);
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for samples in SAMPLES {
            let (mut errors, mut free_errors) = (Vec::new(), Vec::new());
            for _ in 0..repetitions {
                let truth = combination(&basis, &random.vector(basis.len()));
                let data = Samples::draw(task, &truth, samples, &mut random);
                errors.push(relative_difference(&data.equivariant(&basis), &data.truth));
                free_errors.push(relative_difference(&data.unconstrained(), &data.truth));
            }
            let [error, free] = [errors, free_errors].map(|e| Estimate::of(&e));
            with.push((samples as f64, error));
            without.push((samples as f64, free));
            table.row([
                task.name.to_string(),
                samples.to_string(),
                number(error.mean),
                number(free.mean),
            ]);
        }
        let ratios = with.iter().zip(&without).map(|(a, b)| b.1.mean / a.1.mean);
        outcome.measure(Measurement::at_least(
            format!(
                "error of free over equivariant layers, least of all sample sizes, {}",
                task.name
            ),
            ratios.fold(f64::INFINITY, f64::min),
            1.0,
        ));
        // With many samples, so that only the missing symmetry can be at fault.
        let other = random.vector(basis[0].len());
        let data = Samples::draw(task, &other, SAMPLES[SAMPLES.len() - 1], &mut random);
        outcome.control(Measurement::at_most(
            format!(
                "error of the equivariant layer on a map without symmetry, {}",
                task.name
            ),
            relative_difference(&data.equivariant(&basis), &data.truth),
            NOISE,
        ));
        chart = chart
            .with(Series::estimates(
                format!("{}, equivariant", task.name),
                t,
                with,
            ))
            .with(Series::estimates(format!("{}, free", task.name), t, without).dashed());
    }
    outcome.tables.push(table);
    outcome.figures.push(Figure::new(
        "learning",
        "A layer with the symmetry learns from fewer samples",
        "Linear layers fitted to noisy samples of a random equivariant map. Solid: equivariant \
         maps only; dashed: all matrices. Both are fitted with the regularisation that is best \
         for them on average.",
        chart.draw(),
    ));
    Ok(())
}

fn tasks(cube: &MatrixGroup) -> Result<[Task; 3]> {
    let corners = permutations(cube, &corners())?;
    let points = FiniteRepresentation::of_action(&PermutationGroup::symmetric(5)?.action())?;
    let edges = points.tensor_product(&points)?;
    let task = |name, rho: FiniteRepresentation, dimension| Task {
        name,
        from: rho.clone(),
        to: rho,
        dimension,
    };
    Ok([
        // Corners of a cube have four distances.
        task("corners of the cube", corners, 4),
        task("sets of five", points, 2),
        // The Bell number of 4.
        task("graphs of five nodes", edges, 15),
    ])
}

fn combination(basis: &[Vec<f64>], weights: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; basis[0].len()];
    for (matrix, weight) in basis.iter().zip(weights) {
        sum.iter_mut()
            .zip(matrix)
            .for_each(|(s, m)| *s += weight * m);
    }
    sum
}

/// Inputs and noisy outputs of a map.
struct Samples {
    /// The map, scaled such that outputs have variance 1.
    truth: Vec<f64>,
    inputs: Vec<Vec<f64>>,
    outputs: Vec<Vec<f64>>,
}

/// The image of a vector under a matrix, row by row.
fn image(matrix: &[f64], x: &[f64]) -> Vec<f64> {
    matrix.chunks(x.len()).map(|row| dot(row, x)).collect()
}

impl Samples {
    fn draw(task: &Task, truth: &[f64], samples: usize, random: &mut Random) -> Self {
        let (columns, rows) = (task.from.dim(), task.to.dim());
        let scale = (rows as f64).sqrt() / norm(truth);
        let truth: Vec<f64> = truth.iter().map(|v| scale * v).collect();
        // Uniform numbers of variance 1.
        let mut vector = |length| -> Vec<f64> {
            let uniform = random.vector(length).into_iter();
            uniform.map(|v| 3f64.sqrt() * v).collect()
        };
        let inputs: Vec<Vec<f64>> = (0..samples).map(|_| vector(columns)).collect();
        let noisy = |x: &Vec<f64>| -> Vec<f64> {
            let noise = vector(rows);
            let clean = image(&truth, x);
            clean
                .iter()
                .zip(noise)
                .map(|(y, n)| y + NOISE * n)
                .collect()
        };
        let outputs = inputs.iter().map(noisy).collect();
        Self {
            truth,
            inputs,
            outputs,
        }
    }

    /// The best combination of the basis.
    fn equivariant(&self, basis: &[Vec<f64>]) -> Vec<f64> {
        let n = basis.len();
        let (mut normal, mut right) = (vec![0.0; n * n], vec![0.0; n]);
        for (x, y) in self.inputs.iter().zip(&self.outputs) {
            let moved: Vec<Vec<f64>> = basis.iter().map(|m| image(m, x)).collect();
            for (i, a) in moved.iter().enumerate() {
                right[i] += dot(a, y);
                for (j, b) in moved.iter().enumerate() {
                    normal[i * n + j] += dot(a, b);
                }
            }
        }
        // Noise over the mean square of a coefficient: `‖truth‖² / n`.
        let ridge = NOISE.powi(2) * n as f64 / self.outputs[0].len() as f64;
        (0..n).for_each(|i| normal[i * n + i] += ridge);
        combination(basis, &solve_positive(normal, right))
    }

    /// The best matrix, row by row.
    fn unconstrained(&self) -> Vec<f64> {
        let n = self.inputs[0].len();
        let mut normal = vec![0.0; n * n];
        for x in &self.inputs {
            for i in 0..n {
                for j in 0..n {
                    normal[i * n + j] += x[i] * x[j];
                }
            }
        }
        // Noise over the mean square of an entry, which is 1 / n.
        (0..n).for_each(|i| normal[i * n + i] += NOISE.powi(2) * n as f64);
        let rows = 0..self.outputs[0].len();
        let right = |row: usize| -> Vec<f64> {
            let mut sum = vec![0.0; n];
            for (x, y) in self.inputs.iter().zip(&self.outputs) {
                sum.iter_mut().zip(x).for_each(|(s, v)| *s += y[row] * v);
            }
            sum
        };
        rows.flat_map(|row| solve_positive(normal.clone(), right(row)))
            .collect()
    }
}
