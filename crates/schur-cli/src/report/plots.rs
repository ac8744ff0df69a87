//! The plots of a run.

use schur_data::counted;
use schur_lab::figure::{Anchor, Axis, Chart, Drawing, Figure, Ink, Series};
use schur_train::History;
use schur_train::images::Task;

use super::Summary;

/// Of the training images and the validation images, everywhere.
const TRAIN: usize = 0;
const VALIDATION: usize = 1;

/// The plots of a classification.
pub(super) fn all(history: &History, summary: &Summary) -> Vec<Figure> {
    let mut drawn = of_training(history, Task::Classification);
    let turned = &summary.turned;
    if !turned.angle_accuracy.is_empty() {
        let points = full_turn(&turned.angle_accuracy, 100.0);
        let chart = Chart::new(turn(), Axis::new("accuracy in %").range(0.0, 100.0));
        drawn.push(Figure::new(
            "angle",
            format!("{}: accuracy against rotation", summary.group),
            format!(
                "{}, all turned counter-clockwise by the angle",
                counted(turned.angle_images, "test image")
            ),
            chart.with(Series::new("accuracy", TRAIN, points)).draw(),
        ));
    }
    if !turned.shift_accuracy.is_empty() {
        let points = turned.shift_accuracy.iter();
        let points = points.map(|&(columns, accuracy)| (columns as f64, 100.0 * accuracy));
        let chart = Chart::new(
            Axis::new("shift along the strip in pixels").whole(),
            Axis::new("accuracy in %").within(0.0, 100.0),
        );
        drawn.push(Figure::new(
            "shift",
            format!("{}: accuracy against shift", summary.group),
            format!(
                "{} centred test images, all shifted along the strip by the same number of pixels",
                turned.angle_images
            ),
            chart
                .with(Series::new("accuracy", TRAIN, points.collect()))
                .draw(),
        ));
    }
    drawn.push(Figure::new(
        "confusion",
        "Confusions",
        "Rows are labels, columns predictions. The shade is the square root of the share of the row, \
         which keeps rare confusions visible: right answers blue, wrong ones orange",
        confusion(&summary.confusion, &summary.classes),
    ));
    drawn
}

/// An axis of angles of a full turn.
pub(crate) fn turn() -> Axis {
    let ticks: Vec<f64> = (0..=8).map(|i| f64::from(45 * i)).collect();
    Axis::new("angle in degrees")
        .range(0.0, 360.0)
        .ticks(&ticks)
}

/// Values against angles from 0 to 360 degrees: a full turn ends where it began.
fn full_turn(values: &[(f64, f64)], factor: f64) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = values.iter().map(|&(x, y)| (x, factor * y)).collect();
    points.extend(values.first().map(|&(_, first)| (360.0, factor * first)));
    points
}

/// Score of a task as a number that people read, and the axis of such numbers.
pub(crate) fn score_axis(task: Task) -> (fn(f64) -> f64, Axis) {
    match task {
        Task::Classification => (|v| 100.0 * v, Axis::new("accuracy in %").within(0.0, 100.0)),
        Task::Pose => (
            |v| 180.0 * (1.0 - v),
            Axis::new("mean error in degrees").within(0.0, 180.0),
        ),
        Task::Segmentation => (|v| 100.0 * v, Axis::new("IoU in %").within(0.0, 100.0)),
        Task::Regression => (
            |v| 100.0 * v,
            Axis::new("explained variance in %").within(f64::NEG_INFINITY, 100.0),
        ),
    }
}

/// What is missing to a perfect score, in percent or degrees.
pub(crate) fn error_of(task: Task, score: f64) -> f64 {
    match task {
        Task::Classification | Task::Segmentation | Task::Regression => 100.0 * (1.0 - score),
        Task::Pose => 180.0 * (1.0 - score),
    }
}

/// Loss and score over the epochs.
pub(super) fn of_training(history: &History, task: Task) -> Vec<Figure> {
    let curve = |value: &dyn Fn(&schur_train::EpochRecord) -> f64| -> Vec<(f64, f64)> {
        let records = history.epochs.iter();
        records.map(|r| (r.epoch as f64, value(r))).collect()
    };
    let chart = |y: Axis, training, validation| {
        Chart::new(Axis::new("epoch").whole(), y)
            .with(Series::new("training", TRAIN, training))
            .with(Series::new("validation", VALIDATION, validation).dashed())
            .draw()
    };
    let loss = match task {
        Task::Pose => "1 - cos of the error",
        Task::Regression => "mean squared error, standardised",
        _ => "cross entropy in nats",
    };
    let losses = chart(
        Axis::new(loss),
        curve(&|r| r.train_loss),
        curve(&|r| r.validation_loss),
    );
    let (scale, axis) = score_axis(task);
    let scores = chart(
        axis,
        curve(&|r| scale(r.train_score)),
        curve(&|r| scale(r.validation_score)),
    );
    let title = match task {
        Task::Classification => "Accuracy",
        Task::Pose => "Mean angular error",
        Task::Segmentation => "Intersection over union",
        Task::Regression => "Explained variance",
    };
    vec![
        Figure::new("loss", "Loss", "", losses),
        Figure::new(task.score_name(), title, "", scores),
    ]
}

/// Mean error of found angles against the angle.
pub(super) fn errors_by_angle(errors: &[(f64, f64)], group: &str) -> Figure {
    let series = Series::new("mean error", TRAIN, full_turn(errors, 1.0));
    let chart = Chart::new(turn(), Axis::new("error in degrees").within(0.0, 180.0));
    Figure::new(
        "angle",
        format!("{group}: error against rotation"),
        "Upright digits that are all turned counter-clockwise by the angle",
        chart.with(series).draw(),
    )
}

/// Explained share of the variance of numbers and vectors against the angle.
pub(super) fn explained_by_angle(scores: &[(f64, f64)], group: &str) -> Figure {
    let lowest = scores
        .iter()
        .map(|&(_, share)| 100.0 * share)
        .fold(0.0, f64::min);
    let axis = Axis::new("explained variance in %").range(lowest, 100.0);
    let series = Series::new("explained variance", TRAIN, full_turn(scores, 100.0));
    Figure::new(
        "angle",
        format!("{group}: explained variance against rotation"),
        "Test images that are all turned counter-clockwise by the angle, and their vectors with them",
        Chart::new(turn(), axis).with(series).draw(),
    )
}

/// Letters of a class that are drawn beside the matrix.
const MAX_LETTERS: usize = 16;

/// Rows are labels, columns predictions; a cell's shade is its share of the row.
fn confusion(matrix: &[Vec<usize>], names: &[String]) -> Drawing {
    const CELL: f64 = 44.0;
    let names: Vec<String> = names.iter().map(|name| shortened(name)).collect();
    let letters = names.iter().map(|name| name.chars().count());
    // Names of more than two letters stand upright above their columns.
    let upright = letters.clone().max().unwrap_or(0) > 2;
    let edge = 52.0 + 7.5 * letters.max().unwrap_or(0) as f64;
    let side = edge + CELL * matrix.len() as f64;
    let mut drawing = Drawing::new(side + 12.0, side + 12.0);
    let middle = 0.5 * (edge + side);
    drawing.text((middle, 18.0), Anchor::Middle, "muted", "prediction");
    drawing.upright_text((20.0, middle), "label");
    for (label, row) in matrix.iter().enumerate() {
        let total = row.iter().sum::<usize>().max(1);
        let y = edge + label as f64 * CELL;
        let centre = y + 0.5 * CELL;
        drawing.text((edge - 10.0, centre + 4.5), Anchor::End, "", &names[label]);
        match upright {
            true => drawing.rising_text((centre + 4.5, edge - 10.0), &names[label]),
            false => drawing.text((centre, edge - 10.0), Anchor::Middle, "", &names[label]),
        }
        for (prediction, &count) in row.iter().enumerate() {
            let x = edge + prediction as f64 * CELL;
            drawing.rect((x, y), (CELL - 1.0, CELL - 1.0), Ink::Panel, 1.0);
            if count == 0 {
                continue;
            }
            let share = (count as f64 / total as f64).sqrt();
            let ink = match label == prediction {
                true => Ink::Colour(TRAIN),
                false => Ink::Colour(VALIDATION),
            };
            drawing.rect((x, y), (CELL - 1.0, CELL - 1.0), ink, share);
            let class = if share > 0.6 { "on" } else { "" };
            let at = (x + 0.5 * CELL, centre + 4.5);
            drawing.text(at, Anchor::Middle, class, &count.to_string());
        }
    }
    drawing
}

fn shortened(name: &str) -> String {
    match name.char_indices().nth(MAX_LETTERS) {
        Some(_) => name.chars().take(MAX_LETTERS - 1).chain(['…']).collect(),
        None => name.to_string(),
    }
}
