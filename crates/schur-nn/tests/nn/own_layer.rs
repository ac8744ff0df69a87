//! A caller's own layer is one like the others.

use burn::module::{Module, Param};
use burn::tensor::{DType, Device, Tensor};
use schur_nn::export::{Graph, Op, Value};
use schur_nn::network::AnyLayer;
use schur_nn::{
    EquivariantConvConfig, Field, FieldType, GroupPool, LabelledLayers, Layer, NnError,
    Nonlinearity, Pointwise, assert_equivariant, relative_distance, tolerance,
};

use crate::support::{field, numbers};

/// Every field times its own learnable number: all that the trait and Burn ask for.
#[derive(Module, Debug)]
struct Scale {
    factors: Param<Tensor<1>>,
    #[module(skip)]
    fields: FieldType,
}

impl Scale {
    fn new(fields: &FieldType) -> Self {
        let factors: Vec<f32> = (0..fields.fields()).map(|k| 1.5 - k as f32).collect();
        Self {
            factors: Param::from_tensor(Tensor::from_floats(factors.as_slice(), &Device::flex())),
            fields: fields.clone(),
        }
    }

    /// One factor per channel in memory order.
    fn of_channels(&self) -> Tensor<1> {
        let fields: Vec<i32> = (self.fields.layout().field_of_channel().iter())
            .map(|&field| field as i32)
            .collect();
        let fields = Tensor::from_ints(fields.as_slice(), &self.factors.val().device());
        self.factors.val().select(0, fields)
    }
}

impl Layer for Scale {
    fn name(&self) -> String {
        "scale".to_string()
    }

    fn input_type(&self) -> &FieldType {
        &self.fields
    }

    fn output_type(&self) -> &FieldType {
        &self.fields
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        field.map(&self.fields, |values| {
            values * self.of_channels().unsqueeze()
        })
    }

    fn parameters(&self) -> usize {
        self.fields.fields()
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let factors = self.of_channels().to_data().iter().collect();
        let by = graph.constant(&[1, x.channels, 1, 1], factors);
        Ok(graph.elementwise(Op::Scale { by }, &[x], &self.name()))
    }
}

#[test]
fn is_a_layer_like_the_others() {
    let device = Device::flex();
    let image = FieldType::parse("D4: trivial").unwrap();
    let fields = FieldType::parse("D4: 2 regular + E1").unwrap();
    let conv = EquivariantConvConfig::new(&image, &fields, 3)
        .init(&device)
        .unwrap();
    let labels = ["permuted", "permuted", "vector"];
    let parts = fields.group_by_labels(&labels).unwrap();
    let relu = Pointwise::new(&parts[0].1, Nonlinearity::Relu).unwrap();
    let by_label = LabelledLayers::new(
        &fields,
        &labels,
        ["permuted", "vector"],
        ((Scale::new(&parts[0].1), relu), Scale::new(&parts[1].1)),
    );
    // In tuples, labelled layers and lists, with others.
    let layers = (conv, Scale::new(&fields), by_label.unwrap());
    assert_eq!(layers.parameters(), layers.num_params());
    let list = vec![
        AnyLayer::new(layers.0.clone()),
        AnyLayer::new(layers.1.clone()),
        AnyLayer::new(layers.2.clone()),
    ];
    assert_eq!(list.num_params(), layers.parameters());
    let x = field(&image, (6, 6), DType::F32, &device);
    let checked = assert_equivariant(&layers, &x, tolerance::EXACT_F32).unwrap();
    assert_eq!(checked.elements.len(), 8);
    let y = layers.forward(x.clone()).unwrap();
    let of_list = list
        .iter()
        .try_fold(x.clone(), |x, layer| layer.forward(x))
        .unwrap();
    assert_eq!(numbers(of_list.memory()), numbers(y.memory()));
    // As a plain network.
    let graph = Graph::export(&layers, 6, 6).unwrap();
    let plain = graph.run(x.to_tensor()).unwrap();
    assert!(relative_distance(&plain, &y.to_tensor()) < tolerance::EXACT_F32);
    // What it does not say is refused as for others.
    let other = field(&fields, (6, 6), DType::F32, &device);
    assert!(Scale::new(&image).forward(other.clone()).is_err());
    let pool = GroupPool::new(&fields.select(0..1).unwrap()).unwrap();
    assert!((Scale::new(&fields), pool).forward(other).is_err());
}
