//! The benchmarks: `cargo bench`, `cargo bench -- --seconds 2 verify`, `cargo bench -- --database postgres://…`.
//!
//! A child process serves the whole of Latchkey on one port and an empty actix handler on another, with as many
//! workers each. This process sends requests over loopback, one case after the other and all of them again, so that a
//! noisy moment hits no case alone; medians of the rounds are printed as the README quotes them. The processor time
//! is the child's alone, and the figure that holds from run to run; requests per second also depend on what is left
//! for the server by whoever sends the requests.

mod arguments;
mod fill;
mod load;
mod machine;
mod report;
mod seed;
mod server;

use std::time::Duration;

use arguments::{Arguments, Run};
use load::{Load, Measured};
use seed::Seeded;
use server::Served;

/// Connections that ask at the same time, each waiting for its answer before it asks again.
const CONNECTIONS: usize = 64;
/// What comes before each measurement and is not counted.
const WARM_UP: Duration = Duration::from_millis(300);

/// What is measured: its name, and the requests that its connections send.
struct Case {
    name: &'static str,
    requests: fn(&Served, &Seeded) -> Vec<Load>,
}

const CASES: &[Case] = &[
    Case { name: "empty handler", requests: |served, _| vec![Load::get(served.empty, "/", "")] },
    Case { name: "POST /v1/verify, warm", requests: |served, seeded| seeded.each(|token| Load::verify(served.latchkey, token)) },
    Case { name: "POST /v1/verify, cold", requests: |served, seeded| seeded.cold(served.latchkey) },
    Case { name: "GET /v1/me", requests: |served, seeded| seeded.each(|token| Load::me(served.latchkey, token)) },
    Case { name: "GET /v1/me, signed token", requests: |served, seeded| vec![Load::me(served.latchkey, &seeded.signed)] },
    Case {
        name: "POST /oauth2/token, a service account",
        requests: |served, seeded| {
            vec![Load::form(served.latchkey, "/oauth2/token", &seeded.client("grant_type=client_credentials"))]
        },
    },
    Case {
        name: "POST /oauth2/introspect",
        requests: |served, seeded| {
            let asked = seeded.client(&format!("token={}", seeded.signed));
            vec![Load::form(served.latchkey, "/oauth2/introspect", &asked)]
        },
    },
    Case { name: "POST /v1/auth/refresh", requests: |served, seeded| seeded.refreshes(served.latchkey) },
    Case {
        name: "/profile/tokens, 50 of 10 000",
        requests: |served, seeded| vec![seeded.page(served.latchkey, "/profile/tokens")],
    },
    Case { name: "/w/bench/keys, 50 of 10 000", requests: |served, seeded| vec![seeded.page(served.latchkey, "/w/bench/keys")] },
    Case {
        name: "/profile/security, a form",
        requests: |served, seeded| vec![seeded.page(served.latchkey, "/profile/security")],
    },
];

/// What one case did in one round.
struct Sample {
    measured: Measured,
    /// Processor time of the server, user and system.
    cpu: Duration,
    /// Memory of the server afterwards, in bytes.
    resident: u64,
}

fn main() {
    match arguments::read() {
        Arguments::Serve { database, folder } => server::serve(&database, &folder),
        Arguments::Run(run) => measure(&run),
    }
}

fn measure(run: &Run) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = run.database.clone().unwrap_or_else(|| format!("sqlite://{}", folder.path().join("latchkey.db").display()));
    let seeded = seed::seed(&database, folder.path(), run.credentials);
    let served = server::start(&database, folder.path());
    let idle = machine::resident(served.process());
    // The first case is what all others are compared with.
    let cases: Vec<&Case> =
        CASES.iter().enumerate().filter(|(n, case)| *n == 0 || run.wants(case.name)).map(|(_, case)| case).collect();
    let mut samples: Vec<Vec<Sample>> = cases.iter().map(|_| Vec::new()).collect();
    for round in 1..=run.rounds {
        for (case, samples) in cases.iter().zip(&mut samples) {
            eprintln!("round {round} of {}: {}", run.rounds, case.name);
            samples.push(sample(&served, &(case.requests)(&served, &seeded), run.length));
        }
    }
    let names = cases.iter().map(|case| case.name);
    report::print(&names.zip(&samples).collect::<Vec<_>>(), run, idle);
}

fn sample(served: &Served, requests: &[Load], length: Duration) -> Sample {
    load::run(requests, CONNECTIONS, WARM_UP);
    let before = machine::cpu(served.process());
    let measured = load::run(requests, CONNECTIONS, length);
    let cpu = machine::cpu(served.process()) - before;
    Sample { measured, cpu, resident: machine::resident(served.process()) }
}
