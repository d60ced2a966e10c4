//! What the kernel says about a process, and about the machine.

use std::fs::read_to_string;
use std::time::Duration;

/// Processor time of a process, all its threads, user and system. Its grain is 10 ms.
pub fn cpu(process: u32) -> Duration {
    // Linux counts in hundredths of a second wherever this is read (`getconf CLK_TCK`).
    const TICK: Duration = Duration::from_millis(10);
    let stat = read_to_string(format!("/proc/{process}/stat")).expect("the server lives");
    // The name of the program, in brackets, may hold anything.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |n: usize| fields.get(n).and_then(|text| text.parse::<u32>().ok()).expect("proc_pid_stat(5)");
    TICK * (ticks(11) + ticks(12))
}

/// Memory of a process that is not swapped out, in bytes.
pub fn resident(process: u32) -> u64 {
    let status = read_to_string(format!("/proc/{process}/status")).expect("the server lives");
    let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).and_then(|text| text.split_whitespace().next());
    kib.and_then(|text| text.parse::<u64>().ok()).expect("proc_pid_status(5)") * 1_024
}

/// The machine in a few words.
pub fn description() -> String {
    let cpus = read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map_or("unknown", |(_, name)| name);
    let kernel = read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{cores} cores ({model}), Linux {}", kernel.trim())
}
