//! Fields on glued charts: what lies beyond the edges, in the frame of the chart.

use std::sync::Arc;

use burn::tensor::{Tensor, TensorData};
use schur_engine::carry::CarryMap;
use schur_math::PlaneIsometry;

use super::{select_places, sparse_map};
use crate::{Domain, Field, FieldType, GroupElement, NnError, ops};

/// A cell, and the element that brings its features into the frame where they are wanted; nothing
/// where the surface has no frame.
type Carried = Option<(usize, PlaneIsometry)>;

impl Field {
    /// The field moved by so many cells along a strip of one chart, to the right: the value at column
    /// `j` is that of column `j - columns`, and what comes over the cut is transported. On a
    /// [Möbius strip](crate::Atlas::moebius) of length `n` the shift by `n` is the mirror
    /// [across](crate::Atlas::across), that by `2n` the identity. Layers that know nothing of the place of
    /// the cut commute with it.
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use schur_nn::{Atlas, Field, FieldType, relative_distance};
    ///
    /// let fields = FieldType::parse("D1@0: A2")?;
    /// let x = Tensor::from_data([[[[1.0, 2.0], [3.0, 4.0]]]], &Device::flex());
    /// let x = Field::from_tensor(x, &fields)?.on(Atlas::moebius(2, 2)?)?;
    /// // The last column comes first, upside down, and changes its sign.
    /// let shifted = x.shifted(1)?.to_tensor().to_data();
    /// assert_eq!(shifted.to_vec::<f32>().unwrap(), [-4.0, 1.0, -2.0, 3.0]);
    /// let mirrored = x.transform(Atlas::across())?;
    /// assert_eq!(relative_distance(x.shifted(2)?.memory(), mirrored.memory()), 0.0);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the domain is no strip.
    pub fn shifted(&self, columns: i64) -> Result<Self, NnError> {
        let no_strip = || NnError::Size {
            layer: "a shift along a strip".to_string(),
            problem: format!(
                "{} has no direction around; use `Atlas::cylinder` or `Atlas::moebius`",
                self.domain
            ),
        };
        let Domain::Atlas(atlas) = &self.domain else {
            return Err(no_strip());
        };
        let [charts, rows, width] = atlas.sizes();
        if charts != 1 || !atlas.glued()[2] {
            return Err(no_strip());
        }
        // Twice around is the identity.
        let columns = columns % (2 * width as i64);
        let places = (0..rows as i64).flat_map(|i| (0..width as i64).map(move |j| (i, j)));
        let cells: Vec<Carried> = places.map(|(i, j)| atlas.cell(0, i, j - columns)).collect();
        let memory = self.carried(&cells)?;
        Self::from_memory(memory, self.domain.clone(), &self.field_type)
    }

    /// The numbers for a layer with windows, `[batch, depth or charts, height, width, channels]` in
    /// memory order, with so many cells around every chart of an atlas, beyond glued edges.
    pub(crate) fn into_cells(self, layer: &str, beyond: [usize; 3]) -> Result<Tensor<5>, NnError> {
        let Domain::Atlas(atlas) = &self.domain else {
            return self.into_grid(layer);
        };
        let [charts, rows, columns] = atlas.sizes();
        let [_, up, left] = beyond;
        let (height, width) = (rows + 2 * up, columns + 2 * left);
        let [batch, _, channels] = self.memory.dims();
        let shape = [batch, charts, height, width, channels];
        if beyond == [0; 3] && atlas.holes().is_empty() {
            return Ok(self.memory.reshape(shape));
        }
        let mut cells = Vec::with_capacity(charts * height * width);
        for chart in 0..charts {
            for place in 0..height * width {
                let row = (place / width) as i64 - up as i64;
                let column = (place % width) as i64 - left as i64;
                cells.push(atlas.cell(chart, row, column));
            }
        }
        Ok(self.carried(&cells)?.reshape(shape))
    }

    /// The numbers at the places of the surface: without the cells of charts that are none.
    pub(crate) fn into_proper(self) -> Tensor<3> {
        match &self.domain {
            Domain::Atlas(atlas) if !atlas.holes().is_empty() => {
                let all = 0..self.domain.places();
                let proper: Vec<usize> = all.filter(|cell| !atlas.holes().contains(cell)).collect();
                select_places(self.memory, &proper)
            }
            _ => self.memory,
        }
    }

    /// The values at cells, each brought into the frame where it is wanted, 0 where there is none:
    /// `[batch, cells, channels]`.
    fn carried(&self, cells: &[Carried]) -> Result<Tensor<3>, NnError> {
        let (places, actions) = self.transports(cells)?;
        if ops::on_engine(&self.memory.device())
            && let Some(map) = permutations(&actions)
                .and_then(|actions| CarryMap::new(self.memory.dims()[1], actions, &places))
        {
            return Ok(ops::carry(self.memory.clone(), &Arc::new(map)));
        }
        // The values as they are, then those that a transport changes, one transport after the other.
        let mut table = vec![self.memory.clone()];
        let mut first = self.memory.dims()[1];
        let cell = |place: &Option<(usize, usize)>| place.map_or(0, |(cell, _)| cell);
        let mut sources: Vec<usize> = places.iter().map(cell).collect();
        for (index, rows) in actions.iter().enumerate() {
            if is_identity(rows) {
                continue;
            }
            let mut carried = Vec::new();
            for (source, place) in sources.iter_mut().zip(&places) {
                if let Some((cell, of)) = place
                    && *of == index
                {
                    *source = first + carried.len();
                    carried.push(*cell);
                }
            }
            first += carried.len();
            table.push(sparse_map(
                select_places(self.memory.clone(), &carried),
                rows,
            ));
        }
        if cells.contains(&None) {
            let zero = table[0].clone().narrow(1, 0, 1).zeros_like();
            let nowhere = sources
                .iter_mut()
                .zip(cells)
                .filter(|(_, cell)| cell.is_none());
            nowhere.for_each(|(source, _)| *source = first);
            table.push(zero);
        }
        let table = match table.len() {
            1 => table.remove(0),
            _ => Tensor::cat(table, 1),
        };
        Ok(select_places(table, &sources))
    }

    /// Cells with the numbers of their transports, and what each of these does to the channels.
    fn transports(&self, cells: &[Carried]) -> Result<(Places, Vec<Rows>), NnError> {
        let mut transports: Vec<PlaneIsometry> = Vec::new();
        let mut number = |(cell, transport): (usize, PlaneIsometry)| {
            let known = transports.iter().position(|other| *other == transport);
            let index = known.unwrap_or(transports.len());
            if known.is_none() {
                transports.push(transport);
            }
            (cell, index)
        };
        let places = cells.iter().map(|cell| cell.map(&mut number)).collect();
        let action = |transport| {
            self.field_type
                .channel_action(&GroupElement::from(transport))
        };
        let actions = transports.into_iter().map(action);
        Ok((places, actions.collect::<Result<_, _>>()?))
    }
}

/// Cells with the numbers of their transports.
type Places = Vec<Option<(usize, usize)>>;
/// A sparse matrix on channels.
type Rows = Vec<Vec<(usize, f64)>>;

/// The matrices as permutations with factors; nothing where one mixes channels.
fn permutations(actions: &[Rows]) -> Option<Vec<Vec<(usize, f64)>>> {
    // A row with another number of entries is no part of a permutation.
    let one = |row: &Vec<(usize, f64)>| <[_; 1]>::try_from(&row[..]).map(|[entry]| entry).ok();
    let rows = |rows: &Rows| rows.iter().map(one).collect();
    actions.iter().map(rows).collect()
}

/// Whether channels stay as they are.
fn is_identity(rows: &[Vec<(usize, f64)>]) -> bool {
    let mut rows = rows.iter().enumerate();
    rows.all(|(index, row)| row[..] == [(index, 1.0)])
}

/// Refuses fields whose group does not have the transports of an atlas.
pub(crate) fn check_transports(domain: &Domain, of: &FieldType) -> Result<(), NnError> {
    let Domain::Atlas(atlas) = domain else {
        return Ok(());
    };
    let group = of.group();
    let Some(planar) = group.planar() else {
        return Err(NnError::Size {
            layer: "a feature field".to_string(),
            problem: format!(
                "{group} does not act on the plane, and fields of it do not live on {}; use a group of \
                 the plane, such as D1@0",
                atlas.surface()
            ),
        });
    };
    let foreign = atlas.transports().into_iter().find(|t| !planar.contains(t));
    foreign.map_or(Ok(()), |transport| {
        Err(NnError::Size {
            layer: "a feature field".to_string(),
            problem: format!(
                "{} carries features over its seams by {transport}, which is no element of {group}; use \
                 a group that has it, such as D1@0 for a Möbius strip",
                atlas.surface()
            ),
        })
    })
}

/// Refuses to add up, over all places, fields that the way around an atlas changes: their sum
/// depends on where the charts are cut.
pub(crate) fn check_summable(domain: &Domain, of: &FieldType, layer: &str) -> Result<(), NnError> {
    if let Domain::Points(graph) = domain
        && graph.is_on_surface()
    {
        let mut blocks = of.blocks().iter();
        return match blocks.find(|block| !block.representation.is_trivial()) {
            None => Ok(()),
            Some(block) => Err(NnError::Size {
                layer: layer.to_string(),
                problem: format!(
                    "the frames of `{}` differ from point to point of {graph}, and numbers in different \
                     frames have no sum; make scalars of it first, by a group pool, a norm pool or a \
                     convolution",
                    block.representation.name()
                ),
            }),
        };
    }
    let Domain::Atlas(atlas) = domain else {
        return Ok(());
    };
    for transport in atlas.transports() {
        if !is_identity(&of.channel_action(&GroupElement::from(transport))?) {
            return Err(NnError::Size {
                layer: layer.to_string(),
                problem: format!(
                    "`{of}` has no value that all places of {atlas} have in common, since the way \
                     around changes it by {transport}; make scalars of it first, by a group pool, a \
                     norm pool or a convolution"
                ),
            });
        }
    }
    Ok(())
}

/// 0 at the cells of charts that are no places of the surface.
pub(super) fn without_holes(memory: Tensor<3>, domain: &Domain) -> Tensor<3> {
    let Domain::Atlas(atlas) = domain else {
        return memory;
    };
    if atlas.holes().is_empty() {
        return memory;
    }
    let [_, places, _] = memory.dims();
    let mut mask = vec![1.0f64; places];
    for &hole in atlas.holes() {
        mask[hole] = 0.0;
    }
    let mask = TensorData::new(mask, [1, places, 1]);
    let mask = Tensor::<3>::from_data(mask, (&memory.device(), memory.dtype()));
    memory * mask
}
