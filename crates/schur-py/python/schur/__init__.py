"""Group-equivariant neural networks.

- :mod:`schur.math`: groups, irreps, representations, kernels and harmonics, as numpy arrays.
- :mod:`schur.nn`: fields and layers as PyTorch modules (needs ``torch``).
- :func:`schur.load`: a run or checkpoint of the program ``schur`` as a module.
- :func:`schur.check`: does a module commute with its group, and how nearly.
- :func:`schur.digits`: the turned digits that the program trains on.
- :mod:`schur.escnn`: the names of the package ``escnn``, on these modules.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from . import _native

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from . import escnn, math, nn
    from .nn import check, load

__version__ = "0.1.0"

_LAZY = {
    "math": ("schur.math", None),
    "nn": ("schur.nn", None),
    "escnn": ("schur.escnn", None),
    "load": ("schur.nn", "load"),
    "check": ("schur.nn", "check"),
}

__all__ = ["check", "digits", "escnn", "load", "math", "nn"]


def digits(part: str, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Digits of MNIST, each turned by an angle of its own: the images and the order in which the
    program has them.

    :param part: ``"train"``, ``"validation"`` or ``"test"``.
    :param seed: of the angles of training images.
    :returns: images ``[count, 1, 28, 28]`` in ``float32`` from 0 to 1, and labels ``[count]``.
    """
    from .math import _natural

    _natural(seed=seed)
    return _native.digits(part, seed)


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
