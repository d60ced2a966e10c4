//! The doors for programs that were written for something else: one module per door, each of which reads like its contract.

mod qanatix;
mod qelos;
mod qnsp;
