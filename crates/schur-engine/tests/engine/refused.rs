//! Symmetries and requests that do not fit are refused by name.

use schur_engine::symmetry::{Band, Symmetry};
use schur_engine::{Geometry, PairBasis, Path};

use crate::cases::case;
use crate::paths::with_two_fields;

/// Arrays of a wrong size are refused by name, each of them.
#[test]
fn wrong_symmetries_are_named() {
    let geometry = Geometry::square(5).unwrap();
    let fields = [("mixed", 2)];
    let good = case("C8", &fields, &fields, geometry);
    let (symmetry, bases) = (good.symmetry(), good.bases(&good.symmetry()));
    let says = |change: &dyn Fn(&mut Symmetry), part: &str| {
        let mut symmetry = symmetry.clone();
        change(&mut symmetry);
        let plan = with_two_fields(4, geometry, bases.clone(), &symmetry);
        let message = plan.unwrap_err().to_string();
        assert!(message.contains(part), "{message}");
    };
    says(&|s| s.action.positions.clear(), "no elements");
    says(
        &|s| s.action.irreps[1].matrices.truncate(2),
        "irrep 1 has 2 matrices",
    );
    says(
        &|s| s.action.irreps[1].matrices[1][0] = f64::NAN,
        "finite numbers",
    );
    says(
        &|s| s.action.irreps[0].complex = true,
        "of complex type with dimension 1",
    );
    says(
        &|s| s.action.positions[2].truncate(24),
        "the positions do not have a finite 25 x 25",
    );
    says(
        &|s| s.action.inputs[0][1][3][0].0 = 4,
        "input block 0 do not have a finite 4 x 4",
    );
    says(
        &|s| s.action.outputs[0].truncate(3),
        "output block 0 do not have",
    );
    says(
        &|s| s.action.outputs.clear(),
        "dimension 4, the symmetry nothing",
    );
    let in_band = |change: &dyn Fn(&mut Band), part: &str| {
        says(&|s| change(s.band.as_mut().unwrap()), part);
    };
    in_band(&|b| b.filters.truncate(100), "6 filters on 25 taps");
    in_band(&|b| b.fibres[0].clear(), "0 fibres for 1 blocks");
    in_band(&|b| b.fibres[1][0].parts[0] = 2, "the parts of a fibre");
    in_band(&|b| b.fibres[1][0].basis[5] += 0.1, "not orthogonal");
    in_band(&|b| b.fibres[0][0].parts = vec![3, 1], "mixes the parts");
    in_band(
        &|b| b.fibres[0][0].in_basis.truncate(1),
        "a fibre in the basis of irreps",
    );
}

#[test]
fn wrong_requests_are_named() {
    let geometry = Geometry::square(3).unwrap();
    let plan = case("C4", &[("regular", 2)], &[("regular", 2)], geometry).plan();
    let plan = plan.with_path(Path::Lattice).unwrap();
    let other = case("C4", &[("regular", 3)], &[("regular", 2)], geometry).plan();
    let other = other.with_path(Path::Lattice).unwrap();
    let shape = plan.shape(1, [1, 5, 5]).unwrap();
    let weight = plan.prepare(&vec![0.0_f64; plan.parameters()]).unwrap();
    let says = |result: schur_engine::Result<Vec<f64>>, part: &str| {
        let message = result.unwrap_err().to_string();
        assert!(message.contains(part), "{message}");
    };
    says(
        plan.forward(&other.shape(1, [1, 5, 5]).unwrap(), &[], &weight),
        "12 -> 8 channels",
    );
    says(plan.forward(&shape, &[0.0; 3], &weight), "x has 3 entries");
    says(
        plan.backward_input(&shape, &[0.0; 3], &[]),
        "dy has 3 entries",
    );
    says(
        plan.backward_parameters(&shape, &[0.0; 200], &[0.0; 2]),
        "dy has 2 entries",
    );
    let dense = plan.clone().with_path(Path::Dense).unwrap();
    says(dense.forward(&shape, &[0.0; 200], &weight), "another path");
    assert!(plan.prepare(&[0.0_f32; 3]).is_err());
    let other = other.prepare(&vec![0.0_f64; other.parameters()]).unwrap();
    says(plan.forward(&shape, &[0.0; 200], &other), "prepared weight");
    let trivial = [("trivial", 2)];
    let symmetry = case("C4", &trivial, &trivial, geometry).symmetry();
    let bases = vec![PairBasis::default()];
    let error = with_two_fields(4, geometry, bases, &symmetry).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("input block 0: the layout has dimension 4"),
        "{error}"
    );
}
