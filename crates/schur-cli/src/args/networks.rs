//! Commands about networks that are not trained yet.

use std::path::PathBuf;

use clap::Args;
use schur_nn::{GridGroup, Precision};
use schur_train::PathChoice;

use super::LearntArgs;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur models
  schur models --group D8
  schur models --group C8 --params 25000 --json
  schur models --layers                  kinds of layers for a config of your own

Keys of --json, a list: name, task, parameters, products (multiplications per image of dense
convolutions), image_size, description; with --layers: layer, about, entries (name, type, optional,
about).")]
pub(crate) struct ModelsArgs {
    /// Symmetry group
    #[arg(long, default_value = "C4")]
    pub(crate) group: GridGroup,
    /// Scale all widths to this parameter budget
    #[arg(long, value_name = "N")]
    pub(crate) params: Option<usize>,
    /// List the kinds of layers that a config may name, with their entries, instead of networks
    #[arg(long, conflicts_with_all = ["group", "params"])]
    pub(crate) layers: bool,
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur plan runs/C4-seed0
  schur plan benchmark --group D8 --time
  schur train --model tutorial --group C8 --show-config > c8.toml && schur plan c8.toml
  schur plan c8.toml --batch 64 --json
  schur plan octahedral --data adrenalmnist3d.npz
  schur plan c8.toml --time --path dense --picture plan.html

Keys of --json: group, batch, depth, height, width, parameters, products (per image), memory (bytes:
parameters, optimizer, weights, activations, total), images, steps (of an epoch), layers (place, name,
output, depth, height, width, parameters, products, path_products, work, share, activation_bytes,
weight_bytes, path), notices; with --time also peak, step_seconds, epoch_seconds and times of layers.")]
pub(crate) struct PlanArgs {
    /// Config file (TOML), directory of a run, or name of a network of the collection
    #[arg(value_name = "CONFIG|RUN|MODEL")]
    pub(crate) config: PathBuf,
    /// Symmetry group of a network of the collection [default: C4, or its own]
    #[arg(long)]
    pub(crate) group: Option<GridGroup>,
    #[command(flatten)]
    pub(crate) learnt: LearntArgs,
    /// Images per step
    #[arg(long, value_name = "N", default_value_t = 64)]
    pub(crate) batch: usize,
    /// Force the path of every convolution that has it
    #[arg(long, value_enum)]
    pub(crate) path: Option<PathChoice>,
    /// Numbers that convolutions multiply, f32 or bf16 [default: f32, or those of the config]
    #[arg(long, value_name = "NUMBERS")]
    pub(crate) precision: Option<Precision>,
    /// Measure on this machine: every convolution, a step of the training and an epoch
    #[arg(long)]
    pub(crate) time: bool,
    /// Draw the products of every convolution, as a picture or on a page with the plan
    #[arg(long, value_name = "FILE.svg|FILE.html")]
    pub(crate) picture: Option<PathBuf>,
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur scaling
  schur scaling --out plots/scaling
  schur scaling --volumes

DIR gets scaling.json, four plots (SVG) and a page, index.html. Takes about a minute; times are least of several
runs, in f32 on all threads.")]
pub(crate) struct ScalingArgs {
    /// Directory for the results
    #[arg(long, value_name = "DIR", default_value = "runs/scaling")]
    pub(crate) out: PathBuf,
    /// Measure layers of volumes, 3 x 3 x 3 with groups of space, instead of layers of images
    #[arg(long)]
    pub(crate) volumes: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur convert cnn.toml --group C8 > c8.toml && schur train c8.toml
  schur convert cnn.toml --group O > o.toml     a network of volumes: kernels and pools are cubes

A conventional network is a list of layers:

  image_size = 28                  # optional, 28
  channels = 1                     # optional, 1; 3 for colour
  classes = 10                     # optional, 10
  [[layers]]
  type = \"conv\"                    # channels, kernel, stride = 1, padding = 0, bias = false
  channels = 32
  kernel = 5
  [[layers]]
  type = \"batch-norm\"
  [[layers]]
  type = \"relu\"                    # or \"elu\"
  [[layers]]
  type = \"max-pool\"                # or \"average-pool\"; size
  size = 2
  [[layers]]
  type = \"global-average-pool\"     # or \"global-max-pool\", or none at 1 x 1 pixels
  [[layers]]
  type = \"linear\"                  # units: hidden ones, or the classes at the end
  units = 10

The config goes to the standard output, the comparison to the standard error.")]
pub(crate) struct ConvertArgs {
    /// Description of a conventional network (TOML or JSON)
    pub(crate) network: PathBuf,
    /// Symmetry group of the twin
    #[arg(long, default_value = "C4")]
    pub(crate) group: GridGroup,
    /// Parameter budget of the twin [default: the parameters of the conventional network]
    #[arg(long, value_name = "N")]
    pub(crate) params: Option<usize>,
}
