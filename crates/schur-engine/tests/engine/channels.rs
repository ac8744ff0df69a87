//! Selected channels against single numbers.

use proptest::prelude::*;
use schur_engine::channels::ChannelMap;

use crate::support::{Source, agree, dot, narrow};

proptest! {
    #[test]
    fn channels_are_selected_and_gradients_gathered(
        pixels in 0..=300_usize,
        inputs in 1..=70_usize,
        sources in prop::collection::vec(0..70_usize, 0..90),
        in_order in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let mut sources: Vec<usize> = sources.into_iter().map(|s| s % inputs).collect();
        if in_order {
            sources.sort_unstable();
        }
        let map = ChannelMap::select(inputs, &sources).unwrap();
        let mut source = Source::new(seed);
        let x = source.signed(pixels * inputs);
        let dy = source.signed(pixels * sources.len());
        let want: Vec<f64> = x.chunks(inputs).flat_map(|x| sources.iter().map(|&s| x[s])).collect();
        prop_assert_eq!(&map.apply(&x).unwrap(), &want);
        prop_assert_eq!(map.apply(&narrow(&x)).unwrap(), narrow(&want));
        // Without channels nobody can tell how many pixels there are.
        if !sources.is_empty() {
            let back = map.adjoint().apply(&dy).unwrap();
            agree("<A x, y> = <x, A^T y>", &[1.0, dot(&x, &back)], &[1.0, dot(&want, &dy)])?;
        }
    }
}

#[test]
fn channels_that_are_not_there_are_no_map() {
    assert!(ChannelMap::select(3, &[0, 3]).is_none());
    let map = ChannelMap::select(3, &[0, 2]).unwrap();
    assert!(map.apply(&[0.0; 4]).is_err());
}
