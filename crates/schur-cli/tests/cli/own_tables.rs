//! Tables of numbers and vectors: where they may lie, and which are refused.

use crate::own_targets::made::{COMMAND, Cell, cells, config, json, number, target};
use crate::support::{Lab, Run};

#[test]
fn a_direction_that_is_the_same_everywhere_is_learnt_from_turned_images() {
    let lab = Lab::new();
    lab.write(
        "net.toml",
        config("C4", "4", "").replace("epochs = 30", "epochs = 2"),
    );
    std::fs::create_dir_all(lab.path("cells")).unwrap();
    let mut table = String::from("name;up_X;up_Y\n");
    for index in 0..20 {
        let cell = Cell {
            tip: [0.0, 5.0],
            ..Cell::new(index)
        };
        cell.image()
            .save(lab.path(&format!("cells/{index}.png")))
            .unwrap();
        table += &format!("{index}.png;0,0;1,0\r\n");
    }
    // Elsewhere, with a mark, semicolons and decimal commas.
    lab.write("poses.csv", [b"\xEF\xBB\xBF", table.as_bytes()].concat());
    let with =
        |words: &[&str]| lab.run(&[&COMMAND[..], &["--targets", "poses.csv"], words].concat());
    with(&[]).refused(&[
        "`up` is the same vector [0.0, 1.0]",
        "--rotated or --augment",
    ]);
    with(&["--rotated"])
        .success()
        .shows(&["1 vector (up)", "rotated, each by one angle"]);
    let text = lab.text("run/config.toml");
    assert!(text.contains("poses.csv\""), "{text}");
    // The true directions turn with the images.
    let summary = json(&lab.text("run/summary.json"));
    assert!(
        number(&target(&summary, "up")["mean"]["degrees"]) > 40.0,
        "{summary}"
    );
    // The table and the images have moved.
    std::fs::rename(lab.path("cells"), lab.path("moved")).unwrap();
    std::fs::rename(lab.path("poses.csv"), lab.path("moved/targets.csv")).unwrap();
    lab.run(&["eval", "run"]).refused(&["--data says where"]);
    let eval = lab
        .run(&["eval", "run", "--data", "moved", "--json"])
        .success()
        .stdout;
    assert_eq!(json(&eval)["test"], summary["test"]);
    lab.run(&["train", "--resume", "run", "--data", "moved"])
        .success();
}

#[test]
fn a_table_chooses_the_network_and_other_images_are_tested_on() {
    let lab = Lab::new();
    cells(&lab, "cells", 24);
    for part in ["train", "test"] {
        std::fs::create_dir_all(lab.path(&format!("parts/{part}"))).unwrap();
    }
    let mut table = String::from("where\tradius\n");
    for index in 0..24 {
        let part = if index % 3 == 0 { "test" } else { "train" };
        let name = format!("{part}/{index}.png");
        Cell::new(index)
            .image()
            .save(lab.path(&format!("parts/{name}")))
            .unwrap();
        table += &format!("./{name}\t{}\n", Cell::new(index).radius);
    }
    lab.write("parts/targets.csv", table);
    lab.run(&[
        "train", "--data", "parts", "--params", "3000", "--size", "28", "--epochs", "1", "--out",
        "run",
    ])
    .success()
    .shows(&[
        "1 number (radius) of",
        "folders `train`, `test`; validation taken at random",
        "14 for training (as they are), 2 for validation, 8 for test",
    ]);
    let config = lab.text("run/config.toml");
    assert!(config.contains("output = \"values\""), "{config}");
    // Columns are found by their names, without what was trained on.
    let eval = lab.run(&["eval", "run", "--data", "cells"]).success();
    let only: String = lab
        .text("cells/targets.csv")
        .lines()
        .map(|line| line.split(',').take(2).collect::<Vec<_>>().join(",") + "\n")
        .collect();
    lab.write("only.csv", only);
    let only = lab
        .run(&["eval", "run", "--data", "cells", "--targets", "only.csv"])
        .success()
        .shows(&[
            "left out: 16 that the network was trained or validated on",
            "radius  number",
        ]);
    assert_eq!(eval.stdout, only.stdout);
    lab.write("other.csv", lab.text("only.csv").replace("radius", "size"));
    lab.run(&["eval", "run", "--data", "cells", "--targets", "other.csv"])
        .refused(&[
            "no column `radius`",
            "was trained for radius",
            "there are size",
        ]);
}

#[test]
fn tables_that_make_no_sense_are_refused_with_the_place() {
    let lab = Lab::new();
    lab.write("net.toml", config("C4", "2", ""));
    cells(&lab, "cells", 12);
    let good = lab.text("cells/targets.csv");
    let train = |table: &[u8]| -> Run {
        lab.write("cells/targets.csv", table);
        let run = lab.run(&["train", "net.toml", "--data", "cells", "--out", "bad"]);
        assert!(!lab.path("bad").exists());
        run
    };
    let line = |number: usize| good.lines().nth(number - 1).unwrap();
    let changed = |number: usize, with: &str| good.replace(line(number), with);
    let cases: [(String, &[&str]); 22] = [
        (changed(4, ""), &["cells/02.png", "has no row for it"]),
        (
            format!("{good}99.png,1,2,3\n"),
            &["line 14", "no file `99.png`", "endings"],
        ),
        (
            format!("{good}../net.toml,1,2,3\n"),
            &["line 14", "relative"],
        ),
        (
            format!("{good}./02.png,1,2,3\n"),
            &["line 14", "`./02.png` has a row in line 4 too"],
        ),
        (
            changed(4, "02.png,,1,2"),
            &["line 4, column `radius`", "is empty"],
        ),
        (
            changed(4, "02.png,1,NaN,2"),
            &["line 4, column `tip_x`", "`NaN` is no finite number"],
        ),
        (
            changed(4, "02.png,1,2,-inf"),
            &["line 4, column `tip_y`", "no finite number"],
        ),
        (
            changed(4, "02.png,1e999,2,1"),
            &["line 4, column `radius`", "too large"],
        ),
        (
            changed(4, "02.png,small,2,1"),
            &["line 4, column `radius`", "`small` is no number"],
        ),
        (
            changed(4, "02.png,\"1,5\",2,1"),
            &["line 4, column `radius`", "decimal point", "semicolons"],
        ),
        (
            changed(4, "02.png,1,5,2,1"),
            &["line 4", "5 cells, but there are 4 columns"],
        ),
        (
            changed(1, "file,radius,tip_x,tip"),
            &["first line", "no column `tip_y`", "tip_x and tip_y"],
        ),
        (
            changed(1, "file,radius,tip_x,tip_x"),
            &["two columns `tip_x`"],
        ),
        (
            changed(1, "file,radius,tip_y,tip_z"),
            &["`tip_z`", "x and y alone"],
        ),
        (
            changed(1, "file,tip,tip_x,tip_y"),
            &["two are called `tip`"],
        ),
        (
            changed(1, "file,radius,,tip_y"),
            &["line 1", "column 3 has no name"],
        ),
        (
            good.lines().skip(1).map(|l| format!("{l}\n")).collect(),
            &["line 1", "is no name of a column"],
        ),
        (line(1).to_string(), &["1 line; "]),
        (String::new(), &["0 lines"]),
        (
            good.lines()
                .map(|l| format!("{}\n", l.split(',').next().unwrap()))
                .collect(),
            &["one column"],
        ),
        (
            good.lines()
                .enumerate()
                .map(|(i, l)| match i {
                    0 => format!("{l}\n"),
                    _ => format!("{},7,1,{i}\n", l.split(',').next().unwrap()),
                })
                .collect(),
            &["`radius` has the one value 7 in all training images"],
        ),
        (
            changed(4, "02.png,1.5,2,1")
                .replace(',', ";")
                .replacen("1.5;", "1,5;", 1),
            &["decimal comma", "decimal point"],
        ),
    ];
    for (table, parts) in cases {
        train(table.as_bytes()).refused(parts);
    }
    // Whatever ends a line, it has one number.
    for end in ["\r\n", "\r"] {
        let table = changed(4, "02.png,small,2,1").replace('\n', end);
        train(table.as_bytes()).refused(&["line 4, column `radius`", "`small` is no number"]);
    }
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    train(&[b"\xFF\xFE", &utf16[..]].concat()).refused(&["no text in UTF-8"]);
    train(
        &good
            .replace("radius", "gr\u{f6}\u{df}e")
            .chars()
            .map(|c| c as u8)
            .collect::<Vec<u8>>(),
    )
    .refused(&["line 1", "no text in UTF-8"]);
    // Names that look like a vector, and are none; a table in capital letters.
    lab.write("cells/targets.csv", changed(1, "file,radius,tip.x,tip.y"));
    lab.run(&["data", "show", "cells"]).success().shows(&[
        "3 numbers",
        "`tip.x` and `tip.y` stay",
        "call them `NAME_x`",
    ]);
    std::fs::remove_file(lab.path("cells/targets.csv")).unwrap();
    lab.write("cells/Targets.CSV", &good);
    lab.run(&["data", "show", "cells"])
        .success()
        .shows(&["1 number (radius) and 1 vector (tip)"]);
    std::fs::remove_file(lab.path("cells/Targets.CSV")).unwrap();
    lab.run(&COMMAND)
        .refused(&["cells/targets.csv", "no such table", "--targets"]);
    lab.run(&[&COMMAND[..], &["--targets", "none.csv"]].concat())
        .refused(&["none.csv", "no such table"]);
    // What has no place: digits, other answers, archives, the sphere.
    lab.run(&["train", "--task", "regression", "--out", "bad"])
        .refused(&["--data DIR"]);
    lab.write("cells/targets.csv", &good);
    lab.run(&["train", "--task", "pose", "--data", "cells", "--out", "bad"])
        .refused(&["a table of directions with --task regression"]);
    lab.run(&[
        "train",
        "tiny.toml",
        "--data",
        "cells",
        "--targets",
        "cells/targets.csv",
        "--out",
        "bad",
    ])
    .refused(&["data.targets", "--task regression"]);
    lab.run(&[
        "train",
        "tiny.toml",
        "--task",
        "regression",
        "--data",
        "cells",
        "--out",
        "bad",
    ])
    .refused(&["network.output to \"values\""]);
    lab.write("cells.npz", "");
    lab.run(&[
        "train",
        "--task",
        "regression",
        "--data",
        "cells.npz",
        "--out",
        "bad",
    ])
    .refused(&["an archive has classes"]);
    lab.run(&[
        "train",
        "--task",
        "regression",
        "--model",
        "u-net",
        "--data",
        "cells",
        "--out",
        "bad",
    ])
    .refused(&["network.output"]);
    assert!(!lab.path("bad").exists());
}
