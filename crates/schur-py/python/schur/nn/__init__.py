"""Fields and layers as PyTorch modules.

Every layer of the library is a :class:`torch.nn.Module` of its name: ``conv`` in a config file is
:class:`Conv` here, with the same entries. :data:`KINDS` has all of them.

>>> import torch
>>> conv = Conv("C8: 1 trivial", "4 regular", 5, padding=2)
>>> conv(torch.zeros(2, 1, 9, 9)).shape
torch.Size([2, 32, 9, 9])
"""

import difflib

from ._composed import composed
from ._field import PLACES, Field, FieldType, Points, direct_sum, icosphere, read_mesh
from ._layer import _KINDS, Kind, Layer, describe, make
from ._network import Network, Report, Sequential, check, load, models, transform

#: The classes of all kinds of layers, by the name that config files have.
KINDS: dict[str, type[Kind]] = {kind: make(kind) for kind in _KINDS}

globals().update({layer.__name__: layer for layer in KINDS.values()})

_INSTEAD = {
    "R2Conv": "`Conv` takes the kernels of escnn with `kernels=\"steerable\"`; `schur.escnn.nn` has its names",
    "R3Conv": "`Conv` takes groups of space, such as `Oh` and `SO(3)`",
    "InnerBatchNorm": "`Norm` is the batch norm of fields",
    "BatchNorm2d": "`Norm` is the batch norm of fields",
    "LayerNorm": "`SampleNorm` takes statistics of every sample",
    "GroupNorm": "`SampleNorm(fields, kind={\"groups\": n})` takes statistics of every sample",
    "InstanceNorm2d": "`SampleNorm` takes statistics of every sample",
    "Conv2d": "`Conv` takes groups of the plane",
    "Conv3d": "`Conv` takes groups of space",
    "MaxPool2d": "`Pool` has maxima and means",
    "AvgPool2d": "`Pool` has maxima and means",
    "Upsample": "`Resize` makes images larger",
}

#: Functions of single numbers by the names of their modules in PyTorch.
_FUNCTIONS = {"ReLU": "relu", "ELU": "elu", "SiLU": "silu", "Sigmoid": "sigmoid", "Tanh": "tanh"}


def __getattr__(name: str):
    instead = _INSTEAD.get(name)
    if name in _FUNCTIONS:
        instead = f"`Pointwise(fields, \"{_FUNCTIONS[name]}\")` is for fields that the group permutes"
    close = difflib.get_close_matches(name, __all__, 1)
    if instead is None and close:
        instead = f"did you mean `{close[0]}`?"
    raise AttributeError(f"schur.nn has no {name!r}" + (f"; {instead}" if instead else ""))


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
