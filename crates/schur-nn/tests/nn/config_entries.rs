//! Entries of layers in config files, as they are written and refused.

use schur_nn::network::AnyLayerConfig;

/// What a config can say is written so that it is read again, entries inside entries too; and what can't
/// be read is named by its layer and entry.
#[test]
fn entries_inside_entries_are_written_and_wrong_ones_are_named() {
    let text =
        "layer = \"conv_transposed\"\nconv = { fields = \"2 regular\", kernel = 3, stride = 2 }";
    let config: AnyLayerConfig = toml::from_str(text).unwrap();
    let written = toml::to_string(&config).unwrap();
    assert_eq!(toml::from_str::<AnyLayerConfig>(&written).unwrap(), config);
    for (text, says) in [
        (
            "layer = \"conv\"\nfields = \"2 regular\"\nkernel = \"abc\"",
            "layer `conv`, entry `kernel`: ",
        ),
        (
            "layer = \"conv\"\nfields = \"2 regular\"\nkernel = 3\nbias = 3",
            "entry `bias`: ",
        ),
        (
            "layer = \"norm\"\nmomentum = inf",
            "inf is no finite number",
        ),
        (
            "layer = \"blur_pool\"\nsize = 2\npadding = nan",
            "NaN is no finite number",
        ),
        (
            "layer = \"conv\"\nfields = \"2 regular\"\nkernel = 3\nkernel_size = 3",
            "unknown field `kernel_size`",
        ),
    ] {
        let error = toml::from_str::<AnyLayerConfig>(text)
            .unwrap_err()
            .to_string();
        assert!(error.contains(says), "{text}: {error}");
    }
}
