"""Runs Schur and escnn on PyTorch in turn and prints ratios: compare.py PROGRAM [CASE...].

A case is a network and a group (tutorial:C8), a classifier of volumes (volumes:O), the network of
escnn's example for SO(3) (se3:SO(3), where ESCNN_EXAMPLES names the folder examples of its
repository), a convolution between regular fields on volumes (fields:GROUP,FIELDS,BATCH,SIZE) or on an
icosahedron (icosahedron:STEPS,FIELDS,BATCH, where ICOCNN names a folder with
github.com/DavidDiazGuerra/icoCNN, whose package needs einops and matplotlib), or a plain convolution
(dense:BATCH,IN,OUT,KERNEL,SIZE,PADDING; dense3 of volumes). SCHUR_BENCH_PRECISION=bf16 compares
products of bf16, PyTorch's by autocast.
"""
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

CASES = [
    "tutorial:C8",
    "tutorial:C4",
    "tutorial:D4",
    "benchmark:C16",
    "dense:64,192,192,5,14,2",
    "dense:64,128,128,5,14,2",
    "dense:64,64,64,3,28,1",
    "dense:64,384,384,5,7,2",
    "volumes:O",
    "se3:SO(3)",
    "fields:O,8,4,16",
    "fields:O,8,2,28",
    "fields:Oh,4,2,16",
    "icosahedron:16,8,32",
    "icosahedron:32,16,8",
    "dense3:4,64,64,3,16,1",
    "dense3:2,32,32,3,28,1",
]
NAMES = {
    "construct": "construction",
    "train": "training step",
    "infer": "inference",
    "infer1": "inference, batch 1",
    "memory": "peak memory, training",
    "forward": "plain convolution, forward",
    "dx": "plain convolution, input gradient",
    "dw": "plain convolution, weight gradient",
}


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def shown(name, value):
    if name == "memory":
        return f"{value / 2**30:.2f} GiB"
    return f"{value:.3g} s" if value >= 0.1 else f"{value * 1000:.3g} ms"


def processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


program, cases = sys.argv[1], sys.argv[2:] or CASES
threads = str(os.cpu_count())
rounds = os.environ.get("SCHUR_BENCH_ROUNDS", "3")
precision = os.environ.get("SCHUR_BENCH_PRECISION", "f32")
if precision != "f32":
    # Single layers of fields are timed in f32 only.
    cases = [case for case in cases if not case.startswith(("fields", "icosahedron"))]
peer = str(Path(__file__).with_name("peer.py"))
machine = run([program, "machine:", threads, "5", precision])
print(f"{processor()}, {threads} threads, {precision}, medians of {rounds} after one warm-up")
print(f"Schur: {machine['what']}; a large matrix product: {2e-9 * machine['products']:.0f} GF/s\n")
print("| case | measurement | Schur | escnn / PyTorch | ratio |")
print("|---|---|---:|---:|---:|")
for case in cases:
    if case.startswith("se3") and "ESCNN_EXAMPLES" not in os.environ:
        print(f"| {case} | skipped: ESCNN_EXAMPLES names no folder with escnn's examples | | | |")
        continue
    if case.startswith("icosahedron") and "ICOCNN" not in os.environ:
        print(f"| {case} | skipped: ICOCNN names no folder with the package icoCNN | | | |")
        continue
    ours = run([program, case, threads, rounds, precision])
    theirs = run([sys.executable, peer, case, threads, rounds, precision])
    for name, title in NAMES.items():
        if name in ours and name in theirs:
            a, b = ours[name], theirs[name]
            times = f"{b / a:.2f}x"
            print(f"| {case} | {title} | {shown(name, a)} | {shown(name, b)} | {times} |", flush=True)
    if "parameters" in ours:
        print(f"| {case} | parameters | {ours['parameters']} | {theirs['parameters']} | |", flush=True)
