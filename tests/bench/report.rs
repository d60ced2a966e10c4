//! The figures as a table.

use super::arguments::Run;
use super::{CONNECTIONS, Sample, machine};

const MIB: f64 = 1_048_576.0;

/// Prints the medians of all rounds.
pub fn print(cases: &[(&str, &Vec<Sample>)], run: &Run, idle: u64) {
    let kind = run.database.as_deref().map_or("SQLite", |_| "Postgres");
    println!("{}; {kind}, one process; {CONNECTIONS} connections over loopback.", machine::description());
    println!(
        "Medians of {} rounds of {} s. Resident when idle: {:.0} MiB.\n",
        run.rounds,
        run.length.as_secs(),
        idle as f64 / MIB
    );
    println!("| what answers | server CPU µs/request | × empty | requests/s | of empty | p50 ms | p99 ms | resident MiB |");
    println!("|---|---|---|---|---|---|---|---|");
    let cpu = |sample: &Sample| sample.cpu.as_secs_f64() * 1e6 / sample.measured.answers();
    let rate = |sample: &Sample| sample.measured.rate();
    let empty = cases.first().map_or(&[][..], |(_, samples)| samples);
    let (empty_cpu, empty_rate) = (median(empty, cpu), median(empty, rate));
    for (name, samples) in cases {
        println!(
            "| {name} | {:.1} | {:.2} | {:.0} | {:.2} | {:.2} | {:.2} | {:.0} |",
            median(samples, cpu),
            median(samples, cpu) / empty_cpu,
            median(samples, rate),
            median(samples, rate) / empty_rate,
            median(samples, |sample| sample.measured.quantile(0.5)),
            median(samples, |sample| sample.measured.quantile(0.99)),
            median(samples, |sample| sample.resident as f64) / MIB,
        );
    }
}

fn median(samples: &[Sample], figure: impl Fn(&Sample) -> f64) -> f64 {
    let mut figures: Vec<f64> = samples.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
