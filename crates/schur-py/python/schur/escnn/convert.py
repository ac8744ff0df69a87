"""A trained network of escnn as one of this package."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .. import nn as own
from ..nn import _composed
from . import nn
from .group import Group, GroupElement, Representation, mirrored
from .gspaces import GSpace, GSpace0D, GSpace2D, GSpace3D

#: Largest relative difference of the answers, and of a kernel and its projection.
LARGEST = 1e-5
#: Elements on which representations of infinite groups are compared.
SAMPLES = 8
#: Relative difference up to which two matrices in 64 bits are one.
SAME = 1e-8


class Converted(torch.nn.Module):
    """What :func:`convert` gives: takes and gives tensors as the module of escnn did.

    :ivar module: the network, on fields of :mod:`schur.escnn.nn`.
    :ivar difference: the largest difference of the answers from those of escnn, relative to the
        largest answer.
    """

    def __init__(self, module: nn.EquivariantModule, into: np.ndarray, out: np.ndarray):
        super().__init__()
        self.module = module
        self.difference = float("nan")
        for name, matrix in (("into", into), ("out", out)):
            one = np.allclose(matrix, np.eye(len(matrix)), atol=SAME)
            tensor = None if one else torch.from_numpy(matrix).to(torch.get_default_dtype())
            self.register_buffer(name, tensor)

    def forward(self, x: Tensor) -> Tensor:
        if self.into is not None:
            x = torch.einsum("ij,bj...->bi...", self.into, x)
        y = self.module(self.module.in_type(x)).tensor
        return y if self.out is None else torch.einsum("ij,bj...->bi...", self.out, y)


def convert(module, size: int = 33, largest: float = LARGEST) -> Converted:
    """A module of escnn, with its weights and statistics: `R2Conv`, `R3Conv` and their transposed ones
    without groups, `Linear`; `InnerBatchNorm` and `IIDBatchNorm`; `ReLU`, `ELU`, `LeakyReLU`,
    `NormNonLinearity` with relu or sigmoid, `GatedNonLinearity1`; the pointwise pools,
    `GroupPooling`, `NormPool`; upsampling; masks and dropout; restriction, `DisentangleModule` and
    `ReshuffleModule`, and sequences of all these.

    Kernels are expanded by escnn and projected on the kernels here, which are the same ones up to
    the basis. Fields whose representation escnn writes in another basis or order than this package
    are changed at both ends.

    :param module: in evaluation or in training mode; it is not changed.
    :param size: side of the random images or volumes on which answers are compared.
    :param largest: largest relative difference that is accepted.
    :raises ValueError: if a kernel is none of those here, the answers differ by more, or there is a
        module that has no counterpart; the text says which.
    """
    if not (hasattr(module, "in_type") and hasattr(module, "out_type")):
        raise TypeError(
            f"{type(module).__name__} is no module of escnn: it has no `in_type` and `out_type`; convert "
            "modules of escnn.nn, and keep those of PyTorch as they are"
        )
    made = _module(module, "")
    converted = Converted(
        made,
        _changes(module.in_type).T,
        _changes(module.out_type),
    )
    converted.eval()
    generator = torch.Generator().manual_seed(0)
    axes = module.in_type.gspace.dimensionality
    x = torch.randn(2, module.in_type.size, *(size,) * axes, generator=generator)
    training = [(m, m.training) for m in module.modules()]
    module.eval()
    with torch.no_grad():
        expected = module(module.in_type(x)).tensor
        found = converted(x)
    for m, was in training:
        m.training = was
    converted.difference = _relative(found, expected)
    if not converted.difference <= largest:
        raise ValueError(
            f"the answers differ by {converted.difference:.1e} of the largest, of which {largest:.0e} "
            "is allowed"
        )
    return converted.train(module.training)


def _relative(found: Tensor, expected: Tensor) -> float:
    scale = float(expected.abs().max()) or 1.0
    return float((found - expected).abs().max()) / scale


# Types.


def _group(gspace) -> Group:
    """The group of a space of theirs: that with the same matrices."""
    theirs = gspace.fibergroup
    if gspace.dimensionality != 2:
        names = {"SO(3)": "SO(3)", "O(3)": "O(3)", "Octahedral": "O", "FullOctahedral": "Oh"}
        names |= {"Icosahedral": "I", "FullIcosahedral": "Ih"}
        if theirs.name in names:
            return Group(names[theirs.name])
        axial = {"SO(2)": "SO(2)", "O(2)": "O(2)"}
        kinds = [kind.__name__ for kind in type(theirs).__mro__]
        for kind, letter in (("CyclicGroup", "C"), ("DihedralGroup", "D")):
            if kind in kinds:
                axial[theirs.name] = f"{letter}{theirs.rotation_order}"
        if gspace.dimensionality == 0 and theirs.name in axial:
            return Group(axial[theirs.name])
        where = "of vectors" if gspace.dimensionality == 0 else "of space"
        raise ValueError(f"escnn's group {theirs.name} {where} has no counterpart in `convert`")
    if theirs.order() == 1:
        return Group("C1")
    if theirs.name in ("SO(2)", "O(2)"):
        if theirs.name == "SO(2)":
            return Group("SO(2)")
        mirror = gspace.basespace_action(theirs.reflection)
        return Group(_mirrored(-1, mirror))
    matrices = [gspace.basespace_action(g) for g in theirs.elements]
    mirrors = [m for m in matrices if np.linalg.det(m) < 0]
    if not mirrors:
        return Group(f"C{theirs.order()}")
    mirror = gspace.basespace_action(theirs.reflection) if theirs.order() > 2 else mirrors[0]
    return Group(_mirrored(theirs.order() // 2, mirror))


def _mirrored(n: int, mirror: np.ndarray) -> str:
    # A mirror keeps the line at half the angle of its first column.
    return mirrored(n, np.arctan2(mirror[1, 0], mirror[0, 0]) / 2)


def _space(gspace) -> GSpace:
    of = {0: GSpace0D, 2: GSpace2D, 3: GSpace3D}
    return of[gspace.dimensionality](_group(gspace))


def _action(gspace, g) -> np.ndarray:
    """How an element of theirs moves pixels or voxels here: their z runs against the slices of a
    volume, ours with them."""
    matrix = np.array(gspace.basespace_action(g))
    if gspace.dimensionality == 3:
        matrix[2, :2] *= -1
        matrix[:2, 2] *= -1
    return matrix


def _pairs(gspace, group: Group) -> list[tuple[Any, GroupElement]]:
    """Elements of theirs with those of ours that move places alike."""
    if group.continuous:
        native = group._math.random(SAMPLES, 1)
    else:
        native = group._math.elements()
    ours = [GroupElement(group, g) for g in native]
    if gspace.dimensionality == 0 and group.planar and not group.continuous:
        # Without places they are called alike.
        return [(gspace.fibergroup.element(g.to("int")), g) for g in ours]
    if not group.continuous:
        theirs = [(g, _action(gspace, g)) for g in gspace.fibergroup.elements]
        pairs = []
        for g in ours:
            matrix = group._math.isometry(g._native)
            near = [t for t, m in theirs if np.allclose(m, matrix[: len(m), : len(m)], atol=1e-6)]
            if len(near) != 1:
                raise ValueError(f"{g} is no element of escnn's {gspace.fibergroup.name}")
            pairs.append((near[0], g))
        return pairs
    if group.planar:
        return [(gspace.fibergroup.element(g.to("radians"), "radians"), g) for g in ours]
    pairs = []
    for g in ours:
        matrix = np.array(group._math.isometry(g._native))
        matrix[2, :2] *= -1
        matrix[:2, 2] *= -1
        inverted = int(np.linalg.det(matrix) < 0)
        proper = -matrix if inverted else matrix
        element = (inverted, proper) if group.text == "O(3)" else proper
        pairs.append((gspace.fibergroup.element(element, "MAT"), g))
    return pairs


def _representation(rho, group: Group) -> Representation:
    """The representation here that is equivalent to one of theirs, by its name."""
    if rho.name == "regular":
        return group.regular_representation
    irreps = [group.irrep(*id) for id in rho.irreps]
    if len(irreps) == 1:
        return irreps[0]
    if rho.name.startswith("quotient"):
        # The name holds the subgroup: `quotient[(None, 2)]`.
        return group.quotient_representation(ast.literal_eval(rho.name[len("quotient") :])[0])
    return Representation(group, " + ".join(rho.text for rho in irreps))


_kept: dict[tuple[int, str, str], np.ndarray] = {}


def _change(gspace, rho) -> np.ndarray:
    """The orthogonal matrix `Q` with `theirs(g) Q = Q ours(g)`: a permutation where both permute."""
    group = _group(gspace)
    key = (gspace.dimensionality, group.text, rho.name)
    if key not in _kept:
        _kept[key] = _intertwiner(gspace, rho, group)
    return _kept[key]


def _intertwiner(gspace, rho, group: Group) -> np.ndarray:
    ours = _representation(rho, group)
    pairs = [(rho(t), ours(g)) for t, g in _pairs(gspace, group)]
    if all(np.allclose(t, o, atol=SAME) for t, o in pairs):
        return np.eye(rho.size)
    permutes = all(np.allclose(np.abs(m).max(0), 1) for pair in pairs for m in pair)
    if permutes and not group.continuous and all(m.min() > -0.5 for p in pairs for m in p):
        # The place of theirs whose stabiliser is that of our first one decides all others.
        for first in range(rho.size):
            change = np.zeros((rho.size, rho.size))
            for theirs, own_matrix in pairs:
                change[np.argmax(theirs[:, first]), np.argmax(own_matrix[:, 0])] = 1.0
            if _intertwines(change, pairs):
                return change
    else:
        # theirs(g) Q - Q ours(g) = 0 for all elements; among the solutions one that is orthogonal.
        one = np.eye(rho.size)
        rows = [np.kron(theirs, one) - np.kron(one, o.T) for theirs, o in pairs]
        _, values, vectors = np.linalg.svd(np.concatenate(rows))
        solutions = vectors[values < SAME * max(1.0, values[0])]
        for weights in np.random.default_rng(0).normal(size=(4, len(solutions))):
            left, _, right = np.linalg.svd((weights @ solutions).reshape(rho.size, rho.size))
            if _intertwines(left @ right, pairs):
                return left @ right
    raise ValueError(f"escnn's representation {rho.name} is none of {group.text}: {ours.name}")


def _intertwines(change: np.ndarray, pairs) -> bool:
    orthogonal = np.allclose(change @ change.T, np.eye(len(change)), atol=SAME)
    return orthogonal and all(np.allclose(t @ change, change @ o, atol=1e-6) for t, o in pairs)


def _type(of) -> nn.FieldType:
    group = _group(of.gspace)
    return nn.FieldType(_space(of.gspace), [_representation(rho, group) for rho in of])


def _changes(of) -> np.ndarray:
    """The changes of all fields as one matrix, from our channels to theirs."""
    whole = np.zeros((of.size, of.size))
    at = 0
    for rho in of:
        whole[at : at + rho.size, at : at + rho.size] = _change(of.gspace, rho)
        at += rho.size
    return whole


# Modules.


def _module(module, at: str) -> nn.EquivariantModule:
    kinds = [kind.__name__ for kind in type(module).__mro__]
    for kind in kinds:
        if kind in _KINDS:
            return _KINDS[kind](module, at or kind)
    raise ValueError(
        f"{at or 'the module'}: escnn's {kinds[0]} has no counterpart in `convert`; convert the "
        "modules before and behind it"
    )


def _sequence(module, at: str) -> nn.SequentialModule:
    parts = module.named_children()
    return nn.SequentialModule(*(_module(part, f"{at}.{name}") for name, part in parts))


def _convolution(module, at: str) -> nn.R2Conv:
    made = nn.R2Conv(*_types(module), **_sizes(module, at), padding_mode=module.padding_mode)
    kernel, bias = module.expand_parameters()
    _set_kernel(made, kernel, _changes(module.out_type), _changes(module.in_type), at)
    return _with_bias(made, module, bias, at)


def _transposed(module, at: str) -> nn.R2ConvTransposed:
    sizes = _sizes(module, at)
    made = nn.R2ConvTransposed(*_types(module), **sizes, output_padding=module.output_padding)
    # It is the adjoint of a convolution from what comes out to what comes in, with its weights.
    adjoint = nn.R2Conv(*_types(module)[::-1], sizes["kernel_size"], bias=False)
    kernel, bias = module.expand_parameters()
    _set_kernel(adjoint, kernel, _changes(module.in_type), _changes(module.out_type), at)
    with torch.no_grad():
        made.layer.get_parameter("weight").copy_(adjoint.layer.weight)
    return _with_bias(made, module, bias, at)


def _types(module) -> tuple[nn.FieldType, nn.FieldType]:
    return _type(module.in_type), _type(module.out_type)


def _sizes(module, at: str) -> dict[str, Any]:
    if module.groups != 1:
        raise ValueError(f"{at}: convolutions in groups are not converted")
    names = ("kernel_size", "padding", "stride", "dilation")
    return {name: getattr(module, name) for name in names} | {"bias": module.bias is not None}


def _set_kernel(made: nn.R2Conv, kernel: Tensor, out: np.ndarray, into: np.ndarray, at: str):
    """Sets the weight to a kernel ``[out, in, ...]`` of theirs."""
    taps = kernel.detach().flatten(2).double().cpu().numpy()
    _project(made.layer, np.einsum("po,pqt,qi->oit", out, taps, into), at)


def _with_bias(made, module, bias: Tensor | None, at: str):
    if bias is not None:
        wanted = _changes(module.out_type).T @ bias.detach().double().cpu().numpy()
        _set_bias(made.layer, torch.from_numpy(wanted), at)
    return made


def _linear(module, at: str) -> nn.Linear:
    made = nn.Linear(_type(module.in_type), _type(module.out_type), module.bias is not None)
    matrix, bias = module.expand_parameters()
    out, into = _changes(module.out_type), _changes(module.in_type)
    wanted = out.T @ matrix.detach().double().cpu().numpy() @ into
    _fit_linear(made, torch.from_numpy(wanted), at)
    return _with_bias(made, module, bias, at)


def _fit_linear(made: nn.Linear, wanted: Tensor, at: str):
    """Weights of a linear layer by its answers, which are linear in them."""
    layer = own.Layer(made.layer.in_type, made.layer.config, dtype=torch.float64)
    one = torch.eye(wanted.shape[1], dtype=torch.float64)
    columns = []
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.zero_()
        flat = layer.weight.view(-1)
        for i in range(flat.numel()):
            flat[i] = 1.0
            columns.append(layer(one).flatten())
            flat[i] = 0.0
        columns = torch.stack(columns, 1)
        goal = wanted.T.flatten()
        weights = torch.linalg.lstsq(columns, goal[:, None], driver="gelsd").solution[:, 0]
        _refuse(columns @ weights, goal, at)
        made.layer.weight.copy_(weights.view(made.layer.weight.shape))


def _refuse(found: Tensor, wanted: Tensor, at: str):
    distance = _relative(found, wanted)
    if distance > LARGEST:
        raise ValueError(
            f"{at}: its kernel is none of those here, the nearest differs by {distance:.1e} of its "
            "largest number; rings, widths and frequencies have to be escnn's own"
        )


def _project(layer: own.Layer, kernel: np.ndarray, at: str):
    """Sets the weight so that the dense kernel is this one `[out, in, taps]`."""
    key = (layer._config, layer.in_type.text, layer._seed)
    bases = iter(_composed._bases(key, torch.device("cpu"), torch.float64))
    inputs, outputs = _composed._blocks(key)
    kernel = torch.from_numpy(kernel)
    weights, row = [], 0
    for d_out, n_out in outputs:
        col = 0
        for d_in, n_in in inputs:
            basis = next(bases)
            part = kernel[row : row + d_out * n_out, col : col + d_in * n_in]
            col += d_in * n_in
            # Outside the channels of one field stand together.
            part = part.unflatten(1, (n_in, d_in)).unflatten(0, (n_out, d_out))
            # [taps, in component, out component, in copy, out copy], as the basis has it.
            goal = part.permute(4, 3, 1, 2, 0).reshape(-1, n_in * n_out)
            if basis.shape[1]:
                # The kernels of a basis are independent.
                factor, triangle = torch.linalg.qr(basis)
                found = torch.linalg.solve_triangular(triangle, factor.T @ goal, upper=True)
                weights.append(found.flatten())
                goal_found = basis @ found
            else:
                goal_found = torch.zeros_like(goal)
            _refuse(goal_found, goal, at)
        row += d_out * n_out
    with torch.no_grad():
        layer.weight.copy_(torch.cat(weights) if weights else layer.weight)


def _set_bias(layer: own.Layer, wanted: Tensor, at: str):
    """Sets the constants so that they add these numbers to the channels."""
    zero = torch.zeros(1, layer.in_type.channels, *_least(layer), dtype=torch.float64)
    probe = own.Layer(layer.in_type, layer.config, dtype=torch.float64)
    columns = []
    with torch.no_grad():
        flat = probe.get_parameter("bias").view(-1)
        flat.zero_()
        for i in range(flat.numel()):
            flat[i] = 1.0
            columns.append(probe(zero).flatten(2).mean(-1)[0] if zero.ndim > 2 else probe(zero)[0])
            flat[i] = 0.0
        columns = torch.stack(columns, 1)
        found = torch.linalg.lstsq(columns, wanted[:, None], driver="gelsd").solution[:, 0]
        if float((columns @ found - wanted).abs().max()) > LARGEST:
            raise ValueError(f"{at}: its bias is not invariant")
        bias = layer.get_parameter("bias")
        bias.copy_(found.view(bias.shape))


def _least(layer: own.Layer) -> tuple[int, ...]:
    """Sizes of a grid on which a convolution gives one place or more; none for vectors."""
    entries = layer.config.get("conv", layer.config)
    if "kernel" not in entries:
        return ()
    kernel = entries["kernel"]
    kernel = kernel if isinstance(kernel, int) else max(kernel)
    axes = 2 if Group(layer.in_type.text.split(":")[0]).planar else 3
    return ((kernel - 1) * int(entries.get("dilation", 1)) + 1,) * axes


def _inner_norm(module, at: str) -> nn._BatchNorm:
    made = nn.InnerBatchNorm(_type(module.in_type), module.eps, module.momentum)
    fields: dict[int, int] = {}
    numbers = []
    for rho in module.in_type:
        index = fields.get(rho.size, 0)
        fields[rho.size] = index + 1
        norm = getattr(module, f"batch_norm_[{rho.size}]")
        numbers.append([v[index] for v in (norm.weight, norm.bias, norm.running_mean, norm.running_var)])
    return _filled_norm(made, numbers, at)


def _iid_norm(module, at: str) -> nn._BatchNorm:
    made = nn.InnerBatchNorm(_type(module.in_type), module.eps, module.momentum)
    fields: dict[str, int] = {}
    numbers = []
    for rho in module.in_type:
        index = fields.get(rho.name, 0)
        fields[rho.name] = index + 1
        of = lambda what: getattr(module, f"{rho.name.replace('.', '^')}_{what}")  # noqa: B023, E731
        weight, variance = of("weight")[index, 0], of("running_var")[index, 0]
        trivial = sum(irrep.is_trivial() for irrep in (module.in_type.fibergroup.irrep(*i) for i in rho.irreps))
        if trivial > 1:
            raise ValueError(f"{at}: fields {rho.name} have {trivial} invariant directions")
        bias = mean = None
        if trivial:
            unit = of("change_of_basis")[:, 0]
            if not bool(torch.allclose(unit, unit[:1].expand_as(unit), atol=1e-6)):
                raise ValueError(f"{at}: the mean of fields {rho.name} is not the same for all channels")
            bias, mean = of("bias")[index, 0] * unit[0], of("running_mean")[index].mean()
        numbers.append([weight, bias, mean, variance])
    return _filled_norm(made, numbers, at)


def _filled_norm(made: nn._BatchNorm, numbers, at: str) -> nn._BatchNorm:
    layer = made.layer
    gamma, variance = [n[0] for n in numbers], [n[3] for n in numbers]
    if len(gamma) != layer.gamma.numel() or len(layer.beta) not in (0, len(gamma)):
        centred = [n for n in numbers if n[1] is not None]
        if len(centred) != layer.beta.numel():
            raise ValueError(f"{at}: norms here have {layer.beta.numel()} shifts, not {len(centred)}")
        beta, mean = [n[1] for n in centred], [n[2] for n in centred]
    else:
        zero = torch.zeros(())
        beta = [zero if n[1] is None else n[1] for n in numbers]
        mean = [zero if n[2] is None else n[2] for n in numbers]
    with torch.no_grad():
        for target, values in (
            (layer.gamma, gamma),
            (layer.beta, beta),
            (layer.running_mean, mean),
            (layer.running_variance, variance),
        ):
            if target.numel():
                target.copy_(torch.stack([v.detach().reshape(()) for v in values]))
    return made


def _one(value):
    """A number that stands for all axes."""
    values = {value} if isinstance(value, (int, float)) else set(value)
    if len(values) != 1:
        raise ValueError(f"sizes {value} differ between the axes")
    return values.pop()


def _max_pool(module, at: str):
    return nn.PointwiseMaxPool2D(
        _type(module.in_type),
        _one(module.kernel_size),
        _one(module.stride),
        _one(module.padding),
        _one(module.dilation),
        module.ceil_mode,
    )


def _average_pool(module, at: str):
    return nn.PointwiseAvgPool2D(
        _type(module.in_type),
        _one(module.kernel_size),
        _one(module.stride),
        _one(module.padding),
        module.ceil_mode,
    )


def _blur(module, at: str):
    # The filter exp(-r^2 / 2 sigma^2) tells its width by the two middle numbers of a row.
    filter = module.filter.detach().double().flatten(2)[0, 0].view(*module.kernel_size)
    row = filter[tuple(n // 2 for n in filter.shape[:-1])]
    centre = len(row) // 2
    ratio = float(row[centre] / row[centre - 1])
    sigma = (0.5 / np.log(ratio)) ** 0.5
    return nn.PointwiseAvgPoolAntialiased2D(
        _type(module.in_type), float(sigma), _one(module.stride), _one(module.padding)
    )


def _blurred_max(module, at: str):
    from types import SimpleNamespace

    blur = SimpleNamespace(
        in_type=module.in_type,
        filter=module.filter,
        kernel_size=tuple(module.filter.shape[2:]),
        stride=module.stride,
        padding=module._pad,
    )
    window = (_one(module.kernel_size), 1, _one(module.padding))
    return nn.SequentialModule(
        nn.PointwiseMaxPool2D(_type(module.in_type), *window), _blur(blur, at)
    )


def _pointwise(function: str):
    return lambda module, at: nn.PointwiseNonLinearity(_type(module.in_type), function)


def _elu(module, at: str):
    return nn.ELU(_type(module.in_type), module.alpha)


def _leaky_relu(module, at: str):
    return nn.LeakyReLU(_type(module.in_type), module._negative_slope)


def _upsampling(module, at: str):
    mode = {"trilinear": "bilinear"}.get(module._mode, module._mode)
    return nn.R2Upsampling(
        _type(module.in_type), module._scale_factor, module._size, mode, bool(module._align_corners)
    )


def _gated(module, at: str):
    # The channels of the gates tell which fields they are.
    gates = module.gates_indices.tolist()
    if module._contiguous["gate"]:
        gates = range(*gates)
    starts = module.in_type.fields_start
    labels = ["gate" if start in gates else "gated" for start in starts]
    made = nn.GatedNonLinearity1(_type(module.in_type), labels, module.drop_gates)
    with torch.no_grad():
        made.bias.copy_(module.bias)
    return made


class Rearranged(nn.EquivariantModule):
    """A matrix on the channels at every place, of modules that only write fields in another way."""

    def __init__(self, in_type: nn.FieldType, out_type: nn.FieldType, matrix: np.ndarray):
        super().__init__()
        self.in_type, self.out_type = in_type, out_type
        self.register_buffer("matrix", torch.from_numpy(matrix).to(torch.get_default_dtype()))

    def forward(self, input: nn.GeometricTensor) -> nn.GeometricTensor:
        assert input.type == self.in_type, f"{input.type} is not the input type {self.in_type}"
        return self.out_type(torch.einsum("ij,bj...->bi...", self.matrix, input.tensor))


def _rearranged(module, at: str):
    # On one channel after the other their module gives its matrix.
    size = module.in_type.size
    one = torch.eye(size).view(size, size, *[1] * module.in_type.gspace.dimensionality)
    with torch.no_grad():
        theirs = module(module.in_type(one)).tensor.flatten(1).T.double().numpy()
    matrix = _changes(module.out_type).T @ theirs @ _changes(module.in_type)
    return Rearranged(*_types(module), matrix)


def _adaptive(kind: str):
    return lambda module, at: getattr(nn, kind)(_type(module.in_type), tuple(module.output_size))


def _of(kind: str):
    return lambda module, at: getattr(nn, kind)(_type(module.in_type))


def _norm_nonlinearity(module, at: str):
    function = getattr(module._function, "__name__", "")
    if function not in ("relu", "sigmoid") or module.log_bias is None:
        raise ValueError(f"{at}: norm nonlinearities are converted with relu or sigmoid and a bias")
    made = nn.NormNonLinearity(_type(module.in_type), f"n_{function}")
    (parameter,) = made.layer.parameters()
    # Theirs stand by the size of the fields.
    order = [i for size in module._order for i, rho in enumerate(module.in_type) if rho.size == size]
    with torch.no_grad():
        # They subtract the exponential of what they learn, ours add it.
        parameter[order] = -module.log_bias.detach().exp().flatten()
    return made


def _mask(module, at: str):
    size = module.mask.shape[-1]
    return nn.MaskModule(_type(module.in_type), size, module.margin, getattr(module, "sigma", 2.0))


def _dropout(kind: str):
    return lambda module, at: getattr(nn, kind)(_type(module.in_type), module.p)


_KINDS = {
    "SequentialModule": _sequence,
    "_RdConv": _convolution,
    "_RdConvTransposed": _transposed,
    "Linear": _linear,
    "InnerBatchNorm": _inner_norm,
    "_IIDBatchNorm": _iid_norm,
    "ReLU": _pointwise("p_relu"),
    "ELU": _elu,
    "LeakyReLU": _leaky_relu,
    "GatedNonLinearity1": _gated,
    "_RdUpsampling": _upsampling,
    "RestrictionModule": _rearranged,
    "DisentangleModule": _rearranged,
    "ReshuffleModule": _rearranged,
    "PointwiseMaxPoolAntialiased2D": _blurred_max,
    "_PointwiseMaxPoolND": _max_pool,
    "PointwiseAvgPool2D": _average_pool,
    "PointwiseAvgPool3D": _average_pool,
    "PointwiseAvgPoolAntialiased2D": _blur,
    "PointwiseAvgPoolAntialiased3D": _blur,
    "_PointwiseAdaptiveAvgPoolND": _adaptive("PointwiseAdaptiveAvgPool2D"),
    "_PointwiseAdaptiveMaxPoolND": _adaptive("PointwiseAdaptiveMaxPool2D"),
    "GroupPooling": _of("GroupPooling"),
    "NormPool": _of("NormPool"),
    "NormNonLinearity": _norm_nonlinearity,
    "MaskModule": _mask,
    "FieldDropout": _dropout("FieldDropout"),
    "PointwiseDropout": _dropout("PointwiseDropout"),
    "IdentityModule": _of("IdentityModule"),
}
