//! Representations as people write them: one grammar, whatever the group.

use std::fmt;
use std::str::FromStr;

use crate::error::MathError;

/// Longest text, in bytes.
const MAX_TEXT: usize = 4096;
/// Most brackets inside one another: they are read by recursion.
const MAX_DEPTH: usize = 32;

/// A sum of named representations, as it is written before the group is known:
///
/// ```text
/// sum   = term { "+" term }
/// term  = [ COUNT ] ( NAME | WORD "(" ARGUMENT { "," ARGUMENT } ")" | "(" sum ")" )
/// ```
///
/// such as `regular + 2 E1`, `8 quotient(C2)`, `induced(C4, A + E1)`, `2 (trivial + E1)`. Spaces
/// round `+`, `,` and brackets are optional, and so is the one behind a count before a letter. A `+`
/// that is tied to a name and that no term follows is a part of it: `2 1+ + 0-` is twice `1+` and `0-`.
///
/// It is the grammar of field types, of network configs and of the program; which names there are is
/// said by a [`RepresentationWords`], that of the plane in
/// [`PlanarRepresentation::parse`](crate::PlanarRepresentation::parse).
///
/// ```
/// use schur_math::RepresentationText;
///
/// let text: RepresentationText = "regular+2E1 +induced( C4,A+E1 )".parse()?;
/// assert_eq!(text.to_string(), "regular + 2 E1 + induced(C4, A+E1)");
/// assert_eq!(text.terms().len(), 3);
/// assert!("regular + ".parse::<RepresentationText>().is_err());
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RepresentationText {
    terms: Vec<(usize, RepresentationTerm)>,
}

/// One representation in a [`RepresentationText`].
///
/// ```
/// use schur_math::{RepresentationTerm, RepresentationText};
///
/// let text: RepresentationText = "2 (A + B)".parse()?;
/// assert!(matches!(&text.terms()[0], (2, RepresentationTerm::Sum(inner)) if inner.terms().len() == 2));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RepresentationTerm {
    /// A name: `regular`, `E1`, `3'`, `1 x 2`.
    Name(String),
    /// A word with arguments, which are groups, numbers or sums: `induced(C4, E1)`.
    Of(String, Vec<String>),
    /// A sum in brackets.
    Sum(RepresentationText),
}

/// What names of representations mean, for the group of the implementing type.
///
/// ```
/// use schur_math::{MathError, RepresentationText, RepresentationWords};
///
/// // A name stands for its number of letters, a word for that of its arguments.
/// struct Dimensions;
/// impl RepresentationWords for Dimensions {
///     type Representation = usize;
///     type Error = MathError;
///     fn name(&self, name: &str) -> Result<usize, MathError> {
///         Ok(name.len())
///     }
///     fn of(&self, _: &str, arguments: &[&str]) -> Result<usize, MathError> {
///         Ok(arguments.len())
///     }
///     fn sum(&self, left: &usize, right: &usize) -> Result<usize, MathError> {
///         Ok(left + right)
///     }
/// }
/// let text: RepresentationText = "2 abc + f(x, y)".parse()?;
/// assert_eq!(text.of(&Dimensions)?, 8);
/// # Ok::<(), MathError>(())
/// ```
pub trait RepresentationWords {
    /// A representation of the group.
    type Representation: Clone;
    /// What is said of names without meaning.
    type Error: From<MathError>;

    /// The representation of this name.
    ///
    /// # Errors
    ///
    /// If there is none.
    fn name(&self, name: &str) -> Result<Self::Representation, Self::Error>;

    /// The representation that a word makes of its arguments.
    ///
    /// # Errors
    ///
    /// If there is no such word, or it takes other arguments.
    fn of(&self, word: &str, arguments: &[&str]) -> Result<Self::Representation, Self::Error>;

    /// The direct sum.
    ///
    /// # Errors
    ///
    /// If it is too large.
    fn sum(
        &self,
        left: &Self::Representation,
        right: &Self::Representation,
    ) -> Result<Self::Representation, Self::Error>;
}

impl RepresentationText {
    /// Most copies in a sum that is [built](Self::of).
    pub const MAX_COPIES: usize = 64;

    /// How many of which, in the order of the text; at least one term.
    pub fn terms(&self) -> &[(usize, RepresentationTerm)] {
        &self.terms
    }

    /// The representation that is described.
    ///
    /// # Errors
    ///
    /// [`MathError::RepresentationText`] if a count is 0 or there are more than
    /// [`MAX_COPIES`](Self::MAX_COPIES) copies, and what the words refuse.
    pub fn of<W: RepresentationWords>(&self, words: &W) -> Result<W::Representation, W::Error> {
        let (mut sum, mut copies) = (None, 0_usize);
        for (count, term) in &self.terms {
            copies = copies.saturating_add(*count);
            if *count == 0 || copies > Self::MAX_COPIES {
                let problem = format!(
                    "there are {count} copies of `{term}`; counts are at least 1, and at most {} \
                     in sum",
                    Self::MAX_COPIES
                );
                return Err(wrong(&self.to_string(), problem).into());
            }
            let one = match term {
                RepresentationTerm::Name(name) => words.name(name)?,
                RepresentationTerm::Of(word, arguments) => {
                    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
                    words.of(word, &arguments)?
                }
                RepresentationTerm::Sum(inner) => inner.of(words)?,
            };
            for _ in 0..*count {
                sum = Some(match sum {
                    None => one.clone(),
                    Some(sum) => words.sum(&sum, &one)?,
                });
            }
        }
        sum.ok_or_else(|| wrong("", "there is no term".to_string()).into())
    }
}

impl FromStr for RepresentationText {
    type Err = MathError;

    fn from_str(text: &str) -> Result<Self, MathError> {
        if text.len() > MAX_TEXT {
            let start: String = text.chars().take(40).collect();
            let problem = format!("it has {} bytes; use at most {MAX_TEXT}", text.len());
            return Err(wrong(&format!("{start}…"), problem));
        }
        check_brackets(text)?;
        let parts = outside_brackets(text, is_plus);
        let terms = parts.into_iter().map(|part| term(text, part));
        let terms = terms.collect::<Result<_, _>>()?;
        Ok(Self { terms })
    }
}

/// Whether a `+` stands between two terms, and not at the end of a name.
fn is_plus(before: &str, rest: &str) -> bool {
    let Some(behind) = rest.strip_prefix('+').map(str::trim_start) else {
        return false;
    };
    let in_name =
        behind.is_empty() || behind.starts_with(['+', ',', ')', '×']) || behind.starts_with("x ");
    !in_name || before.is_empty() || before.ends_with(char::is_whitespace)
}

fn term(text: &str, part: &str) -> Result<(usize, RepresentationTerm), MathError> {
    let digits = part.bytes().take_while(u8::is_ascii_digit).count();
    let (count, rest) = part.split_at(digits);
    let name = rest.trim_start();
    // `3'`, `2_1` and `1 x 2` are names, `2E1`, `2 3'` and `2 1 x 2` are counts of them.
    let is_count = match name.chars().next() {
        None => false,
        _ if name.starts_with("x ") || name.starts_with('×') => false,
        Some(first) => name.len() < rest.len() || first.is_alphabetic() || first == '(',
    };
    let (count, name) = match (count, is_count) {
        ("", _) => (1, part),
        (count, true) => {
            let too_large = |_| wrong(text, format!("the count {count} is too large"));
            (count.parse().map_err(too_large)?, name)
        }
        _ => (1, part),
    };
    if name.is_empty() {
        return Err(wrong(text, "a representation is missing".to_string()));
    }
    let Some((word, inner)) = name.strip_suffix(')').and_then(|n| n.split_once('(')) else {
        return Ok((count, RepresentationTerm::Name(name.to_string())));
    };
    if word.is_empty() {
        return Ok((count, RepresentationTerm::Sum(inner.parse()?)));
    }
    let arguments = outside_brackets(inner, |_, rest| rest.starts_with(','));
    let arguments = arguments.into_iter().map(String::from).collect();
    let word = word.trim_end().to_string();
    Ok((count, RepresentationTerm::Of(word, arguments)))
}

/// The trimmed parts between the separators of one byte that stand outside brackets.
fn outside_brackets(text: &str, separates: impl Fn(&str, &str) -> bool) -> Vec<&str> {
    let (mut depth, mut first, mut parts) = (0_usize, 0, Vec::new());
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 && separates(&text[..at], &text[at..]) => {
                parts.push(text[first..at].trim());
                first = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[first..].trim());
    parts
}

fn check_brackets(text: &str) -> Result<(), MathError> {
    let mut depth = 0_usize;
    for letter in text.chars() {
        match letter {
            '(' => depth += 1,
            ')' if depth == 0 => {
                return Err(wrong(
                    text,
                    "a bracket closes that was not opened".to_string(),
                ));
            }
            ')' => depth -= 1,
            _ => {}
        }
        if depth > MAX_DEPTH {
            let problem = format!("more than {MAX_DEPTH} brackets are open");
            return Err(wrong(text, problem));
        }
    }
    match depth {
        0 => Ok(()),
        _ => Err(wrong(text, "a bracket is not closed".to_string())),
    }
}

fn wrong(text: &str, problem: String) -> MathError {
    MathError::RepresentationText {
        text: text.trim().to_string(),
        problem,
    }
}

impl fmt::Display for RepresentationText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (count, term)) in self.terms.iter().enumerate() {
            f.write_str(if i > 0 { " + " } else { "" })?;
            match count {
                1 => write!(f, "{term}")?,
                count => write!(f, "{count} {term}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for RepresentationTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Of(word, arguments) => write!(f, "{word}({})", arguments.join(", ")),
            Self::Sum(sum) => write!(f, "({sum})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let parsed: RepresentationText = text.parse().unwrap();
        let again: RepresentationText = parsed.to_string().parse().unwrap();
        assert_eq!(again, parsed);
        parsed.to_string()
    }

    #[test]
    fn spaces_make_no_difference() {
        for text in [
            "regular+2 E1",
            "regular + 2E1",
            " regular +2 E1",
            "regular+ 2  E1 ",
        ] {
            assert_eq!(shown(text), "regular + 2 E1");
        }
        assert_eq!(shown("2induced( C4 ,E1 )"), "2 induced(C4, E1)");
        assert_eq!(shown("3 ( A+B )"), "3 (A + B)");
        assert_eq!(
            shown("restricted(O(2), irrep(E1))+A"),
            "restricted(O(2), irrep(E1)) + A"
        );
    }

    #[test]
    fn names_may_begin_with_digits_and_end_in_signs() {
        let terms = |text: &str| {
            let parsed: RepresentationText = text.parse().unwrap();
            let terms = parsed.terms.iter();
            terms
                .map(|(n, term)| (*n, term.to_string()))
                .collect::<Vec<_>>()
        };
        let one = |name: &str| (1, name.to_string());
        assert_eq!(terms("3'"), [one("3'")]);
        assert_eq!(terms("2 3' + 2_1"), [(2, "3'".to_string()), one("2_1")]);
        assert_eq!(terms("1 x 2"), [one("1 x 2")]);
        assert_eq!(
            terms("2 1 x 2+1 x 1"),
            [(2, "1 x 2".to_string()), one("1 x 1")]
        );
        assert_eq!(terms("2 1+ + 0-"), [(2, "1+".to_string()), one("0-")]);
        assert_eq!(terms("1+"), [one("1+")]);
        assert_eq!(terms("1+ x 2- + 0+ x 0+"), [one("1+ x 2-"), one("0+ x 0+")]);
        assert_eq!(terms("tensor(1+, 0-)"), [one("tensor(1+, 0-)")]);
    }

    #[test]
    fn what_is_no_sum_is_refused() {
        let deep = format!("{}A{}", "(".repeat(40), ")".repeat(40));
        let long = "A+".repeat(3000);
        for text in [
            "",
            "+ A",
            "A +",
            "A + + B",
            "(A",
            "A)",
            "()",
            "A + (B + )",
            &deep,
            &long,
        ] {
            let parsed = text.parse::<RepresentationText>();
            assert!(parsed.is_err(), "{text}");
        }
    }
}
