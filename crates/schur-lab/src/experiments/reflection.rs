//! Kernels for the left-right mirror: even, odd, and mirrored pairs.

use burn::tensor::{Device, Tensor};
use schur_data::{Dataset, Split};
use schur_math::{LatticeKernelBasis, PlanarGroup, PlanarRepresentation, PlaneIsometry};
use schur_nn::{
    EquivariantConvConfig, Field, FieldType, Layer, equivariance_error, relative_distance,
};
use schur_train::images::Images;

use crate::dense::Random;
use crate::error::Result;
use crate::experiment::{Context, Experiment};
use crate::figure::{Figure, Panel, Panels};
use crate::outcome::{Measurement, Outcome};
use crate::table::Table;
use crate::tolerance;

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "reflection",
    title: "Reflection-steerable kernels",
    claim: "Reflection steerable convolution between scalar fields uses symmetric kernels; \
            antisymmetric kernels give a response that changes its sign, and mirrored pairs one \
            that exchanges channels.",
    run,
};

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mirror = PlanarGroup::parse("D1")?;
    let scalar = PlanarRepresentation::trivial(&mirror);
    let sign = PlanarRepresentation::irrep(&mirror, "A2")?;
    let pair = PlanarRepresentation::regular(&mirror)?;
    let mut table = Table::new(
        "dimensions",
        "Dimensions of k x k kernels from a scalar field",
        &[
            "k",
            "to scalars (symmetric)",
            "to signs (antisymmetric)",
            "to pairs",
            "without symmetry, to pairs",
        ],
    );
    for k in [3, 5, 7, 9] {
        let dim = |to: &PlanarRepresentation| -> Result<usize> {
            Ok(LatticeKernelBasis::new(to, &scalar, [1, k, k])?.dim())
        };
        let found = [dim(&scalar)?, dim(&sign)?, dim(&pair)?];
        let known = [(k * k + k) / 2, (k * k - k) / 2, k * k];
        for ((what, found), known) in ["scalars", "signs", "pairs"].iter().zip(found).zip(known) {
            outcome.measure(Measurement::equals(
                format!("dimension of {k} x {k} kernels to {what}"),
                found,
                known,
            ));
        }
        let cells = [k, found[0], found[1], found[2], 2 * k * k];
        table.row(cells.map(|v| v.to_string()));
    }
    outcome.tables.push(table);

    let image = FieldType::new(&mirror, [(scalar.clone(), 1)])?;
    let digits = Images::new(Dataset::upright(
        &Split::embedded()?.test.subset(&[2, 7, 4])?,
    ));
    let x = Field::from_tensor(digits.tensor(), &image)?;
    let s = PlaneIsometry::MIRROR;
    let device = Device::flex();
    for (what, to) in [("scalars", &scalar), ("signs", &sign), ("pairs", &pair)] {
        let layer =
            EquivariantConvConfig::new(&image, &FieldType::new(&mirror, [(to.clone(), 2)])?, 5)
                .with_seed(context.seed)
                .init(&device)?;
        outcome.measure(Measurement::at_most(
            format!("defect of a layer to {what} on mirrored digits"),
            equivariance_error(&layer, &x, s)?,
            tolerance::EXACT_F32,
        ));
    }
    // One symmetric kernel, but its response is claimed to change its sign.
    let layer = EquivariantConvConfig::new(&image, &image, 5).init(&device)?;
    let moved = layer.forward(x.transform(s)?)?.to_tensor();
    let claimed = layer.forward(x.clone())?.transform(s)?.to_tensor().neg();
    outcome.control(Measurement::at_most(
        "defect of a symmetric kernel if its response should change its sign",
        relative_distance(&moved, &claimed),
        tolerance::EXACT_F32,
    ));
    outcome.control(Measurement::at_most(
        "defect of a kernel without symmetry between scalars",
        unconstrained(context, &digits)?,
        tolerance::EXACT_F32,
    ));
    outcome
        .figures
        .push(kernels(context, &mirror, [&scalar, &sign, &pair])?);
    outcome.figures.push(response(&mirror, &sign, &digits)?);
    outcome.text.push(
        "The mirror demands K(-x, y) = ρ(s) K(x, y). For a scalar output ρ(s) = 1 and the kernel is \
         its own mirror image; for the sign representation ρ(s) = -1 and it is its negative. \
         Together they have k² dimensions: every kernel is a symmetric plus an antisymmetric one, \
         and a pair of mirrored kernels is the same in another basis."
            .to_string(),
    );
    Ok(outcome)
}

/// The defect under the mirror of a kernel that knows no symmetry.
fn unconstrained(context: &Context, digits: &Images) -> Result<f64> {
    let none = FieldType::trivial(&PlanarGroup::parse("C1")?, 1)?;
    let layer = EquivariantConvConfig::new(&none, &none, 5)
        .with_seed(context.seed)
        .init(&Device::flex())?;
    let forward = |x: Tensor<4>| -> Result<Tensor<4>> {
        Ok(layer.forward(Field::from_tensor(x, &none)?)?.to_tensor())
    };
    let moved = forward(digits.tensor().flip([3]))?;
    Ok(relative_distance(
        &moved,
        &forward(digits.tensor())?.flip([3]),
    ))
}

fn kernels(
    context: &Context,
    mirror: &PlanarGroup,
    to: [&PlanarRepresentation; 3],
) -> Result<Figure> {
    let scalar = PlanarRepresentation::trivial(mirror);
    let mut random = Random::new(context.seed, 0);
    let mut panels = Vec::new();
    let titles = [
        vec!["to scalars: symmetric"],
        vec!["to signs: antisymmetric"],
        vec!["to pairs: a kernel ...", "... and its mirror image"],
    ];
    for (to, titles) in to.into_iter().zip(titles) {
        let basis = LatticeKernelBasis::new(to, &scalar, [1, 5, 5])?;
        let kernel = basis.expand(&random.vector(basis.dim()))?;
        for (title, values) in titles.iter().zip(kernel.chunks(25)) {
            panels.push(Panel::new(*title, 5, values.to_vec()));
        }
    }
    let panels = Panels {
        per_row: 4,
        side: 150.0,
        common_scale: false,
        panels,
    };
    Ok(Figure::new(
        "kernels",
        "Three kinds of mirror-steerable kernels",
        "Random members of the three spaces of 5 x 5 kernels. Blue is positive, orange negative.",
        panels.draw(),
    ))
}

/// A digit and its response, and the mirrored digit with its own.
fn response(mirror: &PlanarGroup, sign: &PlanarRepresentation, digits: &Images) -> Result<Figure> {
    let image = FieldType::trivial(mirror, 1)?;
    let output = FieldType::new(mirror, [(sign.clone(), 1)])?;
    let layer = EquivariantConvConfig::new(&image, &output, 5)
        .with_padding(2)
        .with_seed(1)
        .init(&Device::flex())?;
    let mut panels = Vec::new();
    let digit = digits.tensor().narrow(0, 0, 1);
    for (name, x) in [("a digit", digit.clone()), ("mirrored", digit.flip([3]))] {
        let y = layer
            .forward(Field::from_tensor(x.clone(), &image)?)?
            .to_tensor();
        let values = |t: Tensor<4>| t.into_data().iter::<f64>().collect::<Vec<_>>();
        panels.push(Panel::new(name, 28, values(x)).grey());
        panels.push(Panel::new("its response", 28, values(y)));
    }
    let panels = Panels {
        per_row: 4,
        side: 160.0,
        common_scale: false,
        panels,
    };
    Ok(Figure::new(
        "response",
        "Mirror the digit, and the response is mirrored with its sign changed",
        "Response of a digit to an antisymmetric kernel: blue is positive, orange negative.",
        panels.draw(),
    ))
}
