//! `brainly user`.

use serde_json::Value;

use super::binary::Binary;
use crate::harness::{Scratch, on_both_engines};

fn on(scratch: &Scratch) -> Binary {
    Binary::new().env("DATABASE_URL", &scratch.url).env("JWT_SECRET", "a-secret-of-forty-characters-for-one-test")
}

fn users(brainly: &Binary) -> Vec<Value> {
    let listed: Value = serde_json::from_str(&brainly.run(&["user", "list", "--json"]).assert_code(0).stdout).unwrap();
    listed["users"].as_array().unwrap().clone()
}

on_both_engines! {
    async fn an_operator_makes_lists_changes_and_removes_accounts(scratch: Scratch) {
        let brainly = on(&scratch);
        brainly.run_with(&["user", "create", "ada"], "correct horse battery\n").assert_code(0);
        brainly.run_with(&["user", "create", "eve"], "another long password\n").assert_code(0);

        let made = users(&brainly);
        assert_eq!((&made[0]["username"], &made[0]["isAdmin"]), (&"ada".into(), &true.into()));
        assert_eq!((&made[1]["username"], &made[1]["isAdmin"]), (&"eve".into(), &false.into()));

        brainly.run(&["user", "make-admin", "eve"]).assert_code(0);
        brainly.run(&["user", "disable", "EVE"]).assert_code(0);
        let changed = &users(&brainly)[1];
        assert!(changed["isAdmin"] == true && changed["disabledAt"].is_string(), "{changed}");
        brainly.run(&["user", "enable", "eve"]).assert_code(0);
        assert!(users(&brainly)[1]["disabledAt"].is_null());
        brainly.run_with(&["user", "reset-password", "eve"], "a third long password\n").assert_code(0);

        let unasked = brainly.run(&["user", "delete", "eve"]).assert_code(1);
        assert!(unasked.stderr.contains("--yes"), "{}", unasked.stderr);
        brainly.run(&["user", "delete", "eve", "--yes"]).assert_code(0);
        let table = brainly.run(&["user", "list"]).assert_code(0).stdout;
        assert!(table.starts_with("ada  admin  active") && table.lines().count() == 1, "{table}");
    }

    async fn what_can_not_be_done_to_an_account_is_said_in_one_sentence(scratch: Scratch) {
        let brainly = on(&scratch);
        brainly.run_with(&["user", "create", "ada"], "correct horse battery\n").assert_code(0);
        for (arguments, input, told) in [
            (&["user", "create", "ADA"][..], "correct horse battery\n", "already exists"),
            (&["user", "create", "bob"], "short\n", "8"),
            (&["user", "create", "bob"], "", "8"),
            (&["user", "create", "no spaces"], "correct horse battery\n", "sername"),
            (&["user", "disable", "nobody"], "", "there is no user"),
        ] {
            let refused = brainly.run_with(arguments, input).assert_code(1);
            assert!(refused.stderr.contains(told), "{arguments:?}: {}", refused.stderr);
        }
    }
}
