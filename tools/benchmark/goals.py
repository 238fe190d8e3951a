"""The goals, and how far each was reached, in the figures of one run."""

from dataclasses import dataclass
from typing import Callable

from results import shown

MILLION = 1_000_000
SIZE_FACTOR = 10  # how much smaller a ledger may be than that of a goal, to tell
CHECKER_LEAVES_A_SECOND = 643_000  # published rate of a transparency log's checker


@dataclass(frozen=True)
class Goal:
    """A bound, and how the figure is read from the results of one size."""

    text: str
    entries: int             # the size that it is set for
    target: float
    unit: str                # "×" for a ratio of medians
    at_least: bool
    reached: Callable        # of results and a size; None where it was not measured


@dataclass(frozen=True)
class Outcome:
    """What became of a goal."""

    goal: Goal
    entries: int             # the size that it was measured at: the nearest to the goal's
    value: float

    @property
    def met(self):
        """Whether the goal is reached; None where it was not measured at a size that can tell."""
        if self.value is None or self.entries * SIZE_FACTOR < self.goal.entries:
            return None
        return self.value >= self.goal.target if self.goal.at_least else \
            self.value <= self.goal.target

    @property
    def verdict(self):
        """Half a sentence for people."""
        if self.value is None:
            return "not measured"
        if self.met is None:
            return "too small a ledger to tell"
        if self.met:
            return "reached"
        factor = self.goal.target / self.value if self.goal.at_least else \
            self.value / self.goal.target
        return f"missed by a factor of {factor:.2f}"


def _ours(task):
    return lambda results, entries: results.median(entries, task)


def _against(task, peer):
    return lambda results, entries: results.ratio(entries, task, peer)


def _against_checker(results, entries):
    ours = results.median(entries, "verify")
    return ours and ours / CHECKER_LEAVES_A_SECOND


def _faster(*tasks):
    """Of two clients, what the service did for the one that held it up less."""
    return lambda results, entries: max(
        (value for value in (results.median(entries, task) for task in tasks) if value),
        default=None)


def _served_share(results, entries):
    served = _faster("served_appends", "served_appends_own")(results, entries)
    library = results.median(entries, "commits_64")
    return served and library and served / library


def _disk(results, entries):
    ours, theirs = results.median(entries, "disk"), results.median(entries, "disk", "SQLite")
    return ours and theirs and ours / theirs


GOALS = [
    Goal("durable load into an empty ledger", MILLION, 400_000, "entries/s", True, _ours("load")),
    Goal("that load against SQLite's", MILLION, 4, "×", True, _against("load", "SQLite")),
    Goal("durable load of a million onto nine", 10 * MILLION, 200_000, "entries/s", True,
         _ours("load_onto")),
    Goal("verify", 10 * MILLION, 4_000_000, "events/s", True, _ours("verify")),
    Goal("verify against a log checker's 643,000 leaves/s", 10 * MILLION, 6, "×", True,
         _against_checker),
    Goal("verify against SQLite's plain GROUP BY", 10 * MILLION, 3, "×", True,
         _against("verify", "SQLite")),
    Goal("replay into a new generation", 10 * MILLION, 1_500_000, "events/s", True,
         _ours("replay")),
    Goal("appends while a replay runs, of idle", MILLION, 0.5, "×", True,
         _ours("commits_beside")),
    Goal("reads while a replay runs, of idle", MILLION, 0.5, "×", True, _ours("reads_beside")),
    Goal("all yearly totals", 10 * MILLION, 0.005, "s", False, _ours("totals")),
    Goal("totals against SQLite's covering index", 10 * MILLION, 200, "×", True,
         _against("totals", "SQLite")),
    Goal("one figure as of a random event", 10 * MILLION, 50e-6, "s", False,
         _ours("figure_plain")),
    Goal("the same of one programme", 10 * MILLION, 100e-6, "s", False,
         _ours("figure_programme")),
    Goal("the same of one organisation", 10 * MILLION, 100e-6, "s", False,
         _ours("figure_organisation")),
    Goal("first page of a trace", 10 * MILLION, 0.005, "s", False, _ours("page")),
    Goal("single commits against SQLite's", MILLION, 0.9, "×", True,
         _against("commits_1", "SQLite")),
    Goal("32 writers against PostgreSQL's", MILLION, 1.2, "×", True,
         _against("commits_32", "PostgreSQL")),
    Goal("durable appends over HTTP, 64 connections", 100_000, 20_000, "appends/s", True,
         _faster("served_appends", "served_appends_own")),
    Goal("those against 64 writers in one process", 100_000, 0.7, "×", True, _served_share),
    Goal("totals over HTTP", 100_000, 30_000, "requests/s", True, _ours("served_totals")),
    Goal("the slowest hundredth of totals while appends run", 100_000, 0.005, "s", False,
         _ours("served_totals_p99")),
    Goal("bytes on disk, of SQLite's", 10 * MILLION, 1.3, "×", False, _disk),
    Goal("memory of verify --memory 1G", 10 * MILLION, 2**30, "bytes", False,
         _ours("verify_small_memory")),
    Goal("memory of replay", 10 * MILLION, 2**30, "bytes", False, _ours("replay_memory")),
    Goal("opening", 10 * MILLION, 1, "s", False, _ours("open")),
    Goal("memory once opened", 10 * MILLION, 300 * 2**20, "bytes", False, _ours("open_memory")),
]


def outcomes(results, sizes):
    """Returns what became of each goal, at the size nearest to its own that has a figure."""
    found = []
    for goal in GOALS:
        nearest = sorted(sizes, key=lambda entries, goal=goal: abs(goal.entries - entries))
        measured = [(entries, goal.reached(results, entries)) for entries in nearest]
        entries, value = next((one for one in measured if one[1] is not None), measured[0])
        found.append(Outcome(goal, entries, value))
    return found


def goal_text(goal, value):
    """Returns a goal's figure as people read it."""
    if value is None:
        return "–"
    if goal.unit == "×":
        return f"{value:.2f} ×" if value < 10 else f"{value:,.0f} ×"
    return shown(value, goal.unit)
