"""The layers of the library as operators of PyTorch.

One operator applies any layer, and one gives its gradients. A layer is named by its description and
the type of its input, so that what PyTorch records, exports and caches means the same in every
process; all numbers are passed in.
"""

from __future__ import annotations

import functools
import os
import threading
from typing import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.utils._python_dispatch import _disable_current_modes

from .. import _native
from ._field import native_type


#: Held while a layer is made: locks of Rust that are taken then would stay so in a child that another
#: thread forks meanwhile, so a fork waits.
_making = threading.RLock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_making.acquire, after_in_parent=_making.release, after_in_child=_making.release
    )

#: Layers by description, type, seed and precision, the oldest first.
_kept: dict[tuple[str, str, int, bool], _native.Layer] = {}
#: More descriptions than a program has at a time.
_MOST = 1024


def native_layer(config: str, fields: str, seed: int, half: bool = False) -> _native.Layer:
    """The layer of a description, as the library has it; ``half`` for products of bfloat16.

    Numbers are passed in with every call, so all layers of one description are one."""
    seed = seed_of_calls(config, seed)
    key = (config, fields, seed, half)
    return _kept.get(key) or _keep(key, _made(*key))


def new_layer(config: str, fields: str, seed: int) -> _native.Layer:
    """A layer with numbers of its own, which are drawn from the seed."""
    layer = _made(config, fields, seed, False)
    _keep((config, fields, seed_of_calls(config, seed), False), layer)
    return layer


def _made(config: str, fields: str, seed: int, half: bool) -> _native.Layer:
    with _making:
        return _native.Layer(config, native_type(fields), seed, half)


def seed_of_calls(config: str, seed: int) -> int:
    """What of a seed matters behind the beginning: that of dropout masks."""
    return seed if '"dropout"' in config else 0


def _keep(key, layer: _native.Layer) -> _native.Layer:
    for oldest in list(_kept)[: max(0, len(_kept) + 1 - _MOST)]:
        _kept.pop(oldest, None)
    return _kept.setdefault(key, layer)


def _array(tensor: Tensor):
    # `.numpy()` would forbid the tensor to be resized, for good.
    return np.from_dlpack(tensor.detach().contiguous())


def _places(kind: str, points: Sequence[Tensor]):
    return (kind, [_array(part) for part in points]) if kind else None


def constant(function):
    """A function whose results are kept, and are constants where PyTorch traces."""
    kept = functools.lru_cache(maxsize=None)(function)

    @functools.wraps(function)
    def run(*args):
        # Tensors with numbers, also where PyTorch traces or transforms what is made.
        # And no gradients are switched off: exported programs would hold that as a block, without a value.
        with _disable_current_modes(), torch._C._DisableFuncTorch():
            return kept(*args)

    return torch.compiler.assume_constant_result(run)


@constant
def output_places(
    config: str,
    fields: str,
    seed: int,
    sizes: tuple[int, ...],
    kind: str | None,
    targets: int | None = None,
) -> tuple[list[int], str | None]:
    """The sizes between batch and channels behind a layer, and the word for the places there."""
    return native_layer(config, fields, seed).output_places(list(sizes), kind, targets)


@torch.library.custom_op("schur::layer", mutates_args=(), device_types="cpu")
def layer(
    x: Tensor,
    learned: Sequence[Tensor],
    statistics: Sequence[Tensor],
    points: Sequence[Tensor],
    config: str,
    fields: str,
    seed: int,
    training: bool,
    half: bool = False,
    places: str = "",
) -> list[Tensor]:
    """The result of a layer on ``[batch, ..., channels]`` in memory order; in training the
    statistics as they are afterwards follow. ``places`` is the word for these, empty on grids."""
    y, after = native_layer(config, fields, seed, half).forward(
        _array(x),
        [_array(t) for t in (*learned, *statistics)],
        training,
        torch.get_num_threads(),
        _places(places, points),
    )
    return [torch.from_numpy(y), *(torch.from_numpy(t) for t in after)]


@layer.register_fake
def _(x, learned, statistics, points, config, fields, seed, training, half=False, places=""):
    targets = len(points[-1]) if len(points) in (3, 5) else None
    sizes = tuple(int(n) for n in x.shape[1:-1])
    sizes, _ = output_places(config, fields, seed, sizes, places or None, targets)
    y = x.new_empty((x.shape[0], *sizes, native_layer(config, fields, seed).output_type.channels))
    return [y, *(torch.empty_like(t) for t in statistics if training)]


@torch.library.custom_op("schur::layer_vjp", mutates_args=(), device_types="cpu")
def layer_vjp(
    x: Tensor,
    dy: Tensor,
    learned: Sequence[Tensor],
    statistics: Sequence[Tensor],
    points: Sequence[Tensor],
    config: str,
    fields: str,
    seed: int,
    training: bool,
    half: bool,
    places: str,
    of_input: bool,
    of_learned: bool,
) -> list[Tensor]:
    """The gradients of ``<dy, layer(x)>`` in ``x`` and in the learned numbers, each if asked for;
    otherwise the first is empty, and the others are left out."""
    dx, gradients = native_layer(config, fields, seed, half).vjp(
        _array(x),
        [_array(t) for t in (*learned, *statistics)],
        _array(dy),
        training,
        (of_input, of_learned),
        torch.get_num_threads(),
        _places(places, points),
    )
    gradients = gradients if of_learned else []
    return [torch.from_numpy(dx), *(torch.from_numpy(t) for t in gradients)]


@layer_vjp.register_fake
def _(
    x,
    dy,
    learned,
    statistics,
    points,
    config,
    fields,
    seed,
    training,
    half,
    places,
    of_input,
    of_learned,
):
    def like(tensor):
        return torch.empty_like(tensor, memory_format=torch.contiguous_format)

    dx = like(x) if of_input else x.new_empty(0)
    return [dx, *(like(t) for t in learned if of_learned)]


def _setup_context(ctx, inputs, output):
    x, learned, statistics, points, *rest = inputs
    ctx.counts = (len(learned), len(statistics))
    ctx.rest = rest
    ctx.save_for_backward(x, *learned, *statistics, *points)


def _backward(ctx, grads):
    x, *tensors = ctx.saved_tensors
    n, s = ctx.counts
    learned, statistics, points = tensors[:n], tensors[n : n + s], tensors[n + s :]
    of_input = ctx.needs_input_grad[0]
    of_learned = any(_flat(ctx.needs_input_grad[1]))
    dx, *gradients = layer_vjp(
        x, grads[0], learned, statistics, points, *ctx.rest, of_input, of_learned
    )
    return (
        dx if of_input else None,
        gradients if of_learned else [None] * n,
        [None] * s,
        [None] * len(points),
        *[None] * len(ctx.rest),
    )


def _flat(flags) -> list[bool]:
    return list(flags) if isinstance(flags, (list, tuple)) else [flags]


layer.register_autograd(_backward, setup_context=_setup_context)
