//! Representations as texts, at every entrance of the program.

use serde_json::Value;

use crate::support::Lab;

/// Field types of configs, `draw basis` and `intertwiners` read the same texts.
#[test]
fn one_grammar_at_every_entrance() {
    let lab = Lab::new();
    for (text, dim) in [
        ("regular+2 E1", 12),
        ("regular + 2E1", 12),
        ("2(A1+E1) + A2", 7),
        ("induced(C4, A+E1)", 6),
        ("spectral(1)", 6),
        ("tensor(E1,E1) + defining", 6),
        ("restricted(O(2), irrep(E1)+A2)", 3),
        ("irrep(E1)", 2),
    ] {
        let maps = |group: &str| {
            let words = ["--from", text, "--to", "trivial", "--json"];
            let run = lab.run(&[&["intertwiners", "--group", group][..], &words].concat());
            serde_json::from_str::<Value>(&run.success().stdout).unwrap()
        };
        assert_eq!(maps("D4")["from"]["dimension"], dim, "{text}");
        let words = [
            "--group",
            "D4",
            "--from",
            text,
            "--to",
            text,
            "--out",
            "basis.svg",
        ];
        lab.run(&[&["draw", "basis", "--size", "3"][..], &words].concat())
            .success();
        lab.write(
            "fields.toml",
            format!(
                "[network]\ngroup = 'D4'\nclasses = 2\nactivation = 'norm'\n\
                 [[network.blocks]]\nfields = '{text}'\nkernel = 3\n"
            ),
        );
        lab.run(&["plan", "fields.toml"]).success();
    }
}
