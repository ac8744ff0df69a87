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
    assert torch.equal(net.export()(image(x)).tensor, net.eval()(image(x)).tensor)


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
        (lambda: nn.R3IcoConv, "groups of space"),
        (lambda: nn.GatedNonLinearity1, "schur.nn.Gated"),
        (lambda: gspaces.conicalOnR3, "groups of space by name"),
        (lambda: escnn.group.so3_group, "schur.math.Group"),
        (lambda: nn.init.deltaorthonormal_init, "initialisation"),
    ]:
        with pytest.raises(AttributeError, match=text):
            call()


SCRIPT = """
import escnn.nn as enn
from escnn import gspaces, nn
import sys
space = gspaces.rot2dOnR2(N=4)
fields = nn.FieldType(space, [space.trivial_repr])
print(enn.R2Conv(fields, fields, 3).out_type.size, sys.argv[1])
"""


def test_scripts_run_unchanged(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
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
