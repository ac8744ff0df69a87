//! Vectors that carry representations of any group.

mod kinds;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use burn::tensor::{Tensor, TensorData};
use schur_engine::Block;
use schur_math::{
    FiniteRepresentation, LinearGroup, Representation, SymmetryGroup, SymmetryIrrep, TensorType,
};

use super::exponential::exponential;
use crate::NnError;
use crate::matmul::matmul;

/// The type of a vector: a group, finite, compact or of matrices, and blocks of
/// representations. What a [`FieldType`](crate::FieldType) is for feature maps, without pixels.
///
/// A vector lists block after block and copy after copy; the components of one copy are
/// contiguous.
///
/// The type also knows matrices of elements that generate the group (of a continuous one a
/// dense part), so that [`assert_equivariant`](Self::assert_equivariant) can test any function
/// of such vectors.
///
/// ```
/// use schur_math::LinearGroup;
/// use schur_nn::VectorType;
///
/// let lorentz = LinearGroup::lorentz()?;
/// let events = VectorType::tensors(&lorentz, &"2 T(0) + 3 T(1)".parse()?)?;
/// assert_eq!(events.to_string(), "O(1, 3): 2 T(0) + 3 T(1)");
/// assert_eq!(events.dim(), 2 + 3 * 4);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone)]
pub struct VectorType {
    inner: Arc<Inner>,
}

#[derive(PartialEq)]
struct Inner {
    group: String,
    blocks: Vec<VectorBlock>,
    elements: Vec<KnownElement>,
}

/// `multiplicity` copies of one representation.
///
/// ```
/// use schur_math::LinearGroup;
/// use schur_nn::VectorType;
///
/// let so3 = LinearGroup::special_orthogonal(3)?;
/// let points = VectorType::tensors(&so3, &"5 T(1)".parse()?)?;
/// let block = &points.blocks()[0];
/// assert_eq!((block.name.as_str(), block.dim, block.multiplicity), ("T(1)", 3, 5));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VectorBlock {
    /// Name of the representation.
    pub name: String,
    /// Its dimension.
    pub dim: usize,
    /// How many copies there are.
    pub multiplicity: usize,
}

impl VectorBlock {
    /// Its dimension and copies.
    pub(super) fn shape(&self) -> Block {
        Block {
            dim: self.dim,
            multiplicity: self.multiplicity,
        }
    }
}

/// A group element by its matrices.
#[derive(PartialEq)]
struct KnownElement {
    name: String,
    /// For every block the matrices whose Kronecker product acts on one copy.
    factors: Vec<Vec<Matrix>>,
}

/// A square matrix, row-major.
#[derive(Clone, PartialEq)]
struct Matrix {
    dim: usize,
    entries: Vec<f64>,
}

impl VectorType {
    /// Copies of representations of a finite group.
    ///
    /// # Errors
    ///
    /// If there is no block, a multiplicity is zero, or the groups differ.
    pub fn finite(blocks: &[(FiniteRepresentation, usize)]) -> Result<Self, NnError> {
        let (first, _) = blocks.first().ok_or(NnError::EmptyFieldType)?;
        let group = first.group();
        for (rho, _) in blocks {
            check_group(rho.name(), rho.group(), group)?;
        }
        let mut generators = group.generators().to_vec();
        if generators.is_empty() {
            generators.push(group.identity());
        }
        let elements = generators.into_iter().map(|g| KnownElement {
            name: group.element_name(g).to_string(),
            factors: factors(
                blocks
                    .iter()
                    .map(|(rho, _)| (rho.dim(), rho.matrix(g).into_values())),
            ),
        });
        let named = blocks
            .iter()
            .map(|(rho, copies)| (rho.name().to_string(), rho.dim(), *copies));
        Self::build(group.to_string(), named, elements.collect())
    }

    /// Copies of representations of a compact group.
    ///
    /// ```
    /// use schur_math::{Representation, SpaceIrrep};
    /// use schur_nn::VectorType;
    ///
    /// let quadrupole = Representation::irreducible(&SpaceIrrep::so3(2)?);
    /// assert_eq!(VectorType::compact(&[(quadrupole, 4)])?.dim(), 20);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no block, a multiplicity is zero, or the groups differ.
    pub fn compact<I: SymmetryIrrep>(
        blocks: &[(Representation<I>, usize)],
    ) -> Result<Self, NnError> {
        let (first, _) = blocks.first().ok_or(NnError::EmptyFieldType)?;
        let group = first.group();
        for (rho, _) in blocks {
            check_group(rho, rho.group(), group)?;
        }
        let mut generators = group.generators();
        if generators.is_empty() {
            generators.push(group.identity());
        }
        let mut elements = Vec::new();
        for g in generators {
            let mut matrices = Vec::new();
            for (rho, _) in blocks {
                matrices.push((rho.dim(), rho.matrix(&g)?.into_values()));
            }
            elements.push(KnownElement {
                name: format!("{g:?}"),
                factors: factors(matrices),
            });
        }
        let named = blocks
            .iter()
            .map(|(rho, copies)| (rho.to_string(), rho.dim(), *copies));
        Self::build(group.to_string(), named, elements)
    }

    /// Tensors over the vectors that a group of matrices acts on. Generators `A` of the Lie
    /// algebra are looked at as `exp(A / |A|)`.
    ///
    /// # Errors
    ///
    /// If the type has no term or a multiplicity of zero, or is too large.
    pub fn tensors(group: &LinearGroup, tensor_type: &TensorType) -> Result<Self, NnError> {
        if tensor_type.terms().is_empty() {
            return Err(NnError::EmptyFieldType);
        }
        let mut elements = Vec::new();
        for generator in 0..group.generators() {
            let vector = Matrix::of_generator(group, generator, &TensorType::tensor(1, 0))?;
            let covector = Matrix::of_generator(group, generator, &TensorType::tensor(0, 1))?;
            let terms = tensor_type.terms().iter();
            elements.push(KnownElement {
                name: format!("generator {generator}"),
                factors: terms
                    .map(|term| {
                        let mut modes = vec![vector.clone(); term.vectors];
                        modes.resize(term.vectors + term.covectors, covector.clone());
                        modes
                    })
                    .collect(),
            });
        }
        if elements.is_empty() {
            elements.push(KnownElement {
                name: "the identity".to_string(),
                factors: vec![Vec::new(); tensor_type.terms().len()],
            });
        }
        let mut named = Vec::new();
        for term in tensor_type.terms() {
            let one = TensorType::tensor(term.vectors, term.covectors);
            named.push((one.to_string(), one.dim(group.dim())?, term.multiplicity));
        }
        Self::build(group.name().to_string(), named, elements)
    }

    fn build(
        group: String,
        blocks: impl IntoIterator<Item = (String, usize, usize)>,
        elements: Vec<KnownElement>,
    ) -> Result<Self, NnError> {
        let block = |(name, dim, multiplicity)| VectorBlock {
            name,
            dim,
            multiplicity,
        };
        let blocks: Vec<VectorBlock> = blocks.into_iter().map(block).collect();
        if let Some(block) = blocks.iter().find(|b| b.multiplicity == 0) {
            return Err(NnError::NoFields {
                representation: block.name.clone(),
            });
        }
        Ok(Self {
            inner: Arc::new(Inner {
                group,
                blocks,
                elements,
            }),
        })
    }

    /// Name of the group.
    pub fn group(&self) -> &str {
        &self.inner.group
    }

    /// The blocks in their order.
    pub fn blocks(&self) -> &[VectorBlock] {
        &self.inner.blocks
    }

    /// Number of components: the sum of `multiplicity · dim`.
    pub fn dim(&self) -> usize {
        let blocks = self.blocks().iter();
        blocks.map(|b| b.multiplicity * b.dim).sum()
    }

    /// Number of fields: the sum of the multiplicities.
    pub fn fields(&self) -> usize {
        self.blocks().iter().map(|b| b.multiplicity).sum()
    }

    /// Some consecutive blocks, such as all but gates.
    ///
    /// # Errors
    ///
    /// If there is no block in the range, or it goes beyond the last.
    pub fn select(&self, blocks: Range<usize>) -> Result<Self, NnError> {
        let all = self.blocks();
        let Some(selected) = all.get(blocks.clone()).filter(|b| !b.is_empty()) else {
            return Err(NnError::Config {
                at: format!("blocks of `{self}`"),
                problem: format!("select at least one of 0 to {}", all.len() - 1),
            });
        };
        let of_blocks = |element: &KnownElement| KnownElement {
            name: element.name.clone(),
            factors: element.factors[blocks.clone()].to_vec(),
        };
        Ok(Self {
            inner: Arc::new(Inner {
                group: self.inner.group.clone(),
                blocks: selected.to_vec(),
                elements: self.inner.elements.iter().map(of_blocks).collect(),
            }),
        })
    }

    /// Names of the group elements that [`act`](Self::act) knows, at least one.
    pub fn elements(&self) -> Vec<&str> {
        let elements = self.inner.elements.iter();
        elements.map(|e| e.name.as_str()).collect()
    }

    /// Known element number `element` applied to a batch of vectors `[batch, dim]`.
    ///
    /// # Errors
    ///
    /// If there is no such element, or the vectors are of another size.
    pub fn act(&self, element: usize, x: Tensor<2>) -> Result<Tensor<2>, NnError> {
        self.check("an action on vectors", &x)?;
        let Some(known) = self.inner.elements.get(element) else {
            return Err(NnError::Config {
                at: format!("element {element} of {}", self.group()),
                problem: format!("only 0 to {} are known", self.inner.elements.len() - 1),
            });
        };
        let [batch, _] = x.dims();
        let mut offset = 0;
        let mut parts = Vec::with_capacity(self.blocks().len());
        for (block, factors) in self.blocks().iter().zip(&known.factors) {
            let channels = block.dim * block.multiplicity;
            let mut part = x.clone().narrow(1, offset, channels);
            let (mut before, mut after) = (batch * block.multiplicity, block.dim);
            for Matrix { dim, entries } in factors {
                after /= dim;
                let matrix = Tensor::<3>::from_data(
                    TensorData::new(entries.clone(), [1, *dim, *dim]),
                    (&x.device(), x.dtype()),
                );
                let modes: Tensor<3> = part.reshape([before, *dim, after]);
                part = matmul(matrix, modes).reshape([batch, channels]);
                before *= dim;
            }
            parts.push(part);
            offset += channels;
        }
        Ok(Tensor::cat(parts, 1))
    }

    /// Asserts that `f` takes vectors of this type to vectors of type `output` equivariantly:
    /// `f(ρ(g) x) = σ(g) f(x)` for every known element. Returns the largest relative defect.
    ///
    /// # Errors
    ///
    /// [`NnError::NotEquivariant`] with the element that shows it, and those of `f`;
    /// [`NnError::Config`] if the types are of different groups.
    pub fn assert_equivariant(
        &self,
        output: &Self,
        f: impl Fn(Tensor<2>) -> Result<Tensor<2>, NnError>,
        x: &Tensor<2>,
        bound: f64,
    ) -> Result<f64, NnError> {
        if self.elements() != output.elements() || self.group() != output.group() {
            return Err(NnError::Config {
                at: "a test of equivariance".to_string(),
                problem: format!("{self} and {output} are not of the same group; use types of one"),
            });
        }
        let mut worst = (0, 0.0);
        for element in 0..self.inner.elements.len() {
            let of_moved = f(self.act(element, x.clone())?)?;
            let moved = output.act(element, f(x.clone())?)?;
            let defect =
                crate::relative_distance(&of_moved.unsqueeze::<4>(), &moved.unsqueeze::<4>());
            if defect.is_nan() || defect > worst.1 {
                worst = (element, defect);
            }
            if defect.is_nan() {
                break;
            }
        }
        let (element, defect) = worst;
        if defect <= bound {
            return Ok(defect);
        }
        Err(NnError::NotEquivariant(format!(
            "a function from {self} to {output} does not commute with {}: relative defect \
             {defect:.2e}, bound {bound:.0e}",
            self.elements()[element]
        )))
    }

    /// Refuses vectors of another size.
    pub(crate) fn check(&self, layer: &str, x: &Tensor<2>) -> Result<(), NnError> {
        self.check_size(layer, x.dims()[1])
    }

    /// The same by the number of components.
    pub(crate) fn check_size(&self, layer: &str, found: usize) -> Result<(), NnError> {
        if found == self.dim() {
            return Ok(());
        }
        Err(NnError::Size {
            layer: layer.to_string(),
            problem: format!(
                "the vectors have {found} components, but `{self}` has {}; pass [batch, {}]",
                self.dim(),
                self.dim()
            ),
        })
    }
}

impl Matrix {
    /// A generator on vectors or covectors, those of the Lie algebra exponentiated.
    fn of_generator(
        group: &LinearGroup,
        generator: usize,
        on: &TensorType,
    ) -> Result<Self, NnError> {
        let dim = group.dim();
        let mut entries = vec![0.0; dim * dim];
        for col in 0..dim {
            let mut unit = vec![0.0; dim];
            unit[col] = 1.0;
            for (row, value) in group.act(generator, on, &unit)?.into_iter().enumerate() {
                entries[row * dim + col] = value;
            }
        }
        if !group.is_discrete(generator) {
            entries = exponential(&entries, dim);
        }
        Ok(Self { dim, entries })
    }
}

fn factors(matrices: impl IntoIterator<Item = (usize, Vec<f64>)>) -> Vec<Vec<Matrix>> {
    let one = |(dim, entries)| vec![Matrix { dim, entries }];
    matrices.into_iter().map(one).collect()
}

fn check_group<G: PartialEq + fmt::Display>(
    representation: impl fmt::Display,
    found: &G,
    expected: &G,
) -> Result<(), NnError> {
    if found == expected {
        return Ok(());
    }
    Err(NnError::ForeignRepresentation {
        representation: representation.to_string(),
        found: found.to_string(),
        expected: expected.to_string(),
    })
}

impl PartialEq for VectorType {
    /// Equal blocks and equal matrices.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner) || self.inner == other.inner
    }
}

impl fmt::Display for VectorType {
    /// `S4: 2 standard + 3 regular`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.group())?;
        for (i, block) in self.blocks().iter().enumerate() {
            let plus = if i > 0 { " + " } else { "" };
            write!(f, "{plus}{} {}", block.multiplicity, block.name)?;
        }
        Ok(())
    }
}

impl fmt::Debug for VectorType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VectorType({self})")
    }
}
