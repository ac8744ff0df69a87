"""Options of escnn: done as it does them, or refused by name. Numbers are those of escnn 1.0.11."""

import importlib
import sys
from collections import OrderedDict

import numpy as np
import pytest
import torch
from schur import escnn
from schur.escnn import group, gspaces, nn

#: Round-off in 32 bits.
EXACT = 1e-5

C8 = gspaces.rot2dOnR2(8)
R = nn.FieldType(C8, [C8.regular_repr])
C4 = gspaces.rot2dOnR2(4)
V = nn.FieldType(C4, [C4.irrep(1)])


def weights(module):
    return sum(p.numel() for p in module.parameters())


@pytest.mark.parametrize("conv", [nn.R2Conv, nn.R2ConvTransposed])
def test_frequencies_of_kernels(conv):
    counts = {
        3: {2.0: 48, 0.0: 16, -1.0: 48, -2.0: 32, -3.0: 32},
        5: {2.0: 120, 0.0: 24, -1.0: 88},
        7: {2.0: 224, -1.0: 144},
    }
    for size, of in counts.items():
        for cutoff, count in of.items():
            assert weights(conv(R, R, size, bias=False, frequencies_cutoff=cutoff)) == count
    assert weights(conv(R, R, 5, bias=False, frequencies_cutoff=lambda r: 2.0)) == 88
    assert weights(conv(R, R, 5, bias=False, frequencies_cutoff=lambda r: 2 * r)) == 120
    for cutoff in (lambda r: r * r, -2.0, "nonsense"):
        with pytest.raises(ValueError, match=f"{conv.__name__}\\(frequencies_cutoff=.*use a number"):
            conv(R, R, 5, frequencies_cutoff=cutoff)


@pytest.mark.parametrize("conv", [nn.R2Conv, nn.R2ConvTransposed])
@pytest.mark.parametrize(
    "option, value", [("sigma", 0.4), ("rings", [0.0, 1.0]), ("maximum_offset", 1), ("dilation", 2)]
)
def test_options_of_kernels_are_refused_by_name(conv, option, value):
    with pytest.raises(ValueError, match=f"{conv.__name__}\\({option}="):
        conv(R, R, 5, **{option: value})


def test_options_that_there_are_not():
    for call in (
        lambda: nn.R2ConvTransposed(R, R, 3, nonsense=2),
        lambda: nn.Linear(R, R, nonsense=2),
        lambda: nn.GroupPooling(R, nonsense=2),
        lambda: nn.NormMaxPool(V, 2, nonsense=2),
        lambda: R.gspace.fibergroup.grid(type="rand", N=3, nonsense=2),
    ):
        with pytest.raises(TypeError, match="nonsense"):
            call()
    refused = [
        (lambda: nn.R2ConvTransposed(R, R, 3, groups=2), "groups=2"),
        (lambda: nn.NormMaxPool(V, 2, padding=1), "padding=1"),
        (lambda: nn.NormMaxPool(V, 2, ceil_mode=True), "ceil_mode=True"),
        (lambda: nn.PointwiseMaxPool2D(R, (3, 2)), r"kernel_size=\(3, 2\)"),
        (lambda: nn.PointwiseMaxPoolAntialiased2D(R, 3, dilation=2), "dilation=2"),
        (lambda: nn.InnerBatchNorm(R, affine=False), "affine=False"),
        (lambda: nn.InnerBatchNorm(R, momentum=None), "momentum=None"),
        (lambda: nn.FourierELU(C8, 1, C8.fibergroup.bl_irreps(2), normalize=False), "normalize=False"),
        (lambda: nn.MultipleModule(R, ["a"], [(nn.ReLU(R), "a")], reshuffle=1), "reshuffle=1"),
    ]
    for call, text in refused:
        with pytest.raises(ValueError, match=text):
            call()


def test_groups_of_fields():
    fields = nn.FieldType(C8, 2 * [C8.regular_repr])
    wide = nn.FieldType(C8, 4 * [C8.regular_repr])
    conv = nn.R2Conv(fields, wide, 3, padding=1, groups=2)
    assert weights(conv) == 196
    x = torch.randn(1, 16, 6, 6)
    y = conv(fields(x))
    assert y.type == wide
    # The second half of what comes in reaches the second half of what comes out alone.
    other = x.clone()
    other[:, 8:] = 0.0
    found = conv(fields(other)).tensor
    assert torch.equal(found[:, :16], y.tensor[:, :16]) and not torch.equal(found, y.tensor)
    conv.check_equivariance()
    with pytest.raises(ValueError, match=r"groups=3.*equal parts"):
        nn.R2Conv(fields, wide, 3, groups=3)


def test_weights_that_are_not_initialised_are_0():
    for module in (
        nn.R2Conv(R, R, 5, initialize=False),
        nn.R2ConvTransposed(R, R, 5, initialize=False),
        nn.Linear(R, R, initialize=False),
    ):
        assert all(not p.any() for p in module.parameters())


def test_pools_have_the_sizes_of_theirs():
    x = torch.randn(2, 8, 9, 9)
    found = nn.PointwiseMaxPool2D(R, (3, 3), 1, dilation=2)(R(x)).tensor
    assert torch.equal(found, torch.nn.functional.max_pool2d(x, 3, 1, dilation=2))
    assert nn.PointwiseAvgPool2D(R, (3, 3), (2, 2))(R(x)).shape == (2, 8, 4, 4)
    x = torch.randn(1, 8, 10, 10)
    for sigma, half in ((0.6, 2), (1.0, 4)):
        module = nn.PointwiseMaxPoolAntialiased2D(R, 3, stride=2, padding=1, ceil_mode=True, sigma=sigma)
        line = torch.exp(-torch.arange(-half, half + 1.0) ** 2 / (2 * sigma**2))
        filter = line[:, None] * line / line.sum() ** 2
        F = torch.nn.functional
        dense = F.max_pool2d(x, 3, 1, 1)
        expected = F.conv2d(dense, filter.expand(8, 1, -1, -1), None, 2, 1 + half, 1, 8)
        assert torch.allclose(module(R(x)).tensor, expected, atol=EXACT)
    assert nn.PointwiseMaxPoolAntialiased2D(R, 3, stride=2, padding=1)(R(x)).shape == (1, 8, 6, 6)


def test_functions_of_lengths_begin_as_theirs():
    x = V(torch.tensor([0.6, 0.8])[None, :, None, None] * torch.tensor([0.1, 1.5]).view(1, 1, 1, 2))
    cases = [
        ("n_relu", False, [0.1, 1.5]),
        ("n_relu", True, [0.0, 0.5]),
        ("n_sigmoid", True, [0.2891, 0.6225]),
        ("squash", False, [0.0909, 0.6]),
    ]
    for function, bias, lengths in cases:
        module = nn.NormNonLinearity(V, function, bias=bias)
        found = module(x).tensor.norm(dim=1).flatten()
        assert torch.allclose(found, torch.tensor(lengths), atol=1e-3), (function, bias)
        assert any(p.requires_grad for p in module.parameters()) == bias
    with pytest.raises(AssertionError, match="squash"):
        nn.NormNonLinearity(V, "squash")


@pytest.mark.parametrize("axis", [0.0, np.pi / 8, 0.3, np.pi / 2])
def test_elements_about_any_axis(axis):
    group = gspaces.flipRot2dOnR2(4, axis=axis).fibergroup
    mirror = np.array(
        [[np.cos(2 * axis), np.sin(2 * axis)], [np.sin(2 * axis), -np.cos(2 * axis)]]
    )
    for flip in range(2):
        for turns in range(4):
            angle = turns * np.pi / 2
            turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
            expected = turn @ mirror if flip else turn
            found = group.element((flip, turns))
            assert np.allclose(found.to("MAT"), expected, atol=1e-6) and found.to("int") == (flip, turns)


def test_dropout_of_fields_is_per_pixel():
    fields = nn.FieldType(C8, 3 * [C8.regular_repr])
    dropout = nn.FieldDropout(fields, 0.5)
    x = torch.ones(2, 24, 5, 5)
    y = dropout(fields(x)).tensor.view(2, 3, 8, 5, 5)
    assert torch.equal(y, y[:, :, :1].expand_as(y)) and set(y.unique().tolist()) == {0.0, 2.0}
    assert set(y[0, 0, 0].unique().tolist()) == {0.0, 2.0}
    assert torch.equal(dropout.eval()(fields(x)).tensor, x)


def test_norms_count_as_theirs():
    torch.manual_seed(0)
    x = torch.randn(4, 2, 6, 6) + 0.5
    norm = nn.NormBatchNorm(V)
    variance = torch.ones(())
    for _ in range(3):
        y = norm(V(x)).tensor
        n = 4 * 36
        variance = 0.9 * variance + 0.1 * x.square().mean() * n / (n - 1)
        assert torch.allclose(y, x / (variance + 1e-5).sqrt(), atol=EXACT)
    assert torch.allclose(norm.eval()(V(x)).tensor, y, atol=EXACT)
    with pytest.raises(AssertionError, match="trivial"):
        nn.NormBatchNorm(R)
    x = torch.randn(4, 8, 6, 6) + 0.5
    inner, theirs = nn.InnerBatchNorm(R), torch.nn.BatchNorm3d(1)
    for _ in range(3):
        found, expected = inner(R(x)).tensor, theirs(x[:, None])[:, 0]
        assert torch.allclose(found, expected, atol=EXACT)
    # Running variances are without Bessel's correction here.
    found, expected = inner.eval()(R(x)).tensor, theirs.eval()(x[:, None])[:, 0]
    assert torch.allclose(found, expected, atol=2e-3)


def test_masks_are_of_one_size():
    with pytest.raises(AssertionError, match=r"\(11, 11\) for a mask of S=9"):
        nn.MaskModule(R, 9)(R(torch.zeros(1, 8, 11, 11)))


def test_functions_on_the_group_are_relu_unless_elu_is_said():
    so2 = gspaces.rot2dOnR2()
    irreps = so2.fibergroup.bl_irreps(2)
    x = torch.randn(2, 5, 3, 3)
    made = [
        nn.FourierPointwise(so2, 1, irreps, 16),
        nn.FourierPointwise(so2, 1, irreps, N=16, function="p_relu"),
        nn.FourierELU(so2, 1, irreps, type="regular", N=16),
    ]
    a, b, c = (module(module.in_type(x)).tensor for module in made)
    assert torch.equal(a, b) and not torch.allclose(a, c, atol=1e-2)
    assert made[0].layer.config["rotations"] == 16


def test_names_on_classes_say_what_to_use():
    relu = nn.ReLU(R)
    cases = [
        (lambda: C8.fibergroup.subgroup, "gspace.restrict"),
        (lambda: C8.fibergroup.spectral_regular_representation, "bl_regular_representation"),
        (lambda: C8.build_kernel_basis, "steerable_kernels"),
        (lambda: C8.regular_repr.id, "`name`"),
        (lambda: nn.R2Conv(R, R, 3).expand_parameters, "a single 1"),
        (lambda: R(torch.zeros(1, 8, 3, 3))[0], "split"),
    ]
    for call, text in cases:
        with pytest.raises(AttributeError, match=text):
            call()
    with pytest.raises(ValueError, match=r"SO\(2\).element\(value=0.3\).*testing_elements"):
        group.so2_group().element(0.3)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        relu.nothing
    both = C8.regular_repr + C8.irrep(1)
    assert both.size == 10 and nn.FieldType(C8, [C8.regular_repr, C8.irrep(1)]).fiber_representation == both
    fields = nn.FieldType(C8, [C8.regular_repr, C8.irrep(1), C8.trivial_repr])
    assert fields.group_by_labels(["a", "b", "a"])["a"].size == 9
    x = fields(torch.randn(1, 11, 2, 2))
    assert [part.type.size for part in x.split()] == [8, 2, 1]
    assert torch.equal(torch.cat([part.tensor for part in x.split([2])], 1), x.tensor)


def test_irreps_of_a_band_are_irreps():
    groups = [group.cyclic_group(8), group.dihedral_group(4), group.dihedral_group(3), group.so2_group()]
    groups += [group.o2_group(), group.so3_group(), group.o3_group(), group.octa_group()]
    groups += [group.ico_group(), group.full_octa_group()]
    for of in groups:
        irreps = [of.irrep(*id) for id in of.bl_irreps(2)]
        assert irreps and [rho.irreps[0] for rho in irreps] == of.bl_irreps(2)


def test_irreps_are_in_the_order_of_theirs():
    """With the ids and names that escnn 1.0.11 gives."""
    cases = [
        (gspaces.rot2dOnR2(8), [(0,), (1,), (2,), (3,), (4,)]),
        (gspaces.flipRot2dOnR2(6), [(0, 0), (1, 0), (1, 1), (1, 2), (1, 3), (0, 3)]),
        (gspaces.flip2dOnR2(), [(0,), (1,)]),
        (gspaces.octaOnR3(), [(0,), (1,), (-1,), (2,), (3,)]),
        (gspaces.fullOctaOnR3(), [((j,), (l,), 0) for j in (0, 1) for l in (0, 1, -1, 2, 3)]),
        (gspaces.rot2dOnR2(-1), [(k,) for k in range(7)]),
        (gspaces.rot2dOnR2(-1, maximum_frequency=10), [(k,) for k in range(11)]),
        (gspaces.rot3dOnR3(maximum_frequency=1), [(0,), (1,)]),
        (gspaces.flipRot3dOnR3(), [(j, l) for j in (0, 1) for l in range(3)]),
    ]
    for space, ids in cases:
        assert [rho.id for rho in space.irreps] == ids and space.irrep(*ids[-1]) == space.irreps[-1]
        rho = space.fibergroup.bl_regular_representation(2) if space.fibergroup.continuous else space.regular_repr
        g = space.testing_elements[-1]
        blocks = [torch.from_numpy(space.irrep(*id)(g)) for id in rho.irreps]
        again = rho.change_of_basis @ torch.block_diag(*blocks).numpy() @ rho.change_of_basis_inv
        assert np.abs(again - rho(g)).max() < EXACT
    assert C8.regular_repr.irreps == C8.fibergroup.bl_irreps(4) == R.irreps
    assert list(C4.representations) == ["irrep_0", "irrep_1", "irrep_2", "regular"]
    assert C4.trivial_repr == C4.irrep(0) and C4.quotient_repr(2).name == "quotient[2]"
    assert [len(of(n).irreps()) for of, n in [(group.so2_group, 8), (group.o3_group, 1)]] == [9, 4]
    assert C8.regular_repr.supported_nonlinearities == {"norm", "gated", "pointwise", "concatenated", "vectorfield"}


def test_one_mirror_is_their_cyclic_group_of_two():
    space = gspaces.flip2dOnR2()
    mirror = space.fibergroup.element(1)
    assert mirror.to("int") == 1 and space.irrep(1)(mirror)[0, 0] == -1.0 and space.irrep(1) == space.irrep(1, 0)
    assert (space.quotient_repr(2).size, space.quotient_repr(1).size) == (1, 2)


def test_attributes_of_modules():
    conv = nn.R2Conv(R, R, 3, padding=1, stride=2)
    assert (conv.kernel_size, conv.padding, conv.stride, conv.dilation) == (3, 1, 2, 1)
    assert conv.bias is conv.layer.bias and nn.R2Conv(R, R, 3, bias=False).bias is None
    assert conv.basisexpansion.dimension() == conv.weights.numel() == 48
    linear = nn.Linear(R, R)
    assert linear.weights is linear.layer.weight and linear.bias is linear.layer.bias
    x, g = torch.randn(1, 8, 5, 5), C8.fibergroup.element(2)
    assert torch.equal(R.transform(x, g), R(x).transform(g).tensor) and R.representation.size == 8
    assert C8.induced_repr(4, C4.trivial_repr).size == 2
    with pytest.raises(TypeError, match="unsupported operand"):
        C8.regular_repr + 3


def test_sequences_by_name_and_modules_of_names(monkeypatch):
    net = nn.SequentialModule(OrderedDict(a=nn.R2Conv(R, R, 3), b=nn.ReLU(R)))
    assert isinstance(net.b, nn.ReLU) and len(net) == 2
    for name in [name for name in sys.modules if name.split(".")[0] == "escnn"]:
        monkeypatch.delitem(sys.modules, name)
    before = set(sys.modules)
    escnn.install()
    try:
        assert importlib.import_module("escnn.nn.init").generalized_he_init
        with pytest.raises(AttributeError, match="lattice_kernels"):
            importlib.import_module("escnn.kernels").kernels_SO2_act_R2
    finally:
        for name in set(sys.modules) - before:
            del sys.modules[name]


def test_an_export_takes_tensors():
    net = nn.SequentialModule(nn.R2Conv(R, R, 3), nn.ReLU(R)).train()
    exported, x = net.export(), torch.randn(2, 8, 6, 6)
    assert torch.equal(exported(x), net.eval()(R(x)).tensor)
    program = torch.export.export(exported, (x,))
    assert torch.allclose(program.module()(x), exported(x), atol=EXACT)
