//! Dimensions of kernel spaces, and the time that their bases take, in the plane and in space:
//! `cargo run --release -p schur-math --example kernel_bases -- C8 D8 'SO(2)' Oh 'SO(3)'`.
//! Names that the plane has too are groups of the plane.

use std::time::Instant;

use schur_math::{
    DifferentialBasis, FiniteRepresentation, Isometry, KernelBand, LatticeKernelBasis, MathError,
    PlanarGroup, PointGroup, Representation, SpatialGroup, SteerableKernelBasis, unit_length,
};

fn main() -> Result<(), MathError> {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    if names.is_empty() {
        let plane = ["C4", "C8", "D4", "D8", "C16", "SO(2)", "O(2)"];
        let space = ["T", "O", "Oh", "I", "cone", "SO(3)", "O(3)"];
        names = [plane, space]
            .concat()
            .iter()
            .map(ToString::to_string)
            .collect();
    }
    println!("dimensions and times in ms of kernels from hidden to hidden fields");
    println!("group  dim   k  steerable      bessel     zernike     lattice  differences");
    for name in &names {
        match PlanarGroup::parse(name) {
            Ok(group) => rows(&group)?,
            Err(_) => rows(&SpatialGroup::parse(name)?)?,
        }
    }
    println!(
        "\nall bases of a network of six layers: scalar to hidden 7 x 7 (in space 5 x 5 x 5),"
    );
    println!("hidden to hidden 5 x 5 (3 x 3 x 3) five times, computed once per pair");
    for name in &names {
        match PlanarGroup::parse(name) {
            Ok(group) => network(&group)?,
            Err(_) => network(&SpatialGroup::parse(name)?)?,
        }
    }
    Ok(())
}

/// The default band, Bessel functions and Zernike polynomials for a size, and the taps.
type Bands = ([KernelBand; 3], [usize; 3]);

fn bands<const D: usize>(k: usize) -> Result<Bands, MathError> {
    Ok(if D == 2 {
        let band = KernelBand::for_size(k)?;
        (
            [band, KernelBand::bessel(k)?, KernelBand::zernike(k)?],
            [1, k, k],
        )
    } else {
        let (bessel, zernike) = (
            KernelBand::bessel_in_space(k)?,
            KernelBand::zernike_in_space(k)?,
        );
        ([KernelBand::in_space(k)?, bessel, zernike], [k, k, k])
    })
}

fn rows<const D: usize, G: PointGroup<Element: Isometry<D>>>(group: &G) -> Result<(), MathError> {
    let fields = hidden(group)?;
    let sizes: &[usize] = if D == 2 { &[3, 5, 7] } else { &[3, 5] };
    for &k in sizes {
        let (bands, taps) = bands::<D>(k)?;
        print!("{:6} {:4} {k:2}", group.to_string(), fields.dim());
        for band in bands {
            print_timed(|| {
                let basis = SteerableKernelBasis::new(&fields, &fields, &band)?;
                Ok(basis.on_grid(taps)?.len())
            })?;
        }
        print_timed(|| Ok(LatticeKernelBasis::new(&fields, &fields, taps)?.dim()))?;
        print_timed(|| {
            let operators = DifferentialBasis::new(&fields, &fields, 2)?;
            Ok(unit_length(operators.finite_differences(taps)?).len())
        })?;
        println!();
    }
    Ok(())
}

fn network<const D: usize, G: PointGroup<Element: Isometry<D>>>(
    group: &G,
) -> Result<(), MathError> {
    print!("{:6}", group.to_string());
    print_timed(|| {
        let scalar = Representation::trivial(group);
        let fields = hidden(group)?;
        let [first, rest] = if D == 2 { [7, 5] } else { [5, 3] };
        let (([first, ..], wide), ([rest, ..], narrow)) = (bands::<D>(first)?, bands::<D>(rest)?);
        let lift = SteerableKernelBasis::new(&fields, &scalar, &first)?.on_grid(wide)?;
        let hidden = SteerableKernelBasis::new(&fields, &fields, &rest)?.on_grid(narrow)?;
        Ok(lift.len() + 5 * hidden.len())
    })?;
    println!();
    Ok(())
}

/// Regular fields of a finite group, of others every irrep of a band up to 3.
fn hidden<G: PointGroup>(group: &G) -> Result<Representation<G::Irrep>, MathError> {
    match group.finite() {
        Some(finite) => Representation::from_finite(group, FiniteRepresentation::regular(finite)),
        None => Representation::new(group, group.irreps(3)?, None),
    }
}

/// Prints how many there are of what is built, and how long that takes in ms.
fn print_timed(build: impl FnOnce() -> Result<usize, MathError>) -> Result<(), MathError> {
    let start = Instant::now();
    let dim = build()?;
    print!(" {dim:5} {:5.1}", start.elapsed().as_secs_f64() * 1e3);
    Ok(())
}
