//! `schur models --layers`: the kinds of layers of a config and their entries.

use schur_nn::network::{AnyLayerConfig, LayerEntry, kinds};
use serde::Serialize;
use serde_json::json;

use crate::error::Result;
use crate::say::{answer, line};

#[derive(Serialize)]
struct Listed {
    layer: &'static str,
    about: String,
    entries: Vec<ListedEntry>,
}

#[derive(Serialize)]
struct ListedEntry {
    name: &'static str,
    #[serde(rename = "type")]
    words: String,
    optional: bool,
    about: String,
}

pub(super) fn list(json: bool) -> Result<()> {
    let all: Vec<Listed> = kinds()
        .iter()
        .map(|kind| Listed {
            layer: kind.name,
            about: plain(kind.about),
            entries: (kind.entries.iter())
                .map(|entry| ListedEntry {
                    name: entry.name,
                    words: words(kind.name, entry),
                    optional: entry.is_optional(),
                    about: plain(entry.about),
                })
                .collect(),
        })
        .collect();
    answer(json, &all, || text(&all))
}

fn text(all: &[Listed]) -> String {
    let mut out = String::new();
    line!(
        out,
        "Kinds of layers for [[network.layers]] of a config, with their entries; those in parentheses \
         may be left out.\n"
    );
    for kind in all {
        line!(out, "layer = \"{}\"  {}", kind.layer, kind.about);
        for entry in &kind.entries {
            let name = match entry.optional {
                true => format!("({})", entry.name),
                false => entry.name.to_string(),
            };
            line!(out, "  {name:<20}  {}: {}", entry.words, entry.about);
        }
        line!(out, "");
    }
    line!(
        out,
        "A layer stands between what comes in, which nobody has to say, and what it makes of it. An \
         example is printed by `schur convert`; the config of a run has its layers or blocks."
    );
    out
}

/// What stands behind an entry in a config file.
fn words(layer: &str, entry: &LayerEntry) -> String {
    let optional = entry.type_name.strip_prefix("Option<");
    let words = match optional.map_or(entry.type_name, |inner| inner.trim_end_matches('>')) {
        "usize" | "u64" => "whole number",
        "f64" => "number",
        "bool" => "true or false",
        "GridGroup" => "group, as \"C4\"",
        "Fields" => "fields, as 8 or \"4 regular + 2 trivial\"",
        "GridSizes" => "whole number, or a list of one per axis",
        "Nonlinearity" => "function, as \"relu\", \"elu\" or \"tanh\"",
        "Vec<usize" => "list of whole numbers",
        "Vec<String>" => "list of texts",
        "Vec<AnyLayerConfig>" => "list of layers",
        "BTreeMap<String, AnyLayerConfig>" => "a layer for every label",
        "Conv" => "entries of a conv",
        _ => return choices(layer, entry.name),
    };
    words.to_string()
}

/// The values that an entry may have, as its refusal of another one names them; those with a size or a
/// number of their own as tables.
fn choices(layer: &str, entry: &str) -> String {
    let refused = |value: &str| {
        let config = json!({ "layer": layer, entry: value });
        let read = serde_json::from_value::<AnyLayerConfig>(config);
        read.map_or_else(|error| error.to_string(), |_| String::new())
    };
    let text = refused("");
    let expected = text.split_once("expected").map_or("", |(_, names)| names);
    let names: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    let is_table = |name: &&str| refused(name).contains("newtype variant");
    let alternatives = |words: Vec<String>| match &words[..] {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => words.concat(),
    };
    if names.iter().all(is_table) {
        let names = alternatives(names.iter().map(ToString::to_string).collect());
        return format!("{{ KIND = N }} of a KIND {names}");
    }
    let word = |name: &&str| match is_table(name) {
        true => format!("{{ {name} = N }}"),
        false => format!("\"{name}\""),
    };
    alternatives(names.iter().map(word).collect())
}

/// The words of a documentation, without its links and line ends, and without the names of the library,
/// which a config file does not have.
fn plain(about: &str) -> String {
    let mut text = about.split_whitespace().collect::<Vec<_>>().join(" ");
    while let Some(start) = text.find("](") {
        let Some(length) = text[start..].find(')') else {
            break;
        };
        text.replace_range(start..=start + length, "");
        if let Some(open) = text[..start].rfind('[') {
            text.remove(open);
        }
    }
    text = text.replace("[`", "`").replace("`]", "`");
    // What is in parentheses alone is only where more stands.
    while let Some(start) = text.find(" (`") {
        let Some(length) = text[start..].find("`)") else {
            break;
        };
        text.replace_range(start..start + length + 2, "");
    }
    if let Some((_, rest)) = text.split_once("`: ").filter(|_| text.starts_with('`')) {
        text = rest.to_string();
    }
    let parts = text.split('`').enumerate();
    let words = parts.map(|(i, part)| match i % 2 == 1 && is_type(part) {
        true => spaced(part),
        false => part.to_string(),
    });
    let text: String = words.collect();
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase());
    first.into_iter().flatten().chain(letters).collect()
}

/// Whether a word is the name of a type, and not of a group such as `Oh`.
fn is_type(word: &str) -> bool {
    let letters = word.chars().all(char::is_alphanumeric);
    letters && word.len() > 3 && word.starts_with(char::is_uppercase) && word != word.to_uppercase()
}

/// `MaxOut` as `max out`.
fn spaced(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn links_become_words() {
        for (about, words) in [
            (
                " [`MaxOut`](crate::MaxOut) with\n a [square](x) kernel in [0, 1); see [`Other`].\n",
                "Max out with a square kernel in [0, 1); see other.",
            ),
            (
                "[`Conv`](crate::Conv): of `Oh` ([`Conv::new`](x)), `a - 1`.",
                "Of Oh, a - 1.",
            ),
        ] {
            assert_eq!(plain(about), words);
        }
    }
}
