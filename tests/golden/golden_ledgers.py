#!/usr/bin/python3
"""Ledgers and backups of every released format open, say what they said then, and go on.

    golden_ledgers.py TALLY FOLDER

FOLDER holds, of each format, NAME.tar.xz with `ledger/` and `backup/`, and NAME.json with what was
asked of the ledger when it was made. A released one is never made again; `--make NAME LINES` makes
the next, from lines of entries ("#rotate" rotates the key, "#commit" ends a submission).
"""

import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

QUESTIONS = {
    "totals": ["totals", "LEDGER", "--by", "programme,organisation,contract", "--root", "--json"],
    "log": ["log", "LEDGER", "--json"],
    "publications": ["publications", "LEDGER", "--json"],
    "csv": ["totals", "LEDGER", "--csv"],
}
LATER = '{"type":"programme","id":"golden-later","actor":"office","name":"Later"}\n'


def tally(program, *arguments, given=None):
    done = subprocess.run([program, *map(str, arguments)], input=given, text=True,
                          capture_output=True, check=False)
    assert done.returncode == 0, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout


def answers(program, ledger):
    """What the ledger says of itself, apart from how long that took."""
    found = {name: tally(program, *[str(ledger) if part == "LEDGER" else part for part in question])
             for name, question in QUESTIONS.items()}
    verified = json.loads(tally(program, "verify", ledger, "--json"))
    found["verify"] = {name: verified[name] for name in
                       ("ok", "events", "root", "accounts", "postings", "publications")}
    return found


def submissions(lines):
    """The submissions of a file of lines, and the rotations between them."""
    pending = []
    for line in lines:
        if not line.startswith("#"):
            pending.append(line)
            continue
        if pending:
            yield "\n".join(pending) + "\n"
        pending = []
        if line == "#rotate":
            yield None
    if pending:
        yield "\n".join(pending) + "\n"


def make(program, folder, name, lines):
    with tempfile.TemporaryDirectory() as work:
        ledger = Path(work) / "ledger"
        tally(program, "init", ledger, "--name", "Golden Council")
        for submission in submissions(Path(lines).read_text().splitlines()):
            if submission is None:
                tally(program, "key", ledger, "--rotate")
            else:
                tally(program, "append", ledger, given=submission)
        tally(program, "backup", ledger, Path(work) / "backup")
        (folder / f"{name}.json").write_text(
            json.dumps(answers(program, ledger), indent=1, ensure_ascii=False) + "\n")
        with tarfile.open(folder / f"{name}.tar.xz", "w:xz") as archive:
            archive.add(ledger, "ledger")
            archive.add(Path(work) / "backup", "backup")


def check(program, archive, work):
    """One of them: as it was, after it went on, replayed, and restored from its backup."""
    expected = json.loads(archive.with_suffix("").with_suffix(".json").read_text())
    with tarfile.open(archive) as packed:
        packed.extractall(work)
    ledger, backup, restored = work / "ledger", work / "backup", work / "restored"
    tally(program, "restore", backup, restored, "--checkpoint", ledger / "checkpoint")
    assert answers(program, restored) == expected, f"{archive.name}: restored from its backup"
    # Derived state of an older program says so, and is built anew first.
    opened = subprocess.run([program, "status", str(ledger)], capture_output=True, text=True,
                            check=False)
    if opened.returncode != 0:
        assert "tally replay" in opened.stderr, opened.stderr
        tally(program, "replay", ledger)
    for state in ("as it was", "replayed"):
        assert answers(program, ledger) == expected, f"{archive.name}: {state}"
        tally(program, "replay", ledger)
    tally(program, "append", ledger, "--rebuild", given=LATER)
    after = answers(program, ledger)
    assert after["verify"]["events"] == expected["verify"]["events"] + 1
    assert after["log"].startswith(expected["log"]), f"{archive.name}: events changed"
    assert after["totals"] != "" and json.loads(after["totals"])["rows"] == \
        json.loads(expected["totals"])["rows"], f"{archive.name}: totals moved"


def main():
    program, folder = sys.argv[1], Path(sys.argv[2])
    if "--make" in sys.argv:
        name, lines = sys.argv[sys.argv.index("--make") + 1:][:2]
        make(program, folder, name, lines)
        return
    archives = sorted(folder.glob("*.tar.xz"))
    assert archives, f"there is no ledger in {folder}"
    for archive in archives:
        with tempfile.TemporaryDirectory() as work:
            check(program, archive, Path(work))
        print(f"{archive.name}: opens, says what it said, goes on")


if __name__ == "__main__":
    main()
