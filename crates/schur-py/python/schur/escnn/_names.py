"""Public names of escnn 1.0.11 that are not here, with what to use. The table in docs/book/src/from-escnn.md
has the same ones."""

from __future__ import annotations

_SPACE = "`schur.nn.FieldType` takes groups of space by name, such as `{}`"
_CONV = "`{}` with fields of `{}` convolves volumes"
_COSETS = "`schur.nn.{}` has `subgroup`, one {} for each of its cosets"
_KERNELS = "`schur.math.Representation.steerable_kernels` and `lattice_kernels` have them"
_PRODUCT = "`schur.math.Group` takes `{}` by name, and `schur.nn.Linear` vectors of it"
_NO_ERROR = "`schur.math` has its own coefficients, which are always found"
_CHARACTER = "`rho(g)` and `rho.character(g)` of a representation have it"
_IDS = "ids are numbers of rotations `n`, in groups with mirrors `(None, n)` or `(axis, n)`"
_POINTS = "`schur.nn.PointConv` convolves points {}"

#: For names of modules.
NAMES: dict[str, dict[str, str]] = {
    "nn": {
        "R3IcoConv": _CONV.format("R3Conv", "icoOnR3()"),
        "R3IcoConvTransposed": _CONV.format("R3ConvTransposed", "icoOnR3()"),
        "R2PointConv": _POINTS.format("of the plane and of surfaces"),
        "R3PointConv": _POINTS.format("of space"),
        "InducedGatedNonLinearity1": _COSETS.format("Gated", "gate"),
        "InducedNormNonLinearity": _COSETS.format("NormNonlinearity", "length"),
        "InducedNormPool": _COSETS.format("NormPool", "length"),
        "InducedNormBatchNorm": "`schur.nn.Norm` with `without_mean=True` divides by the same lengths",
        "GNormBatchNorm": "`schur.nn.ChangeOfBasis` and `schur.nn.Norm` behind it norm every irrep",
        "HarmonicPolynomialR3": "`schur.math.spherical_harmonics` computes them",
    },
    "nn.init": {},
    "group": {
        "DirectProductGroup": _PRODUCT.format("C4 x D3"),
        "DoubleGroup": _PRODUCT.format("C4 x C4"),
        "direct_product": _PRODUCT.format("C4 x D3"),
        "double_group": _PRODUCT.format("C4 x C4"),
        "cylinder_group": _SPACE.format("cylinder: 1 trivial"),
        "cylinder_discrete_group": _SPACE.format("C4h: 1 trivial"),
        "full_cylinder_group": _SPACE.format("full cylinder: 1 trivial"),
        "full_cylinder_discrete_group": _SPACE.format("D4h: 1 trivial"),
        "HomSpace": "`group.bl_quotient_representation(L, id)` has functions on the cosets",
        "homomorphism_space": "`schur.math.Representation.maps_to` has a basis of the maps",
        "disentangle": "`rho.change_of_basis` and `rho.irreps` are the result",
        "change_basis": "`schur.nn.ChangeOfBasis` changes fields, and representations have names",
        "InsufficientIrrepsException": _NO_ERROR,
        "UnderconstrainedCGSystem": _NO_ERROR,
        "psi": _CHARACTER,
        "chi": _CHARACTER,
        "psichi": _CHARACTER,
    },
    "gspaces": {
        "conicalOnR3": _SPACE.format("C4v: 1 trivial` and `cone: 1 trivial"),
        "cylindricalOnR3": _SPACE.format("C4h: 1 trivial` and `cylinder: 1 trivial"),
        "fullCylindricalOnR3": _SPACE.format("D4h: 1 trivial` and `full cylinder: 1 trivial"),
        "mirOnR3": _SPACE.format("Cs: 1 trivial"),
        "invOnR3": _SPACE.format("Ci: 1 trivial"),
    },
    "kernels": {},
}

#: For all others: escnn has more in other versions, and of `kernels` nothing is here.
ANYTHING = {
    "nn": "`schur.nn.KINDS` has every layer of the library",
    "nn.init": "`schur.nn.Conv` has `gain` and `initialisation`",
    "group": "`schur.math.Group` has groups of all families by name",
    "gspaces": _SPACE.format("C4v: 1 trivial"),
    "kernels": _KERNELS,
}

_TURN = "elements are composed by `g @ h` and inverted by `~g`"
_IMPULSE = "apply the module to an image with a single 1, or `convert` modules of escnn"
_BAND = "`{}` takes all irreps up to a band"

#: For members of classes.
MEMBERS: dict[str, dict[str, str]] = {
    "Group": {
        "subgroup": "`gspace.restrict(id)` and `RestrictionModule` take ids of subgroups",
        "subgroup_trivial_id": _IDS,
        "subgroup_self_id": _IDS,
        "homspace": "`bl_quotient_representation(L, id)` has functions on the cosets",
        "spectral_regular_representation": _BAND.format("bl_regular_representation(L)"),
        "spectral_quotient_representation": _BAND.format("bl_quotient_representation(L, id)"),
        "bl_induced_representation": "`bl_quotient_representation(L, id)` is that of trivial fields; there are no others",
        "PARAM": "`g.param` is that of `g.value`",
        "PARAMETRIZATIONS": "`g.to(param)` takes int, radians and MAT",
        "abelian": "compare `g @ h` with `h @ g`",
        "reflection": "`element((1, 0))` is the mirror; `testing_elements()` of O(2) have it",
        "inversion": "`testing_elements()` have it",
        "grid_so2": "`grid` says how many samples there are",
        "grid_so3": "`grid` says how many samples there are",
        "change_param": "`g.to(param)` takes int, radians and MAT",
        "combine": _TURN,
        "inverse": _TURN,
    },
    "Representation": {
        "endomorphism_basis": "`schur.math.Representation.maps_to` has the maps of a representation to itself",
        "sum_of_squares_constituents": "`schur.math.Representation.endomorphism_type` says it",
        "representation": "call it: `rho(g)`",
        "id": "only irreps have one; `name` and `irreps` say which it is",
        "attributes": "`name` and `irreps` say which it is",
    },
    "GSpace": {
        "basespace": "`testing_elements` and `dimensionality` say what acts on it",
        "basespace_action": "`g.to('MAT')` is the matrix of an element, in space with z along the slices",
        "featurefield_action": "`tensor.transform(g)` acts on a field",
        "build_kernel_basis": _KERNELS,
        "build_fiber_intertwiner_basis": "`schur.math.Representation.maps_to` has a basis of the maps",
    },
    "FieldType": {
        "change_of_basis": "`get_dense_change_of_basis()` has its numbers",
        "change_of_basis_inv": "`get_dense_change_of_basis_inv()` has its numbers",
        "testing_types": "`testing_elements` has them",
    },
    "GeometricTensor": {
        "rmul": "use `factor * tensor`",
        "fiber_representation": "`type.fiber_representation` has it",
    },
    "EquivariantModule": {
        "expand_parameters": _IMPULSE,
        "filter": _IMPULSE,
        "expanded_bias": "apply the module to zeros",
        "bias_expansion": "apply the module to zeros",
    },
    "R2ConvTransposed": {"check_equivariance_": "use `check_equivariance()`"},
    "TensorProductModule": {
        "basisexpansion": "`basis` has the matrices of the weights",
        "construct": "make `TensorProductModule(in_type, out_type)`",
    },
}
