"""What is said of names that are not here."""

from __future__ import annotations


def missing(module: str, name: str, instead: str):
    """The error of a name of theirs that is not here."""
    return AttributeError(
        f"escnn.{module}.{name} is not in schur.escnn; {instead}, or use escnn itself"
    )
