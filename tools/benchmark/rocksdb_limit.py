"""RocksDB's own db_bench: what the store under the ledger can do where nothing is worked out."""

import re
import shutil

from processes import remove, run, settle

EVENT_BYTES = 200       # of a value: about what an event has
BATCH = 1_000
ENTRIES_MAX = 1_000_000  # further ones cost the same


class RocksdbLimit:
    """db_bench: plain keys and values, no rules, no hashes, no postings."""

    name = "db_bench"

    def __init__(self, work, span_ms):
        self.work, self.span_ms = work, span_ms
        self.folder = work.path("db_bench")
        self._loaded = min(work.entries, ENTRIES_MAX)

    @staticmethod
    def missing(_):
        """Returns why it cannot take part; nothing where it can."""
        return None if shutil.which("db_bench") else "rocksdb-tools is not installed"

    def _bench(self, benchmarks, *options):
        answer = run("db_bench", f"--db={self.folder}", f"--benchmarks={benchmarks}",
                     f"--value_size={EVENT_BYTES}", "--compression_type=none", *options).output
        return [float(rate) for rate in re.findall(r"^\w+ *: .*?(\d+) ops/sec", answer,
                                                   re.MULTILINE)]

    def prepare(self):
        """Each run makes its own store."""

    def cells(self):
        """It has no totals."""

    def figures(self, kind):
        """It has no figures."""

    def page(self):
        """It has no pages."""

    def tasks(self):
        """What is measured, in order: each answers values by task."""
        return [("load", self._load), ("commits_1", lambda: self._commits(1)),
                ("commits_8", lambda: self._commits(8)), ("commits_32", lambda: self._commits(32))]

    def _load(self):
        remove(self.folder)
        settle()
        written, read = self._bench("fillseq,readseq", f"--num={self._loaded}",
                                    f"--batch_size={BATCH}", "--sync=true")
        remove(self.folder)
        return {"load": written, "verify": read}

    def _commits(self, writers):
        remove(self.folder)
        # By number: it looks at the time after each thousand commits of a thread only, which is a
        # minute on a slow disk.
        count = max(10, self.span_ms // (2 if writers == 1 else 6))
        rate, = self._bench("fillrandom", f"--threads={writers}", "--sync=true", f"--num={count}")
        remove(self.folder)
        return {f"commits_{writers}": rate}

    def close(self):
        """Nothing of it runs on."""
