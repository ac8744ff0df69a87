//! `schur models --layers`: the kinds of layers of a config and their entries.

use schur_nn::network::kinds;
use serde::Serialize;

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
    type_name: &'static str,
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
                    type_name: entry.type_name,
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
            line!(out, "  {name:<20}  {}: {}", entry.type_name, entry.about);
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

/// The words of a documentation, without its links and line ends.
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
    text.replace(['[', ']', '`'], "")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn links_become_words() {
        let about = " [`Conv`](crate::Conv) with\n a [square](x) kernel; see [`Other`].\n";
        assert_eq!(plain(about), "Conv with a square kernel; see Other.");
    }
}
