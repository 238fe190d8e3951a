#!/usr/bin/python3
"""`tally serve --demo` shows a newcomer a ledger that was published, corrected and published again,
lets anybody on this machine read it and each token do what its role may, and leaves nothing behind."""

import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request

from served import PROGRAM, check, run


def ask(url, token=None, body=None):
    """The status, and what JSON came."""
    headers = {"Content-Type": "application/x-ndjson"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def look_around(where, tokens):
    _, told = ask(where + "/api/v1/publications")
    stands = {one["entry"]: one["restated"] for one in told["publications"]}
    check(stands == {"annual-report-2022-23": True, "annual-report-2022-23-restated": False,
                     "annual-report-2023-24": True}, f"{stands}")
    _, totals = ask(where + "/api/v1/totals")
    check({row["year"] for row in totals["rows"]} == {"2022-23", "2023-24", "2024-25"}, "three years")
    _, bridge = ask(where + "/api/v1/bridge/2023-24:jobs:verified?from=annual-report-2023-24")
    check(len(bridge["lines"]) > 1, "a bridge of several events")
    _, ratio = ask(where + "/api/v1/trace/2023-24:social-value-share:verified")
    check(ratio["quantity"].startswith("72.58"), f"{ratio['quantity']}")
    check(ask(where + "/api/v1/entries/claim-2324-01-q1")[0] == 401, "an entry may hold details")
    check(ask(where + "/api/v1/entries/claim-2324-01-q1", tokens["read"])[0] == 200, "read")
    verification = {"type": "verification", "id": "v", "actor": "verifier", "claim": "claim-2425-01-q1",
                    "outcome": "accepted", "method": "desk-review"}
    for role, status in [("read", 403), ("verify", 200), ("admin", 403)]:
        told, _ = ask(where + "/api/v1/entries?dry_run=1", tokens[role], json.dumps(verification).encode())
        check(told == status, f"a verification by {role}: {told}")
    check(ask(where + "/api/v1/replays", tokens["admin"], b"")[0] == 202, "a replay by the admin")


def main():
    with tempfile.TemporaryDirectory() as name:
        environment = {**os.environ, "TMPDIR": name}
        with subprocess.Popen([PROGRAM, "serve", "--demo", "--listen", "127.0.0.1:0"], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as process:
            said = ""
            while not said.endswith("ends it.\n"):
                line = process.stdout.readline()
                check(line, f"it ended early, having said: {said}")
                said += line
            where = said.split()[2]
            check(f"  {where}/\n" in said, "where to look")
            tokens = {role: token for role, token in
                      re.findall(r"^ +(read|verify|admin) +\S+ +(\S+)$", said, re.MULTILINE)}
            check(len(tokens) == 3, said)
            look_around(where, tokens)
            check(len(list(pathlib.Path(name).iterdir())) == 1, "one folder while it runs")
            process.send_signal(signal.SIGINT)
            check(process.wait(60) == 0, "it ends well")
        check(not list(pathlib.Path(name).iterdir()), "it leaves something behind")
        run("serve", "--demo", name, status=2)
        run("serve", "--demo", "--listen", "0.0.0.0:0", status=2)
        run("serve", "--demo", "--behind-proxy", status=2)
        run("serve", status=2)


if __name__ == "__main__":
    main()
