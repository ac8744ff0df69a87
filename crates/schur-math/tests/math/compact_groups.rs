//! Laws of all compact groups, their irreps, quadratures and couplings. Adding a group to all
//! laws is one line in `support/groups.rs`.

use crate::support::groups::every_group;
use crate::support::tolerance as bounds;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use schur_math::angular_momentum::HalfInteger;
use schur_math::laws::{self, Law};
use schur_math::tolerance::{ROTATION_LAW, harmonic};
use schur_math::{
    CompactGroup, Factor, Matrix, PlanarGroup, SpatialGroup, SpinIrrep, SpinRotations,
    SymmetryGroup, SymmetryIrrep,
};

use crate::support::compact::elements;

fn group_laws<G: SymmetryGroup>(group: &G, _: usize) {
    let sample = elements(group, 5);
    let (compose, distance) = (
        |g: &G::Element, h: &G::Element| group.compose(g, h),
        |g: &G::Element, h: &G::Element| group.distance(g, h),
    );
    let report = laws::associativity_at(&sample, &compose, &distance, ROTATION_LAW);
    assert_eq!(report.unwrap().cases, sample.len().pow(3), "{group}");
    let (identity, inverse) = (group.identity(), |g: &G::Element| group.inverse(g));
    laws::inverse_at(
        &sample,
        &identity,
        &inverse,
        &compose,
        &distance,
        ROTATION_LAW,
    )
    .unwrap();
    for g in &sample {
        group.check_element(g).unwrap();
    }
}

every_group!(group_laws);

fn irrep_laws<G: SymmetryGroup>(group: &G, band: usize) {
    let sample = elements(group, 4);
    let compose = |g: &G::Element, h: &G::Element| group.compose(g, h);
    let irreps = group.irreps(band).unwrap();
    for irrep in &irreps {
        let matrix = |g: &G::Element| irrep.matrix(g).unwrap();
        let bound = harmonic(irrep.dim() + band);
        laws::orthogonality_at(&sample, &matrix, bound).unwrap();
        laws::homomorphism_at(&sample, &compose, &matrix, bound).unwrap();
        let units = irrep.endomorphisms();
        assert_eq!(units.len(), irrep.endomorphism_type().dim(), "{irrep}");
        let dim = irrep.dim();
        for unit in &units {
            laws::intertwining_at(&sample, unit, &matrix, &matrix, bound).unwrap();
            let product = unit.transposed().times(unit);
            assert!(product.difference(&Matrix::identity(dim)) < bounds::DENSE);
        }
        for unit in &units[1..] {
            let minus = Matrix::identity(dim).scaled(-1.0);
            assert!(
                unit.times(unit).difference(&minus) < bounds::DENSE,
                "{irrep}"
            );
        }
        if let [_, i, j, k] = &units[..] {
            assert!(i.times(j).difference(k) < bounds::DENSE, "{irrep}");
        }
        for g in &sample {
            let trace = matrix(g).trace();
            assert!(
                (trace - irrep.character(g).unwrap()).abs() < bound,
                "{irrep}"
            );
        }
        assert_eq!(group.irrep(&irrep.to_string()).unwrap(), *irrep);
        assert!(irrep.group() == *group && irrep.band() <= band);
    }
    assert!(group.irrep("no such irrep").is_err());
    // The first irrep is the trivial one, and means of all entries of the others vanish.
    let grid = group.quadrature(band).unwrap();
    for (place, irrep) in irreps.iter().enumerate() {
        let size = irrep.dim() * irrep.dim();
        assert!(place > 0 || size == 1, "{irrep}");
        for entry in 0..size {
            let mean = grid.mean(|g| irrep.matrix(g).unwrap().values()[entry]);
            let expected = if place == 0 { 1.0 } else { 0.0 };
            assert!(
                (mean - expected).abs() < bounds::DENSE,
                "{irrep} {entry} {mean}"
            );
        }
    }
    // Orthogonality of characters by the certified quadrature, with the types.
    let grid = group.quadrature(2 * band).unwrap();
    let total: f64 = grid.weights().iter().sum();
    assert!((total - 1.0).abs() < bounds::DENSE);
    for (a, left) in irreps.iter().enumerate() {
        for (b, right) in irreps.iter().enumerate() {
            let mean = grid.mean(|g| left.character(g).unwrap() * right.character(g).unwrap());
            let expected = if a == b {
                left.endomorphism_type().dim()
            } else {
                0
            };
            assert!(
                (mean - expected as f64).abs() < bounds::DENSE,
                "{left} {right} {mean}"
            );
        }
    }
}

every_group!(irrep_laws);

fn coupling_laws<G: SymmetryGroup>(group: &G, band: usize) {
    let sample = elements(group, 3);
    let irreps = group.irreps(band.min(2)).unwrap();
    for a in &irreps {
        for b in &irreps {
            let dim = a.dim() * b.dim();
            if dim > 100 {
                continue;
            }
            let parts = a.couplings(b).unwrap();
            // All isometries together are one orthogonal matrix that brings the product to
            // block-diagonal form.
            let columns: Vec<Vec<f64>> = parts
                .iter()
                .flat_map(|part| {
                    let isometry = part.isometry();
                    (0..isometry.cols()).map(|j| isometry.column(j))
                })
                .collect();
            assert_eq!(columns.len(), dim, "{a} x {b}");
            let rows = Matrix::new(dim, dim, columns.concat()).unwrap();
            let product = rows.times(&rows.transposed());
            let defect = product.difference(&Matrix::identity(dim));
            assert!(defect < bounds::DENSE, "{a} x {b}: {defect}");
            let product = |g: &G::Element| {
                let (left, right) = (a.matrix(g).unwrap(), b.matrix(g).unwrap());
                left.kronecker(&right)
            };
            for part in &parts {
                let irrep = |g: &G::Element| part.irrep().matrix(g).unwrap();
                laws::intertwining_at(&sample, part.isometry(), &irrep, &product, bounds::DENSE)
                    .unwrap_or_else(|violation| panic!("{a} x {b}: {violation}"));
            }
        }
    }
}

every_group!(coupling_laws);

#[test]
fn large_spins_couple() {
    let spin = |twice| SpinIrrep::new(HalfInteger::halves(twice)).unwrap();
    let (a, b) = (spin(7), spin(5));
    let parts = a.couplings(&b).unwrap();
    assert_eq!(parts.len(), 4 * 6);
    let sample = elements(&SpinRotations, 1);
    for part in parts {
        let product = |g: &_| a.matrix(g).unwrap().kronecker(&b.matrix(g).unwrap());
        let irrep = |g: &_| part.irrep().matrix(g).unwrap();
        laws::intertwining_at(&sample, part.isometry(), &irrep, &product, bounds::DENSE).unwrap();
    }
}

#[test]
fn signs_of_couplings_follow_the_rule() {
    let half = 0.5f64.sqrt();
    let e = |k: usize| PlanarGroup::o2().irrep(&format!("E{k}")).unwrap();
    let parts = e(2).couplings(&e(2)).unwrap();
    assert_eq!(parts[0].isometry().values(), [half, 0.0, 0.0, half]);
    assert_eq!(parts[1].isometry().values(), [0.0, half, -half, 0.0]);
    // The singlet of two spins 1/2 pairs z with K w̄, up to the order of copies.
    let spinor = SpinRotations.irrep("1/2").unwrap();
    let singlets = spinor.couplings(&spinor).unwrap();
    let names: Vec<String> = singlets
        .iter()
        .map(|part| part.irrep().to_string())
        .collect();
    assert_eq!(names, ["0", "0", "0", "0", "1", "1", "1", "1"]);
    // <1/2 1/2; 1/2 -1/2 | 0 0> = 1/√2, spread over two real components of each.
    assert!((singlets[0].isometry().values()[1] - 0.5).abs() < ROTATION_LAW);
}

#[test]
fn names_are_understood() {
    let shown = |name: &str| CompactGroup::parse(name).unwrap().to_string();
    for name in [
        "SO(2)",
        "O(2) x D4",
        "SU(2)",
        "cylinder",
        "full cylinder",
        "cone",
        "dihedral",
    ] {
        assert_eq!(shown(name), name);
        assert_eq!(CompactGroup::parse(&shown(name)), CompactGroup::parse(name));
    }
    assert_eq!(shown("so3 × c4"), "SO(3) x C4");
    for wrong in ["", "SO(4)", "O(2) x", "x", "SO(2) x Y", "SO(2) x C0"] {
        assert!(CompactGroup::parse(wrong).is_err(), "{wrong}");
    }
    for name in ["axial x C3", "O(3) x dihedral", "C3v x SO(2)", "dihedral"] {
        assert_eq!(shown(name), name);
        assert_eq!(CompactGroup::parse(&shown(name)), CompactGroup::parse(name));
    }
    // Half turns and mirrors, space and plane make other groups.
    assert_ne!(CompactGroup::parse("axial"), CompactGroup::parse("SO(2)"));
    assert_ne!(CompactGroup::parse("cone"), CompactGroup::parse("dihedral"));
    for wrong in ["", "E0", "E", "A1", "E-1", "E+1", "E99999999999999999999"] {
        assert!(PlanarGroup::so2().irrep(wrong).is_err(), "{wrong}");
    }
    // Finite factors have their aliases; a conjugate is there only where it is another irrep.
    let product = CompactGroup::parse("SO(2) x C3").unwrap();
    assert_eq!(product.irrep("E1 x E").unwrap().to_string(), "E1 x E1");
    assert_eq!(product.irrep("E1 x E*").unwrap().to_string(), "E1 x E1*");
    for wrong in ["E1", "E1* x E", "A x E*", "E1 x A*", "E1 x E x A"] {
        assert!(product.irrep(wrong).is_err(), "{wrong}");
    }
    for wrong in ["1", "1+1", "", "+", "+1+"] {
        assert!(SpatialGroup::o3().irrep(wrong).is_err(), "{wrong}");
    }
    for wrong in ["2/2", "1/2/2", "-1", "600"] {
        assert!(SpinRotations.irrep(wrong).is_err(), "{wrong}");
    }
}

/// Names of irreps that products with the inversion once had.
#[test]
fn irreps_of_cylinders_have_two_names() {
    let cylinder = CompactGroup::parse("full cylinder").unwrap();
    for (product, name) in [("A2 x A", "A2g"), ("E3 x B", "E3u")] {
        let irrep = cylinder.irrep(product).unwrap();
        assert_eq!(irrep.to_string(), name);
        assert_eq!(cylinder.irrep(name).unwrap(), irrep);
    }
    for wrong in ["A2", "A2 x g", "A2 x C", "E0g", "A2gu"] {
        assert!(cylinder.irrep(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn broken_groups_and_irreps_are_rejected() {
    let group = CompactGroup::parse("O(2) x SU(2)").unwrap();
    let sample = elements(&group, 4);
    let distance = |g: &_, h: &_| group.distance(g, h);
    let crooked = |g: &_, h: &_| group.compose(g, &group.inverse(h));
    let violation = laws::associativity_at(&sample, &crooked, &distance, ROTATION_LAW);
    assert_eq!(violation.unwrap_err().law, Law::Associativity);
    // The two ways of SO(2) x SO(2) on a pair of complex numbers are not exchanged.
    let group = CompactGroup::parse("SO(2) x SO(2)").unwrap();
    let (plain, star) = (
        group.irrep("E1 x E1").unwrap(),
        group.irrep("E1 x E1*").unwrap(),
    );
    let sample = elements(&group, 4);
    let (a, b) = (
        |g: &_| plain.matrix(g).unwrap(),
        |g: &_| star.matrix(g).unwrap(),
    );
    assert!(laws::intertwining_at(&sample, &Matrix::identity(2), &a, &b, bounds::DENSE).is_err());
    // Elements of other groups.
    let so2 = CompactGroup::from(PlanarGroup::so2());
    let o2 = CompactGroup::from(PlanarGroup::o2());
    let mirror = o2.generators()[1].clone();
    assert!(so2.check_element(&mirror).is_err());
    assert!(so2.irreps(1).unwrap()[1].matrix(&mirror).is_err());
    assert!(so2.element(group.identity().parts().to_vec()).is_err());
    let factor = Factor::Spin(SpinRotations);
    assert!(factor.check_element(&mirror.parts()[0]).is_err());
    let (left, right) = (&so2.irreps(0).unwrap()[0], &o2.irreps(0).unwrap()[0]);
    assert!(left.couplings(right).is_err());
    // Degrees beyond the limits.
    assert!(SpatialGroup::so3().quadrature(1000).is_err());
    assert!(
        CompactGroup::parse("SO(3) x SO(3)")
            .unwrap()
            .quadrature(30)
            .is_err()
    );
    assert!(PlanarGroup::so2().irreps(5000).is_err());
}

#[test]
fn haar_samples_of_products_repeat() {
    let group = CompactGroup::parse("O(3) x S3").unwrap();
    let mut generator = ChaCha8Rng::seed_from_u64(3);
    let first = group.random(&mut generator);
    assert_ne!(first, group.random(&mut generator));
    assert_eq!(first, group.random(&mut ChaCha8Rng::seed_from_u64(3)));
}
