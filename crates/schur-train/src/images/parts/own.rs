//! Images and volumes of one's own: from a folder with one sub-folder per class, with masks of equal
//! names, or from an archive of arrays.

mod form;
mod listing;
mod masks;
mod targets;
mod volumes;

use std::path::Path;

use schur_data::{
    ImageFile, ImageFolder, MaskFolder, MaskedFile, Normalisation, NumpyArchive, Pictures,
    Quantities, TargetFolder,
};

use super::{Loaded, limited};
use crate::error::{ErrorKind, Result, TrainError, fail};
use crate::images::config::DataConfig;
use crate::images::task::Task;
use crate::observer::Observer;

use form::Form;
use listing::{Example, Listing};
use masks::classes_of_masks;
pub use targets::FarRow;
pub(super) use targets::PARTS;
pub(crate) use volumes::{Recipe, read as read_volume};

/// Whether images of one's own are volumes; no for anything else, which is refused when it is read.
pub(crate) fn holds_volumes(path: &Path) -> bool {
    if NumpyArchive::is_one(path) {
        return NumpyArchive::holds_volumes(path).unwrap_or(false);
    }
    let first = match MaskFolder::is_one(path) {
        true => MaskFolder::open(path).map(|f| f.train.first().is_some_and(MaskedFile::is_volume)),
        false => ImageFolder::open(path).map(|f| f.train.first().is_some_and(ImageFile::is_volume)),
    };
    first.unwrap_or(false)
}

/// Names of classes of masks and of archives: their numbers.
fn numbered(count: usize) -> Vec<String> {
    (0..count.max(2)).map(|class| class.to_string()).collect()
}

/// All parts, normalised by the training images, or as the config says.
pub(crate) fn load(
    path: &Path,
    config: &DataConfig,
    task: Task,
    observer: &dyn Observer,
) -> Result<Loaded> {
    check_task(path, task)?;
    if task == Task::Regression {
        return targets::load(path, config, observer);
    }
    if NumpyArchive::is_one(path) {
        return archive(path, config);
    }
    let mut listing = list(path, config, task)?;
    if task == Task::Classification {
        check_names(path, config, &listing.classes)?;
    }
    let (mut parts, form) = read(&mut listing, config, observer)?;
    if task == Task::Segmentation {
        listing.classes = classes_of_masks(&mut parts, &listing.parts, config)?;
        check_names(path, config, &listing.classes)?;
    }
    let mut description = format!(
        "{} classes of {}, {}, {}",
        listing.classes.len(),
        path.display(),
        listing.description,
        form.words(),
    );
    if let Some(table) = table_beside(path) {
        description += &format!(" (its table {table} is not used; `--targets` takes one)");
    }
    let (files, left_out) = (listing.paths(), listing.left_out);
    let loaded = loaded(parts, listing.classes, description, config)?;
    Ok(Loaded {
        files,
        left_out,
        ..loaded
    })
}

/// The files of a directory by part.
fn list(path: &Path, config: &DataConfig, task: Task) -> Result<Listing> {
    Ok(match task {
        Task::Segmentation => Listing::of_masks(MaskFolder::open(path)?),
        Task::Regression => Listing::of_targets(targets::folder(path, config)?),
        _ => Listing::of_classes(ImageFolder::open(path)?),
    })
}

/// What is wrong with the files that can't be read, of all parts and masks.
pub(super) fn unreadable(
    path: &Path,
    config: &DataConfig,
    task: Task,
    observer: &dyn Observer,
) -> Result<Vec<TrainError>> {
    if NumpyArchive::is_one(path) {
        return Ok(Vec::new());
    }
    let (mut bad, listing) = match task {
        Task::Classification => {
            let (strays, folder) = ImageFolder::without_strays(path);
            let strays = strays.into_iter().map(TrainError::from).collect();
            (strays, folder.map(Listing::of_classes).map_err(Into::into))
        }
        Task::Segmentation => {
            let (strays, folder) = MaskFolder::without_strays(path);
            let strays = strays.into_iter().map(TrainError::from).collect();
            (strays, folder.map(Listing::of_masks).map_err(Into::into))
        }
        _ => (Vec::new(), list(path, config, task)),
    };
    let mut files = match listing {
        Ok(listing) => listing.parts.concat(),
        Err(_) if !bad.is_empty() => return Ok(bad),
        Err(error) => return Err(error),
    };
    // As people look for them, and not as classes take turns.
    files.sort_by(|a, b| a.path.cmp(&b.path));
    bad.extend(form::unreadable(&files, observer)?);
    Ok(bad)
}

/// The name of a table in a directory, which nothing has asked for.
fn table_beside(directory: &Path) -> Option<String> {
    let entries = std::fs::read_dir(directory).ok()?.flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names
        .filter(|name| name.to_lowercase().ends_with(".csv"))
        .min()
}

/// The pictures of all parts in one form, as many as the config wants.
fn read(
    listing: &mut Listing,
    config: &DataConfig,
    observer: &dyn Observer,
) -> Result<(Vec<Pictures>, Form)> {
    let limits = [config.max_train, config.max_validation, config.max_test];
    for (files, limit) in listing.parts.iter_mut().zip(limits) {
        files.truncate(limit.unwrap_or(usize::MAX));
    }
    let all = listing.parts.concat();
    let form = Form::of(&all, config)?;
    form.check_memory(all.len())?;
    let mut parts = Vec::new();
    for files in &listing.parts {
        parts.push(form.read(files, observer)?);
    }
    Ok((parts, form))
}

/// Refuses data that do not say what the task asks for.
fn check_task(path: &Path, task: Task) -> Result<()> {
    let masks = MaskFolder::is_one(path);
    let classes = ImageFolder::is_one(path) || NumpyArchive::is_one(path);
    let problem = match task {
        Task::Classification if masks => {
            "it has images with masks, and no classes of images; train with --task segmentation \
             (network.output = \"mask\")"
        }
        Task::Segmentation if !masks => {
            "it has classes of images, and no masks that say what every pixel shows; put images and masks \
             of equal names into folders `images` and `masks`, or use classification (network.output = \
             \"classes\")"
        }
        Task::Pose if masks || TargetFolder::is_one(path) || !classes => {
            "--task: a pose is learnt of images that stand upright in their files, in folders by class or in an \
             archive, without masks and a table; what has directions of its own is trained with a table of \
             directions with --task regression (network.output = \"values\")"
        }
        Task::Regression if NumpyArchive::is_one(path) => {
            "an archive has classes, and no table of numbers and vectors; write files, and a table with their \
             names"
        }
        _ => return Ok(()),
    };
    fail(ErrorKind::Data, format!("{}: {problem}", path.display()))
}

fn check_names(path: &Path, config: &DataConfig, found: &[String]) -> Result<()> {
    if config.classes.is_empty() || config.classes == found {
        return Ok(());
    }
    fail(
        ErrorKind::Data,
        format!(
            "{}: its classes are {}, but those of the run are {} (data.classes); use data with these \
             classes, or train anew",
            path.display(),
            found.join(", "),
            config.classes.join(", ")
        ),
    )
}

/// An archive, with the parts that it has.
fn archive(path: &Path, config: &DataConfig) -> Result<Loaded> {
    let archive = NumpyArchive::read(path)?;
    let [train, validation, test] = [
        (archive.train, config.max_train),
        (archive.validation, config.max_validation),
        (archive.test, config.max_test),
    ]
    .map(|(part, limit)| in_size(limited(part, limit)?, config));
    let parts = vec![train?, validation?, test?];
    check_archive(path, config, &parts[0])?;
    let labels = parts.iter().flat_map(|part| part.labels());
    let classes = numbered(usize::from(labels.max().copied().unwrap_or(0)) + 1);
    // A limit may leave out the last class.
    let classes = match config.classes.len() > classes.len() {
        true => config.classes.clone(),
        false => classes,
    };
    check_names(path, config, &classes)?;
    let [depth, rows, cols] = parts[0].sizes();
    let channels = parts[0].channels();
    let what = match (depth, channels) {
        (1, 1) => format!("images of {rows} x {cols} pixels in grey"),
        (1, _) => format!("images of {rows} x {cols} pixels in colour"),
        (_, 1) => format!("volumes of {depth} x {rows} x {cols} voxels"),
        _ => format!("volumes of {depth} x {rows} x {cols} voxels with {channels} channels"),
    };
    let description = format!(
        "{} classes of {}, parts as in the file, {what}",
        classes.len(),
        path.display()
    );
    loaded(parts, classes, description, config)
}

/// The pictures of an archive, cut and resized to the size that is asked for.
fn in_size(pictures: Pictures, config: &DataConfig) -> Result<Pictures> {
    let [depth, rows, cols] = pictures.sizes();
    match config.size {
        Some(side) if [rows, cols] != [side; 2] || ![1, side].contains(&depth) => {
            Ok(pictures.central(side)?)
        }
        _ => Ok(pictures),
    }
}

/// Refuses what an archive is not.
fn check_archive(path: &Path, config: &DataConfig, found: &Pictures) -> Result<()> {
    let refuse = |problem: String| fail(ErrorKind::Data, format!("{}: {problem}", path.display()));
    let [depth, rows, cols] = found.sizes();
    if config.spacing.is_some() {
        return refuse(
            "arrays of an archive do not say how large their voxels are, so that there is no --spacing; \
             resize them with --size, or use NIfTI files"
                .into(),
        );
    }
    if depth == 1 && rows != cols {
        return refuse(format!(
            "images of {rows} x {cols} pixels are no squares, and networks are trained on squares; give the side \
             of the central square that is to be seen with --size"
        ));
    }
    if config
        .channels
        .is_some_and(|channels| channels != found.channels())
    {
        return refuse(format!(
            "its images have {} channels, but data.channels says {}; remove the entry",
            found.channels(),
            config.channels.unwrap_or(0)
        ));
    }
    Ok(())
}

/// Normalised parts, with a warning if some are in two.
fn loaded(
    parts: Vec<Pictures>,
    classes: Vec<String>,
    description: String,
    config: &DataConfig,
) -> Result<Loaded> {
    let volumes = parts[0].normalisation().clone();
    let normalisation = match config.normalisation() {
        // The units of the pictures, whatever the config knows of them.
        Some(given) if volumes == volumes.clone().in_units() => given?.in_units(),
        Some(given) => given?,
        None => Normalisation::of(&parts[0]),
    };
    let mut parts = parts
        .into_iter()
        .map(|part| part.normalised(normalisation.clone()));
    let mut next = || parts.next().expect("there are three parts");
    let (train, validation, test) = (next()?, next()?, next()?);
    let seen = test.len() - test.excluding(&[&train]).len();
    let warning = match seen {
        0 => String::new(),
        1 => " (note: 1 of the test images is a training image, too)".to_string(),
        _ => format!(" (note: {seen} of the test images are training images, too)"),
    };
    Ok(Loaded {
        train,
        validation,
        test,
        description: description + &warning,
        classes,
        own: true,
        turned: false,
        far: Vec::new(),
        files: Default::default(),
        left_out: Vec::new(),
    })
}

/// Images to test a trained network on, normalised as it was trained, with their files.
pub(crate) fn load_test(
    path: &Path,
    config: &DataConfig,
    task: Task,
    observer: &dyn Observer,
) -> Result<(Pictures, Vec<Example>)> {
    check_task(path, task)?;
    let mut listed = Vec::new();
    let pictures = if NumpyArchive::is_one(path) {
        let test = in_size(NumpyArchive::read(path)?.test, config)?;
        check_kind(path, config, test.depth() > 1)?;
        check_archive(path, config, &test)?;
        let wanted = config.volume.or(config.size.map(|size| [1, size, size]));
        let words = |[depth, rows, cols]: [usize; 3]| match depth {
            1 => format!("{rows} x {cols} pixels"),
            _ => format!("{depth} x {rows} x {cols} voxels"),
        };
        if wanted.is_some_and(|wanted| wanted != test.sizes()) {
            let text = format!(
                "{}: its images have {}, but the network was trained on {}; use others",
                path.display(),
                words(test.sizes()),
                wanted.map_or(String::new(), words)
            );
            return fail(ErrorKind::Data, text);
        }
        test
    } else {
        let files = match task {
            Task::Segmentation => Example::of_masks(MaskFolder::open_test(path)?),
            Task::Regression => targets::list_test(path, config)?,
            _ => Example::of_classes(ImageFolder::open_test(path, &config.classes)?),
        };
        check_kind(path, config, files.first().is_some_and(Example::is_volume))?;
        let form = Form::of(&files, config)?;
        form.check_memory(files.len())?;
        let mut parts = vec![form.read(&files, observer)?];
        match task {
            Task::Segmentation => {
                classes_of_masks(&mut parts, std::slice::from_ref(&files), config)?;
            }
            Task::Regression => {
                parts = targets::put(parts, std::slice::from_ref(&files), asked(config)?)?;
            }
            _ => {}
        }
        listed = files;
        parts.remove(0)
    };
    match config.normalisation() {
        Some(normalisation) => Ok((pictures.normalised(normalisation?)?, listed)),
        None => Ok((pictures, listed)),
    }
}

/// Refuses volumes for a network of images, and the other way round.
fn check_kind(path: &Path, config: &DataConfig, volumes: bool) -> Result<()> {
    let (found, trained) = match (volumes, config.volume.is_some()) {
        (true, false) => ("volumes", "images"),
        (false, true) => ("images", "volumes"),
        _ => return Ok(()),
    };
    let text = format!(
        "{}: it has {found}, and the network was trained on {trained}; give it {trained}",
        path.display()
    );
    fail(ErrorKind::Data, text)
}

/// What the network was trained for.
fn asked(config: &DataConfig) -> Result<Quantities> {
    config.quantities().unwrap_or_else(|| {
        let text = "data.numbers, data.vectors: the run does not say what it was trained for; train it anew";
        fail(ErrorKind::Config, text)
    })
}
