#!/usr/bin/python3
"""Measures the service over sockets of this machine, and prints the figures as JSON.

    load.py TALLY [--seconds S] [--connections N] [--memory-minutes M]

Appends: durable single-entry submissions over as many connections. Totals: of the sample ledger,
alone and while appends go on. Memory: what the service takes, minute by minute of appends.
Takes wrk, which Debian has; `own` is a client of this file's own, which holds wrk's figures up."""

import argparse
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
SAMPLE = HERE.parent / "sample" / "lcrca-2022-23"
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3}


def run(*arguments):
    return subprocess.run(list(map(str, arguments)), check=True, capture_output=True, text=True).stdout


def wrk(where, seconds, connections, *arguments, threads=1):
    """Requests a second, the 99th percentile in milliseconds, and what was no 2xx."""
    text = run("wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "30s",
               *arguments[:-1], where + arguments[-1].pop("target"), *arguments[-1].get("rest", []))
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()
    return {"per_second": round(float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])),
            "p99_ms": round(float(value) * UNITS[unit], 3), "refused": int(wrong[1]) if wrong else 0}


class Service:
    def __init__(self, tally, folder):
        self.ledger = folder / "ledger"
        run(tally, "init", self.ledger, "--name", "Load")
        run(tally, "append", self.ledger, SAMPLE / "entries.jsonl")
        self.token = run(tally, "token", "add", self.ledger, "--actor", "office", "--role", "admin",
                         "--json")
        self.token = json.loads(self.token)["token"]
        self.process = subprocess.Popen(
            [tally, "serve", self.ledger, "--listen", "127.0.0.1:0", "--public-read"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.where = self.process.stdout.readline().split()[-1]
        self.runs = 0

    def append(self, seconds, connections):
        self.runs += 1
        return wrk(self.where, seconds, connections, "-s", str(HERE / "append.lua"),
                   {"target": "/", "rest": ["--", self.token, str(self.runs)]})

    def totals(self, seconds, connections):
        return wrk(self.where, seconds, connections, {"target": "/api/v1/totals"})

    def memory_bytes(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0

    def stop(self):
        self.process.terminate()
        return self.process.wait(60)


def own_appends(service, seconds, connections):
    """One thread, plain sockets: each connection sends its next entry once the last is answered."""
    import selectors
    poll = selectors.DefaultSelector()
    host, port = service.where.removeprefix("http://").split(":")
    counts = {"answered": 0, "refused": 0, "sent": 0}
    head = (f"POST /api/v1/entries HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {service.token}\r\n"
            "Content-Type: application/x-ndjson\r\n")

    def send(one):
        counts["sent"] += 1
        entry = json.dumps({"type": "programme", "id": f"own-{counts['sent']}", "actor": "office",
                            "name": "N"}) + "\n"
        one.send((head + f"Content-Length: {len(entry)}\r\n\r\n{entry}").encode())

    for _ in range(connections):
        one = socket.create_connection((host, int(port)))
        poll.register(one, selectors.EVENT_READ)
        send(one)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for key, _ in poll.select(timeout=1):
            answer = key.fileobj.recv(65536)
            counts["answered" if answer.startswith(b"HTTP/1.1 200") else "refused"] += 1
            send(key.fileobj)
    return {"per_second": round(counts["answered"] / seconds), "refused": counts["refused"]}


def memory_while_appending(service, chosen):
    """What the service takes at the start and after each minute."""
    taken = [service.memory_bytes()]
    left = chosen.memory_minutes * 60
    while left > 0:
        service.append(max(1, round(min(60, left))), chosen.connections)
        taken.append(service.memory_bytes())
        left -= 60
    return taken


def main():
    words = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    words.add_argument("tally")
    words.add_argument("--seconds", type=int, default=10)
    words.add_argument("--connections", type=int, default=64)
    words.add_argument("--memory-minutes", type=float, default=0)
    chosen = words.parse_args()
    figures = {"cores": os.cpu_count(), "connections": chosen.connections}
    with tempfile.TemporaryDirectory() as name:
        service = Service(chosen.tally, pathlib.Path(name))
        figures["append"] = service.append(chosen.seconds, chosen.connections)
        figures["append_own_client"] = own_appends(service, chosen.seconds, chosen.connections)
        figures["totals"] = service.totals(chosen.seconds, 32)
        writing = threading.Thread(target=lambda: figures.__setitem__(
            "append_beside_totals", service.append(chosen.seconds, 16)))
        writing.start()
        figures["totals_beside_append"] = service.totals(chosen.seconds, 8)
        writing.join()
        if chosen.memory_minutes:
            figures["memory_bytes"] = memory_while_appending(service, chosen)
        figures["exit_status"] = service.stop()
        verified = json.loads(run(chosen.tally, "verify", service.ledger, "--json"))
        figures["verified_events"] = verified["events"] if verified["ok"] else None
    print(json.dumps(figures, indent=2))
    return 0 if figures["verified_events"] else 1


if __name__ == "__main__":
    sys.exit(main())
