//! Answers for many pictures: as text one by one, or all together as JSON and CSV.

use std::path::Path;

use schur_data::counted;
use schur_nn::{try_directory, write_atomically};
use serde::Serialize;

use super::Asked;
use crate::args::PredictArgs;
use crate::error::{CliError, Result, fail};
use crate::say::{complain, emit, emit_data, ending, say, to_json};

/// What a network says of a picture.
pub(super) trait Answer: Serialize {
    /// For people.
    fn text(&self) -> String;

    /// Cells of a row behind the name of the picture.
    fn cells(&self) -> Vec<String>;
}

/// A picture with its answer, or with the reason why there is none.
#[derive(Serialize)]
struct Entry<T> {
    image: String,
    #[serde(flatten)]
    found: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Answers all pictures, those also that stand behind one that has no answer. `columns` are the names
/// of the cells.
pub(super) fn each<T: Answer>(
    args: &PredictArgs,
    images: &[Asked],
    columns: &[String],
    answer: impl Fn(&Path) -> Result<T>,
) -> Result<()> {
    if let Some(file) = &args.csv {
        ending(file, "--csv", &["csv"])?;
        let directory = file.parent().filter(|path| !path.as_os_str().is_empty());
        let directory = directory.unwrap_or(Path::new("."));
        if !directory.exists() {
            return fail(format!(
                "--csv {}: there is no directory {}; make it before",
                file.display(),
                directory.display()
            ));
        }
        try_directory(directory)?;
        keep_others(file, columns)?;
    }
    // As text every answer goes out as soon as it is known.
    let together = args.json || args.csv.is_some();
    let (mut entries, mut failed) = (Vec::new(), Vec::new());
    for Asked { path, problem } in images {
        let image = path.display().to_string();
        let (found, error) = match problem {
            Some(problem) => (None, Some(problem.clone())),
            None => match answer(path) {
                Ok(found) => (Some(found), None),
                Err(error) => (None, Some(error.to_string())),
            },
        };
        if let Some(error) = &error {
            if images.len() > 1 {
                complain(&format!("error: {error}"));
            }
            failed.push(error.clone());
        }
        match &found {
            Some(found) if !together => {
                let text = found.text();
                let gap = if text.starts_with('\n') { "" } else { " " };
                emit(&format!("{image}:{gap}{text}"))?;
            }
            _ => entries.push(Entry {
                image,
                found,
                error,
            }),
        }
    }
    if let Some(file) = &args.csv {
        write_atomically(file, &csv(&entries, columns)?)?;
        if !args.json {
            say!("{} in {}", counted(entries.len(), "row"), file.display());
        }
    }
    if args.json {
        emit_data(&to_json(&entries)?)?;
    }
    match (&failed[..], images.len()) {
        ([], _) => Ok(()),
        ([error], 1) => fail(error),
        (_, all) => fail(format!(
            "{} of {} {} no answer, for the reasons above",
            failed.len(),
            counted(all, "image"),
            if failed.len() == 1 { "has" } else { "have" }
        )),
    }
}

/// The column of reasons why there is no answer.
const ERROR: &str = "error";

/// Refuses to replace a table that is none of these answers.
fn keep_others(file: &Path, columns: &[String]) -> Result<()> {
    let first = |file: &Path| -> Option<Vec<String>> {
        let mut reader = csv::Reader::from_path(file).ok()?;
        let head = reader.headers().ok()?.iter().map(str::to_string);
        Some(head.collect())
    };
    let empty = std::fs::metadata(file).map_or(true, |of| of.len() == 0);
    if empty || first(file).is_some_and(|found| found == head(columns)) {
        return Ok(());
    }
    fail(format!(
        "--csv {}: this file is there, and is no table of answers of this network, which begins with \
         {}; choose another name, or remove it",
        file.display(),
        head(columns).join(",")
    ))
}

/// The names of the columns of a table of answers.
fn head(columns: &[String]) -> Vec<String> {
    let mut head = vec!["image".to_string()];
    for name in columns {
        // A table that was learnt may have columns of the same names as ours.
        let mut name = name.clone();
        while head.contains(&name) || name == ERROR {
            name += " (found)";
        }
        head.push(name);
    }
    head.push(ERROR.to_string());
    head
}

/// A row per picture. No two columns have one name.
fn csv<T: Answer>(entries: &[Entry<T>], columns: &[String]) -> Result<Vec<u8>> {
    let refuse = |e: csv::Error| CliError::Message(format!("--csv: {e}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(head(columns)).map_err(refuse)?;
    for entry in entries {
        let none = || vec![String::new(); columns.len()];
        let cells = entry.found.as_ref().map_or_else(none, T::cells);
        let error = entry.error.clone().unwrap_or_default();
        let row = [entry.image.clone()]
            .into_iter()
            .chain(cells)
            .chain([error]);
        writer.write_record(row).map_err(refuse)?;
    }
    let bytes = writer.into_inner();
    bytes.map_err(|e| CliError::Message(format!("--csv: {e}")))
}
