//! Grids on the sphere and Legendre functions: degrees of exactness, orthonormality, high degrees,
//! and coefficients that transform by the irreps.

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use schur_math::angular_momentum::real_wigner_d;
use schur_math::quadrature::gauss_legendre;
use schur_math::tolerance::harmonic;
use schur_math::{
    LegendreFunctions, PointGroup, SpaceIsometry, SpatialGroup, SphereGrid, SphericalHarmonics,
};

use crate::support::tolerance::{ALIASED, UNDERFLOWING};

/// Grids with a certified degree: even and odd rings, and longitudes that limit it.
fn certified() -> Vec<SphereGrid> {
    let equiangular = [(8, 8), (60, 60), (9, 20), (8, 20), (16, 5)];
    let gauss = [(8, 16), (7, 30), (30, 60), (12, 6)];
    let grids = equiangular.map(|(rings, count)| SphereGrid::equiangular(rings, count).unwrap());
    let others = gauss.map(|(rings, count)| SphereGrid::gauss_legendre(rings, count).unwrap());
    let divided = [1, 2, 3, 4, 5, 8, 16].map(|n| SphereGrid::icosahedral(n).unwrap());
    grids.into_iter().chain(others).chain(divided).collect()
}

#[test]
fn grids_are_exact_to_their_degree_and_no_further() {
    for grid in certified() {
        let degree = grid.degree();
        assert!(grid.defect(degree).unwrap() < harmonic(degree), "{grid}");
        assert!(grid.defect(degree + 1).unwrap() > ALIASED, "{grid}");
        let sum: f64 = grid.weights().iter().sum();
        assert!((sum - 1.0).abs() < harmonic(degree));
        assert!(grid.weights().iter().all(|weight| *weight > 0.0));
    }
}

#[test]
fn degrees_follow_from_the_numbers_of_rings_and_longitudes() {
    let degrees: Vec<usize> = certified().iter().map(SphereGrid::degree).collect();
    assert_eq!(
        degrees,
        [7, 59, 9, 7, 4, 15, 13, 59, 5, 5, 9, 11, 15, 17, 27, 51]
    );
}

#[test]
fn the_defect_is_that_of_plain_sums_of_harmonics() {
    let grids = [
        SphereGrid::healpix(3).unwrap(),
        SphereGrid::equiangular(5, 7).unwrap(),
    ];
    let harmonics = SphericalHarmonics::new(12).unwrap();
    for grid in grids {
        let mut sums = vec![0.0; harmonics.dim()];
        for (point, weight) in grid.points().iter().zip(grid.weights()) {
            for (sum, value) in sums.iter_mut().zip(harmonics.values(*point).unwrap()) {
                *sum += weight * value * (4.0 * std::f64::consts::PI).sqrt();
            }
        }
        sums[0] -= 1.0;
        let worst = sums.iter().fold(0.0f64, |worst, sum| worst.max(sum.abs()));
        assert!((worst - grid.defect(12).unwrap()).abs() < harmonic(12));
        assert!(worst > ALIASED);
    }
}

#[test]
fn healpix_has_equal_areas_and_its_defect_falls() {
    for n in [1, 2, 5] {
        assert_eq!(SphereGrid::healpix(n).unwrap().places(), 12 * n * n);
    }
    // Of the degrees that each grid could tell apart, the same one.
    let [coarse, fine] = [8, 16].map(|n| SphereGrid::healpix(n).unwrap().defect(8).unwrap());
    assert!(fine < coarse / 3.0 && fine > ALIASED / 1000.0);
    // Neighbouring rings of the polar caps stand on the published heights: 1 - i²/3n².
    let grid = SphereGrid::healpix(4).unwrap();
    assert!((grid.rings()[1].cos - (1.0 - 4.0 / 48.0)).abs() < harmonic(0));
    assert_eq!(grid.rings()[7].count, 16);
}

#[test]
fn every_symmetry_of_the_icosahedron_permutes_its_divided_points() {
    let symmetries = SpatialGroup::parse("Ih").unwrap().elements().unwrap();
    for n in [1, 2, 3, 4, 7] {
        let grid = SphereGrid::icosahedral(n).unwrap();
        assert_eq!(grid.places(), 10 * n * n + 2);
        let weights = grid.weights();
        for g in &symmetries {
            let sources = grid.sources(g).unwrap_or_else(|| panic!("{g} of {grid}"));
            let mut hit = vec![false; grid.places()];
            for (place, &source) in sources.iter().enumerate() {
                assert_eq!(weights[place].to_bits(), weights[source].to_bits());
                hit[source] = true;
            }
            assert!(hit.iter().all(|&hit| hit));
        }
    }
}

#[test]
fn legendre_functions_are_the_spherical_harmonics() {
    let (degree, theta, phi) = (40, 0.7f64, 1.1f64);
    let point = [
        theta.sin() * phi.cos(),
        theta.sin() * phi.sin(),
        theta.cos(),
    ];
    let harmonics = SphericalHarmonics::new(degree).unwrap();
    let expected = harmonics.values(point).unwrap();
    let functions = LegendreFunctions::new(degree, &[[theta.cos(), theta.sin()]]).unwrap();
    let scale = (4.0 * std::f64::consts::PI).sqrt();
    for m in 0..=degree {
        let mut values = vec![0.0; degree + 1 - m];
        functions.order(m, &mut values).unwrap();
        let root = if m == 0 { 1.0 } else { 2f64.sqrt() };
        for (l, value) in (m..).zip(values) {
            let cos = root * value * (m as f64 * phi).cos();
            assert!((cos - scale * expected[l * l + l + m]).abs() < harmonic(degree) * 10.0);
        }
    }
}

#[test]
fn legendre_functions_are_orthonormal_to_degree_1024() {
    let degree = 1024;
    let (nodes, weights) = gauss_legendre(degree + 1).unwrap();
    let points: Vec<[f64; 2]> = nodes.iter().map(|z| [*z, (1.0 - z * z).sqrt()]).collect();
    let functions = LegendreFunctions::new(degree, &points).unwrap();
    for m in [0, 1, 2, 300, 700, 1000, 1023, 1024] {
        let mut values = vec![0.0; (degree + 1 - m) * points.len()];
        functions.order(m, &mut values).unwrap();
        let rows: Vec<&[f64]> = values.chunks(points.len()).collect();
        // The last degrees, which have gone through most steps, with each other and the first.
        let tail = rows.len().saturating_sub(3)..rows.len();
        for (i, a) in tail
            .clone()
            .flat_map(|i| [(i, rows[i])])
            .chain([(0, rows[0])])
        {
            for j in tail.clone() {
                let products = a.iter().zip(rows[j]).zip(&weights);
                let sum: f64 = products.map(|((a, b), w)| a * b * w / 2.0).sum();
                let expected = f64::from(u8::from(i == j));
                assert!(
                    (sum - expected).abs() < harmonic(degree),
                    "{m} {i} {j} {sum}"
                );
            }
        }
    }
}

#[test]
fn sectoral_functions_of_order_1024_have_the_closed_form() {
    let degree = 1024;
    let sines = [1.0, 0.9, 0.5, 0.3];
    let points = sines.map(|sin: f64| [(1.0 - sin * sin).sqrt(), sin]);
    let functions = LegendreFunctions::new(degree, &points).unwrap();
    let mut values = vec![0.0; 4];
    functions.order(degree, &mut values).unwrap();
    // (2m+1)!! / (2m)!! as a sum of logarithms, from the far end.
    let logs = (1..=degree).rev().map(|k| (1.0 / (2 * k) as f64).ln_1p());
    let half = logs.sum::<f64>() / 2.0;
    for (value, sin) in values.iter().zip(sines) {
        let expected = half + degree as f64 * sin.ln();
        if expected < -708.0 {
            // Below what f64 holds with all digits: 0.3^1024 is 1e-535.
            assert!(*value >= 0.0 && *value < f64::MIN_POSITIVE);
        } else {
            assert!((value.ln() - expected).abs() < harmonic(degree), "{sin}");
        }
    }
    assert!(values[2] > 0.0, "0.5^1024 is 1e-308");
}

#[test]
fn starts_that_underflow_lose_no_function_that_does_not() {
    // sin^900 θ is 1e-312 at sin θ = 0.45, and the function of degree 1300 far above.
    let (m, degree, sin) = (900, 1300, 0.45f64);
    let cos = (1.0 - sin * sin).sqrt();
    let functions = LegendreFunctions::new(degree, &[[cos, sin]]).unwrap();
    let mut values = vec![0.0; degree + 1 - m];
    functions.order(m, &mut values).unwrap();
    // The recursion on logarithms: ratios of neighbours stay of size 1.
    let (mut log, mut ratio) = (m as f64 * sin.ln(), 0.0);
    log += (1..=m).map(|k| (1.0 / (2 * k) as f64).ln_1p()).sum::<f64>() / 2.0;
    let root = |l: usize| {
        let (l, m) = (l as f64, m as f64);
        ((4.0 * l * l - 1.0) / (l * l - m * m)).sqrt()
    };
    for (index, l) in (m + 1..=degree).enumerate() {
        let (a, before) = (
            root(l),
            if index == 0 {
                f64::INFINITY
            } else {
                root(l - 1)
            },
        );
        let next = a
            * (cos
                - if index == 0 {
                    0.0
                } else {
                    1.0 / (before * ratio)
                });
        (ratio, log) = (next, log + next.ln());
    }
    let last = values[degree - m];
    assert!(
        last > 0.0 && (last.ln() - log).abs() < UNDERFLOWING,
        "{last} {log}"
    );
    assert!(values[0] < f64::MIN_POSITIVE);
}

/// Coefficients of a function by weighted sums.
fn coefficients(grid: &SphereGrid, degree: usize, values: &[f64]) -> Vec<f64> {
    let harmonics = SphericalHarmonics::new(degree).unwrap();
    let mut sums = vec![0.0; harmonics.dim()];
    for ((point, weight), value) in grid.points().iter().zip(grid.weights()).zip(values) {
        for (sum, y) in sums.iter_mut().zip(harmonics.values(*point).unwrap()) {
            *sum += 4.0 * std::f64::consts::PI * weight * value * y;
        }
    }
    sums
}

#[test]
fn coefficients_of_turned_functions_are_turned_by_the_irreps() {
    let mut generator = ChaCha8Rng::seed_from_u64(5);
    let degree = 6;
    let grid = SphereGrid::gauss_legendre(7, 13).unwrap();
    let harmonics = SphericalHarmonics::new(degree).unwrap();
    let chosen: Vec<f64> = (0..harmonics.dim())
        .map(|i| ((i * 7) % 5) as f64 - 2.0)
        .collect();
    let value = |point: [f64; 3]| -> f64 {
        let values = harmonics.values(point).unwrap();
        values.iter().zip(&chosen).map(|(y, c)| y * c).sum()
    };
    let proper = SpaceIsometry::random(&mut generator);
    for g in [proper, proper.compose(&SpaceIsometry::INVERSION)] {
        let back = g.inverse();
        let moved: Vec<f64> = grid
            .points()
            .iter()
            .map(|&x| value(back.apply(x)))
            .collect();
        let found = coefficients(&grid, degree, &moved);
        for l in 0..=degree {
            let irrep = real_wigner_d(l, &g.quaternion()).unwrap();
            let sign = if !g.is_improper() || l % 2 == 0 {
                1.0
            } else {
                -1.0
            };
            let images = irrep.scaled(sign).apply(&chosen[l * l..][..2 * l + 1]);
            for (m, expected) in images.into_iter().enumerate() {
                assert!((found[l * l + m] - expected).abs() < 10.0 * harmonic(degree));
            }
        }
    }
}

#[test]
fn symmetries_of_a_grid_permute_its_places() {
    let mut moved = 0;
    for grid in [
        SphereGrid::equiangular(6, 8).unwrap(),
        SphereGrid::gauss_legendre(5, 12).unwrap(),
        SphereGrid::healpix(3).unwrap(),
    ] {
        let points = grid.points();
        let quarter = std::f64::consts::FRAC_PI_2;
        let turn = |axis| SpaceIsometry::from_axis_angle(axis, quarter).unwrap();
        let about_x = turn([1.0, 0.0, 0.0]);
        let half = about_x.compose(&about_x);
        for g in [turn([0.0, 0.0, 1.0]), half, SpaceIsometry::INVERSION] {
            let sources = grid.sources(&g).unwrap_or_else(|| panic!("{grid}"));
            for (place, source) in sources.iter().enumerate() {
                let expected = g.apply(points[*source]);
                let distance = (0..3).map(|i| (expected[i] - points[place][i]).abs());
                assert!(distance.fold(0.0, f64::max) < harmonic(1));
                moved += 1;
            }
        }
        assert_eq!(grid.sources(&about_x), None);
    }
    assert_eq!(moved, 3 * (48 + 60 + 108));
}

#[test]
fn wrong_sizes_are_refused() {
    assert!(SphereGrid::equiangular(0, 4).is_err());
    assert!(SphereGrid::gauss_legendre(4, 0).is_err());
    assert!(SphereGrid::healpix(0).is_err());
    assert!(SphereGrid::healpix(5000).is_err());
    assert!(SphereGrid::icosahedral(0).is_err());
    assert!(SphereGrid::icosahedral(65).is_err());
    assert!(LegendreFunctions::new(4000, &[]).is_err());
    assert!(LegendreFunctions::new(4, &[[f64::NAN, 0.0]]).is_err());
    let functions = LegendreFunctions::new(4, &[[1.0, 0.0]]).unwrap();
    assert!(functions.order(5, &mut []).is_err());
    assert!(functions.order(2, &mut [0.0; 2]).is_err());
}
