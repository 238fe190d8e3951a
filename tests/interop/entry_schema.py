#!/usr/bin/python3
"""Holds schemas/entry.schema.json against the program: what it takes and what it refuses.

    entry_schema.py PROGRAM WORKLOAD

The schema takes every entry of the sample and of a made-up submission. It takes, and the program
takes, every kind of entry, every field of it, and each limit from within; it refuses, and the
program refuses with the code of the contract, each fault that it can see, alone in an entry. Of
entries changed by chance (TALLY_TEST_SEED repeats a run), the schema takes what the program reads
as an entry; what the program refuses and the schema takes is of a known kind (UNSEEN_KINDS), and
counted. Skipped, with a word, where python3-jsonschema is not there.
"""

import collections
import contextlib
import copy
import functools
import http.client
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import entry_rows as rows
from exported import check, run

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "schemas" / "entry.schema.json"
SAMPLE = ROOT / "tools" / "sample" / "lcrca-2022-23"
NAMES = ROOT / "src" / "codec" / "entry_fields.cc"
WORKLOAD_ENTRIES = 3_000
CHANGED = 4_000

# What the program tells of entries that the schema takes: what a schema cannot see.
UNSEEN_KINDS = [
    ("dates in the wrong order", r"is later than `to`"),
    ("a year twice", r"twice; item"),
    ("a year as another ledger writes it", r"is not a reporting year"),
    ("a number as only its text shows it", r"is not a quantity|is not a sequence"),
    ("a text of too many bytes", r"is too long"),
    ("a text that is no Unicode", r"The line is not JSON"),
    ("a body of another type than what it replaces", r"In `replacement`: "),
    ("the currency of another ledger", r"is the ledger's currency"),
    ("as much as was claimed, or more", r"a partial verification accepts"),
    ("a point that is not there yet", r"the last event before this one"),
    ("an event of too many bytes", r"bytes; (at most|an event)"),
    ("another year than was published", r"which it supersedes"),
    ("another claim than was verified", r"must name the same claim"),
]
# Codes of the reader; with any other, the program has read the entry (but for a replacement, which
# it reads once it has found what is replaced).
OF_READER = {"bad-json", "bad-entry", "bad-quantity", "bad-date", "bad-year", "too-large"}
TAKEN = "taken"


# ---- The two that judge ----------------------------------------------------------------------

compiled = functools.lru_cache(maxsize=None)(
    # A schema's patterns are those of ECMA-262, where `$` is the very end; Python's stands before a
    # last line feed too.
    lambda pattern: re.compile(pattern.replace("$", r"\Z")))


def match(_validator, pattern, value, _schema):
    if isinstance(value, str) and not compiled(pattern).search(value):
        yield jsonschema.ValidationError(f"{value!r} does not match {pattern!r}")


Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": match})


class Service:
    """The program, asked entry by entry, each of which it decides alone and does not keep."""

    def __init__(self, program, ledger):
        self.tokens = {actor: json.loads(run(program, "token", "add", ledger, "--actor", actor,
                                             "--role", "admin", "--json"))["token"]
                       for actor in rows.ACTORS}
        self.process = subprocess.Popen([program, "serve", ledger, "--listen", "127.0.0.1:0"],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True)
        where = re.match(r"Listening at http://([\d.]+):(\d+)$", self.process.stdout.readline())
        check(where, "the service listens")
        self.connection = http.client.HTTPConnection(where[1], int(where[2]), timeout=60)

    def stop(self):
        self.connection.close()
        self.process.terminate()
        check(self.process.wait(60) == 0, "the service ends well")

    def ask(self, line, actor="office"):
        """TAKEN or the code of the refusal, and what it says."""
        # An actor without a token is told after the entry has been read: `wrong-actor`.
        token = self.tokens.get(actor if isinstance(actor, str) else "", self.tokens["office"])
        self.connection.request("POST", "/api/v1/entries?dry_run=1", body=line.encode(), headers={
            "Content-Type": "application/x-ndjson", "Authorization": f"Bearer {token}"})
        answer = self.connection.getresponse()
        said = json.loads(answer.read())
        return (TAKEN, "") if answer.status == 200 else (said["code"], said["detail"])


def line_of(entry):
    """An entry as a line, with what is raw in it as it is."""
    line = json.dumps(entry, default=lambda raw: f"\ue000{raw.text}\ue000")
    return re.sub(r'"\\ue000(.*?)\\ue000"', lambda raw: json.loads(f'"{raw[1]}"'), line)


class Judges:
    """The schema and the program, and how often they were asked."""

    def __init__(self, validator, service):
        self.validator, self.service = validator, service
        self.counts = collections.Counter()

    def expect(self, entry, code, what, seen=True):
        """The program answers with this code, and the schema says the same, where it can see it."""
        line = line_of(entry)
        answered, said = self.service.ask(line, entry.get("actor"))
        check(answered == code, f"{what}: {line[:2000]}\nis {answered}, not {code}: {said}")
        valid = self.validator.is_valid(json.loads(line))
        if valid != (code == TAKEN or not seen):
            told = [error.message for error in self.validator.iter_errors(json.loads(line))]
            sys.exit(f"FAILED: {what}: {line[:2000]}\nis {code}; the schema says {told}")
        self.counts["unseen" if not seen else "taken" if code == TAKEN else "refused"] += 1


# ---- Tables ----------------------------------------------------------------------------------

def places(value, way=()):
    """The way to every field of an entry, whatever it stands in."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for name, item in inside:
        if isinstance(value, dict):
            yield (*way, name)
        if isinstance(item, (dict, list)):
            yield from places(item, (*way, name))


def at(entry, way):
    for name in way:
        entry = entry[name]
    return entry


def changed(kind, way, value):
    """An entry of the kind with another value there; nothing in place of one takes it away."""
    entry = rows.entry_of(kind)
    owner = at(entry, way[:-1])
    if value is None:
        del owner[way[-1]]
    else:
        owner[way[-1]] = value
    return entry


def way_of(text):
    return tuple(int(name) if name.isdigit() else name for name in text.split("."))


def check_values(judges):
    """Every field takes what it should and nothing else."""
    for kind in rows.KINDS:
        every = [] if kind.startswith("a correction to") else rows.OF_EVERY
        for name, values in every + rows.FIELDS.get(kind, []):
            way, what = way_of(name), f"{name} of {kind}"
            for value in values.taken:
                entry = changed(kind, way, value)
                if name in ("from", "to") and kind == "a contract":  # else they might be reversed
                    del entry["to" if name == "from" else "from"]
                if name == "actor" and "verification" in kind and value == "office":
                    continue  # who claimed it, and so cannot verify it
                judges.expect(entry, TAKEN, what)
            for value, code in values.refused:
                judges.expect(changed(kind, way, value), code, what)
            code = next((code for _, code in values.refused), "bad-entry")
            for value in values.wrong_types:
                judges.expect(changed(kind, way, value), code, what)


def check_fields(judges, names):
    """Each kind of entry has the fields that it must have and no other, and no field is null."""
    added = {}
    for kind in rows.KINDS:
        for way in places(rows.entry_of(kind)):
            added.setdefault(way[-1], at(rows.entry_of(kind), way))
    check(set(added) == names, f"the rows have all fields: {names ^ set(added)}")
    for kind in rows.KINDS:
        whole = rows.entry_of(kind)
        judges.expect(whole, TAKEN, f"{kind}, whole")
        judges.expect(rows.entry_of(kind, whole=False), TAKEN, f"{kind}, bare")
        for way in places(whole):
            judges.expect(changed(kind, way, rows.Raw("null")), "bad-entry",
                          f"{way} of {kind} is null")
            may = rows.may_be_left_out(kind, way)
            judges.expect(changed(kind, way, None), TAKEN if may else "bad-entry",
                          f"{way} of {kind} is left out")
        possible = {"replacement"} if kind == "a withdrawal" else set()
        for owner in {way[:-1] for way in places(whole)}:
            for name in {*added, "nonsense", "Note", ""} - set(at(whole, owner)) - possible:
                entry = changed(kind, (*owner, name), added.get(name, "x"))
                judges.expect(entry, "bad-entry", f"{name} in {kind}")


def check_tables(judges, names):
    check_values(judges)
    check_fields(judges, names)
    for first in (0, "0"):
        judges.expect({**rows.entry_of("an erasure"), "erases": first}, "void", "the first event")
    for kind, changes, code in rows.UNSEEN:
        judges.expect({**rows.entry_of(kind), **changes}, code, f"{changes} of {kind}", seen=False)
    for line in ("5", "[]", '"x"', "null", "true"):
        check(judges.service.ask(line)[0] == "bad-entry", f"{line} is no entry")
        check(not judges.validator.is_valid(json.loads(line)), f"{line} is no entry by the schema")


# ---- By chance -------------------------------------------------------------------------------

class Chance:
    """Changes entries in ways that nobody thought of."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.kinds = list(rows.KINDS)
        self.values = [value for fields in rows.FIELDS.values() for _, values in fields
                       for value in [*values.taken, *(one for one, _ in values.refused),
                                     *values.wrong_types]]
        self.names = sorted({way[-1] for kind in self.kinds
                             for way in places(rows.entry_of(kind))})

    def entry(self):
        """An entry, changed once or twice."""
        entry = rows.entry_of(self.random.choice(self.kinds), self.random.random() < 0.8)
        for _ in range(self.random.choice((1, 1, 1, 2))):
            ways = list(places(entry))
            if ways:
                way = self.random.choice(ways)
                self.random.choice((self.drop, self.add, self.put, self.tweak, self.tweak,
                                    self.tweak, self.move))(at(entry, way[:-1]), way[-1])
        return entry

    def drop(self, owner, name):
        del owner[name]

    def value(self):
        """A value for some field, none of whose parts stand anywhere else."""
        def fresh(value):
            if isinstance(value, dict):
                return {name: fresh(item) for name, item in value.items()}
            return [fresh(item) for item in value] if isinstance(value, list) else value
        return fresh(self.random.choice(self.values))

    def add(self, owner, _name):
        owner[self.random.choice(self.names)] = self.value()

    def put(self, owner, name):
        owner[name] = self.value()

    def move(self, owner, name):
        """The value of another field, or itself as a text, a number or an item."""
        value = owner[name]
        text = value.text if isinstance(value, rows.Raw) else str(value)
        is_number = re.fullmatch(r"-?(0|[1-9][0-9]*)([.][0-9]+)?", text)
        other = copy.deepcopy(owner[self.random.choice(list(owner))])
        owner[name] = self.random.choice([other, [value], text,
                                          rows.Raw(text) if is_number else {"x": value}])

    def tweak(self, owner, name):
        """A text with a character put in, taken out or changed; a list with an item twice."""
        value = owner[name]
        if isinstance(value, list):
            owner[name] = value + value[:1]
        elif isinstance(value, str):
            place = self.random.randrange(len(value) + 1)
            new = self.random.choice(["", *"0123456789-./:@ abzAZ_\n\t\0é\x85", "\ud800", "10"])
            owner[name] = value[:place] + new + value[place + self.random.randrange(2):]
        elif isinstance(value, int) and not isinstance(value, bool):
            owner[name] = self.random.choice([value - 1, value + 1, -value, value * 10**12,
                                              rows.Raw(f"{value}.0"), rows.Raw(f"{value}e0")])


def is_refused_everywhere(entry):
    """Whether a rule of any ledger refuses an entry that could be read; the schema knows it too."""
    if entry["type"] == "measure" and entry["basis"] in ("in-kind", "cash"):
        return not re.fullmatch("[A-Z]{3}", entry["unit"])  # no currency
    far = re.compile("@0*[1-9][0-9]{19}$")  # beyond the last event that there can be
    return entry.get("erases") in (0, "0") or any(
        far.search(statement["figure"]) for statement in entry.get("statements", []))


def check_changed(judges, seed):
    """The schema takes what the program reads, and what it does not see is of a known kind."""
    chance, counts, unseen = Chance(seed), collections.Counter(), collections.Counter()
    for _ in range(CHANGED):
        entry = chance.entry()
        line = line_of(entry)
        code, said = judges.service.ask(line, entry.get("actor"))
        value = json.loads(line)
        valid = judges.validator.is_valid(value)
        # Of a correction that is refused, the replacement has perhaps not been read.
        was_read = code not in OF_READER and (code == TAKEN or "replacement" not in entry)
        if was_read and not valid and (code == TAKEN or not is_refused_everywhere(value)):
            told = [error.message for error in judges.validator.iter_errors(value)]
            sys.exit(f"FAILED: the program reads it ({code}), and the schema says {told}: "
                     f"{line[:2000]}")
        counts["taken" if code == TAKEN else "refused by the reader" if code in OF_READER else
               "refused for what is in the ledger"] += 1
        if valid and code in OF_READER:
            kind = next((kind for kind, message in UNSEEN_KINDS if re.search(message, said)), None)
            check(kind, f"the schema takes it, and the program says {code}: {said}\n{line[:2000]}")
            unseen[kind] += 1
    print(f"{CHANGED} entries changed by chance: {dict(counts)}")
    print(f"{sum(unseen.values())} of those that the reader refused are valid by the schema:")
    for kind, count in unseen.most_common():
        print(f"  {count:4}  {kind}")
    tried = min(counts["taken"], counts["refused by the reader"])
    check(tried > CHANGED / 10, "enough of both was tried")


# ---- The schema itself, and what is bundled ---------------------------------------------------

def check_descriptions(schema, validator):
    """Every field is described, and every example is one."""
    def described(part):
        return "description" in part or "$ref" in part and described(
            schema["$defs"][part["$ref"].removeprefix("#/$defs/")])

    names = set()

    def walk(part, way):
        for example in part.get("examples", []):
            check(validator.evolve(schema={"$defs": schema["$defs"], **part}).is_valid(example),
                  f"{way}: the example {example} is one")
        for name, field in part.get("properties", {}).items():
            names.add(name)
            refines = re.search(r"/(if|then|else)$", way)
            check(refines or field is False or described(field), f"{way}/{name} is described")
        for name, inner in part.items():
            if name in ("properties", "$defs"):
                for field, schema_of_field in inner.items():
                    if schema_of_field is not False:
                        walk(schema_of_field, f"{way}/{field}")
            elif name in ("allOf", "anyOf"):
                for number, one in enumerate(inner):
                    walk(one, f"{way}/{number}")
            elif name in ("items", "if", "then", "else"):
                walk(inner, f"{way}/{name}")

    jsonschema.Draft202012Validator.check_schema(schema)
    walk(schema, "#")
    return names


def check_bundled(program, workload, validator, folder):
    """Every entry of the sample, and of a made-up submission, is valid."""
    made = folder / "made.jsonl"
    run(workload, "--entries", str(WORKLOAD_ENTRIES), "--out", str(made))
    report = folder / "report.jsonl"
    report.write_text(json.dumps(json.loads((SAMPLE / "report.json").read_text())) + "\n")
    count = 0
    for number, files in enumerate(([SAMPLE / "entries.jsonl", report], [made])):
        ledger = folder / f"bundled-{number}"
        run(program, "init", str(ledger), "--name", "Example")
        run(program, "append", str(ledger), *map(str, files))
        for line in "".join(file.read_text() for file in files).splitlines():
            error = next(validator.iter_errors(json.loads(line)), None)
            check(error is None, f"{line}\n{error}")
            count += 1
    print(f"{count} entries of the sample and of the generator are valid")


def check_calendar_years(program, validator, folder):
    """Where years begin in January, one number is a year."""
    ledger = str(folder / "january")
    run(program, "init", ledger, "--name", "Example", "--year-start", "01-01")
    entries = [*rows.BEFORE[:4], {**rows.entry_of("a commitment"), "year": "2030"},
               {**rows.entry_of("a publication", whole=False), "id": "x-2", "year": "1899",
                "statements": [{**rows.TOLD, "figure": "2199:m:claimed:contract=-@3"}]}]
    run(program, "append", ledger, given="".join(map("{}\n".format, map(line_of, entries))))
    for entry in entries:
        check(validator.is_valid(entry), f"{entry} is valid")


def check_command(program, ledger):
    """The command answers what the service does, which all else is asked."""
    for changes, code in (({}, None), ({"name": ""}, "bad-entry"), ({"name": "\ud800"}, "bad-json"),
                          ({"nonsense": 5}, "bad-entry"), ({"name": 5}, "bad-entry")):
        line = line_of({**rows.entry_of("a programme"), **changes})
        done = subprocess.run([program, "append", ledger, "--dry-run", "--json"], input=line,
                              capture_output=True, text=True, check=False)
        answer = json.loads(done.stdout or done.stderr)
        check(answer.get("error", {}).get("code") == code, f"{line}: {answer}")


def main(program, workload):
    seed = int(os.environ.get("TALLY_TEST_SEED", random.SystemRandom().getrandbits(32)))
    print(f"TALLY_TEST_SEED={seed}")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    validator = Validator(schema)
    listed = re.search(r"kNames\{(.*?)\};", NAMES.read_text(), re.DOTALL)[1]
    names = set(re.findall(r'"(\w+)"', listed))
    in_schema = check_descriptions(schema, validator)
    check(in_schema == names, f"the fields of the schema are the program's: {in_schema ^ names}")
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        check_bundled(program, workload, validator, folder)
        check_calendar_years(program, validator, folder)
        ledger = str(folder / "ledger")
        run(program, "init", ledger, "--name", "Example")
        run(program, "append", ledger, given="".join(map("{}\n".format, map(line_of, rows.BEFORE))))
        check_command(program, ledger)
        service = Service(program, ledger)
        with contextlib.ExitStack() as stack:
            stack.callback(service.stop)
            judges = Judges(validator, service)
            check_tables(judges, names)
            print(", ".join(f"{count} rows {what}" for what, count in judges.counts.items()))
            check_changed(judges, seed)
    print("ok")


if __name__ == "__main__":
    main(*sys.argv[1:])
