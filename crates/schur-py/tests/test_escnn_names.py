"""Every public name of escnn: it is here, or its error and the documentation say what to use."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from schur import escnn
from schur.escnn import _names, group, gspaces, nn

NAMES = [line.split() for line in (Path(__file__).parent / "escnn_names.txt").read_text().splitlines()]

#: What ends every error of a name of theirs.
REMEDY = r"is not in schur.escnn; .*`.*`.*, or use escnn itself$"

C4, D4, SO3 = gspaces.rot2dOnR2(4), gspaces.flipRot2dOnR2(4), gspaces.rot3dOnR3()
R = nn.FieldType(C4, [C4.regular_repr])
S = nn.FieldType(C4, [C4.trivial_repr])
V = nn.FieldType(C4, [C4.irrep(1)])
CUBE = nn.FieldType(gspaces.octaOnR3(), [gspaces.octaOnR3().trivial_repr])
UNIFORM = nn.FieldType(C4, [group.directsum([C4.irrep(0), C4.irrep(1)])])

#: One of every class of which the list has members.
OF = {
    "EquivariantModule": nn.ReLU(R),
    "FieldType": R,
    "GatedNonLinearity1": nn.GatedNonLinearity1(S + V),
    "GatedNonLinearity2": nn.GatedNonLinearity2((S, V)),
    "GatedNonLinearityUniform": nn.GatedNonLinearityUniform(UNIFORM),
    "GeometricTensor": R(torch.zeros(1, 4, 3, 3)),
    "InnerBatchNorm": nn.InnerBatchNorm(R),
    "Linear": nn.Linear(R, R),
    "NormBatchNorm": nn.NormBatchNorm(V),
    "R2Conv": nn.R2Conv(R, R, 3),
    "R2ConvTransposed": nn.R2ConvTransposed(R, R, 3),
    "R3Conv": nn.R3Conv(CUBE, CUBE, 3),
    "R3ConvTransposed": nn.R3ConvTransposed(CUBE, CUBE, 3),
    "SequentialModule": nn.SequentialModule(nn.ReLU(R)),
    "TensorProductModule": nn.TensorProductModule(R, R),
    "CyclicGroup": group.cyclic_group(4),
    "DihedralGroup": group.dihedral_group(4),
    "Group": group.cyclic_group(4),
    "GroupElement": C4.testing_elements[1],
    "Icosahedral": group.ico_group(),
    "IrreducibleRepresentation": C4.irrep(1),
    "O2": group.o2_group(),
    "O3": group.o3_group(),
    "Octahedral": group.octa_group(),
    "Representation": C4.regular_repr,
    "SO2": group.so2_group(),
    "SO3": group.so3_group(),
    "GSpace": C4,
    "GSpace2D": C4,
} | {f"IIDBatchNorm{d}d": nn.IIDBatchNorm2d(R) for d in (1, 2, 3)}

MODULES = {"nn": nn, "nn.init": nn.init, "group": group, "gspaces": gspaces, "kernels": escnn.kernels}


def test_every_public_name_is_here_or_says_what_to_use():
    assert len(NAMES) > 180
    absent = set()
    for module, name, *members in NAMES:
        try:
            getattr(MODULES[module], name)
        except AttributeError as error:
            assert re.search(REMEDY, str(error)), error
            assert module == "kernels" or name in _names.NAMES[module], f"{module}.{name}: no remedy"
            absent.add((module, name))
            continue
        if members:
            of = OF[name]
        for member in members:
            try:
                getattr(of, member)
            except AttributeError as error:
                # With what is said of it, be it of the class or of one above it.
                assert f"{member} of escnn is not in schur.escnn; " in str(error), f"{name}.{member}: {error}"
    assert not [name for module, name in absent if name.startswith(("R2Conv", "R3Conv", "Gated"))]
    # What is here is not said to be missing.
    for module, names in _names.NAMES.items():
        assert not [name for name in names if name in vars(MODULES[module])]


def test_the_book_lists_what_is_missing():
    book = Path(os.environ.get("SCHUR_REPOSITORY", Path(__file__).parents[3])) / "docs/book/src/from-escnn.md"
    section = book.read_text().split("### Names that are not here\n")[1].split("\n#")[0]
    rows = re.findall(r"^\| (`.*?) \| (.*) \|$", section, re.M)
    listed = {name: use for names, use in rows for name in re.findall("`(.*?)`", names)}
    known = {f"{m}.{name}": use for m, names in _names.NAMES.items() for name, use in names.items()}
    known |= {f"{c}.{name}": use for c, names in _names.MEMBERS.items() for name, use in names.items()}
    known["kernels.*"] = _names.ANYTHING["kernels"]
    assert listed == known


def test_what_is_imported_by_name_says_what_to_use():
    for module, name, text in [
        ("group", "direct_product", "C4 x D3"),
        ("group", "nothing_of_theirs", "all families"),
        ("nn", "R3PointConv", "convolves points of space"),
        ("nn", "R3IcoConv", "R3Conv"),
        ("gspaces", "conicalOnR3", "C4v"),
        ("kernels", "SteerableKernelBasis", "steerable_kernels"),
    ]:
        script = f"from schur import escnn; escnn.install()\nfrom escnn.{module} import {name}"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
        assert f"ImportError: escnn.{module}.{name} is not in schur.escnn" in done.stderr, done.stderr
        assert text in done.stderr, done.stderr
        # Whoever asks first gets an answer.
        assert not hasattr(MODULES[module], name)


@pytest.mark.parametrize(
    "name, made, others",
    [
        ("CyclicGroup", lambda: group.CyclicGroup(6), [group.dihedral_group(3), group.so2_group()]),
        ("DihedralGroup", lambda: group.DihedralGroup(3), [group.cyclic_group(6), group.o2_group()]),
        ("SO2", lambda: group.SO2(4), [group.o2_group(), group.cyclic_group(4)]),
        ("O2", lambda: group.O2(maximum_frequency=4), [group.so2_group()]),
        ("SO3", lambda: group.SO3(2), [group.o3_group(), group.octa_group()]),
        ("O3", lambda: group.O3(2), [group.so3_group()]),
        ("Octahedral", lambda: group.Octahedral(), [group.full_octa_group()]),
        ("Icosahedral", lambda: group.Icosahedral(), [group.octa_group()]),
    ],
)
def test_classes_of_groups(name, made, others):
    kind = getattr(group, name)
    assert isinstance(made(), kind) and isinstance(made(), group.Group)
    assert not any(isinstance(other, kind) for other in others + [3, C4.regular_repr])


def test_one_mirror_is_cyclic_and_irreps_are_irreps():
    assert isinstance(gspaces.flip2dOnR2().fibergroup, group.CyclicGroup)
    assert isinstance(gspaces.rot2dOnR3(4).fibergroup, group.CyclicGroup)
    assert isinstance(C4.irrep(1), group.IrreducibleRepresentation)
    assert not isinstance(C4.regular_repr, group.IrreducibleRepresentation)
    with pytest.raises(TypeError, match="group.irrep"):
        group.IrreducibleRepresentation(C4.fibergroup, (1,), "x", None)


def test_members_of_representations_and_types():
    d4 = D4.fibergroup
    regular = D4.regular_repr
    assert regular.contains_trivial() and not D4.irrep(1, 1).contains_trivial()
    assert regular.multiplicity((1, 1)) == 2 and D4.irrep(1, 1).multiplicity((0, 0)) == 0
    small = regular.restrict((None, 2))
    turn = small.group.element(1)
    assert (small(turn) == regular(d4.element((0, 2)))).all() and small.group.order() == 2
    fields = nn.FieldType(D4, [regular, D4.irrep(1, 1)])
    assert fields.fields_names == ["regular", "irrep_1,1"] and not fields.uniform and R.uniform
    basis, g = fields.get_dense_change_of_basis(), d4.element((1, 1))
    blocks = torch.block_diag(*(torch.from_numpy(D4.irrep(*id)(g)) for id in fields.irreps)).float()
    rho = torch.from_numpy(fields.fiber_representation(g)).float()
    assert torch.allclose(basis @ blocks @ fields.get_dense_change_of_basis_inv(), rho, atol=1e-6)
    x = fields(torch.randn(1, 10, 3, 3))
    restricted = x.restrict((None, 2)).type
    assert restricted == fields.restrict((None, 2)) and restricted.fibergroup.order() == 2
    assert x.is_compatible(x + x) and not x.is_compatible(R(torch.zeros(1, 4, 3, 3)))
    induced = D4.induced_repr((None, 4), C4.irrep(1))
    assert induced.size == 4 and induced.multiplicity((1, 1)) == 2
    assert d4.get_irrep_id(D4.irrep(1, 1)) == d4.get_irrep_id("irrep_1,1") == (1, 1)
    assert {g.to("int") for g in d4.generators} == {(0, 1), (1, 0)}
    solids = group.ico_group()
    parts = ("faces", "vertices", "edges")
    assert [getattr(solids, f"ico_{of}_representation").size for of in parts] == [20, 12, 30]
    assert solids.standard_representation.size == 3 and group.so3_group().standard_representation().size == 3
    cube = group.octa_group()
    assert [getattr(cube, f"cube_{of}_representation").size for of in parts] == [6, 8, 12]
    # Half turns keep two edges; with those about the axes of faces there would be some that keep four.
    assert 4 not in {round(cube.cube_edges_representation.character(g)) for g in cube.elements}


def test_norms_begin_anew():
    norm = nn.InnerBatchNorm(R)
    x = R(torch.randn(4, 4, 5, 5) + 1.0)
    expected = norm(x).tensor
    norm.layer.gamma.data.fill_(3.0)
    norm.reset_running_stats()
    assert norm.layer.gamma.tolist() == [3.0] and not norm.layer.running_mean.any()
    norm.reset_parameters()
    assert torch.equal(norm(x).tensor, expected)
