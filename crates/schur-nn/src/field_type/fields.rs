//! Fields by name, before the group is known.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use schur_math::{MathError, RepresentationText};

use super::FieldType;
use crate::NnError;
use crate::group::{AnyGroup, AnyRepresentation};

/// How many fields of which representation, by name: the part of a [`FieldType`] behind the
/// group. In a config file `10` stands for ten regular fields, a text such as
/// `8 regular + 4 quotient(C2) + E1` for others, in the grammar of [`RepresentationText`]: every term
/// gives fields of its own, `2 (trivial + E1)` two fields of three channels. What the names mean is
/// decided when the group is known, by [`AnyGroup::representation`].
///
/// ```
/// use schur_nn::network::Fields;
///
/// let fields: Fields = "8 regular + 2 E1".parse()?;
/// assert_eq!(fields.to_string(), "8 regular + 2 E1");
/// assert_eq!(Fields::regular(10).to_string(), "10 regular");
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    parts: Vec<(usize, String)>,
}

const REGULAR: &str = "regular";

impl Fields {
    /// Regular fields only.
    pub fn regular(count: usize) -> Self {
        Self::new([(count, REGULAR)])
    }

    /// Numbers of fields with the names of their representations, in channel order.
    pub fn new<'a>(parts: impl IntoIterator<Item = (usize, &'a str)>) -> Self {
        let parts = parts.into_iter();
        Self {
            parts: parts.map(|(n, name)| (n, name.to_string())).collect(),
        }
    }

    /// The field type of a group whose representations have these names.
    ///
    /// ```
    /// use schur_math::PlanarGroup;
    /// use schur_nn::network::Fields;
    ///
    /// let fields = Fields::regular(2).of(&PlanarGroup::parse("C4")?)?;
    /// assert_eq!(fields.to_string(), "C4: 2 regular");
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the group has no representation of such a name, or there are no fields.
    pub fn of(&self, group: impl Into<AnyGroup>) -> Result<FieldType, NnError> {
        Known::default().fields(self, &group.into())
    }

    /// How many of which representation.
    pub fn parts(&self) -> impl ExactSizeIterator<Item = (usize, &str)> {
        self.parts.iter().map(|(n, name)| (*n, name.as_str()))
    }

    /// The number of fields of all kinds.
    pub fn count(&self) -> usize {
        self.parts.iter().map(|(n, _)| n).sum()
    }

    /// The largest number of fields of one kind.
    pub(crate) fn widest(&self) -> usize {
        self.parts.iter().map(|(n, _)| *n).max().unwrap_or(0)
    }

    /// All numbers times a factor, rounded, and none below 1 or above `most`.
    pub(crate) fn scaled(&self, factor: f64, most: usize) -> Self {
        let mut scaled = self.clone();
        for (count, _) in &mut scaled.parts {
            *count = ((*count as f64 * factor).round() as usize).clamp(1, most);
        }
        scaled
    }

    /// One more field of a part.
    pub(crate) fn widened(&self, part: usize) -> Self {
        let mut wider = self.clone();
        wider.parts[part].0 += 1;
        wider
    }
}

/// Representations that were asked for by name before: to find one takes longer than all else that
/// a description of a network asks for.
#[derive(Debug, Default)]
pub(crate) struct Known(Vec<(AnyGroup, String, AnyRepresentation)>);

impl Known {
    /// What [`Fields::of`] gives.
    pub(crate) fn fields(
        &mut self,
        fields: &Fields,
        group: &AnyGroup,
    ) -> Result<FieldType, NnError> {
        let mut block = |(count, name): (usize, &str)| {
            let mut known = self.0.iter();
            if let Some((.., rho)) = known.find(|(of, by, _)| by == name && of == group) {
                return Ok((rho.clone(), count));
            }
            let rho = group.representation(name)?;
            self.0.push((group.clone(), name.to_string(), rho.clone()));
            Ok((rho, count))
        };
        let blocks: Result<Vec<_>, NnError> = fields.parts().map(&mut block).collect();
        FieldType::new(group, blocks?)
    }
}

impl From<usize> for Fields {
    fn from(count: usize) -> Self {
        Self::regular(count)
    }
}

impl FromStr for Fields {
    type Err = NnError;

    fn from_str(text: &str) -> Result<Self, NnError> {
        let text = RepresentationText::from_str(text).map_err(|error| match error {
            MathError::RepresentationText { text, problem } => NnError::FieldTypeText {
                part: text,
                problem,
            },
            error => error.into(),
        })?;
        let parts = text.terms().iter();
        Ok(Self {
            parts: parts.map(|(n, term)| (*n, term.to_string())).collect(),
        })
    }
}

impl fmt::Display for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (count, name)) in self.parts.iter().enumerate() {
            let plus = if i > 0 { " + " } else { "" };
            write!(f, "{plus}{count} {name}")?;
        }
        Ok(())
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.parts.as_slice() {
            [(count, name)] if name == REGULAR => serializer.serialize_u64(*count as u64),
            _ => serializer.serialize_str(&self.to_string()),
        }
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of regular fields or a text such as `8 regular + 4 trivial`")
            }

            fn visit_u64<E: de::Error>(self, count: u64) -> Result<Fields, E> {
                usize::try_from(count)
                    .map(Fields::regular)
                    .map_err(E::custom)
            }

            fn visit_i64<E: de::Error>(self, count: i64) -> Result<Fields, E> {
                usize::try_from(count)
                    .map(Fields::regular)
                    .map_err(E::custom)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Fields, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
