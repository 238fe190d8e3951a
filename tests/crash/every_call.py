#!/usr/bin/python3
"""Whichever call fails that changes a file, and however: what was acknowledged is there, what was
refused is there whole or not at all, and the ledger goes on.

    every_call.py TALLY WORKLOAD LIBRARY ENTRIES [--every] [--only OPERATION]

LIBRARY is ../faults/file_faults.cc, loaded before the program; ENTRIES is a submission. Faults are
picked by chance, from a seed that is printed and taken back from TALLY_TEST_SEED; --every tries
every kind at every call.
"""

import random
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from crash_operations import operations
from faults import HITS, Fault, Tally, fast_folder, seed_of_test

PICKED = 8  # faults of an operation


def was_found(name, path):
    """Whether a failure of this call once broke something; it is tried always."""
    # The manifest may name what was taken in, or not; what was put in its place may not stay there.
    return name == "sync" and (Path(path).name.startswith("MANIFEST") or Path(path).name == "world")


def faults_of(calls, chance, every):
    """The faults to try, of all that can hit one of these calls."""
    possible = []
    for kind, hit in HITS.items():
        for number, (name, _) in enumerate(calls, 1):
            if hit is None or name in hit:
                possible.append(Fault(kind, number, chance.getrandbits(32)))
    # The power may also go once the program has ended.
    possible += [Fault("power-cut", len(calls) + 1, chance.getrandbits(32)) for _ in range(4)]
    if every:
        return possible
    found = [fault for fault in possible if fault.kind == "error" and fault.call <= len(calls) and
             was_found(*calls[fault.call - 1])]
    # As many of each kind, though some can hit few calls.
    by_kind = [[fault for fault in possible if fault.kind == kind] for kind in HITS]
    by_kind = [faults for faults in by_kind if faults]
    return found + [chance.choice(chance.choice(by_kind)) for _ in range(PICKED)]


def try_fault(operation, calls, fault, folder):
    """Tries one fault in a world of its own; returns how the program ended."""
    folder.mkdir()
    world = folder / "world"
    shutil.copytree(operation.original, world, symlinks=True)
    done = None
    try:
        done = operation.tally.run_faulty(world, fault, operation.arguments(world), operation.text)
        operation.check(world, done)
    except (AssertionError, subprocess.TimeoutExpired, OSError, ValueError) as error:
        where = calls[fault.call - 1] if fault.call <= len(calls) else "the end"
        raise AssertionError(f"{operation.name}, {fault} ({where}): {done}\n{error}") from error
    shutil.rmtree(folder)
    return done.status


def try_operation(operation, chance, every, folder, pool):
    """Tries the faults of an operation; returns how many were tried, and how they ended."""
    folder.mkdir()
    operation.prepare(folder)
    clean = folder / "clean" / "world"
    shutil.copytree(operation.original, clean)
    calls = operation.tally.calls(clean, operation.arguments(clean), operation.text)
    operation.learn(clean)
    faults = faults_of(calls, chance, every)
    tried = [pool.submit(try_fault, operation, calls, fault, folder / str(number))
             for number, fault in enumerate(faults)]
    ends = {}
    for one in tried:
        status = one.result()
        ends[status] = ends.get(status, 0) + 1
    ended = ", ".join(f"{count} with {status}" for status, count in sorted(ends.items()))
    print(f"{operation.name}: {len(calls)} calls, {len(faults)} faults tried; ended {ended}",
          flush=True)
    shutil.rmtree(folder)
    return len(faults)


def main():
    program, workload, library, entries = sys.argv[1:5]
    only = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else None
    every = "--every" in sys.argv
    chance = random.Random(seed_of_test())
    tried = 0
    with fast_folder() as name, ThreadPoolExecutor(2) as pool:
        try:
            for operation in operations(Tally(program, library), workload, Path(entries)):
                # Each has chance of its own, so that one alone can be had again.
                own = random.Random(chance.getrandbits(64))
                if only is None or operation.name == only:
                    tried += try_operation(operation, own, every, Path(name) / operation.name, pool)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    assert tried > 0, "there is no such operation"
    print(f"{tried} faults tried")


if __name__ == "__main__":
    main()
