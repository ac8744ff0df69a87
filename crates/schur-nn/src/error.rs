//! Everything that can be wrong with what a caller passes to this crate.

use thiserror::Error;

/// What kind of thing went wrong, for programs; people read the text of the [`NnError`].
///
/// ```
/// use schur_nn::{NnErrorKind, Processor};
///
/// let error = "abacus".parse::<Processor>().unwrap_err();
/// assert_eq!(error.kind(), NnErrorKind::Device);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NnErrorKind {
    /// A group, representation, kernel or size that mathematics or the engine refuses.
    Math,
    /// A description or an argument that makes no sense.
    Config,
    /// Fields, representations or groups that do not go together or with a layer.
    Fields,
    /// A tensor whose shape, number type or device does not fit.
    Tensor,
    /// A file that can't be read or written.
    File,
    /// A checkpoint that is damaged or of another network.
    Checkpoint,
    /// A layer without a plain counterpart.
    Export,
    /// A device that can't be used.
    Device,
    /// A layer that does not commute with its group.
    NotEquivariant,
}

/// Errors of `schur-nn`. Each names what was wrong, where, and the remedy.
///
/// ```
/// use schur_nn::{FieldType, NnErrorKind};
///
/// let error = FieldType::parse("C4: 0 regular").unwrap_err();
/// assert_eq!(error.kind(), NnErrorKind::Fields);
/// assert!(error.to_string().starts_with("0 fields of `regular` were asked for"));
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NnError {
    /// From the groups and representations.
    #[error(transparent)]
    Math(#[from] schur_math::MathError),
    /// From the plans and kernels.
    #[error(transparent)]
    Engine(#[from] schur_engine::EngineError),
    /// A field type without any field.
    #[error("a field type needs at least one field; add a (representation, multiplicity) pair")]
    EmptyFieldType,
    /// A block with multiplicity zero.
    #[error("0 fields of `{representation}` were asked for; use at least 1 or leave it out")]
    NoFields {
        /// Name of the representation.
        representation: String,
    },
    /// A representation of a group other than that of the field type.
    #[error(
        "representation `{representation}` is of group {found}, but the field type is of {expected}; \
         build it from the same group"
    )]
    ForeignRepresentation {
        /// Name of the representation.
        representation: String,
        /// Its group.
        found: String,
        /// The group that was expected.
        expected: String,
    },
    /// A tensor that a layer of an inference network can't compute with.
    #[error(
        "`{layer}` was prepared for inference on the CPU, but the tensor is on {device}; pass a \
         tensor of `Device::flex()` without gradients, or use the network that it was made from"
    )]
    Prepared {
        /// The layer.
        layer: String,
        /// Where the tensor is.
        device: String,
    },
    /// A description of a field type that is not understood.
    #[error(
        "field type `{part}`: {problem}; write it as in `D8: 8 regular + 4 quotient(C2) + 2 E1`"
    )]
    FieldTypeText {
        /// The part that is wrong.
        part: String,
        /// What is wrong.
        problem: String,
    },
    /// A group's name that is not understood.
    #[error(
        "unknown group `{name}`; groups of images are C<n>, D<n>, SO(2) and O(2), those of volumes \
         C<n>v, C<n>h, D<n>h, D<n>d, S<n>, T, O, I, Td, Th, Oh, Ih, cone, cylinder, full cylinder, \
         SO(3), O(3), and `C4 in space`, `D4 in space`, `SO(2) in space`, `O(2) in space`; an \
         orientation stands behind the name, as in D4@22.5 or C4v@0,90,0{others}"
    )]
    UnknownGroup {
        /// The name as given.
        name: String,
        /// Which others there are, where groups of vectors alone are allowed too.
        others: &'static str,
    },
    /// A tensor with the wrong number of channels.
    #[error(
        "the tensor has {found} channels, but field type `{field_type}` has {expected}; \
         pass a tensor with {expected} channels or change the field type"
    )]
    Channels {
        /// Channels of the tensor.
        found: usize,
        /// Channels of the field type.
        expected: usize,
        /// The field type.
        field_type: String,
    },
    /// A layer applied to a field of another type.
    #[error("{layer} expects fields of type `{expected}`, but was given `{found}`")]
    WrongFieldType {
        /// The layer.
        layer: String,
        /// What it expects.
        expected: String,
        /// What it was given.
        found: String,
    },
    /// Numbers of a type that does not fit the layer.
    #[error(
        "{layer}: the field holds {found} and the parameters {expected}; cast both to F32 or both \
         to F64"
    )]
    NumberType {
        /// The layer.
        layer: String,
        /// Number type of the field.
        found: String,
        /// Number type of the parameters.
        expected: String,
    },
    /// A layer between field types of different groups.
    #[error(
        "a layer from `{input}` to `{output}` joins two groups; restrict one to the other first"
    )]
    TwoGroups {
        /// Input field type.
        input: String,
        /// Output field type.
        output: String,
    },
    /// Numbers of a type that the engine does not compute in.
    #[error(
        "{layer}: the field holds {found}; cast it to F32 or F64, which the engine computes in"
    )]
    UnsupportedNumberType {
        /// The layer.
        layer: String,
        /// Number type of the field.
        found: String,
    },
    /// A nonlinearity that does not commute with a representation.
    #[error(
        "pointwise `{nonlinearity}` does not commute with `{representation}`, which is no \
         permutation representation; use it on trivial, regular or quotient fields, or use a norm, \
         gated or Fourier nonlinearity"
    )]
    Inadmissible {
        /// The nonlinearity.
        nonlinearity: String,
        /// The representation it does not commute with.
        representation: String,
    },
    /// A layer that makes no sense on a representation.
    #[error("{layer} on `{representation}`: {problem}")]
    Unsuitable {
        /// The layer.
        layer: String,
        /// The representation.
        representation: String,
        /// What is wrong, and the remedy.
        problem: String,
    },
    /// A network description that makes no sense.
    #[error("{at}: {problem}")]
    Config {
        /// Where in the description, for example `network.blocks#3.kernel`.
        at: String,
        /// What is wrong, and the remedy.
        problem: String,
    },
    /// A network that needs input of another size.
    #[error("{layer}: {problem}")]
    Size {
        /// The layer.
        layer: String,
        /// What is wrong, and the remedy.
        problem: String,
    },
    /// A layer without a plain counterpart.
    #[error("{layer} can't be exported; leave it out of networks that are to be exported")]
    NoExport {
        /// The layer.
        layer: String,
    },
    /// A checkpoint that can't be used.
    #[error("checkpoint {path}: {problem}")]
    Checkpoint {
        /// The file.
        path: String,
        /// What is wrong, and the remedy.
        problem: String,
    },
    /// Reading or writing failed.
    #[error("{action} {path}: {source}")]
    Io {
        /// What was tried, for example `writing`.
        action: &'static str,
        /// The file.
        path: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A device that can't be used.
    #[error("device `{name}`: {problem}")]
    Processor {
        /// Its name.
        name: String,
        /// What is wrong, and the remedy.
        problem: String,
    },
    /// A law of equivariance that does not hold.
    #[error("{0}")]
    NotEquivariant(String),
}

impl NnError {
    /// The error of an entry of what `place` describes, which is then named from the top, as in
    /// `network.blocks#1.restrict`; or of the place itself.
    pub(crate) fn within(self, place: &str) -> Self {
        let is_entry = |at: &str| {
            !at.starts_with("network")
                && at
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '#'))
        };
        let (at, problem) = match self {
            Self::Config { at, problem } if at.is_empty() || at == place => {
                (place.to_string(), problem)
            }
            Self::Config { at, problem } if is_entry(&at) => (format!("{place}.{at}"), problem),
            other => (place.to_string(), other.to_string()),
        };
        Self::Config { at, problem }
    }

    /// What kind of error it is.
    pub fn kind(&self) -> NnErrorKind {
        match self {
            Self::Math(_) | Self::Engine(_) => NnErrorKind::Math,
            Self::Config { .. } => NnErrorKind::Config,
            Self::EmptyFieldType
            | Self::NoFields { .. }
            | Self::ForeignRepresentation { .. }
            | Self::FieldTypeText { .. }
            | Self::UnknownGroup { .. }
            | Self::WrongFieldType { .. }
            | Self::TwoGroups { .. }
            | Self::Inadmissible { .. }
            | Self::Unsuitable { .. } => NnErrorKind::Fields,
            Self::Channels { .. }
            | Self::NumberType { .. }
            | Self::UnsupportedNumberType { .. }
            | Self::Prepared { .. }
            | Self::Size { .. } => NnErrorKind::Tensor,
            Self::Io { .. } => NnErrorKind::File,
            Self::Checkpoint { .. } => NnErrorKind::Checkpoint,
            Self::NoExport { .. } => NnErrorKind::Export,
            Self::Processor { .. } => NnErrorKind::Device,
            Self::NotEquivariant(_) => NnErrorKind::NotEquivariant,
        }
    }
}
