//! The section `[data]`.

use std::path::PathBuf;

use schur_data::Normalisation;
use serde::{Deserialize, Serialize};

use crate::error::{ErrorKind, Result, TrainError, fail, in_range};

/// Which images are used, and how: the section `[data]` of a config file.
///
/// ```
/// use schur_train::images::DataConfig;
///
/// let config = DataConfig { size: Some(64), augment: true, ..DataConfig::default() };
/// config.validate()?;
/// assert!(DataConfig { max_test: Some(0), ..config }.validate().is_err());
/// # Ok::<(), schur_train::TrainError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DataConfig {
    /// Directory with IDX files, or with images in one folder per class; without it the embedded
    /// digits are used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory: Option<PathBuf>,
    /// Train and validate on upright images, test on rotated ones.
    pub upright: bool,
    /// Rotate images of one's own as digits are.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub rotated: bool,
    /// Rotate every training image anew in every epoch.
    pub augment: bool,
    /// Side of the images in pixels, if other than the digits have: they are padded. Of scenes
    /// their side. Images of one's own are resized to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<usize>,
    /// Channels of images of one's own: 1 makes them grey, 3 colour; by default as the files are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<usize>,
    /// Names of the classes of images of one's own, as the run found them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// Mean and deviation by which their channels are normalised, as shares of the full range; by
    /// default those of the training images.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mean: Vec<f64>,
    /// Deviation of the channels, beside [`mean`](Self::mean).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deviation: Vec<f64>,
    /// Factor by which training images are enlarged before they are turned and reduced after.
    #[serde(skip_serializing_if = "is_one")]
    pub oversample: usize,
    /// Use only so many images for training.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_train: Option<usize>,
    /// Use only so many images for validation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_validation: Option<usize>,
    /// Use only so many images for testing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_test: Option<usize>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_one(value: &usize) -> bool {
    *value == 1
}

impl Default for DataConfig {
    fn default() -> Self {
        Self {
            directory: None,
            upright: false,
            rotated: false,
            augment: false,
            size: None,
            channels: None,
            classes: Vec::new(),
            mean: Vec::new(),
            deviation: Vec::new(),
            oversample: 1,
            max_train: None,
            max_validation: None,
            max_test: None,
        }
    }
}

impl DataConfig {
    /// Whether a run on images of one's own has found its classes.
    pub fn is_own(&self) -> bool {
        !self.classes.is_empty()
    }

    /// The normalisation of the config, if it has one, or why it makes no sense.
    pub fn normalisation(&self) -> Option<Result<Normalisation>> {
        if self.mean.is_empty() && self.deviation.is_empty() {
            return None;
        }
        let given = Normalisation::new(self.mean.clone(), self.deviation.clone());
        Some(given.map_err(TrainError::from))
    }

    /// Checks every entry; the message names it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`].
    pub fn validate(&self) -> Result<()> {
        in_range(
            "data.oversample",
            self.oversample,
            1,
            schur_data::MAX_OVERSAMPLING,
        )?;
        if let Some(size) = self.size {
            in_range("data.size", size, 1, schur_data::MAX_SCENE)?;
        }
        if let Some(channels) = self.channels
            && ![1, 3].contains(&channels)
        {
            return fail(
                ErrorKind::Config,
                format!("data.channels: {channels} is neither grey nor colour; use 1 or 3"),
            );
        }
        if let Some(given) = self.normalisation() {
            given?;
        }
        for (at, limit) in [
            ("data.max_train", self.max_train),
            ("data.max_validation", self.max_validation),
            ("data.max_test", self.max_test),
        ] {
            match limit {
                Some(0) => {
                    let text = format!("{at}: 0 leaves no image; use at least 1");
                    return fail(ErrorKind::Config, text);
                }
                Some(limit) => in_range(at, limit, 1, u32::MAX as usize)?,
                None => {}
            }
        }
        Ok(())
    }
}
