"""The work that everybody does: entries, the rows that they come to, and the questions put to them.

The entries are made up by tally-workload, the same bytes on any machine. What peers load is what
the ledger posts for them, as its CSV export has it: a row a posting. None of this is timed.
"""

import csv
import os
import random
import subprocess
from collections import Counter
from dataclasses import dataclass

from processes import BenchmarkError, remove, run

STAGES = ("committed", "claimed", "verified", "rejected")
SCALE = 1_000_000           # millionths in a unit
SUBMISSION_ENTRIES = 1_000_000
QUESTIONS, FILTERED_QUESTIONS = 2_000, 300
PAGE_POSTINGS = 10_000      # behind the figure whose first page is asked for
SEED = 6


def millionths(text):
    """Returns a decimal of up to six places in millionths, exactly."""
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    whole, _, fraction = digits.partition(".")
    if len(fraction) > 6:
        raise BenchmarkError(f"{text} has more than six places")
    return sign * (int(whole) * SCALE + int(fraction.ljust(6, "0") or 0))


def year_text(year):
    """Returns the name of the reporting year that begins in a year."""
    return f"{year}-{(year + 1) % 100:02}"


@dataclass
class Work:
    """The files of one size, all in one folder."""

    folder: str
    entries: int
    programs: str             # the folder of tally, tally-bench and so on
    submissions: list = None  # JSON Lines, at most a million entries each
    rows: int = 0
    events: int = 0
    page_postings: int = 0

    def path(self, name):
        """Returns where a file of this work lies."""
        return os.path.join(self.folder, name)

    def program(self, name):
        """Returns the path of a program of ours."""
        return os.path.join(self.programs, name)

    @property
    def ledger(self):
        """The ledger that the entries were loaded into, and that is read from."""
        return self.path("ledger")

    @property
    def rows_file(self):
        """The rows, tab-separated, in the order of their events."""
        return self.path("rows.tsv")

    @property
    def journal(self):
        """The rows as a journal of plain-text accounting."""
        return self.path("journal.ledger")

    def questions(self, kind):
        """Returns the file of one kind of question."""
        return self.path(f"questions-{kind}.tsv")

    def make_entries(self):
        """Writes the submissions."""
        os.makedirs(self.folder, exist_ok=True)
        prefix = self.path("entries-")
        with subprocess.Popen([self.program("tally-workload"), "--entries", str(self.entries),
                               "--seed", str(SEED)], stdout=subprocess.PIPE) as source:
            run("split", "-l", SUBMISSION_ENTRIES, "--additional-suffix=.jsonl", "-", prefix,
                stdin=source.stdout)
        if source.returncode != 0:
            raise BenchmarkError("tally-workload failed")
        self.submissions = sorted(self.path(name) for name in os.listdir(self.folder)
                                  if name.startswith("entries-"))

    def make_ledger(self):
        """Loads the ledger that is read from."""
        remove(self.ledger)
        run(self.program("tally"), "init", self.ledger, "--name", "Benchmark")
        for submission in self.submissions:
            run(self.program("tally"), "append", self.ledger, submission)

    def make_rows(self):
        """Writes rows, journal and questions from an export of the ledger."""
        export = self.path("csv")
        remove(export)
        run(self.program("tally"), "export", self.ledger, "--format", "csv", "--out", export)
        by_event = self.path("postings-by-event")
        run("sh", "-c", 'tail -n +2 "$1/postings.csv" | tr -d "\\r" | '
            'LC_ALL=C sort -s -t, -k7,7n > "$2"', "sh", export, by_event)
        asked = _Asked(self.entries)
        with open(os.path.join(export, "events.csv"), newline="", encoding="utf-8") as events, \
                open(by_event, encoding="utf-8") as postings, \
                open(self.rows_file, "w", encoding="utf-8") as rows, \
                open(self.journal, "w", encoding="utf-8") as journal:
            self._join(csv.reader(events), postings, rows, journal, asked)
        remove(export)
        remove(by_event)
        self._write_questions(asked)

    def _join(self, events, postings, rows, journal, asked):
        next(events)
        event = next(events)
        latest = None
        for posting in postings:
            year, measure, programme, organisation, contract, stage, sequence, delta, _ = \
                posting.split(",")
            while event[0] != sequence:
                event = next(events)
            _, recorded_at, kind, entry, actor = event[:5]
            if sequence != latest:
                latest, line = sequence, 0
                journal.write(f"\n{recorded_at[:10]} {entry}\n")
            line += 1
            self.rows += 1
            row = (sequence, recorded_at, entry, line, kind, actor, year[:4], measure, programme,
                   organisation, contract, STAGES.index(stage), millionths(delta))
            rows.write("\t".join(map(str, row)) + "\n")
            journal.write(f"  ({year}:{measure}:{stage})  {delta}\n")
            asked.see(int(sequence), int(year[:4]), measure, programme, organisation,
                      STAGES.index(stage))
        self.events = 1 + max(int(event[0]), *(int(one[0]) for one in events), 0)

    def _write_questions(self, asked):
        head = self.events - 1
        chance = random.Random(SEED)
        for kind, count in (("plain", QUESTIONS), ("programme", FILTERED_QUESTIONS),
                            ("organisation", FILTERED_QUESTIONS)):
            with open(self.questions(kind), "w", encoding="utf-8") as file:
                for _ in range(count):
                    sequence, year, measure, programme, organisation, stage = \
                        chance.choice(asked.sample)
                    file.write(_question(year, measure, stage, chance.randint(sequence, head),
                                         programme if kind == "programme" else "",
                                         organisation if kind == "organisation" else ""))
        (year, measure, stage), self.page_postings = min(
            asked.counts.items(), key=lambda item: (abs(item[1] - PAGE_POSTINGS), item[0]))
        with open(self.questions("page"), "w", encoding="utf-8") as file:
            file.write(_question(year, measure, stage, head, "", ""))

    def page_figure(self):
        """Returns the reference of the figure whose first page is asked for."""
        with open(self.questions("page"), encoding="utf-8") as file:
            return file.read().split("\t")[0]


class _Asked:
    """A sample of the rows to ask about, and how many rows each cell has."""

    KEPT = 10_000

    def __init__(self, entries):
        self.sample, self.counts = [], Counter()
        self._seen = 0
        self._chance = random.Random(entries)

    def see(self, sequence, year, measure, programme, organisation, stage):
        """Counts a row, and keeps it with the same chance as any other."""
        self.counts[year, measure, stage] += 1
        self._seen += 1
        place = len(self.sample)
        if place == self.KEPT:
            place = int(self._chance.random() * self._seen)
            if place >= self.KEPT:
                return
        else:
            self.sample.append(None)
        self.sample[place] = (sequence, year, measure, programme, organisation, stage)


def _question(year, measure, stage, sequence, programme, organisation):
    reference = f"{year_text(year)}:{measure}:{STAGES[stage]}"
    if programme:
        reference += f":programme={programme}"
    if organisation:
        reference += f":organisation={organisation}"
    fields = (f"{reference}@{sequence}", year, measure, stage, sequence, programme, organisation)
    return "\t".join(map(str, fields)) + "\n"
