//! Groups and their names.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use schur_math::{PlanarGroup, PlanarRepresentation};

use crate::support::groups::every_group;

/// The name of a group gives the group, and is its name again.
fn names<G: FromStr<Err: Debug> + Display + PartialEq + Debug>(group: &G, _: usize) {
    let name = group.to_string();
    let parsed: G = name.parse().unwrap();
    assert_eq!((&parsed, parsed.to_string()), (group, name));
}

every_group!(names);

/// Every word, alone and in sums, gives a representation whose name gives it back.
#[test]
fn names_of_representations_of_the_plane() {
    let cases = [
        ("D4", "regular+2 E1", 8 + 4),
        ("D4", "2 (trivial + E1) + quotient(C2)", 6 + 4),
        ("D4", "induced(C4, E1 + A)", 2 * 3),
        ("D4", "restricted(O(2), irrep(E1)+A2)", 3),
        ("D4", "tensor(E1, E1 + A2)+defining", 2 * 3 + 2),
        ("SO(2)", "spectral(2)+spectral(2, C2) + 3E1", 5 + 3 + 6),
        ("O(2)", "induced(SO(2), E2)", 4),
        ("D4@22.5", "quotient(D1@22.5)", 4),
    ];
    for (group, text, dim) in cases {
        let group = PlanarGroup::parse(group).unwrap();
        let rho = PlanarRepresentation::parse(&group, text).unwrap();
        let again = PlanarRepresentation::parse(&group, rho.name()).unwrap();
        assert_eq!((rho.dim(), again.name()), (dim, rho.name()), "{text}");
        for g in group.test_elements() {
            assert_eq!(rho.matrix(&g).unwrap(), again.matrix(&g).unwrap(), "{text}");
        }
    }
    let c4 = PlanarGroup::parse("C4").unwrap();
    for (text, shown) in [
        ("regular +", "regular +"),
        ("0 regular", "0 copies of `regular`"),
        ("65 regular", "at most 64"),
        ("spectral", "spectral(BAND)"),
        ("E1(A)", "E1(A)"),
        ("tensor()", "missing"),
        ("F", "`F`"),
    ] {
        let refused = PlanarRepresentation::parse(&c4, text).unwrap_err();
        assert!(refused.to_string().contains(shown), "{text}: {refused}");
    }
}
