"""compare.py PROGRAM GROUP THREADS ROUNDS: a training step and inference of the tutorial network."""

import json
import subprocess
import sys
import time

import torch
import torch.nn.functional as F
from schur import nn

program, group, threads, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
BATCH = 64


def median(run):
    run()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def python():
    torch.set_num_threads(threads)
    nn.Network.model("p4", "C4")
    start = time.perf_counter()
    network = nn.Network.model("tutorial", group)
    construct = time.perf_counter() - start
    size = network.image_size
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(BATCH, 1, size, size, generator=generator)
    labels = torch.arange(BATCH) % 10
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-5)

    def step():
        loss = F.cross_entropy(network(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    train = median(step)
    network.eval()
    with torch.no_grad():
        infer = median(lambda: network(images))
    return {"construct": construct, "train": train, "layers": infer}


def other(command):
    done = subprocess.run(command, capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else None


results = {
    "python": python(),
    "program": other([program, f"tutorial:{group}", str(threads), str(rounds)]),
    "escnn": other(
        [sys.executable, "bench/network.d/peer.py", f"tutorial:{group}", str(threads), str(rounds)]
    ),
}
for name, times in results.items():
    if times is None:
        print(f"{name:8} not here")
        continue
    shown = ("construct", "train", "layers", "infer")
    parts = [f"{name} {times[name]:.3f} s" for name in shown if name in times]
    print(f"{name:8}", ", ".join(parts))
for name in ("program", "escnn"):
    if results[name]:
        ratio = results["python"]["train"] / results[name]["train"]
        print(f"training step: python / {name} = {ratio:.2f}")
