#!/usr/bin/python3
"""A replay that is killed at any call that changes a file leaves one whole generation of derived
state, the old one or the new one, and the ledger goes on from there.

    kill_replay.py TALLY LIBRARY ENTRIES [--every]

LIBRARY is die_at_call.cc, loaded before the program; ENTRIES is a submission. Calls are picked by
chance, from a seed that is printed and taken back from TALLY_TEST_SEED; --every tries all of them.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

KILLED = 137
PICKED = 24


def run(tally, *arguments, environment=None):
    return subprocess.run(
        [tally, *map(str, arguments)],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )


def answer(tally, *arguments):
    done = run(tally, *arguments, "--json")
    assert done.returncode == 0, (arguments, done.returncode, done.stdout, done.stderr)
    return json.loads(done.stdout)


def state_of(tally, ledger):
    """What must be the same before and after."""
    verified = answer(tally, "verify", ledger)
    assert verified["ok"], verified
    totals = run(tally, "totals", ledger, "--by", "organisation", "--root", "--json").stdout
    return verified["digest"], verified["root"], totals




def count_calls(tally, library, ledger, folder):
    counted = folder / "count"
    done = run(tally, "replay", ledger,
               environment={"LD_PRELOAD": library, "TALLY_COUNT_CALLS": str(counted)})
    assert done.returncode == 0, done.stderr
    return int(counted.read_text())


def try_call(tally, library, original, folder, call, expected):
    ledger = folder / "ledger"
    shutil.rmtree(ledger, ignore_errors=True)
    shutil.copytree(original, ledger)
    done = run(tally, "replay", ledger,
               environment={"LD_PRELOAD": library, "TALLY_DIE_AT_CALL": str(call)})
    assert done.returncode in (0, KILLED), (call, done.returncode, done.stderr)
    # A reader sees a whole ledger at once, before any writer has put things in order.
    assert state_of(tally, ledger) == expected, f"after a kill at call {call}"
    late = '{"type":"programme","id":"late","actor":"office","name":"Late"}\n'
    appended = subprocess.run([tally, "append", str(ledger), "--json"], input=late, text=True,
                              capture_output=True, check=False)
    assert appended.returncode == 0, (call, appended.stderr)
    after = state_of(tally, ledger)
    replayed = answer(tally, "replay", ledger)
    assert replayed["digest"] == after[0] and replayed["differences"] == [], (call, replayed)
    assert state_of(tally, ledger) == after, f"after going on from a kill at call {call}"
    return done.returncode == KILLED


def main():
    tally, library, entries = sys.argv[1:4]
    seed = int(os.environ.get("TALLY_TEST_SEED") or random.SystemRandom().getrandbits(32))
    print(f"seed {seed}")
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        original = folder / "original"
        answer(tally, "init", original, "--name", "Example Council")
        answer(tally, "append", original, entries)
        expected = state_of(tally, original)
        whole = folder / "whole"
        shutil.copytree(original, whole)
        calls = count_calls(tally, library, whole, folder)
        assert calls > 50, calls
        picked = range(1, calls + 1)
        if "--every" not in sys.argv:
            picked = sorted(chance.sample(picked, min(PICKED, calls)))
        killed = sum(try_call(tally, library, original, folder, call, expected) for call in picked)
        print(f"{calls} calls, {len(picked)} tried, killed at {killed}")
        assert killed > 0


if __name__ == "__main__":
    main()
