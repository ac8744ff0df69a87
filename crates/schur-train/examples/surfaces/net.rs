//! The network that is compared with itself on other fields.

use std::f64::consts::SQRT_2;

use burn::module::{Initializer, Module};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use schur_engine::Activation;
use schur_math::{KernelBand, Ring};
use schur_nn::{
    Domain, Field, FieldNorm, FieldType, FourierPointwise, Gated, Layer, NnError, Nonlinearity,
    PointConv, PointConvConfig, PointGraph, PointPool,
};

/// Convolutions with a residual.
const BLOCKS: usize = 4;

/// `x + a(n(K x))` a few times, between a first and a last convolution.
#[derive(Module, Debug)]
pub(crate) struct Net {
    first: PointConv,
    convolutions: Vec<PointConv>,
    norms: Vec<FieldNorm>,
    functions: Vec<Function>,
    last: PointConv,
    /// From the largest numbers on the surface to classes.
    head: Option<Linear>,
}

/// The nonlinearity of a block.
#[derive(Module, Debug)]
enum Function {
    /// ELU of the values of functions on the group: exact only for frames that permute the samples.
    Values(FourierPointwise),
    /// Gates, exact in all frames.
    Gates(Gated),
}

impl Function {
    fn layer(&self) -> &dyn Layer {
        match self {
            Self::Values(layer) => layer,
            Self::Gates(layer) => layer,
        }
    }
}

impl Net {
    /// With fields of input, blocks and output. With classes, surfaces are what is classified, and the
    /// output is a hidden one.
    pub(crate) fn new(
        types: &[FieldType; 3],
        (classes, gated): (Option<usize>, bool),
        example: &PointGraph,
        seed: u64,
    ) -> std::result::Result<Self, NnError> {
        let (device, [input, hidden, output]) = (Device::flex(), types);
        let band = band()?;
        // Another stream for every layer of every seed.
        let conv = |from: &FieldType, to: &FieldType, layer, gain: f64| {
            let config = PointConvConfig::new(from, to, &band).with_bias(true);
            let config = config.with_seed(1000 * seed + layer).with_gain(gain);
            config.init(example, &device)
        };
        let function = || match (gated, Gated::new(hidden)) {
            (true, Ok(gated)) => Ok(Function::Gates(gated)),
            _ => {
                let elu = FourierPointwise::new(hidden, Nonlinearity::Elu { alpha: 1.0 });
                elu.map(Function::Values)
            }
        };
        let (mut convolutions, mut norms, mut functions) = (Vec::new(), Vec::new(), Vec::new());
        for k in 0..BLOCKS as u64 {
            let function = function()?;
            let before = function.layer().input_type();
            convolutions.push(conv(hidden, before, k, SQRT_2)?);
            norms.push(FieldNorm::new(before, Activation::Identity, &device)?);
            functions.push(function);
        }
        // Zero at the beginning: all classes are equally likely.
        let head = |classes| {
            let config = LinearConfig::new(output.channels(), classes);
            config.with_initializer(Initializer::Zeros).init(&device)
        };
        Ok(Self {
            first: conv(input, hidden, 100, SQRT_2)?,
            convolutions,
            norms,
            functions,
            // Without a head, nearly nothing is said at the beginning.
            last: conv(
                hidden,
                output,
                101,
                if classes.is_some() { SQRT_2 } else { 0.1 },
            )?,
            head: classes.map(head),
        })
    }

    /// What is said at every vertex. With levels, one block after the other goes down one of them, the rest
    /// stays on the last.
    pub(crate) fn forward(
        &self,
        x: Field,
        levels: &[Level],
    ) -> std::result::Result<Field, NnError> {
        let mut x = self.first.forward(x)?;
        let mut levels = levels.iter();
        let blocks = self.convolutions.iter().zip(&self.norms);
        for ((conv, norm), function) in blocks.zip(&self.functions) {
            if let Some(Level { down, on }) = levels.next() {
                let pool = PointPool::new(x.field_type());
                x = pool.forward(x.on(down.clone())?)?.on(on.clone())?;
            }
            let seen = norm.forward(conv.forward(x.clone())?)?;
            x = x.add(&function.layer().forward(seen)?)?;
        }
        self.last.forward(x)
    }

    /// What is said of the whole surface, `[picture, class]`: the head of the largest of every scalar, which
    /// does not depend on how much else of the surface there is.
    pub(crate) fn classify(
        &self,
        x: Field,
        levels: &[Level],
    ) -> std::result::Result<Tensor<2>, NnError> {
        let scalars = self.forward(x, levels)?.to_places();
        let largest = scalars.max_dim(1).squeeze_dim(1);
        Ok(match &self.head {
            Some(head) => head.forward(largest),
            None => largest,
        })
    }
}

/// A coarser level of a surface, in units of its own spacing.
#[derive(Clone)]
pub(crate) struct Level {
    /// From the finer one.
    pub(crate) down: Domain,
    pub(crate) on: Domain,
}

/// Kernels on the vertex itself and on a ring of neighbours, in units of the mean edge.
pub(crate) fn band() -> std::result::Result<KernelBand, NnError> {
    let ring = |radius, sigma, max_frequency| Ring {
        radius,
        sigma,
        max_frequency,
    };
    Ok(KernelBand::new(vec![ring(0.0, 0.3, 0), ring(1.0, 0.5, 4)])?)
}
