//! Permutations in cycle notation.

use super::lines::Line;
use crate::error::MathError;
use crate::group::PermutationGroup;

/// Cycles of points counted from 0, from a text that counts from 1.
pub(super) fn parse(line: &Line<'_>, text: &str) -> Result<Vec<Vec<usize>>, MathError> {
    let shape = |problem: String| {
        line.error(
            problem,
            "write cycles of points such as (1 2 3)(4 5), or () for the identity",
        )
    };
    let mut cycles: Vec<Vec<usize>> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(shape("has no permutation".to_string()));
    }
    while !rest.is_empty() {
        let inside = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
        let Some((inside, after)) = inside else {
            return Err(shape(format!("has {rest:?} where a cycle should be")));
        };
        let mut cycle = Vec::new();
        for word in inside
            .split([' ', '\t', ','])
            .filter(|word| !word.is_empty())
        {
            let Some(point) = word.parse().ok().filter(|&point: &usize| point > 0) else {
                return Err(shape(format!("has {word:?} in a cycle")));
            };
            if point > PermutationGroup::MAX_POINTS {
                let problem = format!("moves the point {point}");
                let remedy = format!("use the points 1 to {}", PermutationGroup::MAX_POINTS);
                return Err(line.error(problem, remedy));
            }
            if !seen.insert(point) {
                return Err(shape(format!("is no permutation: {point} occurs twice")));
            }
            cycle.push(point - 1);
        }
        cycles.push(cycle);
        rest = after.trim_start();
    }
    Ok(cycles)
}

/// The images of `0, …, points - 1`.
pub(super) fn images(cycles: &[Vec<usize>], points: usize) -> Vec<usize> {
    let mut images: Vec<usize> = (0..points).collect();
    for cycle in cycles {
        for (i, &point) in cycle.iter().enumerate() {
            images[point] = cycle[(i + 1) % cycle.len()];
        }
    }
    images
}
