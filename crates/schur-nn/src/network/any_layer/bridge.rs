//! Burn's visitors and mappers, whose methods are generic in the number of axes, as objects: a
//! parameter crosses as `Any` and is recognised by its type on the other side.

use std::any::Any;

use burn::module::{Flag, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Bool, Int, Tensor};

/// Most axes of a tensor that is recognised.
pub(super) const MAX_AXES: usize = 8;

/// A visitor as an object.
pub(super) trait Visitor {
    fn enter(&mut self, name: &str, container: &str);
    fn exit(&mut self, name: &str, container: &str);
    /// A parameter or flag.
    fn parameter(&mut self, parameter: &dyn Any);
}

/// A mapper as an object.
pub(super) trait Mapper {
    fn enter(&mut self, name: &str, container: &str);
    fn exit(&mut self, name: &str, container: &str);
    /// Maps what is in an `Option` of a parameter or flag, and leaves the result there.
    fn parameter(&mut self, slot: &mut dyn Any);
}

/// A visitor of Burn seen as an object.
pub(super) struct VisitorOf<'a, V>(pub(super) &'a mut V);

/// An object seen as a visitor of Burn.
pub(super) struct VisitorTo<'a>(pub(super) &'a mut dyn Visitor);

/// A mapper of Burn seen as an object.
pub(super) struct MapperOf<'a, M>(pub(super) &'a mut M);

/// An object seen as a mapper of Burn.
pub(super) struct MapperTo<'a>(pub(super) &'a mut dyn Mapper);

/// Refuses tensors of more than [`MAX_AXES`] axes.
pub(super) struct Axes;

/// Calls a rule for every number of axes until one gives `Some`.
macro_rules! any_axes {
    ($rule:ident, $($argument:expr),+) => {
        $rule::<1, _>($($argument),+)
            .or_else(|| $rule::<2, _>($($argument),+))
            .or_else(|| $rule::<3, _>($($argument),+))
            .or_else(|| $rule::<4, _>($($argument),+))
            .or_else(|| $rule::<5, _>($($argument),+))
            .or_else(|| $rule::<6, _>($($argument),+))
            .or_else(|| $rule::<7, _>($($argument),+))
            .or_else(|| $rule::<8, _>($($argument),+))
    };
}

fn visit<const D: usize, V: ModuleVisitor>(visitor: &mut V, parameter: &dyn Any) -> Option<()> {
    if let Some(parameter) = parameter.downcast_ref::<Param<Tensor<D>>>() {
        visitor.visit_float(parameter);
    } else if let Some(parameter) = parameter.downcast_ref::<Param<Tensor<D, Int>>>() {
        visitor.visit_int(parameter);
    } else {
        visitor.visit_bool(parameter.downcast_ref::<Param<Tensor<D, Bool>>>()?);
    }
    Some(())
}

impl<V: ModuleVisitor> Visitor for VisitorOf<'_, V> {
    fn enter(&mut self, name: &str, container: &str) {
        self.0.enter_module(name, container);
    }

    fn exit(&mut self, name: &str, container: &str) {
        self.0.exit_module(name, container);
    }

    fn parameter(&mut self, parameter: &dyn Any) {
        if let Some(flag) = parameter.downcast_ref() {
            self.0.visit_flag(flag);
        } else {
            any_axes!(visit, self.0, parameter);
        }
    }
}

impl ModuleVisitor for VisitorTo<'_> {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.0.enter(name, container);
    }

    fn exit_module(&mut self, name: &str, container: &str) {
        self.0.exit(name, container);
    }

    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        self.0.parameter(parameter);
    }

    fn visit_int<const D: usize>(&mut self, parameter: &Param<Tensor<D, Int>>) {
        self.0.parameter(parameter);
    }

    fn visit_bool<const D: usize>(&mut self, parameter: &Param<Tensor<D, Bool>>) {
        self.0.parameter(parameter);
    }

    fn visit_flag(&mut self, flag: &Param<Flag>) {
        self.0.parameter(flag);
    }
}

fn map<const D: usize, M: ModuleMapper>(mapper: &mut M, slot: &mut dyn Any) -> Option<()> {
    if let Some(slot) = slot.downcast_mut::<Option<Param<Tensor<D>>>>() {
        *slot = slot.take().map(|parameter| mapper.map_float(parameter));
    } else if let Some(slot) = slot.downcast_mut::<Option<Param<Tensor<D, Int>>>>() {
        *slot = slot.take().map(|parameter| mapper.map_int(parameter));
    } else {
        let slot = slot.downcast_mut::<Option<Param<Tensor<D, Bool>>>>()?;
        *slot = slot.take().map(|parameter| mapper.map_bool(parameter));
    }
    Some(())
}

impl<M: ModuleMapper> Mapper for MapperOf<'_, M> {
    fn enter(&mut self, name: &str, container: &str) {
        self.0.enter_module(name, container);
    }

    fn exit(&mut self, name: &str, container: &str) {
        self.0.exit_module(name, container);
    }

    fn parameter(&mut self, slot: &mut dyn Any) {
        if let Some(slot) = slot.downcast_mut::<Option<Param<Flag>>>() {
            *slot = slot.take().map(|flag| self.0.map_flag(flag));
        } else {
            any_axes!(map, self.0, slot);
        }
    }
}

/// What a mapper object does to one parameter.
fn through<P: 'static>(mapper: &mut dyn Mapper, parameter: P) -> P {
    let mut slot = Some(parameter);
    mapper.parameter(&mut slot);
    slot.expect("a mapper fills what it empties")
}

impl ModuleMapper for MapperTo<'_> {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.0.enter(name, container);
    }

    fn exit_module(&mut self, name: &str, container: &str) {
        self.0.exit(name, container);
    }

    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        through(self.0, parameter)
    }

    fn map_int<const D: usize>(
        &mut self,
        parameter: Param<Tensor<D, Int>>,
    ) -> Param<Tensor<D, Int>> {
        through(self.0, parameter)
    }

    fn map_bool<const D: usize>(
        &mut self,
        parameter: Param<Tensor<D, Bool>>,
    ) -> Param<Tensor<D, Bool>> {
        through(self.0, parameter)
    }

    fn map_flag(&mut self, flag: Param<Flag>) -> Param<Flag> {
        through(self.0, flag)
    }
}

impl ModuleVisitor for Axes {
    fn visit_float<const D: usize>(&mut self, _: &Param<Tensor<D>>) {
        assert!(
            D <= MAX_AXES,
            "a layer that learns a tensor of {D} axes; at most {MAX_AXES} are supported"
        );
    }
}
