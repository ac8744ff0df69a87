//! Steerable kernels: the constraint everywhere in the plane, and on the pixel grid.

use crate::support::kernels::dense;
use schur_math::{
    KernelBand, KernelBasis, LatticeKernelBasis, PlanarGroup, PlanarRepresentation,
    SteerableKernelBasis, laws, oracle, tolerance,
};

use crate::support::groups::{every_planar_group, plane as planar};

/// Scalars, all irreps, vectors, a band, and what only finite groups have.
fn representations(group: &PlanarGroup) -> Vec<PlanarRepresentation> {
    let mut names = vec!["trivial", "defining", "spectral(2)"];
    if group.finite().is_some() {
        names.push("regular");
    }
    let parse = |name: &str| PlanarRepresentation::parse(group, name).unwrap();
    let mut all: Vec<PlanarRepresentation> = names.into_iter().map(parse).collect();
    all.extend(PlanarRepresentation::irreps(group, 3).unwrap());
    let turned = all[1].in_basis(&[[0.6, -0.8], [0.8, 0.6]].into()).unwrap();
    all.push(turned);
    all
}

fn the_constraint_holds_everywhere(group: &PlanarGroup, _: usize) {
    let band = KernelBand::for_size(5).unwrap();
    let points = [
        [0.3, 0.2],
        [-1.1, 0.7],
        [1.9, -0.4],
        [0.0, 1.0],
        [-0.5, -2.1],
    ];
    let mut looked = 0;
    let elements = group.test_elements();
    let all = representations(group);
    for out in &all {
        for input in &all {
            let basis = SteerableKernelBasis::new(out, input, &band).unwrap();
            if basis.dim() == 0 {
                continue;
            }
            let report = laws::steerability_at(
                &elements,
                &points,
                &basis,
                &|g| out.matrix(g).unwrap(),
                &|g| input.matrix(g).unwrap(),
                tolerance::STEERABILITY,
            );
            looked += report
                .unwrap_or_else(|e| panic!("{out:?} <- {input:?}: {e}"))
                .cases;
        }
    }
    assert!(looked > 1000);
}

every_planar_group!(the_constraint_holds_everywhere);

/// On the pixels every sampled kernel is one of the complete lattice basis.
fn sampled_kernels_are_lattice_kernels(group: &PlanarGroup, _: usize) {
    let all = representations(group);
    for (out, input) in all.iter().zip(all.iter().rev()).chain([(&all[2], &all[2])]) {
        for size in [1, 2, 3, 4] {
            let band = KernelBand::for_size(size).unwrap();
            let basis = SteerableKernelBasis::new(out, input, &band).unwrap();
            let sampled = basis.on_grid([1, size, size]).unwrap();
            let lattice = LatticeKernelBasis::new(out, input, [1, size, size]).unwrap();
            let shape = lattice.shape();
            if shape.0 * shape.1 * size * size > 600 {
                continue;
            }
            let mut both = dense(lattice.elements(), shape, size * size);
            let alone = both.clone();
            both.extend(dense(&sampled, shape, size * size));
            let distance = oracle::span_distance(&alone, &both);
            assert!(
                distance < tolerance::INDEPENDENCE,
                "{out:?} <- {input:?}, {size}"
            );
        }
    }
}

every_planar_group!(sampled_kernels_are_lattice_kernels);

/// The lattice basis of any group is that of the null space for its lattice subgroup.
fn lattice_kernels_of_any_group_are_complete(group: &PlanarGroup, _: usize) {
    let all = representations(group);
    for (out, input) in all.iter().zip(all.iter().rev()) {
        if out.dim() * input.dim() > 36 {
            continue;
        }
        let fast = LatticeKernelBasis::new(out, input, [1, 3, 3]).unwrap();
        let lattice = group.lattice_subgroup();
        let (o, i) = (out.on_lattice(), input.on_lattice());
        let slow = oracle::kernel_space(&lattice, &o, &i, [1, 3, 3]).unwrap();
        assert_eq!(fast.dim(), slow.len(), "{out:?} <- {input:?}");
        let distance = oracle::span_distance(&dense(fast.elements(), fast.shape(), 9), &slow);
        assert!(
            distance < tolerance::NULL_SPACE_PIVOT,
            "{out:?} <- {input:?}"
        );
    }
}

every_planar_group!(lattice_kernels_of_any_group_are_complete);

fn dim(out: &str, input: &str, group: &PlanarGroup, size: usize) -> usize {
    let parse = |name: &str| PlanarRepresentation::parse(group, name).unwrap();
    let band = KernelBand::for_size(size).unwrap();
    let basis = SteerableKernelBasis::new(&parse(out), &parse(input), &band).unwrap();
    basis.on_grid([1, size, size]).unwrap().len()
}

/// |G| times the number of circular harmonics (e2cnn).
#[test]
fn regular_kernels() {
    for name in [
        "C2", "C3", "C4", "C6", "C8", "C12", "C16", "D1", "D2", "D4", "D8",
    ] {
        let group = planar(name);
        let order = group.finite().unwrap().order();
        for (size, harmonics) in [(3, 6), (5, 11), (7, 18)] {
            assert_eq!(
                dim("regular", "trivial", &group, size),
                harmonics,
                "{name} {size}"
            );
            assert_eq!(
                dim("regular", "regular", &group, size),
                order * harmonics,
                "{name} {size}"
            );
        }
    }
}
