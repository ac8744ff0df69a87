"""The names of escnn: what scripts of theirs do."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from schur import escnn
from schur.escnn import gspaces, nn

#: Round-off of a few layers in 32 bits.
EXACT = 1e-4

SPACES = {
    "C4": gspaces.rot2dOnR2(4),
    "C8": gspaces.rot2dOnR2(N=8),
    "D4": gspaces.flipRot2dOnR2(4),
    "D1": gspaces.flip2dOnR2(),
    "C1": gspaces.trivialOnR2(),
}


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_networks_of_theirs(space):
    image = nn.FieldType(space, [space.trivial_repr])
    hidden = nn.FieldType(space, 3 * [space.regular_repr])
    net = nn.SequentialModule(
        nn.MaskModule(image, 9, margin=1),
        nn.R2Conv(image, hidden, kernel_size=5, padding=2, bias=True),
        nn.InnerBatchNorm(hidden),
        nn.ReLU(hidden, inplace=True),
        nn.PointwiseAvgPoolAntialiased(hidden, sigma=0.66, stride=2),
        nn.R2Conv(hidden, hidden, kernel_size=3, padding=1),
        nn.ELU(hidden),
        nn.PointwiseMaxPool(hidden, kernel_size=5),
        nn.PointwiseDropout(hidden, p=0.1),
        nn.GroupPooling(hidden),
    )
    x = torch.randn(2, 1, 9, 9)
    y = net(nn.GeometricTensor(x, image))
    assert y.shape == net.evaluate_output_shape((2, 1, 9, 9)) and y.tensor.shape[1] == 3
    y.tensor.sum().backward()
    assert all(p.grad is not None for p in net.parameters())
    defects = net.check_equivariance()
    assert len(defects) == min(space.fibergroup.order(), 8 if space.flips_order == 2 else 4)
    assert len(net) == 10 and isinstance(net[1], nn.R2Conv)
    assert torch.equal(net.export()(x), net.eval()(image(x)).tensor)


def test_parameters_are_as_many_as_theirs():
    """Numbers that escnn 1.0.13 gives for these convolutions with its default rings."""
    c8 = gspaces.rot2dOnR2(8)
    regular = nn.FieldType(c8, [c8.regular_repr])
    # |G| times one for the centre and 1 + 2 F frequencies on the rings with F = 2 and 2.
    conv = nn.R2Conv(regular, regular, kernel_size=5, bias=False)
    assert sum(p.numel() for p in conv.parameters()) == 8 * 11
    with_bias = nn.R2Conv(regular, regular, kernel_size=5)
    assert sum(p.numel() for p in with_bias.parameters()) == 8 * 11 + 1


def test_groups_and_elements():
    d4 = gspaces.flipRot2dOnR2(4)
    group = d4.fibergroup
    assert group.order() == 8 and len(d4.testing_elements) == 8
    for g in d4.testing_elements:
        assert g @ ~g == group.identity
        assert group.element(g.to("int")) == g
        rho = d4.irrep(1, 1)
        assert np.abs(rho(g) @ rho(~g) - np.eye(2)).max() < EXACT
    assert gspaces.rot2dOnR2(-1).fibergroup.order() == -1
    assert {rho.size for rho in d4.irreps} == {1, 2}
    assert d4.irrep(0, 0).is_trivial() and not d4.irrep(1, 0).is_trivial()
    with pytest.raises(ValueError):
        d4.irrep(1)


def test_tensors():
    space = gspaces.rot2dOnR2(4)
    fields = nn.FieldType(space, [space.trivial_repr, space.regular_repr, space.irrep(1)])
    assert fields.size == 7 and list(fields.fields_start) == [0, 1, 5] and len(fields) == 3
    x = fields(torch.randn(2, 7, 3, 3))
    assert torch.equal((x + x).tensor, 2 * x.tensor)
    assert torch.allclose((x - x).tensor, torch.zeros(()))
    both = nn.tensor_directsum([x, x])
    assert both.type == fields + fields and both.shape == (2, 14, 3, 3)
    turned = x
    for _ in range(4):
        turned = turned.transform(space.fibergroup.element(1))
    assert torch.allclose(turned.tensor, x.tensor, atol=EXACT)
    with pytest.raises(AssertionError):
        nn.ReLU(nn.FieldType(space, [space.trivial_repr]))(x)
    moved = nn.ReshuffleModule(fields, [2, 0, 1])(x)
    assert torch.equal(moved.tensor[:, :2], x.tensor[:, 5:])


def test_labels_restrictions_and_irreps():
    space = gspaces.flipRot2dOnR2(4)
    scalars = nn.FieldType(space, 2 * [space.trivial_repr])
    vectors = nn.FieldType(space, 2 * [space.irrep(1, 1)])
    both = scalars + vectors
    layer = nn.MultipleModule(
        both,
        ["a"] * 2 + ["b"] * 2,
        [(nn.ReLU(scalars), "a"), (nn.NormNonLinearity(vectors), "b")],
    )
    assert layer.out_type == both
    layer.check_equivariance()
    regular = nn.FieldType(space, [space.regular_repr])
    restriction = nn.RestrictionModule(regular, (None, 4))
    assert restriction.out_type.fibergroup.text == "C4"
    assert nn.DisentangleModule(restriction.out_type).out_type.size == 8
    split = nn.DisentangleModule(nn.FieldType(space, [space.irrep(1, 1)]))
    assert split.out_type.size == 2


def test_what_is_missing_says_what_to_use():
    for call, text in [
        (lambda: nn.R3IcoConv, "R3Conv"),
        (lambda: nn.InducedGatedNonLinearity1, "schur.nn.Gated"),
        (lambda: gspaces.conicalOnR3, "groups of space by name"),
        (lambda: escnn.group.su2_group, "schur.math.Group"),
        (lambda: nn.init.other_init, "initialisation"),
    ]:
        with pytest.raises(AttributeError, match=text):
            call()


SCRIPT = """
import escnn.nn as enn
from escnn import gspaces, nn
import sys
import escnn.nn.modules
import beside
space = gspaces.rot2dOnR2(N=4)
fields = nn.FieldType(space, [space.trivial_repr])
print(enn.R2Conv(fields, fields, 3).out_type.size, sys.argv[1])
"""


def test_scripts_run_unchanged(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    (tmp_path / "beside.py").write_text("")
    call = [sys.executable, "-m", "schur.escnn", str(script), "word"]
    done = subprocess.run(call, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and done.stdout.split() == ["1", "word"], done.stderr


EXAMPLES = os.environ.get("ESCNN_EXAMPLES")


@pytest.mark.skipif(not EXAMPLES, reason="ESCNN_EXAMPLES names no folder with escnn's examples")
def test_their_introduction_runs(tmp_path):
    """The code cells of introduction.ipynb, without the pictures."""
    import json

    book = json.loads((Path(EXAMPLES) / "introduction.ipynb").read_text())
    cells = ["".join(c["source"]) for c in book["cells"] if c["cell_type"] == "code"]
    pictures = ("matplotlib", "fig, axs", "axs[", "plt.")
    lines = [line for line in "\n\n".join(cells).splitlines() if not any(p in line for p in pictures)]
    script = tmp_path / "introduction.py"
    script.write_text("\n".join(lines))
    call = [sys.executable, "-m", "schur.escnn", str(script)]
    done = subprocess.run(call, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not EXAMPLES, reason="ESCNN_EXAMPLES names no folder with escnn's examples")
@pytest.mark.parametrize("name", ["e2wrn.py", "octahedral_cnn.py", "se3_3Dcnn.py", "mlp.ipynb"])
def test_their_programs_run(name, tmp_path):
    import json

    source = (Path(EXAMPLES) / name).read_text()
    if name.endswith(".ipynb"):
        cells = [c["source"] for c in json.loads(source)["cells"] if c["cell_type"] == "code"]
        source = "\n\n".join("".join(cell) for cell in cells)
    script = tmp_path / "script.py"
    script.write_text(source)
    call = [sys.executable, "-m", "schur.escnn", str(script)]
    done = subprocess.run(call, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    if name == "e2wrn.py":
        assert "VERTICAL axis:   YES" in done.stdout, done.stdout
    if name == "se3_3Dcnn.py":
        lines = [line for line in done.stdout.splitlines() if "ROTATIONS" in line]
        assert len(lines) == 4 and all(line.endswith("YES") for line in lines), done.stdout


@pytest.mark.skipif(not EXAMPLES, reason="ESCNN_EXAMPLES names no folder with escnn's examples")
def test_their_model_trains(tmp_path):
    """model.ipynb on made digits: its data cannot be downloaded here, and 31 epochs take hours."""
    import json

    pytest.importorskip("torchvision", reason="model.ipynb prepares its images with torchvision")
    book = json.loads((Path(EXAMPLES) / "model.ipynb").read_text())
    cells = ["".join(c["source"]) for c in book["cells"] if c["cell_type"] == "code"]
    source = "\n\n".join(cell for cell in cells if "!wget" not in cell)
    assert source.count("range(31)") == 1
    (tmp_path / "model.py").write_text(source.replace("range(31)", "range(1)"))
    data = tmp_path / "mnist_rotation_new"
    data.mkdir()
    rows = np.random.default_rng(0).uniform(size=(96, 28 * 28 + 1))
    rows[:, -1] = np.arange(96) % 10
    for part, some in [("train_valid", rows[:64]), ("test", rows[64:])]:
        name = f"mnist_all_rotation_normalized_float_{part}.amat"
        np.savetxt(data / name, some, fmt="%.6f")
    call = [sys.executable, "-m", "schur.escnn", "model.py"]
    done = subprocess.run(call, capture_output=True, text=True, timeout=900, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if " : [" in line]
    logits = [np.array(line.split(" : ")[1].strip("[]").split(), float) for line in lines]
    # Eight angles before the training, and eight after it; quarter turns are exact.
    assert len(logits) == 16
    for turned in logits[2:8:2]:
        np.testing.assert_allclose(turned, logits[0], atol=EXACT)
    for turned in logits[10::2]:
        np.testing.assert_allclose(turned, logits[8], atol=EXACT)
    assert not np.allclose(logits[0], logits[8], atol=EXACT)


def test_functions_on_rotations_and_on_the_sphere():
    so3 = escnn.group.so3_group()
    space = gspaces.no_base_space(so3)
    sphere = nn.QuotientFourierELU(
        space, (False, -1), 3, so3.bl_irreps(2), grid=so3.sphere_grid("thomson_cube", N=1)
    )
    rotations = nn.FourierELU(space, 2, so3.bl_irreps(2), type="thomson_cube", N=4)
    assert (sphere.in_type.size, rotations.in_type.size) == (3 * 9, 2 * 35)
    vectors = space.type(so3.standard_representation())
    net = nn.SequentialModule(nn.Linear(vectors, rotations.in_type), rotations)
    x = vectors(torch.randn(5, 3))
    for g in [so3.sample() for _ in range(4)]:
        # Up to what ELU brings in above degree 2.
        expected, found = (g @ net(x)).tensor, net(g @ x).tensor
        assert float((found - expected).detach().norm() / expected.detach().norm()) < 0.3
    scalars = nn.QuotientFourierELU(
        space, (False, -1), 4, so3.bl_irreps(2), out_irreps=so3.bl_irreps(0)
    )
    assert scalars.out_type.size == 4
    with pytest.raises(AttributeError, match="all up to a band"):
        nn.FourierELU(space, 2, [(0,), (2,)])


def test_first_weights():
    space = gspaces.rot2dOnR2(4)
    fields = nn.FieldType(space, 3 * [space.regular_repr])
    conv = nn.R2Conv(fields, fields, kernel_size=3, padding=1, bias=False)
    nn.init.deltaorthonormal_init(conv.weights.data, conv.basisexpansion)
    x = torch.randn(2, 12, 6, 6)
    y = conv(fields(x)).tensor
    # Orthogonal at the centre: the length of every pixel is kept, up to the gain.
    ratio = (y.norm(dim=1) / x.norm(dim=1)).detach()
    assert torch.allclose(ratio, ratio.mean().expand_as(ratio), rtol=1e-4)
    before = conv.weights.detach().clone()
    nn.init.generalized_he_init(conv.weights.data, conv.basisexpansion)
    assert not torch.equal(before, conv.weights)


THEIRS = """
import warnings

warnings.simplefilter("ignore")
import torch
from escnn import gspaces, nn
from schur.escnn.convert import convert

torch.manual_seed(0)


def trained(net, size):
    for parameter in net.parameters():
        if parameter.requires_grad:
            parameter.data.add_(0.1 * torch.randn_like(parameter))
    with torch.no_grad():
        net(net.in_type(torch.randn(2, net.in_type.size, size, size)))
    return net.eval()


def case(space, fields, *between):
    image = nn.FieldType(space, 2 * [space.trivial_repr])
    hidden = nn.FieldType(space, fields)
    layers = [nn.R2Conv(image, hidden, 5, padding=2), *(make(hidden) for make in between)]
    layers.append(nn.R2Conv(hidden, hidden, 3, padding=1))
    print(convert(trained(nn.SequentialModule(*layers), 11), 11).difference)


for space in [gspaces.rot2dOnR2(4), gspaces.flipRot2dOnR2(6), gspaces.flip2dOnR2()]:
    case(space, 2 * [space.regular_repr], nn.InnerBatchNorm, nn.ReLU, lambda t: nn.PointwiseMaxPool(t, 2))
d4 = gspaces.flipRot2dOnR2(4)
case(d4, [d4.quotient_repr((None, 2)), d4.regular_repr], nn.IIDBatchNorm2d, nn.ELU)
from escnn import group
for vectors in map(gspaces.no_base_space, [group.cyclic_group(8), group.dihedral_group(5)]):
    fields = nn.FieldType(vectors, [vectors.regular_repr, *vectors.irreps])
    print(convert(nn.Linear(fields, fields)).difference)
o2 = gspaces.flipRot2dOnR2(-1, 3)
case(o2, [o2.irrep(0, 0), o2.irrep(1, 0), o2.irrep(1, 1), o2.irrep(1, 2)], nn.NormNonLinearity)
image = nn.FieldType(d4, [d4.trivial_repr])
c8, d8 = gspaces.rot2dOnR2(8), gspaces.flipRot2dOnR2(8)
for space in (d4, c8):
    fields = [space.regular_repr, space.trivial_repr]
    leaky = lambda t: nn.LeakyReLU(t, 0.2)
    larger = lambda t: nn.R2ConvTransposed(t, t, 5, stride=2, padding=1, output_padding=1)
    shuffled = nn.ReshuffleModule(nn.FieldType(space, fields), [1, 0])
    print(convert(trained(nn.SequentialModule(larger(shuffled.in_type), shuffled), 9), 9).difference)
    case(space, fields, leaky, larger, lambda t: nn.R2Upsampling(t, 2), lambda t: nn.PointwiseAdaptiveAvgPool(t, 5))
restrictions = [(d8, (1, 4), [d8.regular_repr, d8.trivial_repr]), (c8, 2, [c8.regular_repr, c8.irrep(1)])]
restrictions.append((o2, (0.0, 4), [o2.irrep(1, 1), o2.irrep(1, 2)]))
for space, id, fields in restrictions:
    whole = nn.FieldType(space, fields)
    restricted = nn.RestrictionModule(whole, id)
    split = nn.DisentangleModule(restricted.out_type)
    regular = nn.FieldType(split.out_type.gspace, [split.out_type.gspace.regular_repr])
    first = nn.R2Conv(nn.FieldType(space, [space.trivial_repr]), whole, 3)
    last = nn.R2Conv(split.out_type, regular, 3)
    print(convert(trained(nn.SequentialModule(first, restricted, split, last), 9), 9).difference)
scalars, vectors = 2 * [o2.trivial_repr], [o2.irrep(1, 2), o2.irrep(1, 1)]
for labels, drop in [(None, True), (["gated", "gated", "gate", "gate"], False)]:
    both = nn.FieldType(o2, scalars + vectors if labels is None else vectors + scalars)
    first = nn.R2Conv(nn.FieldType(o2, [o2.trivial_repr]), both, 5)
    gates = nn.GatedNonLinearity1(both, labels, drop_gates=drop)
    print(convert(trained(nn.SequentialModule(first, gates), 9), 9).difference)
try:
    convert(nn.R2Conv(image, nn.FieldType(d4, [d4.regular_repr]), 5, sigma=[0.3, 0.3, 0.3]), 9)
except ValueError as error:
    print("refused" if "none of those here" in str(error) else error)
"""


def test_trained_modules_come_over(tmp_path):
    """In a process of its own, where escnn is escnn; skipped where it is not installed."""
    import importlib.util

    if importlib.util.find_spec("escnn") is None:
        pytest.skip("escnn is not installed")
    script = tmp_path / "theirs.py"
    script.write_text(THEIRS)
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    *differences, refused = done.stdout.split()
    assert len(differences) == 16 and all(float(d) < 1e-5 for d in differences) and refused == "refused"
