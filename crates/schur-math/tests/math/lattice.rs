//! Lattices of up to three dimensions: actions of point groups, and complete kernel bases.

use schur_math::{
    FiniteRepresentation, Group, LatticeAction, LatticeKernelBasis, MathError, Parity, PlanarGroup,
    PointGroup, Representation, SpaceIsometry, SpatialGroup, SpatialIrrep, SymmetryGroup, irrep,
    irreps, laws, oracle, tolerance, transform_feature_map, transform_filter,
};

use crate::support::groups::{every_point_group, plane, space};
use crate::support::kernels::dense;
use crate::support::table;
use crate::support::tolerance::DENSE;

/// The part of a group that permutes the lattice acts on cubes, whatever their size, by the
/// matrices of its elements; the group's own elements are refused if they do not.
fn action_laws<G: PointGroup>(group: &G, _: usize) {
    let lattice = group.lattice_subgroup();
    for size in 1..=4 {
        let action = LatticeAction::new(&lattice, [size; 3]).unwrap();
        // The constructor checks the laws of actions.
        let finite = action.finite_action().unwrap();
        for (g, element) in finite.group().elements().zip(lattice.elements().unwrap()) {
            let source = action.source(&element).unwrap();
            for (src, &dest) in finite.images(g).iter().enumerate() {
                assert_eq!(source[dest], src);
            }
        }
        // The mean number of fixed points is the number of orbits.
        let fixed = |g| {
            finite
                .images(g)
                .iter()
                .enumerate()
                .filter(|(x, image)| x == *image)
                .count()
        };
        let total: usize = finite.group().elements().map(fixed).sum();
        assert_eq!(total, finite.orbits().len() * finite.group().order());
    }
    let whole = LatticeAction::new(group, [2, 2, 2]).unwrap();
    for g in group.test_elements() {
        assert_eq!(whole.source(&g).is_ok(), lattice.contains(&g), "{g:?}");
    }
}
every_point_group!(action_laws);

/// Kernels between the regular and other representations satisfy the constraint, and are as many
/// as the mean of the characters says.
fn kernel_laws<G: PointGroup>(group: &G, _: usize) {
    let lattice = group.lattice_subgroup();
    let finite = lattice.finite().unwrap();
    let elements = lattice.elements().unwrap();
    let sizes = if lattice.dimension() == 2 {
        [2, 3, 3]
    } else {
        [3, 3, 3]
    };
    let action = LatticeAction::new(&lattice, sizes).unwrap();
    let points = action.finite_action().unwrap();
    let all = irreps(finite);
    let mut fibres = vec![FiniteRepresentation::regular(finite)];
    fibres.extend(all.iter().map(|irrep| irrep.representation().clone()));
    for out in &fibres {
        for input in &fibres {
            if out.dim() * input.dim() > 600 {
                continue;
            }
            let basis = LatticeKernelBasis::between(out, input, &action).unwrap();
            let matrix = |rho: &FiniteRepresentation| {
                let rho = rho.clone();
                let group = lattice.clone();
                move |g: &G::Element| rho.matrix(group.finite_index(g).unwrap())
            };
            if basis.dim() > 0 {
                laws::grid_steerability(
                    &action,
                    basis.shape(),
                    basis.elements(),
                    &matrix(out),
                    &matrix(input),
                    DENSE,
                )
                .unwrap();
            }
            let fixed = |g| {
                points
                    .images(g)
                    .iter()
                    .enumerate()
                    .filter(|(x, image)| x == *image)
                    .count()
            };
            let terms = finite
                .elements()
                .map(|g| fixed(g) as f64 * out.character(g) * input.character(g));
            let mean = terms.sum::<f64>() / elements.len() as f64;
            assert!(
                (mean - basis.dim() as f64).abs() < DENSE,
                "{out:?} <- {input:?}: {mean}"
            );
        }
    }
}
every_point_group!(kernel_laws);

/// The representation of a name in the table: an irrep, `regular`, or the harmonics of a degree.
fn fibre(group: &SpatialGroup, name: &str) -> FiniteRepresentation {
    let finite = group.finite().unwrap();
    match (name, name.strip_prefix("l=")) {
        ("regular", _) => FiniteRepresentation::regular(finite),
        (_, Some(degree)) => {
            let degree = degree.parse().unwrap();
            let irrep = SpatialIrrep::o3(degree, Parity::of_degree(degree)).unwrap();
            let rho = Representation::irreducible(&irrep);
            rho.restricted_to_finite(group.finite_subgroup().unwrap())
                .unwrap()
        }
        _ => irrep(finite, name).unwrap().representation().clone(),
    }
}

#[test]
fn published_dimensions_of_volumes() {
    let mut looked = 0;
    for row in table::rows("lattice_volumes.csv") {
        let [group, size, input, out, dim] = &row[..] else {
            panic!("{row:?}");
        };
        let (size, dim): (usize, usize) = (size.parse().unwrap(), dim.parse().unwrap());
        let group = space(group);
        let (out, input) = (fibre(&group, out), fibre(&group, input));
        // Dense bases of hundreds of taps take minutes, and tell nothing new.
        if size > 3 && !(out.is_monomial() && input.is_monomial()) || size > 5 {
            continue;
        }
        let action = LatticeAction::new(&group, [size; 3]).unwrap();
        let basis = LatticeKernelBasis::between(&out, &input, &action).unwrap();
        assert_eq!(basis.dim(), dim, "{row:?}");
        looked += 1;
    }
    assert!(looked > 185, "{looked}");
}

#[test]
fn bases_of_volumes_are_those_of_the_null_space() -> Result<(), MathError> {
    for (name, sizes) in [
        ("C4h", [2, 3, 3]),
        ("S4", [2, 2, 2]),
        ("C3@45,54.735610317,0", [3, 3, 3]),
        ("D2d", [1, 2, 2]),
        ("Th", [2, 2, 2]),
        ("O", [2, 2, 2]),
        ("C2v", [3, 1, 2]),
    ] {
        let group = space(name);
        let finite = group.finite().unwrap();
        let vector = fibre(&group, "l=1");
        let scalar = FiniteRepresentation::trivial(finite);
        let action = LatticeAction::new(&group, sizes)?;
        for (out, input) in [(&vector, &vector), (&scalar, &vector), (&vector, &scalar)] {
            let fast = LatticeKernelBasis::between(out, input, &action)?;
            let slow = oracle::kernel_space(&group, out, input, sizes)?;
            assert_eq!(fast.dim(), slow.len(), "{name}");
            let fast = dense(fast.elements(), fast.shape(), action.points());
            let distance = oracle::span_distance(&fast, &slow);
            assert!(distance < tolerance::NULL_SPACE_PIVOT, "{name}: {distance}");
        }
    }
    Ok(())
}

#[test]
fn the_axes_of_a_volume() -> Result<(), MathError> {
    // Slices along z, rows against y, columns along x: point (0, 0, 0) of 2 x 2 x 2 is
    // (-1/2, 1/2, -1/2), the right, upper, rear corner is number 5.
    let about = |axis, angle: f64| SpaceIsometry::from_axis_angle(axis, angle.to_radians());
    let volume = LatticeAction::new(&SpatialGroup::o3(), [2, 2, 2])?;
    let images = |g: &SpaceIsometry| volume.images(g);
    // x to y: the lower right corner goes to the upper right one, in both slices.
    let turn = images(&about([0.0, 0.0, 1.0], 90.0)?)?;
    assert_eq!((turn[3], turn[7]), (1, 5));
    // z to x: the front goes to the left... (x, y, z) -> (z, y, -x).
    let turn = images(&about([0.0, 1.0, 0.0], 90.0)?)?;
    assert_eq!((turn[0], turn[1]), (4, 0));
    // y to z: (x, y, z) -> (x, -z, y).
    let turn = images(&about([1.0, 0.0, 0.0], 90.0)?)?;
    assert_eq!((turn[0], turn[2]), (4, 0));
    // A slice of depth 1 is an image: groups of the plane do what C_nv does.
    let (flat, upright) = (plane("D4"), space("C4v"));
    let image = LatticeAction::new(&flat, [1, 3, 3])?;
    let slice = LatticeAction::new(&upright, [1, 3, 3])?;
    assert_eq!(image.finite_action()?, slice.finite_action()?);
    Ok(())
}

#[test]
fn fields_and_filters_in_volumes() -> Result<(), MathError> {
    // An arrow field f(x) = x is left alone by everything.
    let cube = space("Oh");
    let finite = cube.finite().unwrap();
    let action = LatticeAction::new(&cube, [3, 3, 3])?;
    let matrices = cube
        .elements()
        .unwrap()
        .iter()
        .map(|g| cube.isometry(g))
        .collect::<Vec<_>>();
    let vectors = FiniteRepresentation::from_matrices(finite, "vectors", &matrices)?;
    let at = |k: usize| {
        [
            (k % 3) as f64 - 1.0,
            1.0 - (k / 3 % 3) as f64,
            (k / 9) as f64 - 1.0,
        ]
    };
    let arrows: Vec<f64> = (0..3)
        .flat_map(|c| (0..27).map(move |k| at(k)[c]))
        .collect();
    for g in finite.elements() {
        assert_eq!(
            transform_feature_map(&vectors, &action, g, &arrows)?,
            arrows
        );
    }
    // Filters are copied.
    let letters: Vec<char> = ('a'..='h').collect();
    let moved = transform_filter(&cube, &SpaceIsometry::INVERSION, &letters, [2, 2, 2])?;
    assert_eq!(moved.iter().collect::<String>(), "hgfedcba");
    Ok(())
}

#[test]
fn sizes_that_do_not_fit_are_refused() {
    let cube = space("O");
    let wide = LatticeAction::new(&cube, [2, 3, 3]).unwrap();
    let quarter = |axis| SpaceIsometry::from_axis_angle(axis, std::f64::consts::FRAC_PI_2).unwrap();
    assert!(wide.source(&quarter([0.0, 0.0, 1.0])).is_ok());
    let error = wide.source(&quarter([1.0, 0.0, 0.0])).unwrap_err();
    assert!(
        error.to_string().contains("2 slices, 3 rows and 3 columns"),
        "{error}"
    );
    assert!(matches!(error, MathError::NotSquare { .. }));
    assert_eq!(wide.elements().len(), 8);
    for sizes in [
        [0, 1, 1],
        [1, 1 << 20, 1 << 20],
        [usize::MAX, usize::MAX, 2],
    ] {
        let error = LatticeAction::new(&cube, sizes).unwrap_err();
        assert!(matches!(error, MathError::GridSize { .. }), "{error}");
    }
    let infinite = LatticeAction::new(&PlanarGroup::so2(), [1, 3, 3]).unwrap();
    assert!(matches!(
        infinite.finite_action(),
        Err(MathError::InfiniteGroup { .. })
    ));
    let other = FiniteRepresentation::trivial(&Group::cyclic(2).unwrap());
    let taps = LatticeAction::new(&cube, [3; 3]).unwrap();
    assert!(LatticeKernelBasis::between(&other, &other, &taps).is_err());
}

/// The restriction to the lattice is found once; under another name a representation has it anew.
#[test]
fn restrictions_to_the_lattice_are_remembered() {
    let rotations = SpatialGroup::so3();
    let vectors = Representation::irreducible(&rotations.irrep("1").unwrap());
    let (found, again) = (vectors.on_lattice(), vectors.on_lattice());
    assert!(found == again && found.name() == "restricted(SO(3), 1)");
    let renamed = vectors.with_name("arrows").on_lattice();
    assert_eq!(renamed.name(), "restricted(SO(3), arrows)");
    assert_eq!(rotations.lattice_subgroup(), space("O"));
    assert_eq!(
        rotations.lattice_subgroup(),
        SpatialGroup::so3().lattice_subgroup()
    );
}
