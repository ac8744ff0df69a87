"""Groups, representations, kernels and harmonics, as numpy arrays.

All numbers are ``float64``, all representations real and orthogonal, all matrices row-major.

>>> d4 = Group("D4")
>>> [rho.name for rho in d4.irreps()]
['A1', 'A2', 'B1', 'B2', 'E1']
>>> regular = d4.representation("regular")
>>> regular.lattice_kernels(regular, (3, 3)).shape
(72, 8, 8, 3, 3)
"""

from __future__ import annotations

import os
from typing import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _native
from ._native import Element

__all__ = [
    "Element",
    "Group",
    "LinearGroup",
    "Representation",
    "circular_harmonics",
    "clebsch_gordan",
    "constraint_defect",
    "real_clebsch_gordan",
    "real_wigner_d",
    "representation_defect",
    "spherical_harmonics",
]

Array = NDArray[np.float64]


def _natural(**numbers: int) -> None:
    """Refuses counts and degrees below 0 by name."""
    for name, value in numbers.items():
        if value < 0:
            raise ValueError(f"{name}={value}; pass 0 or more")


def _indices(name: str, rows: list[list[int]]) -> list[list[int]]:
    """Refuses numbers of elements or points below 0."""
    for row in rows:
        for value in row:
            if value < 0:
                raise ValueError(f"{name} with {value}; numbers begin at 0")
    return rows


def _points(points: ArrayLike, axes: int) -> Array:
    points = np.asarray(points, dtype=np.float64)
    if points.ndim == 0 or points.shape[-1] != axes:
        raise ValueError(f"points of shape {points.shape}; pass [..., {axes}]")
    return points


#: Degrees or frequencies of the irreps of an infinite group, unless more are asked for.
BAND = 3


class Group:
    """A group: of the plane, of space, finite, or compact.

    :param name: ``C8``, ``D4``, ``SO(2)``, ``O(2)`` (of the plane), ``Oh``, ``D3d``, ``SO(3)``,
        ``cylinder`` (of space), ``S5``, ``Q8``, ``C4 x D3`` (finite), ``SU(2)``,
        ``O(3) x S3`` (compact), …
    :param family: ``planar``, ``spatial``, ``finite`` or ``compact``; by default the first of these
        that knows the name. ``S4`` is the group of space with this symbol; the permutations of four
        things are ``Group("S4", "finite")``.

    >>> Group("C4")
    Group("C4", planar, 4 elements)
    """

    def __init__(self, name: str, family: str | None = None):
        self._native = _native.Group(name, family)

    @classmethod
    def _of(cls, native: _native.Group) -> Group:
        group = cls.__new__(cls)
        group._native = native
        return group

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Group:
        """A finite group from a text file with permutations, matrices or a table."""
        with open(path, encoding="utf-8") as file:
            return cls._of(_native.Group.from_text(file.read()))

    @classmethod
    def from_table(cls, name: str, table: ArrayLike) -> Group:
        """A finite group from its table ``[order, order]``: row ``g``, column ``h`` is ``g h``."""
        return cls._of(_native.Group.from_table(name, _indices("table", np.asarray(table).tolist())))

    @classmethod
    def from_permutations(cls, name: str, generators: Sequence[Sequence[int]]) -> Group:
        """The finite group that permutations generate, each as the images of 0, 1, …"""
        rows = _indices("generators", [list(g) for g in generators])
        return cls._of(_native.Group.from_permutations(name, rows))

    @property
    def name(self) -> str:
        """The name, which makes the group again if it is of a family of names."""
        return self._native.name

    @property
    def family(self) -> str:
        """``planar``, ``spatial``, ``finite`` or ``compact``."""
        return self._native.family

    @property
    def order(self) -> int | None:
        """The number of elements; None if it is infinite."""
        return self._native.order

    @property
    def definition(self) -> str:
        """The group as texts of field types have it: its name, or all of it in braces. See
        :meth:`schur.nn.FieldType.of`."""
        definition = self._native.definition
        if definition is None:
            raise ValueError(f"{self!r} has no text: a factor has no name; use a finite group")
        return definition

    def identity(self) -> Element:
        """The identity ``e``."""
        return self._native.identity()

    def elements(self) -> list[Element]:
        """All elements of a finite group, in the order of its table; of an infinite group some, for
        tests."""
        return self._native.elements()

    def generators(self) -> list[Element]:
        """Elements that generate the group, or a dense part of it."""
        return self._native.generators()

    def random(self, count: int, seed: int = 0) -> list[Element]:
        """Elements that are uniform in the Haar measure; equal seeds give equal elements."""
        _natural(count=count, seed=seed)
        return self._native.random(count, seed)

    def compose(self, g: Element, h: Element) -> Element:
        """``g h``: as maps, ``h`` acts first."""
        return self._native.compose(g, h)

    def inverse(self, g: Element) -> Element:
        """``g⁻¹``."""
        return self._native.inverse(g)

    def distance(self, g: Element, h: Element) -> float:
        """How far apart two elements are; 0 if they are equal up to round-off."""
        return self._native.distance(g, h)

    def isometry(self, g: Element) -> Array:
        """The matrix of an element on the plane ``[2, 2]`` or on space ``[3, 3]``."""
        return self._native.isometry(g)

    def irreps(self, band: int = BAND) -> list[Representation]:
        """The irreps up to a frequency or degree; all of a finite group."""
        _natural(band=band)
        return [Representation(native) for native in self._native.irreps(band)]

    def representation(self, name: str) -> Representation:
        """A representation by its name: an irrep, ``trivial``, ``regular``, ``defining``; of the
        plane also ``quotient(C2)``, ``induced(C4, E1)``, ``spectral(3)`` and sums."""
        return Representation(self._native.representation(name))

    def __reduce__(self):
        definition = self.definition
        if definition.startswith("{"):
            return (_of_text, (definition[1:-1],))
        return (Group, (self.name, self.family))

    def __deepcopy__(self, memo) -> Group:
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Group) and self._native == other._native

    def __hash__(self) -> int:
        return hash((self.family, self.order))

    def __repr__(self) -> str:
        return repr(self._native)


def _of_text(text: str) -> Group:
    return Group._of(_native.Group.from_text(text))


class LinearGroup:
    """A group of matrices, given by generators: what acts on vectors of ``dim`` components, and on
    tensors ``T(p, q)`` of ``p`` vector and ``q`` covector modes.

    :param name: how it is called.
    :param discrete: invertible matrices ``[count, dim, dim]``.
    :param algebra: elements ``A`` of the Lie algebra ``[count, dim, dim]``: the group has all
        ``exp(t A)``.
    :raises ValueError: if a matrix is not square, not finite or, if discrete, not invertible.

    >>> LinearGroup.lorentz().maps("T(1)", "T(1)").shape
    (1, 4, 4)
    """

    def __init__(self, name: str, discrete: ArrayLike = (), algebra: ArrayLike = ()):
        if any(np.iscomplexobj(part) for part in (discrete, algebra)):
            raise ValueError("complex matrices; pass real ones: `A + i B` is [[A, -B], [B, A]] on twice the dimensions")
        parts = [np.asarray(part, dtype=np.float64) for part in (discrete, algebra)]
        for part in parts:
            if part.size and (part.ndim != 3 or part.shape[1] != part.shape[2]):
                raise ValueError(f"matrices of shape {part.shape}; pass [count, dim, dim]")
        dims = [part.shape[1] for part in parts if part.size]
        if not dims:
            raise ValueError("no generators; pass at least one matrix, the identity if need be")
        rows = [part.reshape(len(part), -1).tolist() if part.size else [] for part in parts]
        self._native = _native.LinearGroup(name, dims[0], *rows)

    @classmethod
    def _named(cls, family: str, n: int = 0) -> LinearGroup:
        group = cls.__new__(cls)
        _natural(n=n)
        group._native = _native.LinearGroup.named(family, n)
        return group

    @classmethod
    def lorentz(cls) -> LinearGroup:
        """O(1, 3), time first."""
        return cls._named("lorentz")

    @classmethod
    def proper_lorentz(cls) -> LinearGroup:
        """The component of the identity, SO⁺(1, 3)."""
        return cls._named("proper_lorentz")

    @classmethod
    def orthogonal(cls, n: int) -> LinearGroup:
        """O(n)."""
        return cls._named("orthogonal", n)

    @classmethod
    def special_orthogonal(cls, n: int) -> LinearGroup:
        """SO(n)."""
        return cls._named("special_orthogonal", n)

    @classmethod
    def unitary(cls, n: int) -> LinearGroup:
        """U(n), on ``2 n`` real dimensions."""
        return cls._named("unitary", n)

    @classmethod
    def special_unitary(cls, n: int) -> LinearGroup:
        """SU(n), on ``2 n`` real dimensions."""
        return cls._named("special_unitary", n)

    @classmethod
    def special_linear(cls, n: int) -> LinearGroup:
        """SL(n)."""
        return cls._named("special_linear", n)

    @classmethod
    def symplectic(cls, n: int) -> LinearGroup:
        """Sp(2 n), on ``2 n`` dimensions."""
        return cls._named("symplectic", n)

    @classmethod
    def symmetric(cls, n: int) -> LinearGroup:
        """S_n, permutations of ``n`` coordinates."""
        return cls._named("symmetric", n)

    @classmethod
    def cyclic(cls, n: int) -> LinearGroup:
        """C_n, cyclic shifts of ``n`` coordinates."""
        return cls._named("cyclic", n)

    @classmethod
    def rubik(cls) -> LinearGroup:
        """The turns of Rubik's cube, permutations of its 48 movable facelets."""
        return cls._named("rubik")

    @property
    def name(self) -> str:
        """The name."""
        return self._native.name

    @property
    def dim(self) -> int:
        """The dimension of the vectors."""
        return self._native.dim

    @property
    def definition(self) -> str:
        """The group as texts of field types have it."""
        return self._native.definition

    @property
    def discrete(self) -> Array:
        """The generators that are elements, ``[count, dim, dim]``."""
        return self._generators(True)

    @property
    def algebra(self) -> Array:
        """The generators of the Lie algebra, ``[count, dim, dim]``."""
        return self._generators(False)

    def _generators(self, discrete: bool) -> Array:
        found = [matrix for is_discrete, matrix in self._native.generators() if is_discrete == discrete]
        return np.array(found).reshape(len(found), self.dim, self.dim)

    def maps(self, input: str, out: str) -> Array:
        """A basis of all linear maps between two types of tensors that commute with the group,
        ``[count, out, in]``: ``"2 T(1) + T(1, 1)"`` are two vectors and a matrix, ``"T(0)"`` a scalar,
        whose maps are invariant tensors. Entries of a tensor are row-major, vector modes first."""
        return self._native.maps(input, out)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LinearGroup) and self._native == other._native

    def __hash__(self) -> int:
        return hash((self.name, self.dim))

    def __reduce__(self):
        return (LinearGroup, (self.name, self.discrete, self.algebra))

    def __repr__(self) -> str:
        return f"LinearGroup({self.name}, {self.dim} dimensions)"


class Representation:
    """A representation ``ρ(g) = Q (⊕ irreps)(g) Qᵀ``, real and orthogonal. Made by
    :meth:`Group.representation`, :meth:`Group.irreps`, and of others by ``+``, ``@`` and powers.

    >>> e1 = Group("D3").representation("E")
    >>> (e1 @ e1).irreps
    ['A1', 'A2', 'E1']
    """

    def __init__(self, native: _native.Representation):
        self._native = native

    @property
    def name(self) -> str:
        """The name."""
        return self._native.name

    @property
    def group(self) -> Group:
        """The group."""
        return Group._of(self._native.group)

    @property
    def dim(self) -> int:
        """The dimension."""
        return self._native.dim

    @property
    def irreps(self) -> list[str]:
        """The irreps that it is a sum of, in the order of :attr:`change_of_basis`."""
        return self._native.irreps()

    @property
    def multiplicities(self) -> dict[str, int]:
        """How often it contains each irrep."""
        found: dict[str, int] = {}
        for irrep in self.irreps:
            found[irrep] = found.get(irrep, 0) + 1
        return found

    @property
    def change_of_basis(self) -> Array:
        """``Q``, ``[dim, dim]``, orthogonal."""
        return self._native.change_of_basis()

    @property
    def endomorphism_type(self) -> str | None:
        """What commutes with an irrep: ``real``, ``complex`` or ``quaternionic`` numbers; None if it
        is no irrep."""
        return self._native.endomorphism_type()

    @property
    def is_permutation(self) -> bool:
        """Whether every element permutes the components."""
        return self._native.is_permutation

    @property
    def invariants(self) -> Array:
        """An orthonormal basis of the invariant vectors, ``[count, dim]``."""
        return self._native.invariants()

    def matrix(self, g: Element) -> Array:
        """``ρ(g)``, ``[dim, dim]``."""
        return self._native.matrix(g)

    __call__ = matrix

    def character(self, g: Element) -> float:
        """``tr ρ(g)``."""
        return self._native.character(g)

    def symmetric_power(self, k: int) -> Representation:
        """The ``k``-th symmetric power."""
        _natural(k=k)
        return Representation(self._native.power(k, False))

    def antisymmetric_power(self, k: int) -> Representation:
        """The ``k``-th antisymmetric power."""
        _natural(k=k)
        return Representation(self._native.power(k, True))

    def is_isomorphic_to(self, other: Representation) -> bool:
        """Whether an invertible matrix turns one into the other."""
        return self._native.is_isomorphic_to(other._native)

    def maps_to(self, out: Representation) -> Array:
        """A basis of all ``M`` with ``M ρ(g) = σ(g) M``, ``[count, out.dim, dim]``, orthonormal in
        ``tr Mᵀ N``."""
        return self._native.maps_to(out._native)

    def lattice_kernels(self, out: Representation, sizes: Sequence[int]) -> Array:
        """A basis of all kernels on pixels or voxels with ``K(g t) = σ(g) K(t) ρ(g)⁻¹``, for the
        elements that permute these: ``[count, out.dim, dim, *sizes]`` with sizes ``(height, width)``
        or ``(depth, height, width)``. They are orthogonal, each of length ``√n`` for ``n`` such elements."""
        sizes = tuple(sizes)
        if len(sizes) not in (2, 3):
            raise ValueError(f"sizes {sizes}; pass (height, width) or (depth, height, width)")
        _natural(**{f"sizes[{axis}]": size for axis, size in enumerate(sizes)})
        lattice = (1,) * (3 - len(sizes)) + sizes
        kernels = self._native.lattice_kernels(out._native, lattice)
        return kernels.reshape(len(kernels), out.dim, self.dim, *sizes)

    def steerable_kernels(
        self, out: Representation, size: int, max_frequency: int | None = None
    ) -> Array:
        """Steerable kernels of the plane ``profile(r) (cos μφ C + sin μφ S)`` with
        ``K(g x) = σ(g) K(x) ρ(g)⁻¹`` for all elements, sampled on ``size x size`` pixels:
        ``[count, out.dim, dim, size, size]``, each of length 1."""
        _natural(size=size, max_frequency=max_frequency or 0)
        kernels = _native.steerable_kernels(self._native, out._native, size, max_frequency)
        return kernels.reshape(len(kernels), out.dim, self.dim, size, size)

    def __add__(self, other: Representation) -> Representation:
        """The direct sum."""
        if not isinstance(other, Representation):
            return NotImplemented
        return Representation(self._native.direct_sum(other._native))

    def __matmul__(self, other: Representation) -> Representation:
        """The tensor product; component ``(i, j)`` is ``i · other.dim + j``."""
        if not isinstance(other, Representation):
            return NotImplemented
        return Representation(self._native.tensor_product(other._native))

    def __reduce__(self):
        try:
            again = self.group.representation(self.name)
        except ValueError:
            again = None
        if again != self:
            raise TypeError(
                f"{self!r} has no name that makes it again; pickle its group and what made it"
            )
        return (_of_name, (self.group, self.name))

    def __deepcopy__(self, memo) -> Representation:
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Representation) and self._native == other._native

    def __hash__(self) -> int:
        return hash((self.dim, self.group))

    def __repr__(self) -> str:
        return repr(self._native)


def _of_name(group: Group, name: str) -> Representation:
    return group.representation(name)


def clebsch_gordan(a: Representation, b: Representation) -> list[tuple[str, Array]]:
    """The irreps ``c`` in the product of two irreps, each with an isometry ``T`` of shape
    ``[a.dim · b.dim, dim c]``: ``(a ⊗ b)(g) T = T c(g)``."""
    return _native.clebsch_gordan(a._native, b._native)


def real_clebsch_gordan(l1: int, l2: int, l: int) -> Array:  # noqa: E741
    """The coupling ``C`` of real spherical harmonics, ``[2 l + 1, 2 l1 + 1, 2 l2 + 1]``:
    ``C (D^{l1}(R) ⊗ D^{l2}(R)) = D^l(R) C``."""
    _natural(l1=l1, l2=l2, l=l)
    return _native.real_clebsch_gordan(l1, l2, l)


def real_wigner_d(degree: int, quaternion: Sequence[float]) -> Array:
    """``D(R)`` with ``Y(R x) = D(R) Y(x)`` for real harmonics of a degree and the rotation of a
    quaternion ``(w, x, y, z)``: ``[2 degree + 1, 2 degree + 1]``."""
    _natural(degree=degree)
    w, x, y, z = map(float, quaternion)
    return _native.real_wigner_d(degree, [w, x, y, z])


def spherical_harmonics(degree: int, points: ArrayLike) -> Array:
    """Real spherical harmonics ``Y_lm``, orthonormal on the sphere, up to a degree in the directions
    of points ``[..., 3]``: ``[..., (degree + 1)²]``, ``m = -l … l`` at index ``l² + l + m``."""
    points = _points(points, 3)
    _natural(degree=degree)
    values = _native.spherical_harmonics(degree, np.ascontiguousarray(points.reshape(-1, 3)))
    return values.reshape(*points.shape[:-1], (degree + 1) ** 2)


def circular_harmonics(frequency: int, points: ArrayLike) -> Array:
    """Circular harmonics up to a frequency in the directions of points ``[..., 2]``:
    ``[..., 2 frequency + 1]``."""
    points = _points(points, 2)
    _natural(frequency=frequency)
    values = _native.circular_harmonics(frequency, np.ascontiguousarray(points.reshape(-1, 2)))
    return values.reshape(*points.shape[:-1], 2 * frequency + 1)


def representation_defect(rho: Representation, elements: Sequence[Element] | None = None) -> float:
    """The largest entry of ``ρ(g h) - ρ(g) ρ(h)`` and of ``ρ(g) ρ(g)ᵀ - 1`` over pairs of elements,
    by default those of :meth:`Group.elements`."""
    group = rho.group
    elements = group.elements() if elements is None else list(elements)
    one, worst = np.eye(rho.dim), 0.0
    matrices = [rho(g) for g in elements]
    for g, a in zip(elements, matrices):
        worst = max(worst, float(np.abs(a @ a.T - one).max()))
        for h, b in zip(elements, matrices):
            worst = max(worst, float(np.abs(rho(group.compose(g, h)) - a @ b).max()))
    return worst


def constraint_defect(
    maps: ArrayLike,
    input: Representation,
    out: Representation,
    elements: Sequence[Element] | None = None,
) -> float:
    """The largest entry of ``M ρ(g) - σ(g) M`` over maps ``[count, out.dim, input.dim]``."""
    maps = np.asarray(maps)
    elements = input.group.elements() if elements is None else elements
    defects = [np.abs(maps @ input(g) - out(g) @ maps).max(initial=0.0) for g in elements]
    return float(max(defects))
