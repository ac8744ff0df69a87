//! Laws of actions, representations and kernels on the cyclic and dihedral groups.

use schur_math::laws::{self, Law, LawReport};
use schur_math::{
    FiniteAction, FiniteRepresentation, Group, LatticeAction, MathError, Matrix, PlanarGroup,
    PlanarRepresentation, decompose, irreps, tolerance,
};

/// C1 to C12 and D1 to D12.
fn groups() -> Vec<Group> {
    let cyclic = (1..=12).map(|n| Group::cyclic(n).unwrap());
    let dihedral = (1..=12).map(|n| Group::dihedral(n).unwrap());
    cyclic.chain(dihedral).collect()
}

fn planar_groups() -> Vec<PlanarGroup> {
    groups()
        .iter()
        .map(|g| PlanarGroup::new(g).unwrap())
        .collect()
}

fn rows(group: &Group) -> Vec<Vec<usize>> {
    let row = |g| {
        group
            .elements()
            .map(|h| group.compose(g, h).index())
            .collect()
    };
    group.elements().map(row).collect()
}

fn matrices(rho: &FiniteRepresentation) -> Vec<Matrix> {
    rho.group().elements().map(|g| rho.matrix(g)).collect()
}

/// Homomorphism over all pairs, and orthogonality.
fn assert_representation(rho: &FiniteRepresentation) {
    let group = rho.group();
    let matrices = matrices(rho);
    let report = laws::homomorphism(group, &matrices)
        .unwrap_or_else(|violation| panic!("{rho:?}: {violation}"));
    assert_eq!(report.cases, group.order().pow(2) + 1, "{rho:?}");
    let report = laws::orthogonality(group, &matrices)
        .unwrap_or_else(|violation| panic!("{rho:?}: {violation}"));
    assert_eq!(report.cases, group.order(), "{rho:?}");
    for g in group.elements() {
        let trace = rho.matrix(g).trace();
        assert_eq!(rho.character(g), trace, "{rho:?}");
    }
}

#[test]
fn group_laws() {
    for group in groups() {
        let n = group.order();
        let exact = |report: LawReport, law| {
            assert_eq!((report.law, report.worst), (law, 0.0), "{group}");
            report.cases
        };
        let table = group.table();
        assert_eq!(
            exact(laws::closure(&rows(&group)).unwrap(), Law::Closure),
            n * n
        );
        assert_eq!(exact(laws::identity(table).unwrap(), Law::Identity), n);
        assert_eq!(exact(laws::inverse(table).unwrap(), Law::Inverse), n);
        assert!(exact(laws::associativity(table).unwrap(), Law::Associativity) >= n * n);
    }
}

#[test]
fn groups_rebuilt_from_their_tables_are_equal() {
    for group in groups() {
        let rebuilt = Group::from_cayley_table("again", &rows(&group)).unwrap();
        assert_eq!(rebuilt, group);
        assert_eq!(
            rebuilt.subgroup_generated(rebuilt.generators()).order(),
            group.order()
        );
    }
}

#[test]
fn generators_generate() {
    for group in groups() {
        assert_eq!(
            group.subgroup_generated(group.generators()).order(),
            group.order()
        );
    }
}

#[test]
fn the_planar_matrices_are_a_representation() {
    for planar in planar_groups() {
        assert_representation(
            &PlanarRepresentation::defining(&planar)
                .finite()
                .unwrap()
                .clone(),
        );
    }
}

#[test]
fn lattice_matrices_are_the_planar_matrices() {
    for planar in planar_groups() {
        let group = planar.finite().unwrap();
        let defining = PlanarRepresentation::defining(&planar)
            .finite()
            .unwrap()
            .clone();
        for g in group.elements() {
            let matrix = defining.matrix(g);
            let is_integer = matrix.values().iter().all(|v| v.fract() == 0.0);
            let lattice = planar.rotation(g).unwrap().lattice_matrix();
            assert_eq!(lattice.is_some(), is_integer, "{group} {g:?}");
            if let Some(lattice) = lattice {
                assert_eq!(
                    lattice
                        .concat()
                        .into_iter()
                        .map(f64::from)
                        .collect::<Vec<_>>(),
                    matrix.values()
                );
            }
        }
    }
}

#[test]
fn actions_on_grids() {
    let mut checked = Vec::new();
    for planar in planar_groups()
        .iter()
        .filter(|planar| planar.is_lattice_exact())
    {
        checked.push(planar.finite().unwrap().name().to_string());
        for side in 1..=6 {
            let grid = LatticeAction::new(planar, [1, side, side]).unwrap();
            // The constructor checks the action laws.
            let action = grid.finite_action().unwrap();
            for g in planar.finite().unwrap().elements() {
                let source = grid.source(&planar.rotation(g).unwrap()).unwrap();
                for (src, &dest) in action.images(g).iter().enumerate() {
                    assert_eq!(source[dest], src);
                }
            }
            assert_representation(&FiniteRepresentation::of_action(&action).unwrap());
        }
    }
    assert_eq!(checked, ["C1", "C2", "C4", "D1", "D2", "D4"]);
}

#[test]
fn actions_on_wide_grids() {
    for name in ["C2", "D1", "D2"] {
        let planar = PlanarGroup::new(&Group::parse(name).unwrap()).unwrap();
        for (height, width) in [(1, 4), (2, 3), (5, 2)] {
            let grid = LatticeAction::new(&planar, [1, height, width]).unwrap();
            let orbits = grid.finite_action().unwrap().orbits();
            assert_eq!(orbits.concat().len(), height * width);
        }
    }
}

#[test]
fn orbit_and_stabilizer() {
    let d4 = PlanarGroup::new(&Group::parse("D4").unwrap()).unwrap();
    let action = LatticeAction::new(&d4, [1, 5, 5])
        .unwrap()
        .finite_action()
        .unwrap();
    for orbit in action.orbits() {
        for x in orbit.iter().copied() {
            let stabilizer = action.stabilizer(x).unwrap();
            assert_eq!(stabilizer.order() * orbit.len(), 8);
            assert!(
                stabilizer
                    .elements()
                    .iter()
                    .all(|&g| action.images(g)[x] == x)
            );
        }
    }
}

#[test]
fn trivial_regular_and_quotient_representations() {
    for group in groups() {
        let trivial = FiniteRepresentation::trivial(&group);
        assert!(trivial.is_trivial());
        assert_representation(&trivial);
        let regular = FiniteRepresentation::regular(&group);
        assert_eq!(regular.is_trivial(), group.order() == 1);
        assert_representation(&regular);
        for subgroup in group.subgroups().unwrap() {
            let quotient = FiniteRepresentation::quotient(&group, &subgroup).unwrap();
            assert!(quotient.is_permutation());
            assert_eq!(quotient.dim(), subgroup.index());
            assert_representation(&quotient);
            let action = FiniteAction::new(
                &group,
                group
                    .elements()
                    .map(|g| quotient.permutation(g).unwrap().to_vec())
                    .collect(),
            );
            assert_eq!(action.unwrap().orbits().len(), 1, "cosets are one orbit");
        }
    }
}

#[test]
fn irreps_are_representations_and_complete() {
    for group in groups() {
        let all = irreps(&group);
        let mut squares = 0;
        for (i, irrep) in all.iter().enumerate() {
            let rho = irrep.representation();
            assert_representation(rho);
            let endomorphisms = irrep.endomorphism_type().dim();
            squares += rho.dim().pow(2) / endomorphisms;
            for (j, other) in all.iter().enumerate() {
                let expected = if i == j { endomorphisms as f64 } else { 0.0 };
                let inner = rho.inner_product(other.representation()).unwrap();
                assert!(
                    (inner - expected).abs() < tolerance::REPRESENTATION_DEFECT,
                    "{group}: <{}, {}> = {inner}",
                    irrep.name(),
                    other.name()
                );
            }
        }
        assert_eq!(squares, group.order(), "{group}");
    }
}

#[test]
fn the_regular_representation_contains_every_irrep() {
    for group in groups() {
        let parts = decompose(&FiniteRepresentation::regular(&group)).unwrap();
        let all = irreps(&group);
        let expected: Vec<(usize, usize)> = all
            .iter()
            .map(|irrep| irrep.representation().dim() / irrep.endomorphism_type().dim())
            .enumerate()
            .collect();
        assert_eq!(parts, expected, "{group}");
    }
}

#[test]
fn the_defining_representation_of_dihedral_groups_is_e1() -> Result<(), MathError> {
    for n in 3..=12 {
        let planar = PlanarGroup::new(&Group::dihedral(n)?)?;
        let parts = decompose(
            &PlanarRepresentation::defining(&planar)
                .finite()
                .unwrap()
                .clone(),
        )?;
        let names: Vec<String> = parts
            .iter()
            .map(|&(i, _)| irreps(planar.finite().unwrap())[i].name().into())
            .collect();
        assert_eq!(names, ["E1"]);
    }
    Ok(())
}

#[test]
fn sums_and_products() -> Result<(), MathError> {
    for group in groups() {
        let all = irreps(&group);
        let dense = all
            .last()
            .expect("every group has an irrep")
            .representation();
        let regular = FiniteRepresentation::regular(&group);
        for (a, b) in [(dense, &regular), (dense, dense), (&regular, dense)] {
            let (sum, product) = (a.direct_sum(b)?, a.tensor_product(b)?);
            assert_eq!(
                (sum.dim(), product.dim()),
                (a.dim() + b.dim(), a.dim() * b.dim())
            );
            if product.dim() <= 24 {
                assert_representation(&product);
            }
            assert_representation(&sum);
            for g in group.elements() {
                let (x, y) = (a.character(g), b.character(g));
                assert!((sum.character(g) - x - y).abs() < tolerance::REPRESENTATION_DEFECT);
                assert!((product.character(g) - x * y).abs() < tolerance::REPRESENTATION_DEFECT);
            }
        }
    }
    Ok(())
}

#[test]
fn products_of_signed_permutations_are_kronecker_products() -> Result<(), MathError> {
    let d4 = PlanarGroup::new(&Group::parse("D4")?)?;
    let (a, b) = (
        PlanarRepresentation::defining(&d4)
            .finite()
            .unwrap()
            .clone(),
        FiniteRepresentation::regular(d4.finite().unwrap()),
    );
    let product = a.tensor_product(&b)?;
    assert!(product.is_monomial());
    for g in d4.finite().unwrap().elements() {
        let (x, y, xy) = (a.matrix(g), b.matrix(g), product.matrix(g));
        for (k, &value) in xy.values().iter().enumerate() {
            let (row, col) = (k / 16, k % 16);
            let factor = x[(row / 8, col / 8)];
            assert_eq!(value, factor * y[(row % 8, col % 8)]);
        }
    }
    Ok(())
}
