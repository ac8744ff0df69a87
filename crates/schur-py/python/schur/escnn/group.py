"""Groups, their elements and representations, by escnn's names."""

from __future__ import annotations

import functools
import math as _math
from typing import Any, Iterable

import numpy as np

from .. import math
from ._missing import Named, absent, option

__all__ = [
    "CyclicGroup",
    "DihedralGroup",
    "Group",
    "GroupElement",
    "Icosahedral",
    "IrreducibleRepresentation",
    "O2",
    "O3",
    "Octahedral",
    "Representation",
    "SO2",
    "SO3",
    "cyclic_group",
    "dihedral_group",
    "directsum",
    "full_ico_group",
    "full_octa_group",
    "ico_group",
    "o2_group",
    "o3_group",
    "octa_group",
    "so2_group",
    "so3_group",
    "trivial_group",
]


#: Elements and angles that are equal up to round-off.
CLOSE = 1e-9


class GroupElement(Named):
    """An element of a :class:`Group`; ``@`` composes, ``~`` inverts."""

    def __init__(self, group: Group, native: math.Element):
        self.group = group
        self._native = native

    def __matmul__(self, other):
        """The product with another element, or what it makes of a tensor."""
        if not isinstance(other, GroupElement):
            return other.transform(self)
        own = self.group._math
        return GroupElement(self.group, own.compose(self._native, other._native))

    def __invert__(self) -> GroupElement:
        return GroupElement(self.group, self.group._math.inverse(self._native))

    def to(self, param: str):
        """The element as ``int`` (number of turns; with mirrors ``(mirror, turns)``), ``MAT`` (its
        matrix) or ``radians``."""
        matrix = self.group._math.isometry(self._native)
        mirror = int(np.linalg.det(matrix) < 0)
        if param == "MAT":
            return matrix
        if mirror:
            # r^i s, with s in the axis of the group.
            own = 2.0 * _math.radians(self.group.axis)
            matrix = matrix @ np.array(
                [[_math.cos(own), _math.sin(own)], [_math.sin(own), -_math.cos(own)]]
            )
        turn = _math.atan2(matrix[1, 0], matrix[0, 0]) % _math.tau
        if param == "int" and not self.group.continuous:
            turn = round(turn * self.group.rotations / _math.tau) % self.group.rotations
        elif param != "radians":
            raise ValueError(f"`{param}` is not here; use int, radians or MAT")
        if self.group.is_mirror:
            return mirror
        return (mirror, turn) if self.group.mirrors else turn

    @property
    def param(self) -> str:
        """What :attr:`value` is."""
        return "radians" if self.group.continuous else "int"

    @property
    def value(self):
        return self.to(self.param)

    def __eq__(self, other: object) -> bool:
        same = isinstance(other, GroupElement) and self.group == other.group
        return same and self.group._math.distance(self._native, other._native) < CLOSE

    def __hash__(self) -> int:
        return hash(self.group)

    def __repr__(self) -> str:
        return f"{self._native.name} of {self.group.name}"


class Representation(Named):
    """A representation, by its name in field types."""

    def __init__(self, group: Group, text: str, name: str | None = None):
        self.group = group
        self._math = group._math.representation(text)
        self.size = self._math.dim
        self.text = text
        self.name = name or text
        if self._math.name == "trivial" or self._math.name.startswith("irrep("):
            # One text for all that irreps are called.
            self.text = "trivial" if self.is_trivial() else self._math.name
            #: The id of an irrep.
            self.id = group._id_of(self._math.irreps[0])
            self.name = group._name_of_id(self.id)

    @functools.cached_property
    def _parts(self) -> tuple[list[tuple[Any, ...]], np.ndarray]:
        """The ids of the irreps, and the change of basis with its columns in their order: escnn's, and
        that of the summands in sums."""
        names, basis = self._math.irreps, self._math.change_of_basis
        ids = [self.group._id_of(name) for name in names]
        order = list(range(len(names)))
        if " + " not in self.text:
            order.sort(key=lambda i: self.group._rank(ids[i], by_degree=True))
        dims = {name: self.group._math.representation(f"irrep({name})").dim for name in names}
        starts = np.cumsum([0, *(dims[name] for name in names)])
        columns = [c for i in order for c in range(starts[i], starts[i + 1])]
        return [ids[i] for i in order], basis[:, columns]

    @property
    def change_of_basis(self) -> np.ndarray:
        return self._parts[1]

    @property
    def change_of_basis_inv(self) -> np.ndarray:
        return self.change_of_basis.T

    @property
    def irreps(self) -> list[tuple[Any, ...]]:
        """The ids of the irreps, as :meth:`Group.irrep` takes them."""
        return list(self._parts[0])

    @property
    def supported_nonlinearities(self) -> set[str]:
        tags = {"norm", "gated"}
        if self._math.is_permutation or self.size == 1:
            tags.add("concatenated")
        if self._math.is_permutation:
            tags.add("pointwise")
        if self.is_trivial():
            tags.add("gate")
        if self.text == "regular" and self.size > 1 and self.group._axial and not self.group.mirrors:
            tags.add("vectorfield")
        return tags

    def tensor(self, other: Representation) -> Representation:
        """The product with another representation."""
        return Representation(self.group, f"tensor({self.text}, {other.text})")

    def __add__(self, other: Representation) -> Representation:
        """The sum with another representation."""
        if not isinstance(other, Representation):
            return NotImplemented
        return directsum([self, other])

    def restrict(self, id) -> Representation:
        """The same matrices for the elements of a subgroup."""
        return self.group.restrict_representation(id, self)

    @property
    def irreducible(self) -> bool:
        return len(self._math.irreps) == 1

    def multiplicity(self, irrep: tuple[Any, ...]) -> int:
        """How often an irrep, by its id, is in it."""
        return self.irreps.count(irrep)

    def contains_trivial(self) -> bool:
        return self.multiplicity(self.group.trivial_representation.id) > 0

    def is_trivial(self) -> bool:
        return self.size == 1 and self._math.is_permutation

    def __call__(self, g: GroupElement) -> np.ndarray:
        return self._math.matrix(g._native)

    def character(self, g: GroupElement) -> float:
        return self._math.character(g._native)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Representation) and (self.group, self.text) == (
            other.group,
            other.text,
        )

    def __hash__(self) -> int:
        return hash((self.group, self.text))

    def __repr__(self) -> str:
        return f"{self.group.name}|[{self.name}]:{self.size}"


#: The irreps of polyhedral groups by escnn's ids.
_POLYHEDRAL = {
    "O": {0: "A1", 1: "T1", -1: "T2", 2: "E", 3: "A2"},
    "I": {0: "A", 1: "T1", 2: "H", 3: "T2", 4: "G"},
}

#: What polyhedral groups permute, by escnn's names.
_THIRDS = "quotient(C3@45,54.735610317,0)"
_SOLIDS = {
    "O": {
        "cube_faces_representation": "quotient(C4)",
        "cube_vertices_representation": _THIRDS,
        "cube_edges_representation": "quotient(C2@0,45,0)",
    },
    "I": {
        "ico_vertices_representation": "quotient(C5@0,58.282525589,0)",
        "ico_faces_representation": _THIRDS,
        "ico_edges_representation": "quotient(C2)",
    },
}

#: What a group of space has behind its name where the plane has the name, too.
IN_SPACE = " in space"


class Group(Named):
    """A group of the plane (``C_N``, ``D_N``, SO(2), O(2)), or of space by the name that field types
    have (``O``, ``SO(3)``, ``C4 in space``).

    :param maximum_frequency: that of :meth:`irreps` if there are infinitely many.
    """

    def __init__(self, text: str, maximum_frequency: int = 3):
        self.text = text
        self.maximum_frequency = maximum_frequency
        self.name = text
        base = text.removesuffix(IN_SPACE)
        try:
            if base != text:
                raise ValueError("it is named as a group of space")
            self._math = math.Group(base, "planar")
            self.planar = True
        except ValueError:
            self._math = math.Group(base, "spatial")
            self.planar = False
        self._base = base.split("@")[0]
        self.continuous = self._math.order is None
        #: Whether it is C_n or D_n, or their limits, on the plane or about an axis of space.
        self._axial = self._base in ("SO(2)", "O(2)") or self._base[1:].isdigit()
        self.mirrors = self._axial and self._base.startswith(("D", "O"))
        #: Whether it is one mirror of the plane, whose elements and irreps have one number: escnn's C_2.
        self.is_mirror = self.planar and self._base == "D1"

    @property
    def axis(self) -> float:
        """The angle of the line that the mirror ``(1, 0)`` keeps, in degrees from the x axis."""
        return float(self.text.split("@")[1]) if "@" in self.text else 90.0

    @property
    def rotations(self) -> int:
        """Rotations about the axis; -1 if they are infinitely many."""
        if not self._axial:
            raise ValueError(f"{self.name} turns about more than one axis")
        return -1 if self.continuous else int(self._base[1:])

    @property
    def rotation_order(self) -> int:
        return self.rotations

    @property
    def generators(self) -> list[GroupElement]:
        """Elements whose products are all elements."""
        if self.continuous:
            raise ValueError(f"{self.name} has infinitely many elements")
        return [GroupElement(self, g) for g in self._math.generators()]

    def order(self) -> int:
        """The number of elements; -1 if it is infinite."""
        return -1 if self._math.order is None else self._math.order

    @property
    def identity(self) -> GroupElement:
        return GroupElement(self, self._math.identity())

    @property
    def elements(self) -> list[GroupElement]:
        if self.continuous:
            raise ValueError(f"{self.name} has infinitely many elements")
        return self.testing_elements()

    def element(self, value) -> GroupElement:
        """The element of a number of turns, with mirrors of ``(mirror, turns)``."""
        if self.continuous:
            instead = "take `sample()` or `testing_elements()`"
            raise option(f"{self.name}.element", "value", value, instead)
        if self.is_mirror and isinstance(value, tuple):
            value = value[0]
        for g in self.elements:
            if g.to("int") == value:
                return g
        raise ValueError(f"{self.name} has no element {value}")

    def testing_elements(self) -> list[GroupElement]:
        return [GroupElement(self, g) for g in self._math.elements()]

    def sample(self) -> GroupElement:
        seed = int(np.random.randint(2**31))
        return GroupElement(self, self._math.random(1, seed)[0])

    def representation(self, text: str) -> Representation:
        """A representation by its name in field types."""
        return Representation(self, text)

    @property
    def trivial_representation(self) -> Representation:
        return Representation(self, "trivial")

    @property
    def regular_representation(self) -> Representation:
        return Representation(self, "regular")

    def irrep(self, *id: int | str) -> Representation:
        """``irrep(k)`` of rotations, ``irrep(j, k)`` of rotations and mirrors; of SO(3), O and I
        ``irrep(l)``, of O(3) ``irrep(j, l)`` with the parity ``j``, of Oh and Ih ``irrep((j,), (l,))``; and
        by its name here."""
        if len(id) == 1 and isinstance(id[0], str):
            return Representation(self, f"irrep({id[0]})")
        if not self._axial:
            return Representation(self, f"irrep({self._name_of(*id)})")
        if self.is_mirror and len(id) == 1:
            id = (id[0], 0)
        *mirror, k = id
        j = mirror[0] if mirror else 0
        if self.mirrors != bool(mirror):
            raise ValueError(f"irreps of {self.name} have {1 + self.mirrors} numbers, not {id}")
        half = not self.continuous and 2 * k == self.rotations
        if k == 0:
            name = ("A2" if j else "A1") if self.mirrors else "A"
        elif half:
            name = ("B2" if j else "B1") if self.mirrors else "B"
        else:
            name = f"E{k}"
        return Representation(self, f"irrep({name})")

    def _name_of(self, *id: int) -> str:
        if self._base == "SO(3)" and len(id) == 1:
            return str(id[0])
        if self._base == "O(3)" and len(id) == 2:
            return f"{id[1]}{'-' if id[0] else '+'}"
        names = _POLYHEDRAL.get(self._base, {})
        if len(id) == 1 and id[0] in names:
            return names[id[0]]
        names = _POLYHEDRAL.get(self._base.removesuffix("h"), {})
        if self._base.endswith("h") and all(isinstance(part, tuple) for part in id[:2]) and id[2:] in ((), (0,)):
            (parity, *_), (l, *_) = id[:2]
            if l in names and parity in (0, 1):
                return names[l] + "gu"[parity]
        known = ", ".join(rho.name for rho in self._math.irreps())
        raise ValueError(
            f"{self.name} has no irrep by the id {id}; `representation(name)` takes one of {known}"
        )

    def irreps(self) -> list[Representation]:
        names = [rho.name for rho in self._math.irreps(self.maximum_frequency)]
        names.sort(key=lambda name: self._rank(self._id_of(name)))
        return [Representation(self, f"irrep({name})") for name in names]

    @property
    def representations(self) -> dict[str, Representation]:
        """The irreps, and the regular representation of a finite group, by name."""
        known = self.irreps()
        if not self.continuous:
            known.append(self.regular_representation)
        return {rho.name: rho for rho in known}

    def subgroup_name(self, id: object) -> str:
        """The name of the subgroup that escnn calls by an id; in space a name itself."""
        if not self.planar:
            # What keeps a point of the sphere.
            if id in ((False, -1), (True, -1)) and self._base in ("SO(3)", "O(3)"):
                return self.sphere_subgroup()
            if not isinstance(id, str):
                raise ValueError(f"subgroups of {self.name} are called by names such as `O`, not {id}")
            return id
        if self.is_mirror and id == 2:
            return self.text
        if isinstance(id, int):
            return "SO(2)" if id == -1 else f"C{id}"
        axis, n = id
        if axis is None:
            return "SO(2)" if n == -1 else f"C{n}"
        if n == -1:
            return "O(2)"
        # Their axes are half the angles of elements, from the axis of the group on.
        step = _math.degrees(axis) if self.continuous else 180.0 * axis / self.rotations
        return mirrored(n, _math.radians(self.axis + step))

    def __getattr__(self, name: str):
        base = self.__dict__.get("_base")
        if name == "standard_representation" and base is not None:
            # The vectors of the plane or of space; a method, but of polyhedral groups.
            vectors = Representation(self, "defining")
            return vectors if base in _POLYHEDRAL else lambda: vectors
        if name in _SOLIDS.get(base, {}):
            return Representation(self, _SOLIDS[base][name])
        return super().__getattr__(name)

    def restrict_representation(self, id, repr: Representation) -> Representation:
        """The same matrices for the elements of a subgroup."""
        subgroup = Group(self.subgroup_name(id), self.maximum_frequency)
        return Representation(subgroup, f"restricted({self.text.removesuffix(IN_SPACE)}, {repr.text})")

    def induced_representation(self, subgroup_id, repr: Representation) -> Representation:
        """Fields of a subgroup's representation on its cosets."""
        return Representation(self, f"induced({self.subgroup_name(subgroup_id)}, {repr.text})")

    def get_irrep_id(self, psi: Representation | str | tuple[Any, ...]) -> tuple[Any, ...]:
        """The id of an irrep, of its name or itself."""
        psi = self.representations[psi] if isinstance(psi, str) else psi
        return psi.id if isinstance(psi, Representation) else psi

    def bl_irreps(self, L: int) -> list[tuple[Any, ...]]:
        """The irreps up to a frequency or degree, each once, as :meth:`irrep` takes them."""
        return list(dict.fromkeys(self.bl_regular_representation(L).irreps))

    def _name_of_id(self, id: tuple[Any, ...]) -> str:
        """escnn's name of an irrep."""
        if len(id) == 3:
            parts = ",".join(str(part) for part in id[:2])
            return f"irrep_[{parts}]({id[2]})"
        return "irrep_" + ",".join(map(str, id))

    def _rank(self, id: tuple[Any, ...], by_degree: bool = False):
        """What escnn's order of irreps follows: in functions on O(3) degrees before parities."""
        if isinstance(id[0], str):
            return (0,)
        polyhedral = list(_POLYHEDRAL.get(self._base.removesuffix("h"), ()))
        if polyhedral:
            return (id[0], polyhedral.index(id[1][0])) if len(id) == 3 else (polyhedral.index(id[0]),)
        if self._base == "O(3)":
            return id[::-1] if by_degree else id
        if len(id) == 1:
            return id
        half = 0 if self.continuous else self.rotations / 2
        # (0, 0), (1, 0), (1, 1), …, (1, n / 2), (0, n / 2).
        return (id[1], -id[0] if id[1] == half > 0 else id[0])

    def _id_of(self, name: str) -> tuple[Any, ...]:
        """The id of the irrep of a name, or the name where there is none."""
        if self._base == "SO(3)":
            return (int(name),)
        if self._base == "O(3)":
            return (int(name[-1] == "-"), int(name[:-1]))
        if self._base in ("Oh", "Ih"):
            names = _POLYHEDRAL[self._base[0]]
            return ((int(name[-1] == "u"),), *((id,) for id, known in names.items() if known == name[:-1]), 0)
        if not self._axial:
            ids = [id for id, known in _POLYHEDRAL.get(self._base, {}).items() if known == name]
            return (*ids, name)[:1]
        half = 0 if self.continuous else self.rotations // 2
        k = int(name[1:]) if name.startswith("E") else half if name.startswith("B") else 0
        if not self.mirrors:
            return (k,)
        if self.is_mirror:
            return (int(name == "A2"),)
        return (int(not name.endswith("1") or name.startswith("E")), k)

    def bl_sphere_representation(self, L: int) -> Representation:
        """Functions on the sphere up to a degree."""
        return Representation(self, f"spectral({L}, {self.sphere_subgroup()})")

    def bl_quotient_representation(self, L: int, id: object) -> Representation:
        """Functions on the cosets of a subgroup up to a degree or frequency."""
        return Representation(self, f"spectral({L}, {self.subgroup_name(id)})")

    def sphere_subgroup(self) -> str:
        """The elements that keep a point of the sphere."""
        names = {"SO(3)": "SO(2)", "O(3)": "SO(2)v"}
        if self._base not in names:
            raise ValueError(f"{self.name} moves no point of the sphere to every other")
        return names[self._base]

    def grid(self, *args: str | int, type: str = "regular", N: int | None = None) -> Grid:
        """Where functions on the group are sampled; only the number of samples is theirs."""
        return Grid.of(args, type, N, {"ico": 60, "cube": 24})

    def sphere_grid(self, *args: str | int, type: str = "regular", N: int | None = None) -> Grid:
        """Where functions on the sphere are sampled; only the number of samples is theirs."""
        return Grid.of(args, type, N, {"ico": 30, "cube": 12})

    def quotient_representation(self, id: object) -> Representation:
        return Representation(self, f"quotient({self.subgroup_name(id)})", f"quotient[{id}]")

    def bl_regular_representation(self, L: int) -> Representation:
        return Representation(self, f"spectral({L})")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Group) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return self.name


def mirrored(n: int, axis: float) -> str:
    """The name of ``D_n`` (O(2) for -1) with a mirror that keeps the line of an angle."""
    name = "O(2)" if n == -1 else f"D{n}"
    degrees = _math.degrees(axis) % 180.0
    return name if abs(degrees - 90.0) < CLOSE else f"{name}@{degrees:.9g}"


def cyclic_group(N: int) -> Group:
    return Group(f"C{N}")


def trivial_group() -> Group:
    return Group("C1")


def dihedral_group(N: int) -> Group:
    return Group(f"D{N}")


def so2_group(maximum_frequency: int = 3) -> Group:
    return Group("SO(2)", maximum_frequency)


def o2_group(maximum_frequency: int = 3) -> Group:
    return Group("O(2)", maximum_frequency)


def so3_group(maximum_frequency: int = 2) -> Group:
    return Group("SO(3)", maximum_frequency)


def o3_group(maximum_frequency: int = 2) -> Group:
    return Group("O(3)", maximum_frequency)


def octa_group() -> Group:
    return Group("O")


def full_octa_group() -> Group:
    return Group("Oh")


def ico_group() -> Group:
    return Group("I")


def full_ico_group() -> Group:
    return Group("Ih")


class _Kind(type):
    """The class of classes of theirs that are values of one class here: they make these and know them."""

    def __call__(cls, *args, **kwargs):
        return cls.make(*args, **kwargs)

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, (Group, Representation)) and cls.has(value)


def _kind(name: str, make, has) -> _Kind:
    members = {"make": staticmethod(make), "has": staticmethod(has), "__module__": __name__}
    return _Kind(name, (), members)


def _group_kind(name: str, make, *bases: str) -> _Kind:
    return _kind(name, make, lambda value: isinstance(value, Group) and value._base in bases)


def _axial_kind(name: str, make, mirrors: bool) -> _Kind:
    def has(value) -> bool:
        if not isinstance(value, Group) or not value._axial or value.continuous:
            return False
        # One mirror of the plane is their C_2.
        return value.is_mirror or value.mirrors == mirrors

    return _kind(name, make, has)


def _no_irrep(*_, **__):
    raise TypeError("irreps are not made of matrices here; take `group.irrep(id)`")


CyclicGroup = _axial_kind("CyclicGroup", cyclic_group, False)
DihedralGroup = _axial_kind("DihedralGroup", dihedral_group, True)
SO2 = _group_kind("SO2", so2_group, "SO(2)")
O2 = _group_kind("O2", o2_group, "O(2)")
SO3 = _group_kind("SO3", so3_group, "SO(3)")
O3 = _group_kind("O3", o3_group, "O(3)")
Octahedral = _group_kind("Octahedral", octa_group, "O")
Icosahedral = _group_kind("Icosahedral", ico_group, "I")
IrreducibleRepresentation = _kind(
    "IrreducibleRepresentation",
    _no_irrep,
    lambda value: isinstance(value, Representation) and value.irreducible,
)


class Grid:
    """A number of samples by escnn's name for where they are."""

    def __init__(self, type: str, N: int | None, named: dict[str, int]):
        if type in named:
            self.samples = named[type]
        elif N is None:
            raise ValueError(f"a grid of the type `{type}` needs a number `N`")
        else:
            # Of the rotations of the cube, N times.
            self.samples = 24 * N if type == "thomson_cube" else N
        self.type = type

    @classmethod
    def of(cls, args, type: str, N: int | None, named: dict[str, int]) -> Grid:
        """By place a type or a number, which groups of theirs have in different orders."""
        for value in args:
            if isinstance(value, str):
                type = value
            else:
                N = value
        return cls(type, N, named)

    def __len__(self) -> int:
        return self.samples


def directsum(reprs: Iterable[Representation], name: str | None = None) -> Representation:
    """One representation that is the sum of others."""
    reprs = list(reprs)
    rho = Representation(reprs[0].group, " + ".join(r.text for r in reprs))
    rho.name = name or rho.name
    return rho


def __getattr__(name: str):
    raise absent("group", name)
