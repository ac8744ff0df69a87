//! The operations composed of Burn's primitives: what devices other than the CPU run, and the
//! oracle for the engine. Burn differentiates them.

use burn::tensor::activation::relu;
use burn::tensor::module::{
    avg_pool2d, conv_transpose2d, conv_transpose3d, conv2d, conv3d, max_pool2d,
};
use burn::tensor::ops::{
    AvgPoolOptions, ConvOptions, ConvTransposeOptions, MaxPoolOptions, PadMode,
};
use burn::tensor::{IndexingUpdateOp, Int, Tensor, TensorData};
use schur_engine::edges::EdgeMap;
use schur_engine::norm::{Centering, NormPlan};
use schur_engine::pool::Windows;
use schur_engine::resample::SeparableMap;
use schur_engine::{Activation, Block, Geometry};

use super::dense::Weights;
use super::shape::{size_of, with_size};
use super::{NormRule, SharedPlan};
use crate::kinds::PoolKind;
use crate::matmul::matmul;
use crate::sphere::{SphereMap, SphereTransform};

/// The axes before the channels last, and back.
const CHANNELS_FIRST: [isize; 5] = [0, 4, 1, 2, 3];
const CHANNELS_LAST: [isize; 5] = [0, 2, 3, 4, 1];

/// The last two of three numbers.
fn in_plane([_, rows, cols]: [usize; 3]) -> [usize; 2] {
    [rows, cols]
}

/// A tensor of another rank; the two are known to be equal.
fn of_rank<const D: usize, const E: usize>(x: Tensor<D>) -> Tensor<E> {
    let dims = x.dims();
    x.reshape(std::array::from_fn::<_, E, _>(|axis| dims[axis]))
}

/// Whether every slice of a volume is computed of the same slice alone, as an image is.
fn is_flat(g: &Geometry) -> bool {
    (g.kernel()[0], g.stride()[0], g.padding()[0]) == (1, 1, 0)
}

/// A map of images for the slices of volumes.
fn by_slices<const D: usize>(x: Tensor<D>, map: impl FnOnce(Tensor<4>) -> Tensor<4>) -> Tensor<D> {
    let [batch, depth, height, width, channels] = of_rank::<D, 5>(x.clone()).dims();
    let y = map(x.reshape([batch * depth, height, width, channels]));
    let [_, height, width, channels] = y.dims();
    of_rank(y.reshape([batch, depth, height, width, channels]))
}

/// [`equivariant_conv`](super::equivariant_conv) by Burn's `conv2d` or `conv3d` with the dense
/// weight.
///
/// # Panics
///
/// If shapes and plan do not fit, or for a tensor that is no image and no volume.
pub fn equivariant_conv<const D: usize>(
    x: Tensor<D>,
    parameters: Tensor<1>,
    plan: &SharedPlan,
) -> Tensor<D> {
    let g = plan.geometry();
    if D == 5 && is_flat(g) {
        return by_slices(x, |slices| equivariant_conv(slices, parameters, plan));
    }
    let (stride, padding, dilation) = (g.stride(), g.padding(), g.dilation());
    let weight = expand(parameters, plan);
    match D {
        4 => {
            let [stride, padding, dilation] = [stride, padding, dilation].map(in_plane);
            let options = ConvOptions::new(stride, padding, dilation, 1);
            let x = of_rank::<D, 4>(x).permute([0, 3, 1, 2]);
            let y = conv2d(x, weight.squeeze_dim(2), None, options);
            of_rank(y.permute([0, 2, 3, 1]))
        }
        5 => {
            let options = ConvOptions::new(stride, padding, dilation, 1);
            let x = of_rank::<D, 5>(x).permute(CHANNELS_FIRST);
            of_rank(conv3d(x, weight, None, options).permute(CHANNELS_LAST))
        }
        _ => panic!("a tensor of {D} axes is no image and no volume"),
    }
}

/// [`equivariant_conv_transposed`](super::equivariant_conv_transposed) by Burn's
/// `conv_transpose2d` or `conv_transpose3d` with the dense weight.
///
/// # Panics
///
/// If shapes and plan do not fit, or for a tensor that is no image and no volume.
pub fn equivariant_conv_transposed<const D: usize>(
    x: Tensor<D>,
    parameters: Tensor<1>,
    size: [usize; 3],
    plan: &SharedPlan,
) -> Tensor<D> {
    let g = plan.geometry();
    if D == 5 && is_flat(g) {
        let size = [1, size[1], size[2]];
        return by_slices(x, |slices| {
            equivariant_conv_transposed(slices, parameters, size, plan)
        });
    }
    // Of the sizes that the convolution maps to that of `x`, `size` is the one that is meant.
    let (stride, padding) = (g.stride(), g.padding());
    let (kernel, dilation) = (g.kernel(), g.dilation());
    let small = size_of(&x.dims());
    let beyond = [0, 1, 2].map(|axis| {
        let reached = (small[axis] - 1) * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1;
        size[axis] + 2 * padding[axis] - reached
    });
    let weight = expand(parameters, plan);
    match D {
        4 => {
            let sizes = [stride, padding, beyond, dilation].map(in_plane);
            let [stride, padding, beyond, dilation] = sizes;
            let options = ConvTransposeOptions::new(stride, padding, beyond, dilation, 1);
            let x = of_rank::<D, 4>(x).permute([0, 3, 1, 2]);
            let y = conv_transpose2d(x, weight.squeeze_dim(2), None, options);
            of_rank(y.permute([0, 2, 3, 1]))
        }
        5 => {
            let options = ConvTransposeOptions::new(stride, padding, beyond, dilation, 1);
            let x = of_rank::<D, 5>(x).permute(CHANNELS_FIRST);
            of_rank(conv_transpose3d(x, weight, None, options).permute(CHANNELS_LAST))
        }
        _ => panic!("a tensor of {D} axes is no image and no volume"),
    }
}

/// The dense weight `[out channels, in channels, depth, height, width]`: for every pair of blocks
/// the product of its basis and its parameters.
fn expand(parameters: Tensor<1>, plan: &SharedPlan) -> Tensor<5> {
    let bases = plan.bases(&parameters.device(), parameters.dtype());
    let [depth, rows, cols] = plan.geometry().kernel();
    let taps = plan.geometry().taps();
    let (inputs, outputs) = (plan.input().blocks(), plan.output().blocks());
    let mut weights = Weights::new(parameters);
    let mut part = |o: usize, i: usize| -> Tensor<5> {
        let (input, output) = (inputs[i], outputs[o]);
        let basis = bases[o * inputs.len() + i].clone();
        let weight = weights.combine(basis, taps, [input, output]);
        let weight = weight.permute([2, 4, 1, 3, 0]);
        weight.reshape([output.channels(), input.channels(), depth, rows, cols])
    };
    let row = |o| Tensor::cat((0..inputs.len()).map(|i| part(o, i)).collect(), 1);
    Tensor::cat((0..outputs.len()).map(row).collect(), 0)
}

/// [`pool`](super::pool) by Burn's planar pooling.
///
/// # Panics
///
/// If the windows do not fit, or for a tensor that is no image and no volume.
pub fn pool<const D: usize>(x: Tensor<D>, kind: PoolKind, windows: &Windows) -> Tensor<D> {
    const CHECKED: &str = "the layers check that the windows fit";
    let dims = x.dims();
    let size = size_of(&dims);
    let (batch, channels) = (dims[0], dims[D - 1]);
    let [depth, height, width] = size;
    let x: Tensor<5> = x.reshape([batch, depth, height, width, channels]);
    let overhang = windows.overhang(size).expect(CHECKED);
    let g = windows.geometry();
    let sliding = Sliding {
        window: g.kernel(),
        stride: g.stride(),
        padding: g.padding(),
        overhang,
    };
    let y = slide(x.permute(CHANNELS_FIRST), kind, sliding).permute(CHANNELS_LAST);
    let [_, depth, height, width, _] = y.dims();
    let y = match kind == PoolKind::Max || overhang == [0; 3] {
        true => y,
        false => {
            let gains = windows.gains(size).expect(CHECKED);
            let gains = TensorData::new(gains, [1, depth, height, width, 1]);
            y.clone() * Tensor::from_data(gains, (&y.device(), y.dtype()))
        }
    };
    let shape = with_size(&dims, [depth, height, width], channels);
    y.reshape::<D, _>(shape)
}

/// How windows slide along the axes of a tensor.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sliding<const D: usize> {
    pub(crate) window: [usize; D],
    pub(crate) stride: [usize; D],
    /// Places on both sides of every axis, which a maximum passes over and a mean counts as zeros.
    pub(crate) padding: [usize; D],
    /// So many of them more at its end.
    pub(crate) overhang: [usize; D],
}

impl<const D: usize> Sliding<D> {
    /// Along other axes: of the numbers for these, and those for an axis on which nothing happens.
    fn axes<const E: usize>(&self, of: impl Fn([usize; D], usize) -> [usize; E]) -> Sliding<E> {
        Sliding {
            window: of(self.window, 1),
            stride: of(self.stride, 1),
            padding: of(self.padding, 0),
            overhang: of(self.overhang, 0),
        }
    }
}

/// Burn's pooling of `[batch, channels, depth, height, width]`: windows of a volume are those of its
/// slices, and then those of the slices along the depth.
pub(crate) fn slide(x: Tensor<5>, kind: PoolKind, sliding: Sliding<3>) -> Tensor<5> {
    let [batch, channels, depth, height, width] = x.dims();
    let slices = x.reshape([batch, channels * depth, height, width]);
    let y = slide_plane(slices, kind, sliding.axes(|sizes, _| in_plane(sizes)));
    let [_, _, height, width] = y.dims();
    let along = sliding.axes(|[depth, _, _], nothing| [depth, nothing]);
    if along == sliding.axes(|_, nothing| [nothing; 2]) {
        return y.reshape([batch, channels, depth, height, width]);
    }
    let columns = y.reshape([batch, channels, depth, height * width]);
    let y = slide_plane(columns, kind, along);
    let depth = y.dims()[2];
    y.reshape([batch, channels, depth, height, width])
}

fn slide_plane(x: Tensor<4>, kind: PoolKind, sliding: Sliding<2>) -> Tensor<4> {
    let behind = |x: Tensor<4>, value: f32| match sliding.overhang {
        [0, 0] => x,
        [rows, cols] => x.pad((0, cols, 0, rows), PadMode::Constant(value)),
    };
    let (window, stride, padding) = (sliding.window, sliding.stride, sliding.padding);
    match kind {
        PoolKind::Max => {
            let options = MaxPoolOptions::new(window).with_stride(stride);
            max_pool2d(behind(x, f32::NEG_INFINITY), options.with_padding(padding))
        }
        PoolKind::Average => {
            let options = AvgPoolOptions::new(window).with_stride(stride);
            let options = options.with_padding(padding).with_count_include_pad(true);
            avg_pool2d(behind(x, 0.0), options)
        }
    }
}

/// [`field_statistics`](super::field_statistics); differentiable.
///
/// # Panics
///
/// As [`field_statistics`](super::field_statistics).
pub fn field_statistics<const D: usize>(x: Tensor<D>, plan: &NormPlan) -> Tensor<2> {
    let channels = plan.layout().channels();
    let average = |x: Tensor<D>| -> Tensor<1> {
        let x: Tensor<2> = x.reshape([-1, channels as i32]);
        x.mean_dim(0).reshape([channels])
    };
    let mean = centred(of_fields(average(x.clone()), plan), plan);
    let variance = (x - of_channels(mean.clone(), plan)).square();
    Tensor::stack(vec![mean, of_fields(average(variance), plan)], 0)
}

/// [`field_norm`](super::field_norm); differentiable in the statistics too.
///
/// # Panics
///
/// As [`field_norm`](super::field_norm).
pub fn field_norm<const D: usize>(
    x: Tensor<D>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    statistics: Tensor<2>,
    rule: NormRule,
    plan: &NormPlan,
) -> Tensor<D> {
    let row = |row| -> Tensor<1> { statistics.clone().narrow(0, row, 1).reshape([-1]) };
    let scale = (row(1) + rule.epsilon).sqrt().recip() * gamma;
    let y = (x - of_channels(centred(row(0), plan), plan)) * of_channels(scale, plan)
        + of_channels(centred(beta, plan), plan);
    activation(y, plan.activation())
}

/// The blocks of a norm's layout with the first channel and the first field of each.
fn blocks(plan: &NormPlan) -> impl Iterator<Item = (Block, usize, usize)> {
    let layout = plan.layout();
    let firsts = layout.offsets().iter().zip(layout.field_offsets());
    let blocks = layout.blocks().iter().zip(firsts);
    blocks.map(|(&block, (&channel, &field))| (block, channel, field))
}

/// Means over the components of every field.
fn of_fields(channels: Tensor<1>, plan: &NormPlan) -> Tensor<1> {
    let mean = |(block, channel, _): (Block, usize, usize)| -> Tensor<1> {
        let shape = [block.dim, block.multiplicity];
        let values = channels.clone().narrow(0, channel, block.channels());
        let values: Tensor<2> = values.reshape(shape);
        values.mean_dim(0).reshape([block.multiplicity])
    };
    Tensor::cat(blocks(plan).map(mean).collect(), 0)
}

/// The number of its field for every channel.
fn of_channels<const D: usize>(fields: Tensor<1>, plan: &NormPlan) -> Tensor<D> {
    let spread = |(block, _, field): (Block, usize, usize)| -> Tensor<1> {
        let values = fields.clone().narrow(0, field, block.multiplicity);
        values.repeat_dim(0, block.dim)
    };
    let channels: Tensor<1> = Tensor::cat(blocks(plan).map(spread).collect(), 0);
    let mut shape = [1; D];
    shape[D - 1] = plan.layout().channels();
    channels.reshape(shape)
}

/// 0 for the fields that are not centred; they stay in the graph, with the gradient 0.
fn centred(fields: Tensor<1>, plan: &NormPlan) -> Tensor<1> {
    if !plan.centering().contains(&Centering::None) {
        return fields;
    }
    let keep = |((block, _, field), centering): ((Block, usize, usize), &Centering)| {
        let values = fields.clone().narrow(0, field, block.multiplicity);
        values * f64::from(u8::from(*centering == Centering::PerField))
    };
    Tensor::cat(blocks(plan).zip(plan.centering()).map(keep).collect(), 0)
}

/// [`activation`](super::activation) by Burn's primitives.
pub fn activation<const D: usize>(x: Tensor<D>, function: Activation) -> Tensor<D> {
    match function {
        Activation::Identity => x,
        Activation::Relu => relu(x),
        Activation::Elu => elu_of(x, 1.0),
    }
}

/// `x` if positive, else `alpha (exp(x) - 1)`.
pub(crate) fn elu_of<const D: usize>(x: Tensor<D>, alpha: f64) -> Tensor<D> {
    // Where it is not used the exponential must not overflow: its gradient, times 0, would be no
    // number.
    let negative = x.clone().lower_equal_scalar(0);
    let below = x.clone().mask_fill(negative.clone().bool_not(), 0);
    x.mask_where(negative, (below.exp() - 1.0) * alpha)
}

/// [`along_edges`](super::along_edges) by the values at every edge.
///
/// # Panics
///
/// If the map is one of another size, or an adjoint one.
pub fn along_edges(x: Tensor<3>, map: &EdgeMap) -> Tensor<3> {
    let [[_, channels], [targets, out]] = map.sizes();
    let (batch, count, device) = (x.dims()[0], out / channels, x.device());
    let place = (&device, x.dtype());
    let index = |of: &[usize]| {
        let of: Vec<i64> = of.iter().map(|&v| v as i64).collect();
        Tensor::<1, Int>::from_data(TensorData::from(of.as_slice()), &device)
    };
    let (sources, targets_of): (Vec<usize>, Vec<usize>) = map.ends().pairs().into_iter().unzip();
    let edges = sources.len();
    let table = |numbers: Vec<f64>, columns: usize| {
        Tensor::<2>::from_data(TensorData::new(numbers, [edges, columns]), place)
    };
    let mut seen = x.select(1, index(&sources));
    if !map.turns().is_empty() {
        let factors = |which: usize| {
            let of_edge = move |edge| {
                map.turns().iter().flat_map(move |turn| {
                    let kept = [1.0, 0.0];
                    let factors = turn.factors.as_ref().map_or(kept, |of| of[edge]);
                    std::iter::repeat_n(factors[which], turn.len)
                })
            };
            table((0..edges).flat_map(of_edge).collect(), channels).unsqueeze()
        };
        let partners = map
            .turns()
            .iter()
            .flat_map(|turn| turn.partner..turn.partner + turn.len);
        let others = seen.clone().select(2, index(&partners.collect::<Vec<_>>()));
        seen = seen * factors(0) + others * factors(1);
    }
    let weights = table(map.weights().to_vec(), count).reshape([1, edges, count, 1]);
    let messages = (seen.unsqueeze_dim::<4>(2) * weights).reshape([batch, edges, out]);
    let none = Tensor::zeros([batch, targets, out], place);
    none.select_assign(1, index(&targets_of), messages, IndexingUpdateOp::Add)
}

/// [`resample`](super::resample) by a matrix product per axis.
///
/// # Panics
///
/// If the map is one of another size.
pub fn resample(mut x: Tensor<5>, map: &SeparableMap) -> Tensor<5> {
    for (axis, map) in (1..).zip(map.axes()) {
        if map.is_identity() {
            continue;
        }
        let mut sizes = x.dims();
        let (before, after) = (
            sizes[..axis].iter().product(),
            sizes[axis + 1..].iter().product(),
        );
        let matrix = TensorData::new(map.matrix(), [map.outputs(), map.inputs()]);
        let matrix = Tensor::<2>::from_data(matrix, (&x.device(), x.dtype()));
        let lines = x.reshape::<3, [usize; 3]>([before, sizes[axis], after]);
        sizes[axis] = map.outputs();
        x = matmul(matrix.unsqueeze(), lines).reshape(sizes);
    }
    x
}

/// [`sphere_transform`](super::sphere_transform) by a dense matrix, which the engine makes.
///
/// # Panics
///
/// If the numbers do not fit the transform.
pub fn sphere_transform(x: Tensor<3>, transform: &SphereTransform, map: SphereMap) -> Tensor<3> {
    let [from, to] = transform.sizes(map);
    let mut identity = vec![0.0; from * from];
    identity.iter_mut().step_by(from + 1).for_each(|v| *v = 1.0);
    let plan = transform.double();
    let matrix = match map {
        SphereMap::Synthesis(weighting) => plan.synthesis(1, from, &identity, weighting),
        SphereMap::Analysis(weighting) => plan.analysis(1, from, &identity, weighting),
    };
    let matrix = matrix.expect("the identity has the size of the transform");
    let data = TensorData::new(matrix, [1, to, from]);
    let matrix = Tensor::<3>::from_data(data, (&x.device(), x.dtype()));
    matmul(matrix, x)
}
