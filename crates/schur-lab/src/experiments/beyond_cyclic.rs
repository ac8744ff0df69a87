//! S4 as the rotations of a cube, and layers for its corners, for sets and for graphs.

mod learning;

use schur_math::{
    CharacterTable, FiniteAction, FiniteRepresentation, Group, MatrixGroup, PermutationGroup,
    Polyhedral, decompose, irrep, irreps,
};

use crate::dense::relative_difference;
use crate::error::{Result, fail};
use crate::experiment::{Context, Experiment};
use crate::figure::{Anchor, Drawing, Figure, Ink};
use crate::outcome::{Measurement, Outcome};
use crate::table::Table;
use crate::tolerance;

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "beyond-cyclic",
    title: "Beyond cyclic groups",
    claim: "The same construction serves groups like S4: as rotations of the cube, and as \
            permutations of sets and graphs, equivariant layers learn from fewer samples than \
            unconstrained ones.",
    run,
};

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let cube = MatrixGroup::polyhedral(Polyhedral::O);
    structure(&cube, &mut outcome)?;
    outcome.figures.push(Figure::new(
        "cube",
        "The 24 rotations of the cube are the 24 permutations of its four diagonals",
        "Every rotation exchanges the four space diagonals in its own way, and every permutation \
         of them occurs.",
        draw_cube(),
    ));
    learning::run(context, &cube, &mut outcome)?;
    outcome.text.push(
        "Nothing so far was special to turns of the plane. A group with a representation on the \
         input and one on the output gives a basis of equivariant maps, and the coefficients are \
         what is learnt. For the corners of a cube these are 4 numbers instead of 64, for sets \
         of five 2 instead of 25, for graphs with five nodes 15 instead of 625."
            .to_string(),
    );
    Ok(outcome)
}

/// S4 and the cube: isomorphism, irreps, and what lives on corners, edges and faces.
fn structure(cube: &MatrixGroup, outcome: &mut Outcome) -> Result<()> {
    let group = cube.group();
    let diagonals = [
        [1.0, 1.0, 1.0],
        [1.0, -1.0, -1.0],
        [-1.0, 1.0, -1.0],
        [-1.0, -1.0, 1.0],
    ];
    let images = images_of(cube, &diagonals, true)?;
    let action = FiniteAction::new(group, images.clone())?;
    let mut distinct = images;
    distinct.sort();
    distinct.dedup();
    outcome.measure(Measurement::equals(
        "different permutations of the four diagonals",
        distinct.len(),
        24,
    ));
    let s4 = PermutationGroup::symmetric(4)?;
    let isomorphic = |to: &Group| {
        Ok::<_, crate::error::LabError>(usize::from(group.isomorphism_to(to)?.is_some()))
    };
    outcome.measure(Measurement::equals(
        "isomorphisms found from the cube to S4",
        isomorphic(s4.group())?,
        1,
    ));
    // Of order 24 as well.
    let other = Group::parse("A4 x C2")?;
    outcome.control(Measurement::equals(
        "isomorphisms found from the cube to A4 x C2, which has 24 elements too",
        isomorphic(&other)?,
        1,
    ));
    let all = irreps(group);
    let squares = all
        .iter()
        .map(|irrep| irrep.representation().dim().pow(2))
        .sum();
    outcome.measure(Measurement::equals(
        "sum of the squared dimensions of its irreps",
        squares,
        24,
    ));
    outcome.measure(Measurement::equals(
        "number of irreps minus that of conjugacy classes",
        all.len() - CharacterTable::new(group).classes().len(),
        0,
    ));
    let vector = irrep(group, "T1")?;
    let defects = group.elements().map(|g| {
        relative_difference(
            vector.representation().matrix(g).values(),
            cube.matrix(g).values(),
        )
    });
    outcome.measure(Measurement::at_most(
        "difference of the irrep T1 from the rotation matrices",
        defects.fold(0.0, f64::max),
        tolerance::EXACT_F64,
    ));
    let mut table = Table::new(
        "decompositions",
        "Functions on parts of the cube as sums of irreps of S4",
        &["functions on", "dimension", "irreps"],
    );
    let mut row = |what: &str, representation: &FiniteRepresentation| -> Result<String> {
        let parts = decompose(representation)?;
        let names = parts.iter().map(|&(index, count)| match count {
            1 => all[index].name().to_string(),
            _ => format!("{count} {}", all[index].name()),
        });
        let sum = names.collect::<Vec<_>>().join(" + ");
        table.row([
            what.to_string(),
            representation.dim().to_string(),
            sum.clone(),
        ]);
        Ok(sum)
    };
    row("diagonals", &FiniteRepresentation::of_action(&action)?)?;
    row("faces", &permutations(cube, &faces())?)?;
    let corners = row("corners", &permutations(cube, &corners())?)?;
    row("edges", &permutations(cube, &edges())?)?;
    outcome.tables.push(table);
    outcome.text.push(format!(
        "Functions on the eight corners of the cube are {corners}: their mean, the sign of the \
         tetrahedron they stand on, a vector and a quadrupole part."
    ));
    Ok(())
}

/// The permutation representation on points of space.
fn permutations(cube: &MatrixGroup, points: &[[f64; 3]]) -> Result<FiniteRepresentation> {
    let action = FiniteAction::new(cube.group(), images_of(cube, points, false)?)?;
    Ok(FiniteRepresentation::of_action(&action)?)
}

/// Where every element sends every point, or every line through the origin.
fn images_of(cube: &MatrixGroup, points: &[[f64; 3]], lines: bool) -> Result<Vec<Vec<usize>>> {
    let image = |g, point: &[f64; 3]| {
        let matrix = cube.matrix(g);
        let moved: [f64; 3] =
            std::array::from_fn(|i| (0..3).map(|j| matrix[(i, j)] * point[j]).sum());
        let opposite = moved.map(|v| 0.0 - v);
        // The matrices are integers, so equality is exact.
        points
            .iter()
            .position(|p| *p == moved || lines && *p == opposite)
    };
    let mut all = Vec::new();
    for g in cube.group().elements() {
        let row: Option<Vec<usize>> = points.iter().map(|p| image(g, p)).collect();
        match row {
            Some(row) => all.push(row),
            None => return fail("a rotation of the cube moves a point off the list"),
        }
    }
    Ok(all)
}

fn corners() -> Vec<[f64; 3]> {
    grid(3)
}

fn edges() -> Vec<[f64; 3]> {
    grid(2)
}

fn faces() -> Vec<[f64; 3]> {
    grid(1)
}

/// Points with coordinates -1, 0 and 1 of which so many are not 0.
fn grid(nonzero: usize) -> Vec<[f64; 3]> {
    let coordinate = |i: usize| i as f64 - 1.0;
    let point = |i: usize| [coordinate(i / 9), coordinate(i / 3 % 3), coordinate(i % 3)];
    let count = |p: &[f64; 3]| p.iter().filter(|v| **v != 0.0).count();
    (0..27).map(point).filter(|p| count(p) == nonzero).collect()
}

/// A cube with its diagonals in four colours.
fn draw_cube() -> Drawing {
    let mut drawing = Drawing::new(720.0, 320.0);
    let place = |p: &[f64; 3]| {
        let (x, y) = (p[0] + 0.42 * p[1], p[2] + 0.3 * p[1]);
        (360.0 + 92.0 * x, 160.0 - 92.0 * y)
    };
    let corners = corners();
    for (i, a) in corners.iter().enumerate() {
        for b in &corners[i + 1..] {
            let apart = a.iter().zip(b).filter(|(x, y)| x != y).count();
            if apart == 1 {
                drawing.line(place(a), place(b), Ink::Muted, 1.6);
            }
        }
    }
    let upper: Vec<&[f64; 3]> = corners.iter().filter(|p| p[2] > 0.0).collect();
    for (colour, p) in upper.into_iter().enumerate() {
        let opposite = p.map(|v| -v);
        drawing.line(place(p), place(&opposite), Ink::Colour(colour), 3.0);
        for end in [p, &opposite] {
            drawing.dot(place(end), 5.0, Ink::Colour(colour));
        }
        let (x, y) = place(p);
        drawing.text(
            (x, y - 12.0),
            Anchor::Middle,
            "",
            &format!("{}", colour + 1),
        );
    }
    drawing
}
