//! The compact groups of the plane and of space.

use schur_math::angular_momentum::HalfInteger;
use schur_math::{
    Factor, FactorIrrep, FiniteSubgroup, MathError, Parity, PlanarGroup, PlaneIsometry,
    Representation, Schoenflies, SpatialGroup, SphericalHarmonics, SymmetryGroup, SymmetryIrrep,
};
use serde::Serialize;

use super::branching::{Branch, Parts, Product, branches, parts};
use crate::args::GroupArgs;
use crate::error::{Result, fail};
use crate::say::{line, to_json};

/// Largest degree of a branching table.
const MAX_BAND: usize = 32;
/// Degree up to which irreps are restricted without `--band`.
const BAND: usize = 6;

/// What to know of SO(2), O(2), SO(3), O(3) and SU(2), whose products and restrictions this module
/// has; `None` of other groups.
pub(super) fn about(group: &Factor) -> Option<&'static str> {
    match group {
        Factor::Plane(plane) if plane.finite().is_some() => None,
        Factor::Plane(plane) if plane.has_mirrors() => Some(
            "O(2): the rotations and mirrors of the plane\n  irreps: A1, A2 (the determinant) \
             of dimension 1, E1, E2, … of dimension 2, all of real type",
        ),
        Factor::Plane(_) => Some(
            "SO(2): the rotations of the plane\n  irreps: A of dimension 1, E1, E2, … of \
             dimension 2 and complex type; Ek turns by k times the angle",
        ),
        Factor::Space(space) => match space.kind() {
            Schoenflies::SO3 => Some(
                "SO(3): the rotations of space\n  irreps: 0, 1, 2, … of dimension 2l + 1 and real \
                 type; vectors are 1",
            ),
            Schoenflies::O3 => Some(
                "O(3): the rotations and mirrors of space\n  irreps: 0+, 0-, 1+, 1-, … of dimension \
                 2l + 1 and real type, by the sign of the inversion; vectors are 1-",
            ),
            _ => None,
        },
        Factor::Spin(_) => Some(
            "SU(2): the unit quaternions\n  complex irreps: 0, 1/2, 1, 3/2, … of dimension \
             2j + 1; as real irreps those of half-integer spin have twice that dimension and \
             quaternionic type",
        ),
        Factor::Finite(_) => None,
    }
}

/// Answers about a group that [`about`] knows.
pub(super) fn run(group: &Factor, about: &str, args: &GroupArgs) -> Result<String> {
    if let Some(names) = &args.tensor {
        return tensor(group, names, args.json);
    }
    if let Some(subgroup) = &args.restrict {
        if args.irrep.is_some() {
            return fail("--irrep is for finite groups; here --band chooses the irreps");
        }
        return restrict(group, subgroup, args.band.unwrap_or(BAND), args.json);
    }
    if args.induce.is_some() {
        let finite = match group {
            Factor::Plane(plane) if plane.has_mirrors() => {
                ". SO(2) has parts: schur intertwiners --group 'O(2)' --from 'induced(SO(2), E1)' --to E1"
            }
            Factor::Space(space) if *space == SpatialGroup::o3() => {
                ". SO(3) has parts: schur intertwiners --group 'O(3)' --from 'induced(SO(3), 1)' --to 1+"
            }
            _ => "",
        };
        return fail(format!(
            "what a finite subgroup induces to {group} has infinite dimension; --restrict has the multiplicities, \
             by the theorem of Frobenius{finite}"
        ));
    }
    if args.json {
        return fail(format!(
            "{group} has infinitely many elements and irreps; use --tensor{} with --json",
            match group {
                Factor::Spin(_) => "",
                _ => " or --restrict",
            }
        ));
    }
    let restriction = match group {
        Factor::Spin(_) => String::new(),
        _ => format!(
            "\n  schur group '{group}' --restrict D4 --band 6   restriction to finite subgroups"
        ),
    };
    Ok(format!(
        "{about}\n\n  schur group '{group}' --tensor IRREP IRREP     products{restriction}"
    ))
}

/// The series of Clebsch and Gordan.
fn tensor(group: &Factor, names: &[String], json: bool) -> Result<String> {
    let [left, right] = names else {
        return fail("--tensor takes two irreps, for example --tensor 1 2");
    };
    let irreps: Parts = match group {
        Factor::Plane(plane) => {
            let mirrors = plane.has_mirrors();
            let (a, b) = (plane_label(plane, left)?, plane_label(plane, right)?);
            let mirrored = |odd: bool| match (mirrors, odd) {
                (false, _) => "A",
                (_, false) => "A1",
                _ => "A2",
            };
            match (a, b) {
                ((0, s), (0, t)) => vec![(mirrored(s != t).to_string(), 1)],
                ((0, _), (k, _)) | ((k, _), (0, _)) => vec![(format!("E{k}"), 1)],
                ((k, _), (l, _)) if k == l => {
                    let twice = (format!("E{}", k + l), 1);
                    match mirrors {
                        false => vec![("A".to_string(), 2), twice],
                        true => vec![("A1".to_string(), 1), ("A2".to_string(), 1), twice],
                    }
                }
                ((k, _), (l, _)) => {
                    vec![
                        (format!("E{}", k.abs_diff(l)), 1),
                        (format!("E{}", k + l), 1),
                    ]
                }
            }
        }
        _ => {
            let (a, b) = (spin_label(group, left)?, spin_label(group, right)?);
            let sign = match (a.1, b.1) {
                (Some(p), Some(q)) if p.times(q) == Parity::Even => "+",
                (Some(_), Some(_)) => "-",
                _ => "",
            };
            let twice = (a.0.abs_diff(b.0)..=a.0 + b.0).step_by(2);
            twice
                .map(|twice| (format!("{}{sign}", HalfInteger::halves(twice as i32)), 1))
                .collect()
        }
    };
    let product = Product {
        group: group.to_string(),
        factors: [left.clone(), right.clone()],
        irreps,
    };
    product.show(json)
}

/// Frequency and whether mirrors change the sign.
fn plane_label(plane: &PlanarGroup, name: &str) -> Result<(usize, bool)> {
    let irrep = plane.irrep(name)?;
    let frequency = irrep.frequency();
    Ok((frequency, frequency == 0 && !irrep.is_trivial()))
}

/// Twice the spin and the parity.
fn spin_label(group: &Factor, name: &str) -> Result<(usize, Option<Parity>)> {
    let max = SphericalHarmonics::MAX_DEGREE;
    let found = group.irrep(name).map(|irrep| match irrep {
        FactorIrrep::Space(irrep) => (2 * irrep.band(), irrep.parity()),
        spin => (spin.band(), None),
    });
    match found {
        // Twice the largest degree is the largest result.
        Ok((twice, parity)) if twice <= max => Ok((twice, parity)),
        Ok(_) | Err(MathError::Degree { .. } | MathError::Spin { .. }) => fail(format!(
            "the irrep {name} of {group} is too large; take degrees to {}",
            max / 2
        )),
        Err(error) => Err(error.into()),
    }
}

#[derive(Serialize)]
struct Restriction {
    group: String,
    subgroup: String,
    /// Largest degree or frequency.
    band: usize,
    irreps: Vec<Branch>,
}

/// The irreps up to a degree on a finite subgroup.
fn restrict(group: &Factor, subgroup: &str, band: usize, json: bool) -> Result<String> {
    if band > MAX_BAND {
        return fail(format!(
            "--band {band} is too large; take at most {MAX_BAND}"
        ));
    }
    let finite;
    let mut list: Vec<Branch> = Vec::new();
    let mut add = |irrep: String, rho: schur_math::FiniteRepresentation| -> Result<()> {
        list.push(Branch {
            irrep,
            dimension: rho.dim(),
            parts: parts(&rho)?,
        });
        Ok(())
    };
    match group {
        Factor::Plane(plane) => {
            let inside = on_plane(subgroup)?;
            finite = PlanarGroup::parse(subgroup)?.name().to_string();
            for irrep in plane.irreps(band)? {
                let rho = Representation::irreducible(&irrep);
                add(irrep.to_string(), rho.restricted_to_finite(&inside)?)?;
            }
        }
        Factor::Space(whole) => {
            let point = SpatialGroup::parse(subgroup.trim())?;
            let Some(inside) = point.finite_subgroup() else {
                return fail(format!("{subgroup} is infinite; take a finite point group"));
            };
            if !whole.contains_group(&point) {
                return fail(format!(
                    "{subgroup} has improper elements, which are not in {whole}; take O(3)"
                ));
            }
            finite = point.name().to_string();
            for irrep in whole.irreps(band)? {
                let rho = Representation::irreducible(&irrep);
                add(irrep.to_string(), rho.restricted_to_finite(inside)?)?;
            }
        }
        Factor::Spin(_) | Factor::Finite(_) => {
            return fail(
                "--restrict is for SO(2), O(2), SO(3) and O(3); whole spins of SU(2) restrict as \
                 in SO(3)",
            );
        }
    }
    let output = Restriction {
        group: group.to_string(),
        subgroup: finite.clone(),
        band,
        irreps: list,
    };
    if json {
        return to_json(&output);
    }
    let mut out = String::new();
    line!(out, "{group} restricted to {finite}, degrees 0 to {band}\n");
    branches(&mut out, &output.group, &finite, &output.irreps);
    Ok(out)
}

/// `C_n` or `D_n` as a group of rotations and mirrors of the plane.
fn on_plane(name: &str) -> Result<FiniteSubgroup<PlaneIsometry>> {
    match FiniteSubgroup::of_plane(&PlanarGroup::parse(name)?) {
        Some(subgroup) => Ok(subgroup),
        None => fail(format!("{name} is infinite; take Cn or Dn")),
    }
}
