#!/usr/bin/python3
"""Holds the rules of the house: which floor may know which, and how files look.

    house_rules.py ROOT         checks the project in ROOT; prints FILE:LINE: what is wrong
    house_rules.py --self-test  shows that each rule fires on a made-up violation of it

A rule is a function from a tree (file texts by path) to findings, listed in RULES. To add one,
write the function, list it, and give it a made-up violation in house_rules_cases.py.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass

# From the ground up: a floor includes its own headers, those of floors before it, and public ones.
FLOORS = ["base", "domain", "codec", "merkle", "store", "projection", "ledger", "audit", "export",
          "backup", "service"]

# Which headers of others may be included where: (how the header begins, the folder).
ONLY_IN = [
    ("rocksdb/", "src/store/"),
    ("flatbuffers/", "src/codec/"),
    ("event_generated.h", "src/codec/"),
    ("codec/event_generated.h", "src/codec/"),
    ("simdjson", "src/codec/"),
    ("openssl/", "src/merkle/"),
    ("zip.h", "src/audit/"),
    ("zlib.h", "src/audit/"),
    ("xlsxwriter", "src/export/"),
    ("boost/asio", "src/service/"),
    ("boost/beast", "src/service/"),
    ("CLI/", "tools/"),
    ("sqlite3.h", "tools/benchmark/sqlite/"),
]

TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "README.md", "src", "include", "schemas",
             "tools", "tests"}

LINE_LIMIT = 500

# Where quantities are handled, and binary floating point would be a fault.
EXACT_FOLDERS = ("src/domain/", "src/projection/", "src/codec/")

# Bytes that came from elsewhere or are compared as they are: how they look is not ours to choose.
FOREIGN_FOLDERS = ("tests/golden/", "tests/interop/", "tests/fuzz/corpus/", "tools/sample/")

# The rules and their made-up violations spell out what they forbid.
OWN_FOLDER = "tests/house/"

CODE_SUFFIXES = (".h", ".cc")
OTHER_CPP_SUFFIXES = (".cpp", ".cxx", ".c", ".hpp", ".hh", ".hxx")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)
STANDARD_HEADER = re.compile(r"[a-z0-9_]+")
MARK = re.compile(r"\b(TODO|FIXME|XXX)\b")
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(work|root|home)/")
FLOATING_POINT = re.compile(r"\b(float|double)\b")
THROW = re.compile(r"\bthrow\b")
ROCKSDB_NAME = re.compile(r"\brocksdb\s*::")
EMPTY_NAME = re.compile(r"\b(?:class|struct)\s+(\w*(?:Manager|Helper|Util|Utils|Handler|Data))\b")
SNAKE_CASE = re.compile(r"[a-z][a-z0-9_]*")
FILE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
CAPITAL_NAMES = {"CMakeLists.txt", "README.md"}

# Raw strings, strings, characters, line comments, block comments, in the order in which one may
# hide another. A digit before the quote is a separator in a number.
CPP_TOKEN = re.compile(
    r'R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"'
    r'|(?P<string>"(?:\\.|[^"\\\n])*")'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'"
    r"|(?P<comment>//[^\n]*|/\*.*?\*/)", re.DOTALL)


@dataclass(frozen=True)
class Finding:
    """One breach of a rule: where it is, and one sentence on what is wrong."""

    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


def blank(text):
    """Returns as many lines of nothing as the text has."""
    return " " + "\n" * text.count("\n")


def without_comments(text):
    """Returns C++ with its comments blanked, line for line."""
    return CPP_TOKEN.sub(lambda found: blank(found[0]) if found["comment"] else found[0], text)


def without_comments_and_strings(text):
    """Returns C++ with its comments, strings and characters blanked, line for line."""
    return CPP_TOKEN.sub(lambda found: blank(found[0]), text)


def line_of(text, position):
    """Returns the number of the line, from 1, in which the position lies."""
    return text.count("\n", 0, position) + 1


def cpp_files(tree, *folders):
    """Yields path and text of the C++ files under any of the folders."""
    for path, text in tree.items():
        if path.startswith(folders) and path.endswith(CODE_SUFFIXES):
            yield path, text


def own_text_files(tree):
    """Yields path and text of every file that we word ourselves."""
    for path, text in tree.items():
        if not path.startswith(FOREIGN_FOLDERS + (OWN_FOLDER,)):
            yield path, text


def includes(text):
    """Yields line, opening character and name of each header that is included."""
    code = without_comments(text)
    for found in INCLUDE.finditer(code):
        yield line_of(code, found.start(1)), found[1], found[2]


def matches(pattern, path, text, message):
    """Yields a finding for each match of the pattern; the message may name it as {}."""
    for found in pattern.finditer(text):
        yield Finding(path, line_of(text, found.start()), message.format(found[0].strip()))


def floors_look_down(tree):
    """A floor includes from its own floor, from lower ones, and from include/tally."""
    for path, text in cpp_files(tree, "src/"):
        floor = path.split("/")[1]
        if floor not in FLOORS:
            yield Finding(path, 1, f"src/{floor} is no floor; the house has {', '.join(FLOORS)}.")
            continue
        allowed = {"tally", *FLOORS[:FLOORS.index(floor) + 1]}
        for line, opening, name in includes(text):
            target = name.split("/")[0]
            if opening == "<" or name.endswith("event_generated.h") or target in allowed:
                continue
            yield Finding(path, line, f'The floor {floor} may not include "{name}": it sees the '
                                      "public headers, itself and what is below, by full path.")


def public_headers_stand_alone(tree):
    """A public header includes only public headers and those of the standard library."""
    for path, text in cpp_files(tree, "include/"):
        for line, opening, name in includes(text):
            public = opening == '"' and name.startswith("tally/")
            standard = opening == "<" and STANDARD_HEADER.fullmatch(name)
            if not public and not standard:
                yield Finding(path, line, f"A public header may not include {name}: only tally/… "
                                          "and the standard library.")


def others_headers_have_one_place(tree):
    """The headers of a library of others are included in one folder."""
    for path, text in cpp_files(tree, "src/", "include/", "tools/"):
        for line, _, name in includes(text):
            for beginning, folder in ONLY_IN:
                if name.startswith(beginning) and not path.startswith(folder):
                    yield Finding(path, line, f"{name} may be included in {folder} only.")


def only_the_store_names_rocksdb(tree):
    """Nothing but src/store says rocksdb::."""
    for path, text in cpp_files(tree, "src/", "include/", "tools/"):
        if not path.startswith("src/store/"):
            yield from matches(ROCKSDB_NAME, path, without_comments_and_strings(text),
                               "Only src/store/ names {}.")


def top_level_is_bare(tree):
    """The top level holds the agreed files and folders, and dot files."""
    seen = set()
    for path in tree:
        top = path.split("/")[0]
        if top not in TOP_LEVEL and not top.startswith(".") and top not in seen:
            seen.add(top)
            yield Finding(path, 1, f"{top} does not belong at the top level, which holds "
                                   f"{', '.join(sorted(TOP_LEVEL))} and dot files.")


def files_are_short(tree):
    """A source file has at most 500 lines."""
    for path, text in tree.items():
        source = path.endswith(CODE_SUFFIXES + (".py", ".mjs"))
        count = len(text.splitlines())
        if source and path.startswith(("src/", "include/", "tools/")) and count > LINE_LIMIT:
            yield Finding(path, LINE_LIMIT + 1, f"The file has {count} lines; {LINE_LIMIT} are the "
                                                "most that one thing needs.")


def no_marks_are_left(tree):
    """Nothing is left to be done later."""
    for path, text in own_text_files(tree):
        yield from matches(MARK, path, text, "{} is left over: do it, or open an issue.")


def quantities_are_exact(tree):
    """No binary floating point where quantities are handled."""
    for path, text in cpp_files(tree, *EXACT_FOLDERS):
        yield from matches(FLOATING_POINT, path, without_comments_and_strings(text),
                           "{} is binary floating point, which no quantity may meet.")


def nothing_is_thrown(tree):
    """Our own code tells what goes wrong by results."""
    for path, text in cpp_files(tree, "src/", "include/"):
        yield from matches(THROW, path, without_comments_and_strings(text),
                           "Nothing in the library may {}: return an Error.")


def headers_are_guarded(tree):
    """A header may be included twice."""
    for path, text in cpp_files(tree, "src/", "include/", "tools/", "tests/"):
        if path.endswith(".h") and "#pragma once" not in without_comments(text).splitlines():
            yield Finding(path, 1, "The header has no `#pragma once`.")


def no_machine_is_named(tree):
    """No file names a folder of the machine that it was written on."""
    for path, text in own_text_files(tree):
        yield from matches(MACHINE_PATH, path, text, "{} is a folder of one machine.")


def no_tabs(tree):
    """We indent by spaces."""
    kinds = CODE_SUFFIXES + (".py", ".mjs", ".css", ".fbs", ".json", ".md", ".sh", ".txt")
    for path, text in own_text_files(tree):
        if path.endswith(kinds) or text.startswith("#!"):
            yield from matches(re.compile("\t"), path, text, "There is a tab; we indent by spaces.")


def files_are_named_alike(tree):
    """C++ and Python files are in snake_case, C++ ends in .h and .cc, no name has a capital."""
    for path in tree:
        name = path.split("/")[-1]
        if path.startswith(FOREIGN_FOLDERS) or "/" not in path or path.startswith("."):
            continue
        stem, suffix = os.path.splitext(name)
        if suffix in OTHER_CPP_SUFFIXES:
            yield Finding(path, 1, f"C++ files end in .h and .cc here, not in {suffix}.")
        elif suffix in CODE_SUFFIXES + (".py",) and not SNAKE_CASE.fullmatch(stem):
            yield Finding(path, 1, f"{name} is not named in snake_case.")
        elif name not in CAPITAL_NAMES and not FILE_NAME.fullmatch(name.lstrip(".")):
            yield Finding(path, 1, f"{name} has capitals, spaces or signs in its name.")


def names_say_something(tree):
    """A type is named after what it is in the field."""
    for path, text in cpp_files(tree, "src/", "include/", "tools/"):
        yield from matches(EMPTY_NAME, path, without_comments_and_strings(text),
                           "`{}` says nothing: name it after the thing of the field.")


RULES = [
    floors_look_down, public_headers_stand_alone, others_headers_have_one_place,
    only_the_store_names_rocksdb, top_level_is_bare, files_are_short, no_marks_are_left,
    quantities_are_exact, nothing_is_thrown, headers_are_guarded, no_machine_is_named, no_tabs,
    files_are_named_alike, names_say_something,
]


def findings_in(tree):
    """Returns what all rules find, by path and line."""
    found = [finding for rule in RULES for finding in rule(tree)]
    return sorted(found, key=lambda finding: (finding.path, finding.line, finding.message))


def listed_by_git(root):
    """Returns what git tracks, and what is new in our folders; None without a repository to ask.

    What somebody leaves beside our folders, a ledger to try things with, say, is not judged.
    """
    ask = ["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z"]
    new = ["--others", "--exclude-standard", "--", *sorted(TOP_LEVEL)]
    try:
        answers = [subprocess.run(command, capture_output=True, check=True).stdout
                   for command in (ask, ask + new)]
    except (OSError, subprocess.CalledProcessError):
        return None
    return [os.fsdecode(path) for path in b"".join(answers).split(b"\0") if path]


def listed_by_walking(root):
    """Returns the paths of our folders, for a copy that came without its repository."""
    paths = []
    for top in TOP_LEVEL:
        for folder, below, names in os.walk(os.path.join(root, top)):
            below[:] = [name for name in below if name != "__pycache__"]
            paths += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return paths


def read_tree(root):
    """Returns the texts of the project's files by path; what is not UTF-8 counts as empty."""
    paths = listed_by_git(root)
    if paths is None:
        paths = listed_by_walking(root)
    tree = {}
    for path in sorted(paths):
        full = os.path.join(root, path)
        if os.path.isfile(full):
            with open(full, "rb") as file:
                content = file.read()
            try:
                tree[path] = content.decode("utf-8")
            except UnicodeDecodeError:
                tree[path] = ""
    return tree


def check(root):
    """Prints what breaks a rule; returns the exit status."""
    tree = read_tree(root)
    if not tree:
        print(f"{root} holds no files to check")
        return 1
    found = findings_in(tree)
    for finding in found:
        print(finding)
    print(f"{len(tree)} files, {len(RULES)} rules, {len(found)} findings")
    return 1 if found else 0


def main(arguments):
    """Runs what the command line asks for; returns the exit status."""
    if arguments == ["--self-test"]:
        from house_rules_cases import self_test
        return self_test(RULES)
    if len(arguments) == 1 and not arguments[0].startswith("-"):
        return check(os.path.abspath(arguments[0]))
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
