//! Entries of matrices: numbers and expressions such as `-sqrt(3)/2`.

use super::lines::Line;
use crate::error::MathError;

/// Deepest nesting of brackets and signs, so that no text exhausts the stack.
const MAX_DEPTH: usize = 64;

/// The value of an entry, which is finite.
pub(super) fn evaluate(line: &Line<'_>, text: &str) -> Result<f64, MathError> {
    // Minus signs of typographers, which tables are printed with.
    let plain = text.replace('\u{2212}', "-");
    let mut reader = Reader { rest: &plain };
    let value = reader.sum(MAX_DEPTH).filter(|_| reader.rest.is_empty());
    value.filter(|value| value.is_finite()).ok_or_else(|| {
        line.error(
            format!("has the entry {text:?}, which is no finite number"),
            "write a number such as -1, 1/2, 0.5, sqrt(3)/2, (1+sqrt(5))/4 or cos(2*pi/5), \
             without spaces inside",
        )
    })
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// Whether the text goes on with `start`, which is skipped.
    fn takes(&mut self, start: &str) -> bool {
        let rest = self.rest.strip_prefix(start);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn sum(&mut self, depth: usize) -> Option<f64> {
        let mut sum = self.product(depth)?;
        loop {
            if self.takes("+") {
                sum += self.product(depth)?;
            } else if self.takes("-") {
                sum -= self.product(depth)?;
            } else {
                return Some(sum);
            }
        }
    }

    fn product(&mut self, depth: usize) -> Option<f64> {
        let mut product = self.factor(depth)?;
        loop {
            if self.takes("*") {
                product *= self.factor(depth)?;
            } else if self.takes("/") {
                product /= self.factor(depth)?;
            } else {
                return Some(product);
            }
        }
    }

    fn factor(&mut self, depth: usize) -> Option<f64> {
        let depth = depth.checked_sub(1)?;
        if self.takes("-") {
            return self.factor(depth).map(|value| -value);
        }
        if self.takes("+") {
            return self.factor(depth);
        }
        if self.takes("pi") || self.takes("π") {
            return Some(std::f64::consts::PI);
        }
        type Function = fn(f64) -> f64;
        let functions: [(&str, Function); 5] = [
            ("sqrt(", f64::sqrt),
            ("√(", f64::sqrt),
            ("cos(", f64::cos),
            ("sin(", f64::sin),
            ("(", |value| value),
        ];
        for (name, function) in functions {
            if self.takes(name) {
                let inside = self.sum(depth)?;
                return self.takes(")").then(|| function(inside));
            }
        }
        self.number()
    }

    /// Digits with an optional fraction and exponent; `inf` and `nan` are no numbers.
    fn number(&mut self) -> Option<f64> {
        let bytes = self.rest.as_bytes();
        let mut end = 0;
        while let Some(&byte) = bytes.get(end) {
            let exponent_sign =
                matches!(byte, b'+' | b'-') && matches!(bytes[..end].last(), Some(b'e' | b'E'));
            if !(byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E') || exponent_sign) {
                break;
            }
            end += 1;
        }
        let value = self.rest[..end].parse().ok()?;
        self.rest = &self.rest[end..];
        Some(value)
    }
}
