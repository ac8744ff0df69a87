//! Masks from pictures, and files of one's own around them: links, tables, volumes that differ.

use image::{GrayImage, Luma, RgbImage};

use crate::own_masks::shapes;
use crate::own_targets::made::{cells, config};
use crate::support::Lab;
use crate::tasks::{U, tiny};
use crate::volumes::made::{SOLID, npy, solids};

/// A network of masks of three classes that has seen `shapes` once.
fn mask_run(lab: &Lab) {
    let config = tiny("mask", U).replace("epochs = 6\nbatch = 16", "epochs = 1\nbatch = 8");
    lab.write("mask.toml", config);
    shapes(lab, "cells", 16, [1, 2]);
    lab.run(&["train", "mask.toml", "--data", "cells", "--out", "run"])
        .success();
}

#[test]
fn predicted_masks_replace_no_file_but_earlier_ones() {
    let lab = Lab::new();
    mask_run(&lab);
    std::fs::create_dir(lab.path("mine")).unwrap();
    for name in ["a", "a-mask"] {
        let from = lab.path("cells/images/00.png");
        std::fs::copy(from, lab.path(&format!("mine/{name}.png"))).unwrap();
    }
    let picture = lab.read("mine/a-mask.png");
    for what in ["mine", "mine/a.png"] {
        lab.run(&["predict", "run", what]).refused(&[
            "mine/a-mask.png",
            "none that `schur predict` has written",
            "--out DIR",
        ]);
        assert!(
            lab.read("mine/a-mask.png") == picture && !lab.path("mine/a-mask-mask.png").exists()
        );
    }
    // Both are pictures; what is written is known again, and replaced.
    for _ in 0..2 {
        let run = lab
            .run(&["predict", "run", "mine", "--out", "out"])
            .success();
        assert!(run.stderr.is_empty(), "{run:#?}");
        run.shows(&["a.png: ", "a-mask.png: "]);
    }
    image::open(lab.path("out/a-mask.png")).unwrap();
    assert!(String::from_utf8_lossy(&lab.read("out/a-mask.png")).contains("Software"));
    std::fs::copy(lab.path("out/a-mask.png"), lab.path("mine/b.png")).unwrap();
    let run = lab
        .run(&["predict", "run", "mine", "--out", "out"])
        .success();
    assert!(
        run.stderr
            .contains("passed over: 1 mask of an earlier prediction"),
        "{run:#?}"
    );
    lab.run(&["predict", "run", "out"]).refused(&[
        "there is no PNG",
        "passed over: 2 masks of an earlier prediction",
    ]);
}

#[test]
fn predicted_masks_have_the_size_of_the_picture() {
    let lab = Lab::new();
    let config = tiny("mask", U).replace("epochs = 6\nbatch = 16", "epochs = 20\nbatch = 4");
    lab.write("mask.toml", config);
    // All is marked, so that masks show where the network looks.
    shapes(&lab, "cells", 16, [1, 2]);
    for i in 0..16 {
        let mask = GrayImage::from_pixel(16, 16, Luma([1]));
        mask.save(lab.path(&format!("cells/masks/{i:02}.png")))
            .unwrap();
    }
    let words = [
        "train",
        "mask.toml",
        "--data",
        "cells",
        "--size",
        "8",
        "--out",
        "run",
    ];
    lab.run(&words).success();
    let wide = GrayImage::from_fn(20, 16, |x, y| Luma([(9 * x + 5 * y) as u8]));
    wide.save(lab.path("wide.png")).unwrap();
    lab.run(&["predict", "run", "wide.png"])
        .success()
        .shows(&["on 256 of 320 pixels", "rows 0 to 15, columns 2 to 17"]);
    let mask = image::open(lab.path("wide-mask.png")).unwrap().to_luma8();
    assert_eq!(mask.dimensions(), (20, 16));
    for (x, _, Luma([value])) in mask.enumerate_pixels() {
        assert_eq!(*value > 0, (2..18).contains(&x), "column {x}");
    }
    // In the disc alone: a mask of all pixels is all of it at every angle.
    let sweep = lab.run(&["predict", "run", "wide.png", "--rotate-sweep"]);
    let sweep = sweep.success().stdout;
    assert_eq!(sweep.matches("100.00 %").count(), 24, "{sweep}");
}

#[test]
fn masks_are_read_as_they_are_stored() {
    let lab = Lab::new();
    mask_run(&lab);
    // Of the same numbers as indices of a palette, and as grey values of 2 bits.
    for (name, kind) in [("palette", 3), ("bits", 0)] {
        shapes(&lab, name, 16, [1, 2]);
        for i in 0..16 {
            let path = format!("{name}/masks/{i:02}.png");
            let mask = image::open(lab.path(&path)).unwrap().to_luma8();
            lab.write(&path, two_bits(&mask, kind));
        }
        let words = ["train", "mask.toml", "--data", name, "--out"];
        lab.run(&[&words[..], &[&format!("{name}-run")]].concat())
            .success()
            .shows(&["3 classes of"]);
        let metrics = lab.text(&format!("{name}-run/metrics.csv"));
        assert_eq!(metrics, lab.text("run/metrics.csv"), "{name}");
    }
    let coloured = RgbImage::new(16, 16);
    coloured.save(lab.path("palette/masks/03.png")).unwrap();
    lab.run(&["data", "show", "palette"]).refused(&[
        "03.png",
        "3 channels",
        "grey or with a palette",
    ]);
}

/// A PNG file of 2 bits per pixel, of a colour type.
fn two_bits(mask: &GrayImage, kind: u8) -> Vec<u8> {
    let chunk = |name: &[u8; 4], body: &[u8]| {
        let whole = [&name[..], body].concat();
        let mut sum = flate2::Crc::new();
        sum.update(&whole);
        let length = (body.len() as u32).to_be_bytes();
        [&length[..], &whole, &sum.sum().to_be_bytes()].concat()
    };
    let mut lines = Vec::new();
    for row in mask.rows() {
        lines.push(0);
        let numbers: Vec<u8> = row.map(|pixel| pixel.0[0]).collect();
        lines.extend(
            numbers
                .chunks(4)
                .map(|four| four.iter().fold(0, |byte, number| byte << 2 | number)),
        );
    }
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, &lines).unwrap();
    let (width, height) = mask.dimensions();
    let sizes = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.extend(chunk(b"IHDR", &[&sizes[..], &[2, kind, 0, 0, 0]].concat()));
    if kind == 3 {
        file.extend(chunk(b"PLTE", &[0, 0, 0, 128, 0, 0, 0, 128, 0]));
    }
    file.extend(chunk(b"IDAT", &packed.finish().unwrap()));
    file.extend(chunk(b"IEND", &[]));
    file
}

#[test]
fn masks_that_lose_or_mix_numbers_are_refused_with_their_file() {
    let lab = Lab::new();
    mask_run(&lab);
    shapes(&lab, "white", 16, [1, 2]);
    GrayImage::from_fn(16, 16, |x, _| Luma([if x < 8 { 255 } else { 0 }]))
        .save(lab.path("white/masks/05.png"))
        .unwrap();
    let train =
        |data: &'static str| lab.run(&["train", "mask.toml", "--data", data, "--out", "bad"]);
    train("white").refused(&[
        "white/masks/05.png",
        "255",
        "the next largest in all masks is 2",
    ]);
    lab.run(&["eval", "run", "--data", "white"]).refused(&[
        "white/masks/05.png",
        "class 255",
        "knows 0 to 2",
    ]);
    shapes(&lab, "jpeg", 16, [1, 2]);
    let mask = image::open(lab.path("jpeg/masks/07.png")).unwrap();
    mask.save(lab.path("jpeg/masks/07.jpg")).unwrap();
    std::fs::remove_file(lab.path("jpeg/masks/07.png")).unwrap();
    train("jpeg").refused(&["jpeg/masks/07.jpg", "a mask in JPEG", "save it as PNG"]);
    lab.run(&["data", "show", "jpeg"])
        .refused(&["jpeg/masks/07.jpg", "a mask in JPEG"]);
}

#[cfg(unix)]
#[test]
fn links_to_folders_above_are_passed_over() {
    let lab = Lab::new();
    mask_run(&lab);
    std::os::unix::fs::symlink("..", lab.path("cells/images/loop")).unwrap();
    std::os::unix::fs::symlink("images", lab.path("cells/more")).unwrap();
    std::fs::remove_dir_all(lab.path("cells/masks")).unwrap();
    // `more/loop` and `images/loop` lead to `cells` again; `more` has the images a second time.
    let run = lab.run(&["predict", "run", "cells", "--out", "out"]);
    assert!(!run.stderr.contains("32 folders"), "{run:#?}");
    std::fs::remove_file(lab.path("cells/more")).unwrap();
    let run = lab
        .run(&["predict", "run", "cells", "--out", "out"])
        .success();
    assert_eq!(run.stdout.lines().count(), 16, "{run:#?}");
}

#[test]
fn columns_of_answers_have_names_of_their_own() {
    let lab = Lab::new();
    cells(&lab, "cells", 20);
    let table = lab.text("cells/targets.csv");
    lab.write(
        "cells/targets.csv",
        table.replace("file,radius,", "file,error,"),
    );
    lab.write(
        "net.toml",
        config("C4", "2", "").replace("epochs = 30", "epochs = 1"),
    );
    lab.run(&["train", "net.toml", "--data", "cells", "--out", "run"])
        .success();
    lab.run(&["predict", "run", "cells/01.png", "--csv", "a.csv"])
        .success();
    let csv = lab.text("a.csv");
    assert!(
        csv.starts_with("image,error (found),tip_x,tip_y,error\n"),
        "{csv}"
    );
    // A table that is asked for is no table that can be named.
    lab.run(&["eval", "run", "--data", "cells", "--targets", "nix.csv"])
        .refused(&["nix.csv", "no such table; check the path"]);
}

#[test]
fn what_a_trained_network_cannot_read_is_told_apart() {
    let lab = Lab::new();
    lab.write("solid.toml", SOLID.replace("epochs = 15", "epochs = 1"));
    solids(&lab, "solids", 8, "npy");
    lab.run(&["train", "solid.toml", "--data", "solids", "--out", "run"])
        .success();
    let files = |folder: &str, volume: Vec<u8>| {
        solids(&lab, folder, 8, "npy");
        lab.write(&format!("{folder}/ball/7.npy"), volume);
    };
    files("small", npy("|u1", "(5, 5, 5)", &[1; 125]));
    files("coloured", npy("|u1", "(2, 9, 9, 9)", &[1; 2 * 729]));
    let small = lab.run(&["eval", "run", "--data", "small"]);
    let small = small.refused(&["different sizes", "on which the network was trained"]);
    assert!(!small.stderr.contains("--size"), "{small:#?}");
    for words in [
        ["eval", "run", "--data", "coloured"],
        ["train", "solid.toml", "--data", "coloured"],
    ] {
        let run = lab
            .run(&words)
            .refused(&["different numbers of channels", "2 channels"]);
        assert!(!run.stderr.contains("--size"), "{run:#?}");
    }
    lab.train("digits");
    for class in ["disc", "square"] {
        std::fs::create_dir_all(lab.path(&format!("photos/{class}"))).unwrap();
        for i in 0..6_u8 {
            let photo = GrayImage::from_fn(28, 28, |x, y| Luma([(5 * x + 3 * y) as u8 + 3 * i]));
            photo
                .save(lab.path(&format!("photos/{class}/{i}.png")))
                .unwrap();
        }
    }
    lab.run(&["eval", "run", "--data", "photos"])
        .refused(&["photos"]);
    std::fs::rename(lab.path("photos/disc"), lab.path("photos/ball")).unwrap();
    std::fs::rename(lab.path("photos/square"), lab.path("photos/rod")).unwrap();
    lab.run(&["eval", "run", "--data", "photos"])
        .refused(&["photos: it has images", "was trained on volumes"]);
    lab.run(&["train", "tiny.toml", "--data", "photos", "--out", "flat"])
        .success();
    lab.run(&["eval", "flat", "--data", "solids"])
        .refused(&["solids: it has volumes", "was trained on images"]);
    std::fs::rename(lab.path("photos/rod"), lab.path("photos/stick")).unwrap();
    for command in [&["check"][..], &["export", "--out", "a.onnx"]] {
        let run = lab.run(&[command, &["flat", "--data", "photos"]].concat());
        let run = run.refused(&["ball, stick", "those of the run are ball, rod"]);
        assert!(!run.stderr.contains("put the folders back"), "{run:#?}");
    }
}

#[test]
fn all_wrong_endings_among_masks_are_named() {
    let lab = Lab::new();
    shapes(&lab, "cells", 8, [1, 2]);
    for name in ["images/a.gif", "masks/b.gif", "masks/c.txt"] {
        lab.write(&format!("cells/{name}"), "");
    }
    lab.run(&["data", "show", "cells"]).refused(&[
        "3 files or folders can't be used",
        "images/a.gif",
        "masks/b.gif",
        "masks/c.txt",
    ]);
    cells(&lab, "table", 10);
    let table = lab.text("table/targets.csv");
    lab.write("table/targets.csv", table + "a.png,1,1,1\nb.gif,1,1,1\n");
    lab.run(&["data", "show", "table"]).refused(&[
        "line 12",
        "no file `a.png`",
        "(and 1 more such row)",
    ]);
}
