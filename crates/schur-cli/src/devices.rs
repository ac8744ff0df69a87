//! `schur devices`: what can compute.

use schur_nn::Processor;

use crate::error::Result;
use crate::say::{emit, line};

pub(crate) fn run() -> Result<()> {
    let mut out = String::new();
    for processor in Processor::ALL {
        if !processor.is_compiled() {
            line!(
                out,
                "{processor:<8} not in this program; build it with `--features {processor}`"
            );
            continue;
        }
        let names: Vec<String> = processor
            .devices()
            .iter()
            .map(Processor::describe)
            .collect();
        let names = match names.is_empty() {
            true => "no such device is found; install a driver".to_string(),
            false => names.join(", "),
        };
        line!(out, "{processor:<8} {names}");
    }
    emit(&out)
}
