"""What PyTorch and Python do with layers and groups beyond training: ONNX, ``torch.func``, other devices,
copies, and what people hand in by mistake."""

import copy
import pickle

import numpy as np
import pytest
import schur
import torch
import torch.utils.checkpoint
from schur import math, nn
from schur.nn import _composed

#: Round-off of sums in another order.
CLOSE = 1e-5


def network():
    return nn.Network({"network": {"group": "C4", "classes": 10}}, seed=1).eval()


def branches():
    """Layers that are composed, and others that the engine computes."""
    norm = nn.describe("norm", "relu")
    body = [nn.describe("conv", 2, 3, padding=1), norm]
    return nn.Sequential(
        nn.Branch("C4: 1 trivial", join="add", body=body, shortcut=[nn.describe("conv", 2, 1)], seed=2),
        nn.Dropout("C4: 2 regular", 0.3, seed=3),
        nn.ImplicitConv("C4: 2 regular", 1, 3, seed=4),
    )


@pytest.mark.parametrize("dynamo", [True, False])
def test_torch_writes_onnx(tmp_path, dynamo):
    pytest.importorskip("onnxscript", reason="PyTorch needs onnxscript to write ONNX")
    runtime = pytest.importorskip("onnxruntime", reason="files are tried by onnxruntime")
    path = str(tmp_path / "network.onnx")
    # Constants of an implicit convolution are no linear functions of what is learned.
    others = branches().eval()
    cases = [(network(), 28), (others[:2] if dynamo else others, 8), (nn.Conv("C4: 3 regular", 2, 3), 6)]
    if not dynamo:
        cases.append((nn.ImplicitConv("C4: 3 regular", 2, 3, seed=4), 6))
    for net, size in cases:
        x = torch.rand(2, net.in_type.channels, size, size)
        torch.onnx.export(net, (x,), path, dynamo=dynamo)
        session = runtime.InferenceSession(path)
        (found,) = session.run(None, {session.get_inputs()[0].name: x.numpy()})
        assert np.abs(found - net(x).detach().numpy()).max() < CLOSE


def test_networks_of_operations_of_pytorch_are_exported():
    net, x = network(), torch.rand(2, 1, 28, 28)
    with nn.composed():
        program = torch.export.export(net, (x,))
    assert not any("schur" in str(node.target) for node in program.graph.nodes)
    assert torch.allclose(program.module()(x), net(x), atol=CLOSE)


def test_transforms_of_torch_func():
    """The engine has no rules for them: PyTorch's operations compute, and nothing is silently 0."""
    conv = nn.Conv("C4: 1 trivial", 2, 3, seed=1)
    x = torch.rand(2, 1, 6, 6)
    y, dy = torch.func.jvp(conv, (x,), (x,))
    assert torch.allclose(y, conv(x), atol=CLOSE) and torch.allclose(dy, y, atol=CLOSE)
    many = torch.rand(3, 2, 1, 6, 6)
    expected = torch.stack([conv(x) for x in many])
    assert torch.allclose(torch.vmap(conv)(many), expected, atol=CLOSE)

    def loss(parameters):
        return torch.func.functional_call(conv, parameters, (x,)).square().sum()

    found = torch.func.grad(loss)(dict(conv.named_parameters()))
    conv(x).square().sum().backward()
    assert torch.allclose(found["weight"], conv.weight.grad, rtol=1e-4)
    with pytest.raises(NotImplementedError, match="torch.func"):
        implicit = nn.ImplicitConv("C4: 1 trivial", 1, 3).train()
        torch.func.jvp(implicit, (x,), (x,))


def test_second_derivatives():
    conv = nn.Conv("C4: 1 trivial", 2, 3, seed=1)
    x = torch.rand(1, 1, 6, 6, requires_grad=True)

    def penalty():
        (gradient,) = torch.autograd.grad(conv(x).square().sum(), x, create_graph=True)
        gradient.square().sum().backward()

    with pytest.raises(NotImplementedError, match="composed"):
        penalty()
    with nn.composed():
        penalty()
    assert conv.weight.grad.abs().sum() > 0
    # Where that is no remedy, it is not called one.
    others = [
        nn.ImplicitConv("C4: 1 trivial", 1, 3),
        nn.FromHarmonics("SO(3): 1 harmonics(0, 2)", rings=4),
        nn.SpherePointwise("SO(3): 1 harmonics(0, 2)"),
    ]
    for conv in others:
        x = torch.rand(1, conv.in_type.channels, *((6, 6) if conv is others[0] else ()), requires_grad=True)
        with nn.composed(), pytest.raises(NotImplementedError, match=f"`{conv.kind}` has no others"):
            penalty()


def test_what_is_not_composed_is_computed_on_the_cpu():
    """On other devices the engine computes what PyTorch's operations do not, with the same results."""
    here, there = branches().train(), branches().train()
    x = torch.rand(4, 1, 8, 8)
    results = []
    for net, where in ((here, False), (there, True)):
        given = x.clone().requires_grad_()
        torch.manual_seed(6)
        if where:
            with nn.composed():
                y = net(given)
        else:
            y = net(given)
        y.square().sum().backward()
        results.append([y, given.grad, *(p.grad for p in net.parameters()), *net.buffers()])
    for a, b in zip(*results):
        assert torch.allclose(a, b, rtol=1e-3, atol=CLOSE)
    with pytest.warns(UserWarning, match="computed on the CPU"):
        _composed._say_once("dropout", "a device of its own")


def test_sizes_without_numbers():
    """On the device meta, where PyTorch plans networks that fit nowhere."""
    net = network().to("meta")
    assert net(torch.rand(2, 1, 28, 28, device="meta")).shape == (2, 10)
    with pytest.raises(ValueError, match="on meta"):
        network()(torch.rand(2, 1, 28, 28, device="meta"))


def test_plain_networks_follow_numbers_that_change_in_place():
    norm = nn.Norm("SO(2): 2 trivial + 2 spectral(1)", "identity").eval()
    x = norm.in_type(torch.rand(1, 8, 3, 3))
    with torch.no_grad(), nn.composed():
        norm(x)
        # Which does not count as a version.
        norm.running_variance.data.mul_(4.0)
        found = norm(x).tensor
    assert torch.allclose(found, norm(x).tensor, atol=CLOSE)


def test_groups_are_pickled_and_copied():
    groups = [math.Group(name) for name in ("C8", "Oh", "A5", "SU(2)", "O(3) x S3")]
    groups += [math.Group("C4", "spatial"), math.Group("C4", "finite")]
    groups.append(math.Group.from_permutations("five", [[1, 2, 3, 4, 0]]))
    groups += [math.LinearGroup.lorentz(), math.LinearGroup("shear", [[[1, 1], [0, 1]]])]
    for group in groups:
        assert pickle.loads(pickle.dumps(group)) == group
        assert copy.deepcopy(group) == group
    rho = math.Group("D4").representation("regular")
    assert pickle.loads(pickle.dumps(rho)) == rho and copy.deepcopy(rho) == rho
    g, h = (math.Group("D4").elements()[3] for _ in range(2))
    assert g == h and hash(g) == hash(h) and g != math.Group("D4").elements()[2]
    assert g != math.Group("A5").elements()[3]
    finite = math.Group("D4", "finite").elements()[3]
    assert finite == math.Group("D4", "finite").elements()[3] != math.Group("Q8").elements()[3]


def test_groups_of_matrices():
    lorentz = math.LinearGroup.lorentz()
    maps = lorentz.maps("T(1)", "T(0, 1)")
    # The metric, and nothing else.
    assert maps.shape == (1, 4, 4)
    assert np.allclose(maps[0] / maps[0, 0, 0], np.diag([1, -1, -1, -1]))
    assert lorentz.algebra.shape == (2, 4, 4) and lorentz.discrete.shape[1:] == (4, 4)
    for wrong in ([[1.0, 0.0]], [[[1.0, 0.0]]], [[[0.0]]], []):
        with pytest.raises(ValueError):
            math.LinearGroup("wrong", wrong)
    with pytest.raises(ValueError, match="T\\(p, q\\)"):
        nn.FieldType.of(lorentz, "2 regular")


def test_fields_are_handled_like_tensors():
    fields = nn.FieldType("C4: 1 regular")
    f = fields(torch.rand(2, 4, 3, 3))
    assert torch.equal((-f).tensor, -f.tensor)
    assert torch.allclose((f / 2).tensor, f.tensor / 2)
    assert (f * torch.tensor(2.0)).dtype == torch.float32
    assert f.to(torch.float64).dtype == torch.float64 and f.device.type == "cpu"
    # Products of channels are no fields.
    for wrong in (f, torch.rand(4)):
        with pytest.raises(TypeError):
            f * wrong
    with pytest.raises(TypeError):
        f + f.tensor


def test_what_people_hand_in_by_mistake():
    conv = nn.Conv("C8: 1 trivial", np.int64(2), np.int64(3))
    assert conv.config == {"layer": "conv", "fields": 2, "kernel": 3}
    for wrong in (np.ones((1, 1, 5, 5), np.float32), [1.0], None):
        for call in (conv, conv.in_type):
            with pytest.raises(TypeError, match="torch.Tensor"):
                call(wrong)
    with pytest.raises(ValueError, match="of one group"):
        nn.Conv("C8: 1 trivial", nn.FieldType("C4: 1 regular"), 3)
    with pytest.raises(TypeError, match="torch.float16"):
        nn.Conv("C8: 1 trivial", 2, 3, dtype=torch.float16)
    for seed in (-1, 2**64):
        with pytest.raises(ValueError, match="out of range"):
            nn.Conv("C8: 1 trivial", 2, 3, seed=seed)
    with pytest.raises(TypeError, match="in_type"):
        schur.check(torch.nn.Linear(2, 2), torch.rand(1, 2))


def test_checkpointing_has_the_masks_of_the_forward_pass():
    net = nn.Sequential(
        nn.Conv("C4: 1 trivial", "4 regular", 3, seed=1),
        nn.Dropout("C4: 4 regular", 0.5, seed=2),
        nn.Conv("C4: 4 regular", "2 trivial", 3, seed=3),
    ).train()
    x = torch.rand(2, 1, 7, 7)
    gradients = []
    for recomputed in (False, True):
        torch.manual_seed(5)
        net.zero_grad()
        y = torch.utils.checkpoint.checkpoint(net, x, use_reentrant=False) if recomputed else net(x)
        y.square().sum().backward()
        gradients.append([p.grad.clone() for p in net.parameters()])
    assert all(torch.equal(a, b) for a, b in zip(*gradients))


def test_tensors_can_be_resized_behind_a_layer():
    conv, x = nn.Conv("C4: 1 trivial", "1 regular", 3), torch.rand(2, 1, 8, 8)
    conv(x)
    x.resize_(4, 1, 8, 8)
    conv.weight.data.untyped_storage().resize_(0)
