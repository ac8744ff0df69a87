//! Groups as field types write them: by name, or by all that makes them, in braces.

use schur_math::{Group, GroupDefinition, LinearGroup, Matrix, TensorType};
use schur_nn::AnyGroup;
use serde_json::{Value, json};

use crate::error::{Result, value_error};

/// Splits `GROUP: FIELDS`. A group in braces may hold anything but `}:`.
pub(crate) fn split(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    if !text.starts_with('{') {
        return text.split_once(':');
    }
    let end = text.rfind("}:")?;
    Some((&text[..=end], &text[end + 2..]))
}

/// The group of a name, or in braces of the text of a file of a finite group, or of matrices.
pub(crate) fn group(text: &str) -> Result<AnyGroup> {
    let text = text.trim();
    if text.starts_with("{\"") {
        return Ok(AnyGroup::of_matrices(&matrices(text)?));
    }
    if let Some(text) = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')) {
        let definition = GroupDefinition::from_text(text)?;
        return Ok(definition.group().into());
    }
    Ok(AnyGroup::parse(text)?)
}

/// The name of a group, if it is that of no other.
pub(crate) fn named(of: &AnyGroup) -> Option<String> {
    let same = group(of.name()).is_ok_and(|named| named == *of);
    same.then(|| of.name().to_string())
}

/// A finite group as texts of field types have it.
pub(crate) fn of_finite(finite: &Group) -> String {
    named(&finite.into()).unwrap_or_else(|| format!("{{{}}}", finite.to_text()))
}

/// A group of matrices as texts of field types have it.
pub(crate) fn of_matrices(group: &LinearGroup) -> Result<String> {
    let (mut discrete, mut algebra) = (Vec::new(), Vec::new());
    for index in 0..group.generators() {
        let of = match group.is_discrete(index) {
            true => &mut discrete,
            false => &mut algebra,
        };
        of.push(generator(group, index)?);
    }
    let (name, dim) = (group.name(), group.dim());
    let text = json!({"name": name, "dim": dim, "discrete": discrete, "algebra": algebra});
    Ok(text.to_string())
}

/// The matrix of a generator, row-major.
pub(crate) fn generator(group: &LinearGroup, index: usize) -> Result<Vec<f64>> {
    let dim = group.dim();
    let mut matrix = vec![0.0; dim * dim];
    for col in 0..dim {
        let mut unit = vec![0.0; dim];
        unit[col] = 1.0;
        let image = group.act(index, &TensorType::tensor(1, 0), &unit)?;
        for (row, value) in image.into_iter().enumerate() {
            matrix[row * dim + col] = value;
        }
    }
    Ok(matrix)
}

/// Square matrices from their numbers, row by row.
pub(crate) fn squares(matrices: Vec<Vec<f64>>) -> Result<Vec<Matrix>> {
    let square = |values: Vec<f64>| {
        let dim = values.len().isqrt();
        Ok(Matrix::new(dim, dim, values)?)
    };
    matrices.into_iter().map(square).collect()
}

fn matrices(text: &str) -> Result<LinearGroup> {
    let wrong = || value_error("a group of matrices in a field type: `math.LinearGroup` writes it");
    let value: Value = serde_json::from_str(text).map_err(|_| wrong())?;
    let list = |key: &str| -> Option<Vec<Vec<f64>>> {
        let all = value.get(key)?.as_array()?.iter();
        let row = |row: &Value| row.as_array()?.iter().map(Value::as_f64).collect();
        all.map(row).collect()
    };
    let name = value.get("name").and_then(Value::as_str);
    let dim = value.get("dim").and_then(Value::as_u64);
    let (Some(name), Some(dim), Some(discrete), Some(algebra)) =
        (name, dim, list("discrete"), list("algebra"))
    else {
        return Err(wrong());
    };
    let dim = usize::try_from(dim).map_err(|_| wrong())?;
    Ok(LinearGroup::new(
        name,
        dim,
        &squares(discrete)?,
        &squares(algebra)?,
    )?)
}
