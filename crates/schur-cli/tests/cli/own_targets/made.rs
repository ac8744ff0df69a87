//! Cells with a tip, and their tables.

use image::{GrayImage, Luma};

use crate::support::Lab;

pub(crate) fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

/// A network of two convolutions for images of 16 x 16 pixels.
pub(crate) fn config(group: &str, fields: &str, rest: &str) -> String {
    format!(
        "seed = 3\n[train]\nepochs = 30\nbatch = 8\n[network]\ngroup = \"{group}\"\noutput = \"values\"\n{rest}\
         [[network.blocks]]\nfields = {fields}\nkernel = 5\npool = 2\n\
         [[network.blocks]]\nfields = {fields}\nkernel = 3\n"
    )
}

pub(crate) const COMMAND: [&str; 6] = ["train", "net.toml", "--data", "cells", "--out", "run"];

/// Numbers that look random, from 0 to 1.
pub(crate) fn random(seed: u32) -> f64 {
    let mut bits = seed.wrapping_mul(0x9E37_79B9) ^ 0x85EB_CA6B;
    for _ in 0..3 {
        bits ^= bits >> 15;
        bits = bits.wrapping_mul(0x2C1B_3C6D);
    }
    f64::from(bits >> 8) / f64::from(1 << 24)
}

/// A bright ball of a radius with a small one beside it: the radius, and where that is from the centre.
pub(crate) struct Cell {
    pub(crate) radius: f64,
    pub(crate) tip: [f64; 2],
}

impl Cell {
    pub(crate) fn new(index: u32) -> Self {
        let [radius, length, angle] = [0, 1, 2].map(|k| random(3 * index + k));
        let (sin, cos) = (std::f64::consts::TAU * angle).sin_cos();
        let length = 3.0 + 2.5 * length;
        Self {
            radius: 1.2 + 1.3 * radius,
            tip: [length * cos, length * sin],
        }
    }

    pub(crate) fn image(&self) -> GrayImage {
        GrayImage::from_fn(16, 16, |column, row| {
            let at = [f64::from(column) - 7.5, 7.5 - f64::from(row)];
            let blob = |centre: [f64; 2], width: f64| {
                let far = (at[0] - centre[0]).powi(2) + (at[1] - centre[1]).powi(2);
                (-far / (2.0 * width * width)).exp()
            };
            let value = 220.0 * blob([0.0; 2], self.radius).max(blob(self.tip, 1.0));
            Luma([10 + value as u8])
        })
    }
}

/// `count` cells in `folder`, with their table.
pub(crate) fn cells(lab: &Lab, folder: &str, count: u32) {
    let mut table = String::from("file,radius,tip_x,tip_y\n");
    std::fs::create_dir_all(lab.path(&format!("{folder}/deep"))).unwrap();
    for index in 0..count {
        let cell = Cell::new(index);
        // Some lie deeper.
        let name = format!(
            "{}{index:02}.png",
            if index % 5 == 0 { "deep/" } else { "" }
        );
        cell.image()
            .save(lab.path(&format!("{folder}/{name}")))
            .unwrap();
        table += &format!("{name},{},{},{}\n", cell.radius, cell.tip[0], cell.tip[1]);
    }
    lab.write(&format!("{folder}/targets.csv"), table);
}

/// The measures of a target.
pub(crate) fn target(value: &serde_json::Value, name: &str) -> serde_json::Value {
    let targets = value["test"]["targets"].as_array().expect("targets");
    let found = targets.iter().find(|target| target["name"] == name);
    found.unwrap_or_else(|| panic!("{name} in {value}")).clone()
}

pub(crate) fn number(value: &serde_json::Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

/// The predicted radius and tip of images.
pub(crate) fn predicted(lab: &Lab, words: &[&str]) -> Vec<[f64; 3]> {
    let words = [&["predict", "run", "--json"], words].concat();
    let all = json(&lab.run(&words).success().stdout);
    let one = |found: &serde_json::Value| {
        assert_eq!(found["numbers"][0]["name"], "radius");
        assert_eq!(found["vectors"][0]["name"], "tip");
        let tip = &found["vectors"][0]["value"];
        [
            number(&found["numbers"][0]["value"]),
            number(&tip[0]),
            number(&tip[1]),
        ]
    };
    all.as_array().unwrap().iter().map(one).collect()
}
