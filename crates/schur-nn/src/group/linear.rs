//! Groups of matrices, and tensors over the vectors that these act on.

use schur_math::{LinearGroup, MathError, Matrix, TensorTerm, TensorType};

use super::{AnyGroup, GroupElement, GroupKind, TRIVIAL, same};
use crate::NnError;
use crate::group::representation::{
    AnyRepresentation, Irreps, MatrixKind, Rep, check_maps, foreign_element, of_kind,
};

/// An element of a group of matrices: what it does to vectors and to covectors.
///
/// ```
/// use schur_math::LinearGroup;
/// use schur_nn::{FieldType, LinearElement};
///
/// let lorentz = FieldType::tensors(&LinearGroup::lorentz(), &"T(1)".parse()?)?;
/// let elements = lorentz.group().test_elements();
/// let boost = elements[1].get::<LinearElement>().map(|g| g.vector.rows());
/// assert_eq!(boost, Some(4));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LinearElement {
    /// The matrix on vectors.
    pub vector: Matrix,
    /// The matrix on covectors, the transposed inverse.
    pub covector: Matrix,
}

impl LinearElement {
    /// A generator; one of the Lie algebra, `A`, as `exp(A / |A|)`.
    fn generator(group: &LinearGroup, index: usize) -> Result<Self, NnError> {
        let on = |of: TensorType| -> Result<Matrix, NnError> {
            let dim = group.dim();
            let mut matrix = Matrix::zeros(dim, dim);
            for col in 0..dim {
                let mut unit = vec![0.0; dim];
                unit[col] = 1.0;
                for (row, value) in group.act(index, &of, &unit)?.into_iter().enumerate() {
                    matrix[(row, col)] = value;
                }
            }
            Ok(match group.is_discrete(index) {
                true => matrix,
                false => exponential(&matrix),
            })
        };
        Ok(Self {
            vector: on(TensorType::tensor(1, 0))?,
            covector: on(TensorType::tensor(0, 1))?,
        })
    }

    fn times(&self, other: &Self) -> Self {
        Self {
            vector: self.vector.times(&other.vector),
            covector: self.covector.times(&other.covector),
        }
    }
}

/// `exp(A / |A|)` in the Frobenius norm: of a scaled argument the power series, then squared. The
/// series is cut where its terms are below round-off.
fn exponential(matrix: &Matrix) -> Matrix {
    const SQUARINGS: usize = 4;
    // 16^-n / n! is far below round-off from here on.
    const TERMS: usize = 12;
    let norm = matrix.values().iter().map(|v| v * v).sum::<f64>().sqrt();
    let scale = if norm > 0.0 { norm.recip() } else { 0.0 };
    let small = matrix.scaled(scale / f64::from(1 << SQUARINGS));
    let mut term = Matrix::identity(matrix.rows());
    let mut sum = term.clone();
    for n in 1..=TERMS {
        term = term.times(&small).scaled(1.0 / n as f64);
        let terms = sum.values_mut().iter_mut().zip(term.values());
        terms.for_each(|(s, t)| *s += t);
    }
    for _ in 0..SQUARINGS {
        sum = sum.times(&sum);
    }
    sum
}

#[derive(PartialEq)]
struct Linear(LinearGroup);

/// Most generators whose products are looked at.
const MAX_PRODUCTS: usize = 6;

pub(super) fn any(group: &LinearGroup) -> AnyGroup {
    AnyGroup::of(group.name(), Linear(group.clone()))
}

impl Linear {
    fn elements(&self) -> Vec<LinearElement> {
        let generators = 0..self.0.generators();
        let elements = generators.filter_map(|k| LinearElement::generator(&self.0, k).ok());
        elements.collect()
    }
}

impl GroupKind for Linear {
    fn equals(&self, other: &dyn GroupKind) -> bool {
        same(self, other)
    }

    fn test_elements(&self) -> Vec<GroupElement> {
        let generators = self.elements();
        let identity = Matrix::identity(self.0.dim());
        let identity = LinearElement {
            vector: identity.clone(),
            covector: identity,
        };
        let mut elements = vec![GroupElement::new(identity, "the identity")];
        elements.extend(self.generators());
        for (i, g) in generators.iter().enumerate().take(MAX_PRODUCTS) {
            for (j, h) in generators.iter().enumerate().take(MAX_PRODUCTS) {
                let name = format!("generator {i} times generator {j}");
                elements.push(GroupElement::new(g.times(h), name));
            }
        }
        elements
    }

    fn generators(&self) -> Vec<GroupElement> {
        let named = |(k, g)| GroupElement::new(g, format!("generator {k}"));
        self.elements().into_iter().enumerate().map(named).collect()
    }

    fn contains(&self, g: &GroupElement) -> bool {
        g.get::<LinearElement>()
            .is_some_and(|g| g.vector.rows() == self.0.dim())
    }

    fn trivial(&self) -> Result<AnyRepresentation, NnError> {
        Tensors::any(&self.0, 0, 0)
    }

    fn representation(&self, name: &str) -> Result<AnyRepresentation, NnError> {
        let name = if name == TRIVIAL { "T(0)" } else { name };
        match name.parse::<TensorType>()?.terms() {
            [term] if term.multiplicity == 1 => Tensors::any(&self.0, term.vectors, term.covectors),
            _ => Err(NnError::FieldTypeText {
                part: name.to_string(),
                problem:
                    "is no field of tensors of one kind; use `T(p, q)`, such as `T(1)` of vectors"
                        .to_string(),
            }),
        }
    }

    /// One call for all, because pairs of terms share their invariants.
    fn maps(
        &self,
        inputs: &[&AnyRepresentation],
        outputs: &[&AnyRepresentation],
    ) -> Result<Vec<Vec<Matrix>>, NnError> {
        let terms = |of: &[&AnyRepresentation]| -> TensorType {
            let terms = of.iter().filter_map(|rho| rho.get::<Tensors>());
            TensorType::new(&terms.map(|t| t.term).collect::<Vec<_>>())
        };
        let maps = self.0.maps(&terms(inputs), &terms(outputs))?;
        let all = (0..maps.dim()).map(|index| maps.matrix(index));
        let (all, mut first, mut row) = (all.collect::<Result<Vec<_>, MathError>>()?, 0, 0);
        let mut pairs = Vec::new();
        for out in outputs {
            let mut col = 0;
            for input in inputs {
                let (height, width) = (out.dim(), input.dim());
                let block = |matrix: &Matrix| {
                    Matrix::from_fn(height, width, |i, j| matrix[(row + i, col + j)])
                };
                // Every map lives on one pair of terms, and pairs follow each other.
                let own = all[first..].iter().map(block);
                let own = own.take_while(|block| block.values().iter().any(|&v| v != 0.0));
                let own: Vec<Matrix> = own.collect();
                first += own.len();
                pairs.push(own);
                col += width;
            }
            row += out.dim();
        }
        Ok(pairs)
    }
}

/// Tensors `T(p, q)` over the vectors of a group of matrices.
#[derive(Clone, Debug, PartialEq)]
struct Tensors {
    group: LinearGroup,
    term: TensorTerm,
    dim: usize,
}

impl Tensors {
    fn any(
        group: &LinearGroup,
        vectors: usize,
        covectors: usize,
    ) -> Result<AnyRepresentation, NnError> {
        Ok(AnyRepresentation::new(Self {
            group: group.clone(),
            term: TensorTerm {
                vectors,
                covectors,
                multiplicity: 1,
            },
            dim: TensorType::tensor(vectors, covectors).dim(group.dim())?,
        }))
    }

    fn without_irreps(&self) -> NnError {
        NnError::Unsuitable {
            layer: "a decomposition into irreps".to_string(),
            representation: format!("{} of {}", self.name(), self.group.name()),
            problem: "groups of matrices are known by their tensors, not by their irreps; use a \
                      finite, planar or compact group"
                .to_string(),
        }
    }

    /// The matrices whose Kronecker product is that of an element.
    fn modes(&self, g: &LinearElement) -> Vec<Matrix> {
        let mut modes = vec![g.vector.clone(); self.term.vectors];
        modes.resize(self.term.vectors + self.term.covectors, g.covector.clone());
        modes
    }
}

/// The blocks of a tensor type.
pub(crate) fn tensor_blocks(
    group: &LinearGroup,
    tensor_type: &TensorType,
) -> Result<Vec<(AnyRepresentation, usize)>, NnError> {
    let terms = tensor_type.terms().iter();
    let block = |term: &TensorTerm| {
        let tensors = Tensors::any(group, term.vectors, term.covectors)?;
        Ok((tensors, term.multiplicity))
    };
    terms.map(block).collect()
}

impl Rep for Tensors {
    fn group(&self) -> AnyGroup {
        any(&self.group)
    }

    fn name(&self) -> String {
        TensorType::tensor(self.term.vectors, self.term.covectors).to_string()
    }

    fn dim(&self) -> usize {
        self.dim
    }

    fn matrix(&self, g: &GroupElement) -> Result<Matrix, NnError> {
        let group = Rep::group(self);
        let element = g.get().filter(|_| group.contains(g));
        let element = element.ok_or_else(|| foreign_element(g, &group))?;
        let modes = self.modes(element).into_iter();
        Ok(modes.fold(Matrix::identity(1), |product, mode| {
            product.kronecker(&mode)
        }))
    }

    fn equals(&self, other: &dyn Rep) -> bool {
        crate::group::representation::same(self, other)
    }

    fn kind(&self) -> Result<MatrixKind, NnError> {
        let elements = Linear(self.group.clone()).elements();
        let modes: Vec<Vec<Matrix>> = elements.iter().map(|g| self.modes(g)).collect();
        Ok(MatrixKind::of_products(&modes))
    }

    fn maps_to(&self, output: &dyn Rep) -> Result<Vec<Matrix>, NnError> {
        let output: &Self = of_kind(self, output)?;
        let [input, out] = [self, output].map(|rep| AnyRepresentation::new(rep.clone()));
        let group = Linear(self.group.clone());
        let maps = group.maps(&[&input], &[&out])?.swap_remove(0);
        check_maps(maps.len(), self, output)?;
        Ok(maps)
    }

    fn irreps(&self) -> Result<Irreps, NnError> {
        Err(self.without_irreps())
    }

    fn tensor_product(&self, _: &dyn Rep) -> Result<AnyRepresentation, NnError> {
        Err(self.without_irreps())
    }

    fn this(&self) -> &dyn Rep {
        self
    }
}
