//! `schur intertwiners`.

mod compact;
mod expression;
mod picture;

use std::path::Path;

use schur_math::{
    FiniteRepresentation, IntertwinerBasis, Matrix, PlanarIrrep, SpatialIrrep, decompose, irreps,
};
use serde::Serialize;

use crate::args::IntertwinersArgs;
use crate::error::{Result, fail};
use crate::group::source::Named;
use crate::group::terms;
use crate::say::{answer, ending, line, width};
use crate::tolerance::ZERO_ENTRY;

/// Most numbers in all basis matrices together.
const MAX_NUMBERS: usize = 1 << 22;
/// Most of them that JSON has without being asked for all.
const MAX_PRINTED: usize = 1 << 16;
/// Widest matrix that is printed, and most matrices.
const MAX_COLUMNS: usize = 24;
const MAX_MATRICES: usize = 24;

/// The keys of `--json`; they are documented in `--help` and stay as they are.
#[derive(Serialize)]
struct Output {
    group: String,
    from: Side,
    to: Side,
    /// The number of basis matrices.
    dimension: usize,
    /// The inner product of the characters, which predicts it.
    inner_product: f64,
    /// Row-major, `to.dimension` rows and `from.dimension` columns; orthonormal.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<Vec<Vec<Vec<f64>>>>,
    /// What is left out of JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    omitted: Option<String>,
}

#[derive(Serialize)]
struct Side {
    name: String,
    dimension: usize,
    /// (irrep, multiplicity).
    irreps: Vec<(String, usize)>,
}

pub(crate) fn run(args: &IntertwinersArgs) -> Result<()> {
    if let Some(path) = &args.out {
        ending(path, "--out", &["svg"])?;
    }
    let (from, to) = (&args.from, &args.to);
    let mut output = match Named::load(&args.group)? {
        Named::Abstract(source) => {
            let from = expression::representation(&source, from)?;
            let to = expression::representation(&source, to)?;
            compute(&from, &to)?
        }
        Named::Other(group) => match (group.planar(), group.spatial(), group.get()) {
            (Some(plane), ..) => compact::acting::<PlanarIrrep>(plane, from, to)?,
            (_, Some(space), _) => compact::acting::<SpatialIrrep>(space, from, to)?,
            (.., Some(product)) => compact::compute(product, from, to)?,
            _ => {
                return fail(format!(
                    "{group} has no intertwiners here; it is not compact"
                ));
            }
        },
    };
    if let Some(path) = &args.out {
        save(path, &output)?;
    }
    let numbers = output.dimension * output.from.dimension * output.to.dimension;
    if args.json && numbers > MAX_PRINTED && !args.all {
        output.basis = None;
        output.omitted = Some(format!("basis: {numbers} numbers; `--all` gives them"));
    }
    answer(args.json, &output, || {
        text(&output, args.all, args.out.as_deref())
    })
}

fn compute(from: &FiniteRepresentation, to: &FiniteRepresentation) -> Result<Output> {
    let inner_product = from.inner_product(to)?;
    check_numbers(inner_product, from.dim(), to.dim())?;
    let basis = IntertwinerBasis::new(&to.decomposed()?, &from.decomposed()?)?;
    Ok(Output {
        group: from.group().name().to_string(),
        from: side(from)?,
        to: side(to)?,
        dimension: basis.dim(),
        inner_product,
        basis: Some((0..basis.dim()).map(|i| rows(&basis.matrix(i))).collect()),
        omitted: None,
    })
}

/// Refuses a basis that would not fit on a page or in memory.
fn check_numbers(inner_product: f64, from: usize, to: usize) -> Result<()> {
    let numbers = inner_product * from as f64 * to as f64;
    if numbers > MAX_NUMBERS as f64 {
        return fail(format!(
            "the {inner_product:.0} basis matrices of {to} x {from} would hold {numbers:.0} \
             numbers; the limit is {MAX_NUMBERS}; take smaller representations"
        ));
    }
    Ok(())
}

/// A matrix as its rows. Round-off around zero says nothing.
fn rows(matrix: &Matrix) -> Vec<Vec<f64>> {
    let clean = |&v: &f64| if v.abs() < ZERO_ENTRY { 0.0 } else { v };
    let rows = (0..matrix.rows()).map(|i| matrix.row(i));
    rows.map(|row| row.iter().map(clean).collect()).collect()
}

fn side(rho: &FiniteRepresentation) -> Result<Side> {
    let all = irreps(rho.group());
    let found = decompose(rho)?.into_iter();
    Ok(Side {
        name: rho.name().to_string(),
        dimension: rho.dim(),
        irreps: found
            .map(|(index, multiplicity)| (all[index].name().to_string(), multiplicity))
            .collect(),
    })
}

fn text(output: &Output, all: bool, picture: Option<&Path>) -> String {
    let mut out = String::new();
    let (from, to) = (&output.from, &output.to);
    line!(
        out,
        "{}: linear maps that commute with the group",
        output.group
    );
    for (word, side) in [("from", from), ("to", to)] {
        line!(
            out,
            "  {word:4} {} = {}, dimension {}",
            side.name,
            terms(&side.irreps),
            side.dimension
        );
    }
    line!(
        out,
        "\n{} of {} dimensions; the characters predict {:.0}",
        output.dimension,
        from.dimension * to.dimension,
        output.inner_product
    );
    if !all && (from.dimension > MAX_COLUMNS || output.dimension > MAX_MATRICES) {
        line!(
            out,
            "{} of {} x {}; `--all` prints what there is, `--out FILE.svg` draws it",
            match output.dimension {
                1 => "1 matrix".to_string(),
                n => format!("{n} matrices"),
            },
            to.dimension,
            from.dimension
        );
    } else {
        for (index, matrix) in output.basis.iter().flatten().enumerate() {
            line!(out, "\nM{}", index + 1);
            print(&mut out, matrix, width());
        }
    }
    if let Some(path) = picture {
        line!(out, "\npicture in {}", path.display());
    }
    out
}

/// Adds the rows of a matrix, as many columns at a time as there is room for.
fn print(out: &mut String, matrix: &[Vec<f64>], width: usize) {
    let columns = matrix.first().map_or(0, Vec::len);
    // Two blanks before each row, one between its cells.
    let at_once = ((width - 1) / (CELL + 1)).max(1);
    for first in (0..columns).step_by(at_once) {
        let end = columns.min(first + at_once);
        match (end - first, columns > at_once) {
            (_, false) => {}
            (1, true) => line!(out, "  column {end}"),
            (_, true) => line!(out, "  columns {} to {end}", first + 1),
        }
        for row in matrix {
            let cells: Vec<String> = row[first..end].iter().map(|&v| cell(v)).collect();
            line!(out, "  {}", cells.join(" "));
        }
    }
}

/// Characters of [`cell`].
const CELL: usize = 6;

/// A dot for zero.
fn cell(value: f64) -> String {
    match value == 0.0 {
        true => format!("{:>CELL$}", "·"),
        false => format!("{value:CELL$.3}").replace('-', "−"),
    }
}

fn save(path: &Path, output: &Output) -> Result<()> {
    if path
        .extension()
        .is_none_or(|extension| !extension.eq_ignore_ascii_case("svg"))
    {
        return fail(format!(
            "{} does not end in .svg; pictures are written as SVG, for example --out maps.svg",
            path.display()
        ));
    }
    let title = format!(
        "Hom({}, {}) of {}",
        output.from.name, output.to.name, output.group
    );
    let svg = picture::draw(&title, output.basis.as_deref().unwrap_or_default())?;
    Ok(schur_nn::write_atomically(path, svg.as_bytes())?)
}
