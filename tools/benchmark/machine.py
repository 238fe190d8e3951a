"""The machine that the figures are of."""

import os
import platform
import re
import time

from processes import BenchmarkError, run


def _first(path, pattern, default=""):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            found = re.search(pattern, file.read(), re.MULTILINE)
    except OSError:
        return default
    return found[1].strip() if found else default


def _printed(*command):
    try:
        return run(*command).output.strip()
    except BenchmarkError:
        return ""


def syncs_a_second(folder, span_s):
    """Returns how many small appends this disk makes durable in a second, one after the other."""
    path = os.path.join(folder, "syncs")
    with open(path, "wb", buffering=0) as file:
        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < span_s:
            file.write(b"x" * 300)
            os.fdatasync(file.fileno())
            count += 1
        rate = count / (time.perf_counter() - began)
    os.remove(path)
    return rate


def load_average():
    """Returns how many processes wanted to run over the last minute."""
    return os.getloadavg()[0]


def versions():
    """Returns what the peers say they are, by program."""
    asked = {
        "SQLite": ("sqlite3", "--version"),
        "PostgreSQL": ("/usr/lib/postgresql/15/bin/postgres", "--version"),
        "ledger": ("ledger", "--version"),
        "hledger": ("hledger", "--version"),
        "RocksDB": ("dpkg-query", "-W", "-f=${Version}", "librocksdb-dev"),
    }
    found = {}
    for name, command in asked.items():
        line = _printed(*command).split("\n")[0]
        number = re.search(r"\d+\.\d+(\.\d+)?", line)
        if number:
            found[name] = number[0]
    return found


def describe(folder):
    """Returns the machine's properties by name."""
    memory_kib = int(_first("/proc/meminfo", r"^MemTotal: *(\d+)", "0"))
    system = _first("/etc/os-release", r'^PRETTY_NAME="?([^"\n]*)')
    return {
        "processor": _first("/proc/cpuinfo", r"^model name\s*:(.*)$") or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "virtual": _printed("systemd-detect-virt") or "unknown",
        "memory_bytes": memory_kib * 1024,
        "system": system,
        "kernel": platform.release(),
        "file_system": _printed("stat", "-f", "-c", "%T", folder),
        "load_average_before": load_average(),
        "versions": versions(),
    }
