"""What modules of escnn's names take and give, and what they are made of."""

from __future__ import annotations

from typing import Any, Iterable, Sequence

import numpy as np
import torch
from torch import Tensor

from .. import nn as own
from ._missing import Named, missing, named
from .group import Representation, directsum
from .gspaces import GSpace


class FieldType(Named):
    """A list of representations; that of escnn, with one of :class:`schur.nn.FieldType` inside."""

    def __init__(self, gspace: GSpace, representations: Sequence[Representation]):
        self.gspace = gspace
        self.representations = list(representations)
        blocks: list[list[Any]] = []
        for rho in self.representations:
            if blocks and blocks[-1][1] == rho:
                blocks[-1][0] += 1
            else:
                blocks.append([1, rho])

        def term(count, rho):
            text = f"({rho.text})" if " + " in rho.text else rho.text
            return f"{count} {text}"

        text = " + ".join(term(*block) for block in blocks)
        self.own = own.FieldType(f"{gspace.fibergroup.text}: {text}")

    @classmethod
    def _of(cls, gspace: GSpace, of: own.FieldType) -> FieldType:
        from .group import Group

        name = of.text.split(":")[0]
        if name != gspace.fibergroup.text:
            group = Group(name, gspace.fibergroup.maximum_frequency)
            gspace = type(gspace)(group, gspace.dimensionality)
        representations = []
        for count, name, _ in of.blocks:
            representations += [Representation(gspace.fibergroup, name)] * count
        return cls(gspace, representations)

    @property
    def fibergroup(self):
        return self.gspace.fibergroup

    @property
    def size(self) -> int:
        """The number of channels."""
        return self.own.channels

    @property
    def irreps(self) -> list[tuple[Any, ...]]:
        """The ids of the irreps."""
        return [irrep for rho in self.representations for irrep in rho.irreps]

    @property
    def fields_start(self) -> np.ndarray:
        sizes = [rho.size for rho in self.representations]
        return np.cumsum([0, *sizes[:-1]])

    @property
    def fields_end(self) -> np.ndarray:
        return np.cumsum([rho.size for rho in self.representations])

    @property
    def testing_elements(self):
        return self.gspace.testing_elements

    @property
    def fields_names(self) -> list[str]:
        return [rho.name for rho in self.representations]

    @property
    def uniform(self) -> bool:
        """Whether all fields are of one representation."""
        return all(rho == self.representations[0] for rho in self.representations)

    def get_dense_change_of_basis(self) -> Tensor:
        """The matrix ``Q`` with ``ρ(g) = Q ψ(g) Qᵀ``, where ``ψ`` is the sum of the irreps."""
        parts = [torch.from_numpy(rho.change_of_basis) for rho in self.representations]
        return torch.block_diag(*parts).float()

    def get_dense_change_of_basis_inv(self) -> Tensor:
        return self.get_dense_change_of_basis().T.contiguous()

    def restrict(self, id) -> FieldType:
        space, _, _ = self.gspace.restrict(id)
        return FieldType._of(space, self.own.restricted_to(space.fibergroup.text))

    @property
    def fiber_representation(self) -> Representation:
        """The sum of all representations."""
        return directsum(self.representations)

    representation = fiber_representation

    def transform(self, input: Tensor, element, coords: Tensor | None = None) -> Tensor:
        """The action of an element on the values of a field of this type."""
        return self(input, coords).transform(element).tensor

    def transform_fibers(self, input: Tensor, element) -> Tensor:
        """The action of an element on the values alone."""
        return self(input).transform_fibers(element).tensor

    def group_by_labels(self, labels: Sequence[str]) -> dict[str, FieldType]:
        """The fields of every label, in their order."""
        if len(labels) != len(self):
            raise ValueError(f"{len(labels)} labels for {len(self)} fields")
        of = {label: [i for i, l in enumerate(labels) if l == label] for label in labels}
        return {label: self.index_select(fields) for label, fields in of.items()}

    def sorted(self) -> FieldType:
        order = sorted(range(len(self)), key=lambda i: self.representations[i].size)
        return self.index_select(order)

    def index_select(self, index: Iterable[int]) -> FieldType:
        return FieldType(self.gspace, [self.representations[i] for i in index])

    def __add__(self, other: FieldType) -> FieldType:
        return FieldType(self.gspace, self.representations + other.representations)

    def __len__(self) -> int:
        return len(self.representations)

    def __iter__(self):
        return iter(self.representations)

    def __call__(self, tensor: Tensor, coords: Tensor | None = None) -> GeometricTensor:
        return GeometricTensor(tensor, self, coords)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FieldType) and (self.gspace, self.own) == (
            other.gspace,
            other.own,
        )

    def __hash__(self) -> int:
        return hash((self.gspace, self.own))

    def __repr__(self) -> str:
        return f"[{self.gspace}: {{{', '.join(rho.name for rho in self)}}}({self.size})]"


class GeometricTensor(Named):
    """A tensor ``[batch, channels, ...]`` with its type. Between modules it stays in the order of
    memory, and is put into that of tensors when it is asked for."""

    def __init__(self, tensor: Tensor, type: FieldType, coords: Tensor | None = None):
        if coords is not None:
            raise missing("nn", "GeometricTensor with coords", "`schur.nn.Points` has points")
        self.type = type
        self.coords = None
        self._field = own.Field(tensor, type.own)

    @classmethod
    def _of(cls, field: own.Field, type: FieldType) -> GeometricTensor:
        made = cls.__new__(cls)
        made.type, made.coords, made._field = type, None, field
        return made

    @property
    def tensor(self) -> Tensor:
        return self._field.tensor

    @property
    def shape(self) -> torch.Size:
        return self._field.shape

    @property
    def device(self) -> torch.device:
        return self._field.memory.device

    def size(self):
        return self.shape

    def to(self, *args, **kwargs) -> GeometricTensor:
        memory = self._field.memory.to(*args, **kwargs)
        return self._of(own.Field.of_memory(memory, self.type.own), self.type)

    def transform_fibers(self, element) -> GeometricTensor:
        """The action of an element on the values alone."""
        tensor, parts = self.tensor, []
        for rho, begin in zip(self.type, self.type.fields_start):
            matrix = torch.from_numpy(rho(element)).to(tensor)
            part = tensor[:, begin : begin + rho.size]
            parts.append(torch.einsum("ij,bj...->bi...", matrix, part))
        return GeometricTensor(torch.cat(parts, 1), self.type)

    def transform(self, element) -> GeometricTensor:
        """The action of an element, interpolated between pixels where need be."""
        if self.type.gspace.dimensionality == 0:
            return self.transform_fibers(element)
        name = element._native.name
        names = self.type.own.elements()
        if name not in names:
            # Polyhedral groups have two sets of names for their elements, in one order.
            name = names[self.type.fibergroup.testing_elements().index(element)]
        exact = dict(own._network.native_type(self.type.own.text).exact_elements(
            list(self._field.memory.shape[1:-1])
        ))
        moved = own.transform(self._field, name, interpolate=not exact.get(name, False))
        return self._of(moved, self.type)

    def split(self, breaks: Sequence[int] | None = None) -> list[GeometricTensor]:
        """The fields one by one, or those before, between and behind some numbers of fields."""
        ends = list(range(1, len(self.type))) if breaks is None else list(breaks)
        parts, tensor = [], self.tensor
        for begin, end in zip([0, *ends], [*ends, len(self.type)]):
            if begin == end == len(self.type):
                break
            of = self.type.index_select(range(begin, end))
            start = int(self.type.fields_start[begin])
            parts.append(of(tensor[:, start : start + of.size]))
        return parts

    def restrict(self, id) -> GeometricTensor:
        """The same numbers as fields of a subgroup."""
        return GeometricTensor(self.tensor, self.type.restrict(id))

    def has_same_coords(self, other: GeometricTensor) -> bool:
        """True: tensors here have no coordinates."""
        return self.coords is other.coords

    def is_compatible(self, other: GeometricTensor) -> bool:
        """Whether the two can be added."""
        return self.type == other.type and self.has_same_coords(other)

    def __getitem__(self, slices):
        raise missing("nn", "GeometricTensor[...]", "take `split()`, or slices of `.tensor`")

    def __add__(self, other: GeometricTensor) -> GeometricTensor:
        return self._of(self._field + other._field, self.type)

    def __sub__(self, other: GeometricTensor) -> GeometricTensor:
        return self._of(self._field - other._field, self.type)

    def __mul__(self, factor: float) -> GeometricTensor:
        return self._of(self._field * factor, self.type)

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return f"g_tensor({self.tensor}, {self.type})"


def tensor_directsum(tensors: Sequence[GeometricTensor]) -> GeometricTensor:
    """The channels of tensors one after the other."""
    type = tensors[0].type
    for other in tensors[1:]:
        type = type + other.type
    return GeometricTensor._of(own.direct_sum([t._field for t in tensors]), type)


class EquivariantModule(torch.nn.Module):
    """A map of geometric tensors."""

    in_type: FieldType
    out_type: FieldType

    @property
    def space(self) -> GSpace:
        return self.out_type.gspace

    def evaluate_output_shape(self, input_shape: Sequence[int]) -> tuple[int, ...]:
        """The shape behind the module, found on zeros."""
        was_training = self.training
        self.eval()
        with torch.no_grad():
            shape = self(self.in_type(torch.zeros(1, *input_shape[1:]))).shape
        self.train(was_training)
        return (input_shape[0], *shape[1:])

    def check_equivariance(
        self, atol: float = 1e-5, rtol: float = 1e-5, assertion: bool = True, verbose: bool = True
    ):
        """Defects ``[(element, largest difference)]`` on random numbers; elements that move pixels
        between pixels are left out."""
        sizes = (9,) * self.in_type.gspace.dimensionality
        parameter = next(self.parameters(), torch.zeros(()))
        shape = (2, self.in_type.size, *sizes)
        x = torch.randn(shape, dtype=parameter.dtype, device=parameter.device)
        report = own.check(_Unwrapped(self), own.Field(x, self.in_type.own))
        for element, defect in report.exact.items():
            assert not assertion or defect <= max(atol, rtol), f"{element}: relative defect {defect}"
        return list(report.exact.items())

    def export(self) -> torch.nn.Module:
        """The module on tensors, in evaluation mode, for ``torch.export`` and ``torch.onnx``."""
        return _Exported(self).eval()

    def __getattr__(self, name: str):
        # Parameters, buffers and modules are found by PyTorch.
        try:
            return super().__getattr__(name)
        except AttributeError as error:
            raise named(type(self), name) or error from None


class _Exported(torch.nn.Module):
    """A module of theirs as one of tensors."""

    def __init__(self, module: EquivariantModule):
        super().__init__()
        self.module = module

    def forward(self, x: Tensor) -> Tensor:
        return self.module(self.module.in_type(x)).tensor


class _Unwrapped(torch.nn.Module):
    """A module of theirs as one of fields."""

    def __init__(self, module: EquivariantModule):
        super().__init__()
        self.module = module
        self.in_type, self.out_type = module.in_type.own, module.out_type.own

    def forward(self, x: own.Field) -> own.Field:
        return self.module(GeometricTensor._of(x, self.module.in_type))._field


class _Of(EquivariantModule):
    """A module that is one layer of ours."""

    def __init__(
        self,
        in_type: FieldType,
        kind: str,
        out_type: FieldType | None = None,
        /,
        of: own.FieldType | None = None,
        **entries,
    ):
        super().__init__()
        self.in_type = in_type
        self.layer = own.KINDS[kind](of or in_type.own, **entries)
        if out_type is None:
            same = self.layer.out_type == in_type.own
            out_type = in_type if same else FieldType._of(in_type.gspace, self.layer.out_type)
        self.out_type = out_type

    def forward(self, input: GeometricTensor) -> GeometricTensor:
        # An assertion, as scripts expect it of them.
        assert input.type == self.in_type, f"{input.type} is not the input type {self.in_type}"
        return GeometricTensor._of(self.layer(input._field), self.out_type)
