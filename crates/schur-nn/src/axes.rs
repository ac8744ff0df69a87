//! Sizes of images among those of volumes, which the engine computes with.

/// Height and width of a size over depth, height and width.
pub(crate) fn plane([_, height, width]: [usize; 3]) -> (usize, usize) {
    (height, width)
}

/// The size of an image of `height` x `width` over depth, height and width.
pub(crate) fn image((height, width): (usize, usize)) -> [usize; 3] {
    [1, height, width]
}
