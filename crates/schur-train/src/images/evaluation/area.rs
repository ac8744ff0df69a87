//! Areas under ROC curves.

/// For every class the area of its scores `[image, class]` against all other classes.
pub(super) fn of_classes(scores: &[f32], labels: &[u8], classes: usize) -> Vec<Option<f64>> {
    let of_class = |class: usize| {
        let scores = scores.iter().skip(class).step_by(classes).copied();
        let is = labels.iter().map(|&label| usize::from(label) == class);
        area(scores.zip(is).collect())
    };
    (0..classes).map(of_class).collect()
}

/// The share of pairs of one inside and one outside in which the first has the larger score, equal
/// scores counting half: by ranks (H. Mann, D. Whitney, 1947). None without such a pair.
fn area(mut scored: Vec<(f32, bool)>) -> Option<f64> {
    scored.sort_by(|a, b| a.0.total_cmp(&b.0));
    let inside = scored.iter().filter(|(_, is)| *is).count();
    let pairs = inside as f64 * (scored.len() - inside) as f64;
    if pairs == 0.0 {
        return None;
    }
    // How many outside are below, twice: those of equal scores once.
    let (mut below, mut sum) = (0, 0);
    for equal in scored.chunk_by(|a, b| a.0 == b.0) {
        let here = equal.iter().filter(|(_, is)| *is).count();
        let outside = equal.len() - here;
        sum += here * (2 * below + outside);
        below += outside;
    }
    Some(sum as f64 / (2.0 * pairs))
}

#[cfg(test)]
mod tests {
    use super::{area, of_classes};

    #[test]
    fn areas_count_pairs_and_equal_scores_half() {
        let of = |scores: &[f32], is: &[u8]| {
            area(
                scores
                    .iter()
                    .copied()
                    .zip(is.iter().map(|&i| i == 1))
                    .collect(),
            )
        };
        assert_eq!(of(&[0.1, 0.4, 0.35, 0.8], &[0, 0, 1, 1]), Some(0.75));
        assert_eq!(of(&[1.0, 2.0, 3.0], &[1, 0, 0]), Some(0.0));
        assert_eq!(of(&[5.0; 7], &[1, 0, 0, 1, 0, 1, 1]), Some(0.5));
        assert_eq!(of(&[1.0, 2.0], &[1, 1]), None);
        // The slow obvious way.
        let scores: Vec<f32> = (0..60).map(|i| (i * i * 7 % 23) as f32).collect();
        let is: Vec<u8> = (0..60).map(|i| u8::from(i * 11 % 5 < 2)).collect();
        let (mut right, mut pairs) = (0.0, 0.0);
        for i in (0..60).filter(|&i| is[i] == 1) {
            for j in (0..60).filter(|&j| is[j] == 0) {
                pairs += 1.0;
                right += match scores[i].total_cmp(&scores[j]) {
                    std::cmp::Ordering::Greater => 1.0,
                    std::cmp::Ordering::Equal => 0.5,
                    std::cmp::Ordering::Less => 0.0,
                };
            }
        }
        assert_eq!(of(&scores, &is), Some(right / pairs));
    }

    #[test]
    fn two_classes_have_equal_areas() {
        let scores = [0.9, 0.1, 0.6, 0.4, 0.2, 0.8, 0.5, 0.5];
        assert_eq!(of_classes(&scores, &[0, 1, 1, 0], 2), [Some(0.75); 2]);
        assert_eq!(of_classes(&scores[..4], &[0, 0], 2), [None; 2]);
    }
}
