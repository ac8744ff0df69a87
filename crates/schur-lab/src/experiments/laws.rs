//! The definitions of group and action, checked on groups and on what only looks like one.

use std::f64::consts::TAU;

use schur_math::laws::{self, LawReport, Violation};
use schur_math::{
    CayleyTable, FiniteAction, Group, LatticeAction, PermutationGroup, PlanarGroup, PlaneIsometry,
};

use crate::dense::Random;
use crate::error::Result;
use crate::experiment::{Context, Experiment};
use crate::figure::{Figure, Panel, Panels};
use crate::outcome::{Measurement, Outcome};
use crate::table::{Table, number};
use crate::tolerance;

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "laws",
    title: "Groups and actions",
    claim: "C4, D4, S4 and SO(2) obey the four laws of a group, and act on pixels, points and \
            the plane such that α(g, α(h, x)) = α(gh, x).",
    run,
};

type Checked = std::result::Result<LawReport, Violation>;

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut table = Table::new(
        "laws",
        "Every law with the number of cases looked at and the largest defect",
        &["object", "law", "cases", "defect", "verdict"],
    );
    let mut violations = 0;
    let mut worst: f64 = 0.0;
    let mut add = |object: &str, checks: Vec<Checked>| {
        for check in checks {
            let cells = match check {
                Ok(report) => {
                    worst = worst.max(report.worst);
                    let law = report.law.to_string();
                    [
                        law,
                        report.cases.to_string(),
                        number(report.worst),
                        "holds".to_string(),
                    ]
                }
                Err(violation) => {
                    violations += 1;
                    let law = violation.law.to_string();
                    [
                        law,
                        String::new(),
                        number(violation.worst),
                        violation.to_string(),
                    ]
                }
            };
            table.row(std::iter::once(object.to_string()).chain(cells));
        }
    };
    for name in ["C4", "D4", "S4"] {
        add(name, of_table(&rows_of(&Group::parse(name)?)));
    }
    for name in ["C4", "D4"] {
        let group = PlanarGroup::parse(name)?;
        let action = LatticeAction::new(&group, [1, 3, 3])?.finite_action()?;
        add(&format!("{name} on 3 x 3 pixels"), of_action(&action));
    }
    let points = PermutationGroup::symmetric(4)?.action();
    add("S4 on four points", of_action(&points));
    let mut random = Random::new(context.seed, 0);
    let angles = random.vector(context.choose(12, 40));
    let rotations: std::result::Result<Vec<_>, _> = angles
        .iter()
        .map(|share| PlaneIsometry::rotation(TAU * share))
        .collect();
    add("SO(2), random angles", of_rotations(&rotations?));
    outcome.measure(Measurement::equals("violated laws", violations, 0));
    outcome.measure(Measurement::at_most(
        "largest defect (only SO(2) computes with round-off)",
        worst,
        tolerance::EXACT_F64,
    ));
    outcome.tables.push(table);

    // Subtraction has a closed table in which every row and column is complete.
    let minus = |a: usize, b: usize| (a + 5 - b) % 5;
    let rows: Vec<Vec<usize>> = (0..5)
        .map(|a| (0..5).map(|b| minus(a, b)).collect())
        .collect();
    let subtraction = of_table(&rows);
    control(
        &mut outcome,
        "laws that subtraction modulo 5 violates",
        subtraction,
    );
    let d4 = Group::parse("D4")?;
    control(
        &mut outcome,
        "laws that the table of D4 violates after two entries are exchanged",
        of_table(&exchanged(&d4)),
    );
    // [g f](x) = f(g x) instead of f(g⁻¹ x).
    let square = PlanarGroup::new(&d4)?;
    let grid = LatticeAction::new(&square, [1, 3, 3])?;
    let elements = grid.elements();
    let inverses: std::result::Result<Vec<_>, _> =
        elements.iter().map(|g| grid.source(g)).collect();
    let compatible = laws::action_compatibility(&d4, &inverses?);
    control(
        &mut outcome,
        "action laws that [g f](x) = f(g x) violates: the inverse is missing",
        vec![compatible],
    );
    outcome.text.push(
        "A group is a set with a multiplication that is closed and associative, has an identity \
         and inverses. Nothing else is used in this program: every group is a checked table, and \
         every rotation of pixels an action of it."
            .to_string(),
    );
    outcome.figures.push(figure(&d4, &rows));
    Ok(outcome)
}

/// A control that must find violations; its first witness is told.
fn control(outcome: &mut Outcome, what: &str, checks: Vec<Checked>) {
    let violations: Vec<Violation> = checks.into_iter().filter_map(Checked::err).collect();
    if let Some(first) = violations.first() {
        outcome.text.push(format!("Rejected, {what}: {first}."));
    }
    outcome.control(Measurement::equals(what, violations.len(), 0));
}

/// `rows[g][h]` is the product `g h`.
fn rows_of(group: &Group) -> Vec<Vec<usize>> {
    let product = |g, h| group.compose(g, h).index();
    let row = |g| group.elements().map(|h| product(g, h)).collect();
    group.elements().map(row).collect()
}

fn of_table(rows: &[Vec<usize>]) -> Vec<Checked> {
    match CayleyTable::new(rows) {
        Ok(table) => vec![
            laws::closure(rows),
            laws::associativity(&table),
            laws::identity(&table),
            laws::inverse(&table),
        ],
        // A table that is not closed has no further laws to look at.
        Err(violation) => vec![Err(violation)],
    }
}

fn of_action(action: &FiniteAction) -> Vec<Checked> {
    let group = action.group();
    let images: Vec<Vec<usize>> = group
        .elements()
        .map(|g| action.images(g).to_vec())
        .collect();
    vec![
        laws::action_identity(group, &images),
        laws::action_compatibility(group, &images),
    ]
}

fn of_rotations(rotations: &[PlaneIsometry]) -> Vec<Checked> {
    let compose = |g: &PlaneIsometry, h: &PlaneIsometry| g.compose(h);
    let distance = |g: &PlaneIsometry, h: &PlaneIsometry| g.distance(h);
    let inverse = |g: &PlaneIsometry| g.inverse();
    let matrix = |g: &PlaneIsometry| schur_math::Matrix::from(g.matrix());
    let bound = tolerance::EXACT_F64;
    let identity = PlaneIsometry::IDENTITY;
    vec![
        laws::associativity_at(rotations, &compose, &distance, bound),
        laws::inverse_at(rotations, &identity, &inverse, &compose, &distance, bound),
        // The action on the plane: matrices multiply as the rotations do.
        laws::homomorphism_at(rotations, &compose, &matrix, bound),
    ]
}

/// The table with two neighbouring products of one row exchanged.
fn exchanged(group: &Group) -> Vec<Vec<usize>> {
    let mut rows = rows_of(group);
    let half = group.order() / 2;
    rows[1].swap(half, half + 1);
    rows
}

fn figure(d4: &Group, subtraction: &[Vec<usize>]) -> Figure {
    let elements = || d4.elements();
    let products: Vec<_> = elements()
        .flat_map(|g| elements().map(move |h| (g, h)))
        .map(|(g, h)| d4.compose(g, h))
        .collect();
    // Rotations blue and mirrors orange, deeper with the angle.
    let half = d4.order() / 2;
    let shade = |index: usize| {
        let depth = 0.15 + 0.2 * (index % half) as f64;
        if index < half { depth } else { -depth }
    };
    let group = Panel::new("D4: row times column", 8, {
        products.iter().map(|g| shade(g.index())).collect()
    })
    .letters(
        products
            .iter()
            .map(|&g| pretty(d4.element_name(g)))
            .collect(),
    );
    let entries: Vec<usize> = subtraction.concat();
    let broken = Panel::new("a − b modulo 5: not associative", 5, {
        entries.iter().map(|&v| 0.15 + 0.15 * v as f64).collect()
    })
    .letters(entries.iter().map(ToString::to_string).collect());
    let panels = Panels {
        per_row: 2,
        side: 330.0,
        common_scale: false,
        panels: vec![group, broken],
    };
    Figure::new(
        "tables",
        "A complete table is not yet a group",
        "Left: the symmetries of the square, rotations blue, mirrors orange. The four quarters \
         show the homomorphism to signs: mirror times mirror is a rotation. Right: every row and \
         column of the subtraction table is complete too, but (1 − 1) − 1 is not 1 − (1 − 1).",
        panels.draw(),
    )
}

/// `r^2 s` as `r²s`.
fn pretty(name: &str) -> String {
    name.replace("^2", "²").replace("^3", "³").replace(' ', "")
}
