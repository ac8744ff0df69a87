//! Equivariant convolution on points in the plane, in space and on surfaces.

mod config;
mod maps;

use std::sync::Arc;

use burn::module::{Module, Param};
use burn::tensor::{DType, Tensor, TensorData};

pub use config::{Aggregation, PointConvConfig};

use crate::field::sent;
use crate::layers::{channel_bias, check_number_type};
use crate::matmul::matmul;
use crate::{Domain, Field, FieldType, Layer, NnError, PointGraph};
use maps::PointMaps;

/// The name in messages.
const NAME: &str = "point convolution";

/// Convolution on points, `y(p) = mean_q K(q - p) x(q)` over the points `q` that `p` sees, with
/// kernels `K(g t) = ρ_out(g) K(t) ρ_in(g)⁻¹` as in a steerable convolution on pixels, but
/// taken where the points are: it commutes with *every* element of the group to round-off,
/// also of SO(2) and O(2), SO(3) and O(3), if points and features move together. The plane or space:
/// that is the field's group. In space it is the layer of tensor field networks (Thomas et al. 2018) with
/// fixed radial functions, for any closed subgroup of O(3).
///
/// Who sees whom says the graph that is the [domain](Domain::Points) of the field. Of a
/// [bipartite](PointGraph::bipartite) graph the field is one on the sources, and the result one on
/// the targets, whose graph has no edges: put it [on](Field::on) another one to go on.
///
/// On a [surface](PointGraph::on_surface) it is the gauge-equivariant mesh convolution (Cohen, Weiler,
/// Kicanaoglu and Welling 2019; de Haan, Weiler, Cohen and Welling 2021)
///
/// ```text
/// y(p) = mean_q K(log_p q) ρ_in(g_{q→p}) x(q)
/// ```
///
/// with the same kernels and weights: offsets are those in the frame of `p`, and what a neighbour has is
/// carried there before it is multiplied. It commutes with every change of frames
/// ([`Field::change_frames`]), and with isometries of space. On a flat surface with parallel frames it
/// is the planar layer to the bit.
///
/// Features and weights have gradients; so do the places of the points in
/// [`forward_at`](Self::forward_at). A point that sees none gets zeros (and the bias).
///
/// # Method
///
/// `K(t) = Σ_h Y_h(t) K_h(w)` with the harmonics `Y_h` of the band and matrices that are linear
/// in the weights. The features at the ends of the edges are multiplied by the harmonics and
/// added up at the targets, in the order of the edges, and one matrix product does the rest. It
/// holds `targets · harmonics · input channels` numbers, in [`forward_at`](Self::forward_at) and on devices
/// other than the CPU as many for every edge.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_math::KernelBand;
/// use schur_nn::{Field, FieldType, Layer, PointConvConfig, PointGraph};
///
/// let device = Device::flex();
/// let (input, output) = (FieldType::parse("O(2): 3 trivial")?, FieldType::parse("O(2): 8 E1")?);
/// let graph = PointGraph::within(&[[0.0, 0.1], [0.9, 0.3], [0.2, 1.1], [4.0, 4.0]], 1.5)?;
/// let band = KernelBand::for_points(1.5, 3)?;
/// let layer = PointConvConfig::new(&input, &output, &band).init(&graph, &device)?;
/// let x = Field::from_points(Tensor::<2>::ones([4, 3], &device), graph, &input)?;
/// assert_eq!(layer.forward(x)?.to_rows().dims(), [4, 16]);
///
/// // Atoms of a molecule: vectors of SO(3) from scalars.
/// let (input, output) = (FieldType::parse("SO(3): 3 irrep(0)")?, FieldType::parse("SO(3): 8 irrep(1)")?);
/// let graph = PointGraph::within(&[[0.0, 0.1, 0.2], [0.9, 0.3, 0.0], [0.2, 1.1, -0.5]], 1.5)?;
/// let layer = PointConvConfig::new(&input, &output, &band).init(&graph, &device)?;
/// let x = Field::from_points(Tensor::<2>::ones([3, 3], &device), graph, &input)?;
/// assert_eq!(layer.forward(x)?.to_rows().dims(), [3, 24]);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct PointConv {
    /// Coefficients of the kernels: pairs of blocks, those of the output outer; within a pair
    /// by shell and frequency; within these `[kernel][input copy][output copy]`, kernels in the
    /// order of [`SteerableKernelBasis`](schur_math::SteerableKernelBasis).
    pub weight: Param<Tensor<1>>,
    /// One constant per invariant direction of a field.
    pub bias: Option<Param<Tensor<1>>>,
    #[module(skip)]
    maps: Arc<PointMaps>,
    #[module(skip)]
    aggregation: Aggregation,
}

impl PointConv {
    /// Applies the layer with the sources and the targets at other places, `[points, D]` and
    /// `[targets, D]` with `D` = 2 in the plane and 3 in space (twice the same points unless the graph is
    /// bipartite), which have gradients, too: for points that are moved or learnt. The graph says who sees
    /// whom, its own places are not used.
    ///
    /// Gradients are those of the harmonics in closed form
    /// ([`KernelBand::sample_with_gradients`](schur_math::KernelBand::sample_with_gradients)).
    /// They are constants to Burn: second derivatives by the places are not known. Two points at
    /// one place see each other in no direction, so where a kernel jumps or has a kink at the
    /// origin they do not push each other.
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use schur_math::KernelBand;
    /// use schur_nn::{Field, FieldType, PointConvConfig, PointGraph};
    ///
    /// let device = Device::flex().autodiff();
    /// let scalars = FieldType::parse("O(2): 2 trivial")?;
    /// let graph = PointGraph::within(&[[0.0, 0.1], [0.9, 0.3], [0.2, 1.1]], 1.5)?;
    /// let band = KernelBand::for_points(1.5, 3)?;
    /// let layer = PointConvConfig::new(&scalars, &scalars, &band).init(&graph, &device)?;
    /// let x = Field::from_points(Tensor::<2>::ones([3, 2], &device), graph, &scalars)?;
    /// let places = Tensor::<2>::from_floats([[0.0, 0.1], [0.8, 0.3], [0.2, 1.0]], &device);
    /// let places = places.require_grad();
    /// let y = layer.forward_at(x, places.clone(), places.clone())?;
    /// let gradients = y.to_tensor().sum().backward();
    /// assert_eq!(places.grad(&gradients).map(|g| g.dims()), Some([3, 2]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the field is no field on points or of another type, or the places have another shape, are of another number
    /// type than the weights, or not finite.
    pub fn forward_at(
        &self,
        field: Field,
        sources: Tensor<2>,
        targets: Tensor<2>,
    ) -> Result<Field, NnError> {
        let graph = &*self.graph_of(&field)?;
        if graph.is_on_surface() {
            return Err(refused(
                "points on a surface have places that frames and transports depend on; use `forward`, \
                 or a graph in the plane",
            ));
        }
        let x = field.memory();
        let counts = [graph.points().len(), graph.targets().len()];
        for (places, count) in [&sources, &targets].into_iter().zip(counts) {
            check_places(places, [count, self.maps.dimension], x.dtype())?;
        }
        let harmonics = match self.maps.dimension {
            2 => self.harmonics_at::<2>(graph, sources, targets)?,
            _ => self.harmonics_at::<3>(graph, sources, targets)?,
        };
        let x = field.at_edges(graph, NAME)?;
        let ([batch, edges, channels], [_, count]) = (x.dims(), harmonics.dims());
        let messages = x.unsqueeze_dim::<4>(2) * harmonics.reshape([1, edges, count, 1]);
        let messages = messages.reshape([batch, edges, count * channels]);
        self.finish(
            field.domain(),
            sent(messages, &graph.edges_to_targets(), None),
        )
    }

    /// The graph of a field, which is checked.
    fn graph_of(&self, field: &Field) -> Result<Arc<PointGraph>, NnError> {
        self.check_input(field)?;
        check_number_type(NAME, field.memory(), &self.weight.val())?;
        let graph = field.domain().graph(NAME)?;
        self.check_room(graph)?;
        Ok(Arc::clone(graph))
    }

    /// The harmonics along the edges times the factors of the aggregation, `[edges, harmonics]`,
    /// as functions of the places.
    fn harmonics_at<const D: usize>(
        &self,
        graph: &PointGraph,
        sources: Tensor<2>,
        targets: Tensor<2>,
    ) -> Result<Tensor<2>, NnError> {
        let (device, dtype) = (sources.device(), sources.dtype());
        let (edges, count) = (graph.edges().len(), self.maps.harmonics());
        if edges == 0 {
            return Ok(Tensor::zeros([0, count], (&device, dtype)));
        }
        let seen = sent(sources.unsqueeze(), &graph.sources_to_edges(), None);
        let seeing = sent(targets.unsqueeze(), &graph.targets_to_edges(), None);
        let offsets: Tensor<2> = (seen - seeing).squeeze_dim(0);
        let numbers: Vec<f64> = offsets.to_data().iter().collect();
        if numbers.iter().any(|v| !v.is_finite()) {
            return Err(refused(
                "the distance along an edge is not finite; use finite places",
            ));
        }
        let along_edges: Vec<[f64; D]> = (numbers.chunks_exact(D))
            .map(|offset| std::array::from_fn(|axis| offset[axis]))
            .collect();
        let found = self.maps.band.sample_with_gradients(&along_edges);
        let factors: Vec<f64> = (self.aggregation.factors(graph).into_iter())
            .flat_map(|factor| std::iter::repeat_n(factor, count))
            .collect();
        let tensor = |numbers: Vec<f64>| {
            let scaled = numbers.iter().zip(&factors).map(|(n, factor)| n * factor);
            let data = TensorData::new(scaled.collect(), [edges, count]);
            Tensor::<2>::from_data(data, (&device, dtype))
        };
        // It is 0, with the derivative 1.
        let moved = offsets.clone() - offsets.detach();
        let slopes = (0..D).map(|axis| {
            let slope = tensor(found.iter().map(|(_, gradient)| gradient[axis]).collect());
            slope * moved.clone().narrow(1, axis, 1)
        });
        let values = tensor(found.iter().map(|(value, _)| *value).collect());
        Ok(slopes.fold(values, |sum, slope| sum + slope))
    }

    /// Refuses points that lie in something else than the group acts on.
    fn check_room(&self, graph: &PointGraph) -> Result<(), NnError> {
        let (dimension, remedy) = match graph.is_on_surface() {
            true => (2, "fields of a group of the plane, such as SO(2)"),
            false if graph.dimension() == 2 => {
                (2, "fields of a group of the plane, such as C8 or SO(2)")
            }
            false => (3, "fields of a group of space, such as O or SO(3)"),
        };
        if dimension == self.maps.dimension {
            return Ok(());
        }
        let own = ["the plane", "space"][self.maps.dimension - 2];
        let group = self.maps.input.group();
        Err(NnError::Size {
            layer: NAME.to_string(),
            problem: format!(
                "{group} makes its kernels ones of {own}, and it is given {graph}; use {remedy}"
            ),
        })
    }

    /// From what every target sees, `[batch, target, harmonic · channel]`, to the result.
    fn finish(&self, domain: &Domain, seen: Tensor<3>) -> Result<Field, NnError> {
        let domain = self.output_domain(domain)?;
        let y = matmul(seen, self.maps.matrix(self.weight.val()).unsqueeze());
        let y = match &self.bias {
            Some(bias) => y + channel_bias(self.output_type(), bias.val())?.unsqueeze(),
            None => y,
        };
        Field::from_memory(y, domain, self.output_type())
    }
}

impl Layer for PointConv {
    fn name(&self) -> String {
        NAME.to_string()
    }

    fn input_type(&self) -> &FieldType {
        &self.maps.input
    }

    fn output_type(&self) -> &FieldType {
        &self.maps.output
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        let graph = &*self.graph_of(&field)?;
        let harmonics = graph.harmonics(&self.maps.band, self.maps.dimension);
        let count = self.maps.harmonics();
        let factors = self.aggregation.factors(graph);
        let scaled = harmonics.chunks(count).zip(factors);
        let scaled = scaled.flat_map(|(values, factor)| values.iter().map(move |v| v * factor));
        let weights = (Arc::new(scaled.collect()), count);
        let seen = field.sums_at_targets(graph, weights, NAME)?;
        self.finish(field.domain(), seen)
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        let graph = domain.graph(NAME)?;
        self.check_room(graph)?;
        Ok(Domain::that_see(graph))
    }

    fn parameters(&self) -> usize {
        let biases = self.bias.as_ref().map_or(0, |bias| bias.val().dims()[0]);
        self.maps.weights() + biases
    }
}

fn check_places(places: &Tensor<2>, shape: [usize; 2], dtype: DType) -> Result<(), NnError> {
    if places.dims() != shape {
        return Err(refused(&format!(
            "places of the shape {:?}; pass {shape:?}",
            places.dims()
        )));
    }
    if places.dtype() != dtype {
        return Err(refused(&format!(
            "places in {:?} beside features in {dtype:?}; cast them",
            places.dtype()
        )));
    }
    Ok(())
}

fn refused(problem: &str) -> NnError {
    NnError::Config {
        at: "places of a point convolution".to_string(),
        problem: problem.to_string(),
    }
}
