//! Anti-aliased average pooling: a Gaussian blur in steps.

use std::sync::Arc;

use burn::module::Module;
use schur_engine::Geometry;
use schur_engine::resample::{AxisMap, SeparableMap};

use super::resample::{export, slid};
use crate::atlas::Steps;
use crate::axes::{GridSizes, by, is_volume};
use crate::exactness::{Inexactness, Window, sliding_window};
use crate::export::{Graph, Value};
use crate::ops::resample;
use crate::{Domain, Field, FieldType, GroupElement, Layer, NnError};

/// Average pooling with Gaussian weights (Zhang 2019): `y(p) = Σ_t w(t) x(s p + t)`, where
/// `w` is a product of Gaussians of standard deviation `σ` on `2 round(3σ) + 1` places of every axis,
/// scaled to sum 1.
///
/// Linear and the same for every channel, so all fields are admissible. Exact on the grid when
/// the windows end at the border on both sides, as for every sliding window.
///
/// ```
/// use schur_nn::{BlurPool, Layer, FieldType};
///
/// let fields = FieldType::parse("SO(2): 4 trivial + 2 E1")?;
/// let pool = BlurPool::new(&fields, 0.66, 2)?;
/// assert_eq!(pool.output_size(29, 29)?, (15, 15));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct BlurPool {
    #[module(skip)]
    field_type: FieldType,
    #[module(skip)]
    weights: Vec<f64>,
    #[module(skip)]
    geometry: Geometry,
}

/// Widest blur in pixels.
const MAX_SIGMA: f64 = 64.0;

impl BlurPool {
    /// A blur of standard deviation `sigma` pixels in steps of `stride`, with the padding that
    /// keeps the size at stride 1.
    ///
    /// # Errors
    ///
    /// If `sigma` is not between 0 and 64, or the stride is zero.
    pub fn new(field_type: &FieldType, sigma: f64, stride: usize) -> Result<Self, NnError> {
        let radius = Self::radius(sigma)?;
        Self::with_padding(field_type, sigma, stride, radius)
    }

    /// A blur pool with zeros of another width than [`new`](Self::new) has around the image.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), or if the padding is wider than the blur.
    pub fn with_padding(
        field_type: &FieldType,
        sigma: f64,
        stride: usize,
        padding: usize,
    ) -> Result<Self, NnError> {
        let radius = Self::radius(sigma)?;
        let window = 2 * radius + 1;
        if padding > window {
            return Err(NnError::Config {
                at: "padding of a blur pool".to_string(),
                problem: format!(
                    "{padding} pixels are out of range; use 0 to {window}, the width of the blur"
                ),
            });
        }
        let along = |size: usize, rest| GridSizes::All(size).of(field_type, rest);
        let (sizes, steps) = (along(window, 1), along(stride, 1));
        let geometry = Geometry::new(sizes, steps, along(padding, 0), [1; 3])?;
        let gaussian = |i: usize| {
            let distance = i as f64 - radius as f64;
            (-0.5 * (distance / sigma).powi(2)).exp()
        };
        let mut weights: Vec<f64> = (0..window).map(gaussian).collect();
        let sum: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|w| *w /= sum);
        Ok(Self {
            field_type: field_type.clone(),
            weights,
            geometry,
        })
    }

    fn radius(sigma: f64) -> Result<usize, NnError> {
        if sigma > 0.0 && sigma <= MAX_SIGMA {
            return Ok((3.0 * sigma).round() as usize);
        }
        Err(NnError::Config {
            at: "sigma of a blur pool".to_string(),
            problem: format!("{sigma} is out of range; use a number above 0 up to {MAX_SIGMA}"),
        })
    }

    /// What the layer does with an image or a volume of these sizes, (depth, height, width), as a map
    /// of the engine.
    ///
    /// # Errors
    ///
    /// If the blur is wider than an axis with its padding.
    pub fn map(&self, sizes: [usize; 3]) -> Result<SeparableMap, NnError> {
        Ok(SeparableMap::new(
            self.maps(sizes, self.geometry.padding())?,
        ))
    }

    /// The maps of the axes with this padding of zeros.
    fn maps(&self, sizes: [usize; 3], padding: [usize; 3]) -> Result<[AxisMap; 3], NnError> {
        let along = |axis: usize| self.axis(sizes[axis], padding[axis]);
        let depth = match is_volume(&self.field_type) {
            true => along(0)?,
            false => AxisMap::identity(sizes[0]),
        };
        Ok([depth, along(1)?, along(2)?])
    }

    fn axis(&self, size: usize, padding: usize) -> Result<AxisMap, NnError> {
        let stride = self.geometry.stride()[1];
        let outputs = slid(&self.name(), size, self.weights.len(), stride, padding)?;
        Ok(AxisMap::new(outputs, size, |out, input| {
            let tap = (input + padding).checked_sub(out * stride);
            tap.and_then(|tap| self.weights.get(tap))
                .copied()
                .unwrap_or(0.0)
        }))
    }
}

impl Layer for BlurPool {
    fn name(&self) -> String {
        let window = by(&self.field_type, self.geometry.kernel());
        format!("blur pool {window} stride {}", self.geometry.stride()[1])
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let [glued, free] = graph.parted(self.geometry.padding());
        let x = graph.over_seams(x, glued, &self.field_type, &self.name())?;
        let maps = self.maps(x.size, free)?;
        Ok(export(graph, x, &maps, &self.name()))
    }

    fn input_type(&self) -> &FieldType {
        &self.field_type
    }

    fn output_type(&self) -> &FieldType {
        &self.field_type
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        let domain = self.output_domain(field.domain())?;
        let [glued, free] = field.domain().parted(self.geometry.padding());
        let x = field.into_cells(&self.name(), glued)?;
        let [_, depth, height, width, _] = x.dims();
        let maps = self.maps([depth, height, width], free)?;
        let resampled = resample(x, &Arc::new(SeparableMap::new(maps)));
        Ok(Field::of_cells(resampled, domain, &self.field_type))
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        let padding = self.geometry.padding();
        domain.slid(&self.name(), Steps::new(&self.geometry, padding), |sizes| {
            Ok(self.maps(sizes, padding)?.map(|map| map.outputs()))
        })
    }

    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        domain.of_grid(g, |moves, sizes| {
            sliding_window(moves, &self.geometry, sizes, Window::Blur)
        })
    }
}
