#!/usr/bin/python3
"""Tokens open what their roles allow, to the actor that they are of, until they expire or are
revoked; and nobody learns one, or tries many."""

import json
import time

from served import Served, check, programme, run, wait_until

CLAIM = {"type": "claim", "id": "c-1", "actor": "office", "organisation": "org", "programme": "p",
         "measure": "jobs", "quantity": 5, "from": "2022-05-01", "to": "2022-05-31", "evidence": []}
BASE = [{"type": "organisation", "id": "org", "actor": "office", "name": "Org"},
        {"type": "programme", "id": "p", "actor": "office", "name": "P"},
        {"type": "measure", "id": "jobs", "actor": "office", "title": "Jobs", "unit": "job",
         "basis": "count"}, CLAIM]


def lines(*entries):
    return "".join(json.dumps(entry) + "\n" for entry in entries)


def verification(name, actor, claim="c-1"):
    return {"type": "verification", "id": name, "actor": actor, "claim": claim,
            "outcome": "accepted", "method": "desk-review"}


def correction(name, actor, corrects):
    return {"type": "correction", "id": name, "actor": actor, "corrects": corrects, "reason": "why"}


def publication(actor):
    return {"type": "publication", "id": f"pub-{actor}", "actor": actor, "year": "2022-23",
            "title": "Report", "statements": []}


# A sentence, the actor and role of the token, the entries, and what the answer is.
ROLES = [
    ("a reader submits nothing", "office", "read", [BASE[1]], 403, "not-allowed"),
    ("a verifier records no programme", "checker", "verify",
     [{**BASE[1], "id": "p-2", "actor": "checker"}], 403, "not-allowed"),
    ("a recorder verifies nothing", "clerk", "record", [verification("v-0", "clerk")], 403,
     "not-allowed"),
    ("a recorder publishes nothing", "office", "record", [publication("office")], 403,
     "not-allowed"),
    ("a recorder erases nothing", "office", "record",
     [{"type": "erasure", "id": "e-1", "actor": "office", "erases": 1, "reason": "r"}], 403,
     "not-allowed"),
    ("an entry of another actor is refused", "clerk", "record", [{**BASE[1], "id": "p-3"}], 403,
     "wrong-actor"),
    ("so it is for an admin", "boss", "admin", [{**BASE[1], "id": "p-3"}], 403, "wrong-actor"),
    ("a recorder does not correct what another recorded", "clerk", "record",
     [correction("k-1", "clerk", "c-1")], 403, "not-allowed"),
    ("what is not there cannot be corrected", "clerk", "record",
     [correction("k-2", "clerk", "nowhere")], 422, "unknown-reference"),
    ("the wrong entry of a submission refuses all of it", "clerk", "record",
     [{**BASE[1], "id": "p-4", "actor": "clerk"}, correction("k-3", "clerk", "c-1")], 403,
     "not-allowed"),
    ("what is refused first is told first", "clerk", "record",
     [{**BASE[1], "id": "p-4", "actor": "clerk", "name": ""}, correction("k-3", "clerk", "c-1")],
     422, "bad-entry"),
    ("a recorder corrects what stands before it in the submission", "clerk", "record",
     [{**BASE[1], "id": "p-5", "actor": "clerk"}, correction("k-4", "clerk", "p-5")], 200, None),
    ("nobody verifies their own claim, admin or not", "office", "admin",
     [verification("v-1", "office")], 422, "same-actor"),
    ("a verifier verifies", "checker", "verify", [verification("v-2", "checker")], 200, None),
    ("a verifier does not correct the claim", "checker", "verify",
     [correction("k-5", "checker", "c-1")], 403, "not-allowed"),
    ("a verifier corrects another's verification", "checker-2", "verify",
     [correction("k-6", "checker-2", "v-2")], 200, None),
    ("a recorder does not correct a verification", "office", "record",
     [correction("k-7", "office", "v-2")], 403, "not-allowed"),
    ("two roles are both", "both", "record,verify",
     [{**BASE[1], "id": "p-6", "actor": "both"}, verification("v-3", "both")], 200, None),
    ("an admin corrects another's entry", "boss", "admin", [correction("k-8", "boss", "c-1")], 200,
     None),
    ("an admin publishes", "boss", "admin", [publication("boss")], 200, None),
]


def check_roles(served):
    check(served.submit(lines(*BASE), token=served.token("office", "record")).status == 200, "base")
    for sentence, actor, role, entries, status, code in ROLES:
        before = run("log", served.ledger, "--json")
        answer = served.submit(lines(*entries), token=served.token(actor, role))
        check(answer.status == status, f"{sentence}: {answer.status} {answer.body}")
        if code:
            problem = answer.json()
            check(problem["code"] == code, f"{sentence}: {problem}")
            if code != "not-allowed" or role != "read":
                check(problem.get("line") and problem.get("entry"), f"{sentence}: {problem}")
            check(run("log", served.ledger, "--json") == before, f"{sentence}: it left a trace")


def check_permissions(served):
    reader, admin = served.token("r", "read"), served.token("boss", "admin")
    for target in ("/api/v1/totals", "/api/v1/status", "/api/v1/events", "/checkpoint", "/metrics"):
        check(served.get(target).status == 401, f"{target} takes a token")
        check(served.get(target, token=reader).status == 200, f"{target} is for readers")
        check(served.get(target, token="tally_" + "x" * 43).status == 401, f"{target}: a made-up one")
    check(served.request("POST", "/api/v1/replays", token=reader).status == 403, "readers replay")
    check(served.request("POST", "/api/v1/replays", token=admin).status == 202, "admins replay")
    answer = served.get("/api/v1/totals", Authorization="bearer " + reader)
    check(answer.status == 200, "a scheme has no case")
    for field in ("Basic eDp5", "Bearer", "Bearer ", reader, "Bearer  " + reader):
        answer = served.get("/api/v1/totals", Authorization=field)
        check(answer.status == 401 and answer.fields["www-authenticate"] == "Bearer", field)


def check_lifetime(served):
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2))
    brief = served.token("brief", "read", "--expires", moment)
    check(served.get("/api/v1/status", token=brief).status == 200, "it is good until it expires")
    gone = served.token("gone", "read")
    check(served.get("/api/v1/status", token=gone).status == 200, "it is good")
    name = served.tokens["gone", "read"]["id"]
    run("token", "revoke", served.ledger, name)
    check(served.get("/api/v1/status", token=gone).status == 401, "revoked at once")
    run("token", "revoke", served.ledger, name, status=1)
    wait_until(lambda: served.get("/api/v1/status", token=brief).status == 401, "it expires")
    run("token", "add", served.ledger, "--actor", "x", "--role", "read", "--expires", "2001-01-01",
        status=1)
    run("token", "add", served.ledger, "--actor", "x y", "--role", "read", status=1)
    run("token", "add", served.ledger, "--actor", "x", "--role", "king", status=1)


def check_secrets(served):
    """Hashes alone are kept, and nothing else of a token is written anywhere."""
    kept = (served.ledger / "tokens").read_text(encoding="utf-8")
    check((served.ledger / "tokens").stat().st_mode & 0o777 == 0o600, "others may read tokens")
    log = served.log_text()
    for token in served.tokens.values():
        check(token["token"] not in kept and token["token"] not in log, "a token is written down")
    check("tally_xxx" not in log, "a token that failed is logged")


def check_last_use(served):
    served.stop()
    listed = json.loads(run("token", "list", served.ledger, "--json"))["tokens"]
    used = {token["actor"]: token["last_used"] for token in listed}
    check(used["boss"] and used["clerk"], "the last use is kept")


def check_attempts():
    with Served("--max-failed-tokens", "5") as served:
        good = served.token("r", "read")
        statuses = [served.get("/api/v1/status", token=f"tally_{i}").status for i in range(8)]
        check(statuses == [401] * 5 + [429] * 3, f"attempts are limited: {statuses}")
        check(served.get("/api/v1/status", token=good).status == 200, "a good one is let in")
        log = served.log_text()
        check("too-many-attempts" in log and "tally_7" not in log, "attempts are logged without them")


def check_public():
    with Served("--public-read", "--verify-every", "24", sample=True) as served:
        check_self_check(served)
        reader = served.token("r", "read")
        for target in ("/api/v1/totals", "/api/v1/trace/2022-23:jobs:verified", "/checkpoint",
                       "/api/v1/publications", "/api/v1/bridge/2022-23:jobs:verified?from=3",
                       "/api/v1/publications/annual-report-2022-23/reconciliation",
                       "/tile/0/000.p/3", "/tile/entries/000.p/3"):
            check(served.get(target).status == 200, f"{target} is public")
        for target in ("/api/v1/events", "/api/v1/status", "/api/v1/entries/org-lcrca",
                       "/api/v1/export/csv", "/api/v1/trace/2022-23:jobs:verified/bundle",
                       "/api/v1/events/stream", "/metrics", "/api/v1/replays/1"):
            check(served.get(target).status == 401, f"{target} is not")
        check(served.submit(programme("x"), token=reader).status == 403, "reading is not writing")
        seen = served.get("/api/v1/trace/2022-23:jobs:verified").json()
        whole = served.get("/api/v1/trace/2022-23:jobs:verified", token=reader).json()
        evidence = [one for posting in seen["postings"] for one in posting["evidence"]]
        check(evidence and all("title" not in one and "uri" not in one for one in evidence),
              "no details without a token")
        check(any("title" in one for posting in whole["postings"] for one in posting["evidence"]),
              "details with one")
        for posting in whole["postings"]:
            for one in posting["evidence"]:
                one.pop("title", None), one.pop("uri", None)
        check(seen == whole, "and nothing else is left out")



def check_self_check(served):
    """What the service found when it verified its ledger, for whoever has a token."""
    target, token = "/api/v1/self-check", served.token("reader", "read")
    check(served.get(target).status == 401, "a self-check needs a token")
    wait_until(lambda: served.get(target, token=token).json()["last"], "the first check")
    found = served.get(target, token=token).json()
    status = served.get("/api/v1/status", token=token).json()
    check(found["every_hours"] == 24 and found["running"] is None, found)
    check(found["last"]["ok"] and found["last"]["root"] == status["root"], found)
    metrics = served.get("/metrics", token=token).body.decode()
    check("\ntally_verify_last_ok 1\n" in metrics and "\ntally_verify_events 0\n" in metrics, metrics)


def main():
    with Served() as served:
        check_roles(served)
        check_permissions(served)
        check_lifetime(served)
        check_secrets(served)
        check_last_use(served)
    check_attempts()
    check_public()
    print(f"{len(ROLES)} rows of roles")


if __name__ == "__main__":
    main()
