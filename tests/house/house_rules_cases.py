"""Made-up violations, which show that each rule of the house fires, and where it keeps quiet.

`house_rules.py --self-test` runs them.
"""

# (the rule, the path, the text, the line at which the rule must fire)
VIOLATIONS = [
    ("floors_look_down", "src/domain/a.cc", '#include "tally/b.h"\n#include "store/keys.h"\n', 2),
    ("floors_look_down", "src/codec/a.cc", '#include "audit/trace.h"\n', 1),
    ("floors_look_down", "src/store/a.cc", '#include "keys.h"\n', 1),
    ("floors_look_down", "src/attic/a.cc", "int a;\n", 1),
    ("public_headers_stand_alone", "include/tally/a.h", '\n#include "base/check.h"\n', 2),
    ("public_headers_stand_alone", "include/tally/a.h", "\n#include <fmt/format.h>\n", 2),
    ("others_headers_have_one_place", "src/ledger/a.cc", "#include <rocksdb/db.h>\n", 1),
    ("others_headers_have_one_place", "src/store/a.cc", "#include <flatbuffers/base.h>\n", 1),
    ("others_headers_have_one_place", "src/store/a.cc", '\n#include "event_generated.h"\n', 2),
    ("others_headers_have_one_place", "src/store/a.cc", "#include <openssl/evp.h>\n", 1),
    ("others_headers_have_one_place", "src/base/a.cc", "#include <simdjson.h>\n", 1),
    ("others_headers_have_one_place", "tools/tally/a.cc", "#include <boost/asio.hpp>\n", 1),
    ("others_headers_have_one_place", "src/service/a.cc", "#include <CLI/CLI.hpp>\n", 1),
    ("others_headers_have_one_place", "tools/tally/a.cc", "#include <sqlite3.h>\n", 1),
    ("only_the_store_names_rocksdb", "src/ledger/a.h", "\nnamespace x { rocksdb::DB* db; }\n", 2),
    ("top_level_is_bare", "NOTES.md", "Notes.\n", 1),
    ("top_level_is_bare", "docs/a.md", "Notes.\n", 1),
    ("files_are_short", "src/base/a.cc", "int a;\n" * 501, 501),
    ("files_are_short", "tools/a.py", "a = 1\n" * 501, 501),
    ("no_marks_are_left", "src/base/a.cc", "int a;\n// TODO: later\n", 2),
    ("no_marks_are_left", "tools/demo", "# FIXME\n", 1),
    ("no_marks_are_left", "README.md", "\n\nXXX\n", 3),
    ("quantities_are_exact", "src/projection/a.cc", "int a;\ndouble total = 0;\n", 2),
    ("quantities_are_exact", "src/domain/a.h", "int a = 1'000;\nfloat b;\n", 2),
    ("nothing_is_thrown", "src/base/a.cc", "void f() {\n  throw 1;\n}\n", 2),
    ("headers_are_guarded", "src/base/a.h", "// #pragma once\nint a;\n", 1),
    ("no_machine_is_named", "tools/demo", "cd /home/somebody\n", 1),
    ("no_machine_is_named", "tests/unit/a_test.cc", '\nopen("/work/a");\n', 2),
    ("no_machine_is_named", "README.md", "Look at `/root/a`.\n", 1),
    ("no_tabs", "src/base/a.cc", "int a;\n\tint b;\n", 2),
    ("no_tabs", "tools/test", "#!/usr/bin/env bash\n\ttrue\n", 2),
    ("files_are_named_alike", "src/base/CamelCase.cc", "", 1),
    ("files_are_named_alike", "src/base/a.cpp", "", 1),
    ("files_are_named_alike", "tests/unit/a b.txt", "", 1),
    ("names_say_something", "src/ledger/a.h", "\nclass CommitManager {};\n", 2),
]

# Nothing in here breaks any rule.
CLEAN = {
    "CMakeLists.txt": "project(Clean)\n",
    ".clang-format": "BasedOnStyle: Google\n",
    "README.md": "mktemp -t a.XXXXXX; see https://example.org/home/page\n",
    "include/tally/a.h": '#pragma once\n#include <vector>\n#include "tally/b.h"\n',
    "src/base/a.h": "#pragma once\n// This never does throw, nor says rocksdb::Status.\n",
    "src/domain/a.cc": '#include "base/a.h"\n#include "domain/b.h"\n#include <fmt/format.h>\n'
                       "/* float\n double */ const char* a = \"double throw\";\n"
                       "int b = 1'000'000;\n"
                       'auto c = R"x(float "double")x";\nint doubled;\n',
    "src/codec/a.cc": "#include <simdjson.h>\n#include <flatbuffers/flatbuffers.h>\n"
                      '#include "event_generated.h"\n',
    "src/merkle/a.cc": "#include <openssl/evp.h>\n",
    "src/store/a.cc": "#include <rocksdb/db.h>\nrocksdb::DB* db;\nstruct DataBlock;\n",
    "src/base/long.cc": "int a;\n" * 500,
    "tools/tally/main.cc": "#include <CLI/CLI.hpp>\n",
    "tools/sample/a/entries.jsonl": '{"note":"TODO"}\n\t\n',
    "tests/golden/V1 TODO.bin": "/root/\n",
    "tests/unit/long_test.cc": "int a;\n" * 501,
}


def failures_to_fire(rules):
    """Yields a sentence for each made-up violation that its rule does not find where it is."""
    by_name = {rule.__name__: rule for rule in rules}
    for name, path, text, line in VIOLATIONS:
        found = [(finding.path, finding.line) for finding in by_name[name]({path: text})]
        if found != [(path, line)]:
            yield f"{name} must fire at {path}:{line} for {text[:60]!r}, and found {found}"


def false_alarms(rules):
    """Yields a sentence for each finding in the clean tree."""
    for rule in rules:
        for finding in rule(CLEAN):
            yield f"{rule.__name__} must keep quiet, and said {finding}"


def untested(rules):
    """Yields a sentence for each rule that has no made-up violation."""
    for rule in rules:
        if not any(name == rule.__name__ for name, _, _, _ in VIOLATIONS):
            yield f"{rule.__name__} has no made-up violation"


def self_test(rules):
    """Prints which rules do not hold what they promise; returns the exit status."""
    faults = [*failures_to_fire(rules), *false_alarms(rules), *untested(rules)]
    for fault in faults:
        print(fault)
    print(f"{len(rules)} rules, {len(VIOLATIONS)} made-up violations, {len(faults)} faults")
    return 1 if faults else 0
