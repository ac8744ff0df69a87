"""Field types, fields, and points."""

from __future__ import annotations

import functools
from typing import Sequence

import torch
from torch import Tensor

from .. import _native


@functools.lru_cache(maxsize=None)
def native_type(text: str) -> _native.FieldType:
    """The field type of a text, as the library has it."""
    return _native.FieldType(text)


class FieldType:
    """How the channels of a feature field transform under a group.

    A field of this type transforms as ``[g f](x) = ρ(g) f(g⁻¹ x)`` with ``ρ = ⊕ nᵢ ρᵢ``: blocks of
    ``nᵢ`` fields that carry the same representation ``ρᵢ``.

    :param text: ``GROUP: COUNT REPRESENTATION + …``, such as ``"C8: 4 regular + 2 trivial"`` or
        ``"SO(2): 4 trivial + 2 E1"``.

    >>> FieldType("D4: 2 regular + E1").channels
    18
    """

    def __init__(self, text: str):
        native = native_type(str(text))
        self.text: str = native.text
        #: The name of the group.
        self.group: str = native.group
        #: The number of channels, ``Σ nᵢ dim ρᵢ``.
        self.channels: int = native.channels
        #: The blocks as (number of fields, name of the representation, its dimension).
        self.blocks: tuple[tuple[int, str, int], ...] = tuple(native.blocks)

    @classmethod
    def _of(cls, native: _native.FieldType) -> FieldType:
        return cls(native.text)

    @property
    def fields(self) -> int:
        """The number of fields."""
        return sum(count for count, _, _ in self.blocks)

    @property
    def is_permutation(self) -> bool:
        """Whether the group permutes the channels of every field, as of regular fields."""
        return native_type(self.text).is_permutation

    def restricted_to(self, group: str) -> FieldType:
        """The same fields as fields of a subgroup, such as ``"C4"``."""
        return self._of(native_type(self.text).restricted_to(group))

    def elements(self) -> list[str]:
        """The names of elements to test with: all of a small group."""
        return native_type(self.text).test_elements()

    def matrix(self, element: int | str):
        """``ρ(g)`` of an element of :meth:`elements`, by number or name: an array
        ``[channels, channels]`` that acts on channels as they stand in tensors."""
        if isinstance(element, str):
            element = self.elements().index(element)
        return native_type(self.text).matrix(element)

    def __call__(self, tensor: Tensor, points: Points | None = None) -> Field:
        """The values of a tensor as a :class:`Field` of this type."""
        return Field(tensor, self, points)

    def __add__(self, other: FieldType) -> FieldType:
        """The fields of one type and behind them those of the other, of one group."""
        return self._of(native_type(self.text).direct_sum(native_type(other.text)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FieldType):
            return NotImplemented
        return self.text == other.text or native_type(self.text) == native_type(other.text)

    def __hash__(self) -> int:
        return hash(native_type(self.text))

    def __reduce__(self):
        return (FieldType, (self.text,))

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f'FieldType("{self.text}")'

    def inward(self, x: Tensor) -> Tensor:
        """Channels (last axis) from the order of tensors, where those of one field are contiguous,
        to that of memory, where equal components of a block are."""
        return self._by_block(x, lambda n, d: (n, d))

    def outward(self, x: Tensor) -> Tensor:
        """Channels (last axis) from the order of memory to that of tensors."""
        return self._by_block(x, lambda n, d: (d, n))

    def _by_block(self, x: Tensor, shape) -> Tensor:
        if all(n == 1 or d == 1 for n, _, d in self.blocks):
            return x
        parts = x.split([n * d for n, _, d in self.blocks], -1)
        parts = [
            part if n == 1 or d == 1 else part.unflatten(-1, shape(n, d)).mT.flatten(-2)
            for part, (n, _, d) in zip(parts, self.blocks)
        ]
        return parts[0] if len(parts) == 1 else torch.cat(parts, -1)


class Points:
    """Points in the plane or in space with directed edges between them.

    :param places: ``[points, 2]`` as ``(x, y)`` or ``[points, 3]`` as ``(x, y, z)``.
    :param edges: ``[edges, 2]``, each a source, which is seen, and a target, which sees it.
    :param targets: the points that see, ``[targets, 2 or 3]``, if they are others.
    """

    def __init__(self, places: Tensor, edges: Tensor, targets: Tensor | None = None):
        def as_places(name, values):
            values = torch.as_tensor(values).detach().to("cpu", torch.float64).contiguous()
            if values.ndim != 2 or values.shape[1] not in (2, 3):
                raise ValueError(
                    f"{name} of shape {tuple(values.shape)}; pass [points, 2] or [points, 3]"
                )
            return values

        self.places = as_places("places", places)
        self.targets = None if targets is None else as_places("targets", targets)
        edges = torch.as_tensor(edges).detach().to("cpu", torch.int64)
        self.edges = edges.reshape(-1, 2).contiguous()

    @classmethod
    def within(cls, places: Tensor, radius: float, targets: Tensor | None = None) -> Points:
        """Every point (or target) sees all points at most ``radius`` away, itself included."""
        places = torch.as_tensor(places, dtype=torch.float64)
        seers = places if targets is None else torch.as_tensor(targets, dtype=torch.float64)
        near = (seers[:, None] - places[None]).norm(dim=-1) <= radius
        target, source = near.nonzero(as_tuple=True)
        return cls(places, torch.stack([source, target], -1), targets)

    def tensors(self) -> list[Tensor]:
        """Places, edges, and targets if there are any."""
        return [self.places, self.edges, *([] if self.targets is None else [self.targets])]

    def __len__(self) -> int:
        return len(self.places)

    def __repr__(self) -> str:
        targets = "" if self.targets is None else f", {len(self.targets)} targets"
        return f"Points({len(self)} points, {len(self.edges)} edges{targets})"


class Field:
    """Values together with their :class:`FieldType`.

    :param tensor: ``[batch, channels]`` vectors, ``[batch, channels, height, width]`` images,
        ``[batch, channels, depth, height, width]`` volumes, or ``[batch, channels, points]`` with
        ``points``; the channels of one field are contiguous.
    :param type: how the channels transform.
    :param points: the points of a field on points.
    """

    def __init__(self, tensor: Tensor, type: FieldType, points: Points | None = None):
        if tensor.ndim < 2 or tensor.shape[1] != type.channels:
            raise ValueError(
                f"a tensor of shape {tuple(tensor.shape)} for fields of type {type}; pass "
                f"[batch, {type.channels}, ...]"
            )
        self._set(type.inward(tensor.movedim(1, -1)), type, points)

    def _set(self, memory: Tensor, type: FieldType, points: Points | None):
        self.memory = memory
        self.type = type
        self.points = points

    @classmethod
    def of_memory(cls, memory: Tensor, type: FieldType, points: Points | None = None) -> Field:
        """Values that lie in the order of memory, ``[batch, ..., channels]``."""
        field = cls.__new__(cls)
        field._set(memory, type, points)
        return field

    @property
    def tensor(self) -> Tensor:
        """``[batch, channels, ...]``, the channels of one field contiguous."""
        return self.type.outward(self.memory).movedim(-1, 1)

    @property
    def shape(self) -> torch.Size:
        """The shape of :attr:`tensor`."""
        batch, *sizes, channels = self.memory.shape
        return torch.Size((batch, channels, *sizes))

    def __add__(self, other: Field) -> Field:
        if other.type != self.type:
            raise ValueError(f"a sum of fields of type {self.type} and {other.type}")
        return Field.of_memory(self.memory + other.memory, self.type, self.points)

    def __sub__(self, other: Field) -> Field:
        return self + other * -1.0

    def __mul__(self, factor: float) -> Field:
        return Field.of_memory(self.memory * factor, self.type, self.points)

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return f"Field({tuple(self.shape)}, {self.type})"


def direct_sum(fields: Sequence[Field]) -> Field:
    """The channels of fields on the same places one after the other."""
    fields = list(fields)
    type = functools.reduce(lambda a, b: a + b, (field.type for field in fields))
    memory = torch.cat([field.memory for field in fields], -1)
    return Field.of_memory(memory, type, fields[0].points)
