//! What is asked of pictures besides classes: numbers and vectors.

mod far;
mod table;

use std::sync::Arc;

use crate::DataError;
use crate::rotate::Matrix;
pub use far::FarOut;
pub use table::Columns;
pub(crate) use table::Table;

/// Names of the axes of vectors, as they end the names of columns.
const AXES: [&str; 3] = ["x", "y", "z"];

/// Names of numbers, which stay as they are when a picture is moved, and of vectors, which move with it;
/// and by what both are standardised: a number `v` becomes `(v - mean) / scale`, a vector `v / scale`.
///
/// A vector has the components x (right) and y (up), of volumes also z. It has one scale and no mean,
/// because nothing else commutes with all rotations.
///
/// ```
/// use schur_data::Quantities;
///
/// let asked = Quantities::new(vec!["area".into()], vec!["tip".into()], 2)?;
/// assert_eq!(asked.components(), ["area", "tip_x", "tip_y"]);
/// let asked = asked.with_standard(vec![10.0], vec![2.0, 0.5])?;
/// assert_eq!(asked.standardised(&[14.0, 1.0, -1.0]), [2.0, 2.0, -2.0]);
/// assert_eq!(asked.in_units(&[2.0, 2.0, -2.0]), [14.0, 1.0, -1.0]);
/// # Ok::<(), schur_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Quantities {
    numbers: Vec<String>,
    vectors: Vec<String>,
    axes: usize,
    /// Of every number.
    mean: Vec<f64>,
    /// Of every number, then of every vector.
    scale: Vec<f64>,
}

impl Quantities {
    /// Numbers, then vectors of 2 or 3 components, as they are: mean 0 and scale 1.
    ///
    /// # Errors
    ///
    /// [`DataError::Targets`] if there are none, two have one name, or vectors have other components.
    pub fn new(numbers: Vec<String>, vectors: Vec<String>, axes: usize) -> Result<Self, DataError> {
        let names: Vec<&String> = numbers.iter().chain(&vectors).collect();
        let twice = (1..names.len()).find(|&i| names[..i].contains(&names[i]));
        let problem = match twice {
            Some(i) => format!("two are called `{}`; rename one", names[i]),
            None if names.is_empty() => "there are none; name one at least".to_string(),
            None if !(2..=3).contains(&axes) => {
                format!("vectors of {axes} components; use 2 for images, 3 for volumes")
            }
            None => {
                let (mean, scale) = (vec![0.0; numbers.len()], vec![1.0; names.len()]);
                return Ok(Self {
                    numbers,
                    vectors,
                    axes,
                    mean,
                    scale,
                });
            }
        };
        Err(DataError::Targets { problem })
    }

    /// These with a mean of every number, and a scale of every number and then of every vector.
    ///
    /// # Errors
    ///
    /// [`DataError::Targets`] unless there are as many, means are finite and scales above 0.
    pub fn with_standard(mut self, mean: Vec<f64>, scale: Vec<f64>) -> Result<Self, DataError> {
        let counts = (self.numbers.len(), self.numbers.len() + self.vectors.len());
        let problem = if (mean.len(), scale.len()) != counts {
            format!("{} means and {} scales", mean.len(), scale.len())
        } else if let Some(number) = mean.iter().find(|m| !m.is_finite()) {
            format!("a mean of {number}")
        } else if let Some(number) = scale.iter().find(|s| !(s.is_finite() && **s > 0.0)) {
            format!("a scale of {number}")
        } else {
            (self.mean, self.scale) = (mean, scale);
            return Ok(self);
        };
        let (numbers, all) = counts;
        Err(DataError::Targets {
            problem: format!(
                "{problem}; give {numbers} finite means (of numbers) and {all} scales above 0 (of numbers, \
                 then of vectors)"
            ),
        })
    }

    /// Names of the numbers.
    pub fn numbers(&self) -> &[String] {
        &self.numbers
    }

    /// Names of the vectors.
    pub fn vectors(&self) -> &[String] {
        &self.vectors
    }

    /// Components of a vector: 2 of images, 3 of volumes.
    pub fn axes(&self) -> usize {
        self.axes
    }

    /// By what numbers are shifted.
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// By what numbers and vectors are divided.
    pub fn scale(&self) -> &[f64] {
        &self.scale
    }

    /// How many components there are in all: of a row of values.
    pub fn width(&self) -> usize {
        self.numbers.len() + self.axes * self.vectors.len()
    }

    /// Names of the components: those of the numbers, then `NAME_x`, `NAME_y` and so on of the vectors.
    pub fn components(&self) -> Vec<String> {
        let axes = &AXES[..self.axes];
        let of_vector = |name: &String| -> Vec<String> {
            axes.iter().map(|axis| format!("{name}_{axis}")).collect()
        };
        let vectors = self.vectors.iter().flat_map(of_vector);
        self.numbers.iter().cloned().chain(vectors).collect()
    }

    /// Where in a row each quantity stands: numbers, then vectors.
    pub fn places(&self) -> impl Iterator<Item = (&str, std::ops::Range<usize>)> {
        let count = self.numbers.len();
        let numbers = self.numbers.iter().enumerate();
        let numbers = numbers.map(|(i, name)| (name.as_str(), i..i + 1));
        let vectors = self.vectors.iter().enumerate().map(move |(i, name)| {
            let first = count + i * self.axes;
            (name.as_str(), first..first + self.axes)
        });
        numbers.chain(vectors)
    }

    /// Mean and scale of every component, 0 of components of vectors.
    pub fn standards(&self) -> impl Iterator<Item = (f64, f64)> {
        let means = self.mean.iter().copied().chain(std::iter::repeat(0.0));
        let count = self.numbers.len();
        let scale = move |i: usize| match i < count {
            true => self.scale[i],
            false => self.scale[count + (i - count) / self.axes],
        };
        means.zip((0..self.width()).map(scale))
    }

    /// A row of values as a network learns it.
    pub fn standardised(&self, row: &[f64]) -> Vec<f64> {
        let pairs = row.iter().zip(self.standards());
        pairs.map(|(v, (mean, scale))| (v - mean) / scale).collect()
    }

    /// A row as a network gives it in the units of the values.
    pub fn in_units(&self, row: &[f64]) -> Vec<f64> {
        let pairs = row.iter().zip(self.standards());
        pairs.map(|(v, (mean, scale))| v * scale + mean).collect()
    }

    /// A row of values of a picture that is moved by a matrix on (x, y, z).
    ///
    /// ```
    /// use schur_data::{Quantities, rotation_about_z};
    ///
    /// let asked = Quantities::new(vec!["area".into()], vec!["tip".into()], 2)?;
    /// assert_eq!(asked.moved(&[7.0, 1.0, 2.0], &rotation_about_z(90.0)?), [7.0, -2.0, 1.0]);
    /// # Ok::<(), schur_data::DataError>(())
    /// ```
    pub fn moved(&self, row: &[f64], matrix: &[[f64; 3]; 3]) -> Vec<f64> {
        let (numbers, vectors) = row.split_at(self.numbers.len());
        let mut moved = numbers.to_vec();
        for vector in vectors.chunks_exact(self.axes) {
            let rows = matrix.iter().take(self.axes);
            moved.extend(rows.map(|row| row.iter().zip(vector).map(|(a, b)| a * b).sum::<f64>()));
        }
        moved
    }

    /// The same names and axes.
    pub(crate) fn asks_the_same(&self, other: &Self) -> bool {
        (&self.numbers, &self.vectors, self.axes) == (&other.numbers, &other.vectors, other.axes)
    }
}

/// Numbers and vectors of a set of pictures, one row of each.
///
/// ```
/// use schur_data::{Pictures, Quantities, Targets};
///
/// let asked = Quantities::new(vec!["area".into()], vec![], 2)?;
/// let targets = Targets::new(asked, vec![3.0, 5.0])?;
/// let pictures = Pictures::new([1, 1, 1], vec![30, 50], vec![0, 0])?.with_targets(targets)?;
/// let targets = pictures.targets().expect("they have some");
/// assert_eq!((targets.len(), targets.row(1)), (2, &[5.0][..]));
/// let standard = targets.standard()?;
/// assert_eq!((standard.mean(), standard.scale()), (&[4.0][..], &[1.0][..]));
/// # Ok::<(), schur_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Targets {
    quantities: Arc<Quantities>,
    /// `[len, width]`, in their units.
    values: Vec<f64>,
}

impl Targets {
    /// Rows of values in their units, `[len, width]`.
    ///
    /// # Errors
    ///
    /// [`DataError::Targets`] unless they are whole rows of finite numbers.
    pub fn new(quantities: Quantities, values: Vec<f64>) -> Result<Self, DataError> {
        let width = quantities.width();
        let problem = if !values.len().is_multiple_of(width) {
            format!(
                "{} values are no rows of {width} ({})",
                values.len(),
                quantities.components().join(", ")
            )
        } else if let Some(value) = values.iter().find(|v| !v.is_finite()) {
            format!("a value of {value}; give finite numbers")
        } else {
            return Ok(Self {
                quantities: Arc::new(quantities),
                values,
            });
        };
        Err(DataError::Targets { problem })
    }

    /// What is asked.
    pub fn quantities(&self) -> &Quantities {
        &self.quantities
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.values.len() / self.quantities.width()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// All values in their units, `[len, width]`.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The values of one picture in their units.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if `index` is not less than [`len`](Self::len).
    pub fn row(&self, index: usize) -> &[f64] {
        let width = self.quantities.width();
        &self.values[index * width..(index + 1) * width]
    }

    /// The values of one picture as a network learns them.
    ///
    /// # Panics
    ///
    /// As [`row`](Self::row).
    pub fn standardised(&self, index: usize) -> Vec<f64> {
        self.quantities.standardised(self.row(index))
    }

    /// These values with another standard.
    ///
    /// # Errors
    ///
    /// [`DataError::Targets`] if it asks for other quantities.
    pub fn with_quantities(self, quantities: Quantities) -> Result<Self, DataError> {
        if !quantities.asks_the_same(&self.quantities) {
            let problem = format!(
                "they are {}, and not {}",
                self.quantities.components().join(", "),
                quantities.components().join(", ")
            );
            return Err(DataError::Targets { problem });
        }
        Ok(Self {
            quantities: Arc::new(quantities),
            ..self
        })
    }

    /// What is asked, with the standard of these rows: mean and deviation (divided by the number of
    /// rows) of every number, and of every vector the root of the mean square of its components.
    ///
    /// # Errors
    ///
    /// [`DataError::Targets`] for a number that is the same everywhere and a vector that is 0
    /// everywhere: there is nothing to learn.
    pub fn standard(&self) -> Result<Quantities, DataError> {
        let (mut means, mut scales) = (Vec::new(), Vec::new());
        let quantities = &*self.quantities;
        for (index, (name, place)) in quantities.places().enumerate() {
            let rows = || (0..self.len()).map(|i| &self.row(i)[place.clone()]);
            let count = (self.len() * place.len()).max(1) as f64;
            let is_number = index < quantities.numbers.len();
            let mean = match is_number {
                true => rows().map(|row| row[0]).sum::<f64>() / count,
                false => 0.0,
            };
            // Without rows there is nothing to learn either.
            let first = match self.values.get(place.start) {
                Some(&value) if is_number => value,
                _ => 0.0,
            };
            if rows().flatten().all(|&value| value == first) {
                let what = match is_number {
                    true => "the one value",
                    false => "the length",
                };
                let problem = format!(
                    "`{name}` has {what} {first} in all training images, so that there is nothing to learn; \
                     take it out of the table"
                );
                return Err(DataError::Targets { problem });
            }
            let farthest = rows().flatten().map(|value| (value - mean).abs());
            let farthest = farthest.fold(0.0, f64::max);
            if farthest < f64::from(f32::MIN_POSITIVE) {
                let problem = format!(
                    "no value of `{name}` in the training images is farther than {farthest:.0e} from {mean:.1e}, \
                     which numbers of 32 bits do not tell apart; use other units"
                );
                return Err(DataError::Targets { problem });
            }
            let squares = rows().flatten().map(|value| (value - mean).powi(2));
            scales.push((squares.sum::<f64>() / count).sqrt());
            means.extend(is_number.then_some(mean));
        }
        quantities.clone().with_standard(means, scales)
    }

    /// The rows at some positions, in the given order.
    ///
    /// # Panics
    ///
    /// As [`row`](Self::row).
    pub fn subset(&self, indices: impl IntoIterator<Item = usize>) -> Self {
        let rows = indices.into_iter().flat_map(|i| self.row(i));
        Self {
            values: rows.copied().collect(),
            ..self.clone()
        }
    }

    /// The targets of these pictures, if all are moved by one matrix on (x, y, z).
    pub fn moved(&self, matrix: &[[f64; 3]; 3]) -> Self {
        self.moved_each(|_| *matrix)
    }

    /// Those of pictures that are each moved by a matrix of its own.
    pub(crate) fn moved_each(&self, matrix: impl Fn(usize) -> Matrix) -> Self {
        let moved = |i| self.quantities.moved(self.row(i), &matrix(i));
        Self {
            values: (0..self.len()).flat_map(moved).collect(),
            ..self.clone()
        }
    }
}
