#!/usr/bin/python3
"""Runs the tests of the pages, or says why not and exits with 77.

    run.py unit OUT       the pure functions, under node's own test runner
    run.py types OUT      the scripts' types, where a TypeScript compiler is at hand
    run.py JOURNEY OUT    a script of journeys/ in a browser: on a new ledger of the entries that
                          ledgers/ has by the journey's name, else against `tally serve --demo`

OUT keeps what is installed, screenshots, and the service's log.  Nothing is written elsewhere.
"""

import contextlib
import fcntl
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77
PATIENCE_S = 60


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def wanted(*names):
    """The path of the first of these programs that is there; without one, the test is skipped."""
    for name in names:
        if path := shutil.which(name):
            return path
    return skip(f"there is no {names[0]}")


def pages_modules(out):
    """Installs what package-lock.json pins, once, into OUT; answers where."""
    npm = wanted("npm")
    folder = out / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    with open(out / "npm.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # journeys run side by side
        pinned = (HERE / "package-lock.json").read_bytes()
        done = folder / "installed.json"
        if done.exists() and done.read_bytes() == pinned:
            return folder / "node_modules"
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder)
        # No script of a package runs here.
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        try:
            installed = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                                       timeout=180, check=False)
        except subprocess.TimeoutExpired:
            skip("npm does not come to an end: is there no network?")
        if installed.returncode != 0:
            skip(f"npm cannot install playwright-core and axe-core: {installed.stderr.strip()[-500:]}")
        done.write_bytes(pinned)
    return folder / "node_modules"


def tally(*arguments):
    """What the program prints."""
    return subprocess.run([os.environ["TALLY_PROGRAM"], *arguments], stdout=subprocess.PIPE,
                          text=True, check=True).stdout


@contextlib.contextmanager
def service(arguments, last_words, log):
    """A service for as long as the block lasts: what it says until it is ready."""
    command = [os.environ["TALLY_PROGRAM"], "serve", *arguments, "--listen", "127.0.0.1:0"]
    with open(log, "w", encoding="utf-8") as kept, subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=kept, text=True) as process:
        try:
            said = ""
            while not re.search(last_words, said):
                line = process.stdout.readline()
                if not line:
                    sys.exit(f"the service does not start: {log.read_text(encoding='utf-8')}")
                said += line
            yield said
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_S)


@contextlib.contextmanager
def demo(log):
    """A service of the demonstration's ledger: where it is, and a token of each role."""
    with service(["--demo"], r"ends it\.\n$", log) as said:
        tokens = re.findall(r"^ +(read|verify|admin) +(\S+) +(\S+)$", said, re.MULTILINE)
        yield said.split()[2], {role: token for role, _, token in tokens}


@contextlib.contextmanager
def filled(entries, log):
    """The same of a new ledger with these entries, which is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = os.path.join(folder, "ledger")
        tally("init", ledger, "--name", "A ledger of a test")
        tally("append", ledger, entries)
        tokens = {role: json.loads(tally("token", "add", ledger, "--actor", role, "--role", role,
                                         "--json"))["token"]
                  for role in ("read", "verify", "admin")}
        with service([ledger, "--public-read"], r"http\S+\n", log) as said:
            yield re.search(r"http\S+", said)[0], tokens


def run_journey(journey, out):
    node, browser = wanted("node"), wanted("chromium", "chromium-browser", "google-chrome")
    modules = pages_modules(out)
    shown = out / journey.stem
    shutil.rmtree(shown, ignore_errors=True)
    shown.mkdir(parents=True)
    began = time.monotonic()
    entries = HERE / "ledgers" / f"{journey.stem}.jsonl"
    log = shown / "service.log"
    with filled(entries, log) if entries.exists() else demo(log) as (where, tokens):
        environment = {**os.environ, "TALLY_URL": where, "TALLY_BROWSER": browser,
                       "TALLY_MODULES": str(modules), "TALLY_OUT": str(shown),
                       **{f"TALLY_TOKEN_{role.upper()}": token for role, token in tokens.items()}}
        done = subprocess.run([node, journey], env=environment, check=False)
    print(f"{journey.stem}: {time.monotonic() - began:.0f} s; what it saw is in {shown}")
    return done.returncode


def main():
    """Does what the command line asks for; returns the exit status."""
    # Whoever is asked to end ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    what, out = sys.argv[1], pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    if what == "unit":
        tests = sorted((HERE / "unit").glob("*.test.js"))
        return subprocess.run([wanted("node"), "--test", *tests], check=False).returncode
    if what == "types":
        return subprocess.run([wanted("tsc"), "--project", HERE / "jsconfig.json"],
                              check=False).returncode
    return run_journey(pathlib.Path(what), out)


if __name__ == "__main__":
    sys.exit(main())
