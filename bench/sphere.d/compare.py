"""Asks our program and measures the peers in turn; prints a table of ratios."""

import os
import subprocess
import sys
import time

os.environ["JAX_ENABLE_X64"] = "1"
import torch  # noqa: E402
import torch_harmonics as th  # noqa: E402

PROGRAM, ROUNDS = sys.argv[1], int(sys.argv[2])
# (bandwidth, maps) of functions on the sphere, and (bandwidth, signals) on SO(3).
SPHERE = [(32, 256), (64, 64), (128, 16), (256, 8), (512, 4), (512, 1)]
ROTATIONS = [(10, 16), (16, 16), (24, 8)]

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
ours = subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ask(*words):
    """Milliseconds of analysis and synthesis."""
    print(*words, file=ours.stdin, flush=True)
    there, back, error = ours.stdout.readline().split()
    return float(there), float(back)


def timed(run):
    start = time.perf_counter()
    run()
    return 1e3 * (time.perf_counter() - start)


def compare(title, request, peer):
    """Least times of ROUNDS rounds, ours and the peer's in turn."""
    peer[0](), peer[1]()
    mine, other = [], []
    for _ in range(ROUNDS):
        mine.append(ask(*request, 3))
        other.append([min(timed(run) for _ in range(3)) for run in peer])
    mine, other = ([min(t[k] for t in times) for k in (0, 1)] for times in (mine, other))
    cells = [f"{m:9.3f} {o:9.3f} {o / m:6.2f}" for m, o in zip(mine, other)]
    print(f"{title:34} {cells[0]} | {cells[1]}", flush=True)


print(f"{'':34} {'analysis: schur':>15} {'peer':>3} ratio | synthesis: schur, peer, ratio; ms")
for grid, peer_grid in (("gauss", "legendre-gauss"), ("equiangular", "equiangular")):
    for band, maps in SPHERE:
        rings = band if grid == "gauss" else 2 * band
        there = th.RealSHT(rings, 2 * band, lmax=band, mmax=band, grid=peer_grid)
        back = th.InverseRealSHT(rings, 2 * band, lmax=band, mmax=band, grid=peer_grid)
        values = torch.randn(maps, rings, 2 * band)
        with torch.no_grad():
            coefficients = there(values)
            compare(
                f"{grid} L={band} maps={maps} f32",
                (grid, band - 1, 0, maps, "f32"),
                (lambda: there(values), lambda: back(coefficients)),
            )
try:
    import jax
    import s2fft
    from s2fft.precompute_transforms.construct import wigner_kernel_jax
    from s2fft.precompute_transforms.wigner import forward_transform_jax, inverse_transform_jax
except ImportError as error:
    print(f"without s2fft: {error}")
    sys.exit()

for band, signals in ROTATIONS:
    kernels = [
        wigner_kernel_jax(band, band, reality=True, sampling="mw", forward=forward)
        for forward in (True, False)
    ]
    shape = s2fft.sampling.so3_samples.f_shape(band, band, "mw")
    values = jax.random.normal(jax.random.PRNGKey(0), (signals, *shape), dtype="float64")
    there = jax.jit(jax.vmap(
        lambda f: forward_transform_jax(f, kernels[0], band, band, "mw", True, None)))
    back = jax.jit(jax.vmap(
        lambda f: inverse_transform_jax(f, kernels[1], band, band, "mw", True, None)))
    coefficients = there(values)
    compare(
        f"SO(3) L=N={band} signals={signals} f64",
        ("gauss", band - 1, band - 1, signals, "f64"),
        (
            lambda: there(values).block_until_ready(),
            lambda: back(coefficients).block_until_ready(),
        ),
    )
