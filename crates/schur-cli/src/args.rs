//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use schur_nn::Processor;

use crate::config::Schedule;
use crate::draw::args::DrawArgs;
use crate::task::Task;

/// Group-equivariant neural networks: train, evaluate, use and check them.
///
/// Without a command, `schur` trains the default network: C4-equivariant, on the rotated digits
/// that the program carries.
#[derive(Debug, Parser)]
#[command(name = "schur", version, propagate_version = true)]
#[command(after_help = "Examples:
  schur                                  train the default network (same as `schur train`)
  schur train --group C1 --out runs/cnn  the conventional network with as many parameters
  schur eval runs/cnn                    accuracy overall, per class and per angle
  schur predict runs/cnn digit.png       class probabilities of an image
  schur check runs/cnn                   does every layer commute with the group?
  schur group D4                         elements, classes, characters, irreps, subgroups
  schur intertwiners --group D4 --from regular --to E
                                         the linear maps that commute with the group
  schur lab run all                      the statements behind all this, as experiments

Exit codes: 0 success, 1 `check` found an exact element that fails or `lab` a claim that does
not hold, 2 any error.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Train a network on rotated digits and write a run directory
    Train(Box<TrainArgs>),
    /// Measure the accuracy of a trained network overall, per class and per angle
    Eval(EvalArgs),
    /// Classify images
    Predict(PredictArgs),
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
    Devices,
}

#[derive(Debug, Default, Args)]
#[command(after_help = "Examples:
  schur train                            C4, 25,000 parameters, rotated digits
  schur train --group C1                 the conventional network
  schur train --group C1 --augment       data augmentation instead of equivariance
  schur train --upright                  train on upright digits, test on rotated ones
  schur train --data ~/mnist             the classic protocol on the four MNIST files
  schur train --model benchmark --group C8    a network of the collection (see schur models)
  schur train --task pose                by which angle is a digit turned?
  schur train --task segmentation        where is the digit?
  schur train my.toml --out runs/mine    everything from a config file
  schur train --resume runs/mine         continue an interrupted run

A run directory holds config.toml, model.json, best.safetensors, last.safetensors,
metrics.csv, metrics.jsonl, timing.csv, summary.json, report.html and plots/.
Options override the config file. `schur train --show-config` prints its usual entries; others are
in the documentation of `schur_nn::NetworkConfig`, and `l1` in [train], a factor of the sum of the
absolute values of all weights.")]
pub(crate) struct TrainArgs {
    /// Config file (TOML); without it the defaults are used
    pub(crate) config: Option<PathBuf>,
    /// Network of the collection, with the settings of its source [default: p4]
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// What to train for; without a config file or model also chooses the network
    #[arg(long, value_enum)]
    pub(crate) task: Option<Task>,
    /// Symmetry group: Cn, Dn, SO2 or O2 (C1: conventional network) [default: C4]
    #[arg(long)]
    pub(crate) group: Option<String>,
    /// Parameter budget: widths are scaled to the largest that fit [default: 25000; with a config
    /// file: its `params`, or else its widths; with --model: the widths of its source]
    #[arg(long, value_name = "N")]
    pub(crate) params: Option<usize>,
    /// Nonlinearity: relu, elu, gated, norm or fourier [default: that of the network]
    #[arg(long, value_name = "NAME")]
    pub(crate) activation: Option<String>,
    /// Passes over the training images [default: 14]
    #[arg(long, value_name = "N")]
    pub(crate) epochs: Option<usize>,
    /// Images per step [default: 64]
    #[arg(long, value_name = "N")]
    pub(crate) batch: Option<usize>,
    /// Highest learning rate [default: 0.01]
    #[arg(long, value_name = "RATE")]
    pub(crate) learning_rate: Option<f64>,
    /// Course of the learning rate [default: cosine]
    #[arg(long, value_enum)]
    pub(crate) schedule: Option<Schedule>,
    /// Stop after N epochs without a better validation accuracy; 0 never stops [default: 0]
    #[arg(long, value_name = "N")]
    pub(crate) patience: Option<usize>,
    /// Seed of the weights, of the rotations of the training images and of their order [default: 0]
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Rotate every training image anew in every epoch
    #[arg(long)]
    pub(crate) augment: bool,
    /// Train and validate on upright digits; the test digits are rotated all the same
    #[arg(long)]
    pub(crate) upright: bool,
    /// Side of the images in pixels: digits are padded, scenes made so large [default: as they are,
    /// with --model as it needs]
    #[arg(long, value_name = "PIXELS")]
    pub(crate) size: Option<usize>,
    /// Directory with the standard IDX files (raw or .gz) instead of the embedded digits
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Use only the first N training images (they are balanced over the classes)
    #[arg(long, value_name = "N")]
    pub(crate) max_train: Option<usize>,
    /// Use only the first N test images
    #[arg(long, value_name = "N")]
    pub(crate) max_test: Option<usize>,
    /// Run directory to create [default: runs/GROUP-seedSEED, numbered if taken]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Continue the interrupted run in this directory with its own config
    #[arg(long, value_name = "DIR", conflicts_with_all = [
        "config", "model", "task", "activation", "size", "group", "params", "epochs", "batch", "learning_rate", "schedule", "patience", "seed",
        "augment", "upright", "data", "max_train", "max_test", "out", "show_config"])]
    pub(crate) resume: Option<PathBuf>,
    /// What computes: cpu, wgpu, vulkan or cuda (see `schur devices`)
    #[arg(long, value_name = "NAME", default_value_t)]
    pub(crate) device: Processor,
    /// Print the config, with its parameter budget, and stop
    #[arg(long)]
    pub(crate) show_config: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur eval runs/C4-seed0
  schur eval runs/C4-seed0 --data ~/mnist --json > accuracy.json")]
pub(crate) struct EvalArgs {
    /// Run directory of `schur train`
    pub(crate) run: PathBuf,
    /// Directory with IDX files to test on, instead of the data of the run
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Use only the first N test images
    #[arg(long, value_name = "N")]
    pub(crate) max_test: Option<usize>,
    /// What computes: cpu, wgpu, vulkan or cuda (see `schur devices`)
    #[arg(long, value_name = "NAME", default_value_t)]
    pub(crate) device: Processor,
    /// Print JSON instead of tables
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur predict runs/C4-seed0 seven.png
  schur predict runs/C4-seed0 scan.jpg --rotate-sweep
  schur predict runs/C4-seed0-segmentation scene.png --out masks

Prints class probabilities, or the angle by which the digit is turned, or where the digit is, as
the network was trained; a mask is also written as NAME-mask.png, white where the digit is.

An image of the network's own size is taken as it is. Any other is treated as MNIST was made:
the ink is cropped, scaled to 20 of 28 pixels and centred by its mass. Dark ink on a light
background is inverted. For masks the whole image is scaled into the network's square.")]
pub(crate) struct PredictArgs {
    /// Run directory of `schur train`
    pub(crate) run: PathBuf,
    /// PNG or JPEG images of any size
    #[arg(required = true, value_name = "IMAGE")]
    pub(crate) images: Vec<PathBuf>,
    /// Show how the answer changes while the image turns once around
    #[arg(long)]
    pub(crate) rotate_sweep: bool,
    /// Directory for masks, by default that of the image
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
  schur check runs/C4-seed0
  schur check runs/C4-seed0 --json
  schur check runs/C8-seed0 --out plots  error against angle, depth and image size

Exit code 1 if an element that should be exact is off by more than 1e-5.")]
pub(crate) struct CheckArgs {
    /// Run directory of `schur train`
    pub(crate) run: PathBuf,
    /// Number of test images to measure on
    #[arg(long, value_name = "N", default_value_t = 16)]
    pub(crate) images: usize,
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
written. ONNX: opset 17, input `input` [batch, 1, height, width], output `output`, f32. The
safetensors file has its operations as JSON under the metadata key `schur`.")]
pub(crate) struct ExportArgs {
    /// Run directory of `schur train`
    pub(crate) run: PathBuf,
    /// File to write; its ending, .onnx or .safetensors, says the format
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Round the numbers of the network to 16 bits: a file of half the size
    #[arg(long)]
    pub(crate) half: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur models
  schur models --group D8
  schur models --group C8 --params 25000 --json")]
pub(crate) struct ModelsArgs {
    /// Symmetry group
    #[arg(long, default_value = "C4")]
    pub(crate) group: String,
    /// Scale all widths to this parameter budget
    #[arg(long, value_name = "N")]
    pub(crate) params: Option<usize>,
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur plan runs/C4-seed0/config.toml
  schur train --model tutorial --group C8 --show-config > c8.toml && schur plan c8.toml
  schur plan c8.toml --batch 64 --json")]
pub(crate) struct PlanArgs {
    /// Config file (TOML)
    pub(crate) config: PathBuf,
    /// Images per step
    #[arg(long, value_name = "N", default_value_t = 64)]
    pub(crate) batch: usize,
    /// Measure every convolution on this machine, and the part of its peak that is reached
    #[arg(long)]
    pub(crate) time: bool,
    /// Draw the products of every convolution
    #[arg(long, value_name = "FILE.svg")]
    pub(crate) picture: Option<PathBuf>,
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "DIR gets scaling.json and four plots (SVG). Takes about a minute; times are least of several
runs, in f32 on all threads."
)]
pub(crate) struct ScalingArgs {
    /// Directory for the results
    #[arg(long, value_name = "DIR", default_value = "runs/scaling")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur convert cnn.toml --group C8 > c8.toml && schur train c8.toml

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
    pub(crate) group: String,
    /// Parameter budget of the twin [default: the parameters of the conventional network]
    #[arg(long, value_name = "N")]
    pub(crate) params: Option<usize>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur group D4
  schur group 'C4 x D3' --json
  schur group my-group.txt
  schur group O --tensor T1 T2
  schur group S4 --restrict D4
  schur group Oh --restrict D4 --irrep T1u
  schur group S4 --induce C4 B
  schur group 'SO(3)' --restrict O --band 8
  schur group 'SO(3)' --tensor 1 2
  schur group 'C2 x SO(3)' --band 3

Names: Cn, Dn (order 2n), Sn, An, Q8, Dicn, T, O, I, Td, Th, Oh, Ih, and products such as C4 x D3;
for --tensor and --restrict also SO(2), O(2), SO(3), O(3) and, for --tensor, SU(2); products of any
of these, such as C2 x SO(3), with --tensor and --band.
D4 is the symmetry group of the square, of order 8, which some texts call D8.

In SO(3) and O(3), Cn turns about z and Dn has half turns about axes across for its mirrors.

A file has one generator per `permutation` line, or one `matrix` per generator with its rows
below, or a multiplication `table`; # begins a comment:

  group square                       group triangle            group klein
  permutation r = (1 2 3 4)          matrix r                  element e
  permutation s = (1 2)(3 4)           -1/2      -sqrt(3)/2    element a
                                       sqrt(3)/2 -1/2          element b
                                     matrix s                  element c
                                       -1 0                    table
                                        0 1                      e a b c
                                                                 a e c b
                                                                 b c e a
                                                                 c b a e

Keys of --json: name, isomorphic_to, order, abelian, simple, solvable, center, elements (name,
order, inverse), classes, characters (dimension, frobenius_schur, values as [re, im] by class),
irreps (name, dimension, endomorphism_type, frobenius_schur, character by class), regular
([irrep, multiplicity]), subgroups (order, isomorphic_to, conjugates, normal, generators), table.
With --tensor: group, factors, irreps. With --restrict: group, subgroup, classes (conjugates,
inclusion, irreps: irrep, dimension, parts); for compact groups irreps without classes. Of a
product with infinite factors: group, band, irreps (name, dimension, endomorphism_type). With
--induce: group, subgroup, irrep, dimension, classes (conjugates, inclusion, parts).")]
pub(crate) struct GroupArgs {
    /// Name of the group, for example D4, S4, Oh or 'C4 x D3', or a file that describes one
    #[arg(value_name = "NAME|FILE")]
    pub(crate) name: String,
    /// Decompose the product of two irreps
    #[arg(long, num_args = 2, value_names = ["IRREP", "IRREP"], allow_hyphen_values = true,
        conflicts_with_all = ["restrict", "induce"])]
    pub(crate) tensor: Option<Vec<String>>,
    /// Restrict the irreps to the subgroups of that name
    #[arg(long, value_name = "SUBGROUP", conflicts_with = "induce")]
    pub(crate) restrict: Option<String>,
    /// The irrep that --restrict restricts [default: all]
    #[arg(long)]
    pub(crate) irrep: Option<String>,
    /// The largest degree that --restrict restricts, for compact groups [default: 6], or that is
    /// listed of a product of them [default: 2]
    #[arg(long, value_name = "L")]
    pub(crate) band: Option<usize>,
    /// Decompose what an irrep of the subgroups of that name induces
    #[arg(long, num_args = 2, value_names = ["SUBGROUP", "IRREP"])]
    pub(crate) induce: Option<Vec<String>>,
    /// Print JSON instead of tables
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur intertwiners --group D4 --from regular --to E
  schur intertwiners --group S4 --from 'quotient(S3)' --to 'quotient(S3)'
  schur intertwiners --group D6 --from 'regular + 2 E1' --to defining --out maps.svg
  schur intertwiners --group 'SO(3)' --from 'tensor(1, 1)' --to '1 + 2'
  schur intertwiners --group 'C2 x O(2)' --from 'A x E1' --to 'tensor(A x E2, A x E1)'

Representations: regular, trivial, defining, irreps by name (`schur group D4` lists them),
quotient(SUBGROUP), and sums with multiplicities such as 'trivial + 2 E'. Where several classes of
subgroups have the same name, quotient(C2#1) is the first of them. For infinite groups: trivial,
irreps, tensor products and sums.

Keys of --json: group, from and to (name, dimension, irreps as [irrep, multiplicity]), dimension,
inner_product, basis (matrices, as lists of rows).")]
pub(crate) struct IntertwinersArgs {
    /// Name of the group, or a file that describes one, as for `schur group`
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) group: String,
    /// The representation that is mapped
    #[arg(long, value_name = "REPRESENTATION")]
    pub(crate) from: String,
    /// The representation that it is mapped to
    #[arg(long, value_name = "REPRESENTATION")]
    pub(crate) to: String,
    /// Draw the basis matrices
    #[arg(long, value_name = "FILE.svg")]
    pub(crate) out: Option<PathBuf>,
    /// Print JSON instead of matrices
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur lab list
  schur lab run laws translation
  schur lab run all --out runs/lab
  schur lab run augmentation --full

Each experiment states a claim, measures it against a bound, and repeats the measurement on
something broken on purpose, which must fail. Exit code 1 if a claim does not hold.")]
pub(crate) struct LabArgs {
    #[command(subcommand)]
    pub(crate) command: LabCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LabCommand {
    /// Names and claims of all experiments
    List {
        /// Print JSON instead of lines
        #[arg(long)]
        json: bool,
    },
    /// Run experiments and write figures, data and a page
    Run(LabRunArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur lab run laws
  schur lab run all --full --seed 1 --out runs/lab-full

DIR gets index.html with all that was run, and for every experiment a directory with its
figures (SVG), data (CSV) and results.json. The same settings and seed give the same files.")]
pub(crate) struct LabRunArgs {
    /// Names of experiments, or `all`
    #[arg(required = true, value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// Directory for the results [default: runs/lab]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// More seeds, more digits, finer curves: an hour or so instead of minutes
    #[arg(long)]
    pub(crate) full: bool,
    /// Seed of everything random
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    /// Print JSON instead of lines
    #[arg(long)]
    pub(crate) json: bool,
}
