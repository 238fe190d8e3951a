"""The report: one table of figures and ratios, the goals, growth, and the machine."""

import json

from goals import goal_text, outcomes
from results import OURS, TASKS, shown

GROWTH = [
    # (what, the task, whether it is a rate whose inverse is the cost)
    ("load, an entry", "load", True), ("verify, an event", "verify", True),
    ("replay, an event", "replay", True), ("disk, bytes an event", "disk", False),
    ("all yearly totals", "totals", False), ("one figure", "figure_plain", False),
    ("one figure of a programme", "figure_programme", False),
    ("first page of a trace", "page", False), ("opening", "open", False),
    ("memory once opened", "open_memory", False), ("memory of verify", "verify_memory", False),
    ("verify --memory 1G, an event", "verify_small", True),
    ("memory of that", "verify_small_memory", False),
    ("memory of replay", "replay_memory", False),
]
FLAT_FACTOR = 1.5

NOTES = """\
Every contender gave the same totals, and those that were asked the same figures and first page,
cell by cell, before any time was taken. Runs are interleaved (each contender once, then all again);
figures are medians, of {runs} unless a figure says otherwise. *Ours / peer* says how many times
better we are: above 1 is ahead.

**Tallystick** loads JSON Lines with every rule, the hash tree, records and postings, and `verify`
recomputes and compares all of it. **SQLite** (write-ahead log, `synchronous=FULL`, 1,000 rows a
transaction) and **PostgreSQL** (`COPY`; `pgbench` for single commits) load rows worked out
beforehand, with a unique index on entry and line and a covering index for totals; they check no
rule and hash nothing. What they *recompute* is the totals, by a plain `GROUP BY` over the table.
**ledger** and **hledger** read the journal anew for each report. **db_bench** is RocksDB alone,
with 200-byte values, written in order and read again in order: the limit of the store, not a peer.
**Over HTTP**, the service and its clients (wrk, and a plain one of one thread) share the cores; each
append is an entry of its own, durable before it is answered.
A load is told in entries a second for everybody, whatever the rows that an entry comes to.
"""


def thousands(number):
    """Returns a size as people say it."""
    return f"{number // 1_000_000} M" if number % 1_000_000 == 0 else \
        f"{number // 1000} k" if number % 1000 == 0 else f"{number:,}"


def _rows(cells):
    return "".join("| " + " | ".join(row) + " |\n" for row in cells)


def _table(header, rows):
    line = ["---"] + ["---:"] * (len(header) - 1)
    return _rows([header, line, *rows])


def _figures(results, entries, runs):
    """The table of one size: our figures, everybody's, and the ratios."""
    peers = [name for name in results.contenders()[1:]
             if any(results.values(entries, task.name, name) for task in TASKS)]
    rows = []
    for task in TASKS:
        if not results.values(entries, task.name):
            continue
        cells = []
        for name in [OURS, *peers]:
            values = results.values(entries, task.name, name)
            note = f" ({len(values)} run{'s' * (len(values) != 1)})" \
                if values and len(values) < runs else ""
            cells.append(shown(results.median(entries, task.name, name), task.unit) + note)
        ratios = [(name, results.ratio(entries, task.name, name)) for name in peers]
        told = [f"{name} {ratio:,.2f} ×" for name, ratio in ratios if ratio]
        title = task.title if task.unit in ("s", "bytes", "cores") else f"{task.title} ({task.unit})"
        rows.append([title, *cells, ", ".join(told) or "–"])
    return _table(["", OURS, *peers, "ours / peer"], rows)


def _goals(found):
    return _table(["goal", "set for", "target", "measured at", "reached", "verdict"],
                  [[one.goal.text, thousands(one.goal.entries),
                    ("≥ " if one.goal.at_least else "≤ ") + goal_text(one.goal, one.goal.target),
                    thousands(one.entries), goal_text(one.goal, one.value), one.verdict]
                   for one in found])


def growth(results, sizes):
    """Returns rows of what a thing costs at each size, and the factor from first to last."""
    rows = []
    for text, task, is_rate in GROWTH:
        costs = [results.median(entries, task) for entries in sizes]
        if is_rate:
            costs = [cost and 1 / cost for cost in costs]
        unit = next(one.unit for one in TASKS if one.name == task)
        known = [cost for cost in costs if cost]
        factor = known[-1] / known[0] if len(known) > 1 else None
        rows.append((text, costs, "s" if is_rate else unit, factor))
    return rows


def _growth(results, sizes):
    rows = []
    for text, costs, unit, factor in growth(results, sizes):
        verdict = "–" if factor is None else \
            f"{factor:.2f} ×" + (", flat" if factor <= FLAT_FACTOR else "")
        rows.append([text, *(shown(cost, unit) for cost in costs), verdict])
    return _table(["cost", *(thousands(entries) for entries in sizes), "first to last"], rows)


def _machine(machine):
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    loads = " before, ".join(f"{machine[f'load_average_{when}']:.2f}"
                             for when in ("before", "after")) + " after"
    rows = [
        ["processor", f"{machine['processor']}, {machine['cores']} cores "
                      f"(virtualisation: {machine['virtual']})"],
        ["memory", shown(machine["memory_bytes"], "bytes")],
        ["system", f"{machine['system']}, Linux {machine['kernel']}"],
        ["file system", machine["file_system"]],
        ["load average", loads],
        ["versions", versions],
    ]
    return _table(["machine", ""], rows).replace("---:", "---")


def _syncs(results, largest):
    """How single commits stand to what the disk makes durable."""
    syncs = results.median(largest, "syncs")
    shares = [f"{text} {rate / syncs:.2f} commits" for text, rate in (
        ("one writer", results.median(largest, "commits_1")),
        ("8 writers", results.median(largest, "commits_8")),
        ("32 writers", results.median(largest, "commits_32"))) if rate]
    return f"For each durable append of the bare disk: {', '.join(shares)}.\n"


def _hold_ups(results, largest, profiles):
    """How the disk and the cores were used, and what the profiler saw."""
    parts = [_syncs(results, largest)]
    for task, functions in profiles.items():
        cores = results.median(largest, f"{task}_cores")
        at_work = f" ({cores:.2f} cores at work)" if cores else ""
        parts.append(f"`{task}` of {thousands(largest)}{at_work}:\n\n" + _table(
            ["function", "share", "in"],
            [[f"`{one['symbol'].replace('|', '/')}`", f"{one['share']:.1f}%", one["where"]]
             for one in functions]))
    return "\n".join(parts)


def as_markdown(results, sizes, machine, runs, profiles):
    """Returns the report as Markdown."""
    parts = ["# Benchmark of Tallystick\n", NOTES.format(runs=f"{runs} run{'s' * (runs != 1)}")]
    for entries in sizes:
        parts.append(f"## {thousands(entries)} entries\n\n" + _figures(results, entries, runs))
    left_out = [f"- {name} at {thousands(entries)}: {why}"
                for entries, name, why in results.left_out]
    if left_out:
        parts.append("Left out:\n\n" + "\n".join(left_out) + "\n")
    parts.append("## Goals\n\n" + _goals(outcomes(results, sizes)))
    parts.append("## Growth\n\n" + _growth(results, sizes))
    parts.append("## Where the time goes\n\n" + _hold_ups(results, sizes[-1], profiles))
    parts.append("## The machine\n\n" + _machine(machine))
    return "\n".join(parts)


def as_json(results, sizes, machine, runs, profiles):
    """Returns the report as an object that JSON can hold."""
    return {
        "version": 1, "sizes": sizes, "runs": runs, "machine": machine, "figures": results.all(),
        "ratios": [{"entries": entries, "task": task.name, "contender": name,
                    "ratio": results.ratio(entries, task.name, name)}
                   for entries in sizes for task in TASKS for name in results.contenders()[1:]
                   if results.ratio(entries, task.name, name)],
        "goals": [{"goal": one.goal.text, "target": one.goal.target, "unit": one.goal.unit,
                   "at_least": one.goal.at_least, "entries": one.entries, "reached": one.value,
                   "met": one.met} for one in outcomes(results, sizes)],
        "growth": [{"cost": text, "unit": unit, "at": costs, "factor": factor}
                   for text, costs, unit, factor in growth(results, sizes)],
        "left_out": [{"entries": entries, "contender": name, "why": why}
                     for entries, name, why in results.left_out],
        "profiles": profiles,
    }


def write(out, *measured):
    """Writes OUT.md and OUT.json."""
    with open(out + ".md", "w", encoding="utf-8") as file:
        file.write(as_markdown(*measured))
    with open(out + ".json", "w", encoding="utf-8") as file:
        json.dump(as_json(*measured), file, indent=1, ensure_ascii=False)
        file.write("\n")
