//! Glued charts: which gluings make sense, and that many charts are as good as one.

use burn::tensor::{DType, Tensor};
use schur_math::PlaneIsometry;
use schur_nn::tolerance::EXACT_F64;
use schur_nn::{Atlas, Domain, Field, Layer, PaddingMode, Seam, relative_distance};

use crate::strip::{FIELDS, conv, moebius, on, parse};

#[test]
fn domains_that_are_no_surface_are_refused() {
    assert!(Atlas::moebius(0, 4).is_err());
    assert!(Atlas::cylinder(4, 0).is_err());
    assert!(Atlas::new(2, 2, Vec::new()).is_err());
    // Glued on one side only.
    let seam = |shift: i64| Seam {
        chart: 0,
        turn: [[1, 0], [0, 1]],
        shift: [[0; 3], [0, 0, shift]],
        transport: PlaneIsometry::IDENTITY,
    };
    let one = Atlas::new(2, 3, vec![[None, None, None, Some(seam(-1))]]);
    assert!(one.unwrap_err().to_string().contains("glue both ends"));
    // Upside down on one side, straight on the other.
    let twisted = Seam {
        turn: [[-1, 0], [0, 1]],
        shift: [[-1, 1, 0], [0, 0, -1]],
        ..seam(-1)
    };
    let error = Atlas::new(
        2,
        3,
        vec![[None, None, Some(seam(1)), Some(twisted.clone())]],
    );
    assert!(error.unwrap_err().to_string().contains("the way back"));
    // A transport one way that has no inverse the other way.
    let turned = Seam {
        transport: PlaneIsometry::rotation(0.5).unwrap(),
        ..seam(-1)
    };
    let error = Atlas::new(2, 3, vec![[None, None, Some(seam(1)), Some(turned)]]);
    assert!(error.unwrap_err().to_string().contains("inverse transport"));
    // Beyond the chart that is said to be there.
    let error = Atlas::new(2, 3, vec![[None, None, Some(seam(2)), Some(seam(-1))]]);
    assert!(error.unwrap_err().to_string().contains("which is no cell"));
    // Fields of a group without the mirror can't be carried over the cut.
    let fields = parse("C4: regular");
    let image = on(&fields, Domain::image(4, 4), DType::F32);
    let error = image.on(moebius(4, 4)).unwrap_err().to_string();
    assert!(error.contains("which is no element of C4"), "{error}");
    assert!(image.on(Atlas::cylinder(4, 4).unwrap()).is_ok());
    // The left-right mirror of D1 is none of those that a Möbius strip carries over.
    let fields = parse("D1: regular");
    let image = on(&fields, Domain::image(4, 4), DType::F32);
    assert!(image.on(moebius(4, 4)).is_err());
    assert!(
        image
            .shifted(1)
            .unwrap_err()
            .to_string()
            .contains("no direction around")
    );
}

/// Two charts side by side around a cylinder, the second upside down, are the cylinder.
#[test]
fn two_charts_make_a_cylinder() {
    let fields = parse(FIELDS[3]);
    let across = Atlas::across();
    let seam = |chart: usize, columns: i64| {
        Some(Seam {
            chart,
            turn: [[-1, 0], [0, 1]],
            shift: [[-1, 1, 0], [0, 0, columns]],
            transport: across,
        })
    };
    let charts = vec![
        [None, None, seam(1, 1), seam(1, -1)],
        [None, None, seam(0, 1), seam(0, -1)],
    ];
    let atlas = Atlas::new(6, 4, charts).unwrap();
    let x = on(&fields, Atlas::cylinder(6, 8).unwrap(), DType::F64);
    // The right half, seen in the frame that stands on its head.
    let cut = |x: &Field| {
        let whole = x.to_tensor();
        let half = |first| {
            let part = whole.clone().narrow(3, first, 4);
            Field::from_tensor(part, x.field_type()).unwrap()
        };
        let (left, right) = (half(0), half(4).transform(across).unwrap());
        let both = Tensor::cat(vec![left.into_memory(), right.into_memory()], 1);
        Field::from_memory(both, atlas.clone().into(), x.field_type()).unwrap()
    };
    let layer = conv(&fields, &fields, PaddingMode::Zeros, DType::F64);
    let on_charts = layer.forward(cut(&x)).unwrap();
    let on_cylinder = cut(&layer.forward(x).unwrap());
    assert!(relative_distance(on_charts.memory(), on_cylinder.memory()) <= EXACT_F64);
    assert_eq!(
        on_charts.domain().to_string(),
        "an atlas of 2 charts of 6 x 4 cells"
    );
}
