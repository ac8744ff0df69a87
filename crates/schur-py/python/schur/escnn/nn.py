"""Field types, tensors and modules, by escnn's names and with its order of channels."""

from __future__ import annotations

import sys
from typing import Any, Callable, Sequence

import torch
from torch import Tensor

from .. import nn as own
from ._branches import BranchingModule, MergeModule, MultipleModule
from ._fields import EquivariantModule, FieldType, GeometricTensor, _Of, tensor_directsum
from ._gates import GatedNonLinearity1, GatedNonLinearity2, GatedNonLinearityUniform
from ._missing import absent, missing, option, options, single
from .group import Representation
from .gspaces import GSpace

# Linear layers.


class _Basis:
    """What :data:`init` asks for: the kernels of a layer."""

    def __init__(self, layer: own.Layer):
        self.layer = layer

    def dimension(self) -> int:
        """The number of kernels, and of coefficients."""
        return self.layer.weight.numel()


class _Linear(_Of):
    """A map with coefficients of kernels."""

    @property
    def weights(self) -> torch.nn.Parameter:
        """The coefficients of the kernels."""
        return self.layer.weight

    @property
    def bias(self) -> torch.nn.Parameter | None:
        """The constants, on the invariant vectors of the fields."""
        return dict(self.layer.named_parameters()).get("bias")

    @property
    def basisexpansion(self) -> _Basis:
        """The kernels."""
        return _Basis(self.layer)

    @property
    def kernel_size(self) -> int:
        return self._entry("kernel")

    @property
    def padding(self) -> int:
        return self._entry("padding")

    @property
    def stride(self) -> int:
        return self._entry("stride")

    @property
    def dilation(self) -> int:
        return self._entry("dilation")

    @property
    def padding_mode(self) -> str:
        return self._entry("padding_mode")

    def _entry(self, name: str):
        config = self.layer.config
        return config.get("conv", config)[name]


def _default_cutoff(policy: int, outermost: int) -> Callable[[float], float]:
    """escnn's policies -1, -2 and -3 of the plane: the highest frequency on a ring."""

    def highest(r: float) -> float:
        if r == 0.0:
            return 0.0
        at_rim, within = {-1: (2, 2 * r - (r + 1) % 2), -2: (1, 2 * r - (r + 1) % 2), -3: (1, 2)}[policy]
        return min(2 * r, at_rim if r == outermost else within)

    return highest


def _cutoff(of: str, in_type: FieldType, size: int, dilation: int, cutoff) -> dict[str, float]:
    """The entry `cutoff` that has escnn's frequencies on every ring; none for its default."""
    if size > 1 and dilation != 1:
        # Their rings keep their width, and have other frequencies; ours are spread with the taps.
        raise option(of, "dilation", dilation, "use 1, or `schur.nn.Conv` with its own kernels")
    policy = {None: -1, "default1": -1, "default2": -2, "default3": -3}.get(cutoff, cutoff)
    if policy == -1 or size == 1:
        return {}
    if isinstance(policy, (int, float)) and policy >= 0:
        return {"cutoff": float(policy)}
    if policy in (-2, -3):
        policy = _default_cutoff(int(policy), size // 2)
    if callable(policy) and size % 2 == 1:
        rings = range(1, (size + 1) // 2)
        ours = _default_cutoff(-1, size // 2)
        most = 2 if in_type.gspace.dimensionality == 3 else size
        wanted = [int(policy(float(r))) for r in rings]
        if wanted == [min(most, int(ours(float(r)))) for r in rings]:
            return {}
        # The least factor of the radius that gives the numbers, if there is one.
        factor = max(n / r for r, n in zip(rings, wanted))
        if [int(factor * r) for r in rings] == wanted:
            return {"cutoff": factor}
    raise option(
        of, "frequencies_cutoff", cutoff, "use a number: the highest frequency on a ring, over its radius"
    )


def _in_groups(of: str, fields: FieldType, groups: int) -> own.FieldType:
    """The fields with those of each group as blocks of their own."""
    if groups == 1:
        return fields.own
    count, rest = divmod(len(fields), groups) if groups > 0 else (0, 1)
    rhos = fields.representations
    if rest or any(rho != rhos[i % count] for i, rho in enumerate(rhos)):
        raise option(of, "groups", groups, f"use a number that cuts {fields} into equal parts")
    parts = [fields.index_select(range(count))]
    text = " + ".join([parts[0].own.text.partition(": ")[2]] * groups)
    return own.FieldType(f"{fields.fibergroup.text}: {text}")


class R2Conv(_Linear):
    """A steerable convolution, with the kernels that escnn has: Gaussian rings."""

    def __init__(
        self,
        in_type: FieldType,
        out_type: FieldType,
        kernel_size: int,
        padding: int = 0,
        stride: int = 1,
        dilation: int = 1,
        padding_mode: str = "zeros",
        groups: int = 1,
        bias: bool = True,
        sigma=None,
        frequencies_cutoff=None,
        rings=None,
        maximum_offset: int | None = None,
        recompute: bool = False,
        basis_filter: Callable | None = None,
        initialize: bool = True,
    ):
        of = type(self).__name__
        options(of, sigma=sigma, rings=rings, maximum_offset=maximum_offset, basis_filter=basis_filter)
        self.groups = groups
        inside = [_in_groups(of, fields, groups) for fields in (in_type, out_type)]
        super().__init__(
            in_type,
            "conv",
            out_type,
            of=inside[0],
            fields=inside[1],
            kernel=kernel_size,
            padding=padding,
            stride=stride,
            dilation=dilation,
            padding_mode=padding_mode,
            groups=groups,
            bias=bias,
            kernels="steerable",
            **_cutoff(of, in_type, kernel_size, dilation, frequencies_cutoff),
        )
        if not initialize:
            torch.nn.init.zeros_(self.layer.weight)

    def forward(self, input: GeometricTensor) -> GeometricTensor:
        if self.groups == 1:
            return super().forward(input)
        assert input.type == self.in_type, f"{input.type} is not the input type {self.in_type}"
        # The fields of a group are blocks of their own.
        return self.out_type(self.layer(input.tensor))


class R3Conv(R2Conv):
    """A steerable convolution on volumes."""


class R2ConvTransposed(_Linear):
    """The adjoint of a convolution."""

    def __init__(
        self,
        in_type: FieldType,
        out_type: FieldType,
        kernel_size: int,
        padding: int = 0,
        output_padding: int = 0,
        stride: int = 1,
        dilation: int = 1,
        groups: int = 1,
        bias: bool = True,
        sigma=None,
        frequencies_cutoff=None,
        rings=None,
        maximum_offset: int | None = None,
        recompute: bool = False,
        basis_filter: Callable | None = None,
        initialize: bool = True,
    ):
        of = type(self).__name__
        options(of, sigma=sigma, rings=rings, maximum_offset=maximum_offset, basis_filter=basis_filter)
        if groups != 1:
            raise option(of, "groups", groups, "use 1, or one module for the fields of every group")
        self.groups, self.output_padding = groups, output_padding
        conv = dict(
            fields=out_type.own,
            kernel=kernel_size,
            padding=padding,
            stride=stride,
            dilation=dilation,
            bias=bias,
            kernels="steerable",
            **_cutoff(of, in_type, kernel_size, dilation, frequencies_cutoff),
        )
        super().__init__(
            in_type, "conv_transposed", out_type, conv=conv, output_padding=output_padding
        )
        if not initialize:
            torch.nn.init.zeros_(self.layer.get_parameter("weight"))


class R3ConvTransposed(R2ConvTransposed):
    """The adjoint of a convolution of volumes."""


class Linear(_Linear):
    """All linear maps between vectors."""

    def __init__(
        self,
        in_type: FieldType,
        out_type: FieldType,
        bias: bool = True,
        basisexpansion: str = "blocks",
        recompute: bool = False,
        initialize: bool = True,
    ):
        super().__init__(in_type, "linear", out_type, fields=out_type.own, bias=bias)
        if not initialize:
            torch.nn.init.zeros_(self.layer.weight)


# Nonlinearities.


class PointwiseNonLinearity(_Of):
    """A function of every channel."""

    def __init__(self, in_type: FieldType, function: str = "p_relu", inplace: bool = True):
        super().__init__(in_type, "pointwise", function=function.removeprefix("p_"))


class ReLU(PointwiseNonLinearity):
    def __init__(self, in_type: FieldType, inplace: bool = False):
        super().__init__(in_type, "p_relu")


class ELU(PointwiseNonLinearity):
    def __init__(self, in_type: FieldType, alpha: float = 1.0, inplace: bool = False):
        super().__init__(in_type, "p_elu" if alpha == 1.0 else f"p_elu({alpha})")


class LeakyReLU(PointwiseNonLinearity):
    def __init__(self, in_type: FieldType, negative_slope: float = 0.01, inplace: bool = False):
        super().__init__(in_type, f"p_leaky relu({negative_slope})")


class NormNonLinearity(_Of):
    """A function of the length of every field, with a bias that is -1 at first as escnn's is. What is
    learned is the bias itself, of escnn's the logarithm of the number that is subtracted."""

    def __init__(self, in_type: FieldType, function: str = "n_relu", bias: bool = True):
        squash = function == "squash"
        assert not (squash and bias), "squash has no bias: pass bias=False"
        entries = {} if squash else {"function": function.removeprefix("n_")}
        super().__init__(in_type, "norm_nonlinearity", **entries)
        for parameter in self.layer.parameters():
            torch.nn.init.constant_(parameter, -1.0 if bias else 0.0)
            parameter.requires_grad_(bias)


class VectorFieldNonLinearity(_Of):
    def __init__(self, in_type: FieldType):
        super().__init__(in_type, "vector_field")


class ConcatenatedNonLinearity(_Of):
    def __init__(self, in_type: FieldType, function: str = "c_relu"):
        super().__init__(in_type, "concatenated", function=function.removeprefix("c_"))


class FourierPointwise(_Of):
    """A function of the values of functions on the group, at as many samples as their grid has, or
    a few more: ours stand so that the symmetries of the cube permute them."""

    def __init__(
        self,
        gspace: GSpace,
        channels: int,
        irreps: Sequence,
        *grid_args,
        function: str = "p_relu",
        inplace: bool = True,
        out_irreps: Sequence | None = None,
        normalize: bool = True,
        **grid,
    ):
        self._build(gspace, None, channels, irreps, out_irreps, function, normalize, grid_args, grid)

    def _build(self, gspace, subgroup, channels, irreps, out_irreps, function, normalize, args, grid):
        group = gspace.fibergroup
        if not normalize:
            raise option(type(self).__name__, "normalize", normalize, "leave it on")

        def fields(irreps):
            rho = _functions(group, subgroup, irreps)
            return FieldType(gspace, [rho] * channels)

        in_type = fields(irreps)
        entries: dict[str, Any] = {"function": function.removeprefix("p_")}
        if subgroup is not None:
            entries["subgroup"] = subgroup if group.planar else f"{subgroup} in space"
        if group.continuous and (args or grid):
            known = grid.pop("grid", None)
            if known is None or args or grid:
                known = group.grid(*args, **grid)
            entries["rotations"] = len(known)
        out_type = None
        if out_irreps is not None:
            out_type = fields(out_irreps)
            entries["output"] = out_type.own
        _Of.__init__(self, in_type, "fourier", out_type, **entries)


class FourierELU(FourierPointwise):
    """ELU of the values of functions on the group."""

    def __init__(self, *args, **options):
        super().__init__(*args, function="p_elu", **options)


class QuotientFourierPointwise(FourierPointwise):
    """A function of the values of functions on the cosets of a subgroup."""

    def __init__(
        self,
        gspace: GSpace,
        subgroup_id,
        channels: int,
        irreps: Sequence,
        *grid_args,
        function: str = "p_relu",
        inplace: bool = True,
        out_irreps: Sequence | None = None,
        normalize: bool = True,
        **grid,
    ):
        subgroup = gspace.fibergroup.subgroup_name(subgroup_id)
        self._build(gspace, subgroup, channels, irreps, out_irreps, function, normalize, grid_args, grid)


class QuotientFourierELU(QuotientFourierPointwise):
    """ELU of the values of functions on the cosets of a subgroup."""

    def __init__(self, *args, **options):
        super().__init__(*args, function="p_elu", **options)


def _functions(group, subgroup: str | None, irreps: Sequence) -> Representation:
    """Functions on the group, or on cosets, up to the band that has these irreps."""

    def name(irrep) -> str:
        if isinstance(irrep, str):
            return irrep
        id = irrep if isinstance(irrep, tuple) else (irrep,)
        return group.irrep(*id)._math.irreps[0]

    wanted = {name(irrep) for irrep in irreps}
    for band in range(33):
        known = set(group.bl_regular_representation(band)._math.irreps)
        if not wanted <= known:
            continue
        text = f"spectral({band})" if subgroup is None else f"spectral({band}, {subgroup})"
        rho = Representation(group, text)
        found = set(rho._math.irreps)
        # Irreps that functions on cosets don't have may be named, and stay away.
        if found == wanted or (subgroup and wanted == known):
            return rho
        break
    raise missing("nn", f"functions with the irreps {sorted(wanted)}", "use all up to a band")


class TensorProductModule(EquivariantModule):
    """The product of every field with itself, and a projection of its own for each, ``W_i (x_i ⊗ x_i)``.
    `schur.nn.TensorProduct` takes the products of all pairs of fields."""

    def __init__(self, in_type: FieldType, out_type: FieldType, initialize: bool = True):
        super().__init__()
        assert len(set(in_type)) == len(set(out_type)) == 1 and len(in_type) == len(out_type), (
            "as many equal fields in and out"
        )
        self.in_type, self.out_type = in_type, out_type
        rho = in_type.representations[0]
        square = FieldType(in_type.gspace, [rho.tensor(rho)])
        single = FieldType(out_type.gspace, out_type.representations[:1])
        linear = own.KINDS["linear"](square.own, fields=single.own, bias=False)
        # The matrix is linear in the weights: one after the other.
        matrices = []
        one = torch.eye(square.size)
        with torch.no_grad():
            flat = linear.weight.zero_().view(-1)
            for i in range(flat.numel()):
                flat[i] = 1.0
                matrices.append(linear(one).T)
                flat[i] = 0.0
        matrices = torch.stack(matrices)
        norms = matrices.flatten(1).norm(dim=1)[:, None, None]
        self.register_buffer("basis", matrices * single.size**0.5 / norms)
        weights = torch.randn(len(in_type), len(matrices)) if initialize else torch.zeros(
            len(in_type), len(matrices)
        )
        self.weights = torch.nn.Parameter(weights / len(matrices) ** 0.5)

    def forward(self, input: GeometricTensor) -> GeometricTensor:
        assert input.type == self.in_type, f"{input.type} is not the input type {self.in_type}"
        x = input.tensor.unflatten(1, (len(self.in_type), -1))
        products = torch.einsum("bfi...,bfj...->bfij...", x, x).flatten(2, 3)
        matrix = torch.einsum("fk,koi->foi", self.weights, self.basis)
        y = torch.einsum("foi,bfi...->bfo...", matrix, products)
        return self.out_type(y.flatten(1, 2))


# Normalisation and dropout.


class _BatchNorm(_Of):
    without_mean = False

    def __init__(
        self,
        in_type: FieldType,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
    ):
        of = type(self).__name__
        for name, value in (("affine", affine), ("track_running_stats", track_running_stats)):
            if not value:
                raise option(of, name, value, "leave it on")
        if momentum is None:
            raise option(of, "momentum", momentum, "use a number")
        super().__init__(
            in_type, "norm", momentum=momentum, epsilon=eps, without_mean=self.without_mean
        )
        self.eps, self.momentum = eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.reset_running_stats()

    def reset_running_stats(self):
        """Means 0 and variances 1."""
        torch.nn.init.zeros_(self.layer.running_mean)
        # At exactly 1 layers here take the statistics of the first batch as they are.
        torch.nn.init.constant_(self.layer.running_variance, 1.0 + torch.finfo(torch.float32).eps)

    def reset_parameters(self):
        """The statistics, and factors 1 and shifts 0."""
        self.reset_running_stats()
        torch.nn.init.ones_(self.layer.gamma)
        torch.nn.init.zeros_(self.layer.beta)


class InnerBatchNorm(_BatchNorm):
    """Batch norm of permuted fields."""


class IIDBatchNorm2d(_BatchNorm):
    """Batch norm of any fields."""


class IIDBatchNorm3d(_BatchNorm):
    """Batch norm of any fields."""


class IIDBatchNorm1d(_BatchNorm):
    """Batch norm of any fields."""


class NormBatchNorm(_BatchNorm):
    """Batch norm without a mean. As escnn's it divides by the running deviation while it trains, too,
    that of the newest batch included."""

    without_mean = True

    def __init__(
        self, in_type: FieldType, eps: float = 1e-5, momentum: float = 0.1, affine: bool = True
    ):
        for rho in in_type:
            invariant = rho.group.trivial_representation.irreps[0]
            assert invariant not in rho.irreps, f"{rho.name} contains the trivial representation"
        super().__init__(in_type, eps, momentum, affine)
        self.layer.eval()

    def train(self, mode: bool = True) -> NormBatchNorm:
        super().train(mode)
        self.layer.eval()
        return self

    def forward(self, input: GeometricTensor) -> GeometricTensor:
        if self.training:
            with torch.no_grad():
                self._count(input._field.memory)
        return super().forward(input)

    def _count(self, x: Tensor):
        blocks = self.in_type.own.blocks
        squares = []
        for part, (n, _, dim) in zip(x.split([n * dim for n, _, dim in blocks], -1), blocks):
            part = part.unflatten(-1, (dim, n)).square().mean(-2).flatten(0, -2)
            squares.append(part.mean(0) * (len(part) / max(len(part) - 1, 1)))
        self.layer.running_variance.lerp_(torch.cat(squares), self.momentum)


class FieldDropout(EquivariantModule):
    """Fields that are 0 at single pixels, as escnn has it: a mask is of one pixel, which no element of
    the group moves with the image. `schur.nn.Dropout` drops fields in the whole image."""

    def __init__(self, in_type: FieldType, p: float = 0.5, inplace: bool = False):
        super().__init__()
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"a dropout probability of {p}; use 0 to 1")
        self.in_type = self.out_type = in_type
        self.p = p

    def forward(self, input: GeometricTensor) -> GeometricTensor:
        assert input.type == self.in_type, f"{input.type} is not the input type {self.in_type}"
        if not self.training:
            return input
        x, blocks = input._field.memory, self.in_type.own.blocks
        parts = []
        for part, (n, _, dim) in zip(x.split([n * dim for n, _, dim in blocks], -1), blocks):
            part = part.unflatten(-1, (dim, n))
            mask = torch.nn.functional.dropout(torch.ones_like(part[..., :1, :]), self.p)
            parts.append((part * mask).flatten(-2))
        field = own.Field.of_memory(torch.cat(parts, -1), self.in_type.own, input._field.places)
        return GeometricTensor._of(field, self.in_type)


class PointwiseDropout(_Of):
    def __init__(self, in_type: FieldType, p: float = 0.5, inplace: bool = False):
        super().__init__(in_type, "dropout", probability=p, pointwise=True)


# Pools and sizes.


def _sizes(in_type: FieldType, size: int | Sequence[int]) -> list[int]:
    """One number for all axes, or one for each, as one for each."""
    return [size] * in_type.gspace.dimensionality if isinstance(size, int) else list(size)


class PointwiseMaxPool2D(_Of):
    def __init__(
        self,
        in_type: FieldType,
        kernel_size: int,
        stride: int | None = None,
        padding: int = 0,
        dilation: int = 1,
        ceil_mode: bool = False,
    ):
        of = type(self).__name__
        self.dilation = single(of, "dilation", dilation)
        super().__init__(
            in_type,
            "pool",
            window=single(of, "kernel_size", kernel_size),
            stride=single(of, "stride", stride),
            padding=single(of, "padding", padding),
            ceil=ceil_mode,
        )

    def forward(self, input: GeometricTensor) -> GeometricTensor:
        if self.dilation == 1:
            return super().forward(input)
        assert input.type == self.in_type, f"{input.type} is not the input type {self.in_type}"
        # Windows with gaps are PyTorch's.
        of = self.layer.config
        F, x = torch.nn.functional, input.tensor
        run = F.max_pool3d if x.ndim == 5 else F.max_pool2d
        sizes = (of["window"], of.get("stride", of["window"]), of["padding"], self.dilation, of["ceil"])
        return self.out_type(run(x, *sizes))


class PointwiseAvgPool2D(_Of):
    def __init__(
        self,
        in_type: FieldType,
        kernel_size: int,
        stride: int | None = None,
        padding: int = 0,
        ceil_mode: bool = False,
    ):
        super().__init__(
            in_type,
            "pool",
            kind="average",
            window=single(type(self).__name__, "kernel_size", kernel_size),
            stride=single(type(self).__name__, "stride", stride),
            padding=single(type(self).__name__, "padding", padding),
            ceil=ceil_mode,
        )


class PointwiseAvgPoolAntialiased2D(_Of):
    def __init__(
        self, in_type: FieldType, sigma: float, stride: int, padding: int | None = None
    ):
        of = type(self).__name__
        stride, padding = single(of, "stride", stride), single(of, "padding", padding)
        super().__init__(in_type, "blur_pool", sigma=sigma, stride=stride, padding=padding)


class PointwiseAdaptiveMaxPool2D(_Of):
    def __init__(self, in_type: FieldType, output_size: int | tuple[int, int]):
        super().__init__(in_type, "adaptive_max_pool", size=_sizes(in_type, output_size))


class PointwiseAdaptiveAvgPool2D(_Of):
    def __init__(self, in_type: FieldType, output_size: int | tuple[int, int] = 1):
        if set(_sizes(in_type, output_size)) == {1}:
            super().__init__(in_type, "global_pool", kind="average")
        else:
            super().__init__(in_type, "resize", to={"adaptive_average": _sizes(in_type, output_size)})


class NormMaxPool(_Of):
    """The longest field in a window; of equally long ones their mean, where escnn has the first."""

    def __init__(
        self,
        in_type: FieldType,
        kernel_size: int,
        stride: int | None = None,
        padding: int = 0,
        dilation: int = 1,
        ceil_mode: bool = False,
    ):
        of = type(self).__name__
        instead = "leave it out, and add rows and columns to the input before"
        for name, value, plain in (("padding", padding, 0), ("dilation", dilation, 1)):
            if single(of, name, value) != plain:
                raise option(of, name, value, instead)
        if ceil_mode:
            raise option(of, "ceil_mode", ceil_mode, instead)
        window, stride = single(of, "kernel_size", kernel_size), single(of, "stride", stride)
        super().__init__(in_type, "norm_max_pool", window=window, stride=stride)


class MaxPoolChannels(torch.nn.Module):
    """The maxima of so many channels that stand beside each other, of a tensor."""

    def __init__(self, kernel_size: int):
        super().__init__()
        self.kernel_size = kernel_size

    def forward(self, input: Tensor) -> Tensor:
        assert input.shape[1] % self.kernel_size == 0, (
            f"{input.shape[1]} channels are no multiple of {self.kernel_size}"
        )
        return input.unflatten(1, (-1, self.kernel_size)).amax(2)


class GroupPooling(_Of):
    """The maximum over every field."""

    def __init__(self, in_type: FieldType):
        super().__init__(in_type, "group_pool")


class NormPool(_Of):
    """The length of every field."""

    def __init__(self, in_type: FieldType):
        super().__init__(in_type, "norm_pool")


class R2Upsampling(_Of):
    def __init__(
        self,
        in_type: FieldType,
        scale_factor: int | None = None,
        size=None,
        mode: str = "bilinear",
        align_corners: bool = False,
    ):
        of = type(self).__name__
        if (scale_factor is None) == (size is None):
            raise ValueError(f"{of} takes `scale_factor` or `size`, one of the two")
        if size is None:
            if align_corners:
                raise option(of, "align_corners", align_corners, "give the `size` that comes out")
            super().__init__(in_type, "resize", to={mode: scale_factor})
            return
        if mode == "nearest":
            raise option(of, "size", size, 'use `scale_factor`, or mode="bilinear"')
        way = f"{mode}_aligned" if align_corners else f"{mode}_to"
        super().__init__(in_type, "resize", to={way: _sizes(in_type, size)})


class MaskModule(_Of):
    """A soft disc; what is outside of it becomes 0."""

    def __init__(self, in_type: FieldType, S: int, margin: float = 0.0, sigma: float = 2.0):
        self.size = S
        # Their margin is a share of the radius in percent.
        super().__init__(in_type, "mask", margin=margin / 100.0, sigma=sigma)

    def forward(self, input: GeometricTensor) -> GeometricTensor:
        sizes = tuple(input.shape[2:])
        assert all(n == self.size for n in sizes), f"an image of {sizes} for a mask of S={self.size}"
        return super().forward(input)


# Types and sequences.


class RestrictionModule(_Of):
    def __init__(self, in_type: FieldType, id):
        group = in_type.fibergroup.subgroup_name(id)
        super().__init__(in_type, "restriction", group=group)


class DisentangleModule(EquivariantModule):
    """Every field as the sum of its irreps; fields that the group permutes stay as they are, so that
    functions of single channels act on them."""

    def __init__(self, in_type: FieldType):
        super().__init__()
        self.in_type = in_type
        split = not in_type.own.is_permutation
        self.change = _Of(in_type, "change_of_basis") if split else IdentityModule(in_type)
        self.out_type = self.change.out_type

    def forward(self, input: GeometricTensor) -> GeometricTensor:
        return self.change(input)


class ReshuffleModule(EquivariantModule):
    """Fields in another order."""

    def __init__(self, in_type: FieldType, permutation: Sequence[int]):
        super().__init__()
        self.in_type = in_type
        self.out_type = in_type.index_select(permutation)
        starts, ends = in_type.fields_start, in_type.fields_end
        self._channels = [c for i in permutation for c in range(starts[i], ends[i])]

    def forward(self, input: GeometricTensor) -> GeometricTensor:
        assert input.type == self.in_type, f"{input.type} is not the input type {self.in_type}"
        return self.out_type(input.tensor[:, self._channels])


class IdentityModule(EquivariantModule):
    def __init__(self, in_type: FieldType):
        super().__init__()
        self.in_type = self.out_type = in_type

    def forward(self, input: GeometricTensor) -> GeometricTensor:
        return input


class SequentialModule(EquivariantModule):
    """Modules one after the other, or an ordered dictionary of them by name."""

    def __init__(self, *modules: EquivariantModule | dict[str, EquivariantModule]):
        super().__init__()
        (first, *_) = modules or ({},)
        by_name = first if isinstance(first, dict) else dict(enumerate(modules))
        for name, module in by_name.items():
            self.add_module(str(name), module)

    @property
    def in_type(self) -> FieldType:
        return next(iter(self._modules.values())).in_type

    @property
    def out_type(self) -> FieldType:
        return list(self._modules.values())[-1].out_type

    def append(self, module: EquivariantModule) -> SequentialModule:
        self.add_module(str(len(self._modules)), module)
        return self

    def __getitem__(self, index: int) -> EquivariantModule:
        return list(self._modules.values())[index]

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self):
        return iter(self._modules.values())

    def forward(self, input: GeometricTensor) -> GeometricTensor:
        for module in self._modules.values():
            input = module(input)
        return input


class _Blur(EquivariantModule):
    """Gaussian means with a filter of so many pixels on every side of its middle."""

    def __init__(self, in_type: FieldType, sigma: float, half: int, stride: int, padding: int):
        super().__init__()
        self.in_type = self.out_type = in_type
        self.stride, self.padding = stride, padding
        line = torch.exp(-torch.arange(-half, half + 1.0).square() / (2.0 * sigma**2))
        filter = line / line.sum()
        for _ in range(in_type.gspace.dimensionality - 1):
            filter = filter[..., None] * line / line.sum()
        self.register_buffer("filter", filter[None, None])

    def forward(self, input: GeometricTensor) -> GeometricTensor:
        assert input.type == self.in_type, f"{input.type} is not the input type {self.in_type}"
        F, x = torch.nn.functional, input.tensor
        run = F.conv3d if x.ndim == 5 else F.conv2d
        filter = self.filter.expand(x.shape[1], *self.filter.shape[1:])
        return self.out_type(run(x, filter, None, self.stride, self.padding, 1, x.shape[1]))


class PointwiseMaxPoolAntialiased2D(SequentialModule):
    """Maxima at every pixel, and Gaussian means of them in steps."""

    def __init__(
        self,
        in_type: FieldType,
        kernel_size: int,
        stride: int | None = None,
        padding: int = 0,
        dilation: int = 1,
        ceil_mode: bool = False,
        sigma: float = 0.6,
    ):
        of = type(self).__name__
        if single(of, "dilation", dilation) != 1:
            raise option(of, "dilation", dilation, "use 1")
        window, stride, padding = (
            single(of, name, value)
            for name, value in (
                ("kernel_size", kernel_size), ("stride", stride or kernel_size), ("padding", padding)
            )
        )
        half = round(4.0 * sigma)
        # Their filter is wider than that of means alone, and has the padding a second time. At step 1
        # there is nothing that `ceil_mode` would round.
        if half == round(3.0 * sigma):
            blur = PointwiseAvgPoolAntialiased2D(in_type, sigma, stride, padding + half)
        else:
            blur = _Blur(in_type, sigma, half, stride, padding + half)
        super().__init__(PointwiseMaxPool2D(in_type, window, 1, padding), blur)


PointwiseMaxPool3D = PointwiseMaxPool2D
PointwiseAvgPool3D = PointwiseAvgPool2D
PointwiseAvgPoolAntialiased3D = PointwiseAvgPoolAntialiased2D
PointwiseMaxPoolAntialiased3D = PointwiseMaxPoolAntialiased2D
PointwiseAdaptiveAvgPool3D = PointwiseAdaptiveAvgPool2D
PointwiseAdaptiveMaxPool3D = PointwiseAdaptiveMaxPool2D
R3Upsampling = R2Upsampling
PointwiseMaxPool = PointwiseMaxPool2D
PointwiseAvgPool = PointwiseAvgPool2D
PointwiseAvgPoolAntialiased = PointwiseAvgPoolAntialiased2D
PointwiseMaxPoolAntialiased = PointwiseMaxPoolAntialiased2D
PointwiseAdaptiveMaxPool = PointwiseAdaptiveMaxPool2D
PointwiseAdaptiveAvgPool = PointwiseAdaptiveAvgPool2D

class _Init:
    """First weights, drawn from PyTorch's generator: ``tensor`` are those of a convolution, and
    ``basisexpansion`` is what it calls so."""

    @staticmethod
    def _draw(tensor: Tensor, basis: _Basis, rule: str):
        layer = basis.layer
        fresh = own.Layer(layer.in_type, {**layer.config, "initialisation": rule})
        with torch.no_grad():
            tensor.copy_(fresh.weight)

    def generalized_he_init(self, tensor: Tensor, basisexpansion: _Basis, cache: bool = False):
        """The variance of He et al. for the kernels that there are."""
        self._draw(tensor, basisexpansion, "he")

    def deltaorthonormal_init(self, tensor: Tensor, basisexpansion: _Basis):
        """Orthogonal at the centre of the kernel, zero elsewhere."""
        self._draw(tensor, basisexpansion, "delta_orthogonal")

    def __getattr__(self, name: str):
        raise absent("nn.init", name)


init = _Init()

#: escnn's name of where its modules stand.
modules = sys.modules[__name__]


def __getattr__(name: str):
    raise absent("nn", name)
