//! Maps between groups.

use super::laws::group_homomorphism;
use super::{Element, Group, Subgroup};
use crate::error::MathError;

/// A homomorphism `f: G -> H`, checked: `f(g h) = f(g) f(h)`.
///
/// ```
/// use schur_math::{Group, Homomorphism};
///
/// // The sign of a permutation of three points.
/// let (s3, c2) = (Group::parse("S3")?, Group::parse("C2")?);
/// let sign = Homomorphism::new(&s3, &c2, vec![0, 1, 1, 0, 0, 1])?;
/// assert_eq!(sign.kernel().order(), 3);
/// assert!(sign.is_surjective() && !sign.is_injective());
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Homomorphism {
    source: Group,
    target: Group,
    images: Vec<usize>,
}

impl Homomorphism {
    /// A homomorphism from the indices of all images: `images[g]` is `f(g)`.
    ///
    /// # Errors
    ///
    /// If an image is missing or no element, or products are not respected; the error has a
    /// witness.
    pub fn new(source: &Group, target: &Group, images: Vec<usize>) -> Result<Self, MathError> {
        let what = MathError::law(format!("map from {source} to {target}"));
        group_homomorphism(source, target, &images).map_err(what)?;
        Ok(Self::from_checked(source, target, images))
    }

    /// A homomorphism from the images of the [generators](Group::generators) of the source,
    /// in their order.
    ///
    /// ```
    /// use schur_math::{Group, Homomorphism};
    ///
    /// // The sign of a permutation: both generators of S3 are odd or one of them is.
    /// let (s3, c2) = (Group::parse("S3")?, Group::parse("C2")?);
    /// let odd = c2.element(1)?;
    /// let images: Vec<_> = (s3.generators().iter())
    ///     .map(|&g| if s3.element_order(g) == 2 { odd } else { c2.identity() })
    ///     .collect();
    /// let sign = Homomorphism::from_generators(&s3, &c2, &images)?;
    /// assert_eq!(sign.kernel().order(), 3);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If their number is wrong, an image is no element of the target, or no homomorphism has
    /// these images; the error has a witness.
    pub fn from_generators(
        source: &Group,
        target: &Group,
        generator_images: &[Element],
    ) -> Result<Self, MathError> {
        let generators = source.generators();
        if generators.len() != generator_images.len() {
            return Err(MathError::Length {
                what: format!("the images of the generators of {source}"),
                found: generator_images.len(),
                expected: generators.len(),
                meaning: "one per generator".to_string(),
            });
        }
        for &image in generator_images {
            target.check_element(image)?;
        }
        let mut images = vec![usize::MAX; source.order()];
        images[source.identity().index()] = target.identity().index();
        let mut todo = vec![source.identity()];
        while let Some(g) = todo.pop() {
            for (&a, &image) in generators.iter().zip(generator_images) {
                let product = source.compose(g, a);
                if images[product.index()] == usize::MAX {
                    let here = Element::new(images[g.index()]);
                    images[product.index()] = target.compose(here, image).index();
                    todo.push(product);
                }
            }
        }
        Self::new(source, target, images)
    }

    /// From images that respect products by construction.
    pub(super) fn from_checked(source: &Group, target: &Group, images: Vec<usize>) -> Self {
        let (source, target) = (source.clone(), target.clone());
        Self {
            source,
            target,
            images,
        }
    }

    /// The group `G` that is mapped.
    pub fn source(&self) -> &Group {
        &self.source
    }

    /// The group `H` that it is mapped to.
    pub fn target(&self) -> &Group {
        &self.target
    }

    /// The image `f(g)`.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if `g` is an element of another, larger group.
    pub fn apply(&self, g: Element) -> Element {
        Element::new(self.images[g.index()])
    }

    /// The elements with `f(g) = e`, a normal subgroup of the source.
    pub fn kernel(&self) -> Subgroup {
        let identity = self.target.identity();
        let elements = self.source.elements();
        Subgroup::new(
            &self.source,
            elements.filter(|&g| self.apply(g) == identity).collect(),
        )
    }

    /// The elements `f(g)`, a subgroup of the target.
    pub fn image(&self) -> Subgroup {
        let mut elements: Vec<Element> = self.source.elements().map(|g| self.apply(g)).collect();
        elements.sort_unstable();
        elements.dedup();
        Subgroup::new(&self.target, elements)
    }

    /// Whether different elements have different images.
    pub fn is_injective(&self) -> bool {
        self.kernel().order() == 1
    }

    /// Whether every element of the target is an image.
    pub fn is_surjective(&self) -> bool {
        self.image().order() == self.target.order()
    }

    /// The homomorphism `next ∘ self`, this one first.
    ///
    /// ```
    /// use schur_math::{Group, Homomorphism};
    ///
    /// let group = |n: usize| Group::cyclic(n);
    /// let modulo = |from: usize, to: usize| {
    ///     Homomorphism::new(&group(from)?, &group(to)?, (0..from).map(|k| k % to).collect())
    /// };
    /// let both = modulo(12, 6)?.then(&modulo(6, 2)?)?;
    /// assert_eq!(both, modulo(12, 2)?);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the source of `next` is not the target of this one.
    pub fn then(&self, next: &Self) -> Result<Self, MathError> {
        if next.source != self.target {
            return Err(MathError::ForeignGroup {
                what: "the second homomorphism".to_string(),
                found: next.source.name().to_string(),
                expected: self.target.name().to_string(),
            });
        }
        let images = self.images.iter().map(|&g| next.images[g]).collect();
        Ok(Self::from_checked(&self.source, &next.target, images))
    }
}

/// An injective homomorphism `H -> G`: a group as a part of another.
///
/// ```
/// use schur_math::Group;
///
/// // The rotations of the square, as a group of their own.
/// let d4 = Group::parse("D4")?;
/// let rotations = d4.subgroup_generated(&[d4.element(1)?]).inclusion();
/// assert_eq!(rotations.source().order(), 4);
/// assert_eq!(rotations.target(), &d4);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inclusion(Homomorphism);

impl Inclusion {
    /// A homomorphism that is injective.
    ///
    /// # Errors
    ///
    /// If it is not; the error names an element other than `e` that is mapped to `e`.
    pub fn new(homomorphism: Homomorphism) -> Result<Self, MathError> {
        let kernel = homomorphism.kernel();
        let source = homomorphism.source();
        match kernel.elements().iter().find(|&&g| g != source.identity()) {
            None => Ok(Self(homomorphism)),
            Some(&g) => Err(MathError::NotInjective {
                source_group: source.name().to_string(),
                target_group: homomorphism.target().name().to_string(),
                element: source.element_name(g).to_string(),
            }),
        }
    }

    pub(super) fn from_checked(homomorphism: Homomorphism) -> Self {
        Self(homomorphism)
    }

    /// The smaller group.
    pub fn source(&self) -> &Group {
        self.0.source()
    }

    /// The larger group.
    pub fn target(&self) -> &Group {
        self.0.target()
    }

    /// The element of the larger group.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if `h` is an element of another, larger group.
    pub fn apply(&self, h: Element) -> Element {
        self.0.apply(h)
    }

    /// The smaller group as a subgroup of the larger.
    pub fn image(&self) -> Subgroup {
        self.0.image()
    }

    /// As a homomorphism.
    pub fn homomorphism(&self) -> &Homomorphism {
        &self.0
    }
}
