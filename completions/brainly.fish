# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_brainly_global_optspecs
    string join \n data-dir= log-level= log-format= h/help V/version
end

function __fish_brainly_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_brainly_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_brainly_using_subcommand
    set -l cmd (__fish_brainly_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c brainly -n "__fish_brainly_needs_command" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_needs_command" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_needs_command" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_needs_command" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_needs_command" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_needs_command" -f -a "serve" -d 'Serve the HTTP API'
complete -c brainly -n "__fish_brainly_needs_command" -f -a "worker" -d 'Work the queue: read saved links and make them findable'
complete -c brainly -n "__fish_brainly_needs_command" -f -a "migrate" -d 'Bring the database up to date'
complete -c brainly -n "__fish_brainly_needs_command" -f -a "enrich-now" -d 'Read saved links now, in this process'
complete -c brainly -n "__fish_brainly_needs_command" -f -a "embed" -d 'See how far the model of meaning has come, and have the rest done'
complete -c brainly -n "__fish_brainly_needs_command" -f -a "eval" -d 'Measure Brainly on a collection with known answers'
complete -c brainly -n "__fish_brainly_needs_command" -f -a "backup" -d 'Back up the database, and bring it back'
complete -c brainly -n "__fish_brainly_needs_command" -f -a "export" -d 'Write everything to a portable archive'
complete -c brainly -n "__fish_brainly_needs_command" -f -a "import" -d 'Read a portable archive into an empty database'
complete -c brainly -n "__fish_brainly_needs_command" -f -a "import-links" -d 'Import links from browsers and other services'
complete -c brainly -n "__fish_brainly_needs_command" -f -a "queue" -d 'See what waits, runs and failed, and retry, cancel or hold it'
complete -c brainly -n "__fish_brainly_needs_command" -f -a "search" -d 'Search a user\'s brain'
complete -c brainly -n "__fish_brainly_needs_command" -f -a "user" -d 'Make, list, change and remove accounts'
complete -c brainly -n "__fish_brainly_needs_command" -f -a "doctor" -d 'Check that this instance is fit for production'
complete -c brainly -n "__fish_brainly_needs_command" -f -a "config" -d 'Show the effective configuration, secrets hidden'
complete -c brainly -n "__fish_brainly_needs_command" -f -a "completions" -d 'Print the completion script for a shell'
complete -c brainly -n "__fish_brainly_needs_command" -f -a "man" -d 'Print the manual page, or write the pages of all commands to a folder'
complete -c brainly -n "__fish_brainly_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c brainly -n "__fish_brainly_using_subcommand serve" -l host -d 'The address to listen on; 0.0.0.0 is all of this machine\'s [HOST]' -r
complete -c brainly -n "__fish_brainly_using_subcommand serve" -l port -d 'The port to listen on; 0 takes any that is free [PORT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand serve" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand serve" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand serve" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand serve" -l migrate -d 'Migrate the database first, on PostgreSQL too'
complete -c brainly -n "__fish_brainly_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c brainly -n "__fish_brainly_using_subcommand serve" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand worker" -l queues -d 'Serve only these queues, comma-separated: enrich, index, embed, import, upkeep' -r
complete -c brainly -n "__fish_brainly_using_subcommand worker" -l concurrency -d 'Jobs at a time [WORKER_CONCURRENCY]' -r
complete -c brainly -n "__fish_brainly_using_subcommand worker" -l health-port -d 'Answer /health and /metrics on this port; 0 takes any that is free [WORKER_HEALTH_PORT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand worker" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand worker" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand worker" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand worker" -l once -d 'Do what is due, then exit'
complete -c brainly -n "__fish_brainly_using_subcommand worker" -l json -d 'With --once: print the outcome as JSON'
complete -c brainly -n "__fish_brainly_using_subcommand worker" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c brainly -n "__fish_brainly_using_subcommand worker" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and not __fish_seen_subcommand_from up status copy help" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and not __fish_seen_subcommand_from up status copy help" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and not __fish_seen_subcommand_from up status copy help" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and not __fish_seen_subcommand_from up status copy help" -l dry-run -d 'Say what would be done, and do nothing'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and not __fish_seen_subcommand_from up status copy help" -l json -d 'Print JSON'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and not __fish_seen_subcommand_from up status copy help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and not __fish_seen_subcommand_from up status copy help" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and not __fish_seen_subcommand_from up status copy help" -f -a "up" -d 'Run what is missing (the default)'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and not __fish_seen_subcommand_from up status copy help" -f -a "status" -d 'Show which migrations the database has'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and not __fish_seen_subcommand_from up status copy help" -f -a "copy" -d 'Copy everything to an empty database, of either engine'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and not __fish_seen_subcommand_from up status copy help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from up" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from up" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from up" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from up" -l dry-run -d 'Say what would be done, and do nothing'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from up" -l json -d 'Print JSON'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from up" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from up" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from status" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from status" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from status" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from status" -l json -d 'Print JSON'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from status" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from copy" -l from -d 'Where everything is now: sqlite://… or postgres://…; DATABASE_URL when it is left out' -r
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from copy" -l to -d 'An empty database: sqlite://… or postgres://…' -r
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from copy" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from copy" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from copy" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from copy" -l json -d 'Print the outcome as JSON'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from copy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from copy" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from help" -f -a "up" -d 'Run what is missing (the default)'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show which migrations the database has'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from help" -f -a "copy" -d 'Copy everything to an empty database, of either engine'
complete -c brainly -n "__fish_brainly_using_subcommand migrate; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c brainly -n "__fish_brainly_using_subcommand enrich-now" -l user -d 'Items of this user only' -r
complete -c brainly -n "__fish_brainly_using_subcommand enrich-now" -l limit -d 'At most so many, the oldest first' -r
complete -c brainly -n "__fish_brainly_using_subcommand enrich-now" -l concurrency -d 'Items at a time [WORKER_CONCURRENCY]' -r
complete -c brainly -n "__fish_brainly_using_subcommand enrich-now" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand enrich-now" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand enrich-now" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand enrich-now" -l pending -d 'Items that wait, or that a worker left half-way'
complete -c brainly -n "__fish_brainly_using_subcommand enrich-now" -l failed -d 'Items that were given up'
complete -c brainly -n "__fish_brainly_using_subcommand enrich-now" -l all -d 'Items of any status'
complete -c brainly -n "__fish_brainly_using_subcommand enrich-now" -l refresh -d 'Only look for changes: a page that says it has not changed stays as it is. Without another choice, all items that were read'
complete -c brainly -n "__fish_brainly_using_subcommand enrich-now" -l dry-run -d 'Print the ids that would be read, and read nothing'
complete -c brainly -n "__fish_brainly_using_subcommand enrich-now" -l json -d 'Print the outcome as JSON'
complete -c brainly -n "__fish_brainly_using_subcommand enrich-now" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c brainly -n "__fish_brainly_using_subcommand enrich-now" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand embed; and not __fish_seen_subcommand_from status missing help" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand embed; and not __fish_seen_subcommand_from status missing help" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand embed; and not __fish_seen_subcommand_from status missing help" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand embed; and not __fish_seen_subcommand_from status missing help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c brainly -n "__fish_brainly_using_subcommand embed; and not __fish_seen_subcommand_from status missing help" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand embed; and not __fish_seen_subcommand_from status missing help" -f -a "status" -d 'Show the model, how many chunks it knows, and what the rest will take'
complete -c brainly -n "__fish_brainly_using_subcommand embed; and not __fish_seen_subcommand_from status missing help" -f -a "missing" -d 'Look for what is missing or stale now, and enqueue it'
complete -c brainly -n "__fish_brainly_using_subcommand embed; and not __fish_seen_subcommand_from status missing help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c brainly -n "__fish_brainly_using_subcommand embed; and __fish_seen_subcommand_from status" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand embed; and __fish_seen_subcommand_from status" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand embed; and __fish_seen_subcommand_from status" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand embed; and __fish_seen_subcommand_from status" -l json -d 'Print JSON'
complete -c brainly -n "__fish_brainly_using_subcommand embed; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand embed; and __fish_seen_subcommand_from status" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand embed; and __fish_seen_subcommand_from missing" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand embed; and __fish_seen_subcommand_from missing" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand embed; and __fish_seen_subcommand_from missing" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand embed; and __fish_seen_subcommand_from missing" -l dry-run -d 'Say what it would take, and enqueue nothing'
complete -c brainly -n "__fish_brainly_using_subcommand embed; and __fish_seen_subcommand_from missing" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand embed; and __fish_seen_subcommand_from missing" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand embed; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show the model, how many chunks it knows, and what the rest will take'
complete -c brainly -n "__fish_brainly_using_subcommand embed; and __fish_seen_subcommand_from help" -f -a "missing" -d 'Look for what is missing or stale now, and enqueue it'
complete -c brainly -n "__fish_brainly_using_subcommand embed; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c brainly -n "__fish_brainly_using_subcommand eval; and not __fish_seen_subcommand_from extraction search help" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand eval; and not __fish_seen_subcommand_from extraction search help" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand eval; and not __fish_seen_subcommand_from extraction search help" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand eval; and not __fish_seen_subcommand_from extraction search help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c brainly -n "__fish_brainly_using_subcommand eval; and not __fish_seen_subcommand_from extraction search help" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand eval; and not __fish_seen_subcommand_from extraction search help" -f -a "extraction" -d 'How well is the text of pages found, and what they say about themselves?'
complete -c brainly -n "__fish_brainly_using_subcommand eval; and not __fish_seen_subcommand_from extraction search help" -f -a "search" -d 'How well is found what is asked for?'
complete -c brainly -n "__fish_brainly_using_subcommand eval; and not __fish_seen_subcommand_from extraction search help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c brainly -n "__fish_brainly_using_subcommand eval; and __fish_seen_subcommand_from extraction" -l worst -d 'Show so many of the pages that came out worst' -r
complete -c brainly -n "__fish_brainly_using_subcommand eval; and __fish_seen_subcommand_from extraction" -l output -d 'Write what was read of each page to a file, as JSON: {"page": {"articleBody", "title", …}}' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand eval; and __fish_seen_subcommand_from extraction" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand eval; and __fish_seen_subcommand_from extraction" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand eval; and __fish_seen_subcommand_from extraction" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand eval; and __fish_seen_subcommand_from extraction" -l uncontained -d 'Read the pages in this process: how much faster that is tells what containing them costs. For pages you trust'
complete -c brainly -n "__fish_brainly_using_subcommand eval; and __fish_seen_subcommand_from extraction" -l json -d 'Print the figures as JSON'
complete -c brainly -n "__fish_brainly_using_subcommand eval; and __fish_seen_subcommand_from extraction" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand eval; and __fish_seen_subcommand_from extraction" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand eval; and __fish_seen_subcommand_from search" -l database-url -d 'A PostgreSQL server on which a scratch database is made and removed; SQLite without it' -r
complete -c brainly -n "__fish_brainly_using_subcommand eval; and __fish_seen_subcommand_from search" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand eval; and __fish_seen_subcommand_from search" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand eval; and __fish_seen_subcommand_from search" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand eval; and __fish_seen_subcommand_from search" -l json -d 'Print JSON'
complete -c brainly -n "__fish_brainly_using_subcommand eval; and __fish_seen_subcommand_from search" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand eval; and __fish_seen_subcommand_from search" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand eval; and __fish_seen_subcommand_from help" -f -a "extraction" -d 'How well is the text of pages found, and what they say about themselves?'
complete -c brainly -n "__fish_brainly_using_subcommand eval; and __fish_seen_subcommand_from help" -f -a "search" -d 'How well is found what is asked for?'
complete -c brainly -n "__fish_brainly_using_subcommand eval; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and not __fish_seen_subcommand_from create list verify upload restore prune help" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand backup; and not __fish_seen_subcommand_from create list verify upload restore prune help" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand backup; and not __fish_seen_subcommand_from create list verify upload restore prune help" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand backup; and not __fish_seen_subcommand_from create list verify upload restore prune help" -l json -d 'Print the outcome as JSON'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and not __fish_seen_subcommand_from create list verify upload restore prune help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and not __fish_seen_subcommand_from create list verify upload restore prune help" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and not __fish_seen_subcommand_from create list verify upload restore prune help" -f -a "create" -d 'Make a backup (the default)'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and not __fish_seen_subcommand_from create list verify upload restore prune help" -f -a "list" -d 'Show the backups that there are'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and not __fish_seen_subcommand_from create list verify upload restore prune help" -f -a "verify" -d 'Read a backup again and compare it with its checksums'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and not __fish_seen_subcommand_from create list verify upload restore prune help" -f -a "upload" -d 'Send a backup from BACKUP_DIR to the bucket, or go on where sending it broke off'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and not __fish_seen_subcommand_from create list verify upload restore prune help" -f -a "restore" -d 'Put a backup in the place of the database'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and not __fish_seen_subcommand_from create list verify upload restore prune help" -f -a "prune" -d 'Remove backups that are too old'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and not __fish_seen_subcommand_from create list verify upload restore prune help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from create" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from create" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from create" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from create" -l json -d 'Print the outcome as JSON'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from create" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from list" -l from -d 'Look there instead of in BACKUP_DIR: a folder of backups, or one backup\'s own; s3 is the bucket BACKUP_S3_BUCKET' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from list" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from list" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from list" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from list" -l json -d 'Print JSON'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from verify" -l from -d 'Look there instead of in BACKUP_DIR: a folder of backups, or one backup\'s own; s3 is the bucket BACKUP_S3_BUCKET' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from verify" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from verify" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from verify" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from verify" -l restore -d 'Restore it as well, into a database that is made for this, and compare every table'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from verify" -l stored -d 'Only compare the stored files with their checksums: an encrypted backup needs no key for that'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from verify" -l json -d 'Print the outcome as JSON'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from verify" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from upload" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from upload" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from upload" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from upload" -l json -d 'Print the outcome as JSON'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from upload" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from upload" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from restore" -l from -d 'Look there instead of in BACKUP_DIR: a folder of backups, or one backup\'s own; s3 is the bucket BACKUP_S3_BUCKET' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from restore" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from restore" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from restore" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from restore" -l replace -d 'Replace a database that has accounts in it; asks first'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from restore" -s y -l yes -d 'Don\'t ask'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from restore" -l json -d 'Print the outcome as JSON'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from restore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from restore" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from prune" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from prune" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from prune" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from prune" -l dry-run -d 'Say what would be removed, and remove nothing'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from prune" -l json -d 'Print the outcome as JSON'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from prune" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a backup (the default)'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "list" -d 'Show the backups that there are'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Read a backup again and compare it with its checksums'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "upload" -d 'Send a backup from BACKUP_DIR to the bucket, or go on where sending it broke off'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "restore" -d 'Put a backup in the place of the database'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove backups that are too old'
complete -c brainly -n "__fish_brainly_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c brainly -n "__fish_brainly_using_subcommand export" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand export" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand export" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand export" -l encrypt -d 'Encrypt it with what BACKUP_KEY, BACKUP_RECIPIENT or BACKUP_PASSPHRASE holds'
complete -c brainly -n "__fish_brainly_using_subcommand export" -l json -d 'Print the outcome as JSON'
complete -c brainly -n "__fish_brainly_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c brainly -n "__fish_brainly_using_subcommand export" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand import" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand import" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand import" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand import" -l json -d 'Print the outcome as JSON'
complete -c brainly -n "__fish_brainly_using_subcommand import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c brainly -n "__fish_brainly_using_subcommand import" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand import-links" -l user -d 'Whose links they become; may be left out while there is one user' -r
complete -c brainly -n "__fish_brainly_using_subcommand import-links" -l format -d 'netscape, pocket, raindrop, instapaper, readwise, omnivore, linkding, linkwarden, karakeep or links; found out when left out' -r
complete -c brainly -n "__fish_brainly_using_subcommand import-links" -l undo -d 'Put everything that an import saved into the trash' -r
complete -c brainly -n "__fish_brainly_using_subcommand import-links" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand import-links" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand import-links" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand import-links" -l dry-run -d 'Say what would become of the file, and save nothing'
complete -c brainly -n "__fish_brainly_using_subcommand import-links" -l json -d 'Print the outcome as JSON'
complete -c brainly -n "__fish_brainly_using_subcommand import-links" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c brainly -n "__fish_brainly_using_subcommand import-links" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and not __fish_seen_subcommand_from stats list show retry cancel pause resume help" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand queue; and not __fish_seen_subcommand_from stats list show retry cancel pause resume help" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and not __fish_seen_subcommand_from stats list show retry cancel pause resume help" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and not __fish_seen_subcommand_from stats list show retry cancel pause resume help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and not __fish_seen_subcommand_from stats list show retry cancel pause resume help" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and not __fish_seen_subcommand_from stats list show retry cancel pause resume help" -f -a "stats" -d 'Show how deep the queues are, how fast they move, and what is enqueued by the clock'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and not __fish_seen_subcommand_from stats list show retry cancel pause resume help" -f -a "list" -d 'Show jobs, the newest first'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and not __fish_seen_subcommand_from stats list show retry cancel pause resume help" -f -a "show" -d 'Show a job with its attempts and the chain of its errors'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and not __fish_seen_subcommand_from stats list show retry cancel pause resume help" -f -a "retry" -d 'Have jobs tried again, at once, that failed, were cancelled or wait for their time'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and not __fish_seen_subcommand_from stats list show retry cancel pause resume help" -f -a "cancel" -d 'Cancel jobs that wait or run'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and not __fish_seen_subcommand_from stats list show retry cancel pause resume help" -f -a "pause" -d 'Let no worker begin jobs of a queue; those that run go on'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and not __fish_seen_subcommand_from stats list show retry cancel pause resume help" -f -a "resume" -d 'Let workers take jobs of a queue again'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and not __fish_seen_subcommand_from stats list show retry cancel pause resume help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from stats" -l watch -d 'Show it again every so many seconds, until Ctrl-C' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from stats" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from stats" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from stats" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from stats" -l json -d 'Print JSON; with --watch a line each time'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from stats" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from stats" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from list" -l state -d 'Only jobs in this state' -r -f -a "available\t''
scheduled\t''
running\t''
retryable\t''
completed\t''
cancelled\t''
discarded\t''"
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from list" -l kind -d 'Only jobs of this kind' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from list" -l queue -d 'Only jobs of this queue' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from list" -l user -d 'Only jobs of this user' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from list" -l before -d 'Only jobs that were enqueued before this one' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from list" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from list" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from list" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from list" -l json -d 'Print JSON, which has all there is'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from show" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from show" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from show" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from show" -l json -d 'Print JSON'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from retry" -l state -d 'Only jobs in this state' -r -f -a "available\t''
scheduled\t''
running\t''
retryable\t''
completed\t''
cancelled\t''
discarded\t''"
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from retry" -l kind -d 'Only jobs of this kind' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from retry" -l queue -d 'Only jobs of this queue' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from retry" -l user -d 'Only jobs of this user' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from retry" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from retry" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from retry" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from retry" -l all -d 'All that were discarded or cancelled'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from retry" -l json -d 'Print the outcome as JSON'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from retry" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from retry" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from cancel" -l state -d 'Only jobs in this state' -r -f -a "available\t''
scheduled\t''
running\t''
retryable\t''
completed\t''
cancelled\t''
discarded\t''"
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from cancel" -l kind -d 'Only jobs of this kind' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from cancel" -l queue -d 'Only jobs of this queue' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from cancel" -l user -d 'Only jobs of this user' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from cancel" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from cancel" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from cancel" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from cancel" -l all -d 'All that wait or run'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from cancel" -s y -l yes -d 'Don\'t ask'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from cancel" -l json -d 'Print the outcome as JSON'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from cancel" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from cancel" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from pause" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from pause" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from pause" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from pause" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from pause" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from resume" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from resume" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from resume" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from resume" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from help" -f -a "stats" -d 'Show how deep the queues are, how fast they move, and what is enqueued by the clock'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from help" -f -a "list" -d 'Show jobs, the newest first'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a job with its attempts and the chain of its errors'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from help" -f -a "retry" -d 'Have jobs tried again, at once, that failed, were cancelled or wait for their time'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from help" -f -a "cancel" -d 'Cancel jobs that wait or run'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from help" -f -a "pause" -d 'Let no worker begin jobs of a queue; those that run go on'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from help" -f -a "resume" -d 'Let workers take jobs of a queue again'
complete -c brainly -n "__fish_brainly_using_subcommand queue; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c brainly -n "__fish_brainly_using_subcommand search" -l user -d 'Whose items; may be left out while there is one user' -r
complete -c brainly -n "__fish_brainly_using_subcommand search" -l limit -d 'Answers at most' -r
complete -c brainly -n "__fish_brainly_using_subcommand search" -l mode -d 'How to look: hybrid (by words and by meaning), semantic or text' -r
complete -c brainly -n "__fish_brainly_using_subcommand search" -l type -d 'Only items of this type, as the API names it: link, note, youtube, …' -r
complete -c brainly -n "__fish_brainly_using_subcommand search" -l tag -d 'Only items with this tag' -r
complete -c brainly -n "__fish_brainly_using_subcommand search" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand search" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand search" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand search" -l json -d 'Print JSON'
complete -c brainly -n "__fish_brainly_using_subcommand search" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c brainly -n "__fish_brainly_using_subcommand search" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand user; and not __fish_seen_subcommand_from create list reset-password make-admin disable enable delete help" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand user; and not __fish_seen_subcommand_from create list reset-password make-admin disable enable delete help" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand user; and not __fish_seen_subcommand_from create list reset-password make-admin disable enable delete help" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand user; and not __fish_seen_subcommand_from create list reset-password make-admin disable enable delete help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c brainly -n "__fish_brainly_using_subcommand user; and not __fish_seen_subcommand_from create list reset-password make-admin disable enable delete help" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand user; and not __fish_seen_subcommand_from create list reset-password make-admin disable enable delete help" -f -a "create" -d 'Make an account, also when sign-ups are closed; the first one of all is an administrator'
complete -c brainly -n "__fish_brainly_using_subcommand user; and not __fish_seen_subcommand_from create list reset-password make-admin disable enable delete help" -f -a "list" -d 'Show all accounts'
complete -c brainly -n "__fish_brainly_using_subcommand user; and not __fish_seen_subcommand_from create list reset-password make-admin disable enable delete help" -f -a "reset-password" -d 'Set another password and end every session and API token of the user'
complete -c brainly -n "__fish_brainly_using_subcommand user; and not __fish_seen_subcommand_from create list reset-password make-admin disable enable delete help" -f -a "make-admin" -d 'Make somebody an administrator, who may see the queue and the jobs of all'
complete -c brainly -n "__fish_brainly_using_subcommand user; and not __fish_seen_subcommand_from create list reset-password make-admin disable enable delete help" -f -a "disable" -d 'Shut somebody out: no sign-in, and every session and API token ends; the items stay'
complete -c brainly -n "__fish_brainly_using_subcommand user; and not __fish_seen_subcommand_from create list reset-password make-admin disable enable delete help" -f -a "enable" -d 'Let somebody sign in again'
complete -c brainly -n "__fish_brainly_using_subcommand user; and not __fish_seen_subcommand_from create list reset-password make-admin disable enable delete help" -f -a "delete" -d 'Remove an account and everything in it, for good'
complete -c brainly -n "__fish_brainly_using_subcommand user; and not __fish_seen_subcommand_from create list reset-password make-admin disable enable delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from create" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from create" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from create" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from create" -l admin -d 'Make it an administrator\'s'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from create" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from list" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from list" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from list" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from list" -l json -d 'Print JSON, which has the ids too'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from reset-password" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from reset-password" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from reset-password" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from reset-password" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from reset-password" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from make-admin" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from make-admin" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from make-admin" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from make-admin" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from make-admin" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from disable" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from disable" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from disable" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from disable" -s y -l yes -d 'Don\'t ask'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from disable" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from enable" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from enable" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from enable" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from enable" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from delete" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from delete" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from delete" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from delete" -s y -l yes -d 'Don\'t ask'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from delete" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make an account, also when sign-ups are closed; the first one of all is an administrator'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "list" -d 'Show all accounts'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "reset-password" -d 'Set another password and end every session and API token of the user'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "make-admin" -d 'Make somebody an administrator, who may see the queue and the jobs of all'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "disable" -d 'Shut somebody out: no sign-in, and every session and API token ends; the items stay'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "enable" -d 'Let somebody sign in again'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Remove an account and everything in it, for good'
complete -c brainly -n "__fish_brainly_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c brainly -n "__fish_brainly_using_subcommand doctor" -l instances -d 'How many processes (servers and workers) share the database' -r
complete -c brainly -n "__fish_brainly_using_subcommand doctor" -l outside -d 'The page by which it is seen that links can be fetched' -r
complete -c brainly -n "__fish_brainly_using_subcommand doctor" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand doctor" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand doctor" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand doctor" -l offline -d 'Leave the outgoing network alone'
complete -c brainly -n "__fish_brainly_using_subcommand doctor" -l json -d 'Print JSON'
complete -c brainly -n "__fish_brainly_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c brainly -n "__fish_brainly_using_subcommand doctor" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand config" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand config" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand config" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand config" -l json -d 'Print JSON'
complete -c brainly -n "__fish_brainly_using_subcommand config" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c brainly -n "__fish_brainly_using_subcommand config" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand completions" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand completions" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand completions" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c brainly -n "__fish_brainly_using_subcommand completions" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand man" -l dir -d 'Write brainly.1, brainly-serve.1, … here instead' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand man" -l data-dir -d 'Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]' -r -F
complete -c brainly -n "__fish_brainly_using_subcommand man" -l log-level -d 'The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]' -r
complete -c brainly -n "__fish_brainly_using_subcommand man" -l log-format -d 'How a log line looks: pretty or json [LOG_FORMAT]' -r
complete -c brainly -n "__fish_brainly_using_subcommand man" -s h -l help -d 'Print help'
complete -c brainly -n "__fish_brainly_using_subcommand man" -s V -l version -d 'Print version'
complete -c brainly -n "__fish_brainly_using_subcommand help; and not __fish_seen_subcommand_from serve worker migrate enrich-now embed eval backup export import import-links queue search user doctor config completions man help" -f -a "serve" -d 'Serve the HTTP API'
complete -c brainly -n "__fish_brainly_using_subcommand help; and not __fish_seen_subcommand_from serve worker migrate enrich-now embed eval backup export import import-links queue search user doctor config completions man help" -f -a "worker" -d 'Work the queue: read saved links and make them findable'
complete -c brainly -n "__fish_brainly_using_subcommand help; and not __fish_seen_subcommand_from serve worker migrate enrich-now embed eval backup export import import-links queue search user doctor config completions man help" -f -a "migrate" -d 'Bring the database up to date'
complete -c brainly -n "__fish_brainly_using_subcommand help; and not __fish_seen_subcommand_from serve worker migrate enrich-now embed eval backup export import import-links queue search user doctor config completions man help" -f -a "enrich-now" -d 'Read saved links now, in this process'
complete -c brainly -n "__fish_brainly_using_subcommand help; and not __fish_seen_subcommand_from serve worker migrate enrich-now embed eval backup export import import-links queue search user doctor config completions man help" -f -a "embed" -d 'See how far the model of meaning has come, and have the rest done'
complete -c brainly -n "__fish_brainly_using_subcommand help; and not __fish_seen_subcommand_from serve worker migrate enrich-now embed eval backup export import import-links queue search user doctor config completions man help" -f -a "eval" -d 'Measure Brainly on a collection with known answers'
complete -c brainly -n "__fish_brainly_using_subcommand help; and not __fish_seen_subcommand_from serve worker migrate enrich-now embed eval backup export import import-links queue search user doctor config completions man help" -f -a "backup" -d 'Back up the database, and bring it back'
complete -c brainly -n "__fish_brainly_using_subcommand help; and not __fish_seen_subcommand_from serve worker migrate enrich-now embed eval backup export import import-links queue search user doctor config completions man help" -f -a "export" -d 'Write everything to a portable archive'
complete -c brainly -n "__fish_brainly_using_subcommand help; and not __fish_seen_subcommand_from serve worker migrate enrich-now embed eval backup export import import-links queue search user doctor config completions man help" -f -a "import" -d 'Read a portable archive into an empty database'
complete -c brainly -n "__fish_brainly_using_subcommand help; and not __fish_seen_subcommand_from serve worker migrate enrich-now embed eval backup export import import-links queue search user doctor config completions man help" -f -a "import-links" -d 'Import links from browsers and other services'
complete -c brainly -n "__fish_brainly_using_subcommand help; and not __fish_seen_subcommand_from serve worker migrate enrich-now embed eval backup export import import-links queue search user doctor config completions man help" -f -a "queue" -d 'See what waits, runs and failed, and retry, cancel or hold it'
complete -c brainly -n "__fish_brainly_using_subcommand help; and not __fish_seen_subcommand_from serve worker migrate enrich-now embed eval backup export import import-links queue search user doctor config completions man help" -f -a "search" -d 'Search a user\'s brain'
complete -c brainly -n "__fish_brainly_using_subcommand help; and not __fish_seen_subcommand_from serve worker migrate enrich-now embed eval backup export import import-links queue search user doctor config completions man help" -f -a "user" -d 'Make, list, change and remove accounts'
complete -c brainly -n "__fish_brainly_using_subcommand help; and not __fish_seen_subcommand_from serve worker migrate enrich-now embed eval backup export import import-links queue search user doctor config completions man help" -f -a "doctor" -d 'Check that this instance is fit for production'
complete -c brainly -n "__fish_brainly_using_subcommand help; and not __fish_seen_subcommand_from serve worker migrate enrich-now embed eval backup export import import-links queue search user doctor config completions man help" -f -a "config" -d 'Show the effective configuration, secrets hidden'
complete -c brainly -n "__fish_brainly_using_subcommand help; and not __fish_seen_subcommand_from serve worker migrate enrich-now embed eval backup export import import-links queue search user doctor config completions man help" -f -a "completions" -d 'Print the completion script for a shell'
complete -c brainly -n "__fish_brainly_using_subcommand help; and not __fish_seen_subcommand_from serve worker migrate enrich-now embed eval backup export import import-links queue search user doctor config completions man help" -f -a "man" -d 'Print the manual page, or write the pages of all commands to a folder'
complete -c brainly -n "__fish_brainly_using_subcommand help; and not __fish_seen_subcommand_from serve worker migrate enrich-now embed eval backup export import import-links queue search user doctor config completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from migrate" -f -a "up" -d 'Run what is missing (the default)'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from migrate" -f -a "status" -d 'Show which migrations the database has'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from migrate" -f -a "copy" -d 'Copy everything to an empty database, of either engine'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from embed" -f -a "status" -d 'Show the model, how many chunks it knows, and what the rest will take'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from embed" -f -a "missing" -d 'Look for what is missing or stale now, and enqueue it'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from eval" -f -a "extraction" -d 'How well is the text of pages found, and what they say about themselves?'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from eval" -f -a "search" -d 'How well is found what is asked for?'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "create" -d 'Make a backup (the default)'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "list" -d 'Show the backups that there are'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "verify" -d 'Read a backup again and compare it with its checksums'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "upload" -d 'Send a backup from BACKUP_DIR to the bucket, or go on where sending it broke off'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "restore" -d 'Put a backup in the place of the database'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "prune" -d 'Remove backups that are too old'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from queue" -f -a "stats" -d 'Show how deep the queues are, how fast they move, and what is enqueued by the clock'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from queue" -f -a "list" -d 'Show jobs, the newest first'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from queue" -f -a "show" -d 'Show a job with its attempts and the chain of its errors'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from queue" -f -a "retry" -d 'Have jobs tried again, at once, that failed, were cancelled or wait for their time'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from queue" -f -a "cancel" -d 'Cancel jobs that wait or run'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from queue" -f -a "pause" -d 'Let no worker begin jobs of a queue; those that run go on'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from queue" -f -a "resume" -d 'Let workers take jobs of a queue again'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "create" -d 'Make an account, also when sign-ups are closed; the first one of all is an administrator'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "list" -d 'Show all accounts'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "reset-password" -d 'Set another password and end every session and API token of the user'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "make-admin" -d 'Make somebody an administrator, who may see the queue and the jobs of all'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "disable" -d 'Shut somebody out: no sign-in, and every session and API token ends; the items stay'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "enable" -d 'Let somebody sign in again'
complete -c brainly -n "__fish_brainly_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "delete" -d 'Remove an account and everything in it, for good'
