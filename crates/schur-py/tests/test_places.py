"""Fields on strips, spheres and surfaces."""

import copy
import pickle

import pytest
import schur
import torch
from schur import nn

#: Exact up to round-off of a few layers.
EXACT = 1e-5


def sphere():
    return nn.Sequential(
        nn.ToHarmonics("SO(3): 1 trivial", degree=5, seed=1),
        nn.SphereConv("SO(3): 1 harmonics(0, 5)", channels=3, rings=3, seed=2),
        nn.HarmonicPool("SO(3): 3 harmonics(0, 5)", degree=3),
        nn.FromHarmonics("SO(3): 3 harmonics(0, 3)", rings=8),
    )


def test_spheres():
    net = sphere()
    picture = net.in_type(torch.rand(2, 1, 12, 24), "equiangular")
    y = net(picture)
    assert y.places == "gauss_legendre" and y.shape == (2, 3, 8, 16)
    report = schur.check(net, picture)
    assert report.exact and report.defect < EXACT
    # Of a function whose band the grid has, all rotations are exact but for interpolation.
    smooth = nn.Sequential(nn.ToHarmonics("SO(3): 1 trivial", 5), nn.FromHarmonics("SO(3): 1 harmonics(0, 5)", rings=12))
    assert max(schur.check(net, smooth(picture)).measured.values()) < EXACT
    y.tensor.sum().backward()
    assert all(p.grad.abs().sum() > 0 for p in net.parameters())
    assert pickle.loads(pickle.dumps(y)).places == y.places
    coefficients = nn.ToHarmonics("SO(3): 3 trivial", 3)
    for grid, places in [("healpix", 48), ("icosahedral", 42)]:
        again = nn.FromHarmonics("SO(3): 3 harmonics(0, 3)", grid=grid, rings=2)(coefficients(y))
        assert again.places == grid and again.shape == (2, 3, places)
    # The divided icosahedron is exact, and every function of degree 3 comes back.
    assert (coefficients(again).tensor - coefficients(y).tensor).abs().max() < EXACT
    with pytest.raises(ValueError, match="10 n² [+] 2"):
        coefficients(coefficients.in_type(torch.rand(1, 3, 40), "icosahedral"))


@pytest.mark.parametrize("training", [False, True])
def test_networks_on_spheres_are_compiled(training):
    net = sphere().train(training)
    other = copy.deepcopy(net)
    x = torch.rand(2, 1, 12, 24)
    a = net(net.in_type(x, "equiangular")).tensor
    compiled = torch.compile(
        lambda x: other(other.in_type(x, "equiangular")).tensor, backend="aot_eager"
    )
    b = compiled(x)
    assert torch.equal(a, b)
    a.square().sum().backward()
    b.square().sum().backward()
    for p, q in zip(net.parameters(), other.parameters()):
        assert torch.equal(p.grad, q.grad)


def test_strips():
    conv = nn.Conv("D1@0: 1 trivial", "2 regular", 3, padding=1, seed=1)
    x = torch.rand(1, 1, 6, 8)
    flat, strip = conv(x), conv(conv.in_type(x, "moebius"))
    assert strip.places == "moebius" and strip.shape == flat.shape
    inside = (..., slice(1, -1), slice(1, -1))
    assert torch.allclose(strip.tensor[inside], flat[inside], atol=EXACT)
    # Over the seam the rows are mirrored, which an image does not know.
    assert not torch.allclose(strip.tensor, flat, atol=1e-2)
    assert schur.check(conv, conv.in_type(x, "moebius")).defect < EXACT


def test_surfaces():
    vertices, faces = nn.icosphere(2)
    fine = nn.Points.on_surface(vertices, faces)
    assert fine.is_on_surface and len(fine) == 162
    net = nn.Sequential(
        nn.PointConv("SO(2): 1 trivial", "4 E1", radius=0.5, neighbours=7, seed=1),
        nn.NormNonlinearity("SO(2): 4 E1"),
        nn.PointConv("SO(2): 4 E1", "2 trivial + 1 E1", radius=0.5, neighbours=7, seed=2),
    )
    x = net.in_type(torch.rand(1, 1, 162), fine)
    # Elements turn all frames.
    report = schur.check(net, x)
    assert len(report.exact) > 4 and report.defect < EXACT
    y = net(x)
    assert y.places is fine
    turned = vertices @ torch.tensor([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]], dtype=torch.float64)
    moved = net(net.in_type(x.tensor, nn.Points.on_surface(turned, faces)))
    scalars = slice(0, 2)
    assert torch.allclose(moved.tensor[:, scalars], y.tensor[:, scalars], atol=1e-4)
    # To the vertices of the coarser sphere.
    pool = nn.Points.on_surface(vertices, faces, rings=1, targets=range(42))
    layer = nn.PointConv("SO(2): 1 trivial", "1 E1", radius=0.5, neighbours=7, seed=3)
    coarse = layer(x.on(pool))
    assert coarse.shape == (1, 2, 42) and len(coarse.places) == 42 and coarse.places.is_on_surface
    again = nn.Points.on_surface(vertices, faces, radius=0.7, sources=range(42))
    assert len(again) == 42 and coarse.on(again).places is again
    # Means between levels: constants stay, on both ways.
    down, up = nn.PointPool("SO(2): 1 trivial"), nn.Points.on_surface(vertices, faces, rings=2, sources=range(42), targets=range(162))
    few = down(x.type(torch.ones(1, 1, 162), pool))
    many = down(few.on(up))
    assert few.shape == (1, 1, 42) and many.shape == (1, 1, 162)
    assert torch.allclose(many.tensor, torch.ones(1, 1, 162), atol=EXACT)
    with pytest.raises(ValueError, match="points"):
        x.on(again)


def test_meshes_of_files(tmp_path):
    path = tmp_path / "square.off"
    path.write_text("OFF\n4 1 0\n0 0 0\n1 0 0\n1 1 0\n0 1 0\n4 0 1 2 3\n")
    vertices, faces = nn.read_mesh(path)
    assert vertices.shape == (4, 3) and faces.tolist() == [[0, 1, 2], [0, 2, 3]]
    assert len(nn.Points.on_surface(vertices, faces).edges) == 4 + 2 * 5
    with pytest.raises(ValueError):
        nn.read_mesh(tmp_path / "nothing.off")
    with pytest.raises(ValueError):
        nn.Points.on_surface(vertices, [[0, 1, 9]])
    with pytest.raises(ValueError, match="either"):
        nn.Points.on_surface(vertices, faces, rings=1, radius=1.0)


def test_targets_move_with_their_points():
    some = torch.rand(9, 2, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    graph = nn.Points.within(some, 0.5, some[:4] + 0.1)
    fields = nn.FieldType("C4: 1 trivial")
    moved = nn.transform(fields(torch.rand(1, 1, 9), graph), "r")
    quarter = torch.tensor([[0.0, -1.0], [1.0, 0.0]], dtype=torch.float64)
    assert torch.allclose(moved.places.places, some @ quarter.T)
    assert torch.allclose(moved.places.targets, graph.targets @ quarter.T)


@pytest.mark.parametrize("name, group", [("moebius-regular", "D1@0"), ("sphere", "SO(3)")])
def test_networks_on_strips_and_spheres(tmp_path, name, group):
    network = nn.Network.model(name, group, seed=1).eval()
    side = network.image_size
    images = torch.rand(2, 1, side, side, generator=torch.Generator().manual_seed(0))
    answers = network(images)
    assert answers.shape == (2, 10)
    network.save_run(tmp_path / "run")
    again = schur.load(tmp_path / "run")
    assert again.places == network.places is not None
    assert torch.equal(again(images), answers)
    # A tensor is checked where the network has it.
    report, on = (schur.check(again, x) for x in (images, again.in_type(images, again.places)))
    assert report.exact == on.exact and report.measured == on.measured
    assert report.defect < 1e-5


def test_aliasing_is_measured():
    x = torch.rand(2, 32, generator=torch.Generator().manual_seed(0))
    layer = nn.SpherePointwise("SO(3): 2 harmonics(0, 3)", seed=1)
    for module in (layer, nn.Sequential(layer)):
        report = schur.check(module, x)
        # Turns about the axis by steps of the grid move samples to samples.
        assert len(report.exact) > 1 and report.defect < EXACT < 1e-2 < max(report.measured.values())
    report = schur.check(nn.HarmonicPool(layer.in_type, degree=1), x)
    assert not report.measured and report.defect < EXACT


def test_places_get_no_gradients():
    some = torch.rand(5, 2, requires_grad=True)
    with pytest.warns(UserWarning, match="places of points are constants"):
        nn.Points.within(some, 0.5)


def test_exported_programs_on_spheres_are_files(tmp_path):
    layer, x = nn.FromHarmonics("SO(3): 2 harmonics(0, 3)", rings=6), torch.rand(2, 32)
    torch.export.save(torch.export.export(layer, (x,)), tmp_path / "net.pt2")
    assert torch.equal(torch.export.load(tmp_path / "net.pt2").module()(x), layer(x))


def test_what_is_refused():
    fields = nn.FieldType("SO(3): 1 trivial")
    with pytest.raises(ValueError, match="no places `cube`"):
        fields(torch.rand(1, 1, 4, 8), "cube")
    layer = nn.ToHarmonics(fields, degree=2)
    with pytest.raises(ValueError, match="healpix"):
        layer(fields(torch.rand(1, 1, 13), "healpix"))
    with pytest.raises(ValueError, match="axes"):
        layer(fields(torch.rand(1, 1, 13), "equiangular"))
    with pytest.raises(ValueError, match="sphere"):
        layer(torch.rand(1, 1, 8, 16))
    with pytest.raises(ValueError, match="degree"):
        layer(fields(torch.rand(1, 1, 2, 4), "equiangular"))
