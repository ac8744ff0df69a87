//! Padding modes, transposed and grouped convolutions, fields on a line, and the spread of
//! initial weights for every kind of kernel.

use burn::module::Param;
use burn::tensor::{DType, Device};
use schur_math::KernelBand;
use schur_nn::{EquivariantConvConfig, Field, FieldType, KernelKind, Layer, PaddingMode};

use crate::equivariance::check;
use crate::gradients::{differences, point, weigh};
use crate::support::{TYPES, field, generic, normal, numbers, pixels, tensor};
use crate::tolerance::{FINITE_DIFFERENCE, VARIANCE};

const MODES: [PaddingMode; 3] = [
    PaddingMode::Circular,
    PaddingMode::Reflect,
    PaddingMode::Replicate,
];

#[test]
fn every_padding_mode_is_equivariant() {
    let device = Device::flex();
    for text in [
        "C4: 2 regular",
        "C8: regular",
        "D4: E1 + 2 trivial",
        "D8: E1 + E3 + trivial",
        "SO(2): 2 spectral(1)",
        "O(2): E1 + A2",
    ] {
        let fields = FieldType::parse(text).unwrap();
        for mode in MODES {
            let conv = EquivariantConvConfig::new(&fields, &fields, 3)
                .with_padding(2)
                .with_padding_mode(mode)
                .init(&device)
                .unwrap();
            assert_eq!(conv.output_size(5, 5).unwrap(), (7, 7));
            for dtype in TYPES {
                check(&generic(conv.clone(), dtype), (5, 5), dtype, &device);
            }
        }
    }
}

#[test]
fn padding_by_example() {
    let device = Device::flex();
    let image = FieldType::parse("C1: trivial").unwrap();
    let row = tensor(vec![1.0, 2.0, 3.0], [1, 1, 1, 3], DType::F64, &device);
    let row = Field::from_tensor(row, &image).unwrap();
    for (mode, expected) in [
        (PaddingMode::Zeros, [0.0, 0.0, 1.0, 2.0, 3.0, 0.0, 0.0]),
        (PaddingMode::Circular, [2.0, 3.0, 1.0, 2.0, 3.0, 1.0, 2.0]),
        (PaddingMode::Reflect, [3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0]),
        (PaddingMode::Replicate, [1.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0]),
    ] {
        let mut conv = EquivariantConvConfig::new(&image, &image, 1)
            .with_padding((0, 2))
            .with_padding_mode(mode)
            .init(&device)
            .unwrap();
        conv.weight = Param::from_tensor(tensor(vec![1.0], [1], DType::F64, &device));
        let y = numbers(&conv.forward(row.clone()).unwrap().to_tensor());
        assert_eq!(y, expected, "{mode:?}");
    }
    let conv = EquivariantConvConfig::new(&image, &image, 1)
        .with_padding(3)
        .with_padding_mode(PaddingMode::Reflect)
        .init(&device)
        .unwrap();
    // Sizes say so before anything is computed.
    let by_size = conv.output_domain(row.domain()).unwrap_err().to_string();
    let row = row.map(&image, |values| values.cast(DType::F32)).unwrap();
    let message = conv.forward(row).unwrap_err().to_string();
    assert!(message.contains("reflect padding: 1 pixels"), "{message}");
    assert_eq!(by_size, message);
    assert_eq!(conv.output_size(4, 4).unwrap(), (10, 10));
}

/// On a torus a convolution commutes with every circular shift.
#[test]
fn circular_padding_commutes_with_shifts() {
    let device = Device::flex();
    let fields = FieldType::parse("C4: regular").unwrap();
    let conv = EquivariantConvConfig::new(&fields, &fields, 3)
        .with_padding(1)
        .with_padding_mode(PaddingMode::Circular)
        .init(&device)
        .unwrap();
    let conv = generic(conv, DType::F64);
    let x = field(&fields, (4, 5), DType::F64, &device);
    let shift = |f: &Field| {
        let memory = pixels(f).roll(&[1, 2], &[1, 2]);
        Field::from_grid(memory, f.field_type()).unwrap()
    };
    let one = conv.forward(shift(&x)).unwrap();
    let other = shift(&conv.forward(x).unwrap());
    let distance = schur_nn::relative_distance(one.memory(), other.memory());
    assert!(distance < schur_nn::tolerance::EXACT_F64, "{distance}");
}

#[test]
fn transposed_convolutions_are_equivariant_adjoints() {
    let device = Device::flex();
    for (input, output) in [
        ("C4: 2 regular", "C4: 3 trivial + regular"),
        ("D4: E1 + trivial", "D4: 2 regular"),
        ("C8: regular", "C8: 2 trivial"),
        ("D8: 2 E1 + trivial", "D8: regular"),
        ("SO(2): 2 spectral(1)", "SO(2): E1 + 2 trivial"),
        ("O(2): E1 + A2", "O(2): 2 spectral(1)"),
    ] {
        let types = [input, output].map(|text| FieldType::parse(text).unwrap());
        let [input, output] = &types;
        for (kernel, stride, padding, dilation, extra) in [
            (3, 1, 1, 1, 0),
            (3, 2, 1, 1, 0),
            (4, 2, 1, 1, 0),
            (3, 3, 0, 2, 0),
            (2, 2, 0, 1, 1),
        ] {
            let config = |input, output| {
                EquivariantConvConfig::new(input, output, kernel)
                    .with_stride(stride)
                    .with_padding(padding)
                    .with_dilation(dilation)
            };
            let up = config(input, output)
                .init_transposed(extra, &device)
                .unwrap();
            if extra == 0 {
                let bias = config(input, output).with_bias(true);
                let up = bias.init_transposed(0, &device).unwrap();
                for dtype in TYPES {
                    check(&generic(up.clone(), dtype), (4, 4), dtype, &device);
                }
            }
            // <K x, y> = <x, Kᵀ y> with the same coefficients.
            let mut down = config(output, input).init(&device).unwrap();
            let up = generic(up, DType::F64);
            down.weight = up.weight.clone();
            let x = field(input, (4, 3), DType::F64, &device);
            let y = up.forward(x.clone()).unwrap();
            let z = field(output, y.size(), DType::F64, &device);
            assert_eq!(down.output_size(y.size().0, y.size().1).unwrap(), (4, 3));
            let down = down.forward(z.clone()).unwrap();
            let dot = |a: &Field, b: &Field| {
                (a.memory().clone() * b.memory().clone())
                    .sum()
                    .into_scalar::<f64>()
            };
            let (one, other) = (dot(&y, &z), dot(&x, &down));
            assert!((one - other).abs() < schur_nn::tolerance::EXACT_F64 * one.abs().max(1.0));
        }
    }
}

#[test]
fn gradients_of_transposed_convolutions() {
    let input = FieldType::parse("C4: regular + trivial").unwrap();
    let output = FieldType::parse("C4: 2 trivial + E1").unwrap();
    for (kernel, stride, padding) in [(3, 1, 1), (3, 2, 1), (2, 2, 0)] {
        let up = EquivariantConvConfig::new(&input, &output, kernel)
            .with_stride(stride)
            .with_padding(padding)
            .init_transposed(0, &Device::flex().autodiff())
            .unwrap();
        let shape = [2, 3, 3, input.channels()];
        let start = point(&[shape.iter().product(), up.plan().parameters()]);
        differences("transposed conv", &start, FINITE_DIFFERENCE, |leaves| {
            let mut up = up.clone();
            up.weight = Param::from_tensor(leaves[1].clone());
            let x = Field::from_grid(leaves[0].clone().reshape(shape), &input).unwrap();
            weigh(up.forward(x).unwrap().into_memory())
        });
    }
}

#[test]
fn refused_transposes_and_groups() {
    let device = Device::flex();
    let fields = FieldType::parse("C4: 2 regular + trivial").unwrap();
    let config = EquivariantConvConfig::new(&fields, &fields, 3).with_stride(2);
    assert!(config.init_transposed(2, &device).is_err());
    let circular = config.clone().with_padding_mode(PaddingMode::Circular);
    assert!(circular.init_transposed(0, &device).is_err());
    let message = config
        .clone()
        .with_groups(3)
        .init(&device)
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("3 groups do not divide 2 input"),
        "{message}"
    );
    assert!(config.clone().with_groups(0).init(&device).is_err());
    let swallowed = config.with_padding(9).init_transposed(0, &device).unwrap();
    assert!(swallowed.output_size(3, 3).is_err());
}

/// Two groups are two convolutions side by side.
#[test]
fn groups_do_not_see_each_other() {
    let device = Device::flex();
    let fields = FieldType::parse("C4: 2 regular + 3 trivial").unwrap();
    let conv = EquivariantConvConfig::new(&fields, &fields, 3).with_groups(2);
    let conv = generic(conv.init(&device).unwrap(), DType::F64);
    check(&conv, (5, 5), DType::F64, &device);
    let x = field(&fields, (5, 5), DType::F64, &device);
    let without = {
        let first = x.select(0..1).unwrap();
        let nothing = x.select(1..2).unwrap().scale(0.0);
        first.concat(&nothing).unwrap()
    };
    let part = |x: &Field, block: usize| {
        let y = conv
            .forward(x.clone())
            .unwrap()
            .select(block..block + 1)
            .unwrap();
        numbers(y.memory())
    };
    assert_eq!(part(&x, 0), part(&without, 0));
    assert!(part(&without, 1).iter().all(|&v| v == 0.0));
    assert_eq!(conv.parameters(), 2 * 2 * 4 * 9 + 3 * 3 * 3);
}

/// A line is an image of one row: kernels of odd and even length with and without its mirror.
#[test]
fn fields_on_a_line() {
    let device = Device::flex();
    for (text, length, parameters) in [
        ("C1: 2 trivial", 5, 2 * 2 * 5),
        // Symmetric kernels between scalars, (k + 1)/2 or k/2 of them.
        ("D1: trivial", 5, 3),
        ("D1: trivial", 4, 2),
        ("D1: 2 regular", 5, 2 * 2 * 2 * 5),
        // From sign fields to scalars: antisymmetric kernels.
        ("D1: irrep(A2)", 5, 3),
    ] {
        let fields = FieldType::parse(text).unwrap();
        let conv = EquivariantConvConfig::new(&fields, &fields, (1, length))
            .init(&device)
            .unwrap();
        assert_eq!(conv.parameters(), parameters, "{text}, {length}");
        for dtype in TYPES {
            check(&generic(conv.clone(), dtype), (1, 12), dtype, &device);
        }
    }
    let sign = FieldType::parse("D1: irrep(A2)").unwrap();
    let scalar = FieldType::parse("D1: trivial").unwrap();
    let odd = EquivariantConvConfig::new(&sign, &scalar, (1, 5));
    assert_eq!(odd.init(&device).unwrap().parameters(), 2);
}

/// The variance of the output on white noise is that of the gain, whatever the kernels.
#[test]
fn initial_weights_keep_the_variance() {
    let device = Device::flex();
    for (input, output) in [
        ("C8: 12 regular", "C8: 12 regular + 24 trivial"),
        ("SO(2): 24 spectral(2)", "SO(2): 24 spectral(3)"),
        (
            "O(2): 16 spectral(1) + 32 trivial",
            "O(2): 48 irrep(E1) + 48 irrep(A2)",
        ),
        ("D6: 40 trivial", "D6: 12 regular"),
    ] {
        let types = [input, output].map(|text| FieldType::parse(text).unwrap());
        let [input, output] = &types;
        for kind in [
            KernelKind::Lattice,
            KernelKind::Steerable(KernelBand::for_size(3).unwrap()),
        ] {
            let config = EquivariantConvConfig::new(input, output, 3)
                .with_kernels(kind.clone())
                .with_gain(1.0);
            for transposed in [false, true] {
                let mut power = vec![0.0; output.blocks().len()];
                let draws = 4;
                for seed in 0..draws {
                    let config = config.clone().with_seed(seed);
                    let shape = [2, 12, 12, input.channels()];
                    let noise = normal(shape.iter().product(), 500 + seed);
                    let noise = tensor(noise, shape, DType::F32, &device);
                    let x = Field::from_grid(noise, input).unwrap();
                    let y = if transposed {
                        // Without its border, which fewer taps reach.
                        let conv = config.with_stride(2).init_transposed(0, &device).unwrap();
                        let y = pixels(&conv.forward(x).unwrap());
                        y.narrow(1, 2, 20).narrow(2, 2, 20).flatten(1, 2)
                    } else {
                        config
                            .init(&device)
                            .unwrap()
                            .forward(x)
                            .unwrap()
                            .into_memory()
                    };
                    let [.., channels] = y.dims();
                    let values = numbers(&y);
                    let pixels = values.len() / channels;
                    for (block, power) in power.iter_mut().enumerate() {
                        let range = output.layout().block_channels(block);
                        let count = (range.len() * pixels * draws as usize) as f64;
                        for pixel in values.chunks(channels) {
                            let squares = pixel[range.clone()].iter().map(|v| v * v);
                            *power += squares.sum::<f64>() / count;
                        }
                    }
                }
                for power in power {
                    let what = format!("{input} to {output}, {kind:?}, transposed {transposed}");
                    assert!((power - 1.0).abs() < VARIANCE, "{what}: {power}");
                }
            }
        }
    }
}

/// Fields that are listed as unreached are 0 for all weights, all others are not; also in the
/// transposed convolution and in sequences.
#[test]
fn unreached_fields_are_listed() {
    let device = Device::flex();
    for (input, output, kernel, expected) in [
        (
            "SO(2): trivial",
            "SO(2): 2 E1 + E4 + trivial + 2 E7",
            3,
            vec![2, 4, 5],
        ),
        (
            "SO(2): 2 trivial + E6",
            "SO(2): 2 E1 + E4 + trivial + 2 E7",
            3,
            vec![],
        ),
        ("O(2): A2", "O(2): trivial + E1 + A2", 3, vec![0]),
        ("C4: regular", "C4: E1 + regular", 1, vec![]),
        ("D4: trivial", "D4: A2 + trivial + B1", 3, vec![0]),
    ] {
        let (input, output) = (
            FieldType::parse(input).unwrap(),
            FieldType::parse(output).unwrap(),
        );
        let config = EquivariantConvConfig::new(&input, &output, kernel);
        let conv = generic(config.init(&device).unwrap(), DType::F64);
        let transposed = generic(config.init_transposed(0, &device).unwrap(), DType::F64);
        assert_eq!(conv.unreached_fields(), expected, "{input} to {output}");
        assert_eq!(transposed.unreached_fields(), expected);
        let implicit = schur_nn::ImplicitConvConfig::new(&input, &output, 5).init(&device);
        let implicit = generic(implicit.unwrap(), DType::F64);
        let layers: [(&dyn Layer, Vec<usize>); 3] = [
            (&conv, expected.clone()),
            (&transposed, expected.clone()),
            (&implicit, implicit.unreached_fields()),
        ];
        for (layer, expected) in layers {
            assert_eq!(layer.notices().is_empty(), expected.is_empty());
            let x = field(&input, (5, 5), DType::F64, &device);
            let y = layer.forward(x).unwrap();
            for index in 0..output.fields() {
                let one = y.select_fields(&[index]).unwrap();
                let is_zero = numbers(one.memory()).iter().all(|&v| v == 0.0);
                assert_eq!(
                    is_zero,
                    expected.contains(&index),
                    "field {index} of {output}"
                );
            }
        }
        let biased = config.with_bias(true).init(&device).unwrap();
        let notice = biased.notices().join("");
        let moved = input.to_string() == "O(2): 1 irrep(A2)";
        assert_eq!(notice.contains("but for the bias"), moved, "{notice}");
        let pair = (biased.clone(), schur_nn::NormPool::new(&output).unwrap());
        let mut of_pair = pair.notices().into_iter();
        assert!(of_pair.all(|notice| notice.starts_with("layer 1 (conv")));
    }
}
