//! The layers whose whole work is one of the engine's: on the memory of the caller, without Burn.
//! They give the bits that the library gives.

use burn::tensor::ElementConversion;
use schur_engine::norm::{Affine, Moments, NormPlan};
use schur_engine::pool::{
    PoolShape, average_pool, average_pool_backward, max_pool, max_pool_backward,
};
use schur_engine::resample::SeparableMap;
use schur_engine::{ConvPlan, Scalar};
use schur_nn::network::AnyLayer;
use schur_nn::{
    BlurPool, EquivariantConv, FieldNorm, Layer as _, NnError, PoolKind, Resize, SpatialPool,
};

use crate::arrays::{Number, Owned, View};
use crate::error::{Error, Result};

/// Which gradients are asked for.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    /// That in the input.
    pub(crate) input: bool,
    /// Those in the learned numbers.
    pub(crate) learned: bool,
}

/// A layer that is an operation of the engine.
pub(crate) enum Direct<'a> {
    Conv(&'a ConvPlan),
    Norm(&'a FieldNorm, &'a NormPlan),
    Pool(&'a SpatialPool),
    /// The map of grids of these sizes, and the channels.
    Resample(Box<dyn Fn([usize; 3]) -> Mapped + 'a>, usize),
}

type Mapped = std::result::Result<SeparableMap, NnError>;

/// A number that the engine computes with.
pub(crate) trait EngineNumber: Number + Scalar {}

impl EngineNumber for f32 {}
impl EngineNumber for f64 {}

/// Where a call happens: entries of the batch, (depth, height, width), and whether the layer trains.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) batch: usize,
    pub(crate) size: [usize; 3],
    pub(crate) training: bool,
}

/// Errors of the engine as those of the library.
fn engine(error: impl Into<NnError>) -> Error {
    error.into().into()
}

impl<'a> Direct<'a> {
    /// The operation that a layer is; `None` if it is none, or more than one.
    pub(crate) fn of(layer: &'a AnyLayer, numbers: usize, padded_by_zeros: bool) -> Option<Self> {
        if let Some(conv) = layer.downcast_ref::<EquivariantConv>() {
            // A bias is a second number.
            return (padded_by_zeros && numbers == 1).then(|| Self::Conv(conv.plan()));
        }
        if let Some(norm) = layer.downcast_ref::<FieldNorm>() {
            return norm.plan().map(|plan| Self::Norm(norm, plan));
        }
        let channels = layer.input_type().channels();
        if let Some(blur) = layer.downcast_ref::<BlurPool>() {
            return Some(Self::Resample(Box::new(|size| blur.map(size)), channels));
        }
        if let Some(resize) = layer.downcast_ref::<Resize>() {
            return Some(Self::Resample(Box::new(|size| resize.map(size)), channels));
        }
        layer.downcast_ref().map(Self::Pool)
    }

    /// The result and the statistics afterwards.
    pub(crate) fn forward<T: EngineNumber>(
        &self,
        at: Place,
        x: &[T],
        tensors: &[View<'_, T>],
    ) -> Result<(Vec<T>, Vec<Owned<T>>)> {
        match self {
            Self::Conv(plan) => {
                let shape = plan.shape(at.batch, at.size).map_err(engine)?;
                let weight = plan.prepare(tensors[0].values).map_err(engine)?;
                let y = plan.forward(&shape, x, &weight).map_err(engine)?;
                Ok((y, vec![]))
            }
            Self::Norm(norm, plan) => {
                let (affine, running) = norm_numbers(norm, tensors);
                let moments = batch_moments(plan, at, x, &running)?;
                let y = plan.forward_eval(x, affine, &moments).map_err(engine)?;
                if !at.training {
                    return Ok((y, vec![]));
                }
                let momentum = norm.momentum();
                let after = [
                    (&running.mean, &moments.mean),
                    (&running.variance, &moments.variance),
                ];
                // The first batch gives the first statistics, which are those that no batch has.
                let (zero, one) = (0.0.elem::<T>(), 1.0.elem::<T>());
                let first = momentum != 0.0
                    && running.mean.iter().all(|&mean| mean == zero)
                    && running.variance.iter().all(|&variance| variance == one);
                let after = after.map(|(old, new)| match first {
                    true => blend(new, new, momentum),
                    false => blend(old, new, momentum),
                });
                Ok((y, after.into()))
            }
            Self::Pool(pool) => {
                let shape = pool_shape(pool, at)?;
                let y = match pool.kind() {
                    PoolKind::Max => max_pool(&shape, x).map(|maxima| maxima.y),
                    PoolKind::Average => average_pool(&shape, x),
                };
                Ok((y.map_err(engine)?, vec![]))
            }
            Self::Resample(map, channels) => {
                let y = map(at.size)?.apply(at.batch, *channels, x);
                Ok((y.map_err(engine)?, vec![]))
            }
        }
    }

    /// The gradients in the input and in the learned numbers, each if it is wanted.
    pub(crate) fn pull_back<T: EngineNumber>(
        &self,
        at: Place,
        x: &[T],
        dy: &[T],
        tensors: &[View<'_, T>],
        wanted: Wanted,
    ) -> Result<(Vec<T>, Vec<Owned<T>>)> {
        match self {
            Self::Conv(plan) => {
                let shape = plan.shape(at.batch, at.size).map_err(engine)?;
                let of_learned = match wanted.learned {
                    true => vec![vector(
                        plan.backward_parameters(&shape, x, dy).map_err(engine)?,
                    )],
                    false => vec![],
                };
                let dx = match wanted.input {
                    true => plan
                        .backward_input(&shape, dy, tensors[0].values)
                        .map_err(engine)?,
                    false => vec![],
                };
                Ok((dx, of_learned))
            }
            Self::Norm(norm, plan) => {
                let (affine, running) = norm_numbers(norm, tensors);
                let moments = batch_moments(plan, at, x, &running)?;
                let gradient = match at.training {
                    true => plan.backward_train(x, affine, &moments, dy),
                    false => plan.backward_eval(x, affine, &moments, dy),
                };
                let gradient = gradient.map_err(engine)?;
                let of_learned = vec![vector(gradient.dbeta), vector(gradient.dgamma)];
                Ok((gradient.dx, of_learned))
            }
            Self::Pool(pool) => {
                let shape = pool_shape(pool, at)?;
                let dx = match pool.kind() {
                    PoolKind::Max => {
                        let argmax = max_pool(&shape, x).map_err(engine)?.argmax;
                        max_pool_backward(&shape, &argmax, dy)
                    }
                    PoolKind::Average => average_pool_backward(&shape, dy),
                };
                Ok((dx.map_err(engine)?, vec![]))
            }
            Self::Resample(map, channels) => {
                let dx = map(at.size)?.adjoint().apply(at.batch, *channels, dy);
                Ok((dx.map_err(engine)?, vec![]))
            }
        }
    }
}

fn pool_shape(pool: &SpatialPool, at: Place) -> Result<PoolShape> {
    let channels = schur_nn::Layer::input_type(pool).channels();
    PoolShape::new(at.batch, at.size, channels, *pool.windows()).map_err(engine)
}

/// Scale and shift, and the running statistics, in the order of their names: beta, gamma, mean,
/// variance.
fn norm_numbers<'a, T: EngineNumber>(
    norm: &FieldNorm,
    tensors: &[View<'a, T>],
) -> (Affine<'a, T>, Moments<T>) {
    let affine = Affine {
        gamma: tensors[1].values,
        beta: tensors[0].values,
        eps: norm.epsilon(),
    };
    let running = Moments {
        mean: tensors[2].values.to_vec(),
        variance: tensors[3].values.to_vec(),
    };
    (affine, running)
}

/// The statistics that the norm uses.
fn batch_moments<T: EngineNumber>(
    plan: &NormPlan,
    at: Place,
    x: &[T],
    running: &Moments<T>,
) -> Result<Moments<T>> {
    match at.training {
        true => plan.moments(x).map_err(engine),
        false => Ok(running.clone()),
    }
}

/// Running statistics after a batch, as the library moves them.
fn blend<T: EngineNumber>(old: &[T], new: &[T], momentum: f64) -> Owned<T> {
    let factor = |f: f64| f.elem::<T>();
    let (keep, take) = (factor(1.0 - momentum), factor(momentum));
    let values = old.iter().zip(new).map(|(&o, &n)| o * keep + n * take);
    vector(values.collect())
}

fn vector<T>(values: Vec<T>) -> Owned<T> {
    Owned {
        shape: vec![values.len()],
        values,
    }
}
