//! Bias and nonlinearity in the pass of a convolution.

use schur_engine::{Activation, ConvPlan, EngineError, Epilogue, Geometry, Path};

use crate::cases::case;
use crate::support::{Source, narrow};

const ACTIVATIONS: [Activation; 3] = [Activation::Identity, Activation::Relu, Activation::Elu];

fn plan(group: &str) -> ConvPlan {
    let geometry = Geometry::plane((5, 5), (1, 1), (2, 2), (1, 1)).unwrap();
    let (input, output) = ([("regular", 5)], [("regular", 3), ("trivial", 1)]);
    case(group, &input, &output, geometry).plan()
}

/// With the bits of one after the other, in every path.
#[test]
fn one_pass_is_three() {
    let mut seen = Vec::new();
    for (group, batch) in [("C1", 3), ("C4", 9), ("D4", 1), ("C8", 4), ("C8", 0)] {
        let plan = plan(group);
        let mut source = Source::new(5);
        let shape = plan.shape(batch, [1, 13, 11]).unwrap();
        let x = narrow(&source.signed(shape.input_len()));
        let parameters = narrow(&source.signed(plan.parameters()));
        let bias = narrow(&source.signed(plan.output().channels()));
        for cost in plan.costs() {
            let plan = plan.clone().with_path(cost.path).unwrap();
            let weight = plan.prepare(&parameters).unwrap();
            let y = plan.forward(&shape, &x, &weight).unwrap();
            for activation in ACTIVATIONS {
                let epilogue = Epilogue::new(bias.clone(), activation);
                let got = plan
                    .forward_finished(&shape, &x, &weight, &epilogue)
                    .unwrap();
                let biased = y.iter().zip(bias.iter().cycle()).map(|(y, b)| y + b);
                let want: Vec<f32> = biased.map(|v| activation.value(v)).collect();
                let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
                assert_eq!(
                    bits(&got),
                    bits(&want),
                    "{group} {:?} {activation:?}",
                    cost.path
                );
                assert!(batch == 0 || got != y, "{group}: nothing was added");
            }
            seen.push(cost.path);
        }
    }
    for path in [Path::Dense, Path::Lattice, Path::BandLimited] {
        assert!(seen.contains(&path), "{path:?}");
    }
}

#[test]
fn a_bias_for_every_channel() {
    let plan = plan("C4");
    let shape = plan.shape(1, [1, 8, 8]).unwrap();
    let weight = plan.prepare(&vec![0.0; plan.parameters()]).unwrap();
    let x = vec![0.0_f64; shape.input_len()];
    for channels in [0, plan.output().channels() - 1] {
        let epilogue = Epilogue::new(vec![0.0; channels], Activation::Relu);
        let got = plan.forward_finished(&shape, &x, &weight, &epilogue);
        assert!(matches!(got, Err(EngineError::Length { .. })), "{channels}");
    }
}
