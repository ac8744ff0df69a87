//! The groups on which laws are tried, by name. To add a group to all of them, add a line here;
//! a law that fails for a group is a failing test with the name of both.

use schur_math::{CompactGroup, FiniteAction, Group, PlanarGroup, SpatialGroup};

pub(crate) fn plane(name: &str) -> PlanarGroup {
    PlanarGroup::parse(name).unwrap()
}

pub(crate) fn space(name: &str) -> SpatialGroup {
    SpatialGroup::parse(name).unwrap()
}

pub(crate) fn finite(name: &str) -> Group {
    Group::parse(name).unwrap()
}

/// C7 : C3, whose irreps of dimension 3 are not real.
pub(crate) fn frobenius() -> Group {
    let images = (0..3).map(|h| (0..7).map(|n| n * [1, 2, 4][h] % 7).collect());
    let action = FiniteAction::new(&finite("C3"), images.collect()).unwrap();
    finite("C7").semidirect_product(&action).unwrap()
}

pub(crate) fn compact(name: &str) -> CompactGroup {
    CompactGroup::parse(name).unwrap()
}

/// One test per group: a function of a group and a band is called with both.
macro_rules! tests_of_groups {
    ($law:ident: $($test:ident $group:expr, $band:literal;)*) => {
        $(
            #[test]
            fn $test() {
                super::$law(&$group, $band);
            }
        )*
    };
}
pub(crate) use tests_of_groups;

/// Groups of the plane whose elements bring pixels to pixels.
macro_rules! tests_of_lattice_groups {
    ($law:ident) => {
        crate::support::groups::tests_of_groups! { $law:
            plane_c1 plane("C1"), 1;
            plane_c2 plane("C2"), 1;
            plane_c4 plane("C4"), 2;
            plane_d1 plane("D1"), 1;
            plane_d1_at_0 plane("D1@0"), 1;
            plane_d2 plane("D2"), 2;
            plane_d4 plane("D4"), 2;
        }
    };
}
pub(crate) use tests_of_lattice_groups;

/// Groups of the plane.
macro_rules! tests_of_planar_groups {
    ($law:ident) => {
        crate::support::groups::tests_of_lattice_groups!($law);
        crate::support::groups::tests_of_groups! { $law:
            plane_c3 plane("C3"), 2;
            plane_c5 plane("C5"), 2;
            plane_c6 plane("C6"), 3;
            plane_c8 plane("C8"), 2;
            plane_d1_at_30 plane("D1@30"), 1;
            plane_d4_at_22_5 plane("D4@22.5"), 2;
            plane_d6 plane("D6"), 3;
            plane_d6_at_10 plane("D6@10"), 3;
            plane_so2 plane("SO(2)"), 4;
            plane_o2 plane("O(2)"), 4;
            plane_o2_at_30 plane("O(2)@30"), 4;
        }
    };
}
pub(crate) use tests_of_planar_groups;

/// The groups that act on the plane or on space.
macro_rules! tests_of_point_groups {
    ($law:ident) => {
        use crate::support::groups::{plane, space};
        crate::support::groups::tests_of_planar_groups!($law);
        crate::support::groups::tests_of_groups! { $law:
            space_c1 space("C1"), 1;
            space_c3_along_x space("C3@x"), 1;
            space_c4_along_x space("C4@0,90,0"), 1;
            space_c4_tilted space("C4@10,20,30"), 1;
            space_cs_tilted space("Cs@40,50,0"), 1;
            space_ci space("Ci"), 1;
            space_c2v space("C2v"), 1;
            space_c3v_along_diagonal space("C3v@45,54.735610317,0"), 1;
            space_c4h space("C4h"), 1;
            space_c5h space("C5h"), 1;
            space_s4 space("S4@y"), 1;
            space_s6 space("S6"), 1;
            space_d2_tilted space("D2@5,6,7"), 1;
            space_d3 space("D3"), 1;
            space_d4h space("D4h"), 1;
            space_d3h space("D3h@100"), 1;
            space_d2d space("D2d"), 1;
            space_d3d space("D3d@45,54.735610317,0"), 1;
            space_t space("T"), 1;
            space_td space("Td"), 1;
            space_th space("Th"), 1;
            space_o space("O"), 1;
            space_o_tilted space("O@30,40,50"), 1;
            space_oh space("Oh"), 1;
            space_oh_turned space("Oh@90"), 1;
            space_i space("I"), 1;
            space_ih space("Ih"), 1;
            space_so2 space("SO(2)"), 3;
            space_so2_tilted space("SO(2)@10,20,30"), 3;
            space_o2 space("O(2)"), 3;
            space_o2_tilted space("O(2)@10,20,30"), 3;
            space_cone space("cone"), 3;
            space_cone_along_x space("cone@x"), 3;
            space_cylinder space("cylinder"), 2;
            space_full_cylinder space("full cylinder"), 2;
            space_full_cylinder_tilted space("full cylinder@10,20,30"), 2;
            space_so3 space("SO(3)"), 3;
            space_o3 space("O(3)"), 2;
        }
    };
}
pub(crate) use tests_of_point_groups;

/// Tries a law on every group of the plane that permutes pixels: `mod law` with one test for each.
macro_rules! every_lattice_group {
    ($law:ident) => {
        mod $law {
            use crate::support::groups::plane;
            crate::support::groups::tests_of_lattice_groups!($law);
        }
    };
}
pub(crate) use every_lattice_group;

/// Tries a law on every group of the plane: `mod law` with one test for each.
macro_rules! every_planar_group {
    ($law:ident) => {
        mod $law {
            use crate::support::groups::plane;
            crate::support::groups::tests_of_planar_groups!($law);
        }
    };
}
pub(crate) use every_planar_group;

/// Tries a law on abstract finite groups of all families: `mod law` with one test for each.
macro_rules! every_finite_group {
    ($law:ident) => {
        mod $law {
            use crate::support::groups::{finite, frobenius};
            crate::support::groups::tests_of_groups! { $law:
                c1 finite("C1"), 0;
                c6 finite("C6"), 0;
                d5 finite("D5"), 0;
                s3 finite("S3"), 0;
                s4 finite("S4"), 0;
                s5 finite("S5"), 0;
                a4 finite("A4"), 0;
                a5 finite("A5"), 0;
                a6 finite("A6"), 0;
                q8 finite("Q8"), 0;
                q16 finite("Q16"), 0;
                dic3 finite("Dic3"), 0;
                dic5 finite("Dic5"), 0;
                t finite("T"), 0;
                o finite("O"), 0;
                i finite("I"), 0;
                td finite("Td"), 0;
                th finite("Th"), 0;
                oh finite("Oh"), 0;
                ih finite("Ih"), 0;
                c2_x_c4 finite("C2 x C4"), 0;
                c3_x_c3 finite("C3 x C3"), 0;
                c4_x_d3 finite("C4 x D3"), 0;
                q8_x_c3 finite("Q8 x C3"), 0;
                q8_x_d3 finite("Q8 x D3"), 0;
                q8_x_q8 finite("Q8 x Q8"), 0;
                a4_x_c4 finite("A4 x C4"), 0;
                c7_by_c3 frobenius(), 0;
            }
        }
    };
}
pub(crate) use every_finite_group;

/// Tries a law on every point group: `mod law` with one test for each.
macro_rules! every_point_group {
    ($law:ident) => {
        mod $law {
            crate::support::groups::tests_of_point_groups!($law);
        }
    };
}
pub(crate) use every_point_group;

/// Tries a law on every group: `mod law` with one test for each.
macro_rules! every_group {
    ($law:ident) => {
        mod $law {
            crate::support::groups::tests_of_point_groups!($law);
            use crate::support::groups::{compact, finite};
            crate::support::groups::tests_of_groups! { $law:
                su2 schur_math::SpinRotations, 4;
                q8 finite("Q8"), 0;
                th finite("Th"), 0;
                compact_so2 compact("SO(2)"), 3;
                compact_o2 compact("O(2)"), 3;
                compact_so3 compact("SO(3)"), 2;
                compact_o3 compact("O(3)"), 2;
                compact_su2 compact("SU(2)"), 3;
                axial compact("axial"), 3;
                dihedral compact("dihedral"), 3;
                cone compact("cone"), 3;
                cylinder compact("cylinder"), 2;
                full_cylinder compact("full cylinder"), 2;
                compact_c5 compact("C5"), 0;
                so2_x_c2 compact("SO(2) x C2"), 2;
                c3v_x_so2 compact("C3v x SO(2)"), 2;
                o3_x_s3 compact("O(3) x S3"), 1;
                so2_x_so2 compact("SO(2) x SO(2)"), 2;
                so2_x_c3 compact("SO(2) x C3"), 2;
                so2_x_su2 compact("SO(2) x SU(2)"), 1;
                su2_x_so2 compact("SU(2) x SO(2)"), 1;
                su2_x_q8 compact("SU(2) x Q8"), 1;
                o2_x_so3 compact("O(2) x SO(3)"), 1;
                c3_x_so2_x_c4 compact("C3 x SO(2) x C4"), 1;
            }
        }
    };
}
pub(crate) use every_group;
