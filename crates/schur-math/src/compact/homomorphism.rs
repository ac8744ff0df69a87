//! Homomorphisms between compact groups.

use std::fmt;
use std::sync::Arc;

use crate::error::MathError;
use crate::symmetry::SymmetryGroup;
use crate::tolerance::SAME_ROTATION;
use crate::violation::{Law, Violation};

/// A homomorphism between compact groups, most often the inclusion of a closed subgroup.
///
/// Named ones are constructors: [`so2_in_o2`](CompactHomomorphism::so2_in_o2),
/// [`so3_in_o3`](CompactHomomorphism::so3_in_o3), [`of_space`](CompactHomomorphism::of_space),
/// [`covering`](CompactHomomorphism::covering), [`factor`](CompactHomomorphism::factor),
/// [`of_finite`](CompactHomomorphism::of_finite).
///
/// ```
/// use schur_math::{CompactHomomorphism, Representation, SpatialGroup, SpatialIrrep};
///
/// // Degree 2 about an axis: frequencies 0, 1 and 2.
/// let two = Representation::irreducible(&SpatialIrrep::so3(2)?);
/// let axis = SpatialGroup::parse("SO(2)")?;
/// let inside = CompactHomomorphism::of_space(&axis, &SpatialGroup::so3())?;
/// assert_eq!(two.restricted_along(&inside)?.to_string(), "A + E1 + E2");
/// # Ok::<(), schur_math::MathError>(())
/// ```
pub struct CompactHomomorphism<H: SymmetryGroup, G: SymmetryGroup> {
    source: H,
    target: G,
    stretch: usize,
    map: Map<H::Element, G::Element>,
    cosets: Option<Cosets<H, G>>,
}

type Map<A, B> = Arc<dyn Fn(&A) -> Result<B, MathError> + Send + Sync>;

type Lift<B, A> = Arc<dyn Fn(&B) -> Option<A> + Send + Sync>;

/// Representatives `r_i` of the cosets `G/H`, and the partial inverse of the map.
struct Cosets<H: SymmetryGroup, G: SymmetryGroup> {
    representatives: Vec<G::Element>,
    lift: Lift<G::Element, H::Element>,
}

impl<H: SymmetryGroup, G: SymmetryGroup> CompactHomomorphism<H, G> {
    /// A homomorphism given by a function. Irreps of band `b` restrict to irreps of band at
    /// most `stretch · b`: 1 for subgroups of rotations about the same axes, 2 from SU(2) to
    /// SO(3).
    ///
    /// ```
    /// use schur_math::{CompactHomomorphism, PlaneIsometry, PlanarGroup};
    ///
    /// // Doubling the angle is a homomorphism of SO(2), halving it is none.
    /// let times = |factor: f64| {
    ///     CompactHomomorphism::new(PlanarGroup::so2(), PlanarGroup::so2(), 2, move |g: &PlaneIsometry| {
    ///         PlaneIsometry::rotation(factor * g.angle())
    ///     })
    /// };
    /// assert!(times(2.0).is_ok() && times(0.5).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// If an image is no element of the target, or the function is no homomorphism at the
    /// [probes](SymmetryGroup::probes) up to [`SAME_ROTATION`].
    pub fn new(
        source: H,
        target: G,
        stretch: usize,
        map: impl Fn(&H::Element) -> Result<G::Element, MathError> + Send + Sync + 'static,
    ) -> Result<Self, MathError> {
        let checked = |g: &H::Element| {
            let image = map(g)?;
            target.check_element(&image).map(|()| image)
        };
        let probes = source.probes();
        for g in &probes {
            for h in &probes {
                let product = target.compose(&checked(g)?, &checked(h)?);
                let worst = target.distance(&product, &checked(&source.compose(g, h))?);
                if worst.is_nan() || worst > SAME_ROTATION {
                    return Err(MathError::Law {
                        what: format!("a map from {source} to {target}"),
                        violation: Violation {
                            law: Law::GroupHomomorphism,
                            witness: format!("({g:?}, {h:?})"),
                            explanation: "the images multiply to another".to_string(),
                            worst,
                        },
                    });
                }
            }
        }
        Ok(Self {
            source,
            target,
            stretch,
            map: Arc::new(map),
            cosets: None,
        })
    }

    /// The inclusion of a subgroup of finite index, with representatives `r_i` of its cosets
    /// and the function that gives the `h` with image `g`, if there is one. So representations
    /// can be [induced](crate::Representation::induced_to).
    ///
    /// # Errors
    ///
    /// If a representative is no element of the target, `lift` does not undo the map at the
    /// probes of the smaller group, or a probe of the larger group is not in exactly one of the
    /// cosets.
    pub fn with_cosets(
        mut self,
        representatives: Vec<G::Element>,
        lift: impl Fn(&G::Element) -> Option<H::Element> + Send + Sync + 'static,
    ) -> Result<Self, MathError> {
        let fails = |value: &dyn fmt::Debug, problem, remedy| {
            let what = "the cosets of a subgroup";
            MathError::geometry(what, value, problem, remedy)
        };
        representatives
            .iter()
            .try_for_each(|r| self.target.check_element(r))?;
        for h in self.source.probes() {
            let back = lift(&(self.map)(&h)?);
            let is_undone = back.is_some_and(|b| self.source.distance(&b, &h) <= SAME_ROTATION);
            if !is_undone {
                let problem = "its image is not lifted to itself";
                return Err(fails(&h, problem, "give the inverse of the inclusion"));
            }
        }
        for g in self.target.probes() {
            let inside = representatives.iter().filter(|r| {
                let rest = self.target.compose(&self.target.inverse(r), &g);
                lift(&rest).is_some()
            });
            if inside.count() != 1 {
                let problem = "it is not in exactly one of them";
                return Err(fails(&g, problem, "give one representative per coset"));
            }
        }
        self.cosets = Some(Cosets {
            representatives,
            lift: Arc::new(lift),
        });
        Ok(self)
    }

    /// The group that is mapped.
    pub fn source(&self) -> &H {
        &self.source
    }

    /// The group that it is mapped to.
    pub fn target(&self) -> &G {
        &self.target
    }

    /// How much bands grow at most in restrictions.
    pub fn stretch(&self) -> usize {
        self.stretch
    }

    /// The image of an element.
    ///
    /// # Errors
    ///
    /// If it is no element of the source.
    pub fn apply(&self, h: &H::Element) -> Result<G::Element, MathError> {
        self.source.check_element(h)?;
        (self.map)(h)
    }

    /// Representatives of the cosets, if [they were given](Self::with_cosets).
    pub fn representatives(&self) -> Option<&[G::Element]> {
        Some(&self.cosets.as_ref()?.representatives)
    }

    /// The coset `j` and the element `h` with `g = r_j h`.
    pub(crate) fn place(&self, g: &G::Element) -> Option<(usize, H::Element)> {
        let cosets = self.cosets.as_ref()?;
        let parts = cosets.representatives.iter().enumerate();
        parts.into_iter().find_map(|(j, r)| {
            let rest = self.target.compose(&self.target.inverse(r), g);
            Some((j, (cosets.lift)(&rest)?))
        })
    }

    /// The homomorphism `h -> g f(h) g⁻¹`: the same subgroup in another orientation. Cosets
    /// are not kept.
    ///
    /// ```
    /// use schur_math::{CompactHomomorphism, SpaceIsometry, SpatialGroup};
    ///
    /// // Rotations about z, brought to x.
    /// let turn = |axis, angle| SpaceIsometry::from_axis_angle(axis, angle);
    /// let axis = SpatialGroup::parse("SO(2)")?;
    /// let about_x = CompactHomomorphism::of_space(&axis, &SpatialGroup::so3())?
    ///     .conjugated_by(&turn([0.0, 1.0, 0.0], std::f64::consts::FRAC_PI_2)?)?;
    /// let fixed = about_x.apply(&turn([0.0, 0.0, 1.0], 0.3)?)?.apply([1.0, 0.0, 0.0]);
    /// assert!((fixed[0] - 1.0).abs() < 1e-15);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `g` is no element of the target.
    pub fn conjugated_by(&self, g: &G::Element) -> Result<Self, MathError> {
        self.target.check_element(g)?;
        let (target, map, g) = (self.target.clone(), Arc::clone(&self.map), g.clone());
        let conjugated = move |h: &H::Element| {
            let product = target.compose(&g, &map(h)?);
            Ok(target.compose(&product, &target.inverse(&g)))
        };
        Self::new(
            self.source.clone(),
            self.target.clone(),
            self.stretch,
            conjugated,
        )
    }

    /// This homomorphism followed by another. Cosets are not kept.
    ///
    /// ```
    /// use schur_math::{CompactHomomorphism, Parity, Representation, SpatialIrrep};
    ///
    /// // SU(2) over SO(3) in O(3): vectors as spins.
    /// let inside = CompactHomomorphism::covering().then(&CompactHomomorphism::so3_in_o3())?;
    /// let vector = Representation::irreducible(&SpatialIrrep::o3(1, Parity::Odd)?);
    /// assert_eq!(vector.restricted_along(&inside)?.to_string(), "1");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the second does not start where this one ends.
    pub fn then<K: SymmetryGroup>(
        &self,
        next: &CompactHomomorphism<G, K>,
    ) -> Result<CompactHomomorphism<H, K>, MathError> {
        if next.source != self.target {
            let what = "the second homomorphism";
            return Err(crate::symmetry::foreign(what, &next.source, &self.target));
        }
        let (first, second) = (Arc::clone(&self.map), Arc::clone(&next.map));
        CompactHomomorphism::new(
            self.source.clone(),
            next.target.clone(),
            self.stretch * next.stretch,
            move |h| second(&first(h)?),
        )
    }
}

impl<H: SymmetryGroup, G: SymmetryGroup> fmt::Debug for CompactHomomorphism<H, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CompactHomomorphism({} -> {})", self.source, self.target)
    }
}
