//! The hierarchy of linear maps: each constraint leaves a subspace of the one before.

use schur_math::hierarchy::{Boundary, MapLevel, MapSubspace, hierarchy};
use schur_math::{FiniteRepresentation, Matrix, PlanarGroup};

use crate::dense::Random;
use crate::error::{Result, fail};
use crate::experiment::{Context, Experiment};
use crate::figure::{Anchor, Drawing, Figure, Ink, Panel, Panels};
use crate::outcome::{Measurement, Outcome};
use crate::table::{Table, number};
use crate::tolerance;

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "hierarchy",
    title: "The hierarchy of subspaces",
    claim: "Each constraint restricts the parameter search space to a lower dimensional \
            subspace: all maps ⊃ translation ⊃ local ⊃ C2 ⊃ C4 ⊃ D4 equivariant ⊃ invariant, and a \
            group of order |G| leaves 1/|G| of the parameters.",
    run,
};

/// Side of the images, a torus, and of the kernels.
const SIZE: usize = 5;
const KERNEL: usize = 3;

/// A constraint with the space it leaves.
struct Level {
    name: &'static str,
    space: MapSubspace,
    /// Dimension known beforehand.
    known: usize,
}

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let levels = levels()?;
    let mut table = Table::new(
        "dimensions",
        "Linear maps between feature maps of eight channels on 5 x 5 pixels",
        &[
            "maps that are",
            "dimension",
            "part of the one before",
            "distance from the one before",
        ],
    );
    for (i, level) in levels.iter().enumerate() {
        let found = level.space.dim();
        outcome.measure(Measurement::equals(
            format!("dimension of the maps that are {}", level.name),
            found,
            level.known,
        ));
        let (mut part, mut distance) = (String::new(), String::new());
        if i > 0 {
            let outer = &levels[i - 1];
            let off = outer.space.distance_of_space(&level.space)?;
            outcome.measure(Measurement::at_most(
                format!("distance of those from the maps that are {}", outer.name),
                off,
                tolerance::EXACT_F64,
            ));
            part = format!("1/{}", number(outer.space.dim() as f64 / found as f64));
            distance = number(off);
        }
        table.row([level.name.to_string(), found.to_string(), part, distance]);
    }
    // Two groups of order 2, neither of which contains the other.
    let half_turn = of_group("C2")?;
    let mirror = of_group("D1")?;
    outcome.control(Measurement::at_most(
        "distance of the D1-equivariant maps from the C2-equivariant ones: not nested",
        half_turn.distance_of_space(&mirror)?,
        tolerance::EXACT_F64,
    ));
    outcome.control(Measurement::at_most(
        "distance of the C4-equivariant maps from the D4-equivariant ones: nested the other way",
        levels[5].space.distance_of_space(&levels[4].space)?,
        tolerance::EXACT_F64,
    ));
    outcome.tables.push(table);
    outcome.figures.push(nested(&levels));
    outcome.figures.push(projections(context)?);
    outcome.text = vec![
        "The maps take eight channels to eight channels, on which D4 acts by its regular \
         representation, C4 and C2 by the same restricted. Translation equivariance ties the \
         entries of the matrix to one kernel, locality cuts the kernel to 3 x 3, and every \
         symmetry ties its numbers further: the group C2 halves them, C4 quarters them and D4 \
         leaves an eighth."
            .to_string(),
        "Invariance asks more than equivariance: not only must the map commute with the group, \
         its values must not change either. What is smaller is easier to learn, if the truth \
         lies in it."
            .to_string(),
    ];
    Ok(outcome)
}

fn levels() -> Result<Vec<Level>> {
    let level = |name, space, known| Level { name, space, known };
    let channels = 8;
    let free = channels * channels;
    let pixels = SIZE * SIZE;
    let taps = KERNEL * KERNEL;
    Ok(vec![
        level(
            "arbitrary",
            of_level("D4", MapLevel::All)?,
            free * pixels * pixels,
        ),
        level(
            "translation equivariant",
            of_level("D4", MapLevel::Translation)?,
            free * pixels,
        ),
        level(
            "... and local, 3 x 3",
            of_level("D4", MapLevel::Local)?,
            free * taps,
        ),
        level("... and C2-equivariant", of_group("C2")?, free * taps / 2),
        level("... and C4-equivariant", of_group("C4")?, free * taps / 4),
        level("... and D4-equivariant", of_group("D4")?, free * taps / 8),
        // Kernels to a scalar, an eighth of 8 x 9, in all eight outputs alike.
        level(
            "... and D4-invariant",
            of_level("D4", MapLevel::Invariant)?,
            taps,
        ),
    ])
}

fn of_group(group: &str) -> Result<MapSubspace> {
    of_level(group, MapLevel::Equivariant)
}

/// The space of a group and a level, with the regular representation of D4 seen by the group.
fn of_level(group: &str, level: MapLevel) -> Result<MapSubspace> {
    let d4 = PlanarGroup::parse("D4")?;
    let group = PlanarGroup::parse(group)?;
    let Some(finite) = d4.finite() else {
        return fail("D4 has finitely many elements");
    };
    let channels =
        FiniteRepresentation::regular(finite).restricted_to(&group.inclusion_in(&d4)?)?;
    let chain = hierarchy(
        &group,
        &channels,
        &channels,
        SIZE,
        KERNEL,
        Boundary::Periodic,
    )?;
    match chain.into_iter().find(|space| space.level() == level) {
        Some(space) => Ok(space),
        None => fail(format!("the hierarchy of {group} has no level `{level}`")),
    }
}

/// Every space as a card inside that before.
fn nested(levels: &[Level]) -> Figure {
    const STEP: f64 = 42.0;
    let count = levels.len() as f64;
    let height = STEP * count + 10.0 * count;
    let mut drawing = Drawing::new(720.0, height + 4.0);
    for (i, level) in levels.iter().enumerate() {
        let inset = i as f64;
        let at = (2.0 + 14.0 * inset, 2.0 + STEP * inset);
        let size = (716.0 - 28.0 * inset, height - (STEP + 10.0) * inset);
        let colour = [4, 4, 4, 0, 0, 0, 2][i.min(6)];
        drawing.card(at, size, Ink::Colour(colour), 0.09);
        let y = at.1 + 27.0;
        drawing.text((at.0 + 16.0, y), Anchor::Start, "", level.name);
        let dim = level.space.dim();
        let text = match dim {
            0..1_000 => dim.to_string(),
            _ => format!("{},{:03}", dim / 1_000, dim % 1_000),
        };
        drawing.text((at.0 + size.0 - 16.0, y), Anchor::End, "", &text);
    }
    Figure::new(
        "nested",
        "Every constraint leaves a subspace: from 40,000 numbers to 9",
        "Linear maps between feature maps of eight channels on 5 x 5 pixels, with the dimension of \
         each space. Grey: translations and locality; blue: rotations and mirrors; green: \
         invariance.",
        drawing,
    )
}

/// One random matrix on its way down, between images of one channel.
fn projections(context: &Context) -> Result<Figure> {
    let pixels = SIZE * SIZE;
    let map = Random::new(context.seed, 0).vector(pixels * pixels);
    let map = Matrix::new(pixels, pixels, map)?;
    let mut panels = vec![Panel::new("a random map", pixels, map.values().to_vec())];
    for (group, level, title) in [
        ("C2", MapLevel::Translation, "translation"),
        ("C2", MapLevel::Local, "local"),
        ("C2", MapLevel::Equivariant, "C2"),
        ("C4", MapLevel::Equivariant, "C4"),
        ("D4", MapLevel::Equivariant, "D4"),
    ] {
        let group = PlanarGroup::parse(group)?;
        let Some(finite) = group.finite() else {
            return fail(format!("{group} has infinitely many elements"));
        };
        let scalar = FiniteRepresentation::trivial(finite);
        let chain = hierarchy(&group, &scalar, &scalar, SIZE, KERNEL, Boundary::Periodic)?;
        for space in chain.iter().filter(|space| space.level() == level) {
            let title = format!("{title}: {}", space.dim());
            let nearest = space.project(&map)?;
            panels.push(Panel::new(title, pixels, nearest.into_values()));
        }
    }
    let panels = Panels {
        per_row: 3,
        side: 200.0,
        common_scale: false,
        panels,
    };
    Ok(Figure::new(
        "projections",
        "One map on its way down",
        "A random 25 x 25 matrix between images of one channel, and the nearest matrix of every \
         subspace with its dimension. Blue is positive, orange negative.",
        panels.draw(),
    ))
}
