"""What the tests of the service share: a service of its own for each, and a client that holds every
answer against the description that the service gives of itself."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

from description import Description

PROGRAM = os.environ["TALLY_PROGRAM"]
SAMPLE = pathlib.Path(os.environ["TALLY_SAMPLE_DIR"]) / "lcrca-2022-23"
PATIENCE_S = 60


def check(holds, what):
    """Ends the run where something is not so."""
    if not holds:
        sys.exit(f"FAILED: {what}")


def run(*arguments, given=None, status=0):
    """What the program prints; it must end with this status."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], input=given, capture_output=True,
                          text=True, check=False)
    check(done.returncode == status, f"{arguments}: {done.returncode} {done.stdout}{done.stderr}")
    return done.stdout


def programme(name, actor="office"):
    """An entry as one line."""
    return json.dumps({"type": "programme", "id": name, "actor": actor, "name": name}) + "\n"


class Answer:
    """What a request came to."""

    def __init__(self, status, fields, body):
        self.status, self.body = status, body
        self.fields = {}
        for name, value in fields:
            self.fields.setdefault(name.lower(), value)

    @property
    def media_type(self):
        return self.fields.get("content-type", "").split(";")[0]

    def json(self):
        return json.loads(self.body)


class Served:
    """A ledger, and a service of it."""

    def __init__(self, *options, sample=False, name="Example Council", environment=None,
                 listen="127.0.0.1:0", description=True):
        self.scratch = tempfile.TemporaryDirectory()
        self.ledger = pathlib.Path(self.scratch.name) / "ledger"
        run("init", self.ledger, "--name", name)
        if sample:
            run("append", self.ledger, SAMPLE / "entries.jsonl")
            run("append", self.ledger, given=one_line(SAMPLE / "report.json"))
        self.options, self.listen, self.environment = options, listen, environment or {}
        self.described = description
        self.description = None
        self.tokens = {}
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, value, traceback):
        if self.process and self.process.poll() is None:
            self.stop()
        self.scratch.cleanup()

    def start(self):
        """Starts the service, and waits until it listens."""
        self.log = open(pathlib.Path(self.scratch.name) / "log", "a+", encoding="utf-8")
        command = [PROGRAM, "serve", str(self.ledger), "--listen", self.listen, *self.options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True,
                                        env={**os.environ, **self.environment})
        line = self.process.stdout.readline()
        check(line.startswith("Listening at "), f"it does not listen: {line}{self.log_text()}")
        self.where = line.split()[-1]
        found = re.match(r"https?://\[?([^\]]*)\]?:(\d+)$", self.where)
        self.address = (found[1], int(found[2])) if found else None
        if self.described and self.address:
            self.description = Description(self.get("/openapi.json").json())

    def stop(self, within=PATIENCE_S):
        """Asks it to end, as systemd would, and waits."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(within)
        check(status == 0, f"it ended with {status}: {self.log_text()}")

    def log_text(self):
        self.log.seek(0)
        return self.log.read()

    def token(self, actor="office", role="admin", *more):
        """A token's text; made once for each actor and role."""
        key = (actor, role, *more)
        if key not in self.tokens:
            self.tokens[key] = json.loads(
                run("token", "add", self.ledger, "--actor", actor, "--role", role, *more, "--json"))
        return self.tokens[key]["token"]

    def connect(self):
        return http.client.HTTPConnection(*self.address, timeout=PATIENCE_S)

    def request(self, method, target, body=None, token=None, connection=None, **fields):
        """Asks, and holds the answer against the description."""
        headers = {name.replace("_", "-"): value for name, value in fields.items()}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        own = connection or self.connect()
        own.request(method, target, body=body, headers=headers)
        response = own.getresponse()
        answer = Answer(response.status, response.getheaders(), response.read())
        if connection is None:
            own.close()
        if self.description:
            self.description.hold(method, target, answer)
        return answer

    def get(self, target, token=None, **more):
        return self.request("GET", target, token=token, **more)

    def submit(self, lines, token=None, target="/api/v1/entries", **more):
        more.setdefault("Content_Type", "application/x-ndjson")
        return self.request("POST", target, body=lines.encode(), token=token or self.token(), **more)

    def raw(self, data, wait_s=10, half_close=False):
        """Sends bytes as they are; answers all that comes until the other side ends, or nothing
        more comes for a while."""
        with socket.create_connection(self.address, timeout=wait_s) as own:
            with contextlib.suppress(OSError):
                own.sendall(data)
                if half_close:
                    own.shutdown(socket.SHUT_WR)
            received = b""
            with contextlib.suppress(OSError):
                while piece := own.recv(65536):
                    received += piece
                return received, True
            return received, False


def one_line(path):
    """A file of JSON as one line."""
    return json.dumps(json.loads(path.read_text(encoding="utf-8"))) + "\n"


class Stream:
    """A reader of the live feed."""

    def __init__(self, served, token, after=None, last_id=None, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE_S)
        self.socket.connect(served.address)
        target = "/api/v1/events/stream" + (f"?after={after}" if after is not None else "")
        resumed = f"Last-Event-ID: {last_id}\r\n" if last_id is not None else ""
        self.socket.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
                            f"{resumed}\r\n".encode())
        self.pending = b""
        self.ids = []
        self.heartbeats = 0
        self.head = b""

    def take(self, data):
        """Reads what has come."""
        self.pending += data
        if not self.head:
            head, found, rest = self.pending.partition(b"\r\n\r\n")
            if not found:
                return
            self.head, self.pending = head, rest
        *whole, self.pending = self.pending.split(b"\n\n")
        for event in whole:
            if event.startswith(b":"):
                self.heartbeats += 1
            if event.startswith(b"id: "):
                self.ids.append(int(event[4:event.index(b"\n")]))

    def read_until(self, sequence):
        """Reads on until an event has come; false where the stream ends before."""
        while not self.ids or self.ids[-1] < sequence:
            data = self.socket.recv(65536)
            if not data:
                return False
            self.take(data)
        return True

    def close(self):
        self.socket.close()


def wait_until(holds, what, within=PATIENCE_S):
    """Asks again and again."""
    until = time.monotonic() + within
    while not holds():
        check(time.monotonic() < until, what)
        time.sleep(0.02)
