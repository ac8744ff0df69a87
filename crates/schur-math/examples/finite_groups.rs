//! Times the construction of groups with all their irreps and the decomposed regular
//! representation: `cargo run --release -p schur-math --example finite_groups -- S6 Ih`.

use std::time::Instant;

use schur_math::{CharacterTable, Decomposition, FiniteRepresentation, Group, MathError, irreps};

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
        irreps(&group)?;
        let irreps = lap();
        let parts = Decomposition::new(&FiniteRepresentation::regular(&group))?;
        let regular = lap();
        println!(
            "{name:16} {:5} {made:6.1} {characters:11.1} {irreps:7.1} {regular:8.1}  {:.1e}",
            group.order(),
            parts.defect()
        );
    }
    Ok(())
}
