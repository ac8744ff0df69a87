//! Groups acting on finite sets.

pub(crate) mod laws;

use super::{Element, Group, Subgroup};
use crate::error::MathError;

/// A group acting on the points `{0, …, n-1}` by a checked table.
///
/// ```
/// use schur_math::{FiniteAction, Group};
///
/// // The mirror exchanges the ends of a row of three pixels.
/// let d1 = Group::parse("D1")?;
/// let action = FiniteAction::new(&d1, vec![vec![0, 1, 2], vec![2, 1, 0]])?;
/// assert_eq!(action.orbits(), [vec![0, 2], vec![1]]);
/// assert_eq!(action.stabilizer(1)?.order(), 2);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiniteAction {
    group: Group,
    images: Vec<Vec<usize>>,
}

impl FiniteAction {
    /// An action from its table: `images[g][x]` is the point `g x`, with `g` an element index.
    ///
    /// # Errors
    ///
    /// If an image is no point or an action law fails; the error names it and a witness.
    pub fn new(group: &Group, images: Vec<Vec<usize>>) -> Result<Self, MathError> {
        let what = || MathError::law(format!("action of {group}"));
        laws::action_closure(group, &images).map_err(what())?;
        laws::action_identity(group, &images).map_err(what())?;
        laws::action_compatibility(group, &images).map_err(what())?;
        Ok(Self::from_checked(group, images))
    }

    /// An action by a table that satisfies the laws.
    pub(super) fn from_checked(group: &Group, images: Vec<Vec<usize>>) -> Self {
        let group = group.clone();
        Self { group, images }
    }

    /// The group that acts.
    pub fn group(&self) -> &Group {
        &self.group
    }

    /// Number of points.
    pub fn points(&self) -> usize {
        self.images[0].len()
    }

    /// The images of all points under `g`: entry `x` is `g x`.
    pub fn images(&self, g: Element) -> &[usize] {
        &self.images[g.index()]
    }

    /// The orbits `{g x}`, by smallest point; each is sorted.
    ///
    /// ```
    /// use schur_math::{LatticeAction, PlanarGroup};
    ///
    /// // The pixels of a 3 x 3 image under quarter turns: corners, edges, the centre.
    /// let grid = LatticeAction::new(&PlanarGroup::parse("C4")?, [1, 3, 3])?;
    /// assert_eq!(grid.finite_action()?.orbits(), [vec![0, 2, 6, 8], vec![1, 3, 5, 7], vec![4]]);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn orbits(&self) -> Vec<Vec<usize>> {
        let mut seen = vec![false; self.points()];
        let mut orbits = Vec::new();
        for x in 0..self.points() {
            if seen[x] {
                continue;
            }
            let orbit = self.orbit_of(x);
            for &member in &orbit {
                seen[member] = true;
            }
            orbits.push(orbit);
        }
        orbits
    }

    /// The orbit `{g x}` of a point, sorted.
    ///
    /// # Errors
    ///
    /// If there is no point `x`.
    pub fn orbit(&self, x: usize) -> Result<Vec<usize>, MathError> {
        self.check_point(x)?;
        Ok(self.orbit_of(x))
    }

    fn orbit_of(&self, x: usize) -> Vec<usize> {
        let mut orbit: Vec<usize> = self.images.iter().map(|row| row[x]).collect();
        orbit.sort_unstable();
        orbit.dedup();
        orbit
    }

    /// The action on functions on the points, `[g f](x) = f(g⁻¹ x)`. Values are copied, not
    /// computed, and may be of any type.
    ///
    /// ```
    /// use schur_math::PermutationGroup;
    ///
    /// // The ring 1 -> 2 -> 3 -> 1 carries the value at 1 to 2.
    /// let ring = PermutationGroup::generate("ring", &[vec![1, 2, 0]])?;
    /// let (action, r) = (ring.action(), ring.group().generators()[0]);
    /// assert_eq!(action.on_function(r, &["a", "b", "c"])?, ["c", "a", "b"]);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `g` is of another, larger group or there is not one value per point.
    pub fn on_function<T: Clone>(&self, g: Element, values: &[T]) -> Result<Vec<T>, MathError> {
        self.group.check_element(g)?;
        if values.len() != self.points() {
            return Err(MathError::Length {
                what: "the function".to_string(),
                found: values.len(),
                expected: self.points(),
                meaning: "one value per point".to_string(),
            });
        }
        let source = self.images(self.group.inverse(g));
        Ok(source.iter().map(|&x| values[x].clone()).collect())
    }

    fn check_point(&self, point: usize) -> Result<(), MathError> {
        if point < self.points() {
            return Ok(());
        }
        let last = self.points() - 1;
        Err(MathError::NoPoint { point, last })
    }

    /// The elements with `g x = x`.
    ///
    /// # Errors
    ///
    /// If there is no point `x`.
    pub fn stabilizer(&self, x: usize) -> Result<Subgroup, MathError> {
        self.check_point(x)?;
        let fixing: Vec<Element> = self
            .group
            .elements()
            .filter(|&g| self.images(g)[x] == x)
            .collect();
        Ok(self.group.subgroup_generated(&fixing))
    }
}
