//! The end of a run for networks that give directions, masks, or numbers and vectors.

use schur_data::counted;
use schur_nn::{GridGroup, Layer};
use schur_train::images::{FullTurn, Measures, Parts, Task, Trained};
use schur_train::{History, RunDir};
use serde::Serialize;

use crate::error::Result;
use crate::say::say;
use crate::tolerance::THREE_DECIMALS;
use crate::waiting::Waiting;

use super::{page, pictures, plots, targets};

/// `summary.json`.
#[derive(Serialize)]
pub(crate) struct AnswerSummary {
    task: Task,
    group: GridGroup,
    parameters: usize,
    seed: u64,
    data: String,
    epochs: usize,
    best_epoch: usize,
    validation_score: f64,
    test: Measures,
    #[serde(skip)]
    train_seconds: f64,
}

/// Measures the best network on the test images and writes `summary.json`, `plots/` and
/// `report.html`.
pub(crate) fn write(
    run: &RunDir,
    trained: &Trained,
    history: &History,
    parts: &Parts,
    made: &[(&str, String)],
) -> Result<AnswerSummary> {
    let (network, task) = (&trained.network, trained.config.task());
    let inference = network.for_inference()?;
    let test = parts.test()?;
    let best = trained.record(history)?;
    let turn = FullTurn {
        observer: &Waiting::new(),
        ..FullTurn::default()
    };
    let summary = AnswerSummary {
        task,
        group: trained.config.network.group.clone(),
        parameters: network.parameters(),
        seed: trained.config.seed,
        data: parts.description().to_string(),
        epochs: history.epochs.len(),
        best_epoch: best.epoch,
        validation_score: best.validation_score,
        test: Measures::of(task, &inference, &test, &parts.upright_test(), turn)?,
        train_seconds: history.total_seconds(),
    };
    run.write_json("summary.json", &summary)?;
    let mut figures = plots::of_training(history, task);
    if task == Task::Pose && test.sizes()[0] > 1 {
        figures.push(targets::rotations(&inference, &test)?);
    } else if task == Task::Pose {
        figures.push(plots::errors_by_angle(
            &summary.test.by_angle,
            &summary.group.name(),
        ));
    }
    if task == Task::Regression {
        figures.extend(targets::scatter(&inference, &test)?);
        if test.sizes()[0] > 1 {
            figures.push(targets::volumes(&inference, &test)?);
        }
        if !summary.test.by_angle.is_empty() {
            figures.push(plots::explained_by_angle(
                &summary.test.by_angle,
                &summary.group.name(),
            ));
        }
    }
    figures.extend(pictures::examples(task, &inference, &test, parts.own())?);
    for figure in &figures {
        run.write(&format!("plots/{}.svg", figure.name), figure.standalone())?;
    }
    let mut facts = vec![
        ("Task", format!("{task:?}").to_lowercase()),
        ("Group", summary.group.to_string()),
        ("Parameters", summary.parameters.to_string()),
        ("Seed", summary.seed.to_string()),
        ("Epochs", summary.epochs.to_string()),
        (
            "Best epoch (chosen on validation)",
            summary.best_epoch.to_string(),
        ),
        ("Validation", task.show(summary.validation_score)),
        ("Test images", summary.test.images.to_string()),
        ("Test", task.show(summary.test.score)),
    ];
    for (name, value) in &summary.test.values {
        facts.push((name.as_str(), short(*value)));
    }
    let title = format!(
        "{}-equivariant network, seed {}",
        summary.group, summary.seed
    );
    let mut page = page::begin(&title, &summary.data, &facts, &figures);
    if !summary.test.targets.is_empty() {
        page.table(&targets::table(&summary.test.targets));
        page.text(targets::MEANING);
    }
    let page = page::end(page, trained, &network.description(), made)?;
    run.write("report.html", page)?;
    Ok(summary)
}

/// Three figures after the point, or the power of ten of what is smaller.
pub(crate) fn short(value: f64) -> String {
    if value != 0.0 && value.abs() < THREE_DECIMALS {
        return format!("{value:.1e}");
    }
    format!("{value:.3}")
}

impl AnswerSummary {
    /// The table that ends a run.
    pub(crate) fn print(&self, run: &RunDir) {
        say!();
        say!(
            "  {} with {}, {} parameters, {} in {:.0} s; {}",
            format!("{:?}", self.task).to_lowercase(),
            self.group,
            self.parameters,
            counted(self.epochs, "epoch"),
            self.train_seconds,
            counted(self.test.images, "test image")
        );
        say!("  test {}", self.task.show(self.test.score));
        for (name, value) in &self.test.values {
            say!("  {name}: {}", short(*value));
        }
        let table = targets::text(&self.test.targets);
        if !table.is_empty() {
            say!();
        }
        for line in table.lines() {
            say!("  {line}");
        }
        say!();
        say!(
            "  checkpoint of epoch {} (chosen on validation); results in {}",
            self.best_epoch,
            run.path().display()
        );
        say!("  report: {}", run.path().join("report.html").display());
    }
}
