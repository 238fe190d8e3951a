#!/usr/bin/python3
"""What a client costs at most: connections, time, memory; whoever goes beyond gets an answer, and the
rest go on.  And what is written down of it."""

import contextlib
import json
import socket
import time

from served import Served, check, programme, wait_until


def check_connections():
    with Served("--max-connections-per-address", "5", "--max-connections", "8") as served:
        held = [socket.create_connection(served.address) for _ in range(5)]
        time.sleep(0.2)
        received, ended = served.raw(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        check(received.startswith(b"HTTP/1.1 503") and b'"busy"' in received and ended, f"{received[:80]}")
        for one in held:
            one.close()
        wait_until(lambda: served.raw(b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")[0]
                   .startswith(b"HTTP/1.1 200"), "they are given back")


def check_times():
    """Who is slow gets its answer in time, and is gone."""
    with Served("--header-timeout", "500", "--body-timeout", "700", "--idle-timeout", "900") as served:
        began = time.monotonic()
        received, ended = served.raw(b"GET /livez HTTP/1.1\r\nHost:")
        check(received.startswith(b"HTTP/1.1 408") and ended, "half a header")
        head = (f"POST /api/v1/entries HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {served.token()}\r\n"
                "Content-Type: application/x-ndjson\r\nContent-Length: 100\r\n\r\n")
        received, ended = served.raw(head.encode() + b"{")
        check(received.startswith(b"HTTP/1.1 408") and ended, "half a body")
        received, ended = served.raw(b"")
        check(received == b"" and ended, "nothing at all")
        check(time.monotonic() - began < 20, "in time")
        with socket.create_connection(served.address, timeout=20) as slow:  # a letter at a time
            started = time.monotonic()
            with contextlib.suppress(OSError):
                for letter in b"GET /livez HTTP/1.1\r\nX: " + b"a" * 200:
                    slow.sendall(bytes([letter]))
                    time.sleep(0.02)
            check(time.monotonic() - started < 5, "a header that trickles")
        received, _ = served.raw(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", half_close=True)
        check(received.startswith(b"HTTP/1.1 200"), "who has sent all may say so")


def check_memory():
    """Bodies under way together have a limit, which costs those beyond it a 503 and nobody else."""
    with Served("--max-body", "2000000", "--max-memory", "3000000") as served:
        token = served.token()
        head = (f"POST /api/v1/entries HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
                "Content-Type: application/x-ndjson\r\nContent-Length: 1900000\r\n\r\n").encode()
        first = socket.create_connection(served.address)
        first.sendall(head)
        time.sleep(0.2)
        received, ended = served.raw(head)
        check(received.startswith(b"HTTP/1.1 503") and ended, f"{received[:60]}")
        check(served.submit(programme("small")).status == 200, "small ones go on")
        first.close()
        big = programme("big")[:-1] + " " * 1_900_000 + "\n"
        wait_until(lambda: served.submit(big).status == 413, "room again: a line is too long, then")


def check_slow_reader():
    """Who asks for much and does not read it is cut off."""
    with Served("--write-timeout", "500") as served:
        token = served.token()
        big = "".join(json.dumps({"type": "programme", "id": f"b-{i}", "actor": "office", "name": "n" * 500,
                                  "note": "x" * 3900}) + "\n" for i in range(1000))
        check(served.submit(big).status == 200, "much to read")
        slow = socket.socket()
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(served.address)
        slow.sendall(f"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
                     .encode() * 4)
        wait_until(lambda: "tally_connections 1\n" in served.get("/metrics", token=token).body.decode(),
                   "it is cut off")


def check_logs():
    with Served("--log-json") as served:
        answer = served.get("/api/v1/entries/nothing?", token=served.token())
        check(answer.status == 404, "404")
        served.get("/api/v1/totals?measure=secret-parameter", token=served.token())
        served.stop()
        lines = [json.loads(line) for line in served.log_text().splitlines()]
        mine = next(line for line in lines if line.get("id") == answer.json()["request_id"])
        check(mine["status"] == 404 and mine["code"] == "unknown-reference" and mine["actor"] == "office"
              and mine["method"] == "GET" and mine["path"] == "/api/v1/entries/nothing", f"{mine}")
        check(answer.fields["x-request-id"] == mine["id"], "the id is in the answer too")
        check("secret-parameter" not in served.log_text(), "parameters are not logged")


def main():
    check_connections()
    check_times()
    check_memory()
    check_slow_reader()
    check_logs()
    print("ok")


if __name__ == "__main__":
    main()
