//! Commands about groups.

use std::path::PathBuf;

use clap::Args;

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
  schur group D8 --kernels 5
  schur group Oh --kernels 3

Names: Cn, Dn (order 2n), Sn, An, Q8, Dicn, T, O, I, Td, Th, Oh, Ih, and products such as C4 x D3;
for --tensor and --restrict also SO(2), O(2), SO(3), O(3) and, for --tensor, SU(2); products of any
of these, such as C2 x SO(3), and other groups of space (C4v, D3h), with --tensor and --band.
D4 is the symmetry group of the square, of order 8, which some texts call D8. S4 is all permutations
of four things; --kernels, as training, has groups of images and volumes, in which it is Schoenflies'.

In SO(3) and O(3), Cn turns about z and Dn has half turns about axes across for its mirrors.

`-` reads the description of a group from the standard input.

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
Of large groups tables of more than a megabyte are left out and listed as `omitted`; --all gives them.
Subgroups are listed up to order 1024, and if there are at most 8192.
With --tensor: group, factors, irreps. With --restrict: group, subgroup, classes (conjugates,
inclusion, irreps: irrep, dimension, parts); for compact groups band, and irreps without classes. Of a
product with infinite factors: group, band, irreps (name, dimension, endomorphism_type). With
--induce: group, subgroup, irrep, dimension, classes (conjugates, inclusion, parts). With --kernels:
group, size, representations, dimensions (rows: to, columns: from).")]
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
    /// For groups of images and volumes: how many kernels of N x N pixels, or N x N x N voxels, there are
    /// between irreps, and from and to the regular representation
    #[arg(long, value_name = "N",
        conflicts_with_all = ["tensor", "restrict", "induce", "irrep", "band"])]
    pub(crate) kernels: Option<usize>,
    /// Print JSON instead of tables
    #[arg(long)]
    pub(crate) json: bool,
    /// Print large tables too, which are summarised otherwise
    #[arg(long)]
    pub(crate) all: bool,
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
subgroups have the same name, quotient(C2#1) is the first of them. Groups of the plane and of space
(D4, Oh, SO(2), SO(3), ...) also have spectral(BAND) and restricted(GROUP, ...), those of space
harmonics(DEGREE). Products of infinite groups have trivial, irreps, tensor products and sums.

Keys of --json: group, from and to (name, dimension, irreps as [irrep, multiplicity]), dimension,
inner_product, basis (matrices, as lists of rows). A basis of more than 65,536 numbers is left out,
which `omitted` says; --all gives it.")]
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
    /// Print large matrices too, which are summarised otherwise
    #[arg(long)]
    pub(crate) all: bool,
}
