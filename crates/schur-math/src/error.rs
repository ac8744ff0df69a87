//! The error type of the crate.

use thiserror::Error;

use crate::violation::Violation;

/// What a constructor was given wrongly, where, and what to do instead. Programs match the variants,
/// which hold the names and numbers of the text.
///
/// ```
/// use schur_math::{Group, MathError};
///
/// let error = Group::parse("X4").unwrap_err();
/// assert!(matches!(&error, MathError::UnknownGroup { name } if name == "X4"));
/// assert!(error.to_string().contains("C4"));
/// ```
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum MathError {
    /// A group name that is not understood.
    #[error(
        "unknown group {name:?}; write C<n> for the rotations by multiples of 360°/n or D<n> \
         for those and n mirrors, such as C4 or D4, with n at least 1; S<n> or A<n> for \
         permutations, Q8, Dic<n>, T, O, I, Td, Th, Oh or Ih; or a product such as C4 x D3"
    )]
    UnknownGroup {
        /// The name as given.
        name: String,
    },
    /// A planar group's name that is not understood.
    #[error(
        "unknown planar group {name:?}; write C<n> for the rotations by multiples of 360°/n or \
         D<n> for those and n mirrors, with n at least 1, such as C8 or D4; SO(2) or O(2) for all \
         rotations, without or with mirrors; D4@22.5 or O(2)@30 for mirrors about an axis at that \
         many degrees"
    )]
    UnknownPlanarGroup {
        /// The name as given.
        name: String,
    },
    /// A compact group's name that is not understood.
    #[error(
        "unknown compact group {name:?}; write SO(2), O(2), SO(3), O(3), SU(2), axial, dihedral, \
         cone, cylinder or full cylinder, a finite group such as D4, a point group of space such as \
         C3v, or a product such as SO(2) x C2"
    )]
    UnknownCompactGroup {
        /// The name as given.
        name: String,
    },
    /// A point group's name that is not understood.
    #[error(
        "unknown point group {name:?}; write Schoenflies' symbol: C<n>, C<n>v, C<n>h, S<2n>, D<n>, \
         D<n>h or D<n>d with n at least 1, Cs, Ci, T, Td, Th, O, Oh, I or Ih; or SO(2), O(2), cone, \
         cylinder, full cylinder, SO(3) or O(3)"
    )]
    UnknownPointGroup {
        /// The name as given.
        name: String,
    },
    /// A group of order zero or above [`Group::MAX_ORDER`](crate::Group::MAX_ORDER).
    #[error("the order of {name} is {order}; groups have between 1 and {max} elements here")]
    Order {
        /// The name as given.
        name: String,
        /// The order, in words where it is no machine number.
        order: String,
        /// The largest order that is supported.
        max: usize,
    },
    /// A text that describes no group.
    #[error("line {line} {problem}; {remedy}")]
    Text {
        /// Number of the line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
        /// What to write instead.
        remedy: String,
    },
    /// A generator that generates no group.
    #[error("generator {generator} of {group:?} {problem}; {remedy}")]
    Generator {
        /// Name of the group.
        group: String,
        /// Index of the generator.
        generator: usize,
        /// What is wrong with it.
        problem: String,
        /// What to give instead.
        remedy: &'static str,
    },
    /// Two matrices that are neither equal nor clearly different.
    #[error(
        "two products of the generators of {group:?} differ by {distance:.1e}: up to {equal:.1e} \
         they count as equal, above {distinct:.1e} as different; give more digits, or \
         generators of a finite group"
    )]
    NearlyEqual {
        /// Name of the group.
        group: String,
        /// The largest difference of entries.
        distance: f64,
        /// Up to this they are equal.
        equal: f64,
        /// Above this they are different.
        distinct: f64,
    },
    /// A map that is no inclusion.
    #[error(
        "the homomorphism from {source_group} to {target_group} maps {element} to the identity, \
         so it is no inclusion; use its image, or the quotient by its kernel"
    )]
    NotInjective {
        /// Name of the group that is mapped.
        source_group: String,
        /// Name of the group that it is mapped to.
        target_group: String,
        /// An element of the kernel.
        element: String,
    },
    /// A subgroup that has no quotient group.
    #[error(
        "{subgroup} is not normal in {group}: conjugating {element} by {by} leaves it; use a \
         normal subgroup, or the representation on its cosets"
    )]
    NotNormal {
        /// Name of the group.
        group: String,
        /// The subgroup.
        subgroup: String,
        /// What conjugates.
        by: String,
        /// What is conjugated.
        element: String,
    },
    /// A law fails.
    #[error("{what}: {violation}")]
    Law {
        /// What was being built.
        what: String,
        /// The law and where it fails.
        violation: Violation,
    },
    /// An element index that the group does not have.
    #[error("{group} has no element {index}; its elements are 0 to {last}")]
    NoElement {
        /// Name of the group.
        group: String,
        /// The index as given.
        index: usize,
        /// The largest index.
        last: usize,
    },
    /// A point that a finite set does not have.
    #[error("there is no point {point}; the points are 0 to {last}")]
    NoPoint {
        /// The point as given.
        point: usize,
        /// The largest point.
        last: usize,
    },
    /// Two objects belong to different groups.
    #[error("{what} is of the group {found}, not of {expected}; build both from the same group")]
    ForeignGroup {
        /// The object that does not fit.
        what: String,
        /// The group it has.
        found: String,
        /// The group it should have.
        expected: String,
    },
    /// A group without a known action on the plane.
    #[error(
        "{group} has no standard action on the plane; use C<n> or D<n> with n at least 1, such as \
         C8 or D4, SO(2) or O(2)"
    )]
    NotPlanar {
        /// Name of the group.
        group: String,
    },
    /// An irrep name that the group does not have.
    #[error("{group} has no irrep {name:?}; it has {known}")]
    UnknownIrrep {
        /// Name of the group.
        group: String,
        /// The name as given.
        name: String,
        /// The names it could be.
        known: String,
    },
    /// An element that does not map pixels to pixels.
    #[error(
        "{element} of {group} does not map the pixel grid to itself; only multiples of quarter \
         turns and mirrors of rows, columns and diagonals do (use a subgroup of D4, in space of Oh)"
    )]
    NotLattice {
        /// Name of the group.
        group: String,
        /// Name of the element.
        element: String,
    },
    /// An element that exchanges axes of different sizes, such as a quarter turn of a grid that is
    /// not square.
    #[error(
        "{element} of {group} exchanges axes of different sizes, for the {what} has {sizes}; make it \
         square (a volume cubic), or use C2, D2 or their subgroups"
    )]
    NotSquare {
        /// Name of the group.
        group: String,
        /// Name of the element.
        element: String,
        /// Grid or kernel.
        what: &'static str,
        /// Its sizes.
        sizes: String,
    },
    /// A grid or kernel without points, or with too many.
    #[error("a {what} of {sizes} has {problem}; choose sizes from 1 to {max} points")]
    GridSize {
        /// Grid or kernel.
        what: &'static str,
        /// Its sizes.
        sizes: String,
        /// Too few or too many.
        problem: &'static str,
        /// The largest number of pixels.
        max: usize,
    },
    /// A slice of the wrong length.
    #[error("{what} has {found} numbers instead of {expected} ({meaning})")]
    Length {
        /// The slice.
        what: String,
        /// The length it has.
        found: usize,
        /// The length it should have.
        expected: usize,
        /// Where that comes from.
        meaning: String,
    },
    /// More numbers than are reasonable to hold.
    #[error("{what} would hold {numbers} numbers, the limit is {max}; use {remedy}")]
    TooLarge {
        /// What was being built.
        what: String,
        /// How many numbers, in words where they are no machine number.
        numbers: String,
        /// The limit.
        max: usize,
        /// What to use instead.
        remedy: &'static str,
    },
    /// A multiplicity that is no integer.
    #[error(
        "{irrep} occurs {multiplicity} times in {representation}, which is no integer: its \
         matrices are too inaccurate; give them to full precision"
    )]
    Multiplicity {
        /// Name of the irrep.
        irrep: String,
        /// Name of the representation.
        representation: String,
        /// The number found.
        multiplicity: f64,
    },
    /// A representation with irreps beyond the band that was given.
    #[error(
        "the irreps of {group} of band at most {band} fill {filled} of the {dim} dimensions of \
         the representation; give a larger band"
    )]
    Band {
        /// Name of the group.
        group: String,
        /// The band as given.
        band: usize,
        /// The dimensions that its irreps fill.
        filled: usize,
        /// The dimension.
        dim: usize,
    },
    /// Weights of a quadrature rule that don't give means.
    #[error(
        "the weights of a quadrature rule sum to {sum}, not to 1, the mean of 1; divide them by \
         their sum"
    )]
    Weights {
        /// Their sum.
        sum: f64,
    },
    /// A degree, frequency or spin beyond what is supported.
    #[error("{what} is {degree}; at most {max} is supported")]
    Degree {
        /// What the number is.
        what: &'static str,
        /// The number as given.
        degree: usize,
        /// The largest that is supported.
        max: usize,
    },
    /// A number that is no spin, or a spin beyond what is supported.
    #[error("{spin} is not a supported spin; give a whole or half number from 0 to {max}")]
    Spin {
        /// The number as given.
        spin: String,
        /// The largest spin.
        max: String,
    },
    /// A projection that a spin does not have.
    #[error(
        "a spin {spin} has no projection {projection}; its projections are -{spin} to {spin} in \
         steps of 1"
    )]
    Projection {
        /// The spin.
        spin: String,
        /// The projection as given.
        projection: String,
    },
    /// Spins that do not couple.
    #[error(
        "spins {j1} and {j2} do not couple to {j}; they couple to {smallest}, …, {largest} in \
         steps of 1"
    )]
    Triangle {
        /// The first spin.
        j1: String,
        /// The second spin.
        j2: String,
        /// The spin they should couple to.
        j: String,
        /// The smallest spin they couple to.
        smallest: String,
        /// The largest spin they couple to.
        largest: String,
    },
    /// Numbers that describe no element of a continuous group, or no direction.
    #[error("{what} cannot be {value}: {problem}; {remedy}")]
    Geometry {
        /// What the numbers should describe.
        what: &'static str,
        /// The numbers as given.
        value: String,
        /// Why they do not.
        problem: &'static str,
        /// What to give instead.
        remedy: &'static str,
    },
    /// A place of a mesh that no surface has.
    #[error("{place}: {problem}")]
    Mesh {
        /// The vertex, edge or triangle.
        place: String,
        /// What is wrong there, and the remedy.
        problem: String,
    },
    /// An isometry that is not in a point group.
    #[error("{element} is not in {group}; use one of its elements or a larger group")]
    NotInPointGroup {
        /// The element.
        element: String,
        /// The group.
        group: String,
    },
    /// A finite group of space that is not inside another.
    #[error(
        "{subgroup} is no subgroup of {group}; its elements must be among those of {group}, so their \
         orientations (behind the `@`) must fit"
    )]
    NotSpatialSubgroup {
        /// What should be the subgroup.
        subgroup: String,
        /// The group.
        group: String,
    },
    /// A planar group that is not inside another.
    #[error(
        "{subgroup} is no subgroup of {group}; its rotations and its mirror (axis after `@`) must \
         be among those of {group}"
    )]
    NotPlanarSubgroup {
        /// What should be the subgroup.
        subgroup: String,
        /// The group.
        group: String,
    },
    /// Something that only finite groups have was asked of an infinite one.
    #[error(
        "{what} needs a finite group, and {group} is infinite; use `spectral(3)` or another \
         band instead of `regular`, or a finite group such as C16"
    )]
    InfiniteGroup {
        /// The group.
        group: String,
        /// What was asked for.
        what: String,
    },
    /// A text that is no sum of representations.
    #[error("representation `{text}`: {problem}; write it as in `regular + 2 E1`")]
    RepresentationText {
        /// The text.
        text: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The name of a representation that is not understood.
    #[error(
        "{group} has no representation `{name}`; use trivial, regular, defining, quotient(H), \
         irrep(NAME), spectral(BAND), spectral(BAND, H), induced(H, NAME), restricted(G, NAME), \
         tensor(NAME, NAME), in space also harmonics(DEGREE), or sums of them"
    )]
    UnknownRepresentation {
        /// The group.
        group: String,
        /// The name.
        name: String,
    },
    /// A group of matrices that cannot be.
    #[error("{group} {problem}; {remedy}")]
    LinearGroup {
        /// Name of the group.
        group: String,
        /// What is wrong.
        problem: String,
        /// What to give instead.
        remedy: &'static str,
    },
    /// A window that has no centre pixel or does not fit.
    #[error(
        "a window of {kernel} x {kernel} taps on a grid of {size} x {size} pixels; give an odd \
         size from 1 to {max}"
    )]
    Window {
        /// Size of the window.
        kernel: usize,
        /// Size of the grid.
        size: usize,
        /// Largest size of a window.
        max: usize,
    },
    /// An index beyond a basis.
    #[error("there is no basis element {index}; the dimension is {dim}, count from 0")]
    NoBasisElement {
        /// The index as given.
        index: usize,
        /// Number of elements.
        dim: usize,
    },
    /// A group without a fast Fourier transform.
    #[error(
        "{group} has no fast Fourier transform; use FourierTransform, or a group made by \
         Group::cyclic or Group::dihedral (C<n>, D<n>)"
    )]
    NoFastTransform {
        /// Name of the group.
        group: String,
    },
    /// A tensor type that is not understood.
    #[error(
        "{text:?} is no tensor type: {problem}; write a sum of multiples of T(p) or T(p, q), \
         such as 10 T(1) + 5 T(2)"
    )]
    TensorType {
        /// The text as given.
        text: String,
        /// What is wrong.
        problem: String,
    },
    /// Too few samples for functions of a band.
    #[error(
        "{found} rotations do not tell functions up to degree {band} apart with equal weights; use \
         at least {least}"
    )]
    TooFewSamples {
        /// Number of samples as asked for.
        found: usize,
        /// Highest degree of the functions.
        band: usize,
        /// A number that may do.
        least: usize,
    },
    /// An iteration that does not come to an end.
    #[error(
        "{what} did not converge: after {steps} steps the relative residual is {residual:.1e}; \
         give generators of a compact group or of one that contains the transposes of its \
         elements, or smaller tensors"
    )]
    NotConverged {
        /// What was being computed.
        what: String,
        /// Number of steps.
        steps: usize,
        /// What is left, relative to the size of the numbers.
        residual: f64,
    },
}

impl MathError {
    /// Attaches what was being built to a violated law.
    pub(crate) fn law(what: impl Into<String>) -> impl FnOnce(Violation) -> Self {
        let what = what.into();
        move |violation| Self::Law { what, violation }
    }

    /// Numbers that do not describe `what`.
    pub(crate) fn geometry(
        what: &'static str,
        value: impl std::fmt::Debug,
        problem: &'static str,
        remedy: &'static str,
    ) -> Self {
        let value = format!("{value:?}");
        Self::Geometry {
            what,
            value,
            problem,
            remedy,
        }
    }
}
