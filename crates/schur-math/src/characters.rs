//! Complex characters of finite groups.

mod abelian;
mod burnside;
mod polynomial;
mod prime_field;
mod spectrum;

use crate::group::{Element, Group};
use num_complex::Complex64;

/// An irreducible complex character of a finite group.
///
/// ```
/// use schur_math::{CharacterTable, Group};
///
/// // Q8 and D4 have the same values; the indicator tells their planes apart.
/// let plane = |name| Group::parse(name).map(|g| CharacterTable::new(&g).characters()[4].clone());
/// let (q8, d4) = (plane("Q8")?, plane("D4")?);
/// assert_eq!((q8.dim(), q8.frobenius_schur()), (2, -1));
/// assert_eq!((d4.dim(), d4.frobenius_schur()), (2, 1));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Character {
    dim: usize,
    /// Per class.
    spectra: Vec<Vec<usize>>,
    /// Per class.
    values: Vec<Complex64>,
    frobenius_schur: i8,
}

impl Character {
    /// Dimension `d = χ(e)` of the complex representation.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// The values on the classes, in their order.
    pub fn values(&self) -> &[Complex64] {
        &self.values
    }

    /// The eigenvalues of `ρ(g)` on a class of elements of order `o`, exactly: sorted `k` of
    /// the `e^(2πi k/o)`, with repetition. The value of the character is their sum.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if there is no such class.
    pub fn eigenvalues(&self, class: usize) -> &[usize] {
        &self.spectra[class]
    }

    /// The indicator of Frobenius and Schur, `$\frac{1}{|G|} \sum_g \chi(g^2)$`: 1 if the representation can be
    /// written with real matrices, -1 if only its double can although the character is real,
    /// 0 if the character is not real.
    pub fn frobenius_schur(&self) -> i8 {
        self.frobenius_schur
    }

    /// Whether all values are real numbers.
    pub fn is_real(&self) -> bool {
        self.frobenius_schur != 0
    }
}

/// The table of all irreducible complex characters.
///
/// Computed exactly by the method of Burnside and Dixon (Dixon 1967, *High speed computation
/// of group characters*): modulo a prime `p` with `p ≡ 1` modulo the exponent, then lifted.
///
/// Classes are in the order of [`Group::conjugacy_classes`]. Characters are sorted by
/// dimension, then by the [eigenvalues](Character::eigenvalues) on the first class where they
/// differ, so the trivial one is first.
///
/// ```
/// use schur_math::{CharacterTable, Group};
///
/// let table = CharacterTable::new(&Group::parse("S4")?);
/// let dims: Vec<usize> = table.characters().iter().map(|c| c.dim()).collect();
/// assert_eq!(dims, [1, 1, 2, 3, 3]);
/// // 3 x 3 contains everything but the sign, once.
/// assert_eq!(table.tensor_product(3, 3), [1, 0, 1, 1, 1]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CharacterTable {
    group: Group,
    classes: Classes,
    characters: Vec<Character>,
}

impl CharacterTable {
    /// The table of a group. The time grows with the cube of the number of classes unless the
    /// group is abelian: milliseconds for `S_6`, a second for hundreds of classes.
    pub fn new(group: &Group) -> Self {
        let classes = Classes::new(group);
        let mut spectra = if group.is_abelian() {
            abelian::spectra(group)
        } else {
            spectrum::spectra(group, &classes, &burnside::characters(group, &classes))
        };
        let dim = |spectra: &Vec<Vec<usize>>| spectra[0].len();
        spectra.sort_by(|a, b| (dim(a), a).cmp(&(dim(b), b)));
        let characters = spectra
            .into_iter()
            .map(|spectra| classes.character(group, spectra))
            .collect();
        Self {
            group: group.clone(),
            classes,
            characters,
        }
    }

    /// The group.
    pub fn group(&self) -> &Group {
        &self.group
    }

    /// The conjugacy classes, in the order of [`Group::conjugacy_classes`].
    pub fn classes(&self) -> &[Vec<Element>] {
        &self.classes.members
    }

    /// The index of the class of `g`.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if `g` is an element of another, larger group.
    pub fn class_of(&self, g: Element) -> usize {
        self.classes.class_of[g.index()]
    }

    /// All irreducible characters, sorted; as many as classes.
    pub fn characters(&self) -> &[Character] {
        &self.characters
    }

    /// The value `χ_i(g)`.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if there is no character `i` or `g` is of another group.
    pub fn value(&self, i: usize, g: Element) -> Complex64 {
        self.characters[i].values[self.class_of(g)]
    }

    /// The index of the character with the conjugate values.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if there is no character `i`.
    pub fn conjugate(&self, i: usize) -> usize {
        let conjugate = self.classes.inverse(&self.group);
        let ours = &self.characters[i].spectra;
        let is_conjugate = |c: &Character| {
            let mut pairs = conjugate.iter().zip(&c.spectra);
            pairs.all(|(&inverse, theirs)| &ours[inverse] == theirs)
        };
        let found = self.characters.iter().position(is_conjugate);
        found.expect("the conjugate of an irreducible character is one")
    }

    /// How often each irreducible character `$\chi_k$` is in the product of two:
    ///
    /// ```math
    /// \langle \chi_i \chi_j, \chi_k \rangle
    /// = \frac{1}{|G|} \sum_{g \in G} \chi_i(g)\, \chi_j(g)\, \overline{\chi_k(g)}
    /// ```
    ///
    /// # Panics
    ///
    /// Like slice indexing, if there is no character `i` or `j`.
    pub fn tensor_product(&self, i: usize, j: usize) -> Vec<usize> {
        let (a, b) = (&self.characters[i].values, &self.characters[j].values);
        let multiplicity = |c: &Character| {
            let mut sum = 0.0;
            for (class, members) in self.classes.members.iter().enumerate() {
                let (x, y, z) = (a[class], b[class], c.values[class]);
                let (re, im) = (x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re);
                sum += members.len() as f64 * (re * z.re + im * z.im);
            }
            // Exact up to round-off, which is far below 1/2.
            (sum / self.group.order() as f64).round() as usize
        };
        self.characters.iter().map(multiplicity).collect()
    }
}

/// Conjugacy classes with the class of every element.
#[derive(Clone, Debug, PartialEq)]
struct Classes {
    members: Vec<Vec<Element>>,
    class_of: Vec<usize>,
    /// Orders of the elements of the classes.
    orders: Vec<usize>,
}

impl Classes {
    fn new(group: &Group) -> Self {
        let members = group.conjugacy_classes();
        let mut class_of = vec![0; group.order()];
        for (class, elements) in members.iter().enumerate() {
            for g in elements {
                class_of[g.index()] = class;
            }
        }
        let orders = members.iter().map(|c| group.element_order(c[0])).collect();
        Self {
            members,
            class_of,
            orders,
        }
    }

    /// The class of `g⁻¹` for the class of `g`.
    fn inverse(&self, group: &Group) -> Vec<usize> {
        let class = |members: &Vec<Element>| self.class_of[group.inverse(members[0]).index()];
        self.members.iter().map(class).collect()
    }

    /// Values and indicator from eigenvalues.
    fn character(&self, group: &Group, spectra: Vec<Vec<usize>>) -> Character {
        let pairs = spectra.iter().zip(&self.orders);
        let values: Vec<Complex64> = pairs.map(|(s, &order)| spectrum::value(s, order)).collect();
        let mut squares = 0.0;
        for members in &self.members {
            let square = group.compose(members[0], members[0]);
            squares += members.len() as f64 * values[self.class_of[square.index()]].re;
        }
        Character {
            dim: spectra[0].len(),
            spectra,
            values,
            // Exactly -1, 0 or 1 up to round-off.
            frobenius_schur: (squares / group.order() as f64).round() as i8,
        }
    }
}
