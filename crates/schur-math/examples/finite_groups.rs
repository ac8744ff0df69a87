//! Times the construction of groups with all their irreps and the decomposed regular
//! representation: `cargo run --release -p schur-math --example finite_groups -- S6 Ih`.

use std::time::Instant;

use schur_math::{
    CharacterTable, FiniteRepresentation, Group, Irrep, MathError, Matrix, Representation,
    SymmetryIrrep, irreps,
};

fn main() -> Result<(), MathError> {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    if names.is_empty() {
        names = ["Ih", "S5", "S6"].map(String::from).to_vec();
    }
    println!("times in ms      order  group  characters  irreps  regular  defect");
    for name in names {
        let start = Instant::now();
        let mut last = start;
        let mut lap = || {
            let now = Instant::now();
            let time = now - last;
            last = now;
            time.as_secs_f64() * 1e3
        };
        let group = Group::parse(&name)?;
        let made = lap();
        CharacterTable::new(&group);
        let characters = lap();
        irreps(&group);
        let irreps = lap();
        let rho = FiniteRepresentation::regular(&group);
        let parts = rho.decomposed()?;
        let regular = lap();
        println!(
            "{name:16} {:5} {made:6.1} {characters:11.1} {irreps:7.1} {regular:8.1}  {:.1e}",
            group.order(),
            defect(&parts, &rho)
        );
    }
    Ok(())
}

/// The largest entry of `QᵀQ - 1` and, over the generators, of `ρ(g) Q - Q (⊕ ψ(g))`.
fn defect(parts: &Representation<Irrep>, rho: &FiniteRepresentation) -> f64 {
    let q = parts.change_of_basis();
    let gram = q.transposed().times(q);
    let mut worst = gram.difference(&Matrix::identity(rho.dim()));
    for &g in rho.group().generators() {
        let blocks = parts.parts().iter();
        let blocks: Vec<Matrix> = blocks.map(|irrep| irrep.matrix(&g).unwrap()).collect();
        let sum = q.times(&Matrix::direct_sum(&blocks));
        worst = worst.max(rho.matrix(g).times(q).difference(&sum));
    }
    worst
}
