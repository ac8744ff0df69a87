"""Products of bfloat16 inside ``torch.autocast``."""

import torch
from schur import nn


def near(got, want):
    """Off by roundings to 8 bits, and by no more."""
    error = (got - want).abs().max() / want.abs().max()
    return 1e-5 < error < 3e-2


def bits(layer, x):
    """The result, and the gradients in the input and in the weights."""
    x = x.clone().requires_grad_()
    y = layer(x)
    learned = [p for p in layer.parameters()]
    return [y, *torch.autograd.grad(y.square().sum(), [x, *learned])]


def test_convolutions_multiply_in_bfloat16_and_sum_in_float32():
    for fields, kernel in [("C4: 8 regular", 5), ("D4: 3 trivial", 3), ("C8: 24 regular", 5)]:
        conv = nn.Conv(fields, 2, kernel=kernel, padding=kernel // 2, seed=3)
        x = torch.randn(2, conv.in_type.channels, 9, 11)
        whole = bits(conv, x)
        with torch.autocast("cpu", torch.bfloat16):
            half = bits(conv, x)
        for got, want in zip(half, whole):
            assert got.dtype == torch.float32 and near(got, want)
        # Backward outside, as PyTorch advises.
        inside = x.clone().requires_grad_()
        with torch.autocast("cpu", torch.bfloat16):
            y = conv(inside)
        y.square().sum().backward()
        assert torch.equal(inside.grad, half[1])
        # Disabled, or for another number: as always.
        with torch.autocast("cpu", torch.bfloat16, enabled=False):
            assert torch.equal(conv(x), whole[0])


def test_networks_of_both_kinds_of_modules():
    torch.manual_seed(1)
    net = torch.nn.Sequential(
        nn.Conv("C4: 1 trivial", 4, kernel=5, padding=2, seed=1),
        nn.Norm("C4: 4 regular", "relu"),
        nn.GroupPool("C4: 4 regular"),
        nn.GlobalPool("C4: 4 trivial"),
        torch.nn.Flatten(1),
        torch.nn.Linear(4, 16),
        torch.nn.Unflatten(1, (16, 1, 1)),
        # What comes in has 16 bits.
        nn.Conv("C4: 4 regular", 1, kernel=1, seed=2),
    )
    x = torch.randn(3, 1, 12, 12)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.002)
    losses = []
    for _ in range(5):
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            y = net(x)
            loss = (y - 1.0).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert y.dtype == torch.float32
    assert all(after < before for before, after in zip(losses, losses[1:]))


def test_float64_takes_no_notice():
    conv = nn.Conv("C4: 2 regular", 2, kernel=3, padding=1, seed=3, dtype=torch.float64)
    x = torch.randn(1, 8, 5, 5, dtype=torch.float64)
    whole = bits(conv, x)
    with torch.autocast("cpu", torch.bfloat16):
        half = bits(conv, x)
    assert all(torch.equal(a, b) for a, b in zip(half, whole))


def test_compiled_is_eager():
    conv = nn.Conv("C4: 2 regular", 2, kernel=3, padding=1, seed=3)
    compiled = torch.compile(conv, fullgraph=True)
    x = torch.randn(1, 8, 5, 5)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(compiled(x), conv(x))
    assert torch.equal(compiled(x), conv(x))
