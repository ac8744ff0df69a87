//! Functions on a compact group or one of its homogeneous spaces, up to a band.

use super::Representation;
use crate::compact::CompactHomomorphism;
use crate::error::MathError;
use crate::finite_representation::check_numbers;
use crate::matrix::Matrix;
use crate::quadrature::Quadrature;
use crate::symmetry::{SymmetryGroup, SymmetryIrrep, orthonormal_firsts};
use crate::tolerance::{MULTIPLICITY, SAME_ROTATION};

/// The functions on `G` or `G/H` up to a band, `[g f](x) = f(g⁻¹ x)`, as coefficients and as
/// values on a grid: the band-limited regular and quotient representations.
///
/// For an irrep `$\psi$` of real dimension `$D$` and a unit vector `$w$` that `$H$` leaves alone,
/// the functions
///
/// ```math
/// Y_a(g H) = \sqrt{D}\, \big( \psi(g)\, w \big)_a
/// ```
///
/// are orthonormal in the mean over `$G$`, and coefficients `$f = \sum_a c_a Y_a$` transform by
/// `$c \mapsto \psi(g)\, c$`. So `ψ` occurs `dim ψ^H / c_ψ` times, with one `w` for each, where `c_ψ` is the dimension of its
/// endomorphism algebra; in the regular representation, `D / c_ψ` times. The vectors `w` are
/// the projections of the standard basis vectors to `ψ^H`, made orthonormal in their order.
///
/// The grid is exact for products of two such functions; points of a group that are one
/// point of `G/H` (or that no function up to the band tells apart) are merged. So
/// [`analysis`](Self::analysis) undoes [`synthesis`](Self::synthesis).
///
/// ```
/// use schur_math::{CompactHomomorphism, SpatialGroup, SpectralField};
///
/// // The sphere SO(3)/SO(2): the harmonics of degrees 0 to 2.
/// let axis = SpatialGroup::parse("SO(2)")?;
/// let inside = CompactHomomorphism::of_space(&axis, &SpatialGroup::so3())?;
/// let sphere = SpectralField::quotient(&inside, 2)?;
/// assert_eq!(sphere.representation().to_string(), "0 + 1 + 2");
/// let coefficients = [0.0, 1.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 2.0];
/// let values = sphere.synthesis(&coefficients)?;
/// for (a, b) in sphere.analysis(&values)?.iter().zip(coefficients) {
///     assert!((a - b).abs() < 1e-14);
/// }
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug)]
pub struct SpectralField<G: SymmetryGroup> {
    representation: Representation<G::Irrep>,
    /// The vector `w` of every irrep.
    invariants: Vec<Vec<f64>>,
    grid: Quadrature<G::Element>,
    /// The values of all functions at the points of the grid, one row per point.
    values: Vec<f64>,
}

impl<G: SymmetryGroup> SpectralField<G> {
    /// Functions on the group: every irrep up to the band, `D / c_ψ` times.
    ///
    /// ```
    /// use schur_math::{PlanarGroup, SpectralField};
    ///
    /// // Functions on the circle to frequency 2: a constant, and cosine and sine of 1 and 2.
    /// let circle = SpectralField::regular(&PlanarGroup::so2(), 2)?;
    /// assert_eq!(circle.dim(), 5);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the band is too large.
    pub fn regular(group: &G, band: usize) -> Result<Self, MathError> {
        Self::with_projectors(group, band, |irrep| Ok(Matrix::identity(irrep.dim())))
    }

    /// Functions on the homogeneous space `G/H` of a closed or finite subgroup `H`.
    ///
    /// # Errors
    ///
    /// If the band is too large.
    pub fn quotient<H: SymmetryGroup>(
        subgroup: &CompactHomomorphism<H, G>,
        band: usize,
    ) -> Result<Self, MathError> {
        let degree = band.saturating_mul(subgroup.stretch());
        let mean = subgroup.source().quadrature(degree)?;
        let elements = mean.points().iter().map(|h| subgroup.apply(h));
        let elements: Vec<G::Element> = elements.collect::<Result<_, _>>()?;
        Self::with_projectors(subgroup.target(), band, |irrep| {
            let mut projector = Matrix::zeros(irrep.dim(), irrep.dim());
            for (h, weight) in elements.iter().zip(mean.weights()) {
                for (sum, value) in projector
                    .values_mut()
                    .iter_mut()
                    .zip(irrep.matrix(h)?.values())
                {
                    *sum += weight * value;
                }
            }
            Ok(projector)
        })
    }

    /// A field with the projectors to `ψ^H`.
    fn with_projectors(
        group: &G,
        band: usize,
        projector: impl Fn(&G::Irrep) -> Result<Matrix, MathError>,
    ) -> Result<Self, MathError> {
        let (mut irreps, mut invariants) = (Vec::new(), Vec::new());
        for irrep in group.irreps(band)? {
            let (dim, projector) = (irrep.dim(), projector(&irrep)?);
            let units = irrep.endomorphisms();
            let count = projector.trace() / units.len() as f64;
            if (count - count.round()).abs() > MULTIPLICITY {
                return Err(MathError::Multiplicity {
                    irrep: irrep.to_string(),
                    representation: format!("the functions on a homogeneous space of {group}"),
                    multiplicity: count,
                });
            }
            let first = |x: usize| projector.column(x);
            orthonormal_firsts(dim, units.len(), count.round() as usize, first, |w| {
                let used = units.iter().map(|e| e.apply(&w));
                let used = used.collect();
                irreps.push(irrep.clone());
                invariants.push(w);
                used
            });
        }
        let representation = Representation::new(group, irreps, None)?;
        let full = group.quadrature(band.saturating_mul(2))?;
        let sizes = [representation.dim(), full.points().len()];
        check_numbers("the functions of a spectral field", &sizes)?;
        let mut field = Self {
            representation,
            invariants,
            grid: Quadrature::even(Vec::new(), full.degree()),
            values: Vec::new(),
        };
        field.merge(&full)?;
        Ok(field)
    }

    /// Takes the points of a grid, each once: those at which all functions agree are one.
    fn merge(&mut self, full: &Quadrature<G::Element>) -> Result<(), MathError> {
        let dim = self.dim();
        let scale = (dim as f64).sqrt();
        let (mut points, mut weights) = (Vec::new(), Vec::<f64>::new());
        for (g, weight) in full.points().iter().zip(full.weights()) {
            let values = self.functions_at(g)?;
            // Points of one coset often follow each other in a grid, so the last are tried first.
            let mut known = self.values.chunks(dim);
            let same = known.rposition(|row| {
                let close = |(a, b): (&f64, &f64)| (a - b).abs() <= SAME_ROTATION * scale;
                row.iter().zip(&values).all(close)
            });
            match same {
                Some(place) => weights[place] += weight,
                None => {
                    points.push(g.clone());
                    weights.push(*weight);
                    self.values.extend(values);
                }
            }
        }
        self.grid = Quadrature::from_parts(points, weights, full.degree());
        Ok(())
    }

    /// How coefficients transform: a sum of irreps.
    pub fn representation(&self) -> &Representation<G::Irrep> {
        &self.representation
    }

    /// The number of functions.
    pub fn dim(&self) -> usize {
        self.representation.dim()
    }

    /// The grid: points of `G/H`, each by an element `g` of its coset `g H`. Weights sum to 1.
    pub fn grid(&self) -> &Quadrature<G::Element> {
        &self.grid
    }

    /// The values of all functions at the points of the grid, one row of [`dim`](Self::dim)
    /// numbers per point: the matrix of the synthesis.
    pub fn synthesis_matrix(&self) -> &[f64] {
        &self.values
    }

    /// The values of all functions at `g H`.
    ///
    /// # Errors
    ///
    /// If `g` is no element of the group.
    pub fn functions_at(&self, g: &G::Element) -> Result<Vec<f64>, MathError> {
        let runs = || self.representation.parts().chunk_by(|a, b| a == b);
        let firsts: Vec<G::Irrep> = runs().map(|run| run[0].clone()).collect();
        let matrices = G::Irrep::matrices(&firsts, g)?;
        let mut values = Vec::with_capacity(self.dim());
        let mut invariants = self.invariants.iter();
        for (run, matrix) in runs().zip(&matrices) {
            let dim = run[0].dim();
            let scale = (dim as f64).sqrt();
            for w in invariants.by_ref().take(run.len()) {
                values.extend(matrix.apply(w).iter().map(|v| scale * v));
            }
        }
        Ok(values)
    }

    /// The values `Σ_a c_a Y_a` at the points of the grid.
    ///
    /// # Errors
    ///
    /// If there are not [`dim`](Self::dim) coefficients.
    pub fn synthesis(&self, coefficients: &[f64]) -> Result<Vec<f64>, MathError> {
        check_length("the coefficients of a field", coefficients, self.dim())?;
        let rows = self.values.chunks(self.dim());
        let value = |row: &[f64]| row.iter().zip(coefficients).map(|(a, b)| a * b).sum();
        Ok(rows.map(value).collect())
    }

    /// The coefficients `c_a = <f Y_a>`, by the grid.
    ///
    /// # Errors
    ///
    /// If there is not one value per point of the grid.
    pub fn analysis(&self, values: &[f64]) -> Result<Vec<f64>, MathError> {
        let points = self.grid.points().len();
        check_length("the values of a field", values, points)?;
        let mut coefficients = vec![0.0; self.dim()];
        let rows = self.values.chunks(self.dim()).zip(self.grid.weights());
        for ((row, weight), value) in rows.zip(values) {
            for (sum, function) in coefficients.iter_mut().zip(row) {
                *sum += weight * value * function;
            }
        }
        Ok(coefficients)
    }
}

fn check_length(what: &str, values: &[f64], expected: usize) -> Result<(), MathError> {
    if values.len() == expected {
        return Ok(());
    }
    Err(MathError::Length {
        what: what.to_string(),
        found: values.len(),
        expected,
        meaning: "one per function or point".to_string(),
    })
}
