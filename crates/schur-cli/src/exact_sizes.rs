//! On which images a network commutes exactly with its group.

use schur_nn::network::Output;
use schur_nn::{Domain, GroupElement, Layer, Network};
use schur_train::images::check_sizes;

/// Sizes are searched so far from those that there are: beyond the steps of all windows together.
const FAR: usize = 64;

/// The elements that are to be exact: those that move pixels to pixels and that the answer keeps.
fn elements(network: &Network) -> Vec<GroupElement> {
    let kept = network.output_type().group();
    let mut lattice = network.group().lattice_elements();
    lattice.retain(|g| kept.contains(g));
    lattice
}

/// The first element with which the network does not commute exactly on images of these sizes
/// [depth, height, width], why, and on which sizes near by it commutes with all. Digits are enlarged
/// alone, others shrink too.
pub(crate) fn note(network: &Network, sizes: [usize; 3], shrink: bool) -> Option<String> {
    let domain = &network.domain_of(sizes).ok()?;
    elements(network).into_iter().find_map(|g| {
        let why = network.inexactness(&g, domain)?;
        let others = others(network, sizes, shrink)
            .map_or(String::new(), |others| format!("{others}; or: "));
        let (reason, remedy) = (why.reason, why.remedy);
        Some(format!(
            "not exactly equivariant under {g}: {reason}; {others}{remedy}"
        ))
    })
}

/// Whether images of these sizes go through the network, and masks come out as large as they are.
pub(crate) fn fits(network: &Network, sizes: [usize; 3]) -> bool {
    let same = |domain: Domain| {
        network
            .output_domain(&domain)
            .is_ok_and(|out| out == domain)
    };
    check_sizes(network, sizes).is_ok()
        && (network.output() != Output::Mask || network.domain_of(sizes).is_ok_and(same))
}

/// On which sizes near by, larger and if images can `shrink` also smaller, a network commutes exactly that does not on these; `None`
/// if it does, or there are none.
pub(crate) fn others(network: &Network, sizes: [usize; 3], shrink: bool) -> Option<String> {
    let elements = elements(network);
    let is_exact = |sizes: [usize; 3]| {
        let exact = |domain: Domain| {
            let exact = |g: &GroupElement| network.inexactness(g, &domain).is_none();
            elements.iter().all(exact)
        };
        fits(network, sizes) && network.domain_of(sizes).is_ok_and(exact)
    };
    if matches!(network.domain_of(sizes), Ok(Domain::Grid(_))) && !is_exact(sizes) {
        let found: Vec<String> = [-1, 1]
            .into_iter()
            .filter(|way| shrink || *way > 0)
            .filter_map(|way| nearest(sizes, way, &is_exact))
            .map(|[depth, height, width]| match depth {
                1 => format!("{height} x {width} pixels"),
                _ => format!("{depth} x {height} x {width} voxels"),
            })
            .collect();
        let what = if sizes[0] > 1 { "volumes" } else { "images" };
        return (!found.is_empty())
            .then(|| format!("it is exact on {what} of {} (--size)", found.join(" or ")));
    }
    None
}

/// The nearest exact sizes in one direction: squares and cubes, as --size makes them. Where the sizes
/// are no cube, that of the longest side is the first that is larger.
fn nearest(
    sizes: [usize; 3],
    way: isize,
    is_exact: &impl Fn([usize; 3]) -> bool,
) -> Option<[usize; 3]> {
    let side = sizes.into_iter().max().unwrap_or(1);
    let cube = |side: usize| [if sizes[0] == 1 { 1 } else { side }, side, side];
    let is_cube = cube(side) == sizes;
    let changed = |by: usize| side.checked_add_signed(way * by as isize);
    let first = usize::from(is_cube || way < 0);
    let sides = (first..=FAR).map_while(changed).filter(|&side| side > 0);
    sides.map(cube).find(|&sizes| is_exact(sizes))
}
