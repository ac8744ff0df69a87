//! Functions of one number by formula.

use std::ops::{Add, Mul, Neg, Sub};
use std::sync::Arc;

use burn::tensor::Tensor;

use super::Nonlinearity;
use super::export::{scale, shift};
use crate::export::{Graph, Op, Unary, Value};

/// A function of one number as an expression, which Burn computes and which exports: sums,
/// products and the functions of [`Unary`] of the variable and of constants.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_nn::export::Unary;
/// use schur_nn::{Formula, Nonlinearity};
///
/// // Mish: t tanh(log(1 + e^t)).
/// let t = Formula::variable();
/// let mish = t.clone() * t.of(Unary::Softplus).of(Unary::Tanh);
/// let mish = Nonlinearity::formula("mish", mish);
/// let y = mish.apply(Tensor::<1>::from_floats([0.0, 40.0], &Device::flex()));
/// assert_eq!(y.to_data().to_vec::<f32>().unwrap(), [0.0, 40.0]);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Formula(Arc<Term>);

#[derive(Debug, PartialEq)]
enum Term {
    Variable,
    Number(f64),
    Sum(Formula, Formula),
    Product(Formula, Formula),
    Function(Unary, Formula),
}

/// How a function behaves when its argument changes sign.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Parity {
    Even,
    Odd,
    Neither,
}

impl Formula {
    /// The number the function is applied to.
    pub fn variable() -> Self {
        Self::new(Term::Variable)
    }

    /// A constant.
    pub fn number(value: f64) -> Self {
        Self::new(Term::Number(value))
    }

    /// A function of the formula's value.
    #[must_use]
    pub fn of(&self, function: Unary) -> Self {
        Self::new(Term::Function(function, self.clone()))
    }

    /// Whether the expression shows that `f(-t) = -f(t)`: sums of odd terms, products of an odd
    /// and an even one, and odd functions of odd terms are odd.
    ///
    /// ```
    /// use schur_nn::Formula;
    /// use schur_nn::export::Unary;
    ///
    /// let t = Formula::variable();
    /// let even = (t.clone() * t.clone() + 1.0).of(Unary::Sqrt).of(Unary::Reciprocal);
    /// assert!((t.clone() * even.clone()).is_odd());
    /// assert!(!(t * even + 1.0).is_odd());
    /// ```
    pub fn is_odd(&self) -> bool {
        self.parity() == Parity::Odd
    }

    fn new(term: Term) -> Self {
        Self(Arc::new(term))
    }

    fn parity(&self) -> Parity {
        use Parity::{Even, Neither, Odd};
        match &*self.0 {
            Term::Variable => Odd,
            Term::Number(_) => Even,
            Term::Sum(a, b) => match (a.parity(), b.parity()) {
                (a, b) if a == b => a,
                _ => Neither,
            },
            Term::Product(a, b) => match (a.parity(), b.parity()) {
                (Neither, _) | (_, Neither) => Neither,
                (a, b) if a == b => Even,
                _ => Odd,
            },
            Term::Function(function, argument) => match (argument.parity(), function) {
                (Even, _) => Even,
                (Odd, Unary::Tanh | Unary::Erf | Unary::Reciprocal) => Odd,
                _ => Neither,
            },
        }
    }

    /// The value for every entry.
    pub(super) fn apply<const D: usize>(&self, x: &Tensor<D>) -> Tensor<D> {
        match &*self.0 {
            Term::Variable => x.clone(),
            Term::Number(value) => x.full_like(*value),
            Term::Sum(a, b) => match &*b.0 {
                Term::Number(value) => a.apply(x) + *value,
                _ => a.apply(x) + b.apply(x),
            },
            Term::Product(a, b) => match &*b.0 {
                Term::Number(value) => a.apply(x) * *value,
                _ => a.apply(x) * b.apply(x),
            },
            Term::Function(function, argument) => function.apply(argument.apply(x)),
        }
    }

    /// Adds the formula to a plain network.
    pub(super) fn export(&self, graph: &mut Graph, x: Value, layer: &str) -> Value {
        match &*self.0 {
            Term::Variable => x,
            Term::Number(value) => {
                let zero = scale(graph, x, 0.0, layer);
                shift(graph, zero, *value, layer)
            }
            Term::Sum(a, b) => {
                let a = a.export(graph, x, layer);
                if let Term::Number(value) = &*b.0 {
                    return shift(graph, a, *value, layer);
                }
                let b = b.export(graph, x, layer);
                graph.elementwise(Op::Add, &[a, b], layer)
            }
            Term::Product(a, b) => {
                let a = a.export(graph, x, layer);
                if let Term::Number(value) = &*b.0 {
                    return scale(graph, a, *value, layer);
                }
                let b = b.export(graph, x, layer);
                graph.elementwise(Op::Mul, &[a, b], layer)
            }
            Term::Function(function, argument) => {
                let argument = argument.export(graph, x, layer);
                graph.unary(*function, argument, layer)
            }
        }
    }
}

impl Add for Formula {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(Term::Sum(self, other))
    }
}

impl Mul for Formula {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self::new(Term::Product(self, other))
    }
}

impl Add<f64> for Formula {
    type Output = Self;

    fn add(self, number: f64) -> Self {
        self + Self::number(number)
    }
}

impl Mul<f64> for Formula {
    type Output = Self;

    fn mul(self, number: f64) -> Self {
        self * Self::number(number)
    }
}

impl Sub for Formula {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Neg for Formula {
    type Output = Self;

    fn neg(self) -> Self {
        self * -1.0
    }
}

impl Nonlinearity {
    /// A function by name and formula: as [`custom`](Self::custom), but it exports, and whether
    /// it is odd shows in the formula.
    pub fn formula(name: impl Into<String>, formula: Formula) -> Self {
        Self::Formula {
            name: name.into(),
            formula,
        }
    }
}
