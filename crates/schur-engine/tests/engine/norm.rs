//! The norm against its oracle, finite differences, and its symmetry.

use crate::tolerance::DIFFERENCE_STEP;
use proptest::prelude::*;
use schur_engine::norm::{Affine, Moments, NormGradient};
use schur_engine::{Activation, Block, Centering, Layout, NormPlan, reference};

use crate::support::{Source, agree, agree_as_sums, agree_roughly, dot, layouts, moved, narrow};

const EPS: f64 = 0.001;
/// Least variance of a case: below, every rounding error of x is magnified.
const SPREAD: f64 = 0.02;

fn plans() -> impl Strategy<Value = NormPlan> {
    let activation = prop_oneof![
        Just(Activation::Identity),
        Just(Activation::Relu),
        Just(Activation::Elu)
    ];
    let centering = prop_oneof![Just(Centering::PerField), Just(Centering::None)];
    (layouts(), prop::collection::vec(centering, 3), activation).prop_map(
        |(layout, mut centering, activation)| {
            centering.truncate(layout.blocks().len());
            NormPlan::with_centering(layout, centering, activation).expect("one per block")
        },
    )
}

struct Case {
    x: Vec<f64>,
    gamma: Vec<f64>,
    beta: Vec<f64>,
    dy: Vec<f64>,
}

impl Case {
    fn new(plan: &NormPlan, pixels: usize, source: &mut Source) -> Self {
        let (len, fields) = (pixels * plan.layout().channels(), plan.layout().fields());
        // Single precision numbers, so that both types see the same case.
        let rounded = |values: Vec<f64>| narrow(&values).iter().map(|&v| f64::from(v)).collect();
        Self {
            x: rounded(source.signed(len)),
            gamma: rounded(source.signed(fields)),
            beta: rounded(source.signed(fields)),
            dy: rounded(source.signed(len)),
        }
    }

    fn affine(&self) -> Affine<'_, f64> {
        Affine {
            gamma: &self.gamma,
            beta: &self.beta,
            eps: EPS,
        }
    }
}

proptest! {
    #[test]
    fn agrees_with_the_oracle(plan in plans(), pixels in 2..300_usize, seed in any::<u64>()) {
        let case = Case::new(&plan, pixels, &mut Source::new(seed));
        let (y, moments) = plan.forward_train(&case.x, case.affine()).unwrap();
        let want = reference::norm::moments(&plan, &case.x);
        prop_assume!(want.variance.iter().all(|&v| v > SPREAD));
        agree("variance", &moments.variance, &want.variance)?;
        agree_as_sums("mean", &moments.mean, &want.mean)?;
        agree_as_sums("y", &y, &reference::norm::forward(&plan, &case.x, case.affine(), &want))?;
        let gradient = plan.backward_train(&case.x, case.affine(), &moments, &case.dy).unwrap();
        let want = reference::norm::backward(&plan, &case.x, case.affine(), &case.dy);
        agree_as_sums("dx", &gradient.dx, &want.dx)?;
        agree_as_sums("dgamma", &gradient.dgamma, &want.dgamma)?;
        agree_as_sums("dbeta", &gradient.dbeta, &want.dbeta)?;
    }

    #[test]
    fn f32_agrees_with_the_oracle(plan in plans(), pixels in 16..300_usize, seed in any::<u64>()) {
        let case = Case::new(&plan, pixels, &mut Source::new(seed));
        let (gamma, beta) = (narrow(&case.gamma), narrow(&case.beta));
        let affine = Affine { gamma: &gamma, beta: &beta, eps: EPS };
        let (x, dy) = (narrow(&case.x), narrow(&case.dy));
        let want = reference::norm::moments(&plan, &case.x);
        prop_assume!(want.variance.iter().all(|&v| v > SPREAD));
        // A pixel near the kink may fall on the other side of it.
        prop_assume!(away_from_kink(&plan, &case, &want));
        let (y, moments) = plan.forward_train(&x, affine).unwrap();
        agree("variance", &moments.variance, &want.variance)?;
        agree_as_sums("y", &y, &reference::norm::forward(&plan, &case.x, case.affine(), &want))?;
        let gradient = plan.backward_train(&x, affine, &moments, &dy).unwrap();
        let want = reference::norm::backward(&plan, &case.x, case.affine(), &case.dy);
        agree_as_sums("dx", &gradient.dx, &want.dx)?;
        // Sums over pixels: their mean has terms of size 1.
        let mean = |sums: &[f64]| -> Vec<f64> { sums.iter().map(|s| s / pixels as f64).collect() };
        let mean32 = |sums: &[f32]| -> Vec<f32> { sums.iter().map(|s| s / pixels as f32).collect() };
        agree_as_sums("dgamma", &mean32(&gradient.dgamma), &mean(&want.dgamma))?;
        agree_as_sums("dbeta", &mean32(&gradient.dbeta), &mean(&want.dbeta))?;
    }

    #[test]
    fn gradient_agrees_with_finite_differences(
        plan in plans(), pixels in 2..40_usize, seed in any::<u64>(), train in any::<bool>(),
    ) {
        let mut source = Source::new(seed);
        let case = Case::new(&plan, pixels, &mut source);
        let moments = reference::norm::moments(&plan, &case.x);
        prop_assume!(moments.variance.iter().all(|&v| v > SPREAD));
        prop_assume!(away_from_kink(&plan, &case, &moments));
        let loss = |x: &[f64], gamma: &[f64], beta: &[f64]| {
            let affine = Affine { gamma, beta, eps: EPS };
            let y = if train {
                plan.forward_train(x, affine).unwrap().0
            } else {
                plan.forward_eval(x, affine, &moments).unwrap()
            };
            dot(&y, &case.dy)
        };
        let gradient = if train {
            plan.backward_train(&case.x, case.affine(), &moments, &case.dy)
        } else {
            plan.backward_eval(&case.x, case.affine(), &moments, &case.dy)
        };
        let gradient = gradient.unwrap();
        let mut dx = case.dy.clone();
        let (dgamma, dbeta) = plan
            .backward_in_place(&case.x, case.affine(), &moments, &mut dx, !train)
            .unwrap();
        prop_assert_eq!(&NormGradient { dx, dgamma, dbeta }, &gradient);
        let step = DIFFERENCE_STEP;
        // The error of one difference is a sum over entries, of size 1 / deviation^3 each.
        let scale = 100.0 * case.x.len() as f64;
        let (x, gamma, beta) = (&case.x, &case.gamma, &case.beta);
        let way = source.signed(x.len());
        let slope = (loss(&moved(x, step, &way), gamma, beta) - loss(&moved(x, -step, &way), gamma, beta))
            / (2.0 * step);
        agree_roughly("dx", dot(&gradient.dx, &way), slope, scale)?;
        let way = source.signed(gamma.len());
        let slope = (loss(x, &moved(gamma, step, &way), beta) - loss(x, &moved(gamma, -step, &way), beta))
            / (2.0 * step);
        agree_roughly("dgamma", dot(&gradient.dgamma, &way), slope, scale)?;
        let slope = (loss(x, gamma, &moved(beta, step, &way)) - loss(x, gamma, &moved(beta, -step, &way)))
            / (2.0 * step);
        agree_roughly("dbeta", dot(&gradient.dbeta, &way), slope, scale)?;
    }
}

/// Whether no entry enters the activation so near to 0 that a small change could take it across.
fn away_from_kink(plan: &NormPlan, case: &Case, moments: &Moments<f64>) -> bool {
    let linear = NormPlan::with_centering(
        plan.layout().clone(),
        plan.centering().to_vec(),
        Activation::Identity,
    )
    .unwrap();
    plan.activation() == Activation::Identity
        || reference::norm::forward(&linear, &case.x, case.affine(), moments)
            .iter()
            .all(|z| z.abs() > 100.0 * DIFFERENCE_STEP / 2.0)
}

/// Without a mean the norm commutes with every rotation of the components; with one it does not.
#[test]
fn uncentered_norm_commutes_with_rotations() {
    let layout = Layout::new(vec![Block {
        dim: 2,
        multiplicity: 3,
    }])
    .unwrap();
    let x = Source::new(7).signed(50 * 6);
    let (sin, cos) = 0.7_f64.sin_cos();
    let rotate = |x: &[f64]| -> Vec<f64> {
        x.chunks(6)
            .flat_map(|p| {
                let first = (0..3).map(|u| cos * p[u] - sin * p[3 + u]);
                let second = (0..3).map(|u| sin * p[u] + cos * p[3 + u]);
                first.chain(second).collect::<Vec<_>>()
            })
            .collect()
    };
    let affine = Affine {
        gamma: &[0.5, 1.0, 2.0],
        beta: &[0.3; 3],
        eps: EPS,
    };
    let both_ways = |centering| {
        let plan = NormPlan::with_centering(layout.clone(), vec![centering], Activation::Identity);
        let plan = plan.unwrap();
        let (first, _) = plan.forward_train(&rotate(&x), affine).unwrap();
        let (then, _) = plan.forward_train(&x, affine).unwrap();
        agree("rotated", &first, &rotate(&then))
    };
    both_ways(Centering::None).unwrap();
    assert!(both_ways(Centering::PerField).is_err());
}

/// A mean that is large against the deviation does not spoil the variance.
#[test]
fn large_mean() {
    let plan = NormPlan::new(Layout::scalars(2).unwrap(), Activation::Identity);
    let x: Vec<f64> = (0..2000).map(|i| 1e6 + f64::from(i % 5)).collect();
    let affine = Affine {
        gamma: &[1.0; 2],
        beta: &[0.0; 2],
        eps: EPS,
    };
    let (_, moments) = plan.forward_train(&x, affine).unwrap();
    agree("variance", &moments.variance, &[2.0, 2.0]).unwrap();
}
