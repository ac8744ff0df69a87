//! Pointwise nonlinearities in the Fourier domain.

use burn::module::Module;

use super::sampling::{Sampling, cosets};
use super::transform::{
    analysis, between_samples, matrix_like, off_grid, random_field, samples, synthesis,
};
use crate::exactness::Inexactness;
use crate::export::{Graph, Value};
use crate::layers::map_blocks;
use crate::matmul::matmul;
use crate::{
    Domain, Field, FieldType, GridGroup, GroupElement, Layer, NnError, Nonlinearity,
    equivariance_error,
};

const LAYER: &str = "a Fourier nonlinearity";

/// A pointwise nonlinearity on functions on the group (or on the cosets of a subgroup) that are
/// given by their Fourier coefficients: sample, apply, transform back,
///
/// ```text
/// f(g_i) = <ρ(g_i) k, x>,      y = (dim / samples) Σ_i a(f(g_i)) ρ'(g_i) k'
/// ```
///
/// (Cohen et al. 2018; Cesa et al. 2022). Fields are band-limited regular representations,
/// `spectral(F)`, or any with no irrep more often than they have it, in any basis. The scale is
/// such that coefficients of variance 1 give samples of variance 1.
///
/// # Exactness
///
/// Elements that permute the samples commute exactly; for a finite group these are all. On SO(2)
/// and O(2) the samples stand at `N` rotations; others commute up to the *aliasing* of the
/// frequencies above `N/2` that `a` brings in, and up to the frequencies that the output drops,
/// which costs nothing. [`aliasing`](Self::aliasing) measures it. It is a constructor error if
/// the samples do not determine the coefficients.
///
/// ```
/// use schur_nn::{Layer, FieldType, FourierPointwise, Nonlinearity};
///
/// let fields = FieldType::parse("SO(2): 4 spectral(3)")?;
/// let layer = FourierPointwise::new(&fields, Nonlinearity::Elu { alpha: 1.0 })?;
/// let finer = layer.clone().with_rotations(64)?;
/// assert!(finer.aliasing()? < layer.aliasing()? && layer.aliasing()? < 0.02);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct FourierPointwise {
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
    #[module(skip)]
    subgroup: GridGroup,
    #[module(skip)]
    function: Nonlinearity,
    /// Samplings of input and output of every block.
    #[module(skip)]
    samplings: Vec<[Sampling; 2]>,
}

impl FourierPointwise {
    /// On functions on the group, with the default number of rotations of a continuous group:
    /// the smallest multiple of 4 that is at least `2 (2F + 1)` for the frequency `F`.
    ///
    /// # Errors
    ///
    /// If a representation has an irrep more often than the functions on the group.
    pub fn new(fields: &FieldType, function: impl Into<Nonlinearity>) -> Result<Self, NnError> {
        Self::on_cosets(fields, cosets(fields, None, LAYER)?, function)
    }

    /// On functions on the cosets of a subgroup: `spectral(F, subgroup)`.
    ///
    /// ```
    /// use schur_math::PlanarGroup;
    /// use schur_nn::{FieldType, FourierPointwise, Nonlinearity};
    ///
    /// // Functions on the circle, O(2) / D1.
    /// let fields = FieldType::parse("O(2): 4 spectral(3, D1)")?;
    /// let mirror = PlanarGroup::parse("D1")?;
    /// assert!(FourierPointwise::on_cosets(&fields, &mirror, Nonlinearity::Relu).is_ok());
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is no subgroup, or a representation has an irrep more often than the functions on
    /// the cosets.
    pub fn on_cosets(
        fields: &FieldType,
        subgroup: impl Into<GridGroup>,
        function: impl Into<Nonlinearity>,
    ) -> Result<Self, NnError> {
        let layer = Self {
            input: fields.clone(),
            output: fields.clone(),
            subgroup: subgroup.into(),
            function: function.into(),
            samplings: Vec::new(),
        };
        layer.sampled(None)
    }

    /// This layer with `N` rotations instead of the default. A finite group is always sampled at
    /// all of its elements.
    ///
    /// # Errors
    ///
    /// If they do not tell the frequencies of a representation apart: `N > 2 F` does.
    pub fn with_rotations(self, rotations: usize) -> Result<Self, NnError> {
        self.sampled(Some(rotations))
    }

    /// This layer with other coefficients of the result: another band, for example. The samples
    /// have the default number of rotations for the larger band.
    ///
    /// # Errors
    ///
    /// If the multiplicities of the blocks differ from those of the input, or a representation
    /// has an irrep too often.
    pub fn with_output(mut self, output: &FieldType) -> Result<Self, NnError> {
        let copies = |fields: &FieldType| -> Vec<usize> {
            fields.blocks().iter().map(|b| b.multiplicity).collect()
        };
        if output.group() != self.input.group() || copies(output) != copies(&self.input) {
            return Err(NnError::WrongFieldType {
                layer: "the output of a Fourier nonlinearity".to_string(),
                expected: format!("{} with other representations", self.input),
                found: output.to_string(),
            });
        }
        self.output = output.clone();
        self.sampled(None)
    }

    fn sampled(mut self, rotations: Option<usize>) -> Result<Self, NnError> {
        let pairs = self.input.blocks().iter().zip(self.output.blocks());
        let samplings = pairs.map(|(input, output)| {
            let pair = [&input.representation, &output.representation];
            Sampling::pair(pair, &self.subgroup, rotations, LAYER)
        });
        self.samplings = samplings.collect::<Result<_, _>>()?;
        Ok(self)
    }

    /// Number of samples of a field, in each block.
    pub fn samples(&self) -> Vec<usize> {
        self.samplings
            .iter()
            .map(|pair| pair[0].rows.len())
            .collect()
    }

    /// The measured aliasing: the relative defect of equivariance `‖N(g x) - g N(x)‖ / ‖N(x)‖`
    /// over 256 fields of normal random coefficients, for the worst of the rotations by a half
    /// and a quarter of the grid's step. 0 for a finite group.
    ///
    /// # Errors
    ///
    /// If the function changes the number type.
    pub fn aliasing(&self) -> Result<f64, NnError> {
        if self.input.grid_group(LAYER)?.finite().is_some() {
            return Ok(0.0);
        }
        let x = random_field(&self.input, 256, Domain::Vector)?;
        let samplings = self.samplings.iter().map(|pair| &pair[0]);
        between_samples(self.input.group(), samplings, |g| {
            equivariance_error(self, &x, g)
        })
    }
}

impl Layer for FourierPointwise {
    fn name(&self) -> String {
        let samples: Vec<String> = self.samples().iter().map(usize::to_string).collect();
        format!(
            "fourier {} on {} samples",
            self.function.name(),
            samples.join(", ")
        )
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let name = self.name();
        let [before, after] = [0, 1].map(|side| self.samplings.iter().map(move |pair| &pair[side]));
        let samples = graph.channel_map(x, &analysis(&self.input, before), &name);
        let values = self.function.export(graph, samples, &name)?;
        Ok(graph.channel_map(values, &synthesis(&self.output, after), &name))
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        field.map(&self.output, |memory| {
            map_blocks(memory, &self.input, |x, block| {
                let [pixels, _, copies] = x.dims();
                let [before, after] = &self.samplings[block];
                let values = self.function.apply(samples(x, before));
                let synthesis = matrix_like(&after.rows, after.weight(), &values);
                let dim = after.rows[0].len();
                matmul(values, synthesis)
                    .reshape([pixels, copies, dim])
                    .swap_dims(1, 2)
            })
        })
    }

    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        let grids = self.samplings.iter().map(|pair| &pair[0].grid);
        domain.inexactness(g).or_else(|| off_grid(g, grids))
    }
}
