//! Which images are turned, and by what.

use schur_data::{Moves, Strip};
use schur_math::{PointGroup, SpatialGroup};
use schur_nn::GridGroup;

use crate::error::{ErrorKind, Result, fail};
use crate::images::config::DataConfig;

/// By what training images are moved anew in every epoch: all rotations, or the elements of the group
/// of `augment_by`; of volumes in `space`.
pub(crate) fn moves(config: &DataConfig, space: bool) -> Result<Moves> {
    let Some(group) = &config.augment_by else {
        return Ok(config.strip.map_or(Moves::Rotations, Moves::Shifts));
    };
    let group = match space {
        true => group.in_space()?,
        false => group.clone(),
    };
    let flat = |m: [[f64; 2]; 2]| {
        let [[a, b], [c, d]] = m;
        [[a, b, 0.0], [c, d, 0.0], [0.0, 0.0, 1.0]]
    };
    let elements: Option<Vec<_>> = match &group {
        GridGroup::Plane(group) => group
            .elements()
            .map(|all| all.iter().map(|g| flat(g.matrix())).collect()),
        GridGroup::Space(_) if !space => {
            return fail(
                ErrorKind::Config,
                format!(
                    "data.augment_by: {group} moves volumes, and these are images; use C<n>, D<n>, SO(2) \
                     or O(2)"
                ),
            );
        }
        GridGroup::Space(group) => group
            .elements()
            .map(|all| all.iter().map(|g| g.matrix()).collect()),
    };
    match (elements, &group) {
        (Some(elements), _) => Ok(Moves::Elements(elements)),
        (None, GridGroup::Plane(plane)) if plane.has_mirrors() => Ok(Moves::Isometries),
        (None, GridGroup::Plane(_)) => Ok(Moves::Rotations),
        (None, GridGroup::Space(all)) if *all == SpatialGroup::so3() => Ok(Moves::Rotations),
        (None, GridGroup::Space(all)) if *all == SpatialGroup::o3() => Ok(Moves::Isometries),
        (None, _) => fail(
            ErrorKind::Config,
            format!(
                "data.augment_by: {group} is neither finite nor all of SO(3) or O(3); use one of those"
            ),
        ),
    }
}

/// What is turned: digits always, as the benchmark has them, but for training on upright ones;
/// images of one's own only where it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Poses {
    pub(crate) train: Training,
    pub(crate) validation_turned: bool,
    pub(crate) test_turned: bool,
    /// The strip that images are shifted along instead of turned.
    pub(crate) strip: Option<Strip>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Training {
    Upright,
    /// Each by one angle, or by one shift.
    Turned,
    /// Anew in every epoch.
    Anew,
}

impl Poses {
    /// The poses of digits, or of images of one's `own`.
    pub(crate) fn of(config: &DataConfig, own: bool) -> Self {
        let strip = config.strip.is_some();
        let test_turned = !own || config.rotated || config.upright || strip;
        let centred = strip && !config.shifted;
        let upright = config.upright || centred || !test_turned;
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
            strip: config.strip,
        }
    }
}

impl Training {
    /// For the description of digits on a strip.
    pub(crate) fn words_on_strip(self) -> &'static str {
        match self {
            Self::Upright => "centred",
            Self::Turned => "each shifted along the strip",
            Self::Anew => "shifted along the strip anew in every epoch",
        }
    }

    /// For the description of digits on a sphere.
    pub(crate) fn words_on_sphere(self, chunk: Option<usize>) -> String {
        let shared = match chunk {
            Some(chunk) if chunk > 1 => format!(", {chunk} in a row by one rotation"),
            _ => String::new(),
        };
        match self {
            Self::Upright => "upright at the south pole".to_string(),
            Self::Turned => format!("rotated with the sphere{shared}"),
            Self::Anew => format!("rotated with the sphere anew in every epoch{shared}"),
        }
    }

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
    use schur_data::Moves;

    use super::{Poses, Training, moves};
    use crate::images::config::DataConfig;

    /// As texts in a config, which they are again when it is written.
    #[test]
    fn images_are_moved_by_groups_of_their_dimension() {
        let by = |group: &str| -> DataConfig {
            toml::from_str(&format!("augment = true\naugment_by = \"{group}\"")).unwrap()
        };
        let count = |group, space| match moves(&by(group), space).unwrap() {
            Moves::Elements(elements) => elements.len(),
            _ => 0,
        };
        assert_eq!(
            (count("D4", false), count("D4", true), count("Oh", true)),
            (8, 8, 48)
        );
        let all = |group, space| moves(&by(group), space).unwrap();
        assert!(matches!(all("SO(2)", false), Moves::Rotations));
        assert!(matches!(all("O(2)@30", false), Moves::Isometries));
        assert!(matches!(all("O(3)", true), Moves::Isometries));
        assert!(
            moves(&by("Oh"), false)
                .unwrap_err()
                .to_string()
                .contains("Oh moves volumes")
        );
        assert!(
            moves(&by("cone"), true)
                .unwrap_err()
                .to_string()
                .contains("cone is neither")
        );
        let kept = toml::to_string(&by("O(2)@30")).unwrap();
        assert!(kept.contains("augment_by = \"O(2)@30\""), "{kept}");
        assert!(toml::from_str::<DataConfig>("augment_by = \"E5\"").is_err());
    }

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
