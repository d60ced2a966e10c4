//! The authentication documents of five systems, each walked from its first exchange to its last: whoever reads one of
//! these files has read that contract. [`client`] says what an answer must look like, to the last field.

pub mod client;
mod kliq;
mod qanatix;
mod qelos;
mod qnsp;
mod quantumsafe;
