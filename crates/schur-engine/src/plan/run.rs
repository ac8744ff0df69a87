//! Running a plan: weights prepared once, forward, and both gradients.

use super::{ConvPlan, Path};
use crate::cpu::blocks::Packed;
use crate::cpu::conv::{self, PanelMatrix};
use crate::cpu::isa::Isa;
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
pub struct PreparedWeight<T: Scalar>(Prepared<T>);

#[derive(Debug, Clone)]
enum Prepared<T: Scalar> {
    Dense(PanelMatrix<T>),
    Blocks(Path, Packed<T>),
}

impl ConvPlan {
    /// The weights of [`ConvPlan::forward`].
    ///
    /// # Errors
    ///
    /// [`EngineError::Length`] unless `parameters` has [`ConvPlan::parameters`] entries.
    pub fn prepare<T: Scalar>(&self, parameters: &[T]) -> Result<PreparedWeight<T>> {
        check_len("parameters", parameters.len(), self.parameters)?;
        Ok(PreparedWeight(match self.of_path(self.path) {
            Some(Ok(blocks)) => {
                let packed = blocks.forward.pack(Isa::detect(), parameters, &self.ranges);
                Prepared::Blocks(self.path, packed)
            }
            _ => {
                let depth = self.geometry.taps() * self.input.channels();
                let (weight, isa) = (self.expand(parameters)?, Isa::detect());
                let packed = PanelMatrix::new(isa, &weight, depth, self.output.channels());
                Prepared::Dense(packed)
            }
        }))
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
        self.check_shape(shape)?;
        check_len("x", x.len(), shape.input_len())?;
        let prepared_for = match &weight.0 {
            Prepared::Dense(_) => Path::Dense,
            Prepared::Blocks(path, _) => *path,
        };
        match (&weight.0, self.of_path(self.path)) {
            _ if prepared_for != self.path => Err(EngineError::NoPath {
                path: prepared_for.name(),
                reason: "the weight was prepared by a plan with another path".to_string(),
            }),
            (Prepared::Blocks(_, weight), Some(Ok(blocks))) => {
                let isa = Isa::detect();
                let expected = blocks.forward.packed_len::<T>(isa);
                check_len("the prepared weight", weight.len(), expected)?;
                let mut y = vec![T::ZERO; shape.output_len()];
                let sampling = Sampling::new(shape);
                blocks
                    .forward
                    .forward(isa, &sampling, (x, weight), &mut y, finish);
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
        self.check_shape(shape)?;
        check_len("dy", dy.len(), shape.output_len())?;
        check_len("parameters", parameters.len(), self.parameters)?;
        match self.of_path(self.adjoint_path) {
            Some(Ok(blocks)) => {
                let isa = Isa::detect();
                let mut dx = vec![T::ZERO; shape.input_len()];
                if let Some(adjoint) = &blocks.adjoint {
                    let weight = adjoint.pack(isa, parameters, &self.ranges);
                    let sampling = Sampling::adjoint(shape);
                    adjoint.forward(isa, &sampling, (dy, &weight), &mut dx, |_| ());
                } else {
                    let weight = blocks.forward.pack(isa, parameters, &self.ranges);
                    let sampling = Sampling::new(shape);
                    let factors = (dy, &weight);
                    blocks
                        .forward
                        .backward_input(isa, &sampling, factors, &mut dx);
                }
                Ok(dx)
            }
            _ => conv::backward_input(shape, dy, &self.expand(parameters)?),
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
        self.check_shape(shape)?;
        check_len("x", x.len(), shape.input_len())?;
        check_len("dy", dy.len(), shape.output_len())?;
        match self.of_path(self.path) {
            Some(Ok(blocks)) => {
                let mut gradient = vec![T::ZERO; self.parameters];
                if !dy.is_empty() {
                    let sampling = Sampling::new(shape);
                    let (isa, ranges) = (Isa::detect(), &self.ranges);
                    blocks.forward.backward_parameters(
                        isa,
                        &sampling,
                        (x, dy),
                        ranges,
                        &mut gradient,
                    );
                }
                Ok(gradient)
            }
            _ => self.expand_backward(&conv::backward_weight(shape, x, dy)?),
        }
    }

    fn check_shape(&self, shape: &ConvShape) -> Result<()> {
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
