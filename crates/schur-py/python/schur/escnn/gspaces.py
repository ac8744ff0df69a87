"""Spaces with groups that act on them, by escnn's names."""

from __future__ import annotations

import math

from ._missing import Named, absent, missing
from .group import IN_SPACE, Group, Representation, mirrored

__all__ = [
    "GSpace",
    "GSpace0D",
    "GSpace2D",
    "GSpace3D",
    "dihedralOnR3",
    "flip2dOnR2",
    "flipRot2dOnR2",
    "flipRot3dOnR3",
    "fullIcoOnR3",
    "fullOctaOnR3",
    "icoOnR3",
    "no_base_space",
    "octaOnR3",
    "rot2dOnR2",
    "rot2dOnR3",
    "rot3dOnR3",
    "trivialOnR2",
    "trivialOnR3",
]


class GSpace(Named):
    """The plane, or no space at all, with a group."""

    def __init__(self, group: Group, dimensionality: int):
        self.fibergroup = group
        self.dimensionality = dimensionality
        self.name = f"{group.name}_on_R{dimensionality}"

    @property
    def testing_elements(self):
        return self.fibergroup.testing_elements()

    @property
    def rotations_order(self) -> int:
        return self.fibergroup.rotations

    @property
    def flips_order(self) -> int:
        return 2 if self.fibergroup.mirrors else 1

    @property
    def trivial_repr(self) -> Representation:
        return self.fibergroup.trivial_representation

    @property
    def regular_repr(self) -> Representation:
        return self.fibergroup.regular_representation

    def irrep(self, *id: int) -> Representation:
        return self.fibergroup.irrep(*id)

    @property
    def irreps(self) -> list[Representation]:
        return self.fibergroup.irreps()

    @property
    def representations(self) -> dict[str, Representation]:
        """The irreps, and the regular representation of a finite group, by name."""
        return self.fibergroup.representations

    def induced_repr(self, subgroup_id, repr: Representation) -> Representation:
        return self.fibergroup.induced_representation(subgroup_id, repr)

    def quotient_repr(self, id) -> Representation:
        return self.fibergroup.quotient_representation(id)

    def type(self, *reprs: Representation):
        from .nn import FieldType

        return FieldType(self, reprs)

    def restrict(self, id):
        """The space with a subgroup; maps between the groups are not given."""
        group = Group(self.fibergroup.subgroup_name(id), self.fibergroup.maximum_frequency)
        return type(self)(group, self.dimensionality), None, None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GSpace) and (self.fibergroup, self.dimensionality) == (
            other.fibergroup,
            other.dimensionality,
        )

    def __hash__(self) -> int:
        return hash((self.fibergroup, self.dimensionality))

    def __repr__(self) -> str:
        return self.name


class GSpace2D(GSpace):
    """The plane with a group."""

    def __init__(self, group: Group, dimensionality: int = 2):
        super().__init__(group, dimensionality)


class GSpace3D(GSpace):
    """Space with a group."""

    def __init__(self, group: Group, dimensionality: int = 3):
        super().__init__(group, dimensionality)


class GSpace0D(GSpace):
    """No space: vectors."""

    def __init__(self, group: Group, dimensionality: int = 0):
        super().__init__(group, dimensionality)


def rot2dOnR2(N: int = -1, maximum_frequency: int = 6) -> GSpace2D:
    return GSpace2D(Group("SO(2)" if N == -1 else f"C{N}", maximum_frequency))


def flipRot2dOnR2(
    N: int = -1, maximum_frequency: int = 6, axis: float = math.pi / 2
) -> GSpace2D:
    return GSpace2D(Group(mirrored(N, axis), maximum_frequency))


def flip2dOnR2(axis: float = math.pi / 2) -> GSpace2D:
    return GSpace2D(Group(mirrored(1, axis)))


def trivialOnR2() -> GSpace2D:
    return GSpace2D(Group("C1"))


def _in_space(name: str, maximum_frequency: int = 2, axis: float | None = None, adjoint=None) -> GSpace3D:
    if adjoint is not None or axis not in (None, math.pi / 2):
        raise missing("gspaces", "groups of space in another orientation", "leave it out")
    return GSpace3D(Group(name, maximum_frequency))


def rot3dOnR3(maximum_frequency: int = 2) -> GSpace3D:
    return _in_space("SO(3)", maximum_frequency)


def flipRot3dOnR3(maximum_frequency: int = 2) -> GSpace3D:
    return _in_space("O(3)", maximum_frequency)


def octaOnR3() -> GSpace3D:
    return _in_space("O")


def fullOctaOnR3() -> GSpace3D:
    return _in_space("Oh")


def icoOnR3() -> GSpace3D:
    return _in_space("I")


def fullIcoOnR3() -> GSpace3D:
    return _in_space("Ih")


def rot2dOnR3(n: int = -1, maximum_frequency: int = 2, adjoint=None) -> GSpace3D:
    return _in_space(("SO(2)" if n == -1 else f"C{n}") + IN_SPACE, maximum_frequency, adjoint=adjoint)


def dihedralOnR3(
    n: int = -1, axis: float = math.pi / 2, adjoint=None, maximum_frequency: int = 2
) -> GSpace3D:
    return _in_space(("O(2)" if n == -1 else f"D{n}") + IN_SPACE, maximum_frequency, axis, adjoint)


def trivialOnR3(maximum_frequency: int = 2) -> GSpace3D:
    return _in_space("C1" + IN_SPACE)


def no_base_space(group: Group) -> GSpace0D:
    return GSpace0D(group)


def __getattr__(name: str):
    raise absent("gspaces", name)
