//! Feature fields: values at places, together with how they transform.

mod arithmetic;
mod edges;
mod interpolation;
mod seams;
mod sparse;
mod spectral;
mod transport;

use std::sync::Arc;

use burn::tensor::{Device, Int, Tensor, TensorData};
use schur_engine::edges::Ends;
use schur_math::SphereGrid;

pub(crate) use edges::sent;
pub(crate) use seams::{check_summable, check_transports};
pub(crate) use sparse::sparse_map;
pub(crate) use transport::Transport;

use crate::axes::image;
use crate::matmul::reshaped;
use crate::point_graph::IrrepTables;
use crate::{Domain, FieldBlock, FieldType, GroupElement, NnError, PointGraph, ops};

/// A batch of feature fields: values at the places of a [`Domain`], and how they transform.
///
/// The numbers lie as `[batch, place, channel]`, with the channels of a block component-major
/// ([`schur_engine::Layout`]); layers keep that layout from the first to the last, so nothing is
/// copied between them. Outward tensors have the channels of one field contiguous:
///
/// | domain | from | to |
/// |---|---|---|
/// | images | [`from_tensor`](Self::from_tensor) `[batch, channels, height, width]` | [`to_tensor`](Self::to_tensor) |
/// | glued charts | the same for a chart, then [`on`](Self::on) an [`Atlas`](crate::Atlas) | [`to_tensor`](Self::to_tensor) |
/// | volumes | [`from_volume`](Self::from_volume) `[batch, channels, depth, height, width]` | [`to_volume`](Self::to_volume) |
/// | vectors | [`from_vectors`](Self::from_vectors) `[batch, channels]` | [`to_rows`](Self::to_rows) |
/// | points | [`from_points`](Self::from_points) `[points, channels]`, `[batch, points, channels]` | [`to_rows`](Self::to_rows), [`to_places`](Self::to_places) |
/// | any, in the memory layout | [`from_memory`](Self::from_memory) `[batch, places, channels]` | [`memory`](Self::memory) |
///
/// ```
/// use burn::tensor::{Device, Distribution, Tensor};
/// use schur_math::PlaneIsometry;
/// use schur_nn::{Field, FieldType};
///
/// let images = Tensor::<4>::ones([2, 1, 6, 6], &Device::flex());
/// let field = Field::from_tensor(images, &FieldType::parse("C4: 1 trivial")?)?;
/// let turned = field.transform(PlaneIsometry::rotation(std::f64::consts::FRAC_PI_2)?)?;
/// assert_eq!(turned.to_tensor().dims(), [2, 1, 6, 6]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Field {
    memory: Tensor<3>,
    domain: Domain,
    field_type: FieldType,
}

impl Field {
    /// Fields on images from a `[batch, channels, height, width]` tensor whose channels stand in
    /// the outward order (the channels of one field contiguous).
    ///
    /// # Errors
    ///
    /// If the number of channels is not that of the field type, or images have no pixels.
    pub fn from_tensor(tensor: Tensor<4>, field_type: &FieldType) -> Result<Self, NnError> {
        Self::from_grid(tensor.permute([0, 2, 3, 1]), field_type).map(Self::inward)
    }

    /// Fields on volumes from a `[batch, channels, depth, height, width]` tensor whose channels stand
    /// in the outward order. Their group acts on space: slice `k`, row `i` and column `j` lie at
    /// `(j - (w-1)/2, (h-1)/2 - i, k - (d-1)/2)`.
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use schur_math::{SpaceIsometry, SpatialGroup, SpatialRepresentation};
    /// use schur_nn::{Field, FieldType};
    ///
    /// let vectors = SpatialRepresentation::defining(&SpatialGroup::parse("Oh")?)?;
    /// let x = Tensor::<5>::ones([2, 3, 4, 5, 6], &Device::flex());
    /// let field = Field::from_volume(x, &FieldType::of([(vectors, 1)])?)?;
    /// let inverted = field.transform(SpaceIsometry::INVERSION)?.to_volume();
    /// assert_eq!(inverted.dims(), [2, 3, 4, 5, 6]);
    /// assert_eq!(inverted.max().into_scalar::<f64>(), -1.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the number of channels is not that of the field type, its group acts on the plane, or
    /// volumes have no cells.
    pub fn from_volume(tensor: Tensor<5>, field_type: &FieldType) -> Result<Self, NnError> {
        Self::from_grid(tensor.permute([0, 2, 3, 4, 1]), field_type).map(Self::inward)
    }

    /// Vectors from a `[batch, channels]` tensor whose channels stand in the outward order.
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use schur_nn::{Field, FieldType};
    ///
    /// let x = Tensor::<2>::ones([5, 4], &Device::flex());
    /// let field = Field::from_vectors(x, &FieldType::parse("SO(2): 2 E1")?)?;
    /// assert_eq!(field.to_rows().dims(), [5, 4]);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the number of channels is not that of the field type.
    pub fn from_vectors(tensor: Tensor<2>, field_type: &FieldType) -> Result<Self, NnError> {
        let places = tensor.unsqueeze_dim(1);
        Self::from_memory(places, Domain::Vector, field_type).map(Self::inward)
    }

    /// Fields on points from a tensor `[points, channels]`, or `[batch, points, channels]` for
    /// several fields on the same points, whose channels stand in the outward order.
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use schur_nn::{Field, FieldType, PointGraph};
    ///
    /// let graph = PointGraph::within(&[[0.0, 0.0], [1.0, 0.5]], 2.0)?;
    /// let x = Tensor::<2>::ones([2, 3], &Device::flex());
    /// let field = Field::from_points(x, graph, &FieldType::parse("O(2): 3 trivial")?)?;
    /// assert_eq!(field.to_places().dims(), [1, 2, 3]);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the tensor has another number of axes, of channels or of points.
    pub fn from_points<const D: usize>(
        tensor: Tensor<D>,
        graph: impl Into<Arc<PointGraph>>,
        field_type: &FieldType,
    ) -> Result<Self, NnError> {
        let shape = tensor.dims();
        let places: Tensor<3> = match shape[..] {
            [points, channels] => reshaped(tensor, [1, points, channels]),
            [batch, points, channels] => reshaped(tensor, [batch, points, channels]),
            _ => {
                return Err(NnError::Size {
                    layer: "a field on points".to_string(),
                    problem: format!(
                        "a tensor with {D} axes; pass [points, channels] or [batch, points, \
                         channels]"
                    ),
                });
            }
        };
        Self::from_memory(places, Domain::Points(graph.into()), field_type).map(Self::inward)
    }

    /// Fields on the places of a sphere from a tensor `[batch, channels, rings, longitudes]` whose
    /// channels stand in the outward order, north at the top: a picture of the whole sphere.
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use schur_math::SphereGrid;
    /// use schur_nn::{Field, FieldType};
    ///
    /// let x = Tensor::<4>::ones([2, 3, 10, 20], &Device::flex());
    /// let grid = SphereGrid::equiangular(10, 20)?;
    /// let field = Field::from_sphere(x, grid, &FieldType::parse("SO(3): 3 trivial")?)?;
    /// assert_eq!(field.to_places().dims(), [2, 200, 3]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the tensor has other sizes than the grid, or another number of channels.
    pub fn from_sphere(
        tensor: Tensor<4>,
        grid: impl Into<Arc<SphereGrid>>,
        field_type: &FieldType,
    ) -> Result<Self, NnError> {
        let [batch, channels, rings, longitudes] = tensor.dims();
        let domain = Domain::Sphere(grid.into());
        if domain.size() != (rings, longitudes) {
            return Err(NnError::Size {
                layer: "a field on the sphere".to_string(),
                problem: format!(
                    "a picture of {rings} x {longitudes} for {domain}; pass the sizes of the grid"
                ),
            });
        }
        let places = reshaped(
            tensor.permute([0, 2, 3, 1]),
            [batch, rings * longitudes, channels],
        );
        Self::from_memory(places, domain, field_type).map(Self::inward)
    }

    /// Fields on images from a tensor in the memory layout, `[batch, height, width, channels]` with
    /// component-major blocks, or on volumes from `[batch, depth, height, width, channels]`.
    ///
    /// # Errors
    ///
    /// If the tensor has another number of axes, the number of channels is not that of the field
    /// type, or grids have no places.
    pub fn from_grid<const D: usize>(
        memory: Tensor<D>,
        field_type: &FieldType,
    ) -> Result<Self, NnError> {
        let shape = memory.dims();
        let (sizes, batch, channels) = match shape[..] {
            [batch, height, width, channels] => ([1, height, width], batch, channels),
            [batch, depth, height, width, channels] => ([depth, height, width], batch, channels),
            _ => {
                return Err(NnError::Size {
                    layer: "a field on a grid".to_string(),
                    problem: format!(
                        "a tensor with {D} axes; pass [batch, height, width, channels] or [batch, \
                         depth, height, width, channels]"
                    ),
                });
            }
        };
        let places = reshaped(memory, [batch, sizes.iter().product(), channels]);
        Self::from_memory(places, Domain::Grid(sizes), field_type)
    }

    /// Fields on any domain from a tensor in the memory layout, `[batch, place, channel]` with
    /// component-major blocks, as [`memory`](Self::memory) gives it. For the channels of one field
    /// contiguous there are [`from_tensor`](Self::from_tensor) and those named after their domain.
    ///
    /// # Errors
    ///
    /// If the number of channels is not that of the field type, or that of places not that of the
    /// domain. A batch may be empty, a grid not.
    pub fn from_memory(
        memory: Tensor<3>,
        domain: Domain,
        field_type: &FieldType,
    ) -> Result<Self, NnError> {
        let [_, places, found] = memory.dims();
        if found != field_type.channels() {
            return Err(NnError::Channels {
                found,
                expected: field_type.channels(),
                field_type: field_type.to_string(),
            });
        }
        let refused = |problem| {
            Err(NnError::Size {
                layer: "a feature field".to_string(),
                problem,
            })
        };
        if let (Domain::Grid(sizes), 0) = (&domain, domain.places()) {
            let least = if sizes[0] == 1 { "1 x 1" } else { "1 x 1 x 1" };
            return refused(format!("{domain} holds nothing; use at least {least}"));
        }
        if let (true, Some(group)) = (is_deep(&domain), field_type.group().planar()) {
            return refused(format!(
                "{group} acts on the plane, and fields of it do not live on {domain}; use a \
                 group of space, a `SpatialGroup`"
            ));
        }
        check_transports(&domain, field_type)?;
        if places != domain.places() {
            return refused(format!(
                "{places} places on {domain}; pass {}, one for each",
                domain.places()
            ));
        }
        Ok(Self {
            memory,
            domain,
            field_type: field_type.clone(),
        })
    }

    /// What a layer has made of grids, `[batch, depth, height, width, channels]`.
    pub(crate) fn of_grid(memory: Tensor<5>, field_type: &FieldType) -> Self {
        let [batch, depth, height, width, channels] = memory.dims();
        debug_assert_eq!(channels, field_type.channels());
        Self {
            memory: memory.reshape([batch, depth * height * width, channels]),
            domain: Domain::Grid([depth, height, width]),
            field_type: field_type.clone(),
        }
    }

    /// What a layer has made on a grid, or on all charts of an atlas.
    pub(crate) fn of_cells(memory: Tensor<5>, domain: Domain, field_type: &FieldType) -> Self {
        let [batch, depth, height, width, channels] = memory.dims();
        debug_assert_eq!(channels, field_type.channels());
        debug_assert_eq!(depth * height * width, domain.places());
        let memory = memory.reshape([batch, depth * height * width, channels]);
        Self {
            memory: seams::without_holes(memory, &domain),
            domain,
            field_type: field_type.clone(),
        }
    }

    /// What a layer makes of the values `[batch, place, channel]`, in memory order: fields of a type
    /// on the same places.
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use schur_nn::{Field, FieldType};
    ///
    /// let (vectors, device) = (FieldType::parse("O(2): 2 E1")?, Device::flex());
    /// let field = Field::from_vectors(Tensor::<2>::ones([1, 4], &device), &vectors)?;
    /// let doubled = field.map(&vectors, |values| values * 2.0)?;
    /// assert_eq!(doubled.memory().clone().sum().into_scalar::<f64>(), 8.0);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the values do not fit the type or the places.
    pub fn map(
        self,
        field_type: &FieldType,
        rule: impl FnOnce(Tensor<3>) -> Tensor<3>,
    ) -> Result<Self, NnError> {
        Self::from_memory(rule(self.memory), self.domain, field_type)
    }

    /// The channels in memory order, which stood in the outward order.
    fn inward(self) -> Self {
        let memory = exchange(self.memory, &self.field_type, |dim, copies| [copies, dim]);
        Self { memory, ..self }
    }

    /// The field with these values at other places: of a cloud with other edges, or an image as a strip.
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use schur_nn::{Atlas, Field, FieldType};
    ///
    /// let fields = FieldType::parse("D1@0: regular")?;
    /// let image = Field::from_tensor(Tensor::ones([1, 2, 4, 6], &Device::flex()), &fields)?;
    /// let strip = image.on(Atlas::moebius(4, 6)?)?;
    /// assert_eq!(strip.domain().to_string(), "a Möbius strip of 4 x 6 cells");
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are more or fewer places, or the fields can't be carried over the seams of an atlas.
    pub fn on(&self, domain: impl Into<Domain>) -> Result<Self, NnError> {
        Self::from_memory(self.memory.clone(), domain.into(), &self.field_type)
    }

    /// `[batch, place, channel]` in the outward order, the channels of one field contiguous;
    /// [`memory`](Self::memory) gives the memory layout.
    pub fn to_places(&self) -> Tensor<3> {
        exchange(self.memory.clone(), &self.field_type, |dim, copies| {
            [dim, copies]
        })
    }

    /// `[batch · places, channels]`, the channels of one field contiguous: vectors, or the
    /// features of points, as they came.
    pub fn to_rows(&self) -> Tensor<2> {
        let places = self.to_places();
        let [batch, count, channels] = places.dims();
        reshaped(places, [batch * count, channels])
    }

    /// `[batch, channels, height, width]`, the channels of one field contiguous. Places that are
    /// no image are seen as one, see [`Domain::size`].
    pub fn to_tensor(&self) -> Tensor<4> {
        let (height, width) = self.size();
        let (batch, channels) = (self.batch(), self.field_type.channels());
        let places = reshaped(self.to_places(), [batch, height, width, channels]);
        places.permute([0, 3, 1, 2])
    }

    /// `[batch, channels, depth, height, width]`, the channels of one field contiguous. Places that
    /// are no grid are seen as one of depth 1, see [`Domain::size`].
    pub fn to_volume(&self) -> Tensor<5> {
        let [depth, height, width] = match self.domain {
            Domain::Grid(sizes) => sizes,
            _ => image(self.size()),
        };
        let (batch, channels) = (self.batch(), self.field_type.channels());
        let shape = [batch, depth, height, width, channels];
        reshaped(self.to_places(), shape).permute([0, 4, 1, 2, 3])
    }

    /// The numbers in the memory layout, `[batch, place, channel]` with component-major blocks
    /// ([`schur_engine::Layout`]); [`from_memory`](Self::from_memory) takes them.
    pub fn memory(&self) -> &Tensor<3> {
        &self.memory
    }

    /// Takes the numbers out in the memory layout, `[batch, place, channel]` with component-major
    /// blocks.
    pub fn into_memory(self) -> Tensor<3> {
        self.memory
    }

    /// Takes the numbers out for a layer that acts on grids, `[batch, depth, height, width, channels]`
    /// in memory order; images have depth 1.
    ///
    /// # Errors
    ///
    /// If the places are no grid; the message names the layer.
    pub fn into_grid(self, layer: &str) -> Result<Tensor<5>, NnError> {
        let [depth, height, width] = self.domain.grid_size(layer)?;
        let [batch, _, channels] = self.memory.dims();
        let shape = [batch, depth, height, width, channels];
        Ok(self.memory.reshape(shape))
    }

    /// How the channels transform.
    pub fn field_type(&self) -> &FieldType {
        &self.field_type
    }

    /// The places that the values belong to.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Batch size.
    pub fn batch(&self) -> usize {
        self.memory.dims()[0]
    }

    /// (height, width) of an image; of other places see [`Domain::size`].
    pub fn size(&self) -> (usize, usize) {
        self.domain.size()
    }

    /// The device that holds the numbers.
    pub fn device(&self) -> Device {
        self.memory.device()
    }

    /// The action of a group element: `[g f](x) = ρ(g) f(g⁻¹ x)`. Pixels change places, points
    /// move, and vectors have no place. Differentiable, exact (no interpolation).
    ///
    /// On a [surface](PointGraph::on_surface) elements of the plane turn all frames alike, and the points
    /// stay. Isometries of space, which are no elements of the group, move the points, and the values stay:
    /// they are numbers of tangent vectors in frames that move along.
    ///
    /// # Errors
    ///
    /// If `g` is not in the group, or does not map pixels to pixels, or voxels to voxels: it is no
    /// multiple of a quarter turn or mirror, or none of the 48 symmetries of the cube. For other elements there is [`transform_interpolated`](Self::transform_interpolated).
    pub fn transform(&self, g: impl Into<GroupElement>) -> Result<Self, NnError> {
        let g = g.into();
        if let (Domain::Sphere(grid), Some(isometry)) = (&self.domain, g.space())
            && grid.sources(isometry).is_none()
        {
            return self.turned(grid, isometry, &g);
        }
        let moved = self.domain.moved(&self.field_type, &g)?;
        if self.domain.is_moved_alone(&g) {
            return Self::from_memory(self.memory.clone(), moved.domain, &self.field_type);
        }
        let rows = self.field_type.channel_action(&g)?;
        let places = |memory: Tensor<3>| match &moved.sources {
            Some(sources) => select_places(memory, sources),
            None => memory,
        };
        let memory = sparse_map(places(self.memory.clone()), &rows);
        Self::from_memory(memory, moved.domain, &self.field_type)
    }

    /// The field in other frames, on a [surface](PointGraph::on_surface): at point `p` the values are
    /// `ρ(changes[p])` times what they were, and the graph is the one
    /// [with these frames](PointGraph::with_frames_changed). It is the same field of tangent vectors, written
    /// down in another way, and layers commute with it exactly: they are gauge-equivariant.
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use schur_math::PlaneIsometry;
    /// use schur_math::surface::{Reach, Surface, TriangleMesh};
    /// use schur_nn::{Field, FieldType, PointGraph};
    ///
    /// let surface = Surface::new(TriangleMesh::icosphere(0)?);
    /// let graph = PointGraph::on_surface(&surface, Reach::Rings(1))?;
    /// let vectors = FieldType::parse("SO(2): E1")?;
    /// let x = Field::from_points(Tensor::<2>::ones([12, 2], &Device::flex()), graph, &vectors)?;
    /// let half = vec![PlaneIsometry::rotation(std::f64::consts::PI)?; 12];
    /// let sum = x.memory().clone().sum() + x.change_frames(&half)?.memory().clone().sum();
    /// assert!(sum.into_scalar::<f64>().abs() < 1e-4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the domain is no surface, there is not one change for every point, or one is not in the group
    /// of the fields.
    pub fn change_frames(&self, changes: &[schur_math::PlaneIsometry]) -> Result<Self, NnError> {
        let layer = "a change of frames";
        let graph = self.domain.graph(layer)?;
        let graph = graph.with_frames_changed(changes, None)?;
        let transport = Transport::new(layer, &self.field_type, changes, &IrrepTables::default())?;
        let stay: Vec<_> = (0..changes.len()).map(|place| (place, place)).collect();
        let ends = Ends::new([stay.len(); 2], &stay).expect("places of the field");
        let memory = sent(self.memory.clone(), &Arc::new(ends), transport.as_ref());
        Self::from_memory(memory, graph.into(), &self.field_type)
    }

    /// The action of any group element, on images with bilinear and on volumes with trilinear
    /// interpolation between the places and zero outside the grid. Differentiable. Equal to [`transform`](Self::transform), up to
    /// round-off, for elements that permute the pixels, and on points and vectors.
    ///
    /// # Errors
    ///
    /// If `g` is not in the group.
    pub fn transform_interpolated(&self, g: impl Into<GroupElement>) -> Result<Self, NnError> {
        let g = g.into();
        let Domain::Grid(sizes) = self.domain else {
            return self.transform(g);
        };
        let isometry = self.domain.isometry(&g)?;
        let mut sum: Option<Tensor<3>> = None;
        for (source, weights) in interpolation::corners(&isometry, sizes) {
            let weights = Tensor::<1>::from_data(
                TensorData::from(weights.as_slice()),
                (&self.device(), self.memory.dtype()),
            );
            let pixels = select_places(self.memory.clone(), &source);
            let term = pixels * weights.reshape([1, -1, 1]);
            sum = Some(match sum {
                Some(sum) => sum + term,
                None => term,
            });
        }
        let pixels = sum.unwrap_or_else(|| self.memory.clone());
        let rows = self.field_type.channel_action(&g)?;
        let domain = self.domain.clone();
        Self::from_memory(sparse_map(pixels, &rows), domain, &self.field_type)
    }
}

/// Whether places lie behind each other, as in a volume.
fn is_deep(domain: &Domain) -> bool {
    matches!(domain, Domain::Grid([depth, _, _]) if *depth > 1)
}

/// For every place the value at `sources[place]`.
fn select_places(memory: Tensor<3>, sources: &[usize]) -> Tensor<3> {
    let device = memory.device();
    memory.select(1, indices(sources, &device))
}

/// Exchanges copies and components in the channels of every block, whose extents `sizes` gives in
/// the order in which they stand.
fn exchange(
    memory: Tensor<3>,
    fields: &FieldType,
    sizes: impl Fn(usize, usize) -> [usize; 2],
) -> Tensor<3> {
    let [batch, places, channels] = memory.dims();
    let both = |block: &&FieldBlock| block.representation.dim() > 1 && block.multiplicity > 1;
    if fields.blocks().iter().find(both).is_none() {
        return memory;
    }
    let of_block = |(offset, block): (usize, &FieldBlock)| {
        let [first, second] = sizes(block.representation.dim(), block.multiplicity);
        let len = first * second;
        let part = match len == channels {
            true => memory.clone(),
            false => memory.clone().narrow(2, offset, len),
        };
        let part = reshaped(part, [batch, places, first, second]);
        reshaped(part.swap_dims(2, 3), [batch, places, len])
    };
    let mut parts: Vec<Tensor<3>> = fields.parts().map(of_block).collect();
    match parts.len() {
        1 => parts.remove(0),
        _ => Tensor::cat(parts, 2),
    }
}

fn indices(values: &[usize], device: &Device) -> Tensor<1, Int> {
    let values: Vec<i64> = values.iter().map(|&v| v as i64).collect();
    Tensor::from_data(TensorData::from(values.as_slice()), device)
}

/// The channels (last axis) in the given order; nothing is copied when the order is the
/// identity.
pub(crate) fn select_channels<const D: usize>(memory: Tensor<D>, order: &[usize]) -> Tensor<D> {
    let all = order.len() == memory.dims()[D - 1];
    if all && order.iter().enumerate().all(|(i, &c)| i == c) {
        return memory;
    }
    let device = memory.device();
    if ops::on_engine(&device) && !order.is_empty() && memory.shape().num_elements() > 0 {
        return ops::select_channels(memory, order);
    }
    memory.select(D - 1, indices(order, &device))
}
