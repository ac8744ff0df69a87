//! `report.html`.

use schur_lab::Table;
use schur_lab::figure::Figure;
use schur_lab::page::Page;
use schur_nn::ModelDescription;
use schur_train::images::Trained;

use crate::error::Result;

/// What a report begins with: title, data, the table of results, the figures.
pub(super) fn begin(title: &str, data: &str, facts: &[(&str, String)], figures: &[Figure]) -> Page {
    let mut page = Page::new(title);
    page.text(data);
    page.facts(facts);
    page.figures(figures);
    page
}

/// What a report ends with: the layers, and how it was made.
pub(super) fn end(
    mut page: Page,
    trained: &Trained,
    model: &ModelDescription,
    made: &[(&str, String)],
) -> Result<String> {
    let mut layers = Table::new("layers", "Layers", &["layer", "input", "output"]);
    for layer in &model.layers {
        layers.row([
            layer.name.clone(),
            layer.input.clone(),
            layer.output.clone(),
        ]);
    }
    page.table(&layers);
    page.made(made, &trained.config.to_toml()?);
    Ok(page.html())
}
