"""A database of either engine with generated rows, and the program around it."""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
WORDS = "clay kiln glaze raku cone wheel slip oxide celadon stoneware porcelain bisque firing wedging trimming handle lid spout ash feldspar".split()


class Stage:
    """One database, empty until `fill`; leaving it removes all."""

    def __init__(self, binary, engine, name):
        self.binary, self.engine, self.name = binary, engine, f"{name}_{os.getpid()}"
        self.folder = tempfile.mkdtemp(prefix=f"{name}-")
        server = os.environ["BRAINLY_TEST_POSTGRES"]
        base, _, query = server.partition("?")
        self.server = server
        self.url = f"sqlite://{self.folder}/brainly.db" if engine == "sqlite" else f"{base.rsplit('/', 1)[0]}/{self.name}?{query}".rstrip("?")
        self.environment = {
            "PATH": os.environ.get("PATH", os.defpath), "HOME": self.folder, "TMPDIR": self.folder, "DATABASE_URL": self.url, "BRAINLY_DATA_DIR": self.folder,
            "JWT_SECRET": "only-for-these-runs-0123456789abcdef", "EMBEDDING_PROVIDER": "none",
        }
        self.recreate()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.engine == "postgres":
            self.psql(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)", self.server)
        shutil.rmtree(self.folder, ignore_errors=True)

    def recreate(self):
        """An empty database in the place of this one."""
        if self.engine == "postgres":
            self.psql(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)", self.server)
            self.psql(f"CREATE DATABASE {self.name}", self.server)
        else:
            for ending in ("", "-wal", "-shm", ".restoring"):
                if os.path.exists(self.file + ending):
                    os.remove(self.file + ending)

    @property
    def file(self):
        return os.path.join(self.folder, "brainly.db")

    def psql(self, statement, url=None):
        done = subprocess.run(["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", url or self.url], input=statement, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr.strip())
        return done.stdout.strip()

    def sql(self, statement):
        """Runs statements; the first column of the first row of what they answer."""
        if self.engine == "postgres":
            return self.psql(statement).split("\n")[0]
        db = sqlite3.connect(self.file, timeout=30, isolation_level=None)
        try:
            *before, last = [part for part in statement.split(";") if part.strip()]
            for part in before:
                db.execute(part)
            row = db.execute(last).fetchone()
            return str(row[0]) if row else ""
        finally:
            db.close()

    def command(self, *arguments):
        return [self.binary, *arguments]

    def run(self, *arguments, code=0, stdin=None, **environment):
        done = subprocess.run(self.command(*arguments), env={**self.environment, **environment}, cwd=self.folder, input=stdin, capture_output=True, text=True)
        if code is not None and done.returncode != code:
            raise RuntimeError(f"brainly {' '.join(arguments)} ended with {done.returncode}: {done.stderr.strip()}")
        return done

    def json(self, *arguments, **how):
        return json.loads(self.run(*arguments, "--json", **how).stdout)

    def start(self, *arguments, **environment):
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(self.command(*arguments), env={**self.environment, **environment}, cwd=self.folder, start_new_session=True, **quiet)

    def fill(self, items, bytes_each, seed=7):
        """One account with so many items, whose texts are words in no order."""
        self.items = items
        dice = random.Random(seed)
        self.run("migrate")
        self.run("user", "create", "ada", stdin="choose-a-long-one\n")
        links = os.path.join(self.folder, "links.txt")
        with open(links, "w") as out:
            for n in range(items):
                out.write(f"https://site{n % 500}.example/{n} {' '.join(dice.choices(WORDS, k=5))} {n}\n")
        self.run("import-links", links, "--user", "ada")
        os.remove(links)
        self.write_texts(dice, items, bytes_each)

    def write_texts(self, dice, items, bytes_each):
        if self.engine == "sqlite":
            pool = " ".join(dice.choices(WORDS, k=400_000))
            pieces = [pool[at : at + bytes_each] for at in (dice.randrange(len(pool) - min(bytes_each, len(pool) - 1)) for _ in range(2000))]
            db = sqlite3.connect(self.file, timeout=30)
            ids = [row[0] for row in db.execute("SELECT id FROM contents")]
            for begin in range(0, len(ids), 2000):
                db.executemany("UPDATE contents SET full_text = ? WHERE id = ?", [(dice.choice(pieces), one) for one in ids[begin : begin + 2000]])
                db.commit()
            db.close()
            return
        # Kept as it is, so that the database is as large as its texts, as on SQLite.
        self.psql(f"""ALTER TABLE contents ALTER COLUMN full_text SET STORAGE EXTERNAL;
            CREATE TEMP TABLE pieces AS SELECT n, (SELECT string_agg(('{{{",".join(WORDS)}}}'::text[])[1 + floor(random() * {len(WORDS)})::int], ' ')
                FROM generate_series(1, {max(1, bytes_each // 6)}) WHERE n > 0) AS piece FROM generate_series(0, 1999) n;
            UPDATE pieces SET piece = (SELECT string_agg(('{{{",".join(WORDS)}}}'::text[])[1 + floor(random() * {len(WORDS)})::int], ' ')
                FROM generate_series(1, {max(1, bytes_each // 6)})) WHERE piece IS NULL;
            UPDATE contents SET full_text = p.piece || '' FROM pieces p WHERE p.n = abs(hashtext(contents.id::text)) % 2000;""")

    def size(self):
        if self.engine == "postgres":
            return int(self.psql("SELECT pg_database_size(current_database())"))
        return sum(os.path.getsize(self.file + ending) for ending in ("", "-wal") if os.path.exists(self.file + ending))

    def tables(self):
        """Rows and fingerprint of every table of people's data, as a backup's manifest has them. `backups` tells of backups."""
        apart = tempfile.mkdtemp(dir=self.folder)
        name = self.json("backup", BACKUP_DIR=apart)["name"]
        with open(os.path.join(apart, name, "manifest.json")) as file:
            tables = json.load(file)["tables"]
        shutil.rmtree(apart)
        return {table: sums for table, sums in tables.items() if table != "backups"}
