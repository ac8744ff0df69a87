//! While developing.
#![allow(dead_code, reason = "parts of another binary")]
#[path = "../cli/own_targets.rs"]
mod own_targets;
#[path = "../cli/support.rs"]
mod support;
#[path = "../cli/tolerance.rs"]
mod tolerance;
