"""What was measured: every value of every run, by size, task and contender."""

import statistics
from collections import defaultdict
from dataclasses import dataclass

from tallystick import Tallystick

OURS = Tallystick.name


@dataclass(frozen=True)
class Task:
    """One thing that is measured."""

    name: str
    title: str
    unit: str            # as `shown` writes it
    more_is_better: bool


TASKS = [
    Task("load", "Durable load, empty at first", "entries/s", True),
    Task("load_onto", "Durable load, the last million", "entries/s", True),
    Task("load_memory", "Memory of a load", "bytes", False),
    Task("load_cores", "Cores that a load uses", "cores", True),
    Task("disk", "On disk", "bytes/event", False),
    Task("disk_with_texts", "On disk, with the entries as submitted", "bytes/event", False),
    Task("verify", "Recompute everything", "events/s", True),
    Task("verify_memory", "Memory of verify", "bytes", False),
    Task("verify_cores", "Cores that verify uses", "cores", True),
    Task("verify_small", "The same with `--memory 1G`", "events/s", True),
    Task("verify_small_memory", "Memory of that", "bytes", False),
    Task("verify_small_cores", "Cores that it uses", "cores", True),
    Task("replay", "Replay into a new generation", "events/s", True),
    Task("replay_memory", "Memory of replay", "bytes", False),
    Task("replay_cores", "Cores that replay uses", "cores", True),
    Task("totals", "All yearly totals, in the process", "s", False),
    Task("totals_report", "All yearly totals, program started for it", "s", False),
    Task("totals_report_memory", "Memory of that program", "bytes", False),
    Task("figure_plain", "One figure as of a random event", "s", False),
    Task("figure_programme", "The same of one programme", "s", False),
    Task("figure_organisation", "The same of one organisation", "s", False),
    Task("page", "First 50 postings behind a figure", "s", False),
    Task("open", "Open for reading", "s", False),
    Task("open_memory", "Memory once opened", "bytes", False),
    Task("syncs", "Durable appends of 300 bytes, on the bare disk", "appends/s", True),
    Task("commits_1", "Single commits, 1 writer", "commits/s", True),
    Task("commits_8", "Single commits, 8 writers", "commits/s", True),
    Task("commits_32", "Single commits, 32 writers", "commits/s", True),
    Task("commits_64", "Single commits, 64 writers", "commits/s", True),
    Task("commits_beside", "Single commits while a replay runs, of idle", "×", True),
    Task("reads_beside", "Readings of all totals while a replay runs, of idle", "×", True),
    Task("served_appends", "Durable appends over HTTP, 64 connections (wrk)", "appends/s", True),
    Task("served_appends_own", "The same, by a plainer client", "appends/s", True),
    Task("served_appends_p99", "The slowest hundredth of those (wrk)", "s", False),
    Task("served_totals", "All yearly totals over HTTP", "requests/s", True),
    Task("served_totals_p99", "The slowest hundredth of those, while appends run", "s", False),
]
TASK = {task.name: task for task in TASKS}


class Results:
    """Values in the order of their runs."""

    def __init__(self):
        self._values = defaultdict(list)
        self.left_out = []  # (entries, contender, why)

    def add(self, entries, contender, values):
        """Adds what one run measured, by task."""
        for task, value in values.items():
            self._values[entries, TASK[task].name, contender].append(value)

    def values(self, entries, task, contender=OURS):
        """Returns the values of all runs."""
        return self._values.get((entries, task, contender), [])

    def median(self, entries, task, contender=OURS):
        """Returns the median of all runs; None where there is none."""
        values = self.values(entries, task, contender)
        return statistics.median(values) if values else None

    def ratio(self, entries, task, contender):
        """Returns how many times better we are; None where one of both is missing."""
        ours, theirs = self.median(entries, task), self.median(entries, task, contender)
        if not ours or not theirs:
            return None
        return ours / theirs if TASK[task].more_is_better else theirs / ours

    def contenders(self):
        """Returns all names, ours first."""
        names = list(dict.fromkeys(name for _, _, name in self._values))
        return [OURS] + [name for name in names if name != OURS]

    def all(self):
        """Returns everything, as JSON may have it."""
        return [{"entries": entries, "task": task, "contender": contender,
                 "unit": TASK[task].unit, "median": statistics.median(values), "runs": values}
                for (entries, task, contender), values in self._values.items()]


def shown(value, unit):
    """Returns a value as people read it."""
    if value is None:
        return "–"
    if unit == "s":
        for factor, name in ((1e6, "µs"), (1e3, "ms"), (1, "s")):
            if value * factor < 1000 or name == "s":
                return f"{_three_digits(value * factor)} {name}"
    if unit == "bytes":
        for factor, name in ((2**10, "KiB"), (2**20, "MiB"), (2**30, "GiB")):
            if value / factor < 1000 or name == "GiB":
                return f"{_three_digits(value / factor)} {name}"
    if unit.endswith("/s"):
        return f"{_three_digits(value)}/s"
    return _three_digits(value)


def _three_digits(value):
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
