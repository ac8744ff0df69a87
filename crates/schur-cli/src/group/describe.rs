//! Everything about one finite group.

use schur_math::{CharacterTable, EndomorphismType, Family, Group, irreps};
use serde::Serialize;

use super::branching::Parts;
use super::number;
use super::table::{table, terms};
use crate::error::Result;
use crate::say::line;

/// Largest group whose subgroups are counted: their number can grow faster than any power.
const MAX_SUBGROUPS: usize = 120;
/// Largest group whose elements and multiplication table are printed: beyond it lines no longer
/// fit.
const MAX_TABLE: usize = 24;
/// Most classes whose characters are printed.
const MAX_CLASSES: usize = 24;
/// Most members of a class that are printed.
const MAX_MEMBERS: usize = 8;

/// The keys of `--json`; they are documented in `schur group --help` and stay as they are.
#[derive(Serialize)]
pub(super) struct Output {
    name: String,
    /// A name of the isomorphism class, if it is a common one.
    #[serde(skip_serializing_if = "Option::is_none")]
    isomorphic_to: Option<String>,
    order: usize,
    abelian: bool,
    simple: bool,
    solvable: bool,
    /// What the elements are called, where that needs a word.
    #[serde(skip)]
    legend: &'static str,
    center: Vec<String>,
    elements: Vec<ElementOutput>,
    classes: Vec<Vec<String>>,
    characters: Vec<CharacterOutput>,
    /// The character table as a person would write it.
    #[serde(skip)]
    written: Vec<Vec<String>>,
    irreps: Vec<IrrepOutput>,
    /// (irrep, multiplicity).
    regular: Parts,
    /// Subgroups up to conjugacy, of small groups only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subgroups: Vec<SubgroupOutput>,
    /// `table[g][h]` is the name of `g h`.
    table: Vec<Vec<String>>,
}

#[derive(Serialize)]
struct ElementOutput {
    name: String,
    order: usize,
    inverse: String,
}

/// A complex irreducible character.
#[derive(Serialize)]
struct CharacterOutput {
    dimension: usize,
    frobenius_schur: i8,
    /// `[re, im]` per conjugacy class.
    values: Vec<[f64; 2]>,
}

/// A real irrep.
#[derive(Serialize)]
struct IrrepOutput {
    name: String,
    dimension: usize,
    endomorphism_type: String,
    frobenius_schur: i8,
    /// One value per conjugacy class.
    character: Vec<f64>,
}

#[derive(Serialize)]
struct SubgroupOutput {
    order: usize,
    /// A name of the isomorphism class, if it is a common one.
    isomorphic_to: Option<String>,
    conjugates: usize,
    normal: bool,
    /// Elements that generate the first of the conjugates.
    generators: Vec<String>,
}

pub(super) fn describe(group: &Group) -> Result<Output> {
    let name = |g| group.element_name(g).to_string();
    let characters = CharacterTable::new(group);
    let classes = characters.classes();
    let all = irreps(group);
    let copies = |dim: usize, kind: EndomorphismType| dim / kind.dim();
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
        order: group.order(),
        abelian: group.is_abelian(),
        simple: is_simple(&characters),
        solvable: is_solvable(group),
        center: group.center().elements().iter().map(|&g| name(g)).collect(),
        elements: group
            .elements()
            .map(|g| ElementOutput {
                name: name(g),
                order: group.element_order(g),
                inverse: name(group.inverse(g)),
            })
            .collect(),
        characters: characters
            .characters()
            .iter()
            .map(|character| CharacterOutput {
                dimension: character.dim(),
                frobenius_schur: character.frobenius_schur(),
                values: character.values().iter().map(|z| [z.re, z.im]).collect(),
            })
            .collect(),
        written: characters
            .characters()
            .iter()
            .map(|character| {
                let pairs = character.values().iter().zip(classes);
                pairs
                    .map(|(&z, class)| number::character(z, group.element_order(class[0])))
                    .collect()
            })
            .collect(),
        regular: all
            .iter()
            .map(|irrep| {
                let dim = irrep.representation().dim();
                let copies = copies(dim, irrep.endomorphism_type());
                (irrep.name().to_string(), copies)
            })
            .collect(),
        irreps: all
            .iter()
            .map(|irrep| IrrepOutput {
                name: irrep.name().to_string(),
                dimension: irrep.representation().dim(),
                endomorphism_type: format!("{:?}", irrep.endomorphism_type()).to_lowercase(),
                frobenius_schur: match irrep.endomorphism_type() {
                    EndomorphismType::Real => 1,
                    EndomorphismType::Complex => 0,
                    EndomorphismType::Quaternionic => -1,
                },
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
        subgroups: subgroups(group)?,
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

fn subgroups(group: &Group) -> Result<Vec<SubgroupOutput>> {
    if group.order() > MAX_SUBGROUPS {
        return Ok(Vec::new());
    }
    let classes = group.subgroup_classes()?;
    let output = classes.iter().map(|class| {
        let inclusion = class.representative().inclusion();
        let small = inclusion.source();
        let generators = small.generators().iter();
        SubgroupOutput {
            order: class.order(),
            isomorphic_to: small.isomorphism_name(),
            conjugates: class.members().len(),
            normal: class.is_normal(),
            generators: generators
                .map(|&g| group.element_name(inclusion.apply(g)).to_string())
                .collect(),
        }
    });
    Ok(output.collect())
}

/// A normal subgroup is an intersection of kernels of irreducible characters. So a group is
/// simple if none but the trivial character has a kernel. By convention the trivial group is
/// not simple.
fn is_simple(table: &CharacterTable) -> bool {
    let kernel = |character: &schur_math::Character| {
        let fixes = |class: &usize| character.eigenvalues(*class).iter().all(|&k| k == 0);
        (0..table.classes().len()).filter(fixes).count()
    };
    let all = table.classes().len();
    all > 1
        && table
            .characters()
            .iter()
            .map(kernel)
            .all(|k| k == 1 || k == all)
}

/// Whether the derived series reaches the trivial group.
fn is_solvable(group: &Group) -> bool {
    let mut group = group.clone();
    loop {
        let derived = group.derived_subgroup();
        if derived.order() == group.order() {
            return group.order() == 1;
        }
        group = derived.inclusion().source().clone();
    }
}

pub(super) fn text(output: &Output) -> String {
    let mut out = String::new();
    let mut words = vec![format!("order {}", output.order)];
    let word = |yes: bool, name: &str| match yes {
        true => name.to_string(),
        false => format!("not {name}"),
    };
    words.push(word(output.abelian, "abelian"));
    words.push(word(output.simple, "simple"));
    words.push(word(output.solvable, "solvable"));
    words.push(format!("{} conjugacy classes", output.classes.len()));
    line!(out, "{}: {}", output.name, words.join(", "));
    if let Some(name) = &output.isomorphic_to {
        line!(out, "Isomorphic to {name}");
    }
    if output.center.len() <= MAX_TABLE {
        line!(out, "Centre: {{ {} }}", output.center.join(", "));
    }
    elements(&mut out, output);
    characters(&mut out, output);
    if !output.subgroups.is_empty() {
        subgroup_table(&mut out, output);
    }
    multiplication(&mut out, output);
    out
}

fn elements(out: &mut String, output: &Output) {
    if output.order <= MAX_TABLE {
        line!(out, "\nElements{}", output.legend);
        let rows: Vec<Vec<String>> = output
            .elements
            .iter()
            .map(|e| vec![e.name.clone(), e.order.to_string(), e.inverse.clone()])
            .collect();
        table(out, &["element", "order", "inverse"], &rows, &[0]);
    }
    line!(out, "\nConjugacy classes");
    for class in &output.classes {
        let shown = class.len().min(MAX_MEMBERS);
        let rest = match class.len() - shown {
            0 => String::new(),
            rest => format!(", and {rest} more"),
        };
        line!(out, "  {{ {}{rest} }}", class[..shown].join(", "));
    }
}

/// Both character tables and the regular representation.
fn characters(out: &mut String, output: &Output) {
    let wide = output.classes.len() > MAX_CLASSES;
    let columns = if wide { 0 } else { output.classes.len() };
    line!(
        out,
        "\nCharacter table: complex characters on a member of each class"
    );
    if wide {
        let classes = output.classes.len();
        line!(out, "  {classes} x {classes} entries; `--json` gives them");
    } else {
        let mut head = vec![String::new()];
        head.extend(output.classes.iter().map(|class| class[0].clone()));
        let mut sizes = vec!["size".to_string()];
        sizes.extend(output.classes.iter().map(|class| class.len().to_string()));
        let mut rows = vec![sizes];
        for (i, (written, character)) in output.written.iter().zip(&output.characters).enumerate() {
            let mut row = vec![format!("χ{}", i + 1)];
            row.extend(written.iter().cloned());
            row.push(indicator(character.frobenius_schur).to_string());
            rows.push(row);
        }
        rows[0].push(String::new());
        head.push("indicator".to_string());
        table(out, &head, &rows, &[0]);
        let cells = output.written.iter().flatten().map(String::as_str);
        let legend = number::legend(cells);
        if !legend.is_empty() {
            line!(out, "  {}", legend.join(", "));
        }
    }
    line!(out, "\nReal irreps, with their characters");
    let mut head: Vec<String> = ["irrep", "dim", "type", "indicator", "in regular"]
        .map(String::from)
        .to_vec();
    head.extend(
        output.classes[..columns]
            .iter()
            .map(|class| class[0].clone()),
    );
    let rows: Vec<Vec<String>> = output
        .irreps
        .iter()
        .zip(&output.regular)
        .map(|(irrep, (_, copies))| {
            let mut row = vec![
                irrep.name.clone(),
                irrep.dimension.to_string(),
                irrep.endomorphism_type.clone(),
                indicator(irrep.frobenius_schur).to_string(),
                copies.to_string(),
            ];
            let values = irrep.character[..columns].iter();
            row.extend(values.map(|&value| number::real(value)));
            row
        })
        .collect();
    table(out, &head, &rows, &[0, 2]);
    line!(out, "\nRegular representation = {}", terms(&output.regular));
}

fn indicator(value: i8) -> &'static str {
    match value {
        1 => "+1",
        0 => "0",
        _ => "−1",
    }
}

fn subgroup_table(out: &mut String, output: &Output) {
    line!(
        out,
        "\nSubgroups up to conjugacy: {}",
        output.subgroups.len()
    );
    let rows: Vec<Vec<String>> = output
        .subgroups
        .iter()
        .map(|subgroup| {
            vec![
                subgroup.order.to_string(),
                subgroup.isomorphic_to.clone().unwrap_or_default(),
                match (subgroup.normal, subgroup.conjugates) {
                    (true, _) => "normal".to_string(),
                    (false, conjugates) => conjugates.to_string(),
                },
                subgroup.generators.join(", "),
            ]
        })
        .collect();
    let head = ["order", "group", "conjugates", "generated by"];
    table(out, &head, &rows, &[1, 3]);
}

fn multiplication(out: &mut String, output: &Output) {
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
        return;
    }
    let mut head = vec!["·".to_string()];
    head.extend(output.elements.iter().map(|e| e.name.clone()));
    let rows: Vec<Vec<String>> = output
        .elements
        .iter()
        .zip(&output.table)
        .map(|(e, row)| std::iter::once(&e.name).chain(row).cloned().collect())
        .collect();
    table(out, &head, &rows, &[0]);
}
