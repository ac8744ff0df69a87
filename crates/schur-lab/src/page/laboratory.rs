//! The page of all experiments of a run.

use super::{Page, figure, rows};
use crate::experiment::{Experiment, Finished};
use crate::figure::escape;
use crate::outcome::{Bound, Measurement, Verdict, control_verdict};
use crate::table::{Table, number};

/// More measurements than that are folded away, if there is nothing wrong with them.
const LONG: usize = 8;

/// The page with a section for every experiment, a row for each of `earlier`, whose results are in
/// the directory of the page, and at its end `made`: how it was made and can be repeated.
pub fn html(
    finished: &[Finished],
    earlier: &[(&Experiment, Verdict)],
    made: &[(&str, String)],
) -> String {
    let holding = finished
        .iter()
        .filter(|f| f.outcome.verdict() == Verdict::Holds)
        .count();
    let mut page = Page::new("The laboratory: what an equivariant network promises, measured");
    page.text(&format!(
        "{holding} of {} statements hold. Each experiment states a claim, measures it against a bound, \
         and repeats the measurement on something broken on purpose: this control must fail, or the \
         verdict would mean nothing.",
        finished.len(),
    ));
    let mut list = "<div class=\"wide\"><table><tr><th>experiment</th><th>claim</th>\
             <th>verdict</th></tr>\n"
        .to_string();
    for f in finished {
        list += &format!(
            "<tr><td><a href=\"#{0}\">{1}</a></td><td>{2}</td><td>{3}</td></tr>\n",
            f.experiment.name,
            escape(f.experiment.title),
            escape(f.experiment.claim),
            verdict(f.outcome.verdict()),
        );
    }
    for (experiment, found) in earlier {
        list += &format!(
            "<tr><td>{} (earlier: <a href=\"{1}/results.json\">{1}</a>)</td><td>{2}</td><td>{3}</td>\
             </tr>\n",
            escape(experiment.title),
            experiment.name,
            escape(experiment.claim),
            verdict(*found),
        );
    }
    page.raw(&(list + "</table></div>\n"));
    finished.iter().for_each(|f| page.raw(&section(f)));
    page.made(made, "");
    page.html()
}

fn section(f: &Finished) -> String {
    let outcome = &f.outcome;
    let mut html = format!(
        "<section id=\"{}\">\n<div class=\"head\"><h2>{}</h2>{}</div>\n<p class=\"claim\">{}</p>\n",
        f.experiment.name,
        escape(f.experiment.title),
        verdict(outcome.verdict()),
        escape(f.experiment.claim),
    );
    if let Some(error) = &outcome.error {
        html += &format!(
            "<p class=\"open\">It could not be run: {}</p>\n",
            escape(error)
        );
        return html + "</section>\n";
    }
    for paragraph in &outcome.text {
        html += &format!("<p>{}</p>\n", escape(paragraph));
    }
    for drawn in &outcome.figures {
        html += &figure(drawn);
    }
    let table = measurements(&outcome.measurements, false);
    let count = outcome.measurements.len();
    let all_hold = outcome
        .measurements
        .iter()
        .all(|m| m.verdict == Verdict::Holds);
    if count > LONG && all_hold {
        html += &format!("<details><summary>All {count} measurements</summary>{table}</details>\n");
    } else {
        html += &format!("<h3>Measured</h3>\n{table}");
    }
    html += "<h3>Controls, broken on purpose: each must miss its bound</h3>\n";
    html += &measurements(&outcome.controls, true);
    for table in &outcome.tables {
        html += &data(f.experiment.name, table);
    }
    html + "</section>\n"
}

fn measurements(all: &[Measurement], controls: bool) -> String {
    let mut html = "<div class=\"wide\"><table><tr><th>quantity</th><th class=\"n\">value</th>\
                    <th class=\"n\">demanded</th><th></th></tr>\n"
        .to_string();
    for m in all {
        let outcome = match (controls, m.bound) {
            (true, _) => match control_verdict(m) {
                Verdict::Holds => "<span class=\"holds\">fails, as it must</span>",
                Verdict::Fails => "<span class=\"fails\">passes, but must not</span>",
                Verdict::NotShown => "<span class=\"open\">undecided</span>",
            }
            .to_string(),
            (false, Bound::Reported) => String::new(),
            (false, _) => verdict(m.verdict),
        };
        html += &format!(
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{outcome}</td></tr>\n",
            escape(&m.what),
            value(m),
            demand(m.bound),
        );
    }
    html + "</table></div>\n"
}

fn data(experiment: &str, table: &Table) -> String {
    format!(
        "<details><summary>{} ({experiment}/{}.csv)</summary>{}</details>\n",
        escape(&table.caption),
        table.name,
        rows(table)
    )
}

fn verdict(verdict: Verdict) -> String {
    let class = match verdict {
        Verdict::Holds => "holds",
        Verdict::Fails => "fails",
        Verdict::NotShown => "open",
    };
    let mark = match verdict {
        Verdict::Holds => "✓",
        Verdict::Fails => "✗",
        Verdict::NotShown => "?",
    };
    format!(
        "<span class=\"verdict {class}\">{mark} {}</span>",
        verdict.name().to_lowercase()
    )
}

/// The value with its standard error.
pub fn value(m: &Measurement) -> String {
    match m.error {
        Some(error) => format!("{} ± {}", number(m.value), number(error)),
        None => number(m.value),
    }
}

/// What is demanded, as text.
pub fn demand(bound: Bound) -> String {
    match bound {
        Bound::Equals(v) => format!("= {}", number(v)),
        Bound::AtMost(v) => format!("≤ {}", number(v)),
        Bound::AtLeast(v) => format!("≥ {}", number(v)),
        Bound::Reported => "–".to_string(),
    }
}
