"""Brainly's processes around one store and one site, and those who save links there."""

import collections
import contextlib
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from .site import Site, word
from .store import Store

SAVERS = 4
LEASE = 30  # seconds after which a dead worker's jobs are taken back


def say(text):
    print(f"fault-queue: {text}", file=sys.stderr, flush=True)


def until(condition, seconds, what):
    """Waits for the condition, or fails and says for what it waited."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.05)


class World:
    """Brainly's processes on one store. Leaving it kills what is left of them."""

    def __init__(self, options, engine, number):
        self.options, self.engine, self.dice = options, engine, random.Random(f"{options.seed} {engine} {number}")
        self.folder = tempfile.mkdtemp(prefix="fault-queue-")
        self.site, self.store = Site(), Store(engine, self.folder, number)
        self.children, self.saved, self.refused, self.notes, self.injected = [], {}, collections.Counter(), [], 0
        self.environment = {
            "PATH": os.environ.get("PATH", os.defpath), "DATABASE_URL": self.store.url, "BRAINLY_DATA_DIR": self.folder, "LOG_FORMAT": "json", "EMBEDDING_PROVIDER": "none",
            "JWT_SECRET": "only-for-fault-runs-0123456789abcdef", "WORKER_INLINE": "off", "ENRICH_MAX_ATTEMPTS": "100",
            "RATE_LIMIT_AUTH": "off", "RATE_LIMIT_CONTENT": "off", "RATE_LIMIT_GLOBAL": "off", "FETCH_ALLOW_PRIVATE": "127.0.0.0/8",
            "FETCH_HOST_SPACING": "0s", "FETCH_HOST_CONCURRENCY": "64",
        }

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for child in self.children:
            self.kill(child)
        self.site.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, *arguments, says, before=(), limits=None, **environment):
        """Starts a process and waits for its word in the log; returns the process with that line in `told`."""
        begin = {"preexec_fn": limits, "restore_signals": False} if limits else {}
        child = subprocess.Popen([*before, self.options.binary, *arguments], env={**self.environment, **environment}, cwd=self.folder,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True, **begin)
        self.children.append(child)
        log = []
        for line in child.stderr:
            log = [*log[-20:], line.decode(errors="replace")]
            if f'"message":"{says}"'.encode() in line:
                child.told = json.loads(line)
                threading.Thread(target=collections.deque, args=(child.stderr, 0), daemon=True).start()  # a full pipe would stop it
                return child
        raise ChildProcessError(f"brainly {' '.join(arguments)} ended before it said {says!r}: {''.join(log)}")

    def serve(self, **how):
        arguments = ["serve", "--port", "0", *(["--migrate"] if self.engine == "postgres" else [])]
        child = self.start(*arguments, says="listening", **how)
        self.address = child.told["address"]
        self.tokens = [self.sign_up(f"saver_{n}") for n in range(SAVERS)] if not hasattr(self, "tokens") else self.tokens
        return child

    def worker(self, concurrency=4, **how):
        return self.start("worker", "--concurrency", str(concurrency), says="working", **how)

    def kill(self, child):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        if child in self.children:
            self.children.remove(child)

    def stop(self, child):
        if child.poll() is not None:
            raise ChildProcessError(f"a process that should have borne the fault ended with {child.returncode}")
        child.terminate()
        child.wait(60)
        self.children.remove(child)

    # -- saving

    def ask(self, connection, path, body, token=None):
        headers = {"content-type": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}
        connection.request("POST", f"/api/v1{path}", json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    def sign_up(self, name):
        connection = http.client.HTTPConnection(self.address, timeout=30)
        credentials = {"username": name, "password": "a password for fault runs"}
        self.ask(connection, "/signup", credentials)
        return self.ask(connection, "/signin", credentials)[1]["token"]

    def save_one(self, connection, number):
        """Whether the link is saved now; anything but a yes must be JSON with a 5xx, or no answer at all."""
        try:
            body = {"title": word(number), "link": self.site.link(number)}
            status, answer = self.ask(connection, "/content", body, self.tokens[number % SAVERS])
        except (OSError, http.client.HTTPException):
            connection.close()
            self.refused["no answer"] += 1
            return False
        if status in (200, 201):
            self.saved[number] = answer["content"]["id"].replace("-", "").upper()
            return True
        if status < 500 or "code" not in answer:
            raise AssertionError(f"a save was answered {status} {answer}")
        self.refused[f"{status} {answer['code']}"] += 1
        return False

    def saver(self, numbers, stop, pause):
        connection = http.client.HTTPConnection(self.address, timeout=30)
        for number in numbers:
            while not self.save_one(connection, number):
                if stop.wait(0.1):
                    return
            if stop.wait(pause):
                return

    @contextlib.contextmanager
    def saving(self, numbers, pause=0.0):
        """Saves the links beside what goes on in the block, and ends with it."""
        stop, failures = threading.Event(), []

        def run(part):
            try:
                self.saver(part, stop, pause)
            except BaseException as error:  # noqa: B902, told where the block ends
                failures.append(error)

        threads = [threading.Thread(target=run, args=(numbers[n::SAVERS],), daemon=True) for n in range(SAVERS)]
        for thread in threads:
            thread.start()
        try:
            yield threads
        finally:
            stop.set()
            for thread in threads:
                thread.join(60)
            if failures:  # what a saver met says more than that its saves are missing
                raise failures[0]

    def save(self, numbers):
        with self.saving(numbers) as threads:
            until(lambda: not any(thread.is_alive() for thread in threads), 120 + len(numbers) / 20, f"{len(numbers)} saves")

    def drain(self, *workers):
        """Lets the workers do what is left, those of dead ones after their leases too."""
        workers = workers or (self.worker(16),)
        until(lambda: self.store.open_jobs() == 0, 4 * LEASE + len(self.saved) / 10, "what is left of the jobs")
        for worker in workers:
            self.stop(worker)
