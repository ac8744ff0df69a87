//! Running a plan: weights prepared once, forward, and both gradients.

use super::{ConvPlan, Path, Precision};
use crate::cpu::blocks::Packed;
use crate::cpu::conv::{self, PanelMatrix};
use crate::cpu::isa::Isa;
use crate::cpu::scalar::Factor;
use crate::error::check_len;
use crate::sampling::Sampling;
use crate::{ConvShape, EngineError, Result, Scalar};

/// The weights of a convolution in the form its path wants, from [`ConvPlan::prepare`]. Made
/// once for inference, once per step in training.
///
/// ```
/// use schur_engine::{ConvPlan, Entry, Geometry, Layout, PairBasis};
/// let entry = Entry { out: 0, input: 0, tap: 0, value: 2.0 };
/// let basis = PairBasis { elements: vec![vec![entry]] };
/// let scalar = Layout::scalars(1)?;
/// let plan = ConvPlan::new(scalar.clone(), scalar, Geometry::square(1)?, vec![basis])?;
/// let weight = plan.prepare(&[3.0_f32])?;
/// let shape = plan.shape(1, [1, 1, 2])?;
/// assert_eq!(plan.forward(&shape, &[1.0, -1.0], &weight)?, [6.0, -6.0]);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Debug, Clone)]
pub struct PreparedWeight<T: Scalar>(Numbers<T>);

#[derive(Debug, Clone)]
enum Numbers<T: Scalar> {
    Whole(Prepared<T>),
    Half(Prepared<T::Half>),
}

#[derive(Debug, Clone)]
enum Prepared<F: Factor> {
    Dense(PanelMatrix<F>),
    Blocks(Path, Packed<F>),
}

impl ConvPlan {
    /// The weights of [`ConvPlan::forward`].
    ///
    /// # Errors
    ///
    /// [`EngineError::Length`] unless `parameters` has [`ConvPlan::parameters`] entries.
    pub fn prepare<T: Scalar>(&self, parameters: &[T]) -> Result<PreparedWeight<T>> {
        check_len("parameters", parameters.len(), self.parameters)?;
        Ok(PreparedWeight(match self.precision {
            Precision::F32 => Numbers::Whole(self.prepare_as(parameters)?),
            Precision::Bf16 => Numbers::Half(self.prepare_as(parameters)?),
        }))
    }

    fn prepare_as<F: Factor>(&self, parameters: &[F::Sum]) -> Result<Prepared<F>> {
        Ok(match self.of_path(self.path) {
            Some(Ok(blocks)) => {
                let isa = F::best();
                let packed = blocks.forward.pack(isa, parameters, &self.ranges);
                Prepared::Blocks(self.path, packed)
            }
            _ => {
                let (inputs, outputs) = (self.input.channels(), self.output.channels());
                Prepared::Dense(conv::packed(inputs, &self.expand(parameters)?, outputs))
            }
        })
    }

    /// The convolution of `x` (`[batch, depth, height, width, in channels]`), as
    /// [`crate::conv::forward`] with the expanded weight.
    ///
    /// # Errors
    ///
    /// [`EngineError::Length`] or [`EngineError::ForeignShape`]; [`EngineError::NoPath`] for
    /// weights that a plan with another path prepared.
    pub fn forward<T: Scalar>(
        &self,
        shape: &ConvShape,
        x: &[T],
        weight: &PreparedWeight<T>,
    ) -> Result<Vec<T>> {
        self.run(shape, x, weight, |_| ())
    }

    /// The convolution; `finish` is called with whole pixels of the result, all of them.
    pub(super) fn run<T: Scalar>(
        &self,
        shape: &ConvShape,
        x: &[T],
        weight: &PreparedWeight<T>,
        finish: impl Fn(&mut [T]) + Sync,
    ) -> Result<Vec<T>> {
        match &weight.0 {
            Numbers::Whole(weight) => self.run_as(shape, x, weight, finish),
            Numbers::Half(weight) => self.run_as(shape, x, weight, finish),
        }
    }

    fn run_as<F: Factor>(
        &self,
        shape: &ConvShape,
        x: &[F::Sum],
        weight: &Prepared<F>,
        finish: impl Fn(&mut [F::Sum]) + Sync,
    ) -> Result<Vec<F::Sum>> {
        self.check_shape(shape)?;
        check_len("x", x.len(), shape.input_len())?;
        let prepared_for = match weight {
            Prepared::Dense(_) => Path::Dense,
            Prepared::Blocks(path, _) => *path,
        };
        match (weight, self.of_path(self.path)) {
            _ if prepared_for != self.path => Err(EngineError::NoPath {
                path: prepared_for.name(),
                reason: "the weight was prepared by a plan with another path".to_string(),
            }),
            (Prepared::Blocks(_, weight), Some(Ok(blocks))) => {
                let isa = F::best();
                let expected = blocks.forward.packed_len::<F>(isa);
                check_len("the prepared weight", weight.len(), expected)?;
                let mut y = vec![F::Sum::ZERO; shape.output_len()];
                let sampling = Sampling::new(shape);
                blocks
                    .forward
                    .forward(isa, &sampling, x, weight, &mut y, finish);
                Ok(y)
            }
            (Prepared::Dense(weight), _) => conv::forward_packed(shape, x, weight, finish),
            (Prepared::Blocks(..), _) => unreachable!("a path that was prepared exists"),
        }
    }

    /// The gradient in `x` of `sum(y dy)`.
    ///
    /// With stride 1 it is a convolution of `dy`, in blocks too; otherwise patches of gradients are
    /// scattered, image by image.
    ///
    /// # Errors
    ///
    /// [`EngineError::Length`] or [`EngineError::ForeignShape`].
    pub fn backward_input<T: Scalar>(
        &self,
        shape: &ConvShape,
        dy: &[T],
        parameters: &[T],
    ) -> Result<Vec<T>> {
        match self.precision {
            Precision::F32 => self.backward_input_as::<T>(shape, dy, parameters),
            Precision::Bf16 => self.backward_input_as::<T::Half>(shape, dy, parameters),
        }
    }

    fn backward_input_as<F: Factor>(
        &self,
        shape: &ConvShape,
        dy: &[F::Sum],
        parameters: &[F::Sum],
    ) -> Result<Vec<F::Sum>> {
        self.check_shape(shape)?;
        check_len("dy", dy.len(), shape.output_len())?;
        check_len("parameters", parameters.len(), self.parameters)?;
        match self.of_path(self.adjoint_path) {
            Some(Ok(blocks)) => {
                let mut dx = vec![F::Sum::ZERO; shape.input_len()];
                if let Some(adjoint) = &blocks.adjoint {
                    let isa = F::best();
                    let weight = adjoint.pack::<F>(isa, parameters, &self.ranges);
                    let sampling = Sampling::adjoint(shape);
                    adjoint.forward(isa, &sampling, dy, &weight, &mut dx, |_| ());
                } else {
                    let isa = Isa::detect();
                    let weight = blocks.forward.pack(isa, parameters, &self.ranges);
                    let sampling = Sampling::new(shape);
                    let forward = &blocks.forward;
                    forward.backward_input(isa, &sampling, dy, &weight, &mut dx);
                }
                Ok(dx)
            }
            _ => conv::input_gradient::<F>(shape, dy, &self.expand(parameters)?),
        }
    }

    /// The gradient in the parameters of `sum(y dy)`.
    ///
    /// # Errors
    ///
    /// [`EngineError::Length`] or [`EngineError::ForeignShape`].
    pub fn backward_parameters<T: Scalar>(
        &self,
        shape: &ConvShape,
        x: &[T],
        dy: &[T],
    ) -> Result<Vec<T>> {
        match self.precision {
            Precision::F32 => self.backward_parameters_as::<T>(shape, x, dy),
            Precision::Bf16 => self.backward_parameters_as::<T::Half>(shape, x, dy),
        }
    }

    fn backward_parameters_as<F: Factor>(
        &self,
        shape: &ConvShape,
        x: &[F::Sum],
        dy: &[F::Sum],
    ) -> Result<Vec<F::Sum>> {
        self.check_shape(shape)?;
        check_len("x", x.len(), shape.input_len())?;
        check_len("dy", dy.len(), shape.output_len())?;
        match self.of_path(self.path) {
            Some(Ok(blocks)) => {
                let mut gradient = vec![F::Sum::ZERO; self.parameters];
                if !dy.is_empty() {
                    let sampling = Sampling::new(shape);
                    let (isa, ranges) = (F::best(), &self.ranges);
                    blocks.forward.backward_parameters::<F>(
                        isa,
                        &sampling,
                        x,
                        dy,
                        ranges,
                        &mut gradient,
                    );
                }
                Ok(gradient)
            }
            _ => self.expand_backward(&conv::weight_gradient::<F>(shape, x, dy)?),
        }
    }

    pub(super) fn check_shape(&self, shape: &ConvShape) -> Result<()> {
        let (inputs, outputs) = (self.input.channels(), self.output.channels());
        let same = *shape.geometry() == self.geometry
            && (shape.in_channels(), shape.out_channels()) == (inputs, outputs);
        if same {
            return Ok(());
        }
        let words =
            |inputs, outputs, geometry| format!("{inputs} -> {outputs} channels, {geometry:?}");
        Err(EngineError::ForeignShape {
            expected: words(inputs, outputs, &self.geometry),
            got: words(shape.in_channels(), shape.out_channels(), shape.geometry()),
        })
    }
}
