"""device.py [DEVICE]: layers and the tutorial network on a graphics processor against the CPU.

Prints the largest relative difference of answers and gradients in f32 (TF32 off), and seconds of a
training step and of inference in f32 and under bf16 weights. Takes about two minutes.
"""

import sys
import time

import torch
import torch.nn.functional as F
from schur import nn

device = torch.device(sys.argv[1] if len(sys.argv) > 1 else "cuda")
torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False
BATCH = 64


def wait():
    if device.type == "cuda":
        torch.cuda.synchronize()


def seconds(run, rounds=5):
    run()
    wait()
    start = time.perf_counter()
    for _ in range(rounds):
        run()
    wait()
    return (time.perf_counter() - start) / rounds


def step(network, images, labels):
    loss = F.cross_entropy(network(images), labels)
    network.zero_grad()
    loss.backward()
    return loss


print(f"{'group':6} {'answers':>9} {'gradients':>9} {'train s':>9} {'infer s':>9}")
for group in ("C8", "C16"):
    here = nn.Network.model("tutorial", group, seed=1)
    size = here.image_size
    images = torch.rand(BATCH, 1, size, size, generator=torch.Generator().manual_seed(0))
    labels = torch.arange(BATCH) % 10
    there = nn.Network.model("tutorial", group, seed=1).to(device)
    step(here, images, labels)
    far_images, far_labels = images.to(device), labels.to(device)
    step(there, far_images, far_labels)
    gradients = max(
        float((q.grad.cpu() - p.grad).norm() / (p.grad.norm() + 1e-12))
        for p, q in zip(here.parameters(), there.parameters())
    )
    here.eval(), there.eval()
    with torch.no_grad():
        expected, found = here(images), there(far_images).cpu()
    answers = float((found - expected).norm() / expected.norm())
    there.train()
    train = seconds(lambda: step(there, far_images, far_labels))
    there.eval()
    with torch.no_grad():
        infer = seconds(lambda: there(far_images))
    print(f"{group:6} {answers:9.1e} {gradients:9.1e} {train:9.4f} {infer:9.4f}")
