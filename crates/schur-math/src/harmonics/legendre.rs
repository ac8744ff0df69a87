//! Normalised associated Legendre functions of many points, to high degrees.

use pulp::{Arch, NullaryFnOnce};

use super::check_degree;
use super::recursion::step;
use crate::error::MathError;

/// Points of a block: their numbers stay in registers.
const LANES: usize = 16;

/// The unit of the exponents that numbers have beside them: `2^512`.
const UNIT: i32 = 512;

/// Numbers with an exponent beside them are brought below this, `2^256`.
const LARGE: f64 = power_of_two(UNIT / 2);

/// The associated Legendre functions of degrees `0..=L` at some points of the circle
/// `(cos θ, sin θ)`, normalised in the mean over the sphere and free of the phase `(-1)^m`:
///
/// ```math
/// \bar P_l^m(\theta) = \sqrt{(2l+1)\, \frac{(l-m)!}{(l+m)!}}\; P_l^m(\cos\theta),
/// \qquad
/// \frac12 \int_0^\pi \bar P_l^m\, \bar P_k^m \sin\theta\, \mathrm{d}\theta = \delta_{lk}
/// ```
///
/// With them the [`SphericalHarmonics`](crate::SphericalHarmonics) are
/// `$\sqrt{4\pi}\, Y_{l,\pm m} = \bar P_l^m$` times `√2 cos mφ` and `√2 sin mφ` for `m > 0`, times
/// 1 for `m = 0`.
///
/// The recursion in the degree runs in the direction in which it is stable (Holmes and
/// Featherstone 2002). Near the poles it starts at `sin^m θ`, which may be below what `f64` holds:
/// numbers carry an exponent of their own until they are large enough (Fukushima 2012), so that
/// every value that `f64` holds comes out, whatever the start. Products and sums are not fused, so
/// the bits are the same on every processor.
///
/// ```
/// use schur_math::LegendreFunctions;
///
/// // √3 cos θ and √5 (3 cos² θ - 1) / 2 at cos θ = 0.6.
/// let functions = LegendreFunctions::new(2, &[[0.6, 0.8]])?;
/// let mut values = [0.0; 3];
/// functions.order(0, &mut values)?;
/// assert!((values[1] - 3f64.sqrt() * 0.6).abs() < 1e-15);
/// assert!((values[2] - 5f64.sqrt() * 0.04).abs() < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LegendreFunctions {
    max_degree: usize,
    /// `(cos θ, sin θ)`.
    points: Vec<[f64; 2]>,
    /// `P̄_m^m / sin^m θ`.
    starts: Vec<f64>,
}

impl LegendreFunctions {
    /// Largest degree that is supported.
    pub const MAX_DEGREE: usize = 2048;

    /// The functions of degrees `0..=max_degree` at points `[cos θ, sin θ]` with `0 <= θ <= π`.
    ///
    /// # Errors
    ///
    /// If the degree is above [`MAX_DEGREE`](Self::MAX_DEGREE), or a number is not in `[-1, 1]`.
    pub fn new(max_degree: usize, points: &[[f64; 2]]) -> Result<Self, MathError> {
        check_degree(
            "the degree of Legendre functions",
            max_degree,
            Self::MAX_DEGREE,
        )?;
        let inside = |[z, s]: &&[f64; 2]| (-1.0..=1.0).contains(z) && (0.0..=1.0).contains(s);
        if let Some(point) = points.iter().find(|point| !inside(point)) {
            return Err(MathError::geometry(
                "a point for Legendre functions",
                point,
                "it is no cosine with its sine",
                "give [cos θ, sin θ] with θ from 0 to π",
            ));
        }
        let mut starts = vec![1.0];
        for m in 1..=max_degree {
            let m2 = (2 * m) as f64;
            starts.push(starts[m - 1] * ((m2 + 1.0) / m2).sqrt());
        }
        Ok(Self {
            max_degree,
            points: points.to_vec(),
            starts,
        })
    }

    /// The largest degree `L`.
    pub fn max_degree(&self) -> usize {
        self.max_degree
    }

    /// The number of points.
    pub fn points(&self) -> usize {
        self.points.len()
    }

    /// Writes the functions of one order `m`, degree after degree from `m` to `L`: that of degree
    /// `l` at point `i` to `values[(l - m) * points + i]`.
    ///
    /// # Errors
    ///
    /// If the order is above `L`, or the slice has not `(L + 1 - m)` numbers per point.
    pub fn order(&self, m: usize, values: &mut [f64]) -> Result<(), MathError> {
        check_degree("the order of Legendre functions", m, self.max_degree)?;
        let (degrees, points) = (self.max_degree + 1 - m, self.points.len());
        if values.len() != degrees * points {
            return Err(MathError::Length {
                what: "the slice for Legendre functions".to_string(),
                found: values.len(),
                expected: degrees * points,
                meaning: format!("{degrees} degrees at {points} points"),
            });
        }
        let steps: Vec<(f64, f64)> = (m + 1..=self.max_degree).map(|l| step(l, m)).collect();
        Arch::new().dispatch(Order {
            functions: self,
            m,
            steps: &steps,
            values,
        });
        Ok(())
    }
}

/// One order, for the instructions of the processor.
struct Order<'a> {
    functions: &'a LegendreFunctions,
    m: usize,
    steps: &'a [(f64, f64)],
    values: &'a mut [f64],
}

impl NullaryFnOnce for Order<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let points = &self.functions.points;
        for (index, block) in points.chunks(LANES).enumerate() {
            let start = self.functions.starts[self.m];
            let mut lanes = Lanes::new(block, self.m, start);
            let rows = self.values.chunks_exact_mut(points.len());
            let mut steps = self.steps.iter();
            for row in rows {
                lanes.write(&mut row[index * LANES..][..block.len()]);
                let Some(&step) = steps.next() else { break };
                lanes.step(step);
            }
        }
    }
}

/// The recursion at the points of a block: numbers times `2^(-512 k)`.
struct Lanes {
    z: [f64; LANES],
    last: [f64; LANES],
    before: [f64; LANES],
    /// `k`.
    below: [u32; LANES],
    /// `2^(-512 k)`, or 0 where `f64` has no such number.
    factors: [f64; LANES],
    /// Whether a `k` is above 0.
    tiny: bool,
}

impl Lanes {
    #[inline(always)]
    fn new(points: &[[f64; 2]], m: usize, start: f64) -> Self {
        let mut lanes = Self {
            z: [0.0; LANES],
            last: [0.0; LANES],
            before: [0.0; LANES],
            below: [0; LANES],
            factors: [1.0; LANES],
            tiny: false,
        };
        for (i, [z, sin]) in points.iter().enumerate() {
            let (power, below) = power(*sin, m);
            (lanes.z[i], lanes.last[i], lanes.below[i]) = (*z, start * power, below);
            lanes.factors[i] = factor(below);
            lanes.tiny |= below > 0;
        }
        lanes
    }

    #[inline(always)]
    fn write(&self, row: &mut [f64]) {
        let mut values = [0.0; LANES];
        for (i, value) in values.iter_mut().enumerate() {
            *value = self.last[i] * self.factors[i];
        }
        // A whole block is stored without a call.
        match row.first_chunk_mut() {
            Some(all) => *all = values,
            None => row.copy_from_slice(&values[..row.len()]),
        }
    }

    #[inline(always)]
    fn step(&mut self, (a, b): (f64, f64)) {
        let mut next = [0.0; LANES];
        for (i, next) in next.iter_mut().enumerate() {
            *next = a * (self.z[i] * self.last[i] - b * self.before[i]);
        }
        (self.before, self.last) = (self.last, next);
        if self.tiny {
            self.rescale();
        }
    }

    /// Brings numbers that have grown nearer to what they stand for.
    #[inline(never)]
    fn rescale(&mut self) {
        self.tiny = false;
        for i in 0..LANES {
            if self.below[i] > 0 && self.last[i].abs() > LARGE {
                self.last[i] *= factor(1);
                self.before[i] *= factor(1);
                self.below[i] -= 1;
                self.factors[i] = factor(self.below[i]);
            }
            self.tiny |= self.below[i] > 0;
        }
    }
}

/// `base^m` for `0 <= base <= 1` as a number times `2^(-512 k)`, and `k`.
fn power(base: f64, mut m: usize) -> (f64, u32) {
    let normal = |(mut value, mut below): (f64, u32)| {
        if value > LARGE && below > 0 {
            (value, below) = (value * factor(1), below - 1);
        }
        if value < LARGE.recip() && value > 0.0 {
            (value, below) = (value / factor(1), below + 1);
        }
        (value, below)
    };
    let times = |a: (f64, u32), b: (f64, u32)| normal((a.0 * b.0, a.1 + b.1));
    let (mut result, mut square) = ((1.0, 0), normal((base, 0)));
    while m > 0 {
        if m % 2 == 1 {
            result = times(result, square);
        }
        square = times(square, square);
        m /= 2;
    }
    result
}

/// `2^(-512 k)`; 0 from `k = 3` on.
fn factor(below: u32) -> f64 {
    match below {
        0 => 1.0,
        1 => power_of_two(-UNIT),
        2 => power_of_two(-UNIT) * power_of_two(-UNIT),
        _ => 0.0,
    }
}

/// `2^exponent` for normal numbers.
const fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
}
