"""Fields and layers as PyTorch modules.

Every layer of the library is a :class:`torch.nn.Module` of its name: ``conv`` in a config file is
:class:`Conv` here, with the same entries. :data:`KINDS` has all of them.

>>> import torch
>>> conv = Conv("C8: 1 trivial", "4 regular", 5, padding=2)
>>> conv(torch.zeros(2, 1, 9, 9)).shape
torch.Size([2, 32, 9, 9])
"""

from ._composed import composed
from ._field import PLACES, Field, FieldType, Points, direct_sum, icosphere, read_mesh
from ._layer import _KINDS, Kind, Layer, describe, make
from ._network import Network, Report, Sequential, check, load, models, transform

#: The classes of all kinds of layers, by the name that config files have.
KINDS: dict[str, type[Kind]] = {kind: make(kind) for kind in _KINDS}

globals().update({layer.__name__: layer for layer in KINDS.values()})

__all__ = [
    "KINDS",
    "PLACES",
    "Field",
    "FieldType",
    "Kind",
    "Layer",
    "Network",
    "Points",
    "Report",
    "Sequential",
    "check",
    "composed",
    "describe",
    "direct_sum",
    "icosphere",
    "load",
    "models",
    "read_mesh",
    "transform",
    *(layer.__name__ for layer in KINDS.values()),
]
