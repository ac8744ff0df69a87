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

use crate::args::GroupArgs;
use crate::error::{Result, fail};
use crate::say::{emit, emit_data, to_json};
use source::Source;

pub(crate) use subgroups::{find as subgroups_named, images as subgroup_image_words};
pub(crate) use table::terms;

pub(crate) fn run(args: &GroupArgs) -> Result<()> {
    let text = if let Some(size) = args.kernels {
        kernels::run(&args.name, size, args.json)?
    } else if let Some(group) = compact::Compact::parse(&args.name) {
        compact::run(group, args)?
    } else if let Some(group) = product::parse(&args.name)? {
        product::run(&group, args)?
    } else {
        if args.irrep.is_some() && args.restrict.is_none() {
            return fail("--irrep chooses what --restrict restricts; give --restrict too");
        }
        if args.band.is_some() {
            return fail(
                "--band: only infinite groups, and products with such, have degrees; leave it out",
            );
        }
        let group = Source::load(&args.name)?.group().clone();
        match (&args.tensor, &args.restrict, &args.induce) {
            (Some(irreps), _, _) => branching::tensor(&group, irreps, args.json)?,
            (_, Some(subgroup), _) => {
                branching::restrict(&group, subgroup, args.irrep.as_deref(), args.json)?
            }
            (_, _, Some(names)) => branching::induce(&group, names, args.json)?,
            _ => {
                let wanted = describe::Wanted {
                    json: args.json,
                    all: args.all,
                };
                let output = describe::describe(&group, wanted)?;
                match args.json {
                    true => to_json(&output)?,
                    false => describe::text(&output),
                }
            }
        }
    };
    match args.json {
        true => emit_data(&text),
        false => emit(&text),
    }
}
