//! Files of one's own by part.

use std::path::PathBuf;

use schur_data::{
    ImageFile, ImageFolder, MaskFolder, MaskedFile, TargetFile, TargetFolder, Volume,
};

/// A file with what is known of it.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    pub(crate) path: PathBuf,
    pub(crate) label: u8,
    pub(crate) mask: Option<PathBuf>,
    /// Numbers and vectors of its row in a table, and the line of that.
    pub(crate) values: Vec<f64>,
    pub(crate) line: u64,
}

/// Training, validation and test files.
pub(super) struct Listing {
    pub(super) parts: [Vec<Example>; 3],
    /// Names of the classes; those of masks are not known yet.
    pub(super) classes: Vec<String>,
    /// Where the parts come from, in words.
    pub(super) description: String,
    /// What is in no part, in words.
    pub(super) left_out: Vec<String>,
}

impl Example {
    /// Whether it is a volume: a file of one, or a folder of slices.
    pub(super) fn is_volume(&self) -> bool {
        Volume::is_one(&self.path) || self.path.is_dir()
    }

    pub(super) fn of_classes(files: Vec<ImageFile>) -> Vec<Self> {
        let one = |file: ImageFile| Self {
            path: file.path,
            label: file.label,
            mask: None,
            values: Vec::new(),
            line: 0,
        };
        files.into_iter().map(one).collect()
    }

    pub(super) fn of_masks(files: Vec<MaskedFile>) -> Vec<Self> {
        let one = |file: MaskedFile| Self {
            path: file.image,
            label: 0,
            mask: Some(file.mask),
            values: Vec::new(),
            line: 0,
        };
        files.into_iter().map(one).collect()
    }

    pub(super) fn of_targets(files: Vec<TargetFile>) -> Vec<Self> {
        let one = |file: TargetFile| Self {
            path: file.path,
            label: 0,
            mask: None,
            values: file.values,
            line: file.line,
        };
        files.into_iter().map(one).collect()
    }
}

impl Listing {
    /// The files of every part.
    pub(super) fn paths(&self) -> [Vec<PathBuf>; 3] {
        let paths = |part: &Vec<Example>| part.iter().map(|file| file.path.clone()).collect();
        self.parts.each_ref().map(paths)
    }

    pub(super) fn of_classes(folder: ImageFolder) -> Self {
        Self {
            parts: [folder.train, folder.validation, folder.test].map(Example::of_classes),
            classes: folder.classes,
            description: folder.description,
            left_out: folder.left_out,
        }
    }

    pub(super) fn of_targets(folder: TargetFolder) -> Self {
        Self {
            parts: [folder.train, folder.validation, folder.test].map(Example::of_targets),
            classes: Vec::new(),
            description: folder.description,
            left_out: Vec::new(),
        }
    }

    pub(super) fn of_masks(folder: MaskFolder) -> Self {
        Self {
            parts: [folder.train, folder.validation, folder.test].map(Example::of_masks),
            classes: Vec::new(),
            description: folder.description,
            left_out: folder.left_out,
        }
    }
}
