//! What goes into a norm and comes out of it, field by field.

/// Which mean a norm may subtract from the fields of a block.
///
/// ```
/// use schur_engine::{Activation, Block, Centering, Layout, NormPlan};
/// // Vectors of the plane have no mean that a rotation keeps.
/// let vectors = Layout::new(vec![Block { dim: 2, multiplicity: 3 }])?;
/// let plan = NormPlan::with_centering(vectors, vec![Centering::None], Activation::Identity)?;
/// assert_eq!(plan.centering(), [Centering::None]);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Centering {
    /// One mean and one variance per field, over batch, pixels *and components*, and a shift
    /// `beta` after scaling. Equivariant for permutation representations, whose components the
    /// group only exchanges, and for trivial ones.
    PerField,
    /// No mean and no shift; the variance is the mean square. Equivariant for every orthogonal
    /// representation, in particular for those without a trivial part, whose mean field a group
    /// average would make 0.
    None,
}

/// Scale, shift and regulariser of a norm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine<'a, T> {
    /// Scale of every field.
    pub gamma: &'a [T],
    /// Shift of every field; the entries of blocks with [`Centering::None`] are not used.
    pub beta: &'a [T],
    /// Added to every variance.
    pub eps: f64,
}

/// Mean and variance of every field.
#[derive(Debug, Clone, PartialEq)]
pub struct Moments<T> {
    /// Mean of every field; 0 for blocks with [`Centering::None`].
    pub mean: Vec<T>,
    /// Biased variance of every field: the mean of (x - mean)^2.
    pub variance: Vec<T>,
}

/// The gradient of a norm.
#[derive(Debug, Clone, PartialEq)]
pub struct NormGradient<T> {
    /// In the input.
    pub dx: Vec<T>,
    /// In the scale, per field.
    pub dgamma: Vec<T>,
    /// In the shift, per field; 0 for blocks with [`Centering::None`].
    pub dbeta: Vec<T>,
}
