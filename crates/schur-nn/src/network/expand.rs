//! Blocks of a description as layers.

use schur_engine::Activation;

use super::branch::Join;
use super::config::{BlockConfig, NetworkConfig};
use super::layer_config::{AnyLayerConfig, configs};
use super::ranges::numbered;
use crate::field_type::{Fields, Known};
use crate::group::GridGroup;
use crate::kinds::{BlockPooling, Kernels, NonlinearityKind, Output, PoolKind};
use crate::{FieldType, NnError, Nonlinearity, Resampling};

/// Standard deviation of the rim of the mask in pixels, as in the networks of Weiler & Cesa
/// (2019).
const MASK_SIGMA: f64 = 2.0;

/// Layers with their places in the description.
type Layers = Vec<(String, AnyLayerConfig)>;

struct Builder<'a> {
    known: &'a mut Known,
    config: &'a NetworkConfig,
    group: GridGroup,
    features: FieldType,
    /// Where in the description the next layers stand.
    at: String,
    layers: Layers,
    /// The fields behind norm and nonlinearity, if these are still to come.
    pending: Option<Fields>,
    /// Layers before the branches that are open, and the features that they began with.
    open: Vec<(Layers, FieldType)>,
}

impl NetworkConfig {
    /// What the blocks say, in order.
    ///
    /// # Errors
    ///
    /// The first entry that makes no sense.
    pub(super) fn expand_blocks(
        &self,
        image: &FieldType,
        known: &mut Known,
    ) -> Result<Layers, NnError> {
        let mut builder = Builder {
            known,
            config: self,
            group: self.group.clone(),
            features: image.clone(),
            at: "network".to_string(),
            layers: Vec::new(),
            pending: None,
            open: Vec::new(),
        };
        if self.mask {
            builder.push(configs::Mask {
                margin: 0.0,
                sigma: MASK_SIGMA,
            });
        }
        for (index, block) in self.blocks.iter().enumerate() {
            let residual_next = self.blocks.get(index + 1).is_some_and(|b| b.residual);
            let at = numbered("network.blocks", index);
            builder.at.clone_from(&at);
            let built = builder.block(block, residual_next);
            built.map_err(|e| e.within(&at))?;
        }
        if !builder.open.is_empty() {
            return Err(NnError::Config {
                at: "network.blocks".to_string(),
                problem: format!(
                    "{} blocks with `keep` have no later block with `join`; add it or remove `keep`",
                    builder.open.len()
                ),
            });
        }
        builder.at = "network".to_string();
        builder.head()?;
        Ok(builder.layers)
    }
}

impl Builder<'_> {
    fn push(&mut self, layer: impl Into<AnyLayerConfig>) {
        self.layers.push((self.at.clone(), layer.into()));
    }

    fn block(&mut self, block: &BlockConfig, residual_next: bool) -> Result<(), NnError> {
        if block.upsample > 1 {
            self.push(configs::Resize {
                to: Resampling::Linear(block.upsample),
            });
        }
        if block.join {
            self.close()?;
        }
        if block.residual {
            self.residual(block)?;
        } else {
            self.conv(of_block(block))?;
        }
        // A residual block begins with norm and nonlinearity itself, beside its shortcut.
        if !residual_next || block.pools() || block.keep || block.restrict.is_some() {
            self.activate()?;
        }
        if block.keep {
            let before = std::mem::take(&mut self.layers);
            self.open.push((before, self.features.clone()));
        }
        if block.pools() {
            self.pool(block);
        }
        if let Some(group) = &block.restrict {
            self.restrict(group).map_err(|e| e.within("restrict"))?;
        }
        Ok(())
    }

    fn pool(&mut self, block: &BlockConfig) {
        let kind = match block.pool_kind {
            BlockPooling::Max => PoolKind::Max,
            BlockPooling::Average => PoolKind::Average,
            BlockPooling::Blur => {
                return self.push(configs::BlurPool {
                    padding: block.pool_padding,
                    ..configs::BlurPool::new(block.pool)
                });
            }
        };
        self.push(configs::Pool {
            kind,
            window: block.pool,
            stride: block.pool_stride,
            padding: block.pool_padding.unwrap_or(0),
            ceil: block.pool_ceil,
        });
    }

    /// Fields of the present group.
    fn fields(&mut self, fields: &Fields) -> Result<FieldType, NnError> {
        self.known
            .fields(fields, &(&self.group).into())
            .map_err(|e| e.within("fields"))
    }

    /// A convolution whose result, after norm and nonlinearity, has the fields that it says.
    fn conv(&mut self, conv: configs::Conv) -> Result<(), NnError> {
        let fields = self.before_nonlinearity(&conv.fields)?;
        let after = conv.fields.clone();
        self.linear(configs::Conv { fields, ..conv }, false)?;
        self.pending = Some(after);
        Ok(())
    }

    fn linear(&mut self, conv: configs::Conv, last: bool) -> Result<(), NnError> {
        self.features = self.fields(&conv.fields)?;
        let convolution = self.convolution(conv, last);
        self.push(convolution);
        Ok(())
    }

    /// With the kernels of the network; with a bias and without the factor for a ReLU, if it is the last.
    fn convolution(&self, conv: configs::Conv, last: bool) -> AnyLayerConfig {
        let mut conv = configs::Conv {
            kernels: self.config.kernels,
            cutoff: self.config.cutoff,
            order: self.config.order,
            bias: last,
            ..conv
        };
        if last {
            conv.gain = 1.0;
        }
        if conv.kernels == Kernels::Implicit && conv.kernel > 1 {
            return configs::ImplicitConv::from(conv).into();
        }
        conv.into()
    }

    /// What the nonlinearity needs to give these fields: with gates, or just they.
    fn before_nonlinearity(&mut self, fields: &Fields) -> Result<Fields, NnError> {
        if self.config.activation != NonlinearityKind::Gated {
            return Ok(fields.clone());
        }
        let blocks = self.fields(fields)?;
        let blocks = blocks.blocks().iter();
        let gates = blocks.filter(|block| !block.representation.is_trivial());
        let gates: usize = gates.map(|block| block.multiplicity).sum();
        let gates = (gates > 0).then_some((gates, "trivial"));
        Ok(Fields::new(fields.parts().chain(gates)))
    }

    /// Norm and nonlinearity, if they are still to come.
    fn activate(&mut self) -> Result<(), NnError> {
        let Some(after) = self.pending.take() else {
            return Ok(());
        };
        self.features = self.fields(&after)?;
        let scalars = only_scalars(&self.features);
        let (activation, nonlinearity): (_, Option<AnyLayerConfig>) = match self.config.activation {
            NonlinearityKind::Relu => (Activation::Relu, None),
            NonlinearityKind::Elu => (Activation::Elu, None),
            // On scalars these are functions of one number too.
            NonlinearityKind::Gated | NonlinearityKind::Fourier if scalars => {
                (Activation::Elu, None)
            }
            NonlinearityKind::Norm if scalars => (Activation::Relu, None),
            NonlinearityKind::Gated => {
                let gated = configs::Gated {
                    scalar_function: Nonlinearity::Elu { alpha: 1.0 },
                    ..configs::Gated::new(after)
                };
                (Activation::Identity, Some(gated.into()))
            }
            NonlinearityKind::Fourier => (
                Activation::Identity,
                Some(configs::Fourier::default().into()),
            ),
            NonlinearityKind::Norm => {
                let norm = configs::NormNonlinearity {
                    function: Some(Nonlinearity::Relu),
                    subgroup: None,
                };
                (Activation::Identity, Some(norm.into()))
            }
        };
        self.push(configs::Norm::new(activation));
        if let Some(nonlinearity) = nonlinearity {
            self.push(nonlinearity);
        }
        Ok(())
    }

    /// Twice norm, nonlinearity and convolution, beside a shortcut: the identity, or a pointwise
    /// convolution where fields or size change.
    fn residual(&mut self, block: &BlockConfig) -> Result<(), NnError> {
        let input = self.features.clone();
        let before = std::mem::take(&mut self.layers);
        self.activate()?;
        self.conv(of_block(block))?;
        self.activate()?;
        let mut blocks = self.features.blocks().iter();
        let pointwise = blocks.all(|b| b.representation.is_monomial());
        self.dropout(self.config.block_dropout, pointwise);
        self.conv(configs::Conv {
            stride: 1,
            ..of_block(block)
        })?;
        let body = std::mem::replace(&mut self.layers, before);
        let mut shortcut = Vec::new();
        if input != self.features || block.stride != 1 {
            let pointwise = configs::Conv {
                stride: block.stride,
                ..configs::Conv::new(self.before_nonlinearity(&block.fields)?, 1)
            };
            shortcut.push(self.convolution(pointwise, false));
        }
        self.branch(body, shortcut, Join::Add);
        Ok(())
    }

    fn branch(&mut self, body: Layers, shortcut: Vec<AnyLayerConfig>, join: Join) {
        let body = body.into_iter().map(|(_, layer)| layer).collect();
        self.push(configs::Branch {
            body,
            shortcut,
            join,
        });
    }

    /// Ends the branch that was opened last: its features beside those that went through.
    fn close(&mut self) -> Result<(), NnError> {
        let Some((before, input)) = self.open.pop() else {
            return Err(NnError::Config {
                at: "join".to_string(),
                problem: "no block before has `keep`, or all are joined; add `keep` to one"
                    .to_string(),
            });
        };
        self.features = input.direct_sum(&self.features)?;
        let body = std::mem::replace(&mut self.layers, before);
        self.branch(body, Vec::new(), Join::Concat);
        Ok(())
    }

    fn restrict(&mut self, group: &GridGroup) -> Result<(), NnError> {
        if !self.open.is_empty() {
            return Err(NnError::Config {
                at: "restrict".to_string(),
                problem: "the group can't change between `keep` and `join`; restrict in a block \
                          before or behind them"
                    .to_string(),
            });
        }
        let group = group.beside(&self.group)?;
        self.features = self.features.restricted_to(&group)?;
        self.group = group.clone();
        self.push(configs::Restriction { group });
        Ok(())
    }

    fn head(&mut self) -> Result<(), NnError> {
        let scalars = |n| Fields::new([(n, "trivial")]);
        match self.config.output {
            Output::Classes => {
                // One scalar per field, whichever pool it is.
                if self.features.is_permutation() {
                    self.push(configs::GroupPool::default());
                } else {
                    self.push(configs::NormPool::default());
                }
                self.global(self.config.global_pool);
                for &width in &self.config.hidden {
                    self.dropout(self.config.dropout, false);
                    self.conv(configs::Conv::new(scalars(width), 1))?;
                    self.activate()?;
                }
                self.dropout(self.config.dropout, false);
            }
            Output::Direction | Output::Values => {
                // A mean keeps the components of fields apart, which a maximum would not.
                self.global(PoolKind::Average);
            }
            Output::Mask => {}
        }
        self.linear(configs::Conv::new(self.config.answer_fields(), 1), true)
    }

    fn dropout(&mut self, probability: f64, pointwise: bool) {
        if probability > 0.0 {
            self.push(configs::Dropout {
                probability,
                pointwise,
            });
        }
    }

    fn global(&mut self, kind: PoolKind) {
        self.push(configs::GlobalPool { kind });
    }
}

/// The convolution of a block, before its fields get gates and its kernels are chosen.
fn of_block(block: &BlockConfig) -> configs::Conv {
    configs::Conv {
        stride: block.stride,
        padding: block.padding,
        ..configs::Conv::new(block.fields.clone(), block.kernel)
    }
}

fn only_scalars(fields: &FieldType) -> bool {
    let mut blocks = fields.blocks().iter();
    blocks.all(|block| block.representation.is_trivial())
}
