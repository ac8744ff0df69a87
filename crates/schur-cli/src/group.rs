//! `schur group`.

mod branching;
mod compact;
mod describe;
mod kernels;
mod number;
pub(crate) mod product;
pub(crate) mod source;
mod subgroups;
mod table;

use schur_math::{CompactGroup, Group};
use schur_nn::AnyGroup;

use crate::args::GroupArgs;
use crate::error::{Result, fail};
use crate::say::{emit, emit_data, to_json};
use source::Named;

pub(crate) use subgroups::{find as subgroups_named, images as subgroup_image_words};
pub(crate) use table::terms;

pub(crate) fn run(args: &GroupArgs) -> Result<()> {
    let text = match args.kernels {
        Some(size) => kernels::run(&args.name, size, args.json)?,
        None => match Named::load(&args.name)? {
            Named::Abstract(source) => finite(source.group(), args)?,
            Named::Other(group) => other(&group, args)?,
        },
    };
    match args.json {
        true => emit_data(&text),
        false => emit(&text),
    }
}

/// A group that acts on the plane or on space, or a product.
fn other(group: &AnyGroup, args: &GroupArgs) -> Result<String> {
    let (plane, space) = (group.planar(), group.spatial());
    let product = match (plane, space, group.get::<CompactGroup>()) {
        (Some(plane), ..) => CompactGroup::product(vec![plane.clone().into()]),
        (_, Some(space), _) => CompactGroup::product(vec![space.clone().into()]),
        (.., Some(product)) => product.clone(),
        _ => {
            return fail(format!(
                "{group} is not compact; `schur group --help` names those that are"
            ));
        }
    };
    if let [factor] = product.factors()
        && let Some(about) = compact::about(factor)
    {
        return compact::run(factor, about, args);
    }
    product::run(&product, args)
}

fn finite(group: &Group, args: &GroupArgs) -> Result<String> {
    if args.irrep.is_some() && args.restrict.is_none() {
        return fail("--irrep chooses what --restrict restricts; give --restrict too");
    }
    if args.band.is_some() {
        return fail(
            "--band: only infinite groups, and products with such, have degrees; leave it out",
        );
    }
    match (&args.tensor, &args.restrict, &args.induce) {
        (Some(irreps), _, _) => branching::tensor(group, irreps, args.json),
        (_, Some(subgroup), _) => {
            branching::restrict(group, subgroup, args.irrep.as_deref(), args.json)
        }
        (_, _, Some(names)) => branching::induce(group, names, args.json),
        _ => {
            let wanted = describe::Wanted {
                json: args.json,
                all: args.all,
            };
            let output = describe::describe(group, wanted)?;
            match args.json {
                true => to_json(&output),
                false => Ok(describe::text(&output)),
            }
        }
    }
}
