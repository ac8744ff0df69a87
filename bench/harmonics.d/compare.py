"""Runs our program and the peers in turn on the same points and prints a table of ratios."""

import os
import statistics
import subprocess
import sys

import numpy as np

PROGRAM, WORK, ROUNDS = sys.argv[1], sys.argv[2], sys.argv[3]
HERE = os.path.dirname(os.path.abspath(__file__))
# (largest degree, points); larger results would not fit small machines.
CASES = [(3, 10_000), (6, 10_000), (10, 10_000), (20, 10_000)]
CASES += [(3, 100_000), (6, 100_000), (10, 100_000)]
REPEATS = 3


def run(command, threads):
    """{(degree, points): (values ms, gradients ms)}; a case that a peer lacks is missing."""
    limits = {name: str(threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")}
    done = subprocess.run(
        command, env={**os.environ, **limits}, check=True, capture_output=True, text=True
    )
    rows = [line.split(",") for line in done.stdout.splitlines()]
    return {(int(l), int(n)): (float(v), float(g)) for l, n, v, g in rows}


def main():
    points = os.path.join(WORK, "points")
    rng = np.random.default_rng(7)
    rng.normal(size=(max(n for _, n in CASES), 3)).astype("<f8").tofile(points)
    cases = [f"{degree}:{count}" for degree, count in CASES]
    print("ms and how many times as long as ours; values, then values with gradients")
    print(f"{'L':>3} {'points':>7} {'threads':>7} {'what':>9} {'schur':>9} "
          f"{'sphericart':>18} {'e3nn':>18}")
    for threads in (1, 2):
        values = os.path.join(WORK, "values")
        ours = [PROGRAM, points, values, str(threads), ROUNDS, *cases]
        peer = [sys.executable, os.path.join(HERE, "peer.py")]
        times = {"schur": [], "sphericart": [], "e3nn": []}
        # In turn, so that a change of the machine's load meets all of them.
        for _ in range(REPEATS):
            times["schur"].append(run(ours, threads))
            for name in ("sphericart", "e3nn"):
                command = [*peer, name, points, values, str(threads), ROUNDS, *cases]
                times[name].append(run(command, threads))
        for degree, count in CASES:
            for index, what in enumerate(("values", "gradients")):
                def median(name):
                    found = [t[degree, count][index] for t in times[name] if (degree, count) in t]
                    return statistics.median(found) if found else None

                base = median("schur")
                cells = []
                for name in ("sphericart", "e3nn"):
                    time = median(name)
                    cells.append("-" if time is None else f"{time:.2f} ({time / base:.2f} x)")
                print(f"{degree:>3} {count:>7} {threads:>7} {what:>9} {base:>9.2f} "
                      f"{cells[0]:>18} {cells[1]:>18}", flush=True)


main()
