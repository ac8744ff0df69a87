//! What every layer of this crate can do.

mod export;

use crate::exactness::Inexactness;
use crate::export::{Graph, Value};
use crate::{Domain, Field, FieldType, GroupElement, NnError};

/// A map between feature fields that commutes with a group.
///
/// The promise is `L(g f) = g L(f)` for all elements `g` of the group of the input type for which
/// [`inexactness`](Self::inexactness) returns `None`;
/// [`assert_equivariant`](crate::assert_equivariant) tests it.
///
/// # Sequences
///
/// A tuple of two to eight layers is a layer: the first, then the second, and so on; a longer
/// sequence is a tuple of tuples. Tuples of Burn modules are modules, so they learn and are saved
/// like any other.
///
/// ```
/// use burn::module::Module;
/// use burn::tensor::Device;
/// use schur_engine::Activation;
/// use schur_nn::PoolKind;
/// use schur_nn::{
///     EquivariantConvConfig, Layer, FieldNorm, FieldType, GroupPool, SpatialPool,
/// };
///
/// let device = Device::flex();
/// let (image, hidden) = (FieldType::parse("D4: 3 trivial")?, FieldType::parse("D4: 8 regular")?);
/// let layers = (
///     EquivariantConvConfig::new(&image, &hidden, 5).init(&device)?,
///     FieldNorm::new(&hidden, Activation::Relu, &device)?,
///     SpatialPool::new(&hidden, PoolKind::Max, 2, 2)?,
///     GroupPool::new(&hidden)?,
/// );
/// assert_eq!(layers.output_type().to_string(), "D4: 8 trivial");
/// assert_eq!(layers.output_size(28, 28)?, (12, 12));
/// assert_eq!(layers.parameters(), 3 * 8 * 25 + 2 * 8);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
///
/// # Training
///
/// Norms with running statistics and dropout act otherwise in training. Whether they train is a
/// state of the module, Burn's flag: on at first, off in what `freeze` or `valid` gives, on again
/// by `unfreeze` or `train`. `no_grad` leaves it, as it does in Burn's own layers. A layer trains
/// if its flag is on and gradients of its input are recorded, so a frozen part of a network keeps
/// its statistics while the rest learns. A layer of your own that acts otherwise in training has a
/// field `training: Param<Flag>` and asks it.
pub trait Layer {
    /// A short name for reports, for example `conv 3x3`.
    fn name(&self) -> String;

    /// The type of field it takes.
    fn input_type(&self) -> &FieldType;

    /// The type of field it gives. As it stands, the one that it takes.
    fn output_type(&self) -> &FieldType {
        self.input_type()
    }

    /// Applies the layer.
    ///
    /// # Errors
    ///
    /// If the field is of another type, on places that the layer can't act on, or too small.
    fn forward(&self, field: Field) -> Result<Field, NnError>;

    /// The places of the output for those of the input: the same, for a layer that acts at every
    /// place alike.
    ///
    /// # Errors
    ///
    /// If the layer can't act there, or the input is too small for it.
    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        Ok(domain.clone())
    }

    /// (height, width) of the output for an image of this size.
    ///
    /// # Errors
    ///
    /// Those of [`output_domain`](Self::output_domain).
    fn output_size(&self, height: usize, width: usize) -> Result<(usize, usize), NnError> {
        Ok(self.output_domain(&Domain::image(height, width))?.size())
    }

    /// Number of learnable scalars.
    fn parameters(&self) -> usize {
        0
    }

    /// Adds the layer to a plain network ([`Graph::export`]): channels stand in memory order,
    /// statistics are the running ones.
    ///
    /// # Errors
    ///
    /// [`NnError::NoExport`] if the layer has no plain counterpart.
    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let _ = (graph, x);
        Err(NnError::NoExport { layer: self.name() })
    }

    /// Why the layer does not commute exactly with `g` on these places, or `None` if it does (up
    /// to round-off).
    ///
    /// As it stands, for a layer that acts at every place alike: exact for everything that moves
    /// places to places, see [`Domain::inexactness`].
    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        domain.inexactness(g)
    }

    /// What the layer has to say of itself that is no error: for example that no kernel leads to
    /// some of its output fields. Empty for most layers; layers made of others say where.
    fn notices(&self) -> Vec<String> {
        Vec::new()
    }

    /// Refuses a field of another type than [`input_type`](Self::input_type).
    ///
    /// # Errors
    ///
    /// [`NnError::WrongFieldType`].
    fn check_input(&self, field: &Field) -> Result<(), NnError> {
        if field.field_type() != self.input_type() {
            return Err(NnError::WrongFieldType {
                layer: self.name(),
                expected: self.input_type().to_string(),
                found: field.field_type().to_string(),
            });
        }
        Ok(())
    }
}

/// The notices of the layer at a place, counted from 1, among others.
pub(crate) fn located(place: usize, name: &str, notices: Vec<String>) -> Vec<String> {
    let at = |notice| format!("layer {place} ({name}): {notice}");
    notices.into_iter().map(at).collect()
}
