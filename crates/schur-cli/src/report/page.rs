//! `report.html`: one self-contained page.

use schur_lab::figure::escape;
use schur_nn::ModelDescription;

use super::Summary;

const STYLE: &str = "body{font:16px/1.5 sans-serif;max-width:1000px;margin:2em auto;padding:0 1em}\
table{border-collapse:collapse;margin:1em 0}td,th{border:1px solid #ccc;padding:.2em .6em;\
text-align:right}td:first-child,th:first-child{text-align:left}svg{max-width:100%;height:auto}";

/// The page with its plots inside.
pub(super) fn html(
    summary: &Summary,
    model: &ModelDescription,
    plots: &[(&'static str, String)],
) -> String {
    let percent = |value: f64| format!("{:.2} %", 100.0 * value);
    let facts = [
        ("Group", summary.group.clone()),
        ("Parameters", summary.parameters.to_string()),
        ("Seed", summary.seed.to_string()),
        ("Epochs", summary.epochs.to_string()),
        (
            "Best epoch (chosen on validation)",
            summary.best_epoch.to_string(),
        ),
        ("Validation accuracy", percent(summary.validation_accuracy)),
        ("Test accuracy", percent(summary.test_accuracy)),
        ("Test images", summary.test_images.to_string()),
    ];
    let title = format!(
        "{}-equivariant network, seed {}",
        summary.group, summary.seed
    );
    let mut page = head(&title, &summary.data, &facts, plots);
    page += "<h2>Accuracy per class</h2>\n<table><tr><th>class</th><th>accuracy</th></tr>\n";
    for (class, accuracy) in summary.classes.iter().zip(&summary.class_accuracy) {
        let accuracy = accuracy.map_or("no image".to_string(), percent);
        page += &format!("<tr><td>{}</td><td>{accuracy}</td></tr>\n", escape(class));
    }
    page += "</table>\n";
    page += &layers(model);
    page
}

/// A page with a table of facts in place of the classes.
pub(super) fn of_facts(
    title: &str,
    data: &str,
    facts: &[(&str, String)],
    model: &ModelDescription,
    plots: &[(&'static str, String)],
) -> String {
    head(title, data, facts, plots) + &layers(model)
}

fn head(
    title: &str,
    data: &str,
    facts: &[(&str, String)],
    plots: &[(&'static str, String)],
) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Schur: \
         {title}</title><style>{STYLE}</style></head><body>\n<h1>Schur: {title}</h1>\n\
         <p>{data}</p>\n<table>\n",
        title = escape(title),
        data = escape(data),
    );
    for (name, value) in facts {
        page += &format!("<tr><td>{name}</td><td>{}</td></tr>\n", escape(value));
    }
    page += "</table>\n";
    for (_, svg) in plots {
        page += svg;
        page.push('\n');
    }
    page
}

fn layers(model: &ModelDescription) -> String {
    let mut page = String::from(
        "<h2>Layers</h2>\n<table><tr><th>layer</th><th>input</th><th>output</th></tr>\n",
    );
    for layer in &model.layers {
        page += &format!(
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            escape(&layer.name),
            escape(&layer.input),
            escape(&layer.output)
        );
    }
    page += "</table>\n</body></html>\n";
    page
}
