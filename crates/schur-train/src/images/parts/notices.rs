//! What a person should know of data before they are trained on.

use std::path::PathBuf;

use schur_data::Pictures;

use super::{Parts, is_own, own};
use crate::error::{Result, TrainError};
use crate::images::config::DataConfig;
use crate::images::task::Task;
use crate::observer::Observer;
use crate::tolerance::UNEVEN;

/// Most names of classes in one sentence.
const NAMES: usize = 5;

impl Parts {
    /// The files for training, validation and test, of images of one's own; of a volume in slices
    /// their folder. Of other data and of archives there are none.
    pub fn files(&self) -> &[Vec<PathBuf>; 3] {
        &self.files
    }

    /// What to know of images before they are trained on, one sentence each: which files are in no part,
    /// which classes have no training image, how large the largest class is, if classes are uneven, and
    /// which images and channels have one value alone.
    pub fn notices(&self) -> Vec<String> {
        let mut notices = self.left_out.clone();
        if self.own() || self.task == Task::Classification {
            notices.extend(self.missing_classes());
            notices.extend(self.uneven_classes());
        }
        if self.own() {
            notices.extend(self.one_value());
            notices.extend(self.constant_channels());
        }
        notices
    }

    /// Images of one colour, and volumes of one number.
    fn one_value(&self) -> Option<String> {
        let parts = [(&self.train, 0, "training"), (&self.test, 2, "test")];
        let counts = parts.map(|(pictures, files, part)| {
            let maps = constants(pictures).enumerate();
            let one = maps.filter(|(_, maps)| maps.iter().all(Option::is_some));
            let one: Vec<usize> = one.map(|(index, _)| index).collect();
            let first = one.first().and_then(|&index| self.files[files].get(index));
            let first = first.map_or(String::new(), |path| match one.len() {
                1 => format!(" ({})", path.display()),
                _ => format!(" ({} is the first)", path.display()),
            });
            (one.len(), pictures.len(), part, first)
        });
        let words = counts.iter().filter(|(one, ..)| *one > 0);
        let words =
            words.map(|(one, all, part, first)| format!("{one} of the {all} {part} images{first}"));
        let words: Vec<String> = words.collect();
        let one = counts.iter().map(|(one, ..)| one).sum::<usize>() == 1;
        (!words.is_empty()).then(|| {
            format!(
                "{} {} one value in all pixels{}",
                words.join(" and "),
                if one { "has" } else { "have" },
                if self.channels() > 1 {
                    " of a channel"
                } else {
                    ""
                }
            )
        })
    }

    /// Channels without any difference, in which there is nothing to see.
    fn constant_channels(&self) -> Option<String> {
        let mut maps = constants(&self.train);
        let mut same = maps.next()?;
        for others in maps {
            for (first, other) in same.iter_mut().zip(others) {
                *first = first.filter(|first| other == Some(first));
            }
        }
        let same: Vec<String> = (1..)
            .zip(&same)
            .filter_map(|(channel, value)| value.map(|_| channel.to_string()))
            .collect();
        (!same.is_empty()).then(|| {
            format!(
                "channel {} has the same value in all pixels of all training images: its deviation is 0, \
                 and it is divided by 1 instead",
                same.join(", ")
            )
        })
    }

    fn missing_classes(&self) -> Option<String> {
        let counts = self.counts();
        let missing = self.classes().iter().zip(counts);
        let missing = missing.filter(|(_, [training, ..])| *training == 0);
        let mut names: Vec<String> = missing.map(|(name, _)| name.clone()).collect();
        let more = names.len().saturating_sub(NAMES);
        names.truncate(NAMES);
        if more > 0 {
            names.push(format!("{more} more"));
        }
        let last = names.pop()?;
        Some(match names.is_empty() {
            true => format!("no training image of {last}"),
            false => format!("no training image of {} and {last}", names.join(", ")),
        })
    }

    fn uneven_classes(&self) -> Option<String> {
        if self.task != Task::Classification {
            return None;
        }
        let counts = self.counts();
        // Of equal ones the first.
        let largest = (0..counts.len())
            .rev()
            .max_by_key(|&class| counts[class][0])?;
        let share = |part: usize, of: usize| counts[largest][part] as f64 / of.max(1) as f64;
        let (training, test) = (share(0, self.train.len()), share(2, self.test.len()));
        (training > 1.0 / counts.len() as f64 + UNEVEN).then(|| {
            format!(
                "{:.0} % of the training images are of class {}: to answer that always has an accuracy of \
                 {:.0} % on the test images",
                100.0 * training,
                self.classes()[largest],
                100.0 * test
            )
        })
    }

    /// What is wrong with each image or volume file of one's own that can't be read, where
    /// [`load`](Self::load) names the first; `observer` is told of every file. Nothing of data of other
    /// kinds.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load), if the files can't be listed.
    pub fn unreadable(
        config: &DataConfig,
        task: Task,
        observer: &dyn Observer,
    ) -> Result<Vec<TrainError>> {
        match &config.directory {
            Some(directory) if task == Task::Regression || is_own(directory) => {
                own::unreadable(directory, config, task, observer)
            }
            _ => Ok(Vec::new()),
        }
    }
}

/// Of every picture the one value of each channel, in bytes, if all its pixels have it.
fn constants(pictures: &Pictures) -> impl Iterator<Item = Vec<Option<&[u8]>>> {
    let width = if pictures.are_bytes() {
        1
    } else {
        size_of::<f32>()
    };
    let size = width * pictures.sizes().iter().product::<usize>();
    let one = move |map: &'_ [u8]| -> bool {
        let (first, rest) = map.split_at(width);
        rest.chunks_exact(width).all(|value| value == first)
    };
    let picture = size * pictures.channels();
    pictures.pixels().chunks_exact(picture).map(move |picture| {
        let maps = picture.chunks_exact(size);
        maps.map(|map| one(map).then(|| &map[..width])).collect()
    })
}
