"""Networks and runs: what the program writes, and what it takes."""

import copy
import os
import subprocess
from pathlib import Path

import pytest
import schur
import torch
from schur import nn

REPOSITORY = Path(os.environ.get("SCHUR_REPOSITORY") or Path(__file__).parents[3])
PRETRAINED = REPOSITORY / "pretrained" / "digits-C8"

needs_run = pytest.mark.skipif(not PRETRAINED.exists(), reason="outside of the repository")


@needs_run
def test_a_run_comes_in_and_goes_out(tmp_path):
    network = schur.load(PRETRAINED)
    assert not network.training and network.image_size == 28
    images = torch.rand(3, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    answers = network(images)
    assert answers.shape == (3, 10)
    # The names are those of checkpoints.
    assert "layers.0.weight" in network.state_dict()
    network.save_run(tmp_path / "run")
    again = schur.load(tmp_path / "run")
    assert torch.equal(again(images), answers)
    assert schur.load(tmp_path / "run" / "best.safetensors").config == network.config
    for key, value in network.state_dict().items():
        assert torch.equal(again.state_dict()[key], value)
    with pytest.raises((ValueError, OSError)):
        network.save_run(tmp_path / "run")
    with pytest.raises((ValueError, OSError)):
        schur.load(tmp_path / "nothing")


@needs_run
@pytest.mark.skipif("SCHUR" not in os.environ, reason="SCHUR names no program")
def test_the_program_takes_it(tmp_path):
    network = schur.load(PRETRAINED)
    network.save_run(tmp_path / "run")
    for command in (["check"], ["export", "--out", str(tmp_path / "net.onnx")]):
        name, *rest = command
        call = [os.environ["SCHUR"], name, str(tmp_path / "run"), *rest]
        done = subprocess.run(call, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@needs_run
def test_a_network_commutes_with_quarter_turns():
    network = schur.load(PRETRAINED)
    images = torch.rand(2, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    report = schur.check(_Logits(network), images)
    assert set(report.exact) == {"e", "r^2", "r^4", "r^6"}
    assert report.defect < 1e-5 < max(report.measured.values())
    assert "exact" in repr(report)


class _Logits(torch.nn.Module):
    """A network whose answers are fields of one pixel."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        self.in_type, self.out_type = network.in_type, network.out_type

    def forward(self, x):
        return self.out_type(self.network(x)[..., None, None])


CONFIG = """
[network]
group = "C4"
classes = 3

[[network.blocks]]
fields = 2
kernel = 5
pool = 2

[[network.blocks]]
fields = 3
kernel = 3
"""


def test_networks_learn():
    torch.manual_seed(0)
    network = nn.Network(CONFIG, seed=1)
    images = torch.rand(12, 1, 12, 12)
    labels = torch.arange(12) % 3
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.02)
    losses = []
    for _ in range(30):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(network(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]
    assert all(p.grad is not None for p in network.parameters())
    other = copy.deepcopy(network.eval())
    assert torch.equal(other(images), network(images))


def test_sequences_are_their_layers():
    fields = nn.FieldType("C4: 2 regular")
    layers = [
        nn.Conv("C4: 1 trivial", fields, 3),
        nn.Norm(fields, "relu"),
        torch.nn.Dropout(0.0),
        nn.GroupPool(fields),
        nn.GlobalPool("C4: 2 trivial"),
    ]
    net = nn.Sequential(*layers)
    assert net.in_type == nn.FieldType("C4: 1 trivial")
    assert net.out_type == nn.FieldType("C4: 2 trivial")
    x = torch.rand(2, 1, 7, 7)
    y = net.eval()(x)
    z = x
    for layer in layers:
        z = layer(z)
    assert torch.allclose(y, z, atol=1e-6) and y.shape == (2, 2, 1, 1)
    assert schur.check(net, x).defect < 1e-5


def _sequence():
    return nn.Sequential(
        nn.Conv("C8: 1 trivial", "2 regular", 5, padding=2, seed=1),
        nn.Norm("C8: 2 regular", "elu"),
        nn.Pool("C8: 2 regular", window=2),
        nn.GroupPool("C8: 2 regular"),
        nn.GlobalPool("C8: 2 trivial"),
    )


@pytest.mark.parametrize("training", [False, True])
def test_compiled_networks_give_the_same(training):
    net = _sequence().train(training)
    other = copy.deepcopy(net)
    compiled = torch.compile(other, fullgraph=True, backend="aot_eager")
    x = torch.rand(2, 1, 8, 8)
    for _ in range(2):
        a, b = net(x), compiled(x)
        assert torch.equal(a, b)
        a.square().sum().backward()
        b.square().sum().backward()
    for p, q in zip(net.parameters(), other.parameters()):
        assert torch.equal(p.grad, q.grad)
    for p, q in zip(net.buffers(), other.buffers()):
        assert torch.equal(p, q)


def test_exported_programs_give_the_same(tmp_path):
    net = _sequence().eval()
    x = torch.rand(2, 1, 8, 8)
    batch = torch.export.Dim("batch")
    program = torch.export.export(net, (x,), dynamic_shapes=({0: batch},))
    assert torch.equal(program.module()(x), net(x))
    # Through a file, and with other numbers of images.
    torch.export.save(program, tmp_path / "net.pt2")
    again = torch.export.load(tmp_path / "net.pt2").module()
    more = torch.rand(5, 1, 8, 8)
    assert torch.equal(again(more), net(more))


def test_networks_of_the_collection():
    assert {"tutorial", "p4"} <= set(nn.models())
    network = nn.Network.model("p4", "C4", seed=1)
    assert network.image_size == 28
    # Without a budget the widths are those of the source.
    count = sum(p.numel() for p in network.parameters())
    small = nn.Network.model("p4", "C4", params=5_000)
    assert sum(p.numel() for p in small.parameters()) <= 5_000 < 20_000 < count
    assert network(torch.zeros(2, 1, 28, 28)).shape == (2, 10)
    again = nn.Network.model("p4", "C4", seed=1)
    for p, q in zip(network.parameters(), again.parameters()):
        assert torch.equal(p, q)
    with pytest.raises(ValueError, match="unknown"):
        nn.Network.model("no such model", "C4")


@pytest.mark.skipif("SCHUR" not in os.environ, reason="SCHUR names no program")
def test_runs_say_how_large_their_images_are(tmp_path):
    model = nn.Network.model("wide-resnet", "D4", params=30_000)
    larger = nn.Network('[network]\ngroup = "C4"\n')
    larger.image_size = 40
    for number, (network, side) in enumerate([(model, 29), (larger, 40)]):
        run = tmp_path / str(number)
        network.eval().save_run(run)
        again = schur.load(run)
        assert again.image_size == nn.Network(again.config).image_size == side
        for command in (["check"], ["export", "--out", str(tmp_path / "net.onnx")]):
            name, *rest = command
            call = [os.environ["SCHUR"], name, str(run), *rest]
            done = subprocess.run(call, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr


def test_networks_on_volumes_are_runs(tmp_path):
    network = nn.Network.model("octahedral", "O", seed=1).eval()
    side = network.image_size
    network.save_run(tmp_path / "run")
    again = schur.load(tmp_path / "run")
    assert again.image_size == side and f"[{side}, {side}, {side}]" in again.config
    for key, value in network.state_dict().items():
        assert torch.equal(again.state_dict()[key], value)


def test_a_path_is_no_config():
    for path in ("runs/x/config.toml", Path("runs")):
        with pytest.raises(ValueError, match="is a path; pass `open"):
            nn.Network(path)


def test_digits():
    images, labels = schur.digits("validation")
    assert images.shape == (2000, 1, 28, 28) and labels.shape == (2000,)
    assert images.min() >= 0 and images.max() <= 1 and set(labels) == set(range(10))
    turned, _ = schur.digits("train", seed=1)
    other, _ = schur.digits("train", seed=2)
    assert turned.shape == other.shape and (turned != other).any()
    with pytest.raises(ValueError, match="validation"):
        schur.digits("all")
    with pytest.raises(ValueError, match="seed=-1"):
        schur.digits("train", -1)
