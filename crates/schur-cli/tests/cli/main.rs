//! The program as a person uses it: every test runs the real binary.

mod bad_input;
mod check;
mod commands;
mod determinism;
mod draw;
mod export;
mod faults;
mod groups;
mod kernels;
mod lab;
mod notices;
mod own_images;
mod own_refused;
mod paths;
mod pretrained;
mod support;
mod tasks;
mod tolerance;
