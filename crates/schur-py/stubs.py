"""Writes the types of ``schur.nn`` for editors and type checkers, whose classes of layers are made
from the library's list of kinds when the package is imported.

    python crates/schur-py/stubs.py > crates/schur-py/python/schur/nn/__init__.pyi

``schur`` has to be installed from these sources.
"""

import inspect

from schur import nn

HEAD = '''"""Fields and layers as PyTorch modules. Written by ``stubs.py``."""

from typing import Any, Sequence

import torch

from ._composed import composed as composed
from ._field import PLACES as PLACES, Field as Field, FieldType as FieldType, Points as Points
from ._field import direct_sum as direct_sum, icosphere as icosphere, read_mesh as read_mesh
from ._layer import Kind as Kind, Layer as Layer, describe as describe
from ._network import Network as Network, Report as Report, Sequential as Sequential
from ._network import check as check, load as load, models as models, transform as transform

KINDS: dict[str, type[Kind]]'''


def stub(layer: type[nn.Kind]) -> str:
    """The class of a kind with its signature and documentation."""
    words = ["self"]
    named = False
    for parameter in inspect.signature(layer).parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not named:
            words.append("*")
            named = True
        default = " = ..." if parameter.default is None else ""
        words.append(f"{parameter.name}: {parameter.annotation}{default}")
    lines = (layer.__doc__ or "").splitlines()
    about = "\n    ".join([f'"""{lines[0]}', *lines[1:]])
    about = "\n".join(line.rstrip() for line in about.splitlines())
    arguments = "".join(f"\n        {word}," for word in words)
    return (
        f"class {layer.__name__}(Kind):\n    {about}\n    \"\"\"\n\n"
        f"    def __init__({arguments}\n    ) -> None: ..."
    )


if __name__ == "__main__":
    print("\n\n".join([HEAD, *(stub(layer) for layer in nn.KINDS.values())]))
