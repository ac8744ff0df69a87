//! `schur draw filters`.

use burn::tensor::Device;
use schur_nn::{EquivariantConv, FieldBlock, FieldType, ImplicitConv, Layer};
use schur_train::RunDir;

use crate::error::{Result, fail};
use crate::say::emit;

use super::args::FiltersArgs;
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
    let lines = [
        format!("from {} to {}", conv.input_type(), conv.output_type()),
        format!(
            "{} of {pairs} pairs of an output and an input field",
            all.len()
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
    if input.representation.dim() != 1 || out.representation.name() != "regular" {
        return Vec::new();
    }
    let elements = conv.output_type().group().test_elements();
    elements.iter().map(|g| g.name().to_string()).collect()
}

/// The first `max` filters, output fields outer, input fields inner. Filters between different
/// representations differ in shape, so only those of the first pair of blocks are taken.
fn filters(conv: &EquivariantConv, max: usize) -> Result<Vec<Kernel>> {
    let plan = conv.plan();
    let weights: Vec<f32> = conv.weight.val().into_data().iter::<f32>().collect();
    let dense = plan.expand(&weights).map_err(schur_nn::NnError::from)?;
    let [_, height, width] = plan.geometry().kernel();
    let channels = [conv.input_type(), conv.output_type()].map(FieldType::channels);
    let (Some(input), Some(out)) = (
        conv.input_type().blocks().first(),
        conv.output_type().blocks().first(),
    ) else {
        return Ok(Vec::new());
    };
    let dims = [out, input].map(|block: &FieldBlock| block.representation.dim());
    let mut kernels = Vec::new();
    for out_copy in 0..out.multiplicity {
        for input_copy in 0..input.multiplicity {
            if kernels.len() == max {
                return Ok(kernels);
            }
            let mut values = Vec::with_capacity(dims[0] * dims[1] * height * width);
            for out_component in 0..dims[0] {
                for input_component in 0..dims[1] {
                    let to = out_component * out.multiplicity + out_copy;
                    let from = input_component * input.multiplicity + input_copy;
                    values.extend((0..height * width).map(|tap| {
                        f64::from(dense[(tap * channels[0] + from) * channels[1] + to])
                    }));
                }
            }
            kernels.push(Kernel {
                shape: [dims[0], dims[1], height, width],
                values,
                caption: match input.multiplicity {
                    1 => format!("field {}", out_copy + 1),
                    _ => format!("field {} from {}", out_copy + 1, input_copy + 1),
                },
                smooth: false,
            });
        }
    }
    Ok(kernels)
}
