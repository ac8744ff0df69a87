//! The program as a person uses it: every test runs the real binary.

mod bad_input;
mod check;
mod commands;
mod determinism;
mod disks;
mod draw;
mod export;
mod faults;
mod foreign;
mod found;
mod grammar;
mod groups;
mod kernels;
mod lab;
mod notices;
mod own_images;
mod own_refused;
mod pages;
mod paths;
mod plan;
mod pretrained;
mod runs;
mod support;
mod tasks;
mod terminal;
mod tolerance;
