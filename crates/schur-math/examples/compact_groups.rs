//! Prints what compact groups look like, and how long their constructions take.
//!
//! ```sh
//! cargo run --release --example compact_groups -p schur-math
//! ```

use std::time::Instant;

use schur_math::{
    CompactGroup, CompactHomomorphism, MathError, Representation, SpatialGroup, SpectralField,
    SpinRotations, SymmetryGroup, SymmetryIrrep,
};

fn main() -> Result<(), MathError> {
    for name in ["O(2)", "SU(2)", "cylinder", "SO(2) x SO(2)", "O(3) x S3"] {
        let group = CompactGroup::parse(name)?;
        let irreps = group.irreps(1)?;
        let names: Vec<String> = irreps.iter().map(ToString::to_string).collect();
        println!("{name}: {}", names.join(", "));
    }
    let icosahedron = SpatialGroup::parse("Ih")?;
    timed("degree 20 in the icosahedral group Ih", || {
        let inclusion = CompactHomomorphism::of_space(&icosahedron, &SpatialGroup::o3())?;
        let rho = Representation::irreducible(&SpatialGroup::o3().irrep("20+")?);
        Ok(rho.restricted_along(&inclusion)?.to_string())
    })?;
    timed("degree 20 in the cone", || {
        let rho = Representation::irreducible(&SpatialGroup::o3().irrep("20-")?);
        let cone =
            CompactHomomorphism::of_space(&SpatialGroup::parse("cone")?, &SpatialGroup::o3())?;
        Ok(format!(
            "{} irreps",
            rho.restricted_along(&cone)?.parts().len()
        ))
    })?;
    timed("products of all irreps of SO(3) to degree 8", || {
        let irreps = SpatialGroup::so3().irreps(8)?;
        let mut copies = 0;
        for a in &irreps {
            for b in &irreps {
                copies += a.couplings(b)?.len();
            }
        }
        Ok(format!("{copies} isometries"))
    })?;
    timed("spin 7/2 times spin 7/2", || {
        let spin = SpinRotations.irrep("7/2")?;
        Ok(format!("{} isometries", spin.couplings(&spin)?.len()))
    })?;
    timed("fourth symmetric power of vectors in SO(3)", || {
        let vector = Representation::irreducible(&SpatialGroup::so3().irrep("1")?);
        Ok(vector.symmetric_power(4)?.to_string())
    })?;
    timed("functions on SO(3) to degree 6", || {
        let field = SpectralField::regular(&SpatialGroup::so3(), 6)?;
        let points = field.grid().points().len();
        Ok(format!("{} coefficients, {points} points", field.dim()))
    })?;
    timed("functions on the sphere to degree 15", || {
        let axis = SpatialGroup::parse("SO(2)")?;
        let inside = CompactHomomorphism::of_space(&axis, &SpatialGroup::so3())?;
        let field = SpectralField::quotient(&inside, 15)?;
        let points = field.grid().points().len();
        Ok(format!("{} coefficients, {points} points", field.dim()))
    })
}

fn timed(what: &str, work: impl FnOnce() -> Result<String, MathError>) -> Result<(), MathError> {
    let start = Instant::now();
    let result = work()?;
    println!(
        "{what}: {result}, {:.1} ms",
        start.elapsed().as_secs_f64() * 1e3
    );
    Ok(())
}
