//! Pages: one style, and what made them.

use crate::support::Lab;

#[test]
fn every_page_is_whole_and_says_how_it_was_made() {
    let lab = Lab::new();
    lab.train("run");
    lab.run(&["check", "run", "--out", "checked"]).success();
    lab.run(&["plan", "run", "--picture", "plan.html"])
        .success();
    lab.run(&["lab", "run", "laws", "--out", "lab"]).success();
    lab.run(&["compare", "run", "--out", "compared.html"])
        .success();
    let configured = ["run/report.html", "checked/index.html", "plan.html"];
    for name in configured
        .iter()
        .chain(&["lab/index.html", "compared.html"])
    {
        let page = lab.text(name);
        for part in [
            "<!DOCTYPE html>",
            "name=\"viewport\"",
            "prefers-color-scheme:dark",
            "@media print",
            "max-width:640px",
            "How this was made",
            "<th>command</th><td>schur ",
            "<th>device</th><td>cpu",
            "<th>date</th><td>2",
            "<th>versions</th><td>schur ",
            "<svg class=\"fig",
        ] {
            assert!(page.contains(part), "{part} in {name}");
        }
        // From nowhere but the file itself.
        for part in ["http", "src=", "@import", "<script", "<link"] {
            assert!(!page.contains(part), "{part} in {name}");
        }
        assert_eq!(
            page.matches("<section").count(),
            page.matches("</section>").count()
        );
        assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
    }
    for name in configured {
        assert!(
            lab.text(name).contains("[network]"),
            "{name} has the configuration"
        );
    }
    let report = lab.text("run/report.html");
    assert!(report.contains("schur train tiny.toml --out run"));
    assert!(report.contains("<th>training time</th>"));
}

#[test]
fn plots_have_whole_epochs_and_their_legend_above() {
    let lab = Lab::new();
    lab.run(&["train", "tiny.toml", "--epochs", "1", "--out", "run"])
        .success();
    for name in ["loss", "accuracy"] {
        let svg = lab.text(&format!("run/plots/{name}.svg"));
        let texts: Vec<&str> = svg
            .split("</text>")
            .filter_map(|part| part.rsplit('>').next())
            .collect();
        assert_eq!(
            texts.iter().filter(|text| **text == "1").count(),
            1,
            "{texts:?}"
        );
        let y = |word: &str| -> f64 {
            let at = svg
                .lines()
                .find(|line| line.contains(&format!(">{word}<")))
                .unwrap();
            let (_, rest) = at.split_once(" y=\"").unwrap();
            rest.split('"').next().unwrap().parse().unwrap()
        };
        assert!(y("training") < 40.0 && y("validation") < 40.0);
        assert!(y("epoch") > 250.0);
    }
}
