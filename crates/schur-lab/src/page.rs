//! Pages of HTML that need nothing but themselves: one style for reports, plots and the laboratory,
//! light and dark, for wide and narrow screens and for paper.

mod laboratory;

pub use laboratory::{demand, html, value};

use super::figure::{Figure, STYLE as FIGURES, escape};
use super::table::Table;

/// Colours have a meaning by their brightness and their word too, never by red against green.
const STYLE: &str = "\
:root{color-scheme:light dark;--text:#1d2433;--soft:#5b6475;--line:#e0e4ea;--page:#fafbfc;\
--card:#fff;--good:#0d5fc0;--bad:#b03a0c;--open:#8a5a00;--link:#0d5fc0}\
@media screen and (prefers-color-scheme:dark){:root{--text:#e6e9f0;--soft:#a2abbc;--line:#2f3644;\
--page:#10131a;--card:#171b24;--good:#71b1ff;--bad:#f59b66;--open:#f0c94d;--link:#71b1ff}}\
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--text);\
font:16px/1.6 system-ui,-apple-system,'Segoe UI',sans-serif}\
main{max-width:1120px;margin:0 auto;padding:32px 20px 64px}\
h1{font-size:30px;line-height:1.25;margin:0 0 8px}h2{font-size:22px;line-height:1.3;margin:0}\
h3{font-size:15px;margin:28px 0 6px;color:var(--soft);font-weight:600}\
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}\
p{margin:10px 0;max-width:46em}.soft{color:var(--soft)}\
section{background:var(--card);border:1px solid var(--line);border-radius:14px;\
padding:24px 28px;margin:26px 0}section>h2+*{margin-top:12px}\
.head{display:flex;gap:14px;align-items:baseline;justify-content:space-between}\
.claim{font-size:18px;line-height:1.5;margin:12px 0 4px;padding-left:14px;\
border-left:3px solid var(--link)}\
.verdict{font-weight:650}.verdict,.holds,.fails,.open{white-space:nowrap}.holds{color:var(--good)}.fails{color:var(--bad)}\
p.open{white-space:normal}.open{color:var(--open)}\
.wide{overflow-x:auto;margin:6px 0}table{border-collapse:collapse;width:100%;font-size:14.5px;\
font-variant-numeric:tabular-nums}th,td{padding:5px 12px 5px 0;text-align:left;\
border-bottom:1px solid var(--line);vertical-align:top}th{color:var(--soft);font-weight:600}\
td.n{text-align:right;white-space:nowrap}th.n{text-align:right}\
.facts,.data{width:auto}.data th,.data td{padding-right:32px}\
.facts th{white-space:nowrap;font-weight:400}.facts td{overflow-wrap:anywhere}\
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(460px,100%),1fr));gap:0 36px;\
align-items:start}\
figure{margin:26px 0 8px}.figures figure{margin-top:6px}figcaption{font-size:14.5px;color:var(--soft);margin-top:6px}\
figcaption b{display:block;color:var(--text);font-size:16px;margin-bottom:2px}\
figure .wide svg{display:block;width:100%;height:auto;margin:0 auto}\
figure .wide svg:not(.chart){min-width:min(440px,var(--own))}\
details{margin:14px 0}summary{cursor:pointer;color:var(--link);font-size:14.5px}\
pre{overflow-x:auto;font:13px/1.5 ui-monospace,Menlo,Consolas,monospace;margin:8px 0}\
@media(max-width:640px){main{padding:20px 12px 40px}section{padding:18px 16px}\
h1{font-size:25px}.claim{font-size:17px}.chart text,.chart .small{font-size:17px}\
.facts th,.facts td{display:block;border:0;padding:0;white-space:normal}.facts td{padding-bottom:7px}\
.facts tr{border-bottom:1px solid var(--line);display:block;padding:4px 0 0}}\
@media print{main{max-width:none;padding:0}section{border:0;padding:0;border-radius:0}\
section,figure,tr{break-inside:avoid}.wide{overflow:visible}body,section{background:none}}";

/// A page that is put together from top to bottom, and needs no other file.
///
/// ```
/// use schur_lab::figure::{Axis, Chart, Figure, Series};
/// use schur_lab::page::Page;
///
/// let losses = Series::new("training", 0, vec![(1.0, 0.9), (2.0, 0.4)]);
/// let chart = Chart::new(Axis::new("epoch").whole(), Axis::new("loss")).with(losses);
/// let mut page = Page::new("A training");
/// page.text("Two epochs.");
/// page.facts(&[("parameters", "25000".to_string())]);
/// page.figures(&[Figure::new("loss", "The loss falls", "", chart.draw())]);
/// page.made(&[("command", "train --epochs 2".to_string())], "epochs = 2");
/// let html = page.html();
/// assert!(html.contains("prefers-color-scheme") && html.contains("train --epochs 2"));
/// ```
#[derive(Clone, Debug)]
pub struct Page {
    title: String,
    body: String,
}

impl Page {
    /// An empty page below its title.
    pub fn new(title: impl Into<String>) -> Self {
        let title = title.into();
        Self {
            body: format!("<h1>{}</h1>\n", escape(&title)),
            title,
        }
    }

    /// A paragraph.
    pub fn text(&mut self, text: &str) {
        self.body += &format!("<p>{}</p>\n", escape(text));
    }

    /// A heading of what follows.
    pub fn heading(&mut self, text: &str) {
        self.body += &format!("<h3>{}</h3>\n", escape(text));
    }

    /// Names with their values.
    pub fn facts(&mut self, facts: &[(&str, String)]) {
        self.body += &format!("<section>{}</section>\n", facts_table(facts));
    }

    /// Drawings side by side as far as there is room, each with its finding above and how to read it
    /// below.
    pub fn figures(&mut self, figures: &[Figure]) {
        self.body += "<section><div class=\"figures\">\n";
        figures.iter().for_each(|f| self.body += &figure(f));
        self.body += "</div></section>\n";
    }

    /// A table under its caption. Columns of numbers stand right.
    pub fn table(&mut self, table: &Table) {
        self.body += &format!(
            "<section><h2>{}</h2>{}</section>\n",
            escape(&table.caption),
            rows(table)
        );
    }

    /// A table that is unfolded by a click on its caption.
    pub fn folded(&mut self, table: &Table) {
        self.body += &format!(
            "<details><summary>{}</summary>{}</details>\n",
            escape(&table.caption),
            rows(table)
        );
    }

    /// Text whose lines and columns stay as they are.
    pub fn preformatted(&mut self, text: &str) {
        self.body += &format!("<section><pre>{}</pre></section>\n", escape(text));
    }

    /// The end of the page: how it was made, with the configuration as text, if there is one.
    pub fn made(&mut self, facts: &[(&str, String)], configuration: &str) {
        self.body += &format!(
            "<section class=\"made\"><h2>How this was made</h2>{}",
            facts_table(facts)
        );
        if !configuration.is_empty() {
            self.body += &format!(
                "<details><summary>Configuration</summary><pre>{}</pre></details>",
                escape(configuration)
            );
        }
        self.body += "</section>\n";
    }

    /// Elements of HTML as they are.
    fn raw(&mut self, html: &str) {
        self.body += html;
    }

    /// The text of the file.
    pub fn html(&self) -> String {
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
             <title>Schur: {}</title>\n<style>{FIGURES}{STYLE}</style></head>\n<body><main>\n\
             {}</main></body></html>\n",
            escape(&self.title),
            self.body
        )
    }
}

fn facts_table(facts: &[(&str, String)]) -> String {
    let mut html = "<table class=\"facts\">\n".to_string();
    for (name, value) in facts {
        html += &format!(
            "<tr><th>{}</th><td>{}</td></tr>\n",
            escape(name),
            escape(value)
        );
    }
    html + "</table>"
}

fn figure(figure: &Figure) -> String {
    let below = match figure.caption.is_empty() {
        true => String::new(),
        false => format!("<figcaption>{}</figcaption>", escape(&figure.caption)),
    };
    format!(
        "<figure><figcaption><b>{}</b></figcaption><div class=\"wide\">{}</div>{below}</figure>\n",
        escape(&figure.title),
        figure.inline(),
    )
}

/// Head and rows of a table. A column of which every cell begins like a number stands right.
fn rows(table: &Table) -> String {
    let number = |cell: &String| {
        let first = cell
            .trim_start_matches(['-', '−', '+', '±', '~'])
            .chars()
            .next();
        first.is_none_or(|c| c.is_ascii_digit() || c == '–')
    };
    let right: Vec<bool> = (0..table.head.len())
        .map(|i| table.rows.iter().all(|row| row.get(i).is_some_and(number)))
        .collect();
    let class = |i: usize| match right.get(i) {
        Some(true) => " class=\"n\"",
        _ => "",
    };
    let mut html = "<div class=\"wide\"><table class=\"data\"><tr>".to_string();
    for (i, cell) in table.head.iter().enumerate() {
        html += &format!("<th{}>{}</th>", class(i), escape(cell));
    }
    html += "</tr>\n";
    for row in &table.rows {
        html += "<tr>";
        for (i, cell) in row.iter().enumerate() {
            html += &format!("<td{}>{}</td>", class(i), escape(cell));
        }
        html += "</tr>\n";
    }
    html + "</table></div>"
}
