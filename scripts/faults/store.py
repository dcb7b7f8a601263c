"""A database of one fault's own, and what a look at it tells."""

import json
import os
import re
import subprocess
import sys
import urllib.parse

LOOK = """
import json, sqlite3, sys
rows = sqlite3.connect(sys.argv[1], timeout=30).execute(sys.argv[2])
print(json.dumps([[str(value) for value in row] for row in rows]))
"""


class Store:
    """A database of one fault's own. Ids are 32 hex digits, whatever the engine."""

    def __init__(self, engine, folder, number):
        self.engine = engine
        self.enter = ()
        if engine == "sqlite":
            self.path = os.path.join(folder, "faults.db")
            self.url = f"sqlite://{self.path}"
            return
        server = os.environ["BRAINLY_TEST_POSTGRES"]
        self.server, name = server, f"fault_{number}"
        self.url = urllib.parse.urlunsplit(urllib.parse.urlsplit(server)._replace(path=f"/{name}")).replace(f"postgres:/{name}", f"postgres:///{name}")
        for statement in (f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}"):
            self.psql(server, statement)

    @staticmethod
    def psql(url, statement):
        answer = subprocess.run(["psql", "--no-psqlrc", "-qAtc", statement, url], capture_output=True, text=True, timeout=120)
        if answer.returncode != 0:
            raise ConnectionError(answer.stderr.strip())
        return [line.split("|") for line in answer.stdout.splitlines()]

    def rows(self, statement):
        """All columns as text; `hex(…)` is for both engines."""
        if self.engine == "postgres":
            return self.psql(self.url, re.sub(r"hex\((\w+)\)", r"upper(replace(CAST(\1 AS text), '-', ''))", statement))
        # In a process of its own, because the file may be in another mount namespace.
        look = [*self.enter, sys.executable, "-c", LOOK, self.path, statement]
        answer = subprocess.run(look, capture_output=True, text=True, timeout=120)
        if answer.returncode != 0:
            raise ConnectionError(answer.stderr.strip())
        return json.loads(answer.stdout)

    def number(self, statement):
        return int(self.rows(statement)[0][0] or 0)

    def open_jobs(self):
        try:
            return self.number("SELECT COUNT(*) FROM jobs WHERE state IN ('available', 'scheduled', 'running', 'retryable')")
        except ConnectionError:
            return None  # the fault of the moment

    def spread(self):
        """The longest that an item waited for its text, in seconds."""
        if self.engine == "postgres":
            return float(self.rows("SELECT COALESCE(MAX(EXTRACT(EPOCH FROM enriched_at - created_at)), 0) FROM contents")[0][0])
        return float(self.rows("SELECT COALESCE(MAX(julianday(enriched_at) - julianday(created_at)), 0) * 86400 FROM contents")[0][0])
