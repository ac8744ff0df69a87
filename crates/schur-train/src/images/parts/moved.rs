//! Validation and test images as they are moved: turned, or shifted along a strip.

use schur_data::{Dataset, Globe, Moves, Pictures, Scenes, Stream, TEST_ROTATION_SEED};

use crate::error::Result;
use crate::images::config::DataConfig;
use crate::images::set::Images;

/// Turned, or shifted along a strip, or as they are, or in scenes of a side.
pub(super) fn test_images(
    pictures: &Pictures,
    scenes: Option<usize>,
    moves: Option<&Moves>,
) -> Result<Images> {
    let seed = TEST_ROTATION_SEED;
    Ok(match (scenes, moves) {
        (Some(side), _) => Images::scenes(Scenes::new(pictures, side, seed, Stream::Test)?)?,
        (_, Some(moves)) => turned(pictures, seed, Stream::Test, moves)?,
        (_, None) => Images::new(Dataset::upright(pictures)),
    })
}

/// Each shifted along a strip, if the moves are shifts; otherwise rotated, by whatever the training
/// images are moved.
pub(super) fn turned(
    pictures: &Pictures,
    seed: u64,
    stream: Stream,
    moves: &Moves,
) -> Result<Images> {
    Ok(Images::new(match moves {
        Moves::Shifts(_) => Dataset::moved(pictures, seed, stream, moves)?,
        _ => Dataset::rotated(pictures, seed, stream),
    }))
}

/// Digits on the sphere that the config has them on, if it does.
pub(super) fn on_sphere(digits: Pictures, config: &DataConfig) -> Result<Pictures> {
    let Some(bandwidth) = config.sphere else {
        return Ok(digits);
    };
    let globe = Globe::new(bandwidth)?.with_chunks(config.chunk.unwrap_or(1));
    Ok(digits.on_globe(globe)?)
}
