//! Networks that do not tell images from each other: each of them is equivariant, so that a check of
//! the whole network says nothing.

use burn::tensor::Tensor;
use schur_data::counted;
use schur_nn::{Field, Layer, Network, relative_distance, tolerance};

use crate::error::Result;

/// What is to be said of the answers to the images of a check, in `f64`.
pub(super) fn on_images(
    network: &Network,
    images: Tensor<5>,
    answers: &Field,
) -> Result<Option<String>> {
    let [count, ..] = images.dims();
    let how = how(network, images, answers)?;
    Ok(how.map(|how| {
        let these = match count {
            1 => "this image".to_string(),
            n => format!("every one of these {}", counted(n, "image")),
        };
        format!(
            "the network answers {these} {how}, so that the defects of the whole network say nothing; try more \
             with --images, or train it longer"
        )
    }))
}

/// What is to be said of the answers to sums of Gaussians.
pub(super) fn on_gaussians(network: &Network, gaussians: Field) -> Result<Option<String>> {
    let images = gaussians.to_volume();
    let answers = Layer::forward(network, gaussians)?;
    let how = how(network, images, &answers)?;
    Ok(how.map(|how| {
        format!(
            "the network answers every sum of Gaussians {how}, so that what is measured on them (between, \
             outside) says nothing of the whole network; train it longer"
        )
    }))
}

fn how(network: &Network, images: Tensor<5>, answers: &Field) -> Result<Option<&'static str>> {
    let empty = network.fields(images.mul_scalar(0.0))?;
    Ok(alike(answers, &Layer::forward(network, empty)?))
}

/// How answers to some images are alike, if they are.
fn alike(answers: &Field, to_empty: &Field) -> Option<&'static str> {
    let answers = answers.memory();
    let [count, ..] = answers.dims();
    let first = answers.clone().narrow(0, 0, 1).repeat_dim(0, count);
    let equal = |to: &Tensor<3>| relative_distance(answers, to) <= tolerance::EXACT_F64;
    match (equal(to_empty.memory()), count > 1 && equal(&first)) {
        (true, _) => Some("as an empty one"),
        (_, true) => Some("alike"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};
    use schur_nn::{Field, FieldType};

    use super::alike;

    #[test]
    fn answers_that_tell_no_images_apart_are_alike() {
        let fields = FieldType::parse("C4: 2 trivial").unwrap();
        let answers = |rows: [[f32; 2]; 2], count: usize| {
            let rows = Tensor::<2>::from_data(rows, &Device::flex()).narrow(0, 0, count);
            Field::from_vectors(rows, &fields).unwrap()
        };
        let (one, other) = ([1.0, 2.0], [1.0, 2.5]);
        let empty = |row| answers([row; 2], 2);
        let how = |rows, row| alike(&answers(rows, 2), &empty(row));
        assert_eq!(how([one, other], one), None);
        assert_eq!(how([one, one], other), Some("alike"));
        assert_eq!(how([one, one], one), Some("as an empty one"));
        // One image alone is like itself.
        let single = |row| alike(&answers([one; 2], 1), &answers([row; 2], 1));
        assert_eq!(
            (single(other), single(one)),
            (None, Some("as an empty one"))
        );
    }
}
