//! However many strangers come by, what is remembered of them stays small.

use std::net::{IpAddr, Ipv6Addr};
use std::process::Command;

use latchkey::base::rng::Rng;
use latchkey::base::time::Timestamp;
use latchkey::domain::limits::{Counted, Limits, Rate};

use crate::support::environment;

const ALONE: &str = "LATCHKEY_TEST_ALONE";
const MEBIBYTE: u64 = 1024 * 1024;

/// What this process has in memory, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells it");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it is told");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
}

/// A network out of 2⁶⁴, as limits count them.
fn network(rng: &Rng) -> IpAddr {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&rng.bytes32()[..8]);
    Ipv6Addr::from(bytes).into()
}

#[test]
fn r108_a_million_networks_take_less_than_64_mebibytes() {
    if environment(ALONE).is_none() {
        // In a process of its own: what other tests need at the same time is not counted.
        let name = std::thread::current().name().expect("tests are named").to_owned();
        let mut alone = Command::new(std::env::current_exe().expect("this program"));
        let done = alone.args(["--exact", &name]).env(ALONE, "yes").output().expect("it runs");
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    let (limits, rng, rate) = (Limits::default(), Rng::seeded(108), Rate::per_minute(120));
    let now = Timestamp::from_micros(1_800_000_000_000_000);
    let before = resident();
    for _ in 0..1_000_000 {
        assert!(limits.take(Counted::UnknownSecret(network(&rng)), rate, now).is_ok(), "each comes for the first time");
    }
    let grown = resident().saturating_sub(before);
    assert!(grown < 64 * MEBIBYTE, "{} MiB", grown / MEBIBYTE);
    assert!(grown > MEBIBYTE, "something is remembered: {grown} bytes");
}
