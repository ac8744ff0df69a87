//! In what configs differ.

use std::collections::BTreeMap;

use crate::error::{CliError, Result};

/// Every entry of a config by its whole name, as text.
pub(super) fn entries(config: &str) -> Result<BTreeMap<String, String>> {
    fn walk(prefix: &str, table: toml::Table, all: &mut BTreeMap<String, String>) {
        for (key, value) in table {
            match value {
                toml::Value::Table(inner) => walk(&format!("{prefix}{key}."), inner, all),
                toml::Value::String(text) => {
                    all.insert(format!("{prefix}{key}"), text);
                }
                other => {
                    all.insert(format!("{prefix}{key}"), other.to_string());
                }
            }
        }
    }
    let table: toml::Table =
        toml::from_str(config).map_err(|e| CliError::Message(format!("reading a config: {e}")))?;
    let mut all = BTreeMap::new();
    walk("", table, &mut all);
    Ok(all)
}

/// The names of entries that are not the same in all of these configs.
pub(super) fn differing<'a>(
    configs: impl Iterator<Item = &'a BTreeMap<String, String>> + Clone,
) -> Vec<String> {
    let mut names: Vec<&String> = configs.clone().flat_map(BTreeMap::keys).collect();
    names.sort_unstable();
    names.dedup();
    let differs = |name: &&String| {
        let mut values = configs.clone().map(|config| config.get(*name));
        let first = values.next();
        values.any(|value| Some(value) != first)
    };
    names.into_iter().filter(differs).cloned().collect()
}

/// What differs between the config of what is there already and the one that is asked for, entry by
/// entry; long lists by their names alone.
pub(crate) fn differences(there: &str, here: &str) -> Result<Vec<String>> {
    const LONGEST: usize = 60;
    let (there, here) = (entries(there)?, entries(here)?);
    let names = differing([&there, &here].into_iter());
    let value = |of: &BTreeMap<String, String>, name: &str| {
        let value = of.get(name).map_or("not set", String::as_str);
        match value.chars().count() > LONGEST {
            true => "another value".to_string(),
            false => value.to_string(),
        }
    };
    let words = names.iter().map(|name| {
        let (there, here) = (value(&there, name), value(&here, name));
        format!("{name}: {there} there, {here} here")
    });
    Ok(words.collect())
}
