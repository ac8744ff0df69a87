//! What a convolution commutes with, as plain numbers.
//!
//! The engine knows no group: whoever knows one writes down how its elements act. A wrong
//! symmetry never makes a wrong result, since a plan uses only what its bases commute with.

use crate::tolerance::COMMUTES;
use crate::{EngineError, Layout, Result};

/// A sparse matrix by columns: the image of every basis vector as (row, entry) pairs.
///
/// ```
/// use schur_engine::symmetry::Columns;
/// // A quarter turn of (x, y): x goes to y, and y to -x.
/// let turn: Columns = vec![vec![(1, 1.0)], vec![(0, -1.0)]];
/// let (row, entry) = turn[1][0];
/// assert_eq!((row, entry), (0, -1.0));
/// ```
pub type Columns = Vec<Vec<(usize, f64)>>;

/// A symmetry group of a convolution with its action on taps and fibres, and perhaps that of a
/// larger group on the band of its kernels.
///
/// The mirror image of a row of three taps, and fields of two numbers that it exchanges:
///
/// ```
/// use schur_engine::symmetry::{Action, Columns, Irrep, Symmetry};
/// use schur_engine::{Block, ConvPlan, Geometry, Layout, PairBasis};
///
/// let permutation = |images: &[usize]| -> Columns {
///     images.iter().map(|&image| vec![(image, 1.0)]).collect()
/// };
/// let fibre = vec![permutation(&[0, 1]), permutation(&[1, 0])];
/// let sign = |value: f64| Irrep { dim: 1, complex: false, matrices: vec![vec![1.0], vec![value]] };
/// let symmetry = Symmetry {
///     name: "mirror".to_string(),
///     action: Action {
///         irreps: vec![sign(1.0), sign(-1.0)],
///         positions: vec![permutation(&[0, 1, 2]), permutation(&[2, 1, 0])],
///         inputs: vec![fibre.clone()],
///         outputs: vec![fibre],
///     },
///     subgroups: Vec::new(),
///     band: None,
/// };
/// let fields = Layout::new(vec![Block { dim: 2, multiplicity: 1 }])?;
/// let row = Geometry::plane((1, 3), (1, 1), (0, 1), (1, 1))?;
/// let plan = ConvPlan::with_symmetry(fields.clone(), fields, row, vec![PairBasis::default()], &symmetry)?;
/// assert!(plan.explain().contains("over mirror"));
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Symmetry {
    /// Name of the group, for people.
    pub name: String,
    /// How its elements permute or mix taps and components.
    pub action: Action,
    /// Subgroups, of which fewer and larger blocks follow but cheaper transforms: the plan takes the
    /// group or one of these, by the work. Best are those of which all irreps have one dimension and
    /// are real.
    pub subgroups: Vec<Subgroup>,
    /// For kernels that are combinations of a few filters: how a group, which may be larger, mixes
    /// these.
    pub band: Option<Band>,
}

/// A part of a group that acts on its own.
///
/// ```
/// use schur_engine::symmetry::{Action, Irrep, Subgroup};
/// // The identity alone, on one tap and fields of one number.
/// let one = vec![vec![vec![(0, 1.0)]]];
/// let trivial = Irrep { dim: 1, complex: false, matrices: vec![vec![1.0]] };
/// let (inputs, outputs) = (vec![one.clone()], vec![one.clone()]);
/// let action = Action { irreps: vec![trivial], positions: one, inputs, outputs };
/// let identity = Subgroup { name: "C1".to_string(), action };
/// assert_eq!(identity.action.positions.len(), identity.action.inputs[0].len());
/// ```
#[derive(Debug, Clone)]
pub struct Subgroup {
    /// The name of the subgroup, for people.
    pub name: String,
    /// How its elements permute or mix taps and components.
    pub action: Action,
}

/// How every element of a finite group acts. The order of the elements is free, but the same
/// everywhere.
///
/// A kernel K with `K(g t) = rho_out(g) K(t) rho_in(g)^-1` is a linear map from the patch space
/// (positions times input components) to the output fibre that commutes with the group.
///
/// ```
/// use schur_engine::symmetry::{Action, Columns, Irrep};
/// let permutation =
///     |images: &[usize]| -> Columns { images.iter().map(|&image| vec![(image, 1.0)]).collect() };
/// let sign = |value: f64| Irrep { dim: 1, complex: false, matrices: vec![vec![1.0], vec![value]] };
/// // The mirror image of a row of three taps, with scalars.
/// let scalars = vec![permutation(&[0]), permutation(&[0])];
/// let mirror = Action {
///     irreps: vec![sign(1.0), sign(-1.0)],
///     positions: vec![permutation(&[0, 1, 2]), permutation(&[2, 1, 0])],
///     inputs: vec![scalars.clone()],
///     outputs: vec![scalars],
/// };
/// assert!(mirror.irreps.iter().all(|irrep| irrep.matrices.len() == mirror.positions.len()));
/// ```
#[derive(Debug, Clone)]
pub struct Action {
    /// The irreducible real representations.
    pub irreps: Vec<Irrep>,
    /// Per element: orthogonal matrices on the positions of a kernel, which are its taps
    /// (row-major over depth, height and width), or the filters of a [`Band`].
    pub positions: Vec<Columns>,
    /// Per input block and element: orthogonal matrices on the components of a field.
    pub inputs: Vec<Vec<Columns>>,
    /// Per output block and element: orthogonal matrices on the components of a field.
    pub outputs: Vec<Vec<Columns>>,
}

/// An irreducible real representation.
///
/// ```
/// use schur_engine::symmetry::Irrep;
/// // The quarter turns of the plane, which commute with a I + b J.
/// let turn = |[cos, sin]: [f64; 2]| vec![cos, -sin, sin, cos];
/// let matrices = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]].map(turn).to_vec();
/// let plane = Irrep { dim: 2, complex: true, matrices };
/// assert!(plane.matrices.iter().all(|matrix| matrix.len() == plane.dim * plane.dim));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Irrep {
    /// The dimension of the irrep.
    pub dim: usize,
    /// Whether the commuting matrices are `a I + b J`, not only `a I`. Irreps whose commuting
    /// matrices are quaternions are unknown here: bases with them are computed densely.
    pub complex: bool,
    /// The orthogonal matrix of every element, row-major. Those of complex type have dimension 2
    /// and are rotations.
    pub matrices: Vec<Vec<f64>>,
}

/// Kernels that are a few scalar filters on the taps times a mixing of channels, and a group
/// that acts on the filters, also where it does not map taps to taps.
///
/// ```
/// use schur_engine::symmetry::{Action, Band, Fibre, Irrep};
/// // The mean of three taps as the only filter, which a mirror keeps, and scalars.
/// let same = vec![vec![vec![(0, 1.0)]]; 2];
/// let sign = |value: f64| Irrep { dim: 1, complex: false, matrices: vec![vec![1.0], vec![value]] };
/// let scalar = vec![Fibre { basis: vec![1.0], parts: vec![1], in_basis: same.clone() }];
/// let (inputs, outputs) = (vec![same.clone()], vec![same.clone()]);
/// let band = Band {
///     name: "mirror".to_string(),
///     action: Action { irreps: vec![sign(1.0), sign(-1.0)], positions: same, inputs, outputs },
///     filters: vec![1.0 / 3.0; 3],
///     fibres: [scalar.clone(), scalar],
/// };
/// assert_eq!(band.action.positions[0].len(), band.filters.len() / 3);
/// ```
#[derive(Debug, Clone)]
pub struct Band {
    /// Name of the group, for people.
    pub name: String,
    /// How its elements mix filters (the positions) and components.
    pub action: Action,
    /// The values of all filters on the taps, `[filter][tap]`.
    pub filters: Vec<f64>,
    /// The fields of every input and of every output block, in a basis of irreps.
    pub fibres: [Vec<Fibre>; 2],
}

/// The fields of one block in the basis of their irreps.
///
/// ```
/// use schur_engine::symmetry::Fibre;
/// // Two numbers that a mirror exchanges: it keeps their sum and negates their difference.
/// let c = 0.5_f64.sqrt();
/// let diagonal = |signs: [f64; 2]| vec![vec![(0, signs[0])], vec![(1, signs[1])]];
/// let fibre = Fibre {
///     basis: vec![c, c, c, -c],
///     parts: vec![1, 1],
///     in_basis: vec![diagonal([1.0, 1.0]), diagonal([1.0, -1.0])],
/// };
/// assert_eq!(fibre.parts.iter().sum::<usize>().pow(2), fibre.basis.len());
/// ```
#[derive(Debug, Clone)]
pub struct Fibre {
    /// An orthogonal matrix whose columns are the new basis, row-major.
    pub basis: Vec<f64>,
    /// The dimensions of the parts that the group does not mix: parts of the new basis, in its
    /// order.
    pub parts: Vec<usize>,
    /// Per element: the matrix on the new coordinates.
    pub in_basis: Vec<Columns>,
}

impl Action {
    /// This action the other way round: from outputs to inputs.
    pub(crate) fn transposed(&self) -> Self {
        Self {
            irreps: self.irreps.clone(),
            positions: self.positions.clone(),
            inputs: self.outputs.clone(),
            outputs: self.inputs.clone(),
        }
    }

    /// `Ok` if all matrices have the sizes that layouts and positions ask for.
    fn check(&self, input: &Layout, output: &Layout, positions: usize) -> Result<()> {
        let order = self.positions.len();
        if order == 0 {
            return Err(broken("it has no elements; give at least the identity"));
        }
        for (index, irrep) in self.irreps.iter().enumerate() {
            if irrep.matrices.len() != order {
                let got = irrep.matrices.len();
                return Err(broken(format!(
                    "irrep {index} has {got} matrices for {order} elements; give one per element"
                )));
            }
            let numbers = |m: &Vec<f64>| m.len() == irrep.dim * irrep.dim && all_finite(m);
            if irrep.dim == 0 || !irrep.matrices.iter().all(numbers) {
                return Err(broken(format!(
                    "a matrix of irrep {index} does not hold {0} x {0} finite numbers",
                    irrep.dim
                )));
            }
            if irrep.complex && irrep.dim != 2 {
                return Err(broken(format!(
                    "irrep {index} is of complex type with dimension {}; give it as rotations of \
                     the plane, of dimension 2",
                    irrep.dim
                )));
            }
        }
        check_columns("the positions", &self.positions, order, positions)?;
        for (side, layout, blocks) in [
            ("input", input, &self.inputs),
            ("output", output, &self.outputs),
        ] {
            let dims = layout.blocks();
            for index in 0..dims.len().max(blocks.len()) {
                let expected = dims.get(index).map(|block| block.dim);
                let matrices = blocks.get(index);
                let got = matrices.map(|rho| rho.first().map_or(0, Vec::len));
                if expected != got {
                    let words = |dim: Option<usize>| match dim {
                        Some(dim) => format!("dimension {dim}"),
                        None => "nothing".to_string(),
                    };
                    return Err(EngineError::SymmetryBlock {
                        side,
                        index,
                        expected: words(expected),
                        got: words(got),
                    });
                }
                if let (Some(rho), Some(dim)) = (matrices, expected) {
                    check_columns(&format!("{side} block {index}"), rho, order, dim)?;
                }
            }
        }
        Ok(())
    }
}

impl Symmetry {
    /// `Ok` if all arrays have the sizes of a convolution with so many taps.
    pub(crate) fn check(&self, input: &Layout, output: &Layout, taps: usize) -> Result<()> {
        let subgroups = self.subgroups.iter().map(|subgroup| &subgroup.action);
        for action in std::iter::once(&self.action).chain(subgroups) {
            action.check(input, output, taps)?;
        }
        match &self.band {
            None => Ok(()),
            Some(band) => band.check(input, output, taps),
        }
    }
}

impl Band {
    /// Number of filters.
    pub(crate) fn count(&self) -> usize {
        self.action.positions.first().map_or(0, Vec::len)
    }

    fn check(&self, input: &Layout, output: &Layout, taps: usize) -> Result<()> {
        let count = self.count();
        self.action.check(input, output, count)?;
        if self.filters.len() != count * taps || !all_finite(&self.filters) {
            return Err(broken(format!(
                "{count} filters on {taps} taps are not {} finite numbers",
                self.filters.len()
            )));
        }
        let order = self.action.positions.len();
        for (layout, fibres) in [input, output].into_iter().zip(&self.fibres) {
            if fibres.len() != layout.blocks().len() {
                return Err(broken(format!(
                    "{} fibres for {} blocks; give one per block",
                    fibres.len(),
                    layout.blocks().len()
                )));
            }
            for (block, fibre) in layout.blocks().iter().zip(fibres) {
                fibre.check(block.dim, order)?;
            }
        }
        Ok(())
    }
}

impl Fibre {
    /// The part of every new coordinate.
    pub(crate) fn part_of(&self) -> Vec<usize> {
        let parts = self.parts.iter().enumerate();
        let of_part = |(part, &dim)| std::iter::repeat_n(part, dim);
        parts.flat_map(of_part).collect()
    }

    fn check(&self, dim: usize, order: usize) -> Result<()> {
        let parts = self
            .parts
            .iter()
            .try_fold(0_usize, |sum, &part| sum.checked_add(part));
        if parts != Some(dim) || self.basis.len() != dim * dim || !all_finite(&self.basis) {
            return Err(broken(format!(
                "the parts of a fibre of dimension {dim} or its basis have another size"
            )));
        }
        for i in 0..dim {
            for j in 0..=i {
                let column = |j: usize| (0..dim).map(move |row| self.basis[row * dim + j]);
                let product: f64 = column(i).zip(column(j)).map(|(a, b)| a * b).sum();
                let want = if i == j { 1.0 } else { 0.0 };
                if (product - want).abs() > COMMUTES {
                    return Err(broken("the basis of a fibre is not orthogonal"));
                }
            }
        }
        check_columns("a fibre in the basis of irreps", &self.in_basis, order, dim)?;
        let part_of = self.part_of();
        let mixes = |(from, image): (usize, &Vec<(usize, f64)>)| {
            image.iter().any(|&(to, _)| part_of[to] != part_of[from])
        };
        let mixed = |rho: &Columns| rho.iter().enumerate().any(mixes);
        if self.in_basis.iter().any(mixed) {
            return Err(broken("the group mixes the parts of a fibre; join them"));
        }
        Ok(())
    }
}

fn broken(problem: impl Into<String>) -> EngineError {
    EngineError::Symmetry {
        problem: problem.into(),
    }
}

fn all_finite(numbers: &[f64]) -> bool {
    numbers.iter().all(|number| number.is_finite())
}

/// `Ok` if there is a sparse `dim` x `dim` matrix for every element.
fn check_columns(what: &str, matrices: &[Columns], order: usize, dim: usize) -> Result<()> {
    let inside = |&(row, value): &(usize, f64)| row < dim && value.is_finite();
    let square = |m: &Columns| m.len() == dim && m.iter().flatten().all(inside);
    if matrices.len() == order && matrices.iter().all(square) {
        return Ok(());
    }
    Err(broken(format!(
        "{what} do not have a finite {dim} x {dim} matrix for each of {order} elements"
    )))
}
