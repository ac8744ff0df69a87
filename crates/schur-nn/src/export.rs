//! Export: an equivariant network as a plain network.
//!
//! After training the group has done its work: every layer is an ordinary convolution, pool or
//! elementwise function with fixed numbers. [`Graph`] is that network: a list of [`Op`]s on
//! `[batch, channels, height, width]`, or `[batch, channels, depth, height, width]` of volumes, which [`Graph::run`] executes with Burn,
//! [`Graph::save`] writes as safetensors with a readable description, and [`Graph::to_onnx`]
//! writes for other runtimes.
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use schur_nn::NetworkConfig;
//! use schur_nn::export::Graph;
//!
//! let config = NetworkConfig::default().with_parameter_budget(2_000)?;
//! let network = config.init(0, &Device::flex())?;
//! let graph = Graph::export(&network, 28, 28)?;
//! let images = Tensor::<4>::ones([2, 1, 28, 28], &Device::flex());
//! assert_eq!(graph.run(images)?.dims(), [2, 10, 1, 1]);
//! # Ok::<(), schur_nn::NnError>(())
//! ```

mod build;
mod file;
mod fold;
mod half;
mod onnx;
mod protobuf;
mod run;
mod seams;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Atlas, NnError};

/// A constant of a [`Graph`]: its index among the constants.
///
/// ```
/// use schur_nn::export::{Constant, Graph, Op};
/// use schur_nn::{FieldType, Mask};
///
/// let disc = Mask::new(&FieldType::parse("C4: 2 trivial")?, 0.0, 2.0)?;
/// let graph = Graph::export(&disc, 5, 7)?;
/// let factors: Option<Constant> = graph.nodes().iter().find_map(|node| match node.op {
///     Op::Scale { by } => Some(by),
///     _ => None,
/// });
/// assert!(factors.is_some_and(|factors| graph.constants()[factors].shape.ends_with(&[5, 7])));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
pub type Constant = usize;

/// A plain operation on `[batch, channels, height, width]` or, on volumes, on
/// `[batch, channels, depth, height, width]`. Sizes have a number for each of these axes but the
/// first two; they are called (rows, columns), and so are those of volumes, with the depth first.
///
/// ```
/// use schur_nn::export::Op;
///
/// let op: Op = serde_json::from_str(r#"{"op": "global_mean"}"#)?;
/// assert_eq!(op, Op::GlobalMean);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Op {
    /// Cross-correlation with a `[out, in, rows, columns]` weight.
    Conv {
        /// The weight.
        weight: Constant,
        /// One number per output channel.
        bias: Option<Constant>,
        /// Steps in (rows, columns).
        stride: Vec<usize>,
        /// Zeros on each side.
        padding: Vec<usize>,
        /// Distance of taps.
        dilation: Vec<usize>,
    },
    /// The adjoint of a cross-correlation, with an `[in, out, rows, columns]` weight.
    ConvTransposed {
        /// The weight.
        weight: Constant,
        /// One number per output channel.
        bias: Option<Constant>,
        /// Steps in (rows, columns).
        stride: Vec<usize>,
        /// Zeros taken away on each side.
        padding: Vec<usize>,
        /// Distance of taps.
        dilation: Vec<usize>,
        /// Rows and columns added at the end.
        output_padding: usize,
    },
    /// A function of every number.
    Unary {
        /// The function.
        function: Unary,
    },
    /// Product with a constant that broadcasts.
    Scale {
        /// The factors.
        by: Constant,
    },
    /// Sum with a constant that broadcasts.
    Shift {
        /// The terms.
        by: Constant,
    },
    /// Sum of two values; axes of size 1 broadcast.
    Add,
    /// Product of two values; axes of size 1 broadcast.
    Mul,
    /// 1 where the first value is at least the second, otherwise 0.
    AtLeast,
    /// Maximum over windows.
    MaxPool {
        /// Window in (rows, columns).
        window: Vec<usize>,
        /// Steps in (rows, columns).
        stride: Vec<usize>,
        /// Rows and columns on each side that no maximum is taken over.
        #[serde(default)]
        padding: Vec<usize>,
        /// Further rows and columns at the end, over which no maximum is taken.
        #[serde(default)]
        overhang: Vec<usize>,
    },
    /// Mean over windows.
    AveragePool {
        /// Window in (rows, columns).
        window: Vec<usize>,
        /// Steps in (rows, columns).
        stride: Vec<usize>,
        /// Rows and columns of zeros on each side, which count.
        #[serde(default)]
        padding: Vec<usize>,
        /// Further rows and columns of zeros at the end, which count too.
        #[serde(default)]
        overhang: Vec<usize>,
    },
    /// Maximum over all places.
    GlobalMax,
    /// Mean over all places.
    GlobalMean,
    /// Channels seen as `[components, copies]`, the maximum over components.
    ComponentMax {
        /// Number of components.
        components: usize,
    },
    /// The mean over the components of every field instead of the maximum.
    ComponentMean {
        /// Number of components.
        components: usize,
    },
    /// Entries of one axis in another order, perhaps repeated.
    Gather {
        /// The axis: 1 for channels, 2 and 3 for rows and columns; of volumes 2, 3 and 4.
        axis: usize,
        /// The entries.
        indices: Vec<usize>,
    },
    /// Values one after the other along the channels.
    Concat,
    /// A `[new rows, rows]` matrix applied to the rows of every channel.
    Rows {
        /// The matrix.
        matrix: Constant,
    },
    /// A `[columns, new columns]` matrix applied to the columns of every channel.
    Columns {
        /// The matrix.
        matrix: Constant,
    },
    /// Reads the numbers, in their order, as an image or a volume of another shape.
    Reshape {
        /// Channels, then (perhaps) slices, rows and columns.
        shape: Vec<usize>,
    },
    /// Rows and columns of every channel exchanged.
    Transpose,
    /// The product of the matrices, `[rows, columns]`, in every channel of two values.
    MatMul,
    /// `e^x` divided by its sum along one axis.
    Softmax {
        /// The axis: 1 for channels, 2 and 3 for rows and columns; of volumes 2, 3 and 4.
        axis: usize,
    },
}

/// Functions of a number.
///
/// ```
/// use schur_nn::export::{Graph, Op, Unary};
/// use schur_nn::{FieldType, Nonlinearity, Pointwise};
///
/// let fields = FieldType::parse("C4: regular")?;
/// let graph = Graph::export(&Pointwise::new(&fields, Nonlinearity::Tanh)?, 3, 3)?;
/// let tanh = Op::Unary { function: Unary::Tanh };
/// assert!(graph.nodes().iter().any(|node| node.op == tanh));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Unary {
    /// `max(x, 0)`.
    Relu,
    /// `x` for positive, `eˣ - 1` for negative values.
    Elu,
    /// `max(x, slope x)`.
    LeakyRelu(f64),
    /// `1 / (1 + e⁻ˣ)`.
    Sigmoid,
    /// `tanh x`.
    Tanh,
    /// `log(1 + eˣ)`.
    Softplus,
    /// `√x`.
    Sqrt,
    /// `1/x`.
    Reciprocal,
    /// `eˣ`.
    Exp,
    /// The Gauss error function.
    Erf,
}

/// One step of a [`Graph`]: an operation on earlier values. Value 0 is the input, value `i + 1`
/// the result of node `i`.
///
/// ```
/// use schur_nn::export::{Graph, Op};
/// use schur_nn::{FieldType, GlobalPool, PoolKind};
///
/// let pool = GlobalPool::new(&FieldType::parse("C4: 2 trivial")?, PoolKind::Average)?;
/// let graph = Graph::export(&pool, 5, 5)?;
/// let node = graph.nodes().iter().find(|node| node.op == Op::GlobalMean).unwrap();
/// assert_eq!((node.inputs.len(), node.layer.as_str()), (1, "global average pool"));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// What is done.
    pub op: Op,
    /// To which values.
    pub inputs: Vec<usize>,
    /// The layer it comes from.
    pub layer: String,
}

/// Numbers with a shape.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::export::Graph;
/// use schur_nn::{EquivariantConvConfig, FieldType};
///
/// let (image, hidden) = (FieldType::parse("C4: trivial")?, FieldType::parse("C4: 2 regular")?);
/// let conv = EquivariantConvConfig::new(&image, &hidden, 3).init(&Device::flex())?;
/// let graph = Graph::export(&conv, 7, 7)?;
/// let weight = graph.constants().iter().find(|array| array.shape == [8, 1, 3, 3]).unwrap();
/// assert_eq!(weight.values.len(), 8 * 9);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// The shape.
    pub shape: Vec<usize>,
    /// Row-major.
    pub values: Vec<f32>,
}

/// A plain network: see the [module](self).
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_nn::export::Graph;
/// use schur_nn::{FieldType, GlobalPool, PoolKind};
///
/// let pool = GlobalPool::new(&FieldType::parse("C4: 2 trivial")?, PoolKind::Average)?;
/// let graph = Graph::export(&pool, 5, 5)?;
/// let y = graph.run(Tensor::<4>::ones([3, 2, 5, 5], &Device::flex()))?;
/// assert_eq!(y.dims(), [3, 2, 1, 1]);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    input: Shape,
    output: Shape,
    nodes: Vec<Node>,
    constants: Vec<Array>,
    /// Whether files hold the constants in 16 bits.
    half: bool,
    /// What files say about the network.
    metadata: BTreeMap<String, String>,
    /// Where images are while layers are added, if not in the plane.
    atlas: Option<Arc<Atlas>>,
}

/// The shape of a value without the batch: `[channels, height, width]` of an image,
/// `[channels, depth, height, width]` of a volume.
///
/// ```
/// use schur_nn::export::Shape;
///
/// let image = Shape::from((3, 28, 32));
/// assert_eq!((image.channels(), image.size(), image.to_string()), (3, [1, 28, 32], "3x28x32".into()));
/// assert_eq!(Shape::volume(3, [5, 28, 32]).numbers(), [3, 5, 28, 32]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<usize>", into = "Vec<usize>")]
pub struct Shape {
    channels: usize,
    size: [usize; 3],
    is_volume: bool,
}

impl Shape {
    /// The shape of a volume with channels and (depth, height, width).
    pub fn volume(channels: usize, size: [usize; 3]) -> Self {
        Self {
            channels,
            size,
            is_volume: true,
        }
    }

    /// Number of channels.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Depth, height and width; images have depth 1.
    pub fn size(&self) -> [usize; 3] {
        self.size
    }

    /// Whether it has a depth of its own.
    pub fn is_volume(&self) -> bool {
        self.is_volume
    }

    /// Channels and the size, without the depth of an image.
    pub fn numbers(&self) -> Vec<usize> {
        let axes = self.along(self.size);
        std::iter::once(self.channels).chain(axes).collect()
    }

    /// Of numbers for depth, height and width those that it has axes for.
    pub(crate) fn along<T: Copy>(&self, numbers: [T; 3]) -> Vec<T> {
        numbers[usize::from(!self.is_volume)..].to_vec()
    }

    /// With other channels.
    pub fn with_channels(self, channels: usize) -> Self {
        Self { channels, ..self }
    }

    /// With another (depth, height, width).
    pub fn with_size(self, size: [usize; 3]) -> Self {
        Self { size, ..self }
    }
}

/// Of an image: (channels, height, width).
impl From<(usize, usize, usize)> for Shape {
    fn from((channels, height, width): (usize, usize, usize)) -> Self {
        Self {
            channels,
            size: [1, height, width],
            is_volume: false,
        }
    }
}

impl TryFrom<Vec<usize>> for Shape {
    type Error = String;

    fn try_from(numbers: Vec<usize>) -> Result<Self, String> {
        match numbers[..] {
            [channels, height, width] => Ok((channels, height, width).into()),
            [channels, depth, height, width] => Ok(Self::volume(channels, [depth, height, width])),
            _ => Err(format!(
                "{} numbers are no shape; use channels, height and width, for volumes channels, \
                 depth, height and width",
                numbers.len()
            )),
        }
    }
}

impl From<Shape> for Vec<usize> {
    fn from(shape: Shape) -> Self {
        shape.numbers()
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.numbers().iter().map(usize::to_string).collect();
        f.write_str(&numbers.join("x"))
    }
}

/// A value while a graph is built: its number and its shape without the batch.
///
/// ```
/// use schur_nn::export::{Graph, Value};
/// use schur_nn::{FieldType, GlobalPool, Layer, PoolKind};
///
/// let pool = GlobalPool::new(&FieldType::parse("C4: 2 trivial")?, PoolKind::Average)?;
/// Graph::build((2, 5, 5), |graph, x: Value| {
///     let y = pool.export(graph, x)?;
///     assert_eq!((x.size, y.size), ([1, 5, 5], [1, 1, 1]));
///     Ok(y)
/// })?;
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    pub(crate) index: usize,
    /// Number of channels.
    pub channels: usize,
    /// Depth, height and width; images have depth 1.
    pub size: [usize; 3],
    is_volume: bool,
}

impl Value {
    fn new(index: usize, shape: Shape) -> Self {
        Self {
            index,
            channels: shape.channels,
            size: shape.size,
            is_volume: shape.is_volume,
        }
    }

    /// The shape of the value, without the batch.
    pub fn shape(&self) -> Shape {
        Shape {
            channels: self.channels,
            size: self.size,
            is_volume: self.is_volume,
        }
    }
}

impl Graph {
    /// A plain network with an input of a shape, such as (channels, height, width), and the
    /// operations that
    /// `layers` adds; its result is the output. For networks that are no [`Layer`](crate::Layer).
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use schur_math::{FiniteRepresentation, Group};
    /// use schur_nn::export::{Graph, Unary};
    /// use schur_nn::{EquivariantLinearConfig, FieldType, Layer};
    ///
    /// let regular = FieldType::of([(FiniteRepresentation::regular(&Group::parse("S3")?), 2)])?;
    /// let config = EquivariantLinearConfig::new(&regular, &regular)?;
    /// let layers = [0, 1].map(|seed| config.clone().with_seed(seed).init(&Device::flex()));
    /// let [first, second] = layers;
    /// let (first, second) = (first?, second?);
    /// let graph = Graph::build((12, 1, 1), |graph, x| {
    ///     let hidden = first.export(graph, x)?;
    ///     let hidden = graph.unary(Unary::Relu, hidden, "relu");
    ///     second.export(graph, hidden)
    /// })?;
    /// let x = Tensor::<4>::ones([5, 12, 1, 1], &Device::flex());
    /// assert_eq!(graph.run(x)?.dims(), [5, 12, 1, 1]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of `layers`.
    pub fn build(
        input: impl Into<Shape>,
        layers: impl FnOnce(&mut Self, Value) -> Result<Value, NnError>,
    ) -> Result<Self, NnError> {
        let input = input.into();
        let mut graph = Self {
            input,
            output: input,
            nodes: Vec::new(),
            constants: Vec::new(),
            half: false,
            metadata: BTreeMap::new(),
            atlas: None,
        };
        let mut output = layers(&mut graph, Value::new(0, input))?;
        if output.index != graph.nodes.len() {
            // An earlier value: once more, so that the last operation gives it.
            let op = Op::Gather {
                axis: 1,
                indices: (0..output.channels).collect(),
            };
            output = graph.elementwise(op, &[output], "output");
        }
        graph.atlas = None;
        graph.output = output.shape();
        graph.fold();
        Ok(graph)
    }

    /// The shape of the input.
    pub fn input(&self) -> Shape {
        self.input
    }

    /// The shape of the output.
    pub fn output(&self) -> Shape {
        self.output
    }

    /// Puts a text beside the network, which its files carry for whoever reads them: names of
    /// classes, or how pictures are prepared. In ONNX it is an entry of `metadata_props`, in
    /// safetensors one of `metadata` in the JSON that describes the network. A text of the same key
    /// is replaced.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_nn::NetworkConfig;
    /// use schur_nn::export::Graph;
    ///
    /// let config = NetworkConfig::default().with_parameter_budget(2_000)?;
    /// let graph = Graph::export(&config.init(0, &Device::flex())?, 28, 28)?;
    /// let graph = graph.with_metadata("classes", r#"["cat", "dog"]"#);
    /// assert_eq!(Graph::from_bytes(&graph.to_bytes()?)?.metadata()["classes"], r#"["cat", "dog"]"#);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    pub fn with_metadata(mut self, key: impl Into<String>, text: impl Into<String>) -> Self {
        self.metadata.insert(key.into(), text.into());
        self
    }

    /// The texts beside the network by their keys.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// The operations in order; the last gives the output.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The constants that the operations refer to.
    pub fn constants(&self) -> &[Array] {
        &self.constants
    }
}
