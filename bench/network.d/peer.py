"""Times of escnn on PyTorch: peer.py CASE THREADS ROUNDS [PRECISION], prints one JSON object.

The networks are those of crates/schur-nn/examples/network_times.rs.
"""
import json
import os
import resource
import statistics
import sys
import time

import torch
import torch.nn.functional as F

case, threads, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
half = sys.argv[4:] == ["bf16"]
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


def spatial(group):
    from escnn import gspaces

    return {"O": gspaces.octaOnR3, "Oh": gspaces.fullOctaOnR3}[group]()


def volumes(group):
    """Regular fields on volumes: four convolutions with norms, two blurs, a pool over the group."""
    from escnn import nn

    act = spatial(group)
    types = [nn.FieldType(act, [act.trivial_repr])]
    types += [nn.FieldType(act, width * [act.regular_repr]) for width in (2, 4, 4, 8)]
    layers = []
    for i, (features, out) in enumerate(zip(types, types[1:])):
        kernel = 5 if i == 0 else 3
        conv = nn.R3Conv(features, out, kernel_size=kernel, padding=kernel // 2, bias=False)
        layers += [conv, nn.InnerBatchNorm(out), nn.ReLU(out)]
        if i % 2 == 0:
            layers.append(nn.PointwiseAvgPoolAntialiased3D(out, sigma=0.66, stride=2))
    layers.append(nn.GroupPooling(types[-1]))
    return nn.SequentialModule(*layers), 28


def se3():
    """The network of their example se3_3Dcnn.py, by that file."""
    sys.path.insert(0, os.environ["ESCNN_EXAMPLES"])
    from se3_3Dcnn import SE3CNN

    return SE3CNN(pool="snub_cube", res_features="2_96", init="rand"), 33


class Classifier(torch.nn.Module):
    def __init__(self, body, channels, classes):
        super().__init__()
        self.body, self.head = body, torch.nn.Linear(channels, classes)

    def forward(self, x):
        y = self.body(self.body.in_type(x)).tensor
        return self.head(y.mean(dim=(2, 3, 4)) if y.dim() == 5 else y.amax(dim=(2, 3)))


def network(kind, group):
    build = {"tutorial": tutorial, "benchmark": benchmark, "volumes": volumes}
    shapes = {"volumes": (32, 2, 3), "se3": (3, 10, 3)}
    batch, classes, axes = shapes.get(kind, (64, 10, 2))
    start = time.perf_counter()
    if kind == "se3":
        net, size = se3()
    else:
        body, size = build[kind](group)
        net = Classifier(body, body.out_type.size, classes)
    seconds = time.perf_counter() - start
    images = torch.rand(batch, 1, *axes * [size])
    labels = torch.randint(0, classes, (batch,))
    optimizer = torch.optim.Adam(net.parameters(), lr=5e-5)

    def step():
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            loss = F.cross_entropy(net(images).float(), labels)
        loss.backward()
        optimizer.step()

    net.train()
    result = {"construct": seconds, "train": median(step)}
    result["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    result["parameters"] = sum(p.numel() for p in net.parameters() if p.requires_grad)
    net.eval()
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=half):
        result["infer"] = median(lambda: net(images))
        result["infer1"] = median(lambda: net(images[:1]))
    return result


def fields(group, count, batch, size):
    """A 3x3x3 convolution between regular fields on volumes."""
    from escnn import nn

    start = time.perf_counter()
    act = spatial(group)
    features = nn.FieldType(act, int(count) * [act.regular_repr])
    conv = nn.R3Conv(features, features, kernel_size=3, padding=1, bias=False)
    result = {"construct": time.perf_counter() - start}
    x = torch.rand(int(batch), features.size, *3 * [int(size)], requires_grad=True)

    def step():
        x.grad = None
        conv.zero_grad()
        conv(nn.GeometricTensor(x, features)).tensor.square().sum().backward()

    result["train"] = median(step)
    result["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    result["parameters"] = sum(p.numel() for p in conv.parameters() if p.requires_grad)
    conv.eval()
    with torch.no_grad():
        result["infer"] = median(lambda: conv(nn.GeometricTensor(x, features)))
    return result


def icosahedron(steps, count, batch):
    """The layer of an icosahedral CNN (Cohen and others 2019) as the package icoCNN has it."""
    sys.path.insert(0, os.environ["ICOCNN"])
    import icoCNN

    edges = int(steps).bit_length() - 1
    start = time.perf_counter()
    conv = icoCNN.ConvIco(edges, int(count), int(count), 6, bias=False)
    result = {"construct": time.perf_counter() - start}
    x = torch.rand(int(batch), int(count), 6, 5, 2**edges, 2 ** (edges + 1), requires_grad=True)

    def step():
        x.grad = None
        conv.zero_grad()
        conv(x).square().sum().backward()

    result["train"] = median(step)
    result["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    result["parameters"] = sum(p.numel() for p in conv.parameters() if p.requires_grad)
    with torch.no_grad():
        result["infer"] = median(lambda: conv(x))
    return result


def dense(axes, batch, inputs, outputs, kernel, size, padding):
    """Plain conv2d or conv3d, forward and both gradients, the better of the two memory formats."""
    best = {}
    convolve = F.conv2d if axes == 2 else F.conv3d
    last = torch.channels_last if axes == 2 else torch.channels_last_3d
    for layout in (torch.contiguous_format, last):
        x = torch.rand(batch, inputs, *axes * [size]).to(memory_format=layout).requires_grad_()
        w = torch.rand(outputs, inputs, *axes * [kernel]).to(memory_format=layout).requires_grad_()
        if half:
            # Ours takes f32 and gives f32, so the change of numbers is part of its time; theirs is
            # given numbers of bf16.
            x, w = (t.detach().bfloat16().requires_grad_() for t in (x, w))
        y = convolve(x, w, padding=padding)
        dy = torch.rand_like(y)
        with torch.no_grad():
            forward = median(lambda: convolve(x, w, padding=padding))

        def gradient(which):
            y = convolve(x, w, padding=padding)
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


kind, rest = case.split(":")
if kind.startswith("dense"):
    print(json.dumps(dense(3 if kind == "dense3" else 2, *map(int, rest.split(",")))))
elif kind == "fields":
    print(json.dumps(fields(*rest.split(","))))
elif kind == "icosahedron":
    print(json.dumps(icosahedron(*rest.split(","))))
else:
    print(json.dumps(network(kind, rest)))
