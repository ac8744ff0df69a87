//! Commands on a trained network.

use std::path::PathBuf;

use clap::Args;
use schur_nn::{Precision, Processor};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur eval runs/C4-seed0
  schur eval runs/C4-seed0 --data ~/mnist --json > accuracy.json

Of data with a table, rows that lie more than 10 deviations from those of the training are named.

Keys of --json: run, group, parameters, data, rotated, shifted, and images, accuracy, area (AUC), loss, classes,
class_accuracy, class_area, confusion (rows: labels), angle_accuracy ([degrees, accuracy]),
shift_accuracy, upright_accuracy, angle_images, elements and random (element, accuracy, area); or task,
test (images, loss, score, values, by_angle, targets, by_element) and far_out.")]
pub(crate) struct EvalArgs {
    /// Run directory of `schur train`
    pub(crate) run: PathBuf,
    /// Directory, or file, to test on: the data of the run in another place, or other images, of which
    /// those that are new to the network are taken
    #[arg(long, value_name = "DIR|FILE")]
    pub(crate) data: Option<PathBuf>,
    /// Table of numbers and vectors, if it is neither that of the run nor DIR/targets.csv
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) targets: Option<PathBuf>,
    /// Use only the first N test images
    #[arg(long, value_name = "N")]
    pub(crate) max_test: Option<usize>,
    /// The network of the last epoch instead of the one that was best in validation
    #[arg(long)]
    pub(crate) last: bool,
    /// Turn the test images to N angles of a full turn, 0 for none [default: 36]; images on a strip are
    /// shifted, scenes with masks turned by quarters and volumes moved by the symmetries of the cube
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=3600))]
    pub(crate) angles: Option<u16>,
    /// What computes: cpu, wgpu, vulkan or cuda (see `schur devices`)
    #[arg(long, value_name = "NAME", default_value_t)]
    pub(crate) device: Processor,
    /// Numbers that convolutions multiply, f32 or bf16 [default: those of the run]
    #[arg(long, value_name = "NUMBERS")]
    pub(crate) precision: Option<Precision>,
    /// Print JSON instead of tables
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur predict runs/C4-seed0 seven.png
  schur predict runs/C4-seed0 scan.jpg --rotate-sweep
  schur predict runs/C4-seed0 scans --json > scans.json
  schur predict runs/C4-seed0 scans --csv scans.csv
  schur predict runs/C4-seed0-segmentation scene.png --out masks

Prints class probabilities, the angle by which the digit is turned, where the digit is, or numbers and
vectors in the units of their table, as the network was trained; a mask is also written as NAME-mask.png, white where the digit is; of a
volume as NAME-mask.nii.gz with its axes and its place in the patient, or as NAME-mask.npy. These files are
marked: later calls replace them, pass over them in directories, and replace no other file.

An image of the network's own size is taken as it is. Any other is treated as MNIST was made:
the ink is cropped, scaled to 20 of 28 pixels and centred by its mass. Dark ink on a light
background is inverted. For masks the whole image is scaled into the network's square.

A network that was trained on images of your own sees every image as those: its central square,
resized, in grey or in colour. A mask has the size of the file, and is background where the network
does not look.

One image that can't be read does not keep the others from their answers: it has an `error` in JSON and
CSV and a line on the standard error, and the exit code is 2. Of directories all images below them
are taken, and files of other kinds are counted.

Keys of --json, a list: image, and class, name and probabilities, or degrees, or mask, marked and pixels
(with slices, rows and columns of what is marked), or numbers and vectors (name, value); sweep; error.
Columns of --csv: image, then class, name and P(NAME) of every class, or degrees, or mask, marked and
pixels, or those of the table of the training (NAME (found) where it is called image or error); error.")]
pub(crate) struct PredictArgs {
    /// Run directory of `schur train`
    pub(crate) run: PathBuf,
    /// PNG or JPEG images of any size, volumes (.nii, .nii.gz, .npy, a folder of slices), or directories
    /// with such in them or below
    #[arg(required = true, value_name = "IMAGE|DIR")]
    pub(crate) images: Vec<PathBuf>,
    /// Show how the answer changes while the image turns once around
    #[arg(long)]
    pub(crate) rotate_sweep: bool,
    /// Write the answers as a table, a row per image
    #[arg(long, value_name = "FILE.csv", conflicts_with = "rotate_sweep")]
    pub(crate) csv: Option<PathBuf>,
    /// Directory for masks, by default that of the image
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// What computes: cpu, wgpu, vulkan or cuda (see `schur devices`)
    #[arg(long, value_name = "NAME", default_value_t)]
    pub(crate) device: Processor,
    /// Numbers that convolutions multiply, f32 or bf16 [default: those of the run]
    #[arg(long, value_name = "NUMBERS")]
    pub(crate) precision: Option<Precision>,
    /// Print JSON instead of tables
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur check runs/C4-seed0
  schur check runs/C4-seed0 --json
  schur check runs/C8-seed0 --out plots  error against angle, depth and image size

Elements that move pixels to pixels are decided in 64 bits; those of the group that move pixels
between pixels, and rotations outside it, are measured on sums of Gaussians.

Keys of --json: run, group, images, tried_on, bound, elements, between, omitted, outside (degrees),
restrictions (layer, from, to), layers and network (place, name, input, output, depth, height, width,
errors and round_off (null for what was given up), round_off_bound, breaks, between, outside), shifts (of digits on a strip), notices, passed, verdict.

Exit codes: 0 if every layer commutes exactly with every element of the group that moves pixels to
pixels, as far as no layer has restricted it to a subgroup; 1 if a layer does not, or if of a larger
group only the identity moves pixels to pixels, so that nothing was decided; 2 if there was no check: no such run, damaged files, images that do not fit, or an option that
makes no sense.")]
pub(crate) struct CheckArgs {
    /// Run directory of `schur train`
    pub(crate) run: PathBuf,
    /// Number of test images to measure on
    #[arg(long, value_name = "N", default_value_t = 16)]
    pub(crate) images: usize,
    /// Directory of the data of the run, if other test images than those that came with it are wanted
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Write plots (SVG) of the error against angle, depth and image size into this directory
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// What computes: cpu, wgpu, vulkan or cuda (see `schur devices`)
    #[arg(long, value_name = "NAME", default_value_t)]
    pub(crate) device: Processor,
    /// Print JSON instead of tables
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur export runs/C4-seed0 --out digits.onnx
  schur export runs/C4-seed0 --out digits.safetensors

Kernels are expanded, norms folded into them; what is left are convolutions, pools and functions
of single numbers. The plain network is compared with the trained one on test images before it is
written; where an answer is a small difference of large numbers, the bound is what round-off
explains. ONNX: opset 17, input `input` [batch, channels, height, width], of volumes [batch,
channels, depth, height, width], output `output` [batch, classes], f32. Names of classes,
normalisation and resizing are in the metadata of the file. The safetensors file has its operations
as JSON under the metadata key `schur`.")]
pub(crate) struct ExportArgs {
    /// Run directory of `schur train`
    pub(crate) run: PathBuf,
    /// File to write; its ending, .onnx or .safetensors, says the format
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Directory of the data of the run, if other test images than those that came with it are wanted
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Round the numbers of the network to 16 bits: a file of half the size
    #[arg(long)]
    pub(crate) half: bool,
    /// Keep the rounded numbers of --half as constants of 32 bits, for programs that do not take
    /// converted weights
    #[arg(long, requires = "half")]
    pub(crate) constants: bool,
}
