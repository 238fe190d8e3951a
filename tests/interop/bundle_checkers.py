#!/usr/bin/python3
"""Holds the two checkers of bundles against each other, on good bundles and on tampered ones.

    bundle_checkers.py TALLY CHECK_BUNDLE SAMPLE_DIR

TALLY is the program; CHECK_BUNDLE is tools/check_bundle.py, which shares no code with it. Both must
accept every good bundle and refuse every tampered one, and tell the same of a publication.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import zipfile

TALLY, CHECKER, SAMPLE = sys.argv[1:4]

FIX = ('{"type":"correction","id":"fix-1","actor":"office","corrects":"claim-headbolt-academy",'
       '"reason":"Two have left","replacement":{"organisation":"org-headbolt-contractors",'
       '"programme":"prog-headbolt-lane","measure":"jobs","quantity":6,"from":"2022-04-01",'
       '"to":"2023-03-31","evidence":[]}}\n'
       '{"type":"measure","id":"share","actor":"office","title":"Share","unit":"%",'
       '"basis":"ratio","numerator":"apprenticeships","denominator":"jobs"}\n')

FIGURES = ["2022-23:jobs:verified", "2022-23:jobs:verified@60", "2022-23:jobs:pending",
           "2022-23:jobs:claimed:programme=prog-kindred", "2022-23:share:verified",
           "2022-23:equality-training:verified:contract=-", "2022-23:jobs:committed"]

# Figures, each as of an event that is named by its id.
PUBLISHED_FIGURES = [
    ("just published", "2022-23:jobs:verified", "annual-report-2022-23"),
    ("just published, a ratio", "2022-23:share:verified", "annual-report-2022-23"),
    ("just published, pending", "2022-23:devices:pending", "annual-report-2022-23"),
    ("events in between", "2022-23:jobs:verified", "prog-later"),
    ("erased since", "2022-23:devices:claimed", "erase-report"),
    ("restated since", "2022-23:jobs:claimed", "claim-late"),
    ("superseded by one of an earlier point", "2022-23:jobs:verified", "report-2"),
    ("superseded again", "2022-23:jobs:verified", "report-3"),
    ("another year published since", "2022-23:share:verified", "report-next-year"),
    ("a year without accounts", "2023-24:jobs:verified", "report-next-year"),
    ("a year that was never published", "2021-22:jobs:verified", "report-next-year"),
]


def publication(name, year, **more):
    """Returns a publication; by default with no statements."""
    return {"type": "publication", "id": name, "actor": "office", "year": year, "title": "Report",
            "statements": [], **more}


def publish(ledger):
    """Records publications, and what may come between them."""
    with open(os.path.join(SAMPLE, "lcrca-2022-23", "report.json"), encoding="utf-8") as file:
        report = json.load(file)
    report["document"]["uri"] = "https://council.example/r\u00e9port"
    report["statements"] += [
        {"label": "Fewer than none", "figure": "2022-23:jobs:pending:contract=-@9", "stated": "-1",
         "qualifier": "at-least", "of": "value"}]
    point = record(ledger, {**report, "note": "As adopted,\n\twith a \"last\" change"})
    record(ledger, {"type": "programme", "id": "prog-later", "actor": "office", "name": "Later"})
    record(ledger, {"type": "erasure", "id": "erase-report", "actor": "office", "erases": point,
                    "reason": "A name\nin the note"})
    record(ledger, {"type": "claim", "id": "claim-late", "actor": "office", "quantity": "3",
                    "organisation": "org-lcrca", "programme": "prog-device-donations",
                    "measure": "devices", "from": "2023-03-01", "to": "2023-03-31", "evidence": []})
    record(ledger, publication("report-2", "2022-23", as_of=point, supersedes=report["id"]))
    record(ledger, publication("report-3", "2022-23", note="Whole again"))
    record(ledger, publication("report-next-year", "2023-24", note="Early"))


def record(ledger, entry):
    """Records an entry; returns its sequence."""
    tally("append", ledger, "-", input=json.dumps(entry))
    return sequence_of(ledger, entry["id"])


def sequence_of(ledger, name):
    """Returns the sequence of the event that recorded an entry, as its proof tells it."""
    return int(proof_of(ledger, name)[2].split()[1])


def proof_of(ledger, name, *options):
    """Returns the lines of the proof of an event."""
    return tally("prove", ledger, f"id:{name}", *options).splitlines(True)


def event_of(ledger, name, size):
    """Returns the parts that a bundle has of an event, in the log of `size` events."""
    lines = proof_of(ledger, name, "--size", str(size))
    number = lines[2].split()[1]
    return {f"events/{number}.fb": base64.b64decode(lines[1].split()[1]),
            f"events/{number}.tlog-proof": "".join(lines[:1] + lines[2:]).encode()}


def tally(*arguments, **options):
    """Runs the program, which must succeed; returns what it printed."""
    return subprocess.run([TALLY, *arguments], check=True, capture_output=True, text=True,
                          **options).stdout


def parts_of(path):
    """Returns the parts of a bundle by name."""
    with zipfile.ZipFile(path) as bundle:
        return {one.filename: bundle.read(one) for one in bundle.infolist()}


def write(path, parts, method=zipfile.ZIP_DEFLATED):
    """Writes parts as a bundle."""
    with zipfile.ZipFile(path, "w", method) as bundle:
        for name, content in parts.items():
            bundle.writestr(zipfile.ZipInfo(name), content, method)


def verdicts(path, vkey):
    """Returns whether each of the two accepts the bundle, and what they say."""
    ours = subprocess.run([TALLY, "check-bundle", path, "--vkey", vkey], capture_output=True,
                          text=True, timeout=30)
    other = subprocess.run([CHECKER, path, "--vkey", vkey], capture_output=True, text=True,
                           timeout=60)
    found = [[line.split(maxsplit=1)[1] for line in said.stdout.splitlines()
              if line.startswith("  published ") and line.split()[1] != "none"]
             for said in (ours, other)]
    assert found[0] == found[1], (path, found)
    return [ours.returncode == 0, other.returncode == 0], ours.stdout + ours.stderr + other.stdout


def changed(parts, name, what, by):
    """Returns the parts with a text in one of them replaced, which must be there."""
    assert what in parts[name], (name, what)
    return {**parts, name: parts[name].replace(what, by, 1)}


def without(parts, *names):
    """Returns the parts but these."""
    return {name: content for name, content in parts.items() if name not in names}


def tampered(good, other):
    """Yields what was done, and the parts with it; `other` is the bundle of another measure."""
    delta = b'"delta":"77"'
    yield "a delta moved", changed(good, "figure.json", delta, b'"delta":"78"')
    yield "the quantity", changed(good, "figure.json", b'"quantity":"99"', b'"quantity":"107"')
    cut = good["figure.json"].rfind(b',{"sequence":')
    yield "a void verification revived", {**good,
                                          "figure.json": good["figure.json"][:cut] + b"]}"}
    yield "an unknown field", changed(good, "figure.json", b'"as_of"', b'"x":1,"as_of"')
    yield "a repeated field", changed(good, "figure.json", b'"as_of":', b'"as_of":1,"as_of":')
    yield "white space", changed(good, "figure.json", b'"as_of":', b'"as_of": ')
    yield "an unknown version", changed(good, "figure.json", b'"version":1', b'"version":2')
    foreign = {name: content for name, content in other.items() if name not in good}
    yield "events of another measure", {**good, **foreign}
    for name in ("figure.json", "checkpoint", "log.vkey", "totals.tsv", "README.txt", "events/0.fb",
                 "events/0.tlog-proof", next(n for n in good if n.startswith("details/"))):
        yield f"without {name}", without(good, name)
        # Of the totals, lines of other figures can only be held against a publication's root.
        place = good[name].index(b"\tjobs\t") if name == "totals.tsv" else len(good[name]) // 2
        yield f"a bit of {name}", flipped(good, name, place + 1)
    last = max(int(n[7:-3]) for n in good if n.endswith(".fb"))
    yield "an event left out", without(good, f"events/{last}.fb", f"events/{last}.tlog-proof",
                                       f"details/{last}.json")
    yield "a part that leads elsewhere", {**good, "../../x": b"x"}
    yield "an unknown part", {**good, "notes.txt": b"x"}
    note = good["checkpoint"]
    for what, lines in (("without a signature", "— x AQIDBA==\n"), ("of no form", "x\n"),
                        ("too many", "— x AQIDBAU=\n" * 17)):
        yield f"unknown signature lines: {what}", {
            name: content.replace(note, note + lines.encode()) for name, content in good.items()}
    yield "a line of the totals", changed(good, "totals.tsv", b"\tverified\t77\t",
                                          b"\tverified\t78\t")
    line = next(one for one in good["totals.tsv"].splitlines(True) if b"\tdevices\t" in one)
    yield "an account twice", changed(good, "totals.tsv", line, line.replace(b"200", b"100") + line)
    yield "totals out of order", {**good, "totals.tsv": b"".join(
        reversed(good["totals.tsv"].splitlines(True)))}


def flipped(parts, name, place=None):
    """Returns the parts with a bit of one of them flipped, by default in its middle."""
    content = bytearray(parts[name])
    content[len(content) // 2 if place is None else place] ^= 1
    return {**parts, name: bytes(content)}


def tampered_publications(ledger, new, old):
    """Yields what was done, whether it can be noticed, and the parts of a bundle.

    In `new` the publication of the year is the last event, in `old` there were events since.
    """
    size = sequence_of(ledger, "report-3") + 1
    mine = event_of(ledger, "report-3", size)
    event, proof = mine
    details = event.replace("events", "details").replace(".fb", ".json")
    yield "taken apart and put together", True, {**without(new, event, proof), **mine}
    for place in range(0, len(new[event]), 41):
        yield f"byte {place} of the publication", False, flipped(new, event, place)
    yield "a bit of its proof", False, flipped(new, proof)
    yield "a bit of its details", False, flipped(new, details)
    yield "its proof removed", False, without(new, proof)
    yield "its event removed", False, without(new, event)
    yield "all but its details removed", False, without(new, event, proof)
    yield "its details removed", True, without(new, details)
    yield "its details in other words", False, changed(new, details, b"again", b"now..")
    yield "another's details", False, {**new, details: old[next(
        name for name in old if name.startswith("details/"))]}
    yield "left out, which no bundle can show", True, without(new, event, proof, details)
    earlier = event_of(ledger, "report-2", size)
    yield "an earlier publication", True, {**without(new, event, proof, details), **earlier}
    yield "a second publication", False, {**new, **earlier}
    yield "details where there are none", False, {
        **without(new, event, proof, details), **earlier,
        next(iter(earlier)).replace("events", "details").replace(".fb", ".json"): new[details]}
    yield "an erasure", False, {**new, **event_of(ledger, "erase-report", size)}
    yield "an entry that is not needed", False, {**new, **event_of(ledger, "prog-later", size)}
    yield "in the place of another", False, {**new, event: earlier[next(iter(earlier))]}
    for bundle, noticed in ((new, True), (old, False)):
        since = "" if noticed else ", with events since"
        devices = next(one for one in bundle["totals.tsv"].splitlines(True)
                       if b"\tdevices\t" in one)
        yield f"another figure's total{since}", not noticed, changed(
            bundle, "totals.tsv", b"\t200\t", b"\t201\t")
        yield f"another figure's total left out{since}", not noticed, changed(
            bundle, "totals.tsv", devices, b"")
        yield f"another figure's total made up{since}", not noticed, changed(
            bundle, "totals.tsv", devices, devices.replace(b"devices", b"device") + devices)
        yield f"the last line feed{since}", False, {
            **bundle, "totals.tsv": bundle["totals.tsv"][:-1]}


def published_cases(ledger, vkey):
    """Yields the cases in which a publication plays a part, their bundles written here."""
    publish(ledger)
    for number, (what, figure, name) in enumerate(PUBLISHED_FIGURES):
        at = sequence_of(ledger, name)
        tally("trace", ledger, f"{figure}@{at}", "--bundle", f"p{number}.zip")
        yield f"good: {what}", f"p{number}.zip", True, vkey
    cases = list(tampered_publications(ledger, parts_of("p7.zip"), parts_of("p3.zip")))
    size = sequence_of(ledger, "report-next-year") + 1
    last, empty = parts_of("p8.zip"), parts_of("p9.zip")
    other = event_of(ledger, "report-next-year", size)
    mine = event_of(ledger, "report-3", size)
    cases += [
        ("another year's publication", False, {**without(last, *mine), **other}),
        ("another year's publication as well", False, {**last, **other}),
        ("this year's, where another's belongs", False, {**without(empty, *other), **mine}),
        ("a total of a year that has none", False, {
            **empty, "totals.tsv": b"2023-24\ttrees\tp\to\t\tclaimed\t1\t\n"})]
    for number, (what, expected, parts) in enumerate(cases):
        write(f"q{number}.zip", parts)
        yield f"publication: {what}", f"q{number}.zip", expected, vkey
    tally("key", ledger, "--rotate")
    with open(f"{ledger}/log.vkey", encoding="utf-8") as file:
        new_vkey = file.read().strip()
    tally("trace", ledger, "2022-23:jobs:verified", "--bundle", "k0.zip")
    record(ledger, publication("report-4", "2022-23"))
    tally("trace", ledger, "2022-23:jobs:verified", "--bundle", "k1.zip")
    for path, key, expected in (("k0.zip", vkey, True), ("k0.zip", new_vkey, True),
                                ("k1.zip", vkey, False), ("k1.zip", new_vkey, True)):
        yield f"{path}, whose key was rotated, by {key}", path, expected, key


def main():
    """Runs all; returns the exit status."""
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        tally("init", "ledger", "--name", "Example Council")
        tally("append", "ledger", os.path.join(SAMPLE, "lcrca-2022-23", "entries.jsonl"))
        tally("append", "ledger", "-", input=FIX)
        with open("ledger/log.vkey", encoding="utf-8") as file:
            vkey = file.read().strip()
        cases = []
        for number, figure in enumerate(FIGURES):
            tally("trace", "ledger", figure, "--bundle", f"{number}.zip")
            cases.append((f"good: {figure}", f"{number}.zip", True, vkey))
        good, other = parts_of("0.zip"), parts_of("5.zip")
        write("stored.zip", good, zipfile.ZIP_STORED)
        cases.append(("good: written by another tool", "stored.zip", True, vkey))
        note = good["checkpoint"]
        write("signed.zip", {name: content.replace(note, note + "— x AQIDBAU=\n".encode() * 16)
                             for name, content in good.items()})
        cases.append(("good: signed by strangers too", "signed.zip", True, vkey))
        for number, (what, parts) in enumerate(tampered(good, other)):
            write(f"t{number}.zip", parts)
            cases.append((what, f"t{number}.zip", False, vkey))
        with open("0.zip", "rb") as file:
            whole = file.read()
        for number, (what, content) in enumerate([
                ("a byte behind", whole + b"\0"), ("a byte before", b"\0" + whole),
                ("cut short", whole[:-1]), ("nothing", b"")]):
            with open(f"r{number}.zip", "wb") as file:
                file.write(content)
            cases.append((what, f"r{number}.zip", False, vkey))
        cases += published_cases("ledger", vkey)
        for what, path, expected, key in cases:
            accepted, said = verdicts(path, key)
            # What stands in no trace may be left out of the details: it counts as erased then.
            either_way = what.startswith("without details")
            if accepted[0] != accepted[1] or (accepted[0] != expected and not either_way):
                failures += 1
                print(f"{what}: expected {expected}, tally and the other checker say {accepted}\n"
                      f"{said}")
        print(f"{len(cases)} bundles, {failures} disagreements")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
