//! Self-attention over feature fields.

use burn::module::Module;
use burn::tensor::{DType, Device, Tensor};
use schur_nn::exactness::Inexactness;
use schur_nn::{
    Domain, EquivariantConv, Field, FieldType, GroupElement, Layer, NnError, SelfAttention,
    SelfAttentionConfig, assert_equivariant, relative_distance, tolerance,
};

use crate::equivariance::check;
use crate::gradients::{Substitute, differences, lengths, point, weigh};
use crate::support::{TYPES, field, generic, numbers, pixels, tensor};
use crate::tolerance::{BROKEN, FINITE_DIFFERENCE_NETWORK};

/// Fields with a type of heads that fits.
const TYPES_OF_FIELDS: [(&str, &str); 7] = [
    ("C4: 2 regular + trivial", "C4: regular"),
    ("C8: 1 regular + 2 E3", "C8: 2 E3 + trivial"),
    ("D4: 2 E1 + 3 trivial", "D4: E1 + 2 trivial"),
    ("D4: regular + quotient(C2)", "D4: regular"),
    ("D8: regular + 2 E1", "D8: 2 E1 + B1"),
    ("SO(2): 3 E1 + 2 E2 + 2 trivial", "SO(2): E1 + E2 + trivial"),
    ("O(2): 2 E1 + 2 A2 + 2 trivial", "O(2): E1 + A2"),
];

fn layer(fields: &str, head: &str, radius: Option<f64>, device: &Device) -> SelfAttention {
    let (fields, head) = (
        FieldType::parse(fields).unwrap(),
        FieldType::parse(head).unwrap(),
    );
    let config = SelfAttentionConfig::new(&fields, &head, 2).with_distances(4);
    let config = match radius {
        Some(radius) => config.with_radius(radius),
        None => config,
    };
    config.init(device).unwrap()
}

#[test]
fn commutes_with_the_group() {
    let device = Device::flex();
    for (fields, head) in TYPES_OF_FIELDS {
        for radius in [None, Some(0.0), Some(1.5), Some(3.0)] {
            for dtype in TYPES {
                let layer = generic(layer(fields, head, radius, &device), dtype);
                check(&layer, (5, 5), dtype, &device);
            }
        }
    }
    // Oblong images, for groups without quarter turns.
    let layer = layer("D2: 2 regular", "D2: regular", Some(2.0), &device);
    check(&generic(layer, DType::F64), (4, 7), DType::F64, &device);
}

/// One pixel after the other, in plain loops.
fn slowly(layer: &SelfAttention, x: &Field) -> Tensor<3> {
    let [batch, height, width, _] = pixels(x).dims();
    let apply = |conv: &EquivariantConv| {
        let y = conv.forward(x.clone()).unwrap().into_memory();
        (y.dims()[2], numbers(&y))
    };
    let (size, queries) = apply(&layer.queries);
    let (_, keys) = apply(&layer.keys);
    let (channels, values) = apply(&layer.values);
    let bias = numbers(&layer.bias.val());
    let knots = layer.bias.val().dims()[1];
    let pixels = height * width;
    let per_head = size / layer.heads();
    let mut sums = vec![0.0; batch * pixels * channels];
    for (image, p, head) in (0..batch).flat_map(|b| {
        (0..pixels).flat_map(move |p| (0..layer.heads()).map(move |head| (b, p, head)))
    }) {
        let place = |pixel: usize| (image * pixels + pixel) * size + head * per_head;
        let mut terms = Vec::new();
        for q in 0..pixels {
            let rows = (p / width) as f64 - (q / width) as f64;
            let cols = (p % width) as f64 - (q % width) as f64;
            let distance = (rows * rows + cols * cols).sqrt();
            if layer.radius().is_some_and(|radius| distance > radius) {
                continue;
            }
            let pairs = (0..per_head).map(|c| queries[place(p) + c] * keys[place(q) + c]);
            let product = pairs.sum::<f64>() / (per_head as f64).sqrt();
            let at = distance.min((knots - 1) as f64);
            let (low, part) = (at.floor() as usize, at.fract());
            let of = |knot: usize| bias[head * knots + knot.min(knots - 1)];
            let logit = product + of(low) * (1.0 - part) + of(low + 1) * part;
            terms.push((q, logit.exp()));
        }
        let total: f64 = terms.iter().map(|(_, weight)| weight).sum();
        for (q, weight) in terms {
            for c in 0..per_head {
                sums[place(p) + c] += weight / total * values[place(q) + c];
            }
        }
    }
    let sums = tensor(
        sums,
        [batch, height, width, channels],
        DType::F64,
        &x.device(),
    );
    let sums = Field::from_grid(sums, layer.values.output_type()).unwrap();
    let sums = layer.projection.forward(sums).unwrap();
    x.add(&sums).unwrap().into_memory()
}

#[test]
fn agrees_with_plain_loops() {
    let device = Device::flex();
    for (fields, head) in TYPES_OF_FIELDS {
        // A radius beyond the image sees it all.
        for radius in [None, Some(0.0), Some(1.0), Some(2.3), Some(20.0)] {
            let layer = generic(layer(fields, head, radius, &device), DType::F64);
            let x = field(layer.input_type(), (4, 5), DType::F64, &device);
            let fast = layer.forward(x.clone()).unwrap().into_memory();
            let defect = relative_distance(&fast, &slowly(&layer, &x));
            assert!(defect < tolerance::EXACT_F64, "{}: {defect}", layer.name());
            let alone = relative_distance(&fast, x.memory());
            assert!(alone > BROKEN, "the attention adds nothing");
        }
    }
}

#[test]
fn gradients() {
    let device = Device::flex().autodiff();
    for (fields, head) in [TYPES_OF_FIELDS[0], TYPES_OF_FIELDS[2], TYPES_OF_FIELDS[5]] {
        for radius in [None, Some(1.5)] {
            let layer = generic(layer(fields, head, radius, &device), DType::F64);
            let shape = [1, 3, 3, layer.input_type().channels()];
            let mut sizes = vec![shape.iter().product()];
            sizes.extend(lengths(&layer));
            assert_eq!(sizes[1..].iter().sum::<usize>(), layer.parameters());
            let what = format!("{} on {fields}", layer.name());
            differences(&what, &point(&sizes), FINITE_DIFFERENCE_NETWORK, |inputs| {
                let layer = layer.clone().map(&mut Substitute::new(&inputs[1..]));
                let x = inputs[0].clone().reshape(shape);
                let x = Field::from_grid(x, layer.input_type()).unwrap();
                weigh(layer.forward(x).unwrap().into_memory())
            });
        }
    }
}

/// Attention whose bias depends on the direction of the offset.
struct Directed(SelfAttention);

impl Layer for Directed {
    fn name(&self) -> String {
        "directed attention".to_string()
    }

    fn input_type(&self) -> &FieldType {
        self.0.input_type()
    }

    fn output_type(&self) -> &FieldType {
        self.0.output_type()
    }

    /// Keys one pixel to the right of where they belong.
    fn forward(&self, field: Field) -> Result<Field, NnError> {
        let moved = pixels(&field).roll(&[1], &[2]);
        let moved = Field::from_grid(moved, self.0.input_type())?;
        field.add(&self.0.forward(moved)?)
    }

    fn inexactness(&self, _: &GroupElement, _: &Domain) -> Option<Inexactness> {
        None
    }
}

#[test]
fn a_direction_is_caught() {
    let device = Device::flex();
    let layer = Directed(layer("C4: 2 regular", "C4: regular", Some(1.0), &device));
    let x = field(layer.input_type(), (5, 5), DType::F32, &device);
    assert!(assert_equivariant(&layer, &x, BROKEN).is_err());
}

#[test]
fn what_is_refused() {
    let parse = |text: &str| FieldType::parse(text).unwrap();
    let (fields, head) = (parse("C4: 2 regular"), parse("C4: regular"));
    let config = |head: &FieldType, heads| SelfAttentionConfig::new(&fields, head, heads);
    let message = |config: SelfAttentionConfig| match config.init(&Device::flex()) {
        Err(error) => error.to_string(),
        Ok(layer) => panic!("{layer:?}"),
    };
    assert!(message(config(&head, 0)).contains("0 heads"));
    assert!(message(config(&head, usize::MAX)).contains("1 to 1024"));
    assert!(message(config(&parse("D4: regular"), 1)).contains("D4"));
    for radius in [-1.0, f64::NAN, f64::INFINITY, 65.0] {
        assert!(message(config(&head, 1).with_radius(radius)).contains("use 0 to 64"));
    }
    for distances in [0, 66, usize::MAX] {
        assert!(message(config(&head, 1).with_distances(distances)).contains("use 1 to 65"));
    }
    let vectors = parse("O(2): 2 E1");
    let apart = SelfAttentionConfig::new(&vectors, &parse("O(2): A2 + E3"), 1);
    assert!(message(apart).contains("share irreps"));
    let layer = config(&head, 1).init(&Device::flex()).unwrap();
    let other = field(&parse("C4: 8 trivial"), (3, 3), DType::F32, &Device::flex());
    assert!(layer.forward(other).is_err());
}
