"""Plain-text accounting: ledger 3 and hledger, which read the whole journal for every report."""

import csv
import io
import os
import shutil

from processes import run
from work import STAGES, millionths

# Beyond this a report takes minutes, and hledger more memory than the machine may have.
ENTRIES_MAX = 1_000_000


class _PlainTextPeer:
    """What both have in common. Reading the journal anew is also how they recompute everything."""

    program = None

    def __init__(self, work, span_ms):
        self.work, self.span_ms = work, span_ms

    @classmethod
    def missing(cls, work):
        """Returns why it cannot take part; nothing where it can."""
        if shutil.which(cls.program) is None:
            return f"{cls.program} is not installed"
        if work.entries > ENTRIES_MAX:
            return f"it reads the whole journal a report; asked up to {ENTRIES_MAX:,} entries"
        return None

    def prepare(self):
        """It reads the journal as it lies there."""

    def figures(self, kind):
        """Not asked."""

    def page(self):
        """Not asked."""

    def _command(self):
        raise NotImplementedError(self.program)

    def tasks(self):
        """What is measured, in order: each answers values by task."""
        return [("totals_report", self._report)]

    def _report(self):
        done = run(*self._command())
        return {"totals_report": done.seconds, "totals_report_memory": done.memory_bytes,
                "verify": self.work.events / done.seconds,
                "disk": os.path.getsize(self.work.journal) / self.work.events}

    def close(self):
        """Nothing of it runs on."""


def _cell(account):
    year, measure, stage = account.split(":")
    return int(year[:4]), measure, STAGES.index(stage)


class LedgerPeer(_PlainTextPeer):
    """ledger 3."""

    name = program = "ledger"

    def _command(self):
        return ("ledger", "--args-only", "-f", self.work.journal, "bal", "--flat", "--empty",
                "--no-total", "--format", "%(account)\t%(quantity(amount))\n")

    def cells(self):
        """Returns the totals in millionths by year, measure and stage."""
        lines = (line.split("\t") for line in run(*self._command()).output.splitlines())
        return {_cell(account): millionths(quantity) for account, quantity in lines}


class HledgerPeer(_PlainTextPeer):
    """hledger."""

    name = program = "hledger"

    def _command(self):
        return ("hledger", "-f", self.work.journal, "bal", "--flat", "-E", "-N", "-O", "csv")

    def cells(self):
        """Returns the totals in millionths by year, measure and stage."""
        rows = csv.reader(io.StringIO(run(*self._command()).output))
        next(rows)
        return {_cell(account): millionths(balance.replace(",", "")) for account, balance in rows}
