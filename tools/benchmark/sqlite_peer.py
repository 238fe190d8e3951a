"""SQLite 3, by its C interface: write-ahead log, a sync a commit, two indexes."""

import os
import shutil

from processes import disk_bytes, median_seconds, remove, run, settle
from work import millionths

REPEAT = 3


class SqlitePeer:
    """SQLite: a row a posting, 1,000 rows a transaction."""

    name = "SQLite"

    def __init__(self, work, span_ms):
        self.work, self.span_ms = work, span_ms
        self.database = work.path("rows.db")
        self._of_commits = work.path("commits.db")

    @staticmethod
    def missing(work):
        """Returns why it cannot take part; nothing where it can."""
        if os.path.exists(work.program("tally-bench-sqlite")):
            return None
        return "tally-bench-sqlite was not built: libsqlite3-dev is not installed"

    def _bench(self, *arguments):
        return run(self.work.program("tally-bench-sqlite"), *arguments).json()

    def _new(self, path):
        for suffix in ("", "-wal", "-shm"):
            remove(path + suffix)
        return path

    def prepare(self):
        """Loads the database that is read from, and one for commits."""
        self._bench("load", self._new(self.database), self.work.rows_file)
        shutil.copy(self.database, self._new(self._of_commits))

    def cells(self):
        """Returns the totals in millionths by year, measure and stage."""
        cells = {}
        for line in self._bench("totals", self.database)["cells"]:
            year, measure_id, stage, quantity = line.split("\t")
            cells[int(year), measure_id, int(stage)] = millionths(quantity)
        return cells

    def figures(self, kind):
        """Returns the quantities of the figures asked for, one by one."""
        return self._bench("figures", self.database, self.work.questions(kind))["answers"]

    def page(self):
        """Returns sequence and delta of the first rows behind a figure."""
        return self._bench("page", self.database, self.work.questions("page"))["page"]

    def tasks(self):
        """What is measured, in order: each answers values by task."""
        return [("load", self._load), ("verify", self._scan), ("totals", self._totals),
                ("totals_report", self._totals_report), ("figures", self._figures),
                ("page", self._page), ("commits_1", self._commits)]

    def _load(self):
        path = self._new(self.work.path("loaded.db"))
        settle()
        took = sum(self._bench("load", path, self.work.rows_file)["nanoseconds"]) / 1e9
        values = {"load": self.work.entries / took,
                  "disk": disk_bytes(path) / self.work.events}
        self._new(path)
        return values

    def disk_with_texts(self):
        """Returns the bytes an event where the entries' text is kept beside the rows."""
        path, texts = self._new(self.work.path("texts.db")), self.work.path("texts.jsonl")
        with open(texts, "wb") as out:
            for submission in self.work.submissions:
                with open(submission, "rb") as part:
                    shutil.copyfileobj(part, out)
        self._bench("load", path, self.work.rows_file, "--texts", texts)
        size = disk_bytes(path) / self.work.events
        self._new(path)
        remove(texts)
        return size

    def _scan(self):
        times = self._bench("scan", self.database, "--repeat", REPEAT)["nanoseconds"]
        return {"verify": self.work.events / median_seconds(times)}

    def _totals(self):
        times = self._bench("totals", self.database, "--repeat", REPEAT)["nanoseconds"]
        return {"totals": median_seconds(times)}

    def _totals_report(self):
        done = run(self.work.program("tally-bench-sqlite"), "totals", self.database)
        return {"totals_report": done.seconds, "totals_report_memory": done.memory_bytes}

    def _figures(self):
        values = {}
        for kind in ("plain", "programme", "organisation"):
            answer = self._bench("figures", self.database, self.work.questions(kind))
            values[f"figure_{kind}"] = median_seconds(answer["nanoseconds"])
        return values

    def _page(self):
        answer = self._bench("page", self.database, self.work.questions("page"), "--repeat", 21)
        return {"page": median_seconds(answer["nanoseconds"])}

    def _commits(self):
        answer = self._bench("commits", self._of_commits, "--ms", self.span_ms)
        return {"commits_1": answer["commits"] / sum(answer["nanoseconds"]) * 1e9}

    def close(self):
        """Nothing of it runs on."""
