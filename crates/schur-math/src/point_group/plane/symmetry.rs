//! Planar groups as groups with irreps.

use std::f64::consts::FRAC_1_SQRT_2;

use rand::RngCore;

use super::irrep::Kind;
use super::{PlanarGroup, PlanarIrrep};
use crate::continuous::of_compact_elements;
use crate::error::MathError;
use crate::group::{Element, Group};
use crate::harmonics::{CircularHarmonics, check_degree};
use crate::irreps::EndomorphismType;
use crate::matrix::Matrix;
use crate::point_group::PointGroup;
use crate::quadrature::Quadrature;
use crate::rotation::PlaneIsometry;
use crate::symmetry::{Coupling, SymmetryGroup, SymmetryIrrep, check_irrep};

/// Bands are frequencies; those of a finite group end at `n/2`.
impl SymmetryGroup for PlanarGroup {
    type Element = PlaneIsometry;
    type Irrep = PlanarIrrep;

    of_compact_elements!(PlaneIsometry);

    fn check_element(&self, g: &PlaneIsometry) -> Result<(), MathError> {
        if self.contains(g) {
            return Ok(());
        }
        Err(MathError::NotInPointGroup {
            element: g.to_string(),
            group: self.name().to_string(),
        })
    }

    fn finite(&self) -> Option<&Group> {
        self.finite()
    }

    fn finite_index(&self, g: &PlaneIsometry) -> Option<Element> {
        self.element(g)
    }

    fn finite_element(&self, g: Element) -> Option<PlaneIsometry> {
        self.rotation(g)
    }

    fn trivial(&self) -> PlanarIrrep {
        PlanarIrrep::trivial(self)
    }

    fn random(&self, generator: &mut impl RngCore) -> PlaneIsometry {
        let image = |group| self.rotation(SymmetryGroup::random(group, generator));
        match self.finite().map(image) {
            Some(g) => g.expect("it is an element of the abstract group"),
            None if self.has_mirrors() => PlaneIsometry::random(generator),
            None => PlaneIsometry::random_proper(generator),
        }
    }

    fn generators(&self) -> Vec<PlaneIsometry> {
        if let Some(group) = self.finite() {
            let generators = group.generators().iter();
            return generators.filter_map(|&g| self.rotation(g)).collect();
        }
        // One radian is no rational part of a turn, so its multiples are dense.
        let turn = PlaneIsometry::wrapped(1.0, false);
        if self.has_mirrors() {
            vec![turn, self.mirror()]
        } else {
            vec![turn]
        }
    }

    fn quadrature(&self, degree: usize) -> Result<Quadrature<PlaneIsometry>, MathError> {
        match self.elements() {
            Some(elements) => Ok(Quadrature::even(elements, degree)),
            None if self.has_mirrors() => Quadrature::o2(degree),
            None => Quadrature::so2(degree),
        }
    }

    fn irreps(&self, band: usize) -> Result<Vec<PlanarIrrep>, MathError> {
        let largest = self.rotations().map_or(band, |n| band.min(n / 2));
        let max = CircularHarmonics::MAX_FREQUENCY;
        check_degree("the frequency of an irrep", largest, max)?;
        Ok(PlanarIrrep::all(self, largest))
    }

    /// `E` means `E1` in a finite group that has no other of dimension 2.
    fn irrep(&self, name: &str) -> Result<PlanarIrrep, MathError> {
        let is_there = |k: usize| self.rotations().is_none_or(|n| k.saturating_mul(2) < n);
        if let Some((frequency, kind)) = self.label(name)
            && (kind != Kind::Plane || is_there(frequency))
        {
            PlanarIrrep::of_frequency(self, frequency)?;
            return Ok(PlanarIrrep::new(self, frequency, kind));
        }
        let all = PlanarIrrep::all(self, self.rotations().unwrap_or(1));
        let mut known: Vec<String> = all.iter().map(PlanarIrrep::to_string).collect();
        if self.rotations().is_none() {
            known.push("E2, E3, and so on".to_string());
        }
        Err(MathError::UnknownIrrep {
            group: self.name().to_string(),
            name: name.to_string(),
            known: known.join(", "),
        })
    }
}

impl PlanarGroup {
    /// Frequency and kind of the irrep with a name; `None` if it is no name. There may be no
    /// such frequency.
    fn label(&self, name: &str) -> Option<(usize, Kind)> {
        let (letter, rest) = name.split_at_checked(1)?;
        let n = self.rotations();
        let sign = match (rest, self.has_mirrors()) {
            ("", false) | ("1", true) => Some(Kind::Sign { odd: false }),
            ("2", true) => Some(Kind::Sign { odd: true }),
            _ => None,
        };
        match letter {
            "A" => Some((0, sign?)),
            "B" => Some((n.filter(|n| n.is_multiple_of(2))? / 2, sign?)),
            "E" if rest.is_empty() => matches!(n, Some(3 | 4)).then_some((1, Kind::Plane)),
            "E" if !rest.starts_with('0') && rest.bytes().all(|b| b.is_ascii_digit()) => {
                // Digits that do not parse are beyond every limit.
                Some((rest.parse().unwrap_or(usize::MAX), Kind::Plane))
            }
            _ => None,
        }
    }
}

impl PointGroup for PlanarGroup {
    fn dimension(&self) -> usize {
        2
    }

    fn elements(&self) -> Option<Vec<PlaneIsometry>> {
        self.elements()
    }

    fn element_name(&self, g: &PlaneIsometry) -> String {
        self.element_name(g)
    }

    fn isometry(&self, g: &PlaneIsometry) -> Matrix {
        let Some(g) = self.element(g) else {
            return g.exact_matrix().into();
        };
        let [a, b, c, d] = self.matrix(g);
        [[a, b], [c, d]].into()
    }

    fn lattice_subgroup(&self) -> Self {
        self.lattice_subgroup()
    }

    fn test_elements(&self) -> Vec<PlaneIsometry> {
        self.test_elements()
    }

    /// Of a continuous group the elements of `C_n` or `D_n`, with its own mirror and with `n`
    /// above the degree.
    fn averaging(&self, degree: usize) -> Result<Quadrature<PlaneIsometry>, MathError> {
        if self.rotations().is_some() {
            return self.quadrature(degree);
        }
        let n = degree.saturating_add(1);
        let finite = if self.has_mirrors() {
            Self::dihedral(n)?.with_mirror_axis(self.mirror_axis())?
        } else {
            Self::cyclic(n)?
        };
        finite.quadrature(degree)
    }
}

impl SymmetryIrrep for PlanarIrrep {
    type Group = PlanarGroup;

    fn group(&self) -> PlanarGroup {
        self.group().clone()
    }

    fn dim(&self) -> usize {
        self.dim()
    }

    fn band(&self) -> usize {
        self.frequency()
    }

    fn endomorphism_type(&self) -> EndomorphismType {
        self.endomorphism_type()
    }

    fn is_trivial(&self) -> bool {
        self.is_trivial()
    }

    fn endomorphisms(&self) -> Vec<Matrix> {
        let mut units = vec![Matrix::identity(self.dim())];
        if self.endomorphism_type() == EndomorphismType::Complex {
            units.push([[0.0, -1.0], [1.0, 0.0]].into());
        }
        units
    }

    fn matrix(&self, g: &PlaneIsometry) -> Result<Matrix, MathError> {
        self.group().check_element(g)?;
        Ok(self.matrix_at(g))
    }

    fn character(&self, g: &PlaneIsometry) -> Result<f64, MathError> {
        Ok(SymmetryIrrep::matrix(self, g)?.trace())
    }

    /// In closed form, with components of `E_k` as complex numbers `z = x + i y`.
    ///
    /// - One-dimensional irreps multiply: signs and frequencies add.
    /// - `A2 ⊗ E_k` is `E_k` by `T = [[0, -1], [1, 0]]`, `B ⊗ E_k` has the frequency
    ///   `n/2 + k`, and so on.
    /// - `E_k ⊗ E_l` has the frequency `|k-l|`, as `z w̄ / √2` or its conjugate for `k <= l`,
    ///   and `k + l`, as `z w / √2`.
    ///
    /// A frequency `m` above `n/2` is `n - m` after conjugation, `z -> z̄`; at 0 and `n/2` the
    /// real part and the imaginary part are irreps of their own, even and odd under `s`.
    fn couplings(&self, other: &Self) -> Result<Vec<Coupling<Self>>, MathError> {
        check_irrep(other, self.group())?;
        const H: f64 = FRAC_1_SQRT_2;
        let (k, l) = (self.frequency(), other.frequency());
        match (self.kind(), other.kind()) {
            (Kind::Sign { odd: a }, Kind::Sign { odd: b }) => {
                let frequency = if k == l { 0 } else { k + l };
                let kind = Kind::Sign { odd: a != b };
                let irrep = Self::new(self.group(), frequency, kind);
                Ok(vec![Coupling::new(irrep, Matrix::identity(1))])
            }
            (Kind::Sign { odd }, Kind::Plane) | (Kind::Plane, Kind::Sign { odd }) => {
                let turned = Matrix::from([[0.0, -1.0], [1.0, 0.0]]);
                self.folded(k + l, if odd { turned } else { Matrix::identity(2) })
            }
            (Kind::Plane, Kind::Plane) => {
                // Rows are the components 00, 01, 10, 11 of the product.
                let s = if k > l { H } else { -H };
                let difference = Matrix::from([[H, 0.0], [0.0, -s], [0.0, s], [H, 0.0]]);
                let sum = Matrix::from([[H, 0.0], [0.0, H], [0.0, H], [-H, 0.0]]);
                let mut parts = self.folded(k.abs_diff(l), difference)?;
                parts.extend(self.folded(k + l, sum)?);
                Ok(parts)
            }
        }
    }
}

impl PlanarIrrep {
    /// The irreps in a plane on which rotations by `θ` act as `R(mθ)` and `s` as `diag(1, -1)`,
    /// for `m` below the number of rotations, given an isometry of that plane to a product.
    fn folded(&self, m: usize, isometry: Matrix) -> Result<Vec<Coupling<Self>>, MathError> {
        let group = self.group();
        Ok(match group.rotations() {
            n if m == 0 || n == Some(2 * m) => {
                let part = |odd: bool| {
                    let kind = Kind::Sign {
                        odd: odd && group.has_mirrors(),
                    };
                    let column = isometry.column(usize::from(odd));
                    let column = Matrix::from_fn(isometry.rows(), 1, |i, _| column[i]);
                    Coupling::new(Self::new(group, m, kind), column)
                };
                vec![part(false), part(true)]
            }
            Some(n) if 2 * m > n => {
                let conjugation = Matrix::from([[1.0, 0.0], [0.0, -1.0]]);
                let irrep = Self::new(group, n - m, Kind::Plane);
                vec![Coupling::new(irrep, isometry.times(&conjugation))]
            }
            _ => vec![Coupling::new(Self::of_frequency(group, m)?, isometry)],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tolerance::REPRESENTATION_DEFECT;

    /// The isometries commute with the group, are orthonormal and fill the product.
    #[test]
    fn couplings_of_all_groups() {
        let names = [
            "C1", "C2", "C3", "C4", "C6", "C7", "D1", "D2", "D3", "D4@20", "D5", "D8",
        ];
        for name in names.into_iter().chain(["SO(2)", "O(2)", "O(2)@31"]) {
            let group = PlanarGroup::parse(name).unwrap();
            let irreps = SymmetryGroup::irreps(&group, 4).unwrap();
            for a in &irreps {
                for b in &irreps {
                    let dim = a.dim() * b.dim();
                    let mut columns = Vec::new();
                    for part in a.couplings(b).unwrap() {
                        let c = part.irrep();
                        let t = part.isometry();
                        for g in group.test_elements() {
                            let of = |irrep: &PlanarIrrep| irrep.matrix_at(&g);
                            let product = of(a).kronecker(&of(b)).times(t);
                            let defect = product.difference(&t.times(&of(c)));
                            assert!(
                                defect <= REPRESENTATION_DEFECT,
                                "{name} {a} {b} {c} {defect}"
                            );
                        }
                        columns.extend((0..c.dim()).map(|j| t.column(j)));
                    }
                    let q = Matrix::new(dim, dim, columns.concat()).unwrap();
                    let defect = q.times(&q.transposed()).difference(&Matrix::identity(dim));
                    assert!(defect <= REPRESENTATION_DEFECT, "{name} {a} {b}");
                }
            }
        }
    }

    /// Harmonics of degree `l` are `E_l`, folded.
    #[test]
    fn harmonics_of_planar_groups() {
        let names = |group: &str, degree| -> Vec<String> {
            let group = PlanarGroup::parse(group).unwrap();
            let parts = PointGroup::harmonics(&group, degree).unwrap();
            parts.iter().map(ToString::to_string).collect()
        };
        assert_eq!(names("O(2)", 3), ["E3"]);
        assert_eq!(names("D4", 0), ["A1"]);
        assert_eq!(names("D4", 1), ["E1"]);
        assert_eq!(names("D4", 2), ["B1", "B2"]);
        assert_eq!(names("C4", 4), ["A", "A"]);
        assert_eq!(names("D3", 3), ["A1", "A2"]);
    }
}
