//! The `latchkey` program.

fn main() -> std::process::ExitCode {
    latchkey::cli::run()
}
