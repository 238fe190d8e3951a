#!/usr/bin/python3
"""The program is killed at random moments: nothing that was acknowledged is lost, nothing half is
there, and whoever comes next goes on from it.

    kill.py TALLY ENTRIES [--times N]

Kills N times (60 when left out), in turn while it appends one entry, appends many, replays, erases
and backs up.  Moments are picked from a seed that is printed and taken back from TALLY_TEST_SEED,
as far as the machine repeats itself.
"""

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from faults import Tally, fast_folder, holds_bytes, lines, seed_of_test

TIMES = 60
MANY = 400
SECRET = "the-words-to-be-forgotten"


class Victim:
    """A ledger whose programs are killed, and what has been acknowledged of it."""

    def __init__(self, tally, folder, entries, chance):
        self.tally, self.folder, self.chance = tally, folder, chance
        self.ledger = folder / "ledger"
        tally.answer("init", self.ledger, "--name", "Example Council")
        tally.answer("append", self.ledger, entries)
        self.known = self.ids()
        self.made = 0
        self.usual = {}  # how long a run of each kind takes, in seconds

    def ids(self):
        """The ids of all entries, in order."""
        done = self.tally.run("log", self.ledger, "--json")
        assert done.status == 0, done
        return [json.loads(line).get("id") for line in done.out.splitlines()]

    def fresh(self, **more):
        self.made += 1
        return {"type": "programme", "id": f"p{self.made}", "actor": "office", "name": "P", **more}

    def run(self, kind, *arguments, text=None):
        """Runs the program and kills it at some moment; whether it was done by then."""
        started = time.monotonic()
        with subprocess.Popen([self.tally.program, *map(str, arguments)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                # The usual time is learnt from runs that were let be.
                out, err = process.communicate(
                    text or "", timeout=self.chance.uniform(0, self.usual.get(kind, 60)))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                out, err = process.communicate()
        status = process.returncode
        if status == 0:
            took = time.monotonic() - started
            self.usual[kind] = max(took, 0.9 * self.usual.get(kind, took)) * 1.1
        assert status in (0, -signal.SIGKILL), (arguments, status, out, err)
        return status == 0

    def append(self, kind, entries):
        """Appends entries, which are there all or not at all; whether they are."""
        done = self.run(kind, "append", self.ledger, text=lines(*entries))
        now = self.ids()
        wanted = [entry["id"] for entry in entries]
        if done:
            assert now == self.known + wanted, "what was acknowledged is not there"
        else:
            assert now in (self.known, self.known + wanted), "something half is there"
        appended = len(now) > len(self.known)
        self.known = now
        return done, appended

    def append_one(self):
        return self.append("append", [self.fresh()])[0]

    def append_many(self):
        return self.append("append-many", [self.fresh() for _ in range(MANY)])[0]

    def erase(self):
        secret = f"{SECRET}-{self.made}-"
        noted = self.fresh(note=secret)
        event = self.tally.answer("append", self.ledger, text=lines(noted))["head"]
        self.known.append(noted["id"])
        self.made += 1
        done, erased = self.append("erase", [
            {"type": "erasure", "id": f"e{self.made}", "actor": "office", "erases": event,
             "reason": "Asked to"}])
        if erased and not done:
            self.tally.answer("append", self.ledger, text="")  # the next writer finishes it
        assert not erased or holds_bytes(self.ledger, secret.encode()) == [], "erased bytes stay"
        return done

    def replay(self):
        before = self.tally.answer("verify", self.ledger)["digest"]
        done = self.run("replay", "replay", self.ledger)
        assert self.tally.answer("verify", self.ledger)["digest"] == before
        return done

    def backup(self):
        backup, copy = self.folder / "backup", self.folder / "copy"
        done = self.run("backup", "backup", self.ledger, backup)
        if done or (backup / "SHA256SUMS").exists():
            shutil.rmtree(copy, ignore_errors=True)
            self.tally.answer("restore", backup, copy)
            verified = self.tally.answer("verify", copy)
            assert verified["ok"] and (not done or verified["events"] == len(self.known)), verified
        return done


def main():
    program, entries = sys.argv[1:3]
    times = int(sys.argv[sys.argv.index("--times") + 1]) if "--times" in sys.argv else TIMES
    chance = random.Random(seed_of_test())
    kills = {}
    runs = 0
    with fast_folder() as name:
        victim = Victim(Tally(program, ""), Path(name), entries, chance)
        ways = (victim.append_one, victim.append_many, victim.append_one, victim.replay,
                victim.append_one, victim.erase, victim.append_one, victim.backup)
        while sum(kills.values()) < times and runs < 20 * times:
            way = ways[runs % len(ways)]
            runs += 1
            if not way():
                kills[way.__name__] = kills.get(way.__name__, 0) + 1
            if runs % 8 == 0:
                verified = victim.tally.answer("verify", victim.ledger)
                assert verified["ok"] and verified["events"] == len(victim.known), verified
    told = ", ".join(f"{count} in {name}" for name, count in sorted(kills.items()))
    print(f"{runs} runs, {sum(kills.values())} killed ({told}), "
          f"{len(victim.known)} events, all that were acknowledged")
    assert sum(kills.values()) >= times, "hardly a run could be killed"


if __name__ == "__main__":
    main()
