//! Measuring whether a layer commutes with its group.

use std::fmt;

use burn::tensor::{DType, Device, Tensor, TensorData};
use schur_math::middle;

use crate::axes::is_volume;
use crate::domain::cells;
use crate::{Domain, Field, FieldType, GroupElement, Layer, NnError};

/// The relative defect `‖L(g x) - g L(x)‖ / ‖L(x)‖` for one element, in the Euclidean norm
/// over the whole batch; 0 if `L(x)` vanishes identically together with the defect, infinite if
/// the two are images of different sizes.
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
    if of_moved.domain().size() != moved.domain().size() {
        return Ok(f64::INFINITY);
    }
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
    // Where no pixel is compared both vanish.
    Ok(distance_inside(&of_moved, &moved).unwrap_or(0.0))
}

/// The relative distance `‖found - expected‖ / ‖expected‖` of two fields of one type and domain;
/// on images on the disc that stays inside the grid ([`central_disc`]). `None` if no pixel lies in
/// it, as on 2 x 2.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_nn::{Field, FieldType, distance_inside};
///
/// let scalar = FieldType::parse("C4: 1 trivial")?;
/// let ones = |side| Field::from_tensor(Tensor::ones([1, 1, side, side], &Device::flex()), &scalar);
/// assert_eq!(distance_inside(&ones(3)?, &ones(3)?), Some(0.0));
/// assert_eq!(distance_inside(&ones(2)?, &ones(2)?), None);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
pub fn distance_inside(found: &Field, expected: &Field) -> Option<f64> {
    let Domain::Grid(sizes) = *expected.domain() else {
        return Some(relative_distance(found.memory(), expected.memory()));
    };
    let (device, dtype) = (expected.device(), expected.memory().dtype());
    let inside = central_disc(expected.field_type(), sizes, &device, dtype);
    let pixels = inside.clone().sum().into_scalar::<f64>();
    let compared = |field: &Field| field.memory().clone() * inside.clone();
    (pixels > 0.0).then(|| relative_distance(&compared(found), &compared(expected)))
}

/// 1 on pixels whose centre is at most as far from the centre of the image as the nearest border
/// pixel, 0 elsewhere, and likewise on the voxels of a ball for fields on volumes:
/// `[1, places, 1]`. Rotations keep it to round-off of the rim.
pub fn central_disc(
    fields: &FieldType,
    sizes: [usize; 3],
    device: &Device,
    dtype: DType,
) -> Tensor<3> {
    let first = usize::from(!is_volume(fields));
    let sides = sizes[first..].iter().map(|&size| middle(size));
    let radius = sides.fold(f64::INFINITY, f64::min);
    let inside = |[x, y, z]: [f64; 3]| f64::from(u8::from(y.hypot(x).hypot(z) <= radius));
    let values: Vec<f64> = cells(sizes).map(inside).collect();
    let shape = [1, values.len(), 1];
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

/// What a check of equivariance has looked at, and what it found.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_nn::{Field, FieldType, Nonlinearity, Pointwise, assert_equivariant, tolerance};
///
/// let fields = FieldType::parse("C3: regular")?;
/// let relu = Pointwise::new(&fields, Nonlinearity::Relu)?;
/// let x = Field::from_vectors(Tensor::ones([1, 3], &Device::flex()), &fields)?;
/// let checked = assert_equivariant(&relu, &x, tolerance::EXACT_F32)?;
/// assert_eq!((checked.elements.len(), checked.untested.len()), (3, 0));
/// assert!(checked.to_string().starts_with("all 3 elements of C3 (e, r, r^2) on vectors"));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Equivariance {
    /// The elements that were tested: those that move places to places.
    pub elements: Vec<GroupElement>,
    /// Elements that move places between places and were not tested: on images the defect there
    /// is a measured number ([`equivariance_error_interpolated`]), not a law.
    pub untested: Vec<GroupElement>,
    /// The largest relative defect `‖L(g x) - g L(x)‖ / ‖L(x)‖`.
    pub defect: f64,
    group: String,
    /// The number of elements of a finite group.
    order: Option<usize>,
    domain: String,
}

impl fmt::Display for Equivariance {
    /// `4 elements of C8 (e, r^2, r^4, r^6) on an image of 7 x 7 pixels: relative defect 1.2e-7;
    /// not tested: 4 that move pixels between pixels (r, r^3, r^5, r^7)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{} elements of {} ({}) on {}: relative defect {:.1e}",
            if self.is_complete() { "all " } else { "" },
            self.elements.len(),
            self.group,
            named(&self.elements),
            self.domain,
            self.defect
        )?;
        if self.untested.is_empty() {
            return Ok(());
        }
        write!(
            f,
            "; not tested: {} that move pixels between pixels ({})",
            self.untested.len(),
            named(&self.untested)
        )
    }
}

impl Equivariance {
    /// Whether every element of the group was tested. Of an infinite group, or of one whose
    /// output has given elements up, never.
    pub fn is_complete(&self) -> bool {
        self.order == Some(self.elements.len())
    }
}

/// The names of elements, the first of them if they are many.
fn named(elements: &[GroupElement]) -> String {
    /// Most elements that are named.
    const NAMED: usize = 16;
    let mut names: Vec<&str> = elements
        .iter()
        .map(GroupElement::name)
        .take(NAMED)
        .collect();
    if elements.len() > NAMED {
        names.push("…");
    }
    names.join(", ")
}

/// Whether an element moves places to places, or, on the sphere, functions that the layer says it
/// commutes with exactly.
fn is_tested(layer: &(impl Layer + ?Sized), domain: &Domain, g: &GroupElement) -> bool {
    let on_functions = matches!(domain, Domain::Sphere(_));
    domain.is_exact(g) || on_functions && layer.inexactness(g, domain).is_none()
}

/// The elements that a layer can be tested with exactly on a domain: those of its group that its
/// output still carries (a restriction gives some up) and that move places to places.
///
/// # Errors
///
/// If these are the identity alone though there are others, as for C3 on images: that would prove
/// nothing. The message names the remedy.
pub fn exact_elements(
    layer: &(impl Layer + ?Sized),
    domain: &Domain,
) -> Result<Vec<GroupElement>, NnError> {
    let (group, output) = (layer.input_type().group(), layer.output_type().group());
    let mut elements = group.test_elements();
    elements.retain(|g| output.contains(g));
    let all = elements.len();
    elements.retain(|g| is_tested(layer, domain, g));
    if elements.len() > 1 || all <= 1 {
        return Ok(elements);
    }
    Err(NnError::Config {
        at: format!("a check of {}", layer.name()),
        problem: format!(
            "of {group} only the identity moves the places of {domain} to places, which proves \
             nothing; test the layer on points or vectors, where every element is exact, or \
             measure the defect on smooth images, such as sums of Gaussians, with \
             `equivariance_error_interpolated`"
        ),
    })
}

/// Asserts that a layer commutes with every element that is exact on the domain of `x`
/// ([`exact_elements`]): on images those that permute the pixels, on points and vectors all of
/// a small group, otherwise generators and further elements. Says what it has tested.
///
/// For other elements on images a defect is a measured number
/// ([`equivariance_error_interpolated`]), not a law.
///
/// # Errors
///
/// [`NnError::NotEquivariant`] naming layer, element, defect and bound (a defect that is not a
/// number fails too), if nothing but the identity could be tested, and what
/// [`equivariance_error`] returns.
///
/// ```
/// use burn::tensor::{Device, Distribution, Tensor};
/// use schur_nn::{EquivariantConvConfig, Field, FieldType, assert_equivariant, tolerance};
///
/// let fields = FieldType::parse("D4: 2 regular")?;
/// let conv = EquivariantConvConfig::new(&fields, &fields, 3).init(&Device::flex())?;
/// let x = Tensor::random([2, 16, 7, 7], Distribution::Default, &Device::flex());
/// let x = Field::from_tensor(x, &fields)?;
/// assert_eq!(assert_equivariant(&conv, &x, tolerance::EXACT_F32)?.elements.len(), 8);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn assert_equivariant(
    layer: &(impl Layer + ?Sized),
    x: &Field,
    bound: f64,
) -> Result<Equivariance, NnError> {
    let group = layer.input_type().group();
    let elements = exact_elements(layer, x.domain())?;
    let mut defect = 0.0f64;
    for g in &elements {
        let error = equivariance_error(layer, x, g)?;
        defect = defect.max(error);
        // Written so that a defect that is no number fails.
        if error <= bound {
            continue;
        }
        let why = layer.inexactness(g, x.domain());
        let why = why.map_or(String::new(), |why| format!("; {why}"));
        return Err(NnError::NotEquivariant(format!(
            "{} does not commute with {g} of {group}: relative defect {error:.2e}, bound \
             {bound:.0e}{why}",
            layer.name(),
        )));
    }
    let mut untested = group.test_elements();
    let is_left_out = |g: &GroupElement| !is_tested(layer, x.domain(), g);
    untested.retain(|g| layer.output_type().group().contains(g) && is_left_out(g));
    Ok(Equivariance {
        elements,
        untested,
        defect,
        order: group.order(),
        group: group.to_string(),
        domain: x.domain().to_string(),
    })
}
