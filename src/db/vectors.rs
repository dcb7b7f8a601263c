//! SQLite with vectors: sqlite-vec becomes part of every connection that is opened after this.

use std::ffi::{c_char, c_int};
use std::sync::Once;

use libsqlite3_sys::{SQLITE_OK, sqlite3, sqlite3_api_routines, sqlite3_auto_extension};

/// What SQLite calls for each new connection.
type EntryPoint = unsafe extern "C" fn(*mut sqlite3, *mut *mut c_char, *const sqlite3_api_routines) -> c_int;

/// Makes sqlite-vec's functions and its table `vec0` known to connections that are opened from now on.
pub(super) fn register() {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        let code = enter();
        if code != SQLITE_OK {
            // Only a machine without memory comes here; the first statement with a vector then says what is missing.
            tracing::error!(code, "sqlite-vec can't be registered with SQLite: nothing will be found by its meaning");
        }
    });
}

#[expect(
    unsafe_code,
    reason = "sqlite-vec declares its entry point without arguments, as C knows it by name alone; it is compiled into this program \
              against the SQLite that calls it, which passes the three arguments that EntryPoint says"
)]
fn enter() -> c_int {
    let entry: unsafe extern "C" fn() = sqlite_vec::sqlite3_vec_init;
    unsafe {
        let entry = std::mem::transmute::<unsafe extern "C" fn(), EntryPoint>(entry);
        sqlite3_auto_extension(Some(entry))
    }
}
