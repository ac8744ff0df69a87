//! Everything about one finite group.

mod text;

use schur_math::{CharacterTable, Element, EndomorphismType, Family, Group, irreps};
use serde::Serialize;

use super::branching::Parts;
use super::number;
use crate::error::Result;

pub(in crate::group) use text::text;

/// Largest group whose elements and multiplication table are printed: beyond it lines no longer
/// fit.
const MAX_TABLE: usize = 24;
/// Most classes whose characters are printed.
const MAX_CLASSES: usize = 24;
/// Most bytes of one table in JSON: that of a group of order 256 with short names.
const MAX_BYTES: usize = 1 << 20;
/// Bytes of a number in JSON, with its line.
const NUMBER_BYTES: usize = 24;

/// The keys of `--json`; they are documented in `schur group --help` and stay as they are.
#[derive(Serialize)]
pub(super) struct Output {
    name: String,
    /// A name of the isomorphism class, if it is a common one.
    isomorphic_to: Option<String>,
    order: usize,
    abelian: bool,
    simple: bool,
    solvable: bool,
    /// What the elements are called, where that needs a word.
    #[serde(skip)]
    legend: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    center: Vec<String>,
    #[serde(skip)]
    center_order: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    elements: Vec<ElementOutput>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    classes: Vec<Vec<String>>,
    #[serde(skip)]
    class_count: usize,
    characters: Vec<CharacterOutput>,
    /// The character table as a person would write it.
    #[serde(skip)]
    written: Vec<Vec<String>>,
    irreps: Vec<IrrepOutput>,
    /// (irrep, multiplicity).
    regular: Parts,
    /// Subgroups up to conjugacy, unless there are too many.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subgroups: Vec<SubgroupOutput>,
    /// `table[g][h]` is the name of `g h`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    table: Vec<Vec<String>>,
    /// What is too long to be asked for in passing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    omitted: Vec<String>,
    /// Whether everything is wanted, however long.
    #[serde(skip)]
    all: bool,
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
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

/// What is asked for: as a text or as JSON, within the sizes of a page or of a file, or `all`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) json: bool,
    pub(super) all: bool,
}

/// What takes too long to read is left out and named, before it is made.
struct Omissions {
    wanted: Wanted,
    names: Vec<String>,
}

impl Omissions {
    /// Whether a table of so many bytes in JSON is made; `printed` says whether a text has it.
    fn made(&mut self, what: impl FnOnce() -> String, bytes: usize, printed: bool) -> bool {
        if self.wanted.all || !self.wanted.json {
            return self.wanted.all || printed;
        }
        if bytes > MAX_BYTES {
            self.names.push(format!("{}; `--all` gives them", what()));
        }
        bytes <= MAX_BYTES
    }
}

pub(super) fn describe(group: &Group, wanted: Wanted) -> Result<Output> {
    let name = |g| group.element_name(g).to_string();
    let characters = CharacterTable::new(group);
    let classes = characters.classes();
    let all = irreps(group);
    let mut omissions = Omissions {
        wanted,
        names: Vec::new(),
    };
    let order = group.order();
    let names: usize = group
        .elements()
        .map(|g| group.element_name(g).len() + 8)
        .sum();
    let entries = format!("{0} x {0} entries", classes.len());
    let few = classes.len() <= MAX_CLASSES;
    let numbers = classes.len() * classes.len() * NUMBER_BYTES;
    let with_elements = omissions.made(
        || format!("elements, center, classes: {order} elements"),
        3 * names,
        true,
    );
    let with_values = omissions.made(|| format!("characters: {entries}"), 2 * numbers, few);
    let with_characters = omissions.made(
        || format!("irreps, their characters: {entries}"),
        numbers,
        few,
    );
    let with_table = omissions.made(
        || format!("table: {order} x {order} entries"),
        names.saturating_mul(order),
        order <= MAX_TABLE,
    );
    // How many there are is known only when they are made.
    let subgroups = subgroups(group).unwrap_or_else(|why| {
        omissions.names.push(format!("subgroups: {why}"));
        Vec::new()
    });
    let within = |yes: bool, count: usize| if yes { count } else { 0 };
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
        center: group
            .center()
            .elements()
            .iter()
            .take(within(with_elements, order))
            .map(|&g| name(g))
            .collect(),
        center_order: group.center().order(),
        elements: group
            .elements()
            .take(within(
                with_elements && (wanted.json || wanted.all || order <= MAX_TABLE),
                order,
            ))
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
                values: character
                    .values()
                    .iter()
                    .take(within(with_values, classes.len()))
                    .map(|z| [z.re, z.im])
                    .collect(),
            })
            .collect(),
        written: match with_values && !wanted.json {
            true => written(group, &characters),
            false => Vec::new(),
        },
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
                    .take(within(with_characters, classes.len()))
                    .map(|class| irrep.representation().character(class[0]))
                    .collect(),
            })
            .collect(),
        classes: classes
            .iter()
            .take(within(with_elements, classes.len()))
            .map(|class| class.iter().map(|&g| name(g)).collect())
            .collect(),
        class_count: classes.len(),
        subgroups,
        table: group
            .elements()
            .take(within(with_table, order))
            .map(|g| {
                group
                    .elements()
                    .map(|h| name(group.compose(g, h)))
                    .collect()
            })
            .collect(),
        omitted: omissions.names,
        all: wanted.all,
    })
}

/// The character table as a person would write it.
fn written(group: &Group, table: &CharacterTable) -> Vec<Vec<String>> {
    let orders = table
        .classes()
        .iter()
        .map(|class| group.element_order(class[0]));
    let orders: Vec<usize> = orders.collect();
    let row = |character: &schur_math::Character| {
        let pairs = character.values().iter().zip(&orders);
        pairs
            .map(|(&z, &order)| number::character(z, order))
            .collect()
    };
    table.characters().iter().map(row).collect()
}

fn subgroups(group: &Group) -> Result<Vec<SubgroupOutput>> {
    let classes = group.subgroup_classes()?;
    let output = classes.iter().map(|class| {
        let inclusion = class.representative().inclusion();
        let small = inclusion.source();
        let mut generators: Vec<Element> = (small.generators().iter())
            .map(|&g| inclusion.apply(g))
            .collect();
        // Those that the others generate are left out, the first ones first.
        let mut at = 0;
        while at < generators.len() {
            let mut others = generators.clone();
            others.remove(at);
            match group.subgroup_generated(&others).order() == class.order() {
                true => generators = others,
                false => at += 1,
            }
        }
        SubgroupOutput {
            order: class.order(),
            isomorphic_to: small.isomorphism_name(),
            conjugates: class.members().len(),
            normal: class.is_normal(),
            generators: (generators.iter())
                .map(|&g| group.element_name(g).to_string())
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
