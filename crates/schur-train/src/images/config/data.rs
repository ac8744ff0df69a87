//! The section `[data]`.

use std::path::PathBuf;

use schur_data::{Normalisation, Quantities, Strip, TargetFolder};
use schur_nn::GridGroup;
use serde::{Deserialize, Serialize};

use crate::error::{ErrorKind, Result, TrainError, fail, in_range, real_in_range};

/// Least and largest side of a voxel in millimetres: from microscopes to maps.
const SPACINGS: [f64; 2] = crate::tolerance::SPACINGS;

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
    /// Directory with IDX files, with images or volumes in one folder per class, with folders
    /// `images` and `masks`, or with a table `targets.csv`; or an archive of NumPy arrays. Without it the
    /// embedded digits are used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory: Option<PathBuf>,
    /// The table of numbers and vectors to be found, if it is not `targets.csv` in the directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub targets: Option<PathBuf>,
    /// Train and validate on upright images, test on rotated ones.
    pub upright: bool,
    /// Digits lie on this strip, whose columns go around: test digits are each shifted along it at
    /// random and not rotated, training digits are centred. All but the test and validation digits are
    /// trained on, 12,000 of MNIST.
    #[serde(skip_serializing_if = "Option::is_none", with = "strip")]
    pub strip: Option<Strip>,
    /// Shift training and validation digits along the strip too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub shifted: bool,
    /// Digits lie on a sphere of this bandwidth `b`, 30 in the published protocol: `2b` rings of `2b`
    /// places, onto which they are projected; test digits are each turned with it at random.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sphere: Option<usize>,
    /// So many digits on the sphere in a row share one random rotation, 500 in the published
    /// protocol; by default each has its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunk: Option<usize>,
    /// Rotate images of one's own as digits are.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub rotated: bool,
    /// Rotate every training image anew in every epoch; volumes in space.
    pub augment: bool,
    /// The group whose elements images are moved by then, for example `Oh` for the 48 symmetries of the
    /// cube; by default all rotations, of the plane or of space.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub augment_by: Option<GridGroup>,
    /// Side of the images in pixels, if other than the digits have: they are padded. Of scenes
    /// their side. Images of one's own are resized to it, volumes to cubes of this side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<usize>,
    /// Side in millimetres of the cubes that are the voxels of volumes: they are resampled. With
    /// `size` too they are then cut or filled to that size instead of resized.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spacing: Option<f64>,
    /// Depth, rows and columns of volumes, as the run found them; nothing for images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume: Option<[usize; 3]>,
    /// Channels of images of one's own: 1 makes them grey, 3 colour; by default as the files are. Of
    /// volumes as the run found them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<usize>,
    /// Names of the classes of images of one's own, as the run found them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// Names of the columns of the table to be learnt, if not all; the run keeps them as `numbers` and
    /// `vectors`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Names of the numbers to be found, as the run found them in its table.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<String>,
    /// Names of the vectors to be found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vectors: Vec<String>,
    /// Means of the numbers, by which they are standardised; by default those of the training images.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub target_mean: Vec<f64>,
    /// Deviations of the numbers, and of every vector the root of the mean square of its components.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub target_scale: Vec<f64>,
    /// Mean and deviation by which their channels are normalised, as shares of the full range, of
    /// volumes in the units of their numbers; by default those of the training images.
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
            targets: None,
            upright: false,
            strip: None,
            shifted: false,
            sphere: None,
            chunk: None,
            rotated: false,
            augment: false,
            augment_by: None,
            size: None,
            spacing: None,
            volume: None,
            channels: None,
            classes: Vec::new(),
            columns: Vec::new(),
            numbers: Vec::new(),
            vectors: Vec::new(),
            target_mean: Vec::new(),
            target_scale: Vec::new(),
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
    /// Whether a run on images of one's own has found its classes or targets.
    pub fn is_own(&self) -> bool {
        [&self.classes, &self.numbers, &self.vectors]
            .iter()
            .any(|names| !names.is_empty())
    }

    /// The numbers and vectors of the config with their standard, if it has some, or why they make no
    /// sense.
    pub fn quantities(&self) -> Option<Result<Quantities>> {
        if self.numbers.is_empty() && self.vectors.is_empty() {
            return None;
        }
        let axes = if self.volume.is_some() { 3 } else { 2 };
        let asked = Quantities::new(self.numbers.clone(), self.vectors.clone(), axes);
        let standard = (self.target_mean.clone(), self.target_scale.clone());
        let asked = asked.and_then(|asked| asked.with_standard(standard.0, standard.1));
        Some(asked.map_err(TrainError::from))
    }

    /// These data found elsewhere: in another `directory`, with another `table` of targets. A directory
    /// with a table of its own needs none.
    #[must_use]
    pub fn moved_to(mut self, directory: Option<PathBuf>, table: Option<PathBuf>) -> Self {
        let has_own = directory.as_ref().is_some_and(TargetFolder::is_one);
        if has_own || table.is_some() {
            self.targets = table;
        }
        self.directory = directory.or(self.directory);
        self
    }

    /// The normalisation of the config, if it has one, or why it makes no sense.
    pub fn normalisation(&self) -> Option<Result<Normalisation>> {
        if self.mean.is_empty() && self.deviation.is_empty() {
            return None;
        }
        let given = Normalisation::new(self.mean.clone(), self.deviation.clone());
        let given = given.map_err(TrainError::from);
        Some(given.map(|given| match self.volume {
            Some(_) => given.in_units(),
            None => given,
        }))
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
        if let Some(spacing) = self.spacing {
            real_in_range("data.spacing", spacing, SPACINGS[0], SPACINGS[1])?;
        }
        if self.shifted && self.strip.is_none() {
            return fail(
                ErrorKind::Config,
                "data.shifted: images are shifted along a strip only; use --task moebius (data.strip = \"moebius\")",
            );
        }
        let turned = [
            ("upright", self.upright),
            ("rotated", self.rotated),
            ("augment_by", self.augment_by.is_some()),
            ("oversample", self.oversample > 1),
        ];
        if let (Some(_), Some((entry, _))) = (self.strip, turned.iter().find(|(_, set)| *set)) {
            return fail(
                ErrorKind::Config,
                format!(
                    "data.{entry}: digits on a strip are shifted and not rotated; remove this entry \
                     or data.strip"
                ),
            );
        }
        if self.sphere.is_some() && self.rotated {
            return fail(
                ErrorKind::Config,
                "data.rotated: digits on a sphere are turned with it, if upright is not set; remove this entry",
            );
        }
        if self.chunk == Some(0) {
            return fail(
                ErrorKind::Config,
                "data.chunk: 0 digits share no rotation; use 1 or more, or remove the entry for a rotation each",
            );
        }
        if self.augment_by.is_some() && !self.augment {
            return fail(
                ErrorKind::Config,
                "data.augment_by: without `augment` nothing is moved; set augment = true",
            );
        }
        if let Some(channels) = self.channels
            && self.volume.is_none()
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
        if let Some(asked) = self.quantities() {
            asked?;
            if !self.columns.is_empty() {
                let text = "data.columns: data.numbers and data.vectors name the columns already; remove one \
                            or the other";
                return fail(ErrorKind::Config, text);
            }
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

/// A strip by its name.
mod strip {
    use schur_data::Strip;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Name {
        Cylinder,
        Moebius,
    }

    #[expect(clippy::ref_option, reason = "serde asks for it")]
    pub(super) fn serialize<S: Serializer>(
        strip: &Option<Strip>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let name = strip.map(|strip| match strip {
            Strip::Cylinder => Name::Cylinder,
            Strip::Moebius => Name::Moebius,
        });
        name.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Strip>, D::Error> {
        let name = Option::<Name>::deserialize(deserializer)?;
        Ok(name.map(|name| match name {
            Name::Cylinder => Strip::Cylinder,
            Name::Moebius => Strip::Moebius,
        }))
    }
}
