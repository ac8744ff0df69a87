//! `schur models`.

mod layers;

use burn::tensor::Device;
use schur_nn::network::{DomainKind, Site, model, models};
use schur_nn::{Domain, Network};
use schur_train::images::Task;
use serde::Serialize;

use crate::args::ModelsArgs;
use crate::error::Result;
use crate::plan::products;
use crate::say::{emit, emit_data, line, to_json};
use crate::waiting::Waiting;

#[derive(Serialize)]
struct Row {
    name: &'static str,
    task: Task,
    parameters: usize,
    /// Multiplications of the dense convolutions per image.
    products: u128,
    image_size: usize,
    description: &'static str,
}

pub(crate) fn run(args: &ModelsArgs) -> Result<()> {
    if args.layers {
        return layers::list(args.json);
    }
    let mut rows = Vec::new();
    let mut missing: Vec<(String, Vec<&str>)> = Vec::new();
    let (names, waiting) = (models(), Waiting::new());
    for (done, name) in names.iter().copied().enumerate() {
        waiting.show("counting networks", done + 1, names.len());
        match row(name, args) {
            Ok(row) => rows.push(row),
            Err(reason) => {
                // Of models that are missing for one reason the names stand together.
                let reason = reason.to_string();
                let reason = reason.replace(&format!("model: `{name}` does not exist"), "none");
                match missing.iter_mut().find(|(other, _)| *other == reason) {
                    Some((_, names)) => names.push(name),
                    None => missing.push((reason, vec![name])),
                }
            }
        }
    }
    if args.json {
        return emit_data(&to_json(&rows)?);
    }
    let mut out = String::new();
    let names = models().into_iter().map(str::len);
    let wide = names.max().unwrap_or(0);
    line!(
        out,
        "{:<wide$}  {:<14} {:>10} {:>14}  {:>6}  for {}",
        "model",
        "task",
        "parameters",
        "products/image",
        "pixels",
        args.group
    );
    for row in rows {
        // Layers on the sphere have no dense convolutions.
        let products = match row.products {
            0 => "-".to_string(),
            products => format!("{:.1} M", products as f64 / 1e6),
        };
        line!(
            out,
            "{:<wide$}  {:<14} {:>10} {:>14}  {:>6}  {}",
            row.name,
            format!("{:?}", row.task).to_lowercase(),
            row.parameters,
            products,
            row.image_size,
            row.description
        );
    }
    for (reason, names) in missing {
        line!(out, "left out  {}: {reason}", names.join(", "));
    }
    emit(&out)
}

fn row(name: &'static str, args: &ModelsArgs) -> Result<Row> {
    let model = model(name, &args.group)?;
    let config = match args.params {
        Some(budget) => model.config.with_parameter_budget(budget)?,
        None => model.config,
    };
    let mut site = Site::new(0, &Device::flex()).for_shapes();
    let network = config.build(&mut site)?;
    Ok(Row {
        name,
        task: Task::of(config.output),
        parameters: config.outline(&mut site)?.parameters,
        products: products(network.layers(), &model_domain(&network, model.image_size)?)?,
        image_size: model.image_size,
        description: model.description,
    })
}

/// The places of an image, or of a volume where the group acts on space.
fn model_domain(network: &Network, side: usize) -> Result<Domain> {
    // Of the sphere a picture of its places.
    let volume = network.group().space().is_some() && network.domain() != DomainKind::Sphere;
    let sizes = if volume { [side; 3] } else { [1, side, side] };
    Ok(network.domain_of(sizes)?)
}
