//! The page of a comparison.

use schur_data::counted;
use schur_lab::Table;
use schur_lab::figure::{Axis, Chart, Figure, Series};
use schur_lab::page::Page;

use super::{Comparison, MEANS, Together, moved, number, statistics, time};
use crate::made::{cpu, made};

/// What stands for a number that is not known.
const UNKNOWN: &str = "–";

impl Comparison {
    /// Curves, errors against parameters and time, and both tables.
    pub(crate) fn page(&self, title: &str) -> String {
        let mut page = Page::new(title);
        page.text(&format!(
            "{}; errors are in {}. Bars are the deviation from seed to seed.",
            counted(self.runs.len(), "run"),
            self.error
        ));
        for note in &self.notes {
            page.text(&format!("Note: {note}."));
        }
        page.figures(&[
            self.curves(
                "validation",
                "Validation error",
                &self.error_title(),
                |row| row.2,
            ),
            self.curves("loss", "Training loss", "loss", |row| row.1),
            self.against(
                "parameters",
                "Test error against parameters",
                "parameters",
                |g| Some(g.parameters as f64),
            ),
            self.against(
                "time",
                "Test error against the time of training",
                "seconds",
                |g| g.seconds,
            ),
        ]);
        page.table(&self.means());
        page.table(&self.list());
        let moved = self.moved();
        if !moved.is_empty() {
            page.text(moved::MEANING);
            let mut table = Table::new(
                "moved",
                "In other positions",
                &[&[""], &moved::HEAD[..]].concat(),
            );
            for row in moved {
                table.row(row);
            }
            page.table(&table);
        }
        page.made(&made(&cpu(), None), "");
        page.html()
    }

    fn error_title(&self) -> String {
        format!("error in {}", self.error)
    }

    /// The mean of a column over the seeds, by epoch.
    fn curves(
        &self,
        name: &'static str,
        title: &str,
        axis: &str,
        value: fn(&(f64, f64, f64)) -> f64,
    ) -> Figure {
        let mut chart = Chart::new(Axis::new("epoch").whole(), Axis::new(axis));
        for (colour, group) in self.groups.iter().enumerate() {
            let runs = || self.runs.iter().filter(|run| run.label == group.label);
            let epochs = runs().map(|run| run.curve.len()).max().unwrap_or(0);
            let points = (0..epochs).filter_map(|epoch| {
                let rows = runs().filter_map(|run| run.curve.get(epoch));
                let values: Vec<f64> = rows.map(value).collect();
                statistics(&values).0.map(|mean| (epoch as f64 + 1.0, mean))
            });
            chart = chart.with(series(&group.label, colour, points.collect()));
        }
        Figure::new(name, title, "Means over the seeds", chart.draw())
    }

    fn against(
        &self,
        name: &'static str,
        title: &str,
        axis: &str,
        x: fn(&Together) -> Option<f64>,
    ) -> Figure {
        let y = Axis::new(self.error_title());
        let mut chart = Chart::new(Axis::new(axis).logarithmic(), y);
        for (colour, group) in self.groups.iter().enumerate() {
            let points = group.error.zip(x(group)).map(|(error, x)| {
                let deviation = group.deviation.unwrap_or(0.0);
                (x, error, deviation)
            });
            let series = Series::with_errors(&group.label, colour, points.into_iter().collect());
            chart = chart.with(series.scattered());
        }
        Figure::new(name, title, "", chart.draw())
    }

    fn means(&self) -> Table {
        let mut table = Table::new("means", "Means over the seeds", &MEANS);
        for group in &self.groups {
            table.row(group.row(UNKNOWN));
        }
        table
    }

    fn list(&self) -> Table {
        let head = [
            "run",
            "group",
            "parameters",
            "seed",
            "epochs",
            "best",
            "time",
            "validation",
            "test",
        ];
        let mut table = Table::new("runs", "Runs", &head);
        for run in &self.runs {
            table.row([
                run.run.clone(),
                run.group.clone(),
                run.parameters.to_string(),
                run.seed.to_string(),
                format!("{} of {}", run.epochs, run.planned),
                run.best_epoch.to_string(),
                time(run.seconds, UNKNOWN),
                number(run.validation_error, UNKNOWN),
                number(run.test_error, UNKNOWN),
            ]);
        }
        table
    }
}

/// After six colours come the same ones, dashed.
fn series(name: &str, colour: usize, points: Vec<(f64, f64)>) -> Series {
    let series = Series::new(name, colour, points);
    match colour / 6 % 2 {
        0 => series,
        _ => series.dashed(),
    }
}
