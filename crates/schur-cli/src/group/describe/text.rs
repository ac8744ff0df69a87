//! What the terminal shows of a group.

use super::{MAX_TABLE, Output};
use crate::group::number;
use crate::group::table::{table, terms};
use crate::say::line;

/// Most members of a class that are printed.
const MAX_MEMBERS: usize = 8;
/// Most classes and irreps that are printed.
const MAX_LINES: usize = 48;
/// Most characters of a name.
const MAX_NAME: usize = 60;

pub(in crate::group) fn text(output: &Output) -> String {
    let mut out = String::new();
    let mut words = vec![format!("order {}", output.order)];
    let word = |yes: bool, name: &str| match yes {
        true => name.to_string(),
        false => format!("not {name}"),
    };
    words.push(word(output.abelian, "abelian"));
    words.push(word(output.simple, "simple"));
    words.push(word(output.solvable, "solvable"));
    words.push(format!("{} conjugacy classes", output.class_count));
    line!(out, "{}: {}", output.name, words.join(", "));
    if let Some(name) = &output.isomorphic_to {
        line!(out, "Isomorphic to {name}");
    }
    if output.center_order <= MAX_TABLE || output.all {
        let names: Vec<String> = output
            .center
            .iter()
            .map(|name| output.short(name))
            .collect();
        line!(out, "Centre: {{ {} }}", names.join(", "));
    }
    elements(&mut out, output);
    characters(&mut out, output);
    if !output.subgroups.is_empty() {
        subgroup_table(&mut out, output);
    }
    for what in &output.omitted {
        line!(out, "\nLeft out: {what}");
    }
    multiplication(&mut out, output);
    out
}

fn elements(out: &mut String, output: &Output) {
    if !output.elements.is_empty() {
        line!(out, "\nElements{}", output.legend);
        let rows: Vec<Vec<String>> = output
            .elements
            .iter()
            .map(|e| {
                vec![
                    output.short(&e.name),
                    e.order.to_string(),
                    output.short(&e.inverse),
                ]
            })
            .collect();
        table(out, &["element", "order", "inverse"], &rows, &[0]);
    }
    line!(out, "\nConjugacy classes");
    let lines = output.shown(output.class_count, MAX_LINES);
    for class in &output.classes[..lines] {
        let shown = output.shown(class.len(), MAX_MEMBERS);
        let rest = match class.len() - shown {
            0 => String::new(),
            rest => format!(", and {rest} more"),
        };
        let names: Vec<String> = class[..shown]
            .iter()
            .map(|name| output.short(name))
            .collect();
        line!(out, "  {{ {}{rest} }}", names.join(", "));
    }
    more(out, output.class_count - lines);
}

/// That there are more lines than were printed.
fn more(out: &mut String, rest: usize) {
    if rest > 0 {
        line!(out, "  and {rest} more; `--all` lists them");
    }
}

impl Output {
    /// How many of so many lines or words are printed.
    fn shown(&self, count: usize, limit: usize) -> usize {
        match self.all {
            true => count,
            false => count.min(limit),
        }
    }

    /// A name of at most a line.
    fn short(&self, name: &str) -> String {
        match name.char_indices().nth(MAX_NAME) {
            Some((end, _)) if !self.all => format!("{}…", &name[..end]),
            _ => name.to_string(),
        }
    }
}

/// Both character tables and the regular representation.
fn characters(out: &mut String, output: &Output) {
    let wide = output.written.is_empty();
    let columns = if wide { 0 } else { output.class_count };
    line!(
        out,
        "\nCharacter table: complex characters on a member of each class"
    );
    if wide {
        let classes = output.class_count;
        line!(out, "  {classes} x {classes} entries; `--all` gives them");
    } else {
        let mut head = vec![String::new()];
        head.extend(output.classes.iter().map(|class| output.short(&class[0])));
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
            .map(|class| output.short(&class[0])),
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
    let lines = output.shown(rows.len(), MAX_LINES);
    table(out, &head, &rows[..lines], &[0, 2]);
    more(out, rows.len() - lines);
    let shown = output.shown(output.regular.len(), MAX_LINES);
    let rest = match output.regular.len() - shown {
        0 => String::new(),
        rest => format!(" + {rest} more"),
    };
    line!(
        out,
        "\nRegular representation = {}{rest}",
        terms(&output.regular[..shown])
    );
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
            let short = subgroup.generators.iter().map(|name| output.short(name));
            let short: Vec<String> = short.collect();
            vec![
                subgroup.order.to_string(),
                subgroup.isomorphic_to.clone().unwrap_or_default(),
                match (subgroup.normal, subgroup.conjugates) {
                    (true, _) => "normal".to_string(),
                    (false, conjugates) => conjugates.to_string(),
                },
                short.join(", "),
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
    if output.table.is_empty() {
        line!(out, "  {0} x {0} entries; `--all` gives them", output.order);
        return;
    }
    let mut head = vec!["·".to_string()];
    head.extend(output.elements.iter().map(|e| output.short(&e.name)));
    let rows: Vec<Vec<String>> = output
        .elements
        .iter()
        .zip(&output.table)
        .map(|(e, row)| {
            let names = std::iter::once(&e.name).chain(row);
            names.map(|name| output.short(name)).collect()
        })
        .collect();
    table(out, &head, &rows, &[0]);
}
