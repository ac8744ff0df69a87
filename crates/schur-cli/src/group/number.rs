//! Numbers of character tables as a person would write them.

use schur_math::Complex64;

use crate::tolerance::RECOGNISED;

/// A value of a character on elements of that order: a whole number, `a + bφ`, `a + b√d`,
/// `a + bi`, `aω`, a root of unity `ζ₅²`, or else decimals.
pub(super) fn character(value: Complex64, order: usize) -> String {
    if value.im.abs() < RECOGNISED {
        return real(value.re);
    }
    complex(value, order).unwrap_or_else(|| {
        let sign = if value.im < 0.0 { '−' } else { '+' };
        format!("{}{sign}{}i", decimals(value.re), decimals(value.im.abs()))
    })
}

/// A real number.
pub(super) fn real(value: f64) -> String {
    let golden = (1.0 + 5.0f64.sqrt()) / 2.0;
    if let Some(whole) = whole(value) {
        return signed(whole);
    }
    for (symbol, unit, largest) in [
        ("φ", golden, 2),
        ("√2", 2.0f64.sqrt(), 4),
        ("√3", 3.0f64.sqrt(), 4),
        ("√5", 5.0f64.sqrt(), 4),
        ("√6", 6.0f64.sqrt(), 4),
        ("√7", 7.0f64.sqrt(), 4),
    ] {
        // Small factors first: 2√2 before anything that happens to be near it.
        for size in 1..=largest {
            for factor in [size, -size] {
                let rest = value - factor as f64 * unit;
                if let Some(rest) = whole(rest).filter(|rest| rest.abs() <= 4) {
                    return sum(rest, factor, symbol);
                }
            }
        }
    }
    decimals(value)
}

fn complex(value: Complex64, order: usize) -> Option<String> {
    if let (Some(re), Some(im)) = (whole(value.re), whole(value.im)) {
        return Some(sum(re, im, "i"));
    }
    // a + b ω, with ω = (-1 + i√3)/2.
    let b = value.im * 2.0 / 3.0f64.sqrt();
    if let (Some(a), Some(b)) = (whole(value.re + b / 2.0), whole(b)) {
        return Some(match a == b {
            true => sum(0, -a, "ω²"),
            false => sum(a, b, "ω"),
        });
    }
    if (value.re.hypot(value.im) - 1.0).abs() > RECOGNISED {
        return None;
    }
    let turns = value.im.atan2(value.re).rem_euclid(std::f64::consts::TAU) / std::f64::consts::TAU;
    let power = whole(turns * order as f64)? as usize;
    let common = (1..=order)
        .rev()
        .find(|&d| power.is_multiple_of(d) && order.is_multiple_of(d))?;
    let (power, order) = (power / common, order / common);
    let exponent = match power {
        1 => String::new(),
        _ => digits(power, "⁰¹²³⁴⁵⁶⁷⁸⁹"),
    };
    Some(format!("ζ{}{exponent}", digits(order, "₀₁₂₃₄₅₆₇₈₉")))
}

/// What the symbols among some cells mean.
pub(super) fn legend<'a>(cells: impl Iterator<Item = &'a str> + Clone) -> Vec<&'static str> {
    let meanings = [
        ('φ', "φ = (1+√5)/2"),
        ('ω', "ω = exp(2πi/3)"),
        ('ζ', "ζₙ = exp(2πi/n)"),
    ];
    let used = |symbol| cells.clone().any(|cell| cell.contains(symbol));
    let used = meanings.into_iter().filter(|(symbol, _)| used(*symbol));
    used.map(|(_, meaning)| meaning).collect()
}

fn whole(value: f64) -> Option<i64> {
    ((value - value.round()).abs() < RECOGNISED).then_some(value.round() as i64)
}

fn signed(value: i64) -> String {
    match value < 0 {
        true => format!("−{}", value.unsigned_abs()),
        false => value.to_string(),
    }
}

/// `a + b symbol`, with `b` not 0; positive parts first.
fn sum(a: i64, b: i64, symbol: &str) -> String {
    let size = match b.unsigned_abs() {
        1 => symbol.to_string(),
        size => format!("{size}{symbol}"),
    };
    match (a, b < 0) {
        (0, false) => size,
        (0, true) => format!("−{size}"),
        (a, false) if a < 0 && symbol != "i" => format!("{size}{}", signed(a)),
        (a, false) => format!("{}+{size}", signed(a)),
        (a, true) => format!("{}−{size}", signed(a)),
    }
}

fn digits(number: usize, alphabet: &str) -> String {
    let digits = number.to_string().into_bytes();
    let places = digits.iter().map(|digit| usize::from(digit - b'0'));
    places
        .filter_map(|place| alphabet.chars().nth(place))
        .collect()
}

/// Three decimals, with the minus sign of the exact numbers.
fn decimals(value: f64) -> String {
    format!("{value:.3}").replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_in_books() {
        let golden = (1.0 + 5.0f64.sqrt()) / 2.0;
        for (value, text) in [
            (0.0, "0"),
            (-3.0, "−3"),
            (golden, "φ"),
            (-golden, "−φ"),
            (1.0 - golden, "1−φ"),
            (golden - 1.0, "φ−1"),
            (2.0f64.sqrt(), "√2"),
            (-2.0 * 3.0f64.sqrt(), "−2√3"),
            (1.0 + 2.0f64.sqrt(), "1+√2"),
            (2.0 * (std::f64::consts::TAU / 7.0).cos(), "1.247"),
        ] {
            assert_eq!(real(value), text);
        }
        let root = |k: f64, n: f64| {
            let (im, re) = (std::f64::consts::TAU * k / n).sin_cos();
            Complex64 { re, im }
        };
        assert_eq!(character(root(1.0, 3.0), 3), "ω");
        assert_eq!(character(root(2.0, 3.0), 3), "ω²");
        assert_eq!(character(root(1.0, 4.0), 4), "i");
        assert_eq!(character(root(3.0, 4.0), 4), "−i");
        assert_eq!(character(root(2.0, 5.0), 5), "ζ₅²");
        assert_eq!(character(root(2.0, 10.0), 10), "ζ₅");
        assert_eq!(character(root(1.0, 6.0), 6), "−ω²");
        assert_eq!(character(Complex64 { re: -1.0, im: 1.0 }, 8), "−1+i");
        let sum = Complex64 { re: 0.5, im: 1.25 };
        assert_eq!(character(sum, 7), "0.500+1.250i");
    }
}
