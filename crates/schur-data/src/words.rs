//! Words of messages.

/// So many things with the right word: one of them, or several.
///
/// ```
/// use schur_data::counted;
///
/// assert_eq!([0, 1, 2].map(|n| counted(n, "line")), ["0 lines", "1 line", "2 lines"]);
/// assert_eq!([1, 3].map(|n| counted(n, "class")), ["1 class", "3 classes"]);
/// ```
pub fn counted(count: usize, one: &str) -> String {
    match (count, one.ends_with('s')) {
        (1, _) => format!("1 {one}"),
        (_, true) => format!("{count} {one}es"),
        (_, false) => format!("{count} {one}s"),
    }
}
