//! Kernels of Gaussians at the points that a finite group makes of one.

use schur_math::{
    KernelBand, KernelBasis, OrbitKernelBasis, PlanarGroup, PlanarRepresentation, PointGroup,
    Representation, SpaceIsometry, SpatialGroup, SpatialRepresentation, sample_on_grid,
};

use crate::support::tolerance::SUMS;

fn space(name: &str) -> SpatialGroup {
    SpatialGroup::parse(name).unwrap()
}

fn orbit(group: &SpatialGroup, point: Option<[f64; 3]>) -> OrbitKernelBasis<3> {
    let scalar = SpatialRepresentation::trivial(group);
    let band = KernelBand::in_space(3).unwrap();
    OrbitKernelBasis::new(&scalar, &scalar, &band, point).unwrap()
}

/// The corners, faces and edges of the solids, and a point that nothing fixes.
#[test]
fn orbits_are_named_by_a_point() {
    for (name, point, points) in [
        ("I", None, 12),
        ("I", Some([1.0, 1.0, 1.0]), 20),
        ("I", Some([1.0, 0.0, 0.0]), 30),
        ("I", Some([0.3, 0.5, 0.9]), 60),
        ("Ih", None, 12),
        ("Ih", Some([0.3, 0.5, 0.9]), 120),
        ("O", None, 6),
        ("O", Some([2.0, 2.0, 2.0]), 8),
        ("Oh", Some([1.0, 1.0, 0.0]), 12),
        ("T", None, 4),
        ("C1 in space", None, 1),
    ] {
        let basis = orbit(&space(name), point);
        assert_eq!(basis.points().len(), points, "{name} {point:?}");
        let far = |p: &[f64; 3]| (p.iter().map(|x| x * x).sum::<f64>() - 1.0).abs() > SUMS;
        assert!(!basis.points().iter().any(far), "{name}");
    }
    // In the plane a regular pentagon, of D5 with its corners on the mirrors.
    for name in ["C5", "D5"] {
        let group = PlanarGroup::parse(name).unwrap();
        let scalar = PlanarRepresentation::trivial(&group);
        let band = KernelBand::for_size(5).unwrap();
        let basis = OrbitKernelBasis::<2>::new(&scalar, &scalar, &band, None).unwrap();
        assert_eq!((basis.points().len(), basis.dim()), (5, 3), "{name}");
    }
}

/// One dimension on every ring for every matrix that commutes with the elements that fix the first
/// point: the mean of the product of two characters over them. In the middle all elements do.
#[test]
fn kernels_are_as_many_as_those_that_the_stabiliser_leaves() {
    for name in ["I", "O", "Oh", "T", "D3 in space"] {
        let group = space(name);
        let elements = PointGroup::elements(&group).unwrap();
        let regular = SpatialRepresentation::regular(&group).unwrap();
        let vectors = SpatialRepresentation::defining(&group).unwrap();
        let sum = |of: &[&SpatialRepresentation]| {
            let parts = of.iter().flat_map(|rho| rho.parts().to_vec()).collect();
            Representation::new(&group, parts, None).unwrap()
        };
        let both = sum(&[&vectors, &regular]);
        for (out, input) in [
            (&regular, &vectors),
            (&vectors, &vectors),
            (&both, &regular),
        ] {
            for point in [None, Some([1.0, 1.0, 1.0]), Some([0.2, 0.4, -0.7])] {
                let band = KernelBand::in_space(5).unwrap();
                let basis = OrbitKernelBasis::new(out, input, &band, point).unwrap();
                let first = basis.points()[0];
                let mean = |fixes: &dyn Fn(&SpaceIsometry) -> bool| {
                    let fixing: Vec<_> = elements.iter().filter(|g| fixes(g)).collect();
                    let product = |g: &&&SpaceIsometry| {
                        let trace = |rho: &SpatialRepresentation| rho.matrix(g).unwrap().trace();
                        trace(out) * trace(input)
                    };
                    let sum: f64 = fixing.iter().map(|g| product(&g)).sum();
                    (sum / fixing.len() as f64).round() as usize
                };
                let near =
                    |a: [f64; 3], b: [f64; 3]| a.iter().zip(b).all(|(x, y)| (x - y).abs() < SUMS);
                let around = mean(&|g| near(g.apply(first), first));
                let expected = mean(&|_| true) + 2 * around;
                assert_eq!(
                    basis.dim(),
                    expected,
                    "{name} {point:?} {out:?} <- {input:?}"
                );
                // Sparse samples are the samples.
                let places = [[0.3, -1.1, 0.7], [0.0; 3], first];
                let sparse = basis.sample_sparse(&places);
                let (outs, inputs) = basis.shape();
                for (tap, &place) in places.iter().enumerate() {
                    let mut dense = basis.sample(place);
                    for (kernel, entries) in sparse.iter().enumerate() {
                        for e in entries.iter().filter(|e| e.tap == tap) {
                            dense[(kernel * outs + e.out) * inputs + e.input] -= e.value;
                        }
                    }
                    assert!(dense.iter().all(|v| v.abs() < SUMS), "{name}");
                }
            }
        }
    }
}

#[test]
fn what_has_no_orbit_is_refused() {
    let refused = |group: &SpatialGroup, band: &KernelBand, point| {
        let scalar = SpatialRepresentation::trivial(group);
        let found = OrbitKernelBasis::<3>::new(&scalar, &scalar, band, point);
        found.unwrap_err().to_string()
    };
    let (cube, rings) = (space("O"), KernelBand::in_space(3).unwrap());
    assert!(refused(&SpatialGroup::so3(), &rings, None).contains("infinite"));
    assert!(refused(&cube, &rings, Some([0.0; 3])).contains("origin"));
    assert!(refused(&cube, &rings, Some([f64::NAN, 0.0, 1.0])).contains("not finite"));
    let bessel = KernelBand::bessel_in_space(3).unwrap();
    assert!(refused(&cube, &bessel, None).contains("no Gaussians"));
    // Too fine for the voxels: what vanishes on them is left out, as everywhere.
    let basis = orbit(&cube, None);
    assert_eq!(sample_on_grid(&basis, [3, 3, 3], 1).unwrap().len(), 2);
    assert_eq!(sample_on_grid(&basis, [1, 1, 1], 1).unwrap().len(), 2);
}
