//! `schur check` says what it tried, and nothing more; `schur export` beside it.

use serde_json::Value;

use crate::support::{Lab, TINY};

fn checked(lab: &Lab, group: &str) -> (Value, String) {
    let mut config = TINY.replace("C4", group);
    if group == "O2" {
        config = config.replace("fields = 2", "fields = \"2 spectral(1)\"");
        config = config.replace("pool = 4", "pool = 4\npool_kind = \"average\"");
        config = config.replace("[network]", "[network]\nactivation = \"fourier\"");
    }
    lab.write("of.toml", config);
    lab.run(&["train", "of.toml", "--out", group]).success();
    let json = lab.run(&["check", group, "--json"]).stdout;
    let text = lab.run(&["check", group]).stdout;
    (serde_json::from_str(&json).unwrap(), text)
}

fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.as_str().unwrap())
        .collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.as_f64().unwrap())
        .collect()
}

/// Of C8 half of the elements are proven, the others measured.
#[test]
fn eighths_of_a_turn_are_measured_and_not_called_exact() {
    let lab = Lab::new();
    let (check, text) = checked(&lab, "C8");
    assert_eq!(check["passed"], true);
    assert_eq!(texts(&check["elements"]), ["e", "r^2", "r^4", "r^6"]);
    assert_eq!(texts(&check["between"]), ["r", "r^3", "r^5", "r^7"]);
    assert_eq!(numbers(&check["outside"]), [15.0, 30.0, 60.0, 75.0]);
    for layer in check["layers"].as_array().unwrap() {
        let (exact, round_off) = (numbers(&layer["errors"]), numbers(&layer["round_off"]));
        assert!(
            exact.iter().all(|&e| e <= schur_nn::tolerance::EXACT_F64),
            "{layer}"
        );
        assert!(
            round_off
                .iter()
                .all(|&e| e <= schur_nn::tolerance::EXACT_F32),
            "{layer}"
        );
        assert_eq!((exact.len(), numbers(&layer["between"]).len()), (4, 4));
    }
    // Interpolation and sampled kernels: not exact, but not far off.
    let between = numbers(&check["network"]["between"]);
    assert!(
        between
            .iter()
            .all(|&e| e > crate::tolerance::NOT_EXACT && e < 1.0),
        "{between:?}"
    );
    let verdict = check["verdict"].as_str().unwrap();
    let start = "passed for what moves pixels to pixels: every layer commutes with 4 elements of C8 \
                 (e, r^2, r^4, r^6), exactly; 4 elements that move pixels between pixels (r, r^3, \
                 r^5, r^7) were measured, not proven";
    assert!(verdict.starts_with(start), "{verdict}");
    assert!(
        text.contains("r^3") && text.contains("measured, between the pixels"),
        "{text}"
    );
}

/// Of C3 only the identity moves pixels to pixels: that proves nothing, and is said.
#[test]
fn thirds_of_a_turn_are_not_checked() {
    let lab = Lab::new();
    let (check, text) = checked(&lab, "C3");
    assert_eq!(check["passed"], false);
    assert!(texts(&check["elements"]).is_empty());
    assert_eq!(texts(&check["between"]), ["r", "r^2"]);
    assert!(
        text.contains("NOT CHECKED: of C3 only the identity moves pixels to pixels"),
        "{text}"
    );
    assert_eq!(lab.run(&["check", "C3"]).code, Some(1));
}

/// Of a continuous group the defect is a curve, mirrors included.
#[test]
fn a_continuous_group_is_measured_all_around() {
    let lab = Lab::new();
    let (check, _) = checked(&lab, "O2");
    assert_eq!(check["passed"], true);
    assert_eq!(texts(&check["elements"]).len(), 8);
    assert_eq!(texts(&check["between"]).len(), 2 * (24 - 4));
    assert!(numbers(&check["outside"]).is_empty());
}

/// Directions are means of vectors of all pixels: small differences of large numbers. The same
/// network in 64 bits is exact, so it passes, and its plain twin is written.
#[test]
fn an_answer_of_cancelling_terms_is_checked_and_exported() {
    let lab = Lab::new();
    let head = &TINY[..TINY.find("[[network.blocks]]").unwrap()];
    let blocks =
        "[[network.blocks]]\nfields = 3\nkernel = 3\n[[network.blocks]]\nfields = 3\nkernel = 3\n";
    lab.write(
        "of.toml",
        format!("{head}output = \"direction\"\nclasses = 10\n{blocks}"),
    );
    lab.run(&["train", "of.toml", "--out", "run"]).success();
    let check = lab.run(&["check", "run", "--json"]).success();
    let check: Value = serde_json::from_str(&check.stdout).unwrap();
    let bound = check["network"]["round_off_bound"].as_f64().unwrap();
    assert!(bound >= schur_nn::tolerance::EXACT_F32, "{bound}");
    lab.run(&["export", "run", "--out", "net.onnx"])
        .success()
        .shows(&["direction [batch, 2]", "mean: [0.0]"]);
}

/// A network that goes over to a subgroup is tried with the whole group up to there, and what it has given
/// up is not called exact.
#[test]
fn what_a_restriction_gives_up_is_not_called_exact() {
    let lab = Lab::new();
    let restricted = TINY.replace("group = \"C4\"", "group = \"D4\"");
    let at = restricted.rfind("fields = 2").unwrap();
    let text = format!(
        "{}restrict = \"D1\"\n{}",
        &restricted[..at],
        &restricted[at..]
    );
    lab.write("net.toml", text.replace("epochs = 6", "epochs = 1"));
    lab.run(&["train", "net.toml", "--out", "run"]).success();
    let check = lab.run(&["check", "run", "--json"]).success();
    let found: Value = serde_json::from_str(&check.stdout).unwrap();
    assert_eq!(texts(&found["elements"]).len(), 8);
    let restriction = &found["restrictions"][0];
    assert_eq!([&restriction["from"], &restriction["to"]], ["D4", "D1"]);
    let layers = found["layers"].as_array().unwrap();
    let tried = |layer: &Value| {
        let errors = layer["errors"].as_array().unwrap().iter();
        errors.filter(|error| !error.is_null()).count()
    };
    let counts: Vec<usize> = layers.iter().map(tried).collect();
    let at: usize = restriction["layer"].as_str().unwrap().parse().unwrap();
    assert!(
        counts[..at - 1].iter().all(|&count| count == 8),
        "{counts:?}"
    );
    assert!(
        counts[at - 1..].iter().all(|&count| count == 2),
        "{counts:?}"
    );
    assert_eq!(tried(&found["network"]), 2);
    let verdict = found["verdict"].as_str().unwrap();
    let start = "passed for what the layers have: of D4 8 elements move pixels to pixels";
    assert!(verdict.starts_with(start), "{verdict}");
    assert!(verdict.contains("restricts D4 to D1"), "{verdict}");
    assert!(
        verdict.contains("the whole network commutes with 2 of them alone (e, s)"),
        "{verdict}"
    );
    let text = lab.run(&["check", "run"]).success();
    text.shows(&["given up by layer"]);
}
