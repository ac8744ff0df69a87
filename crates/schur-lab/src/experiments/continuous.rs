//! All rotations: steerable kernels of SO(2) on pixels, and SO(3) seen by the cube.

mod cube;

use std::f64::consts::TAU;

use schur_math::{
    KernelBand, KernelBasis, Matrix, PlanarGroup, PlanarRepresentation, PlaneIsometry, Ring,
    SteerableKernelBasis,
};

use crate::dense::{Random, norm};
use crate::error::Result;
use crate::experiment::{Context, Experiment};
use crate::figure::{Axis, Chart, Figure, Panel, Panels, Series};
use crate::outcome::{Measurement, Outcome};
use crate::table::{Table, number};
use crate::tolerance;

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "continuous",
    title: "Continuous groups",
    claim: "Networks can be equivariant to continuous groups: on pixels, steerable kernels of \
            SO(2) turn by any angle as long as their frequency fits on their ring, and irreps of \
            SO(3) split into those of the cube.",
    run,
};

/// Radii of the rings that are tried, in pixels.
const RADII: [f64; 3] = [1.0, 2.0, 3.0];
const MAX_FREQUENCY: usize = 12;

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    outcome.figures.push(draw_kernels()?);
    planar(context, &mut outcome)?;
    cube::run(&mut outcome)?;
    outcome.text.push(
        "A kernel from a scalar field to the irrep of frequency k is a profile of the radius times \
         (cos kφ, sin kφ). In the plane it commutes with every rotation. Sampled on pixels it does so \
         as long as the ring has enough pixels for the waves round it, about 2πr; beyond that the \
         samples show another, lower frequency, and equivariance is lost. This is why kernels \
         are band-limited. Quarter turns permute the pixels and stay exact whatever the frequency."
            .to_string(),
    );
    Ok(outcome)
}

fn ring(radius: f64, max_frequency: usize) -> Result<KernelBand> {
    Ok(KernelBand::new(vec![Ring {
        radius,
        sigma: 0.6,
        max_frequency,
    }])?)
}

/// The defect of `K(k)` at the centre of images that are turned exactly, without interpolation.
fn planar(context: &Context, outcome: &mut Outcome) -> Result<()> {
    let so2 = PlanarGroup::so2();
    let scalar = PlanarRepresentation::trivial(&so2);
    let mut table = Table::new(
        "bands",
        "Relative defect of a kernel of one ring and frequency",
        &[
            "radius in pixels",
            "frequency",
            "at any angle",
            "at quarter turns",
            "in the default band",
        ],
    );
    let mut chart = Chart::new(
        Axis::new("angular frequency of the kernel"),
        Axis::new("relative defect at any angle").logarithmic(),
    )
    .level(tolerance::IN_BAND, "bound in the default band");
    let (mut inside, mut quarter): (f64, f64) = (0.0, 0.0);
    let mut aliased = f64::INFINITY;
    let scenes: Vec<Scene> = (0..context.choose(20, 100))
        .map(|k| Scene::new(&mut Random::new(context.seed, k)))
        .collect();
    // Rings of the default 9 x 9 band; the outermost is left out.
    let defaults = KernelBand::for_size(9)?;
    for (colour, radius) in RADII.into_iter().enumerate() {
        let shell = defaults.shells().iter().find(|s| s.radius() == radius);
        let limit = shell
            .and_then(|s| s.frequencies().last().copied())
            .unwrap_or(0);
        let mut points = Vec::new();
        for frequency in 0..=MAX_FREQUENCY {
            let irrep = PlanarRepresentation::irreps(&so2, frequency)?;
            let Some(irrep) = irrep.last() else { continue };
            let basis = SteerableKernelBasis::new(irrep, &scalar, &ring(radius, frequency)?)?;
            let any = defect(&basis, irrep, &scenes, &angles(context))?;
            let exact = defect(&basis, irrep, &scenes, &[0.25, 0.5, 0.75])?;
            quarter = quarter.max(exact);
            if frequency <= limit {
                inside = inside.max(any);
            }
            // More waves than twice as many pixels as the ring has.
            if frequency as f64 > TAU * radius {
                aliased = aliased.min(any);
            }
            let yes = if frequency <= limit { "yes" } else { "no" };
            table.row([
                number(radius),
                frequency.to_string(),
                number(any),
                number(exact),
                yes.to_string(),
            ]);
            points.push((frequency as f64, any));
        }
        let name = format!("ring of radius {radius}, default up to {limit}");
        chart = chart.with(Series::new(name, colour, points));
    }
    outcome.measure(Measurement::at_most(
        "largest defect at any angle, frequencies of the default band",
        inside,
        tolerance::IN_BAND,
    ));
    outcome.measure(Measurement::at_most(
        "largest defect at quarter turns, all frequencies",
        quarter,
        tolerance::EXACT_F64,
    ));
    outcome.control(Measurement::at_most(
        "smallest defect of kernels with more waves than pixels on the ring",
        aliased,
        tolerance::IN_BAND,
    ));
    outcome.tables.push(table);
    outcome.figures.push(Figure::new(
        "bands",
        "A ring of pixels carries so many waves and no more",
        "How far the response at the centre of a turned image is from the turned response, mean \
         over images and angles. The images are smooth and turned exactly, so that only the \
         sampling of the kernel is at fault.",
        chart.draw(),
    ));
    Ok(())
}

/// Shares of a full turn.
fn angles(context: &Context) -> Vec<f64> {
    let count = context.choose(16, 64);
    // Off the symmetry axes of the grid.
    (0..count)
        .map(|k| (f64::from(k) + 0.37) / f64::from(count))
        .collect()
}

/// `|K(g x) - ρ(g) K(x)|` over `|K(x)|`, both as root mean squares over scenes and turns.
fn defect(
    basis: &SteerableKernelBasis,
    irrep: &PlanarRepresentation,
    scenes: &[Scene],
    turns: &[f64],
) -> Result<f64> {
    let identity = PlaneIsometry::IDENTITY;
    let (mut difference, mut size) = (0.0, 0.0);
    for scene in scenes {
        let upright = response(basis, scene, &identity);
        for share in turns {
            let g = PlaneIsometry::rotation(TAU * share)?;
            let turned = response(basis, scene, &g);
            let expected = moved(&irrep.matrix(&g)?, &upright);
            let rest: Vec<f64> = turned.iter().zip(&expected).map(|(a, b)| a - b).collect();
            difference += norm(&rest).powi(2);
            size += norm(&expected).powi(2);
        }
    }
    Ok((difference / size).sqrt())
}

/// `ρ(g)` applied to the response of every basis element.
fn moved(matrix: &Matrix, responses: &[f64]) -> Vec<f64> {
    responses
        .chunks(matrix.cols())
        .flat_map(|r| matrix.apply(r))
        .collect()
}

/// `Σ_t K(t) x(g⁻¹ t)` over the pixels round the centre, for every basis element.
fn response(basis: &SteerableKernelBasis, scene: &Scene, g: &PlaneIsometry) -> Vec<f64> {
    const REACH: i32 = 6;
    let back = g.inverse();
    let mut sum = vec![0.0; basis.dim() * basis.shape().0];
    for y in -REACH..=REACH {
        for x in -REACH..=REACH {
            let point = [f64::from(x), f64::from(y)];
            let value = scene.value(back.apply(point));
            let kernels = basis.sample(point);
            sum.iter_mut()
                .zip(kernels)
                .for_each(|(s, k)| *s += k * value);
        }
    }
    sum
}

/// A smooth image: Gaussians of a pixel and a half round the centre.
struct Scene(Vec<[f64; 3]>);

impl Scene {
    fn new(random: &mut Random) -> Self {
        let blob = |_| {
            [
                4.0 * random.uniform(),
                4.0 * random.uniform(),
                random.uniform(),
            ]
        };
        Self((0..12).map(blob).collect())
    }

    fn value(&self, [x, y]: [f64; 2]) -> f64 {
        const WIDTH: f64 = 1.0;
        let blob = |&[a, b, height]: &[f64; 3]| {
            height * (-((x - a).powi(2) + (y - b).powi(2)) / (2.0 * WIDTH * WIDTH)).exp()
        };
        self.0.iter().map(blob).sum()
    }
}

fn draw_kernels() -> Result<Figure> {
    const SIDE: usize = 41;
    let so2 = PlanarGroup::so2();
    let scalar = PlanarRepresentation::trivial(&so2);
    let mut panels = Vec::new();
    for (frequency, irrep) in PlanarRepresentation::irreps(&so2, 3)?.iter().enumerate() {
        let basis = SteerableKernelBasis::new(irrep, &scalar, &ring(3.0, frequency)?)?;
        let rows = irrep.dim();
        for (row, title) in ["first", "second"].iter().enumerate().take(rows) {
            let value = |p: usize| {
                let at = |i: usize| 5.0 * (2.0 * i as f64 / (SIDE - 1) as f64 - 1.0);
                let point = [at(p % SIDE), -at(p / SIDE)];
                basis.sample(point).get(row).copied().unwrap_or(0.0)
            };
            let title = match rows {
                1 => "frequency 0".to_string(),
                _ => format!("frequency {frequency}, {title}"),
            };
            panels.push(Panel::new(
                title,
                SIDE,
                (0..SIDE * SIDE).map(value).collect(),
            ));
        }
    }
    let panels = Panels {
        per_row: 4,
        side: 160.0,
        common_scale: false,
        panels,
    };
    Ok(Figure::new(
        "kernels",
        "Kernels that turn into combinations of themselves",
        "Steerable kernels of SO(2) from a scalar to the irreps of frequency 0 to 3, on a ring. \
         Turning the pair of one frequency mixes its two members and nothing else.",
        panels.draw(),
    ))
}
