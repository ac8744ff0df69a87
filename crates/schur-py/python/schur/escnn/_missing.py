"""What is said of names and options that are not here."""

from __future__ import annotations

import types
from typing import Any

#: What to use for names of theirs that classes here don't have.
_MEMBERS = {
    "Group": {
        "subgroup": "`gspace.restrict(id)` and `RestrictionModule` take ids of subgroups",
        "spectral_regular_representation": "`bl_regular_representation(L)` takes all irreps up to a band",
        "spectral_quotient_representation": "`bl_quotient_representation(L, id)` takes all up to a band",
        "generators": "`schur.math.Group(name).generators()` has them",
        "combine": "elements are composed by `g @ h`",
        "inverse": "elements are inverted by `~g`",
    },
    "Representation": {
        "restrict": "`schur.nn.FieldType(text).restricted_to(name)` restricts fields",
        "id": "only irreps have one; `name` and `irreps` say which it is",
        "attributes": "`name` and `irreps` say which it is",
    },
    "GSpace": {"induced_repr": "`schur.nn.FieldType` takes `induced(C4, E1)` by name"},
    "FieldType": {"uniform": "compare `representations`", "testing_types": "`testing_elements` has them"},
    "GeometricTensor": {
        "rmul": "use `factor * tensor`",
        "fiber_representation": "`type.fiber_representation` has it",
    },
    "EquivariantModule": {
        "expand_parameters": "apply the module to an image with a single 1, or `convert` modules of escnn",
        "filter": "apply the module to an image with a single 1",
        "expanded_bias": "apply the module to zeros",
        "bias_expansion": "apply the module to zeros",
    },
}


def missing(module: str, name: str, instead: str):
    """The error of a name of theirs that is not here."""
    return AttributeError(
        f"escnn.{module}.{name} is not in schur.escnn; {instead}, or use escnn itself"
    )


def option(of: str, name: str, value: Any, instead: str):
    """The error of a value of an option of theirs that layers here don't have."""
    return ValueError(f"{of}({name}={value!r}) is not in schur.escnn; {instead}, or use escnn itself")


def options(of: str, **given: Any):
    """Refuses options that are given."""
    for name, value in given.items():
        if value is not None:
            raise option(of, name, value, "leave it out")


def single(of: str, name: str, value: Any) -> Any:
    """A size that stands for all axes."""
    if not isinstance(value, (tuple, list)):
        return value
    if len(set(value)) != 1:
        raise option(of, name, value, "use one number for all axes")
    return value[0]


def named(of: type, name: str) -> AttributeError | None:
    """The error of an attribute of theirs; None if it is no name of theirs that is known."""
    for kind in of.__mro__:
        instead = _MEMBERS.get(kind.__name__, {}).get(name)
        if instead is not None:
            return AttributeError(
                f"{of.__name__}.{name} of escnn is not in schur.escnn; {instead}, or use escnn itself"
            )
    return None


class Named:
    """A class of theirs, whose other attributes have errors that say what to use."""

    def __getattr__(self, name: str):
        of = type(self)
        raise named(of, name) or AttributeError(f"{of.__name__!r} object has no attribute {name!r}")


class Absent(types.ModuleType):
    """A module of theirs of which nothing is here."""

    def __init__(self, name: str, instead: str):
        super().__init__(f"escnn.{name}")
        self._about = (name, instead)

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        module, instead = self._about
        raise missing(module, name, instead)
