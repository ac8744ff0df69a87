//! Tables of numbers and vectors, and how both move.

use std::fs;
use std::path::Path;

use schur_data::{
    Columns, Dataset, Moves, Pictures, Quantities, Stream, TargetFolder, Targets, rotation_about_z,
};

use crate::tolerance::MOVED;

/// A directory with empty files and a table.
fn directory(files: &[&str], table: &[u8]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for file in files {
        let path = directory.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    fs::write(directory.path().join("targets.csv"), table).unwrap();
    directory
}

/// Names and values of all files, in the order of their names.
fn all(folder: &TargetFolder, root: &Path) -> Vec<(String, Vec<f64>)> {
    let files = [&folder.train, &folder.validation, &folder.test]
        .into_iter()
        .flatten();
    let mut all: Vec<(String, Vec<f64>)> = files
        .map(|file| {
            let name = file.path.strip_prefix(root).unwrap().to_str().unwrap();
            (name.to_string(), file.values.clone())
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// Commas, semicolons and tabs, quotes, marks, lines of Windows and decimal commas say the same.
#[test]
fn tables_of_all_programs_say_the_same() {
    let files = ["a.png", "b c/d.jpg", "e,f.png"];
    let plain = "file,area,v_x,v_y\na.png,1.5,0,-2\nb c/d.jpg,20,1,0.25\n\"e,f.png\",3e1,-1,+.5\n";
    let tables = [
        plain.to_string(),
        format!("\u{feff}{plain}"),
        plain.replace('\n', "\r\n"),
        format!("\n{}\n,,,\n", plain.replace(",v_x", " , v_x ")),
        "file;area;v_x;v_y\n\"a.png\";1,5;0;\u{2212}2\n.\\b c\\d.jpg;20;1;0,25\ne,f.png;30,0;-1;0,5\n".to_string(),
        "\tv_y\tarea\tv_x\na.png\t-2\t1.5\t0\n./b c/d.jpg\t0.25\t20\t1\ne,f.png\t0.5\t30\t-1\n".to_string(),
    ];
    for table in tables {
        let directory = directory(&files, table.as_bytes());
        let folder = TargetFolder::open(directory.path(), None, Columns::All).unwrap();
        assert_eq!(
            folder.quantities.components(),
            ["area", "v_x", "v_y"],
            "{table}"
        );
        let found = all(&folder, directory.path());
        let values: Vec<&[f64]> = found.iter().map(|(_, values)| &values[..]).collect();
        let expected: [&[f64]; 3] = [&[1.5, 0.0, -2.0], &[20.0, 1.0, 0.25], &[30.0, -1.0, 0.5]];
        assert_eq!(values, expected, "{table}");
    }
}

/// Parts depend on names, not on the order of rows; folders of parts are kept.
#[test]
fn parts_do_not_depend_on_the_order_of_rows() {
    let names: Vec<String> = (0..20).map(|i| format!("{i:02}.png")).collect();
    let files: Vec<&str> = names.iter().map(String::as_str).collect();
    let line = |name: &String| format!("{name},{}\n", &name[..2]);
    let head = "file,n\n".to_string();
    let table: String = names.iter().map(line).collect();
    let turned: String = names.iter().rev().map(line).collect();
    let open = |table: String| {
        let directory = directory(&files, (head.clone() + &table).as_bytes());
        let folder = TargetFolder::open(directory.path(), None, Columns::All).unwrap();
        let test: Vec<f64> = folder.test.iter().map(|file| file.values[0]).collect();
        (folder.train.len(), folder.validation.len(), test)
    };
    assert_eq!(open(table.clone()), open(turned));
    assert_eq!((open(table.clone()).0, open(table).2.len()), (14, 4));

    let files = [
        "train/a.png",
        "train/b.png",
        "more/c.png",
        "test/a.png",
        "val/a.png",
    ];
    let table: String = files.iter().map(|name| format!("{name},1\n")).collect();
    let directory = directory(&files, (head + &table).as_bytes());
    let folder = TargetFolder::open(directory.path(), None, Columns::All).unwrap();
    assert_eq!(
        (
            folder.train.len(),
            folder.validation.len(),
            folder.test.len()
        ),
        (3, 1, 1)
    );
}

/// Images with a column for z, volumes without, both together.
#[test]
fn vectors_have_the_components_of_their_pictures() {
    let refused = |files: &[&str], table: &str| {
        let directory = directory(files, table.as_bytes());
        TargetFolder::open(directory.path(), None, Columns::All)
            .unwrap_err()
            .to_string()
    };
    let flat = "file,v_x,v_y\na.npy,1,2\nb.npy,1,3\nc.npy,1,4\n";
    let error = refused(&["a.npy", "b.npy", "c.npy"], flat);
    assert!(error.contains("no column `v_z`"), "{error}");
    let images = flat.replace("npy", "png").replace("v_x", "w_z");
    let error = refused(&["a.png", "b.png", "c.png"], &images);
    assert!(
        error.contains("`w_z`: images have vectors with x and y alone"),
        "{error}"
    );
    let error = refused(&["a.npy", "b.png"], "file,n\na.npy,1\nb.png,2\n");
    assert!(error.contains("images and volumes together"), "{error}");
    let error = refused(&["a.png", "b.gif"], "file,n\na.png,1\nb.gif,2\n");
    assert!(
        error.contains("line 3") && error.contains("no PNG or JPEG"),
        "{error}"
    );
    // A folder with a row is a volume in slices.
    let slices = directory(
        &[
            "a/1.png", "a/2.png", "b/1.png", "b/2.png", "c/1.png", "c/2.png",
        ],
        b"file,v_x,v_y,v_z\na,1,2,3\nb,1,2,3\nc,4,5,6\n",
    );
    assert!(TargetFolder::holds_volumes(slices.path(), None));
    assert_eq!(
        TargetFolder::open(slices.path(), None, Columns::All)
            .unwrap()
            .quantities
            .axes(),
        3
    );
}

/// The beginning of a table says so; all of it is read once, by `open`.
#[test]
fn volumes_are_known_by_the_first_row_of_a_table() {
    let rest = "b.npy,1\n".repeat(10_000);
    for (first, volumes) in [("a.npy", true), (".\\a.npy", true), ("a.png", false)] {
        let mut table = format!("\u{FEFF}\nfile;\"an\narea\"\n;\n{first};1\n{rest}").into_bytes();
        table.push(0xFF);
        let directory = directory(&["a.npy", "a.png"], &table);
        let path = directory.path();
        assert!(TargetFolder::open(path, None, Columns::All).is_err());
        assert_eq!(TargetFolder::holds_volumes(path, None), volumes, "{first}");
    }
}

/// Vectors move by the matrix that moves their picture; numbers stay.
#[test]
fn vectors_move_with_their_pictures() {
    let asked = Quantities::new(vec!["n".into()], vec!["v".into()], 2).unwrap();
    let rows = [5.0, 1.0, 0.0, 6.0, 0.0, 2.0];
    let targets = Targets::new(asked, rows.to_vec()).unwrap();
    // A bright pixel where the vector points.
    let mut pixels = vec![0; 2 * 25];
    (pixels[14], pixels[25 + 2]) = (255, 255);
    let pictures = Pictures::new([1, 5, 5], pixels, vec![0, 0]).unwrap();
    let pictures = pictures.with_targets(targets).unwrap();
    let bright = |set: &Dataset, i: usize| {
        let mut weighted = [0.0; 2];
        for (at, value) in set.image(i).iter().enumerate() {
            weighted[0] += f64::from(*value) * ((at % 5) as f64 - 2.0);
            weighted[1] += f64::from(*value) * (2.0 - (at / 5) as f64);
        }
        weighted
    };
    let mirror = [[-1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let elements = [90.0, 180.0, 270.0].map(|angle| rotation_about_z(angle).unwrap());
    let group = Moves::Elements([&elements[..], &[mirror]].concat());
    for seed in 0..8 {
        let moved =
            Dataset::moved(&pictures, seed, Stream::Augment { epoch: seed }, &group).unwrap();
        let targets = moved.targets.as_ref().unwrap();
        for (i, length) in [(0, 1.0), (1, 1.0)] {
            let (row, at) = (targets.row(i), bright(&moved, i));
            assert_eq!(row[0], rows[3 * i]);
            // The bright pixel is two away from the centre.
            let shown = at.map(|v| v / 2.0 * (row[1].hypot(row[2])) * length);
            assert!(
                (row[1] - shown[0]).abs() < MOVED && (row[2] - shown[1]).abs() < MOVED,
                "{row:?} {at:?}"
            );
        }
        let turned = Dataset::rotated(&pictures, seed, Stream::Train);
        let (row, angle) = (
            turned.targets.as_ref().unwrap().row(0),
            turned.angles[0].to_radians(),
        );
        assert!((row[1] - angle.cos()).abs() < MOVED && (row[2] - angle.sin()).abs() < MOVED);
    }
    assert_eq!(
        pictures.subset(&[1]).unwrap().targets().unwrap().values(),
        &rows[3..]
    );
}

/// Columns are found by their names, in any order, whatever else the table has.
#[test]
fn columns_are_found_by_their_names() {
    let files = ["a.png", "b.png", "c.png"];
    let table =
        "file,v_Y,note,n,w_x,w_y,v_X\na.png,1,x,2,3,4,5\nb.png,6,,7,8,9,10\nc.png,1,y,1,1,1,0\n";
    let directory = directory(&files, table.as_bytes());
    let open = |columns: Columns<'_>| TargetFolder::open(directory.path(), None, columns);
    let named = |names: &str| {
        let names: Vec<String> = names.split(',').map(str::to_string).collect();
        open(Columns::Named(&names))
    };
    let found = |folder: TargetFolder| {
        let values = all(&folder, directory.path());
        (
            folder.quantities.components().join(","),
            values[0].1.clone(),
        )
    };
    for (names, components, values) in [
        ("n,v", "n,v_x,v_y", &[2.0, 5.0, 1.0][..]),
        (
            "w_y,w_x,v,n",
            "n,w_x,w_y,v_x,v_y",
            &[2.0, 3.0, 4.0, 5.0, 1.0],
        ),
        ("v_x,v_y", "v_x,v_y", &[5.0, 1.0]),
    ] {
        let expected = (components.to_string(), values.to_vec());
        assert_eq!(found(named(names).unwrap()), expected);
    }
    let asked = Quantities::new(vec!["n".into()], vec!["w".into(), "v".into()], 2).unwrap();
    let asked = asked.with_standard(vec![1.0], vec![2.0, 3.0, 4.0]).unwrap();
    let folder = open(Columns::Of(&asked)).unwrap();
    assert_eq!(folder.quantities, asked);
    assert_eq!(found(folder).1, [2.0, 3.0, 4.0, 5.0, 1.0]);
    let other = Quantities::new(vec!["area".into()], vec![], 2).unwrap();
    for (refused, parts) in [
        (
            named("n,area"),
            &["no column `area`; choose of v_Y, note, n, w_x, w_y, v_X"][..],
        ),
        (named("v,n,v_y"), &["`v_y` is asked for twice"]),
        (named("n,v_x"), &["no column `v_y` among", "v_x and v_y"]),
        (
            named("note"),
            &["line 2, column `note`", "`x` is no number"],
        ),
        (
            open(Columns::Of(&other)),
            &["no column `area`; the network was trained for area, and there are v_Y"],
        ),
    ] {
        let error = refused.unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "no {part} in {error}");
        }
    }
}

/// What lies far out is named wherever it stands, with its line; several do not hide each other.
#[test]
fn values_far_from_those_of_training_are_named() {
    let of = |values: Vec<f64>| {
        let asked = Quantities::new(vec!["n".into()], vec!["v".into()], 2).unwrap();
        Targets::new(asked, values).unwrap()
    };
    let bell = (0..200).flat_map(|i| {
        let (sin, cos) = f64::from(i).sin_cos();
        [5.0 + sin, cos, sin]
    });
    let train: Vec<f64> = bell.collect();
    let names = |train: &Targets, others: &Targets| -> Vec<(usize, String)> {
        let far = train.far_out(others);
        far.into_iter().map(|far| (far.index, far.name)).collect()
    };
    let clean = of(train.clone());
    assert_eq!(names(&clean, &clean), []);
    let mut spoilt = train.clone();
    for (at, value) in [(30, 1e30), (33, 1e30), (36, -4e3), (40, 90.0)] {
        spoilt[at] = value;
    }
    let far = [(10, "n"), (11, "n"), (12, "n"), (13, "v")].map(|(i, name)| (i, name.to_string()));
    assert_eq!(names(&of(spoilt.clone()), &of(spoilt)), far);
    let others = of(vec![11.0, 0.0, 3.0, 13.0, 0.0, 12.0]);
    assert_eq!(
        names(&clean, &others),
        [(1, "n".to_string()), (1, "v".to_string())]
    );
    let found = &clean.far_out(&others)[0];
    assert_eq!(found.value, [13.0]);
    // 8 from the mean 5, of which the deviation is that of a sine.
    assert!(
        (found.deviations - 8.0 * 2f64.sqrt()).abs() < 0.1,
        "{found:?}"
    );
}
