"""The names of the package `escnn <https://github.com/QUVA-Lab/escnn>`_ on the modules of
:mod:`schur.nn`.

``python -m schur.escnn script.py`` runs a script that imports ``escnn``, with this package in its
place; :func:`install` does so within a program. What is there of their names stands in
:mod:`~schur.escnn.gspaces`, :mod:`~schur.escnn.group` and :mod:`~schur.escnn.nn`; every other name
raises an error that says what to use.
"""

from __future__ import annotations

import sys

from . import group, gspaces, nn
from ._missing import Absent

kernels = Absent("kernels")

__version__ = "1.0.13"

__all__ = ["group", "gspaces", "install", "nn"]


def install() -> None:
    """From now on ``import escnn`` gives this package."""
    this = sys.modules[__name__]
    sys.modules["escnn"] = this
    for name in ("group", "gspaces", "nn"):
        sys.modules[f"escnn.{name}"] = getattr(this, name)
    sys.modules["escnn.nn.init"] = nn.init
    sys.modules["escnn.nn.modules"] = nn
    sys.modules["escnn.kernels"] = kernels
