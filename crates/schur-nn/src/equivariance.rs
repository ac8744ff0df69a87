//! Measuring whether a layer commutes with its group.

use burn::tensor::Tensor;
use schur_math::Element;

use crate::{EquivariantLayer, FeatureField, NnError};

/// The relative defect `‖L(g x) - g L(x)‖ / ‖L(x)‖` for one element, in the Euclidean norm
/// over the whole batch; 0 if `L(x)` vanishes identically together with the defect.
///
/// # Errors
///
/// If `x` is not of the layer's type or size, or `g` does not map the pixel grid to itself.
pub fn equivariance_error(
    layer: &impl EquivariantLayer,
    x: &FeatureField,
    g: Element,
) -> Result<f64, NnError> {
    let of_moved = layer.forward(x.transform(g)?)?;
    let moved = layer.forward(x.clone())?.transform(g)?;
    Ok(relative_distance(of_moved.memory(), moved.memory()))
}

/// `‖a - b‖ / ‖b‖`, or 0 if both vanish, summed in f64.
pub fn relative_distance(a: &Tensor<4>, b: &Tensor<4>) -> f64 {
    let numbers = |t: &Tensor<4>| -> Vec<f64> { t.to_data().iter::<f64>().collect() };
    let (a, b) = (numbers(a), numbers(b));
    let distance: f64 = a.iter().zip(&b).map(|(x, y)| (x - y).powi(2)).sum();
    if distance == 0.0 {
        return 0.0;
    }
    let norm: f64 = b.iter().map(|y| y * y).sum();
    (distance / norm).sqrt()
}

/// Asserts that a layer commutes with every element of its group, and tells the worst.
///
/// Returns the largest relative defect.
///
/// # Errors
///
/// [`NnError::NotEquivariant`] naming layer, element, defect and bound (a defect that is not a
/// number fails too), and what [`equivariance_error`] returns.
///
/// ```
/// use burn::tensor::{Device, Distribution, Tensor};
/// use schur_math::{Group, PlanarGroup};
/// use schur_nn::{EquivariantConvConfig, FeatureField, FieldType, assert_equivariant, tolerance};
///
/// let d4 = PlanarGroup::new(&Group::parse("D4")?)?;
/// let fields = FieldType::regular(&d4, 2)?;
/// let conv = EquivariantConvConfig::new(&fields, &fields, 3).init(&Device::flex())?;
/// let x = Tensor::random([2, 16, 7, 7], Distribution::Default, &Device::flex());
/// assert_equivariant(&conv, &FeatureField::from_tensor(x, &fields)?, tolerance::EXACT_F32)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn assert_equivariant(
    layer: &impl EquivariantLayer,
    x: &FeatureField,
    bound: f64,
) -> Result<f64, NnError> {
    let group = layer.input_type().group().group().clone();
    let mut worst = (group.identity(), 0.0);
    for g in group.elements() {
        let error = equivariance_error(layer, x, g)?;
        if error.is_nan() || error > worst.1 {
            worst = (g, error);
        }
        if error.is_nan() {
            break;
        }
    }
    let (g, error) = worst;
    if error <= bound {
        return Ok(error);
    }
    let (height, width) = x.size();
    let why = layer
        .inexactness(g, height, width)
        .map_or(String::new(), |why| format!("; {why}"));
    Err(NnError::NotEquivariant(format!(
        "{} does not commute with {} of {}: relative defect {error:.2e}, bound {bound:.0e}{why}",
        layer.name(),
        group.element_name(g),
        group.name(),
    )))
}
