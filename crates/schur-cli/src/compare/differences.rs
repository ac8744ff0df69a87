//! In what configs differ.

use std::collections::BTreeMap;

use crate::error::{CliError, Result};

/// Every entry of a config by its whole name, as text.
pub(crate) fn entries(config: &str) -> Result<BTreeMap<String, String>> {
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
pub(crate) fn differing<'a>(
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
