//! Published and counted dimensions of kernel spaces in the plane, kept as CSV in
//! `tests/golden`.

use schur_math::{
    IntertwinerBasis, KernelBand, KernelBasis, LatticeKernelBasis, PlanarGroup,
    PlanarRepresentation, SteerableKernelBasis,
};

use crate::support::table as golden_table;

use self::golden_table::rows;

fn basis(group: &str, out: &str, input: &str, band: &KernelBand) -> SteerableKernelBasis {
    let group = PlanarGroup::parse(group).unwrap();
    let [out, input] = [out, input].map(|name| PlanarRepresentation::parse(&group, name).unwrap());
    SteerableKernelBasis::new(&out, &input, band).unwrap()
}

#[test]
fn sampled_steerable_kernels() {
    for row in rows("steerable_dimensions.csv") {
        let (k, dim): (usize, usize) = (row[1].parse().unwrap(), row[4].parse().unwrap());
        let basis = basis(&row[0], &row[2], &row[3], &KernelBand::for_size(k).unwrap());
        assert_eq!(basis.on_grid([1, k, k]).unwrap().len(), dim, "{row:?}");
    }
}

#[test]
fn angular_kernels() {
    for row in rows("angular_dimensions.csv") {
        let band = KernelBand::angular(8).unwrap();
        let dim = basis(&row[0], &row[1], &row[2], &band).dim();
        assert_eq!(dim, row[3].parse().unwrap(), "{row:?}");
    }
}

/// On a point the kernels are the intertwiners, which are found otherwise too.
#[test]
fn intertwiners() {
    for row in rows("planar_intertwiners.csv") {
        let dim: usize = row[3].parse().unwrap();
        let basis = basis(&row[0], &row[1], &row[2], &KernelBand::point());
        assert_eq!(basis.dim(), dim, "{row:?}");
        let group = PlanarGroup::parse(&row[0]).unwrap();
        let [out, input] = [1, 2].map(|i| PlanarRepresentation::parse(&group, &row[i]).unwrap());
        let by_parts = IntertwinerBasis::new(&out, &input).unwrap();
        assert_eq!(by_parts.dim(), dim, "{row:?}");
    }
}

/// The invariants of the `k`-th power are the maps from one half of it to the other.
#[test]
fn invariants_of_vectors() {
    for row in rows("plane_invariants.csv") {
        let group = PlanarGroup::parse(&row[0]).unwrap();
        let (k, dim): (usize, usize) = (row[1].parse().unwrap(), row[2].parse().unwrap());
        let vector = PlanarRepresentation::parse(&group, "defining").unwrap();
        let power = |k| {
            let one = PlanarRepresentation::trivial(&group);
            (0..k).fold(one, |power, _| power.tensor_product(&vector).unwrap())
        };
        let (half, rest) = (power(k / 2), power(k - k / 2));
        let maps = SteerableKernelBasis::new(&half, &rest, &KernelBand::point()).unwrap();
        assert_eq!(maps.dim(), dim, "{row:?}");
        if k <= 4 {
            assert_eq!(power(k).invariants(), dim, "{row:?}");
        }
    }
}

#[test]
fn symmetric_and_antisymmetric_kernels() {
    let flip = PlanarGroup::parse("D1").unwrap();
    for row in rows("mirror_kernels.csv") {
        let k = row[0].parse().unwrap();
        let [out, input] = [1, 2].map(|i| PlanarRepresentation::parse(&flip, &row[i]).unwrap());
        let basis = LatticeKernelBasis::new(&out, &input, [1, k, k]).unwrap();
        assert_eq!(basis.dim(), row[3].parse().unwrap(), "{row:?}");
    }
}

/// The frequencies of solutions between irreps of `C_n` of frequencies `k` and `l`: every
/// `±(l - k) + t n` and `±(l + k) + t n`, one each for every sign (Weiler & Cesa 2019,
/// appendix F).
#[test]
fn frequencies_of_cyclic_groups() {
    for n in 2..=9i64 {
        let group = format!("C{n}");
        let highest = 3 * n;
        let band = KernelBand::angular(highest as usize).unwrap();
        for k in 1..(n + 1) / 2 {
            for l in 1..(n + 1) / 2 {
                let found = basis(&group, &format!("E{l}"), &format!("E{k}"), &band);
                for mu in 0..=highest {
                    let fits = |of: i64| (of - mu).rem_euclid(n) == 0;
                    let signed = [l - k, k - l, l + k, -l - k];
                    let count = signed.into_iter().filter(|&of| fits(of)).count();
                    // A pair of cosine and sine, or at 0 the constant alone.
                    let count = if mu == 0 { count } else { 2 * count };
                    let attributes = found.attributes();
                    let of_mu = attributes.iter().filter(|a| a.frequency == mu as usize);
                    assert_eq!(of_mu.count(), count, "{group} E{k} -> E{l} at {mu}");
                }
            }
        }
    }
}
