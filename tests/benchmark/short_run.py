#!/usr/bin/python3
"""Runs the benchmark at its smallest, and holds its report against what it promises.

    short_run.py BENCH PROGRAMS

BENCH is tools/benchmark/bench.py, PROGRAMS the folder of tally and tally-bench. Peers that are not
installed are left out, and the report must say so. No figure is judged.
"""

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

PEERS = {"SQLite", "PostgreSQL", "ledger", "hledger", "db_bench"}
# What there is only beyond a million entries, or of a peer.
NOT_OURS = {"load_onto", "disk_with_texts"}
if not shutil.which("wrk"):
    NOT_OURS |= {"served_appends", "served_appends_own", "served_appends_p99", "served_totals",
                 "served_totals_p99"}

# Does what the real program does, and says one total wrong.
LIAR = """#!/usr/bin/python3
import json, subprocess, sys
done = subprocess.run([{real!r}, *sys.argv[1:]], capture_output=True, text=True)
if sys.argv[1] == "totals":
    answer = json.loads(done.stdout)
    answer["cells"][0] += "1" if "." in answer["cells"][0] else ".000001"
    print(json.dumps(answer))
else:
    print(done.stdout)
sys.stderr.write(done.stderr)
sys.exit(done.returncode)
"""


def bench(program, folder, programs, *options):
    """Runs the benchmark into a folder."""
    return subprocess.run(
        ["/usr/bin/python3", program, "--short", "--programs", programs, "--work", folder / "work",
         "--out", folder / "report", *options], capture_output=True, text=True, check=False)


def check_report(folder, tasks):
    """Every task has our figure, every peer figures or a reason, every goal a line."""
    with open(folder / "report.json", encoding="utf-8") as file:
        report = json.load(file)
    measured = {(one["task"], one["contender"]) for one in report["figures"]}
    missing = [task for task in tasks if (task, "Tallystick") not in measured
               and task not in NOT_OURS]
    assert not missing, f"not measured: {missing}"
    assert all(value > 0 for one in report["figures"] for value in one["runs"]), report["figures"]
    left_out = {one["contender"]: one["why"] for one in report["left_out"]}
    took_part = {contender for _, contender in measured}
    for peer in PEERS:
        assert (peer in took_part) != (peer in left_out), (peer, took_part, left_out)
    if "SQLite" in took_part:
        assert {("load", "SQLite"), ("verify", "SQLite"), ("totals", "SQLite"),
                ("commits_1", "SQLite"), ("disk_with_texts", "SQLite")} <= measured
        assert any(one["contender"] == "SQLite" for one in report["ratios"])
    assert len(report["goals"]) >= 20 and report["growth"], report
    assert report["machine"]["cores"] >= 1, report["machine"]
    text = (folder / "report.md").read_text(encoding="utf-8")
    for heading in ("## 2 k entries", "## Goals", "## Growth", "## The machine"):
        assert heading in text, heading
    for why in left_out.values():
        assert why in text, why
    print(f"{len(measured)} figures of {sorted(took_part)}; left out: {left_out}")
    return took_part


def check_lie_is_found(program, folder, programs):
    """With one total of a peer wrong in its last place, no time counts and nothing is written."""
    lying = folder / "programs"
    lying.mkdir()
    for name in ("tally", "tally-workload", "tally-bench"):
        (lying / name).symlink_to(Path(programs) / name)
    liar = lying / "tally-bench-sqlite"
    liar.write_text(LIAR.format(real=str(Path(programs) / "tally-bench-sqlite")), encoding="utf-8")
    liar.chmod(liar.stat().st_mode | stat.S_IXUSR)
    done = bench(program, folder / "lied", lying, "--peer", "SQLite")
    assert done.returncode == 1, (done.returncode, done.stderr)
    assert "all totals: 1 of" in done.stderr and "SQLite has" in done.stderr, done.stderr
    assert not (folder / "lied" / "report.json").exists()


def main():
    """Runs the checks."""
    program, programs = sys.argv[1], str(Path(sys.argv[2]).resolve())
    sys.path.insert(0, os.path.dirname(program))
    from results import TASKS
    with tempfile.TemporaryDirectory(prefix="tally-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as a user of its own
        done = bench(program, folder, programs)
        assert done.returncode == 0, done.stderr
        took_part = check_report(folder, [task.name for task in TASKS])
        assert not (folder / "work" / "2000").exists(), "what was made on the way is still there"
        if "SQLite" in took_part:
            check_lie_is_found(program, folder, programs)


if __name__ == "__main__":
    main()
