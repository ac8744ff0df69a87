//! Tuples of layers: what sequences of layers between fields and between vectors share.

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

/// The methods that say the same of every tuple: its name and its number of parameters.
macro_rules! of_all {
    ($($index:tt),+) => {
        fn name(&self) -> String {
            [$(self.$index.name()),+].join(", ")
        }

        fn parameters(&self) -> usize {
            [$(self.$index.parameters()),+].iter().sum()
        }
    };
}

pub(in crate::layers) use {for_tuples, of_all};
