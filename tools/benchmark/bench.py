#!/usr/bin/python3
"""Measures Tallystick beside what people use instead, and writes one report.

tools/bench calls it, once everything is installed and built.
"""

import argparse
import os
import signal
import sys
import time
from collections import defaultdict

import hold_ups
import machine
import report
from answers import AnswersDiffer, require_same, require_same_list
from plain_text_peers import HledgerPeer, LedgerPeer
from postgres_peer import PostgresPeer
from processes import BenchmarkError, remove
from results import Results
from rocksdb_limit import RocksdbLimit
from sqlite_peer import SqlitePeer
from tallystick import Tallystick
from work import Work

PEERS = [SqlitePeer, PostgresPeer, LedgerPeer, HledgerPeer, RocksdbLimit]
WHY_LENGTH = 300  # of what a program printed before it failed
SHORT_ENTRIES, SHORT_SPAN_MS, SPAN_MS = 2_000, 50, 3_000


def say(text):
    """Tells what is going on."""
    print(f"== {time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def count(text):
    """Reads a number that may be written as 100k or 10M."""
    factor = {"k": 1_000, "M": 1_000_000}.get(text[-1:], 1)
    number = int(text.rstrip("kM")) * factor
    if number < 100:
        raise argparse.ArgumentTypeError(f"{text} is too small a ledger to measure")
    return number


def read_arguments(arguments):
    """Returns the command line as it was given."""
    parser = argparse.ArgumentParser(
        prog="tools/bench", description=__doc__.split("\n", maxsplit=1)[0],
        epilog="Example: tools/bench --size 100k --size 1M --runs 5")
    parser.add_argument("--size", action="append", type=count, metavar="N",
                        help="entries, such as 100k or 10M; may be given again "
                             "(100k, 1M and 10M where it is left out)")
    parser.add_argument("--runs", type=int, default=5, help="of everything (5)")
    parser.add_argument("--patience", type=float, default=900, metavar="SECONDS",
                        help="what has taken so long in all is not run again (900)")
    parser.add_argument("--peer", action="append", metavar="NAME",
                        choices=[peer.name for peer in PEERS],
                        help="only these peers; may be given again (all where it is left out)")
    parser.add_argument("--short", action="store_true",
                        help="a tiny run, to see that everything works")
    parser.add_argument("--out", default="build/bench/report",
                        help="where the report goes, with .md and .json behind it")
    parser.add_argument("--work", default="build/bench/work", metavar="FOLDER",
                        help="for what is made on the way: about 3 GB for each million entries")
    parser.add_argument("--keep", action="store_true", help="leave the work folder as it is")
    parser.add_argument("--programs", default="build/release/bin", metavar="FOLDER",
                        help="where tally and tally-bench lie")
    chosen = parser.parse_args(arguments)
    chosen.size = sorted(chosen.size or [100_000, 1_000_000, 10_000_000])
    if chosen.short:
        chosen.size, chosen.runs = [SHORT_ENTRIES], 1
    if chosen.runs < 1:
        parser.error("--runs must be at least 1")
    for name in ("tally", "tally-workload", "tally-bench"):
        if not os.access(os.path.join(chosen.programs, name), os.X_OK):
            parser.error(f"there is no {name} in {chosen.programs}: tools/bench builds it")
    return chosen


class Bench:
    """One size: its work, its contenders, their runs."""

    def __init__(self, chosen, entries, results):
        self.chosen, self.entries, self.results = chosen, entries, results
        folder = os.path.join(os.path.abspath(chosen.work), str(entries))
        self.work = Work(folder, entries, os.path.abspath(chosen.programs))
        self.contenders = []

    def make(self):
        """Makes the work, and has everybody ready for it and answering the same."""
        remove(self.work.folder)
        say(f"{self.entries:,} entries: making them, a ledger, and the rows for the peers")
        self.work.make_entries()
        self.work.make_ledger()
        self.work.make_rows()
        span_ms = SHORT_SPAN_MS if self.chosen.short else SPAN_MS
        ours = Tallystick(self.work, span_ms)
        ours.prepare()
        self.contenders.append(ours)
        expected = _Answers(ours)
        for kind in PEERS:
            if self.chosen.peer and kind.name not in self.chosen.peer:
                continue
            why = kind.missing(self.work)
            if why is None:
                why = self._take_in(kind(self.work, span_ms), expected)
            if why is not None:
                self._leave_out(kind.name, why)

    def _take_in(self, peer, expected):
        """Prepares a peer and compares its answers; tells why it cannot take part."""
        say(f"{peer.name}: loading, and comparing its answers")
        self.contenders.append(peer)
        try:
            peer.prepare()
            compared = expected.compare(peer)
        except AnswersDiffer:
            raise
        except BenchmarkError as error:
            self.contenders.remove(peer)
            peer.close()
            return str(error)
        if compared:
            say(f"{peer.name}: {compared:,} answers are the same as ours")
        return None

    def _leave_out(self, name, why):
        why = " ".join(why.split())[:WHY_LENGTH]
        say(f"{name} is left out: {why}")
        self.results.left_out.append((self.entries, name, why))

    def measure(self):
        """Runs everything, everybody in turn."""
        tasks = [(task, contender, call) for contender in self.contenders
                 for task, call in contender.tasks()]
        order = [task for task, _ in self.contenders[0].tasks()]
        tasks.sort(key=lambda one: order.index(one[0]))
        spent, failed = defaultdict(float), set()
        for number in range(1, self.chosen.runs + 1):
            say(f"{self.entries:,} entries: run {number} of {self.chosen.runs}, "
                f"load average {machine.load_average():.2f}")
            for task, contender, call in tasks:
                key = task, contender.name
                if key in failed or spent[key] > self.chosen.patience:
                    continue
                began = time.perf_counter()
                try:
                    self.results.add(self.entries, contender.name, call())
                except BenchmarkError as error:
                    if contender is self.contenders[0]:
                        raise
                    failed.add(key)
                    self._leave_out(f"{contender.name}, {task}", str(error))
                spent[key] += time.perf_counter() - began
        for contender in self.contenders:
            if isinstance(contender, SqlitePeer):
                self.results.add(self.entries, contender.name,
                                 {"disk_with_texts": contender.disk_with_texts()})

    def close(self):
        """Stops what runs, and removes what was made."""
        for contender in self.contenders:
            contender.close()
        if not self.chosen.keep:
            remove(self.work.folder)


class _Answers:
    """Our answers, which everybody's are held against."""

    KINDS = ("plain", "programme", "organisation")

    def __init__(self, ours):
        self._name = ours.name
        self._cells = ours.cells()
        self._figures = {kind: ours.figures(kind) for kind in self.KINDS}
        self._page = ours.page()

    def compare(self, peer):
        """Returns how many answers a peer has given, all of them the same."""
        compared = 0
        cells = peer.cells()
        if cells is not None:
            compared += require_same("all totals", self._cells, cells, self._name, peer.name)
        for kind in self.KINDS:
            answers = peer.figures(kind)
            if answers is not None:
                ours = self._figures[kind][:len(answers)]
                compared += require_same_list(f"figures ({kind})", ours, answers, self._name,
                                              peer.name)
        page = peer.page()
        if page is not None:
            compared += require_same_list("first page", self._page, page, self._name, peer.name)
        return compared


def main(arguments):
    """Runs the benchmark; returns the exit status."""
    chosen = read_arguments(arguments)
    # So that whoever ends it leaves no server running, and no gigabytes behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: ended"))
    os.makedirs(chosen.work, exist_ok=True)
    os.makedirs(os.path.dirname(os.path.abspath(chosen.out)), exist_ok=True)
    results, profiles, done = Results(), {}, []
    described = machine.describe(chosen.work)

    def write():
        described["load_average_after"] = machine.load_average()
        report.write(chosen.out, results, done, described, chosen.runs, profiles)

    for entries in chosen.size:
        bench = Bench(chosen, entries, results)
        try:
            bench.make()
            bench.measure()
            done.append(entries)
            write()  # so that what was measured is there whatever comes later
            if entries == chosen.size[-1] and not chosen.short:
                say("Looking where the time goes")
                profiles.update(hold_ups.profiles(bench.work))
                write()
        except BenchmarkError as error:
            print(f"bench: {error}", file=sys.stderr)
            return 1
        finally:
            bench.close()
    with open(chosen.out + ".md", encoding="utf-8") as file:
        print(file.read())
    say(f"The report is in {chosen.out}.md and {chosen.out}.json")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
