"""Runs the program under faults that are injected into its calls (../faults/file_faults.cc), and
looks at what they leave behind."""

import json
import os
import random
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

KILLED = 137
NOT_OPENED_OR_WRITTEN = 3

LATE = '{"type":"programme","id":"late","actor":"office","name":"Late"}\n'

# Which calls a kind of fault can hit; the others it leaves alone.
HITS = {
    "die": None,
    "error": None,
    "no-space": {"write", "make", "mkdir", "link", "allocate"},
    "short": {"write"},
    "lost-sync": {"sync"},
    "power-cut": None,
}


def seed_of_test():
    """A seed that is printed, and taken back from TALLY_TEST_SEED."""
    seed = int(os.environ.get("TALLY_TEST_SEED") or random.SystemRandom().getrandbits(32))
    print(f"TALLY_TEST_SEED={seed}", flush=True)
    return seed


def fast_folder():
    """A temporary folder, in memory where that can be: syncs cost nothing there."""
    memory = "/dev/shm"
    return tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None)


@dataclass
class Fault:
    """What happens at which call, and the seed of what a power cut takes."""

    kind: str
    call: int
    seed: int


@dataclass
class Done:
    """How a run of the program ended."""

    status: int
    out: str
    err: str
    cut: bool = False  # whether the power went, at the end or before

    @property
    def killed(self):
        return self.status == KILLED

    @property
    def code(self):
        """The code of the error, where there is one."""
        lines = self.err.strip().splitlines()
        try:
            return json.loads(lines[-1])["error"]["code"] if lines else None
        except (ValueError, KeyError):
            return None


@dataclass
class Tally:
    """The program, and the library that makes its calls fail."""

    program: str
    library: str
    environment: dict = field(default_factory=dict)

    def run(self, *arguments, text=None, faults=None):
        """Runs the program; never ends by a signal."""
        done = subprocess.run([self.program, *map(str, arguments)], input=text, text=True,
                              capture_output=True, check=False, timeout=300,
                              env={**os.environ, **(faults or {})})
        assert done.returncode >= 0, (arguments, done.returncode, done.stdout, done.stderr)
        return Done(done.returncode, done.stdout, done.stderr)

    def answer(self, *arguments, text=None):
        """What the program answers as JSON; it must be done."""
        done = self.run(*arguments, "--json", text=text)
        assert done.status == 0, (arguments, done)
        return json.loads(done.out)

    def calls(self, world, arguments, text):
        """The names of the calls that a run makes in a world, in order."""
        log = world.parent / "calls"
        done = self.run(*arguments, text=text,
                        faults={"LD_PRELOAD": self.library, "TALLY_FAULTS_UNDER": str(world),
                                "TALLY_FAULTS_LOG": str(log)})
        assert done.status == 0, (arguments, done)
        return [line.split(" ", 1) for line in log.read_text().splitlines()]

    def run_faulty(self, world, fault, arguments, text):
        """Runs the program in a world in which a call fails."""
        stash = world.parent / "stash"
        shutil.rmtree(stash, ignore_errors=True)
        stash.mkdir()
        done = self.run(*arguments, text=text,
                        faults={"LD_PRELOAD": self.library, "TALLY_FAULTS_UNDER": str(world),
                                "TALLY_FAULTS_KIND": fault.kind, "TALLY_FAULTS_STASH": str(stash),
                                "TALLY_FAULTS_CALL": str(fault.call),
                                "TALLY_FAULTS_SEED": str(fault.seed)})
        done.cut = fault.kind in ("power-cut", "lost-sync")
        return done

    def state(self, ledger):
        """What a sound ledger holds, but for what differs from run to run (times, salts)."""
        verified = self.answer("verify", ledger)
        assert verified["ok"], verified
        counted = {name: verified[name] for name in ("events", "accounts", "postings",
                                                     "publications")}
        totals = self.answer("totals", ledger, "--by", "organisation,contract", "--root")
        del totals["as_of"]
        return {**counted, "totals": totals}

    def goes_on(self, ledger):
        """A ledger takes another entry, and is sound with it."""
        before = self.answer("status", ledger)["head"]
        appended = self.run("append", ledger, "--json", text=LATE)
        assert appended.status == 0, ("the ledger takes no more entries", appended)
        verified = self.answer("verify", ledger)
        assert verified["ok"] and verified["events"] == before + 2, (before, verified)


def lines(*entries):
    """Entries as a submission."""
    return "".join(json.dumps(entry) + "\n" for entry in entries)


def holds_bytes(folder, wanted):
    """The files below a folder that hold these bytes."""
    return [path for path in Path(folder).rglob("*")
            if path.is_file() and re.search(re.escape(wanted), path.read_bytes())]
