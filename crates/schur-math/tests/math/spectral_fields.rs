//! Band-limited functions on compact groups and their homogeneous spaces.

use std::f64::consts::PI;

use schur_math::{
    CompactGroup, CompactHomomorphism, FiniteSubgroup, Group, Matrix, PlanarGroup, PlaneIsometry,
    SpatialGroup, SpectralField, SphericalHarmonics, SpinRotations, SymmetryGroup, SymmetryIrrep,
};

use crate::support::tolerance as bounds;

use crate::support::compact::{difference, elements, inside};

/// Some coefficients, none of them zero.
fn coefficients(dim: usize) -> Vec<f64> {
    (0..dim).map(|k| (1.0 + 3.7 * k as f64).sin()).collect()
}

/// Round trips, orthonormal functions, and equivariance at all points of the grid.
fn check<G: SymmetryGroup>(field: &SpectralField<G>) {
    let (rho, grid) = (field.representation(), field.grid());
    let group = rho.group();
    let c = coefficients(field.dim());
    let values = field.synthesis(&c).unwrap();
    assert!(
        difference(&field.analysis(&values).unwrap(), &c) < bounds::DENSE,
        "{group}"
    );
    let total: f64 = grid.weights().iter().sum();
    assert!((total - 1.0).abs() < bounds::DENSE && values.len() == grid.points().len());
    for g in elements(group, 2) {
        // [g f](x) = f(g⁻¹ x): move the coefficients, or look at the moved points.
        let moved = field.synthesis(&rho.matrix(&g).unwrap().apply(&c)).unwrap();
        let back = group.inverse(&g);
        for (x, value) in grid.points().iter().zip(&moved) {
            let functions = field.functions_at(&group.compose(&back, x)).unwrap();
            let expected: f64 = functions.iter().zip(&c).map(|(y, c)| y * c).sum();
            assert!((value - expected).abs() < bounds::DENSE, "{group}");
        }
    }
    assert!(field.synthesis(&[&c[..], &[0.0]].concat()).is_err());
    assert!(field.analysis(&[&values[..], &[0.0]].concat()).is_err());
}

#[test]
fn regular_fields() {
    fn regular<G: SymmetryGroup>(group: &G, band: usize, dim: usize) {
        let field = SpectralField::regular(group, band).unwrap();
        assert_eq!(field.dim(), dim, "{group}");
        for irrep in group.irreps(band).unwrap() {
            let copies = irrep.dim() / irrep.endomorphism_type().dim();
            assert_eq!(
                field.representation().multiplicity(&irrep),
                copies,
                "{irrep}"
            );
        }
        check(&field);
    }
    regular(&PlanarGroup::so2(), 4, 9);
    regular(&PlanarGroup::o2(), 3, 14);
    regular(&SpatialGroup::so3(), 2, 1 + 9 + 25);
    regular(&SpatialGroup::o3(), 1, 20);
    // Complex matrix coefficients: squares of 2j + 1.
    regular(&SpinRotations, 2, 1 + 4 + 9);
    regular(&CompactGroup::parse("SO(2) x C3").unwrap(), 1, 9);
    regular(&CompactGroup::parse("SU(2) x SO(2)").unwrap(), 1, 15);
    regular(&Group::parse("Q8").unwrap(), 0, 8);
}

#[test]
fn the_sphere_has_the_spherical_harmonics() {
    let so3 = SpatialGroup::so3();
    let sphere = SpectralField::quotient(&inside("SO(2)", &so3), 4).unwrap();
    check(&sphere);
    assert_eq!(sphere.representation().to_string(), "0 + 1 + 2 + 3 + 4");
    // One point per longitude and latitude of the grid: 9 times 5.
    assert_eq!(sphere.grid().points().len(), 45);
    let harmonics = SphericalHarmonics::new(4).unwrap();
    for g in elements(&so3, 5) {
        let mut expected = harmonics.values(g.apply([0.0, 0.0, 1.0])).unwrap();
        expected.iter_mut().for_each(|v| *v *= (4.0 * PI).sqrt());
        assert!(difference(&sphere.functions_at(&g).unwrap(), &expected) < bounds::DENSE);
    }
}

#[test]
fn quotients() {
    // O(3) modulo the stabiliser of the pole, C∞v: polar harmonics only.
    let sphere = SpectralField::quotient(&inside("cone", &SpatialGroup::o3()), 3).unwrap();
    assert_eq!(sphere.representation().to_string(), "0+ + 1- + 2+ + 3-");
    check(&sphere);
    // Axes instead of directions: SO(3)/D∞.
    let axes = SpectralField::quotient(&inside("O(2)", &SpatialGroup::so3()), 4).unwrap();
    assert_eq!(axes.representation().to_string(), "0 + 2 + 4");
    check(&axes);
    // The two components of O(2) modulo rotations, and O(2) modulo nothing but C3.
    let parts = SpectralField::quotient(&CompactHomomorphism::so2_in_o2(), 3).unwrap();
    assert_eq!(
        (
            parts.representation().to_string(),
            parts.grid().points().len()
        ),
        ("A1 + A2".to_string(), 2)
    );
    check(&parts);
    let thirds: Vec<_> = (0..3)
        .map(|i| PlaneIsometry::rotation(2.0 * PI * f64::from(i) / 3.0).unwrap())
        .collect();
    let c3 = FiniteSubgroup::new(&Group::cyclic(3).unwrap(), &thirds).unwrap();
    let rotations = CompactHomomorphism::of_finite(&c3, PlanarGroup::so2()).unwrap();
    let field = SpectralField::quotient(&rotations, 7).unwrap();
    assert_eq!(field.representation().to_string(), "A + E3 + E6");
    check(&field);
    // The circle as O(2) modulo the mirror.
    let mirror = [PlaneIsometry::IDENTITY, PlaneIsometry::MIRROR];
    let c2 = FiniteSubgroup::new(&Group::cyclic(2).unwrap(), &mirror).unwrap();
    let circle = CompactHomomorphism::of_finite(&c2, PlanarGroup::o2()).unwrap();
    let circle = SpectralField::quotient(&circle, 3).unwrap();
    assert_eq!(circle.representation().to_string(), "A1 + E1 + E2 + E3");
    assert_eq!(circle.grid().points().len(), 7);
    check(&circle);
    // Orientations of a cube: the first invariants after the constant have degree 4.
    let cube = SpatialGroup::parse("O").unwrap();
    let cube = cube.finite_subgroup().unwrap();
    let tilt = elements(&SpatialGroup::so3(), 1).pop().unwrap();
    let cube = CompactHomomorphism::of_finite(&cube.conjugated_by(&tilt), SpatialGroup::so3());
    let cubes = SpectralField::quotient(&cube.unwrap(), 4).unwrap();
    assert_eq!(cubes.representation().to_string(), "0 + 4");
    check(&cubes);
    // SU(2) modulo ±1 is SO(3).
    let signs =
        FiniteSubgroup::generated_by("C2", &[schur_math::UnitQuaternion::IDENTITY.negated()]);
    let signs = CompactHomomorphism::of_finite(&signs.unwrap(), SpinRotations).unwrap();
    let field = SpectralField::quotient(&signs, 2).unwrap();
    assert_eq!(field.representation().to_string(), "0 + 3 1");
    check(&field);
}

#[test]
fn a_grid_of_too_small_a_degree_would_be_noticed() {
    // The round trip fails with the next smaller grid, so the test above can fail.
    let field = SpectralField::regular(&PlanarGroup::so2(), 3).unwrap();
    let coarse = PlanarGroup::so2().quadrature(5).unwrap();
    let rows: Vec<Vec<f64>> = coarse
        .points()
        .iter()
        .map(|g| field.functions_at(g).unwrap())
        .collect();
    let (matrix, dim) = (rows.concat(), field.dim());
    let weighted: Vec<f64> = rows
        .iter()
        .zip(coarse.weights())
        .flat_map(|(row, w)| row.iter().map(move |v| w * v))
        .collect();
    let weighted = Matrix::new(rows.len(), dim, weighted).unwrap();
    let matrix = Matrix::new(rows.len(), dim, matrix).unwrap();
    let gram = weighted.transposed().times(&matrix);
    assert!(gram.difference(&Matrix::identity(dim)) > bounds::FAILURE);
}
