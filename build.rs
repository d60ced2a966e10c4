//! `sqlx::migrate!` and the embedded pages do not notice new files by themselves.

fn main() {
    for folder in ["migrations", "templates", "static"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
