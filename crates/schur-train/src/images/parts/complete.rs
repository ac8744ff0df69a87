//! What a run learns of its data: how many images of what, what its config has to say of them, and
//! by what they are known again.

use schur_data::Targets;
use sha2::{Digest, Sha256};

use super::Parts;
use super::own::{FarRow, PARTS};
use crate::error::{ErrorKind, Result, fail};
use crate::images::answers::check_group;
use crate::images::config::Config;
use crate::images::task::Task;

impl Parts {
    /// How many images of every class are in each part: training, validation, test. With masks the
    /// images in which a pixel has the class; nothing where there are no classes.
    pub fn counts(&self) -> Vec<[usize; 3]> {
        let mut counts = vec![[0; 3]; self.classes.len()];
        if counts.is_empty() {
            return counts;
        }
        if self.masked() {
            let places: usize = self.sizes().iter().product();
            let parts = [
                self.train.masks(),
                self.validation.masks(),
                self.test.masks(),
            ];
            for (part, masks) in parts.into_iter().enumerate() {
                for mask in masks.chunks(places) {
                    for (class, counts) in counts.iter_mut().enumerate() {
                        let shown = mask.iter().any(|&c| usize::from(c) == class);
                        counts[part] += usize::from(shown);
                    }
                }
            }
            return counts;
        }
        let parts = [
            self.train.labels(),
            self.validation.labels(),
            self.test.labels(),
        ];
        for (part, labels) in parts.into_iter().enumerate() {
            for label in labels {
                counts[usize::from(*label)][part] += 1;
            }
        }
        counts
    }

    /// The config with what images of one's own decide: classes or targets, channels, size, normalisation; and
    /// with as many classes as other data have.
    ///
    /// # Errors
    ///
    /// If the config asks for other channels than the images have, or has a group of space and these are
    /// images, or of the plane and these are volumes.
    pub fn complete(&self, mut config: Config) -> Result<Config> {
        check_group(&config.network.group, config.network.domain, self.sizes())?;
        if !self.own() {
            // Ten by default; data sets like MNIST may have more. Other numbers are meant as they are.
            if self.task == Task::Classification
                && config.network.classes == usize::from(schur_data::CLASSES)
            {
                let classes = self.classes.len();
                config.network = config
                    .network
                    .answering(|network| network.classes = classes);
            }
            return Ok(config);
        }
        let (channels, network) = (self.channels(), &mut config.network);
        if ![1, channels].contains(&network.channels) {
            return fail(
                ErrorKind::Data,
                format!(
                    "network.channels: {}, but the images have {channels}; remove the entry, or set \
                 data.channels",
                    network.channels
                ),
            );
        }
        network.channels = channels;
        let asked = self.targets().map(Targets::quantities);
        let classes = self.classes().len();
        config.network = config.network.answering(|network| match asked {
            Some(asked) => {
                (network.scalars, network.vectors) = (asked.numbers().len(), asked.vectors().len());
            }
            None => network.classes = classes,
        });
        if let Some(asked) = asked {
            let data = &mut config.data;
            // From now on these name the columns.
            data.columns.clear();
            (data.numbers, data.vectors) = (asked.numbers().to_vec(), asked.vectors().to_vec());
            (data.target_mean, data.target_scale) = (asked.mean().to_vec(), asked.scale().to_vec());
        }
        match self.sizes() {
            [1, height, _] => config.data.size = Some(height),
            sizes => {
                config.data.volume = Some(sizes);
                config.network.group = config.network.group.in_space()?;
            }
        }
        config.data.rotated |= self.task == Task::Pose;
        config.data.channels = Some(channels);
        config.data.classes = self.classes().to_vec();
        config.data.mean = self.normalisation().mean().to_vec();
        config.data.deviation = self.normalisation().deviation().to_vec();
        Ok(config)
    }

    /// Refuses targets of which the loss of their part, a mean of squares, is no number in 32 bits,
    /// whatever the network finds.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`] with file and line of the row that lies farthest out.
    pub(crate) fn check_targets(&self) -> Result<()> {
        for (part, targets) in PARTS.into_iter().zip(self.all_targets()) {
            let Some(targets) = targets else { continue };
            let rows = (0..targets.len()).flat_map(|i| targets.standardised(i));
            if rows.map(|v| v * v).sum::<f64>() <= f64::from(f32::MAX) {
                continue;
            }
            let far = self.far_out().iter().filter(|row| row.part == part);
            let far = far.max_by(|a, b| a.deviations.total_cmp(&b.deviations));
            let place = far.map_or(format!("the targets for {part}"), FarRow::to_string);
            let text = format!(
                "{place}; so far out the mean square of the errors is no number in 32 bits: correct the \
                 cell, or remove the row and its file"
            );
            return fail(ErrorKind::Data, text);
        }
        Ok(())
    }

    /// SHA-256 over all pixels, labels and targets: a run is continued on the data that it began with.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for digits in [&self.train, &self.test] {
            hash.update(digits.pixels());
            hash.update(digits.labels());
        }
        for pixel in self.validation.numbers() {
            hash.update(pixel.to_le_bytes());
        }
        hash.update(self.validation.labels());
        if self.masked() {
            for masks in [
                self.train.masks(),
                self.validation.masks(),
                self.test.masks(),
            ] {
                hash.update(masks);
            }
        }
        let targets = self.all_targets().into_iter().flatten();
        for value in targets.flat_map(Targets::values) {
            hash.update(value.to_le_bytes());
        }
        hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}

impl Config {
    /// This config with what its data decide, as [`Parts::complete`] has put it into that of a `run`, and
    /// with the widths of its budget: equal to that of the run unless that was asked for something else.
    ///
    /// ```
    /// use schur_train::images::Config;
    ///
    /// let asked = Config::of_model("se3", &"O".parse()?)?;
    /// let mut run = asked.clone();
    /// run.data.classes = vec!["left".to_string(), "right".to_string()];
    /// run.network = run.network.answering(|network| network.classes = 2);
    /// assert_eq!(asked.completed_as(&run)?.network, run.network);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if the budget is too small for any width.
    pub fn completed_as(mut self, run: &Self) -> Result<Self> {
        let found = &run.network;
        self.network = self.network.answering(|network| {
            if run.data.is_own() {
                network.channels = found.channels;
                (network.scalars, network.vectors) = (found.scalars, found.vectors);
            }
            if run.data.is_own() || network.classes == usize::from(schur_data::CLASSES) {
                network.classes = found.classes;
            }
        });
        if run.data.volume.is_some() {
            self.network.group = self.network.group.in_space()?;
        }
        let (data, found) = (&mut self.data, &run.data);
        data.size = data.size.or(found.size.filter(|_| found.is_own()));
        data.volume = data.volume.or(found.volume);
        data.channels = data.channels.or(found.channels);
        data.columns.clear();
        for (names, found) in [
            (&mut data.classes, &found.classes),
            (&mut data.numbers, &found.numbers),
            (&mut data.vectors, &found.vectors),
        ] {
            names.clone_from(found);
        }
        for (numbers, found) in [
            (&mut data.mean, &found.mean),
            (&mut data.deviation, &found.deviation),
            (&mut data.target_mean, &found.target_mean),
            (&mut data.target_scale, &found.target_scale),
        ] {
            numbers.clone_from(found);
        }
        self.resolve()
    }
}
