"""Every kind of layer as a module: values, gradients, equivariance, and what PyTorch does to it."""

import copy
import io
import multiprocessing
import threading

import numpy as np
import pytest
import schur
import torch
from kinds import IDS, KINDS
from schur import nn
from schur.nn import _field, _layer, _ops

every_kind = pytest.mark.parametrize("kind, fields, entries, sizes", KINDS, ids=IDS)

#: Exact up to round-off: largest relative defects in 32 and in 64 bits.
EXACT = {torch.float32: 1e-5, torch.float64: 1e-12}

#: What ReLU brings in above the degree on so few samples.
ALIASING = 0.3


def made(kind, fields, entries, dtype=torch.float32):
    return nn.KINDS[kind](fields, **entries, seed=3, dtype=dtype)


def places(sizes):
    """The places of sizes, and their axes."""
    generator = torch.Generator().manual_seed(5)
    if isinstance(sizes, tuple):
        return (sizes[0], sizes[1:]) if sizes and isinstance(sizes[0], str) else (None, sizes)
    some = 2.0 * torch.rand(9, 2, generator=generator)
    points = {
        "points": lambda: nn.Points.within(some, 1.0),
        "space": lambda: nn.Points.within(torch.cat([some, some[:, :1].flip(0)], 1), 1.5),
        "coarser": lambda: nn.Points.within(some, 1.0, some[:3] + 0.1),
        "surface": lambda: nn.Points.on_surface(*nn.icosphere(1)),
    }[sizes]()
    return points, (len(points),)


def example(layer, sizes, dtype=torch.float32, batch=2):
    """A field of random numbers."""
    generator = torch.Generator().manual_seed(1)
    where, axes = places(sizes)
    shape = (batch, *axes, layer.in_type.channels)
    values = torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype)
    return nn.Field.of_memory(values, layer.in_type, where)


def with_memory(field, memory):
    return nn.Field.of_memory(memory, field.type, field.places)


def numbers(layer):
    """Learned numbers and statistics in the order of the library."""
    return [layer._tensor(path) for path in layer._learned], [
        layer._tensor(path) for path in layer._statistics
    ]


def test_every_kind_is_tried():
    assert {kind for kind, *_ in KINDS} == set(nn.KINDS)


@every_kind
@pytest.mark.parametrize("training", [False, True])
def test_values_and_gradients_are_the_bits_of_the_library(kind, fields, entries, sizes, training):
    """The module gives what the library gives through its own tensors and its own autodiff."""
    for dtype in (torch.float32, torch.float64):
        layer = made(kind, fields, entries, dtype).train(training)
        field = example(layer, sizes, dtype)
        x = field.memory.clone().requires_grad_()
        native = layer._native()
        parameters, statistics = numbers(layer)
        before = [t.detach().clone().numpy() for t in (*parameters, *statistics)]
        trains = training and bool(statistics)
        if trains and kind == "dropout":
            # The number of the mask is PyTorch's to draw.
            torch.manual_seed(4)
            before = [_layer._drawn(step).numpy() for step in statistics]
            torch.manual_seed(4)
        graph = _field.native_places(field.places)
        values = field.memory.numpy()
        expected, after = native.forward(values, before, trains, 1, graph, False)
        y = layer(with_memory(field, x))
        assert y.memory.shape == expected.shape and y.type == layer.out_type
        assert np.array_equal(y.memory.detach().numpy(), expected)
        assert len(after) == (len(statistics) if trains else 0)
        for found, value in zip(statistics, after):
            assert np.array_equal(found.numpy(), value)
        generator = torch.Generator().manual_seed(2)
        dy = torch.randn(y.memory.shape, generator=generator, dtype=torch.float64).to(dtype)
        if not y.memory.requires_grad:
            continue
        y.memory.backward(dy)
        dx, gradients = native.vjp(
            values, before, dy.numpy(), trains, (True, True), 1, graph, False
        )
        assert np.array_equal(x.grad.numpy(), dx)
        assert len(parameters) == len(gradients)
        for parameter, gradient in zip(parameters, gradients):
            assert np.array_equal(parameter.grad.numpy(), gradient)


@every_kind
def test_gradients_against_differences(kind, fields, entries, sizes):
    layer = made(kind, fields, entries, torch.float64).eval()
    field = example(layer, sizes, torch.float64, batch=1)
    parameters = [p.detach().clone().requires_grad_() for p in layer.parameters()]
    names = [name for name, _ in layer.named_parameters()]

    def run(x, *parameters):
        given = dict(zip(names, parameters))
        return torch.func.functional_call(layer, given, (with_memory(field, x),)).memory

    x = field.memory.clone().requires_grad_()
    # In fast mode a random direction of input and output is tried.
    assert torch.autograd.gradcheck(run, (x, *parameters), fast_mode=True)


@every_kind
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_layers_commute_with_their_group(kind, fields, entries, sizes, dtype):
    layer = made(kind, fields, entries, dtype).eval()
    # Windows and strides of the examples fit; a field moved to pixels stays whole.
    report = nn.check(layer, example(layer, sizes, dtype))
    bound = ALIASING if kind == "sphere_pointwise" else EXACT[dtype]
    assert report.exact and report.defect < bound, report
    # The check can fail: numbers that no field has.
    weights = torch.linspace(1.0, 2.0, layer.in_type.channels, dtype=dtype)

    class Broken(torch.nn.Module):
        in_type = out_type = layer.in_type

        def forward(self, x):
            return with_memory(x, x.memory * weights)

    if any(d > 1 for _, _, d in layer.in_type.blocks):
        assert nn.check(Broken(), example(layer, sizes, dtype)).defect > 1e-3


@every_kind
def test_fake_shapes_are_true(kind, fields, entries, sizes):
    layer = made(kind, fields, entries).train()
    field = example(layer, sizes)
    learned, statistics = numbers(layer)
    points = field.places.tensors() if isinstance(field.places, nn.Points) else []
    arguments = (field.memory, learned, statistics, points, layer._config, layer.in_type.text)
    places = _field.kind_of(field.places) or ""
    torch.library.opcheck(
        torch.ops.schur.layer.default,
        (*arguments, layer.seed, bool(statistics), False, places),
        test_utils=("test_schema", "test_faketensor", "test_autograd_registration"),
    )


@every_kind
def test_copies_files_and_dictionaries(kind, fields, entries, sizes):
    layer = made(kind, fields, entries).eval()
    field = example(layer, sizes)
    expected = layer(field).memory
    assert torch.equal(copy.deepcopy(layer)(field).memory, expected)
    file = io.BytesIO()
    torch.save(layer, file)
    file.seek(0)
    again = torch.load(file, weights_only=False)
    assert torch.equal(again(field).memory, expected) and again.config == layer.config
    other = nn.KINDS[kind](fields, **entries, seed=8).eval()
    other.load_state_dict(layer.state_dict())
    if kind != "dropout":
        assert torch.equal(other(field).memory, expected)
    assert str(layer.in_type) in repr(layer)


@every_kind
def test_tensors_that_are_not_contiguous_or_empty(kind, fields, entries, sizes):
    layer = made(kind, fields, entries).eval()
    field = example(layer, sizes)
    memory = field.memory
    spread = torch.stack([memory, memory], -1)[..., 0]
    assert not spread.is_contiguous()
    assert torch.equal(layer(with_memory(field, spread)).memory, layer(field).memory)
    empty = layer(with_memory(field, memory[:0])).memory
    assert empty.shape == (0, *layer(field).memory.shape[1:])
    for shape in [(2, layer.in_type.channels + 1, 4, 4), (2, 3)]:
        if shape[1] != layer.in_type.channels:
            with pytest.raises(ValueError, match="pass"):
                layer(torch.zeros(shape))
    with pytest.raises(TypeError, match="cast"):
        layer(with_memory(field, memory.to(torch.float16)))


def test_what_is_refused():
    conv = nn.Conv("C4: 1 trivial", 2, 3)
    with pytest.raises(TypeError, match="float64"):
        conv(torch.zeros(1, 1, 5, 5, dtype=torch.float64))
    with pytest.raises(ValueError, match="expects fields of type"):
        conv(nn.FieldType("C4: 1 regular")(torch.zeros(1, 4, 5, 5)))
    with pytest.raises(ValueError):
        conv(torch.zeros(1, 1, 2, 2))
    with pytest.raises(ValueError):
        conv(torch.zeros(1, 1, 5))
    with pytest.raises(ValueError):
        nn.Conv("C4: 1 trivial", 2, 99)
    with pytest.raises(TypeError, match="no entry `speed`"):
        nn.Conv("C4: 1 trivial", 2, 3, speed=1)
    with pytest.raises(ValueError, match="no representation `nothing`"):
        nn.FieldType("C4: 0 nothing")
    with pytest.raises(ValueError):
        nn.Pointwise("SO(2): 2 E1", "relu")
    with pytest.raises(ValueError, match="there is no layer"):
        nn.describe("konv")


def test_orders_of_channels_are_inverse():
    fields = nn.FieldType("D4: 2 regular + 3 trivial + 2 E1 + 1 regular")
    x = torch.randn(2, fields.channels, 3, 4)
    field = fields(x)
    assert torch.equal(field.tensor, x)
    assert field.shape == x.shape
    # The library has the same order.
    outward = nn._field.native_type(fields.text).outward_of_memory()
    assert torch.equal(field.memory, x.movedim(1, -1)[..., torch.from_numpy(outward)])


def test_threads_and_processes():
    layer = made("conv", "C8: 2 regular", dict(fields=2, kernel=5))
    field = example(layer, (9, 9), batch=8)
    before = torch.get_num_threads()
    results = []
    for threads in (1, 2, 3):
        torch.set_num_threads(threads)
        results.append(layer(field).memory.detach())
    torch.set_num_threads(before)
    assert all(torch.equal(results[0], other) for other in results)
    # From many threads at a time.
    found = [None] * 6

    def run(i):
        found[i] = layer(field).memory.detach()

    workers = [threading.Thread(target=run, args=(i,)) for i in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert all(torch.equal(results[0], other) for other in found)


def _in_child(queue, layer, field):
    torch.set_num_threads(2)
    queue.put(layer(field).memory.detach().numpy().copy())


def _makes_its_own(queue, fields):
    nn.Network({"network": {"group": fields.split(":")[0], "classes": 3}}, seed=1)
    layer = made("conv", fields, dict(fields=3, kernel=5))
    field = example(layer, (9, 9))
    schur.digits("validation")
    queue.put(nn.check(layer, field).defect)


def test_layers_are_made_after_a_fork():
    """As data loaders do in their workers: nothing waits for a thread that only the parent has."""
    _makes_its_own(multiprocessing.get_context("fork").SimpleQueue(), "C8: 2 regular")
    queue = multiprocessing.get_context("fork").Queue()
    child = multiprocessing.get_context("fork").Process(
        target=_makes_its_own, args=(queue, "C6: 2 regular")
    )
    child.start()
    try:
        assert queue.get(timeout=60) < EXACT[torch.float32]
    finally:
        child.kill()


def test_after_a_fork():
    """Threads of the engine do not outlive a fork; a child makes its own."""
    layer = made("norm", "C4: 2 regular", dict(activation="relu")).eval()
    field = example(layer, (9, 9), batch=8)
    expected = layer(field).memory.detach().numpy()
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_in_child, args=(queue, layer, field))
    child.start()
    assert np.array_equal(queue.get(timeout=60), expected)
    child.join(timeout=60)
    assert child.exitcode == 0


@every_kind
def test_empty_batches_have_gradients(kind, fields, entries, sizes):
    layer = made(kind, fields, entries).eval()
    field = example(layer, sizes)
    x = field.memory[:0].clone().requires_grad_()
    y = layer(with_memory(field, x)).memory
    if not y.requires_grad:
        return
    y.sum().backward()
    assert x.grad is not None and x.grad.shape == x.shape
    assert all(p.grad is not None and not p.grad.any() for p in layer.parameters())


def test_layers_of_other_seeds_keep_no_memory():
    entries = dict(fields="1 regular", kernel=3)
    first = made("conv", "C4: 1 regular", entries)
    kept = len(_ops._kept)
    others = [nn.Conv("C4: 1 regular", "1 regular", 3, seed=seed) for seed in range(50, 70)]
    assert len(_ops._kept) == kept
    weights = [layer.weight for layer in (first, *others)]
    assert len({tuple(weight.tolist()) for weight in weights}) == len(weights)
    # As many as a program has; the oldest go.
    for i in range(_ops._MOST + 10):
        _ops._keep(("test", "", i, False), None)
    assert len(_ops._kept) == _ops._MOST
    for key in [key for key in _ops._kept if key[0] == "test"]:
        del _ops._kept[key]
    assert torch.equal(first(torch.ones(1, 4, 5, 5)), first(torch.ones(1, 4, 5, 5)))


def test_statistics_follow_the_mode():
    norm = made("norm", "C4: 2 regular", dict(activation="relu"))
    field = example(norm, (4, 4))
    norm.eval()(field)
    assert torch.equal(norm.running_mean, torch.zeros(2))
    norm.train()(field)
    assert not torch.equal(norm.running_mean, torch.zeros(2))
    dropout = made("dropout", "C4: 16 regular", dict(probability=0.5))
    masks = [dropout(example(dropout, (4, 4))).memory for _ in range(2)]
    assert not torch.equal(*masks)
    torch.manual_seed(8)
    first = dropout(field_of(dropout)).memory
    torch.manual_seed(8)
    assert torch.equal(dropout(field_of(dropout)).memory, first)
    assert torch.equal(dropout.eval()(field_of(dropout)).memory, field_of(dropout).memory)


def field_of(layer):
    return example(layer, (4, 4))


def test_hooks_are_called():
    seen = []
    conv = made("conv", "C4: 1 trivial", dict(fields=2, kernel=3))
    conv.register_forward_hook(lambda module, args, out: seen.append(out.shape))
    conv(torch.zeros(1, 1, 5, 5))
    conv.register_full_backward_hook(lambda module, dx, dy: seen.append("backward"))
    conv(torch.zeros(1, 1, 5, 5, requires_grad=True)).sum().backward()
    assert seen == [torch.Size((1, 8, 3, 3)), torch.Size((1, 8, 3, 3)), "backward"]


def test_seeds_are_those_of_pytorch():
    weights = []
    for _ in range(2):
        torch.manual_seed(4)
        weights.append(nn.Conv("C4: 1 trivial", 2, 3).weight)
    assert torch.equal(*weights)
    assert not torch.equal(nn.Conv("C4: 1 trivial", 2, 3).weight, weights[0])
