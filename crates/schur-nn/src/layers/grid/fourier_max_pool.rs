//! Spatial max-pooling of band-limited fields.

use burn::module::Module;
use burn::tensor::Tensor;
use schur_engine::pool::Windows;

use super::pool::{describe, export_over_seams, output_domain, over_seams};
use crate::axes::{GridSizes, by};
use crate::exactness::{Inexactness, Window, sliding_window};
use crate::export::{Graph, Value};
use crate::field::sparse_map;
use crate::kinds::PoolKind;
use crate::layers::fibre::nonlinearity::sampling::{Sampling, cosets};
use crate::layers::fibre::nonlinearity::transform::{
    analysis, between_samples, matrix_like, off_grid, random_field, samples, synthesis,
};
use crate::layers::{check_engine_type, map_blocks, map_parts};
use crate::matmul::matmul;
use crate::{
    Domain, Field, FieldType, GridGroup, GroupElement, Layer, NnError, ops, relative_distance,
};

const LAYER: &str = "a Fourier max-pool";

/// The maximum over windows of pixels of functions on the group (or on the cosets of a subgroup)
/// that are given by their Fourier coefficients: sample, take the maximum over the window at every
/// sample, transform back,
///
/// ```text
/// f_q(g_i) = <ρ(g_i) k, x(q)>,
/// y(p) = (dim / samples) Σ_i max_{q in p + window} f_q(g_i) ρ(g_i) k
/// ```
///
/// The fields and their grids are those of [`FourierPointwise`](crate::FourierPointwise), of which
/// this is the pool: a maximum of coefficients does not commute with the group, one of values
/// does.
///
/// # Exactness
///
/// Elements that permute pixels, windows and samples commute exactly. Others commute up to the
/// *aliasing* of the frequencies that the maximum brings in, which
/// [`aliasing`](Self::aliasing) measures, and up to what the pixels lose.
///
/// ```
/// use schur_nn::{Layer, FieldType, FourierMaxPool};
///
/// let fields = FieldType::parse("SO(2): 4 spectral(3)")?;
/// let pool = FourierMaxPool::new(&fields, 2, 2)?;
/// assert_eq!(pool.output_size(8, 8)?, (4, 4));
/// assert_eq!(pool.samples(), [16]);
/// assert!(pool.clone().with_rotations(64)?.aliasing()? < pool.aliasing()?);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct FourierMaxPool {
    #[module(skip)]
    fields: FieldType,
    #[module(skip)]
    subgroup: GridGroup,
    #[module(skip)]
    windows: Windows,
    /// Sampling of every block.
    #[module(skip)]
    samplings: Vec<Sampling>,
}

impl FourierMaxPool {
    /// A pool of functions on the group, with square windows of `window` pixels in steps of
    /// `stride`, and the default number of rotations of a continuous group: the smallest multiple
    /// of 4 that is at least `2 (2F + 1)` for the frequency `F`.
    ///
    /// # Errors
    ///
    /// If a representation has an irrep more often than the functions on the group, or window or
    /// stride is zero.
    pub fn new(fields: &FieldType, window: usize, stride: usize) -> Result<Self, NnError> {
        let [window, stride] = [window, stride].map(|n| GridSizes::All(n).of(fields, 1));
        let windows = Windows::new(window, stride, [0; 3])?;
        Self::on_cosets(fields, cosets(fields, None, LAYER)?, windows)
    }

    /// A pool of functions on the cosets of a subgroup, `spectral(F, subgroup)`, with any windows,
    /// also padded or rounded up.
    ///
    /// ```
    /// use schur_engine::pool::Windows;
    /// use schur_math::PlanarGroup;
    /// use schur_nn::{Layer, FieldType, FourierMaxPool};
    ///
    /// // Functions on the circle, O(2) / D1.
    /// let fields = FieldType::parse("O(2): 4 spectral(3, D1)")?;
    /// let windows = Windows::plane((3, 3), (2, 2), (1, 1))?;
    /// let pool = FourierMaxPool::on_cosets(&fields, &PlanarGroup::parse("D1")?, windows)?;
    /// assert_eq!(pool.output_size(9, 9)?, (5, 5));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is no subgroup, or a representation has an irrep more often than the functions on
    /// the cosets.
    pub fn on_cosets(
        fields: &FieldType,
        subgroup: impl Into<GridGroup>,
        windows: Windows,
    ) -> Result<Self, NnError> {
        let pool = Self {
            fields: fields.clone(),
            subgroup: subgroup.into(),
            windows,
            samplings: Vec::new(),
        };
        pool.sampled(None)
    }

    /// This layer with `N` rotations instead of the default. A finite group is always sampled at
    /// all of its elements.
    ///
    /// # Errors
    ///
    /// If they do not tell the frequencies of a representation apart: `N > 2 F` does.
    pub fn with_rotations(self, rotations: usize) -> Result<Self, NnError> {
        self.sampled(Some(rotations))
    }

    fn sampled(mut self, rotations: Option<usize>) -> Result<Self, NnError> {
        let blocks = self
            .fields
            .blocks()
            .iter()
            .map(|block| &block.representation);
        let sample = |rho| Sampling::new(rho, &self.subgroup, rotations, LAYER);
        self.samplings = blocks.map(sample).collect::<Result<_, _>>()?;
        Ok(self)
    }

    /// Number of samples of a field, in each block.
    pub fn samples(&self) -> Vec<usize> {
        self.samplings.iter().map(|s| s.rows.len()).collect()
    }

    /// Window, stride, padding and rounding.
    pub fn windows(&self) -> &Windows {
        &self.windows
    }

    /// The measured aliasing: the relative defect `‖N(ρ(g) x) - ρ(g) N(x)‖ / ‖N(x)‖` on single
    /// windows of normal random coefficients (256 of them, fewer for large windows), for the worst
    /// of the rotations by a half and a quarter of the grid's step. The rotations act on the
    /// values alone, so that pixels have no part in it. 0 for a finite group.
    ///
    /// # Errors
    ///
    /// If a window has more than 65,536 pixels.
    pub fn aliasing(&self) -> Result<f64, NnError> {
        /// Most pixels to measure on.
        const PIXELS: usize = 1 << 16;
        if self.fields.grid_group(LAYER)?.finite().is_some() {
            return Ok(0.0);
        }
        let window = self.windows.geometry().kernel();
        let pixels = window.iter().fold(1usize, |n, &k| n.saturating_mul(k));
        if pixels > PIXELS {
            return Err(NnError::Config {
                at: "aliasing of a Fourier max-pool".to_string(),
                problem: format!(
                    "it is measured on whole windows, and one of {} has more than {PIXELS} pixels; \
                     use smaller windows",
                    by(&self.fields, window)
                ),
            });
        }
        let batch = (PIXELS / pixels.max(1)).clamp(1, 256);
        let single = Self {
            windows: Windows::new(window, window, [0; 3])?,
            ..self.clone()
        };
        let x = random_field(&self.fields, batch, Domain::from(window))?;
        let y = single.forward(x.clone())?;
        between_samples(self.fields.group(), self.samplings.iter(), |g| {
            let action = self.fields.channel_action(g)?;
            let turned = x
                .clone()
                .map(&self.fields, |memory| sparse_map(memory, &action))?;
            let expected = sparse_map(y.memory().clone(), &action);
            Ok(relative_distance(
                single.forward(turned)?.memory(),
                &expected,
            ))
        })
    }
}

impl Layer for FourierMaxPool {
    fn name(&self) -> String {
        let samples: Vec<String> = self.samples().iter().map(usize::to_string).collect();
        format!(
            "fourier max {} on {} samples",
            describe(&self.fields, &self.windows),
            samples.join(", ")
        )
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let name = self.name();
        let (x, windows) = export_over_seams(graph, x, &self.windows, &self.fields, &name)?;
        let samples = analysis(&self.fields, self.samplings.iter());
        let samples = graph.channel_map(x, &samples, &name);
        let largest = graph.pool(samples, PoolKind::Max, &windows, &name)?;
        let coefficients = synthesis(&self.fields, self.samplings.iter());
        Ok(graph.channel_map(largest, &coefficients, &name))
    }

    fn input_type(&self) -> &FieldType {
        &self.fields
    }

    fn output_type(&self) -> &FieldType {
        &self.fields
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        check_engine_type(&self.name(), field.memory())?;
        let domain = self.output_domain(field.domain())?;
        let (x, windows) = over_seams(field, &self.windows, &self.name())?;
        let [batch, depth, height, width, channels] = x.dims();
        let memory = x.reshape([batch, depth * height * width, channels]);
        let values = map_blocks(memory, &self.fields, |x, block| {
            let ([pixels, _, copies], sampling) = (x.dims(), &self.samplings[block]);
            let values = samples(x, sampling);
            values
                .reshape([pixels, copies, sampling.rows.len()])
                .swap_dims(1, 2)
        });
        let channels = values.dims()[2];
        let values: Tensor<5> = values.reshape([batch, depth, height, width, channels]);
        let largest = ops::pool(values, PoolKind::Max, &windows);
        let largest = largest.reshape([batch, domain.places(), channels]);
        let blocks = self.fields.blocks().iter().zip(&self.samplings);
        let parts = blocks.map(|(block, s)| (s.rows.len(), block.multiplicity));
        let memory = map_parts(largest, parts, |x, block| {
            let ([pixels, count, copies], sampling) = (x.dims(), &self.samplings[block]);
            let x = x.swap_dims(1, 2).reshape([pixels * copies, count]);
            let y = matmul(
                x.clone(),
                matrix_like(&sampling.rows, sampling.weight(), &x),
            );
            y.reshape([pixels, copies, sampling.rows[0].len()])
                .swap_dims(1, 2)
        });
        Field::from_memory(memory, domain, &self.fields)
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        output_domain(domain, &self.windows, &self.name())
    }

    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        let (geometry, window) = (
            self.windows.geometry(),
            Window::of(PoolKind::Max, &self.windows),
        );
        domain.of_grid(g, |moves, sizes| {
            sliding_window(moves, geometry, sizes, window)
                .or_else(|| off_grid(g, self.samplings.iter().map(|s| &s.grid)))
        })
    }
}
