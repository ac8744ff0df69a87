//! Measuring whether a layer commutes with its group.

use burn::tensor::{DType, Device, Tensor, TensorData};

use crate::domain::{middle, pixels};
use crate::{Domain, Field, GroupElement, Layer, NnError};

/// The relative defect `‖L(g x) - g L(x)‖ / ‖L(x)‖` for one element, in the Euclidean norm
/// over the whole batch; 0 if `L(x)` vanishes identically together with the defect.
///
/// # Errors
///
/// If `x` is not of the layer's type or size, or `g` does not map its places to places.
pub fn equivariance_error(
    layer: &(impl Layer + ?Sized),
    x: &Field,
    g: impl Into<GroupElement>,
) -> Result<f64, NnError> {
    let g = &g.into();
    let of_moved = layer.forward(x.transform(g)?)?;
    let moved = layer.forward(x.clone())?.transform(g)?;
    Ok(relative_distance(of_moved.memory(), moved.memory()))
}

/// The relative defect `‖L(g x) - g L(x)‖ / ‖L(x)‖` for any element of the group, on images with
/// the fields turned by bilinear interpolation and compared on the disc that stays inside the grid
/// ([`central_disc`]). The interpolation is part of the number: on smooth fields it is small.
///
/// # Errors
///
/// If `x` is not of the layer's type or size, or `g` is not in the group.
pub fn equivariance_error_interpolated(
    layer: &(impl Layer + ?Sized),
    x: &Field,
    g: impl Into<GroupElement>,
) -> Result<f64, NnError> {
    let g = &g.into();
    let of_moved = layer.forward(x.transform_interpolated(g)?)?;
    let moved = layer.forward(x.clone())?.transform_interpolated(g)?;
    let Domain::Grid([_, height, width]) = *moved.domain() else {
        return Ok(relative_distance(of_moved.memory(), moved.memory()));
    };
    let inside = central_disc(height, width, &moved.device(), moved.memory().dtype());
    Ok(relative_distance(
        &(of_moved.into_memory() * inside.clone()),
        &(moved.into_memory() * inside),
    ))
}

/// 1 on pixels whose centre is at most as far from the centre of the image as the nearest
/// border pixel, 0 elsewhere: `[1, pixels, 1]`. Rotations keep it to round-off of the rim.
pub fn central_disc(height: usize, width: usize, device: &Device, dtype: DType) -> Tensor<3> {
    let radius = middle(height).min(middle(width));
    let inside = |[x, y]: [f64; 2]| f64::from(u8::from(y.hypot(x) <= radius));
    let values: Vec<f64> = pixels(height, width).map(inside).collect();
    let shape = [1, height * width, 1];
    Tensor::from_data(TensorData::new(values, shape), (device, dtype))
}

/// `‖a - b‖ / ‖b‖`, or 0 if both vanish, summed in f64.
pub fn relative_distance<const D: usize>(a: &Tensor<D>, b: &Tensor<D>) -> f64 {
    let numbers = |t: &Tensor<D>| -> Vec<f64> { t.to_data().iter::<f64>().collect() };
    let (a, b) = (numbers(a), numbers(b));
    let distance: f64 = a.iter().zip(&b).map(|(x, y)| (x - y).powi(2)).sum();
    if distance == 0.0 {
        return 0.0;
    }
    let norm: f64 = b.iter().map(|y| y * y).sum();
    (distance / norm).sqrt()
}

/// Asserts that a layer commutes with every element of its group that permutes the pixels
/// (the lattice subgroup) and that its output still carries (a restriction gives some up), and
/// tells the worst.
///
/// Returns the largest relative defect. For other elements a defect is a measured number
/// ([`equivariance_error_interpolated`]), not a law.
///
/// # Errors
///
/// [`NnError::NotEquivariant`] naming layer, element, defect and bound (a defect that is not a
/// number fails too), and what [`equivariance_error`] returns.
///
/// ```
/// use burn::tensor::{Device, Distribution, Tensor};
/// use schur_nn::{EquivariantConvConfig, Field, FieldType, assert_equivariant, tolerance};
///
/// let fields = FieldType::parse("D4: 2 regular")?;
/// let conv = EquivariantConvConfig::new(&fields, &fields, 3).init(&Device::flex())?;
/// let x = Tensor::random([2, 16, 7, 7], Distribution::Default, &Device::flex());
/// assert_equivariant(&conv, &Field::from_tensor(x, &fields)?, tolerance::EXACT_F32)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn assert_equivariant(
    layer: &(impl Layer + ?Sized),
    x: &Field,
    bound: f64,
) -> Result<f64, NnError> {
    let input = layer.input_type();
    let mut worst = (None, 0.0);
    for g in input.group().test_elements() {
        if !x.domain().is_exact(&g) || !layer.output_type().group().contains(&g) {
            continue;
        }
        let error = equivariance_error(layer, x, &g)?;
        if worst.0.is_none() || error.is_nan() || error > worst.1 {
            worst = (Some(g), error);
        }
        if error.is_nan() {
            break;
        }
    }
    let (g, error) = worst;
    if error <= bound {
        return Ok(error);
    }
    let why = g.as_ref().and_then(|g| layer.inexactness(g, x.domain()));
    let why = why.map_or(String::new(), |why| format!("; {why}"));
    let name = g.map_or(String::new(), |g| g.to_string());
    Err(NnError::NotEquivariant(format!(
        "{} does not commute with {name} of {}: relative defect {error:.2e}, bound {bound:.0e}{why}",
        layer.name(),
        input.group(),
    )))
}
