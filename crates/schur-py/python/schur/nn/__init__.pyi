"""Fields and layers as PyTorch modules. Written by ``stubs.py``."""

from typing import Any, Sequence

import torch

from ._composed import composed as composed
from ._field import PLACES as PLACES, Field as Field, FieldType as FieldType, Points as Points
from ._field import direct_sum as direct_sum, icosphere as icosphere, read_mesh as read_mesh
from ._layer import Kind as Kind, Layer as Layer, describe as describe
from ._network import Network as Network, Report as Report, Sequential as Sequential
from ._network import check as check, load as load, models as models, transform as transform

KINDS: dict[str, type[Kind]]

class AdaptiveMaxPool(Kind):
    """``AdaptiveMaxPool``: maxima over windows that divide the image.

    :param in_type: the type of the fields that come in, or its text.
    :param size: (``int | Sequence[int]``) The size of the result: one number for all axes, or one for each.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        size: int | Sequence[int],
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class Attention(Kind):
    """``SelfAttention`` between pixels.

    :param in_type: the type of the fields that come in, or its text.
    :param head: (``FieldType | str | int``) Queries, keys and values of one head.
    :param heads: (``int``) Number of heads.
    :param radius: (``float | None``) How far a pixel sees, by default all of the image.
    :param distances: (``int | None``) Number of distances with a learned bias each, by default 9.
    :param spacing: (``float | None``) Pixels between these, by default 1.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        head: FieldType | str | int,
        heads: int,
        radius: float | None = ...,
        distances: int | None = ...,
        spacing: float | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class BlurPool(Kind):
    """``BlurPool``: Gaussian means.

    :param in_type: the type of the fields that come in, or its text.
    :param stride: (``int``) Step in pixels.
    :param sigma: (``float``) Standard deviation in pixels, by default 0.66.
    :param padding: (``int | None``) Zeros around the image, by default those that keep the size at step 1.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        stride: int,
        sigma: float | None = ...,
        padding: int | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class Branch(Kind):
    """``Branch``: two ways that meet again. A way of no layers is the identity.

    :param in_type: the type of the fields that come in, or its text.
    :param body: (``Sequence[dict[str, Any]]``) The layers of the long way.
    :param shortcut: (``Sequence[dict[str, Any]]``) Those of the short way; may be left out.
    :param join: (``str | dict[str, Any]``) How the two meet.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        body: Sequence[dict[str, Any]],
        shortcut: Sequence[dict[str, Any]] | None = ...,
        *,
        join: str | dict[str, Any],
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class ChangeOfBasis(Kind):
    """``ChangeOfBasis``: every field as the sum of its irreps.

    :param in_type: the type of the fields that come in, or its text.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class Concatenated(Kind):
    """``Concatenated``: a function of `x` and of `-x`.

    :param in_type: the type of the fields that come in, or its text.
    :param function: (``str | dict[str, Any]``) The function.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        function: str | dict[str, Any],
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class Conv(Kind):
    """``EquivariantConv`` with a square kernel.

    :param in_type: the type of the fields that come in, or its text.
    :param fields: (``FieldType | str | int``) What comes out.
    :param kernel: (``int``) Kernel size in pixels.
    :param stride: (``int``) Steps of the kernel in pixels; may be left out.
    :param padding: (``int``) Rows and columns added on every side; may be left out.
    :param padding_mode: (``str | dict[str, Any]``) What they hold; may be left out.
    :param dilation: (``int``) Distance of neighbouring taps in pixels; may be left out.
    :param groups: (``int``) Into how many groups the blocks of input and output are cut; may be left out.
    :param kernels: (``str | dict[str, Any]``) The kernels to combine. Those of a network of the distance are ``ImplicitConv``'s; may be left out.
    :param cutoff: (``float | None``) Steerable kernels have frequencies up to so many times the radius of a ring; may be left out.
    :param order: (``int | None``) Highest order of differential operators, by default 2; at most `kernel - 1`.
    :param bias: (``bool``) Whether a constant is learned per invariant direction of a field; may be left out.
    :param gain: (``float``) Standard deviation of the output on white noise at initialisation, by default √2, as before a ReLU.
    :param initialisation: (``str | dict[str, Any]``) How the weights begin; may be left out.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        fields: FieldType | str | int,
        kernel: int,
        stride: int | None = ...,
        padding: int | None = ...,
        padding_mode: str | dict[str, Any] | None = ...,
        dilation: int | None = ...,
        groups: int | None = ...,
        kernels: str | dict[str, Any] | None = ...,
        cutoff: float | None = ...,
        order: int | None = ...,
        bias: bool | None = ...,
        gain: float | None = ...,
        initialisation: str | dict[str, Any] | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class ConvTransposed(Kind):
    """``EquivariantConvTransposed``, which makes images larger.

    :param in_type: the type of the fields that come in, or its text.
    :param conv: (``dict[str, Any]``) Kernel, stride, padding and the fields that come out.
    :param output_padding: (``int``) Rows and columns added at the end; may be left out.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        conv: dict[str, Any],
        output_padding: int | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class Dropout(Kind):
    """``FieldDropout``.

    :param in_type: the type of the fields that come in, or its text.
    :param probability: (``float``) With which a field is set to 0 while training.
    :param pointwise: (``bool``) Whether single numbers are dropped, of fields that the group permutes up to signs; may be left out.
    :param seed: what masks are drawn from; by default PyTorch's generator. Each process of
        ``torch.distributed`` has masks of its own, the first those of a single one.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        probability: float,
        pointwise: bool | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class Fourier(Kind):
    """``FourierPointwise``: a function of the values of functions on the group that fields are Fourier coefficients of.

    :param in_type: the type of the fields that come in, or its text.
    :param function: (``str | dict[str, Any]``) The function, by default ELU.
    :param subgroup: (``str | None``) Functions on the cosets of this subgroup, by default on the group.
    :param rotations: (``int | None``) Rotations at which functions on SO(2) and O(2) are sampled; on SO(3) and O(3) at least so many; may be left out.
    :param output: (``FieldType | str | int | None``) Other fields to come out, block by block as many; may be left out.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        function: str | dict[str, Any] | None = ...,
        subgroup: str | None = ...,
        rotations: int | None = ...,
        output: FieldType | str | int | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class FourierMaxPool(Kind):
    """``FourierMaxPool``: maxima of functions on the group that fields are Fourier coefficients of.

    :param in_type: the type of the fields that come in, or its text.
    :param window: (``int``) Window in pixels.
    :param stride: (``int | None``) Step in pixels, by default the window.
    :param subgroup: (``str | None``) Functions on the cosets of this subgroup, by default on the group.
    :param rotations: (``int | None``) Rotations at which functions on SO(2) and O(2) are sampled; on SO(3) and O(3) at least so many; may be left out.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        window: int,
        stride: int | None = ...,
        subgroup: str | None = ...,
        rotations: int | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class FromHarmonics(Kind):
    """``FromHarmonics``: values at the places of a sphere.

    :param in_type: the type of the fields that come in, or its text.
    :param grid: (``str | dict[str, Any]``) The kind of grid, by default `gauss_legendre`; others are `equiangular`, `healpix` and `icosahedral`.
    :param rings: (``int``) Number of rings; of `healpix` its n, which gives 12 n² places on 4 n - 1 rings, and of `icosahedral` the parts of an edge, which give 10 n² + 2 places.
    :param longitudes: (``int | None``) Places of a ring, by default twice as many as rings.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        grid: str | dict[str, Any] | None = ...,
        longitudes: int | None = ...,
        *,
        rings: int,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class Gated(Kind):
    """``Gated``: fields times functions of scalar fields that follow them.

    :param in_type: the type of the fields that come in, or its text.
    :param fields: (``FieldType | str | int | None``) The fields without their gates: what comes out. Without this entry the gates are scalars within the fields (``Gated::within``); may be left out.
    :param subgroup: (``str | None``) Fields are induced from this subgroup, and have a gate for each of its cosets; may be left out.
    :param gate_function: (``str | dict[str, Any]``) The function of the gates, by default the sigmoid.
    :param scalar_function: (``str | dict[str, Any]``) The function of scalar features, by default SiLU.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        fields: FieldType | str | int | None = ...,
        subgroup: str | None = ...,
        gate_function: str | dict[str, Any] | None = ...,
        scalar_function: str | dict[str, Any] | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class GlobalPool(Kind):
    """``GlobalPool``: over all pixels.

    :param in_type: the type of the fields that come in, or its text.
    :param kind: (``str | dict[str, Any]``) Maximum or mean; may be left out.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        kind: str | dict[str, Any] | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class GroupPool(Kind):
    """``GroupPool``: over the group.

    :param in_type: the type of the fields that come in, or its text.
    :param kind: (``str | dict[str, Any]``) Maximum or mean; may be left out.
    :param subgroup: (``str | None``) Over this subgroup only; may be left out.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        kind: str | dict[str, Any] | None = ...,
        subgroup: str | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class HarmonicPool(Kind):
    """``HarmonicPool``: coefficients of low degrees only.

    :param in_type: the type of the fields that come in, or its text.
    :param degree: (``int``) The largest degree that is kept; 0 leaves means, which are invariant.
    :param spin: (``int``) The largest frequency in the third angle that is kept, by default 0: functions on the sphere.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        degree: int,
        spin: int | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class ImplicitConv(Kind):
    """``ImplicitConv``: radial functions are small networks.

    :param in_type: the type of the fields that come in, or its text.
    :param fields: (``FieldType | str | int``) What comes out.
    :param kernel: (``int``) Kernel size in pixels.
    :param stride: (``int``) Steps of the kernel in pixels; may be left out.
    :param padding: (``int``) Rows and columns added on every side; may be left out.
    :param padding_mode: (``str | dict[str, Any]``) What they hold; may be left out.
    :param dilation: (``int``) Distance of neighbouring taps in pixels; may be left out.
    :param max_frequency: (``int | None``) The highest angular frequency, by default half the kernel, at least 2.
    :param hidden: (``Sequence[int] | None``) Widths of the hidden layers of the small network, by default one of 16.
    :param bias: (``bool``) Whether a constant is learned per invariant direction of a field; may be left out.
    :param gain: (``float``) Standard deviation of the output on white noise at initialisation, by default √2.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        fields: FieldType | str | int,
        kernel: int,
        stride: int | None = ...,
        padding: int | None = ...,
        padding_mode: str | dict[str, Any] | None = ...,
        dilation: int | None = ...,
        max_frequency: int | None = ...,
        hidden: Sequence[int] | None = ...,
        bias: bool | None = ...,
        gain: float | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class Induction(Kind):
    """``Induction`` to a group that holds the present one.

    :param in_type: the type of the fields that come in, or its text.
    :param group: (``str``) The larger group.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        group: str,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class Labelled(Kind):
    """``LabelledLayers``: a layer of its own for the fields of every label.

    :param in_type: the type of the fields that come in, or its text.
    :param labels: (``Sequence[str]``) One label per field, or one for each term of equal fields, as in `16 trivial + 16 A2`.
    :param layers: (``dict[str, dict[str, Any]]``) One layer per label.
    :param in_place: (``bool``) Whether the result of a field stands where the field was; otherwise the results of the label that comes first stand first, and so on; may be left out.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        labels: Sequence[str],
        layers: dict[str, dict[str, Any]],
        in_place: bool | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class Linear(Kind):
    """``EquivariantLinear`` at every place of any domain.

    :param in_type: the type of the fields that come in, or its text.
    :param fields: (``FieldType | str | int``) What comes out.
    :param bias: (``bool``) Whether a constant is learned per invariant direction of a field; may be left out.
    :param gain: (``float``) Standard deviation of the output on white noise at initialisation, by default √2.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        fields: FieldType | str | int,
        bias: bool | None = ...,
        gain: float | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class Mask(Kind):
    """``Mask``: a soft disc.

    :param in_type: the type of the fields that come in, or its text.
    :param margin: (``float``) Share of the radius between the disc and the border of the image, from 0 to below 1; may be left out.
    :param sigma: (``float``) Standard deviation of the rim in pixels.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        margin: float | None = ...,
        *,
        sigma: float,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class MaxOut(Kind):
    """``MaxOut``: the largest of several copies.

    :param in_type: the type of the fields that come in, or its text.
    :param over: (``int``) How many copies become one.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        over: int,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class Norm(Kind):
    """``FieldNorm``: batch norm per field, and perhaps a nonlinearity.

    :param in_type: the type of the fields that come in, or its text.
    :param activation: (``str | dict[str, Any]``) The function of every channel behind it: `identity`, `relu` or `elu`; may be left out.
    :param without_mean: (``bool``) Whether nothing is subtracted; may be left out.
    :param momentum: (``float | None``) Weight of the newest batch in the running statistics; may be left out.
    :param epsilon: (``float | None``) What is added to variances; may be left out.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        activation: str | dict[str, Any] | None = ...,
        without_mean: bool | None = ...,
        momentum: float | None = ...,
        epsilon: float | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class NormMaxPool(Kind):
    """``NormMaxPool``: the longest vector in a window.

    :param in_type: the type of the fields that come in, or its text.
    :param window: (``int``) Window in pixels.
    :param stride: (``int | None``) Step in pixels, by default the window.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        window: int,
        stride: int | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class NormNonlinearity(Kind):
    """``NormNonlinearity``: a function of the length of every field, with a bias.

    :param in_type: the type of the fields that come in, or its text.
    :param function: (``str | dict[str, Any] | None``) The function; without one lengths are squashed into [0, 1) (``NormNonlinearity::squash``); may be left out.
    :param subgroup: (``str | None``) Fields are induced from this subgroup, and have a length for each of its cosets; may be left out.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        function: str | dict[str, Any] | None = ...,
        subgroup: str | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class NormPool(Kind):
    """``NormPool``: the length of every field.

    :param in_type: the type of the fields that come in, or its text.
    :param subgroup: (``str | None``) One length per coset of this subgroup, of fields that it induces; may be left out.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        subgroup: str | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class PointConv(Kind):
    """``PointConv``, for fields on points of the plane, of space and of surfaces: in programs, since no image lies on points.

    :param in_type: the type of the fields that come in, or its text.
    :param fields: (``FieldType | str | int``) What comes out.
    :param radius: (``float``) How far a kernel reaches: the radius of the graphs.
    :param neighbours: (``int``) How many points a point sees in a typical graph, itself included; with it the variance of the weights begins.
    :param rings: (``int``) Rings of the kernels from 0 to the radius, by default 3.
    :param max_frequency: (``int | None``) The highest frequency of every ring but the centre, in space the highest degree; by default three times its radius.
    :param aggregation: (``str | dict[str, Any]``) Mean or sum over the points that a point sees; may be left out.
    :param groups: (``int``) Into how many groups the blocks of input and output are cut; may be left out.
    :param bias: (``bool``) Whether a constant is learned per invariant direction of a field; may be left out.
    :param gain: (``float``) Standard deviation of the output on white noise at initialisation, by default √2.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        fields: FieldType | str | int,
        radius: float,
        neighbours: int,
        rings: int | None = ...,
        max_frequency: int | None = ...,
        aggregation: str | dict[str, Any] | None = ...,
        groups: int | None = ...,
        bias: bool | None = ...,
        gain: float | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class PointPool(Kind):
    """``PointPool``: the mean over the points that a point sees, between levels too: in programs, since no image lies on points.

    :param in_type: the type of the fields that come in, or its text.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class Pointwise(Kind):
    """``Pointwise``: a function of every channel.

    :param in_type: the type of the fields that come in, or its text.
    :param function: (``str | dict[str, Any]``) The function.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        function: str | dict[str, Any],
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class Pool(Kind):
    """``SpatialPool``: maxima or means over windows.

    :param in_type: the type of the fields that come in, or its text.
    :param kind: (``str | dict[str, Any]``) Maximum or mean; may be left out.
    :param window: (``int``) Window in pixels.
    :param stride: (``int | None``) Step in pixels, by default the window.
    :param padding: (``int``) Pixels around the image: a maximum passes over them, means count them as zeros; may be left out.
    :param ceil: (``bool``) Whether there is one more window where the windows do not end with the image; may be left out.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        kind: str | dict[str, Any] | None = ...,
        stride: int | None = ...,
        padding: int | None = ...,
        ceil: bool | None = ...,
        *,
        window: int,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class Resize(Kind):
    """``Resize``: other numbers of pixels.

    :param in_type: the type of the fields that come in, or its text.
    :param to: (``str | dict[str, Any]``) How many, and how they are computed, such as `{ bilinear = 2 }`.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        to: str | dict[str, Any],
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class Restriction(Kind):
    """``Restriction``: from here on only a subgroup.

    :param in_type: the type of the fields that come in, or its text.
    :param group: (``str``) The subgroup.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        group: str,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class SampleNorm(Kind):
    """``SampleNorm``: norms over one sample.

    :param in_type: the type of the fields that come in, or its text.
    :param kind: (``str | dict[str, Any]``) What has common statistics.
    :param epsilon: (``float | None``) What is added to variances; may be left out.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        kind: str | dict[str, Any],
        epsilon: float | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class SortFields(Kind):
    """``SortFields``: fields that carry the same representation beside each other.

    :param in_type: the type of the fields that come in, or its text.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class SphereConv(Kind):
    """``SphereConv``: convolution of functions on the sphere or on SO(3) by kernels on rings.

    :param in_type: the type of the fields that come in, or its text.
    :param channels: (``int``) Functions that come out.
    :param pseudo_channels: (``int``) Pseudo functions of O(3) that come out beside them, by default none.
    :param degree: (``int | None``) Their largest degree, by default that of the input.
    :param spin: (``int``) Their largest frequency in the third angle, by default 0: functions on the sphere.
    :param rings: (``int``) Number of rings of the kernels, the centre included.
    :param radius: (``float | None``) Radius of the largest ring in degrees of arc, by default 180 · (rings - 1) / (degree + 1) for the degree of the input: rings at the distance of what it can tell apart.
    :param bias: (``bool``) Whether functions get a learnable constant; may be left out.
    :param gain: (``float``) Standard deviation of the output on white coefficients at initialisation; may be left out.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        channels: int,
        pseudo_channels: int | None = ...,
        degree: int | None = ...,
        spin: int | None = ...,
        radius: float | None = ...,
        bias: bool | None = ...,
        gain: float | None = ...,
        *,
        rings: int,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class SpherePointwise(Kind):
    """``SpherePointwise``: a function of the values of functions that are given by coefficients.

    :param in_type: the type of the fields that come in, or its text.
    :param function: (``str | dict[str, Any]``) The function, by default ReLU.
    :param degree: (``int | None``) The largest degree of the results, by default that of the input.
    :param spin: (``int | None``) The largest frequency of the results in the third angle, by default that of the input.
    :param oversampling: (``float``) How many times more rings, longitudes and angles than tell the functions apart are sampled, by default 1. Samples and time grow with its square, or its cube of functions on SO(3), and aliasing falls: the defect of ReLU was 0.24 at 1, 0.02 at 2 and 0.004 at 4 in one try.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        function: str | dict[str, Any] | None = ...,
        degree: int | None = ...,
        spin: int | None = ...,
        oversampling: float | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class TensorProduct(Kind):
    """``TensorProduct``: products of fields with each other.

    :param in_type: the type of the fields that come in, or its text.
    :param fields: (``FieldType | str | int``) What comes out.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        fields: FieldType | str | int,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class ToHarmonics(Kind):
    """``ToHarmonics``: harmonic coefficients of scalar fields on a sphere.

    :param in_type: the type of the fields that come in, or its text.
    :param degree: (``int``) The largest degree.
    :param any_grid: (``bool``) Whether grids are taken that are not exact for the degree; may be left out.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        degree: int,
        any_grid: bool | None = ...,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...

class VectorField(Kind):
    """``VectorField``: the largest value of a function on the group, as a vector in its direction.

    :param in_type: the type of the fields that come in, or its text.
    :param seed: what initial weights are drawn from; by default PyTorch's generator.
    :param dtype: ``torch.float32`` or ``torch.float64``; by default PyTorch's.
    """

    def __init__(
        self,
        in_type: FieldType | str,
        *,
        seed: int | None = ...,
        dtype: torch.dtype | None = ...,
    ) -> None: ...
