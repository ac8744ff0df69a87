//! The plots of a run, as SVG text.

use std::fmt::Display;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use schur_train::History;
use schur_train::images::Task;

use crate::error::{CliError, Result};

use super::Summary;

const SIZE: (u32, u32) = (720, 420);
pub(crate) const TRAIN: RGBColor = RGBColor(31, 119, 180);
pub(crate) const VALIDATION: RGBColor = RGBColor(214, 39, 40);
const FONT: &str = "sans-serif";

/// (file name without ending, SVG) of every plot.
pub(super) fn all(history: &History, summary: &Summary) -> Result<Vec<(&'static str, String)>> {
    let mut drawn = of_training(history, Task::Classification)?;
    let mut angles: Vec<(f64, f64)> = summary
        .angle_accuracy
        .iter()
        .map(|&(degrees, accuracy)| (degrees, 100.0 * accuracy))
        .collect();
    // A full turn ends where it began.
    if let Some(&(_, first)) = angles.first() {
        angles.push((360.0, first));
    }
    let label = format!("{} test images, all turned by it", summary.angle_images);
    let angles = [(label.as_str(), TRAIN, angles)];
    let title = format!("{}: accuracy against rotation", summary.group);
    drawn.push((
        "angle",
        lines(&title, ANGLE_AXIS, "accuracy in %", &angles)?,
    ));
    drawn.push((
        "confusion",
        confusion(&summary.confusion, &summary.classes)?,
    ));
    Ok(drawn)
}

const ANGLE_AXIS: &str = "angle in degrees, counter-clockwise";

/// Loss and score over the epochs.
pub(super) fn of_training(history: &History, task: Task) -> Result<Vec<(&'static str, String)>> {
    let curve = |value: &dyn Fn(&schur_train::EpochRecord) -> f64| -> Vec<(f64, f64)> {
        history
            .epochs
            .iter()
            .map(|record| (record.epoch as f64, value(record)))
            .collect()
    };
    let losses = [
        ("training", TRAIN, curve(&|r| r.train_loss)),
        ("validation", VALIDATION, curve(&|r| r.validation_loss)),
    ];
    let (title, axis, scale): (_, _, fn(f64) -> f64) = match task {
        Task::Classification => ("Accuracy", "accuracy in %", |v| 100.0 * v),
        Task::Pose => ("Mean angular error", "error in degrees", |v| {
            180.0 * (1.0 - v)
        }),
        Task::Segmentation => ("Intersection over union", "IoU in %", |v| 100.0 * v),
    };
    let scores = [
        ("training", TRAIN, curve(&|r| scale(r.train_score))),
        (
            "validation",
            VALIDATION,
            curve(&|r| scale(r.validation_score)),
        ),
    ];
    let loss_axis = match task {
        Task::Pose => "1 - cos of the error",
        _ => "cross entropy in nats",
    };
    Ok(vec![
        ("loss", lines("Loss", "epoch", loss_axis, &losses)?),
        (task.score_name(), lines(title, "epoch", axis, &scores)?),
    ])
}

/// Mean error of found angles against the angle.
pub(super) fn errors_by_angle(errors: &[(f64, f64)], group: &str) -> Result<String> {
    let mut points = errors.to_vec();
    // A full turn ends where it began.
    points.extend(errors.first().map(|&(_, error)| (360.0, error)));
    let series = [(
        "mean over upright digits that are all turned by it",
        TRAIN,
        points,
    )];
    let title = format!("{group}: error against rotation");
    lines(&title, ANGLE_AXIS, "error in degrees", &series)
}

pub(crate) type Series<'a> = (&'a str, RGBColor, Vec<(f64, f64)>);

/// Lines over a common axis; the vertical range covers the values with some air.
pub(crate) fn lines(
    title: &str,
    x_title: &str,
    y_title: &str,
    series: &[Series<'_>],
) -> Result<String> {
    let points = || series.iter().flat_map(|(_, _, points)| points);
    let extent = |value: fn(&(f64, f64)) -> f64| {
        points()
            .map(value)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
                (low.min(v), high.max(v))
            })
    };
    let (left, right) = extent(|p| p.0);
    let (low, high) = extent(|p| p.1);
    let air = (0.08 * (high - low)).max(0.01 * high.abs()).max(0.01);
    let right = right.max(left + 1.0);
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&WHITE).map_err(drawing)?;
        let mut chart = ChartBuilder::on(&root)
            .caption(title, (FONT, 20))
            .margin(12)
            .margin_right(24)
            .x_label_area_size(42)
            .y_label_area_size(64)
            .build_cartesian_2d(left..right, low - air..high + air)
            .map_err(drawing)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .x_desc(x_title)
            .y_desc(y_title)
            .x_label_formatter(&|x| format!("{x:.0}"))
            .label_style((FONT, 13))
            .draw()
            .map_err(drawing)?;
        for (name, colour, points) in series {
            let colour = *colour;
            chart
                .draw_series(LineSeries::new(
                    points.iter().copied(),
                    colour.stroke_width(2),
                ))
                .map_err(drawing)?
                .label(*name)
                .legend(move |(x, y)| {
                    PathElement::new(vec![(x, y), (x + 18, y)], colour.stroke_width(2))
                });
            chart
                .draw_series(points.iter().map(|&p| Circle::new(p, 2, colour.filled())))
                .map_err(drawing)?;
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::MiddleRight)
            .background_style(WHITE.mix(0.8))
            .border_style(BLACK.mix(0.3))
            .label_font((FONT, 13))
            .draw()
            .map_err(drawing)?;
        root.present().map_err(drawing)?;
    }
    Ok(svg)
}

/// Letters of a class that are drawn beside the matrix.
const MAX_LETTERS: usize = 16;

/// Rows are labels, columns predictions; a cell's shade is its share of the row.
fn confusion(matrix: &[Vec<usize>], names: &[String]) -> Result<String> {
    const CELL: i32 = 44;
    let names: Vec<String> = names.iter().map(|name| shortened(name)).collect();
    let letters = names.iter().map(|name| name.chars().count());
    let letters = letters.max().unwrap_or(0) as i32;
    // Names of one or two letters stand upright above their columns.
    let edge = 70 + 8 * (letters - 2).max(0);
    let classes = matrix.len() as i32;
    let side = (edge + classes * CELL + 24) as u32;
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (side, side)).into_drawing_area();
        root.fill(&WHITE).map_err(drawing)?;
        let text = |content: String, x: i32, y: i32, colour: RGBColor| {
            let centred = Pos::new(HPos::Center, VPos::Center);
            let style = (FONT, 14).into_font().color(&colour).pos(centred);
            root.draw(&Text::new(content, (x, y), style))
                .map_err(drawing)
        };
        // Of a row, ending at the matrix; of a column, turned and beginning there.
        let name = |content: &str, x: i32, y: i32, column: bool| {
            let (font, place) = match column {
                true => (FontTransform::Rotate270, HPos::Left),
                false => (FontTransform::None, HPos::Right),
            };
            let font = (FONT, 14).into_font().transform(font);
            let style = font.color(&BLACK).pos(Pos::new(place, VPos::Center));
            root.draw(&Text::new(content.to_string(), (x, y), style))
                .map_err(drawing)
        };
        let middle = edge + classes * CELL / 2;
        text("prediction".to_string(), middle, 18, BLACK)?;
        text("label".to_string(), 24, middle, BLACK)?;
        for (label, row) in matrix.iter().enumerate() {
            let total = row.iter().sum::<usize>().max(1);
            let y = edge + label as i32 * CELL;
            if letters > 2 {
                name(&names[label], edge - 8, y + CELL / 2, false)?;
                name(&names[label], y + CELL / 2, edge - 8, true)?;
            } else {
                text(names[label].clone(), edge - 16, y + CELL / 2, BLACK)?;
                text(names[label].clone(), y + CELL / 2, edge - 16, BLACK)?;
            }
            for (prediction, &count) in row.iter().enumerate() {
                let x = edge + prediction as i32 * CELL;
                // The square root keeps rare confusions visible beside the diagonal.
                let share = (count as f64 / total as f64).sqrt();
                let shade = if label == prediction {
                    TRAIN
                } else {
                    VALIDATION
                };
                let cell = Rectangle::new([(x, y), (x + CELL - 1, y + CELL - 1)], {
                    shade.mix(share).filled()
                });
                root.draw(&cell).map_err(drawing)?;
                if count > 0 {
                    let ink = if share > 0.6 { WHITE } else { BLACK };
                    text(count.to_string(), x + CELL / 2, y + CELL / 2, ink)?;
                }
            }
        }
        root.present().map_err(drawing)?;
    }
    Ok(svg)
}

fn shortened(name: &str) -> String {
    match name.char_indices().nth(MAX_LETTERS) {
        Some(_) => name.chars().take(MAX_LETTERS - 1).chain(['…']).collect(),
        None => name.to_string(),
    }
}

fn drawing(error: impl Display) -> CliError {
    CliError::Message(format!("drawing a plot: {error}"))
}
