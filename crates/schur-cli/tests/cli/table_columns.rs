//! Columns of tables: numbers that are wrong, another order, more columns than are wanted.

use crate::own_targets::made::{COMMAND, Cell, cells, config, json, number, target};
use crate::support::Lab;

/// Cells in the folders of their parts, of which the table is given back by lines.
fn parts(lab: &Lab) -> Vec<String> {
    let mut lines = vec!["file,radius,tip_x,tip_y".to_string()];
    for (part, first, count) in [("train", 0, 24), ("validation", 24, 8), ("test", 32, 8)] {
        std::fs::create_dir_all(lab.path(&format!("cells/{part}"))).unwrap();
        for index in first..first + count {
            let (cell, name) = (Cell::new(index), format!("{part}/{index:02}.png"));
            let path = lab.path(&format!("cells/{name}"));
            cell.image().save(path).unwrap();
            let [x, y] = cell.tip;
            lines.push(format!("{name},{},{x},{y}", cell.radius));
        }
    }
    lab.write("cells/targets.csv", lines.join("\n"));
    lines
}

#[test]
fn values_that_lie_far_out_are_named_with_their_lines() {
    let lab = Lab::new();
    let short = config("C4", "2", "").replace("epochs = 30", "epochs = 1");
    lab.write("net.toml", short);
    let lines = parts(&lab);
    let clean = lab.run(&["data", "show", "cells"]).success().shows(&[
        "column  kind    part",
        "radius  number  training",
        "validation",
        "tip_x   vector  training",
    ]);
    assert!(!clean.stdout.contains("far out"), "{clean:?}");
    // Line 28 is the third for validation, line 36 the third for testing.
    for (at, part, file) in [(28, "validation", "26.png"), (36, "test", "34.png")] {
        let with = |radius: &str| {
            let mut lines = lines.clone();
            let cells: Vec<&str> = lines[at - 1].split(',').collect();
            lines[at - 1] = [cells[0], radius, cells[2], cells[3]].join(",");
            lab.write("cells/targets.csv", lines.join("\n"));
        };
        let place = format!("targets.csv, line {at}: `radius` of ");
        let of = format!("{part}/{file} ({part}) is ");
        with("1e30");
        lab.run(&["data", "show", "cells"]).success().shows(&[
            "1.0000e30",
            "far out   ",
            &place,
            &format!("{of}1.0000e30"),
        ]);
        let shown = lab.run(&["data", "show", "cells", "--json"]).success();
        let shown = json(&shown.stdout);
        assert_eq!(shown["far_out"].as_array().unwrap().len(), 1, "{shown}");
        assert_eq!(shown["far_out"][0]["line"], at);
        assert_eq!(shown["targets"][0][part]["max"], 1e30);
        let run =
            lab.run(&COMMAND)
                .refused(&[&place, &of, "no number in 32 bits", "correct the cell"]);
        assert!(!run.stderr.contains("learning rate"), "{run:?}");
        assert!(!lab.path("run").exists());
        // What can be computed is said, and trained on.
        with("1000");
        lab.run(&COMMAND)
            .success()
            .shows(&["note      ", &place, &format!("{of}1000.0")]);
        std::fs::remove_dir_all(lab.path("run")).unwrap();
    }
}

#[test]
fn a_run_finds_columns_by_their_names_and_learns_those_that_are_asked_for() {
    let lab = Lab::new();
    let short = config("C4", "2", "").replace("epochs = 30", "epochs = 2");
    lab.write("net.toml", short);
    cells(&lab, "cells", 30);
    let table = lab.text("cells/targets.csv");
    let reordered: String = table
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            [cells[0], cells[3], "note", cells[1], cells[2]].join(",") + "\n"
        })
        .collect();
    lab.run(&COMMAND).success();
    let test =
        |run: &str| json(&lab.run(&["eval", run, "--json"]).success().stdout)["test"].clone();
    let before = test("run");
    lab.write("cells/targets.csv", &reordered);
    assert_eq!(test("run"), before);
    lab.run(&["train", "--resume", "run", "--epochs", "3"])
        .success()
        .shows(&["after epoch 2 of 3"]);
    lab.write("cells/targets.csv", reordered.replace("radius", "size"));
    lab.run(&["eval", "run"])
        .refused(&["no column `radius`", "tip_y, note, size, tip_x"]);

    // A choice, of a table that has texts too.
    lab.write("cells/targets.csv", &reordered);
    lab.run(&COMMAND).refused(&["there is a run in it"]);
    let choose = |columns: &str, out: &str| {
        let words = [
            "train",
            "net.toml",
            "--data",
            "cells",
            "--columns",
            columns,
            "--out",
            out,
        ];
        lab.run(&words)
    };
    choose("size,radius", "bad")
        .refused(&["no column `size`; choose of tip_y, note, radius, tip_x"]);
    choose("tip_x", "bad").refused(&["no column `tip_y`", "tip_x and tip_y are together a vector"]);
    choose("note", "bad").refused(&["line 2, column `note`", "is no number"]);
    assert!(!lab.path("bad").exists());
    choose("tip", "tips")
        .success()
        .shows(&["1 vector (tip) of"]);
    choose("tip_x,tip_y", "same").success();
    assert_eq!(lab.read("tips/metrics.csv"), lab.read("same/metrics.csv"));
    let kept = lab.text("tips/config.toml");
    assert!(
        !kept.contains("columns") && kept.contains("vectors = [\"tip\"]"),
        "{kept}"
    );
    let measured = test("tips");
    assert_eq!(measured["targets"].as_array().unwrap().len(), 1);
    assert!(number(&target(&serde_json::json!({ "test": measured }), "tip")["rmse"]) > 0.0);
    // Another choice of a network that is started from; one and the other is refused.
    lab.run(&[
        "train",
        "--from",
        "run",
        "--columns",
        "radius",
        "--epochs",
        "1",
        "--out",
        "next",
    ])
    .success()
    .shows(&["1 number (radius) of", "with first values: "]);
    lab.write(
        "twice.toml",
        kept.replace("[data]", "[data]\ncolumns = [\"tip\"]"),
    );
    lab.run(&["train", "twice.toml", "--out", "bad"])
        .refused(&["data.columns", "name the columns already"]);
    lab.run(&["data", "show", "cells", "--columns", "radius"])
        .success()
        .shows(&["1 number (radius) of"]);
    lab.run(&["data", "show", "cells"])
        .refused(&["column `note`"]);
    std::fs::create_dir_all(lab.path("none/a")).unwrap();
    lab.run(&["data", "show", "none", "--columns", "tip"])
        .refused(&["there is no such table", "--targets"]);
    lab.run(&["train", "tiny.toml", "--columns", "tip"])
        .refused(&["data.columns", "--task regression", "--columns"]);
}

/// `sweep` trains on all that `train` does.
#[test]
fn a_sweep_takes_the_data_of_train() {
    let lab = Lab::new();
    let short = config("C4", "2", "").replace("epochs = 30", "epochs = 1");
    lab.write("net.toml", short);
    cells(&lab, "cells", 20);
    let words = [
        "sweep",
        "net.toml",
        "--data",
        "cells",
        "--columns",
        "tip",
        "--groups",
        "C1,C4",
        "--seeds",
        "0,1",
        "--out",
        "all",
    ];
    lab.run(&words).success().shows(&[
        "1 vector (tip) of",
        "run 4 of 4",
        "% of the variance that is not explained",
    ]);
    assert!(
        lab.text("all/C1-seed1/config.toml")
            .contains("vectors = [\"tip\"]")
    );
    lab.run(&[&words[..], &["--dry-run"]].concat())
        .success()
        .shows(&["0 of 4 runs are left"]);
    lab.run(&[&words[..], &["--size", "8"]].concat())
        .refused(&["data.size: not set there, 8 here"]);
    // Without a config file or a task the table decides.
    lab.run(&[
        "sweep", "--data", "cells", "--size", "28", "--params", "2000", "--epochs", "1", "--seeds",
        "0", "--out", "default",
    ])
    .success()
    .shows(&["1 number (radius) and 1 vector (tip)"]);
}

/// Of values that are all equal there is one.
#[test]
fn columns_of_equal_values_show_one() {
    let lab = Lab::new();
    let lines = parts(&lab);
    let flat = lines.iter().skip(1).enumerate().map(|(i, line)| {
        let cells: Vec<&str> = line.split(',').collect();
        format!("{},{},{},0\n", cells[0], cells[1], 1 + i % 2)
    });
    let table = lines[0].clone() + "\n" + &flat.collect::<String>();
    lab.write("cells/targets.csv", table);
    let shown = lab.run(&["data", "show", "cells"]).success().stdout;
    let (_, table) = shown.split_once("column  ").expect("a table");
    let rows: Vec<Vec<&str>> = table
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(rows[0], ["kind", "part", "min", "mean", "deviation", "max"]);
    let lengths: Vec<usize> = rows.iter().skip(1).map(Vec::len).collect();
    assert_eq!(lengths, [7, 5, 5, 7, 5, 5, 4, 2, 2], "{shown}");
    assert_eq!(rows[7], ["tip_y", "vector", "training", "0"]);
    // Below the mean, with which the line ends.
    let lines: Vec<&str> = table.lines().collect();
    let end = lines[0].find("mean").unwrap() + "column  mean".len();
    assert_eq!(lines[7].len(), end, "{shown}");
}
