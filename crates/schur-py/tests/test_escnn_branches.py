"""Gates and branches by escnn's names, with its formulas."""

import pytest
import torch
from schur.escnn import group, gspaces, nn

#: Round-off in 32 bits.
EXACT = 1e-5

SO2 = gspaces.rot2dOnR2(-1)
ONE, TWO, SCALAR = SO2.irrep(1), SO2.irrep(2), SO2.trivial_repr
REGULAR = gspaces.rot2dOnR2(4).regular_repr


def fields(*rhos):
    return nn.FieldType(SO2, rhos)


@pytest.mark.parametrize("drop", [True, False])
def test_gates_among_fields(drop):
    """The gates are for fields sorted by size: the second one for the vector that stands first."""
    in_type = fields(ONE, SCALAR, SCALAR, SCALAR)
    labels = ["gated", "gate", "gated", "gate"]
    module = nn.GatedNonLinearity1(in_type, labels, drop_gates=drop)
    assert module.bias.shape == (1, 2)
    x = torch.randn(3, 5, 4, 4)
    gates = torch.sigmoid(x[:, [2, 4]] - module.bias.view(1, 2, 1, 1))
    vector, scalar = x[:, :2] * gates[:, 1:], x[:, 3:4] * gates[:, :1]
    parts = [vector, scalar] if drop else [vector, gates[:, :1], scalar, gates[:, 1:]]
    y = module(in_type(x))
    assert torch.allclose(y.tensor, torch.cat(parts, 1), atol=EXACT)
    assert y.type == module.out_type == (fields(ONE, SCALAR) if drop else in_type)
    y.tensor.sum().backward()
    assert module.bias.grad.all()
    module.check_equivariance()
    assert isinstance(module, nn.EquivariantModule) and module.export()(x).shape == y.shape


def test_gates_before_fields_and_in_another_tensor():
    gates, gated = fields(*3 * [SCALAR]), fields(TWO, ONE, ONE)
    one, two = nn.GatedNonLinearity1(gates + gated), nn.GatedNonLinearity2((gates, gated))
    two.bias.data.copy_(one.bias)
    a, b = gates(torch.randn(2, 3, 5, 5)), gated(torch.randn(2, 6, 5, 5))
    expected = one(nn.tensor_directsum([a, b]))
    assert torch.equal(two(a, b).tensor, expected.tensor) and two.out_type == one.out_type == gated
    assert two.evaluate_output_shape(a.shape, b.shape) == b.shape
    two.check_equivariance()
    with pytest.raises(AssertionError, match="2 gates for 3 gated fields"):
        nn.GatedNonLinearity2((fields(SCALAR, SCALAR), gated))
    with pytest.raises(AssertionError, match="a gate is a trivial field, not irrep_1"):
        nn.GatedNonLinearity1(fields(ONE, SCALAR))
    with pytest.raises(ValueError, match="say gate or gated"):
        nn.GatedNonLinearity1(fields(SCALAR, ONE), ["gate", "other"])


def test_gates_inside_of_fields():
    rho = group.directsum([SCALAR, SCALAR, ONE, TWO])
    module = nn.GatedNonLinearityUniform(fields(rho, rho))
    assert module.bias.shape == (1, 2, 2) and module.out_type.size == 8
    x = torch.randn(2, 12, 3, 3)
    parts = []
    for i, field in enumerate(x.split(6, 1)):
        gates = torch.sigmoid(field[:, :2] - module.bias[0, i].view(1, 2, 1, 1))
        parts += [field[:, 2:4] * gates[:, :1], field[:, 4:] * gates[:, 1:]]
    assert torch.allclose(module(module.in_type(x)).tensor, torch.cat(parts, 1), atol=EXACT)
    module.check_equivariance()
    with pytest.raises(AssertionError, match="have to be trivial"):
        nn.GatedNonLinearityUniform(fields(group.directsum([ONE, ONE])))


def test_branches_part_and_meet():
    in_type = fields(ONE, SCALAR, TWO, SCALAR)
    x = in_type(torch.randn(2, 6, 5, 5))
    branches = nn.BranchingModule(in_type, ["b", "a", "b", "a"])
    parts = branches(x)
    assert set(parts) == {"a", "b"} and parts["b"].type == branches.out_type["b"] == fields(ONE, TWO)
    assert torch.equal(parts["a"].tensor, x.tensor[:, [2, 5]])
    assert branches.evaluate_output_shape(x.shape) == {"a": (2, 2, 5, 5), "b": (2, 4, 5, 5)}
    sorted_branches = nn.BranchingModule(fields(ONE, SCALAR), ["a", "a"], reshuffle=2)
    assert sorted_branches.out_type["a"] == fields(SCALAR, ONE)
    gates = nn.GatedNonLinearity2((fields(SCALAR, SCALAR), fields(ONE, TWO)))
    merge = nn.MergeModule([(nn.ELU(fields(SCALAR, SCALAR)), "a"), (gates, ["a", "b"])])
    y = merge(parts)
    assert y.type == fields(SCALAR, SCALAR, ONE, TWO)
    assert torch.equal(y.tensor[:, 2:], gates(parts["a"], parts["b"]).tensor)
    assert merge.evaluate_output_shape(a=(2, 2, 5, 5), b=(2, 4, 5, 5)) == (2, 6, 5, 5)
    merge.check_equivariance()
    # A module of several tensors takes them by label.
    labels = ["b", "a", "b", "a"]
    whole = nn.MultipleModule(in_type, labels, [(nn.ELU(fields(SCALAR, SCALAR)), "a"), (gates, ["a", "b"])])
    assert torch.equal(whole(x).tensor, y.tensor)
    whole.check_equivariance()


def test_maxima_of_channels_and_sizes():
    x = torch.randn(2, 12, 3, 3)
    assert torch.equal(nn.MaxPoolChannels(4)(x), x.view(2, 3, 4, 3, 3).amax(2))
    with pytest.raises(AssertionError, match="12 channels are no multiple of 5"):
        nn.MaxPoolChannels(5)(x)
    F = torch.nn.functional
    image = nn.FieldType(gspaces.rot2dOnR2(4), [REGULAR])
    x = torch.randn(1, 4, 8, 8)
    for size in (1, 4, (2, 4)):
        for kind, of in (
            (nn.PointwiseAdaptiveMaxPool2D, F.adaptive_max_pool2d),
            (nn.PointwiseAdaptiveAvgPool2D, F.adaptive_avg_pool2d),
        ):
            assert torch.allclose(kind(image, size)(image(x)).tensor, of(x, size), atol=EXACT)
    for corners in (False, True):
        found = nn.R2Upsampling(image, size=13, align_corners=corners)(image(x)).tensor
        expected = F.interpolate(x, (13, 13), mode="bilinear", align_corners=corners)
        assert torch.allclose(found, expected, atol=EXACT)
    for options, text in (
        ({"scale_factor": 2, "align_corners": True}, "align_corners=True"),
        ({"size": 9, "mode": "nearest"}, "size=9"),
        ({}, "one of the two"),
    ):
        with pytest.raises(ValueError, match=text):
            nn.R2Upsampling(image, **options)


def test_volumes_shrink_and_grow():
    space = gspaces.octaOnR3()
    scalars = nn.FieldType(space, [space.trivial_repr])
    x = torch.randn(1, 1, 6, 6, 6)
    pooled = nn.PointwiseAdaptiveMaxPool3D(scalars, 2)(scalars(x))
    assert torch.equal(pooled.tensor, torch.nn.functional.adaptive_max_pool3d(x, 2))
    vectors = nn.FieldType(space, [space.irrep(1)])
    grown = nn.R3ConvTransposed(scalars, vectors, 3, stride=2, padding=1, output_padding=1)
    assert grown(pooled).shape == (1, 3, 4, 4, 4) and grown.output_padding == 1
    nn.R3ConvTransposed(scalars, vectors, 3, padding=1).check_equivariance()
