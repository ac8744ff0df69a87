"""Group-equivariant neural networks.

- :mod:`schur.math`: groups, irreps, representations, kernels and harmonics, as numpy arrays.
- :mod:`schur.nn`: fields and layers as PyTorch modules (needs ``torch``).
- :func:`schur.load`: a run or checkpoint of the program ``schur`` as a module.
- :func:`schur.check`: does a module commute with its group, and how nearly.
- :mod:`schur.escnn`: the names of the package ``escnn``, on these modules.
"""

from __future__ import annotations

import importlib

__version__ = "0.1.0"

_LAZY = {
    "math": ("schur.math", None),
    "nn": ("schur.nn", None),
    "escnn": ("schur.escnn", None),
    "load": ("schur.nn", "load"),
    "check": ("schur.nn", "check"),
}

__all__ = ["check", "escnn", "load", "math", "nn"]


def __getattr__(name: str):
    """Imports a part when it is asked for, so that ``torch`` is needed by ``schur.nn`` alone."""
    try:
        module, attribute = _LAZY[name]
    except KeyError:
        raise AttributeError(f"module 'schur' has no attribute {name!r}") from None
    value = importlib.import_module(module)
    return value if attribute is None else getattr(value, attribute)


def __dir__():
    return sorted(__all__)
