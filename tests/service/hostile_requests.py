#!/usr/bin/python3
"""Requests that are malformed, ambiguous, too large or meant to do harm: each gets the answer of
its row, and the service is alive and right after each.

A row is a sentence, the bytes, the status of each answer in their order, and whether the
connection ends.  {TOKEN} stands for a token of role admin."""

import json
import re
import threading

from served import Served, check, programme

BIG = 4096  # the limit of a header, for this test
BODY = 65536  # and of a body


def get(target, *fields, version="HTTP/1.1", host="Host: x"):
    lines = [f"GET {target} {version}", *([host] if host else []), *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def post(body, *fields, target="/api/v1/entries", length=None, kind="application/x-ndjson"):
    body = body if isinstance(body, bytes) else body.encode()
    lines = [f"POST {target} HTTP/1.1", "Host: x", "Authorization: Bearer {TOKEN}",
             *([f"Content-Type: {kind}"] if kind else []), *fields]
    if length != "none":
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def chunked(*pieces):
    head = post("", "Transfer-Encoding: chunked", length="none")
    return head + b"".join(pieces)


LIVE = get("/livez")
ENTRY = programme("hostile", "boss")
KEEP, END = False, True

ROWS = [
    # The first line.
    ("nothing but noise", b"\x00\x01\x02\x03\r\n\r\n", [400], END),
    ("a handshake of TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 64 + b"\r\n\r\n",
     [400], END),
    ("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [505], END),
    ("HTTP/0.9", b"GET /livez\r\n\r\n", [400], END),
    ("a version cut short", b"GET /livez x\r\n\r\n", [400], END),
    ("HTTP/1.2", get("/livez", version="HTTP/1.2"), [505], END),
    ("HTTP/3.0", get("/livez", version="HTTP/3.0"), [505], END),
    ("a version that is no version", get("/livez", version="HTTP/x.1"), [400], END),
    ("HTTP/1.0 without Host", get("/livez", version="HTTP/1.0", host=None), [200], END),
    ("HTTP/1.0 that wants to stay", get("/livez", "Connection: keep-alive", version="HTTP/1.0"),
     [200], KEEP),
    ("a line that ends without its carriage return", b"GET /livez HTTP/1.1\nHost: x\n\n", [400], END),
    ("two spaces before the target", b"GET  /livez HTTP/1.1\r\nHost: x\r\n\r\n", [400], END),
    ("a tab instead of a space", b"GET\t/livez HTTP/1.1\r\nHost: x\r\n\r\n", [400], END),
    ("a space in the target", b"GET /live z HTTP/1.1\r\nHost: x\r\n\r\n", [400], END),
    ("half a handshake of TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", [400], END),
    ("half a head, its line without its carriage return", b"GET /livez HTTP/1.1\nHost", [400], END),
    ("a field with a bare carriage return", b"GET /livez HTTP/1.1\r\nHost: x\ry\r\n\r\n", [400], END),
    ("empty lines before the request", b"\r\n\r\n" + LIVE, [400], END),
    ("a method that nobody knows", b"BREW /livez HTTP/1.1\r\nHost: x\r\n\r\n", [405], KEEP),
    ("a method in lower case", b"get /livez HTTP/1.1\r\nHost: x\r\n\r\n", [405], KEEP),
    ("a method with a NUL", b"GE\x00T /livez HTTP/1.1\r\nHost: x\r\n\r\n", [400], END),
    ("PUT where there is GET", b"PUT /api/v1/totals HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi",
     [405], KEEP),
    ("TRACE", b"TRACE /livez HTTP/1.1\r\nHost: x\r\n\r\n", [405], KEEP),
    ("CONNECT", b"CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", [400], END),
    ("an asterisk for GET", get("*"), [400], END),
    ("an asterisk for OPTIONS", b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", [204], KEEP),
    # The target.
    ("a path that climbs", get("/../../etc/passwd"), [400], END),
    ("a path that climbs in disguise", get("/%2e%2e/%2e%2e/etc/passwd"), [400], END),
    ("a path with an encoded slash", get("/api%2fv1/totals"), [400], END),
    ("a path with an encoded NUL", get("/livez%00"), [400], END),
    ("a path with an encoded line feed", get("/api/v1/entries/a%0d%0aX:%20y"), [400], END),
    ("a path with a broken escape", get("/livez%zz"), [400], END),
    ("a path with half an escape", get("/livez%4"), [400], END),
    ("a path with an overlong letter", get("/%c0%ae%c0%ae/x"), [400], END),
    ("a path that is not UTF-8", get("/api/v1/entries/%ff%fe"), [400], END),
    ("a path with a raw byte", get("/livez\xff"), [400], END),
    ("a path with a backslash", get("/..\\..\\etc"), [400], END),
    ("two slashes", get("//livez"), [400], END),
    ("a slash too many", get("/livez/"), [400], END),
    ("a fragment", get("/livez#x"), [400], END),
    ("a path without a slash", get("livez"), [400], END),
    ("a target of another host", get("http://example.com/livez"), [200], KEEP),
    ("a target of a host alone", get("http://example.com"), [400], END),
    ("a parameter that nobody knows", get("/api/v1/totals?drop=1", "Authorization: Bearer {TOKEN}"),
     [400], KEEP),
    ("a parameter twice", get("/api/v1/totals?root=1&root=0", "Authorization: Bearer {TOKEN}"), [400],
     KEEP),
    ("a parameter with a quote and a bracket", get("/api/v1/totals?measure=%22%7B%3Cscript%3E",
                                                  "Authorization: Bearer {TOKEN}"), [422], KEEP),
    ("a number that is too large", get("/api/v1/events?after=99999999999999999999",
                                       "Authorization: Bearer {TOKEN}"), [400], KEEP),
    ("a number below nothing", get("/api/v1/events?limit=-1", "Authorization: Bearer {TOKEN}"), [400],
     KEEP),
    ("a point beyond the head", get("/api/v1/totals?as_of=123456789", "Authorization: Bearer {TOKEN}"),
     [422], KEEP),
    ("an id of an entry that is a path", get("/api/v1/entries/..%5c..", "Authorization: Bearer {TOKEN}"),
     [404], KEEP),
    ("a figure of nonsense", get("/api/v1/trace/a:b:c:d:e:f:g", "Authorization: Bearer {TOKEN}"),
     [422], KEEP),
    ("a tile of level 9", get("/tile/9/000", "Authorization: Bearer {TOKEN}"), [404], KEEP),
    ("a tile far beyond the end", get("/tile/0/x999/x999/x999/x999/x999/x999/999",
                                      "Authorization: Bearer {TOKEN}"), [404], KEEP),
    ("a tile written another way", get("/tile/0/0", "Authorization: Bearer {TOKEN}"), [404], KEEP),
    ("a tile of width 256", get("/tile/0/000.p/256", "Authorization: Bearer {TOKEN}"), [404], KEEP),
    ("a format that is a path", get("/api/v1/export/..%2f", "Authorization: Bearer {TOKEN}"), [400], END),
    # The header.
    ("no Host", get("/livez", host=None), [400], END),
    ("an empty Host", get("/livez", host="Host:"), [400], END),
    ("two Hosts", get("/livez", "Host: y"), [400], END),
    ("a header as long as a book", get("/livez", "X: " + "a" * BIG), [431], END),
    ("a target as long as a book", get("/livez?" + "a" * BIG), [431], END),
    ("thousands of fields", get("/livez", *["X: y"] * 2000), [431], END),
    ("a field without a colon", get("/livez", "nothing"), [400], END),
    ("a field without a name", get("/livez", ": x"), [400], END),
    ("a field name with a space", get("/livez", "X y: z"), [400], END),
    ("a space before the colon", get("/livez", "X : z"), [400], END),
    ("a field with a NUL", get("/livez", "X: a\0b"), [400], END),
    ("two tokens", get("/api/v1/status", "Authorization: Bearer {TOKEN}",
                       "Authorization: Bearer {TOKEN}"), [400], END),
    ("a token with a tail", get("/api/v1/status", "Authorization: Bearer {TOKEN} x"), [401], KEEP),
    ("a type that is not offered", get("/api/v1/totals", "Accept: text/html",
                                       "Authorization: Bearer {TOKEN}"), [406], KEEP),
    ("an Accept of nonsense", get("/api/v1/totals", "Accept: ;;;,,,q=x", "Authorization: Bearer {TOKEN}"),
     [406], KEEP),
    ("a Last-Event-ID of nonsense", get("/api/v1/events/stream", "Last-Event-ID: x",
                                        "Authorization: Bearer {TOKEN}"), [400], END),
    # The body.
    ("no token, and a body", b"POST /api/v1/entries HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
     [401], KEEP),
    ("no media type", post(ENTRY, kind=None), [415], KEEP),
    ("a form", post("a=b", kind="application/x-www-form-urlencoded"), [415], KEEP),
    ("a compressed body", post(ENTRY, "Content-Encoding: gzip"), [415], KEEP),
    ("a body longer than the limit, as it says", post("", length=BODY + 1), [413], END),
    ("a body as long as the world", post("", length=2 ** 63 - 1), [413], END),
    ("a length beyond 64 bits", post("", length=2 ** 70), [400], END),
    ("a length below nothing", post("", length=-5), [400], END),
    ("a length in hex", post("", length="0x10"), [400], END),
    ("two lengths", post("hello", "Content-Length: 4"), [400], END),
    ("a length and chunks", post("0\r\n\r\n", "Transfer-Encoding: chunked"), [400], END),
    ("an encoding that nobody knows", post("hello", "Transfer-Encoding: gzip", length="none"), [400],
     END),
    ("chunked, and then again", post("0\r\n\r\n", "Transfer-Encoding: chunked, chunked",
                                     length="none"), [400], END),
    ("chunks", chunked(b"%x\r\n" % len(ENTRY), ENTRY.encode(), b"\r\n0\r\n\r\n"), [200], KEEP),
    ("a chunk of no length", chunked(b"zz\r\nhello\r\n0\r\n\r\n"), [400], END),
    ("a chunk as long as the world", chunked(b"ffffffffffffffff1\r\n"), [400], END),
    ("a chunk longer than the limit", chunked(b"%x\r\n" % (BODY + 1), b"a" * (BODY + 1), b"\r\n0\r\n\r\n"),
     [413], END),
    ("chunks that add up to more than the limit",
     chunked(*[b"1000\r\n" + b"a" * 4096 + b"\r\n"] * 20, b"0\r\n\r\n"), [413], END),
    ("a body longer than said: what follows is no request", post(ENTRY + "GARBAGE\r\n\r\n",
                                                                 length=len(ENTRY)), [200, 400], END),
    ("a body that says it waits", post(ENTRY, "Expect: 100-continue"), [100, 200], KEEP),
    ("an expectation that nobody meets", post(ENTRY, "Expect: 200-maybe"), [417], END),
    ("a refused body that says it waits", post("a" * 10, "Expect: 100-continue", kind="text/plain"),
     [415], END),
    ("two requests at once", LIVE + LIVE, [200, 200], KEEP),
    ("many requests at once", LIVE * 50, [200] * 50, KEEP),
    ("a good request, then noise", LIVE + b"\x00\x00\r\n\r\n", [200, 400], END),
    ("a body where none is read", b"GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello" + LIVE,
     [200, 200], KEEP),
    ("a request hidden in a body", post(get("/metrics"), kind="text/plain") + LIVE, [415, 200], KEEP),
    # Entries.
    ("an If-Match of nonsense", post(ENTRY, "If-Match: nonsense"), [400], KEEP),
    ("an If-Match of another head", post(programme("new", "boss"), 'If-Match: "123"'), [412], KEEP),
    ("an If-Match beyond 64 bits", post(ENTRY, 'If-Match: "99999999999999999999"'), [400], KEEP),
    ("JSON cut short", post('{"type":"programme"'), [422], KEEP),
    ("JSON as deep as the sea", post("[" * 30000, kind="application/json"), [422], KEEP),
    ("an object for a list", post("{}", kind="application/json"), [422], KEEP),
    ("a list of nothing", post("[]", kind="application/json"), [200], KEEP),
    ("a list of nulls", post("[null,null]", kind="application/json"), [422], KEEP),
    ("a text of NULs", post(b"\0" * 100), [422], KEEP),
    ("what is not UTF-8", post(b'{"type":"programme","id":"\xff"}'), [422], KEEP),
    ("an event of the ledger's own", post('{"type":"ledger-opened","actor":"boss","name":"x"}'), [422],
     KEEP),
    ("a field twice", post('{"type":"programme","type":"programme"}'), [422], KEEP),
    ("a number with an exponent", post('{"type":"claim","id":"c","actor":"boss","quantity":1e999}'),
     [422], KEEP),
    ("a name of markup", post(json.dumps({"type": "programme", "id": "<script>", "actor": "boss",
                                          "name": "x"})), [422], KEEP),
    ("nothing at all", post(""), [200], KEEP),
]


def statuses(received):
    """The status of each answer in what has come; bodies are told apart by their length."""
    found = []
    while received:
        head, end, received = received.partition(b"\r\n\r\n")
        first = re.match(rb"HTTP/1\.1 (\d{3}) ", head)
        check(first and end, f"this is no answer: {head[:200]}")
        found.append(int(first[1]))
        length = re.search(rb"\r\nContent-Length: (\d+)", head)
        body, received = (received[:int(length[1])], received[int(length[1]):]) if length else (b"", received)
        if found[-1] >= 400:
            problem = json.loads(body)
            check(problem["status"] == found[-1] and problem["request_id"], f"{problem}")
            check("/" not in problem["detail"].replace("application/", "").replace("HTTP/", "")
                  .replace("/openapi.json", "").replace("/checkpoint", "").replace("/tile", "")
                  .replace("text/", ""), f"an error shows a path: {problem}")
    return found


def check_row(served, token, row):
    sentence, data, expected, ends = row
    received, ended = served.raw(data.replace(b"{TOKEN}", token.encode()),
                                 wait_s=20 if ends else 1)
    found = statuses(received)
    check(found == expected, f"{sentence}: {found} and not {expected}\n{received[:600]}")
    check(ended == ends, f"{sentence}: the connection {'ended' if ended else 'did not end'}")


def check_alive(served, token):
    check(served.get("/livez").status == 200, "it is not alive")
    rows = served.get("/api/v1/totals", token=token)
    check(rows.status == 200 and rows.json()["rows"] == [], f"it is not right: {rows.body}")


def main():
    with Served("--max-header", str(BIG), "--max-body", str(BODY), "--header-timeout", "3000") as served:
        token = served.token("boss", "admin")
        failures = []

        def run(part):
            try:
                for row in part:
                    check_row(served, token, row)
            except SystemExit as failure:
                failures.append(failure)

        # Several at once, since those that keep the connection are waited for.
        threads = [threading.Thread(target=run, args=(ROWS[i::12],)) for i in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for failure in failures:
            print(failure)
        check(not failures, f"{len(failures)} rows")
        for row in ROWS[::10]:
            check_row(served, token, row)
            check_alive(served, token)
        served.stop()
        log = served.log_text()
        check(token not in log and "\0" not in log, "the log holds what it should not")
    print(f"{len(ROWS)} rows")


if __name__ == "__main__":
    main()
