//! The activations that can be fused into a norm.

use crate::Scalar;

/// A function applied to every entry after normalisation.
///
/// Whether a field type admits it (permutation representations do) is the caller's to know.
///
/// ```
/// use schur_engine::Activation;
/// assert_eq!(Activation::Relu.value(-2.0), 0.0);
/// assert_eq!(Activation::Elu.value(0.5), 0.5);
/// assert_eq!(Activation::Relu.slope(0.0), 0.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Activation {
    /// z.
    Identity,
    /// max(z, 0).
    Relu,
    /// z if z > 0, else exp(z) - 1.
    Elu,
}

impl Activation {
    /// The value at `z`.
    #[must_use]
    pub fn value<T: Scalar>(self, z: T) -> T {
        match self {
            Self::Identity => Identity.value(z),
            Self::Relu => Relu.value(z),
            Self::Elu => Elu.value(z),
        }
    }

    /// The derivative at `z`; 0 for ReLU at 0.
    #[must_use]
    pub fn slope<T: Scalar>(self, z: T) -> T {
        match self {
            Self::Identity => Identity.slope(z),
            Self::Relu => Relu.slope(z),
            Self::Elu => Elu.slope(z),
        }
    }
}

/// An activation as a type, so that the inner loops are compiled once for each.
pub(crate) trait Function: Copy + Send + Sync {
    fn value<T: Scalar>(self, z: T) -> T;
    fn slope<T: Scalar>(self, z: T) -> T;
}

#[derive(Clone, Copy)]
pub(crate) struct Identity;

impl Function for Identity {
    #[inline(always)]
    fn value<T: Scalar>(self, z: T) -> T {
        z
    }

    #[inline(always)]
    fn slope<T: Scalar>(self, _: T) -> T {
        T::ONE
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Relu;

impl Function for Relu {
    // A NaN stays a NaN: it must not be hidden.
    #[inline(always)]
    fn value<T: Scalar>(self, z: T) -> T {
        if z < T::ZERO { T::ZERO } else { z }
    }

    #[inline(always)]
    fn slope<T: Scalar>(self, z: T) -> T {
        if z > T::ZERO { T::ONE } else { T::ZERO }
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Elu;

impl Function for Elu {
    #[inline(always)]
    fn value<T: Scalar>(self, z: T) -> T {
        z.elu()
    }

    #[inline(always)]
    fn slope<T: Scalar>(self, z: T) -> T {
        if z > T::ZERO {
            T::ONE
        } else {
            z.elu() + T::ONE
        }
    }
}
