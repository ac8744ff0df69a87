//! `schur draw basis`.

use schur_math::{
    ElementOf, Isometry, KernelBand, KernelBasis, KernelEntry, LatticeKernelBasis,
    PlanarRepresentation, PointGroup, Representation, SpatialRepresentation, SteerableKernelBasis,
    SymmetryIrrep, middle,
};
use schur_nn::{AnyRepresentation, GridGroup};

use super::args::BasisArgs;
use super::element::names_of_components;
use super::kernels::{self, Kernel, seen};
use crate::error::{Result, fail};
use crate::say::emit;
use crate::tolerance::ZERO_ENTRY;

/// Values per tile of a smooth kernel: odd, so that one is at the centre.
const SMOOTH: usize = 49;
/// Most numbers of all kernels at all points.
const MAX_NUMBERS: usize = 1 << 27;

pub(super) fn run(args: &BasisArgs) -> Result<()> {
    super::format(&args.out)?;
    if args.max == 0 {
        return fail("--max: 0 elements were asked for; use at least 1");
    }
    let group = GridGroup::parse(&args.group)?;
    let (mut all, fields): (_, [AnyRepresentation; 2]) = match &group {
        GridGroup::Plane(plane) => {
            let parse = |name| PlanarRepresentation::parse(plane, name);
            let (out, input) = (parse(&args.to)?, parse(&args.from)?);
            (
                kernels_between::<_, 2>(&out, &input, args)?,
                [out.into(), input.into()],
            )
        }
        GridGroup::Space(space) => {
            let parse = |name| SpatialRepresentation::parse(space, name);
            let (out, input) = (parse(&args.to)?, parse(&args.from)?);
            (
                kernels_between::<_, 3>(&out, &input, args)?,
                [out.into(), input.into()],
            )
        }
    };
    let [out, input] = fields;
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
    if group.space().is_some() {
        lines.push(kernels::SLICES.to_string());
    }
    // Over the components of the one side, where the other has one.
    let names = names_of_components(if out.dim() == 1 { &input } else { &out });
    super::save(&args.out, &kernels::sheet(&title, &lines, &names, &all)?)?;
    emit(&format!(
        "{title}: {found} elements of {}, {} drawn in {}",
        size_words(args.size, &group),
        all.len(),
        args.out.display()
    ))
}

/// `7 x 7` or `7 x 7 x 7`.
fn size_words(size: usize, group: &GridGroup) -> String {
    vec![size.to_string(); group.dimension()].join(" x ")
}

fn explanation(args: &BasisArgs, group: &GridGroup) -> String {
    let size = size_words(args.size, group);
    let (places, domain, frequency) = match group {
        GridGroup::Plane(_) => ("pixels", "the plane", "μ: angular frequency"),
        GridGroup::Space(_) => ("voxels", "space", "l: degree of the harmonics"),
    };
    if args.lattice {
        let part = match group {
            GridGroup::Plane(group) => GridGroup::from(&group.lattice_subgroup()),
            GridGroup::Space(group) => GridGroup::from(&group.lattice_subgroup()),
        };
        return format!(
            "all kernels on {size} {places} that commute with {}",
            part.name()
        );
    }
    let what = match args.smooth {
        true => format!("as functions on {domain}"),
        false => format!("at the {places}"),
    };
    format!("steerable kernels of {size} {places} {what}; {frequency}, r: radius")
}

/// Sizes of a grid of `side` places along each of `dimension` axes.
fn grid(side: usize, dimension: usize) -> [usize; 3] {
    [if dimension == 3 { side } else { 1 }, side, side]
}

fn kernels_between<I: SymmetryIrrep<Group: PointGroup>, const D: usize>(
    out: &Representation<I>,
    input: &Representation<I>,
    args: &BasisArgs,
) -> Result<Vec<Kernel>>
where
    ElementOf<I>: Isometry<D>,
{
    let components = [out.dim(), input.dim()];
    let sizes = grid(args.size, D);
    if args.lattice {
        let basis = LatticeKernelBasis::new(out, input, sizes)?;
        let kernel = |entries: &Vec<KernelEntry>| drawn(components, sizes, entries, String::new());
        return Ok(basis.elements().iter().map(kernel).collect());
    }
    let band = match D {
        2 => KernelBand::for_size(args.size)?,
        _ => KernelBand::in_space(args.size)?,
    };
    let basis = SteerableKernelBasis::<D>::new(out, input, &band)?;
    let taps: Vec<usize> = (0..sizes.iter().product()).collect();
    let coarse = sampled(&basis, args.size, args.size, &taps)?;
    let (fine_taps, fine_slices) = seen(grid(SMOOTH, D));
    let fine = match args.smooth {
        true => Some(sampled(&basis, args.size, SMOOTH, &fine_taps)?),
        false => None,
    };
    let symbol = if D == 2 { 'μ' } else { 'l' };
    let mut kernels = Vec::new();
    for (index, (entries, known)) in coarse.iter().zip(basis.attributes()).enumerate() {
        // What vanishes at all pixels is no kernel there.
        if entries.iter().all(|e| e.value.abs() < ZERO_ENTRY) {
            continue;
        }
        let caption = format!("{symbol} = {}, r = {}", known.frequency, known.radius);
        // The point at the centre is no function to look at.
        kernels.push(match fine.as_ref().filter(|_| known.radius > 0.0) {
            None => drawn(components, sizes, entries, caption),
            Some(fine) => {
                let places = fine_taps.len();
                let mut values = vec![0.0; components[0] * components[1] * places];
                for e in &fine[index] {
                    values[(e.out * components[1] + e.input) * places + e.tap] = e.value;
                }
                let value = |component, place| values[component * places + place];
                let mut kernel = Kernel::new(components, &fine_slices, caption, value);
                kernel.smooth = true;
                kernel
            }
        });
    }
    Ok(kernels)
}

/// A kernel with these numbers on a grid of taps.
fn drawn(
    components: [usize; 2],
    sizes: [usize; 3],
    entries: &[KernelEntry],
    caption: String,
) -> Kernel {
    let taps: usize = sizes.iter().product();
    let mut values = vec![0.0; components[0] * components[1] * taps];
    for e in entries {
        values[(e.out * components[1] + e.input) * taps + e.tap] = e.value;
    }
    let (seen, slices) = seen(sizes);
    let value = |component, place: usize| values[component * taps + seen[place]];
    Kernel::new(components, &slices, caption, value)
}

/// Every kernel at some of the `count` points along each axis of the square or cube that `size` places
/// along each axis cover. The taps of the entries count these points.
fn sampled<const D: usize>(
    basis: &SteerableKernelBasis<D>,
    size: usize,
    count: usize,
    points: &[usize],
) -> Result<Vec<Vec<KernelEntry>>> {
    if basis.numbers().saturating_mul(points.len()) > MAX_NUMBERS {
        return fail(format!(
            "{} kernels at {} points are too many numbers; use a smaller --size or smaller representations",
            basis.dim(),
            points.len()
        ));
    }
    let (step, middle) = (size as f64 / count as f64, middle(count));
    let place = |&point: &usize| -> [f64; D] {
        let [x, y, z] = [
            point % count,
            point / count % count,
            point / (count * count),
        ]
        .map(|i| (i as f64 - middle) * step);
        std::array::from_fn(|axis| [x, -y, z][axis])
    };
    let points: Vec<[f64; D]> = points.iter().map(place).collect();
    Ok(basis.sample_sparse(&points))
}
