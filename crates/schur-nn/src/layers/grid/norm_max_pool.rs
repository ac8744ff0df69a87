//! Max-pooling of fields by their norm.

use burn::module::Module;
use burn::tensor::{Int, Tensor, TensorData};
use schur_engine::Geometry;

use crate::atlas::Steps;
use crate::axes::{GridSizes, by, short};
use crate::exactness::{Inexactness, Window, sliding_window};
use crate::export::{Graph, Op, Unary, Value};
use crate::field::sparse_map;
use crate::kinds::PoolKind;
use crate::layers::fibre::norm_pool::component_sums;
use crate::{Domain, Field, FieldType, GroupElement, Layer, NnError};

/// In every window of pixels, and for every field on its own, the vector of largest norm:
/// `y_u(p) = f_u(argmax_{q in p + window} |f_u(q)|)` (Weiler & Cesa 2019, appendix). Norms are
/// invariant under orthogonal representations, so fields of every type are admissible; a channel
/// by channel maximum would need fields that the group permutes.
///
/// Where several pixels of a window share the largest norm, their mean is taken: a choice by
/// position would not commute with rotations.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_nn::{Layer, Field, FieldType, NormMaxPool};
///
/// let fields = FieldType::parse("SO(2): E1")?;
/// let x = [[3.0, 0.0], [0.0, -1.0], [2.0, 2.0], [1.0, 1.0]];
/// let x = Tensor::<2>::from_data(x, &Device::flex()).reshape([1, 2, 2, 2]);
/// let y = NormMaxPool::new(&fields, 2, 2)?.forward(Field::from_grid(x, &fields)?)?;
/// assert_eq!(y.to_tensor().to_data().iter::<f64>().collect::<Vec<_>>(), [3.0, 0.0]);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct NormMaxPool {
    #[module(skip)]
    field_type: FieldType,
    #[module(skip)]
    geometry: Geometry,
}

impl NormMaxPool {
    /// A pool with windows of `window` places in steps of `stride`, along every axis or each.
    ///
    /// # Errors
    ///
    /// If window or stride is zero.
    pub fn new(
        field_type: &FieldType,
        window: impl Into<GridSizes>,
        stride: impl Into<GridSizes>,
    ) -> Result<Self, NnError> {
        let [window, stride] = [window.into(), stride.into()].map(|size| size.of(field_type, 1));
        Ok(Self {
            field_type: field_type.clone(),
            geometry: Geometry::new(window, stride, [0; 3], [1; 3])?,
        })
    }

    /// For every place in a window the values there, one per window, of `counts` windows.
    fn places(&self, x: &Tensor<5>, counts: [usize; 3]) -> Vec<Tensor<5>> {
        let (window, stride) = (self.geometry.kernel(), self.geometry.stride());
        let device = x.device();
        let mut places = vec![x.clone()];
        for axis in 0..3 {
            let of = |x: Tensor<5>, first: usize| {
                let lines = (0..counts[axis]).map(|i| (first + i * stride[axis]) as i64);
                let lines = TensorData::from(lines.collect::<Vec<i64>>().as_slice());
                x.select(axis + 1, Tensor::<1, Int>::from_data(lines, &device))
            };
            if (window[axis], stride[axis], counts[axis]) != (1, 1, x.dims()[axis + 1]) {
                let all = places.iter();
                let all = all.flat_map(|x| (0..window[axis]).map(|first| of(x.clone(), first)));
                places = all.collect();
            }
        }
        places
    }
}

impl Layer for NormMaxPool {
    fn name(&self) -> String {
        let (window, stride) = (self.geometry.kernel(), self.geometry.stride());
        let (window, stride) = (
            by(&self.field_type, window),
            short(&self.field_type, stride),
        );
        format!("norm max pool {window} stride {stride}")
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let name = self.name();
        let (window, stride) = (self.geometry.kernel(), self.geometry.stride());
        let counts = self.geometry.output_size(x.size)?;
        let places = |graph: &mut Graph, x: Value| {
            let mut places = vec![x];
            for axis in 0..3 {
                let lines = |first: usize| -> Vec<usize> {
                    let lines = 0..counts[axis];
                    lines.map(|i| first + i * stride[axis]).collect()
                };
                let all = places.iter().copied();
                let all = all.flat_map(|x| (0..window[axis]).map(move |first| (x, first)));
                let gathered =
                    all.map(|(x, first)| graph.gather_places(x, axis, lines(first), &name));
                places = gathered.collect();
            }
            graph.concat(&places, &name)
        };
        let squares = graph.elementwise(Op::Mul, &[x, x], &name);
        let norms = graph.channel_map(squares, &component_sums(&self.field_type, 1), &name);
        let (values, norms) = (places(graph, x), places(graph, norms));
        // Channels are `[place, field or channel]` from here on.
        let components = window.iter().product();
        let largest = graph.component_max(norms, components, &name);
        let fields = largest.channels;
        let again = (0..components * fields).map(|k| k % fields).collect();
        let threshold = graph.gather(largest, 1, again, &name);
        let chosen = graph.elementwise(Op::AtLeast, &[norms, threshold], &name);
        let of_channel = self.field_type.layout().field_of_channel();
        let of_place = |place| of_channel.iter().map(move |field| place * fields + field);
        let all = (0..components).flat_map(of_place).collect();
        let weights = graph.gather(chosen, 1, all, &name);
        let weighted = graph.elementwise(Op::Mul, &[values, weights], &name);
        // The mean of the chosen is the mean of all with the others 0, over the share chosen.
        let sum = graph.component_mean(weighted, components, &name);
        let share = graph.component_mean(chosen, components, &name);
        let gain = graph.unary(Unary::Reciprocal, share, &name);
        let gain = graph.gather(gain, 1, of_channel, &name);
        Ok(graph.elementwise(Op::Mul, &[sum, gain], &name))
    }

    fn input_type(&self) -> &FieldType {
        &self.field_type
    }

    fn output_type(&self) -> &FieldType {
        &self.field_type
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        let sizes = field.domain().window_sizes(&self.name())?;
        let size = self.geometry.output_size(sizes)?;
        let domain = self.output_domain(field.domain())?;
        let sums = component_sums(&self.field_type, 1);
        let (device, dtype) = (field.device(), field.memory().dtype());
        let places = self.places(&field.into_cells(&self.name(), [0; 3])?, size);
        // Which pixel is chosen has no gradient.
        let squares = |x: &Tensor<5>| sparse_map(x.clone().detach().square(), &sums);
        let norms: Vec<Tensor<5>> = places.iter().map(squares).collect();
        let mut largest = norms[0].clone();
        for norm in &norms[1..] {
            largest = largest.max_pair(norm.clone());
        }
        let is_largest = |norm: Tensor<5>| norm.equal(largest.clone()).float().cast(dtype);
        let chosen: Vec<Tensor<5>> = norms.into_iter().map(is_largest).collect();
        let mut count = chosen[0].clone();
        for one in &chosen[1..] {
            count = count + one.clone();
        }
        let fields = self.field_type.layout().field_of_channel();
        let fields: Vec<Vec<(usize, f64)>> = fields.into_iter().map(|f| vec![(f, 1.0)]).collect();
        let mut sum = Tensor::zeros(places[0].dims(), (&device, dtype));
        for (place, chosen) in places.into_iter().zip(chosen) {
            sum = sum + place * sparse_map(chosen / count.clone(), &fields);
        }
        Ok(Field::of_cells(sum, domain, &self.field_type))
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        let steps = Steps::new(&self.geometry, [0; 3]);
        domain.slid(&self.name(), steps, |sizes| {
            Ok(self.geometry.output_size(sizes)?)
        })
    }

    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        domain.of_grid(g, |moves, sizes| {
            let window = Window::Pool {
                kind: PoolKind::Max,
                ceil: false,
            };
            sliding_window(moves, &self.geometry, sizes, window)
        })
    }
}
