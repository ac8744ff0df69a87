//! Tuples of layers: what sequences and labelled layers share.

/// Calls `$rule!(last index; A 0, B 1, …)` for tuples of two to eight entries.
macro_rules! for_tuples {
    ($rule:ident) => {
        $rule!(1; A 0, B 1);
        $rule!(2; A 0, B 1, C 2);
        $rule!(3; A 0, B 1, C 2, D 3);
        $rule!(4; A 0, B 1, C 2, D 3, E 4);
        $rule!(5; A 0, B 1, C 2, D 3, E 4, F 5);
        $rule!(6; A 0, B 1, C 2, D 3, E 4, F 5, G 6);
        $rule!(7; A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
    };
}

pub(in crate::layers) use for_tuples;
