//! One self-contained page with all experiments of a run.

use super::experiment::Finished;
use super::figure::{STYLE as FIGURES, escape};
use super::outcome::{Bound, Measurement, Verdict, control_verdict};
use super::table::{Table, number};

const STYLE: &str = "\
:root{color-scheme:light dark;--text:#1d2433;--soft:#5b6475;--line:#e0e4ea;--page:#fafbfc;\
--card:#fff;--good:#1b7a4b;--bad:#b3261e;--open:#8a5a00;--link:#2463b4}\
@media(prefers-color-scheme:dark){:root{--text:#e6e9f0;--soft:#a2abbc;--line:#2f3644;\
--page:#10131a;--card:#171b24;--good:#62cf97;--bad:#ff8a80;--open:#f0b94d;--link:#71abf2}}\
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--text);\
font:16px/1.6 system-ui,-apple-system,'Segoe UI',sans-serif}\
main{max-width:860px;margin:0 auto;padding:32px 20px 64px}\
h1{font-size:30px;line-height:1.25;margin:0 0 8px}h2{font-size:22px;line-height:1.3;margin:0}\
h3{font-size:15px;margin:28px 0 6px;color:var(--soft);font-weight:600}\
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}\
p{margin:10px 0}.soft{color:var(--soft)}\
section{background:var(--card);border:1px solid var(--line);border-radius:14px;\
padding:24px 28px;margin:26px 0}\
.head{display:flex;gap:14px;align-items:baseline;justify-content:space-between}\
.claim{font-size:18px;line-height:1.5;margin:12px 0 4px;padding-left:14px;\
border-left:3px solid var(--link)}\
.verdict{font-weight:650}.verdict,.holds,.fails,.open{white-space:nowrap}.holds{color:var(--good)}.fails{color:var(--bad)}\
.open{color:var(--open)}\
.wide{overflow-x:auto;margin:6px 0}table{border-collapse:collapse;width:100%;font-size:14.5px;\
font-variant-numeric:tabular-nums}th,td{padding:5px 12px 5px 0;text-align:left;\
border-bottom:1px solid var(--line);vertical-align:top}th{color:var(--soft);font-weight:600}\
td.n{text-align:right;white-space:nowrap}th.n{text-align:right}\
figure{margin:26px 0 8px}figcaption{font-size:14.5px;color:var(--soft);margin-top:6px}\
figcaption b{display:block;color:var(--text);font-size:16px;margin-bottom:2px}\
figure .wide svg{display:block;width:100%;min-width:520px;height:auto;margin:0 auto}\
details{margin:14px 0}summary{cursor:pointer;color:var(--link);font-size:14.5px}\
@media(max-width:640px){main{padding:20px 12px 40px}section{padding:18px 16px}\
h1{font-size:25px}.claim{font-size:17px}}";

/// More measurements than that are folded away, if there is nothing wrong with them.
const LONG: usize = 8;

/// The page with a section for every experiment; `settings` says how it can be repeated.
pub fn html(finished: &[Finished], settings: &str) -> String {
    let holding = finished
        .iter()
        .filter(|f| f.outcome.verdict() == Verdict::Holds)
        .count();
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>Schur: the laboratory</title>\n<style>{STYLE}{FIGURES}</style></head>\n<body><main>\n\
         <h1>The laboratory: what an equivariant network promises, measured</h1>\n\
         <p>{holding} of {} statements hold. Each experiment states a claim, measures it against a \
         bound, and repeats the measurement on something broken on \
         purpose: this control must fail, or the verdict would mean nothing.</p>\n\
         <p class=\"soft\">{}</p>\n",
        finished.len(),
        escape(settings),
    );
    page += "<div class=\"wide\"><table><tr><th>experiment</th><th>claim</th>\
             <th>verdict</th></tr>\n";
    for f in finished {
        page += &format!(
            "<tr><td><a href=\"#{0}\">{1}</a></td><td>{2}</td><td>{3}</td></tr>\n",
            f.experiment.name,
            escape(f.experiment.title),
            escape(f.experiment.claim),
            verdict(f.outcome.verdict()),
        );
    }
    page += "</table></div>\n";
    finished.iter().for_each(|f| page += &section(f));
    page + "</main></body></html>\n"
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
    for paragraph in &outcome.text {
        html += &format!("<p>{}</p>\n", escape(paragraph));
    }
    for figure in &outcome.figures {
        html += &format!(
            "<figure><figcaption><b>{}</b></figcaption><div class=\"wide\">{}</div>\
             <figcaption>{}</figcaption></figure>\n",
            escape(&figure.title),
            figure.inline(),
            escape(&figure.caption),
        );
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
    let mut html = format!(
        "<details><summary>{} ({experiment}/{}.csv)</summary><div class=\"wide\"><table><tr>",
        escape(&table.caption),
        table.name
    );
    table
        .head
        .iter()
        .for_each(|cell| html += &format!("<th>{}</th>", escape(cell)));
    html += "</tr>\n";
    for row in &table.rows {
        let cells = row.iter().map(|cell| format!("<td>{}</td>", escape(cell)));
        html += &format!("<tr>{}</tr>\n", cells.collect::<String>());
    }
    html + "</table></div></details>\n"
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
