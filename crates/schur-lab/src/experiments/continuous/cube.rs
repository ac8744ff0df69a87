//! Irreps of SO(3) restricted to the rotations of the cube.

use schur_math::{
    Polyhedral, Representation, Schoenflies, SpatialGroup, SpatialIrrep, SymmetryGroup, decompose,
    irreps,
};

use crate::error::{Result, fail};
use crate::outcome::{Measurement, Outcome};
use crate::table::Table;

/// What the spherical harmonics of degree 0 to 10 become, as printed in tables of crystal
/// field theory: multiplicities of A1, A2, E, T1, T2.
const KNOWN: [[usize; 5]; 11] = [
    [1, 0, 0, 0, 0],
    [0, 0, 0, 1, 0],
    [0, 0, 1, 0, 1],
    [0, 1, 0, 1, 1],
    [1, 0, 1, 1, 1],
    [0, 0, 1, 2, 1],
    [1, 1, 1, 1, 2],
    [0, 1, 1, 2, 2],
    [1, 0, 2, 2, 2],
    [1, 1, 1, 3, 2],
    [1, 1, 2, 2, 3],
];

const NAMES: [&str; 5] = ["A1", "A2", "E", "T1", "T2"];

pub(super) fn run(outcome: &mut Outcome) -> Result<()> {
    let octahedral = SpatialGroup::new(Schoenflies::Polyhedral(Polyhedral::O))?;
    let (Some(cube), Some(group)) = (octahedral.finite_subgroup(), octahedral.finite()) else {
        return fail("the rotations of the cube are finite");
    };
    let all = irreps(group);
    let mut table = Table::new(
        "branching",
        "Spherical harmonics of degree l, dimension 2l + 1, as irreps of the cube",
        &[
            "l",
            "dimension",
            "irreps of the cube",
            "invariant functions",
        ],
    );
    let (mut wrong, mut first_invariant, mut wrong_shifted) = (0, None, 0);
    for (degree, known) in KNOWN.iter().enumerate() {
        let rho = Representation::irreducible(&SpatialIrrep::so3(degree)?);
        let restricted = rho.restricted_to_finite(cube)?;
        let mut found = [0; 5];
        for (index, count) in decompose(&restricted)? {
            let name = all[index].name();
            if let Some(place) = NAMES.iter().position(|n| *n == name) {
                found[place] = count;
            }
        }
        wrong += usize::from(found != *known);
        // The control compares with the next degree.
        wrong_shifted += usize::from(KNOWN.get(degree + 1).is_some_and(|next| found != *next));
        if degree > 0 && found[0] > 0 && first_invariant.is_none() {
            first_invariant = Some(degree);
        }
        let terms = NAMES.iter().zip(found).filter(|(_, count)| *count > 0);
        let terms = terms.map(|(name, count)| match count {
            1 => (*name).to_string(),
            _ => format!("{count} {name}"),
        });
        table.row([
            degree.to_string(),
            (2 * degree + 1).to_string(),
            terms.collect::<Vec<_>>().join(" + "),
            found[0].to_string(),
        ]);
    }
    outcome.measure(Measurement::equals(
        "degrees 0 to 10 of SO(3) whose splitting under the cube differs from the published one",
        wrong,
        0,
    ));
    outcome.measure(Measurement::equals(
        "lowest degree with a function that the cube leaves alone",
        first_invariant.unwrap_or(0),
        4,
    ));
    outcome.control(Measurement::equals(
        "degrees that differ if each is compared with the next",
        wrong_shifted,
        0,
    ));
    outcome.tables.push(table);
    Ok(())
}
