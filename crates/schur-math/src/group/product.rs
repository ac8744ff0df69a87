//! Direct and semidirect products, dicyclic groups.

use super::construct::check_order;
use super::laws::group_homomorphism;
use super::{Element, Family, FiniteAction, Group};
use crate::cayley::CayleyTable;
use crate::error::MathError;

impl Group {
    /// The direct product `G x H`: pairs with `(g, h)(g', h') = (g g', h h')`. The pair stands
    /// at index `g + |G| h` and is named `(r, s)`.
    ///
    /// ```
    /// use schur_math::Group;
    ///
    /// let product = Group::parse("C4")?.direct_product(&Group::parse("D3")?)?;
    /// assert_eq!((product.name(), product.order()), ("C4 x D3", 24));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the order is above [`MAX_ORDER`](Self::MAX_ORDER).
    pub fn direct_product(&self, other: &Self) -> Result<Self, MathError> {
        let name = format!("{} x {}", self.name(), bracketed(other.name()));
        let twist = |_, n| n;
        self.product_with(other, name, twist)
    }

    /// The semidirect product `N ⋊ H`: pairs with `(n, h)(n', h') = (n φ_h(n'), h h')`, where
    /// `H` acts on the elements of `N` by automorphisms `φ`. The pair stands at index
    /// `n + |N| h`.
    ///
    /// ```
    /// use schur_math::{FiniteAction, Group};
    ///
    /// // The mirror inverts rotations.
    /// let (c4, c2) = (Group::cyclic(4)?, Group::cyclic(2)?);
    /// let inversion = FiniteAction::new(&c2, vec![vec![0, 1, 2, 3], vec![0, 3, 2, 1]])?;
    /// assert_eq!(c4.semidirect_product(&inversion)?, Group::dihedral(4)?);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the points of the action are not the elements of this group, an element of `H` does
    /// not act by an automorphism (the error has a witness), or the order is above
    /// [`MAX_ORDER`](Self::MAX_ORDER).
    pub fn semidirect_product(&self, action: &FiniteAction) -> Result<Self, MathError> {
        let acting = action.group();
        for h in acting.elements() {
            let what = format!("{} acting on {self}", acting.element_name(h));
            group_homomorphism(self, self, action.images(h)).map_err(MathError::law(what))?;
        }
        let name = format!("{} : {}", bracketed(self.name()), bracketed(acting.name()));
        let twist = |h: usize, n: usize| action.images(Element::new(h))[n];
        self.product_with(acting, name, twist)
    }

    /// Pairs with `(n, h)(n', h') = (n twist(h, n'), h h')`.
    fn product_with(
        &self,
        other: &Self,
        name: String,
        twist: impl Fn(usize, usize) -> usize,
    ) -> Result<Self, MathError> {
        let (m, k) = (self.order(), other.order());
        check_order(&name, m.checked_mul(k))?;
        let table = CayleyTable::from_fn(m * k, |a, b| {
            let twisted = twist(a / m, b % m);
            let first = self.table().product(a % m, twisted);
            first + m * other.table().product(a / m, b / m)
        });
        let pair = |n: Element, h: Element| n.index() + m * h.index();
        let left = self.generators().iter().map(|&n| pair(n, other.identity()));
        let right = other.generators().iter().map(|&h| pair(self.identity(), h));
        let generators = left.chain(right).map(Element::new).collect();
        let identity = pair(self.identity(), other.identity());
        let element_name = |a: usize| {
            if a == identity {
                return "e".to_string();
            }
            let n = self.element_name(Element::new(a % m));
            let h = other.element_name(Element::new(a / m));
            format!("({n}, {h})")
        };
        let names = (0..m * k).map(element_name).collect();
        Ok(Self::from_checked(
            name,
            Family::Product,
            table,
            generators,
            names,
        ))
    }

    /// The dicyclic group `Dic_n` of order `4n`, for `n >= 1`: `a` of order `2n` and `x` with
    /// `x² = a^n`, `x a x⁻¹ = a⁻¹`. Element `a^i x^f` stands at index `i + 2n f`. `Dic_2` is the
    /// quaternion group `Q_8` with `a = i`, `x = j`, named `±1, ±i, ±j, ±k`.
    ///
    /// ```
    /// use schur_math::Group;
    ///
    /// // The quaternion group has one element of order 2 where D4 has five.
    /// let q8 = Group::dicyclic(2)?;
    /// assert_eq!(q8.elements().filter(|&g| q8.element_order(g) == 2).count(), 1);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the order `4n` is zero or above [`MAX_ORDER`](Self::MAX_ORDER).
    pub fn dicyclic(n: usize) -> Result<Self, MathError> {
        let name = if n == 2 {
            "Q8".to_string()
        } else {
            format!("Dic{n}")
        };
        check_order(&name, n.checked_mul(4))?;
        let m = 2 * n;
        // a^i x^f a^j x^g = a^(i ± j) x^(f+g), with minus if f = 1; x² = a^n.
        let table = CayleyTable::from_fn(4 * n, |p, q| {
            let (i, f, j, g) = (p % m, p / m, q % m, q / m);
            let power = if f == 0 { i + j } else { i + m - j };
            (power + n * (f & g)) % m + m * (f ^ g)
        });
        let units = ["e", "i", "-1", "-i", "j", "k", "-j", "-k"];
        let names = (0..4 * n).map(|p| match n {
            2 => units[p].to_string(),
            _ => word(p % m, p >= m),
        });
        Ok(Self::from_checked(
            name,
            Family::Dicyclic(n),
            table,
            vec![Element::new(1), Element::new(m)],
            names.collect(),
        ))
    }
}

/// Name of `a^i x^f`.
fn word(i: usize, x: bool) -> String {
    let power = match i {
        0 => "",
        1 => "a",
        _ => &format!("a^{i}"),
    };
    match (power.is_empty(), x) {
        (true, false) => "e".to_string(),
        (true, true) => "x".to_string(),
        (false, false) => power.to_string(),
        (false, true) => format!("{power} x"),
    }
}

/// Brackets round the name of a product.
fn bracketed(name: &str) -> String {
    if name.contains(' ') {
        format!("({name})")
    } else {
        name.to_string()
    }
}
