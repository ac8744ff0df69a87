"""Fields times functions of scalar fields, by escnn's names."""

from __future__ import annotations

from typing import Callable, Sequence

import torch
from torch import Tensor

from ._fields import EquivariantModule, FieldType, GeometricTensor, tensor_directsum
from .group import directsum


class GatedNonLinearity1(EquivariantModule):
    """Every gated field times the sigmoid of a scalar field less a bias. As in escnn the first gates are
    for the shortest fields, and gates of fields of one size follow their order.

    :param gates: ``"gate"`` or ``"gated"`` for every field, as many of each; by default the gates stand
        before all gated fields.
    :param drop_gates: whether the gates go; otherwise their sigmoids stay where they are.
    """

    def __init__(
        self, in_type: FieldType, gates: Sequence[str] | None = None, drop_gates: bool = True
    ):
        super().__init__()
        if gates is None:
            assert len(in_type) % 2 == 0, f"{len(in_type)} fields are not as many gates as gated fields"
            gates = ["gate"] * (len(in_type) // 2) + ["gated"] * (len(in_type) // 2)
        if len(gates) != len(in_type) or not set(gates) <= {"gate", "gated"}:
            raise ValueError(f"gates={list(gates)}; say gate or gated for each of {len(in_type)} fields")
        scalars = [i for i, label in enumerate(gates) if label == "gate"]
        gated = [i for i, label in enumerate(gates) if label == "gated"]
        assert len(scalars) == len(gated), f"{len(scalars)} gates for {len(gated)} gated fields"
        rhos, starts = in_type.representations, in_type.fields_start
        for i in scalars:
            assert rhos[i].is_trivial(), f"a gate is a trivial field, not {rhos[i].name}"
        self.in_type, self.drop_gates = in_type, drop_gates
        self.out_type = in_type.index_select(gated) if drop_gates else in_type
        gate_of = dict(zip(sorted(gated, key=lambda i: rhos[i].size), range(len(gated))))
        # One gate per channel that is kept; there are none for the gates themselves.
        self._gates = [int(starts[i]) for i in scalars]
        kept = gated if drop_gates else range(len(in_type))
        spans = [(i, range(starts[i], starts[i] + rhos[i].size)) for i in kept]
        self._channels = [c for i, span in spans if i in gate_of for c in span]
        self._factors = [gate_of[i] for i, span in spans if i in gate_of for _ in span]
        self.bias = torch.nn.Parameter(torch.randn(1, len(scalars)))

    def forward(self, input: GeometricTensor) -> GeometricTensor:
        assert input.type == self.in_type, f"{input.type} is not the input type {self.in_type}"
        x = input.tensor
        bias = self.bias.view(1, -1, *[1] * (x.ndim - 2))
        gates = torch.sigmoid(x[:, self._gates] - bias)
        features = x[:, self._channels] * gates[:, self._factors]
        if self.drop_gates:
            return self.out_type(features)
        y = torch.cat([gates, features], 1)
        order = torch.tensor(self._gates + self._channels).argsort()
        return self.out_type(y[:, order.tolist()])


class GatedNonLinearity2(EquivariantModule):
    """The same of two tensors, the gates and the gated fields.

    :param in_type: the types of the two.
    """

    def __init__(self, in_type: tuple[FieldType, FieldType]):
        super().__init__()
        gates, gated = self.in_type = tuple(in_type)
        assert len(gates) == len(gated), f"{len(gates)} gates for {len(gated)} gated fields"
        self.joined = GatedNonLinearity1(gates + gated)
        self.out_type = gated

    @property
    def bias(self) -> torch.nn.Parameter:
        return self.joined.bias

    def forward(self, gates: GeometricTensor, input: GeometricTensor) -> GeometricTensor:
        assert (gates.type, input.type) == self.in_type, f"the input types are {self.in_type}"
        return self.joined(tensor_directsum([gates, input]))

    def evaluate_output_shape(self, *input_shapes: Sequence[int]) -> tuple[int, ...]:
        (batch, _, *sizes), _ = input_shapes
        return (batch, self.out_type.size, *sizes)

    def check_equivariance(self, *args, **kwargs):
        return self.joined.check_equivariance(*args, **kwargs)


class GatedNonLinearityUniform(EquivariantModule):
    """Gates inside of equal fields: of the irreps of a field the first half are scalars, one for each of
    the others.

    :param gate: the function of the scalars.
    """

    def __init__(self, in_type: FieldType, gate: Callable[[Tensor], Tensor] = torch.sigmoid):
        super().__init__()
        assert in_type.uniform, "fields of one representation"
        rho = in_type.representations[0]
        irreps = [rho.group.irrep(*id) for id in rho.irreps]
        half, rest = divmod(len(irreps), 2)
        assert not rest and all(irrep.is_trivial() for irrep in irreps[:half]), (
            f"the first half of the irreps of {rho.name} are its gates, and have to be trivial"
        )
        basis = torch.from_numpy(rho.change_of_basis)
        assert torch.allclose(basis, torch.eye(rho.size, dtype=basis.dtype)), (
            f"{rho.name} is no sum of irreps; use directsum"
        )
        self.in_type, self.gate_function, self.n_gates = in_type, gate, half
        out = directsum(irreps[half:]) if half > 1 else irreps[half]
        self.out_type = FieldType(in_type.gspace, [out] * len(in_type))
        self._factors = [i for i, irrep in enumerate(irreps[half:]) for _ in range(irrep.size)]
        self.bias = torch.nn.Parameter(torch.randn(1, len(in_type), half))

    def forward(self, input: GeometricTensor) -> GeometricTensor:
        assert input.type == self.in_type, f"{input.type} is not the input type {self.in_type}"
        x = input.tensor.unflatten(1, (len(self.in_type), -1))
        bias = self.bias.view(*self.bias.shape, *[1] * (x.ndim - 3))
        gates = self.gate_function(x[:, :, : self.n_gates] - bias)
        y = x[:, :, self.n_gates :] * gates[:, :, self._factors]
        return self.out_type(y.flatten(1, 2))
