//! Field types as text: one grammar, that in which they print.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{FieldType, Fields};
use crate::NnError;
use crate::group::AnyGroup;

impl FieldType {
    /// A field type from its description, the form in which it prints:
    /// `GROUP: COUNT REPRESENTATION + …`, such as `D8: 8 regular + 4 quotient(C2) + 2 E1`.
    ///
    /// The group is as in [`AnyGroup::parse`], the rest as in [`Fields`].
    ///
    /// ```
    /// use schur_nn::FieldType;
    ///
    /// let text = "SO(2): 4 trivial + 2 irrep(E1)";
    /// let fields = FieldType::parse(text)?;
    /// assert_eq!(fields.channels(), 8);
    /// assert_eq!(FieldType::parse(&fields.to_string())?, fields);
    /// let volumes = FieldType::parse("Oh: 2 regular + 4 trivial + irrep(T1u)")?;
    /// assert_eq!(volumes.channels(), 2 * 48 + 4 + 3);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the text has another form, or group or representation are unknown; the message
    /// quotes the part.
    pub fn parse(text: &str) -> Result<Self, NnError> {
        let (group, blocks) = text.split_once(':').ok_or_else(|| NnError::FieldTypeText {
            part: text.to_string(),
            problem: "there is no colon between the group and the fields".to_string(),
        })?;
        Self::parse_blocks(AnyGroup::parse(group)?, blocks)
    }

    /// A field type of a given group from the description of its blocks,
    /// `8 regular + 4 quotient(C2) + E1`, which [`Fields`] explains.
    ///
    /// # Errors
    ///
    /// If the text has another form, or the group has no such representation; the message quotes
    /// the part.
    pub fn parse_blocks(group: impl Into<AnyGroup>, text: &str) -> Result<Self, NnError> {
        text.parse::<Fields>()?.of(group)
    }
}

impl FromStr for FieldType {
    type Err = NnError;

    fn from_str(text: &str) -> Result<Self, NnError> {
        Self::parse(text)
    }
}

/// The text in which it prints.
impl Serialize for FieldType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From a text that [`FieldType::parse`] understands.
impl<'de> Deserialize<'de> for FieldType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
