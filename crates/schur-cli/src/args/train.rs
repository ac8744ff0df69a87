//! `schur train`.

use std::path::PathBuf;

use bytesize::ByteSize;
use clap::Args;
use schur_nn::{GridGroup, Precision, Processor};
use schur_train::{PathChoice, Schedule};

use super::ImagesArgs;

#[derive(Debug, Default, Args)]
#[command(after_help = "Examples:
  schur train                            C4, 25,000 parameters, rotated digits
  schur train --group C1                 the conventional network
  schur train --group C1 --augment       data augmentation instead of equivariance
  schur train --upright                  train on upright digits, test on rotated ones
  schur train --data ~/mnist             the classic protocol on the four MNIST files
  schur train --data photos --size 64    your own images: photos/train/CLASS/*.png, photos/test/...
  schur train --data photos --size 64 --group D4 --augment
  schur train --model benchmark --group C8    a network of the collection (see schur models)
  schur train --data scans --spacing 2 --size 48 --group Oh
                                         volumes: scans/train/CLASS/*.nii.gz, voxels of 2 mm
  schur train --data scans --group Oh --memory 2GB
                                         batches in pieces, where they need more memory
  schur train --data cells --task segmentation
                                         masks of your own: cells/images/*.png, cells/masks/*.png
  schur train --data cells --targets cells/sizes.csv
                                         numbers and directions of your own, from a table
  schur train --task pose                by which angle is a digit turned?
  schur train --task pose --data scans   by which rotation is a volume turned, which stands upright in
                                         its file?
  schur train --task segmentation        where is the digit?
  schur train --task moebius             digits on a Möbius strip, wherever it is cut
  schur train --task moebius --group C1  the same by a conventional network, which sees the cut
  schur train --task sphere              digits on a sphere, however it is turned
  schur train --task sphere --upright    the same, trained on upright digits
  schur train my.toml --out runs/mine    everything from a config file
  schur train --resume runs/mine         continue an interrupted run
  schur train --resume runs/mine --epochs 30    train on, to 30 epochs in all
  schur train --resume runs/mine --data DIR     its images have moved
  schur train --from runs/mine --data photos --freeze 1-12
                                         start from a trained network; some layers stay as they are

Images of your own are PNG or JPEG files in DIR/train/CLASS and DIR/test/CLASS, and perhaps
DIR/validation/CLASS; parts without a folder are taken from each class, as from DIR/CLASS alone.
They are trained and tested on as they are; --rotated turns them as the digits are, --upright
turns those for testing only, --augment turns training images anew in every epoch. The channels
are normalised by their mean and deviation over the training images. `schur data show DIR` tells
what is there.

Volumes are NIfTI files (.nii, .nii.gz), NumPy arrays (.npy; slice, row, column, with channels
first) or folders with PNG slices, each in the folder of its class; or an .npz file with the parts
of MedMNIST. Their networks have groups of space, so --group C4 turns about z. With masks, whose
names are those of the images, DIR has the folders images and masks, or DIR/train and so on have.

With a table DIR/targets.csv, or --targets FILE.csv, numbers and directions are learnt: a line of names,
then a line per file, `train/a.png,12.5,1,0`, by its name in DIR. Columns NAME_x and NAME_y (of volumes
also NAME_z) are together a vector that turns with the image, x to the right and y up; every other
column is a number that stays as it is. --columns energy,tip learns these alone.

A run directory holds config.toml, model.json, best.safetensors, last.safetensors,
metrics.csv, metrics.jsonl, timing.csv, commands.txt, summary.json, report.html and plots/; of data in a directory
also samples.png (.npy of volumes) and seen.txt, so that `check`, `export` and `eval --data` work without it.
Options override the config file. `schur train --show-config` prints its usual entries; docs/format.md
lists all, and `schur models --layers` the kinds of layers with theirs.")]
pub(crate) struct TrainArgs {
    /// Config file (TOML); without it the defaults are used
    pub(crate) config: Option<PathBuf>,
    /// Network of the collection, with the settings of its source [default: p4]
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// Symmetry group: Cn, Dn, SO2 or O2 (C1: conventional network), of volumes O, Oh, SO(3), Cn about
    /// z and others [default: C4, of volumes O, or as for --epochs]
    #[arg(long)]
    pub(crate) group: Option<GridGroup>,
    /// Parameter budget: widths are scaled to the largest that fit [default: 25000; with a config
    /// file: its `params`, or else its widths; with --model or as for --epochs: the widths of its source]
    #[arg(long, value_name = "N")]
    pub(crate) params: Option<usize>,
    /// Nonlinearity: relu, elu, gated, norm or fourier [default: that of the network]
    #[arg(long, value_name = "NAME")]
    pub(crate) activation: Option<String>,
    /// Passes over the training images [default: 14; with --model or a --task of its own network, as
    /// moebius and sphere are, that of its source]
    #[arg(long, value_name = "N")]
    pub(crate) epochs: Option<usize>,
    /// Images per step [default: 64, or as for --epochs]
    #[arg(long, value_name = "N")]
    pub(crate) batch: Option<usize>,
    /// Highest learning rate [default: 0.01, or as for --epochs]
    #[arg(long, value_name = "RATE")]
    pub(crate) learning_rate: Option<f64>,
    /// Course of the learning rate [default: cosine, or as for --epochs]
    #[arg(long, value_enum)]
    pub(crate) schedule: Option<Schedule>,
    /// Stop after N epochs without a better validation accuracy; 0 never stops [default: 0]
    #[arg(long, value_name = "N")]
    pub(crate) patience: Option<usize>,
    /// Seed of the weights, of the rotations of the training images and of their order [default: 0]
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    #[command(flatten)]
    pub(crate) images: ImagesArgs,
    /// How convolutions are computed; equal results up to rounding. Those that do not have the path
    /// keep their own [default: auto]
    #[arg(long, value_enum)]
    pub(crate) path: Option<PathChoice>,
    /// Numbers that convolutions multiply, f32 or bf16; sums and everything else stay in f32
    /// [default: f32]
    #[arg(long, value_name = "NUMBERS")]
    pub(crate) precision: Option<Precision>,
    /// Most memory of a training step, such as 2GB or 1.5GiB: where a batch needs more, it is computed in
    /// pieces whose gradients are summed (train.pieces); norms then see a piece at a time
    #[arg(long, value_name = "SIZE", value_parser = memory, allow_hyphen_values = true)]
    pub(crate) memory: Option<ByteSize>,
    /// Run directory to create [default: runs/GROUP-seedSEED, numbered if taken]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Continue the interrupted run in this directory with its own config; with --epochs, train on: the
    /// schedule begins anew for the epochs that are left; with --data, its images are in DIR now
    #[arg(long, value_name = "DIR", conflicts_with_all = [
        "config", "model", "task", "activation", "size", "spacing", "columns", "group", "params", "batch", "learning_rate", "schedule", "patience", "seed",
        "augment", "upright", "shifted", "chunk", "rotated", "max_train", "max_test", "path", "precision", "memory", "out", "show_config", "from", "freeze"])]
    pub(crate) resume: Option<PathBuf>,
    /// Start from the network that was trained in this run, as far as it fits; without a config file or
    /// model also with its config, and without --data with its data
    #[arg(long, value_name = "RUN")]
    pub(crate) from: Option<PathBuf>,
    /// Layers that stay as they are, numbered as by `schur plan`, for example 1-6,8
    #[arg(long, value_name = "LAYERS")]
    pub(crate) freeze: Option<String>,
    /// What computes: cpu, wgpu, vulkan or cuda (see `schur devices`)
    #[arg(long, value_name = "NAME", default_value_t)]
    pub(crate) device: Processor,
    /// Print the config, with its parameter budget, and stop
    #[arg(long, conflicts_with = "memory")]
    pub(crate) show_config: bool,
}

fn memory(text: &str) -> Result<ByteSize, &'static str> {
    text.parse()
        .map_err(|_| "give a size such as 500MB, 2GB or 1.5GiB")
}
