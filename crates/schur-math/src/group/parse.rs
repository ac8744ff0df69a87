//! Groups by name.

use super::{Group, PermutationGroup, Polyhedral};
use crate::error::MathError;

impl Group {
    /// A group from its name, in upper or lower case:
    ///
    /// | name | group |
    /// |---|---|
    /// | `C<n>` | rotations by multiples of `2π/n`, [`cyclic`](Self::cyclic) |
    /// | `D<n>` | those and `n` mirrors, order `2n`, [`dihedral`](Self::dihedral) |
    /// | `S<n>`, `A<n>` | all and all even permutations of `n` points, [`PermutationGroup`] |
    /// | `Q<4n>`, `Dic<n>` | quaternion and dicyclic groups, [`dicyclic`](Self::dicyclic) |
    /// | `T`, `O`, `I`, `Td`, `Th`, `Oh`, `Ih` | [`Polyhedral`] |
    /// | `C4 x D3` | direct products, [`direct_product`](Self::direct_product) |
    ///
    /// ```
    /// use schur_math::Group;
    ///
    /// let order = |name| Group::parse(name).map(|group| group.order());
    /// assert_eq!(order("S4")?, 24);
    /// assert_eq!(order("Q8 x C3")?, 24);
    /// assert_eq!(order("ih")?, 120);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the name is not understood or the order is zero or above
    /// [`MAX_ORDER`](Self::MAX_ORDER).
    pub fn parse(name: &str) -> Result<Self, MathError> {
        let unknown = || MathError::UnknownGroup {
            name: name.to_string(),
        };
        let mut factors = name.split(['x', 'X', '×']).map(str::trim);
        let first = factors.next().ok_or_else(unknown)?;
        let first = parse_factor(first).ok_or_else(unknown)??;
        factors.try_fold(first, |product, factor| {
            product.direct_product(&parse_factor(factor).ok_or_else(unknown)??)
        })
    }
}

/// One factor; `None` if it is no name.
fn parse_factor(name: &str) -> Option<Result<Group, MathError>> {
    let mut polyhedral = Polyhedral::ALL.into_iter();
    if let Some(kind) = polyhedral.find(|kind| name.eq_ignore_ascii_case(kind.name())) {
        return Some(Ok(Group::polyhedral(kind)));
    }
    let split = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = name.split_at(split);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let Ok(n) = digits.parse::<usize>() else {
        // Digits that do not parse are too many.
        return Some(Err(MathError::Order {
            name: name.to_string(),
            order: format!("{digits} or more"),
            max: Group::MAX_ORDER,
        }));
    };
    let permutations = |group: Result<PermutationGroup, MathError>| Ok(group?.group().clone());
    match letters.to_ascii_lowercase().as_str() {
        "c" => Some(Group::cyclic(n)),
        "d" => Some(Group::dihedral(n)),
        "s" => Some(permutations(PermutationGroup::symmetric(n))),
        "a" => Some(permutations(PermutationGroup::alternating(n))),
        "q" if n >= 8 && n.is_multiple_of(4) => Some(Group::dicyclic(n / 4)),
        "dic" => Some(Group::dicyclic(n)),
        _ => None,
    }
}
