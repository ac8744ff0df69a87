//! Heat on surfaces, and the kernels of their fields.

use schur_math::surface::{Laplacian, TriangleMesh};
use schur_math::{
    KernelBand, KernelBasis, PlanarGroup, PlanarRepresentation, Ring, SteerableKernelBasis,
};

use crate::support::table::rows;
use crate::support::tolerance::{SURFACE, WAVE};
use crate::surface::bumps;

/// Constants stay, heat is kept, extremes do not grow, and eigenfunctions of the sphere decay as they
/// should, the better the finer the mesh.
#[test]
fn heat_flows() {
    let off = |level: usize| {
        let mesh = TriangleMesh::icosphere(level).unwrap();
        let heat = Laplacian::new(&mesh);
        let ones = vec![1.0; mesh.vertices().len()];
        let after = heat.diffuse(&ones, 0.3, 3).unwrap();
        assert!(after.iter().all(|v| (v - 1.0).abs() < SURFACE));
        assert!(heat.apply(&ones).unwrap().iter().all(|v| v.abs() < SURFACE));
        let quadratic: Vec<f64> = mesh.vertices().iter().map(|[x, y, _]| x * y).collect();
        let after = heat.diffuse(&quadratic, 0.05, 200).unwrap();
        let shares = after.iter().zip(&quadratic).filter(|(_, q)| q.abs() > 0.1);
        // Degree 2 decays as exp(-6 t).
        shares
            .map(|(a, q)| (a / q - (-0.3f64).exp()).abs())
            .fold(0.0, f64::max)
    };
    let [coarse, fine] = [off(2), off(3)];
    assert!(coarse < 0.05 && fine < coarse / 2.0, "{coarse} {fine}");
    let mesh = bumps();
    let heat = Laplacian::new(&mesh);
    let mut spot = vec![0.0; mesh.vertices().len()];
    spot[7] = 1.0;
    let after = heat.diffuse(&spot, 0.5, 5).unwrap();
    assert!(
        (heat.integral(&after) / heat.integral(&spot) - 1.0).abs()
            < crate::support::tolerance::SUMS * 10.0
    );
    assert!(after.iter().all(|v| v.abs() < 1.0));
    assert!(heat.diffuse(&spot[1..], 0.5, 5).is_err());
    for (time, steps) in [(-1.0, 1), (f64::NAN, 1), (1.0, 0)] {
        assert!(heat.diffuse(&spot, time, steps).is_err());
    }
    spot[3] = f64::NAN;
    assert!(heat.diffuse(&spot, 0.5, 5).is_err());
}

/// Waves keep their energy whatever the step, swing on the sphere as they should, run backwards to where they
/// began, and a constant moves on as it moves.
#[test]
fn waves_swing() {
    let off = |level: usize| {
        let mesh = TriangleMesh::icosphere(level).unwrap();
        let waves = Laplacian::new(&mesh);
        let quadratic: Vec<f64> = mesh.vertices().iter().map(|[x, y, _]| x * y).collect();
        let still = vec![0.0; quadratic.len()];
        let (after, _) = waves.oscillate(&quadratic, &still, 0.7, 200).unwrap();
        // Degree 2 swings as cos(sqrt(6) t).
        let shares = after.iter().zip(&quadratic).filter(|(_, q)| q.abs() > 0.1);
        shares
            .map(|(a, q)| (a / q - (0.7 * 6.0f64.sqrt()).cos()).abs())
            .fold(0.0, f64::max)
    };
    let [coarse, fine] = [off(2), off(3)];
    assert!(coarse < 0.1 && fine < coarse / 2.0, "{coarse} {fine}");

    let mesh = bumps();
    let waves = Laplacian::new(&mesh);
    let count = mesh.vertices().len();
    let (mut u, mut v) = (vec![0.0; count], vec![0.0; count]);
    (u[7], v[3]) = (1.0, 0.5);
    let energy = waves.energy(&u, &v).unwrap();
    for steps in [1, 7, 40] {
        let (after, velocity) = waves.oscillate(&u, &v, 2.0, steps).unwrap();
        let kept = waves.energy(&after, &velocity).unwrap() / energy;
        assert!((kept - 1.0).abs() < WAVE, "{kept}");
        let back: Vec<f64> = velocity.iter().map(|v| -v).collect();
        let (home, _) = waves.oscillate(&after, &back, 2.0, steps).unwrap();
        assert!(home.iter().zip(&u).all(|(a, b)| (a - b).abs() < WAVE));
    }
    let [ones, speed] = [vec![1.0; count], vec![0.25; count]];
    let (moved, velocity) = waves.oscillate(&ones, &speed, 2.0, 5).unwrap();
    assert!(moved.iter().all(|m| (m - 1.5).abs() < SURFACE));
    assert!(velocity.iter().all(|v| (v - 0.25).abs() < SURFACE));
    assert_eq!(
        waves.oscillate(&u, &v, 0.0, 3).unwrap(),
        (u.clone(), v.clone())
    );
    assert!(waves.oscillate(&u, &v[1..], 1.0, 5).is_err());
    assert!(waves.oscillate(&u, &v, -1.0, 5).is_err() && waves.energy(&u[1..], &v).is_err());
}

/// Kernels of a gauge layer on a ring are the steerable kernels of the plane.
#[test]
fn kernels_are_as_many_as_published() {
    let (so2, o2) = (
        PlanarGroup::parse("SO(2)").unwrap(),
        PlanarGroup::parse("O(2)").unwrap(),
    );
    let irrep = |row: &str, k: usize| match row {
        "o2" => PlanarRepresentation::irrep(&o2, ["A1", "A2", "E1", "E2"][k]),
        _ => PlanarRepresentation::irrep(&so2, ["A", "E1", "E2", "E3"][k]),
    };
    let mut seen = 0;
    for row in rows("surface.csv").iter().filter(|row| row[0] == "kernels") {
        let [input, output] = [2, 3].map(|k| irrep(&row[1], row[k].parse().unwrap()).unwrap());
        let frequencies = if row[1] == "so2self" { 0 } else { 6 };
        let ring = Ring {
            radius: 1.0,
            sigma: 0.4,
            max_frequency: frequencies,
        };
        let band = KernelBand::new(vec![ring]).unwrap();
        let basis = SteerableKernelBasis::new(&output, &input, &band).unwrap();
        assert_eq!(basis.dim().to_string(), row[4], "{row:?}");
        seen += 1;
    }
    assert_eq!(seen, 16 + 16 + 16);
}
