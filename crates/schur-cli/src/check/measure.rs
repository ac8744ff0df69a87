//! The defects of every layer.

use burn::tensor::{DType, Tensor, TensorData};
use schur_math::{PlaneIsometry, SpaceIsometry};
use schur_nn::network::{AnyLayer, Branch, DomainKind, Output};
use schur_nn::{
    Field, FieldType, GroupElement, GroupPool, Layer, Network, NormPool, distance_inside,
    equivariance_error, in_precision, relative_distance, tolerance,
};
use schur_train::images::Images;

use crate::error::{Result, fail};
use crate::exact_sizes;
use crate::plan::sizes_of;
use crate::round_off;

use super::alike;
use super::elements::{Elements, kept};
use super::shifts::Shifts;
use super::{LayerReport, Report, Restriction};

/// Sums of Gaussians on which elements between the pixels are measured, of images and of volumes.
const BLOBS: [usize; 2] = [8, 2];

/// All layers on images, and the whole network. `on_cpu` is the network on the CPU, if `network`
/// is on another device, and `shrink` says whether images can be smaller.
pub(super) fn all(
    network: &Network,
    on_cpu: Option<&Network>,
    images: &Images,
    run: &str,
    shrink: bool,
) -> Result<Report> {
    let single = on_cpu.unwrap_or(network);
    let double = in_precision(single.clone(), DType::F64);
    let pixels = images.volumes();
    let field = |network: &Network, dtype: DType| {
        let images = pixels.clone().to_device(&network.device()).cast(dtype);
        network.fields(images)
    };
    let input = Three {
        device: field(network, DType::F32)?,
        single: on_cpu
            .map(|network| field(network, DType::F32))
            .transpose()?,
        double: field(&double, DType::F64)?,
    };
    let [depth, height, width] = sizes_of(input.device.domain());
    let elements = Elements::of(network, input.device.domain());
    let mut layers = Vec::new();
    let stacks = [network.layers(), single.layers(), double.layers()];
    exact(stacks, "", input.clone(), &elements.exact, &mut layers)?;
    let side = side([depth, height, width]);
    let between = match network.domain() {
        DomainKind::Sphere => on_sphere(network, input.device.clone(), &elements.between)?,
        _ => between(network, side, &elements.between)?,
    };
    let outside = by_depth(network, side, &elements.outside)?;
    let top = layers.iter_mut().filter(|layer| !layer.place.contains('.'));
    for ((layer, between), outside) in top.zip(between).zip(outside) {
        (layer.between, layer.outside) = (between, outside);
    }
    let last = layers.last();
    let mut whole = LayerReport {
        place: String::new(),
        name: "whole network".to_string(),
        input: network.image_type().to_string(),
        output: match network.output() {
            Output::Classes => format!("{} invariant logits", network.classes()),
            _ => network.output_type().to_string(),
        },
        depth,
        height,
        width,
        errors: Vec::new(),
        round_off: Vec::new(),
        round_off_bound: 0.0,
        breaks: vec![None; elements.exact.len()],
        between: last.map_or(Vec::new(), |layer| layer.between.clone()),
        outside: last.map_or(Vec::new(), |layer| layer.outside.clone()),
    };
    let networks: [&dyn Layer; 3] = [network, single, &double];
    let answers = whole.measure(networks, &input, &elements.exact)?.double;
    let names = |elements: &[GroupElement]| elements.iter().map(|g| g.name().into()).collect();
    let shifts = Shifts::measure(&double, &input.double)?;
    let mut notices = network.notices();
    let images = pixels.clone().cast(DType::F64);
    notices.extend(alike::on_images(&double, images, &answers)?);
    let measured = !elements.outside.is_empty() || !elements.between.is_empty();
    if measured && network.domain() != DomainKind::Sphere {
        let gaussians = still_blobs(network, side)?;
        notices.extend(alike::on_gaussians(network, gaussians)?);
    }
    let sizes = [depth, height, width];
    notices.extend(exact_sizes::others(network, sizes, shrink));
    Ok(Report {
        shifts,
        run: run.to_string(),
        group: network.group().name().to_string(),
        images: pixels.dims()[0],
        tried_on: String::new(),
        bound: tolerance::EXACT_F64,
        elements: names(&elements.exact),
        between: names(&elements.between),
        omitted: elements.omitted,
        outside: elements.outside,
        restrictions: restrictions(network),
        layers,
        network: whole,
        notices,
    })
}

/// Side of the largest square, or cube, in images of these sizes.
pub(super) fn side([depth, height, width]: [usize; 3]) -> usize {
    match depth {
        1 => height.min(width),
        _ => height.min(width).min(depth),
    }
}

/// The layers behind which fields are of another group than before.
fn restrictions(network: &Network) -> Vec<Restriction> {
    let group = |fields: &FieldType| fields.group().name().to_string();
    let numbered = (1..).zip(network.layers());
    let restricting = |(number, layer): (usize, &AnyLayer)| {
        let (from, to) = (group(layer.input_type()), group(layer.output_type()));
        (from != to).then(|| Restriction {
            layer: number.to_string(),
            from,
            to,
        })
    };
    numbered.filter_map(restricting).collect()
}

/// One computation on the device of the check, and on the CPU in `f32` and in `f64`.
#[derive(Clone)]
struct Three {
    device: Field,
    /// `None` if the device is the CPU.
    single: Option<Field>,
    double: Field,
}

impl Three {
    /// That of the CPU in `f32`.
    fn single(&self) -> &Field {
        self.single.as_ref().unwrap_or(&self.device)
    }

    fn through(self, [device, single, double]: [&dyn Layer; 3]) -> Result<Self> {
        Ok(Self {
            device: device.forward(self.device)?,
            single: self.single.map(|field| single.forward(field)).transpose()?,
            double: double.forward(self.double)?,
        })
    }
}

impl LayerReport {
    /// The defects for every element, in `f64` and as they are on the device in `f32`; none for
    /// those that a restriction has given up.
    fn measure(
        &mut self,
        layers: [&dyn Layer; 3],
        input: &Three,
        elements: &[GroupElement],
    ) -> Result<Three> {
        let [device, _, double] = layers;
        let output = input.clone().through(layers)?;
        for g in elements {
            let kept = kept(device.input_type(), g) && kept(device.output_type(), g);
            let error = |layer: &dyn Layer, x: &Field| match kept {
                true => equivariance_error(layer, x, g).map(Some),
                false => Ok(None),
            };
            self.errors.push(error(double, &input.double)?);
            self.round_off.push(error(device, &input.device)?);
        }
        self.round_off_bound =
            tolerance::EXACT_F32 * round_off::factor(output.single(), &output.double);
        Ok(output)
    }
}

/// Exact elements, layer by layer, the layers inside a branch before it. Gives what comes out.
fn exact(
    stacks: [&[AnyLayer]; 3],
    prefix: &str,
    mut fields: Three,
    elements: &[GroupElement],
    all: &mut Vec<LayerReport>,
) -> Result<Three> {
    for (index, layer) in stacks[0].iter().enumerate() {
        let place = format!("{prefix}{}", index + 1);
        let layers = stacks.map(|stack| &stack[index]);
        let branches = layers.map(|layer| layer.downcast_ref::<Branch>());
        if let [Some(device), Some(single), Some(double)] = branches {
            let bodies = [device.body(), single.body(), double.body()];
            let prefix = format!("{place}.body.");
            exact(bodies, &prefix, fields.clone(), elements, all)?;
            let shortcuts = [device.shortcut(), single.shortcut(), double.shortcut()];
            let prefix = format!("{place}.shortcut.");
            exact(shortcuts, &prefix, fields.clone(), elements, all)?;
        }
        let [depth, height, width] = sizes_of(fields.device.domain());
        let why = |g: &GroupElement| {
            let why = layer.inexactness(g, fields.device.domain())?;
            kept(layer.output_type(), g).then(|| why.to_string())
        };
        let mut report = LayerReport {
            place,
            name: layer.name(),
            input: layer.input_type().to_string(),
            output: layer.output_type().to_string(),
            depth,
            height,
            width,
            errors: Vec::new(),
            round_off: Vec::new(),
            round_off_bound: 0.0,
            breaks: elements.iter().map(why).collect(),
            between: Vec::new(),
            outside: Vec::new(),
        };
        fields = report.measure(layers.map(|layer| layer as &dyn Layer), &fields, elements)?;
        all.push(report);
    }
    Ok(fields)
}

/// Sums of Gaussians, all turned by the same angle; in space about z.
pub(super) fn blobs(network: &Network, side: usize, degrees: f64) -> Result<Field> {
    if network.group().space().is_some() {
        let matrix = schur_data::rotation_about_z(degrees)?;
        return images(network, side, |index| {
            schur_data::solid_blobs(side, index, &matrix)
        });
    }
    images(network, side, |index| {
        schur_data::blobs(side, index, degrees)
    })
}

/// Sums of Gaussians, in the plane or in space as the network has them, all moved by the same element.
fn moved_blobs(network: &Network, side: usize, g: &GroupElement) -> Result<Field> {
    match (g.plane(), g.space()) {
        (Some(g), _) => images(network, side, |index| {
            schur_data::moved_blobs(side, index, g.matrix())
        }),
        (None, Some(g)) => {
            let matrix = g.matrix();
            images(network, side, |index| {
                schur_data::solid_blobs(side, index, &matrix)
            })
        }
        (None, None) => fail(format!("{g} moves neither images nor volumes")),
    }
}

fn still_blobs(network: &Network, side: usize) -> Result<Field> {
    let identity = match network.group().space() {
        Some(_) => SpaceIsometry::IDENTITY.into(),
        None => PlaneIsometry::IDENTITY.into(),
    };
    moved_blobs(network, side, &identity)
}

fn images(
    network: &Network,
    side: usize,
    image: impl Fn(usize) -> std::result::Result<Vec<f32>, schur_data::DataError>,
) -> Result<Field> {
    let channels = network.image_type().channels();
    let blobs = BLOBS[usize::from(network.group().space().is_some())];
    let mut pixels = Vec::new();
    for index in 0..blobs * channels {
        pixels.extend(image(index)?);
    }
    let depth = pixels.len() / (blobs * channels * side * side);
    let data = TensorData::new(pixels, [blobs, channels, depth, side, side]);
    let images = Tensor::<5>::from_data(data, &network.device());
    Ok(network.fields(images)?)
}

/// For every layer and every element between the pixels the defect from the image up to the
/// layer, `‖L(g x) - g L(x)‖ / ‖L(x)‖`. Images are moved without interpolation; what acts on
/// features interpolates, which is part of the number, and they are compared in the disc that
/// stays inside the grid. None where a restriction has given the element up, or where no pixel lies
/// in the disc, as on 2 x 2.
fn between(
    network: &Network,
    side: usize,
    elements: &[GroupElement],
) -> Result<Vec<Vec<Option<f64>>>> {
    let mut still = still_blobs(network, side)?;
    let moved = elements.iter().map(|g| moved_blobs(network, side, g));
    let mut moved = moved.collect::<Result<Vec<_>>>()?;
    let mut errors = Vec::new();
    for layer in network.layers() {
        still = layer.forward(still)?;
        for field in &mut moved {
            *field = layer.forward(field.clone())?;
        }
        let error = |(g, of_moved): (&GroupElement, &Field)| -> Result<Option<f64>> {
            if !kept(still.field_type(), g) {
                return Ok(None);
            }
            Ok(distance_inside(of_moved, &still.transform_interpolated(g)?))
        };
        errors.push(
            elements
                .iter()
                .zip(&moved)
                .map(error)
                .collect::<Result<Vec<_>>>()?,
        );
    }
    Ok(errors)
}

/// That on the sphere, where no rotation moves places to places: pictures are turned by their
/// coefficients, which turn exactly, so that the defects are those from the first layer on, and the
/// first has none.
fn on_sphere(
    network: &Network,
    images: Field,
    elements: &[GroupElement],
) -> Result<Vec<Vec<Option<f64>>>> {
    let mut still = images;
    let mut moved: Vec<Field> = Vec::new();
    let mut errors = Vec::new();
    for layer in network.layers() {
        still = layer.forward(still)?;
        if moved.is_empty() {
            let turned = elements.iter().map(|g| still.transform(g));
            moved = turned.collect::<std::result::Result<_, _>>()?;
            errors.push(vec![None; elements.len()]);
            continue;
        }
        let mut row = Vec::with_capacity(elements.len());
        for (g, field) in elements.iter().zip(&mut moved) {
            *field = layer.forward(field.clone())?;
            let expected = still.transform(g)?;
            row.push(Some(relative_distance(field.memory(), expected.memory())));
        }
        errors.push(row);
    }
    Ok(errors)
}

/// For every layer and angle the defect from the image up to the layer. All turned images are in memory
/// at once.
pub(super) fn by_depth(network: &Network, side: usize, angles: &[f64]) -> Result<Vec<Vec<f64>>> {
    // Of the sphere there are none, and its networks take no such images.
    if angles.is_empty() {
        return Ok(vec![Vec::new(); network.layers().len()]);
    }
    let mut upright = blobs(network, side, 0.0)?;
    let turned = angles.iter().map(|&degrees| blobs(network, side, degrees));
    let mut turned = turned.collect::<Result<Vec<_>>>()?;
    let layers = network.layers();
    let mut errors = Vec::with_capacity(layers.len());
    for (index, layer) in layers.iter().enumerate() {
        upright = layer.forward(upright)?;
        for field in &mut turned {
            *field = layer.forward(field.clone())?;
        }
        let turns = matches!(network.output(), Output::Direction | Output::Values);
        let is_answer = index + 1 == layers.len() && turns;
        let pairs = angles.iter().zip(&turned);
        let error = |(&degrees, turned): (&f64, &Field)| match is_answer {
            true => Ok(answer_error(&upright, turned, degrees)),
            false => other_angle_error(&upright, turned, degrees),
        };
        errors.push(pairs.map(error).collect::<Result<Vec<_>>>()?);
    }
    Ok(errors)
}

/// The relative distance of the features of turned images from the turned features. An angle
/// that is not in the group acts on no regular field, so the features are pooled over the group
/// first (or to their norms); the scalar maps that result are turned with bilinear interpolation,
/// which is part of the number.
fn other_angle_error(field: &Field, of_turned: &Field, degrees: f64) -> Result<f64> {
    let scalars = |field: &Field| -> Result<Tensor<5>> {
        let fields = field.field_type();
        let pooled = if fields.is_permutation() {
            GroupPool::new(fields)?.forward(field.clone())?
        } else {
            NormPool::new(fields)?.forward(field.clone())?
        };
        Ok(pooled.to_volume())
    };
    let expected = Images::turn_maps(&scalars(field)?, degrees)?;
    Ok(relative_distance(&scalars(of_turned)?, &expected))
}

/// The relative defect of numbers and vectors, on which every rotation acts.
fn answer_error(field: &Field, of_turned: &Field, degrees: f64) -> f64 {
    let rows = |field: &Field| -> Vec<f64> { field.to_rows().to_data().iter::<f64>().collect() };
    // Numbers come first.
    let blocks = field.field_type().blocks().iter();
    let numbers = blocks.filter(|block| block.representation.dim() == 1);
    let numbers: usize = numbers.map(|block| block.multiplicity).sum();
    let width = field.field_type().channels();
    let axes = field.field_type().group().dimension().unwrap_or(2);
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (mut distance, mut length) = (0.0, 0.0);
    let mut add = |expected: f64, found: f64| {
        distance += (expected - found).powi(2);
        length += expected.powi(2);
    };
    for (row, turned) in rows(field).chunks(width).zip(rows(of_turned).chunks(width)) {
        let ((numbers, vectors), turned) = (row.split_at(numbers), turned.split_at(numbers));
        numbers.iter().zip(turned.0).for_each(|(a, b)| add(*a, *b));
        for (v, w) in vectors.chunks(axes).zip(turned.1.chunks(axes)) {
            add(cos * v[0] - sin * v[1], w[0]);
            add(sin * v[0] + cos * v[1], w[1]);
            v.iter().zip(w).skip(2).for_each(|(v, w)| add(*v, *w));
        }
    }
    if distance == 0.0 {
        0.0
    } else {
        (distance / length).sqrt()
    }
}
