"""What is said of names and options that are not here."""

from __future__ import annotations

import dis
import sys
import types
from typing import Any

from ._names import ANYTHING, MEMBERS, NAMES

def missing(module: str, name: str, instead: str):
    """The error of a name of theirs that is not here."""
    return AttributeError(
        f"escnn.{module}.{name} is not in schur.escnn; {instead}, or use escnn itself"
    )


def absent(module: str, name: str) -> Exception:
    """The error of a name that a module does not have. What `from` imports hides attribute errors, so
    that it has an import error."""
    if name.startswith("__"):
        return AttributeError(name)
    error = missing(module, name, NAMES[module].get(name, ANYTHING[module]))
    caller = sys._getframe(2)
    if dis.opname[caller.f_code.co_code[caller.f_lasti]] == "IMPORT_FROM":
        return ImportError(str(error))
    return error


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
        instead = MEMBERS.get(kind.__name__, {}).get(name)
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

    def __init__(self, name: str):
        super().__init__(f"escnn.{name}")
        self._name = name

    def __getattr__(self, name: str):
        raise absent(self._name, name)
