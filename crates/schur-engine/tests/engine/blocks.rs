//! What plans in blocks are made of: it is the whole basis or is refused, the same for any number of
//! threads, and shared by plans with equal bases.

use schur_engine::{Entry, Geometry, Path};

use crate::cases::{Case, case};
use crate::tolerance;

/// Convolutions of groups with irreps of all kinds, with and without a subgroup of signs.
fn cases() -> Vec<Case> {
    let cube = Geometry::new([3; 3], [1; 3], [1; 3], [1; 3]).unwrap();
    let square = Geometry::square(3).unwrap();
    let of = |group, fields: &str, geometry| {
        let mut case = case(group, &[(fields, 2)], &[(fields, 1)], geometry);
        case.subgroups = group.ends_with('h');
        case
    };
    vec![
        of("C4", "regular", square),
        of("D8", "mixed", square),
        of("Th", "mixed", cube),
        of("O", "regular", cube),
        of("Oh", "vector", cube),
    ]
}

/// Blocks are read off at a few components of the output; a number that is wrong at any other is
/// found too, however small.
#[test]
fn a_wrong_number_is_found_at_every_component() {
    for case in cases() {
        let symmetry = case.symmetry();
        let good = case.bases(&symmetry);
        assert!(case.plan_of(good.clone()).costs().len() > 1);
        for out in 0..symmetry.action.outputs[0][0].len() {
            let mut bases = good.clone();
            bases[0].elements[1].push(Entry {
                out,
                input: out,
                tap: 1,
                value: tolerance::WRONG_NUMBER,
            });
            let plan = case.plan_of(bases);
            let words = plan.explain();
            assert_eq!(plan.costs().len(), 1, "{out}: {words}");
            assert!(words.contains("does not commute"), "{out}: {words}");
        }
    }
}

fn programs(case: &Case) -> String {
    let plan = case.plan();
    let path = |path| (plan.program(path), plan.input_gradient_program(path));
    let paths = [Path::Lattice, Path::BandLimited].map(path);
    assert!(paths[0].0.is_some(), "{}", plan.explain());
    format!("{paths:?}")
}

#[test]
fn programs_are_the_same_for_any_number_of_threads() {
    for case in cases() {
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            pool.build().unwrap().install(|| programs(&case))
        };
        let one = run(1);
        assert!(one == run(2) && one == run(3), "{case:?}");
        // And beside a plan that has them already.
        let _other = case.plan();
        assert!(one == run(2), "{case:?}");
    }
}

/// Blocks are a large part of a plan's memory: they are there once, whatever the multiplicities.
#[test]
fn plans_with_equal_bases_share_their_blocks() {
    let cube = Geometry::new([3; 3], [1; 3], [1; 3], [1; 3]).unwrap();
    let of = |fields, copies| case("O", &[(fields, copies)], &[(fields, 2)], cube).plan();
    let (narrow, wide, other) = (of("regular", 1), of("regular", 5), of("mixed", 1));
    let both = |plan: &schur_engine::ConvPlan| {
        let forward = plan.program(Path::Lattice).unwrap();
        let adjoint = plan.input_gradient_program(Path::Lattice).unwrap();
        [forward, adjoint].map(|program| std::ptr::from_ref(program.pairs[0].by_number()))
    };
    assert_eq!(both(&narrow), both(&wide));
    assert_ne!(both(&narrow)[0], both(&narrow)[1]);
    assert_ne!(both(&narrow)[0], both(&other)[0]);
}
