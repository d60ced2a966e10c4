//! Doors for programs that were written for something else: what they send and read is that product's, what they may do is
//! decided where it always is. One folder for each; its docs list in what it deviates.

pub mod qanatix;
pub mod qelos;
