//! Translation: which linear maps commute with shifts, and what stride and padding spoil.

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use schur_math::{FiniteRepresentation, PermutationGroup, PlanarGroup, oracle};
use schur_nn::{EquivariantConv, EquivariantConvConfig, Field, FieldType, Layer};

use crate::dense::{Random, relative_difference};
use crate::error::Result;
use crate::experiment::{Context, Experiment};
use crate::figure::{Axis, Chart, Figure, Panel, Panels, Series};
use crate::outcome::{Measurement, Outcome};
use crate::table::{Table, number};
use crate::tolerance;

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "translation",
    title: "Translations and convolutions",
    claim: "Translation equivariant linear functions between feature maps are necessarily \
            convolutions.",
    run,
};

/// Side of the images on which layers are measured; a multiple of all strides.
const SIDE: usize = 12;

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut random = Random::new(context.seed, 0);
    theorem(context, &mut random, &mut outcome)?;
    padding(&mut random, &mut outcome)?;
    strides(&mut random, &mut outcome)?;
    outcome.text = vec![
        "Write a linear map between N x N images as a matrix with N⁴ entries and demand that it \
         commutes with the shifts of the torus. The solutions have N² dimensions, and each is the \
         convolution with its own first row as kernel: this is the theorem, found by solving \
         equations and without using it."
            .to_string(),
        "Real layers deviate in two ways. Zero padding is not a torus: a k x k kernel sees zeros \
         in a border of width (k - 1)/2, and there only. A stride s keeps every s-th pixel and so \
         commutes only with shifts by multiples of s."
            .to_string(),
    ];
    Ok(outcome)
}

/// The null space of `T M - M T = 0` for both unit shifts.
fn theorem(context: &Context, random: &mut Random, outcome: &mut Outcome) -> Result<()> {
    let mut table = Table::new(
        "dimensions",
        "Dimension of the space of maps between N x N images that commute with all shifts",
        &[
            "N",
            "entries of the map",
            "dimension",
            "N squared",
            "distance from a convolution",
        ],
    );
    let sides: &[usize] = context.choose(&[2, 3, 4, 5], &[2, 3, 4, 5, 6]);
    context.expect(sides.len());
    for &n in sides {
        context.message(&format!("solving for maps of {n} x {n} images"));
        let pixels = n * n;
        let right = (0..pixels).map(|p| p / n * n + (p + 1) % n).collect();
        let down = (0..pixels).map(|p| (p + n) % pixels).collect();
        let shifts = PermutationGroup::generate("shifts", &[right, down])?;
        let images = FiniteRepresentation::of_action(&shifts.action())?;
        let solutions = oracle::intertwiner_space(&images, &images)?;
        let defects = solutions
            .iter()
            .map(|map| distance_from_convolution(map, n));
        let worst = defects.fold(0.0, f64::max);
        outcome.measure(Measurement::equals(
            format!("dimension of the solutions for N = {n}"),
            solutions.len(),
            pixels,
        ));
        outcome.measure(Measurement::at_most(
            format!("distance of the solutions for N = {n} from convolutions"),
            worst,
            tolerance::EXACT_F64,
        ));
        table.row(
            [n, pixels * pixels, solutions.len(), pixels]
                .map(|v| v.to_string())
                .into_iter()
                .chain([number(worst)]),
        );
        context.advance(1);
    }
    outcome.control(Measurement::at_most(
        "distance of a random map between 4 x 4 images from a convolution",
        distance_from_convolution(&random.vector(256), 4),
        tolerance::EXACT_F64,
    ));
    outcome.tables.push(table);
    Ok(())
}

/// How far a map is from the convolution with its first row: `M[p][p + t] = M[0][t]`.
fn distance_from_convolution(map: &[f64], n: usize) -> f64 {
    let pixels = n * n;
    let shifted = |p: usize, q: usize| {
        let (row, column) = (q / n + n - p / n, q % n + n - p % n);
        map[row % n * n + column % n]
    };
    let convolution: Vec<f64> = (0..pixels * pixels)
        .map(|i| shifted(i / pixels, i % pixels))
        .collect();
    relative_difference(map, &convolution)
}

/// Where zero padding differs from the torus.
fn padding(random: &mut Random, outcome: &mut Outcome) -> Result<()> {
    let image = random.vector(SIDE * SIDE);
    let mut panels = Vec::new();
    for kernel in [3, 5, 7] {
        let border = kernel / 2;
        let weights = random.vector(kernel * kernel);
        let zeros = convolve(&layer(kernel, 1, border, &weights)?, &image, SIDE)?;
        let torus = on_torus(kernel, 1, &weights, &image)?;
        let scale = torus.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        let difference: Vec<f64> = zeros
            .iter()
            .zip(&torus)
            .map(|(a, b)| (a - b).abs() / scale)
            .collect();
        let widths = (0..SIDE * SIDE)
            .filter(|&p| difference[p] > tolerance::EXACT_F32)
            .map(|p| {
                let (row, column) = (p / SIDE, p % SIDE);
                1 + row.min(column).min(SIDE - 1 - row).min(SIDE - 1 - column)
            });
        outcome.measure(Measurement::equals(
            format!("width of the border that zero padding spoils, {kernel} x {kernel} kernel"),
            widths.max().unwrap_or(0),
            border,
        ));
        panels.push(Panel::new(
            format!("{kernel} x {kernel} kernel"),
            SIDE,
            difference,
        ));
    }
    let drawing = Panels {
        per_row: 3,
        side: 200.0,
        common_scale: true,
        panels,
    };
    outcome.figures.push(Figure::new(
        "padding",
        "Zero padding breaks the symmetry in the border only, (k - 1)/2 pixels wide",
        "Difference between a convolution with zero padding and the same on a torus, 12 x 12 \
         pixels. Where nothing is drawn both agree exactly.",
        drawing.draw(),
    ));
    Ok(())
}

/// The error of shifting before against shifting after, for strides 1 to 3.
fn strides(random: &mut Random, outcome: &mut Outcome) -> Result<()> {
    let image = random.vector(SIDE * SIDE);
    let weights = random.vector(9);
    let mut table = Table::new(
        "strides",
        "Relative error of shifting the image instead of the output, best output shift",
        &["stride", "shift in pixels", "error"],
    );
    let mut chart = Chart::new(
        Axis::new("shift of the image in pixels").ticks(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        Axis::new("relative error").range(-0.05, 1.6),
    );
    for stride in 1..=3 {
        let output = on_torus(3, stride, &weights, &image)?;
        let side = SIDE / stride;
        let mut points = Vec::new();
        let (mut exact, mut inexact): (f64, f64) = (0.0, f64::INFINITY);
        for shift in 0..=6 {
            let of_shifted = on_torus(3, stride, &weights, &shifted(&image, SIDE, shift))?;
            let errors =
                (0..side).map(|s| relative_difference(&of_shifted, &shifted(&output, side, s)));
            let error = errors.fold(f64::INFINITY, f64::min);
            if shift % stride == 0 {
                exact = exact.max(error);
            } else {
                inexact = inexact.min(error);
            }
            table.row([stride.to_string(), shift.to_string(), number(error)]);
            points.push((shift as f64, error));
        }
        outcome.measure(Measurement::at_most(
            format!("error for shifts by multiples of the stride {stride}"),
            exact,
            tolerance::EXACT_F32,
        ));
        if stride > 1 {
            outcome.control(Measurement::at_most(
                format!("smallest error for other shifts, stride {stride}"),
                inexact,
                tolerance::EXACT_F32,
            ));
        }
        chart = chart.with(Series::new(format!("stride {stride}"), stride - 1, points));
    }
    outcome.figures.push(Figure::new(
        "strides",
        "A stride s commutes with shifts by multiples of s, and with no others",
        "The image is shifted to the right; the output of the original is then shifted so that \
         both agree best. What remains is the error.",
        chart.draw(),
    ));
    outcome.tables.push(table);
    Ok(())
}

/// A convolution without further symmetry, with the given kernel.
fn layer(kernel: usize, stride: usize, padding: usize, weights: &[f64]) -> Result<EquivariantConv> {
    let group = PlanarGroup::parse("C1")?;
    let scalar = FieldType::trivial(&group, 1)?;
    let device = Device::flex();
    let mut layer = EquivariantConvConfig::new(&scalar, &scalar, kernel)
        .with_stride(stride)
        .with_padding(padding)
        .init(&device)?;
    // Without symmetry the parameters are the taps, row by row.
    layer.weight = Param::from_tensor(Tensor::from_data(TensorData::from(weights), &device));
    Ok(layer)
}

fn convolve(layer: &EquivariantConv, image: &[f64], side: usize) -> Result<Vec<f64>> {
    let data = TensorData::new(image.to_vec(), [1, 1, side, side]);
    let tensor = Tensor::from_data(data.convert::<f32>(), &Device::flex());
    let field = Field::from_tensor(tensor, layer.input_type())?;
    let output = layer.forward(field)?.to_tensor();
    Ok(output.into_data().iter::<f64>().collect())
}

/// The convolution of an image whose opposite sides meet.
fn on_torus(kernel: usize, stride: usize, weights: &[f64], image: &[f64]) -> Result<Vec<f64>> {
    let border = kernel / 2;
    let side = SIDE + 2 * border;
    let inside = |i: usize| (i + SIDE - border) % SIDE;
    let padded: Vec<f64> = (0..side * side)
        .map(|p| image[inside(p / side) * SIDE + inside(p % side)])
        .collect();
    convolve(&layer(kernel, stride, 0, weights)?, &padded, side)
}

/// A square image moved to the right on the torus.
fn shifted(image: &[f64], side: usize, by: usize) -> Vec<f64> {
    (0..image.len())
        .map(|p| image[p / side * side + (p % side + side - by % side) % side])
        .collect()
}
