//! Pictures with numbers and vectors to be found.

use super::Pictures;
use crate::{DataError, Targets};

impl Pictures {
    /// These pictures with numbers and vectors of each, as [`Targets`] shows.
    ///
    /// # Errors
    ///
    /// [`DataError::Targets`] unless there is one row per picture, and of pictures on a sphere.
    pub fn with_targets(mut self, targets: Targets) -> Result<Self, DataError> {
        let problem = match self.globe {
            Some(_) => "pictures on a sphere have none; use plain images".to_string(),
            None if targets.len() != self.len() => format!(
                "{} rows for {} pictures; give one row per picture",
                targets.len(),
                self.len()
            ),
            None => {
                self.targets = Some(targets);
                return Ok(self);
            }
        };
        Err(DataError::Targets { problem })
    }

    /// Numbers and vectors of the pictures, if they have some.
    pub fn targets(&self) -> Option<&Targets> {
        self.targets.as_ref()
    }
}
