"""Where the time of our own programs goes, by the sampling profiler, where there is one."""

import re
import shutil

from processes import BenchmarkError, remove, run

SAMPLES_A_SECOND = 299
SHOWN = 12
COMMITS_SPAN_MS = 3_000
LINE = re.compile(r"^\s*([\d.]+)%\s+(\S+)\s+\[[.k]\]\s+(.+?)(?:\s+-\s+-)?\s*$", re.MULTILINE)


def _profile(work, *command):
    data = work.path("perf.data")
    run("perf", "record", "-q", "-F", SAMPLES_A_SECOND, "-o", data, "--", *command)
    report = run("perf", "report", "-i", data, "--stdio", "--no-children", "--sort", "dso,symbol",
                 "--percent-limit", "1").output
    remove(data)
    return [{"share": float(share), "where": where, "symbol": _short(symbol)}
            for share, where, symbol in LINE.findall(report)[:SHOWN]]


def _short(symbol):
    """A function's name without its arguments, which are what makes it long."""
    plain = re.sub(r"\(.*", "", symbol.replace("(anonymous namespace)", "{}"))
    return plain.replace("{}", "(anonymous)")[:90] or symbol[:90]


def profiles(work):
    """Returns, by task, the functions that took most of the time; nothing where it cannot tell."""
    if shutil.which("perf") is None:
        return {}
    tally, scratch = work.program("tally"), work.path("profiled-ledger")
    remove(scratch)
    try:
        run(tally, "init", scratch, "--name", "Benchmark")
        return {
            "load": _profile(work, tally, "append", scratch, work.submissions[0]),
            "verify": _profile(work, tally, "verify", work.ledger),
            "replay": _profile(work, tally, "replay", work.ledger),
            "commits_32": _profile(work, work.program("tally-bench"), "commits", scratch,
                                   "--writers", "32", "--ms", str(COMMITS_SPAN_MS)),
        }
    except BenchmarkError:
        return {}  # a machine may forbid it, and the figures stand without it
    finally:
        remove(scratch)
