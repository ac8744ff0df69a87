//! What the paths of a plan cost, and the choice between them.

use super::{Blocks, ConvPlan, PairMap};
use crate::{EngineError, Result};

/// Time of one product in a transform of runs, in products of a matrix product: it is fed from
/// the cache instead of from registers.
const TRANSFORM_PRODUCT: u128 = 3;

/// How a convolution is computed. All paths give the same numbers up to rounding.
///
/// ```
/// use schur_engine::Path;
/// assert_eq!(Path::Lattice.name(), "lattice Fourier");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Path {
    /// Expand the kernel and convolve densely.
    Dense,
    /// One matrix product per irrep of the symmetries that map pixels to pixels.
    Lattice,
}

impl Path {
    /// The name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dense => "dense",
            Self::Lattice => "lattice Fourier",
        }
    }
}

/// What one path costs per output pixel of one image.
///
/// ```
/// use schur_engine::{Path, PathCost};
/// let dense = PathCost { path: Path::Dense, products: 1600, transform: 0, weights: 1600 };
/// let blocks = PathCost { path: Path::Lattice, products: 600, transform: 80, weights: 400 };
/// assert!(blocks.work() < dense.work());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathCost {
    /// The path.
    pub path: Path,
    /// Products in matrix products.
    pub products: u128,
    /// Products in the fixed transforms before and after.
    pub transform: u128,
    /// Numbers in the weight that the products read.
    pub weights: u128,
}

impl PathCost {
    /// The products, with those of a transform counted by their time.
    #[must_use]
    pub fn work(&self) -> u128 {
        self.products + TRANSFORM_PRODUCT * self.transform
    }
}

impl ConvPlan {
    /// The path that this plan takes.
    #[must_use]
    pub fn path(&self) -> Path {
        self.path
    }

    /// The same plan on another path.
    ///
    /// # Errors
    ///
    /// [`EngineError::NoPath`] if the plan does not have it.
    pub fn with_path(mut self, path: Path) -> Result<Self> {
        if let (Path::Lattice, Err(reason)) = (path, &self.lattice) {
            let reason = reason.clone();
            return Err(EngineError::NoPath {
                path: path.name(),
                reason,
            });
        }
        self.path = path;
        Ok(self)
    }

    /// The costs of all paths that this plan has, the dense one first.
    #[must_use]
    pub fn costs(&self) -> Vec<PathCost> {
        let weights = self.weight_len() as u128;
        let mut costs = vec![PathCost {
            path: Path::Dense,
            products: weights,
            transform: 0,
            weights,
        }];
        if let Ok(blocks) = &self.lattice {
            let (products, transform) = blocks.forward.products();
            let weights = blocks.forward.weights();
            costs.push(PathCost {
                path: Path::Lattice,
                products,
                transform,
                weights,
            });
        }
        costs
    }

    /// The path with the least work; the first of equals.
    pub(super) fn cheapest(&self) -> Path {
        let costs = self.costs();
        costs
            .iter()
            .min_by_key(|c| c.work())
            .map_or(Path::Dense, |c| c.path)
    }

    /// One line for people: sizes, parameters, the path and why.
    #[must_use]
    pub fn explain(&self) -> String {
        let (rows, cols) = self.geometry.kernel();
        let costs = self.costs();
        let dense = costs[0].products;
        let why = match (&self.lattice, self.path) {
            (Err(reason), _) => format!("{dense} products per pixel; {reason}"),
            (Ok(Blocks { group, .. }), Path::Dense) => format!(
                "{dense} products per pixel; the blocks of {group} would need {} and {} in transforms",
                costs[1].products, costs[1].transform
            ),
            (Ok(Blocks { group, .. }), Path::Lattice) => format!(
                "{} products per pixel in blocks of {group} and {} in transforms, for {dense} dense ones",
                costs[1].products, costs[1].transform
            ),
        };
        format!(
            "{rows} x {cols} convolution, {} channels ({} fields) -> {} channels ({} fields): \
             {} free parameters for {} dense weights, {} basis entries; path: {}, {why}",
            self.input.channels(),
            self.input.fields(),
            self.output.channels(),
            self.output.fields(),
            self.parameters,
            self.weight_len(),
            self.pairs.iter().map(PairMap::entries).sum::<usize>(),
            self.path.name(),
        )
    }
}
