//! Quadratic maps of states, with a symmetry or without.

use std::sync::Arc;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use schur_math::{SpatialGroup, SphereGrid};
use schur_nn::{
    Atlas, Domain, EquivariantConv, EquivariantConvConfig, Field, FieldType, FromHarmonics, Layer,
    Nonlinearity, SphereConv, SphereConvConfig, SphereFunctions, SpherePointwise, ToHarmonics,
};

use super::DEGREE;
use crate::dense::Random;
use crate::error::Result;

/// Initial size of what is added to a state.
const SMALL: f64 = 0.3;

/// A network that gives the change of a state.
#[derive(Module, Debug)]
pub(super) enum Net {
    Symmetric(Symmetric),
    Planar(Planar),
    Dense(Dense),
}

impl Net {
    /// What becomes of states.
    pub(super) fn forward(&self, x: Tensor<3>) -> schur_train::Result<Tensor<3>> {
        Ok(x.clone()
            + match self {
                Self::Symmetric(net) => net.change(x)?,
                Self::Planar(net) => net.change(x)?,
                Self::Dense(net) => net.change(x),
            })
    }
}

/// A linear convolution, and the square of one to functions with a direction at every point, followed by
/// another. Squares are exact on the grid, so it commutes with its group to round-off.
#[derive(Module, Debug)]
pub(super) struct Symmetric {
    straight: SphereConv,
    there: SphereConv,
    square: SpherePointwise,
    back: SphereConv,
}

impl Symmetric {
    pub(super) fn new(
        fields: &FieldType,
        width: usize,
        seed: u64,
        device: &Device,
    ) -> Result<Self> {
        let group = fields.group().spatial().cloned();
        let group = group.unwrap_or_else(SpatialGroup::so3);
        let kind = |pseudo: bool| SphereFunctions {
            channels: width,
            degree: DEGREE,
            spin: 1,
            pseudo,
        };
        // Functions on O(3), or on SO(3).
        let kinds = match group == SpatialGroup::o3() {
            true => vec![kind(false), kind(true)],
            false => vec![kind(false)],
        };
        let hidden = SphereFunctions::fields(&group, &kinds)?;
        let conv =
            |from: &FieldType, to: &FieldType, number: u64, gain: f64| -> Result<SphereConv> {
                // As many rings as there are degrees: between functions on the sphere any map that commutes.
                let config = SphereConvConfig::new(from, to, DEGREE + 1, std::f64::consts::PI)?;
                let config = config.with_gain(gain).with_seed(3 * seed + number);
                Ok(config.init(device)?)
            };
        let square = Nonlinearity::custom("square", |x| x.square());
        Ok(Self {
            straight: conv(fields, fields, 0, SMALL)?,
            there: conv(fields, &hidden, 1, 1.0)?,
            square: SpherePointwise::new(&hidden, square)?.with_oversampling(1.5)?,
            back: conv(&hidden, fields, 2, SMALL)?,
        })
    }

    fn change(&self, x: Tensor<3>) -> schur_train::Result<Tensor<3>> {
        let x = Field::from_memory(x, Domain::Vector, self.straight.input_type())?;
        let squares = self.square.forward(self.there.forward(x.clone())?)?;
        let curved = self.back.forward(squares)?;
        Ok(self.straight.forward(x)?.into_memory() + curved.into_memory())
    }
}

/// The same in the plane: convolutions on the map, a picture of the sphere in plate carrée with its west
/// glued to its east.
#[derive(Module, Debug)]
pub(super) struct Planar {
    values: FromHarmonics,
    straight: EquivariantConv,
    there: EquivariantConv,
    back: EquivariantConv,
    harmonics: ToHarmonics,
    #[module(skip)]
    map: Domain,
}

impl Planar {
    pub(super) fn new(
        fields: &FieldType,
        width: usize,
        seed: u64,
        device: &Device,
    ) -> Result<Self> {
        let [rings, longitudes] = [2 * (DEGREE + 1), 4 * (DEGREE + 1)];
        let grid = Arc::new(SphereGrid::equiangular(rings, longitudes)?);
        let values = FromHarmonics::new(fields, grid)?;
        let harmonics = ToHarmonics::new(values.output_type(), DEGREE)?;
        let [outer, inner] =
            [3, width].map(|count| FieldType::parse(&format!("C1: {count} trivial")));
        let (outer, inner) = (outer?, inner?);
        let conv = |from, to, size, number, gain: f64| -> Result<EquivariantConv> {
            let config = EquivariantConvConfig::new(from, to, size).with_padding(size / 2);
            Ok(config
                .with_gain(gain)
                .with_seed(3 * seed + number)
                .init(device)?)
        };
        Ok(Self {
            straight: conv(&outer, &outer, 5, 0, SMALL)?,
            there: conv(&outer, &inner, 3, 1, 1.0)?,
            back: conv(&inner, &outer, 3, 2, SMALL)?,
            map: Atlas::cylinder(rings, longitudes)?.into(),
            values,
            harmonics,
        })
    }

    fn change(&self, x: Tensor<3>) -> schur_train::Result<Tensor<3>> {
        let x = Field::from_memory(x, Domain::Vector, self.values.input_type())?;
        let values = self.values.forward(x)?;
        let (sphere, of_sphere) = (values.domain().clone(), values.field_type().clone());
        let fields = self.straight.input_type();
        let x = Field::from_memory(values.into_memory(), self.map.clone(), fields)?;
        let squares = self.there.forward(x.clone())?;
        let squares = squares.map(self.back.input_type(), |x| x.square())?;
        let y = self
            .straight
            .forward(x)?
            .add(&self.back.forward(squares)?)?;
        let y = Field::from_memory(y.into_memory(), sphere, &of_sphere)?;
        Ok(self.harmonics.forward(y)?.into_memory())
    }
}

/// The same map of coefficients without a symmetry.
#[derive(Module, Debug)]
pub(super) struct Dense {
    straight: Param<Tensor<2>>,
    there: Param<Tensor<2>>,
    back: Param<Tensor<2>>,
}

impl Dense {
    pub(super) fn new(channels: usize, width: usize, seed: u64, device: &Device) -> Self {
        let mut random = Random::new(seed, 1);
        let mut matrix = |from: usize, to: usize, gain: f64| {
            // The variance of uniform numbers is a third.
            let scale = gain * (3.0 / from as f64).sqrt();
            let values = random
                .vector(from * to)
                .into_iter()
                .map(|v| (scale * v) as f32);
            let values = TensorData::new(values.collect::<Vec<f32>>(), [from, to]);
            Param::from_tensor(Tensor::from_data(values, device))
        };
        Self {
            straight: matrix(channels, channels, SMALL),
            there: matrix(channels, width, 1.0),
            back: matrix(width, channels, SMALL),
        }
    }

    fn change(&self, x: Tensor<3>) -> Tensor<3> {
        let times = |x: Tensor<3>, matrix: &Param<Tensor<2>>| x.matmul(matrix.val().unsqueeze());
        let squares = times(x.clone(), &self.there).square();
        times(x, &self.straight) + times(squares, &self.back)
    }
}
