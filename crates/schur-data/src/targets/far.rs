//! Values that lie far from all others.

use super::Targets;

/// So many deviations from the rest is far: no row of a bell curve is, nor of a uniform distribution.
const FAR: f64 = 10.0;

/// A number or vector of a row that lies far from those of the training images.
///
/// ```
/// use schur_data::{Quantities, Targets};
///
/// let area = || Quantities::new(vec!["area".into()], vec![], 2);
/// let train = Targets::new(area()?, (0..20).map(f64::from).collect())?;
/// let far = &train.far_out(&Targets::new(area()?, vec![5.0, 1e6])?)[0];
/// assert_eq!((far.index, far.name.as_str(), &far.value[..]), (1, "area", &[1e6][..]));
/// # Ok::<(), schur_data::DataError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FarOut {
    /// The row.
    pub index: usize,
    /// Name of the number or vector.
    pub name: String,
    /// The number, or the components of the vector, in the units of the table.
    pub value: Vec<f64>,
    /// How far it is from the mean of the rest, in deviations of the rest; of a vector its length, in
    /// roots of the mean square of the lengths of the rest.
    pub deviations: f64,
}

impl Targets {
    /// The rows of `others` that lie more than 10 deviations from the mean of these here, for which
    /// those that lie so far out themselves do not count.
    ///
    /// The rest are the nine tenths of the rows that are nearest to the median (of vectors, the
    /// shortest), and in order of that distance those that lie within 10 deviations of the rest so far,
    /// so that outliers do not hide behind the deviation that they cause.
    ///
    /// ```
    /// use schur_data::{Quantities, Targets};
    ///
    /// let of = |values: Vec<f64>| Targets::new(Quantities::new(vec!["area".into()], vec![], 2)?, values);
    /// let train = of((0..20).map(f64::from).chain([1e30, -1e30]).collect())?;
    /// let rows = |others: &Targets| train.far_out(others).iter().map(|far| far.index).collect::<Vec<_>>();
    /// assert_eq!(rows(&train), [20, 21]);
    /// assert_eq!(rows(&of(vec![60.0, 70.0, -40.0])?), [1]);
    /// # Ok::<(), schur_data::DataError>(())
    /// ```
    pub fn far_out(&self, others: &Self) -> Vec<FarOut> {
        let asked = self.quantities();
        let mut all = Vec::new();
        for (at, (name, place)) in asked.places().enumerate() {
            let is_number = at < asked.numbers().len();
            let size = |row: &[f64]| match (is_number, &row[place.clone()]) {
                (true, number) => number[0],
                (false, vector) => vector.iter().map(|v| v * v).sum::<f64>().sqrt(),
            };
            let sizes = (0..self.len()).map(|i| size(self.row(i))).collect();
            let (mean, deviation) = rest(sizes, is_number);
            let far = (0..others.len()).map(|index| FarOut {
                index,
                name: name.to_string(),
                value: others.row(index)[place.clone()].to_vec(),
                deviations: (size(others.row(index)) - mean).abs() / deviation,
            });
            // Where all are equal there is no deviation, and nothing to be learnt.
            all.extend(far.filter(|far| deviation > 0.0 && far.deviations > FAR));
        }
        all
    }
}

impl Targets {
    /// The rows that lie more than 10 deviations from the mean by which their quantities are
    /// standardised: where the rows of the training are not at hand any more.
    ///
    /// ```
    /// use schur_data::{Quantities, Targets};
    ///
    /// let area = Quantities::new(vec!["area".into()], vec![], 2)?;
    /// let standard = Targets::new(area, vec![1.0, 3.0])?.standard()?;
    /// let far = Targets::new(standard, vec![2.5, 100.0])?.far_from_standard();
    /// assert_eq!((far.len(), far[0].index, far[0].deviations), (1, 1, 98.0));
    /// # Ok::<(), schur_data::DataError>(())
    /// ```
    pub fn far_from_standard(&self) -> Vec<FarOut> {
        let asked = self.quantities();
        let standards: Vec<(f64, f64)> = asked.standards().collect();
        let mut all = Vec::new();
        for (name, place) in asked.places() {
            // A vector by its length: its scale is that of one component.
            let deviations = |row: &[f64]| {
                let squares = place.clone().map(|at| {
                    let (mean, scale) = standards[at];
                    ((row[at] - mean) / scale).powi(2)
                });
                (squares.sum::<f64>() / place.len() as f64).sqrt()
            };
            all.extend((0..self.len()).map(|index| FarOut {
                index,
                name: name.to_string(),
                value: self.row(index)[place.clone()].to_vec(),
                deviations: deviations(self.row(index)),
            }));
        }
        all.retain(|far| far.deviations > FAR);
        all
    }
}

/// Mean and deviation of what is not far out; of lengths of vectors 0 and the root of the mean square.
fn rest(mut sizes: Vec<f64>, is_number: bool) -> (f64, f64) {
    sizes.sort_by(f64::total_cmp);
    let middle = match sizes.get(sizes.len() / 2) {
        Some(&median) if is_number => median,
        _ => 0.0,
    };
    sizes.sort_by(|a, b| (a - middle).abs().total_cmp(&(b - middle).abs()));
    let least = (sizes.len() * 9 / 10).max(3);
    let (mut mean, mut squares, mut deviation, mut last) = (0.0, 0.0, 0.0, f64::NAN);
    for (before, &size) in sizes.iter().enumerate() {
        // Equal ones are taken together, and another one if all were equal so far.
        let far = (size - mean).abs() > FAR * deviation && deviation > 0.0 && size != last;
        if before >= least && far {
            break;
        }
        let (count, from) = ((before + 1) as f64, size - mean);
        if is_number {
            mean += from / count;
        }
        squares += from * (size - mean);
        (deviation, last) = ((squares / count).sqrt(), size);
    }
    (mean, deviation)
}

#[cfg(test)]
mod tests {
    use super::rest;
    use crate::tolerance::ROUNDED;

    #[test]
    fn the_rest_is_what_does_not_lie_far_out() {
        let near = |(mean, deviation): (f64, f64), expected: (f64, f64)| {
            assert!((mean - expected.0).abs() < ROUNDED, "{mean}");
            assert!((deviation - expected.1).abs() < ROUNDED, "{deviation}");
        };
        let numbers = |far: &[f64]| [&[1.0, 2.0, 3.0, 4.0, 5.0].repeat(8), far].concat();
        near(rest(numbers(&[]), true), (3.0, 2f64.sqrt()));
        near(
            rest(numbers(&[1e30, 1e30, -1e30]), true),
            (3.0, 2f64.sqrt()),
        );
        // Lengths of vectors: the root of the mean square.
        near(rest(numbers(&[1e30]), false), (0.0, 11f64.sqrt()));
        // A number that is rarely another one is none that is far out.
        let rare = [vec![0.0; 96], vec![1.0; 4]].concat();
        near(rest(rare, true), (0.04, (0.04f64 * 0.96).sqrt()));
        near(rest(vec![7.0; 5], true), (7.0, 0.0));
        near(rest(Vec::new(), true), (0.0, 0.0));
    }
}
