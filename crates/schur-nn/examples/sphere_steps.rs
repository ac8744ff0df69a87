//! How long a network on the sphere takes: `sphere_steps LAYERS.toml [SIDE] [BATCH]`, layers as in
//! `[[layers]]` of a network, from one scalar field of SO(3) on an equiangular grid.

use std::time::Instant;

use burn::tensor::{Device, Distribution, Tensor};
use schur_math::SphereGrid;
use schur_nn::network::{AnyLayer, AnyLayerConfig, Site};
use schur_nn::{Field, FieldType, Layer};

#[derive(serde::Deserialize)]
struct File {
    layers: Vec<AnyLayerConfig>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize, default: usize| {
        arguments
            .get(index)
            .map_or(Ok(default), |text| text.parse())
    };
    let path = arguments
        .first()
        .ok_or("sphere_steps LAYERS.toml [SIDE] [BATCH]")?;
    let (side, batch) = (number(1, 60)?, number(2, 64)?);
    let file: File = toml::from_str(&std::fs::read_to_string(path)?)?;
    let device = Device::flex().autodiff();
    let mut site = Site::new(1, &device);
    let scalars = FieldType::parse("SO(3): 1 trivial")?;
    let mut layers: Vec<AnyLayer> = Vec::new();
    for config in &file.layers {
        let input = layers.last().map_or(&scalars, |layer| layer.output_type());
        layers.push(config.init(input, &mut site)?);
    }
    let parameters: usize = layers.iter().map(Layer::parameters).sum();
    println!("{parameters} parameters");
    let grid = SphereGrid::equiangular(side, side)?;
    let x = Tensor::<4>::random([batch, 1, side, side], Distribution::Default, &device);
    for round in 0..3 {
        let start = Instant::now();
        let mut field = Field::from_sphere(x.clone(), grid.clone(), &scalars)?;
        for layer in &layers {
            let begin = Instant::now();
            field = layer.forward(field)?;
            if round == 2 {
                println!(
                    "{:8.1} ms  {}",
                    1e3 * begin.elapsed().as_secs_f64(),
                    layer.name()
                );
            }
        }
        let forward = start.elapsed();
        let gradients = field.into_memory().sum().backward();
        drop(gradients);
        let both = start.elapsed();
        println!(
            "forward {:.1} ms, step {:.1} ms, {:.0} images a second",
            1e3 * forward.as_secs_f64(),
            1e3 * both.as_secs_f64(),
            batch as f64 / both.as_secs_f64()
        );
    }
    Ok(())
}
