//! Shapes of images and volumes: `[batch, height, width, channels]` and
//! `[batch, depth, height, width, channels]`.

use burn::tensor::Shape;

/// Depth, height and width.
pub(super) fn size_of(shape: &[usize]) -> [usize; 3] {
    match *shape {
        [_, height, width, _] => [1, height, width],
        [_, depth, height, width, _] => [depth, height, width],
        _ => panic!("a tensor of {} axes is no image and no volume", shape.len()),
    }
}

/// The shape with another size and other channels, an image if it was one.
pub(super) fn with_size(
    shape: &[usize],
    [depth, height, width]: [usize; 3],
    channels: usize,
) -> Shape {
    match *shape {
        [batch, _, _, _] => [batch, height, width, channels].into(),
        _ => [shape[0], depth, height, width, channels].into(),
    }
}
