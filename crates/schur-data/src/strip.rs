//! Images on strips: shifts along the columns, which go around.

/// A strip whose columns go around: beyond the last column the first one follows.
///
/// ```
/// use schur_data::Strip;
///
/// // Two rows and three columns, shifted by two to the right: what goes over the cut of a Möbius
/// // strip comes in upside down.
/// let image = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
/// assert_eq!(Strip::Cylinder.shifted(&image, [2, 3], 2), [2.0, 3.0, 1.0, 5.0, 6.0, 4.0]);
/// assert_eq!(Strip::Moebius.shifted(&image, [2, 3], 2), [5.0, 6.0, 1.0, 2.0, 3.0, 4.0]);
/// assert_eq!(Strip::Moebius.shifted(&image, [2, 3], 3), [4.0, 5.0, 6.0, 1.0, 2.0, 3.0]);
/// assert_eq!(Strip::Moebius.period(3), 6);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strip {
    /// Rows are followed by themselves.
    Cylinder,
    /// Rows are followed by those that are as far from the other edge: after a turn everything is
    /// upside down.
    Moebius,
}

impl Strip {
    /// After how many columns a shift along a strip of so many is the identity.
    pub fn period(self, columns: usize) -> usize {
        match self {
            Self::Cylinder => columns,
            Self::Moebius => 2 * columns,
        }
    }

    /// An image of \[rows, columns\] of scalars or classes, row by row from the top, shifted to the right along
    /// the strip. Nothing is interpolated.
    pub fn shifted<T: Copy>(self, image: &[T], [rows, columns]: [usize; 2], by: usize) -> Vec<T> {
        let mut shifted = Vec::with_capacity(image.len());
        for row in 0..rows {
            for column in 0..columns {
                // A whole number of turns is added so that nothing is negative.
                let from = column + self.period(columns) - by % self.period(columns).max(1);
                let is_turned = self == Self::Moebius && from / columns % 2 == 1;
                let row = if is_turned { rows - 1 - row } else { row };
                shifted.push(image[row * columns + from % columns]);
            }
        }
        shifted
    }
}
