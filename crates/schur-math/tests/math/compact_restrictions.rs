//! Restriction of representations of compact groups to closed and finite subgroups, and
//! induction.

use schur_math::{
    CompactGroup, CompactHomomorphism, FiniteSubgroup, MathError, PlanarGroup, PlaneIsometry,
    PointGroup, Representation, SpaceIsometry, SpatialGroup, SpatialIrrep, SpatialRepresentation,
    SpinRotations, SymmetryGroup, UnitQuaternion, decompose, irreps,
};

use crate::support::golden;
use crate::support::tolerance as bounds;

use crate::support::compact::{assert_representation, elements, inside, sum};
use crate::support::groups::space;

#[test]
fn restrictions_are_those_of_the_books() {
    let two = |name: &str| sum(&SpatialGroup::so3(), &[name]);
    let (so3, o3) = (SpatialGroup::so3(), SpatialGroup::o3());
    let axial = inside("SO(2)", &so3);
    let dihedral = inside("O(2)", &so3);
    let cone = inside("cone", &o3);
    let shown = |rho: Representation<SpatialIrrep>| rho.to_string();
    assert_eq!(
        shown(two("3").restricted_along(&axial).unwrap()),
        "A + E1 + E2 + E3"
    );
    // Half turns about y change the sign of z, and of Y_{l0} for odd l.
    assert_eq!(
        shown(two("1").restricted_along(&dihedral).unwrap()),
        "A2 + E1"
    );
    assert_eq!(
        shown(two("2").restricted_along(&dihedral).unwrap()),
        "A1 + E1 + E2"
    );
    let polar = sum(&SpatialGroup::o3(), &["1-"]);
    let pseudo = sum(&SpatialGroup::o3(), &["1+"]);
    assert_eq!(shown(polar.restricted_along(&cone).unwrap()), "A1 + E1");
    assert_eq!(shown(pseudo.restricted_along(&cone).unwrap()), "A2 + E1");
    let proper = CompactHomomorphism::so3_in_o3();
    assert_eq!(polar.restricted_along(&proper).unwrap().to_string(), "1");
    let covering = CompactHomomorphism::covering();
    assert_eq!(
        two("2").restricted_along(&covering).unwrap().to_string(),
        "2"
    );
    let full = inside("full cylinder", &o3);
    assert_eq!(
        polar.restricted_along(&full).unwrap().to_string(),
        "A2u + E1u"
    );
    let spin = covering.then(&proper).unwrap();
    assert_eq!(pseudo.restricted_along(&spin).unwrap().to_string(), "1");
    let flat = CompactHomomorphism::so2_in_o2();
    let plane = sum(&PlanarGroup::o2(), &["A2", "E3"]);
    assert_eq!(plane.restricted_along(&flat).unwrap().to_string(), "A + E3");
    // In two steps or in one, in any orientation: the matrices are those of ρ.
    let chain = axial.then(&proper).unwrap();
    let tilt = SpaceIsometry::from_axis_angle([1.0, 2.0, 0.5], 0.8).unwrap();
    let tilted = chain.conjugated_by(&tilt).unwrap();
    for rho in [&polar, &pseudo.tensor_product(&polar).unwrap()] {
        for homomorphism in [&chain, &tilted, &cone, &cone.conjugated_by(&tilt).unwrap()] {
            let restricted = rho.restricted_along(homomorphism).unwrap();
            for h in elements(homomorphism.source(), 3) {
                let image = homomorphism.apply(&h).unwrap();
                let (a, b) = (restricted.matrix(&h).unwrap(), rho.matrix(&image).unwrap());
                assert!(a.difference(&b) < bounds::DENSE);
            }
        }
    }
    // Groups chosen by name.
    let named = |name: &str| CompactGroup::parse(name).unwrap();
    let product = named("O(3) x S3");
    let first = CompactHomomorphism::factor(&product, 0, SpatialGroup::o3()).unwrap();
    let rho = sum(&product, &["1- x 2", "0+ x 1"]);
    assert_eq!(
        rho.restricted_along(&first).unwrap().to_string(),
        "2 1- + 0+"
    );
    let cylinder = inside("cylinder", &o3);
    let rho = rho
        .restricted_along(&cylinder.then(&first).unwrap())
        .unwrap();
    assert_eq!(rho.to_string(), "2 Au + 2 E1u + Ag");
    assert!(CompactHomomorphism::factor(&product, 1, SpatialGroup::o3()).is_err());
    assert!(CompactHomomorphism::factor(&product, 2, SpatialGroup::o3()).is_err());
    assert!(CompactHomomorphism::of_space(&space("cone"), &so3).is_err());
    assert!(two("1").restricted_along(&cone).is_err());
    assert!(axial.then(&cone).is_err());
}

#[test]
fn induction_is_adjoint_to_restriction() {
    let flat = CompactHomomorphism::so2_in_o2();
    for name in ["A", "E1", "E2"] {
        let rho = sum(&PlanarGroup::so2(), &[name]);
        let induced = rho.induced_to(&flat).unwrap();
        assert_representation(&induced);
        for sigma in PlanarGroup::o2().irreps(2).unwrap() {
            let sigma = Representation::irreducible(&sigma);
            let down = rho
                .inner_product(&sigma.restricted_along(&flat).unwrap())
                .unwrap();
            assert_eq!(induced.inner_product(&sigma).unwrap(), down, "{name}");
        }
    }
    let proper = CompactHomomorphism::so3_in_o3();
    let rho = sum(&SpatialGroup::so3(), &["2", "0"]);
    let induced = rho.induced_to(&proper).unwrap();
    assert_eq!(induced.to_string(), "0+ + 0- + 2+ + 2-");
    // Without cosets, with too few, with a wrong lift.
    let axial = inside("SO(2)", &SpatialGroup::so3());
    let plane = sum(&space("SO(2)"), &["A"]);
    let error = plane.induced_to(&axial).unwrap_err();
    assert!(error.to_string().contains("with_cosets"), "{error}");
    let bare = || CompactHomomorphism::new(PlanarGroup::so2(), PlanarGroup::o2(), 1, |g| Ok(*g));
    let proper = |g: &PlaneIsometry| (!g.is_reflected()).then_some(*g);
    let one = vec![PlaneIsometry::IDENTITY];
    assert!(bare().unwrap().with_cosets(one, proper).is_err());
    let both = vec![PlaneIsometry::IDENTITY, PlaneIsometry::MIRROR];
    assert!(bare().unwrap().with_cosets(both.clone(), proper).is_ok());
    assert!(
        bare()
            .unwrap()
            .with_cosets(both, |g| Some(g.inverse()))
            .is_err()
    );
}

#[test]
fn finite_subgroups_in_any_orientation() -> Result<(), MathError> {
    let tilt = SpaceIsometry::from_axis_angle([0.3, 1.0, -2.0], 1.1)?;
    let rho = sum(&SpatialGroup::o3(), &["2+", "1-"]);
    for name in ["C4v", "D3d", "Th", "Oh"] {
        let group = SpatialGroup::parse(name)?;
        let upright = group.finite_subgroup().unwrap();
        let tilted = upright.conjugated_by(&tilt);
        let (straight, crooked) = (
            CompactHomomorphism::of_finite(upright, SpatialGroup::o3())?,
            CompactHomomorphism::of_finite(&tilted, SpatialGroup::o3())?,
        );
        let (a, b) = (
            rho.restricted_along(&straight)?,
            rho.restricted_along(&crooked)?,
        );
        assert!(a.is_isomorphic_to(&b)?, "{name}");
        assert_ne!(a, b, "{name}");
        // The same multiplicities by the finite decomposition.
        let finite = rho.restricted_to_finite(&tilted)?;
        for (index, irrep) in irreps(tilted.group()).iter().enumerate() {
            let parts = decompose(&finite)?;
            let count = parts
                .iter()
                .find(|(i, _)| *i == index)
                .map_or(0, |(_, m)| *m);
            assert_eq!(b.multiplicity(irrep), count, "{name} {irrep}");
        }
    }
    let mirrored = SpatialGroup::parse("C4v")?;
    let mirrored = mirrored.finite_subgroup().unwrap();
    assert!(CompactHomomorphism::of_finite(mirrored, SpatialGroup::so3()).is_err());
    let i = UnitQuaternion::new(0.0, 1.0, 0.0, 0.0)?;
    let j = UnitQuaternion::new(0.0, 0.0, 1.0, 0.0)?;
    let q8 = FiniteSubgroup::generated_by("Q8", &[i, j])?;
    let inclusion = CompactHomomorphism::of_finite(&q8, SpinRotations)?;
    let spinor = Representation::irreducible(&SpinRotations.irrep("1/2")?);
    let restricted = spinor.restricted_along(&inclusion)?;
    assert_eq!((restricted.parts().len(), restricted.dim()), (1, 4));
    Ok(())
}

#[test]
fn branching_to_the_polyhedral_groups() {
    let names = [["A1", "A2", "E", "T1", "T2"], ["A", "T1", "T2", "G", "H"]];
    let groups = ["O", "I"].map(|name| {
        let group = SpatialGroup::parse(name).unwrap();
        let point = group.finite_subgroup().unwrap();
        CompactHomomorphism::of_finite(point, SpatialGroup::so3()).unwrap()
    });
    for row in golden::rows("branching.csv") {
        let [which, degree, part, multiplicity] = row.numbers();
        let inclusion = &groups[which as usize];
        let rho = sum(&SpatialGroup::so3(), &[&degree.to_string()]);
        let restricted = rho.restricted_along(inclusion).unwrap();
        let irrep = inclusion
            .source()
            .irrep(names[which as usize][part as usize])
            .unwrap();
        let found = restricted.multiplicity(&irrep) as f64;
        assert!(
            (found - multiplicity).abs() < row.tolerance(),
            "{row:?} {found}"
        );
    }
}

/// Inside the symmetries of the cube, standing upright or turned: restrictions have the matrices of
/// the group, and induction is adjoint to them, for every subgroup up to conjugation.
#[test]
fn subgroups_of_the_cube() -> Result<(), MathError> {
    for name in ["Oh", "O@30,40,50", "D4h@x"] {
        let group = space(name);
        let finite = group.finite().unwrap();
        let irreps = group.irreps(0)?;
        let regular = SpatialRepresentation::regular(&group)?;
        let classes = finite.subgroup_classes()?;
        assert!(classes.len() >= 11, "{name}");
        for class in &classes {
            let subgroup = group.subgroup(class.representative())?;
            let order = subgroup.finite().unwrap().order();
            let restricted = regular.restricted_to(&subgroup)?;
            for g in subgroup.elements().unwrap() {
                assert_eq!(
                    restricted.matrix(&g)?,
                    regular.matrix(&g)?,
                    "{name} {subgroup}"
                );
            }
            for irrep in subgroup.irreps(0)? {
                let rho = Representation::irreducible(&irrep);
                let induced = SpatialRepresentation::induced_from(&group, &rho)?;
                assert_eq!(induced.dim(), rho.dim() * finite.order() / order);
                for irrep in &irreps {
                    let sigma = Representation::irreducible(irrep);
                    let down = sigma.restricted_to(&subgroup)?.inner_product(&rho)?;
                    let up = induced.inner_product(&sigma)?;
                    assert_eq!(up, down, "{name} {subgroup} {irrep}");
                }
            }
        }
    }
    Ok(())
}
