"""An example or more of every kind of layer: name, input, entries, sizes of its input, behind the name of
its places if the sizes do not say these."""

from schur import nn
from schur.math import Group, LinearGroup

LORENTZ = LinearGroup.lorentz()
#: A group that has no name.
FIVE = Group.from_permutations("five", [[1, 2, 3, 4, 0], [0, 4, 3, 2, 1]])

KINDS = [
    ("adaptive_max_pool", "C4: 2 regular", dict(size=[2, 2]), (8, 8)),
    ("attention", "C4: 3 regular", dict(head=2, heads=2), (4, 4)),
    ("blur_pool", "D4: 2 E1", dict(stride=2), (9, 9)),
    (
        "branch",
        "C4: 1 trivial",
        dict(join="concat", body=[nn.describe("conv", 2, 3, padding=1)]),
        (6, 6),
    ),
    (
        "branch",
        "C4: 1 trivial",
        dict(
            join="add",
            body=[nn.describe("conv", 2, 1), nn.describe("norm", "relu")],
            shortcut=[nn.describe("conv", 2, 1)],
        ),
        (6, 6),
    ),
    ("change_of_basis", "D2: 2 regular", {}, (4, 4)),
    ("concatenated", "C2: 2 trivial", dict(function="relu"), (4, 4)),
    ("concatenated", "D4: 3 B1 + 2 A2", dict(function="relu"), (4, 4)),
    ("conv", "C4: 2 trivial", dict(fields="2 regular + E1", kernel=3, bias=True), (7, 7)),
    ("conv", "C8: 2 regular", dict(fields="2 regular", kernel=5, padding=2, stride=2), (9, 9)),
    ("conv", "D4: 2 regular + 1 E1", dict(fields=3, kernel=3, dilation=2), (9, 9)),
    (
        "conv",
        "SO(2): 2 trivial",
        dict(fields="2 E1", kernel=5, kernels="steerable", cutoff=2.0),
        (9, 9),
    ),
    (
        "conv",
        "C4: 1 regular + 1 trivial",
        dict(
            fields="1 regular + 1 trivial",
            kernel=3,
            padding_mode="circular",
            padding=1,
            groups=2,
        ),
        (6, 6),
    ),
    (
        "conv_transposed",
        "C4: 1 regular",
        dict(conv=dict(fields=2, kernel=3, stride=2, padding=1)),
        (5, 5),
    ),
    ("dropout", "C4: 1 regular", dict(probability=0.5), (4, 4)),
    ("fourier", "SO(2): 2 spectral(1)", dict(function="elu", rotations=8), (4, 4)),
    ("fourier_max_pool", "C4: 2 regular", dict(window=2), (6, 6)),
    ("gated", "C4: 2 E1 + 2 trivial", dict(fields="2 E1"), (4, 4)),
    ("gated", "SO(2): 2 spectral(1)", {}, (4, 4)),
    ("global_pool", "C4: 2 E1", dict(kind="average"), (5, 5)),
    ("group_pool", "C4: 2 regular", {}, (4, 4)),
    ("group_pool", "C4: 2 regular", dict(kind="average", subgroup="C2"), (4, 4)),
    ("implicit_conv", "C4: 1 regular", dict(fields=1, kernel=3, hidden=[4, 3], bias=True), (6, 6)),
    ("induction", "C4: 1 regular", dict(group="D4"), (4, 4)),
    (
        "labelled",
        "C4: 1 regular + 1 E1 + 1 trivial",
        dict(
            labels=["a", "b", "a"],
            in_place=True,
            layers=dict(
                a=nn.describe("pointwise", "relu"), b=nn.describe("norm_nonlinearity", "relu")
            ),
        ),
        (4, 4),
    ),
    ("linear", "C4: 2 regular", dict(fields="2 regular + E1", bias=True), ()),
    ("linear", "O(2): 2 trivial + E1", dict(fields="3 trivial", gain=1.0), (3, 3)),
    ("mask", "C4: 1 regular", dict(sigma=2.0), (7, 7)),
    ("max_out", "C4: 4 regular", dict(over=2), (4, 4)),
    ("norm", "C4: 2 regular", dict(activation="relu", momentum=0.2, epsilon=0.001), (4, 4)),
    ("norm", "SO(2): 2 trivial + 2 spectral(2)", dict(activation="identity"), (4, 4)),
    ("norm_max_pool", "C4: 2 E1", dict(window=2), (6, 6)),
    ("norm_nonlinearity", "C4: 2 E1", {}, (4, 4)),
    ("norm_pool", "C4: 2 E1", {}, (4, 4)),
    (
        "point_conv",
        "O(2): 2 trivial",
        dict(fields="2 E1", radius=1.5, neighbours=6),
        "points",
    ),
    (
        "point_conv",
        "D6: 1 regular",
        dict(fields=2, radius=2.0, rings=2, neighbours=4, aggregation="sum", bias=True),
        "points",
    ),
    ("point_pool", "D6: 1 regular + 2 E1", {}, "points"),
    ("pointwise", "C4: 2 regular", dict(function="leaky relu(0.1)"), (4, 4)),
    ("pool", "C4: 2 regular", dict(window=3, stride=2, padding=1, ceil=True), (7, 7)),
    ("pool", "D4: 2 E1", dict(kind="average", window=2), (6, 6)),
    ("resize", "C4: 2 regular", dict(to=dict(bilinear=2)), (4, 4)),
    ("restriction", "C4: 1 regular", dict(group="C2"), (4, 4)),
    ("sample_norm", "C4: 2 regular", dict(kind=dict(groups=2)), (4, 4)),
    ("sort_fields", "C4: 1 regular + 1 trivial + 1 regular", {}, (4, 4)),
    ("tensor_product", "C4: 2 E1", dict(fields="2 trivial"), (4, 4)),
    ("vector_field", "C4: 2 regular", {}, (4, 4)),
    # On volumes.
    ("conv", "O: 1 trivial", dict(fields="1 regular", kernel=3, bias=True), (5, 5, 5)),
    ("conv", "C4 in space: 1 regular", dict(fields=2, kernel=3, padding=1), (4, 5, 5)),
    ("norm", "O: 1 regular", dict(activation="elu"), (3, 3, 3)),
    ("pool", "C4 in space: 1 regular", dict(window=2), (4, 4, 4)),
    ("group_pool", "O: 1 regular", {}, (3, 3, 3)),
    ("global_pool", "Oh: 2 trivial", {}, (3, 3, 3)),
    ("norm_nonlinearity", "Oh: 2 defining", {}, (3, 3, 3)),
    ("restriction", "Oh: 1 defining", dict(group="O"), (3, 3, 3)),
    # On spheres, and coefficients of functions on them.
    ("to_harmonics", "SO(3): 2 trivial", dict(degree=3), ("gauss_legendre", 5, 10)),
    ("to_harmonics", "O(3): 1 trivial", dict(degree=2, any_grid=True), ("healpix", 48)),
    ("from_harmonics", "SO(3): 2 harmonics(0, 3)", dict(rings=5), ()),
    ("from_harmonics", "O(3): 1 harmonics(0, 2)", dict(grid="healpix", rings=2), ()),
    ("from_harmonics", "O(3): 1 harmonics(0, 2)", dict(grid="icosahedral", rings=2), ()),
    (
        "sphere_conv",
        "SO(3): 2 harmonics(0, 3)",
        dict(channels=2, rings=2, spin=1, bias=True),
        (),
    ),
    ("sphere_pointwise", "SO(3): 2 harmonics(0, 3)", dict(degree=2), ()),
    ("harmonic_pool", "SO(3): 2 harmonics(0, 3)", dict(degree=1), ()),
    ("pointwise", "O(3): 2 trivial", dict(function="elu"), ("equiangular", 6, 12)),
    ("global_pool", "SO(3): 2 trivial", dict(kind="average"), ("equiangular", 6, 12)),
    # On strips.
    ("conv", "D1@0: 2 regular", dict(fields="1 regular", kernel=3, padding=1), ("moebius", 6, 8)),
    ("conv", "D1@0: 2 trivial", dict(fields=1, kernel=3, padding=1, bias=True), ("cylinder", 6, 8)),
    ("pool", "D1@0: 2 regular", dict(window=2), ("moebius", 6, 8)),
    ("norm", "D1@0: 2 regular", dict(activation="elu"), ("moebius_untransported", 4, 6)),
    # On surfaces, and from a fine level to a coarse one.
    ("point_conv", "SO(2): 2 E1", dict(fields="1 trivial", radius=1.2, neighbours=5), "surface"),
    ("point_conv", "O(2): 2 trivial", dict(fields="1 E1", radius=1.5, neighbours=4), "coarser"),
    ("point_pool", "SO(2): 2 E1", {}, "surface"),
    ("point_pool", "O(2): 1 trivial + 1 E1", {}, "coarser"),
    ("norm_nonlinearity", "SO(2): 2 E1", {}, "surface"),
    # On points in space.
    ("point_conv", "SO(3): 2 trivial", dict(fields="1 irrep(1)", radius=1.5, neighbours=4), "space"),
    (
        "point_conv",
        "O: 1 regular",
        dict(fields="2 defining", radius=1.5, neighbours=4, max_frequency=2, bias=True),
        "space",
    ),
    ("norm_nonlinearity", "O(3): 2 defining", {}, "space"),
    (
        "attention",
        "SO(3): 2 trivial + 2 irrep(1)",
        dict(head="1 trivial + 1 irrep(1)", heads=2),
        "space",
    ),
    # On vectors, of groups that act nowhere.
    ("linear", "A4: 1 regular + 2 trivial", dict(fields="1 regular", bias=True), ()),
    ("linear", "SU(2): 2 1/2 + 1 0", dict(fields="1 1/2 + 2 0"), ()),
    ("tensor_product", "SU(2): 2 1/2", dict(fields="2 1"), ()),
    ("norm_nonlinearity", "O(3) x S3: 2 1- x 1'", {}, ()),
    ("pointwise", nn.FieldType.of(FIVE, "2 regular").text, dict(function="relu"), ()),
    ("linear", nn.FieldType.of(FIVE, "1 regular").text, dict(fields="1 regular"), ()),
    (
        "linear",
        nn.FieldType.of(LORENTZ, "2 T(1) + 1 T(0)").text,
        dict(fields="1 T(1) + 1 T(0, 1) + 1 T(0)", bias=True),
        (),
    ),
]

IDS = [f"{kind}-{nn.FieldType(fields)}" for kind, fields, _, _ in KINDS]
