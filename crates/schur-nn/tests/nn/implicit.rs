//! Convolutions whose radial functions are small networks.

use burn::tensor::{DType, Device, Int, Tensor, TensorData};
use schur_engine::Path;
use schur_math::{ImplicitKernelBasis, KernelAttributes, KernelBasis, PlaneIsometry};
use schur_nn::{
    Field, FieldType, ImplicitConv, ImplicitConvConfig, Layer, NnError, PaddingMode,
    assert_equivariant, relative_distance, tolerance,
};

use crate::equivariance::{bound, check};
use crate::initialisation::spread;
use crate::nonlinearities::any_types;
use crate::steerable::blobs;
use crate::support::groups::every_group;
use crate::support::{TYPES, field, generic, numbers, pixels, planar, tensor, uniform};
use crate::tolerance::{BROKEN, INTERPOLATION};

fn exact_on_the_lattice(group: &str) {
    let group = planar(group);
    let device = Device::flex();
    let types = any_types(&group);
    for (input, output) in types.iter().zip(types.iter().rev()) {
        for (kernel, padding, stride) in [(3, 1, 1), (4, 1, 2), (7, 3, 2)] {
            let conv = ImplicitConvConfig::new(input, output, kernel)
                .with_padding(padding)
                .with_stride(stride)
                .with_hidden(&[6, 5])
                .with_bias(true)
                .init(&device)
                .unwrap();
            // The larger images fit the steps of the even kernel, the smaller the others'.
            let size = 8 - kernel % 2;
            for dtype in TYPES {
                check(&generic(conv.clone(), dtype), (size, size), dtype, &device);
            }
        }
    }
}

every_group!(exact_on_the_lattice);

/// Copies of pixels around the image, and dilation: as a padded image without a border.
#[test]
fn every_border_is_equivariant() {
    let device = Device::flex();
    for text in [
        "C4: 2 regular",
        "D8: E1 + E3 + trivial",
        "SO(2): 2 spectral(1)",
    ] {
        let fields = FieldType::parse(text).unwrap();
        for mode in [
            PaddingMode::Circular,
            PaddingMode::Reflect,
            PaddingMode::Replicate,
        ] {
            for (dilation, padding) in [(1, 2), (2, 3)] {
                let config = ImplicitConvConfig::new(&fields, &fields, 3).with_dilation(dilation);
                let conv = config.clone().with_padding(padding).with_padding_mode(mode);
                let conv = conv.init(&device).unwrap();
                let size = 5 + 2 * padding - 2 * dilation;
                assert_eq!(conv.output_size(5, 5).unwrap(), (size, size));
                assert!(
                    conv.name()
                        .contains(&format!("{} padding {padding}", mode.name()))
                );
                for dtype in TYPES {
                    let conv = generic(conv.clone(), dtype);
                    check(&conv, (5, 5), dtype, &device);
                    let x = field(&fields, (5, 5), dtype, &device);
                    let y = conv.forward(x.clone()).unwrap();
                    let fixed = conv.fixed().forward(x.clone()).unwrap();
                    assert_eq!(numbers(y.memory()), numbers(fixed.memory()));
                    let bare = generic(config.init(&device).unwrap(), dtype);
                    let padded = padded(&x, mode, padding as i64);
                    let expected = bare.forward(padded).unwrap();
                    let defect = relative_distance(y.memory(), expected.memory());
                    assert!(defect < bound(dtype), "{text} {mode:?}: {defect}");
                }
            }
        }
    }
}

/// The image with its border.
fn padded(x: &Field, mode: PaddingMode, padding: i64) -> Field {
    let size = x.size().0 as i64;
    let source = |place: i64| match mode {
        PaddingMode::Circular => place.rem_euclid(size),
        PaddingMode::Reflect => (size - 1) - (place.abs() - (size - 1)).abs(),
        _ => place.clamp(0, size - 1),
    };
    let sources: Vec<i64> = (-padding..size + padding).map(source).collect();
    let device = x.memory().device();
    let sources = Tensor::<1, Int>::from_data(TensorData::from(sources.as_slice()), &device);
    let y = pixels(x).select(1, sources.clone());
    Field::from_grid(y.select(2, sources), x.field_type()).unwrap()
}

/// The hidden features at a distance, number by number.
fn hidden(conv: &ImplicitConv, distance: f64, radius: f64) -> Vec<f64> {
    let waves = conv.radial.weights[0].val().dims()[0];
    let wave = |n: usize| (std::f64::consts::PI * n as f64 * distance / radius).cos();
    let mut x: Vec<f64> = (0..waves).map(wave).collect();
    for (weight, bias) in conv.radial.weights.iter().zip(&conv.radial.biases) {
        let (weight, bias) = (numbers(&weight.val()), numbers(&bias.val()));
        let width = bias.len();
        let sum = |out: usize| -> f64 {
            let terms = x.iter().enumerate();
            bias[out] + terms.map(|(i, x)| x * weight[i * width + out]).sum::<f64>()
        };
        let sums = (0..width).map(sum);
        x = sums.map(|t| t / (1.0 + (-t).exp())).collect();
    }
    x
}

/// The dense kernel is what the formula says at every tap: angular functions, sampled in the
/// plane, times the network at the distance of the tap. Every path of the plan uses it.
#[test]
fn kernels_by_formula() {
    for (group, input, output, size) in [
        ("C8", "2 regular + trivial", "E1 + 2 regular", 5),
        ("O(2)", "2 spectral(1) + E2", "3 E1 + trivial", 6),
    ] {
        let group = planar(group);
        let parse = |text| FieldType::parse_blocks(&group, text).unwrap();
        let (input, output) = (parse(input), parse(output));
        let (frequency, radius) = (3, size as f64 / 2.0);
        let conv = ImplicitConvConfig::new(&input, &output, size).with_max_frequency(frequency);
        let conv = conv.with_hidden(&[4, 3]).init(&Device::flex()).unwrap();
        let conv = generic(conv, DType::F64);
        let readout = numbers(&conv.readout.val());
        let columns = readout.len() / 3;
        let channels = [input.channels(), output.channels()];
        let mut kernel = vec![0.0; size * size * channels[0] * channels[1]];
        let mut first = 0;
        for (o, out) in output.blocks().iter().enumerate() {
            for (i, of) in input.blocks().iter().enumerate() {
                // Harmonics that the taps can't tell apart are left out.
                let keep = |r: f64, of: &KernelAttributes| {
                    f64::from(u8::from(of.frequency as f64 <= 2.0 * r && r <= radius))
                };
                let [rho, sigma] = [out, of].map(|b| b.representation.planar("a test").unwrap());
                let basis = ImplicitKernelBasis::new(rho, sigma, frequency, keep).unwrap();
                let copies = (out.multiplicity, of.multiplicity);
                for tap in 0..size * size {
                    let half = (size as f64 - 1.0) / 2.0;
                    let place = [(tap % size) as f64 - half, half - (tap / size) as f64];
                    let features = hidden(&conv, place[0].hypot(place[1]), radius);
                    let values = basis.sample(place);
                    let dims = (rho.dim(), sigma.dim());
                    for (k, value) in values.iter().enumerate() {
                        let (e, a, b) = (k / (dims.0 * dims.1), k / dims.1 % dims.0, k % dims.1);
                        for u in 0..copies.1 {
                            for v in 0..copies.0 {
                                let column = first + (e * copies.1 + u) * copies.0 + v;
                                let terms = features.iter().enumerate();
                                let terms = terms.map(|(h, x)| x * readout[h * columns + column]);
                                let channel = |fields: &FieldType, block: usize, c, copy, m| {
                                    fields.layout().offsets()[block] + c * m + copy
                                };
                                let inner = channel(&input, i, b, u, copies.1);
                                let outer = channel(&output, o, a, v, copies.0);
                                let at = (tap * channels[0] + inner) * channels[1] + outer;
                                kernel[at] += value * terms.sum::<f64>();
                            }
                        }
                    }
                }
                first += basis.dim() * copies.0 * copies.1;
            }
        }
        let shape = [1, 1, 1, kernel.len()];
        let expected = tensor(kernel, shape, DType::F64, &Device::flex());
        let coefficients = numbers(&conv.coefficients());
        let found = conv.plan().expand(&coefficients).unwrap();
        let found = tensor(found, shape, DType::F64, &Device::flex());
        let defect = relative_distance(&found, &expected);
        assert!(defect < tolerance::EXACT_F64, "{group}: {defect}");
        paths_agree(&conv, &coefficients);
    }
}

/// Blocks of irreps and the dense kernel give the same results.
fn paths_agree(conv: &ImplicitConv, coefficients: &[f64]) {
    let plan = conv.plan();
    let shape = plan.shape(2, [1, 9, 9]).unwrap();
    let x = uniform(2 * 81 * plan.input().channels(), 3);
    let results = [Path::Dense, Path::Lattice].map(|path| {
        let plan = plan.clone().with_path(path).unwrap();
        let prepared = plan.prepare(coefficients).unwrap();
        let y = plan.forward(&shape, &x, &prepared).unwrap();
        let length = y.len();
        tensor(y, [1, 1, 1, length], DType::F64, &Device::flex())
    });
    let defect = relative_distance(&results[0], &results[1]);
    assert!(defect < tolerance::EXACT_F64, "{defect}");
}

#[test]
fn white_noise_keeps_its_power() {
    for (group, input, output, kernel, gain) in [
        ("C4", "8 trivial", "48 regular + 96 trivial", 5, 1.0),
        (
            "C8",
            "12 regular",
            "24 regular",
            3,
            std::f64::consts::SQRT_2,
        ),
        (
            "O(2)",
            "16 spectral(1) + 8 trivial",
            "48 E1 + 96 trivial",
            7,
            1.0,
        ),
        ("D4", "8 regular", "24 regular + 96 A1", 4, 2.0),
    ] {
        let group = planar(group);
        let parse = |text| FieldType::parse_blocks(&group, text).unwrap();
        let (input, output) = (parse(input), parse(output));
        for hidden in [&[16][..], &[12, 24]] {
            let config = ImplicitConvConfig::new(&input, &output, kernel);
            let config = config.with_gain(gain).with_hidden(hidden);
            let init = |seed| {
                config
                    .clone()
                    .with_seed(seed)
                    .init(&Device::flex())
                    .unwrap()
            };
            spread(init, &input, &output, gain);
        }
    }
}

/// At other angles the kernels are steerable too, up to the pixels.
#[test]
fn nearly_exact_at_other_angles() {
    let device = Device::flex();
    let (size, angle) = (25, 45.0);
    let turn = PlaneIsometry::rotation(f64::to_radians(angle)).unwrap();
    let image = FieldType::parse("SO(2): trivial").unwrap();
    let features = FieldType::parse("SO(2): 4 spectral(2)").unwrap();
    let conv = ImplicitConvConfig::new(&image, &features, 9).with_padding(4);
    let conv = conv.init(&device).unwrap();
    let field = |degrees| {
        let values = blobs(size, degrees);
        let x = tensor(values, [1, 1, size, size], DType::F32, &device);
        Field::from_tensor(x, &image).unwrap()
    };
    let of_turned = conv.forward(field(angle)).unwrap();
    let turned = conv.forward(field(0.0)).unwrap();
    let turned = turned.transform_interpolated(turn).unwrap();
    let defect = relative_distance(of_turned.memory(), turned.memory());
    assert!(defect < INTERPOLATION, "{defect}");
}

/// An implicit convolution that says its vectors were scalars.
struct Misnamed {
    conv: ImplicitConv,
    output: FieldType,
}

impl Layer for Misnamed {
    fn name(&self) -> String {
        "misnamed".to_string()
    }

    fn input_type(&self) -> &FieldType {
        self.conv.input_type()
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.conv
            .forward(field)?
            .map(&self.output, |vectors| vectors)
    }
}

#[test]
fn laws_can_fail() {
    let device = Device::flex();
    let input = FieldType::parse("D4: 2 regular").unwrap();
    let vectors = FieldType::parse("D4: 3 E1").unwrap();
    let conv = ImplicitConvConfig::new(&input, &vectors, 5).with_padding(2);
    let conv = generic(conv.init(&device).unwrap(), DType::F64);
    let x = field(&input, (6, 6), DType::F64, &device);
    assert!(assert_equivariant(&conv, &x, tolerance::EXACT_F64).is_ok());
    let output = FieldType::parse("D4: 6 trivial").unwrap();
    let error = assert_equivariant(&Misnamed { conv, output }, &x, BROKEN).unwrap_err();
    assert!(matches!(error, NnError::NotEquivariant(_)), "{error}");
}

#[test]
fn what_is_refused() {
    let fields = FieldType::parse("C8: 2 E1").unwrap();
    let other = FieldType::parse("C8: B").unwrap();
    let config = ImplicitConvConfig::new(&fields, &fields, 5);
    let few = ImplicitConvConfig::new(&fields, &other, 5).with_max_frequency(2);
    for (config, part) in [
        (
            config.clone().with_hidden(&[]),
            "0 hidden layers; use 1 to 8",
        ),
        (
            config.clone().with_hidden(&[3, 0]),
            "0 hidden features; use 1 to",
        ),
        (config.clone().with_max_frequency(10_000), "frequency"),
        (config.clone().with_stride(0), "stride"),
        (ImplicitConvConfig::new(&fields, &fields, 0), "use 1 to 63"),
        (
            few.clone(),
            "no kernel but 0 leads from `C8: 2 irrep(E1)` to `C8: 1 irrep(B)`",
        ),
    ] {
        let message = config.init(&Device::flex()).unwrap_err().to_string();
        assert!(message.contains(part), "{message}");
    }
    assert!(few.with_max_frequency(3).init(&Device::flex()).is_ok());
    let wrong = FieldType::parse("D4: regular").unwrap();
    let message = ImplicitConvConfig::new(&fields, &wrong, 3).init(&Device::flex());
    assert!(matches!(message, Err(NnError::TwoGroups { .. })));
    // Numbers of another type.
    let conv = config.init(&Device::flex()).unwrap();
    let x = field(&fields, (6, 6), DType::F64, &Device::flex());
    assert!(matches!(conv.forward(x), Err(NnError::NumberType { .. })));
}
