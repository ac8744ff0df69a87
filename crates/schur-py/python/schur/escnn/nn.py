"""Field types, tensors and modules, by escnn's names and with its order of channels."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Sequence

import numpy as np
import torch
from torch import Tensor

from .. import nn as own
from ._missing import missing
from .group import Representation
from .gspaces import GSpace


class FieldType:
    """A list of representations; that of escnn, with one of :class:`schur.nn.FieldType` inside."""

    def __init__(self, gspace: GSpace, representations: Sequence[Representation]):
        self.gspace = gspace
        self.representations = list(representations)
        blocks: list[list[Any]] = []
        for rho in self.representations:
            if blocks and blocks[-1][1] == rho:
                blocks[-1][0] += 1
            else:
                blocks.append([1, rho])

        def term(count, rho):
            text = f"({rho.text})" if " + " in rho.text else rho.text
            return f"{count} {text}"

        text = " + ".join(term(*block) for block in blocks)
        self.own = own.FieldType(f"{gspace.fibergroup.text}: {text}")

    @classmethod
    def _of(cls, gspace: GSpace, of: own.FieldType) -> FieldType:
        from .group import Group

        name = of.text.split(":")[0]
        if name != gspace.fibergroup.text:
            gspace = type(gspace)(Group(name), gspace.dimensionality)
        representations = []
        for count, name, _ in of.blocks:
            representations += [Representation(gspace.fibergroup, name)] * count
        return cls(gspace, representations)

    @property
    def fibergroup(self):
        return self.gspace.fibergroup

    @property
    def size(self) -> int:
        """The number of channels."""
        return self.own.channels

    @property
    def irreps(self) -> list[str]:
        return [irrep for rho in self.representations for irrep in rho.irreps]

    @property
    def fields_start(self) -> np.ndarray:
        sizes = [rho.size for rho in self.representations]
        return np.cumsum([0, *sizes[:-1]])

    @property
    def fields_end(self) -> np.ndarray:
        return np.cumsum([rho.size for rho in self.representations])

    @property
    def testing_elements(self):
        return self.gspace.testing_elements

    def restrict(self, id) -> FieldType:
        space, _, _ = self.gspace.restrict(id)
        return FieldType._of(space, self.own.restricted_to(space.fibergroup.text))

    def sorted(self) -> FieldType:
        order = sorted(range(len(self)), key=lambda i: self.representations[i].size)
        return self.index_select(order)

    def index_select(self, index: Iterable[int]) -> FieldType:
        return FieldType(self.gspace, [self.representations[i] for i in index])

    def __add__(self, other: FieldType) -> FieldType:
        return FieldType(self.gspace, self.representations + other.representations)

    def __len__(self) -> int:
        return len(self.representations)

    def __iter__(self):
        return iter(self.representations)

    def __call__(self, tensor: Tensor, coords: Tensor | None = None) -> GeometricTensor:
        return GeometricTensor(tensor, self, coords)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FieldType) and (self.gspace, self.own) == (
            other.gspace,
            other.own,
        )

    def __hash__(self) -> int:
        return hash((self.gspace, self.own))

    def __repr__(self) -> str:
        return f"[{self.gspace}: {{{', '.join(rho.name for rho in self)}}}({self.size})]"


class GeometricTensor:
    """A tensor ``[batch, channels, ...]`` with its type. Between modules it stays in the order of
    memory, and is put into that of tensors when it is asked for."""

    def __init__(self, tensor: Tensor, type: FieldType, coords: Tensor | None = None):
        if coords is not None:
            raise missing("nn", "GeometricTensor with coords", "`schur.nn.Points` has points")
        self.type = type
        self.coords = None
        self._field = own.Field(tensor, type.own)

    @classmethod
    def _of(cls, field: own.Field, type: FieldType) -> GeometricTensor:
        made = cls.__new__(cls)
        made.type, made.coords, made._field = type, None, field
        return made

    @property
    def tensor(self) -> Tensor:
        return self._field.tensor

    @property
    def shape(self) -> torch.Size:
        return self._field.shape

    @property
    def device(self) -> torch.device:
        return self._field.memory.device

    def size(self):
        return self.shape

    def to(self, *args, **kwargs) -> GeometricTensor:
        memory = self._field.memory.to(*args, **kwargs)
        return self._of(own.Field.of_memory(memory, self.type.own), self.type)

    def transform(self, element) -> GeometricTensor:
        """The action of an element, interpolated between pixels where need be."""
        name = element._native.name
        names = self.type.own.elements()
        if name not in names:
            # Polyhedral groups have two sets of names for their elements, in one order.
            name = names[self.type.fibergroup.testing_elements().index(element)]
        exact = dict(own._network.native_type(self.type.own.text).exact_elements(
            list(self._field.memory.shape[1:-1])
        ))
        moved = own.transform(self._field, name, interpolate=not exact.get(name, False))
        return self._of(moved, self.type)

    def __add__(self, other: GeometricTensor) -> GeometricTensor:
        return self._of(self._field + other._field, self.type)

    def __sub__(self, other: GeometricTensor) -> GeometricTensor:
        return self._of(self._field - other._field, self.type)

    def __mul__(self, factor: float) -> GeometricTensor:
        return self._of(self._field * factor, self.type)

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return f"g_tensor({self.tensor}, {self.type})"


def tensor_directsum(tensors: Sequence[GeometricTensor]) -> GeometricTensor:
    """The channels of tensors one after the other."""
    type = tensors[0].type
    for other in tensors[1:]:
        type = type + other.type
    return GeometricTensor._of(own.direct_sum([t._field for t in tensors]), type)


class EquivariantModule(torch.nn.Module):
    """A map of geometric tensors."""

    in_type: FieldType
    out_type: FieldType

    def evaluate_output_shape(self, input_shape: Sequence[int]) -> tuple[int, ...]:
        """The shape behind the module, found on zeros."""
        was_training = self.training
        self.eval()
        with torch.no_grad():
            shape = self(self.in_type(torch.zeros(1, *input_shape[1:]))).shape
        self.train(was_training)
        return (input_shape[0], *shape[1:])

    def check_equivariance(self, atol: float = 1e-5, rtol: float = 1e-5, **_):
        """Defects ``[(element, largest difference)]`` on random numbers; elements that move pixels
        between pixels are left out."""
        sizes = (9,) * self.in_type.gspace.dimensionality
        parameter = next(self.parameters(), torch.zeros(()))
        shape = (2, self.in_type.size, *sizes)
        x = torch.randn(shape, dtype=parameter.dtype, device=parameter.device)
        report = own.check(_Unwrapped(self), own.Field(x, self.in_type.own))
        for element, defect in report.exact.items():
            assert defect <= max(atol, rtol), f"{element}: relative defect {defect}"
        return list(report.exact.items())

    def export(self):
        """Itself: ``torch.export`` and ``torch.onnx`` take it as it is."""
        return self.eval()


class _Unwrapped(torch.nn.Module):
    """A module of theirs as one of fields."""

    def __init__(self, module: EquivariantModule):
        super().__init__()
        self.module = module
        self.in_type, self.out_type = module.in_type.own, module.out_type.own

    def forward(self, x: own.Field) -> own.Field:
        return self.module(GeometricTensor._of(x, self.module.in_type))._field


class _Of(EquivariantModule):
    """A module that is one layer of ours."""

    def __init__(
        self, in_type: FieldType, kind: str, out_type: FieldType | None = None, /, **entries
    ):
        super().__init__()
        self.in_type = in_type
        self.layer = own.KINDS[kind](in_type.own, **entries)
        if out_type is None:
            same = self.layer.out_type == in_type.own
            out_type = in_type if same else FieldType._of(in_type.gspace, self.layer.out_type)
        self.out_type = out_type

    def forward(self, input: GeometricTensor) -> GeometricTensor:
        # An assertion, as scripts expect it of them.
        assert input.type == self.in_type, f"{input.type} is not the input type {self.in_type}"
        return GeometricTensor._of(self.layer(input._field), self.out_type)


# Linear layers.


class R2Conv(_Of):
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
        for name, value in (("sigma", sigma), ("rings", rings), ("basis_filter", basis_filter)):
            if value is not None:
                raise missing("nn", f"R2Conv({name}=)", "leave it out")
        if callable(frequencies_cutoff):
            # A function that is linear in the radius is a number; others have no name in a config.
            frequencies_cutoff = float(frequencies_cutoff(1.0))
        if frequencies_cutoff is not None and frequencies_cutoff < 0:
            if frequencies_cutoff != -1:
                raise missing("nn", "R2Conv(frequencies_cutoff=-2)", "give a number above 0")
            frequencies_cutoff = None
        entries: dict[str, Any] = {}
        if frequencies_cutoff is not None and kernel_size > 1:
            entries["cutoff"] = float(frequencies_cutoff)
        super().__init__(
            in_type,
            "conv",
            out_type,
            fields=out_type.own,
            kernel=kernel_size,
            padding=padding,
            stride=stride,
            dilation=dilation,
            padding_mode=padding_mode,
            groups=groups,
            bias=bias,
            kernels="steerable",
            **entries,
        )


    @property
    def weights(self) -> torch.nn.Parameter:
        """The coefficients of the kernels."""
        return self.layer.weight

    @property
    def basisexpansion(self) -> own.Layer:
        """What :data:`init` asks for: the layer itself."""
        return self.layer


class R3Conv(R2Conv):
    """A steerable convolution on volumes."""


class R2ConvTransposed(_Of):
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
        bias: bool = True,
        **_,
    ):
        conv = dict(
            fields=out_type.own,
            kernel=kernel_size,
            padding=padding,
            stride=stride,
            dilation=dilation,
            bias=bias,
            kernels="steerable",
        )
        super().__init__(
            in_type, "conv_transposed", out_type, conv=conv, output_padding=output_padding
        )


class Linear(_Of):
    """All linear maps between vectors."""

    def __init__(self, in_type: FieldType, out_type: FieldType, bias: bool = True, **_):
        super().__init__(in_type, "linear", out_type, fields=out_type.own, bias=bias)


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
    """A function of the length of every field."""

    def __init__(self, in_type: FieldType, function: str = "n_relu", bias: bool = True):
        function = function.removeprefix("n_")
        entries = {} if function == "squash" else {"function": function}
        super().__init__(in_type, "norm_nonlinearity", **entries)


class VectorFieldNonLinearity(_Of):
    def __init__(self, in_type: FieldType, **_):
        super().__init__(in_type, "vector_field")


class ConcatenatedNonLinearity(_Of):
    def __init__(self, in_type: FieldType, function: str = "c_relu"):
        super().__init__(in_type, "concatenated", function=function.removeprefix("c_"))


class TensorProductModule(_Of):
    def __init__(self, in_type: FieldType, out_type: FieldType, initialize: bool = True):
        super().__init__(in_type, "tensor_product", out_type, fields=out_type.own)


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
        if not (affine and track_running_stats):
            raise missing("nn", "norms without affine or statistics", "leave both on")
        super().__init__(
            in_type, "norm", momentum=momentum, epsilon=eps, without_mean=self.without_mean
        )


class InnerBatchNorm(_BatchNorm):
    """Batch norm of permuted fields."""


class IIDBatchNorm2d(_BatchNorm):
    """Batch norm of any fields."""


class IIDBatchNorm3d(_BatchNorm):
    """Batch norm of any fields."""


class IIDBatchNorm1d(_BatchNorm):
    """Batch norm of any fields."""


class NormBatchNorm(_BatchNorm):
    """Batch norm without a mean."""

    without_mean = True


class FieldDropout(_Of):
    def __init__(self, in_type: FieldType, p: float = 0.5, inplace: bool = False):
        super().__init__(in_type, "dropout", probability=p)


class PointwiseDropout(_Of):
    def __init__(self, in_type: FieldType, p: float = 0.5, inplace: bool = False):
        super().__init__(in_type, "dropout", probability=p, pointwise=True)


# Pools and sizes.


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
        super().__init__(
            in_type, "pool", window=kernel_size, stride=stride, padding=padding, ceil=ceil_mode
        )


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
            window=kernel_size,
            stride=stride,
            padding=padding,
            ceil=ceil_mode,
        )


class PointwiseAvgPoolAntialiased2D(_Of):
    def __init__(
        self, in_type: FieldType, sigma: float, stride: int, padding: int | None = None
    ):
        super().__init__(in_type, "blur_pool", sigma=sigma, stride=stride, padding=padding)


class PointwiseAdaptiveMaxPool2D(_Of):
    def __init__(self, in_type: FieldType, output_size: int | tuple[int, int]):
        size = (output_size,) * 2 if isinstance(output_size, int) else output_size
        super().__init__(in_type, "adaptive_max_pool", size=list(size))


class PointwiseAdaptiveAvgPool2D(_Of):
    def __init__(self, in_type: FieldType, output_size: int | tuple[int, int] = 1):
        if output_size not in (1, (1, 1), (1, 1, 1)):
            raise missing("nn", "PointwiseAdaptiveAvgPool2D of more pixels", "use output_size=1")
        super().__init__(in_type, "global_pool", kind="average")


class NormMaxPool(_Of):
    def __init__(self, in_type: FieldType, kernel_size: int, stride: int | None = None, **_):
        super().__init__(in_type, "norm_max_pool", window=kernel_size, stride=stride)


class GroupPooling(_Of):
    """The maximum over every field."""

    def __init__(self, in_type: FieldType, **_):
        super().__init__(in_type, "group_pool")


class NormPool(_Of):
    """The length of every field."""

    def __init__(self, in_type: FieldType, **_):
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
        if scale_factor is None or align_corners:
            raise missing("nn", "R2Upsampling(size=, align_corners=True)", "use `schur.nn.Resize`")
        super().__init__(in_type, "resize", to={mode: scale_factor})


class MaskModule(_Of):
    """A soft disc; what is outside of it becomes 0."""

    def __init__(self, in_type: FieldType, S: int, margin: float = 0.0, sigma: float = 2.0):
        # Their margin is a share of the radius in percent, ours pixels.
        pixels = (S - 1) / 2 * margin / 100.0
        super().__init__(in_type, "mask", margin=pixels, sigma=sigma)


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


class MultipleModule(EquivariantModule):
    """Modules for some of the fields each, by labels; their results follow each other in the order
    of the modules, or stand where the fields were if these lie beside each other.

    :param labels: one label per field.
    :param modules: pairs (module, label), or (module, several labels).
    """

    def __init__(
        self,
        in_type: FieldType,
        labels: Sequence[str],
        modules: Sequence[tuple[EquivariantModule, str | Sequence[str]]],
        reshuffle=None,
    ):
        super().__init__()
        if len(labels) != len(in_type):
            raise ValueError(f"{len(labels)} labels for {len(in_type)} fields")
        self.in_type = in_type
        self._channels: list[list[int]] = []
        self.parts = torch.nn.ModuleList()
        types = []
        for module, label in modules:
            of = [label] if isinstance(label, str) else list(label)
            fields = [i for i, own_label in enumerate(labels) if own_label in of]
            assert in_type.index_select(fields) == module.in_type, f"fields labelled {of}"
            self._channels.append(
                [
                    channel
                    for i in fields
                    for channel in range(in_type.fields_start[i], in_type.fields_end[i])
                ]
            )
            self.parts.append(module)
            types.append(module.out_type)
        out_type = types[0]
        for type in types[1:]:
            out_type = out_type + type
        self.out_type = out_type

    def forward(self, input: GeometricTensor) -> GeometricTensor:
        assert input.type == self.in_type, f"{input.type} is not the input type {self.in_type}"
        tensor = input.tensor
        results = [
            module(module.in_type(tensor[:, channels])).tensor
            for module, channels in zip(self.parts, self._channels)
        ]
        return self.out_type(torch.cat(results, 1))


class IdentityModule(EquivariantModule):
    def __init__(self, in_type: FieldType):
        super().__init__()
        self.in_type = self.out_type = in_type

    def forward(self, input: GeometricTensor) -> GeometricTensor:
        return input


class SequentialModule(EquivariantModule):
    """Modules one after the other."""

    def __init__(self, *modules: EquivariantModule):
        super().__init__()
        for number, module in enumerate(modules):
            self.add_module(str(number), module)

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


class PointwiseMaxPoolAntialiased2D(SequentialModule):
    """Maxima at every pixel, and Gaussian means of them in steps."""

    def __init__(
        self,
        in_type: FieldType,
        kernel_size: int,
        stride: int | None = None,
        padding: int = 0,
        sigma: float = 0.6,
        **_,
    ):
        super().__init__(
            PointwiseMaxPool2D(in_type, kernel_size, 1, padding),
            PointwiseAvgPoolAntialiased2D(in_type, sigma, stride or kernel_size),
        )


PointwiseMaxPool3D = PointwiseMaxPool2D
PointwiseAvgPool3D = PointwiseAvgPool2D
PointwiseAvgPoolAntialiased3D = PointwiseAvgPoolAntialiased2D
PointwiseMaxPoolAntialiased3D = PointwiseMaxPoolAntialiased2D
PointwiseAdaptiveAvgPool3D = PointwiseAdaptiveAvgPool2D
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
    def _draw(tensor: Tensor, layer: own.Layer, rule: str):
        fresh = own.Layer(layer.in_type, {**layer.config, "initialisation": rule})
        with torch.no_grad():
            tensor.copy_(fresh.weight)

    def generalized_he_init(self, tensor: Tensor, basisexpansion: own.Layer, cache: bool = False):
        """The variance of He et al. for the kernels that there are."""
        self._draw(tensor, basisexpansion, "he")

    def deltaorthonormal_init(self, tensor: Tensor, basisexpansion: own.Layer):
        """Orthogonal at the centre of the kernel, zero elsewhere."""
        self._draw(tensor, basisexpansion, "delta_orthogonal")

    def __getattr__(self, name: str):
        raise missing("nn.init", name, "`schur.nn.Conv` has `gain` and `initialisation`")


init = _Init()

_INSTEAD = {
    "R3": "`schur.nn.Conv` takes groups of space",
    "Fourier": "`schur.nn.Fourier` has functions on the group",
    "Gated": "`schur.nn.Gated` has gates behind the features",
    "Induced": "`schur.nn` has layers with `subgroup`",
}


def __getattr__(name: str):
    instead = next((text for part, text in _INSTEAD.items() if part in name), None)
    raise missing("nn", name, instead or "`schur.nn` has every layer of the library")
