//! No line is wider than the terminal, and Ctrl-C says how to go on.

use std::process::Stdio;

use crate::support::{Lab, Run};

/// Every command, in a directory with a run of the tiny network, a second one and a picture.
const COMMANDS: &[&str] = &[
    "--help",
    "train --help",
    "plan --help",
    "group --help",
    "sweep --help",
    "train tiny.toml --out new",
    "train --resume run",
    "train --from run --epochs 1 --out started",
    "eval run",
    "predict run digit.png --rotate-sweep",
    "check run",
    "export run --out run.onnx",
    "models",
    "models --group D8",
    "plan tiny.toml",
    "plan run --time",
    "plan u-net",
    "convert cnn.toml --group C8",
    "group D4",
    "group S4 --restrict D4",
    "group 'C4 x D3'",
    "group SO(3) --band 4 --restrict O",
    "group D8 --kernels 5",
    "draw basis --group C4 --from trivial --to regular --out basis.svg",
    "draw filters run --out filters.svg",
    "draw features run --digit 7 --out square.svg",
    "intertwiners --group D4 --from regular --to E",
    "lab list",
    "lab run laws weight-sharing --out lab",
    "data show colours",
    "data export digits --max-train 20 --max-test 20",
    "devices",
    "compare run other --out compared.html",
    "sweep tiny.toml --groups C1,C2 --seeds 0..2 --dry-run",
    // Refusals.
    "eval nowhere",
    "train --size 20",
    "train --model bench",
    "draw features run --index 999999 --out a.svg",
    "plan nothing",
];

fn words(line: &str) -> Vec<&str> {
    let (plain, quoted) = match line.split_once('\'') {
        Some((before, rest)) => (before, rest.trim_end_matches('\'')),
        None => (line, ""),
    };
    let mut words: Vec<&str> = plain.split_whitespace().collect();
    words.extend((!quoted.is_empty()).then_some(quoted));
    words
}

#[test]
fn no_command_prints_a_line_that_is_wider_than_the_terminal() {
    let lab = Lab::new();
    lab.train("run");
    lab.run(&[
        "train",
        "tiny.toml",
        "--seed",
        "5",
        "--epochs",
        "2",
        "--out",
        "other",
    ])
    .success();
    crate::commands::digit_png(&lab, 28, false, "digit.png");
    crate::own_images::discs(&lab, "colours", 8, 1);
    lab.write("cnn.toml", CNN);
    let mut looked = 0;
    for line in COMMANDS {
        let words = words(line);
        let mut command = lab.command(&words);
        // Nobody says how wide the terminal is.
        command.env_remove("COLUMNS");
        let run = Run::new(&words, command.output().expect("the program starts"));
        assert!(!run.stderr.contains("panicked"), "{run:#?}");
        for text in run.stdout.lines().chain(run.stderr.lines()) {
            assert!(text.chars().count() <= 80, "{line}: {text:?}");
            looked += 1;
        }
    }
    assert!(looked > 500, "{looked} lines");
    // Programs read whole lines.
    let mut command = lab.command(&["train", "--show-config", "--data", &"x".repeat(100)]);
    let run = Run::new(&[], command.env_remove("COLUMNS").output().unwrap()).success();
    assert!(run.stdout.contains(&"x".repeat(100)), "{run:#?}");
}

/// What stands behind the options is broken for the terminal, and not where the source ends its lines.
#[test]
fn paragraphs_of_help_fill_their_lines() {
    let lab = Lab::new();
    let mut looked = 0;
    for command in [
        "train",
        "eval",
        "predict",
        "check",
        "export",
        "plan",
        "sweep",
        "compare",
        "scaling",
        "convert",
        "group",
        "lab run",
        "data show",
        "draw basis",
        "draw features",
    ] {
        for width in [60, 80, 120] {
            let help = [&words(command)[..], &["--help"]].concat();
            let mut command = lab.command(&help);
            let output = command.env("COLUMNS", width.to_string()).output();
            let run = Run::new(&help, output.unwrap()).success();
            let lines: Vec<&str> = run.stdout.lines().collect();
            for pair in lines.windows(2) {
                let [line, next] = [pair[0], pair[1]];
                let flows = |line: &str| !line.is_empty() && !line.starts_with(' ');
                if flows(line) && flows(next) && !line.ends_with(':') {
                    let word = next.split(' ').next().unwrap().chars().count();
                    let room = line.chars().count() + 1 + word;
                    assert!(room > width, "{help:?} at {width}: {line:?}, {next:?}");
                    looked += 1;
                }
            }
        }
    }
    assert!(looked > 50, "{looked} lines");
}

const CNN: &str = r#"
[[layers]]
type = "conv"
channels = 16
kernel = 5
[[layers]]
type = "relu"
[[layers]]
type = "global-average-pool"
[[layers]]
type = "linear"
units = 10
"#;

#[test]
fn a_narrow_terminal_gets_narrow_lines() {
    let lab = Lab::new();
    for line in ["models", "lab list", "plan tiny.toml", "data --help"] {
        let words = words(line);
        let mut command = lab.command(&words);
        let run = Run::new(&words, command.env("COLUMNS", "60").output().unwrap()).success();
        let wide = run.stdout.lines().find(|text| text.chars().count() > 60);
        assert_eq!(wide, None, "{line}");
    }
}

#[test]
fn without_a_command_the_first_line_says_what_happens_and_where_the_commands_are() {
    let lab = Lab::new();
    let mut command = lab.command(&[] as &[&str]);
    let mut child = command.spawn().expect("the program starts");
    // The first line is there before anything is read.
    let mut first = String::new();
    let out = child.stdout.take().expect("piped");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut first).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(
        first,
        "training the default network; `schur --help` lists all commands\n"
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_says_how_the_run_goes_on_and_it_does() {
    let lab = Lab::new();
    let words = ["train", "tiny.toml", "--epochs", "9000", "--out", "run"];
    let mut command = lab.command(&words);
    let child = command.stdout(Stdio::null()).spawn().unwrap();
    // It is written after the checkpoint.
    while !lab.path("run/metrics.csv").exists() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let signal = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(signal.unwrap().success());
    let run = Run::new(&words, child.wait_with_output().unwrap());
    assert_eq!(run.code, Some(130), "{run:#?}");
    let last = run.stderr.lines().last().unwrap();
    assert_eq!(last, "interrupted; go on with: schur train --resume run");
    // An epoch counts as soon as `last.safetensors` holds it, and the tables follow: the signal can
    // fall between the two.
    let rows = lab.text("run/metrics.csv").lines().count() - 1;
    let epochs = (rows + 2).to_string();
    let resumed = lab
        .run(&["train", "--resume", "run", "--epochs", &epochs])
        .success();
    let after = |done: usize| format!("after epoch {done} of {epochs}");
    assert!(
        (rows..=rows + 1).any(|done| resumed.stdout.contains(&after(done))),
        "{rows} rows: {resumed:#?}"
    );
    let trained = lab.text("run/metrics.csv").lines().count() - 1;
    assert_eq!(trained, rows + 2);
}

/// Long values that are not understood fit the terminal too.
#[test]
fn a_command_line_that_is_not_understood_is_refused_in_lines_that_fit() {
    let lab = Lab::new();
    let words = ["models", "--group", "a group that nobody has ever heard of"];
    let mut command = lab.command(&words);
    let output = command.env("COLUMNS", "60").output().unwrap();
    let run = Run::new(&words, output).refused(&["--group"]);
    assert!(run.stderr.lines().count() > 2);
    for line in run.stderr.lines() {
        assert!(line.chars().count() <= 60, "{line}");
    }
}
