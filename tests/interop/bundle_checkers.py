#!/usr/bin/python3
"""Holds the two checkers of bundles against each other, on good bundles and on tampered ones.

    bundle_checkers.py TALLY CHECK_BUNDLE SAMPLE_DIR

TALLY is the program; CHECK_BUNDLE is tools/check_bundle.py, which shares no code with it. Both must
accept every good bundle and refuse every tampered one.
"""

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
    return [ours.returncode == 0, other.returncode == 0], ours.stderr + other.stdout


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
        flipped = bytearray(good[name])
        flipped[place + 1] ^= 1
        yield f"a bit of {name}", {**good, name: bytes(flipped)}
    last = max(int(n[7:-3]) for n in good if n.endswith(".fb"))
    yield "an event left out", without(good, f"events/{last}.fb", f"events/{last}.tlog-proof",
                                       f"details/{last}.json")
    yield "a part that leads elsewhere", {**good, "../../x": b"x"}
    yield "an unknown part", {**good, "notes.txt": b"x"}
    yield "a line of the totals", changed(good, "totals.tsv", b"\tverified\t77\t",
                                          b"\tverified\t78\t")
    line = next(one for one in good["totals.tsv"].splitlines(True) if b"\tdevices\t" in one)
    yield "an account twice", changed(good, "totals.tsv", line, line.replace(b"200", b"100") + line)
    yield "totals out of order", {**good, "totals.tsv": b"".join(
        reversed(good["totals.tsv"].splitlines(True)))}




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
            cases.append((f"good: {figure}", f"{number}.zip", True))
        good, other = parts_of("0.zip"), parts_of("5.zip")
        write("stored.zip", good, zipfile.ZIP_STORED)
        cases.append(("good: written by another tool", "stored.zip", True))
        for number, (what, parts) in enumerate(tampered(good, other)):
            write(f"t{number}.zip", parts)
            cases.append((what, f"t{number}.zip", False))
        with open("0.zip", "rb") as file:
            whole = file.read()
        for number, (what, content) in enumerate([
                ("a byte behind", whole + b"\0"), ("a byte before", b"\0" + whole),
                ("cut short", whole[:-1]), ("nothing", b"")]):
            with open(f"r{number}.zip", "wb") as file:
                file.write(content)
            cases.append((what, f"r{number}.zip", False))
        for what, path, expected in cases:
            accepted, said = verdicts(path, vkey)
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
