"""Layers composed of PyTorch's operations give what the engine gives."""

import pytest
import torch
from kinds import IDS, KINDS
from schur import nn
from test_layers import example, made, with_memory

#: Round-off of sums in another order.
CLOSE = {torch.float32: 1e-4, torch.float64: 1e-10}

every_kind = pytest.mark.parametrize("kind, fields, entries, sizes", KINDS, ids=IDS)


def distance(a, b):
    return float((a - b).norm() / (b.norm() + 1e-30))


@every_kind
def test_values_are_close(kind, fields, entries, sizes):
    layer = made(kind, fields, entries).eval()
    field = example(layer, sizes)
    with torch.no_grad():
        expected = layer(field).memory
        with nn.composed():
            found = layer(field).memory
    assert found.shape == expected.shape and found.is_contiguous()
    assert distance(found, expected) < CLOSE[torch.float32]


@every_kind
@pytest.mark.parametrize("training", [False, True])
def test_gradients_are_close(kind, fields, entries, sizes, training):
    dtype = torch.float64
    results = []
    for where in ("engine", "composed"):
        layer = made(kind, fields, entries, dtype).train(training)
        field = example(layer, sizes, dtype)
        x = field.memory.clone().requires_grad_()
        torch.manual_seed(4)
        if where == "engine":
            y = layer(with_memory(field, x)).memory
        else:
            with nn.composed():
                y = layer(with_memory(field, x)).memory
        if not y.requires_grad:
            return
        dy = torch.randn(y.shape, generator=torch.Generator().manual_seed(3), dtype=dtype)
        y.backward(dy)
        results.append([y.detach(), x.grad, *(p.grad for p in layer.parameters()), *layer.buffers()])
    for found, expected in zip(*results):
        # Constants of plain networks are held in 32 bits.
        bound = CLOSE[dtype if kind in ("conv", "norm") else torch.float32]
        assert distance(found, expected) < bound


def test_compiled_and_composed():
    conv = nn.Conv("C8: 1 trivial", "2 regular", 5, padding=2, seed=1)
    x = torch.rand(1, 1, 8, 8)
    with nn.composed():
        compiled = torch.compile(conv, fullgraph=True, backend="aot_eager")
        assert torch.allclose(compiled(x), conv(x), atol=1e-6)
