//! Running statistics as those of given examples.

use std::collections::BTreeMap;

use burn::module::Module;
use burn::tensor::TensorData;

use crate::parameters::{collect, replace};

/// The two statistics of a norm, by the last part of their names, and their first values.
const STATISTICS: [(&str, f32); 2] = [("running_mean", 0.0), ("running_variance", 1.0)];

/// The network with the running statistics of its norms measured anew: the mean of those of the
/// batches, each weighted by its number of examples, `μ = Σ_b n_b μ_b / Σ_b n_b`. All are those of
/// the weights as they are now, where running ones follow the training with a delay of some ten
/// steps (Ioffe & Szegedy 2015, algorithm 2, step 10).
///
/// `forward` applies the network, without gradients of its parameters, to the batch of this number in
/// training ([`Layer`](crate::Layer#training)), and says how many examples that were. Norms that do
/// not change their statistics then, frozen ones and those of momentum 0, keep them; so does
/// everything else, dropout included.
///
/// ```
/// use burn::module::Module;
/// use burn::tensor::{Device, Tensor};
/// use schur_nn::{Activation, Field, FieldNorm, FieldType, Layer, NnError, remeasure_statistics};
///
/// let device = Device::flex().autodiff();
/// let fields = FieldType::parse("C4: 1 trivial")?;
/// let norm = FieldNorm::new(&fields, Activation::Identity, &device)?;
/// let norm = remeasure_statistics(norm, 2, |norm, batch| {
///     let x = Tensor::<4>::full([3, 1, 2, 2], batch as f64, &device).require_grad();
///     norm.forward(Field::from_tensor(x, &fields)?)?;
///     Ok::<_, NnError>(3)
/// })?;
/// // Of images that are 0 and images that are 1.
/// assert_eq!(norm.valid().running_mean.value().into_scalar::<f32>(), 0.5);
/// # Ok::<(), NnError>(())
/// ```
///
/// # Errors
///
/// Those of `forward`.
pub fn remeasure_statistics<M: Module, E>(
    network: M,
    batches: usize,
    mut forward: impl FnMut(&M, usize) -> Result<usize, E>,
) -> Result<M, E> {
    let before: BTreeMap<String, TensorData> = collect(&network);
    let mut first = first_values(&before);
    // The first batch that a norm sees gives its statistics. Nobody asks for gradients, and what the
    // backward pass would need is kept until there is one.
    let mut after = |first: &BTreeMap<String, TensorData>, batch| -> Result<_, E> {
        let fresh = replace(network.clone(), first.clone()).no_grad();
        let count = forward(&fresh, batch)? as f64;
        Ok((count, collect(&fresh)))
    };
    let mut sums: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut examples = 0.0;
    for batch in 0..batches {
        if first.is_empty() {
            return Ok(network);
        }
        let (mut count, mut found) = after(&first, batch)?;
        if batch == 0 {
            let still = |name: &str| found[name].iter::<f64>().eq(first[name].iter::<f64>());
            let kept: Vec<String> = pairs(&first)
                .filter(|(mean, variance)| still(mean) && still(variance))
                .flat_map(|(mean, variance)| [mean.to_string(), variance.to_string()])
                .collect();
            if !kept.is_empty() {
                // These go on as they are, and what is behind them is to be measured by that.
                first.retain(|name, _| !kept.contains(name));
                (count, found) = after(&first, batch)?;
            }
        }
        examples += count;
        for name in first.keys() {
            let values = found[name].iter::<f64>().map(|value| count * value);
            match sums.get_mut(name) {
                Some(sums) => sums
                    .iter_mut()
                    .zip(values)
                    .for_each(|(sum, value)| *sum += value),
                None => drop(sums.insert(name.clone(), values.collect())),
            }
        }
    }
    let mut measured = before.clone();
    for (name, sums) in sums {
        let means: Vec<f64> = sums.iter().map(|sum| sum / examples).collect();
        let old = &before[&name];
        let data = TensorData::new(means, old.shape().clone());
        measured.insert(name, data.convert_dtype(old.dtype()));
    }
    Ok(replace(network, measured))
}

/// The statistics of norms among the numbers of a module, as they are before any batch.
fn first_values(numbers: &BTreeMap<String, TensorData>) -> BTreeMap<String, TensorData> {
    let mut first = BTreeMap::new();
    let norms = numbers
        .keys()
        .filter_map(|name| name.strip_suffix(STATISTICS[1].0));
    for norm in norms {
        let names = STATISTICS.map(|(name, value)| (format!("{norm}{name}"), value));
        if !names.iter().all(|(name, _)| numbers.contains_key(name)) {
            continue;
        }
        for (name, value) in names {
            let (shape, dtype) = (numbers[&name].shape().clone(), numbers[&name].dtype());
            let values = vec![value; shape.num_elements()];
            let data = TensorData::new(values, shape).convert_dtype(dtype);
            first.insert(name, data);
        }
    }
    first
}

/// The names of mean and variance of every norm.
fn pairs(first: &BTreeMap<String, TensorData>) -> impl Iterator<Item = (&str, &str)> {
    let names: Vec<&str> = first.keys().map(String::as_str).collect();
    // In the order of names the mean of a norm stands before its variance.
    let pairs: Vec<_> = names
        .chunks_exact(2)
        .map(|pair| (pair[0], pair[1]))
        .collect();
    pairs.into_iter()
}
