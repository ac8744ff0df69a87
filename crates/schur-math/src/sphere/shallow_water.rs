//! Shallow water on a sphere that does not rotate.

use super::SphereGrid;
use super::momentum::Momentum;
use super::transform::Transform;
use crate::error::MathError;
use crate::harmonics::check_degree;
use crate::vector::{Vector, cross, dot, minus, plus};

/// The largest degree: tables of 100 MiB.
const MAX_DEGREE: usize = 255;

/// Height, vorticity and divergence of water on a sphere as coefficients of `√4π Y_lm`, each `(L + 1)²`
/// numbers at `l² + l + m`; the first is the mean.
///
/// Under a rotation all three are functions. Under an inversion or a mirror vorticity changes its sign as
/// well: height and divergence are scalars, `harmonics(0, L)` of O(3), vorticity is a pseudoscalar,
/// `pseudoharmonics(0, L)` ([`SpatialRepresentation::degrees`](crate::SpatialRepresentation::degrees)).
///
/// ```
/// use schur_math::WaterState;
///
/// let still = WaterState::still(7, 10_000.0);
/// assert_eq!((still.height[0], still.vorticity.len()), (10_000.0, 64));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct WaterState {
    /// Depth of the water in metres.
    pub height: Vec<f64>,
    /// Curl of the velocity, seen from outside counter-clockwise, in 1/s.
    pub vorticity: Vec<f64>,
    /// Divergence of the velocity in 1/s.
    pub divergence: Vec<f64>,
}

impl WaterState {
    /// Water of one depth, in metres, that does not move.
    pub fn still(degree: usize, depth: f64) -> Self {
        let zeros = vec![0.0; (degree + 1).pow(2)];
        let mut height = zeros.clone();
        height[0] = depth;
        Self {
            height,
            vorticity: zeros.clone(),
            divergence: zeros,
        }
    }

    fn parts(&self) -> [&[f64]; 3] {
        [&self.height, &self.vorticity, &self.divergence]
    }

    /// This state and `factor` times the others.
    fn plus(&self, others: &[(f64, &Self)]) -> Self {
        let part = |k: usize| {
            let mut sum = self.parts()[k].to_vec();
            for (factor, other) in others {
                let terms = sum.iter_mut().zip(other.parts()[k]);
                terms.for_each(|(sum, term)| *sum += factor * term);
            }
            sum
        };
        let [height, vorticity, divergence] = [0, 1, 2].map(part);
        Self {
            height,
            vorticity,
            divergence,
        }
    }
}

/// The shallow-water equations on a sphere of radius `a` without rotation, for the depth `h` and the
/// velocity `v` of the water, by their vorticity `ζ` and divergence `δ`:
///
/// ```math
/// \dot h = -\nabla\cdot(h v), \qquad
/// \dot\zeta = -\nabla\cdot(\zeta v), \qquad
/// \dot\delta = r\cdot\nabla\times(\zeta v) - \Delta\left(g h + \tfrac12 |v|^2\right)
/// ```
///
/// (D. L. Williamson and others, "A standard test set for numerical approximations to the shallow water
/// equations in spherical geometry", 1992, with `f = 0`). Nothing in them knows a direction, so the
/// solution commutes with all of O(3) if vorticity changes its sign under inversions.
///
/// # Method
///
/// Coefficients of degrees up to `L` (triangular truncation), products at the places of a Gauss-Legendre
/// grid that is exact for degree `3L + 1`: what is truncated is the exact product, so the discrete
/// solution commutes with O(3) to round-off. Derivatives are the operators `r × ∇`, which mix
/// coefficients of one degree; there is no pole. Time steps are the classical Runge-Kutta method of
/// order 4, stable as long as `Δt √(g h L(L+1)) / a < 2.8`. The mean depth is kept to the bit, the energy
/// up to truncation.
///
/// ```
/// use schur_math::{ShallowWater, WaterState};
///
/// // A bump of degree 2 swings with the frequency √(g h l(l+1)) / a: here for half a period.
/// let water = ShallowWater::on_earth(4)?;
/// let mut bump = WaterState::still(4, 10_000.0);
/// bump.height[6] = 1.0;
/// let frequency = (9.80616f64 * 10_000.0 * 6.0).sqrt() / 6.37122e6;
/// let later = water.advance(&bump, std::f64::consts::PI / frequency, 100)?;
/// assert!((later.height[6] + 1.0).abs() < 1e-4);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ShallowWater {
    degree: usize,
    radius: f64,
    gravity: f64,
    /// Rates at which vorticity and divergence of a degree decay, in 1/s.
    decay: Vec<f64>,
    momentum: Momentum,
    transform: Transform,
    points: Vec<Vector>,
    /// Of every place, as a mean.
    weights: Vec<f64>,
}

impl ShallowWater {
    /// For degrees up to `degree`, on a sphere with a radius in metres, where water falls with a gravity
    /// in m/s².
    ///
    /// # Errors
    ///
    /// If the degree is not from 1 to 255, or radius or gravity is not positive and finite.
    pub fn new(degree: usize, radius: f64, gravity: f64) -> Result<Self, MathError> {
        check_degree("the degree of shallow water", degree, MAX_DEGREE)?;
        let positive = |value: f64| value > 0.0 && value.is_finite();
        if degree == 0 || !positive(radius) || !positive(gravity) {
            return Err(MathError::geometry(
                "a sphere with shallow water (degree, radius, gravity)",
                (degree, radius, gravity),
                "one of them is not positive and finite",
                "use a degree from 1, a radius in metres and a gravity in m/s²",
            ));
        }
        let grid = SphereGrid::gauss_legendre((3 * degree + 2).div_ceil(2), 3 * degree + 2)?;
        Ok(Self {
            degree,
            radius,
            gravity,
            decay: vec![0.0; degree + 1],
            momentum: Momentum::new(degree),
            transform: Transform::new(&grid, degree)?,
            points: grid.points(),
            weights: grid.weights(),
        })
    }

    /// On a sphere with the radius 6371.22 km and the gravity 9.80616 m/s² of the standard test set.
    ///
    /// # Errors
    ///
    /// If the degree is not from 1 to 255.
    pub fn on_earth(degree: usize) -> Result<Self, MathError> {
        Self::new(degree, 6.37122e6, 9.80616)
    }

    /// With vorticity and divergence of degree `l` that decay at the rate
    /// `(l(l+1) / L(L+1))⁴ / seconds`, as hyperdiffusion of order 8 does: applied exactly after every step.
    /// It keeps what flows to high degrees from piling up there, and commutes with O(3) too.
    ///
    /// # Errors
    ///
    /// If the time is not positive.
    pub fn with_hyperdiffusion(mut self, seconds: f64) -> Result<Self, MathError> {
        if seconds.is_nan() || seconds <= 0.0 {
            return Err(MathError::geometry(
                "the time in which the highest degree decays",
                seconds,
                "it is not positive",
                "use seconds, such as 7200",
            ));
        }
        let largest = eigenvalue(self.degree);
        for (l, decay) in self.decay.iter_mut().enumerate() {
            *decay = (eigenvalue(l) / largest).powi(4) / seconds;
        }
        Ok(self)
    }

    /// The largest degree `L`.
    pub fn degree(&self) -> usize {
        self.degree
    }

    /// The derivative of a state by time, per second, without hyperdiffusion.
    ///
    /// # Errors
    ///
    /// If a part of the state has not `(L + 1)²` finite numbers, or vorticity or divergence has a mean,
    /// which those of a velocity have not.
    pub fn tendency(&self, state: &WaterState) -> Result<WaterState, MathError> {
        self.check(state)?;
        Ok(self.rates(state))
    }

    /// The state after a time in seconds, in equal steps.
    ///
    /// # Errors
    ///
    /// Those of [`tendency`](Self::tendency); if the time is not finite, there is no step, or the steps
    /// are so long that the result is not finite.
    pub fn advance(
        &self,
        state: &WaterState,
        seconds: f64,
        steps: usize,
    ) -> Result<WaterState, MathError> {
        self.check(state)?;
        let what = "the time of shallow water (seconds, steps)";
        if !seconds.is_finite() || steps == 0 {
            return Err(MathError::geometry(
                what,
                (seconds, steps),
                "it is not finite, or has no step",
                "give seconds and at least one step",
            ));
        }
        let step = seconds / steps as f64;
        let mut now = state.clone();
        for _ in 0..steps {
            let first = self.rates(&now);
            let second = self.rates(&now.plus(&[(step / 2.0, &first)]));
            let third = self.rates(&now.plus(&[(step / 2.0, &second)]));
            let fourth = self.rates(&now.plus(&[(step, &third)]));
            let weighted = [(1.0, &first), (2.0, &second), (2.0, &third), (1.0, &fourth)];
            now = now.plus(&weighted.map(|(weight, rate)| (weight * step / 6.0, rate)));
            self.diffuse(&mut now, step);
        }
        if now.parts().concat().iter().all(|value| value.is_finite()) {
            return Ok(now);
        }
        Err(MathError::geometry(
            what,
            (seconds, steps),
            "the solution grew beyond all numbers",
            "use shorter steps, below 2.8 a / √(g h L(L+1)), or hyperdiffusion",
        ))
    }

    /// What hyperdiffusion does in a time.
    fn diffuse(&self, state: &mut WaterState, seconds: f64) {
        for (l, decay) in self.decay.iter().enumerate() {
            let factor = (-decay * seconds).exp();
            for part in [&mut state.vorticity, &mut state.divergence] {
                part[l * l..(l + 1).pow(2)]
                    .iter_mut()
                    .for_each(|value| *value *= factor);
            }
        }
    }

    /// The mean over the sphere of `h |v|²/2 + g h²/2` in m³/s², the energy over area and density.
    ///
    /// # Errors
    ///
    /// Those of [`tendency`](Self::tendency).
    pub fn energy(&self, state: &WaterState) -> Result<f64, MathError> {
        self.check(state)?;
        let places = self.places(state);
        let each = places.iter().zip(&self.weights).map(|(place, weight)| {
            let speed = self.radius.powi(2) * dot(place.velocity, place.velocity);
            weight * place.height * (speed + self.gravity * place.height) / 2.0
        });
        Ok(each.sum())
    }

    fn check(&self, state: &WaterState) -> Result<(), MathError> {
        let expected = (self.degree + 1).pow(2);
        for (what, part) in ["height", "vorticity", "divergence"]
            .into_iter()
            .zip(state.parts())
        {
            let found = part.iter().filter(|value| value.is_finite()).count();
            if part.len() != expected || found != expected {
                return Err(MathError::Length {
                    what: format!("the {what} of shallow water"),
                    found,
                    expected,
                    meaning: format!("(L + 1)² finite numbers for L = {}", self.degree),
                });
            }
        }
        let means = [state.vorticity[0], state.divergence[0]];
        if means == [0.0; 2] {
            return Ok(());
        }
        Err(MathError::geometry(
            "the means of vorticity and divergence",
            means,
            "those of a velocity vanish on a sphere",
            "set the first coefficient of both to 0",
        ))
    }

    /// Numbers at the places of the grid.
    fn places(&self, state: &WaterState) -> Vec<Place> {
        // On the unit sphere: velocity / a = K ψ - r × K χ, where Δψ = ζ and Δχ = δ.
        let [stream, potential] = [&state.vorticity, &state.divergence].map(|part| {
            let mut inverse = part.clone();
            for l in 1..=self.degree {
                let own = &mut inverse[l * l..(l + 1).pow(2)];
                own.iter_mut().for_each(|value| *value /= -eigenvalue(l));
            }
            self.momentum.of(&inverse)
        });
        let fields = stream.iter().zip(&potential).enumerate();
        let fields = fields.map(|(i, ([a, b, c], [d, e, f]))| {
            let (height, vorticity) = (state.height[i], state.vorticity[i]);
            [height, vorticity, *a, *b, *c, *d, *e, *f]
        });
        let values = self.transform.synthesis(&fields.collect::<Vec<_>>());
        let values = values.iter().zip(&self.points);
        let values = values.map(|([height, vorticity, a, b, c, d, e, f], point)| {
            let (stream, potential) = ([*a, *b, *c], [*d, *e, *f]);
            Place {
                height: *height,
                vorticity: *vorticity,
                velocity: minus(stream, cross(*point, potential)),
                turned: plus(potential, cross(*point, stream)),
            }
        });
        values.collect()
    }

    fn rates(&self, state: &WaterState) -> WaterState {
        let products = self.places(state).into_iter().map(|place| {
            let [x, y, z] = place.turned;
            let [u, v, w] = place.velocity;
            let (h, c) = (place.height, place.vorticity);
            let energy = dot(place.velocity, place.velocity) / 2.0;
            let fluxes = [h * x, h * y, h * z, c * x, c * y, c * z];
            let [a, b, d, e, f, g] = fluxes;
            [a, b, d, e, f, g, c * u, c * v, c * w, energy]
        });
        let products = self.transform.analysis(&products.collect::<Vec<_>>());
        let of = |first: usize| {
            let vector = move |all: &[f64; 10]| [all[first], all[first + 1], all[first + 2]];
            self.momentum.dot(&products, vector)
        };
        let negative = |part: Vec<f64>| part.into_iter().map(|value| -value).collect();
        let mut divergence = of(6);
        let pressure = self.gravity / self.radius.powi(2);
        for l in 0..=self.degree {
            for i in l * l..(l + 1).pow(2) {
                divergence[i] += eigenvalue(l) * (pressure * state.height[i] + products[i][9]);
            }
        }
        WaterState {
            height: negative(of(0)),
            vorticity: negative(of(3)),
            divergence,
        }
    }
}

/// A place of the grid.
struct Place {
    height: f64,
    vorticity: f64,
    /// Over the radius.
    velocity: Vector,
    /// `r × velocity`.
    turned: Vector,
}

/// `l(l+1)`.
fn eigenvalue(l: usize) -> f64 {
    (l * (l + 1)) as f64
}
