//! Averaging over the group: the projector onto the equivariant maps.

use schur_math::{
    FiniteRepresentation, Group, IntertwinerBasis, LatticeAction, Matrix, PermutationGroup,
    PlanarGroup, irrep, oracle,
};

use crate::dense::{Random, dot, relative_difference};
use crate::error::Result;
use crate::experiment::{Context, Experiment};
use crate::figure::{Figure, Panel, Panels};
use crate::outcome::{Measurement, Outcome};
use crate::table::{Table, number};
use crate::tolerance;

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "averaging",
    title: "Averaging over the group",
    claim: "Enforcing equivariance restricts the maps to a lower dimensional subspace, and the \
            average over the group, M ↦ 1/|G| Σ ρ'(g) M ρ(g)⁻¹, is the orthogonal projector onto it.",
    run,
};

/// Two representations, and the dimension of the equivariant maps between them, known
/// beforehand.
struct Pair {
    name: &'static str,
    from: FiniteRepresentation,
    to: FiniteRepresentation,
    dimension: usize,
}

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut table = Table::new(
        "projectors",
        "The averaging map on matrices between two representations",
        &[
            "representations",
            "entries",
            "dimension",
            "rank",
            "defect of P² = P",
            "defect of P = Pᵀ",
            "distance of spans",
        ],
    );
    let mut random = Random::new(context.seed, 0);
    let pairs = pairs()?;
    context.expect(pairs.len());
    for pair in &pairs {
        context.message(pair.name);
        let average = |map: &[f64]| averaged(map, pair, &|_| true);
        let (defect, asymmetry) = projector_defects(pair, &mut random, &average);
        let size = pair.from.dim() * pair.to.dim();
        let images: Vec<Vec<f64>> = (0..size).map(|i| average(&unit(size, i))).collect();
        // The trace of a projector is its rank.
        let rank: f64 = images.iter().enumerate().map(|(i, image)| image[i]).sum();
        let basis = IntertwinerBasis::new(&pair.to.decomposed()?, &pair.from.decomposed()?)?;
        let solved = (0..basis.dim()).map(|i| basis.matrix(i).into_values());
        let solved: Vec<Vec<f64>> = solved.collect();
        let distance = oracle::span_distance(&images, &solved);
        outcome.measure(Measurement::equals(
            format!("dimension of the equivariant maps, {}", pair.name),
            basis.dim(),
            pair.dimension,
        ));
        outcome.measure(Measurement::at_most(
            format!(
                "|rank - dimension|, |P² - P|, |P - Pᵀ| and distance of spans, {}",
                pair.name
            ),
            defect
                .max(asymmetry)
                .max(distance)
                .max((rank - pair.dimension as f64).abs()),
            tolerance::EXACT_F64,
        ));
        table.row([
            pair.name.to_string(),
            size.to_string(),
            pair.dimension.to_string(),
            number(rank),
            number(defect),
            number(asymmetry),
            number(distance),
        ]);
        context.advance(1);
    }
    let d4 = &pairs[1];
    let without_last =
        |map: &[f64]| averaged(map, d4, &|index| index + 1 < d4.from.group().order());
    let (defect, _) = projector_defects(d4, &mut random, &without_last);
    outcome.control(Measurement::at_most(
        "defect of P² = P if one of the eight symmetries is left out of the average",
        defect,
        tolerance::EXACT_F64,
    ));
    outcome.tables.push(table);
    outcome.figures.push(figure(d4, &mut random));
    outcome.text.push(
        "Take any matrix, turn its input back and its output forth by every element of the \
         group, and average. The result commutes with the group, averaging again changes nothing, \
         and nothing equivariant is lost: the average is the equivariant map nearest to the \
         matrix. The dimensions are those that characters predict, <χ, χ'>."
            .to_string(),
    );
    Ok(outcome)
}

fn pairs() -> Result<Vec<Pair>> {
    let regular = |name: &str| -> Result<FiniteRepresentation> {
        Ok(FiniteRepresentation::regular(&Group::parse(name)?))
    };
    let pixels = |name: &str| -> Result<FiniteRepresentation> {
        let group = PlanarGroup::parse(name)?;
        let action = LatticeAction::new(&group, [1, 3, 3])?.finite_action()?;
        Ok(FiniteRepresentation::of_action(&action)?)
    };
    let points = |n: usize| -> Result<FiniteRepresentation> {
        Ok(FiniteRepresentation::of_action(
            &PermutationGroup::symmetric(n)?.action(),
        )?)
    };
    let pair = |name, from: FiniteRepresentation, to: FiniteRepresentation, dimension| Pair {
        name,
        from,
        to,
        dimension,
    };
    let d4 = Group::parse("D4")?;
    let vector = irrep(&d4, "E")?.representation().clone();
    let s5 = points(5)?;
    let edges = s5.tensor_product(&s5)?;
    Ok(vec![
        // |G| between regular representations.
        pair("C4: regular to regular", regular("C4")?, regular("C4")?, 4),
        pair("D4: regular to regular", regular("D4")?, regular("D4")?, 8),
        // As many as the target has dimensions.
        pair("D4: regular to E", regular("D4")?, vector, 2),
        // Pixels are 3 A1 + B1 + B2 + 2 E: 3² + 1 + 1 + 2².
        pair(
            "D4: 3 x 3 pixels to 3 x 3 pixels",
            pixels("D4")?,
            pixels("D4")?,
            15,
        ),
        // One for x and one for the mean: the layer of Deep Sets.
        pair("S5: points to points", s5.clone(), s5.clone(), 2),
        // The Bell numbers of 3 and, for graphs, of 4.
        pair("S5: edges to points", edges.clone(), s5, 5),
        pair("S5: edges to edges", edges.clone(), edges, 15),
    ])
}

/// `1/n Σ ρ'(g) M ρ(g)ᵀ` over the elements that are kept.
fn averaged(map: &[f64], pair: &Pair, keep: &dyn Fn(usize) -> bool) -> Vec<f64> {
    let (from, to) = (&pair.from, &pair.to);
    let kept: Vec<_> = from
        .group()
        .elements()
        .filter(|g| keep(g.index()))
        .collect();
    let map = Matrix::from_fn(to.dim(), from.dim(), |i, j| map[i * from.dim() + j]);
    let mut sum = vec![0.0; map.values().len()];
    for &g in &kept {
        let back = map.times(&from.matrix(g).transposed());
        let moved = to.matrix(g).times(&back).into_values();
        sum.iter_mut().zip(moved).for_each(|(s, m)| *s += m);
    }
    sum.iter_mut().for_each(|s| *s /= kept.len() as f64);
    sum
}

/// How far `P² = P` and `<P A, B> = <A, P B>` fail on random matrices.
fn projector_defects(
    pair: &Pair,
    random: &mut Random,
    average: &dyn Fn(&[f64]) -> Vec<f64>,
) -> (f64, f64) {
    let size = pair.from.dim() * pair.to.dim();
    let (a, b) = (random.vector(size), random.vector(size));
    let (pa, pb) = (average(&a), average(&b));
    let twice = relative_difference(&average(&pa), &pa);
    let asymmetry = (dot(&pa, &b) - dot(&a, &pb)).abs() / (dot(&a, &a) * dot(&b, &b)).sqrt();
    (twice, asymmetry)
}

fn unit(size: usize, index: usize) -> Vec<f64> {
    let mut unit = vec![0.0; size];
    unit[index] = 1.0;
    unit
}

fn figure(d4: &Pair, random: &mut Random) -> Figure {
    let map = random.vector(64);
    let once = averaged(&map, d4, &|_| true);
    let twice = averaged(&once, d4, &|_| true);
    let panel = |title: &str, values| Panel::new(title, 8, values);
    let panels = Panels {
        per_row: 3,
        side: 200.0,
        common_scale: false,
        panels: vec![
            panel("a random 8 x 8 map: 64 numbers", map),
            panel("averaged over D4: 8 numbers", once),
            panel("averaged once more: the same", twice),
        ],
    };
    Figure::new(
        "average",
        "The average over D4 leaves 8 of 64 dimensions",
        "A linear map between functions on D4. After averaging, each of eight numbers fills one \
         pattern of eight cells: the map is a convolution on the group. Blue is positive, orange \
         negative.",
        panels.draw(),
    )
}
