"""What newcomers found in `schur.math` and `schur.nn`; `docs/found.md` names these tests."""

import json
import math
import subprocess
import sys

import pytest
import schur
import torch
from schur import nn
from schur.math import Group

#: Exact up to round-off in 32 bits.
EXACT = 1e-5


def test_all_irreps_of_a_finite_group():
    for name, count in [("C7", 4), ("C8", 5), ("C9", 5), ("C16", 9), ("D8", 7), ("D12", 9)]:
        group = Group(name)
        irreps = group.irreps()
        regular = group.representation("regular").multiplicities
        assert len(irreps) == count and {rho.name for rho in irreps} == set(regular)
        assert len(group.irreps(0)) == count
    assert len(Group("SO(2)").irreps(5)) == 6


def test_numbers_that_are_none_are_no_small_defect():
    conv = nn.Conv("C4: 1 trivial", "2 regular", 3)
    torch.nn.init.constant_(conv.weight, float("nan"))
    report = schur.check(conv, torch.rand(1, 1, 7, 7))
    assert math.isnan(report.defect) and not report.defect < EXACT
    assert math.isnan(schur.nn.Report({"e": 0.0, "r": float("nan"), "s": 1.0}, {}).defect)


def test_a_check_leaves_frozen_parts_frozen():
    net = nn.Sequential(nn.Conv("C4: 1 trivial", "2 regular", 3), nn.Norm("C4: 2 regular"))
    net[1].eval()
    schur.check(net, torch.rand(1, 1, 7, 7))
    assert (net.training, net[0].training, net[1].training) == (True, True, False)


@pytest.mark.parametrize(
    "kind, fields, entries",
    [
        ("norm_pool", "C8: 4 E1", {}),
        ("norm_max_pool", "C8: 4 E1", dict(window=2)),
        ("resize", "C8: 4 E1", dict(to=dict(bilinear=2))),
        ("blur_pool", "C8: 4 E1", dict(stride=2)),
        ("mask", "C8: 4 E1", dict(sigma=2.0)),
        ("change_of_basis", "C8: 1 regular", {}),
    ],
)
def test_constants_outlive_an_export(kind, fields, entries):
    """What PyTorch traces with has no numbers, and is not kept."""
    layer = nn.KINDS[kind](fields, **entries).eval()
    x = torch.rand(2, layer.in_type.channels, 8, 8)
    expected = layer(x)

    class Exported(torch.nn.Module):
        def forward(self, x):
            with nn.composed():
                return layer(x)

    torch.export.export(Exported(), (x,))
    with nn.composed():
        found = layer(x)
    assert type(found) is torch.Tensor and torch.allclose(found, expected, atol=EXACT)
    alone = torch.func.vmap(lambda image: layer(image[None])[0])(x)
    assert torch.allclose(alone, expected, atol=EXACT)
    torch.export.export(Exported(), (x,))


def test_modules_of_pytorch_see_channels_first():
    conv = nn.Conv("C4: 1 trivial", "4 trivial", 3, padding=1)
    x = torch.rand(2, 1, 8, 6)
    y = conv(x)
    for module in [
        torch.nn.Softmax(1),
        torch.nn.GELU(),
        torch.nn.BatchNorm2d(4),
        torch.nn.AdaptiveAvgPool2d(1),
        torch.nn.Flatten(1),
        torch.nn.MaxPool2d(2),
        torch.nn.PReLU(4),
    ]:
        net = nn.Sequential(conv, module)
        assert torch.allclose(net(x), module(y), atol=EXACT), module
    assert schur.check(nn.Sequential(conv, torch.nn.Softmax(1)), torch.rand(2, 1, 8, 8)).defect < EXACT
    with pytest.raises(RuntimeError):
        nn.Sequential(conv, torch.nn.BatchNorm2d(8))(x)
    # Whole channels are dropped.
    torch.manual_seed(0)
    dropped = nn.Sequential(conv, torch.nn.Dropout2d(0.5))(x) == 0
    assert dropped.any() and torch.equal(dropped, dropped[:, :, :1, :1].expand_as(dropped))


def test_what_is_no_field_is_a_tensor():
    conv = nn.Conv("C4: 1 trivial", "4 trivial", 3, padding=1)
    x = nn.Field(torch.rand(2, 1, 6, 6), conv.in_type)
    assert isinstance(nn.Sequential(conv, torch.nn.AvgPool2d(2))(x), nn.Field)
    flat = nn.Sequential(conv, torch.nn.Flatten(1), torch.nn.Linear(4 * 36, 10))
    assert isinstance(flat(x), torch.Tensor) and flat(x).shape == (2, 10)
    again = nn.Sequential(conv, torch.nn.Flatten(1), nn.Linear("C4: 144 trivial", 2))
    assert again(x).shape == (2, 8)
    with pytest.raises(ValueError, match="pass \\[batch, 3"):
        nn.Sequential(conv, torch.nn.Flatten(1), nn.Linear("C4: 3 trivial", 2))(x)
    strip = nn.Conv("D1@0: 1 trivial", 2, 3, padding=1)
    on_strip = strip.in_type(torch.rand(1, 1, 6, 8), "moebius")
    assert nn.Sequential(strip, torch.nn.Dropout(0.5))(on_strip).places == "moebius"
    with pytest.raises(ValueError, match="behind AvgPool2d there are no fields on moebius"):
        nn.Sequential(strip, torch.nn.AvgPool2d(2), nn.Conv(strip.out_type, 1, 1))(on_strip)
    with pytest.raises(TypeError, match="gave tuple"):
        nn.Sequential(conv, torch.nn.MaxPool2d(2, return_indices=True))(x)


def test_edges_of_another_order_are_refused():
    places = torch.rand(5, 2)
    graph = nn.Points.within(places, 0.7)
    with pytest.raises(ValueError, match=r"edges of shape \(2, \d+\); pass \[edges, 2\], here `edges.T`"):
        nn.Points(places, graph.edges.T)
    assert torch.equal(nn.Points(places, graph.edges.T.T).edges, graph.edges)
    assert nn.Points(places, torch.zeros(2, 0)).edges.shape == (0, 2)
    with pytest.raises(ValueError, match="pass whole numbers"):
        nn.Points(places, torch.tensor([[0.7, 1.2]]))
    with pytest.raises(ValueError, match=r"pass \[batch, 1, 5\]"):
        nn.Field(torch.rand(2, 1, 5, 1), nn.FieldType("C4: 1 trivial"), graph)
    with pytest.raises(ValueError, match="offsets of shape"):
        nn.Points(places, graph.edges, offsets=torch.zeros(2, 9), transports=torch.zeros(9, 2))


def test_layers_are_not_thrown_away():
    conv = nn.Conv("C4: 2 regular", 2, 3, padding=1)
    with pytest.raises(TypeError, match=r"the module Conv .* `nn.Conv.describe"):
        nn.Branch("C4: 2 regular", [conv], join="add")
    with pytest.raises(TypeError, match="the module Conv"):
        nn.ConvTransposed("C4: 2 regular", conv)
    with pytest.raises(TypeError, match="the module ReLU .* a description"):
        nn.Branch("C4: 2 regular", [torch.nn.ReLU()], join="add")
    branch = nn.Branch("C4: 2 regular", [conv.config], join="add", seed=1)
    assert branch(torch.rand(1, 8, 5, 5)).shape == (1, 8, 5, 5)
    assert "Layer" not in str(nn.Branch.__signature__)


def test_sums_are_of_fields_on_the_same_places():
    scalars = nn.FieldType("D1@0: 1 trivial")
    x = torch.rand(1, 1, 4, 8)
    fields = [scalars(x, "moebius"), scalars(x, "cylinder"), scalars(x), scalars(torch.rand(1, 1, 1, 1))]
    for a in fields:
        for b in fields:
            if a is not b:
                with pytest.raises(ValueError, match="a sum of fields"):
                    a + b
                with pytest.raises(ValueError, match="a direct sum of fields"):
                    nn.direct_sum([a, b])
        assert (a + a).places == a.places == nn.direct_sum([a, a]).places
    some = torch.rand(5, 2)
    here, there = nn.Points.within(some, 0.5), nn.Points.within(some + 1.0, 0.5)
    plane = nn.FieldType("C4: 1 trivial")
    a, b = (plane(torch.rand(1, 1, 5), points) for points in (here, there))
    assert (a + plane(torch.rand(1, 1, 5), nn.Points.within(some, 0.5))).places is here
    with pytest.raises(ValueError, match="on Points"):
        a - b
    with pytest.raises(ValueError, match="at least one"):
        nn.direct_sum([])


MASKS = """
import json, os, sys, torch
import torch.distributed as dist
from schur import nn

torch.set_num_threads(1)
if "RANK" in os.environ:
    dist.init_process_group("gloo")
net = nn.Sequential(nn.Dropout("C4: 16 trivial", 0.5, seed=3))
if "RANK" in os.environ:
    net[0].weight = torch.nn.Parameter(torch.zeros(1))
    net = torch.nn.parallel.DistributedDataParallel(net)
x = torch.ones(1, 16, 1, 1)
torch.manual_seed(5)
masks = [net(x).flatten().bool().tolist() for _ in range(2)]
json.dump(masks, open(f"{sys.argv[1]}.{os.environ.get('RANK', 'alone')}", "w"))
if "RANK" in os.environ:
    dist.barrier()
    dist.destroy_process_group()
os._exit(0)
"""


def test_processes_drop_different_fields(tmp_path):
    script, out = tmp_path / "script.py", tmp_path / "masks"
    script.write_text(MASKS)
    runner = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    for how in ([], runner):
        call = [sys.executable, *how, str(script), str(out)]
        done = subprocess.run(call, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
    alone, first, second = (json.load(open(f"{out}.{who}")) for who in ("alone", "0", "1"))
    # The first process has the masks of one process, and no two masks are equal.
    assert first == alone
    assert len({tuple(mask) for mask in first + second}) == 4


def test_actions_have_gradients():
    types = [
        (nn.FieldType("C8: 2 regular + E1"), (5, 5), None, 1, True),
        (nn.FieldType("D4: 2 regular + E1"), (5, 5), None, 5, False),
        (nn.FieldType("D1@0: 2 regular"), (4, 6), "moebius", 1, False),
        (nn.FieldType("SO(3): 1 1"), (), None, 3, False),
        (nn.FieldType("C4: 1 E1"), (5,), nn.Points.within(torch.rand(5, 2), 0.5), 1, False),
    ]
    for of, sizes, places, element, interpolate in types:
        x = torch.randn(2, of.channels, *sizes, dtype=torch.float64, requires_grad=True)
        moved = nn.transform(of(x, places), element, interpolate=interpolate).tensor
        dy = torch.randn_like(moved)
        (moved * dy).sum().backward()
        # The action is linear: <dy, g x> is <dx, x>.
        z = torch.randn_like(x)
        expected = (nn.transform(of(z.detach(), places), element, interpolate=interpolate).tensor * dy).sum()
        assert torch.allclose((x.grad * z).sum(), expected.detach(), rtol=1e-6)


def test_actions_take_elements():
    for name in ("C8", "D4", "Oh", "SO(3)"):
        fields = nn.FieldType(f"{name}: 1 trivial")
        names = fields.elements()
        for g in Group(name).elements()[:8]:
            assert names[fields.number_of(g)] and fields.number_of(g) == Group(name).elements().index(g)
    x = nn.FieldType("C4: 1 regular")(torch.rand(1, 4, 5, 5))
    assert torch.equal(nn.transform(x, Group("C4").elements()[1]).tensor, nn.transform(x, "r").tensor)
    with pytest.raises(TypeError, match="pass its name or number"):
        nn.transform(x, 1.5)


def test_fields_with_their_group_are_fields():
    conv = nn.Conv("C4: 1 trivial", "C4: 2 regular", 3)
    assert conv.out_type == nn.FieldType("C4: 2 regular")
    assert nn.Conv("C4: 1 trivial", fields="C4: 2 regular", kernel=3).out_type == conv.out_type
    with pytest.raises(ValueError, match="both have to be of one group"):
        nn.Conv("C4: 1 trivial", "C8: 2 regular", 3)


def test_layers_on_the_meta_device():
    with torch.device("meta"):
        conv = nn.Conv("C4: 1 trivial", 2, 3, bias=True)
    assert {p.device.type for p in conv.parameters()} == {"meta"}
    real = nn.Conv("C4: 1 trivial", 2, 3, bias=True, seed=1)
    conv.to_empty(device="cpu").load_state_dict(real.state_dict())
    x = torch.rand(1, 1, 5, 5)
    assert torch.equal(conv(x), real(x))


def test_names_of_others_say_what_to_use():
    for name, text in [("R2Conv", "steerable"), ("ReLU", "relu"), ("GroupPol", "GroupPool"), ("LayerNorm", "SampleNorm"), ("Conv2d", "Conv")]:
        with pytest.raises(AttributeError, match=text):
            getattr(nn, name)
    assert not hasattr(nn, "nothing_of_the_kind")


def test_words_name_the_argument():
    plane = nn.FieldType("C4: 1 trivial")
    field = plane(torch.rand(1, 1, 4, 4))
    cases = [
        (lambda: Group("C4").irreps(-1), "band=-1"),
        (lambda: Group("C4").random(-1), "count=-1"),
        (lambda: nn.icosphere(-1), "level=-1"),
        (lambda: schur.math.spherical_harmonics(-1, [[0.0, 0.0, 1.0]]), "degree=-1"),
        (lambda: schur.math.spherical_harmonics(2, torch.ones(3, 4).numpy()), r"\(3, 4\); pass \[..., 3\]"),
        (lambda: Group.from_permutations("p", [[-1, 0]]), "generators with -1"),
        (lambda: Group("C4").irreps()[0].lattice_kernels(Group("C4").irreps()[0], (3, -3)), r"sizes\[1\]=-3"),
        (lambda: Group("C4").irreps()[0].steerable_kernels(Group("C4").irreps()[0], -3), "size=-3"),
        (lambda: schur.math.LinearGroup("U", [[[1j]]]), "complex matrices"),
        (lambda: nn.transform(field, Group("C8").elements()[1]), "no element Element"),
        (lambda: nn.Norm("C4: 1 regular", epsilon=float("nan")), "Norm got epsilon=nan"),
        (lambda: nn.transform(field, 99), r"C4 has no element 99 .* 0 to 3"),
        (lambda: nn.transform(field, "zzz"), "'zzz' to test with"),
        (lambda: nn.Conv("C4: 1 trivial", 1, 3)(torch.rand(1, 1, 2, 2, 2, 2)), r"\[batch, channels, height"),
        (lambda: nn.PointConv("C4: 1 trivial", 1, 1.0, 3)(torch.rand(1, 1, 5, 5)), "nn.Points"),
    ]
    for call, text in cases:
        with pytest.raises(ValueError, match=text):
            call()
    assert schur.math.spherical_harmonics(2, torch.zeros(0, 3).numpy()).shape == (0, 9)
    assert schur.math.circular_harmonics(2, torch.zeros(0, 2).numpy()).shape == (0, 5)


def test_runs_say_that_they_round(tmp_path):
    network = nn.Network({"network": {"group": "C4", "classes": 10}}, seed=1).double()
    with pytest.warns(UserWarning, match="32 bits"):
        network.save_run(tmp_path / "run")


def test_fields_of_the_plane_are_no_volumes():
    conv = nn.Conv("C4: 1 trivial", 1, 3)
    for x in (conv, conv.in_type):
        with pytest.raises(ValueError, match="C4 acts on the plane, .*`C4 in space`"):
            x(torch.rand(1, 1, 4, 8, 8))
    assert nn.Conv("C4 in space: 1 trivial", 1, 3)(torch.rand(1, 1, 4, 8, 8)).shape == (1, 4, 2, 6, 6)
