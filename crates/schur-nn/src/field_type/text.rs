//! Field types from their description.

use schur_math::{PlanarGroup, PlanarRepresentation};

use super::FieldType;
use crate::NnError;

impl FieldType {
    /// A field type from its description, the form in which it prints:
    /// `GROUP: COUNT REPRESENTATION + …`, such as `D8: 8 regular + 4 quotient(C2) + 2 E1`.
    ///
    /// The group is as in [`PlanarGroup::parse`], the rest as in
    /// [`parse_blocks`](Self::parse_blocks).
    ///
    /// ```
    /// use schur_nn::FieldType;
    ///
    /// let text = "SO(2): 4 trivial + 2 irrep(E1)";
    /// let fields = FieldType::parse(text)?;
    /// assert_eq!(fields.channels(), 8);
    /// assert_eq!(FieldType::parse(&fields.to_string())?, fields);
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
        Self::parse_blocks(&PlanarGroup::parse(group.trim())?, blocks)
    }

    /// A field type of a given group from the description of its blocks,
    /// `8 regular + 4 quotient(C2) + E1`. A count of one may be left out. Representations are
    /// as in [`PlanarRepresentation::parse`].
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn parse_blocks(group: &PlanarGroup, text: &str) -> Result<Self, NnError> {
        let blocks: Result<Vec<_>, NnError> = text
            .split('+')
            .map(|part| parse_block(group, part.trim()))
            .collect();
        Self::new(group, blocks?)
    }
}

fn parse_block(group: &PlanarGroup, part: &str) -> Result<(PlanarRepresentation, usize), NnError> {
    let problem = |problem: &str| NnError::FieldTypeText {
        part: part.to_string(),
        problem: problem.to_string(),
    };
    if part.is_empty() {
        return Err(problem("a block of fields is empty"));
    }
    let digits = part.bytes().take_while(u8::is_ascii_digit).count();
    let (count, name) = part.split_at(digits);
    let count = if count.is_empty() {
        1
    } else {
        count
            .parse()
            .map_err(|_| problem("the number of fields is too large"))?
    };
    Ok((PlanarRepresentation::parse(group, name.trim())?, count))
}
