//! What a person should know of data before they are trained on.

use std::path::PathBuf;

use super::{Parts, is_own, own};
use crate::error::{Result, TrainError};
use crate::images::config::DataConfig;
use crate::images::task::Task;
use crate::observer::Observer;

/// A class that has so much more of the training images than an even share is named.
const UNEVEN: f64 = 0.05;
/// Most names of classes in one sentence.
const NAMES: usize = 5;

impl Parts {
    /// The files for training, validation and test, of images of one's own; of a volume in slices
    /// their folder. Of other data and of archives there are none.
    pub fn files(&self) -> &[Vec<PathBuf>; 3] {
        &self.files
    }

    /// What to know of images of one's own before they are trained on, one sentence each: which files
    /// are in no part, which classes have no training image, and how large the largest class is, if
    /// classes are uneven.
    pub fn notices(&self) -> Vec<String> {
        let mut notices = self.left_out.clone();
        if self.own() {
            notices.extend(self.missing_classes());
            notices.extend(self.uneven_classes());
        }
        notices
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
