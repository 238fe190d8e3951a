"""Runs programs and tells how long they took, and how much memory and processor they had."""

import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass


class BenchmarkError(Exception):
    """What ends the benchmark: a sentence for people."""


@dataclass(frozen=True)
class Finished:
    """A program that ended well."""

    output: str
    seconds: float
    memory_bytes: int   # at its largest
    cpu_seconds: float  # of all its threads

    def json(self):
        """Returns its output, which is one object of JSON."""
        return json.loads(self.output)


def run(*command, stdin=subprocess.DEVNULL):
    """Runs a program to its end and tells what it used; BenchmarkError where it fails.

    What it prints goes into files, so that it never waits for somebody to read it.
    """
    command = [str(part) for part in command]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        try:
            process = subprocess.Popen(command, stdin=stdin, stdout=output, stderr=errors)
        except OSError as error:
            raise BenchmarkError(f"cannot run {command[0]}: {error}") from error
        try:
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:  # somebody ends the benchmark: nothing of it may run on
            process.kill()
            raise
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            said = (_text(errors) or _text(output)).strip()[-2000:]
            raise BenchmarkError(f"`{' '.join(command)}` ended with {process.returncode}: {said}")
        return Finished(_text(output), seconds, used.ru_maxrss * 1024,
                        used.ru_utime + used.ru_stime)


def _text(file):
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def median_seconds(nanoseconds):
    """Returns the median of times in nanoseconds, as seconds."""
    return statistics.median(nanoseconds) / 1e9


def disk_bytes(path):
    """Returns what a file, or all files under a folder, take on disk."""
    if os.path.isfile(path):
        return os.stat(path).st_blocks * 512
    return sum(os.lstat(os.path.join(folder, name)).st_blocks * 512
               for folder, _, names in os.walk(path) for name in names)


def remove(path):
    """Removes a file or a folder, if it is there."""
    if os.path.isdir(path):
        shutil.rmtree(path)
    elif os.path.exists(path):
        os.remove(path)


def settle():
    """Waits until what was written is on disk, so that no run pays for the one before it."""
    os.sync()
