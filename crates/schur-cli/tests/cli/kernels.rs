//! Networks of implicit kernels and of differential operators, from the config to the exported
//! file.

use crate::commands::digit_png;
use crate::support::{Lab, TINY};

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn all_commands_know_other_kernels() {
    let lab = Lab::new();
    for (kernels, name) in [
        ("kernels = \"implicit\"", "implicit conv 5x5"),
        ("kernels = \"differences\"\norder = 3", "conv 5x5"),
    ] {
        let config = TINY.replace("epochs = 6", "epochs = 1");
        let config = config.replace("[network]", &format!("[network]\n{kernels}"));
        lab.write("kernels.toml", config);
        lab.run(&["train", "kernels.toml", "--out", "run"])
            .success();
        assert!(lab.text("run/config.toml").contains("kernels = "));
        let plan = lab.run(&["plan", "kernels.toml", "--json"]).success();
        let plan = json(&plan.stdout);
        let layers = plan["layers"].as_array().unwrap();
        let first = &layers[0];
        assert_eq!(first["name"], name);
        assert!(first["products"].as_u64().unwrap() > 0, "{first}");
        lab.run(&["plan", "kernels.toml", "--time"])
            .success()
            .shows(&[name, "of best"]);
        let check = json(&lab.run(&["check", "run", "--json"]).success().stdout);
        assert_eq!(check["passed"], true);
        lab.run(&["eval", "run"]).success();
        digit_png(&lab, 28, false, "digit.png");
        lab.run(&["predict", "run", "digit.png"]).success();
        lab.run(&["draw", "filters", "run", "--out", "filters.svg"])
            .success()
            .shows(&["convolution 1"]);
        lab.run(&["export", "run", "--out", "plain.onnx"]).success();
        std::fs::remove_dir_all(lab.path("run")).unwrap();
    }
    let config = TINY.replace("[network]", "[network]\norder = 3");
    lab.write("kernels.toml", config);
    lab.run(&["train", "kernels.toml", "--out", "run"])
        .refused(&["network.order", "differences"]);
}
