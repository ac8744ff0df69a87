//! The classes of masks.

use schur_data::Pictures;

use super::listing::Example;
use super::numbered;
use crate::error::{ErrorKind, Result, fail};
use crate::images::config::DataConfig;

/// The number of white, which is no class beside small ones.
const WHITE: u8 = 255;

/// Whether numbers of masks are shares of black and white: these two are those that are most often there,
/// with many others between them.
fn are_soft(numbers: impl Iterator<Item = u8>) -> bool {
    const MANY: usize = 16;
    let mut counts = [0_usize; 256];
    numbers.for_each(|number| counts[usize::from(number)] += 1);
    let ends = counts[0].min(counts[usize::from(WHITE)]);
    let between = &counts[1..usize::from(WHITE)];
    let used = between.iter().filter(|count| **count > 0).count();
    used >= MANY && between.iter().all(|count| *count < ends)
}

/// Names of the classes of masks. Where all are 0 or 255, black and white as image programs write
/// them, 255 is made 1.
pub(super) fn classes_of_masks(
    parts: &mut [Pictures],
    files: &[Vec<Example>],
    config: &DataConfig,
) -> Result<Vec<String>> {
    let all = || parts.iter().flat_map(|part| part.masks()).copied();
    let two = config.classes.is_empty() || config.classes.len() == 2;
    if two && all().all(|class| [0, WHITE].contains(&class)) {
        for part in parts.iter_mut() {
            let masks = part.masks().iter().map(|&class| class.min(1)).collect();
            *part = part.clone().with_masks(masks)?;
        }
    }
    let all = || parts.iter().flat_map(|part| part.masks()).copied();
    let largest = all().max().unwrap_or(0);
    let refuse = |class: u8, problem: String| {
        let shown = |(part, files): (&Pictures, &Vec<Example>)| {
            let places = part.sizes().iter().product();
            let mut masks = part.masks().chunks(places);
            let at = masks.position(|mask| mask.contains(&class))?;
            files.get(at)?.mask.clone()
        };
        let file = parts.iter().zip(files).find_map(shown);
        let place = file.map_or("a mask".to_string(), |file| file.display().to_string());
        fail(ErrorKind::Data, format!("{place}: {problem}"))
    };
    let known = config.classes.len();
    if usize::from(largest) >= known && known > 0 {
        let text = format!(
            "a pixel has the class {largest}, but the network knows 0 to {}; use the classes of its training",
            known - 1
        );
        return refuse(largest, text);
    }
    if known == 0 && are_soft(all()) {
        let text = format!(
            "the masks have many grey values between 0 and {WHITE}, most of all these two, as where edges are \
             soft; make every pixel 0 or {WHITE}, or the number of its class"
        );
        return refuse(WHITE, text);
    }
    let below = all().filter(|&class| class < WHITE).max();
    match below {
        Some(below) if largest == WHITE && below + 1 < WHITE => {
            let text = format!(
                "a pixel has the number {WHITE}, and the next largest in all masks is {below}; write the \
                 numbers of the classes (0, 1, 2, …) into all masks, or {WHITE} alone beside 0"
            );
            refuse(WHITE, text)
        }
        _ => Ok(numbered((usize::from(largest) + 1).max(known))),
    }
}
