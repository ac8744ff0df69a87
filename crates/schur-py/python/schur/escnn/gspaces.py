"""Spaces with groups that act on them, by escnn's names."""

from __future__ import annotations

import math

from ._missing import missing
from .group import Group, Representation, mirrored

__all__ = ["GSpace", "GSpace2D", "flip2dOnR2", "flipRot2dOnR2", "rot2dOnR2", "trivialOnR2"]


class GSpace:
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
        """Trivial, regular and irreps by name."""
        named = {"trivial": self.trivial_repr}
        if not self.fibergroup.continuous:
            named["regular"] = self.regular_repr
        return named | {rho.name: rho for rho in self.irreps}

    def quotient_repr(self, id) -> Representation:
        return self.fibergroup.quotient_representation(id)

    def type(self, *reprs: Representation):
        from .nn import FieldType

        return FieldType(self, reprs)

    def restrict(self, id):
        """The space with a subgroup; maps between the groups are not given."""
        group = Group(self.fibergroup.subgroup_name(id))
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


class GSpace0D(GSpace):
    """No space: vectors."""

    def __init__(self, group: Group, dimensionality: int = 0):
        super().__init__(group, dimensionality)


def rot2dOnR2(N: int = -1, maximum_frequency: int = 6, fibergroup=None) -> GSpace2D:
    return GSpace2D(Group("SO(2)" if N == -1 else f"C{N}"))


def flipRot2dOnR2(
    N: int = -1, maximum_frequency: int = 6, axis: float = math.pi / 2, fibergroup=None
) -> GSpace2D:
    return GSpace2D(Group(mirrored(N, axis)))


def flip2dOnR2(axis: float = math.pi / 2, fibergroup=None) -> GSpace2D:
    return GSpace2D(Group(mirrored(1, axis)))


def trivialOnR2(fibergroup=None) -> GSpace2D:
    return GSpace2D(Group("C1"))


def no_base_space(group: Group) -> GSpace0D:
    return GSpace0D(group)


def __getattr__(name: str):
    raise missing("gspaces", name, "groups of the plane are here")
