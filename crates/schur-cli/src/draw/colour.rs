//! From numbers to colours.

/// White through blue, for positive numbers: half of the diverging scale `RdBu` of ColorBrewer
/// (Brewer, Harrower and Pennsylvania State University), which colour-blind readers can tell
/// apart.
const POSITIVE: [[u8; 3]; 6] = [
    [255, 255, 255],
    [209, 229, 240],
    [146, 197, 222],
    [67, 147, 195],
    [33, 102, 172],
    [5, 48, 97],
];

/// White through red, for negative numbers.
const NEGATIVE: [[u8; 3]; 6] = [
    [255, 255, 255],
    [253, 219, 199],
    [244, 165, 130],
    [214, 96, 77],
    [178, 24, 43],
    [103, 0, 31],
];

/// The colour of a number on the scale from `-scale` to `scale`; what lies outside has the
/// colour of the end.
pub(crate) fn diverging(value: f64, scale: f64) -> [u8; 3] {
    let strength = value.abs() / scale;
    let steps = if value < 0.0 { &NEGATIVE } else { &POSITIVE };
    // Written so that what is no number is white.
    let strength = if strength > 0.0 {
        strength.min(1.0)
    } else {
        0.0
    };
    let place = strength * (steps.len() - 1) as f64;
    let below = (place.floor() as usize).min(steps.len() - 2);
    let part = place - below as f64;
    let mix = |a: u8, b: u8| (f64::from(a) + part * (f64::from(b) - f64::from(a))).round() as u8;
    let (a, b) = (steps[below], steps[below + 1]);
    [mix(a[0], b[0]), mix(a[1], b[1]), mix(a[2], b[2])]
}

/// Ink on paper: white for 0, nearly black for 1.
pub(super) fn ink(value: f64) -> [u8; 3] {
    let paper = 1.0 - value.clamp(0.0, 1.0);
    [29, 36, 51].map(|dark: u8| (f64::from(dark) + paper * (255.0 - f64::from(dark))).round() as u8)
}

#[cfg(test)]
mod tests {
    use super::{diverging, ink};

    #[test]
    fn zero_is_white_and_signs_are_told_apart() {
        assert_eq!(diverging(0.0, 1.0), [255, 255, 255]);
        assert_eq!(diverging(0.0, 0.0), [255, 255, 255]);
        assert_eq!(diverging(f64::NAN, 1.0), [255, 255, 255]);
        let [blue, red] = [diverging(0.7, 1.0), diverging(-0.7, 1.0)];
        assert!(blue[2] > blue[0] && red[0] > red[2], "{blue:?} {red:?}");
        assert_eq!(diverging(9.0, 1.0), [5, 48, 97]);
        assert_eq!((ink(0.0), ink(1.0)), ([255, 255, 255], [29, 36, 51]));
    }
}
