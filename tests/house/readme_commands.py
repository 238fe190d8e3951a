#!/usr/bin/python3
"""Runs the commands that the README shows and compares what they print.

Every line of a `console` block that begins with `$ ` is a command (lines that begin with `> ` go
on with it); the lines that follow are what it prints.  Times, hashes and speeds differ from run to
run and are compared as such.  Usage: readme_commands.py REPOSITORY PROGRAM
"""

import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

VARYING = [
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), "<time>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<hash>"),
    (re.compile(r"\b[0-9a-f]{12}…"), "<digest>"),
    (re.compile(r"took +[\d.]+ s, [\d,]+ events a second"), "<speed>"),
]


def blocks(readme, language):
    """The fenced blocks of a language, as lists of lines."""
    pattern = re.compile(r"^```" + language + r"\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [match.group(1).splitlines() for match in pattern.finditer(readme)]


def steps(lines):
    """Pairs of a command and the lines that it should print."""
    found = []
    for line in lines:
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.startswith("> ") and not found[-1][1]:
            command, _ = found[-1]
            found[-1] = (command + "\n" + line[2:], [])
        else:
            found[-1][1].append(line)
    return found


def settled(lines):
    """Lines with what varies put out of sight."""
    result = []
    for line in lines:
        for pattern, name in VARYING:
            line = pattern.sub(name, line)
        result.append(line)
    return result


def run(command, folder, environment):
    """What a command prints, both streams, and its exit status."""
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    return done.stdout.splitlines(), done.returncode


def check_scripts(repository, readme):
    """The commands of `sh` blocks are scripts that are there and can be run; they build and
    install, so that continuous integration runs them and not this test."""
    wrong = []
    for line in sum(blocks(readme, "sh"), []):
        script = repository / line.split()[0]
        if not os.access(script, os.X_OK):
            wrong.append(f"README shows {line.split()[0]}, which cannot be run")
    return wrong


def main():
    """Runs everything in order, in one fresh folder."""
    repository, program = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    readme = (repository / "README.md").read_text(encoding="utf-8")
    wrong = check_scripts(repository, readme)
    passed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(repository / "tools", pathlib.Path(folder) / "tools")
        environment = dict(os.environ, PATH=f"{program.parent}:{os.environ['PATH']}")
        for command, expected in steps(sum(blocks(readme, "console"), [])):
            printed, status = run(command, folder, environment)
            if status != 0 or settled(printed) != settled(expected):
                difference = difflib.unified_diff(settled(expected), settled(printed), "README",
                                                  "printed", lineterm="")
                wrong.append(f"$ {command}\nexit status {status}\n" + "\n".join(difference))
            else:
                passed += 1
    for message in wrong:
        print(message)
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
