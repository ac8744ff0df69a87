//! The groups that layers are tried on, and a test of each by name: `every_group!(law)` makes one of
//! `law(group: &str)` for every group of its list. A line adds a group to all laws.

/// The macro of a list of groups.
macro_rules! list {
    ($_:tt $every:ident: $($test:ident $group:literal;)+) => {
        macro_rules! $every {
            ($_ law:ident) => {
                mod $_ law {
                    $(
                        #[test]
                        fn $test() {
                            super::$_ law($group);
                        }
                    )+
                }
            };
        }
        pub(crate) use $every;
    };
}

// Those that map the pixel grid to itself.
list! { $ every_lattice_group:
    c1 "C1";
    c2 "C2";
    c4 "C4";
    d1 "D1";
    d2 "D2";
    d4 "D4";
}

// Of the plane, on the grid and beyond; without C3, of which only the identity permutes pixels.
list! { $ every_group:
    c4 "C4";
    c8 "C8";
    d1_at_0 "D1@0";
    d4 "D4";
    d8 "D8";
    so2 "SO(2)";
    o2 "O(2)";
}

// Of space, finite and infinite, proper and improper, in standard and in other orientations.
list! { $ every_group_of_space:
    cs "Cs";
    ci "Ci";
    c3 "C3";
    c4_about_x "C4@x";
    c4v "C4v";
    s4 "S4";
    d3d "D3d";
    c3v_oblique "C3v@17,40,5";
    t "T";
    oh "Oh";
    ih "Ih";
    so2 "SO(2)";
    cone "cone";
    full_cylinder "full cylinder";
    so3 "SO(3)";
    o3 "O(3)";
}

// Those that map the voxel grid to itself, with turned axes and with mirrors.
list! { $ every_group_of_voxels:
    o "O";
    oh "Oh";
    td "Td";
    c4 "C4";
    d4 "D4";
    c4v "C4v";
    c4_about_x "C4@0,90,0";
    d2h "D2h";
    ci "Ci";
}
