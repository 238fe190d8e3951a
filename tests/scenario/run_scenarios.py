#!/usr/bin/python3
"""Runs scenarios: command lines of `tally`, and what they must print.

    run_scenarios.py --program BIN [--sample DIR] FILE.scenario...

Each scenario runs in a new folder of its own, its commands one after the other through bash, with
`tally` on the PATH and $SAMPLE naming the folder that holds the sample's entries.jsonl (DIR, else
the environment's TALLY_SAMPLE_DIR, or what it holds). Every command is a process of its own: what
a later one sees has been on disk. A scenario ends at its first failure.

What may stand in a scenario, line by line:

    # text                A remark. A blank line between commands means nothing.
    restart               A remark too: it tells the reader that a new process matters here.
    < file NAME           Writes the lines that follow, up to a line `end`, to the file NAME.
    $ COMMAND             Runs the command, which must end with status 0. The lines that follow, up
                          to the next line that begins as one of these does, are what standard
                          output must be; no lines: whatever it likes. A line of output that could be
                          taken for one of these is written with a backslash before it. In lines
                          of output:
                            ...       alone in a line: any number of lines
                            <hash>    64 hex digits       <time>   a time, as text or as JSON has it
                            <number>  digits and commas   <any>    anything within the line
    $json COMMAND         Runs the command, whose standard output (standard error, where it failed)
                          must be one line of JSON. The lines that follow say what is in it:
                            .rows[0].verified == "77"     a path, and JSON (== or !=)
                            .rows[measure=jobs].unit ~ "^jo"   the element with that member; a
                                                               regular expression
                            .rows.length == 3             of a list, an object or a text
                            .error.line absent            there is no such member
                            .root => before               remembers it: {before}, further down,
                                                          stands for it, in commands and in text
    $jsonl COMMAND        The same for JSON Lines: they are read as one list.
    $examples COMMAND     Runs the command, which prints a help, and then each line of the help
                          that begins with two spaces and `tally `: each must end with status 0.

After a command, also:

    ! exit N              It ends with status N.
    ! stderr: TEXT        A line of standard error contains the text (placeholders as above).
    ! stdout: TEXT        The same for standard output.
    ! quiet               Standard error is empty.
    ! silent              Standard output is empty.
"""

import argparse
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
import time

COMMAND_TIMEOUT_S = 60

PLACEHOLDERS = {
    "<hash>": r"[0-9a-f]{64}",
    "<time>": r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{6}Z)?",
    "<number>": r"\d[\d,.]*",
    "<any>": r".*",
}

PATH_STEP = re.compile(r"\.(\w+)|\.?\[(\d+)\]|\[\"([^\"]*)\"\]|\[(\w+)=([^\]]*)\]")
ASSERTION = re.compile(r"(\.\S*(?:\[(?:\"[^\"]*\"|\w+=[^\]]*)\]\S*)*) (==|!=|~|=>) (.*)")


class Failure(Exception):
    """Something that a scenario expected and did not get."""


class Block:
    """A command and what is expected of it."""

    def __init__(self, kind, command, line):
        self.kind = kind
        self.command = command
        self.line = line
        self.expected = []
        self.conditions = []
        self.assertions = []


class Input:
    """A file to write."""

    def __init__(self, name, line):
        self.name = name
        self.line = line
        self.lines = []


# ---- Reading ------------------------------------------------------------------------------------

def is_remark(line):
    """Tells whether the line is there for the reader alone."""
    return line.startswith("#") or line == "restart"


def read_scenario(path):
    """Returns the steps of a scenario: Blocks and Inputs."""
    steps = []
    current = None
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if line.startswith("< file "):
            current = Input(line[len("< file "):], number)
            while number < len(lines) and lines[number] != "end":
                current.lines.append(lines[number])
                number += 1
            if number == len(lines):
                raise Failure(f"{path}:{current.line}: the file has no `end`")
            number += 1
            steps.append(current)
            current = None
        elif line.startswith("$"):
            kind, _, command = line.partition(" ")
            if kind not in ("$", "$json", "$jsonl", "$examples"):
                raise Failure(f"{path}:{number}: `{kind}` is no directive")
            current = Block(kind, command, number)
            steps.append(current)
        elif is_remark(line):
            continue
        elif line.startswith("!"):
            if not isinstance(current, Block):
                raise Failure(f"{path}:{number}: `{line}` follows no command")
            current.conditions.append((line[1:].strip(), number))
        elif isinstance(current, Block) and current.kind != "$" and line.startswith("."):
            current.assertions.append((line, number))
        elif isinstance(current, Block) and current.kind == "$":
            current.expected.append(line[1:] if line.startswith("\\") else line)
        elif line.strip():
            raise Failure(f"{path}:{number}: `{line}` belongs to no command")
    for step in steps:
        while isinstance(step, Block) and step.expected and not step.expected[-1]:
            step.expected.pop()
    return steps


# ---- Comparing ----------------------------------------------------------------------------------

def pattern_of(text):
    """Returns the regular expression, as text, that an expected text stands for."""
    parts = re.split("(" + "|".join(map(re.escape, PLACEHOLDERS)) + ")", text)
    return "".join(PLACEHOLDERS.get(part, re.escape(part)) for part in parts)


def lines_match(expected, actual):
    """Tells whether the lines are as expected; `...` stands for any number of them."""
    if not expected:
        return not actual
    if expected[0] == "...":
        return any(lines_match(expected[1:], actual[skipped:])
                   for skipped in range(len(actual) + 1))
    return (bool(actual) and re.fullmatch(pattern_of(expected[0]), actual[0]) is not None
            and lines_match(expected[1:], actual[1:]))


def difference(expected, actual):
    """Returns a diff of the lines in which what matches a placeholder does not show."""
    shown = []
    for line in actual:
        same = [e for e in expected if e != "..." and re.fullmatch(pattern_of(e), line)]
        shown.append(same[0] if same else line)
    return "\n".join(difflib.unified_diff(expected, shown, "expected", "printed", lineterm=""))


def value_at(document, path):
    """Returns (whether it is there, the value) at the path; raises Failure for a bad path."""
    value = document
    at = 0
    while at < len(path):
        if path == ".":
            break
        step = PATH_STEP.match(path, at)
        if not step:
            raise Failure(f"`{path}` is no path")
        at = step.end()
        name = step[1] if step[1] is not None else step[3]
        if name == "length" and isinstance(value, (list, str)):
            value = len(value)
        elif name is not None:
            if name == "length" and isinstance(value, dict) and "length" not in value:
                value = len(value)
                continue
            if not isinstance(value, dict) or name not in value:
                return False, None
            value = value[name]
        elif step[2] is not None:
            if not isinstance(value, list) or int(step[2]) >= len(value):
                return False, None
            value = value[int(step[2])]
        else:
            found = [item for item in value if str(item.get(step[4])) == step[5]]
            if not found:
                return False, None
            value = found[0]
    return True, value


# ---- Running ------------------------------------------------------------------------------------

class Scenario:
    """One scenario in a folder of its own."""

    def __init__(self, path, folder, environment):
        self.path = path
        self.folder = folder
        self.environment = environment
        self.remembered = {}

    def run(self):
        """Runs all steps; raises Failure at the first that fails."""
        for step in read_scenario(self.path):
            if isinstance(step, Input):
                with open(os.path.join(self.folder, step.name), "w", encoding="utf-8") as file:
                    file.writelines(line + "\n" for line in step.lines)
            else:
                self.run_block(step)

    def fill_in(self, text):
        """Returns the text with what was remembered in the place of {name}."""
        for name, value in self.remembered.items():
            text = text.replace("{" + name + "}", value)
        return text

    def call(self, command):
        """Runs a command; returns status, standard output and standard error."""
        try:
            done = subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment,
                                  stdin=subprocess.DEVNULL, capture_output=True,
                                  timeout=COMMAND_TIMEOUT_S, check=False)
        except subprocess.TimeoutExpired:
            raise Failure(f"did not end within {COMMAND_TIMEOUT_S} s") from None
        return (done.returncode, done.stdout.decode("utf-8", "replace"),
                done.stderr.decode("utf-8", "replace"))

    def run_block(self, block):
        """Runs one command and checks all that is expected of it."""
        command = self.fill_in(block.command)
        try:
            status, out, err = self.call(command)
            self.check_conditions(block, status, out, err)
            if block.kind == "$" and block.expected:
                self.check_lines(block, out)
            elif block.kind in ("$json", "$jsonl"):
                self.check_json(block, out if status == 0 or out else err)
            elif block.kind == "$examples":
                self.run_examples(out)
        except Failure as failure:
            raise Failure(f"{self.path}:{block.line}: $ {command}\n{failure}") from None

    def check_lines(self, block, out):
        """Compares standard output with the lines that were expected."""
        expected = [self.fill_in(line) for line in block.expected]
        actual = out.split("\n")
        while actual and not actual[-1]:
            actual.pop()
        if not lines_match(expected, actual):
            raise Failure(difference(expected, actual))

    def check_conditions(self, block, status, out, err):
        """Checks the exit status and the lines that begin with an exclamation mark."""
        wanted = 0
        problems = []
        for condition, line in block.conditions:
            word, _, rest = condition.partition(" ")
            rest = self.fill_in(rest)
            if word == "exit":
                wanted = int(rest)
            elif word in ("stderr:", "stdout:"):
                text = err if word == "stderr:" else out
                if not any(re.search(pattern_of(rest), row) for row in text.split("\n")):
                    problems.append(f"line {line}: {word[:-1]} does not say: {rest}")
            elif condition == "quiet":
                if err:
                    problems.append(f"line {line}: standard error is not empty")
            elif condition == "silent":
                if out:
                    problems.append(f"line {line}: standard output is not empty")
            else:
                problems.append(f"line {line}: `! {condition}` is no condition")
        if status != wanted:
            problems.append(f"exit status {status} instead of {wanted}")
        if problems:
            shown = "".join(f"\n{name}| {row}" for name, text in (("out", out), ("err", err))
                            for row in text.rstrip("\n").split("\n")[:40] if row)
            raise Failure("\n".join(problems) + shown)

    def check_json(self, block, text):
        """Reads JSON and checks the assertions on it."""
        try:
            if block.kind == "$jsonl":
                document = [json.loads(line) for line in text.split("\n") if line]
            elif text.count("\n") != 1 or not text.endswith("\n"):
                raise Failure(f"this is not one line of JSON:\n{text[:1000]}")
            else:
                document = json.loads(text)
        except ValueError as error:
            raise Failure(f"this is not JSON ({error}):\n{text[:1000]}") from None
        for assertion, line in block.assertions:
            try:
                self.check_assertion(document, self.fill_in(assertion))
            except Failure as failure:
                raise Failure(f"line {line}: {failure}\nin {text[:4000]}") from None

    def check_assertion(self, document, assertion):
        """Checks one assertion on a document, or remembers what it names."""
        if assertion.endswith(" absent"):
            there, value = value_at(document, assertion[:-len(" absent")])
            if there:
                raise Failure(f"{assertion}: it is {json.dumps(value)}")
            return
        parts = ASSERTION.fullmatch(assertion)
        if not parts:
            raise Failure(f"`{assertion}` is no assertion")
        path, operator, wanted = parts.groups()
        there, value = value_at(document, path)
        if not there:
            raise Failure(f"{path} is not there")
        if operator == "=>":
            self.remembered[wanted] = value if isinstance(value, str) else json.dumps(value)
        elif operator == "~":
            if not re.search(json.loads(wanted), str(value)):
                raise Failure(f"{assertion}: it is {json.dumps(value)}")
        elif wanted in PLACEHOLDERS:
            if (re.fullmatch(PLACEHOLDERS[wanted], str(value)) is None) == (operator == "=="):
                raise Failure(f"{assertion}: it is {json.dumps(value)}")
        elif (value == json.loads(wanted)) != (operator == "=="):
            raise Failure(f"{assertion}: it is {json.dumps(value)}")

    def run_examples(self, help_text):
        """Runs the examples that a help shows."""
        examples = re.findall(r"^  (tally .*)$", help_text, re.MULTILINE)
        if not examples:
            raise Failure("the help shows no example")
        for example in examples:
            status, _, err = self.call(example)
            if status != 0:
                raise Failure(f"the example `{example}` ends with status {status}:\n{err}")


def environment_for(program, sample, bin_folder):
    """Returns the environment of all commands, with `tally` on the PATH."""
    os.symlink(os.path.abspath(program), os.path.join(bin_folder, "tally"))
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("NO_COLOR", "LANG") and not name.startswith("LC_")}
    environment["PATH"] = bin_folder + os.pathsep + environment.get("PATH", "/usr/bin:/bin")
    environment["LC_ALL"] = "C.UTF-8"
    environment["SAMPLE"] = sample
    return environment


def folder_of_sample(named):
    """Returns the folder that holds entries.jsonl: the one that was named, or one in it."""
    if not named:
        return ""
    for folder, _, names in sorted(os.walk(os.path.abspath(named))):
        if "entries.jsonl" in names:
            return folder
    sys.exit(f"run_scenarios.py: there is no entries.jsonl in {named}")


def main():
    """Runs what the command line names; returns the exit status."""
    parser = argparse.ArgumentParser(description="Runs scenarios of tally's command line.")
    parser.add_argument("--program", required=True, help="the program to test")
    parser.add_argument("--sample", default=os.environ.get("TALLY_SAMPLE_DIR"),
                        help="the folder of the sample (else TALLY_SAMPLE_DIR)")
    parser.add_argument("scenarios", nargs="+", metavar="FILE.scenario")
    arguments = parser.parse_args()
    if not os.access(arguments.program, os.X_OK):
        sys.exit(f"run_scenarios.py: {arguments.program} is no program")
    passed = 0
    failed = 0
    with tempfile.TemporaryDirectory(prefix="tally-scenario-") as bin_folder:
        environment = environment_for(arguments.program, folder_of_sample(arguments.sample),
                                      bin_folder)
        for path in arguments.scenarios:
            started = time.monotonic()
            with tempfile.TemporaryDirectory(prefix="tally-scenario-") as folder:
                try:
                    Scenario(path, folder, environment).run()
                    passed += 1
                    print(f"passed {path} ({time.monotonic() - started:.1f} s)")
                except Failure as failure:
                    failed += 1
                    print(f"FAILED {failure}\n")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
