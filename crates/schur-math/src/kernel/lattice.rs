//! Complete bases of equivariant kernels on lattices of pixels and voxels.

mod dense;

use crate::error::MathError;
use crate::finite_representation::FiniteRepresentation;
use crate::group::Element;
use crate::lattice::{LatticeAction, describe};
use crate::point_group::PointGroup;
use crate::representation::Representation;
use crate::symmetry::SymmetryIrrep;
use crate::tolerance::KERNEL_ENTRY;

/// One number of a kernel: `K(t)[out][input]` at the tap `t`.
///
/// ```
/// use schur_math::{LatticeKernelBasis, PlanarGroup, PlanarRepresentation};
///
/// // One tap and no symmetry: the kernel is a number.
/// let scalar = PlanarRepresentation::trivial(&PlanarGroup::parse("C1")?);
/// let basis = LatticeKernelBasis::new(&scalar, &scalar, [1, 1, 1])?;
/// let entry = basis.elements()[0][0];
/// assert_eq!((entry.tap, entry.value), (0, 1.0));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KernelEntry {
    /// Output component.
    pub out: usize,
    /// Input component.
    pub input: usize,
    /// Number of the tap, `(slice · height + row) · width + column` on a lattice.
    pub tap: usize,
    /// The value.
    pub value: f64,
}

impl KernelEntry {
    /// The numbers of one pair of components, with their taps, that are not zero up to
    /// [`KERNEL_ENTRY`].
    pub(super) fn nonzero(
        values: impl Iterator<Item = (usize, f64)>,
        out: usize,
        input: usize,
    ) -> impl Iterator<Item = Self> {
        let nonzero = values.filter(|(_, value)| value.abs() > KERNEL_ENTRY);
        nonzero.map(move |(tap, value)| Self {
            out,
            input,
            tap,
            value,
        })
    }
}

/// The complete basis of the kernels that satisfy
///
/// ```math
/// K(g t) = \rho_\mathrm{out}(g)\, K(t)\, \rho_\mathrm{in}(g)^{-1}
/// ```
///
/// for all `g` in the group, or, of a group that is larger, in the part that permutes the pixels
/// ([`PlanarGroup::lattice_subgroup`](crate::PlanarGroup::lattice_subgroup)).
///
/// # Why this constraint
///
/// A layer computes the correlation `$[K f](p) = \sum_t K(t)\, f(p + t)$`. Substituting
/// `$t = g u$`,
///
/// ```math
/// \begin{aligned}
/// [K (g f)](p) &= \sum_u K(g u)\, \rho_\mathrm{in}(g)\, f(g^{-1} p + u) \\
/// [g (K f)](p) &= \sum_u \rho_\mathrm{out}(g)\, K(u)\, f(g^{-1} p + u)
/// \end{aligned}
/// ```
///
/// which agree for all `f` exactly if
/// `$K(g u)\, \rho_\mathrm{in}(g) = \rho_\mathrm{out}(g)\, K(u)$`.
///
/// # The basis
///
/// For signed permutations, averaging a unit kernel over the group gives its orbit of (out, in, tap) with signs, or
/// zero if signs cancel; the averages span all solutions because averaging is the projector
/// onto them. Orbits are disjoint, so the elements have disjoint supports. Each is scaled to
/// length 1 in `$\langle K, K' \rangle = \frac{1}{|G|} \sum K K'$`, where the sum runs over all
/// entries: its values are `$\pm\sqrt{|G| / |\text{orbit}|}$`. From any permutation representation with free orbits, such as
/// regular to regular, they are exactly 1: the basis is weight sharing. For other
/// representations the values at one tap of each orbit of taps are averaged over the elements
/// that fix it and made orthonormal; supports may overlap.
///
/// Tap (slice `k`, row `i`, column `j`) of a `d x h x w` kernel sits at
/// `(j - (w-1)/2, (h-1)/2 - i, k - (d-1)/2)`; even sizes are fine.
///
/// ```
/// use schur_math::{LatticeKernelBasis, PlanarGroup, PlanarRepresentation};
///
/// // Scalar kernels that do not change under quarter turns: corners, edges and the centre.
/// let scalar = PlanarRepresentation::trivial(&PlanarGroup::parse("C4")?);
/// let basis = LatticeKernelBasis::new(&scalar, &scalar, [1, 3, 3])?;
/// let sizes: Vec<usize> = basis.elements().iter().map(Vec::len).collect();
/// assert_eq!(sizes, [4, 4, 1]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LatticeKernelBasis {
    elements: Vec<Vec<KernelEntry>>,
    shape: Shape,
}

/// Output components, input components and sizes of the lattice of taps.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shape {
    outs: usize,
    inputs: usize,
    sizes: [usize; 3],
}

impl Shape {
    fn taps(&self) -> usize {
        self.sizes.iter().product()
    }

    /// The numbers of a kernel, if they are not too many.
    fn checked(&self) -> Result<usize, MathError> {
        let [depth, height, width] = self.sizes;
        let mut factors = [self.outs, self.inputs, depth, height, width].into_iter();
        let total = factors.try_fold(1usize, |product, size| product.checked_mul(size));
        match total {
            Some(total) if total <= LatticeKernelBasis::MAX_NUMBERS => Ok(total),
            _ => Err(MathError::TooLarge {
                what: format!(
                    "a kernel of {} x {} x {}",
                    self.outs,
                    self.inputs,
                    describe(self.sizes)
                ),
                numbers: total.map_or("too many".to_string(), |n| n.to_string()),
                max: LatticeKernelBasis::MAX_NUMBERS,
                remedy: "a smaller kernel or smaller representations",
            }),
        }
    }
}

impl LatticeKernelBasis {
    /// Most numbers that a kernel of this basis may have.
    pub const MAX_NUMBERS: usize = 1 << 26;

    /// The basis of kernels of `[depth, height, width]` taps from `input` to `out`, for the part of
    /// their group that permutes the lattice.
    ///
    /// # Errors
    ///
    /// If the kernel has no taps or is too large; the two representations are of different
    /// groups; or the group exchanges axes of different sizes.
    pub fn new<I: SymmetryIrrep<Group: PointGroup>>(
        out: &Representation<I>,
        input: &Representation<I>,
        sizes: [usize; 3],
    ) -> Result<Self, MathError> {
        input.check_group(out.group())?;
        let action = LatticeAction::named(&out.group().lattice_subgroup(), sizes, "kernel")?;
        let shape = Shape {
            outs: out.dim(),
            inputs: input.dim(),
            sizes,
        };
        shape.checked()?;
        Self::between(&out.on_lattice(), &input.on_lattice(), &action)
    }

    /// The basis of kernels whose taps are the points of a lattice, from `input` to `out`, which
    /// represent the abstract group of a finite point group.
    ///
    /// ```
    /// use schur_math::{
    ///     FiniteRepresentation, LatticeAction, LatticeKernelBasis, SpatialGroup, SymmetryGroup,
    /// };
    ///
    /// // Kernels of 3 x 3 x 3 voxels between functions on the 48 symmetries of the cube.
    /// let cube = SpatialGroup::parse("Oh")?;
    /// let regular = FiniteRepresentation::regular(cube.finite().expect("it is finite"));
    /// let taps = LatticeAction::new(&cube, [3, 3, 3])?;
    /// let basis = LatticeKernelBasis::between(&regular, &regular, &taps)?;
    /// assert_eq!(basis.dim(), 27 * 48);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the kernel is too large, the group is infinite, a representation is of another group, or
    /// an element does not map the lattice to itself.
    pub fn between<P: PointGroup>(
        out: &FiniteRepresentation,
        input: &FiniteRepresentation,
        action: &LatticeAction<P>,
    ) -> Result<Self, MathError> {
        let group = action.finite()?;
        out.check_group(group)?;
        input.check_group(group)?;
        let shape = Shape {
            outs: out.dim(),
            inputs: input.dim(),
            sizes: action.sizes(),
        };
        shape.checked()?;
        let elements = action.group().elements().unwrap_or_default();
        let taps = elements.iter().map(|g| action.images(g));
        let taps = taps.collect::<Result<Vec<_>, MathError>>()?;
        let elements = Self::at_points(out, input, &taps)?;
        Ok(Self { elements, shape })
    }

    /// The elements of the basis whose taps are some points, of which every element of the group
    /// permutes them as `images` say.
    pub(super) fn at_points(
        out: &FiniteRepresentation,
        input: &FiniteRepresentation,
        images: &[Vec<usize>],
    ) -> Result<Vec<Vec<KernelEntry>>, MathError> {
        let shape = Shape {
            outs: out.dim(),
            inputs: input.dim(),
            sizes: [1, 1, images.first().map_or(0, Vec::len)],
        };
        let total = shape.checked()?;
        let elements = out.group().elements().zip(images);
        let moves = elements.map(|(g, taps)| Move::new(out, input, g, taps));
        Ok(match moves.collect::<Option<Vec<_>>>() {
            Some(moves) => Self::orbits(&moves, total, shape),
            None => dense::elements(out, input, images),
        })
    }

    /// The basis between signed permutations.
    fn orbits(moves: &[Move<'_>], total: usize, shape: Shape) -> Vec<Vec<KernelEntry>> {
        let mut seen = vec![false; total];
        let mut elements = Vec::new();
        for start in 0..total {
            if seen[start] {
                continue;
            }
            let orbit = Orbit::of(start, moves, shape);
            for &(index, _) in &orbit.members {
                seen[index] = true;
            }
            if !orbit.cancels {
                elements.push(orbit.element(moves.len(), shape));
            }
        }
        elements
    }

    /// The basis elements, ordered by their first entry. Entries are sorted by (out, input, tap)
    /// and the first of every element is positive.
    pub fn elements(&self) -> &[Vec<KernelEntry>] {
        &self.elements
    }

    /// The basis elements without the rest.
    pub fn into_elements(self) -> Vec<Vec<KernelEntry>> {
        self.elements
    }

    /// Number of basis elements: the dimension of the space of kernels.
    pub fn dim(&self) -> usize {
        self.elements.len()
    }

    /// Output components and input components.
    pub fn shape(&self) -> (usize, usize) {
        (self.shape.outs, self.shape.inputs)
    }

    /// Depth, height and width of a kernel.
    pub fn sizes(&self) -> [usize; 3] {
        self.shape.sizes
    }

    /// The kernel `Σ_b weights[b] B_b` as `out x input x depth x height x width` numbers,
    /// row-major.
    ///
    /// # Errors
    ///
    /// If there is not one weight per basis element.
    pub fn expand(&self, weights: &[f64]) -> Result<Vec<f64>, MathError> {
        if weights.len() != self.dim() {
            return Err(MathError::Length {
                what: "the weights".to_string(),
                found: weights.len(),
                expected: self.dim(),
                meaning: "one per basis element".to_string(),
            });
        }
        let (inputs, taps) = (self.shape.inputs, self.shape.taps());
        let mut kernel = vec![0.0; self.shape.outs * inputs * taps];
        for (weight, element) in weights.iter().zip(&self.elements) {
            for e in element {
                kernel[(e.out * inputs + e.input) * taps + e.tap] += weight * e.value;
            }
        }
        Ok(kernel)
    }
}

/// How one group element moves output components, input components and taps.
struct Move<'a> {
    out: (&'a [usize], &'a [i8]),
    input: (&'a [usize], &'a [i8]),
    taps: &'a [usize],
}

impl<'a> Move<'a> {
    /// `None` if a representation is no signed permutation.
    fn new(
        out: &'a FiniteRepresentation,
        input: &'a FiniteRepresentation,
        g: Element,
        taps: &'a [usize],
    ) -> Option<Self> {
        let pair = out.signed_permutation(g).zip(input.signed_permutation(g));
        pair.map(|(out, input)| Self { out, input, taps })
    }

    /// Image and sign of the unit kernel at an index.
    fn apply(&self, index: usize, inputs: usize) -> (usize, i8) {
        let taps = self.taps.len();
        let (out, input, tap) = (index / taps / inputs, index / taps % inputs, index % taps);
        let image = (self.out.0[out] * inputs + self.input.0[input]) * taps + self.taps[tap];
        (image, self.out.1[out] * self.input.1[input])
    }
}

/// The unit kernels that the group makes of one, with signs, sorted.
struct Orbit {
    members: Vec<(usize, i8)>,
    cancels: bool,
}

impl Orbit {
    fn of(start: usize, moves: &[Move<'_>], shape: Shape) -> Self {
        let mut members: Vec<(usize, i8)> =
            moves.iter().map(|m| m.apply(start, shape.inputs)).collect();
        members.sort_unstable();
        members.dedup();
        // A unit kernel reached with both signs: each occurs equally often, the average is 0.
        let cancels = members.windows(2).any(|pair| pair[0].0 == pair[1].0);
        Self { members, cancels }
    }

    fn element(&self, order: usize, shape: Shape) -> Vec<KernelEntry> {
        let (inputs, taps) = (shape.inputs, shape.taps());
        let scale = (order as f64 / self.members.len() as f64).sqrt();
        let entry = |&(index, sign): &(usize, i8)| KernelEntry {
            out: index / (inputs * taps),
            input: index / taps % inputs,
            tap: index % taps,
            value: f64::from(sign) * scale,
        };
        self.members.iter().map(entry).collect()
    }
}
