//! Tests of the public interface, in one program so that it links once.

mod amat;
mod dataset;
mod embedded;
mod folder;
mod found_masks;
mod idx;
mod meshes;
mod pictures;
mod protocol;
mod resize;
mod rotate;
mod scenes;
mod source;
mod strips;
mod support;
mod targets;
mod tolerance;
mod volumes;
