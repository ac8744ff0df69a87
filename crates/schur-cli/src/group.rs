//! `schur group`.

use schur_math::{Family, Group, Irrep, decompose, irrep, irreps};
use serde::Serialize;

use crate::args::GroupArgs;
use crate::error::{Result, fail};
use crate::run_dir::to_json;
use crate::say::{emit, line};

/// Largest group whose subgroups are counted: their number can grow faster than any power.
const MAX_SUBGROUPS: usize = 120;
/// Largest group whose multiplication table is printed: beyond it lines no longer fit.
const MAX_TABLE: usize = 24;

#[derive(Serialize)]
struct Output {
    name: String,
    /// A name of the isomorphism class, if it is a common one.
    #[serde(skip_serializing_if = "Option::is_none")]
    isomorphic_to: Option<String>,
    order: usize,
    abelian: bool,
    /// What the elements are called, where that needs a word.
    #[serde(skip)]
    legend: &'static str,
    /// (order, number of conjugate subgroups) of every class of subgroups, for small groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subgroups: Vec<(usize, usize)>,
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
    if let Some(names) = &args.tensor {
        return tensor(&group, names, args.json);
    }
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
        isomorphic_to: group.isomorphism_name().filter(|name| name != group.name()),
        legend: match group.family() {
            Family::Cyclic(_) => " (r: rotation by 360°/n counter-clockwise)",
            Family::Dihedral(_) => {
                " (r: rotation by 360°/n counter-clockwise, s: left-right mirror)"
            }
            _ => "",
        },
        subgroups: if group.order() <= MAX_SUBGROUPS {
            let classes = group.subgroup_classes()?;
            classes
                .iter()
                .map(|class| (class.order(), class.members().len()))
                .collect()
        } else {
            Vec::new()
        },
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
    if let Some(name) = &output.isomorphic_to {
        line!(out, "Isomorphic to {name}\n");
    }
    line!(out, "Elements{}", output.legend);
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
    if !output.subgroups.is_empty() {
        line!(
            out,
            "\nSubgroups up to conjugacy: {}",
            output.subgroups.len()
        );
        let rows: Vec<Vec<String>> = output
            .subgroups
            .iter()
            .map(|(order, members)| vec![order.to_string(), members.to_string()])
            .collect();
        table(&mut out, &["order", "conjugates"], &rows);
    }
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

#[derive(Serialize)]
struct Product {
    group: String,
    factors: [String; 2],
    /// (irrep, multiplicity).
    irreps: Vec<(String, usize)>,
}

/// The decomposition of the tensor product of two irreps.
fn tensor(group: &Group, names: &[String], json: bool) -> Result<()> {
    let [left, right] = names else {
        return fail("--tensor takes the names of two irreps, for example --tensor E A2");
    };
    let (left, right) = (irrep(group, left)?, irrep(group, right)?);
    let product = left
        .representation()
        .tensor_product(right.representation())?;
    let all = irreps(group)?;
    let irreps: Vec<(String, usize)> = decompose(&product)?
        .into_iter()
        .map(|(index, multiplicity)| (all[index].name().to_string(), multiplicity))
        .collect();
    let factors = [&left, &right].map(|irrep: &Irrep| irrep.name().to_string());
    if json {
        return emit(&to_json(&Product {
            group: group.name().to_string(),
            factors,
            irreps,
        })?);
    }
    let terms: Vec<String> = irreps
        .iter()
        .map(|(name, multiplicity)| match multiplicity {
            1 => name.clone(),
            _ => format!("{multiplicity} {name}"),
        })
        .collect();
    emit(&format!(
        "{}: {} x {} = {}",
        group.name(),
        factors[0],
        factors[1],
        terms.join(" + ")
    ))
}
