"""What the faults are made with: a proxy that swallows news, a clock that goes ahead, a disk that is small."""

import contextlib
import os
import resource
import shutil
import socket
import socketserver
import subprocess
import threading
import urllib.parse


class Deaf:
    """A proxy before PostgreSQL that passes on everything but notifications."""

    def __init__(self, world):
        parts = urllib.parse.urlsplit(world.store.url)
        query = dict(urllib.parse.parse_qsl(parts.query))
        self.behind, self.swallowed = f"{query['host']}/.s.PGSQL.{query['port']}", 0
        self.url = world.store.url.replace(urllib.parse.quote(query["host"]), urllib.parse.quote(world.folder))
        deaf = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                with socket.socket(socket.AF_UNIX) as server, contextlib.suppress(OSError):
                    server.connect(deaf.behind)
                    # "Do you speak TLS?" has an answer of one letter.
                    tls = self.request.recv(8, socket.MSG_PEEK)[4:8] == b"\x04\xd2\x16\x2f"
                    threading.Thread(target=deaf.pass_on, args=(self.request, server), daemon=True).start()
                    deaf.sift(server.makefile("rb"), self.request, tls)

        self.server = socketserver.ThreadingUnixStreamServer(f"{world.folder}/.s.PGSQL.{query['port']}", Handler)
        self.server.daemon_threads = True

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @staticmethod
    def pass_on(client, server):
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)

    def sift(self, server, client, tls):
        """Messages of the server: a letter, and the length of the rest with its own four bytes. `A` is a notification."""
        if tls:
            client.sendall(server.read(1))
        while head := server.read(5):
            rest = server.read(int.from_bytes(head[1:], "big") - 4)
            if head[:1] == b"A":
                self.swallowed += 1
            else:
                client.sendall(head + rest)


CLOCK = """#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
int clock_gettime(clockid_t id, struct timespec *at) {
    int (*real)(clockid_t, struct timespec *) = (int (*)(clockid_t, struct timespec *)) dlsym(RTLD_NEXT, "clock_gettime");
    int code = real(id, at);
    if (code == 0 && id == CLOCK_REALTIME) at->tv_sec += 600;
    return code;
}
"""


def clock_ahead(folder):
    """A library that, loaded before a program, sets its clock ten minutes ahead."""
    library = os.path.join(folder, "ahead.so")
    built = subprocess.run(["cc", "-shared", "-fPIC", "-o", library, "-x", "c", "-", "-ldl"], input=CLOCK, text=True, capture_output=True)
    if built.returncode != 0:
        raise ChildProcessError(f"the clock that goes ahead can't be built: {built.stderr}")
    return library


class SmallDisk:
    """A place of a few MB for the server's data: a tmpfs that only the server sees, or, where none can be mounted, a limit on its files."""

    SIZE = 24 * 2**20

    def __init__(self, world):
        world.store.path = os.path.join(world.folder, "small", "faults.db")
        os.mkdir(os.path.dirname(world.store.path))
        self.world, self.inside = world, os.path.dirname(world.store.path)
        tmpfs = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", 'mount -t tmpfs -o size="$0" tmpfs "$1" && shift && exec "$@"',
                 str(self.SIZE), self.inside]
        self.mounted = bool(shutil.which("unshare")) and subprocess.run([*tmpfs, "true"], capture_output=True).returncode == 0
        how = {"before": tmpfs} if self.mounted else {"limits": lambda: self.limit(os.getpid(), self.SIZE)}
        self.serve = world.serve(DATABASE_URL=f"sqlite://{world.store.path}", WORKER_INLINE="on", **how)
        if self.mounted:
            self.inside = f"/proc/{self.serve.pid}/root{self.inside}"
            world.store.enter = ("nsenter", "--target", str(self.serve.pid), "--user", "--preserve-credentials", "--mount")
        world.notes.append(f"a tmpfs of {self.SIZE >> 20} MB in a mount namespace" if self.mounted else "RLIMIT_FSIZE, for want of a tmpfs")

    @staticmethod
    def limit(process, size):
        resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def fill(self):
        if not self.mounted:
            return self.limit(self.serve.pid, os.path.getsize(self.world.store.path) + 65536)
        with open(os.path.join(self.inside, "filler"), "wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(b"x" * 65536):
                pass

    def free(self):
        if not self.mounted:
            return self.limit(self.serve.pid, resource.RLIM_INFINITY)
        os.unlink(os.path.join(self.inside, "filler"))
