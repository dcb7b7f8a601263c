"""What schemathesis is told by scripts/fuzz-api: whose token goes with a request."""

import json
import os
import random
import threading
import urllib.request

import schemathesis

BASE = os.environ["FUZZ_URL"]
PASSWORD = "a password for fuzzing"
# What ends the token that it is asked with, when it is asked well.
ENDS = {"/api/v1/me", "/api/v1/me/password", "/api/v1/me/sessions/revoke"}
DICE, LOCK = random.Random(7), threading.Lock()


def post(path, body):
    request = urllib.request.Request(BASE + path, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


class Spare:
    """An account that may come to its end; the next request gets another."""

    def __init__(self):
        self.number, self.token = 0, None

    def get(self):
        with LOCK:
            while self.token is None:
                self.number += 1
                credentials = {"username": f"spare_{os.getpid()}_{self.number}", "password": PASSWORD}
                post("/api/v1/signup", credentials)
                self.token = post("/api/v1/signin", credentials)["token"]
            return self.token


SPARE = Spare()
# The first account of all: an administrator, so that those routes are reached too.
TOKEN = post("/api/v1/signin", {"username": "fuzz_admin", "password": PASSWORD})["token"]


def ends(case):
    return case.path in ENDS and case.method.upper() != "GET"


@schemathesis.hook
def before_call(context, case, kwargs):
    if not case.operation.definition.raw.get("security"):
        return
    chance = DICE.random()
    case.headers.pop("Authorization", None)
    if chance < 0.97:
        case.headers["Authorization"] = f"Bearer {SPARE.get() if ends(case) else TOKEN}"
    elif chance < 0.985:
        case.headers["Authorization"] = "Bearer not-a-token"


@schemathesis.hook
def after_call(context, case, response):
    if ends(case) and response.status_code < 300:
        SPARE.token = None
