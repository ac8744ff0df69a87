//! Which images are turned.

use crate::images::config::DataConfig;

/// What is turned: digits always, as the benchmark has them, but for training on upright ones;
/// images of one's own only where it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Poses {
    pub(crate) train: Training,
    pub(crate) validation_turned: bool,
    pub(crate) test_turned: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Training {
    Upright,
    /// Each by one angle.
    Turned,
    /// Anew in every epoch.
    Anew,
}

impl Poses {
    /// The poses of digits, or of images of one's `own`.
    pub(crate) fn of(config: &DataConfig, own: bool) -> Self {
        let test_turned = !own || config.rotated || config.upright;
        let upright = config.upright || !test_turned;
        let train = match (config.augment, upright) {
            (true, _) => Training::Anew,
            (false, true) => Training::Upright,
            (false, false) => Training::Turned,
        };
        Self {
            train,
            // As what is trained, unless that is augmented: then as what is tested.
            validation_turned: match train {
                Training::Anew => test_turned,
                other => other == Training::Turned,
            },
            test_turned,
        }
    }
}

impl Training {
    /// For the description of the data. Of images of one's `own` nobody knows how they stand.
    pub(crate) fn words(self, own: bool) -> &'static str {
        match self {
            Self::Upright if own => "as they are",
            Self::Upright => "upright",
            Self::Turned => "rotated, each by one angle",
            Self::Anew => "rotated anew in every epoch",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Poses, Training};
    use crate::images::config::DataConfig;

    /// (rotated, upright, augment) to (training, validation turned, test turned).
    #[test]
    fn digits_are_turned_and_own_images_are_not_unless_asked_for() {
        use Training::{Anew, Turned, Upright};
        let poses = |own, [rotated, upright, augment]: [bool; 3]| {
            let config = DataConfig {
                rotated,
                upright,
                augment,
                ..DataConfig::default()
            };
            let poses = Poses::of(&config, own);
            (poses.train, poses.validation_turned, poses.test_turned)
        };
        let (y, n) = (true, false);
        assert_eq!(poses(n, [n, n, n]), (Turned, y, y));
        assert_eq!(poses(n, [n, y, n]), (Upright, n, y));
        assert_eq!(poses(n, [n, n, y]), (Anew, y, y));
        assert_eq!(poses(n, [n, y, y]), (Anew, y, y));
        assert_eq!(poses(y, [n, n, n]), (Upright, n, n));
        assert_eq!(poses(y, [n, n, y]), (Anew, n, n));
        assert_eq!(poses(y, [y, n, n]), (Turned, y, y));
        assert_eq!(poses(y, [y, n, y]), (Anew, y, y));
        assert_eq!(poses(y, [n, y, n]), (Upright, n, y));
        assert_eq!(poses(y, [y, y, y]), (Anew, y, y));
    }
}
