//! Steerable kernels of every point group, of the plane and of space, by one code.

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use schur_math::quadrature::{Quadrature, gauss_legendre};
use schur_math::{
    FiniteRepresentation, ImplicitKernelBasis, Isometry, KernelAttributes, KernelBand, KernelBasis,
    LatticeAction, LatticeKernelBasis, Matrix, OrbitKernelBasis, PointGroup, Representation,
    SpaceIsometry, SpatialGroup, SpatialRepresentation, SteerableKernelBasis, SymmetryGroup,
    SymmetryIrrep, independent, laws, oracle, sample_on_grid, tolerance,
};

use crate::support::compact::{elements, sum};
use crate::support::groups::{every_point_group, space};
use crate::support::kernels::dense;
use crate::support::table;
use crate::support::tolerance::{DENSE, NEAR, SUMS};

/// A reflection in a plane that has nothing to do with the axes.
fn slanted<I: SymmetryIrrep>(rho: &Representation<I>) -> Representation<I> {
    let dim = rho.dim();
    let normal: Vec<f64> = (0..dim).map(|i| 1.0 + (i * i % 7) as f64).collect();
    let length: f64 = normal.iter().map(|v| v * v).sum();
    let unit = |i, j| f64::from(u8::from(i == j));
    let mirror = Matrix::from_fn(dim, dim, |i, j| {
        unit(i, j) - 2.0 * normal[i] * normal[j] / length
    });
    rho.in_basis(&mirror).unwrap()
}

/// Vectors, as the harmonics of degree 1.
fn vectors<G: PointGroup>(group: &G) -> Representation<G::Irrep> {
    Representation::new(group, group.harmonics(1).unwrap(), None).unwrap()
}

/// Pairs of output and input: permutations, irreps, and sums of irreps in a slanted basis.
fn pairs<G: PointGroup>(group: &G, band: usize) -> Vec<[Representation<G::Irrep>; 2]> {
    let irreps = group.irreps(band.min(2)).unwrap();
    let all = Representation::new(group, irreps.clone(), None).unwrap();
    let single: Vec<_> = irreps.iter().map(Representation::irreducible).collect();
    let mut pairs = vec![
        [Representation::trivial(group), vectors(group)],
        [slanted(&vectors(group)), all.clone()],
        [slanted(&all), Representation::trivial(group)],
    ];
    // Every irrep with the next but one.
    for (i, out) in single.iter().enumerate() {
        pairs.push([out.clone(), single[(i + 2) % single.len()].clone()]);
    }
    if let Some(finite) = group.finite() {
        let regular = FiniteRepresentation::regular(finite);
        let regular = Representation::from_finite(group, regular).unwrap();
        pairs.push([regular.clone(), vectors(group)]);
        if finite.order() <= 24 {
            pairs.push([regular.clone(), regular]);
        }
    }
    pairs
}

/// Points at random and on the axes.
fn places<const D: usize>() -> Vec<[f64; D]> {
    let mut generator = ChaCha8Rng::seed_from_u64(5);
    let mut number = move || {
        let bits = rand_chacha::rand_core::RngCore::next_u32(&mut generator);
        4.0 * f64::from(bits) / f64::from(u32::MAX) - 2.0
    };
    let mut points: Vec<[f64; D]> = (0..3).map(|_| std::array::from_fn(|_| number())).collect();
    points.push([0.0; D]);
    points.push(std::array::from_fn(|axis| {
        f64::from(u8::from(axis == D - 1))
    }));
    points
}

/// Some elements of the group, at random and not.
fn some<G: PointGroup>(group: &G) -> Vec<G::Element> {
    let mut all = elements(group, 4);
    all.extend(group.test_elements().into_iter().take(6));
    all
}

/// A basis in which one number of one kernel is off, by more than round-off.
struct Spoiled<'a, const D: usize>(&'a dyn KernelBasis<D>);

impl<const D: usize> KernelBasis<D> for Spoiled<'_, D> {
    fn dim(&self) -> usize {
        self.0.dim()
    }

    fn shape(&self) -> (usize, usize) {
        self.0.shape()
    }

    fn sample(&self, point: [f64; D]) -> Vec<f64> {
        let mut values = self.0.sample(point);
        // Only the identity keeps this linear function.
        let factors = [1.0, 2.0, 3.0];
        let linear = point.iter().zip(factors).map(|(x, factor)| x * factor);
        values[0] += NEAR * (1.0 + linear.sum::<f64>());
        values
    }

    fn attributes(&self) -> Vec<KernelAttributes> {
        self.0.attributes()
    }
}

/// `K(g x) ρ_in(g) = ρ_out(g) K(x)`, for both bases of the same space; a basis that is off by
/// little is refused.
fn constraint<const D: usize, G: PointGroup<Element: Isometry<D>>>(group: &G, band: usize) {
    let bands = [
        KernelBand::in_space(5).unwrap(),
        KernelBand::polynomials(3).unwrap(),
    ];
    let (elements, points) = (some(group), places::<D>());
    let moves = group.finite().is_none_or(|finite| finite.order() > 1);
    for [out, input] in pairs(group, band) {
        let check = |basis: &dyn KernelBasis<D>| {
            laws::steerability_at(
                &elements,
                &points,
                basis,
                &|g| out.matrix(g).unwrap(),
                &|g| input.matrix(g).unwrap(),
                tolerance::STEERABILITY,
            )
        };
        for band in &bands {
            let basis = SteerableKernelBasis::new(&out, &input, band).unwrap();
            let by_irreps = SteerableKernelBasis::by_irreps(&out, &input, band).unwrap();
            assert_eq!(basis.dim(), by_irreps.dim(), "{out:?} <- {input:?}");
            if basis.dim() == 0 {
                continue;
            }
            for basis in [&basis, &by_irreps] {
                check(basis).unwrap_or_else(|e| panic!("{out:?} <- {input:?}: {e}"));
                assert!(check(&Spoiled(basis)).is_err() || !moves, "{out:?}");
            }
        }
        let radial = |r: f64, of: &KernelAttributes| (r - of.frequency as f64).cos();
        let implicit = ImplicitKernelBasis::new(&out, &input, 2, radial).unwrap();
        let mut others: Vec<Box<dyn KernelBasis<D>>> = vec![Box::new(implicit)];
        if group.finite().is_some() {
            let orbit = OrbitKernelBasis::new(&out, &input, &bands[0], None).unwrap();
            others.push(Box::new(orbit));
        }
        for basis in others.iter().filter(|basis| basis.dim() > 0) {
            check(&**basis).unwrap_or_else(|e| panic!("{out:?} <- {input:?}: {e}"));
            assert!(check(&Spoiled(&**basis)).is_err() || !moves, "{out:?}");
        }
    }
}
every_point_group!(constraint);

/// Angular kernels of a degree are as many as the maps of harmonics times input to output: the
/// mean of the product of three characters. They are orthonormal in the mean over the circle or
/// the sphere, so none is missing; and the two bases span one space.
fn completeness<const D: usize, G: PointGroup<Element: Isometry<D>>>(group: &G, band: usize) {
    let band_of_kernels = KernelBand::angular(2).unwrap();
    for [out, input] in pairs(group, band) {
        if out.dim() * input.dim() > 144 {
            continue;
        }
        let basis = SteerableKernelBasis::new(&out, &input, &band_of_kernels).unwrap();
        let by_irreps = SteerableKernelBasis::by_irreps(&out, &input, &band_of_kernels).unwrap();
        for degree in 0..=2 {
            let harmonics = group.harmonics(degree).unwrap();
            let harmonics = Representation::new(group, harmonics, None).unwrap();
            let product = harmonics.tensor_product(&input).unwrap();
            let attributes = basis.attributes();
            let found = attributes.iter().filter(|a| a.frequency == degree).count();
            assert_eq!(
                found,
                product.inner_product(&out).unwrap(),
                "{out:?} <- {input:?}"
            );
        }
        let points = sphere::<D>();
        let size = out.dim() * input.dim();
        let functions = |basis: &SteerableKernelBasis<D>| {
            let mut kernels = vec![Vec::new(); basis.dim()];
            for (point, weight) in &points {
                let values = basis.sample(*point);
                for (kernel, values) in kernels.iter_mut().zip(values.chunks(size)) {
                    kernel.extend(values.iter().map(|v| v * weight.sqrt()));
                }
            }
            kernels
        };
        let [all, others] = [&basis, &by_irreps].map(functions);
        for kernels in [&all, &others] {
            for (i, a) in kernels.iter().enumerate() {
                for (j, b) in kernels.iter().enumerate() {
                    let product: f64 = a.iter().zip(b).map(|(x, y)| x * y).sum();
                    let expected = f64::from(u8::from(i == j));
                    assert!((product - expected).abs() < SUMS, "{out:?} <- {input:?}");
                }
            }
        }
        if !all.is_empty() {
            let distance = oracle::span_distance(&all, &others);
            assert!(
                distance < tolerance::INDEPENDENCE,
                "{out:?} <- {input:?}: {distance}"
            );
        }
    }
}
every_point_group!(completeness);

/// A rule on the circle or the sphere that is exact for products of harmonics of degree 2.
fn sphere<const D: usize>() -> Vec<([f64; D], f64)> {
    let narrow = |point: &[f64]| std::array::from_fn(|axis| point[axis]);
    if D == 2 {
        let rule = Quadrature::circle(5).unwrap();
        let points = rule.points().iter().zip(rule.weights());
        return points.map(|(p, &w)| (narrow(p), w)).collect();
    }
    let rule = Quadrature::sphere(5).unwrap();
    let points = rule.points().iter().zip(rule.weights());
    points.map(|(p, &w)| (narrow(p), w)).collect()
}

/// An orientation that is given by rounded angles maps voxels to voxels up to these only.
fn on_the_grid<G: PointGroup>(group: &G) -> f64 {
    if group.to_string().contains("54.735610317") {
        NEAR
    } else {
        tolerance::STEERABILITY
    }
}

/// On pixels and voxels every sampled kernel commutes with the part of the group that permutes
/// them, and is one of the complete basis.
fn samples<const D: usize, G: PointGroup<Element: Isometry<D>>>(group: &G, band: usize) {
    let sizes = if D == 2 { [1, 3, 3] } else { [3, 3, 3] };
    let taps: usize = sizes.iter().product();
    let lattice = group.lattice_subgroup();
    let action = LatticeAction::new(&lattice, sizes).unwrap();
    let bands = [
        KernelBand::in_space(3).unwrap(),
        KernelBand::in_space(4).unwrap(),
        KernelBand::bessel_in_space(3).unwrap(),
        KernelBand::zernike_in_space(3).unwrap(),
    ];
    for [out, input] in pairs(group, band) {
        if out.dim() * input.dim() * taps > 300 {
            continue;
        }
        let complete = LatticeKernelBasis::new(&out, &input, sizes).unwrap();
        let complete = dense(complete.elements(), complete.shape(), taps);
        for band in &bands {
            let basis = SteerableKernelBasis::new(&out, &input, band).unwrap();
            let kernels = sample_on_grid(&basis, sizes, 1).unwrap();
            if kernels.is_empty() {
                continue;
            }
            laws::grid_steerability(
                &action,
                basis.shape(),
                &kernels,
                &|g| out.matrix(g).unwrap(),
                &|g| input.matrix(g).unwrap(),
                on_the_grid(group),
            )
            .unwrap_or_else(|e| panic!("{out:?} <- {input:?}: {e}"));
            let mut both = complete.clone();
            both.extend(dense(&kernels, basis.shape(), taps));
            let distance = oracle::span_distance(&complete, &both);
            assert!(distance < tolerance::INDEPENDENCE, "{out:?} <- {input:?}");
        }
    }
}
every_point_group!(samples);

/// In `1/4π ∫ tr(K K'ᵀ) dx dy dz`, by Gauss and Legendre along the radius and a rule on the sphere.
#[test]
fn ball_bases_are_orthonormal() {
    let group = space("D3");
    let (out, input) = (
        Representation::irreducible(&group.irrep("E1").unwrap()),
        SpatialRepresentation::regular(&group).unwrap(),
    );
    for (band, ball) in [
        (KernelBand::bessel_in_space(3).unwrap(), 2.0),
        (KernelBand::zernike_in_space(4).unwrap(), 2.0),
    ] {
        let basis = SteerableKernelBasis::new(&out, &input, &band).unwrap();
        let (nodes, weights) = gauss_legendre(30).unwrap();
        let rule = Quadrature::sphere(2 * band.max_frequency()).unwrap();
        let (dim, size) = (basis.dim(), out.dim() * input.dim());
        assert!(dim >= 20, "{dim}");
        let mut gram = vec![0.0; dim * dim];
        for (node, weight) in nodes.iter().zip(&weights) {
            let r = ball * (node + 1.0) / 2.0;
            for (point, share) in rule.points().iter().zip(rule.weights()) {
                let values = basis.sample(point.map(|x| r * x));
                let factor = r * r * weight * ball / 2.0 * share;
                for (i, a) in values.chunks(size).enumerate() {
                    for (j, b) in values.chunks(size).enumerate().take(i + 1) {
                        let product: f64 = a.iter().zip(b).map(|(x, y)| x * y).sum();
                        gram[i * dim + j] += product * factor;
                    }
                }
            }
        }
        for (i, j) in (0..dim).flat_map(|i| (0..=i).map(move |j| (i, j))) {
            let expected = f64::from(u8::from(i == j));
            let value = gram[i * dim + j];
            assert!((value - expected).abs() < SUMS, "{i} {j}: {value}");
        }
    }
}

/// A type by its name in the table: an irrep, `regular`, or `spectral(2)`, in which every degree
/// up to 2 stands as often as its dimension says.
fn fields(group: &SpatialGroup, name: &str) -> SpatialRepresentation {
    match name {
        "regular" => SpatialRepresentation::regular(group).unwrap(),
        "spectral(2)" => sum(group, &["0", "1", "1", "1", "2", "2", "2", "2", "2"]),
        _ => Representation::irreducible(&group.irrep(name).unwrap()),
    }
}

#[test]
fn kernels_are_as_many_as_those_of_escnn() {
    for row in table::rows("spatial_dimensions.csv") {
        let group = space(&row[0]);
        let (size, dim): (usize, usize) = (row[1].parse().unwrap(), row[4].parse().unwrap());
        let [input, out] = [&row[2], &row[3]].map(|name| fields(&group, name));
        let band = KernelBand::in_space(size).unwrap();
        let basis = SteerableKernelBasis::new(&out, &input, &band).unwrap();
        assert_eq!(basis.on_grid([size; 3]).unwrap().len(), dim, "{row:?}");
    }
}

#[test]
fn harmonics_of_default_bands_are_independent_on_voxels() {
    let scalar = SpatialRepresentation::trivial(&space("C1"));
    for size in 1..=8 {
        let band = KernelBand::in_space(size).unwrap();
        let basis = SteerableKernelBasis::new(&scalar, &scalar, &band).unwrap();
        let kernels = basis.on_grid([size; 3]).unwrap();
        let vanish = if size == 2 { 2 } else { 0 };
        assert_eq!(kernels.len(), band.harmonics_in_space() - vanish, "{size}");
        assert_eq!(independent(kernels.clone()), kernels, "{size}");
    }
}

/// What commutes with all rotations commutes with those of the cube.
#[test]
fn kernels_of_all_rotations_are_kernels_of_the_cube() {
    let (so3, cube) = (SpatialGroup::so3(), space("O@30,40,50"));
    let band = KernelBand::in_space(5).unwrap();
    let point = [[0.3, -1.1, 0.7], [0.9, 0.2, 1.3], [-0.4, -0.1, -0.8]];
    for (out, input) in [("1", "1"), ("2", "1"), ("0", "2"), ("3", "2"), ("4", "4")] {
        let degrees = |name: &str| name.parse().unwrap();
        let [a, b] = [out, input].map(|name| fields(&so3, name));
        let isotropic = SteerableKernelBasis::new(&a, &b, &band).unwrap();
        let [a, b] = [out, input]
            .map(|name| SpatialRepresentation::harmonics(&cube, degrees(name)).unwrap());
        let all = SteerableKernelBasis::new(&a, &b, &band).unwrap();
        let functions = |basis: &SteerableKernelBasis<3>| {
            let samples = point.map(|x| basis.sample(x));
            let size = samples[0].len() / basis.dim();
            let of = |k: usize| {
                samples
                    .iter()
                    .flat_map(move |s| &s[k * size..(k + 1) * size])
            };
            (0..basis.dim()).map(|k| of(k).copied().collect()).collect()
        };
        let all: Vec<Vec<f64>> = functions(&all);
        let isotropic: Vec<Vec<f64>> = functions(&isotropic);
        let both = [all.clone(), isotropic.clone()].concat();
        assert!(all.len() > isotropic.len() && !isotropic.is_empty());
        let distance = oracle::span_distance(&all, &both);
        assert!(
            distance < tolerance::INDEPENDENCE,
            "{out} {input} {distance}"
        );
    }
}

/// Kernels of a turned group are the turned kernels.
#[test]
fn a_turned_group_has_the_turned_kernels() {
    let turn = SpaceIsometry::from_axis_angle([1.0, -2.0, 0.5], 0.8).unwrap();
    let band = KernelBand::in_space(5).unwrap();
    for name in ["C4", "D3", "Td", "Oh", "SO(2)", "cone", "full cylinder"] {
        let group = space(name);
        let turned = group.turned_by(&turn);
        let of = |group: &SpatialGroup| {
            let irreps = group.irreps(1).unwrap();
            let rho = Representation::new(group, irreps, None).unwrap();
            SteerableKernelBasis::new(&rho, &rho, &band).unwrap()
        };
        let (upright, turned) = (of(&group), of(&turned));
        let point = [0.4, -0.9, 1.2];
        let (here, moved) = (upright.sample(point), turned.sample(turn.apply(point)));
        assert_eq!(upright.dim(), turned.dim());
        let size = here.len() / upright.dim();
        // Shell by shell, pair by pair and degree by degree the lengths agree: the bases are
        // determined up to an orthogonal change.
        let lengths = |values: &[f64]| -> Vec<f64> {
            let squares = values
                .chunks(size)
                .map(|k| k.iter().map(|v| v * v).sum::<f64>());
            let mut sums: Vec<(KernelAttributes, f64)> = Vec::new();
            for (attributes, square) in upright.attributes().into_iter().zip(squares) {
                match sums.last_mut() {
                    Some((last, sum)) if *last == attributes => *sum += square,
                    _ => sums.push((attributes, square)),
                }
            }
            sums.into_iter().map(|(_, sum)| sum).collect()
        };
        for (a, b) in lengths(&here).iter().zip(lengths(&moved)) {
            assert!((a - b).abs() < DENSE, "{name}: {a} {b}");
        }
    }
}

#[test]
fn what_is_refused_in_space() {
    let (o, oh) = (space("O"), space("Oh"));
    let [a, b] = [&o, &oh].map(SpatialRepresentation::trivial);
    let band = KernelBand::in_space(3).unwrap();
    assert!(SteerableKernelBasis::new(&a, &b, &band).is_err());
    let limited = band.with_max_offset(1);
    for basis in [
        SteerableKernelBasis::new(&a, &a, &limited),
        SteerableKernelBasis::by_irreps(&a, &a, &limited),
    ] {
        assert!(basis.unwrap_err().to_string().contains("offset"));
    }
    let basis = SteerableKernelBasis::new(&a, &a, &band).unwrap();
    assert!(basis.on_grid([0, 3, 3]).is_err() && basis.on_grid([1 << 10; 3]).is_err());
    for refused in [
        KernelBand::in_space(0),
        KernelBand::in_space(KernelBand::MAX_SIZE + 1),
        KernelBand::bessel_in_space(0),
        KernelBand::bessel_in_space(usize::MAX),
        KernelBand::zernike_in_space(KernelBand::MAX_BALL + 1),
    ] {
        assert!(refused.is_err());
    }
}
