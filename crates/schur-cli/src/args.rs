//! The command line.

mod data;
mod groups;
mod images;
mod lab;
mod networks;
mod runs;
mod train;
mod trained;

use clap::{Parser, Subcommand};

use crate::draw::args::DrawArgs;

pub(crate) use data::{DataArgs, DataCommand, DataExportArgs, DataShowArgs};
pub(crate) use groups::{GroupArgs, IntertwinersArgs};
pub(crate) use images::{ImagesArgs, LearntArgs, ReadArgs, TaskName};
pub(crate) use lab::{LabArgs, LabCommand, LabRunArgs};
pub(crate) use networks::{ConvertArgs, ModelsArgs, PlanArgs, ScalingArgs};
pub(crate) use runs::{CompareArgs, SweepArgs};
pub(crate) use train::TrainArgs;
pub(crate) use trained::{CheckArgs, EvalArgs, ExportArgs, PredictArgs};

/// Group-equivariant neural networks: train, evaluate, use and check them.
///
/// Without a command, `schur` trains the default network: C4-equivariant, on the rotated digits
/// that the program carries, about a minute.
#[derive(Debug, Parser)]
#[command(name = "schur", version, propagate_version = true)]
#[command(after_help = "Examples:
  schur                                  train the default network (same as `schur train`)
  schur train --group C1 --out runs/cnn  the conventional network with as many parameters
  schur train --data photos --size 64    your own images, one folder per class
  schur eval runs/cnn                    accuracy overall, per class and per angle
  schur predict runs/cnn digit.png       class probabilities of an image
  schur check runs/cnn                   does every layer commute with the group?
  schur sweep --groups C1,C4 --seeds 0..3
                                         train each, and compare
  schur group D4                         elements, classes, characters, irreps, subgroups
  schur intertwiners --group D4 --from regular --to E
                                         the linear maps that commute with the group
  schur lab run all                      the statements behind all this, as experiments

Exit codes: 0 success, 1 `check` found an exact element that fails or `lab` a claim that does
not hold, 2 any error.

With --json a number that is not known is null, and a list of nothing is empty. Keys of what was not asked
for, or is of another kind of data, are left out.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Train a network, on rotated digits or on images of your own, and write a run directory
    Train(Box<TrainArgs>),
    /// Measure a trained network on test images: overall, per class or number, and per angle
    Eval(EvalArgs),
    /// Apply a trained network to images: classes, directions, masks or numbers
    Predict(PredictArgs),
    /// Show a folder of images as `train` sees it, or write the digits as one
    Data(DataArgs),
    /// Report how exactly every layer commutes with every group element
    Check(CheckArgs),
    /// Write a trained network as a plain one: ONNX, or safetensors with a description
    Export(ExportArgs),
    /// List the networks of the collection with their sizes
    Models(ModelsArgs),
    /// Show what every layer of a network costs
    Plan(PlanArgs),
    /// Measure what a convolution costs against group order, width, batch and image size
    Scaling(ScalingArgs),
    /// Compare runs: curves, errors against parameters and time, means over seeds
    Compare(CompareArgs),
    /// Train a config with several groups and seeds, and compare the runs
    Sweep(SweepArgs),
    /// Turn a conventional network into its equivariant twin
    Convert(ConvertArgs),
    /// Show a group: order, classes, characters, irreps, subgroups; products and restrictions
    Group(GroupArgs),
    /// Draw kernel bases, learnt filters, or the features of an image beside those of the moved one
    Draw(DrawArgs),
    /// The linear maps between two representations that commute with the group
    Intertwiners(IntertwinersArgs),
    /// Try the statements that equivariant networks begin with, as experiments
    Lab(LabArgs),
    /// List what can compute: the CPU and graphics processors
    #[command(after_help = "Examples:
  schur devices
  schur train --device wgpu    on a graphics processor, in a program built with --features wgpu")]
    Devices,
}
