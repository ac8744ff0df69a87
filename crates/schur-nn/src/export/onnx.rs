//! Plain networks in the format of ONNX (<https://onnx.ai/onnx/repo-docs/IR.html>), opset 17.
//!
//! The numbers of fields are those of `onnx.proto`.

use super::protobuf::Message;
use super::{Array, Graph, Node, Op, Unary};

/// Version of the intermediate representation and of the operators.
const IR_VERSION: i64 = 8;
const OPSET: i64 = 17;
/// Names of the two values that other programs ask for.
const INPUT: &str = "input";
const OUTPUT: &str = "output";
/// `TensorProto.DataType`.
const FLOAT: i64 = 1;
const FLOAT16: i64 = 10;
const INT64: i64 = 7;
/// `AttributeProto.AttributeType`.
const ATTRIBUTE_FLOAT: i64 = 1;
const ATTRIBUTE_INT: i64 = 2;
const ATTRIBUTE_INTS: i64 = 7;

impl Graph {
    /// The network as an ONNX model: one input `input` `[batch, channels, height, width]`, of volumes
    /// `[batch, channels, depth, height, width]`, and one output `output` of the same kind, or
    /// `[batch, channels]` if it is a single place; in f32, with any batch.
    pub fn to_onnx(&self) -> Vec<u8> {
        let mut graph = Message::new();
        let mut writer = Writer {
            axes: vec![self.input.numbers().len() - 1],
            ..Writer::default()
        };
        if self.half {
            for index in 0..self.constants.len() {
                let short = [format!("h{index}")];
                let to_float = vec![int("to", FLOAT)];
                writer.push("Cast", &short, &constant_name(index), to_float);
            }
        }
        for (index, node) in self.nodes.iter().enumerate() {
            let inputs: Vec<String> = node.inputs.iter().map(|&i| Self::value_name(i)).collect();
            let output = Self::value_name(index + 1);
            writer.node(node, &self.constants, &inputs, &output, index);
        }
        let last = [Self::value_name(self.nodes.len())];
        let sizes = if self.output.size() == [1; 3] {
            writer.push("Flatten", &last, OUTPUT, vec![int("axis", 1)]);
            vec![self.output.channels()]
        } else {
            writer.push("Identity", &last, OUTPUT, vec![]);
            self.output.numbers()
        };
        for node in writer.nodes {
            graph = graph.message(1, node);
        }
        graph = graph.bytes(2, b"schur");
        for (index, constant) in self.constants.iter().enumerate() {
            graph = graph.message(5, self.constant_tensor(index, constant));
        }
        for (name, values) in &writer.integers {
            graph = graph.message(5, int_tensor(name, values));
        }
        graph = graph
            .message(11, value_info(INPUT, &self.input.numbers()))
            .message(12, value_info(OUTPUT, &sizes));
        let mut model = Message::new()
            .int(1, IR_VERSION)
            .bytes(2, b"schur")
            .bytes(3, env!("CARGO_PKG_VERSION").as_bytes())
            .message(7, graph)
            .message(8, Message::new().bytes(1, b"").int(2, OPSET));
        for (key, text) in &self.metadata {
            let entry = Message::new()
                .bytes(1, key.as_bytes())
                .bytes(2, text.as_bytes());
            model = model.message(14, entry);
        }
        model.into_bytes()
    }

    /// A constant; in half precision under the name that is converted.
    fn constant_tensor(&self, index: usize, constant: &Array) -> Message {
        let mut tensor = Message::new();
        for &size in &constant.shape {
            tensor = tensor.int(1, size as i64);
        }
        let (kind, name) = if self.half {
            (FLOAT16, format!("h{index}"))
        } else {
            (FLOAT, constant_name(index))
        };
        tensor
            .int(2, kind)
            .bytes(8, name.as_bytes())
            .bytes(9, &self.bytes(&constant.values))
    }

    fn value_name(index: usize) -> String {
        match index {
            0 => INPUT.to_string(),
            index => format!("v{index}"),
        }
    }
}

fn constant_name(index: usize) -> String {
    format!("c{index}")
}

/// The nodes, and the integer constants they need.
#[derive(Default)]
struct Writer {
    /// The axes of every value without batch and channels: 2 of images, 3 of volumes.
    axes: Vec<usize>,
    nodes: Vec<Message>,
    integers: Vec<(String, Vec<i64>)>,
}

impl Writer {
    fn push(&mut self, name: &str, inputs: &[String], output: &str, attributes: Vec<Message>) {
        let mut node = Message::new();
        for input in inputs {
            node = node.bytes(1, input.as_bytes());
        }
        node = node.bytes(2, output.as_bytes()).bytes(4, name.as_bytes());
        for attribute in attributes {
            node = node.message(5, attribute);
        }
        self.nodes.push(node);
    }

    fn integers(&mut self, name: String, values: Vec<i64>) -> String {
        self.integers.push((name.clone(), values));
        name
    }

    fn node(
        &mut self,
        node: &Node,
        constants: &[Array],
        inputs: &[String],
        output: &str,
        index: usize,
    ) {
        let op = &node.op;
        self.axes.push(match op {
            Op::Reshape { shape } => shape.len() - 1,
            _ => self.axes[node.inputs[0]],
        });
        let list = |sizes: &[usize]| sizes.iter().map(|&n| n as i64).collect::<Vec<i64>>();
        let sides = |sizes: &[usize]| [list(sizes), list(sizes)].concat();
        // Optional by the standard, but some readers insist on it.
        let kernel_shape = |weight: usize| {
            let sizes = constants[weight].shape[2..].iter().map(|&size| size as i64);
            ints("kernel_shape", &sizes.collect::<Vec<_>>())
        };
        let with = |constants: &[Option<usize>]| {
            let names = constants.iter().flatten().map(|&c| constant_name(c));
            [inputs.to_vec(), names.collect()].concat()
        };
        match op {
            Op::Conv {
                weight,
                bias,
                stride,
                padding,
                dilation,
            } => {
                let attributes = vec![
                    kernel_shape(*weight),
                    ints("strides", &list(stride)),
                    ints("pads", &sides(padding)),
                    ints("dilations", &list(dilation)),
                ];
                self.push("Conv", &with(&[Some(*weight), *bias]), output, attributes);
            }
            Op::ConvTransposed {
                weight,
                bias,
                stride,
                padding,
                dilation,
                output_padding,
            } => {
                let attributes = vec![
                    kernel_shape(*weight),
                    ints("strides", &list(stride)),
                    ints("pads", &sides(padding)),
                    ints("dilations", &list(dilation)),
                    ints(
                        "output_padding",
                        &vec![*output_padding as i64; stride.len()],
                    ),
                ];
                let inputs = with(&[Some(*weight), *bias]);
                self.push("ConvTranspose", &inputs, output, attributes);
            }
            Op::Unary { function } => {
                let (name, attributes) = match function {
                    Unary::Relu => ("Relu", vec![]),
                    Unary::Elu => ("Elu", vec![]),
                    Unary::LeakyRelu(slope) => ("LeakyRelu", vec![float("alpha", *slope as f32)]),
                    Unary::Sigmoid => ("Sigmoid", vec![]),
                    Unary::Tanh => ("Tanh", vec![]),
                    Unary::Softplus => ("Softplus", vec![]),
                    Unary::Sqrt => ("Sqrt", vec![]),
                    Unary::Reciprocal => ("Reciprocal", vec![]),
                    Unary::Exp => ("Exp", vec![]),
                    Unary::Erf => ("Erf", vec![]),
                };
                self.push(name, inputs, output, attributes);
            }
            Op::Scale { by } => self.push("Mul", &with(&[Some(*by)]), output, vec![]),
            Op::Shift { by } => self.push("Add", &with(&[Some(*by)]), output, vec![]),
            Op::Add => self.push("Add", inputs, output, vec![]),
            Op::Mul => self.push("Mul", inputs, output, vec![]),
            Op::AtLeast => {
                let holds = format!("g{index}");
                self.push("GreaterOrEqual", inputs, &holds, vec![]);
                self.push("Cast", &[holds], output, vec![int("to", FLOAT)]);
            }
            Op::MaxPool {
                window,
                stride,
                padding,
                overhang,
            }
            | Op::AveragePool {
                window,
                stride,
                padding,
                overhang,
            } => {
                let is_max = matches!(op, Op::MaxPool { .. });
                let ends = padding.iter().zip(overhang).map(|(&n, &beyond)| n + beyond);
                let ends: Vec<usize> = ends.collect();
                let name = if is_max { "MaxPool" } else { "AveragePool" };
                let mut attributes = vec![
                    ints("kernel_shape", &list(window)),
                    ints("strides", &list(stride)),
                    ints("pads", &[list(padding), list(&ends)].concat()),
                ];
                if !is_max {
                    attributes.push(int("count_include_pad", 1));
                }
                self.push(name, inputs, output, attributes);
            }
            Op::GlobalMax => self.push("GlobalMaxPool", inputs, output, vec![]),
            Op::GlobalMean => self.push("GlobalAveragePool", inputs, output, vec![]),
            Op::ComponentMax { components } | Op::ComponentMean { components } => {
                let is_max = matches!(op, Op::ComponentMax { .. });
                self.component(is_max, *components, inputs, output, index);
            }
            Op::Gather { axis, indices } => {
                let values = indices.iter().map(|&i| i as i64).collect();
                let indices = self.integers(format!("i{index}"), values);
                let inputs = [inputs, &[indices]].concat();
                self.push("Gather", &inputs, output, vec![int("axis", *axis as i64)]);
            }
            Op::Concat => self.push("Concat", inputs, output, vec![int("axis", 1)]),
            Op::Rows { matrix } => {
                let inputs = [&[constant_name(*matrix)], inputs].concat();
                self.push("MatMul", &inputs, output, vec![]);
            }
            Op::Columns { matrix } => {
                self.push("MatMul", &with(&[Some(*matrix)]), output, vec![]);
            }
            Op::Reshape { shape } => {
                // 0 copies the batch.
                let shape = [&[0], &list(shape)[..]].concat();
                let shape = self.integers(format!("i{index}"), shape);
                let inputs = [inputs, &[shape]].concat();
                self.push("Reshape", &inputs, output, vec![]);
            }
            Op::Transpose => {
                let last = self.axes[index] as i64 + 1;
                let order: Vec<i64> = (0..last - 1).chain([last, last - 1]).collect();
                let order = vec![ints("perm", &order)];
                self.push("Transpose", inputs, output, order);
            }
            Op::MatMul => self.push("MatMul", inputs, output, vec![]),
            Op::Softmax { axis } => {
                self.push("Softmax", inputs, output, vec![int("axis", *axis as i64)]);
            }
        }
    }

    /// Reshape to `[batch, components, copies · places]`, reduce, and back. Slices of
    /// the shape keep it free of sizes that only the input knows.
    fn component(
        &mut self,
        is_max: bool,
        components: usize,
        inputs: &[String],
        output: &str,
        index: usize,
    ) {
        // Components come first among the channels, so splitting the channel axis is a reshape:
        // 0 copies the batch, -1 is inferred.
        let (split, copies) = (format!("s{index}"), format!("r{index}"));
        let shape = self.integers(format!("i{index}"), vec![0, components as i64, -1]);
        let flat = [inputs, &[shape]].concat();
        self.push("Reshape", &flat, &split, vec![]);
        let name = if is_max { "ReduceMax" } else { "ReduceMean" };
        let axes = vec![ints("axes", &[1]), int("keepdims", 0)];
        self.push(name, &[split], &copies, axes);
        // The places of the input, [height, width], behind the batch and the inferred copies.
        let (full, pixels, target) = (
            format!("f{index}"),
            format!("p{index}"),
            format!("t{index}"),
        );
        self.push("Shape", inputs, &full, vec![]);
        let axes = (0..self.axes[index] as i64).map(|axis| axis + 2).collect();
        let places = self.integers(format!("k{index}"), axes);
        self.push("Gather", &[full, places], &pixels, vec![int("axis", 0)]);
        let front = self.integers(format!("b{index}"), vec![0, -1]);
        self.push("Concat", &[front, pixels], &target, vec![int("axis", 0)]);
        self.push("Reshape", &[copies, target], output, vec![]);
    }
}

fn ints(name: &str, values: &[i64]) -> Message {
    let mut attribute = Message::new().bytes(1, name.as_bytes());
    for &value in values {
        attribute = attribute.int(8, value);
    }
    attribute.int(20, ATTRIBUTE_INTS)
}

fn int(name: &str, value: i64) -> Message {
    Message::new()
        .bytes(1, name.as_bytes())
        .int(3, value)
        .int(20, ATTRIBUTE_INT)
}

fn float(name: &str, value: f32) -> Message {
    Message::new()
        .bytes(1, name.as_bytes())
        .float(2, value)
        .int(20, ATTRIBUTE_FLOAT)
}

fn int_tensor(name: &str, values: &[i64]) -> Message {
    let raw: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    Message::new()
        .int(1, values.len() as i64)
        .int(2, INT64)
        .bytes(8, name.as_bytes())
        .bytes(9, &raw)
}

/// Name and type of an input or output with a free batch.
fn value_info(name: &str, sizes: &[usize]) -> Message {
    let mut shape = Message::new().message(1, Message::new().bytes(2, b"batch"));
    for &size in sizes {
        shape = shape.message(1, Message::new().int(1, size as i64));
    }
    let tensor = Message::new().int(1, FLOAT).message(2, shape);
    let kind = Message::new().message(1, tensor);
    Message::new().bytes(1, name.as_bytes()).message(2, kind)
}
