//! Networks on strips as plain ones: what lies beyond a seam, as numbers of the image.

use std::sync::Arc;

use schur_math::PlaneIsometry;

use super::{Graph, Op, Value};
use crate::{Atlas, FieldType, GroupElement, NnError};

impl Graph {
    /// From here on images are charts of an atlas of one chart.
    pub(crate) fn put_on(&mut self, atlas: &Arc<Atlas>) {
        self.atlas = Some(atlas.clone());
    }

    /// Padding along the axes in two parts: of cells beyond glued edges, and beyond free ones.
    pub(crate) fn parted(&self, padding: [usize; 3]) -> [[usize; 3]; 2] {
        let glued = self
            .atlas
            .as_ref()
            .map_or([false; 3], |atlas| atlas.glued());
        let part = |of: bool| std::array::from_fn(|a| if glued[a] == of { padding[a] } else { 0 });
        [part(true), part(false)]
    }

    /// Adds so many cells around the chart, beyond glued edges: a gather of all places, and for every
    /// transport a map of the channels where it is the way there.
    ///
    /// # Errors
    ///
    /// If a transport does not act on the fields.
    pub(crate) fn over_seams(
        &mut self,
        x: Value,
        beyond: [usize; 3],
        fields: &FieldType,
        layer: &str,
    ) -> Result<Value, NnError> {
        let Some(atlas) = self.atlas.clone().filter(|_| beyond != [0; 3]) else {
            return Ok(x);
        };
        let ([_, rows, columns], [_, up, left]) = (x.size, beyond);
        let atlas = atlas.resized(rows, columns);
        let (height, width) = (rows + 2 * up, columns + 2 * left);
        let places = (0..height * width).map(|place| {
            let row = (place / width) as i64 - up as i64;
            atlas.cell(0, row, (place % width) as i64 - left as i64)
        });
        let cells: Vec<Option<(usize, PlaneIsometry)>> = places.collect();
        let flat = self.reshape(x, (x.channels, 1, rows * columns), layer);
        let sources = cells.iter().map(|cell| cell.map_or(0, |(cell, _)| cell));
        let gathered = self.gather(flat, 3, sources.collect(), layer);
        let all = self.reshape(gathered, (x.channels, height, width), layer);
        let mut ways: Vec<PlaneIsometry> = Vec::new();
        for (_, transport) in cells.iter().flatten() {
            if !ways.contains(transport) {
                ways.push(*transport);
            }
        }
        let mut sum: Option<Value> = None;
        for way in ways {
            let taken = cells
                .iter()
                .map(|cell| cell.is_some_and(|(_, transport)| transport == way));
            let mask = taken.map(|taken| f32::from(u8::from(taken))).collect();
            let action = fields.channel_action(&GroupElement::from(way))?;
            let carried = self.channel_map(all, &action, layer);
            let by = self.constant(&[1, 1, height, width], mask);
            let part = self.elementwise(Op::Scale { by }, &[carried], layer);
            sum = Some(match sum {
                Some(sum) => self.elementwise(Op::Add, &[sum, part], layer),
                None => part,
            });
        }
        Ok(sum.unwrap_or(all))
    }
}
