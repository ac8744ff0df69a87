//! `schur draw`.

use crate::support::Lab;
use crate::tolerance;

fn tiles(svg: &str) -> usize {
    svg.matches("<image ").count()
}

#[test]
fn bases_are_drawn_tile_by_tile() {
    let lab = Lab::new();
    let words = [
        "draw", "basis", "--group", "C4", "--from", "trivial", "--to", "regular", "--size", "3",
    ];
    // Nine filters and their four copies.
    lab.run(&[&words[..], &["--lattice", "--out", "a.svg"]].concat())
        .success()
        .shows(&["9 elements", "9 drawn in a.svg"]);
    assert_eq!(tiles(&lab.text("a.svg")), 9 * 4);
    lab.run(&[&words[..], &["--lattice", "--max", "2", "--out", "b.svg"]].concat())
        .success()
        .shows(&["9 elements", "2 drawn"]);
    assert_eq!(tiles(&lab.text("b.svg")), 2 * 4);
    // The same picture is the same file.
    lab.run(&[&words[..], &["--lattice", "--out", "c.svg"]].concat())
        .success();
    assert_eq!(lab.read("a.svg"), lab.read("c.svg"));

    // From scalars to E2 of SO(2) there is nothing but frequency 2.
    let steerable = [
        "draw", "basis", "--group", "SO(2)", "--from", "trivial", "--to", "E2", "--size", "7",
    ];
    for extra in [&[][..], &["--smooth"]] {
        let words = [&steerable[..], extra, &["--out", "d.svg"]].concat();
        lab.run(&words).success();
        let svg = lab.text("d.svg");
        assert!(svg.contains("μ = 2") && !svg.contains("μ = 1"), "{svg}");
    }
}

#[test]
fn a_png_has_the_colours_of_both_signs() {
    let lab = Lab::new();
    let words = [
        "draw",
        "basis",
        "--group",
        "D1",
        "--from",
        "trivial",
        "--to",
        "A2",
        "--size",
        "3",
        "--lattice",
        "--out",
        "odd.png",
    ];
    lab.run(&words).success().shows(&["3 elements"]);
    let picture = image::load_from_memory(&lab.read("odd.png"))
        .unwrap()
        .to_rgb8();
    // An antisymmetric kernel has as many positive as negative pixels.
    let count = |colour| picture.pixels().filter(|p| p.0 == colour).count();
    let (positive, negative) = (count([5, 48, 97]), count([103, 0, 31]));
    assert!(
        positive > 0 && positive == negative,
        "{positive} {negative}"
    );
}

#[test]
fn filters_and_features_of_a_run_are_drawn() {
    let lab = Lab::new();
    lab.train("run");
    lab.run(&["draw", "filters", "run", "--out", "f.svg"])
        .success()
        .shows(&["convolution 1", "2 of 2 pairs"]);
    assert_eq!(tiles(&lab.text("f.svg")), 2 * 4);
    lab.run(&[
        "draw", "filters", "run", "--conv", "2", "--max", "3", "--out", "g.svg",
    ])
    .success()
    .shows(&["3 of 4 pairs"]);
    assert_eq!(tiles(&lab.text("g.svg")), 3 * 16);

    for element in ["r", "r^2", "r^3"] {
        let words = [
            "draw",
            "features",
            "run",
            "--digit",
            "3",
            "--layer",
            "3",
            "--element",
            element,
            "--fields",
            "1",
            "--out",
            "s.svg",
        ];
        let run = lab.run(&words).success();
        assert!(run.stdout.contains("a 3: "), "{}", run.stdout);
        // Two images, and four rows of one field.
        assert_eq!(tiles(&lab.text("s.svg")), 2 + 4 * 4);
        let number = run
            .stdout
            .split("‖ = ")
            .nth(1)
            .and_then(|s| s.split(' ').next());
        let defect: f64 = number.and_then(|s| s.parse().ok()).unwrap();
        assert!(defect < tolerance::DRAWN_DEFECT, "{}", run.stdout);
    }
}

#[test]
fn what_cannot_be_drawn_is_named() {
    let lab = Lab::new();
    let basis =
        |words: &[&str]| lab.run(&[&["draw", "basis", "--from", "trivial"], words].concat());
    basis(&["--group", "C4", "--to", "regular", "--out", "a.gif"])
        .refused(&["a.gif", "use .svg or .png"]);
    basis(&[
        "--group", "C4", "--to", "regular", "--out", "a.svg", "--max", "0",
    ])
    .refused(&["--max", "at least 1"]);
    basis(&["--group", "C4", "--to", "nothing", "--out", "a.svg"]).refused(&["nothing"]);
    // No kernel of one pixel turns a number into a vector.
    basis(&[
        "--group",
        "C4",
        "--to",
        "E1",
        "--size",
        "1",
        "--lattice",
        "--out",
        "a.svg",
    ])
    .refused(&["no kernel but zero"]);
    lab.run(&["draw", "filters", "nowhere", "--out", "a.svg"])
        .refused(&["nowhere", "no run directory"]);
    lab.train("run");
    lab.run(&["draw", "filters", "run", "--conv", "9", "--out", "a.svg"])
        .refused(&["--conv", "1 to 3"]);
    let features =
        |words: &[&str]| lab.run(&[&["draw", "features", "run", "--out", "a.svg"], words].concat());
    features(&["--index", "999999"]).refused(&["--index", "0 to 4999"]);
    features(&["--digit", "12"]).refused(&["--digit", "12 is none", "0 to 9"]);
    features(&["--digit", "1", "--index", "1"]).refused(&["--index", "cannot be used"]);
    features(&["--digit", "0", "--layer", "99"]).refused(&["--layer", "1 to 8"]);
    features(&["--digit", "0", "--element", "s"]).refused(&["`s`", "r^2"]);
    features(&["--digit", "0", "--fields", "0"]).refused(&["--fields"]);
    features(&["no.png"]).refused(&["no.png"]);
    assert!(!lab.path("a.svg").exists());
}

/// The colours at the ends of the key of a picture.
fn key(svg: &str) -> (String, String) {
    let (_, key) = svg
        .split_once("<linearGradient id=\"scale\">")
        .expect("a key");
    let colour = |offset: &str| {
        let (_, rest) = key
            .split_once(&format!("offset=\"{offset}%\" stop-color=\""))
            .unwrap();
        rest.split('"').next().unwrap().to_string()
    };
    (colour("0"), colour("100"))
}

#[test]
fn all_pictures_have_a_key_and_blue_is_positive() {
    let lab = Lab::new();
    lab.train("run");
    for line in [
        "draw basis --group C4 --from trivial --to regular --out p.svg",
        "draw filters run --out p.svg",
        "draw features run --digit 7 --out p.svg",
        "intertwiners --group D4 --from regular --to E --out p.svg",
    ] {
        let words: Vec<&str> = line.split_whitespace().collect();
        lab.run(&words).success();
        let (negative, positive) = key(&lab.text("p.svg"));
        assert_eq!(
            (negative.as_str(), positive.as_str()),
            ("#67001f", "#053061"),
            "{line}"
        );
    }
    // A map with known signs: from the regular representation of C2 to its sign.
    let words = "intertwiners --group C2 --from regular --to B --out q.svg";
    let words: Vec<&str> = words.split_whitespace().collect();
    lab.run(&words).success();
    let svg = lab.text("q.svg");
    let fill = |entry: &str| {
        let line = svg
            .lines()
            .find(|line| line.contains(entry))
            .expect("a cell");
        let (_, rest) = line.split_once("fill=\"").unwrap();
        rest.split('"').next().unwrap().to_string()
    };
    let values = ["M1[1, 1] = ", "M1[1, 2] = "].map(|entry| {
        let line = svg.lines().find(|line| line.contains(entry)).unwrap();
        let (_, rest) = line.split_once(entry).unwrap();
        let value: f64 = rest.split('<').next().unwrap().parse().unwrap();
        (value > 0.0, fill(entry))
    });
    for (positive, colour) in values {
        assert_eq!(colour, if positive { "#053061" } else { "#67001f" });
    }
}

/// Words of one line with where they begin and end, by about the width of their letters.
fn lines(svg: &str) -> Vec<(String, Vec<(f64, f64)>)> {
    let mut lines: Vec<(String, Vec<(f64, f64)>)> = Vec::new();
    for line in svg
        .lines()
        .filter(|line| line.starts_with("<text") && line.contains("small"))
    {
        let value = |name: &str| {
            let (_, rest) = line.split_once(&format!("{name}=\"")).unwrap();
            rest.split('"').next().unwrap().to_string()
        };
        let (_, text) = line.split_once('>').unwrap();
        let wide = 6.0 * text.trim_end_matches("</text>").chars().count() as f64;
        let x: f64 = value("x").parse().unwrap();
        let begin = match value("text-anchor").as_str() {
            "start" => x,
            "middle" => x - 0.5 * wide,
            _ => x - wide,
        };
        let y = value(" y");
        match lines.iter_mut().find(|(of, _)| *of == y) {
            Some((_, words)) => words.push((begin, begin + wide)),
            None => lines.push((y, vec![(begin, begin + wide)])),
        }
    }
    lines
}

#[test]
fn words_of_pictures_do_not_run_into_each_other() {
    let lab = Lab::new();
    lab.train("run");
    for line in [
        "draw basis --group C4 --from trivial --to regular --size 3 --lattice --out p.svg",
        "draw filters run --conv 2 --max 5 --out p.svg",
        "draw filters run --conv 3 --max 5 --out p.svg",
    ] {
        let words: Vec<&str> = line.split_whitespace().collect();
        lab.run(&words).success();
        let mut pairs = 0;
        for (_, mut words) in lines(&lab.text("p.svg")) {
            words.sort_by(|a, b| a.0.total_cmp(&b.0));
            for pair in words.windows(2) {
                assert!(pair[0].1 < pair[1].0, "{line}: {words:?}");
                pairs += 1;
            }
        }
        assert!(pairs > 1, "{line}");
    }
}

/// Pictures of the book are what the commands beside them draw; the colours of smooth tiles may differ
/// by the last bit of a sine.
#[test]
fn pictures_of_the_book_are_what_its_commands_draw() {
    let lab = Lab::new();
    let book = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/book/src");
    for (chapter, command, picture) in [
        (
            "group-cnns.md",
            "draw basis --group C4 --from trivial --to regular --size 3 --lattice --out lifting.svg",
            "lifting-c4.svg",
        ),
        (
            "steerable.md",
            "draw basis --group 'SO(2)' --from trivial --to E2 --size 9 --smooth --out so2-e2.svg",
            "so2-e2.svg",
        ),
        (
            "surfaces.md",
            "draw mesh icosphere --rings 3 --out mesh.svg",
            "mesh.svg",
        ),
    ] {
        let text = std::fs::read_to_string(book.join(chapter)).unwrap();
        assert!(text.contains(&format!("schur {command}")), "{chapter}");
        let words: Vec<&str> = command
            .split(' ')
            .map(|word| word.trim_matches('\''))
            .collect();
        lab.run(&words).success();
        let drawn = lab.text(words[words.len() - 1]);
        let kept = std::fs::read_to_string(book.join("images").join(picture)).unwrap();
        let without_tiles = |svg: &str| -> String {
            let parts = svg
                .split("href=\"")
                .map(|part| match part.starts_with("data:") {
                    true => part.split_once('"').map_or("", |(_, rest)| rest),
                    false => part,
                });
            parts.collect()
        };
        assert_eq!(without_tiles(&drawn), without_tiles(&kept), "{picture}");
    }
}

/// Meshes by name and from files, with every vertex in the middle; what can't be drawn is refused.
#[test]
fn meshes_are_drawn() {
    let lab = Lab::new();
    let off = "OFF\n4 4 0\n0 0 0\n1 0 0\n0 1 0\n0 0 1\n3 0 2 1\n3 0 1 3\n3 1 2 3\n3 2 0 3\n";
    lab.write("own.off", off);
    for mesh in ["icosphere", "torus", "cube", "plane", "moebius", "own.off"] {
        lab.run(&[
            "draw",
            "mesh",
            mesh,
            "--random",
            "3",
            "--frequency",
            "1",
            "--out",
            "m.svg",
        ])
        .success();
        let svg = lab.text("m.svg");
        assert!(
            svg.contains("<circle") && svg.contains("<polygon"),
            "{mesh}"
        );
        assert!(!svg.contains("NaN"), "{mesh}");
    }
    for (line, says) in [
        ("draw mesh bunny --out m.svg", "no mesh `bunny`"),
        ("draw mesh none.off --out m.svg", "none.off"),
        ("draw mesh torus --out m.png", "use .svg"),
        (
            "draw mesh torus --vertex 999 --out m.svg",
            "has 288 vertices",
        ),
        ("draw mesh torus --rings 99 --out m.svg", "--rings 99"),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        lab.run(&words).refused(&[says]);
    }
}

#[test]
fn turns_of_a_continuous_group_are_named_as_they_are_printed() {
    let lab = Lab::new();
    let words = "train --group SO2 --params 2000 --max-train 32 --max-test 16 --epochs 1 --out run";
    let words: Vec<&str> = words.split(' ').collect();
    lab.run(&words).success();
    let check = lab.run(&["check", "run", "--images", "2"]);
    assert!(check.stdout.contains("r(315°)"), "{check:#?}");
    for element in ["r(315°)", "r(315)", "r(-45)"] {
        let draw = ["draw", "features", "run", "--digit", "7", "--out", "f.svg"];
        lab.run(&[&draw[..], &["--element", element]].concat())
            .success()
            .shows(&["g = r(315°)"]);
    }
    let draw = ["draw", "features", "run", "--digit", "7", "--out", "f.svg"];
    lab.run(&[&draw[..], &["--element", "s"]].concat())
        .refused(&["`s`", "r(DEGREES)"]);
}
