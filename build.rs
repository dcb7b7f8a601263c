//! Makes cargo see a migration that was added: `sqlx::migrate!` watches only those that it knew.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
