//! Heat on surfaces, and the kernels of their fields.

use schur_math::surface::{Diffusion, TriangleMesh};
use schur_math::{
    KernelBand, KernelBasis, PlanarGroup, PlanarRepresentation, Ring, SteerableKernelBasis,
};

use crate::support::table::rows;
use crate::support::tolerance::SURFACE;
use crate::surface::bumps;

/// Constants stay, heat is kept, extremes do not grow, and eigenfunctions of the sphere decay as they
/// should, the better the finer the mesh.
#[test]
fn heat_flows() {
    let off = |level: usize| {
        let mesh = TriangleMesh::icosphere(level).unwrap();
        let heat = Diffusion::new(&mesh);
        let ones = vec![1.0; mesh.vertices().len()];
        let after = heat.run(&ones, 0.3, 3).unwrap();
        assert!(after.iter().all(|v| (v - 1.0).abs() < SURFACE));
        assert!(
            heat.laplacian(&ones)
                .unwrap()
                .iter()
                .all(|v| v.abs() < SURFACE)
        );
        let quadratic: Vec<f64> = mesh.vertices().iter().map(|[x, y, _]| x * y).collect();
        let after = heat.run(&quadratic, 0.05, 200).unwrap();
        let shares = after.iter().zip(&quadratic).filter(|(_, q)| q.abs() > 0.1);
        // Degree 2 decays as exp(-6 t).
        shares
            .map(|(a, q)| (a / q - (-0.3f64).exp()).abs())
            .fold(0.0, f64::max)
    };
    let [coarse, fine] = [off(2), off(3)];
    assert!(coarse < 0.05 && fine < coarse / 2.0, "{coarse} {fine}");
    let mesh = bumps();
    let heat = Diffusion::new(&mesh);
    let mut spot = vec![0.0; mesh.vertices().len()];
    spot[7] = 1.0;
    let after = heat.run(&spot, 0.5, 5).unwrap();
    assert!(
        (heat.heat(&after) / heat.heat(&spot) - 1.0).abs() < crate::support::tolerance::SUMS * 10.0
    );
    assert!(after.iter().all(|v| v.abs() < 1.0));
    assert!(heat.run(&spot[1..], 0.5, 5).is_err());
    for (time, steps) in [(-1.0, 1), (f64::NAN, 1), (1.0, 0)] {
        assert!(heat.run(&spot, time, steps).is_err());
    }
    spot[3] = f64::NAN;
    assert!(heat.run(&spot, 0.5, 5).is_err());
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
