//! From a description to steps.

use schur_engine::pool::Windows;
use schur_math::{PlanarGroup, PlanarRepresentation};

use super::branch::Join;
use super::config::{BlockConfig, NetworkConfig};
use super::step::{ConvStep, Step};
use crate::field_type::Fields;
use crate::kinds::{NonlinearityKind, Output, PoolKind, Pooling};
use crate::layers::nonlinearity::fourier::FourierPointwise;
use crate::layers::nonlinearity::gated::Gated;
use crate::layers::norm_pool::NormPool;
use crate::layers::restriction::Restriction;
use crate::{FieldType, Layer, NnError, Nonlinearity};

/// The steps of a network, and the types at its ends.
pub(super) struct Steps {
    pub(super) image: FieldType,
    pub(super) steps: Vec<Step>,
    pub(super) answer: FieldType,
}

struct Builder<'a> {
    config: &'a NetworkConfig,
    group: PlanarGroup,
    features: FieldType,
    steps: Vec<Step>,
    /// The fields behind norm and nonlinearity, if these are still to come.
    pending: Option<FieldType>,
    /// Steps before the branches that are open, and the features that they began with.
    open: Vec<(Vec<Step>, FieldType)>,
}

impl NetworkConfig {
    /// What the description says, in order.
    ///
    /// # Errors
    ///
    /// The first entry that makes no sense.
    pub(super) fn steps(&self) -> Result<Steps, NnError> {
        let image = FieldType::trivial(&self.group, self.channels)?;
        let mut builder = Builder {
            config: self,
            group: self.group.clone(),
            features: image.clone(),
            steps: Vec::new(),
            pending: None,
            open: Vec::new(),
        };
        if self.mask {
            builder.steps.push(Step::Mask(image.clone()));
        }
        for (index, block) in self.blocks.iter().enumerate() {
            let residual_next = self.blocks.get(index + 1).is_some_and(|b| b.residual);
            builder.block(block, residual_next).map_err(|e| match e {
                NnError::Config { at, problem } => NnError::Config {
                    at: format!("network.blocks[{index}].{at}"),
                    problem,
                },
                other => NnError::Config {
                    at: format!("network.blocks[{index}]"),
                    problem: other.to_string(),
                },
            })?;
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
        builder.head()?;
        Ok(Steps {
            image,
            steps: builder.steps,
            answer: builder.features,
        })
    }
}

impl Builder<'_> {
    fn block(&mut self, block: &BlockConfig, residual_next: bool) -> Result<(), NnError> {
        if block.upsample > 1 {
            let fields = self.features.clone();
            self.steps.push(Step::Upsample(fields, block.upsample));
        }
        if block.join {
            self.close()?;
        }
        let fields = self.fields(&block.fields)?;
        if block.residual {
            self.residual(block, &fields)?;
        } else {
            self.conv(&fields, (block.kernel, block.stride, block.padding))?;
        }
        // A residual block begins with norm and nonlinearity itself, beside its shortcut.
        if !residual_next || block.pools() || block.keep || block.restrict.is_some() {
            self.activate()?;
        }
        if block.keep {
            let before = std::mem::take(&mut self.steps);
            self.open.push((before, self.features.clone()));
        }
        if block.pools() {
            self.pool(block)?;
        }
        if let Some(group) = &block.restrict {
            self.restrict(group).map_err(|e| entry("restrict", &e))?;
        }
        Ok(())
    }

    fn pool(&mut self, block: &BlockConfig) -> Result<(), NnError> {
        let fields = self.features.clone();
        let kind = match block.pool_kind {
            Pooling::Max => PoolKind::Max,
            Pooling::Average => PoolKind::Average,
            Pooling::Blur => {
                let blur = Step::Blur(fields, block.pool, block.pool_padding);
                self.steps.push(blur);
                return Ok(());
            }
        };
        let pair = |n: usize| (n, n);
        let stride = block.pool_stride.unwrap_or(block.pool);
        let padding = block.pool_padding.unwrap_or(0);
        let windows = Windows::new(pair(block.pool), pair(stride), pair(padding))?;
        let windows = windows.with_ceil_mode(block.pool_ceil);
        self.steps.push(Step::Pool(fields, kind, windows));
        Ok(())
    }

    /// Fields of the present group.
    fn fields(&self, fields: &Fields) -> Result<FieldType, NnError> {
        fields.of(&self.group).map_err(|e| entry("fields", &e))
    }

    /// A convolution whose result, after norm and nonlinearity, is of this type.
    fn conv(&mut self, fields: &FieldType, shape: (usize, usize, usize)) -> Result<(), NnError> {
        let output = self.before_nonlinearity(fields)?;
        self.linear(&output, shape, false);
        self.pending = Some(fields.clone());
        Ok(())
    }

    fn linear(
        &mut self,
        output: &FieldType,
        (kernel, stride, padding): (usize, usize, usize),
        last: bool,
    ) {
        self.steps.push(Step::Conv(ConvStep {
            input: self.features.clone(),
            output: output.clone(),
            kernel,
            stride,
            padding,
            kernels: self.config.kernels,
            cutoff: self.config.cutoff,
            order: self.config.order,
            last,
        }));
        self.features = output.clone();
    }

    /// What the nonlinearity needs to give fields of this type: with gates, or just they.
    fn before_nonlinearity(&self, fields: &FieldType) -> Result<FieldType, NnError> {
        if self.config.activation == NonlinearityKind::Gated && !only_scalars(fields) {
            return Ok(Gated::new(fields)?.input_type().clone());
        }
        Ok(fields.clone())
    }

    /// Norm and nonlinearity, if they are still to come.
    fn activate(&mut self) -> Result<(), NnError> {
        let Some(after) = self.pending.take() else {
            return Ok(());
        };
        let kind = self.config.activation;
        let before = std::mem::replace(&mut self.features, after.clone());
        let pointwise = match kind {
            NonlinearityKind::Relu => Some(schur_engine::Activation::Relu),
            NonlinearityKind::Elu => Some(schur_engine::Activation::Elu),
            // On scalars these are functions of one number too.
            NonlinearityKind::Gated | NonlinearityKind::Fourier if only_scalars(&after) => {
                Some(schur_engine::Activation::Elu)
            }
            NonlinearityKind::Norm if only_scalars(&after) => Some(schur_engine::Activation::Relu),
            NonlinearityKind::Gated | NonlinearityKind::Norm | NonlinearityKind::Fourier => None,
        };
        if let Some(activation) = pointwise {
            crate::layers::require_permutation(&before, kind.name())?;
            self.steps.push(Step::Norm(before, activation));
            return Ok(());
        }
        self.steps
            .push(Step::Norm(before, schur_engine::Activation::Identity));
        self.steps.push(match kind {
            NonlinearityKind::Gated => Step::Gated(after),
            NonlinearityKind::Fourier => {
                // Refuses fields that are no functions on the group.
                FourierPointwise::new(&after, Nonlinearity::Elu { alpha: 1.0 })?;
                Step::Fourier(after)
            }
            _ => Step::NormNonlinearity(after),
        });
        Ok(())
    }

    /// Twice norm, nonlinearity and convolution, beside a shortcut: the identity, or a pointwise
    /// convolution where fields or size change.
    fn residual(&mut self, block: &BlockConfig, fields: &FieldType) -> Result<(), NnError> {
        let input = self.features.clone();
        let before = std::mem::take(&mut self.steps);
        self.activate()?;
        self.conv(fields, (block.kernel, block.stride, block.padding))?;
        self.activate()?;
        let mut blocks = self.features.blocks().iter();
        let pointwise = blocks.all(|b| b.representation.is_monomial());
        self.dropout(self.config.block_dropout, pointwise);
        self.conv(fields, (block.kernel, 1, block.padding))?;
        let body = std::mem::replace(&mut self.steps, before);
        let mut shortcut = Vec::new();
        if input != self.features || block.stride != 1 {
            shortcut.push(Step::Conv(ConvStep {
                input: input.clone(),
                output: self.features.clone(),
                kernel: 1,
                stride: block.stride,
                padding: 0,
                kernels: self.config.kernels,
                cutoff: self.config.cutoff,
                order: self.config.order,
                last: false,
            }));
        }
        self.steps.push(Step::Branch {
            input,
            body,
            shortcut,
            join: Join::Add,
        });
        Ok(())
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
        let body = std::mem::replace(&mut self.steps, before);
        self.steps.push(Step::Branch {
            input,
            body,
            shortcut: Vec::new(),
            join: Join::Concat,
        });
        Ok(())
    }

    fn restrict(&mut self, group: &PlanarGroup) -> Result<(), NnError> {
        if !self.open.is_empty() {
            return Err(NnError::Config {
                at: String::new(),
                problem: "the group can't change between `keep` and `join`".to_string(),
            });
        }
        let restriction = Restriction::new(&self.features, group)?;
        let fields = std::mem::replace(&mut self.features, restriction.output_type().clone());
        self.steps.push(Step::Restrict(fields, group.clone()));
        self.group = group.clone();
        Ok(())
    }

    fn head(&mut self) -> Result<(), NnError> {
        let scalars = |group: &PlanarGroup, n| FieldType::trivial(group, n);
        match self.config.output {
            Output::Classes => {
                self.steps.push(Step::Invariants(self.features.clone()));
                // One scalar per field in the same blocks, whichever pool it is.
                self.features = NormPool::new(&self.features)?.output_type().clone();
                self.global(self.config.global_pool);
                for &width in &self.config.hidden {
                    self.dropout(self.config.dropout, false);
                    self.conv(&scalars(&self.group, width)?, (1, 1, 0))?;
                    self.activate()?;
                }
                self.dropout(self.config.dropout, false);
                self.linear(&scalars(&self.group, self.config.classes)?, (1, 1, 0), true);
            }
            Output::Direction => {
                // A mean keeps the components of fields apart, which a maximum would not.
                self.global(PoolKind::Average);
                let vector = PlanarRepresentation::defining(&self.group)?;
                let vector = FieldType::new(&self.group, [(vector, 1)])?;
                self.linear(&vector, (1, 1, 0), true);
            }
            Output::Mask => {
                self.linear(&scalars(&self.group, self.config.classes)?, (1, 1, 0), true);
            }
        }
        Ok(())
    }

    fn dropout(&mut self, probability: f64, pointwise: bool) {
        if probability > 0.0 {
            let fields = self.features.clone();
            self.steps
                .push(Step::Dropout(fields, probability, pointwise));
        }
    }

    fn global(&mut self, kind: PoolKind) {
        self.steps.push(Step::Global(self.features.clone(), kind));
    }
}

fn only_scalars(fields: &FieldType) -> bool {
    let mut blocks = fields.blocks().iter();
    blocks.all(|block| block.representation.is_trivial())
}

fn entry(name: &str, error: &NnError) -> NnError {
    NnError::Config {
        at: name.to_string(),
        problem: error.to_string(),
    }
}
