#!/usr/bin/python3
"""Draws samples a second time, from the rules alone, and holds them against what `tally` draws.

    sample_oracle.py TALLY

TALLY is the program; of it, this takes the population (`trace --json`) and nothing else. The rules
are those of include/tally/sample.h. The ledger is made by chance: TALLY_TEST_SEED repeats a run.
"""

import bisect
import decimal
import hashlib
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile

TALLY = sys.argv[1]
MILLION = 1_000_000
SEEDS = 40


def tally(*arguments, **options):
    """Runs the program, which must succeed; returns what it printed."""
    return subprocess.run([TALLY, *arguments], check=True, capture_output=True, text=True,
                          **options).stdout


def millionths(text):
    """Reads a canonical decimal exactly."""
    value = decimal.Decimal(text) * MILLION
    assert value == int(value), text
    return int(value)


def decimal_text(amount):
    """Writes millionths as a canonical decimal."""
    whole, rest = divmod(amount, MILLION)
    return f"{whole}.{rest:06}".rstrip("0").rstrip(".")


def monetary_unit(values, key, size):
    """Returns interval, start, top stratum and sample, each item with its point."""
    interval = sum(values) // size
    if interval == 0:
        return interval, None, list(range(len(values))), []
    start = 1 + int.from_bytes(hashlib.sha256(key).digest()[:8], "big") % interval
    top = [i for i, value in enumerate(values) if value >= interval]
    others = [i for i, value in enumerate(values) if value < interval]
    sums = list(itertools.accumulate(values[i] for i in others))
    points = range(start, sums[-1] + 1 if sums else 0, interval)
    drawn = [(others[bisect.bisect_left(sums, point)], point) for point in points]
    return interval, start, top, drawn


def numbers(key):
    """Yields the stream of 64-bit numbers."""
    block = 0
    while True:
        digest = hashlib.sha256(key + b"\0" + block.to_bytes(8, "big")).digest()
        for at in range(0, 32, 8):
            yield int.from_bytes(digest[at:at + 8], "big")
        block += 1


def at_random(population, key, size):
    """Returns the items of a simple random sample."""
    if size >= population:
        return list(range(population))
    stream = numbers(key)
    taken = set()
    for last in range(population - size, population):
        even = (1 << 64) // (last + 1) * (last + 1)
        number = next(n for n in stream if n < even) % (last + 1)
        taken.add(last if number in taken else number)
    return sorted(taken)


def item(postings, index, point=None):
    """Returns an item as the sample prints it."""
    posting = postings[index]
    shown = {name: posting[name] for name in ("sequence", "entry", "type", "actor", "recorded_at",
                                              "stage", "delta", "claim")}
    shown["number"] = index + 1
    if point is not None:
        shown["hit"] = decimal_text(point)
    return shown


def expected(trace, root, method, seed, size):
    """Returns the answer that `tally sample --json` must give."""
    postings = trace["postings"]
    values = [abs(millionths(posting["delta"])) for posting in postings]
    key = b"\0".join(text.encode() for text in (seed, root, trace["figure"]))
    answer = {"figure": trace["figure"], "as_of": trace["as_of"], "root": root, "method": method,
              "seed": seed, "size": size, "interval": None, "start": None, "top_stratum": [],
              "population": {"postings": len(values), "total": decimal_text(sum(values))}}
    if method == "random":
        answer["sample"] = [item(postings, i) for i in at_random(len(values), key, size)]
        return answer
    interval, start, top, drawn = monetary_unit(values, key, size)
    answer["interval"] = decimal_text(interval)
    answer["start"] = None if start is None else decimal_text(start)
    answer["top_stratum"] = [item(postings, i) for i in top]
    answer["sample"] = [item(postings, i, point) for i, point in drawn]
    return answer


def entries(chance):
    """Yields a ledger's entries: claims of all sizes, verified in part, corrected, withdrawn."""
    yield {"type": "organisation", "id": "org", "name": "A supplier"}
    yield {"type": "programme", "id": "prog", "name": "Skills"}
    yield {"type": "measure", "id": "hours", "title": "Hours", "unit": "hour", "basis": "count"}
    for i in range(120):
        units = chance.choice([chance.randint(1, 20), chance.randint(1, 5000)])
        claim = {"organisation": "org", "programme": "prog", "measure": "hours",
                 "quantity": f"{units}.{chance.randint(0, 999999):06}", "from": "2022-05-01",
                 "to": "2022-05-31", "evidence": []}
        yield {"type": "claim", "id": f"c-{i}", **claim}
        if chance.random() < 0.6:
            yield {"type": "verification", "id": f"v-{i}", "actor": "checker", "claim": f"c-{i}",
                   "method": "desk-review",
                   **chance.choice([{"outcome": "accepted"}, {"outcome": "rejected"},
                                    {"outcome": "partial", "quantity": "0.5"}])}
        if chance.random() < 0.3:
            correction = {"type": "correction", "id": f"x-{i}", "corrects": f"c-{i}",
                          "reason": "Counted again"}
            if chance.random() < 0.7:
                correction["replacement"] = {**claim, "quantity": chance.randint(1, 3000)}
            yield correction


def main():
    """Compares many draws; stops at the first that differs."""
    seed_of_run = int(os.environ.get("TALLY_TEST_SEED", random.SystemRandom().getrandbits(32)))
    print(f"TALLY_TEST_SEED={seed_of_run}")
    chance = random.Random(seed_of_run)
    with tempfile.TemporaryDirectory(prefix="tally-sample-") as folder:
        ledger = os.path.join(folder, "ledger")
        tally("init", ledger, "--name", "Example Council")
        lines = [json.dumps({"actor": "office", **entry}) for entry in entries(chance)]
        half = len(lines) // 2
        tally("append", ledger, input="\n".join(lines[:half]))
        roots = {half: json.loads(tally("status", ledger, "--json"))["root"]}
        tally("append", ledger, input="\n".join(lines[half:]))
        roots[len(lines)] = json.loads(tally("status", ledger, "--json"))["root"]
        traces = [json.loads(tally("trace", ledger, figure, "--json")) for figure in (
            "2022-23:hours:claimed", "2022-23:hours:verified", "2022-23:hours:pending",
            f"2022-23:hours:claimed:contract=-@{half}", "2021-22:hours:claimed")]
        compared = 0
        for number in range(SEEDS):
            trace = traces[number % len(traces)]
            seed = chance.choice(["audit", "4711", "Prüfung, 2. Runde", " "]) + str(number)
            size = chance.choice([1, 2, chance.randint(1, 60), chance.randint(1, 60), 10**15])
            for method in ("monetary-unit", "random"):
                drawn = json.loads(tally("sample", ledger, trace["figure"], "--seed", seed, "--size",
                                         str(size), "--method", method, "--json"))
                wanted = expected(trace, roots[trace["as_of"]], method, seed, size)
                assert drawn == wanted, (trace["figure"], seed, size, method, drawn, wanted)
                compared += 1
    print(f"{compared} draws agree")


if __name__ == "__main__":
    main()
