//! What the paths of a plan cost, and the choice between them.

use super::{Blocks, ConvPlan, PairMap, Precision};
use crate::error::axes;
use crate::program::Program;
use crate::{EngineError, Layout, Result};

/// Time of one product in a transform of runs, in products of a matrix product: it is fed from
/// the cache instead of from registers. An estimate.
const TRANSFORM_PRODUCT: u128 = 3;
/// Cost of a product of a bank of filters, which sums several responses in registers.
const FILTER_PRODUCT: u128 = 2;

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
    /// One matrix product per irrep of the symmetries that map pixels to pixels, or of a subgroup of
    /// these where that is less work.
    Lattice,
    /// A few scalar filters, then one matrix product per irrep of the whole group.
    BandLimited,
}

impl Path {
    /// The name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dense => "dense",
            Self::Lattice => "lattice Fourier",
            Self::BandLimited => "band limit",
        }
    }
}

/// What one path costs per output pixel of one image.
///
/// ```
/// use schur_engine::{ConvPlan, Geometry, Layout, PairBasis};
/// let (one, two) = (Layout::scalars(1)?, Layout::scalars(2)?);
/// let plan = ConvPlan::new(one, two, Geometry::square(3)?, vec![PairBasis::default()])?;
/// let dense = plan.costs()[0];
/// assert_eq!((dense.products, dense.transform, dense.filters), (18, 0, 0));
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathCost {
    /// The path.
    pub path: Path,
    /// Products in matrix products.
    pub products: u128,
    /// Products in the fixed transforms before and after.
    pub transform: u128,
    /// Products with scalar filters.
    pub filters: u128,
    /// Numbers in the weight that the products read.
    pub weights: u128,
    /// Expected time, in `f32` products of a large matrix product: whole vectors, and transforms and
    /// filters by the time that they take; products of bf16 count half. The plan compares these.
    pub work: u128,
}

/// Expected time of a program, in `f32` products.
pub(super) fn work(program: &Program, precision: Precision) -> u128 {
    let [products, transform, filters] = program.padded_products();
    products / precision.at_once() + TRANSFORM_PRODUCT * transform + FILTER_PRODUCT * filters
}

impl ConvPlan {
    /// The path of the convolution and of the parameter gradient.
    #[must_use]
    pub fn path(&self) -> Path {
        self.path
    }

    /// The path of the input gradient, whose fields are exchanged and whose costs may differ.
    #[must_use]
    pub fn input_gradient_path(&self) -> Path {
        self.adjoint_path
    }

    /// This plan with everything on one path.
    ///
    /// # Errors
    ///
    /// [`EngineError::NoPath`] if the plan does not have it.
    pub fn with_path(mut self, path: Path) -> Result<Self> {
        if let Some(Err(reason)) = self.of_path(path) {
            let reason = reason.clone();
            return Err(EngineError::NoPath {
                path: path.name(),
                reason,
            });
        }
        self.path = path;
        self.adjoint_path = path;
        Ok(self)
    }

    /// The blocks of a path; `None` for the dense one.
    pub(super) fn of_path(&self, path: Path) -> Option<&std::result::Result<Blocks, String>> {
        match path {
            Path::Dense => None,
            Path::Lattice => Some(&self.lattice),
            Path::BandLimited => Some(&self.band),
        }
    }

    /// The costs of all paths that this plan has, the dense one first.
    #[must_use]
    pub fn costs(&self) -> Vec<PathCost> {
        let weights = self.weight_len() as u128;
        let mut costs = vec![PathCost {
            path: Path::Dense,
            products: weights,
            transform: 0,
            filters: 0,
            weights,
            work: weights / self.precision.at_once(),
        }];
        for path in [Path::Lattice, Path::BandLimited] {
            if let Some(Ok(Blocks { forward, .. })) = self.of_path(path) {
                let program = forward.program();
                costs.push(PathCost {
                    path,
                    products: program.products(),
                    transform: program.transform_products(),
                    filters: program.filter_products(),
                    weights: program.weights(),
                    work: work(program, self.precision),
                });
            }
        }
        costs
    }

    /// Takes the paths with the least work.
    pub(super) fn choose(&mut self) {
        let dense = self.weight_len() as u128 / self.precision.at_once();
        let mut best = [(Path::Dense, dense); 2];
        for path in [Path::Lattice, Path::BandLimited] {
            if let Some(Ok(blocks)) = self.of_path(path) {
                let adjoint = blocks.adjoint.as_ref().unwrap_or(&blocks.forward);
                for (best, way) in best.iter_mut().zip([&blocks.forward, adjoint]) {
                    let work = work(way.program(), self.precision);
                    if work < best.1 {
                        *best = (path, work);
                    }
                }
            }
        }
        (self.path, self.adjoint_path) = (best[0].0, best[1].0);
    }

    /// One line for people: sizes, parameters, the path and why.
    #[must_use]
    pub fn explain(&self) -> String {
        let kernel = axes(self.geometry.kernel(), 1, " x ");
        let counted = |n: usize, one: &str| match n {
            1 => format!("1 {one}"),
            n => format!("{n} {one}s"),
        };
        let sizes = |layout: &Layout| {
            let [channels, fields] = [(layout.channels(), "channel"), (layout.fields(), "field")]
                .map(|(n, one)| counted(n, one));
            format!("{channels} ({fields})")
        };
        let mut text = format!(
            "{kernel} convolution, {} -> {}: {} free parameters for {} dense weights, \
             {} basis entries; path: {}; products{} per {}: ",
            sizes(&self.input),
            sizes(&self.output),
            self.parameters,
            self.weight_len(),
            self.pairs.iter().map(PairMap::entries).sum::<usize>(),
            self.path.name(),
            match self.precision {
                Precision::F32 => String::new(),
                Precision::Bf16 => " of bf16".to_string(),
            },
            match self.geometry.kernel()[0] {
                1 => "pixel",
                _ => "voxel",
            },
        );
        let costs = self.costs();
        for (index, path) in [Path::Dense, Path::Lattice, Path::BandLimited]
            .into_iter()
            .enumerate()
        {
            if index > 0 {
                text += ", ";
            }
            text += path.name();
            let group = match self.of_path(path) {
                None => String::new(),
                Some(Ok(blocks)) => format!(" over {}", blocks.group),
                Some(Err(reason)) => {
                    text += &format!(" none ({reason})");
                    continue;
                }
            };
            if let Some(cost) = costs.iter().find(|c| c.path == path) {
                text += &format!("{group} {}", cost.products);
                if path != Path::Dense {
                    let extra = cost.transform + cost.filters;
                    text += &format!(" and {extra} in transforms and filters");
                }
            }
        }
        text
    }
}
