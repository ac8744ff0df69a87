"""Modules for some of the fields each, by escnn's names."""

from __future__ import annotations

from typing import Sequence

import torch

from ._fields import EquivariantModule, FieldType, GeometricTensor
from ._missing import option


class BranchingModule(EquivariantModule):
    """The fields of every label as a tensor of their own, in a dictionary; so are the types that come
    out.

    :param reshuffle: at 2 the fields of a label are sorted by their size, else they keep their order.
    """

    def __init__(self, in_type: FieldType, labels: Sequence[str], reshuffle: int = 0):
        super().__init__()
        assert reshuffle in (0, 1, 2), f"reshuffle={reshuffle}; use 0, 1 or 2"
        if len(labels) != len(in_type):
            raise ValueError(f"{len(labels)} labels for {len(in_type)} fields")
        self.in_type = in_type
        of = {label: [i for i, l in enumerate(labels) if l == label] for label in labels}
        if reshuffle == 2:
            for fields in of.values():
                fields.sort(key=lambda i: in_type.representations[i].size)
        self.out_type = {label: in_type.index_select(fields) for label, fields in of.items()}
        starts, ends = in_type.fields_start, in_type.fields_end
        self._channels = {
            label: [c for i in fields for c in range(starts[i], ends[i])] for label, fields in of.items()
        }

    @property
    def space(self):
        return self.in_type.gspace

    def forward(self, input: GeometricTensor) -> dict[str, GeometricTensor]:
        assert input.type == self.in_type, f"{input.type} is not the input type {self.in_type}"
        x = input.tensor
        return {label: self.out_type[label](x[:, of]) for label, of in self._channels.items()}

    def evaluate_output_shape(self, input_shape: Sequence[int]) -> dict[str, tuple[int, ...]]:
        batch, _, *sizes = input_shape
        return {label: (batch, of.size, *sizes) for label, of in self.out_type.items()}

    def check_equivariance(self, *args, **kwargs) -> list:
        """None: fields are not changed."""
        return []


class MergeModule(EquivariantModule):
    """The results of modules on the tensors of their labels, one after the other.

    :param modules: pairs (module, label), or (module, labels) of modules of several tensors.
    """

    def __init__(self, modules: Sequence[tuple[EquivariantModule, str | Sequence[str]]]):
        super().__init__()
        self.in_type = None
        self.parts = torch.nn.ModuleList(module for module, _ in modules)
        self._labels = [[of] if isinstance(of, str) else list(of) for _, of in modules]
        out_type = self.parts[0].out_type
        for part in self.parts[1:]:
            out_type = out_type + part.out_type
        self.out_type = out_type

    def forward(self, input: dict[str, GeometricTensor]) -> GeometricTensor:
        results = [part(*(input[l] for l in of)).tensor for part, of in zip(self.parts, self._labels)]
        return self.out_type(torch.cat(results, 1))

    def evaluate_output_shape(self, **input_shapes: Sequence[int]) -> tuple[int, ...]:
        shapes = [
            part.evaluate_output_shape(*(input_shapes[l] for l in of))
            for part, of in zip(self.parts, self._labels)
        ]
        return (shapes[0][0], self.out_type.size, *shapes[0][2:])

    def check_equivariance(self, *args, **kwargs):
        """Those of the modules, one after the other."""
        return [defect for part in self.parts for defect in part.check_equivariance(*args, **kwargs)]


class MultipleModule(EquivariantModule):
    """Modules for some of the fields each, by labels; their results follow each other in the order
    of the modules, or stand where the fields were if these lie beside each other.

    :param labels: one label per field.
    :param modules: pairs (module, label), or (module, several labels): of a module that takes a tensor
        for every label, or of one that takes all fields as one.
    """

    def __init__(
        self,
        in_type: FieldType,
        labels: Sequence[str],
        modules: Sequence[tuple[EquivariantModule, str | Sequence[str]]],
        reshuffle: int = 0,
    ):
        super().__init__()
        if reshuffle:
            raise option("MultipleModule", "reshuffle", reshuffle, "put a ReshuffleModule before it")
        if len(labels) != len(in_type):
            raise ValueError(f"{len(labels)} labels for {len(in_type)} fields")
        self.in_type = in_type
        self._channels: list[list[list[int]]] = []
        self.parts = torch.nn.ModuleList()
        types = []
        starts, ends = in_type.fields_start, in_type.fields_end
        for module, label in modules:
            of = [label] if isinstance(label, str) else list(label)
            labelled = [[label] for label in of] if isinstance(module.in_type, tuple) else [of]
            parts = [[i for i, own_label in enumerate(labels) if own_label in of] for of in labelled]
            assert tuple(map(in_type.index_select, parts)) == _types(module), f"fields labelled {of}"
            self._channels.append([[c for i in part for c in range(starts[i], ends[i])] for part in parts])
            self.parts.append(module)
            types.append(module.out_type)
        out_type = types[0]
        for type in types[1:]:
            out_type = out_type + type
        self.out_type = out_type

    def forward(self, input: GeometricTensor) -> GeometricTensor:
        assert input.type == self.in_type, f"{input.type} is not the input type {self.in_type}"
        tensor = input.tensor
        results = [
            module(*(of(tensor[:, channels]) for of, channels in zip(_types(module), parts))).tensor
            for module, parts in zip(self.parts, self._channels)
        ]
        return self.out_type(torch.cat(results, 1))


def _types(module: EquivariantModule) -> tuple[FieldType, ...]:
    """The types of the tensors that a module takes."""
    return module.in_type if isinstance(module.in_type, tuple) else (module.in_type,)
