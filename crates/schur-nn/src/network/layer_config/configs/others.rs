//! Layers that only arrange fields or pixels.

use super::{config, group_of};
use crate::{GridGroup, Resampling, layers};

config! {
    /// [`ChangeOfBasis`](crate::ChangeOfBasis): every field as the sum of its irreps.
    #[derive(Copy, Default)]
    ChangeOfBasis = "change_of_basis" {}
    (_this, input, _site) => layers::fibre::change_of_basis::ChangeOfBasis::new(input)?
}

config! {
    /// [`Induction`](crate::Induction) to a group that holds the present one.
    Induction = "induction" {
        /// The larger group.
        group: GridGroup,
    }
    (this, input, _site) => layers::fibre::induction::Induction::new(input, group_of(&this.group, input)?)?
}

config! {
    /// [`Mask`](crate::Mask): a soft disc.
    #[derive(Copy)]
    Mask = "mask" {
        /// Share of the radius between the disc and the border of the image, from 0 to below 1.
        #[serde(default)]
        margin: f64,
        /// Standard deviation of the rim in pixels.
        sigma: f64,
    }
    (this, input, _site) => layers::grid::mask::Mask::new(input, this.margin, this.sigma)?
}

config! {
    /// [`Resize`](crate::Resize): other numbers of pixels.
    #[derive(Copy)]
    Resize = "resize" {
        /// How many, and how they are computed, such as `{ bilinear = 2 }`.
        to: Resampling,
    }
    (this, input, _site) => layers::grid::resize::Resize::new(input, this.to)?
}

config! {
    /// [`Restriction`](crate::Restriction): from here on only a subgroup.
    Restriction = "restriction" {
        /// The subgroup.
        group: GridGroup,
    }
    (this, input, _site) => layers::fibre::restriction::Restriction::new(input, group_of(&this.group, input)?)?
}

config! {
    /// [`SortFields`](crate::SortFields): fields that carry the same representation beside each
    /// other.
    #[derive(Copy, Default)]
    SortFields = "sort_fields" {}
    (_this, input, _site) => layers::fibre::sort_fields::SortFields::new(input)?
}
