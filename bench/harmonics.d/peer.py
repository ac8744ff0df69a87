"""Times one peer: peer.py NAME POINTS VALUES THREADS ROUNDS L:N..., in the format of ours.

Before timing, its values are compared with ours in VALUES: they may differ by the sign of
each harmonic and by nothing else. Of e3nn the gradient is one product with the Jacobian, which
is all that its autodiff gives in one pass; sphericart and ours give the whole Jacobian.
"""

import statistics
import sys
import time

import numpy as np

NAME, POINTS, VALUES, THREADS, ROUNDS = sys.argv[1:6]
CASES = [tuple(map(int, case.split(":"))) for case in sys.argv[6:]]
CHECKED_POINTS, CHECKED_DEGREE = 100, 10
AGREEMENT = 1e-12


def sphericart_functions(degree, points):
    import sphericart

    harmonics = sphericart.SphericalHarmonics(degree)
    return (
        lambda: harmonics.compute(points),
        lambda: harmonics.compute_with_gradients(points),
    )


def e3nn_functions(degree, points):
    import torch
    from e3nn import o3

    torch.set_num_threads(int(THREADS))
    # Its polar axis is y: (y, z, x) there is our (x, y, z).
    moved = torch.from_numpy(np.ascontiguousarray(points[:, [1, 2, 0]]))
    degrees = list(range(degree + 1))

    def values(x=moved):
        return o3.spherical_harmonics(degrees, x, True, normalization="integral")

    def gradients():
        x = moved.clone().requires_grad_(True)
        y = values(x)
        y.backward(torch.ones_like(y))
        return y

    return lambda: values().numpy(), gradients


def median(run):
    run()
    times = []
    for _ in range(int(ROUNDS)):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


functions = {"sphericart": sphericart_functions, "e3nn": e3nn_functions}[NAME]
points = np.fromfile(POINTS, dtype="<f8").reshape(-1, 3)
ours = np.fromfile(VALUES, dtype="<f8").reshape(CHECKED_POINTS, -1)
theirs = functions(CHECKED_DEGREE, points[:CHECKED_POINTS])[0]()
signs = np.sign((ours * theirs).sum(axis=0))
worst = np.abs(ours - signs * theirs).max()
if not worst < AGREEMENT:
    sys.exit(f"{NAME} has other values than we have: they differ by {worst:.1e}")
for degree, count in CASES:
    # e3nn has degrees to 11.
    if NAME == "e3nn" and degree > 11:
        continue
    values, gradients = functions(degree, points[:count])
    print(f"{degree},{count},{median(values)},{median(gradients)}", flush=True)
