"""Groups, representations and kernels as arrays."""

import numpy as np
import pytest
from schur import math
from schur.math import Group

#: Round-off of products of a few matrices.
EXACT = 1e-10

GROUPS = ["C1", "C4", "D5", "D4@22.5", "SO(2)", "O(2)", "Oh", "D3d", "SO(3)", "O(3)", "cylinder"]
OTHERS = ["S4", "Q8", "C4 x D3", "SU(2)", "O(3) x S3"]


@pytest.mark.parametrize("name", GROUPS + OTHERS)
def test_irreps_are_representations(name):
    group = Group(name)
    irreps = group.irreps(2)
    assert irreps[0].dim == 1 and irreps[0].is_permutation
    elements = [*group.random(3, seed=1), *group.generators()]
    for rho in irreps:
        assert math.representation_defect(rho, elements) < EXACT
        assert rho.endomorphism_type in ("real", "complex", "quaternionic")
        for sigma in irreps:
            # Schur's lemma.
            found = len(rho.maps_to(sigma))
            number = {"real": 1, "complex": 2, "quaternionic": 4}[rho.endomorphism_type]
            assert found == (number if rho.name == sigma.name else 0)


@pytest.mark.parametrize("name", ["C4", "D5", "Oh", "S4", "Q8"])
def test_regular_representations_hold_every_irrep(name):
    group = Group(name)
    regular = group.representation("regular")
    assert regular.dim == group.order == len(group.elements())
    assert regular.is_permutation and len(regular.invariants) == 1
    for irrep in group.irreps():
        number = {"real": 1, "complex": 2, "quaternionic": 4}[irrep.endomorphism_type]
        assert regular.multiplicities[irrep.name] * number == irrep.dim
    q = regular.change_of_basis
    assert np.abs(q @ q.T - np.eye(regular.dim)).max() < EXACT
    maps = regular.maps_to(regular)
    assert len(maps) == group.order
    assert math.constraint_defect(maps, regular, regular) < EXACT
    wrong = maps + np.arange(regular.dim)
    assert math.constraint_defect(wrong, regular, regular) > 0.1


def test_products_and_powers():
    group = Group("D4")
    e = group.representation("E")
    product = e @ e
    assert product.multiplicities == {"A1": 1, "A2": 1, "B1": 1, "B2": 1}
    assert (e + e).dim == 4 and (e + e).multiplicities == {"E1": 2}
    assert e.antisymmetric_power(2).irreps == ["A2"]
    assert e.symmetric_power(2).dim == 3
    assert group.representation("defining").is_isomorphic_to(e)
    for name, isometry in math.clebsch_gordan(e, e):
        rho = group.representation(name)
        for g in group.elements():
            assert np.abs(product(g) @ isometry - isometry @ rho(g)).max() < EXACT
    with pytest.raises(ValueError, match="take both of one"):
        e + Group("S4").irreps()[0]
    with pytest.raises(TypeError, match="another group"):
        e(Group("S4").elements()[0])
    for wrong in (lambda: e + 3, lambda: e @ 3):
        with pytest.raises(TypeError, match="unsupported operand"):
            wrong()


def test_elements_know_their_group():
    q8, d4 = Group("Q8").elements()[3], Group("D4", "finite")
    for call in (lambda: d4.representation("regular")(q8), lambda: d4.inverse(q8)):
        with pytest.raises(TypeError, match="the finite Q8, than the finite D4"):
            call()
    with pytest.raises(TypeError, match="S5, than the finite A5"):
        Group("A5").compose(Group("A5").elements()[3], Group("S5").elements()[3])
    assert Group("D4", "finite").inverse(d4.elements()[3]) in d4.elements()
    # Isometries are what they are: a quarter turn is one of C8, too.
    assert Group("C8").distance(Group("C4").elements()[1], Group("C8").elements()[2]) < EXACT


@pytest.mark.parametrize("name, sizes", [("D4", (3, 3)), ("C8", (5, 5)), ("Oh", (3, 3, 3))])
def test_kernels_commute_with_what_moves_the_lattice(name, sizes):
    group = Group(name)
    vector = group.representation("defining")
    kernels = vector.lattice_kernels(vector, sizes)
    assert len(kernels) > 0
    places = np.stack(np.meshgrid(*(np.arange(n) - (n - 1) / 2 for n in sizes), indexing="ij"), -1)
    # From (depth,) row, column to x, y(, z).
    flip = np.array([1.0, -1.0, 1.0][: len(sizes)])
    points = places[..., ::-1] * flip
    for g in group.elements():
        matrix = group.isometry(g)
        moved = points @ matrix.T
        if np.abs(moved * 2 - np.round(moved * 2)).max() > EXACT:
            continue
        index = (moved * flip)[..., ::-1] + (np.array(sizes) - 1) / 2
        index = tuple(np.moveaxis(np.round(index).astype(int), -1, 0))
        turned = kernels[(slice(None), slice(None), slice(None), *index)]
        rho = vector(g)
        expected = np.einsum("ab,kbc...,dc->kad...", rho, kernels, rho)
        assert np.abs(turned - expected).max() < EXACT


def test_steerable_kernels():
    so2 = Group("SO(2)")
    scalar, vector = so2.representation("trivial"), so2.representation("E1")
    kernels = scalar.steerable_kernels(vector, 5)
    assert kernels.shape[1:] == (2, 1, 5, 5)
    assert np.abs((kernels**2).sum((1, 2, 3, 4)) - 1).max() < EXACT
    fewer = scalar.steerable_kernels(vector, 5, max_frequency=0)
    assert len(fewer) == 0
    with pytest.raises(ValueError, match="plane"):
        rho = Group("SO(3)").irreps()[0]
        rho.steerable_kernels(rho, 3)


def test_harmonics_turn_with_wigner_matrices():
    rng = np.random.default_rng(0)
    q = rng.normal(size=4)
    q /= np.linalg.norm(q)
    w, x, y, z = q
    rotation = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )
    points = rng.normal(size=(2, 5, 3))
    values = math.spherical_harmonics(3, points)
    assert values.shape == (2, 5, 16)
    turned = math.spherical_harmonics(3, points @ rotation.T)
    for degree in range(4):
        part = slice(degree**2, (degree + 1) ** 2)
        d = math.real_wigner_d(degree, q)
        assert np.abs(turned[..., part] - values[..., part] @ d.T).max() < EXACT
    c = math.real_clebsch_gordan(1, 2, 2)
    a, b, d = (math.real_wigner_d(degree, q) for degree in (1, 2, 2))
    left = np.einsum("kij,ia,jb->kab", c, a, b)
    assert np.abs(left - np.einsum("kl,lab->kab", d, c)).max() < EXACT
    assert math.circular_harmonics(2, [[1.0, 0.0]]).shape == (1, 5)


def test_groups_from_tables_permutations_and_files(tmp_path):
    klein = Group.from_table("V", [[0, 1, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1], [3, 2, 1, 0]])
    assert klein.order == 4 and all(rho.dim == 1 for rho in klein.irreps())
    s3 = Group.from_permutations("P", [[1, 0, 2], [1, 2, 0]])
    assert sorted(rho.dim for rho in s3.irreps()) == [1, 1, 2]
    with pytest.raises(ValueError):
        Group.from_table("broken", [[0, 1], [1, 1]])
    with pytest.raises(ValueError):
        Group("no such group")
    with pytest.raises(OSError):
        Group.from_file(tmp_path / "nothing")
    g, h = s3.elements()[1:3]
    assert s3.distance(s3.compose(g, s3.inverse(g)), s3.identity()) == 0
    assert s3.compose(g, h).name
    assert repr(Group("C4")) == 'Group("C4", planar, 4 elements)'
