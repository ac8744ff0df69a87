"""Field types, fields, and where these live."""

from __future__ import annotations

import builtins
import functools
import operator
import os
import warnings
from typing import TYPE_CHECKING, Sequence

import torch
from torch import Tensor

from .. import _native
from .._native import Element

if TYPE_CHECKING:
    from ..math import Group, LinearGroup


@functools.lru_cache(maxsize=None)
def native_type(text: str) -> _native.FieldType:
    """The field type of a text, as the library has it."""
    return _native.FieldType(text)


class FieldType:
    """How the channels of a feature field transform under a group.

    A field of this type transforms as ``[g f](x) = ρ(g) f(g⁻¹ x)`` with ``ρ = ⊕ nᵢ ρᵢ``: blocks of
    ``nᵢ`` fields that carry the same representation ``ρᵢ``.

    :param text: ``GROUP: COUNT REPRESENTATION + …``, such as ``"C8: 4 regular + 2 trivial"`` or
        ``"SO(2): 4 trivial + 2 E1"``. Groups that act neither on images nor on volumes
        (``"A5: 2 regular"``, ``"SU(2): 3 1/2"``) have vectors only; :meth:`of` makes types of groups
        without a name.

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

    @classmethod
    def of(cls, group: Group | LinearGroup, fields: str) -> FieldType:
        """Fields of a group of :mod:`schur.math`, of a file, a table or matrices, too.

        :param fields: ``COUNT REPRESENTATION + …``; of a group of matrices tensors ``T(p, q)``.

        >>> from schur.math import LinearGroup
        >>> FieldType.of(LinearGroup.lorentz(), "2 T(1) + T(0)").channels
        9
        """
        return cls(f"{group.definition}: {fields}")

    @property
    def fields(self) -> int:
        """The number of fields."""
        return sum(count for count, _, _ in self.blocks)

    @property
    def is_permutation(self) -> bool:
        """Whether the group permutes the channels of every field, as of regular fields."""
        return native_type(self.text).is_permutation

    def is_beside(self, other: FieldType) -> bool:
        """Whether both are of one group."""
        return native_type(self.text).is_beside(native_type(other.text))

    def restricted_to(self, group: str) -> FieldType:
        """The same fields as fields of a subgroup, such as ``"C4"``."""
        return self._of(native_type(self.text).restricted_to(group))

    def elements(self) -> list[str]:
        """The names of elements to test with: all of a small group."""
        return native_type(self.text).test_elements()

    def matrix(self, element: int | str | Element):
        """``ρ(g)`` of an element of :meth:`elements`, by number or name: an array
        ``[channels, channels]`` that acts on channels as they stand in tensors."""
        return native_type(self.text).matrix(self.number_of(element))

    def number_of(self, element: int | str | Element) -> int:
        """The number of an element in :meth:`elements`, by number or name, or of one of the same group of
        :mod:`schur.math`."""
        known = self.elements()
        if isinstance(element, Element):
            number = native_type(self.text).number_of(element)
            if number is None:
                raise ValueError(
                    f"{self.group} has no element {element!r} of its own to test with; pass the name or number "
                    "of one in `elements()`"
                )
            return number
        if not isinstance(element, str):
            try:
                element = operator.index(element)
            except TypeError:
                raise TypeError(
                    f"an element as {builtins.type(element).__name__}; pass its name or number in `elements()`"
                ) from None
        if isinstance(element, str) and element in known:
            return known.index(element)
        if isinstance(element, str) or not 0 <= element < len(known):
            some = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
            raise ValueError(
                f"{self.group} has no element {element!r} to test with; use 0 to {len(known) - 1}, or one of "
                f"{some}"
            )
        return element

    def __call__(self, tensor: Tensor, places: Points | str | None = None) -> Field:
        """The values of a tensor as a :class:`Field` of this type."""
        return Field(tensor, self, places)

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
        return native_type(self.text).label

    def __repr__(self) -> str:
        return f'FieldType("{self}")'

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
            part if n == 1 or d == 1 else part.unflatten(-1, shape(n, d)).transpose(-1, -2).flatten(-2)
            for part, (n, _, d) in zip(parts, self.blocks)
        ]
        return parts[0] if len(parts) == 1 else torch.cat(parts, -1)


#: Places that shapes do not say, by name: strips, whose columns go around, and grids on the sphere,
#: whose rows are rings from the north (``healpix`` has one axis of ``12 n²`` places,
#: ``icosahedral`` one of ``10 n² + 2``).
PLACES = (
    "cylinder",
    "moebius",
    "moebius_untransported",
    "equiangular",
    "gauss_legendre",
    "healpix",
    "icosahedral",
)


class Points:
    """Points in the plane, in space or on a surface, with directed edges between them.

    :param places: ``[points, 2]`` as ``(x, y)`` or ``[points, 3]`` as ``(x, y, z)``. They are constants:
        no gradients flow into them, of which there is a warning if they ask for some.
    :param edges: ``[edges, 2]``, each a source, which is seen, and a target, which sees it: of an
        ``edge_index`` ``[2, edges]`` of PyTorch Geometric its ``.T``.
    :param targets: the points that see, ``[targets, 2 or 3]``, if they are others.
    :param offsets: on a surface, for every edge the place of its source in the frame of its target,
        ``[edges, 2]``. :meth:`on_surface` finds them.
    :param transports: on a surface, for every edge the transport of components from the frame of its
        source to that of its target, ``[edges, 2]``: an angle in radians, and 1 for the mirror
        ``(x, y) -> (-x, y)`` before the turn.
    """

    def __init__(
        self,
        places: Tensor,
        edges: Tensor,
        targets: Tensor | None = None,
        *,
        offsets: Tensor | None = None,
        transports: Tensor | None = None,
    ):
        def as_places(name, values):
            values = torch.as_tensor(values)
            if values.requires_grad:
                warnings.warn(
                    f"{name} of points are constants, and get no gradients; pass `{name}.detach()`", stacklevel=3
                )
            values = values.detach().to("cpu", torch.float64).contiguous()
            if values.ndim != 2 or values.shape[1] not in (2, 3):
                raise ValueError(
                    f"{name} of shape {tuple(values.shape)}; pass [points, 2] or [points, 3]"
                )
            return values

        self.places = as_places("places", places)
        self.targets = None if targets is None else as_places("targets", targets)

        def of_edges(name, values, dtype):
            values = torch.as_tensor(values).detach().to("cpu", dtype)
            if values.numel() == 0:
                values = values.reshape(0, 2)
            if values.ndim != 2 or values.shape[1] != 2:
                turned = values.ndim == 2 and values.shape[0] == 2
                remedy = f"[edges, 2], here `{name}.T`" if turned else "[edges, 2]"
                raise ValueError(f"{name} of shape {tuple(values.shape)}; pass {remedy}")
            return values.contiguous()

        if torch.as_tensor(edges).is_floating_point() and torch.as_tensor(edges).numel() > 0:
            raise ValueError("edges of floating-point numbers; pass whole numbers, (source, target)")
        self.edges = of_edges("edges", edges, torch.int64)
        if (offsets is None) != (transports is None):
            raise ValueError("offsets without transports, or the other way round; pass both")

        self.offsets, self.transports = (
            None if values is None else of_edges(name, values, torch.float64)
            for name, values in (("offsets", offsets), ("transports", transports))
        )

    @classmethod
    def within(cls, places: Tensor, radius: float, targets: Tensor | None = None) -> Points:
        """Every point (or target) sees all points at most ``radius`` away, itself included."""
        places = torch.as_tensor(places, dtype=torch.float64)
        seers = places if targets is None else torch.as_tensor(targets, dtype=torch.float64)
        near = (seers[:, None] - places[None]).norm(dim=-1) <= radius
        target, source = near.nonzero(as_tuple=True)
        return cls(places, torch.stack([source, target], -1), targets)

    @classmethod
    def on_surface(
        cls,
        vertices: Tensor,
        faces: Tensor,
        *,
        rings: int | None = None,
        radius: float | None = None,
        sources: Sequence[int] | None = None,
        targets: Sequence[int] | None = None,
    ) -> Points:
        """The vertices of a mesh, with a frame of the tangent plane at each: with parallel transport
        between them :class:`PointConv` is the gauge-equivariant mesh convolution. Types of fields are
        those of groups of the plane, which turn the frames.

        :param vertices: ``[vertices, 3]``.
        :param faces: ``[triangles, 3]``, vertices by number.
        :param rings: every vertex sees those so many edges away (1 by default), itself included;
        :param radius: or those at most so far away, along the surface.
        :param sources: the vertices that are seen, by number; all by default.
        :param targets: the vertices that see, if they are others: a coarser or finer level.
        :raises ValueError: if it is no surface.

        >>> Points.on_surface(*icosphere(1))
        Points(42 points on a surface, 282 edges)
        """
        rings = 1 if rings is None and radius is None else rings
        vertices = torch.as_tensor(vertices).to("cpu", torch.float64).contiguous().numpy()
        faces = torch.as_tensor(faces).tolist()
        some = [None if part is None else [int(v) for v in part] for part in (sources, targets)]
        edges, moved = _native.surface_graph(vertices, faces, rings, radius, *some)
        return cls._of(torch.from_numpy(edges), moved)

    @classmethod
    def _of(cls, edges: Tensor, arrays) -> Points:
        """Points with the places, offsets, transports and targets that the library gives."""
        places, connection, targets = arrays
        offsets, transports = (None, None) if connection is None else connection
        return cls(places, edges, targets, offsets=offsets, transports=transports)

    @property
    def is_on_surface(self) -> bool:
        """Whether there are frames, between which fields are carried."""
        return self.offsets is not None

    def seers(self) -> Points:
        """The points that see, which a layer gives a field on; without edges if they are others."""
        if self.targets is None:
            return self
        none = torch.zeros(0, 2) if self.is_on_surface else None
        return Points(self.targets, torch.zeros(0, 2), offsets=none, transports=none)

    def tensors(self) -> list[Tensor]:
        """Places, edges, offsets and transports on a surface, and targets if there are any."""
        parts = [self.places, self.edges, self.offsets, self.transports, self.targets]
        return [part for part in parts if part is not None]

    def are_those_of(self, other: Points) -> bool:
        """Whether places, edges, frames and targets are the same."""
        if self is other:
            return True
        pairs = [
            (getattr(self, name), getattr(other, name))
            for name in ("places", "edges", "offsets", "transports", "targets")
        ]
        return all(a is b or (a is not None and b is not None and torch.equal(a, b)) for a, b in pairs)

    def __len__(self) -> int:
        return len(self.places)

    def __repr__(self) -> str:
        surface = " on a surface" if self.is_on_surface else ""
        targets = "" if self.targets is None else f", {len(self.targets)} targets"
        return f"Points({len(self)} points{surface}, {len(self.edges)} edges{targets})"


def icosphere(level: int) -> tuple[Tensor, Tensor]:
    """A sphere of triangles, the icosahedron refined ``level`` times: vertices ``[10 · 4^level + 2, 3]``
    and faces. The vertices of a coarser one are the first of a finer one."""
    if level < 0:
        raise ValueError(f"level={level}; pass 0 or more")
    vertices, faces = _native.icosphere(level)
    return torch.from_numpy(vertices), torch.from_numpy(faces)


def read_mesh(path: str | os.PathLike[str]) -> tuple[Tensor, Tensor]:
    """Vertices and faces of a file ``.off``, ``.obj``, ``.ply`` or ``.stl``.

    :raises ValueError: if it can't be read or is damaged.
    """
    vertices, faces = _native.read_mesh(os.fspath(path))
    return torch.from_numpy(vertices), torch.from_numpy(faces)


def kind_of(places: Points | str | None) -> str | None:
    """The word for places, as the library has it."""
    return "points" if isinstance(places, Points) else places


def native_places(places: Points | str | None):
    """Places as the library takes them."""
    if places is None:
        return None
    arrays = places.tensors() if isinstance(places, Points) else []
    return (kind_of(places), [array.numpy() for array in arrays])


class Field:
    """Values together with their :class:`FieldType`.

    :param tensor: ``[batch, channels]`` vectors, ``[batch, channels, height, width]`` images,
        ``[batch, channels, depth, height, width]`` volumes, or ``[batch, channels, points]`` with
        points as ``places``; the channels of one field are contiguous.
    :param type: how the channels transform.
    :param places: where the values are, if the shape does not say it: :class:`Points`, or a name out of
        :data:`PLACES`, such as ``"moebius"`` or ``"equiangular"``.
    """

    def __init__(self, tensor: Tensor, type: FieldType, places: Points | str | None = None):
        if isinstance(places, str) and places not in PLACES:
            raise ValueError(
                f"there are no places `{places}`; use `nn.Points`, or one of {', '.join(PLACES)}"
            )
        if not isinstance(tensor, Tensor):
            raise TypeError(
                f"a field takes a torch.Tensor, not {builtins.type(tensor).__name__}; pass a torch tensor: "
                "`torch.as_tensor` makes one of arrays and lists"
            )
        if tensor.ndim < 2 or tensor.shape[1] != type.channels:
            raise ValueError(
                f"a tensor of shape {tuple(tensor.shape)} for fields of type {type}; pass "
                f"[batch, {type.channels}, ...]"
            )
        if tensor.ndim == 5 and tensor.shape[2] > 1 and native_type(type.text).is_planar:
            raise ValueError(
                f"{type.group} acts on the plane, and fields of it do not live on a volume of shape "
                f"{tuple(tensor.shape)}; use a group of space, such as `{type.group} in space` or `Oh`, or pass the "
                "slices as a batch"
            )
        if isinstance(places, Points) and tensor.ndim != 3:
            raise ValueError(
                f"a tensor of shape {tuple(tensor.shape)} on {len(places)} points; pass "
                f"[batch, {type.channels}, {len(places)}]"
            )
        self._set(type.inward(tensor.permute(0, *range(2, tensor.ndim), 1)), type, places)

    def _set(self, memory: Tensor, type: FieldType, places: Points | str | None):
        self.memory = memory
        self.type = type
        self.places = places

    @classmethod
    def of_memory(
        cls, memory: Tensor, type: FieldType, places: Points | str | None = None
    ) -> Field:
        """Values that lie in the order of memory, ``[batch, ..., channels]``."""
        field = cls.__new__(cls)
        field._set(memory, type, places)
        return field

    def on(self, places: Points | str | None) -> Field:
        """The same values at other places, as many: points with other edges, a picture as one of a
        strip or a sphere."""
        if isinstance(places, Points) and self.memory.shape[1:-1] != (len(places),):
            raise ValueError(f"a field of shape {tuple(self.shape)} on {len(places)} points")
        return Field.of_memory(self.memory, self.type, places)

    @property
    def tensor(self) -> Tensor:
        """``[batch, channels, ...]``, the channels of one field contiguous."""
        values = self.type.outward(self.memory)
        # Axes by number from 0: ONNX knows no others.
        return values.permute(0, values.ndim - 1, *range(1, values.ndim - 1))

    @property
    def shape(self) -> torch.Size:
        """The shape of :attr:`tensor`."""
        batch, *sizes, channels = self.memory.shape
        return torch.Size((batch, channels, *sizes))

    @property
    def device(self) -> torch.device:
        """The device of the values."""
        return self.memory.device

    @property
    def dtype(self) -> torch.dtype:
        """The type of the values."""
        return self.memory.dtype

    def _of(self, memory: Tensor) -> Field:
        return Field.of_memory(memory, self.type, self.places)

    def to(self, *args, **kwargs) -> Field:
        """The field with its values converted as by :meth:`torch.Tensor.to`."""
        return self._of(self.memory.to(*args, **kwargs))

    def detach(self) -> Field:
        """The field without its history."""
        return self._of(self.memory.detach())

    def __add__(self, other: Field) -> Field:
        if not isinstance(other, Field):
            return NotImplemented
        if other.type != self.type:
            raise ValueError(f"a sum of fields of type {self.type} and {other.type}")
        _check_places("a sum", [self, other])
        return self._of(self.memory + other.memory)

    def __sub__(self, other: Field) -> Field:
        return self + other * -1.0

    def __neg__(self) -> Field:
        return self._of(-self.memory)

    def __mul__(self, factor: float | Tensor) -> Field:
        # Other products do not commute with the group.
        if isinstance(factor, Field) or getattr(factor, "ndim", 0) != 0:
            return NotImplemented
        return self._of(self.memory * factor)

    __rmul__ = __mul__

    def __truediv__(self, divisor: float | Tensor) -> Field:
        return self * (1.0 / divisor)

    def __repr__(self) -> str:
        places = "" if self.places is None else f", {self.places}"
        return f"Field({tuple(self.shape)}, {self.type}{places})"


def _check_places(what: str, fields: Sequence[Field]):
    """Refuses fields that are not on the same places."""
    first = fields[0]
    for field in fields[1:]:
        a, b = first.places, field.places
        if not (a.are_those_of(b) if isinstance(a, Points) and isinstance(b, Points) else a == b):
            raise ValueError(
                f"{what} of fields on {a or 'a grid'} and on {b or 'a grid'}; put both on the same "
                "places, with `Field.on` if they are"
            )
        if field.memory.shape[1:-1] != first.memory.shape[1:-1]:
            raise ValueError(
                f"{what} of fields of shapes {tuple(first.shape)} and {tuple(field.shape)}; resize one "
                "of them before"
            )


def direct_sum(fields: Sequence[Field]) -> Field:
    """The channels of fields on the same places one after the other."""
    fields = list(fields)
    if not fields:
        raise ValueError("no fields; pass at least one")
    _check_places("a direct sum", fields)
    type = functools.reduce(lambda a, b: a + b, (field.type for field in fields))
    memory = torch.cat([field.memory for field in fields], -1)
    return Field.of_memory(memory, type, fields[0].places)
