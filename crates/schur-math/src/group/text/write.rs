//! Writing the text format.

use std::collections::BTreeSet;

use crate::group::Group;

impl Group {
    /// The group as a text that [`from_text`](Self::from_text) reads: name, names of the
    /// elements and multiplication table. The group read from it is equal to this one.
    ///
    /// Line breaks and `#`, which the format has no place for in names, become `_`.
    ///
    /// ```
    /// use schur_math::Group;
    ///
    /// let c3 = Group::parse("C3")?;
    /// let text = c3.to_text();
    /// assert_eq!(text, "\
    /// group C3
    /// element e
    /// element r
    /// element r^2
    /// table
    /// e r r^2
    /// r r^2 e
    /// r^2 e r
    /// ");
    /// assert_eq!(Group::from_text(&text)?, c3);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn to_text(&self) -> String {
        let mut text = format!("group {}\n", writable(self.name(), "unnamed"));
        let names: Vec<String> = self
            .elements()
            .map(|g| writable(self.element_name(g), "_"))
            .collect();
        // Without distinct names the elements are numbers.
        let named = names.iter().collect::<BTreeSet<_>>().len() == names.len();
        if named {
            for name in &names {
                text += &format!("element {name}\n");
            }
        }
        let by_name = named && names.iter().all(|name| !name.contains(char::is_whitespace));
        text += "table\n";
        for g in self.elements() {
            let entry = |h| {
                let product = self.compose(g, h).index();
                match by_name {
                    true => names[product].clone(),
                    false => product.to_string(),
                }
            };
            let row: Vec<String> = self.elements().map(entry).collect();
            text += &row.join(" ");
            text.push('\n');
        }
        text
    }
}

/// A name as a line can hold it.
fn writable(name: &str, empty: &str) -> String {
    let place = |c: char| if c.is_control() || c == '#' { '_' } else { c };
    let name: String = name.trim().chars().map(place).collect();
    if name.is_empty() {
        empty.to_string()
    } else {
        name
    }
}
