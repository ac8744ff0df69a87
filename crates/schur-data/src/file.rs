//! Files of bounded size.

use std::fs;
use std::path::Path;

use crate::DataError;

/// The bytes of a file, of which there may be so many.
pub(crate) fn load(path: &Path, limit: u64) -> Result<Vec<u8>, DataError> {
    let read = |source| DataError::Read {
        file: path.display().to_string(),
        source,
    };
    let size = fs::metadata(path).map_err(read)?.len();
    if size > limit {
        return Err(DataError::TooLarge {
            file: path.display().to_string(),
            size,
            limit,
        });
    }
    fs::read(path).map_err(read)
}
