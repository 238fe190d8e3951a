"""The ledger itself: its program as one would call it, and the library within a process."""

import json
import shutil
from pathlib import Path

from machine import syncs_a_second
from processes import BenchmarkError, disk_bytes, median_seconds, remove, run, settle
from work import STAGES, millionths

REPEAT = 21  # readings in one process, of which the median counts
PAGE_POSTINGS = 50  # as the task has it
LOAD_TEST = Path(__file__).resolve().parent.parent / "load" / "load.py"


class Tallystick:
    """Tallystick. It loads with every rule, the hash tree, records and postings."""

    name = "Tallystick"

    def __init__(self, work, span_ms):
        self.work, self.span_ms = work, span_ms
        self.digest = None

    def prepare(self):
        """The ledger that the rows are of is there already; commits get one of their own."""
        remove(self._commits_ledger)
        shutil.copytree(self.work.ledger, self._commits_ledger)

    @property
    def _commits_ledger(self):
        return self.work.path("commits-ledger")

    def _tally(self, *arguments):
        return run(self.work.program("tally"), *arguments)

    def _bench(self, *arguments):
        return run(self.work.program("tally-bench"), *arguments).json()

    def cells(self):
        """Returns the totals in millionths by year, measure and stage."""
        cells = {}
        for line in self._bench("totals", self.work.ledger)["cells"]:
            year, measure_id, stage, quantity = line.split("\t")
            cells[int(year[:4]), measure_id, STAGES.index(stage)] = millionths(quantity)
        return cells

    def figures(self, kind):
        """Returns the quantities of the figures asked for, one by one."""
        return self._bench("figures", self.work.ledger, self.work.questions(kind))["answers"]

    def page(self):
        """Returns sequence and delta of the first postings behind a figure."""
        text, = self._bench("page", self.work.ledger, self.work.page_figure())["page"]
        # A page of ours ends with whole events, and may be longer by that.
        postings = json.loads(text)["postings"][:PAGE_POSTINGS]
        return [f"{one['sequence']}\t{one['delta']}" for one in postings]

    def tasks(self):
        """What is measured, in order: each answers values by task."""
        return [
            ("load", self._load), ("verify", lambda: self._recompute("verify")),
            ("verify_small",
             lambda: self._recompute("verify", "--memory", "1G", task="verify_small")),
            ("replay", lambda: self._recompute("replay")),
            ("totals", self._totals), ("totals_report", self._totals_report),
            ("figures", self._figures), ("page", self._page), ("open", self._open),
            ("syncs", self._syncs), ("commits_1", lambda: self._commits(1)),
            ("commits_8", lambda: self._commits(8)), ("commits_32", lambda: self._commits(32)),
            ("commits_64", lambda: self._commits(64)), ("commits_beside", self._beside),
            *([("served", self._served)] if shutil.which("wrk") else []),
        ]

    def _load(self):
        scratch = self.work.path("loaded-ledger")
        remove(scratch)
        run(self.work.program("tally"), "init", scratch, "--name", "Benchmark")
        settle()
        loads = [self._tally("append", scratch, file) for file in self.work.submissions]
        values = {
            "load": self.work.entries / sum(load.seconds for load in loads),
            "load_memory": max(load.memory_bytes for load in loads),
            "load_cores": sum(load.cpu_seconds for load in loads) /
                          sum(load.seconds for load in loads),
            "disk": disk_bytes(scratch) / self.work.events,
        }
        if len(loads) > 1:
            with open(self.work.submissions[-1], "rb") as last:
                values["load_onto"] = sum(1 for _ in last) / loads[-1].seconds
        remove(scratch)
        return values

    def _recompute(self, verb, *flags, task=None):
        task = task or verb
        done = self._tally(verb, self.work.ledger, "--json", *flags)
        digest = done.json()["digest"]
        self.digest = self.digest or digest
        if digest != self.digest:
            raise BenchmarkError(f"{verb} has the digest {digest}, and before it was {self.digest}")
        return {task: self.work.events / done.seconds, f"{task}_memory": done.memory_bytes,
                f"{task}_cores": done.cpu_seconds / done.seconds}

    def _totals(self):
        times = self._bench("totals", self.work.ledger, "--repeat", REPEAT)["nanoseconds"]
        return {"totals": median_seconds(times)}

    def _totals_report(self):
        done = self._tally("totals", self.work.ledger)
        return {"totals_report": done.seconds, "totals_report_memory": done.memory_bytes}

    def _figures(self):
        values = {}
        for kind in ("plain", "programme", "organisation"):
            answer = self._bench("figures", self.work.ledger, self.work.questions(kind))
            values[f"figure_{kind}"] = median_seconds(answer["nanoseconds"])
        return values

    def _page(self):
        answer = self._bench("page", self.work.ledger, self.work.page_figure(), "--repeat", REPEAT)
        return {"page": median_seconds(answer["nanoseconds"])}

    def _open(self):
        done = run(self.work.program("tally-bench"), "open", self.work.ledger)
        return {"open": median_seconds(done.json()["nanoseconds"]),
                "open_memory": done.memory_bytes}

    def _syncs(self):
        return {"syncs": syncs_a_second(self.work.folder, self.span_ms / 1000)}

    def _commits(self, writers):
        answer = self._bench("commits", self._commits_ledger, "--writers", writers, "--ms",
                             self.span_ms)
        return {f"commits_{writers}": answer["commits"] / sum(answer["nanoseconds"]) * 1e9}

    def _beside(self):
        answer = self._bench("beside", self._commits_ledger, "--ms", self.span_ms)
        idle, beside = answer["nanoseconds"]
        # In a short span, a machine that is busy elsewhere may not have done one.
        return {f"{what}_beside": (answer[f"{what}_beside"] / beside) /
                                  (max(answer[f"{what}_idle"], 1) / idle)
                for what in ("commits", "reads")}

    def _served(self):
        """The service, over sockets of this machine, with clients on the same cores."""
        seconds = max(1, round(self.span_ms / 1000))
        served = run("/usr/bin/python3", LOAD_TEST, self.work.program("tally"), "--seconds",
                     seconds).json()
        refused = [name for name, one in served.items() if isinstance(one, dict) and one["refused"]]
        if refused:
            raise BenchmarkError(f"the service refused requests: {', '.join(refused)}")
        return {
            "served_appends": served["append"]["per_second"],
            "served_appends_own": served["append_own_client"]["per_second"],
            "served_appends_p99": served["append"]["p99_ms"] / 1000,
            "served_totals": served["totals"]["per_second"],
            "served_totals_p99": served["totals_beside_append"]["p99_ms"] / 1000,
        }

    def close(self):
        """Nothing of it runs on."""
