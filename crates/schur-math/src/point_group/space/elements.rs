//! Which isometries are in a group, and the group as a compact one.

use std::f64::consts::PI;

use rand::RngCore;

use super::{Schoenflies, SpatialGroup, SpatialIrrep};
use crate::continuous::{FiniteSubgroup, Parity, of_compact_elements};
use crate::error::MathError;
use crate::group::{Element, Group, Homomorphism, Inclusion, Polyhedral, Subgroup};
use crate::matrix::Matrix;
use crate::point_group::{PointGroup, finite};
use crate::quadrature::Quadrature;
use crate::rotation::{PlaneIsometry, SpaceIsometry, UnitQuaternion, generating_turns};
use crate::symmetry::{SymmetryGroup, foreign, unknown_irrep};
use crate::tolerance::SAME_ROTATION;

impl SpatialGroup {
    /// Whether every element of another group is in this one. Two groups that contain each other
    /// are the same set of isometries.
    ///
    /// ```
    /// use schur_math::SpatialGroup;
    ///
    /// let (cube, triangle) = (SpatialGroup::parse("O")?, SpatialGroup::parse("D3")?);
    /// assert!(!cube.contains_group(&triangle));
    /// assert!(SpatialGroup::so3().contains_group(&triangle));
    /// // Another mirror called s: other names for the same isometries.
    /// let (a, b) = (SpatialGroup::parse("C4v")?, SpatialGroup::parse("C4v@45")?);
    /// assert!(a != b && a.contains_group(&b) && b.contains_group(&a));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn contains_group(&self, other: &Self) -> bool {
        // Powers of a turn come as close to the elements of a finite group as one likes.
        let fits = self.finite().is_none() || other.finite().is_some();
        fits && other.generators().iter().all(|g| self.contains(g))
    }

    /// The inclusion of a finite group in another, as a map of abstract groups.
    ///
    /// # Errors
    ///
    /// If one of the two is infinite, or this one is not inside the other.
    pub fn inclusion_in(&self, group: &Self) -> Result<Inclusion, MathError> {
        check_subgroup(group, self)?;
        let source = finite(self, "an inclusion of finite groups")?;
        let target = finite(group, "an inclusion of finite groups")?;
        let elements = self.elements().unwrap_or_default();
        let images = elements.iter().filter_map(|g| group.finite_index(g));
        let images = images.map(|g| g.index()).collect();
        Inclusion::new(Homomorphism::new(source, target, images)?)
    }

    /// What a subgroup of the abstract group does to space: as [`from_generators`] recognises
    /// its elements.
    ///
    /// ```
    /// use schur_math::{SpatialGroup, SymmetryGroup};
    ///
    /// let cube = SpatialGroup::parse("O")?;
    /// let group = cube.finite().expect("it is finite");
    /// let kinds: Vec<String> = group.subgroups()?.iter()
    ///     .map(|subgroup| Ok(cube.subgroup(subgroup)?.kind().to_string()))
    ///     .collect::<Result<_, schur_math::MathError>>()?;
    /// // 4 axes of threefold turns, 3 of fourfold ones.
    /// assert_eq!(kinds.iter().filter(|kind| *kind == "C3").count(), 4);
    /// assert_eq!(kinds.iter().filter(|kind| *kind == "D4").count(), 3);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// [`from_generators`]: Self::from_generators
    ///
    /// # Errors
    ///
    /// If the subgroup is of another group, or this one is infinite.
    pub fn subgroup(&self, subgroup: &Subgroup) -> Result<Self, MathError> {
        if Some(subgroup.group()) != self.finite() {
            let what = format!("the subgroup {subgroup}");
            return Err(foreign(what, &subgroup.group().name(), self));
        }
        let elements = subgroup.elements().iter();
        let elements: Vec<SpaceIsometry> =
            elements.filter_map(|&g| self.finite_element(g)).collect();
        Self::of_elements(&elements)
    }
}

pub(crate) fn check_subgroup(
    group: &SpatialGroup,
    subgroup: &SpatialGroup,
) -> Result<(), MathError> {
    if group.contains_group(subgroup) {
        return Ok(());
    }
    Err(MathError::NotSpatialSubgroup {
        subgroup: subgroup.name().to_string(),
        group: group.name().to_string(),
    })
}

impl PointGroup for SpatialGroup {
    fn dimension(&self) -> usize {
        3
    }

    fn element_name(&self, g: &SpaceIsometry) -> String {
        g.to_string()
    }

    fn isometry(&self, g: &SpaceIsometry) -> Matrix {
        match g.lattice_matrix() {
            Some(matrix) => matrix.map(|row| row.map(f64::from)).into(),
            None => g.matrix().into(),
        }
    }

    /// The elements that permute the cubic lattice: the part in the `Oh` of the coordinate axes.
    fn lattice_subgroup(&self) -> Self {
        if let Some(elements) = self.elements()
            && elements.iter().all(|g| g.lattice_matrix().is_some())
        {
            return self.clone();
        }
        let find = || {
            let cube = Self::new(Schoenflies::Polyhedral(Polyhedral::Oh));
            let cube = cube.expect("the symmetries of the cube exist");
            let mut elements = cube.elements().unwrap_or_default();
            elements.retain(|g| self.contains(g));
            Self::of_elements(&elements).expect("parts of the cube's group are point groups")
        };
        self.0.lattice.get_or_init(find).clone()
    }

    fn test_elements(&self) -> Vec<SpaceIsometry> {
        if let Some(all) = self.elements() {
            return all;
        }
        let mut elements = self.lattice_subgroup().elements().unwrap_or_default();
        // Multiples of the golden angle are spread evenly and never repeat.
        let golden = PI * (3.0 - 5f64.sqrt());
        let mut add = |g: SpaceIsometry| {
            if self.contains(&g) {
                elements.push(g);
            }
        };
        for step in 1..=6 {
            let angle = golden * f64::from(step);
            if let Some(axial) = self.kind().axial() {
                for (mirrored, inverted) in
                    [(false, false), (true, false), (false, true), (true, true)]
                {
                    let g = axial.isometry(&PlaneIsometry::wrapped(angle, mirrored), inverted);
                    add(self.oriented_isometry(&g));
                }
            } else {
                let axis = [angle.cos(), angle.sin(), 0.3 * f64::from(step)];
                let turn = UnitQuaternion::from_axis_angle(axis, angle).expect("no zero axis");
                add(SpaceIsometry::new(turn, false));
                add(SpaceIsometry::new(turn, true));
            }
        }
        elements
    }

    fn harmonic_irrep(&self, degree: usize) -> Option<SpatialIrrep> {
        match self.kind() {
            Schoenflies::SO3 => SpatialIrrep::so3(degree).ok(),
            Schoenflies::O3 => SpatialIrrep::o3(degree, Parity::of_degree(degree)).ok(),
            _ => None,
        }
    }
}

impl SymmetryGroup for SpatialGroup {
    type Element = SpaceIsometry;
    type Irrep = SpatialIrrep;

    of_compact_elements!(SpaceIsometry);

    /// Up to [`SAME_ROTATION`].
    fn contains(&self, g: &SpaceIsometry) -> bool {
        if self.finite().is_some() {
            return self.finite_index(g).is_some();
        }
        match self.kind().axial() {
            Some(axial) => axial.parameters(&self.upright_isometry(g)).is_some(),
            None => self.kind() == Schoenflies::O3 || !g.is_improper(),
        }
    }

    fn check_element(&self, g: &SpaceIsometry) -> Result<(), MathError> {
        if self.contains(g) {
            return Ok(());
        }
        Err(MathError::NotInPointGroup {
            element: g.to_string(),
            group: self.name().to_string(),
        })
    }

    fn finite(&self) -> Option<&Group> {
        self.finite_subgroup().map(FiniteSubgroup::group)
    }

    /// Up to [`SAME_ROTATION`].
    fn finite_index(&self, g: &SpaceIsometry) -> Option<Element> {
        let finite = self.finite_subgroup()?;
        let q = g.quaternion();
        let is_same = |e: &Element| {
            let image = finite.image(*e);
            let other = image.quaternion();
            image.is_improper() == g.is_improper()
                && q.distance(&other).min(q.distance(&other.negated())) <= SAME_ROTATION
        };
        finite.group().elements().find(is_same)
    }

    fn finite_element(&self, g: Element) -> Option<SpaceIsometry> {
        let finite = self.finite_subgroup()?;
        finite.group().element(g.index()).ok()?;
        Some(*finite.image(g))
    }

    fn random(&self, generator: &mut impl RngCore) -> SpaceIsometry {
        if let Some(finite) = self.finite_subgroup() {
            return *finite.image(SymmetryGroup::random(finite.group(), generator));
        }
        if let Some(axial) = self.kind().axial() {
            let part = axial.plane.random(generator);
            let inverted = axial.has_inversion && SpaceIsometry::random(generator).is_improper();
            return self.oriented_isometry(&axial.isometry(&part, inverted));
        }
        match self.kind() {
            Schoenflies::O3 => SpaceIsometry::random(generator),
            _ => SpaceIsometry::random_proper(generator),
        }
    }

    fn generators(&self) -> Vec<SpaceIsometry> {
        if let Some(finite) = self.finite_subgroup() {
            let generators = finite.group().generators().iter();
            return generators.map(|&g| *finite.image(g)).collect();
        }
        let Some(axial) = self.kind().axial() else {
            let mut all = generating_turns()
                .map(|q| SpaceIsometry::new(q, false))
                .to_vec();
            all.extend((self.kind() == Schoenflies::O3).then_some(SpaceIsometry::INVERSION));
            return all;
        };
        let parts = axial.plane.generators().into_iter().map(|g| (g, false));
        let inversion = axial
            .has_inversion
            .then_some((PlaneIsometry::IDENTITY, true));
        let parts = parts.chain(inversion);
        let isometries = parts.map(|(g, inverted)| axial.isometry(&g, inverted));
        isometries.map(|g| self.oriented_isometry(&g)).collect()
    }

    fn quadrature(&self, degree: usize) -> Result<Quadrature<SpaceIsometry>, MathError> {
        if let Some(elements) = self.elements() {
            return Ok(Quadrature::even(elements, degree));
        }
        let Some(axial) = self.kind().axial() else {
            return match self.kind() {
                Schoenflies::O3 => Quadrature::o3(degree),
                _ => Quadrature::so3(degree),
            };
        };
        let inversions: &[bool] = if axial.has_inversion {
            &[false, true]
        } else {
            &[false]
        };
        let inversions = Quadrature::even(inversions.to_vec(), degree);
        let planar = axial.plane.quadrature(degree)?;
        Ok(planar.times(&inversions, |g, &inverted| {
            self.oriented_isometry(&axial.isometry(g, inverted))
        }))
    }

    fn irreps(&self, band: usize) -> Result<Vec<SpatialIrrep>, MathError> {
        SpatialIrrep::all(self, band)
    }

    fn irrep(&self, name: &str) -> Result<SpatialIrrep, MathError> {
        if let Some(found) = SpatialIrrep::parse(self, name) {
            return found;
        }
        let known: Vec<String> = self.irreps(2)?.iter().map(ToString::to_string).collect();
        let more = if self.finite().is_some() { "" } else { ", …" };
        Err(unknown_irrep(
            self,
            name,
            &format!("{}{more}", known.join(", ")),
        ))
    }
}
