//! Nonlinearities. Functions of one number are texts such as `relu`, `elu`, `leaky relu(0.1)`.

use super::{config, fields_of, group_of};
use crate::field_type::Fields;
use crate::layers::fibre::nonlinearity::sampling::cosets;
use crate::layers::fibre::{nonlinearity as layers, pointwise};
use crate::{GridGroup, NnError, Nonlinearity};

fn elu() -> Nonlinearity {
    Nonlinearity::Elu { alpha: 1.0 }
}

fn sigmoid() -> Nonlinearity {
    Nonlinearity::Sigmoid
}

fn silu() -> Nonlinearity {
    Nonlinearity::Silu
}

config! {
    /// [`Concatenated`](crate::Concatenated): a function of `x` and of `-x`.
    Concatenated = "concatenated" {
        /// The function.
        function: Nonlinearity,
    }
    (this, input, _site) => layers::concatenated::Concatenated::new(input, this.function.clone())?
}

config! {
    /// [`FourierPointwise`](crate::FourierPointwise): a function of the values of functions on
    /// the group that fields are Fourier coefficients of.
    Fourier = "fourier" {
        /// The function, by default ELU.
        #[serde(default = "elu")]
        function: Nonlinearity,
        /// Functions on the cosets of this subgroup, by default on the group.
        #[serde(default)]
        subgroup: Option<GridGroup>,
        /// Rotations at which functions on SO(2) and O(2) are sampled.
        #[serde(default)]
        rotations: Option<usize>,
        /// Other fields to come out, block by block as many.
        #[serde(default)]
        output: Option<Fields>,
    }
    (this, input, site) => {
        let subgroup = cosets(input, this.subgroup.as_ref(), "fourier")?;
        let function = this.function.clone();
        let mut layer = layers::fourier::FourierPointwise::on_cosets(input, subgroup, function)?;
        if let Some(rotations) = this.rotations {
            layer = layer.with_rotations(rotations)?;
        }
        match &this.output {
            Some(output) => layer.with_output(&fields_of(output, input, site)?)?,
            None => layer,
        }
    }
}

impl Default for Fourier {
    /// ELU on functions on the group.
    fn default() -> Self {
        Self {
            function: elu(),
            subgroup: None,
            rotations: None,
            output: None,
        }
    }
}

config! {
    /// [`Gated`](crate::Gated): fields times functions of scalar fields that follow them.
    Gated = "gated" {
        /// The fields without their gates: what comes out. Without this entry the gates are
        /// scalars within the fields ([`Gated::within`](crate::Gated::within)).
        #[serde(default)]
        fields: Option<Fields>,
        /// Fields are induced from this subgroup, and have a gate for each of its cosets.
        #[serde(default)]
        subgroup: Option<GridGroup>,
        /// The function of the gates, by default the sigmoid.
        #[serde(default = "sigmoid")]
        gate_function: Nonlinearity,
        /// The function of scalar features, by default SiLU.
        #[serde(default = "silu")]
        scalar_function: Nonlinearity,
    }
    (this, input, site) => {
        let fields = match &this.fields {
            Some(fields) => Some(fields_of(fields, input, site)?),
            None => None,
        };
        let layer = match (&fields, &this.subgroup) {
            (Some(fields), Some(subgroup)) => {
                layers::gated::Gated::induced(fields, group_of(subgroup, input)?)?
            }
            (Some(fields), None) => layers::gated::Gated::new(fields)?,
            (None, None) => layers::gated::Gated::within(input)?,
            (None, Some(_)) => return Err(NnError::Config {
                at: "subgroup".to_string(),
                problem: "gates of induced fields follow them; add the entry `fields`".to_string(),
            }),
        };
        layer
            .with_gate_function(this.gate_function.clone())
            .with_scalar_function(this.scalar_function.clone())
    }
}

impl Gated {
    /// Gates by one scalar per field that is not scalar.
    pub fn new(fields: Fields) -> Self {
        Self {
            fields: Some(fields),
            subgroup: None,
            gate_function: sigmoid(),
            scalar_function: silu(),
        }
    }
}

config! {
    /// [`MaxOut`](crate::MaxOut): the largest of several copies.
    #[derive(Copy)]
    MaxOut = "max_out" {
        /// How many copies become one.
        over: usize,
    }
    (this, input, _site) => layers::max_out::MaxOut::new(input, this.over)?
}

config! {
    /// [`NormNonlinearity`](crate::NormNonlinearity): a function of the length of every field,
    /// with a bias.
    NormNonlinearity = "norm_nonlinearity" {
        /// The function; without one lengths are squashed into [0, 1)
        /// ([`NormNonlinearity::squash`](crate::NormNonlinearity::squash)).
        #[serde(default)]
        function: Option<Nonlinearity>,
        /// Fields are induced from this subgroup, and have a length for each of its cosets.
        #[serde(default)]
        subgroup: Option<GridGroup>,
    }
    (this, input, site) => {
        let layer = match &this.function {
            Some(f) => layers::norm::NormNonlinearity::new(input, f.clone(), site.device())?,
            None => layers::norm::NormNonlinearity::squash(input)?,
        };
        match &this.subgroup {
            Some(subgroup) => layer.induced(group_of(subgroup, input)?)?,
            None => layer,
        }
    }
}

config! {
    /// [`Pointwise`](crate::Pointwise): a function of every channel.
    Pointwise = "pointwise" {
        /// The function.
        function: Nonlinearity,
    }
    (this, input, _site) => pointwise::Pointwise::new(input, this.function.clone())?
}

config! {
    /// [`TensorProduct`](crate::TensorProduct): products of fields with each other.
    TensorProduct = "tensor_product" {
        /// What comes out.
        fields: Fields,
    }
    (this, input, site) => {
        let output = fields_of(&this.fields, input, site)?;
        let seed = site.next_seed();
        layers::tensor_product::TensorProduct::new(input, &output, seed, site.device())?
    }
}

config! {
    /// [`VectorField`](crate::VectorField): the largest value of a function on the group, as a
    /// vector in its direction.
    #[derive(Copy, Default)]
    VectorField = "vector_field" {}
    (_this, input, _site) => layers::vector_field::VectorField::new(input)?
}
