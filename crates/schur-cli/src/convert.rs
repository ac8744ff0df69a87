//! `schur convert`: a conventional network as its equivariant twin.

mod description;

use burn::tensor::Device;
use schur_nn::{Domain, NetworkConfig};
use schur_train::TrainConfig;
use schur_train::images::{Config, DataConfig};

use crate::args::ConvertArgs;
use crate::error::{Result, fail};
use crate::plan::products;
use crate::say::{emit_data, fitted, line, width};

use description::Conventional;

pub(crate) fn run(args: &ConvertArgs) -> Result<()> {
    let conventional = Conventional::read(&args.network, &args.group)?;
    let plain = conventional.network()?;
    // Refuses what is too large to be counted.
    plain.parameters()?;
    let budget = match args.params {
        Some(budget) => budget,
        None => conventional.parameters(),
    };
    if args.group.finite().is_none() {
        return fail(format!(
            "--group {0}: the twin of a conventional network has regular fields, which need a finite \
             group; use --group C16, or D16 with mirrors, or a network of `schur models --group {1}`",
            args.group,
            args.group.name().replace(['(', ')'], "")
        ));
    }
    let mut twin = plain.clone();
    twin.group = args.group.clone();
    let twin = twin.with_parameter_budget(budget)?;
    let side = conventional.image_size();
    conventional.check_end(&plain)?;
    // Both must take the images; a window that does not fit is named here, not in training.
    let mut comparison = String::new();
    line!(
        comparison,
        "{:<14} {:>24} {:>24}",
        "",
        "conventional",
        format!("twin with {}", twin.group)
    );
    let cost = |config: &NetworkConfig| -> Result<u128> {
        let network = config.init(0, &Device::flex())?;
        network.check_size(conventional.sizes())?;
        products(network.layers(), &Domain::from(conventional.sizes()))
    };
    let (of_plain, of_twin) = (cost(&plain)?, cost(&twin)?);
    line!(
        comparison,
        "{:<14} {:>24} {:>24}",
        "parameters",
        conventional.parameters(),
        twin.parameters()?
    );
    let million = |products: u128| format!("{:.2} M", products as f64 / 1e6);
    line!(
        comparison,
        "{:<14} {:>24} {:>24}",
        "products/image",
        million(of_plain),
        million(of_twin)
    );
    let order = twin.group.finite().map_or(1, |g| g.order());
    for (i, (a, b)) in plain.blocks.iter().zip(&twin.blocks).enumerate() {
        let fields = b.fields.count();
        line!(
            comparison,
            "{:<14} {:>24} {:>24}",
            format!("block {}", i + 1),
            format!("{} channels", a.fields.count()),
            format!("{fields} fields, {} channels", fields * order)
        );
    }
    for note in conventional.notes() {
        line!(comparison, "note: {note}");
    }
    eprint_all(&comparison);
    let config = Config {
        seed: 0,
        params: None,
        from: None,
        data: DataConfig {
            // Volumes come as they are.
            size: (side != 28 && args.group.plane().is_some()).then_some(side),
            ..DataConfig::default()
        },
        train: TrainConfig::default(),
        network: twin,
    };
    config.validate()?;
    emit_data(&config.to_toml()?)
}

/// To the standard error; a reader that has gone is no error.
fn eprint_all(text: &str) {
    use std::io::Write;
    let _ = std::io::stderr().write_all(fitted(text, width()).as_bytes());
}
