//! Groups from their names, and in files as their names.

use std::str::FromStr;

use crate::compact::{CompactGroup, SpinRotations};
use crate::error::MathError;
use crate::group::Group;
use crate::point_group::SpatialGroup;

macro_rules! by_name {
    ($($group:ident),*) => {$(
        #[doc = concat!("From a name that [`", stringify!($group), "::parse`] understands.")]
        impl FromStr for $group {
            type Err = MathError;

            fn from_str(name: &str) -> Result<Self, MathError> {
                Self::parse(name)
            }
        }

        /// As its name. A group that its name does not give back, such as one from a table, has no
        /// text.
        #[cfg(feature = "serde")]
        impl serde::Serialize for $group {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let name = self.to_string();
                if Self::parse(&name).is_ok_and(|named| named == *self) {
                    return serializer.serialize_str(&name);
                }
                Err(serde::ser::Error::custom(format!(
                    "the group {name} is not given by its name; write down what it was made of"
                )))
            }
        }

        #[doc = concat!("From a name that [`", stringify!($group), "::parse`] understands.")]
        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $group {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&name).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

by_name!(Group, SpatialGroup, CompactGroup, SpinRotations);
