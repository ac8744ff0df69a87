//! Every command that writes, on a disk that is full, nearly full, or read-only: an error, a
//! non-zero exit, and nothing that looks whole.

use crate::support::{Lab, Run};
use crate::tasks::{BODY, U, tiny};

/// What writes below `disk`; `run` is a trained classifier, `mask` a network for masks.
const WRITERS: [&str; 21] = [
    "train tiny.toml --out disk/run",
    "train --resume disk/half",
    "data export disk/digits --max-train 30 --max-test 10",
    "export run --out disk/net.onnx",
    "export run --out disk/net.safetensors",
    "export run --half --out disk/half.onnx",
    "draw basis --group C4 --from trivial --to regular --size 3 --out disk/basis.svg",
    "draw basis --group C4 --from trivial --to regular --size 3 --out disk/basis.png",
    "draw filters run --out disk/filters.svg",
    "draw features run --digit 3 --out disk/features.png",
    "intertwiners --group D4 --from regular --to E --out disk/maps.svg",
    "check run --out disk/plots",
    "plan tiny.toml --picture disk/plan.svg",
    "plan tiny.toml --picture disk/plan.html",
    "train --from run --epochs 1 --out disk/from",
    "compare run --out disk/compared.html",
    "sweep tiny.toml --seeds 0..1 --epochs 1 --out disk/sweep",
    "predict mask digit.png --out disk/masks",
    "predict run digit.png --csv disk/found.csv",
    "lab run weight-sharing --out disk/lab",
    "scaling --out disk/scaling",
];

/// A directory with all that the writers read.
fn lab() -> Lab {
    let lab = Lab::new();
    lab.train("run");
    lab.write("mask.toml", tiny("mask", U));
    lab.run(&["train", "mask.toml", "--epochs", "1", "--out", "mask"])
        .success();
    lab.write("pose.toml", tiny("direction", BODY));
    crate::commands::digit_png(&lab, 28, false, "digit.png");
    std::fs::create_dir(lab.path("disk")).unwrap();
    lab
}

/// Runs the program where `disk` is a file system of 1 MiB that the script `prepare` has made
/// full or read-only. The files that are left on it come behind `LEFT` in the output.
fn mounted(lab: &Lab, prepare: &str, words: &str) -> Run {
    let program = env!("CARGO_BIN_EXE_schur");
    let script = format!(
        "mount -t tmpfs -o size=1m none disk && mkdir disk/half && \
         {{ cp run/config.toml run/*.safetensors disk/half 2>/dev/null; {prepare}; }} && \
         {program} {words}; code=$?; \
         echo LEFT; cd disk; find . -type f -not -name filler -not -path './half/*'; \
         find half -name '.schur*' 2>/dev/null; exit $code"
    );
    let output = crate::support::shell("unshare")
        .args(["-rm", "bash", "-c", &script])
        .current_dir(lab.path("."))
        .output()
        .expect("`unshare`");
    Run::new(&[words], output)
}

/// Takes all but so many KiB.
fn leave(kib: usize) -> String {
    format!("head -c 2000000 /dev/zero >disk/filler 2>/dev/null; truncate -s -{kib}K disk/filler")
}

#[test]
#[ignore = "mounts file systems, which needs `unshare -rm`: run with --ignored"]
fn a_full_disk_is_an_error_of_every_command_that_writes() {
    let lab = lab();
    for words in WRITERS {
        let run = mounted(&lab, &leave(0), words);
        let run = run.refused(&["free space"]);
        let left = run.stdout.split_once("LEFT\n").unwrap().1;
        assert_eq!(left, "", "{words}");
    }
}

#[test]
#[ignore = "mounts file systems, which needs `unshare -rm`: run with --ignored"]
fn a_read_only_disk_is_an_error_of_every_command_that_writes() {
    let lab = lab();
    for words in WRITERS {
        let run = mounted(&lab, "mount -o remount,ro none disk", words);
        let run = run.refused(&["Read-only file system"]);
        let left = run.stdout.split_once("LEFT\n").unwrap().1;
        assert_eq!(left, "", "{words}");
    }
}

/// What is left is what the same command writes where there is room: whole files.
#[test]
#[ignore = "mounts file systems, which needs `unshare -rm`: run with --ignored"]
fn a_disk_that_becomes_full_keeps_whole_files_only() {
    let lab = lab();
    for words in WRITERS {
        // `scaling` takes a minute, and tries its directory before.
        if words.starts_with("scaling") {
            continue;
        }
        let run = mounted(&lab, &leave(8), words);
        let left = run.stdout.split_once("LEFT\n").unwrap().1.to_string();
        assert!(!left.contains(".schur"), "{words}: {left}");
        assert!(!run.stderr.contains("panicked"), "{run:?}");
        match run.code {
            Some(0) => assert_ne!(left, "", "{words}"),
            _ => {
                let run = run.refused(&["writing", "free space"]);
                let all_or_nothing = words.starts_with("data") || words.starts_with("export");
                assert!(!all_or_nothing || left.is_empty(), "{run:?}");
            }
        }
    }
}

/// Where nothing may be mounted: no file may have more than one KiB. The shell limits the size,
/// and ignoring the signal turns the limit into an error of write(), as a full disk is.
#[test]
fn a_file_that_may_not_grow_is_an_error_of_every_command_that_writes() {
    let lab = lab();
    std::fs::create_dir(lab.path("disk/half")).unwrap();
    for name in ["config.toml", "last.safetensors", "best.safetensors"] {
        std::fs::copy(lab.path("run").join(name), lab.path("disk/half").join(name)).unwrap();
    }
    let before = lab.files("disk");
    for words in WRITERS {
        // Its digits are smaller than a KiB.
        if words.starts_with("data") {
            continue;
        }
        let program = env!("CARGO_BIN_EXE_schur");
        let script = format!("trap '' XFSZ; ulimit -f 1; exec {program} {words}");
        let output = crate::support::shell("bash")
            .args(["-c", &script])
            .current_dir(lab.path("."))
            .output()
            .expect("bash");
        Run::new(&[words], output).refused(&["writing", "free space"]);
        let left = lab.files("disk");
        // The history of a run is in several files, the first of which is small.
        match words.contains("--resume") {
            true => assert!(left.iter().all(|name| !name.contains(".schur")), "{left:?}"),
            false => assert_eq!(before, left, "{words}"),
        }
        let _ = std::fs::remove_file(lab.path("disk/half/metrics.csv"));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_result_that_cannot_be_printed_is_an_error_of_every_command_that_prints() {
    let lab = lab();
    for words in [
        "train --show-config",
        "eval run",
        "eval run --json",
        "predict run digit.png",
        "predict run digit.png --json",
        "data export digits --max-train 30 --max-test 10",
        "check run",
        "export run --out net.onnx",
        "models",
        "plan tiny.toml",
        "group C4",
        "group C4 --json",
        "group O --tensor T1 T2",
        "intertwiners --group D4 --from regular --to E",
        "lab list",
        "devices",
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
        let output = lab.command(&words).stdout(full.unwrap()).output().unwrap();
        Run::new(&words, output).refused(&["standard output"]);
    }
}
