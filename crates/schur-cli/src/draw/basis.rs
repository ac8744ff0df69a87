//! `schur draw basis`.

use schur_math::{
    KernelAttributes, KernelBand, KernelBasis, LatticeKernelBasis, PlanarGroup,
    PlanarRepresentation, SteerableKernelBasis, middle,
};

use super::args::BasisArgs;
use super::element::names_of_components;
use super::kernels::{self, Kernel};
use crate::error::{Result, fail};
use crate::say::emit;
use crate::tolerance::ZERO_ENTRY;

/// Values per tile of a smooth kernel: odd, so that one is at the centre.
const SMOOTH: usize = 49;

pub(super) fn run(args: &BasisArgs) -> Result<()> {
    super::format(&args.out)?;
    if args.max == 0 {
        return fail("--max: 0 elements were asked for; use at least 1");
    }
    let group = PlanarGroup::parse(&args.group)?;
    let input = PlanarRepresentation::parse(&group, &args.from)?;
    let out = PlanarRepresentation::parse(&group, &args.to)?;
    let mut all = match args.lattice {
        true => lattice(&out, &input, args.size)?,
        false => steerable(&out, &input, args)?,
    };
    let found = all.len();
    all.truncate(args.max);
    let title = format!(
        "{}: equivariant kernels from {} to {}",
        group.name(),
        input.name(),
        out.name()
    );
    let mut lines = vec![explanation(args, &group)];
    lines.push(match found > all.len() {
        true => format!("{} of {found} elements", all.len()),
        false => format!("{found} elements"),
    });
    // Over the components of the one side, where the other has one.
    let field = if out.dim() == 1 { &input } else { &out };
    let names = names_of_components(&field.clone().into());
    super::save(&args.out, &kernels::sheet(&title, &lines, &names, &all)?)?;
    emit(&format!(
        "{title}: {found} elements of {} x {}, {} drawn in {}",
        args.size,
        args.size,
        all.len(),
        args.out.display()
    ))
}

fn explanation(args: &BasisArgs, group: &PlanarGroup) -> String {
    let size = args.size;
    if args.lattice {
        let part = group.lattice_subgroup();
        return format!("all kernels on {size} x {size} pixels that commute with {part}");
    }
    let what = match args.smooth {
        true => "as functions on the plane",
        false => "at the pixels",
    };
    format!("steerable kernels of {size} x {size} pixels {what}; μ: angular frequency, r: radius")
}

fn lattice(
    out: &PlanarRepresentation,
    input: &PlanarRepresentation,
    size: usize,
) -> Result<Vec<Kernel>> {
    let basis = LatticeKernelBasis::new(out, input, [1, size, size])?;
    let (outs, inputs) = basis.shape();
    let shape = [outs, inputs, size, size];
    let kernel = |element: &Vec<schur_math::KernelEntry>| {
        let mut values = vec![0.0; shape.iter().product()];
        for e in element {
            values[(e.out * inputs + e.input) * size * size + e.tap] = e.value;
        }
        Kernel {
            shape,
            values,
            caption: String::new(),
            smooth: false,
        }
    };
    Ok(basis.elements().iter().map(kernel).collect())
}

fn steerable(
    out: &PlanarRepresentation,
    input: &PlanarRepresentation,
    args: &BasisArgs,
) -> Result<Vec<Kernel>> {
    let basis = SteerableKernelBasis::new(out, input, &KernelBand::for_size(args.size)?)?;
    let attributes = basis.attributes();
    let coarse = sampled(&basis, args.size, args.size);
    let fine = args.smooth.then(|| sampled(&basis, args.size, SMOOTH));
    let mut kernels = Vec::new();
    for (index, values) in coarse.into_iter().enumerate() {
        // What vanishes at all pixels is no kernel there.
        if values.iter().all(|v| v.abs() < ZERO_ENTRY) {
            continue;
        }
        let KernelAttributes {
            frequency, radius, ..
        } = attributes[index];
        // The point at the centre is no function to look at.
        let fine = fine.as_ref().filter(|_| radius > 0.0);
        let (side, values) = match fine {
            Some(fine) => (SMOOTH, fine[index].clone()),
            None => (args.size, values),
        };
        kernels.push(Kernel {
            shape: [out.dim(), input.dim(), side, side],
            values,
            caption: format!("μ = {frequency}, r = {radius}"),
            smooth: fine.is_some(),
        });
    }
    Ok(kernels)
}

/// Every kernel at `count x count` points of the square that `size x size` pixels cover, as
/// `out x input x count x count` numbers.
fn sampled(basis: &SteerableKernelBasis, size: usize, count: usize) -> Vec<Vec<f64>> {
    let (outs, inputs) = basis.shape();
    let points = count * count;
    let mut kernels = vec![vec![0.0; outs * inputs * points]; basis.dim()];
    let step = size as f64 / count as f64;
    let middle = middle(count);
    for row in 0..count {
        for column in 0..count {
            let point = [
                (column as f64 - middle) * step,
                (middle - row as f64) * step,
            ];
            let values = basis.sample(point);
            for (kernel, values) in kernels.iter_mut().zip(values.chunks(outs * inputs)) {
                for (component, &value) in values.iter().enumerate() {
                    kernel[component * points + row * count + column] = value;
                }
            }
        }
    }
    kernels
}
