"""The site whose pages the fault runs save: on loopback, with a word of its own on each page."""

import collections
import contextlib
import http.server
import random
import threading
import time

HOSTS = [f"127.0.0.{n}" for n in range(1, 17)]  # all of loopback: a site is asked for a few pages at a time only


def word(number):
    """The word that only this page has."""
    return f"w{number}x"


class Site:
    """Pages on loopback, each with a word of its own; it counts how often each is asked for and can keep askers waiting."""

    def __init__(self):
        self.asked, self.lock, self.open, self.slowest = collections.Counter(), threading.Lock(), threading.Event(), 0.1
        self.open.set()
        first = http.server.ThreadingHTTPServer((HOSTS[0], 0), self.handler())
        self.port = first.server_port
        self.servers = [first] + [http.server.ThreadingHTTPServer((host, self.port), self.handler()) for host in HOSTS[1:]]
        for server in self.servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def link(self, number):
        return f"http://{HOSTS[number % len(HOSTS)]}:{self.port}/{number}"

    def handler(site):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                number = self.path.strip("/")
                if not number.isdigit():
                    return self.send_error(404)
                with site.lock:
                    site.asked[int(number)] += 1
                time.sleep(random.uniform(0, site.slowest))
                site.open.wait(60)
                text = f"This page is about {word(number)} alone. " + "It rained for most of the long afternoon in the village. " * 8
                page = f"<!doctype html><html lang=en><title>Page</title><article><h1>Page</h1><p>{text}</p></article></html>".encode()
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("content-length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_):
                pass

            def handle(self):
                with contextlib.suppress(OSError):  # who asked was killed
                    super().handle()

        return Handler

    def close(self):
        self.open.set()
        for server in self.servers:
            server.shutdown()
            server.server_close()
