//! Sums, parts and restrictions of field types.

use std::ops::Range;

use super::{FieldBlock, FieldType};
use crate::NnError;
use crate::group::{AnyRepresentation, GridGroup};

impl FieldType {
    /// The direct sum: the blocks of `self` and then those of `other`.
    ///
    /// ```
    /// use schur_nn::FieldType;
    ///
    /// let sum = FieldType::parse("C4: 2 regular")?.direct_sum(&FieldType::parse("C4: E1")?)?;
    /// assert_eq!(sum.to_string(), "C4: 2 regular + 1 irrep(E1)");
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the two are of different groups.
    pub fn direct_sum(&self, other: &Self) -> Result<Self, NnError> {
        self.check_group(other)?;
        let blocks = self.blocks().iter().chain(other.blocks());
        Self::new(self.group(), blocks.map(pair))
    }

    /// The blocks of a range as a field type of their own.
    ///
    /// # Errors
    ///
    /// If the range is empty or leaves the blocks.
    pub fn select(&self, blocks: Range<usize>) -> Result<Self, NnError> {
        let chosen = self.blocks().get(blocks).unwrap_or_default();
        Self::new(self.group(), chosen.iter().map(pair))
    }

    /// Single fields by their numbers, from 0, in any order and also more than once. Neighbours
    /// that carry the same representation form one block.
    ///
    /// ```
    /// use schur_nn::FieldType;
    ///
    /// let fields = FieldType::parse("C4: 3 regular + 2 E1")?;
    /// let part = fields.select_fields(&[4, 0, 2])?;
    /// assert_eq!(part.to_string(), "C4: 1 irrep(E1) + 2 regular");
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no such field, or none is asked for.
    pub fn select_fields(&self, fields: &[usize]) -> Result<Self, NnError> {
        Ok(self.selection(fields)?.0)
    }

    /// The fields with equal labels as field types of their own, labels in the order in which they
    /// first occur. There is one label per field.
    ///
    /// ```
    /// use schur_nn::FieldType;
    ///
    /// let fields = FieldType::parse("C4: 2 regular + E1 + regular")?;
    /// let parts = fields.group_by_labels(&["deep", "wide", "deep", "wide"])?;
    /// let parts: Vec<String> = parts.iter().map(|(label, part)| format!("{label} {part}")).collect();
    /// assert_eq!(parts, ["deep C4: 1 regular + 1 irrep(E1)", "wide C4: 2 regular"]);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are more or fewer labels than fields.
    pub fn group_by_labels<L: AsRef<str>>(
        &self,
        labels: &[L],
    ) -> Result<Vec<(String, Self)>, NnError> {
        let places = self.places_by_labels(labels)?.into_iter();
        let part = |(label, places): (String, Vec<usize>)| {
            let part = self.select_fields(&places)?;
            Ok((label, part))
        };
        places.map(part).collect()
    }

    /// Every label with the numbers of its fields.
    pub(crate) fn places_by_labels<L: AsRef<str>>(
        &self,
        labels: &[L],
    ) -> Result<Vec<(String, Vec<usize>)>, NnError> {
        if labels.len() != self.fields() {
            return Err(NnError::Config {
                at: format!("labels of the fields of `{self}`"),
                problem: format!(
                    "{} labels do not fit {} fields; pass one label per field",
                    labels.len(),
                    self.fields()
                ),
            });
        }
        let mut places: Vec<(String, Vec<usize>)> = Vec::new();
        for (field, label) in labels.iter().enumerate() {
            match places.iter_mut().find(|(known, _)| known == label.as_ref()) {
                Some((_, fields)) => fields.push(field),
                None => places.push((label.as_ref().to_string(), vec![field])),
            }
        }
        Ok(places)
    }

    /// Selects fields as [`select_fields`](Self::select_fields) does, with the channel that every
    /// channel of the result has been, in memory order.
    pub(crate) fn selection(&self, fields: &[usize]) -> Result<(Self, Vec<usize>), NnError> {
        let places: Vec<(usize, usize)> = (self.blocks().iter().enumerate())
            .flat_map(|(block, b)| (0..b.multiplicity).map(move |copy| (block, copy)))
            .collect();
        let place = |&field: &usize| {
            places.get(field).copied().ok_or_else(|| NnError::Config {
                at: format!("field {field} of `{self}`"),
                problem: format!("there is none; use 0 to {}", places.len() - 1),
            })
        };
        let chosen = fields.iter().map(place).collect::<Result<Vec<_>, _>>()?;
        let representation = |block: usize| &self.blocks()[block].representation;
        let (mut blocks, mut order) = (Vec::new(), Vec::new());
        for run in chosen.chunk_by(|a, b| representation(a.0) == representation(b.0)) {
            let rho = representation(run[0].0);
            for component in 0..rho.dim() {
                let channel = |&(block, copy)| self.layout().channel(block, component, copy);
                order.extend(run.iter().map(channel));
            }
            blocks.push((rho.clone(), run.len()));
        }
        Ok((Self::new(self.group(), blocks)?, order))
    }

    /// These fields as a subgroup sees them.
    ///
    /// ```
    /// use schur_math::PlanarGroup;
    /// use schur_nn::FieldType;
    ///
    /// let d4 = FieldType::parse("D4: 3 regular")?;
    /// let c4 = d4.restricted_to(&PlanarGroup::parse("C4")?)?;
    /// assert_eq!((c4.channels(), c4.group().name()), (24, "C4"));
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is no subgroup.
    pub fn restricted_to(&self, subgroup: impl Into<GridGroup>) -> Result<Self, NnError> {
        let subgroup = subgroup.into();
        let restricted = |block: &FieldBlock| -> Result<_, NnError> {
            let rho = block.representation.restricted_to(&subgroup)?;
            Ok((rho, block.multiplicity))
        };
        let blocks: Result<Vec<_>, NnError> = self.blocks().iter().map(restricted).collect();
        Self::new(&subgroup, blocks?)
    }

    /// Refuses a field type of another group.
    pub(crate) fn check_group(&self, other: &Self) -> Result<(), NnError> {
        if self.group() == other.group() {
            return Ok(());
        }
        Err(NnError::TwoGroups {
            input: self.to_string(),
            output: other.to_string(),
        })
    }
}

fn pair(block: &FieldBlock) -> (AnyRepresentation, usize) {
    (block.representation.clone(), block.multiplicity)
}
