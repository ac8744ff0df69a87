//! Measuring whether a layer commutes with its group.

use burn::tensor::{DType, Device, Tensor, TensorData};
use schur_math::PlaneIsometry;

use crate::{Field, Layer, NnError};

/// The relative defect `‖L(g x) - g L(x)‖ / ‖L(x)‖` for one element, in the Euclidean norm
/// over the whole batch; 0 if `L(x)` vanishes identically together with the defect.
///
/// # Errors
///
/// If `x` is not of the layer's type or size, or `g` does not map the pixel grid to itself.
pub fn equivariance_error(
    layer: &(impl Layer + ?Sized),
    x: &Field,
    g: &PlaneIsometry,
) -> Result<f64, NnError> {
    let of_moved = layer.forward(x.transform(g)?)?;
    let moved = layer.forward(x.clone())?.transform(g)?;
    Ok(relative_distance(of_moved.memory(), moved.memory()))
}

/// As [`equivariance_error`], for any element of the group, with the fields turned by bilinear
/// interpolation and compared on the disc that stays inside the grid
/// ([`central_disc`]). The interpolation is part of the number: on smooth fields it is small.
///
/// # Errors
///
/// If `x` is not of the layer's type or size, or `g` is not in the group.
pub fn equivariance_error_interpolated(
    layer: &(impl Layer + ?Sized),
    x: &Field,
    g: &PlaneIsometry,
) -> Result<f64, NnError> {
    let of_moved = layer.forward(x.transform_interpolated(g)?)?;
    let moved = layer.forward(x.clone())?.transform_interpolated(g)?;
    let (height, width) = moved.size();
    let inside = central_disc(height, width, &moved.device(), moved.memory().dtype());
    Ok(relative_distance(
        &(of_moved.into_memory() * inside.clone()),
        &(moved.into_memory() * inside),
    ))
}

/// 1 on pixels whose centre is at most as far from the centre of the image as the nearest
/// border pixel, 0 elsewhere: `[1, height, width, 1]`. Rotations keep it to round-off of the
/// rim.
pub fn central_disc(height: usize, width: usize, device: &Device, dtype: DType) -> Tensor<4> {
    let (y, x) = ((height as f64 - 1.0) / 2.0, (width as f64 - 1.0) / 2.0);
    let radius = x.min(y);
    let mut values = Vec::with_capacity(height * width);
    for row in 0..height {
        for col in 0..width {
            let distance = (row as f64 - y).hypot(col as f64 - x);
            values.push(f64::from(u8::from(distance <= radius)));
        }
    }
    Tensor::from_data(
        TensorData::new(values, [1, height, width, 1]),
        (device, dtype),
    )
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
    let (group, output) = (layer.input_type().group(), layer.output_type().group());
    let mut worst = (PlaneIsometry::IDENTITY, 0.0);
    let lattice = group.lattice_subgroup().test_elements();
    for g in lattice.into_iter().filter(|g| output.contains(g)) {
        let error = equivariance_error(layer, x, &g)?;
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
        .inexactness(&g, height, width)
        .map_or(String::new(), |why| format!("; {why}"));
    Err(NnError::NotEquivariant(format!(
        "{} does not commute with {g} of {}: relative defect {error:.2e}, bound {bound:.0e}{why}",
        layer.name(),
        group.name(),
    )))
}
