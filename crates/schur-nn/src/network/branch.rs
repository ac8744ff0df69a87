//! Two ways through a network that meet again.

use burn::module::Module;

use super::AnyLayer;
use crate::exactness::Inexactness;
use crate::export::{Graph, Op, Value};
use crate::{Domain, Field, FieldType, GroupElement, Layer, NnError};

/// How the two ways meet.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::FieldType;
/// use schur_nn::network::{AnyLayerConfig, Join, Site, configs};
///
/// let body = vec![configs::Conv { padding: 1, ..configs::Conv::new(2, 3) }.into()];
/// let level = configs::Branch { body, shortcut: vec![], join: Join::Concat };
/// let image = FieldType::parse("C4: 1 trivial")?;
/// let site = &mut Site::new(0, &Device::flex());
/// let output = AnyLayerConfig::from(level).outline(&image, site)?.output;
/// assert_eq!(output.to_string(), "C4: 1 trivial + 2 regular");
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// Their sum: a residual block (He et al. 2016).
    Add,
    /// The fields of the shortcut, then those of the body: a level of a U-Net (Ronneberger et al.
    /// 2015).
    Concat,
}

impl Join {
    /// What the short and the long way give together.
    pub(super) fn output(self, side: &FieldType, main: &FieldType) -> Result<FieldType, NnError> {
        match self {
            Self::Concat => side.direct_sum(main),
            Self::Add if main == side => Ok(main.clone()),
            Self::Add => Err(NnError::WrongFieldType {
                layer: "the sum of a residual block".to_string(),
                expected: main.to_string(),
                found: side.to_string(),
            }),
        }
    }

    /// The joined fields.
    pub(super) fn of(self, side: &Field, main: &Field) -> Result<Field, NnError> {
        match self {
            Self::Add => side.add(main),
            Self::Concat => side.concat(main),
        }
    }
}

/// A body and a shortcut around it, both sequences of layers; an empty shortcut is the identity.
///
/// Both commute with the group, so their sum and their direct sum do.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_nn::network::{Branch, Join, AnyLayer};
/// use schur_nn::{EquivariantConvConfig, Layer, Field, FieldType};
///
/// let device = Device::flex();
/// let fields = FieldType::parse("C4: 2 regular")?;
/// let conv = EquivariantConvConfig::new(&fields, &fields, 3).with_padding(1).init(&device)?;
/// let residual = Branch::new(&fields, vec![AnyLayer::new(conv)], vec![], Join::Add)?;
/// let x = Field::from_tensor(Tensor::ones([1, 8, 6, 6], &device), &fields)?;
/// assert_eq!(residual.forward(x)?.size(), (6, 6));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Module, Debug)]
pub struct Branch {
    body: Vec<AnyLayer>,
    shortcut: Vec<AnyLayer>,
    #[module(skip)]
    join: Join,
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
}

impl Branch {
    /// A branch of fields of type `input`.
    ///
    /// # Errors
    ///
    /// If a layer does not take what the one before gives, or the ends can't be joined.
    pub fn new(
        input: &FieldType,
        body: Vec<AnyLayer>,
        shortcut: Vec<AnyLayer>,
        join: Join,
    ) -> Result<Self, NnError> {
        let output = join.output(&end(input, &shortcut)?, &end(input, &body)?)?;
        Ok(Self {
            body,
            shortcut,
            join,
            input: input.clone(),
            output,
        })
    }

    /// The layers that go the long way.
    pub fn body(&self) -> &[AnyLayer] {
        &self.body
    }

    /// The layers that go the short way.
    pub fn shortcut(&self) -> &[AnyLayer] {
        &self.shortcut
    }

    /// The layers of both ways.
    pub(super) fn ways_mut(&mut self) -> impl Iterator<Item = &mut [AnyLayer]> {
        [&mut *self.body, &mut *self.shortcut].into_iter()
    }

    /// How the two ways meet.
    pub fn join(&self) -> Join {
        self.join
    }
}

/// The type behind a sequence of layers.
fn end(input: &FieldType, layers: &[AnyLayer]) -> Result<FieldType, NnError> {
    layers.iter().try_fold(input.clone(), |fields, layer| {
        if *layer.input_type() == fields {
            return Ok(layer.output_type().clone());
        }
        Err(NnError::WrongFieldType {
            layer: layer.name(),
            expected: layer.input_type().to_string(),
            found: fields.to_string(),
        })
    })
}

impl Layer for Branch {
    fn name(&self) -> String {
        let names = |layers: &[AnyLayer]| {
            let names: Vec<String> = layers.iter().map(Layer::name).collect();
            names.join(", ")
        };
        let kind = match self.join {
            Join::Add => "residual",
            Join::Concat => "bridge",
        };
        if self.shortcut.is_empty() {
            format!("{kind} ({})", names(&self.body))
        } else {
            let (body, shortcut) = (names(&self.body), names(&self.shortcut));
            format!("{kind} ({body}; shortcut: {shortcut})")
        }
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let name = self.name();
        let end = |graph: &mut Graph, layers: &[AnyLayer]| {
            let mut layers = layers.iter();
            layers.try_fold(x, |x, layer| layer.export(graph, x))
        };
        let (side, main) = (end(graph, &self.shortcut)?, end(graph, &self.body)?);
        Ok(match self.join {
            Join::Add => graph.elementwise(Op::Add, &[main, side], &name),
            Join::Concat => graph.concat(&[side, main], &name),
        })
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        let main = super::forward(&self.body, field.clone())?;
        let side = super::forward(&self.shortcut, field)?;
        self.join.of(&side, &main)
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        let body = super::output_domain(&self.body, domain)?;
        let shortcut = super::output_domain(&self.shortcut, domain)?;
        if body == shortcut {
            return Ok(body);
        }
        let [(height, width), (h, w), (sh, sw)] = [domain, &body, &shortcut].map(Domain::size);
        Err(NnError::Size {
            layer: self.name(),
            problem: format!(
                "{height} x {width} pixels come back as {h} x {w} and do not fit the shortcut's \
                 {sh} x {sw}; use image sizes that all pools inside divide"
            ),
        })
    }

    fn parameters(&self) -> usize {
        let both = self.body.iter().chain(&self.shortcut);
        both.map(Layer::parameters).sum()
    }

    fn notices(&self) -> Vec<String> {
        let body = super::notices(&self.body);
        // A field that the last layer of a shortcut leaves 0 is that of the body in a sum.
        let last = match self.join {
            Join::Add => self.shortcut.len().saturating_sub(1),
            Join::Concat => self.shortcut.len(),
        };
        let shortcut = super::notices(&self.shortcut[..last]);
        let shortcut = shortcut
            .into_iter()
            .map(|notice| format!("shortcut: {notice}"));
        body.into_iter().chain(shortcut).collect()
    }

    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        super::inexactness(&self.body, g, domain)
            .or_else(|| super::inexactness(&self.shortcut, g, domain))
    }
}
