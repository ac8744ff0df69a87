//! `schur draw filters`.

use burn::tensor::Device;
use schur_nn::{EquivariantConv, FieldType, ImplicitConv, Layer};
use schur_train::RunDir;

use crate::error::{Result, fail};
use crate::say::emit;

use super::args::FiltersArgs;
use super::element::names_of_components;
use super::kernels::{self, Kernel};

pub(super) fn run(args: &FiltersArgs) -> Result<()> {
    super::format(&args.out)?;
    if args.max == 0 {
        return fail("--max: 0 pairs of fields were asked for; use at least 1");
    }
    let run = RunDir::open(&args.run)?;
    let network = run.best_network(&Device::flex())?.network;
    let convolutions: Vec<EquivariantConv> = network
        .layers()
        .iter()
        .filter_map(|layer| {
            let fixed = layer.downcast_ref().map(ImplicitConv::fixed);
            fixed.or_else(|| layer.downcast_ref().cloned())
        })
        .collect();
    if convolutions.is_empty() {
        return fail("the network has no convolution of the plane or of space to draw");
    }
    let Some(conv) = args
        .conv
        .checked_sub(1)
        .and_then(|index| convolutions.get(index))
    else {
        return fail(format!(
            "--conv: {} is out of range; the network has the convolutions 1 to {}",
            args.conv,
            convolutions.len()
        ));
    };
    let all = filters(conv, args.max)?;
    let pairs = conv.input_type().fields() * conv.output_type().fields();
    let title = format!(
        "Learnt filters of convolution {} ({})",
        args.conv,
        conv.name()
    );
    let [depth, ..] = conv.plan().geometry().kernel();
    let lines = [
        format!("from {} to {}", conv.input_type(), conv.output_type()),
        format!(
            "{} of {pairs} pairs of an output and an input field{}",
            all.len(),
            match depth {
                1 => String::new(),
                _ => format!("; {}", kernels::SLICES),
            }
        ),
    ];
    let names = component_names(conv);
    super::save(&args.out, &kernels::sheet(&title, &lines, &names, &all)?)?;
    emit(&format!(
        "{title}, {}: {} of {pairs} pairs of fields drawn in {}",
        lines[0],
        all.len(),
        args.out.display()
    ))
}

/// The group elements over the tiles, where input fields are scalars and output fields regular.
fn component_names(conv: &EquivariantConv) -> Vec<String> {
    let blocks = [conv.input_type(), conv.output_type()].map(FieldType::blocks);
    let ([input], [out]) = (blocks[0], blocks[1]) else {
        return Vec::new();
    };
    match input.representation.dim() {
        1 => names_of_components(&out.representation),
        _ => Vec::new(),
    }
}

/// The first `max` filters; output fields outer, input fields inner.
fn filters(conv: &EquivariantConv, max: usize) -> Result<Vec<Kernel>> {
    let plan = conv.plan();
    let weights: Vec<f32> = conv.weight.val().into_data().iter::<f32>().collect();
    let dense = plan.expand(&weights).map_err(schur_nn::NnError::from)?;
    let (taps, slices) = kernels::seen(plan.geometry().kernel());
    let (input, out) = (conv.input_type(), conv.output_type());
    let [inputs, outs] = [input, out].map(fields);
    let mut kernels = Vec::new();
    let pairs = outs
        .iter()
        .flat_map(|out| inputs.iter().map(move |input| (out, input)));
    for (to, from) in pairs.take(max) {
        let components = [to.channels.len(), from.channels.len()];
        let caption = match inputs.len() {
            1 => format!("field {}", to.name),
            _ => format!("field {} from {}", to.name, from.name),
        };
        let value = |component: usize, place: usize| {
            let to = to.channels[component / components[1]];
            let from = from.channels[component % components[1]];
            f64::from(dense[(taps[place] * input.channels() + from) * out.channels() + to])
        };
        kernels.push(Kernel::new(components, &slices, caption, value));
    }
    Ok(kernels)
}

/// A field of a type.
struct OneField {
    /// Its number from 1, with its representation where there are several.
    name: String,
    /// Of its components.
    channels: Vec<usize>,
}

/// The fields of a type, block after block.
fn fields(of: &FieldType) -> Vec<OneField> {
    let mut fields = Vec::new();
    for (first, block) in of.parts() {
        let (copies, components) = (block.multiplicity, block.representation.dim());
        for copy in 0..copies {
            let number = fields.len() + 1;
            fields.push(OneField {
                name: match of.blocks().len() {
                    1 => number.to_string(),
                    _ => format!("{number} ({})", block.representation.name()),
                },
                channels: (0..components).map(|c| first + c * copies + copy).collect(),
            });
        }
    }
    fields
}
