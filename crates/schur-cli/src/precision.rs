//! In which numbers convolutions multiply.

use schur_engine::Precision;
use schur_nn::{Network, Processor};
use schur_train::images::Trained;

use crate::error::{Result, fail};

/// Refuses a precision that a device does not have; `option` is where it was asked for.
pub(crate) fn check(precision: Precision, device: Processor, option: &str) -> Result<()> {
    if device == Processor::Cpu || precision == Precision::F32 {
        return Ok(());
    }
    fail(format!(
        "--device {device}: only the CPU multiplies in {precision}; leave out {option}"
    ))
}

/// Lets a trained network multiply in other numbers than in its training, if asked to.
pub(crate) fn set(
    trained: &mut Trained,
    asked: Option<Precision>,
    device: Processor,
) -> Result<()> {
    if let Some(precision) = asked {
        check(precision, device, "--precision")?;
        let network = trained.network.clone().with_precision(precision);
        // The path that was asked for in training is kept.
        trained.network = trained.config.train.path.apply(network)?;
    }
    Ok(())
}

/// What is to be said of the products of a network, where it is.
pub(crate) fn of(network: &Network) -> Option<String> {
    // All convolutions have one precision, which other devices do not know.
    let plans = network.plans();
    let plan = plans
        .first()
        .filter(|_| Processor::is_cpu(&network.device()))?;
    describe(plan.precision())
}

/// What is to be said of products that are not those of `f32`.
pub(crate) fn describe(precision: Precision) -> Option<String> {
    let narrow = format!("of {precision}, with sums in f32");
    match (precision, precision.in_hardware()) {
        (Precision::F32, _) => None,
        (_, true) => Some(narrow),
        (_, false) => Some(format!(
            "{narrow}; this processor has no instructions for them, so f32 is faster"
        )),
    }
}
