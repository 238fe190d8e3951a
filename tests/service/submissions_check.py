#!/usr/bin/python3
"""What is answered is true: submissions are whole or nothing, share syncs, hold what they promise
through SIGTERM, and reads say as of when they are and are not sent twice."""

import http.client
import json
import threading

from served import Served, check, programme, run


def check_submitting(served):
    first = served.submit(programme("a") + programme("b"))
    check(first.json() == {**first.json(), "appended": 2, "duplicates": 0, "head": 2}, first.body)
    again = served.submit(programme("a"), If_Match='"0"')
    check(again.json()["duplicates"] == 1, "a duplicate is welcome, whatever head was expected")
    check(served.submit(programme("c"), If_Match='"1"').json()["code"] == "conflict", "If-Match")
    check(served.submit(programme("c"), If_Match='"2"').json()["head"] == 3, "If-Match that holds")
    listed = json.dumps([json.loads(programme(name)) for name in ("d", "e")], indent=2)
    answer = served.submit(listed, Content_Type="Application/JSON; charset=utf-8")
    check(answer.json()["head"] == 5, "a list is read too")
    wrong = served.submit(json.dumps([json.loads(programme("f")), 7]), Content_Type="application/json")
    check(wrong.json()["line"] == 2, f"the place in a list: {wrong.body}")
    check(served.submit(programme("g") + "{\n").json()["line"] == 2, "the line")
    status = served.get("/api/v1/status", token=served.token()).json()
    check(status["head"] == 5, "a refused submission leaves no trace")


def check_same_as_command(served):
    """The answers are those of the command, byte for byte."""
    token = served.token()
    pairs = [
        ("/api/v1/totals?by=programme,contract&root=1", ["totals", "--by", "programme,contract", "--root"]),
        ("/api/v1/totals?as_of=45&year=2022-23&measure=jobs&measure=devices",
         ["totals", "--as-of", "45", "--year", "2022-23", "--measure", "jobs", "--measure", "devices"]),
        ("/api/v1/trace/2022-23:jobs:verified", ["trace", "2022-23:jobs:verified"]),
        ("/api/v1/trace/2022-23:jobs:pending@50", ["trace", "2022-23:jobs:pending@50"]),
        ("/api/v1/bridge/2022-23:jobs:verified?from=5&to=annual-report-2022-23",
         ["bridge", "2022-23:jobs:verified", "--from", "5", "--to", "annual-report-2022-23"]),
        ("/api/v1/publications", ["publications"]),
        ("/api/v1/entries/claim-headbolt-academy", ["show", "claim-headbolt-academy"]),
        ("/api/v1/entries/29", ["show", "29"]),
    ]
    for target, words in pairs:
        verb, *rest = words
        printed = run(verb, served.ledger, *rest, "--json")
        answer = served.get(target, token=token)
        check(answer.body.decode() == printed, f"{target} is not what {words} prints")
    printed = run("reconcile", served.ledger, "annual-report-2022-23", "--json", status=1)
    answer = served.get("/api/v1/publications/annual-report-2022-23/reconciliation", token=token)
    check(answer.body.decode() == printed, "the reconciliation")
    lines = served.get("/api/v1/events?limit=10000", token=token)
    check(lines.body.decode() == run("log", served.ledger, "--json"), "the events")
    shown = served.get("/api/v1/events?type=claim", token=token, Accept="application/json").json()
    check([json.dumps(one) for one in shown["events"]]
          == [json.dumps(json.loads(line)) for line in
              run("log", served.ledger, "--type", "claim", "--json").splitlines()], "of one type")


def check_dry_run(served):
    fix = {"type": "correction", "id": "fix", "actor": "boss", "corrects": "claim-headbolt-academy",
           "reason": "two have left"}
    boss = served.token("boss")
    before = served.get("/api/v1/totals", token=boss).body
    answer = served.submit(json.dumps(fix), token=boss, target="/api/v1/entries?dry_run=1").json()
    check(answer["moves"] and answer["restates"] == ["annual-report-2022-23"], f"{answer}")
    check(served.get("/api/v1/totals", token=boss).body == before, "a dry run writes nothing")


def check_keeping(served):
    """Tags, 304, and how long an answer may be kept."""
    token = served.token()
    now = served.get("/api/v1/totals", token=token)
    check(now.fields["cache-control"] == "private, no-cache", "of the head: ask again")
    same = served.get("/api/v1/totals", token=token, If_None_Match=f'"x", {now.fields["etag"]}')
    check(same.status == 304 and same.body == b"", "304")
    pinned = served.get("/api/v1/totals?as_of=45", token=token)
    check("immutable" in pinned.fields["cache-control"], "of a named point: for ever")
    check(pinned.fields["tally-as-of"] == "45", "and it says so")
    trace = served.get("/api/v1/trace/2022-23:jobs:verified@45", token=token)
    check(trace.fields["cache-control"] == "private, no-cache", "details can be erased")
    head = served.request("HEAD", "/api/v1/totals", token=token)
    check(head.fields["etag"] == now.fields["etag"] and head.body == b"", "HEAD")
    check(head.fields["content-length"] == str(len(now.body)), "HEAD tells the length")
    served.submit(programme("later"))
    after = served.get("/api/v1/totals", token=token, If_None_Match=now.fields["etag"])
    check(after.status == 200 and after.fields["etag"] != now.fields["etag"], "the head has moved")
    again = served.get("/api/v1/trace/2022-23:jobs:verified@45", token=token,
                       If_None_Match=trace.fields["etag"])
    check(again.status == 200, "an erasure may have come: details are sent again")


def check_erasure(served):
    """Once an erasure is answered, no answer holds what it took away."""
    token = served.token("boss")
    secret = "Mrs-Example-of-Example-Street"
    note = {"type": "programme", "id": "noted", "actor": "boss", "name": "N", "note": secret}
    head = served.submit(json.dumps(note), token=token).json()["head"]
    for target in ("/api/v1/entries/noted", "/api/v1/events?limit=10000"):
        check(secret in served.get(target, token=token).body.decode(), target)
    tag = served.get("/api/v1/entries/noted", token=token).fields["etag"]
    erasure = {"type": "erasure", "id": "gone", "actor": "boss", "erases": head, "reason": "asked"}
    check(served.submit(json.dumps(erasure), token=token).status == 200, "erased")
    for target in ("/api/v1/entries/noted", "/api/v1/events?limit=10000"):
        answer = served.get(target, token=token, If_None_Match=tag)
        check(answer.status == 200 and secret not in answer.body.decode(), f"{target} still has it")
    check(secret not in served.log_text(), "the log has it")


def check_load(served, clients=32, stop_after=0.8):
    """Many submit while SIGTERM comes: what was answered is there, and what was not is not half
    there; each client gets an answer, or sees its connection end."""
    token = served.token()
    answered, refused = [], []
    def client(number):
        connection = http.client.HTTPConnection(*served.address, timeout=30)
        for count in range(10_000):
            name = f"load-{number}-{count}"
            try:
                connection.request("POST", "/api/v1/entries", body=programme(name) + programme(name + "b"),
                                   headers={"Authorization": f"Bearer {token}",
                                            "Content-Type": "application/x-ndjson"})
                response = connection.getresponse()
                body = response.read()
            except (OSError, http.client.HTTPException):
                return
            if response.status == 200:
                answered.append((name, json.loads(body)["head"]))
            else:
                refused.append(response.status)
            if response.getheader("Connection") == "close":
                return

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    threading.Event().wait(stop_after)
    served.stop()
    for thread in threads:
        thread.join()
    events = [json.loads(line) for line in run("log", served.ledger, "--json").splitlines()]
    names = {event.get("id") for event in events}
    check(answered and set(refused) <= {503}, f"{len(answered)} answered, {refused[:5]} refused")
    for name, head in answered:
        check(name in names and name + "b" in names, f"{name} was answered and is not there")
        check(events[head]["sequence"] == head, "the head that was answered")
    halves = [name for name in names if name and name.startswith("load")
              and (name.removesuffix("b") not in names or name.removesuffix("b") + "b" not in names)]
    check(not halves, f"half of a submission is there: {halves}")
    check(json.loads(run("verify", served.ledger, "--json"))["ok"], "it verifies")
    print(f"{len(answered)} submissions answered before the end")


def main():
    with Served() as served:
        check_submitting(served)
    with Served(sample=True) as served:
        check_same_as_command(served)
        check_dry_run(served)
        check_keeping(served)
        check_erasure(served)
    with Served() as served:
        check_load(served)
        served.start()  # and it serves again
        check(served.submit(programme("after")).status == 200, "it goes on")
    print("ok")


if __name__ == "__main__":
    main()
