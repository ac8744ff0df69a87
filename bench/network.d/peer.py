"""Times of escnn on PyTorch: peer.py CASE THREADS ROUNDS, prints one JSON object.

The networks are those of crates/schur-nn/examples/network_times.rs.
"""
import json
import resource
import statistics
import sys
import time

import torch
import torch.nn.functional as F

case, threads, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.manual_seed(0)


def median(run):
    run()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def space(group):
    from escnn import gspaces

    order = int(group[1:])
    if group == "C1":
        return gspaces.trivialOnR2()
    if group.startswith("D"):
        return gspaces.flipRot2dOnR2(N=order)
    return gspaces.rot2dOnR2(N=order)


def tutorial(group):
    """Recipe C: widths, kernels and pools of escnn's tutorial on rotated MNIST."""
    from escnn import nn

    act = space(group)
    layers = []
    features = nn.FieldType(act, [act.trivial_repr])
    layers.append(nn.MaskModule(features, 29, margin=1))
    widths = [24, 48, 48, 96, 96, 64]
    for i, (width, kernel, padding) in enumerate(zip(widths, [7, 5, 5, 5, 5, 5], [1, 2, 2, 2, 2, 1])):
        out = nn.FieldType(act, width * [act.regular_repr])
        layers.append(nn.R2Conv(features, out, kernel_size=kernel, padding=padding, bias=False))
        layers.append(nn.InnerBatchNorm(out))
        layers.append(nn.ReLU(out, inplace=True))
        if i in (1, 3):
            layers.append(nn.PointwiseAvgPoolAntialiased(out, sigma=0.66, stride=2))
        if i == 5:
            layers.append(nn.PointwiseAvgPoolAntialiased(out, sigma=0.66, stride=1, padding=0))
        features = out
    layers.append(nn.GroupPooling(features))
    return nn.SequentialModule(*layers), 29


def benchmark(group):
    """Recipe A: the convolutions of the benchmark network."""
    from escnn import nn

    act = space(group)
    order = act.fibergroup.order()
    scale = (order / 16) ** 0.5
    widths = [16] + [round(c / scale) for c in (24, 32, 32, 48)] + [64]
    layers = []
    features = nn.FieldType(act, [act.trivial_repr])
    for i, (width, kernel, padding) in enumerate(zip(widths, [7, 5, 5, 5, 5, 5], [1, 2, 2, 2, 2, 0])):
        out = nn.FieldType(act, width * [act.regular_repr])
        layers.append(nn.R2Conv(features, out, kernel_size=kernel, padding=padding, bias=False))
        layers.append(nn.InnerBatchNorm(out))
        layers.append(nn.ELU(out, inplace=True))
        if i in (1, 3):
            layers.append(nn.PointwiseMaxPool(out, kernel_size=2))
        features = out
    layers.append(nn.GroupPooling(features))
    return nn.SequentialModule(*layers), 28


class Classifier(torch.nn.Module):
    def __init__(self, body, channels):
        super().__init__()
        self.body, self.head = body, torch.nn.Linear(channels, 10)

    def forward(self, x):
        y = self.body(self.body.in_type(x)).tensor
        return self.head(y.amax(dim=(2, 3)))


def network(kind, group):
    build = {"tutorial": tutorial, "benchmark": benchmark}[kind]
    start = time.perf_counter()
    body, size = build(group)
    net = Classifier(body, body.out_type.size)
    seconds = time.perf_counter() - start
    images = torch.rand(64, 1, size, size)
    labels = torch.randint(0, 10, (64,))
    optimizer = torch.optim.Adam(net.parameters(), lr=5e-5)

    def step():
        optimizer.zero_grad()
        F.cross_entropy(net(images), labels).backward()
        optimizer.step()

    net.train()
    result = {"construct": seconds, "train64": median(step)}
    result["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    result["parameters"] = sum(p.numel() for p in net.parameters() if p.requires_grad)
    net.eval()
    with torch.no_grad():
        result["infer64"] = median(lambda: net(images))
        result["infer1"] = median(lambda: net(images[:1]))
    return result


def dense(batch, inputs, outputs, kernel, size, padding):
    """Plain conv2d, forward and both gradients, the better of the two memory formats."""
    best = {}
    for layout in (torch.contiguous_format, torch.channels_last):
        x = torch.rand(batch, inputs, size, size).to(memory_format=layout).requires_grad_()
        w = torch.rand(outputs, inputs, kernel, kernel).to(memory_format=layout).requires_grad_()
        y = F.conv2d(x, w, padding=padding)
        dy = torch.rand_like(y)
        with torch.no_grad():
            forward = median(lambda: F.conv2d(x, w, padding=padding))

        def gradient(which):
            y = F.conv2d(x, w, padding=padding)
            start = time.perf_counter()
            torch.autograd.grad(y, which, dy)
            return time.perf_counter() - start

        for which in (x, w):
            gradient(which)
        dx = statistics.median(gradient(x) for _ in range(rounds))
        dw = statistics.median(gradient(w) for _ in range(rounds))
        for name, seconds in (("forward", forward), ("dx", dx), ("dw", dw)):
            best[name] = min(seconds, best.get(name, seconds))
    return best


if case.startswith("dense:"):
    print(json.dumps(dense(*map(int, case[6:].split(",")))))
else:
    print(json.dumps(network(*case.split(":"))))
