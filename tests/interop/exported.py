"""What the readers of exports share: running the program, telling what is not so, reading tables."""

import csv
import hashlib
import subprocess
import sys


def run(program, *arguments, given=None, statuses=(0,)):
    """What the program prints; it must end as expected, mostly well."""
    done = subprocess.run([program, *arguments], input=given, capture_output=True, text=True,
                          check=False)
    if done.returncode not in statuses:
        sys.exit(f"{' '.join(map(str, arguments))}: {done.stderr}")
    return done.stdout


def check(holds, what):
    """Ends the run where something is not so."""
    if not holds:
        sys.exit(f"FAILED: {what}")


def table(folder, name):
    """The rows of a table of a CSV export, as dictionaries."""
    with open(folder / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def root_of(lines):
    """The RFC 6962 tree hash of texts."""
    if not lines:
        return hashlib.sha256(b"").digest()
    if len(lines) == 1:
        return hashlib.sha256(b"\0" + lines[0].encode()).digest()
    split = 1
    while split * 2 < len(lines):
        split *= 2
    return hashlib.sha256(b"\1" + root_of(lines[:split]) + root_of(lines[split:])).digest()
