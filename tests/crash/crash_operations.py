"""What is tried under faults: an operation, the world that it works in, what must hold after it."""

import json
import shutil
import subprocess
from pathlib import Path

from faults import LATE, NOT_OPENED_OR_WRITTEN, holds_bytes, lines

SECRET = "the-words-to-be-forgotten"

ALLOWED_CODES = ("io", "no-space")


class Operation:
    """An operation on a ledger that is there before and after it.

    `arguments` is what the program is called with in a world, a folder with all that it touches;
    `learn` is shown a world in which the operation was done, `check` one in which a fault came.
    """

    name = ""
    text = None

    def __init__(self, tally, workload, entries):
        self.tally, self.workload, self.entries = tally, workload, entries
        self.original = self.before = self.after = None

    def prepare(self, folder):
        """Makes the world to begin in."""
        self.original = folder / "original"
        self.original.mkdir()
        self.make(self.original)
        self.before = self.tally.state(self.original / "ledger")

    def make(self, world):
        self.tally.answer("init", world / "ledger", "--name", "Example Council")
        self.tally.answer("append", world / "ledger", self.entries)

    def arguments(self, world):
        raise NotImplementedError

    def learn(self, world):
        self.after = self.tally.state(world / "ledger")

    def check(self, world, done):
        self.check_end(done)
        ledger = world / "ledger"
        state = self.tally.state(ledger)  # a reader is the first to see it
        if done.status == 0:
            assert state == self.after, ("what was acknowledged is not there", state)
        else:
            assert state in (self.before, self.after), ("something half is there", state)
        self.check_more(world, done, state == self.after)
        self.tally.goes_on(ledger)
        self.check_later(world, state == self.after)

    def check_end(self, done):
        """The program was ended, or did it, or says why not."""
        if done.status == 0 or done.killed:
            return
        assert done.status == NOT_OPENED_OR_WRITTEN and done.code in ALLOWED_CODES, done

    def check_more(self, world, done, is_there):
        """What else must hold, before the ledger goes on."""

    def check_later(self, world, is_there):
        """What must hold once it has."""


class AppendOne(Operation):
    name = "append"
    text = LATE.replace("late", "one")

    def arguments(self, world):
        return "append", world / "ledger", "--json"


class AppendMany(AppendOne):
    """So many that they are written as sorted files, which the store takes in."""

    name = "append-many"

    def make(self, world):
        self.tally.answer("init", world / "ledger", "--name", "Example Council")
        subprocess.run([self.workload, "--entries", "17000", "--out", world / "entries.jsonl"],
                       check=True, capture_output=True)

    def arguments(self, world):
        return "append", world / "ledger", world / "entries.jsonl", "--json"


class Publish(AppendOne):
    name = "publication"

    def __init__(self, tally, workload, entries):
        super().__init__(tally, workload, entries)
        self.text = (entries.parent / "report.json").read_text().replace("\n", " ") + "\n"


class Correct(AppendOne):
    name = "correction"
    text = lines({"type": "correction", "id": "gone", "actor": "office", "reason": "Counted twice",
                  "corrects": "claim-headbolt-academy"})


class Erase(AppendOne):
    name = "erasure"

    def make(self, world):
        super().make(world)
        ledger = world / "ledger"
        noted = self.tally.answer("append", ledger, text=lines(
            {"type": "organisation", "id": "noted", "actor": "office", "name": "Noted",
             "note": SECRET}))
        # Some of it lies in sorted files, some in write-ahead logs.
        self.tally.answer("replay", ledger)
        self.text = lines({"type": "erasure", "id": "forget", "actor": "office",
                           "erases": noted["head"], "reason": "Asked to"})

    def check_more(self, world, done, is_there):
        if done.status == 0:
            assert holds_bytes(world / "ledger", SECRET.encode()) == [], "erased bytes are there"

    def check_later(self, world, is_there):
        if is_there:
            assert holds_bytes(world / "ledger", SECRET.encode()) == [], "erased bytes stay there"


class Rotate(Operation):
    name = "key-rotate"

    def arguments(self, world):
        return "key", world / "ledger", "--rotate", "--json"

    def check(self, world, done):
        looked = self.tally.run("verify", world / "ledger", "--json")
        if looked.status == 1:
            # Its last step is still to come, which takes whoever writes.
            assert done.status != 0, looked
            assert "a rotation of the key was interrupted" in looked.out, looked
            opened = self.tally.run("append", world / "ledger", "--json", text="")
            assert opened.status == 0, opened
        super().check(world, done)

    def check_more(self, world, done, is_there):
        if done.status == 0:
            key = self.tally.answer("key", world / "ledger")["vkey"]
            assert json.loads(done.out)["vkey"] == key, "another key is in force"


class Replay(Operation):
    name = "replay"

    def arguments(self, world):
        return "replay", world / "ledger", "--json"

    def digest(self, world):
        verified = self.tally.answer("verify", world / "ledger")
        return verified["digest"], verified["root"]

    def prepare(self, folder):
        super().prepare(folder)
        self.expected = self.digest(self.original)

    def check_more(self, world, done, is_there):
        assert self.digest(world) == self.expected

    def check_later(self, world, is_there):
        assert self.tally.answer("replay", world / "ledger")["differences"] == []


class Issue(Operation):
    """A checkpoint beyond the one that is kept, as it is after a kill."""

    name = "checkpoint"

    def make(self, world):
        super().make(world)
        ledger = world / "ledger"
        kept = (ledger / "checkpoint").read_text()
        self.tally.answer("append", ledger, text=LATE.replace("late", "beyond"))
        (ledger / "checkpoint").write_text(kept)

    def arguments(self, world):
        return "checkpoint", world / "ledger"

    def check_end(self, done):
        assert done.status in (0, NOT_OPENED_OR_WRITTEN) or done.killed, done

    def check_more(self, world, done, is_there):
        if done.status != 0:
            return
        shown = world / "shown"
        shown.write_text(done.out)
        verified = self.tally.answer("verify", world / "ledger", "--against", shown)
        assert verified["ok"], verified


class Export(Operation):
    name = "export-tiles"
    form = "tiles"

    def arguments(self, world):
        return ("export", world / "ledger", "--format", self.form, "--out", world / "out",
                "--json")

    def check_more(self, world, done, is_there):
        again = self.tally.run(*self.arguments(world))
        if again.status != 0:
            # What is half there is told of, and in the way only until it is removed.
            assert again.code in ("usage", "damaged"), again
            shutil.rmtree(world / "out")
            again = self.tally.run(*self.arguments(world))
        assert again.status == 0, again
        if self.form == "tiles":
            vkey = self.tally.answer("key", world / "ledger")["vkey"]
            checked = self.tally.run("check-log", world / "out", "--vkey", vkey)
            assert checked.status == 0, checked


class ExportTables(Export):
    name = "export-csv"
    form = "csv"

    @staticmethod
    def files(world):
        out = world / "out"
        return {str(path.relative_to(out)): path.stat().st_size for path in out.rglob("*")
                if path.is_file()}

    def learn(self, world):
        super().learn(world)
        self.exported = self.files(world)

    def check_more(self, world, done, is_there):
        if done.status == 0 or (world / "out").exists():
            assert self.files(world) == self.exported, "the export is not whole"
        if done.status != 0 and not done.killed and not done.cut:
            assert not (world / "out").exists(), "a failed export left something"
        shutil.rmtree(world / "out", ignore_errors=True)
        super().check_more(world, done, is_there)


class Init(Operation):
    name = "init"

    def make(self, world):
        """Nothing is there."""

    def prepare(self, folder):
        self.original = folder / "original"
        self.original.mkdir()

    def arguments(self, world):
        return "init", world / "ledger", "--name", "Example Council", "--json"

    def check(self, world, done):
        self.check_end(done)
        ledger = world / "ledger"
        looked = self.tally.run("verify", ledger, "--json")
        if looked.code == "no-ledger":
            assert done.status != 0, "the ledger that was made is not there"
            shutil.rmtree(ledger, ignore_errors=True)  # as the message says
            self.tally.answer(*self.arguments(world)[:-1])
        assert self.tally.state(ledger) == self.after
        self.tally.goes_on(ledger)


class Backup(Operation):
    name = "backup"

    def arguments(self, world):
        return "backup", world / "ledger", world / "backup", "--json"

    def restored(self, world):
        """The state of what the backup gives, or None where there is none."""
        copy = world / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        done = self.tally.run("restore", world / "backup", copy, "--json")
        if done.code == "usage":
            return None
        assert done.status == 0, done
        return self.tally.state(copy)

    def check_more(self, world, done, is_there):
        state = self.restored(world)
        if done.status == 0:
            assert state == self.after, ("the backup is not what it was said to be", state)
        else:
            assert state in (self.backed_up(), self.after), ("the backup holds half", state)
        self.tally.answer(*self.arguments(world)[:-1])
        assert self.restored(world) == self.after

    def backed_up(self):
        """The state that the backup held before."""


class BackupMore(Backup):
    """A backup that is brought up to date, and loses what was erased meanwhile."""

    name = "backup-more"

    def make(self, world):
        super().make(world)
        ledger = world / "ledger"
        noted = self.tally.answer("append", ledger, text=lines(
            {"type": "organisation", "id": "noted", "actor": "office", "name": "Noted",
             "note": SECRET}))
        self.tally.answer("backup", ledger, world / "backup")
        self.older = self.tally.state(ledger)
        self.tally.answer("append", ledger, text=lines(
            {"type": "erasure", "id": "forget", "actor": "office", "erases": noted["head"],
             "reason": "Asked to"}))

    def backed_up(self):
        return self.older

    def check_more(self, world, done, is_there):
        if done.status == 0:
            assert holds_bytes(world / "backup", SECRET.encode()) == [], "erased bytes are there"
        super().check_more(world, done, is_there)
        assert holds_bytes(world / "backup", SECRET.encode()) == [], "erased bytes stay there"


class Restore(Operation):
    name = "restore"

    def make(self, world):
        super().make(world)
        self.tally.answer("backup", world / "ledger", world / "backup")

    def arguments(self, world):
        return "restore", world / "backup", world / "restored", "--json"

    def check_more(self, world, done, is_there):
        restored = world / "restored"
        looked = self.tally.run("verify", restored, "--json")
        if looked.code == "no-ledger":
            assert done.status != 0, "the ledger that was restored is not there"
            if not done.killed and not done.cut:
                left = list(restored.rglob("*"))
                assert left == [], ("a failed restore left something", left)
            shutil.rmtree(restored, ignore_errors=True)  # as the message says
            self.tally.answer(*self.arguments(world)[:-1])
        assert self.tally.state(restored) == self.after
        self.tally.goes_on(restored)


class GoOn(Operation):
    name = "go-on"

    def make(self, world):
        super().make(world)
        ledger = world / "ledger"
        self.tally.answer("backup", ledger, world / "backup")
        self.tally.answer("append", ledger, text=LATE.replace("late", "lost"))
        shutil.copy(ledger / "checkpoint", world / "shown")
        shutil.rmtree(ledger)
        self.tally.answer("restore", world / "backup", ledger, "--checkpoint", world / "shown")

    def prepare(self, folder):
        self.original = folder / "original"
        self.original.mkdir()
        self.make(self.original)

    def arguments(self, world):
        return "go-on", world / "ledger", "--json"

    def check(self, world, done):
        self.check_end(done)
        ledger = world / "ledger"
        refused = self.tally.run("append", ledger, "--json", text=LATE)
        if refused.status != 0:
            assert done.status != 0, ("it was said to go on", refused)
            assert "go-on" in refused.err, refused
            self.tally.answer(*self.arguments(world)[:-1])
        events = self.tally.state(ledger)["events"]
        self.tally.run("append", ledger, "--json", text=LATE)
        # It may have been told of twice.
        assert events - self.after["events"] in (0, 1), (events, self.after["events"])
        verified = self.tally.answer("verify", ledger)
        assert verified["ok"], verified


ALL = (Init, AppendOne, AppendMany, Publish, Correct, Erase, Rotate, Issue, Replay, Export,
       ExportTables, Backup, BackupMore, Restore, GoOn)


def operations(tally, workload, entries):
    """All of them."""
    return [operation(tally, workload, Path(entries)) for operation in ALL]
