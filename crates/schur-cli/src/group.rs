//! `schur group`.

use schur_math::{Group, irreps};
use serde::Serialize;

use crate::args::GroupArgs;
use crate::error::Result;
use crate::run_dir::to_json;
use crate::say::{emit, line};

/// Largest group whose multiplication table is printed: beyond it lines no longer fit.
const MAX_TABLE: usize = 24;

#[derive(Serialize)]
struct Output {
    name: String,
    order: usize,
    abelian: bool,
    elements: Vec<ElementOutput>,
    classes: Vec<Vec<String>>,
    irreps: Vec<IrrepOutput>,
    /// `table[g][h]` is the name of `g h`.
    table: Vec<Vec<String>>,
}

#[derive(Serialize)]
struct ElementOutput {
    name: String,
    order: usize,
    inverse: String,
}

#[derive(Serialize)]
struct IrrepOutput {
    name: String,
    dimension: usize,
    endomorphism_type: String,
    /// One value per conjugacy class.
    character: Vec<f64>,
}

pub(crate) fn run(args: &GroupArgs) -> Result<()> {
    let group = Group::parse(&args.name)?;
    let output = describe(&group)?;
    emit(&if args.json {
        to_json(&output)?
    } else {
        text(&output)
    })
}

fn describe(group: &Group) -> Result<Output> {
    let name = |g| group.element_name(g).to_string();
    let classes = group.conjugacy_classes();
    Ok(Output {
        name: group.name().to_string(),
        order: group.order(),
        abelian: group.is_abelian(),
        elements: group
            .elements()
            .map(|g| ElementOutput {
                name: name(g),
                order: group.element_order(g),
                inverse: name(group.inverse(g)),
            })
            .collect(),
        irreps: irreps(group)?
            .iter()
            .map(|irrep| IrrepOutput {
                name: irrep.name().to_string(),
                dimension: irrep.representation().dim(),
                endomorphism_type: format!("{:?}", irrep.endomorphism_type()).to_lowercase(),
                character: classes
                    .iter()
                    .map(|class| irrep.representation().character(class[0]))
                    .collect(),
            })
            .collect(),
        classes: classes
            .iter()
            .map(|class| class.iter().map(|&g| name(g)).collect())
            .collect(),
        table: group
            .elements()
            .map(|g| {
                group
                    .elements()
                    .map(|h| name(group.compose(g, h)))
                    .collect()
            })
            .collect(),
    })
}

fn text(output: &Output) -> String {
    let mut out = String::new();
    line!(
        out,
        "{}: order {}, {}, {} conjugacy classes\n",
        output.name,
        output.order,
        if output.abelian {
            "abelian"
        } else {
            "not abelian"
        },
        output.classes.len()
    );
    line!(
        out,
        "Elements (r: rotation by 360°/n counter-clockwise, s: left-right mirror)"
    );
    let rows: Vec<Vec<String>> = output
        .elements
        .iter()
        .map(|e| vec![e.name.clone(), e.order.to_string(), e.inverse.clone()])
        .collect();
    table(&mut out, &["element", "order", "inverse"], &rows);
    line!(out, "\nConjugacy classes");
    for class in &output.classes {
        line!(out, "  {{ {} }}", class.join(", "));
    }
    line!(
        out,
        "\nReal irreducible representations: characters by class"
    );
    let mut head = vec!["irrep".to_string(), "dim".to_string(), "type".to_string()];
    head.extend(output.classes.iter().map(|class| class[0].clone()));
    let rows: Vec<Vec<String>> = output
        .irreps
        .iter()
        .map(|irrep| {
            let mut row = vec![
                irrep.name.clone(),
                irrep.dimension.to_string(),
                irrep.endomorphism_type.clone(),
            ];
            row.extend(irrep.character.iter().map(|&value| number(value)));
            row
        })
        .collect();
    table(&mut out, &head, &rows);
    line!(
        out,
        "\nMultiplication table (row times column: the column acts first)"
    );
    if output.order > MAX_TABLE {
        line!(
            out,
            "  {} x {} entries; `--json` gives them",
            output.order,
            output.order
        );
        return out;
    }
    let mut head = vec!["·".to_string()];
    head.extend(output.elements.iter().map(|e| e.name.clone()));
    let rows: Vec<Vec<String>> = output
        .elements
        .iter()
        .zip(&output.table)
        .map(|(e, row)| std::iter::once(&e.name).chain(row).cloned().collect())
        .collect();
    table(&mut out, &head, &rows);
    out
}

/// A whole number without decimals, any other with three.
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    match text.strip_suffix(".000") {
        Some("-0") => "0".to_string(),
        Some(whole) => whole.to_string(),
        None => text,
    }
}

fn table<H: AsRef<str>>(out: &mut String, head: &[H], rows: &[Vec<String>]) {
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .chain([head[column].as_ref().chars().count()])
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut add = |cells: Vec<&str>| {
        let cells: Vec<String> = cells
            .iter()
            .zip(&widths)
            .map(|(cell, &width)| format!("{cell:>width$}"))
            .collect();
        line!(out, "  {}", cells.join("  "));
    };
    add(head.iter().map(AsRef::as_ref).collect());
    for row in rows {
        add(row.iter().map(String::as_str).collect());
    }
}
