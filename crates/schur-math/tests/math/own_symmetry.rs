//! A group that this library does not know, the torus of two angles, given from outside by its
//! elements, irreps and couplings: representations, decompositions and maps follow.

use std::f64::consts::TAU;
use std::fmt;

use rand::{Rng, RngCore, SeedableRng};
use schur_math::quadrature::Quadrature;
use schur_math::{
    Coupling, EndomorphismType, IntertwinerBasis, MathError, Matrix, Representation, SymmetryGroup,
    SymmetryIrrep,
};

/// Sums of a few products of sines and cosines.
use schur_math::tolerance::REPRESENTATION_DEFECT as EXACT;

#[derive(Clone, Debug, PartialEq)]
struct Torus;

/// Both angles turn a plane, `k` and `l` times as fast: real of frequency (0, 0), otherwise
/// complex, and equal to that of the opposite frequencies.
#[derive(Clone, Debug, PartialEq)]
struct Frequency(i64, i64);

impl fmt::Display for Torus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("T2")
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "E{},{}", self.0, self.1)
    }
}

impl SymmetryGroup for Torus {
    type Element = [f64; 2];
    type Irrep = Frequency;

    fn identity(&self) -> [f64; 2] {
        [0.0; 2]
    }

    fn compose(&self, g: &[f64; 2], h: &[f64; 2]) -> [f64; 2] {
        [(g[0] + h[0]) % TAU, (g[1] + h[1]) % TAU]
    }

    fn inverse(&self, g: &[f64; 2]) -> [f64; 2] {
        [-g[0], -g[1]]
    }

    fn distance(&self, g: &[f64; 2], h: &[f64; 2]) -> f64 {
        let chord = |a: f64, b: f64| (2.0 * ((a - b) / 2.0).sin()).abs();
        chord(g[0], h[0]).max(chord(g[1], h[1]))
    }

    fn check_element(&self, _: &[f64; 2]) -> Result<(), MathError> {
        Ok(())
    }

    fn random(&self, generator: &mut impl RngCore) -> [f64; 2] {
        [0, 1].map(|_| generator.random_range(0.0..TAU))
    }

    fn generators(&self) -> Vec<[f64; 2]> {
        vec![[1.0, 0.0], [0.0, 1.0]]
    }

    fn quadrature(&self, degree: usize) -> Result<Quadrature<[f64; 2]>, MathError> {
        let n = degree + 1;
        let angle = |i: usize| TAU * i as f64 / n as f64;
        let points = (0..n * n).map(|i| [angle(i / n), angle(i % n)]);
        let weight = 1.0 / (n * n) as f64;
        Quadrature::new(points.collect(), vec![weight; n * n], degree)
    }

    fn irreps(&self, band: usize) -> Result<Vec<Frequency>, MathError> {
        let b = band as i64;
        let all = (0..=b).flat_map(|k| (-b..=b).map(move |l| Frequency(k, l)));
        Ok(all.filter(|f| f.0 > 0 || f.1 >= 0).collect())
    }

    fn irrep(&self, name: &str) -> Result<Frequency, MathError> {
        let all = self.irreps(9)?;
        let found = all.into_iter().find(|irrep| irrep.to_string() == name);
        Ok(found.unwrap_or(Frequency(0, 0)))
    }
}

fn matrix<const R: usize, const C: usize>(rows: [[f64; C]; R]) -> Matrix {
    Matrix::from_fn(R, C, |i, j| rows[i][j])
}

impl Frequency {
    /// That of the plane whose number is `z^k`, and whether it is the conjugate one.
    fn of(k: i64, l: i64) -> (Self, bool) {
        let conjugate = k < 0 || (k == 0 && l < 0);
        if conjugate {
            (Self(-k, -l), true)
        } else {
            (Self(k, l), false)
        }
    }
}

impl SymmetryIrrep for Frequency {
    type Group = Torus;

    fn group(&self) -> Torus {
        Torus
    }

    fn dim(&self) -> usize {
        if (self.0, self.1) == (0, 0) { 1 } else { 2 }
    }

    fn band(&self) -> usize {
        self.0.unsigned_abs().max(self.1.unsigned_abs()) as usize
    }

    fn endomorphism_type(&self) -> EndomorphismType {
        match self.dim() {
            1 => EndomorphismType::Real,
            _ => EndomorphismType::Complex,
        }
    }

    fn endomorphisms(&self) -> Vec<Matrix> {
        let mut units = vec![Matrix::identity(self.dim())];
        if self.dim() == 2 {
            units.push(matrix([[0.0, -1.0], [1.0, 0.0]]));
        }
        units
    }

    fn matrix(&self, g: &[f64; 2]) -> Result<Matrix, MathError> {
        let (sin, cos) = (self.0 as f64 * g[0] + self.1 as f64 * g[1]).sin_cos();
        Ok(match self.dim() {
            1 => Matrix::identity(1),
            _ => matrix([[cos, -sin], [sin, cos]]),
        })
    }

    fn character(&self, g: &[f64; 2]) -> Result<f64, MathError> {
        Ok(self.matrix(g)?.trace())
    }

    /// `z w` and `z w̄`; where one of them does not turn, its two parts are scalars.
    fn couplings(&self, other: &Self) -> Result<Vec<Coupling<Self>>, MathError> {
        if self.dim() == 1 {
            return Ok(vec![Coupling::new(
                other.clone(),
                Matrix::identity(other.dim()),
            )]);
        }
        if other.dim() == 1 {
            return Ok(vec![Coupling::new(self.clone(), Matrix::identity(2))]);
        }
        let h = 0.5f64.sqrt();
        let product = [[h, 0.0, 0.0, -h], [0.0, h, h, 0.0]];
        let quotient = [[h, 0.0, 0.0, h], [0.0, -h, h, 0.0]];
        let mut parts = Vec::new();
        for ([re, im], k, l) in [
            (product, self.0 + other.0, self.1 + other.1),
            (quotient, self.0 - other.0, self.1 - other.1),
        ] {
            let (irrep, conjugate) = Self::of(k, l);
            let im = im.map(|v| if conjugate { -v } else { v });
            if irrep.dim() == 2 {
                let isometry = matrix([0, 1, 2, 3].map(|i| [re[i], im[i]]));
                parts.push(Coupling::new(irrep, isometry));
                continue;
            }
            for column in [re, im] {
                let isometry = matrix(column.map(|v| [v]));
                parts.push(Coupling::new(irrep.clone(), isometry));
            }
        }
        Ok(parts)
    }
}

/// A product decomposes as counting says, and its matrices multiply as the group does.
#[test]
fn representations_of_a_group_from_outside() {
    let (a, b) = (Frequency(1, 0), Frequency(1, 2));
    let pair = Representation::irreducible(&a)
        .direct_sum(&Representation::irreducible(&b))
        .unwrap();
    let square = pair.tensor_product(&pair).unwrap();
    assert_eq!(square.dim(), 16);
    // |z|² and |w|² with their areas, z², w², and z w, z w̄ twice each.
    assert_eq!(square.invariants(), 4);
    for (irrep, count) in [
        (Frequency(2, 0), 1),
        (Frequency(2, 4), 1),
        (Frequency(2, 2), 2),
        (Frequency(0, 2), 2),
    ] {
        assert_eq!(square.multiplicity(&irrep), count, "{irrep}");
    }
    assert!((square.inner_product_by_quadrature(&pair).unwrap()).abs() < EXACT);
    let mut generator = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    for _ in 0..20 {
        let (g, h) = (Torus.random(&mut generator), Torus.random(&mut generator));
        let product = square
            .matrix(&g)
            .unwrap()
            .times(&square.matrix(&h).unwrap());
        let of_product = square.matrix(&Torus.compose(&g, &h)).unwrap();
        assert!(product.difference(&of_product) < EXACT);
    }
}

/// Maps between two commute with the group, as many as counting says.
#[test]
fn maps_of_a_group_from_outside() {
    let a = Representation::irreducible(&Frequency(1, 0));
    let b = Representation::irreducible(&Frequency(1, 2));
    let input = a.direct_sum(&b).unwrap().direct_sum(&a).unwrap();
    let output = a.tensor_product(&b).unwrap().direct_sum(&a).unwrap();
    let basis = IntertwinerBasis::new(&output, &input).unwrap();
    // Two copies of `a` to one, each in two ways; nothing else is in both.
    assert_eq!(basis.dim(), 4);
    let mut generator = rand_chacha::ChaCha8Rng::seed_from_u64(8);
    for index in 0..basis.dim() {
        let map = basis.matrix(index);
        let g = Torus.random(&mut generator);
        let (rho_out, rho_in) = (output.matrix(&g).unwrap(), input.matrix(&g).unwrap());
        assert!(rho_out.times(&map).difference(&map.times(&rho_in)) < EXACT);
    }
}

/// Rules that are none are refused with the number.
#[test]
fn rules_that_are_none_are_refused() {
    for (points, weights) in [
        (vec![0.0, 1.0], vec![1.0]),
        (vec![], vec![]),
        (vec![0.0], vec![f64::NAN]),
        (vec![0.0, 1.0], vec![0.5, 0.25]),
    ] {
        assert!(Quadrature::new(points, weights, 3).is_err());
    }
}
