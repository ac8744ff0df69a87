//! The network that is compared with itself on other fields.

use burn::module::Module;
use burn::tensor::Device;
use schur_engine::Activation;
use schur_math::{KernelBand, Ring};
use schur_nn::{
    Field, FieldNorm, FieldType, FourierPointwise, Layer, NnError, Nonlinearity, PointConv,
    PointConvConfig, PointGraph,
};

/// Convolutions with a residual.
const BLOCKS: usize = 4;
/// `x + a(n(K x))` a few times, between a first and a last convolution.
#[derive(Module, Debug)]
pub(crate) struct Net {
    first: PointConv,
    convolutions: Vec<PointConv>,
    norms: Vec<FieldNorm>,
    functions: Vec<FourierPointwise>,
    last: PointConv,
}

impl Net {
    pub(crate) fn new(
        types: &[FieldType; 3],
        example: &PointGraph,
        seed: u64,
    ) -> std::result::Result<Self, NnError> {
        let (device, [input, hidden, output]) = (Device::flex(), types);
        let band = band()?;
        // Another stream for every layer of every seed.
        let conv = |from: &FieldType, to: &FieldType, layer| {
            let config = PointConvConfig::new(from, to, &band).with_bias(true);
            config.with_seed(1000 * seed + layer).init(example, &device)
        };
        let blocks = 0..BLOCKS as u64;
        let norm = |_| FieldNorm::new(hidden, Activation::Identity, &device);
        let elu = |_| FourierPointwise::new(hidden, Nonlinearity::Elu { alpha: 1.0 });
        Ok(Self {
            first: conv(input, hidden, 100)?,
            convolutions: blocks
                .clone()
                .map(|k| conv(hidden, hidden, k))
                .collect::<std::result::Result<_, _>>()?,
            norms: blocks
                .clone()
                .map(norm)
                .collect::<std::result::Result<_, _>>()?,
            functions: blocks.map(elu).collect::<std::result::Result<_, _>>()?,
            last: conv(hidden, output, 101)?,
        })
    }

    pub(crate) fn forward(&self, x: Field) -> std::result::Result<Field, NnError> {
        let mut x = self.first.forward(x)?;
        let blocks = self
            .convolutions
            .iter()
            .zip(&self.norms)
            .zip(&self.functions);
        for ((conv, norm), function) in blocks {
            x = x.add(&function.forward(norm.forward(conv.forward(x.clone())?)?)?)?;
        }
        self.last.forward(x)
    }
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
