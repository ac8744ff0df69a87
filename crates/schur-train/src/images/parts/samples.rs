//! What a run keeps of its images, so that it can be used where they are not: a few test images as
//! one picture, beside the digests of those that it has seen.

use std::io::Cursor;
use std::path::Path;

use image::{DynamicImage, GrayImage, ImageFormat, RgbImage};
use schur_data::{Normalisation, Numbers, Pictures, Volume, blobs, solid_blobs};

use super::moved::on_sphere;
use super::seen::{SEEN, absolute};
use super::{Parts, TestImages};
use crate::error::{ErrorKind, Result, TrainError, fail};
use crate::images::picture;
use crate::images::task::Task;
use crate::images::trained::Trained;
use crate::observer::Observer;
use crate::run_dir::RunDir;

/// Test images, one below the other.
const SAMPLES: &str = "samples.png";
/// Test volumes, as an array.
const VOLUMES: &str = "samples.npy";
/// Most images that are kept.
const MAX_SAMPLES: usize = 100;
/// Most bytes that they have together, but for the first.
const MAX_BYTES: usize = 1 << 22;
/// Images that are made where none are known.
const MADE: usize = 16;
/// No movement.
const IDENTITY: [[f64; 3]; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

impl Parts {
    /// Keeps a few of the test images, and which images were seen, in the directory of a run: of
    /// data in a directory, which may be elsewhere one day.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::File`] if they can't be written.
    pub(crate) fn keep_samples(&self, run: &RunDir) -> Result<()> {
        let kept = [SAMPLES, VOLUMES].map(|name| run.path().join(name));
        if self.seen.is_empty() || kept.iter().any(|path| path.exists()) {
            return Ok(());
        }
        let size = self.test.image(0).len();
        let count = self
            .test
            .len()
            .min(MAX_SAMPLES)
            .min((MAX_BYTES / size).max(1));
        let first: Vec<usize> = (0..count).collect();
        // Pixels and not the places of a sphere that they are seen on.
        let test = self.test.subset(&first)?.off_globe();
        let (channels, rows, cols) = (test.channels(), test.rows(), test.cols());
        let lines: String = self
            .seen
            .iter()
            .map(|digest| format!("{digest:016x}\n"))
            .collect();
        if test.depth() > 1 || !test.are_bytes() {
            run.write(SEEN, lines)?;
            return run.write(VOLUMES, test.to_numpy());
        }
        // Of channels one after the other, pixels of channels.
        let mut pixels = Vec::with_capacity(count * size);
        for image in (0..count).map(|i| test.image(i)) {
            for at in 0..rows * cols {
                pixels.extend((0..channels).map(|channel| image[channel * rows * cols + at]));
            }
        }
        let (width, height) = (cols as u32, (count * rows) as u32);
        let strip: Option<DynamicImage> = match channels {
            1 => GrayImage::from_raw(width, height, pixels).map(Into::into),
            _ => RgbImage::from_raw(width, height, pixels).map(Into::into),
        };
        let mut png = Cursor::new(Vec::new());
        let encoded = strip.map(|strip| strip.write_to(&mut png, ImageFormat::Png));
        let Some(Ok(())) = encoded else {
            return fail(ErrorKind::File, format!("encoding {SAMPLES} as PNG failed"));
        };
        run.write(SEEN, lines)?;
        run.write(SAMPLES, png.into_inner())
    }
}

impl Trained {
    /// Images to try the network on, as it was tested on them: of another `directory` if one is
    /// given; otherwise those that came with the run or with the program, those of its data if the
    /// run is older, and sums of Gaussians if these are not there any more.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`] if a directory is given that has no such images.
    pub fn samples(
        &self,
        run: &RunDir,
        directory: Option<&Path>,
        observer: &dyn Observer,
    ) -> Result<TestImages> {
        let mut data = self.config.data.clone();
        let task = self.config.task();
        if let Some(directory) = directory {
            data = data.moved_to(Some(absolute(directory)?), None);
            return TestImages::of_run(&data, task, observer);
        }
        if data.directory.is_none() {
            return TestImages::of_run(&data, task, observer);
        }
        if let Some(pictures) = self.kept(run)? {
            let pictures = self.normalised(pictures)?;
            return Ok(TestImages::of(
                pictures,
                &data,
                task,
                "that came with the run",
            ));
        }
        TestImages::of_run(&data, task, observer).or_else(|_| {
            let made = self.normalised(self.made()?)?;
            let mut images = TestImages::of(made, &data, task, "that are sums of Gaussians");
            images.made = true;
            Ok(images)
        })
    }

    /// The pictures as the network sees them.
    fn normalised(&self, pictures: Pictures) -> Result<Pictures> {
        let data = &self.config.data;
        let normalisation: Option<Result<Normalisation>> = data.normalisation();
        match normalisation {
            Some(normalisation) => on_sphere(pictures.normalised(normalisation?)?, data),
            None => on_sphere(pictures, data),
        }
    }

    /// The images or volumes that came with the run.
    fn kept(&self, run: &RunDir) -> Result<Option<Pictures>> {
        let [images, volumes] = [SAMPLES, VOLUMES].map(|name| run.path().join(name));
        if volumes.is_file() {
            let bytes = std::fs::read(&volumes)
                .map_err(|e| TrainError::io("reading test volumes", &volumes, &e))?;
            return Ok(Some(Pictures::from_numpy(&bytes, &volumes)?));
        }
        images
            .is_file()
            .then(|| self.read_samples(&images))
            .transpose()
    }

    fn read_samples(&self, path: &Path) -> Result<Pictures> {
        let strip = picture::decode(path)?;
        let (width, height) = (strip.width() as usize, strip.height() as usize);
        // Pictures of a network are square.
        let count = height / width.max(1);
        let channels = self.config.network.channels;
        let bytes = match channels {
            1 => strip.into_luma8().into_raw(),
            _ => strip.into_rgb8().into_raw(),
        };
        let place = |i: usize, channel: usize| (0..width * width).map(move |at| (i, channel, at));
        let order = (0..count).flat_map(|i| (0..channels).flat_map(move |c| place(i, c)));
        let pixels = order.map(|(i, c, at)| bytes[(i * width * width + at) * channels + c]);
        Ok(Pictures::new(
            [channels, width, width],
            pixels.collect(),
            vec![0; count],
        )?)
    }

    fn made(&self) -> Result<Pictures> {
        let channels = self.config.network.channels;
        if let [depth, rows, cols] = self.sizes()
            && self.config.data.volume.is_some()
        {
            let side = depth.max(rows).max(cols);
            let mut numbers = Vec::new();
            for index in 0..MADE * channels {
                let cube =
                    Volume::new([1, side, side, side], solid_blobs(side, index, &IDENTITY)?)?;
                numbers.extend(cube.cropped([depth, rows, cols]).into_numbers());
            }
            let shape = [channels, depth, rows, cols];
            return Ok(Pictures::volumes(
                shape,
                Numbers::Floats(numbers),
                vec![0; MADE],
            )?);
        }
        let side = match self.config.task() {
            // What is hidden in a scene of that size.
            Task::Segmentation if !self.config.data.is_own() => (self.image_size * 7 / 10).max(1),
            _ => self.image_size,
        };
        let mut pixels = Vec::with_capacity(MADE * channels * side * side);
        for index in 0..MADE * channels {
            let map = blobs(side, index, 0.0)?;
            pixels.extend(
                map.iter()
                    .map(|v| (127.5 * (1.0 + v)).clamp(0.0, 255.0) as u8),
            );
        }
        Ok(Pictures::new(
            [channels, side, side],
            pixels,
            vec![0; MADE],
        )?)
    }
}
