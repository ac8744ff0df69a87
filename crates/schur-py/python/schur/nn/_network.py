"""Layers in a row, networks of the program, and runs."""

from __future__ import annotations

import json
import math
import os
import warnings
from typing import Any

import torch
from torch import Tensor

from .. import _native
from .._native import Element
from ._field import Field, FieldType, Points, native_places, native_type
from ._layer import Layer


def _out_type(module: torch.nn.Module, in_type: FieldType) -> FieldType:
    return getattr(module, "out_type", in_type)


#: Functions of single numbers, for which the order of axes does not matter.
_POINTWISE = frozenset(
    getattr(torch.nn, name)
    for name in (
        "CELU ELU GELU Hardshrink Hardsigmoid Hardswish Hardtanh Identity LeakyReLU LogSigmoid Mish ReLU "
        "ReLU6 SELU SiLU Sigmoid Softplus Softshrink Softsign Tanh Tanhshrink Threshold"
    ).split()
)


def _behind(module: torch.nn.Module, x: Field) -> Field | Tensor:
    """What a module of PyTorch makes of a field: a field, if that has a meaning."""
    if type(module) in _POINTWISE:
        return Field.of_memory(module(x.memory), x.type, x.places)
    before = x.tensor
    y = module(before)
    if not isinstance(y, Tensor):
        raise TypeError(
            f"{type(module).__name__} in a Sequential gave {type(y).__name__}, not a torch.Tensor; call it "
            "behind the Sequential"
        )
    fits = y.ndim >= 2 and y.shape[1] == x.type.channels
    if not fits or (x.places is not None and y.shape[2:] != before.shape[2:]):
        return y
    return Field(y, x.type, x.places)


class Sequential(torch.nn.Sequential):
    """Layers one after the other. Tensors are put into the order of memory once, at the beginning,
    and back at the end.

    A module that is no layer of this package gets the numbers as PyTorch has them,
    ``[batch, channels, ...]``. If the result has the channels of the fields (and at places that shapes
    don't say, their number), it is taken as fields of the same type: whether the module commutes with the
    group, :func:`check` says. Another result, as of ``torch.nn.Flatten``, is a tensor from there on, also
    where fields came in; a layer behind it takes it if the channels are its own.

    >>> net = Sequential(GroupPool("C4: 3 regular"), GlobalPool("C4: 3 trivial"))
    >>> net(torch.zeros(2, 12, 5, 5)).shape
    torch.Size([2, 3, 1, 1])
    """

    @property
    def in_type(self) -> FieldType:
        """The type of the fields that come in."""
        for module in self:
            if hasattr(module, "in_type"):
                return module.in_type
        raise ValueError("no layer says which fields come in")

    @property
    def out_type(self) -> FieldType:
        """The type of the fields that come out: that of the last layer of this package."""
        out = self.in_type
        for module in self:
            out = _out_type(module, out)
        return out

    def forward(self, x: Field | Tensor) -> Field | Tensor:
        if not isinstance(x, Field):
            y = self.forward(Field(x, self.in_type))
            return y.tensor if isinstance(y, Field) else y
        places, lost = x.places, None
        for module in self:
            if not hasattr(module, "in_type"):
                x = _behind(module, x) if isinstance(x, Field) else module(x)
                lost = lost or (None if isinstance(x, Field) else module)
                continue
            if not isinstance(x, Field):
                if places is not None:
                    raise ValueError(
                        f"behind {type(lost).__name__} there are no fields on {places} for "
                        f"{type(module).__name__}; use layers of schur.nn up to there"
                    )
                x = Field(x, module.in_type)
            x = module(x)
            places = x.places if isinstance(x, Field) else None
        return x


def _text(config: str) -> str:
    """The text of a config, which is no path of a file."""
    path = os.fspath(config)
    if isinstance(config, os.PathLike) or ("\n" not in path and (path.endswith(".toml") or os.path.exists(path))):
        raise ValueError(
            f"the text of a config is expected, and {path!r} is a path; pass `open(path).read()`, or take "
            "`schur.load(directory)` for a run"
        )
    return path


class Network(torch.nn.Module):
    """A network of the program: what a config file describes, and what runs hold.

    It takes images ``[batch, channels, height, width]``, those of a strip or a sphere as pictures, and
    gives ``[batch, classes]``, or ``[batch, classes, height, width]`` if it gives masks. The names of its parameters are those of
    checkpoints, ``layers.0.weight``.

    :param config: a config file of the program as text, or as a dictionary, for example
        ``{"network": {"group": "C8", "classes": 10}}``.
    :param seed: what initial weights are drawn from; by default the seed of the config.
    """

    def __init__(self, config: str | dict[str, Any], *, seed: int | None = None):
        super().__init__()
        text = json.dumps(config) if isinstance(config, dict) else _text(config)
        in_type, self.output, layers, self.config, self.places, side = _native.network(text)
        self.in_type = FieldType._of(in_type)
        self.layers = torch.nn.ModuleList()
        fields = self.in_type
        for number, layer in enumerate(layers):
            layer = Layer(fields, json.loads(layer), seed=None if seed is None else seed + number)
            self.layers.append(layer)
            fields = layer.out_type
        self.out_type = fields
        #: Side of the square images in pixels, as the program prepares them; rows of volumes. Runs
        #: keep it as ``size`` of ``[data]``.
        self.image_size = side
        #: Epochs of training.
        self.epoch = 1
        #: Digest of the images that it was trained on.
        self.data: str | None = None

    @classmethod
    def model(
        cls, name: str, group: str, *, params: int | None = None, seed: int | None = None
    ) -> Network:
        """A network of the collection (``schur models`` lists it, :func:`models` too).

        :param params: scales the widths, those of the source by default, so that there are at most
            so many parameters.
        """
        config, image_size = _native.model(name, group, params)
        network = cls(config, seed=seed)
        network.image_size = image_size
        return network

    def forward(self, images: Field | Tensor) -> Tensor:
        """The answers for images."""
        x = images if isinstance(images, Field) else Field(images, self.in_type, self.places)
        for layer in self.layers:
            x = layer(x)
        y = x.tensor
        if self.output == "mask":
            return y
        if y.shape[2:].numel() != 1:
            raise ValueError(
                f"the answer has {' x '.join(map(str, y.shape[2:]))} pixels; end with a pool over "
                "all pixels, or set `output` to \"mask\""
            )
        return y.flatten(1)

    def save_run(self, path: str | os.PathLike[str]) -> None:
        """Writes a directory that ``schur predict``, ``eval``, ``check`` and ``export`` take. Numbers of
        64 bits are rounded to 32, with a warning.

        :raises ValueError: if there is a run already.
        """
        if any(values.dtype == torch.float64 for values in self.state_dict().values()):
            warnings.warn("runs hold numbers of 32 bits: those of 64 bits are rounded", stacklevel=2)
        numbers = [
            (name, values.detach().to("cpu", torch.float32).contiguous().numpy())
            for name, values in self.state_dict().items()
        ]
        _native.write_run(
            os.fspath(path), self.config, numbers, self.image_size, self.epoch, self.data
        )

    def extra_repr(self) -> str:
        return f"{self.in_type} -> {self.out_type}"


def models() -> list[str]:
    """The names of the networks of the collection, for :meth:`Network.model`."""
    return _native.models()


def load(path: str | os.PathLike[str]) -> Network:
    """A run of the program, or one of its checkpoints, as a module, in evaluation mode.

    :raises ValueError: if it is damaged or of another network.
    :raises OSError: if it can't be read.
    """
    config, numbers, image_size, epoch, data = _native.read_run(os.fspath(path))
    network = Network(config, seed=0)
    network.load_state_dict({name: torch.from_numpy(values) for name, values in numbers})
    network.image_size, network.epoch, network.data = image_size, epoch, data
    return network.eval()


class Report:
    """What :func:`check` has found.

    :ivar exact: for every element that moves places to places the relative defect
        ``‖L(g x) - g L(x)‖ / ‖L(x)‖``.
    :ivar measured: the defect for the other elements: those that move places between places, where
        interpolation is part of the number, and those that move samples within a layer between samples,
        as in :class:`SpherePointwise`, where aliasing is what is measured.
    """

    def __init__(self, exact: dict[str, float], measured: dict[str, float]):
        self.exact = exact
        self.measured = measured

    @property
    def defect(self) -> float:
        """The largest exact defect; not a number if one of them is none."""
        return max(self.exact.values(), key=lambda d: math.inf if math.isnan(d) else d, default=0.0)

    def __repr__(self) -> str:
        def line(what, defects):
            values = ", ".join(f"{g}: {value:.1e}" for g, value in defects.items())
            return f"  {what}: {values}" if defects else ""

        lines = [
            f"Report: largest defect {self.defect:.1e}",
            line("exact", self.exact),
            line("measured, with interpolation or aliasing", self.measured),
        ]
        return "\n".join(filter(None, lines))


class _Transform(torch.autograd.Function):
    """The action on values in the order of memory, which is linear."""

    @staticmethod
    def forward(ctx, memory: Tensor, native, places, number: int, interpolate: bool) -> Tensor:
        ctx.action = (native, places, number, interpolate)
        values = memory.detach().to("cpu").contiguous().numpy()
        moved, _ = native.transform(values, number, interpolate, places)
        return torch.from_numpy(moved).to(memory.device)

    @staticmethod
    def backward(ctx, dy: Tensor):
        native, places, number, interpolate = ctx.action
        values = dy.detach().to("cpu").contiguous().numpy()
        dx = native.transform_vjp(values, number, interpolate, places)
        return torch.from_numpy(dx).to(dy.device), None, None, None, None


def transform(field: Field, element: int | str | Element, *, interpolate: bool = False) -> Field:
    """The action of an element, by number or name in :meth:`FieldType.elements`, ``[g f](x) = ρ(g) f(g⁻¹ x)``;
    differentiable once.

    :param interpolate: whether values are taken between the pixels; otherwise only elements that
        move pixels to pixels act.
    """
    native = native_type(field.type.text)
    number = field.type.number_of(element)
    of, places = field.places, native_places(field.places)
    moved = _Transform.apply(field.memory, native, places, number, interpolate)
    if isinstance(of, Points):
        # Where the points lie then; one number each says it.
        some = field.memory[:1].detach().to("cpu").contiguous().numpy()
        of = Points._of(of.edges, native.transform(some, number, interpolate, places)[1])
    return Field.of_memory(moved, field.type, of)


def check(module: torch.nn.Module, x: Field | Tensor) -> Report:
    """Does a module commute with its group, and how nearly.

    :param module: a layer, a :class:`Sequential`, a :class:`Network`, or any module of fields with
        ``in_type`` and ``out_type``. It is checked in evaluation mode.
    :param x: what it is tried on; a tensor is taken at the places that the module names in
        ``places``, as a :class:`Network` does.
    """
    for name in ("in_type", "out_type"):
        if not hasattr(module, name):
            raise TypeError(
                f"{type(module).__name__} has no `{name}`, so its symmetry is not known; give it one: "
                "a `nn.FieldType`"
            )
    field = x if isinstance(x, Field) else Field(x, module.in_type, getattr(module, "places", None))
    if field.type != module.in_type:
        raise ValueError(f"the module expects fields of type {module.in_type}, not {field.type}")
    places = native_places(field.places)
    native, out = native_type(field.type.text), native_type(module.out_type.text)
    sizes = list(field.memory.shape[1:-1])
    layers = [part for part in module.modules() if isinstance(part, Layer)]
    exact, measured = {}, {}
    training = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        with torch.no_grad():
            y = _as_field(module(field), module)
            behind = out.exact_elements(list(y.memory.shape[1:-1]), native_places(y.places))
            names = {g: (number, exact) for number, (g, exact) in enumerate(behind)}
            for number, (name, is_exact) in enumerate(native.exact_elements(sizes, places)):
                if not native.shares(number, out) or name not in names:
                    continue
                is_exact = is_exact and names[name][1]
                moved = transform(field, number, interpolate=not is_exact)
                found = _as_field(module(moved), module)
                expected = transform(y, names[name][0], interpolate=not is_exact)
                if found.memory.shape != expected.memory.shape:
                    defect = float("inf")
                else:
                    distance = (found.memory - expected.memory).double().norm()
                    norm = expected.memory.double().norm()
                    # Numbers that are none give a defect that is none.
                    defect = 0.0 if distance == 0 else float(distance / norm)
                aliased = any(part.is_aliased(name) for part in layers)
                (exact if is_exact and not aliased else measured)[name] = defect
    finally:
        for part, was in training:
            part.training = was
    return Report(exact, measured)


def _as_field(y: Field | Tensor, module: torch.nn.Module) -> Field:
    return y if isinstance(y, Field) else Field(y, module.out_type)
