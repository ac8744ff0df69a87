//! Rotational weight sharing: the 3 x 3 example of the introduction, letter by letter.

use std::f64::consts::FRAC_PI_2;

use schur_math::{
    FiniteRepresentation, LatticeKernelBasis, PlanarGroup, PlanarRepresentation, PlaneIsometry,
    oracle, transform_filter,
};

use crate::error::{Result, fail};
use crate::experiment::{Context, Experiment};
use crate::figure::{Figure, Panel, Panels};
use crate::outcome::{Measurement, Outcome};
use crate::table::{Table, number};
use crate::tolerance;

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "weight-sharing",
    title: "Rotational weight sharing",
    claim: "The parameters of W determine the parameters of its rotated versions, and filters \
            tied together in this way are all the equivariant filters there are.",
    run,
};

/// `W`, `W_r`, `W_{r²}`, `W_{r³}` as the introduction prints them, row by row. It turns
/// clockwise: its `r` is our `r⁻¹`.
const PRINTED: [(&str, &str); 4] = [
    ("W", "abcdefghi"),
    ("W_r", "gdahebifc"),
    ("W_r²", "ihgfedcba"),
    ("W_r³", "cfibehadg"),
];

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let c4 = PlanarGroup::parse("C4")?;
    let letters: Vec<char> = PRINTED[0].1.chars().collect();
    let mut different = 0;
    for (power, (_, printed)) in PRINTED.iter().enumerate() {
        let g = PlaneIsometry::rotation(-FRAC_PI_2 * power as f64)?;
        let moved = transform_filter(&c4, &g, &letters, [1, 3, 3])?;
        different += moved
            .iter()
            .zip(printed.chars())
            .filter(|(a, b)| **a != *b)
            .count();
    }
    outcome.measure(Measurement::equals(
        "letters of the four printed filters that differ",
        different,
        0,
    ));

    let mut table = Table::new(
        "spans",
        "Filters with four orientations: numbers and free parameters",
        &[
            "group",
            "k",
            "numbers",
            "free parameters",
            "distance of copies from solutions",
        ],
    );
    let sizes: &[usize] = context.choose(&[3, 5], &[3, 5, 7]);
    for name in ["C4", "D4"] {
        let group = PlanarGroup::parse(name)?;
        let regular = PlanarRepresentation::regular(&group)?;
        let scalar = PlanarRepresentation::trivial(&group);
        for &k in sizes {
            let solutions = solved(&group, k)?;
            let distance = oracle::span_distance(&copies(&group, k, true)?, &solutions);
            let fast = LatticeKernelBasis::new(&regular, &scalar, [1, k, k])?;
            outcome.measure(Measurement::equals(
                format!("dimension of the solutions, {name}, {k} x {k}"),
                solutions.len(),
                k * k,
            ));
            outcome.measure(Measurement::equals(
                format!("parameters of the layer, {name}, {k} x {k}"),
                fast.dim(),
                k * k,
            ));
            outcome.measure(Measurement::at_most(
                format!("distance of the rotated copies from the solutions, {name}, {k} x {k}"),
                distance,
                tolerance::EXACT_F64,
            ));
            let cells = [k, regular.dim() * k * k, k * k].map(|v| v.to_string());
            table.row(
                std::iter::once(name.to_string())
                    .chain(cells)
                    .chain([number(distance)]),
            );
        }
    }
    let solutions = solved(&c4, 3)?;
    outcome.control(Measurement::at_most(
        "distance from the solutions if the four copies are not rotated",
        oracle::span_distance(&copies(&c4, 3, false)?, &solutions),
        tolerance::EXACT_F64,
    ));
    outcome.control(Measurement::equals(
        "free parameters of four independent 3 x 3 filters",
        4 * 9,
        solutions.len(),
    ));
    outcome.tables.push(table);
    outcome.figures.push(figure());
    outcome.text.push(
        "A filter that looks for a stroke in one direction is turned to look in all four: nine \
         numbers fill thirty-six places. The constraint K(g t) = ρ(g) K(t), written as equations and \
         solved without this idea, has the same nine-dimensional space of solutions."
            .to_string(),
    );
    Ok(outcome)
}

/// All `k x k` filters with `K(g t) = ρ(g) K(t)`, from the equations alone.
fn solved(group: &PlanarGroup, k: usize) -> Result<Vec<Vec<f64>>> {
    let Some(finite) = group.finite() else {
        return fail(format!("{group} has infinitely many elements"));
    };
    let regular = FiniteRepresentation::regular(finite);
    let scalar = FiniteRepresentation::trivial(finite);
    Ok(oracle::kernel_space(group, &regular, &scalar, [1, k, k])?)
}

/// For every tap the unit filter and its copies for all group elements, one behind the other.
fn copies(group: &PlanarGroup, k: usize, rotate: bool) -> Result<Vec<Vec<f64>>> {
    (0..k * k)
        .map(|tap| {
            let mut unit = vec![0.0; k * k];
            unit[tap] = 1.0;
            let mut all = Vec::new();
            for g in group.test_elements() {
                let g = if rotate { g } else { PlaneIsometry::IDENTITY };
                all.extend(transform_filter(group, &g, &unit, [1, k, k])?);
            }
            Ok(all)
        })
        .collect()
}

fn figure() -> Figure {
    let panels = PRINTED.iter().map(|(name, letters)| {
        let shade = |letter: u8| f64::from(letter - b'a' + 1) / 9.0;
        let values = letters.bytes().map(shade).collect();
        let words = letters.chars().map(|c| c.to_string()).collect();
        Panel::new(*name, 3, values).letters(words)
    });
    let drawing = Panels {
        per_row: 4,
        side: 150.0,
        common_scale: true,
        panels: panels.collect(),
    };
    Figure::new(
        "letters",
        "One filter, four orientations, nine parameters",
        "The four filters of the introduction. Equal letters are one parameter; each occurs once \
         in every filter.",
        drawing.draw(),
    )
}
