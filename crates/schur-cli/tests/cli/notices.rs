//! What layers have to say of themselves reaches the person.

use crate::support::{Lab, TINY};

/// Fields that no kernel reaches are noticed when a network is planned, trained and checked, and
/// a network without such fields has nothing to say.
#[test]
fn fields_that_no_kernel_reaches() {
    let lab = Lab::new();
    let config = TINY
        .replace("group = \"C4\"", "group = \"SO2\"\nactivation = \"norm\"")
        .replace(
            "fields = 2\nkernel = 5\npool = 4",
            "fields = \"2 trivial + E7\"\nkernel = 5",
        )
        .replace(
            "fields = 2\nkernel = 3",
            "fields = \"2 trivial\"\nkernel = 3",
        )
        .replace("epochs = 6", "epochs = 1");
    lab.write("unreached.toml", config);
    let notice = "layer 1 (conv 5x5): no kernel but 0 leads from";
    let of = "1 of the 3 output fields (irrep(E7))";
    let plan = lab.run(&["plan", "unreached.toml"]).success();
    plan.shows(&[&format!("note: {notice}"), of]);
    let json = lab.run(&["plan", "unreached.toml", "--json"]).success();
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert!(json["notices"][0].as_str().unwrap().contains(of), "{json}");
    let train = lab.run(&["train", "unreached.toml", "--out", "run"]);
    let train = train.success();
    let said = format!("{}{}", train.stdout, train.stderr);
    assert!(said.contains(&format!("note      {notice}")), "{said}");
    let check = lab.run(&["check", "run", "--images", "2"]);
    assert!(
        check.stdout.contains(&format!("note: {notice}")),
        "{check:?}"
    );
    let plan = lab.run(&["plan", "tiny.toml"]).success();
    assert!(!plan.stdout.contains("note:"), "{}", plan.stdout);
    let json = lab.run(&["plan", "tiny.toml", "--json"]).success();
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(json["notices"], serde_json::json!([]));
}
