"""Layers as modules: one class for all kinds, and a class of each."""

from __future__ import annotations

import inspect
import json
import math
import re
from typing import Any

import torch
from torch import Tensor

from .. import _native
from . import _composed, _ops
from ._field import Field, FieldType, Points, kind_of, native_type

_KINDS = {name: (about, entries) for name, about, entries in _native.kinds()}


def class_name(kind: str) -> str:
    """The name of the class of a kind: ``max_out`` is :class:`MaxOut`."""
    return "".join(word.capitalize() for word in kind.split("_"))


def _plain(text: str) -> str:
    """Rust's documentation without its links."""
    text = re.sub(r"\[`([^`]+)`\](\([^)]*\))?", r"``\1``", text)
    return " ".join(text.split())


#: Types of entries in Python; all others are names, or tables of a name and its entries.
_PYTHON = {
    "usize": "int",
    "f64": "float",
    "bool": "bool",
    "String": "str",
    "Fields": "FieldType | str | int",
    "GridSizes": "int | Sequence[int]",
    "GridGroup": "str",
    "Conv": "dict[str, Any]",
    "AnyLayerConfig": "dict[str, Any]",
}


def python_type(rust: str) -> str:
    """The type of an entry as Python writes it: ``Option<usize>`` is ``int | None``."""
    outer, _, inner = rust.removesuffix(">").partition("<")
    if outer == "Option":
        return f"{python_type(inner)} | None"
    if outer == "Vec":
        return f"Sequence[{python_type(inner)}]"
    if outer == "BTreeMap":
        key, _, value = inner.partition(", ")
        return f"dict[{python_type(key)}, {python_type(value)}]"
    return _PYTHON.get(rust, "str | dict[str, Any]")


def _value(value: Any, type_name: str = "") -> Any:
    """A value of an entry as JSON has it."""
    if isinstance(value, FieldType):
        return native_type(value.text).fields_text
    if isinstance(value, torch.nn.Module):
        # Its weights would not be those that are trained.
        name = type(value).__name__
        remedy = "a description, as `nn.Conv.describe(2, 3)` gives it"
        if isinstance(value, Layer):
            remedy = f"its description `layer.config`, or `nn.{name}.describe(...)`"
        raise TypeError(f"the module {name} where a layer is made anew; pass {remedy}")
    if isinstance(value, dict):
        value = {key: _value(entry) for key, entry in value.items()}
        if type_name and class_name(value.get("layer", "")) == type_name:
            del value["layer"]
        return value
    if isinstance(value, (list, tuple)):
        return [_value(entry) for entry in value]
    # Numbers of numpy and PyTorch.
    return value.item() if hasattr(value, "item") else value


def describe(kind: str, /, *args: Any, **entries: Any) -> dict[str, Any]:
    """The description of a layer as it stands in config files: ``layer`` and the entries."""
    if kind not in _KINDS:
        raise ValueError(f"there is no layer `{kind}`; use one of {', '.join(_KINDS)}")
    types = {name: type_name for name, type_name, _, _ in _KINDS[kind][1]}
    has = f"it has {', '.join(types)}" if types else "it has none"
    if len(args) > len(types):
        raise TypeError(f"{class_name(kind)} got {len(args)} entries by place; {has}")
    given = dict(zip(types, args))
    for name, value in entries.items():
        if name not in types:
            raise TypeError(f"{class_name(kind)} has no entry `{name}`; {has}")
        if name in given:
            raise TypeError(f"{class_name(kind)} got two values for `{name}`")
        given[name] = value
    given = {name: _value(v, types[name]) for name, v in given.items() if v is not None}
    for name, value in given.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{class_name(kind)} got {name}={value}; pass a finite number")
    return {"layer": kind, **given}


class Layer(torch.nn.Module):
    """A layer of the library as a module: a map ``L`` of fields with ``L(g f) = g L(f)``.

    It takes a :class:`Field` and gives one; or a tensor ``[batch, channels, ...]`` of the input type
    and gives a tensor. Between layers pass fields: tensors are put into another order at both ends.
    Its parameters and statistics have the names that checkpoints of the program have.

    :param in_type: the type of the fields that come in, or its text.
    :param config: the description: ``layer`` with the kind, and its entries.
    :param seed: what initial weights are drawn from; by default from PyTorch's generator. Dropout masks
        are drawn from it and from PyTorch's generator, as ``torch.nn.Dropout``'s are; each process of
        ``torch.distributed`` has its own.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        config: dict[str, Any],
        *,
        seed: int | None = None,
        dtype: torch.dtype | None = None,
    ):
        super().__init__()
        if seed is None:
            # PyTorch's generator has a lock, too.
            with _ops._making:
                seed = int(torch.randint(2**62, (), device="cpu"))
        if not 0 <= seed < 2**64:
            raise ValueError(f"the seed {seed} is out of range; use 0 to 2^64 - 1")
        dtype = dtype or torch.get_default_dtype()
        if dtype not in (torch.float32, torch.float64):
            raise TypeError(f"layers have torch.float32 or torch.float64, not {dtype}; pass `dtype`")
        self.in_type = in_type if isinstance(in_type, FieldType) else FieldType(in_type)
        self._config = json.dumps(config)
        self._seed = seed
        self._call_seed = _ops.seed_of_calls(self._config, seed)
        native = _ops.new_layer(self._config, self.in_type.text, seed)
        self.out_type = FieldType._of(native.output_type)
        self._learned: list[tuple[str, ...]] = []
        self._statistics: list[tuple[str, ...]] = []
        # That of `with torch.device(...)`.
        device = torch.empty(0).device
        for name, learned, values in native.numbers():
            self._register(
                tuple(name.split(".")),
                learned,
                # A copy, since memory of numpy cannot be resized.
                torch.from_numpy(values).to(device, dtype, copy=True),
            )

    def _register(self, path: tuple[str, ...], learned: bool, values: Tensor):
        holder: torch.nn.Module = self
        for part in path[:-1]:
            if part not in holder._modules:
                holder.add_module(part, torch.nn.Module())
            holder = holder._modules[part]
        if learned:
            self._learned.append(path)
            holder.register_parameter(path[-1], torch.nn.Parameter(values))
        else:
            self._statistics.append(path)
            holder.register_buffer(path[-1], values)

    def _native(self) -> _native.Layer:
        return _ops.native_layer(self._config, self.in_type.text, self._seed)

    def _tensor(self, path: tuple[str, ...]) -> Tensor:
        holder = self
        for part in path:
            holder = getattr(holder, part)
        return holder

    @property
    def config(self) -> dict[str, Any]:
        """The description: ``layer`` with the kind, and its entries."""
        return json.loads(self._config)

    @property
    def seed(self) -> int:
        """What initial weights and dropout masks are drawn from."""
        return self._seed

    def notices(self) -> list[str]:
        """What the layer has to say of itself that is no error, for example that no kernel leads to
        some of its output fields."""
        return self._native().notices()

    def is_aliased(self, element: str) -> bool:
        """Whether an element, by its name in :meth:`FieldType.elements`, moves samples within the layer
        between samples: then the layer commutes with it up to aliasing alone."""
        known = self.in_type.elements()
        return element in known and self._native().is_aliased(known.index(element))

    def output_sizes(self, *sizes: int) -> tuple[int, ...]:
        """The sizes of the output for an input of these, ``(height, width)`` for images."""
        layer = (self._config, self.in_type.text, self._call_seed)
        return tuple(_ops.output_places(*layer, sizes, None)[0])

    def forward(self, x: Field | Tensor) -> Field | Tensor:
        """Applies the layer.

        :raises ValueError: if the field is of another type, on another device, or too small.
        :raises TypeError: if numbers are of another type than the layer's.
        """
        if not isinstance(x, Field):
            if not isinstance(x, Tensor):
                raise TypeError(
                    f"{type(self).__name__} takes a Field or a torch.Tensor, not {type(x).__name__}; "
                    "`torch.as_tensor` makes one of arrays and lists"
                )
            return self.forward(Field(x, self.in_type)).tensor
        if x.type != self.in_type:
            raise ValueError(
                f"{type(self).__name__} expects fields of type {self.in_type}, but was given "
                f"{x.type}{self._remedy(x.type)}"
            )
        learned = [self._tensor(path) for path in self._learned]
        statistics = [self._tensor(path) for path in self._statistics]
        memory = x.memory
        half = _autocasts(memory.device)
        if (half or _autocasts_elsewhere(memory.device)) and memory.dtype in (torch.bfloat16, torch.float16):
            # What PyTorch's operations gave; all but products is in float32.
            memory = memory.float()
        _check(memory, (*learned, *statistics))
        points = x.places.tensors() if isinstance(x.places, Points) else []
        # Layers without statistics do in training what they always do.
        training = self.training and bool(statistics)
        # Gradients need the statistics as they were.
        before = [values.clone() for values in statistics] if training else statistics
        seed = self._call_seed
        if training and any(path[-1] == "step" for path in self._statistics):
            seed = _mask_seed(seed)
            before = [_drawn(t) if path[-1] == "step" else t for path, t in zip(self._statistics, before)]
        layer = (self._config, self.in_type.text, seed, training)
        kind = kind_of(x.places) or ""
        if _composed.is_wanted() or memory.device.type not in ("cpu", "meta"):
            y, *after = _composed.forward(memory, learned, before, points, *layer, kind)
        else:
            y, *after = _ops.layer(memory, learned, before, points, *layer, half, kind)
        if after:
            # Not without need: exported programs keep such blocks, and cannot be read with empty ones.
            with torch.no_grad():
                for old, new in zip(statistics, after):
                    old.copy_(new)
        return Field.of_memory(y, self.out_type, self._places_behind(x))

    def _remedy(self, given: FieldType) -> str:
        """What to do about fields of another type."""
        if given.group != self.in_type.group:
            return "; layers that follow each other are of one group"
        if given.channels == self.in_type.channels:
            return "; make the layer for the `out_type` of the one before, blocks are taken as they stand"
        return "; make the layer for the `out_type` of the one before"

    def _places_behind(self, x: Field) -> Points | str | None:
        if x.places is None and "from_harmonics" not in self._config:
            return None
        targets = None
        if isinstance(x.places, Points) and x.places.targets is not None:
            targets = len(x.places.targets)
        key = (self._config, self.in_type.text, self._call_seed, tuple(x.memory.shape[1:-1]))
        _, kind = _ops.output_places(*key, kind_of(x.places), targets)
        if isinstance(x.places, Points) and kind is not None:
            return x.places if kind == "points" else x.places.seers()
        return kind

    def extra_repr(self) -> str:
        parts = [f"{name}={value!r}" for name, value in self.config.items() if name != "layer"]
        return ", ".join([f"{self.in_type} -> {self.out_type}", *parts])


def _drawn(step: Tensor) -> Tensor:
    """The number of a dropout mask, drawn by PyTorch's generator: so a forward pass that is done again, as
    ``torch.utils.checkpoint`` does, has the same mask. Numbers of 32 bits hold it exactly."""
    return torch.randint(2**24, step.shape, device="cpu").to(step)


def _mask_seed(seed: int) -> int:
    """The seed of dropout masks: every process of ``torch.distributed`` has its own."""
    there = torch.distributed.is_available() and torch.distributed.is_initialized()
    rank = torch.distributed.get_rank() if there else 0
    # Apart by more than numbers of layers, and below 2^63, which operators take.
    return seed if rank == 0 else (seed + rank * 0x9E3779B97F4A7C15) % 2**63


def _autocasts(device: torch.device) -> bool:
    """Whether products are to be of bfloat16: inside ``torch.autocast("cpu")``."""
    return (
        device.type == "cpu"
        and torch.is_autocast_enabled("cpu")
        and torch.get_autocast_dtype("cpu") == torch.bfloat16
    )


def _autocasts_elsewhere(device: torch.device) -> bool:
    """Whether PyTorch's own operations cast on a device other than the CPU."""
    kind = device.type
    return kind != "cpu" and torch.amp.is_autocast_available(kind) and torch.is_autocast_enabled(kind)


def _check(x: Tensor, tensors: tuple[Tensor, ...]):
    """Refuses numbers of a type, or on a device, that does not fit."""
    if x.dtype not in (torch.float32, torch.float64):
        raise TypeError(f"the field holds {x.dtype}; cast it to torch.float32 or torch.float64")
    for tensor in tensors:
        if tensor.dtype != x.dtype:
            raise TypeError(
                f"the field holds {x.dtype} and the layer {tensor.dtype}; cast one of them by "
                "`.to(dtype)`"
            )
        if tensor.device != x.device:
            raise ValueError(
                f"the field is on {x.device} and the layer on {tensor.device}; move one of them "
                "by `.to(device)`"
            )


class Kind(Layer):
    """A layer of one kind; its entries are arguments."""

    #: What stands under ``layer`` in a config file.
    kind: str

    def __init__(
        self,
        in_type: FieldType | str,
        *args: Any,
        seed: int | None = None,
        dtype: torch.dtype | None = None,
        **entries: Any,
    ):
        in_type = in_type if isinstance(in_type, FieldType) else FieldType(in_type)
        of = {name: type_name for name, type_name, _, _ in _KINDS[self.kind][1]}
        # More arguments than entries are refused below.
        rest = [""] * len(args)
        args = tuple(_with_group(value, t) for value, t in zip(args, [*of.values(), *rest]))
        entries = {name: _with_group(value, of.get(name, "")) for name, value in entries.items()}
        for value in (*args, *entries.values()):
            if isinstance(value, FieldType) and not value.is_beside(in_type):
                raise ValueError(
                    f"{type(self).__name__} got fields of type {in_type} and {value}; both have to be "
                    "of one group"
                )
        super().__init__(in_type, describe(self.kind, *args, **entries), seed=seed, dtype=dtype)

    @classmethod
    def describe(cls, *args: Any, **entries: Any) -> dict[str, Any]:
        """The description of such a layer, for layers that are made of others."""
        return describe(cls.kind, *args, **entries)


def _with_group(value: Any, type_name: str) -> Any:
    """Fields whose text names their group as a type of fields: the group is compared then."""
    of_fields = type_name in ("Fields", "Option<Fields>")
    return FieldType(value) if of_fields and isinstance(value, str) and ":" in value else value


def _signature(entries) -> inspect.Signature:
    def parameter(name, kind, optional, type_name):
        default = None if optional else inspect.Parameter.empty
        if optional and not type_name.endswith(" | None"):
            type_name += " | None"
        return inspect.Parameter(name, kind, default=default, annotation=type_name)

    by_place = inspect.Parameter.POSITIONAL_OR_KEYWORD
    by_name = inspect.Parameter.KEYWORD_ONLY
    parameters = [parameter("in_type", by_place, False, "FieldType | str")]
    needed_so_far = True
    for name, type_name, _, optional in entries:
        needed_so_far = needed_so_far and not optional
        # After one that may be left out others have to be named, if they may not.
        kind = by_place if optional or needed_so_far else by_name
        parameters.append(parameter(name, kind, optional, python_type(type_name)))
    parameters.append(parameter("seed", by_name, True, "int"))
    parameters.append(parameter("dtype", by_name, True, "torch.dtype"))
    return inspect.Signature(sorted(parameters, key=lambda p: p.kind))


def make(kind: str) -> type[Kind]:
    """The class of a kind."""
    about, entries = _KINDS[kind]
    lines = [_plain(about), "", ":param in_type: the type of the fields that come in, or its text."]
    for name, type_name, text, optional in entries:
        note = "; may be left out" if optional and "default" not in text else ""
        lines.append(f":param {name}: (``{python_type(type_name)}``) {_plain(text).rstrip('.')}{note}.")
    drawn = "initial weights are drawn from; by default PyTorch's generator."
    if kind == "dropout":
        drawn = (
            "masks are drawn from; by default PyTorch's generator. Each process of\n"
            "    ``torch.distributed`` has masks of its own, the first those of a single one."
        )
    lines.append(f":param seed: what {drawn}")
    lines.append(":param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.")
    made = type(class_name(kind), (Kind,), {"kind": kind, "__doc__": "\n".join(lines)})
    made.__module__ = "schur.nn"
    made.__signature__ = _signature(entries)
    return made
