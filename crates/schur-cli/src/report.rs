//! The end of a run: test results, plots, a page and a table.

mod answers;
mod page;
pub(crate) mod pictures;
pub(crate) mod plots;
pub(crate) mod slices;
pub(crate) mod targets;
mod turned;

use schur_lab::Table;
use schur_nn::{GridGroup, Layer};
use schur_train::images::{FullTurn, Parts, Trained, evaluate};
use schur_train::{History, RunDir};
use serde::Serialize;

use crate::error::Result;
use crate::say::{columns, say, width};
use crate::waiting::Waiting;

pub(crate) use answers::{short, write as write_answers};
pub(crate) use turned::Turned;

/// `summary.json`.
#[derive(Serialize)]
pub(crate) struct Summary {
    pub(crate) group: GridGroup,
    pub(crate) parameters: usize,
    pub(crate) seed: u64,
    pub(crate) data: String,
    pub(crate) epochs: usize,
    pub(crate) best_epoch: usize,
    pub(crate) validation_accuracy: f64,
    pub(crate) test_images: usize,
    pub(crate) test_loss: f64,
    pub(crate) test_accuracy: f64,
    /// Area under the ROC curve: of two classes, or the mean over the classes against all others.
    pub(crate) test_area: Option<f64>,
    /// Names of the classes, in the order of the next three.
    pub(crate) classes: Vec<String>,
    pub(crate) class_accuracy: Vec<Option<f64>>,
    pub(crate) class_area: Vec<Option<f64>>,
    /// `confusion[label][prediction]`.
    pub(crate) confusion: Vec<Vec<usize>>,
    #[serde(flatten)]
    pub(crate) turned: Turned,
    #[serde(skip)]
    train_seconds: f64,
    #[serde(skip)]
    test_name: &'static str,
}

/// Measures the best network on the test images and writes `summary.json`, `plots/` and
/// `report.html`.
pub(crate) fn write(
    run: &RunDir,
    trained: &Trained,
    history: &History,
    parts: &Parts,
    made: &[(&str, String)],
) -> Result<Summary> {
    let network = &trained.network;
    let inference = network.for_inference()?;
    let test = parts.test()?;
    let evaluation = evaluate(&inference, &test)?;
    let turn = FullTurn {
        observer: &Waiting::new(),
        ..FullTurn::default()
    };
    let turned = Turned::of(
        &inference,
        &parts.upright_test(),
        parts.strip(),
        parts.on_sphere(),
        || parts.rotated_test(),
        turn,
    )?;
    let best = trained.record(history)?;
    let summary = Summary {
        group: trained.config.network.group.clone(),
        parameters: network.parameters(),
        seed: trained.config.seed,
        data: parts.description().to_string(),
        epochs: history.epochs.len(),
        best_epoch: best.epoch,
        validation_accuracy: best.validation_score,
        test_images: evaluation.total(),
        test_loss: evaluation.loss,
        test_accuracy: evaluation.accuracy(),
        test_area: evaluation.area(),
        class_area: evaluation.areas.clone(),
        classes: trained.config.class_names(),
        class_accuracy: evaluation.class_accuracies(),
        confusion: evaluation.confusion,
        turned,
        train_seconds: history.total_seconds(),
        test_name: match (parts.test_turned(), parts.own()) {
            _ if parts.strip().is_some() => "test images, each shifted along the strip",
            (_, false) => "rotated test digits",
            (true, true) => "rotated test images",
            (false, true) => "test images",
        },
    };
    run.write_json("summary.json", &summary)?;
    let mut figures = plots::all(history, &summary);
    if test.sizes()[0] > 1 {
        let name = |index: usize| summary.classes.get(usize::from(test.labels()[index]));
        figures.push(slices::examples(&test, "", |index| slices::Beside {
            words: name(index).cloned().into_iter().collect(),
            ..slices::Beside::default()
        })?);
    }
    for figure in &figures {
        run.write(&format!("plots/{}.svg", figure.name), figure.standalone())?;
    }
    let percent = |value: f64| format!("{:.2} %", 100.0 * value);
    let facts = [
        ("Group", summary.group.to_string()),
        ("Parameters", summary.parameters.to_string()),
        ("Seed", summary.seed.to_string()),
        ("Epochs", summary.epochs.to_string()),
        (
            "Best epoch (chosen on validation)",
            summary.best_epoch.to_string(),
        ),
        ("Validation accuracy", percent(summary.validation_accuracy)),
        ("Test accuracy", percent(summary.test_accuracy)),
        (
            "Test AUC",
            summary
                .test_area
                .map_or("–".to_string(), |a| format!("{a:.4}")),
        ),
        ("Test images", summary.test_images.to_string()),
    ];
    let title = format!(
        "{}-equivariant network, seed {}",
        summary.group, summary.seed
    );
    let mut page = page::begin(&title, &summary.data, &facts, &figures);
    let mut classes = Table::new(
        "classes",
        "Accuracy and AUC per class",
        &["class", "accuracy", "AUC against all others"],
    );
    let numbers = summary.class_accuracy.iter().zip(&summary.class_area);
    for (class, (accuracy, area)) in summary.classes.iter().zip(numbers) {
        let accuracy = accuracy.map_or("– (no image)".to_string(), percent);
        let area = area.map_or("–".to_string(), |area| format!("{area:.4}"));
        classes.row([class.clone(), accuracy, area]);
    }
    page.table(&classes);
    summary.turned.tables(&mut page);
    let html = page::end(page, trained, &network.description(), made)?;
    run.write("report.html", html)?;
    Ok(summary)
}

/// What stands before the lines at the end of a run.
const INDENT: &str = "  ";

impl Summary {
    /// The table that ends a run.
    pub(crate) fn print(&self, run: &RunDir) {
        let lowest = self.turned.lowest();
        say!();
        let percent = |value: f64| format!("{:.2} %", 100.0 * value);
        let head = [
            "group",
            "parameters",
            "epochs",
            "train time",
            "test accuracy",
            "test error",
            self.turned.head(),
        ];
        let row = vec![
            self.group.to_string(),
            self.parameters.to_string(),
            self.epochs.to_string(),
            format!("{:.0} s", self.train_seconds),
            percent(self.test_accuracy),
            percent(1.0 - self.test_accuracy),
            percent(lowest),
        ];
        let rows = [head.map(str::to_string).to_vec(), row];
        for line in columns(&rows, 1, width() - INDENT.len()).lines() {
            say!("{INDENT}{line}");
        }
        say!();
        say!(
            "  {} {}, checkpoint of epoch {} (chosen on validation); results in {}",
            self.test_images,
            self.test_name,
            self.best_epoch,
            run.path().display()
        );
        if let Some(area) = self.test_area {
            say!("  AUC {area:.4}");
        }
        say!("  {}", self.turned.words());
        say!("  report: {}", run.path().join("report.html").display());
    }
}
