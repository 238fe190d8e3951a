#!/usr/bin/python3
"""The description of the service says exactly what it does: every answer of a walk through all of
it is as described, and every operation, status and media type that is described is met."""

import base64
import gzip
import hashlib
import io
import pathlib
import re
import tempfile
import zipfile

from served import Served, Stream, check, programme, run, wait_until

FIGURE = "2022-23:jobs:verified"
EXPORTS = {"csv": "application/zip", "jsonl": "application/zip", "statement?year=2022-23": "text/html",
           "prov": "application/json", "ocds": "application/json",
           "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
           "pack": "application/zip", "template?type=claim": "text/csv"}


def walk_reads(served, token):
    reads = ["/api/v1/totals", f"/api/v1/trace/{FIGURE}", f"/api/v1/trace/{FIGURE}/bundle",
             f"/api/v1/bridge/{FIGURE}?from=1", "/api/v1/publications", "/api/v1/status",
             "/api/v1/publications/annual-report-2022-23/reconciliation", "/api/v1/events",
             "/api/v1/entries/org-lcrca", "/api/v1/self-check", "/api/v1/points/60",
             f"/api/v1/trace/{FIGURE}/balances", "/api/v1/measures", "/api/v1/export/prov", "/livez",
             "/readyz", "/openapi.json", "/metrics", "/checkpoint", "/tile/0/000.p/61"]
    for target in reads:
        answer = served.get(target, token=token)
        check(answer.status == 200, f"{target}: {answer.status} {answer.body[:300]}")
        joined = "&" if "?" in target else "?"
        if target.startswith("/api"):
            check(served.get(target + joined + "nonsense=1", token=token).status == 400, target)
            check(served.get(target).status == 401, target)
        tag = answer.fields.get("etag")
        if tag and "export" not in target and "status" not in target:
            check(served.get(target, token=token, If_None_Match=tag).status == 304, f"{target}: 304")
            check(served.get(target, token=token, Accept="image/png").status == 406, f"{target}: 406")
        if tag and "status" in target:
            wait_until(lambda: served.get(target, token=token, If_None_Match=served.get(
                target, token=token).fields["etag"]).status == 304, "what is on disk settles")
            check(served.get(target, token=token, Accept="image/png").status == 406, f"{target}: 406")
        head = served.request("HEAD", target, token=token)
        check(head.status == 200 and not head.body, f"HEAD {target}")
        for method in ("PUT", "PATCH"):
            check(served.request(method, target, token=token).status == 405, f"{method} {target}")
        check(served.request("OPTIONS", target).status == 204, f"OPTIONS {target}")
    for target in ("/api", "/api/v2/totals", "/api/v1/nothing", "/index.html", "/year"):
        check(served.get(target, token=token).status == 404, target)


def walk_trace_pages(served, token):
    """Pages of a trace, put together, are the trace."""
    figure = "2022-23:jobs:claimed"
    whole = served.get(f"/api/v1/trace/{figure}", token=token).json()
    check(len(whole["postings"]) > 3, "the sample has too few postings for pages")
    for limit in (1, 3, 1000):
        joined, after, page = [], None, {"next_after": 0}
        while page["next_after"] is not None:
            asked = f"limit={limit}" + (f"&after={after}" if after is not None else "")
            page = served.get(f"/api/v1/trace/{figure}?{asked}", token=token).json()
            check(len(page["postings"]) <= limit + 2, f"a page of {limit} has too many postings")
            joined += page["postings"]
            after = page["next_after"]
        check(joined == whole["postings"], f"pages of {limit} are not the trace")
    for wrong in ("limit=0", "limit=10001", "limit=x", "after=x", "limit=1&limit=2"):
        answer = served.get(f"/api/v1/trace/{figure}?{wrong}", token=token)
        check(answer.status == 400, f"{wrong}: {answer.status}")


def walk_event_pages(served, token):
    """Pages of the log, put together, are the log, forwards and backwards, whole and of one type."""
    log = served.get("/api/v1/events?limit=10000", token=token, Accept="application/json").json()["events"]
    for kind in ("", "claim"):
        wanted = [one for one in log if not kind or one["type"] == kind]
        for name, expected in (("after", wanted), ("before", wanted[::-1])):
            for limit in (1, 7, 1000):
                joined, query = [], "before=999999" if name == "before" else ""
                while query is not None:
                    answer = served.get(f"/api/v1/events?{query}&limit={limit}" + (f"&type={kind}" if kind else ""),
                                        token=token, Accept="application/json")
                    page = answer.json()
                    joined += page["events"]
                    place = page[f"next_{name}"]
                    query = None if place is None else f"{name}={place}"
                    link = answer.fields.get("link")
                    check((link is None) == (query is None) and (query is None or query in link), f"{link}")
                check(joined == expected, f"pages of {limit} by {name} of {kind or 'all'} are not the log")
    for wrong in ("before=1&after=1", "before=x", "before=1&before=2", "type=nothing&before=1"):
        check(served.get(f"/api/v1/events?{wrong}", token=token).status == 400, wrong)


def walk_parts(served, token):
    """What can be asked for in part, or as of a point, where all of it may be much."""
    measures = served.get("/api/v1/measures", token=token).json()["measures"]
    jobs = next(one for one in measures if one["id"] == "jobs")
    entry = served.get("/api/v1/entries/jobs", token=token).json()
    check(jobs["title"] == entry["entry"]["title"] and jobs["proxy"] is None, f"{jobs}")
    check(served.get("/api/v1/measures?as_of=0", token=token).json()["measures"] == [], "none at first")
    check(served.get("/api/v1/measures?as_of=999", token=token).status == 422, "beyond the head")

    part = served.get("/api/v1/entries/jobs?referring=1", token=token).json()
    check(part["referred_to_by"] == entry["referred_to_by"][:1] and part["more_refer_to_it"], f"{part}")
    check("more_refer_to_it" not in entry, f"{entry}")
    then = served.get(f"/api/v1/entries/jobs?as_of={entry['sequence']}", token=token)
    check(then.json()["referred_to_by"] == [] and then.fields["tally-as-of"] == str(entry["sequence"]), "then")
    sooner = served.get(f"/api/v1/entries/jobs?as_of={entry['sequence'] - 1}", token=token)
    check(sooner.status == 404, f"{sooner.status}")
    for wrong, status in (("as_of=999", 422), ("as_of=x", 422), ("referring=x", 400)):
        check(served.get(f"/api/v1/entries/jobs?{wrong}", token=token).status == status, wrong)

    curve = served.get(f"/api/v1/trace/{FIGURE}/balances?points=5", token=token).json()["balances"]
    trace = served.get(f"/api/v1/trace/{FIGURE}", token=token).json()
    check(2 <= len(curve) <= 5 and curve[0]["balance"] == "0" and
          curve[-1]["balance"] == trace["quantity"], f"{curve}")
    for wrong, status in ((f"{FIGURE}/balances?points=1", 400), (f"{FIGURE}/balances?points=1001", 400),
                          ("2022-23:nothing:verified/balances", 404), ("x/balances", 422)):
        check(served.get(f"/api/v1/trace/{wrong}", token=token).status == status, wrong)

    whole = served.get("/api/v1/bridge/2022-23:jobs:claimed?from=1", token=token).json()
    part = served.get("/api/v1/bridge/2022-23:jobs:claimed?from=1&limit=2", token=token).json()
    check(len(part["lines"]) == 2 and part["left_off"] == len(whole["lines"]) - 2, f"{part}")
    check(sum(one["events"] for one in part["causes"]) == len(whole["lines"]), f"{part['causes']}")
    check(all(one in whole["lines"] for one in part["lines"]) and "causes" not in whole, f"{whole}")
    check(served.get("/api/v1/bridge/2022-23:jobs:claimed?from=1&limit=0", token=token).status == 400, "0")


def walk_points(served, token):
    """What the log was at a point, however the point is named."""
    points = "/api/v1/points/"
    head, status = served.get(points + "head", token=token).json(), served.get("/api/v1/status", token=token).json()
    check((head["sequence"], head["root"]) == (status["head"], status["root"]), f"{head} is not the head")
    published = served.get(points + "annual-report-2022-23", token=token).json()
    check(published == served.get(points + "60", token=token).json(), "a publication is not its point")
    note = run("checkpoint", served.ledger, "--size", "61").splitlines()
    check(base64.b64decode(note[2]).hex() == published["root"], "a point's root is not its checkpoint's")
    check(served.get(points + head["recorded_at"], token=token).json() == head, "a time is not its event")
    for wrong, status in (("999", 422), ("nothing", 404), ("org-lcrca", 422)):
        check(served.get(points + wrong, token=token).status == status, wrong)


def walk_refusals(served, token):
    for target, status in [("/api/v1/totals?year=1", 422), (f"/api/v1/trace/{FIGURE}@999", 422),
                           ("/api/v1/trace/2022-23:nothing:verified", 404), ("/api/v1/trace/x", 422),
                           ("/api/v1/trace/2022-23:nothing:verified/bundle", 404),
                           ("/api/v1/trace/x/bundle", 422), ("/api/v1/bridge/x?from=1", 422),
                           ("/api/v1/bridge/2022-23:nothing:verified?from=1", 404),
                           ("/api/v1/publications?year=x", 422),
                           ("/api/v1/publications/nothing/reconciliation", 404),
                           ("/api/v1/publications/org-lcrca/reconciliation", 422),
                           ("/api/v1/entries/nothing", 404), ("/api/v1/entries/999", 404),
                           ("/api/v1/export/nothing", 404), ("/api/v1/export/csv?year=x", 422),
                           ("/api/v1/replays/99", 404), ("/tile/0/001", 404),
                           ("/api/v1/events/stream?after=999", 422)]:
        check(served.get(target, token=token).status == status, target)
    for target in ("/metrics", "/checkpoint", "/tile/0/000", "/api/v1/replays/1", "/api/v1/events/stream"):
        check(served.get(target).status == 401, target)
    for target in ("/api/v1/export/csv", "/api/v1/self-check"):
        check(served.get(target, token=token, Accept="image/png").status == 406, target)
    check(served.get("/api/v1/events/stream?after=x", token=token).status == 400, "400")


def walk_exports(served, token, folder):
    for name, kind in EXPORTS.items():
        answer = served.get(f"/api/v1/export/{name}", token=token)
        check(answer.status == 200 and answer.media_type == kind, f"{name}: {answer.body[:300]}")
    tag = served.get("/api/v1/export/ocds", token=token).fields["etag"]
    check(served.get("/api/v1/export/ocds", token=token, If_None_Match=tag).status == 304, "304")
    files = zipfile.ZipFile(io.BytesIO(served.get("/api/v1/export/csv?as_of=60", token=token).body))
    run("export", served.ledger, "--format", "csv", "--as-of", "60", "--out", folder / "csv")
    for name in files.namelist():
        check(files.read(name) == (folder / "csv" / name).read_bytes(), f"{name} is not the command's")
    check(not list((served.ledger / "spool").iterdir()), "an export leaves something behind")


def walk_submissions(served):
    token = served.token("boss")
    entry = programme("contract", "boss")
    check(served.submit(entry, token=token).status == 200, "200")
    check(served.submit(entry, token=token, target="/api/v1/entries?dry_run=1").status == 200, "dry run")
    for answer, status in [
            (served.submit(entry, token=token, target="/api/v1/entries?x=1"), 400),
            (served.request("POST", "/api/v1/entries", body=entry), 401),
            (served.submit(programme("x", "other"), token=token), 403),
            (served.submit(programme("y", "boss"), token=token, If_Match='"1"'), 412),
            (served.submit(programme("y", "boss")[:-2] + " " * 300_000 + "}\n", token=token), 413),
            (served.submit(entry, token=token, Content_Type="text/plain"), 415),
            (served.submit("{", token=token), 422)]:
        check(answer.status == status, f"{answer.status} {answer.body}")


def walk_tokens(served):
    """A token knows whose it is."""
    asked = served.get("/api/v1/token", token=served.token("both", "verify,record")).json()
    check(asked["actor"] == "both" and asked["roles"] == ["record", "verify"], f"{asked}")
    check(served.get("/api/v1/token").status == 401, "401")
    check(served.get("/api/v1/token?x=1", token=served.token("boss")).status == 400, "400")
    check(served.get("/api/v1/token", token=served.token("boss"), Accept="image/png").status == 406, "406")


def walk_replays(served):
    boss, reader = served.token("boss"), served.token("r", "read")
    check(served.request("POST", "/api/v1/replays").status == 401, "401")
    check(served.request("POST", "/api/v1/replays", token=reader).status == 403, "403")
    check(served.request("POST", "/api/v1/replays?x=1", token=boss).status == 400, "400")
    started = served.request("POST", "/api/v1/replays", token=boss)
    place = started.fields["location"]
    check(served.get("/api/v1/replays").status == 401, "401")
    check(served.get("/api/v1/replays?x=1", token=reader).status == 400, "400")
    check(served.get("/api/v1/replays", token=reader, Accept="image/png").status == 406, "406")
    listed = served.get("/api/v1/replays", token=reader).json()["replays"]
    check([f"/api/v1/replays/{one['id']}" for one in listed] == [place], f"{listed}")
    check(served.get(place, token=reader, Accept="text/event-stream").status == 200, "its progress")
    wait_until(lambda: served.get(place, token=reader).json()["state"] == "done", "it is done")
    done = served.get(place, token=reader).json()
    check(done["report"]["differences"] == [] and done["done"] == done["report"]["events"], f"{done}")
    check(served.get(place + "?x=1", token=reader).status == 400, "400")
    check(served.get(place, token=reader, Accept="image/png").status == 406, "406")
    check(served.request("DELETE", place).status == 401, "401")
    check(served.request("DELETE", place, token=reader).status == 403, "403")
    check(served.request("DELETE", place + "?x=1", token=boss).status == 400, "400")
    check(served.request("DELETE", "/api/v1/replays/99", token=boss).status == 404, "404")
    check(served.request("DELETE", place, token=boss).status == 202, "202")
    for _ in range(50):  # one at a time: of two that come together, one is told so
        first, second = (served.request("POST", "/api/v1/replays", token=boss) for _ in range(2))
        if second.status == 409:
            break
        wait_until(lambda: served.get(first.fields["location"], token=boss).json()["state"] != "running", "")
    check(second.status == 409, "two replays at once")


def walk_log(served, token, folder):
    """The public log over HTTP is the one that the command writes, file for file, and checks."""
    run("export", served.ledger, "--format", "tiles", "--out", folder / "log")
    for path in (folder / "log").rglob("*"):
        if path.is_file():
            name = path.relative_to(folder / "log")
            answer = served.get(f"/{name}", token=token)
            check(answer.status == 200 and answer.body == path.read_bytes(), f"{name} is another")
            check(("immutable" in answer.fields["cache-control"]) == (name.parts[0] == "tile"), f"{name}")
    run("check-log", folder / "log", "--vkey", (served.ledger / "log.vkey").read_text().strip())


def walk_what_browsers_get(served, token):
    """The pages need no token, and come compressed to who takes it; statements are of the ledger."""
    for target in ("/", "/year/2022-23", f"/figure/{FIGURE}@60", "/entry/org-lcrca", "/log", "/integrity",
                   f"/bridge/{FIGURE}?from=1", "/publication/annual-report-2022-23", "/replay",
                   "/sign-in?as_of=3", "/pages/index.html", "/pages/style.css", "/pages/views/year.js"):
        plain = served.get(target)
        check(plain.status == 200 and "script-src 'self'" in plain.fields["content-security-policy"], target)
        packed = served.get(target, Accept_Encoding="br, gzip;q=0.5")
        check(packed.fields["content-encoding"] == "gzip" and gzip.decompress(packed.body) == plain.body, target)
        check(packed.fields["etag"] != plain.fields["etag"], "two representations, two tags")
        check("content-encoding" not in served.get(target, Accept_Encoding="gzip;q=0, *").fields, target)
        for answer in (plain, packed):
            again = served.get(target, If_None_Match=answer.fields["etag"], Accept_Encoding=(
                answer.fields.get("content-encoding", "identity")))
            check(again.status == 304 and "content-encoding" not in again.fields, f"{target}: 304")
        check(served.request("HEAD", target).fields["content-length"] == str(len(plain.body)), f"HEAD {target}")
        check(served.request("POST", target, token=token).status == 405, f"POST {target}")
    for target in ("/pages/nothing.js", "/pages/views"):
        check(served.get(target).status == 404, target)
    for target in ("/statement", "/statement/2022-23"):
        check(served.get(target).status == 401, target)
        page = served.get(target, token=token)
        style = re.search(r"<style>(.*?)</style>", page.body.decode(), re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        check(f"style-src 'sha256-{digest}'" in page.fields["content-security-policy"], "its own style")
        check(b" style=" not in page.body and b"<script" not in page.body, "none of what is not let")
        check(served.get(target, token=token, If_None_Match=page.fields["etag"]).status == 304, "304")
        check(served.get(target, token=token, Accept="image/png").status == 406, "406")
        check(served.get(target + "?x=1", token=token).status == 400, "400")
    check(b"107" in served.get("/statement/2022-23?as_of=60", token=token).body, "as of then")
    check(b"107" not in served.get("/statement/2022-23?as_of=30", token=token).body, "as of then")
    check(served.get("/statement/last", token=token).status == 422, "422")


def walk_event_pages(served, token):
    """Link leads through all events, each once."""
    target, seen = "/api/v1/events?limit=7", []
    while target:
        answer = served.get(target, token=token, Accept="application/json")
        seen += [event["sequence"] for event in answer.json()["events"]]
        link = answer.fields.get("link")
        target = link[1:link.index(">")] if link else None
    check(seen == list(range(len(seen))) and len(seen) > 61, f"{seen}")


def main():
    with Served(sample=True) as served, tempfile.TemporaryDirectory() as name:
        token = served.token("r", "read")
        stream = Stream(served, token)
        check(stream.read_until(3), "the feed")
        check(b"text/event-stream" in stream.head, "as an event stream")
        served.description.seen.add(("/api/v1/events/stream", "get", "200"))
        stream.close()
        walk_reads(served, token)
        walk_trace_pages(served, token)
        walk_event_pages(served, token)
        walk_parts(served, token)
        walk_points(served, token)
        walk_refusals(served, token)
        walk_exports(served, token, pathlib.Path(name))
        walk_what_browsers_get(served, token)
        walk_submissions(served)
        walk_tokens(served)
        walk_replays(served)
        walk_log(served, token, pathlib.Path(name))
        walk_event_pages(served, token)
        # Of a service whose derived state is built anew: tests/crash and the rebuild test show it.
        unseen = [one for one in served.description.unseen() if one[0] != "/readyz"]
        check(not unseen, "described, and never met: " + ", ".join(map(str, unseen)))
        print(f"{len(served.description.seen)} operations with their statuses")


if __name__ == "__main__":
    main()
