//! The chain of ever smaller spaces of linear maps between feature maps, from all of them to
//! the invariant ones.

mod domain;
mod kernels;

use std::fmt;
use std::sync::Arc;

pub use domain::Boundary;
use domain::Domain;
use kernels::Kernels;

use crate::error::MathError;
use crate::finite_representation::FiniteRepresentation;
use crate::lattice::{LatticeAction, check_sizes};
use crate::linear::{norm, orthonormal_columns};
use crate::matrix::Matrix;
use crate::point_group::plane::PlanarGroup;
use crate::tolerance::MEMBERSHIP;

/// What a space of maps demands, each level what the ones before it demand too.
///
/// ```
/// use schur_math::hierarchy::MapLevel;
///
/// assert!(MapLevel::All < MapLevel::Equivariant);
/// assert_eq!(MapLevel::Local.to_string(), "local");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MapLevel {
    /// Nothing: every matrix.
    All,
    /// Commutes with translations: a convolution.
    Translation,
    /// The kernel is zero outside a centred window.
    Local,
    /// Commutes with the point group: `K(g t) = σ(g) K(t) ρ(g)⁻¹`.
    Equivariant,
    /// The values do not change either, `σ(g) K(t) = K(t)`: all output fields are scalars.
    Invariant,
}

impl fmt::Display for MapLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => "all",
            Self::Translation => "translation-equivariant",
            Self::Local => "local",
            Self::Equivariant => "equivariant",
            Self::Invariant => "invariant",
        })
    }
}

/// A space of linear maps between feature maps on an `n x n` grid, with its orthogonal
/// projector in the inner product `tr Mᵀ N`.
///
/// A map is a matrix of `c_out n² x c_in n²` numbers; rows and columns count
/// `[channel][row][column]`. Projectors are means over groups and restrictions to windows,
/// which commute, so the projector of an intersection is their product.
///
/// ```
/// use schur_math::hierarchy::{Boundary, MapLevel, hierarchy};
/// use schur_math::{FiniteRepresentation, Group, PlanarGroup};
///
/// let d4 = Group::parse("D4")?;
/// let scalar = FiniteRepresentation::trivial(&d4);
/// let chain = hierarchy(&PlanarGroup::new(&d4)?, &scalar, &scalar, 5, 3, Boundary::Periodic)?;
/// let dims: Vec<usize> = chain.iter().map(|space| space.dim()).collect();
/// // Matrices, circular convolutions, 3 x 3 kernels, and those with the symmetries of the
/// // square: corners, edges and the centre.
/// assert_eq!(dims, [625, 25, 9, 3, 3]);
/// // A kernel with a single corner is a quarter of a symmetric one.
/// let corner = chain[2].basis_map(0)?;
/// let symmetric = &chain[3];
/// assert_eq!(symmetric.level(), MapLevel::Equivariant);
/// assert!((symmetric.distance(&corner)? - 0.75f64.sqrt()).abs() < 1e-12);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MapSubspace {
    level: MapLevel,
    kernel: usize,
    kernels: Arc<Kernels>,
    dim: usize,
    /// Bases of the levels with a group, in coordinates of kernels.
    basis: Vec<Vec<f64>>,
}

/// The chain of spaces of maps to fields of type `out` from fields of type `input` on a
/// `size x size` grid, one per [`MapLevel`], with `kernel x kernel` windows.
///
/// ```
/// use schur_math::hierarchy::{Boundary, hierarchy};
/// use schur_math::{FiniteRepresentation, PlanarGroup};
///
/// let c4 = PlanarGroup::parse("C4")?;
/// let scalar = FiniteRepresentation::trivial(c4.finite().expect("C4 is finite"));
/// let chain = hierarchy(&c4, &scalar, &scalar, 6, 3, Boundary::Periodic)?;
/// let dims: Vec<usize> = chain.iter().map(|space| space.dim()).collect();
/// assert_eq!(dims, [36 * 36, 36, 9, 3, 3]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If a representation is of another group, an element does not map pixels to pixels, the
/// grid has no pixels, the window is even (its taps would sit between pixels) or larger than
/// the grid, or a map has more than [`MapSubspace::MAX_NUMBERS`] entries.
pub fn hierarchy(
    planar: &PlanarGroup,
    out: &FiniteRepresentation,
    input: &FiniteRepresentation,
    size: usize,
    kernel: usize,
    boundary: Boundary,
) -> Result<Vec<MapSubspace>, MathError> {
    check_sizes([1, size, size], "grid")?;
    let too_large = |numbers: Option<usize>| MathError::TooLarge {
        what: format!("a linear map between feature maps of {size} x {size} pixels"),
        numbers: numbers.map_or("too many".to_string(), |n| n.to_string()),
        max: MapSubspace::MAX_NUMBERS,
        remedy: "a smaller grid or smaller representations",
    };
    let factors = [input.dim(), out.dim(), size, size, size, size];
    let entries = factors.iter().try_fold(1usize, |n, &f| n.checked_mul(f));
    let entries = match entries {
        Some(entries) if entries <= MapSubspace::MAX_NUMBERS => entries,
        _ => return Err(too_large(entries)),
    };
    let domain = Domain::new(size, boundary);
    if kernel.is_multiple_of(2) || kernel > domain.largest_kernel() {
        return Err(MathError::Window {
            kernel,
            size,
            max: domain.largest_kernel(),
        });
    }
    let differences = LatticeAction::new(planar, [1, 2 * size - 1, 2 * size - 1])?;
    let differences = differences.finite_action()?;
    input.check_group(differences.group())?;
    out.check_group(differences.group())?;
    let kernels = Arc::new(Kernels::new(&differences, out, input, domain));
    let local = kernels.local(kernel);
    let mut chain = Vec::new();
    for level in [
        MapLevel::All,
        MapLevel::Translation,
        MapLevel::Local,
        MapLevel::Equivariant,
        MapLevel::Invariant,
    ] {
        let values_fixed = level == MapLevel::Invariant;
        let dim = match level {
            MapLevel::All => entries,
            MapLevel::Translation => kernels.len(),
            MapLevel::Local => local.len(),
            // An integer: both are characters of the group.
            _ => kernels.trace(kernel, values_fixed).round() as usize,
        };
        let mut basis = Vec::new();
        if level >= MapLevel::Equivariant {
            if dim.saturating_mul(kernels.len()) > MapSubspace::MAX_NUMBERS {
                return Err(too_large(dim.checked_mul(kernels.len())));
            }
            let column = |at: usize| kernels.mean(local[at], values_fixed);
            basis = orthonormal_columns(dim, local.len(), 1.0, column);
        }
        chain.push(MapSubspace {
            level,
            kernel,
            kernels: Arc::clone(&kernels),
            dim,
            basis,
        });
    }
    Ok(chain)
}

impl MapSubspace {
    /// Most entries of a map.
    pub const MAX_NUMBERS: usize = 1 << 24;

    /// What the space demands.
    pub fn level(&self) -> MapLevel {
        self.level
    }

    /// Dimension of the space.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Rows and columns of the maps.
    pub fn shape(&self) -> (usize, usize) {
        let pixels = self.kernels.domain.pixels();
        (
            self.kernels.out.dim() * pixels,
            self.kernels.input.dim() * pixels,
        )
    }

    /// An element of an orthonormal basis: unit matrices, maps of unit kernels, or means of
    /// those over the group, orthonormalised in their order.
    ///
    /// # Errors
    ///
    /// If `index` is not below [`dim`](Self::dim).
    pub fn basis_map(&self, index: usize) -> Result<Matrix, MathError> {
        if index >= self.dim {
            return Err(MathError::NoBasisElement {
                index,
                dim: self.dim,
            });
        }
        let unit = |length: usize, at: usize| {
            let mut unit = vec![0.0; length];
            unit[at] = 1.0;
            unit
        };
        let kernels = &self.kernels;
        Ok(match self.level {
            MapLevel::All => {
                let (rows, columns) = self.shape();
                Matrix::from_values(rows, columns, unit(self.dim, index))
            }
            MapLevel::Translation => kernels.to_map(&unit(kernels.len(), index)),
            MapLevel::Local => {
                let coordinate = kernels.local(self.kernel)[index];
                kernels.to_map(&unit(kernels.len(), coordinate))
            }
            _ => kernels.to_map(&self.basis[index]),
        })
    }

    /// The nearest map of the space.
    ///
    /// ```
    /// use schur_math::hierarchy::{Boundary, hierarchy};
    /// use schur_math::{FiniteRepresentation, Matrix, PlanarGroup};
    ///
    /// // The convolution nearest to a map that looks at a single pixel pair.
    /// let c1 = PlanarGroup::parse("C1")?;
    /// let scalar = FiniteRepresentation::trivial(c1.finite().expect("C1 is finite"));
    /// let chain = hierarchy(&c1, &scalar, &scalar, 3, 3, Boundary::Periodic)?;
    /// let mut map = Matrix::zeros(9, 9);
    /// map[(0, 0)] = 9.0;
    /// assert_eq!(chain[1].project(&map)?[(1, 1)], 1.0);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the map has not the [`shape`](Self::shape) of this space.
    pub fn project(&self, map: &Matrix) -> Result<Matrix, MathError> {
        let (rows, columns) = self.shape();
        if (map.rows(), map.cols()) != (rows, columns) {
            return Err(MathError::Length {
                what: format!("the {} x {} linear map", map.rows(), map.cols()),
                found: map.values().len(),
                expected: rows * columns,
                meaning: format!("{rows} x {columns}"),
            });
        }
        if self.level == MapLevel::All {
            return Ok(map.clone());
        }
        let mut kernel = self.kernels.of_map(map.values());
        if self.level >= MapLevel::Local {
            self.kernels.restrict_to(self.kernel, &mut kernel);
        }
        if self.level >= MapLevel::Equivariant {
            let mut sum = vec![0.0; kernel.len()];
            for element in &self.basis {
                let along: f64 = element.iter().zip(&kernel).map(|(b, k)| b * k).sum();
                sum.iter_mut()
                    .zip(element)
                    .for_each(|(s, b)| *s += along * b);
            }
            kernel = sum;
        }
        Ok(self.kernels.to_map(&kernel))
    }

    /// The distance `|M - P M|` of a map to the space, in the norm of Frobenius.
    ///
    /// # Errors
    ///
    /// As [`project`](Self::project).
    pub fn distance(&self, map: &Matrix) -> Result<f64, MathError> {
        let projected = self.project(map)?;
        let pairs = map.values().iter().zip(projected.values());
        let difference: Vec<f64> = pairs.map(|(a, b)| a - b).collect();
        Ok(norm(&difference))
    }

    /// Whether a map is in the space, up to [`MEMBERSHIP`] times its length.
    ///
    /// # Errors
    ///
    /// As [`project`](Self::project).
    pub fn contains(&self, map: &Matrix) -> Result<bool, MathError> {
        Ok(self.distance(map)? <= MEMBERSHIP * norm(map.values()))
    }

    /// The largest distance of a basis map of another space to this one: 0 up to round-off if
    /// this space includes it, at most 1. The two may have different groups and levels.
    ///
    /// # Errors
    ///
    /// If the maps have different shapes.
    pub fn distance_of_space(&self, other: &Self) -> Result<f64, MathError> {
        (0..other.dim).try_fold(0.0f64, |worst, index| {
            Ok(worst.max(self.distance(&other.basis_map(index)?)?))
        })
    }
}
