#!/usr/bin/python3
"""Reads exports with csvkit, as an analyst at a command line would (where it is there).

    csvkit_check.py PROGRAM WORKLOAD

A ledger of made-up entries is exported as CSV, as JSON Lines and as a workbook. Then: csvclean finds
nothing to clean in any table; csvstat counts the rows that the descriptor tells, and takes the columns
of numbers for numbers; in2csv makes of the JSON Lines and of the workbook as many rows.
"""

import csv
import io
import json
import pathlib
import shutil
import sys
import tempfile

from exported import check, run, table

ENTRIES = 800
TOOLS = ("csvclean", "csvstat", "in2csv")
ODD = [{"type": "programme", "id": "odd", "actor": "office", "name": "=a, \"b\"", "note": "two\nlines"}]


def rows_of(text):
    """The rows of a CSV text, but for the heading."""
    return list(csv.DictReader(io.StringIO(text)))


def check_tables(folder):
    """Each table is clean, as long as it says, and of the types that its descriptor tells."""
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for one in package["resources"]:
        path = str(folder / one["path"])
        check(run("csvclean", "-n", path).strip() == "No errors.", f"csvclean reads {path}")
        count = run("csvstat", "--count", path).strip().rsplit(maxsplit=1)[-1]
        check(int(count) == len(table(folder, one["name"])), f"csvstat counts the rows of {path}")
        types = {row["column_name"]: row["type"] for row in rows_of(run("csvstat", "--csv", path))}
        for field in one["schema"]["fields"]:
            # A column of nothing, of 0 and 1, or of nothing else may be taken for one of truths.
            if field["type"] in ("number", "integer"):
                check(types[field["name"]] in ("Number", "Boolean"), f"{field['name']} of {path}")
    return len(package["resources"])


def main(program, workload):
    """Makes a ledger, exports it, and has csvkit read it."""
    if not all(map(shutil.which, TOOLS)):
        print("there is no csvkit to read exports")
        return
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        ledger = str(place / "ledger")
        run(program, "init", ledger, "--name", "Council")
        run(program, "append", ledger, given=run(workload, "--entries", str(ENTRIES)))
        run(program, "append", ledger, given="\n".join(map(json.dumps, ODD)))
        for out, arguments in (("csv", ["csv"]), ("totals", ["jsonl", "--of", "totals"]),
                               ("book.xlsx", ["xlsx"])):
            run(program, "export", ledger, "--format", *arguments, "--out", str(place / out))
        count = check_tables(place / "csv")
        totals = table(place / "csv", "totals")
        lines = rows_of(run("in2csv", "--no-inference", "-f", "ndjson",
                            str(place / "totals" / "totals.jsonl")))
        told = {(row["year"], row["measure"]): row for row in lines}
        for row in totals:
            check(told[row["year"], row["measure"]][row["stage"]] == row["quantity"],
                  f"in2csv reads {row}")
        book = rows_of(run("in2csv", "--no-inference", "--sheet", "Totals",
                           str(place / "book.xlsx")))
        check([row["Measure"] for row in book][:len(totals)] == [row["measure"] for row in totals],
              "in2csv reads the workbook's totals")
        print(f"csvkit read {count} tables, JSON Lines and a workbook of {len(totals)} totals")


if __name__ == "__main__":
    main(*sys.argv[1:])
