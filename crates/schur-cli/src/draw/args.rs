//! The command line of `schur draw`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct DrawArgs {
    #[command(subcommand)]
    pub(crate) what: DrawCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DrawCommand {
    /// Draw a basis of equivariant kernels
    Basis(BasisArgs),
    /// Draw the learnt filters of a convolution
    Filters(FiltersArgs),
    /// Draw the features of an image beside those of the moved image
    Features(FeaturesArgs),
    /// Draw a mesh with frames and a kernel that is transported over it
    Mesh(MeshArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur draw basis --group D8 --from regular --to trivial --size 7 --out basis.svg
  schur draw basis --group 'SO(2)' --from trivial --to E2 --size 9 --smooth --out steerable.svg
  schur draw basis --group C4 --from trivial --to regular --size 3 --lattice --out lifting.svg
  schur draw basis --group 'SO(3)' --from trivial --to defining --size 5 --smooth --out space.svg

One block per basis element, one tile per pair of components (rows: output, columns: input; in a
line if one side has a single component). Blue is positive, red negative, white zero; every block
has its own scale. In space a tile is three slices through the middle. PNG files hold the tiles without words and scale.

Representations: trivial, regular, defining, quotient(C2), spectral(3), irreps such as E1, ...")]
pub(crate) struct BasisArgs {
    /// Group of the plane: Cn, Dn, SO(2), O(2); or of space: O, Oh, SO(3), 'C4 in space' and others
    #[arg(long)]
    pub(crate) group: String,
    /// Representation of the input field
    #[arg(long, value_name = "REPRESENTATION")]
    pub(crate) from: String,
    /// Representation of the output field
    #[arg(long, value_name = "REPRESENTATION")]
    pub(crate) to: String,
    /// Kernel size in pixels along each axis
    #[arg(long, value_name = "PIXELS", default_value_t = 7)]
    pub(crate) size: usize,
    /// All kernels on the pixel grid, for the elements that permute pixels, instead of steerable
    /// ones
    #[arg(long)]
    pub(crate) lattice: bool,
    /// Steerable kernels as functions on the plane or on space instead of their values at the pixels
    #[arg(long, conflicts_with = "lattice")]
    pub(crate) smooth: bool,
    /// Draw at most N elements
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub(crate) max: usize,
    /// Picture to write
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur draw filters runs/C4-seed0 --out filters.svg
  schur draw filters runs/C4-seed0 --conv 2 --max 12 --out second.svg

One block per pair of an output and an input field, one tile per pair of components. In the first
layer of a group convolution a block is one filter and its moved copies.")]
pub(crate) struct FiltersArgs {
    /// Run directory of `schur train`
    pub(crate) run: PathBuf,
    /// Number of the convolution, from 1
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) conv: usize,
    /// Draw at most N pairs of fields
    #[arg(long, value_name = "N", default_value_t = 24)]
    pub(crate) max: usize,
    /// Picture to write
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur draw features runs/C4-seed0 --digit 7 --out square.svg
  schur draw features runs/C4-seed0 --index 42 --out square.svg
  schur draw features runs/organs --index 3 --element C4 --out square.svg
  schur draw features runs/C4-seed0 seven.png --layer 4 --element 'r^2' --out square.svg

L is the network up to and including the layer, g the element. The rows show L(x), g L(x), L(g x)
and the difference of the last two, which is white if the square commutes. Where g moves pixels
between pixels, image and defect are those of the central disc, which no turn leaves.")]
pub(crate) struct FeaturesArgs {
    /// Run directory of `schur train`
    pub(crate) run: PathBuf,
    /// PNG or JPEG image; of a network for volumes a volume
    #[arg(conflicts_with_all = ["digit", "index"])]
    pub(crate) image: Option<PathBuf>,
    /// The first such digit, 0 to 9, of those that the program carries for tests
    #[arg(long, value_name = "DIGIT", conflicts_with = "index")]
    pub(crate) digit: Option<u8>,
    /// The image with this number, from 0, of the test images of the run's own data, or of the digits
    /// that the program carries for tests
    #[arg(long, value_name = "N")]
    pub(crate) index: Option<usize>,
    /// Draw the output of layer N, from 1
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) layer: usize,
    /// Element of the network's group, named as `schur group` does, or r(DEGREES) [default: r, or s where nothing turns]
    #[arg(long)]
    pub(crate) element: Option<String>,
    /// How many fields to draw, those with the largest features [default: 8 channels or so]
    #[arg(long, value_name = "N")]
    pub(crate) fields: Option<usize>,
    /// Picture to write
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur draw mesh icosphere --out sphere.svg
  schur draw mesh torus --vertex 40 --frequency 1 --random 7 --out torus.svg
  schur draw mesh bunny.ply --vertex 1200 --rings 4 --out bunny.svg

Every visible vertex has its frame: the first axis with an arrow, the second without. Around one
vertex the colours are a steerable kernel, a ring times cos(k angle), at the places of its logarithmic
map: blue is positive, red negative. The long arrows are the first axis of its frame, carried along by
parallel transport.")]
pub(crate) struct MeshArgs {
    /// File (.off, .obj, .ply, .stl), or icosphere, torus, cube, plane, moebius
    pub(crate) mesh: String,
    /// Vertex in the middle of the kernel [default: that nearest to the eye]
    #[arg(long, value_name = "N")]
    pub(crate) vertex: Option<usize>,
    /// Angular frequency of the kernel
    #[arg(long, value_name = "K", default_value_t = 2)]
    pub(crate) frequency: usize,
    /// How many edges the kernel reaches
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) rings: usize,
    /// Frames at random, by this seed, instead of along edges
    #[arg(long, value_name = "SEED")]
    pub(crate) random: Option<u64>,
    /// Picture to write
    #[arg(long, value_name = "FILE.svg")]
    pub(crate) out: PathBuf,
}
