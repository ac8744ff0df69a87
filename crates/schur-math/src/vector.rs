//! Vectors of space.

pub(crate) type Vector = [f64; 3];

pub(crate) fn minus(a: Vector, b: Vector) -> Vector {
    std::array::from_fn(|i| a[i] - b[i])
}

pub(crate) fn plus(a: Vector, b: Vector) -> Vector {
    std::array::from_fn(|i| a[i] + b[i])
}

pub(crate) fn times(a: Vector, factor: f64) -> Vector {
    a.map(|v| v * factor)
}

pub(crate) fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(crate) fn cross([a, b, c]: Vector, [x, y, z]: Vector) -> Vector {
    [b * z - c * y, c * x - a * z, a * y - b * x]
}

pub(crate) fn length(a: Vector) -> f64 {
    dot(a, a).sqrt()
}

/// The vector with length 1; 0 stays 0.
pub(crate) fn unit(a: Vector) -> Vector {
    let length = length(a);
    match length > 0.0 {
        true => a.map(|v| v / length),
        false => a,
    }
}

/// The part orthogonal to a vector of length 1.
pub(crate) fn tangential(a: Vector, normal: Vector) -> Vector {
    minus(a, times(normal, dot(a, normal)))
}

/// The angle between two vectors, exact to round-off for small ones and near half a turn, too.
pub(crate) fn angle(a: Vector, b: Vector) -> f64 {
    length(cross(a, b)).atan2(dot(a, b))
}
