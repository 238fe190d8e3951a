#!/usr/bin/python3
"""Reads exports as another tool would, and holds them against each other and against the ledger.

    export_oracle.py PROGRAM WORKLOAD

A ledger of made-up entries, with texts that a spreadsheet would take for formulas, is exported as
CSV and as JSON Lines; everything is read back with Python's own modules. Then: the descriptor's rows,
bytes and digests are those of the files; keys are unique and foreign keys lead somewhere; postings
add up to the balances, these to the totals, and their lines to the totals root; every text is what
was recorded; the same query gives the same bytes; and a part is that part of the whole.
"""

import decimal
import filecmp
import hashlib
import json
import pathlib
import sys
import tempfile

from exported import check, root_of, run, table

ENTRIES = 1_500
ODD_TEXTS = ["=1+1", "+44 20", "-5", "@home", "'quoted'", 'a "b", c', " padded ", "two\nlines", "–",
             "\ttab", "plain"]
STAGES = ["committed", "claimed", "verified", "rejected"]


def unescaped(text):
    """A cell's text as it was recorded."""
    return text[1:] if text.startswith("'") else text


def check_files(folder, files, hash_of):
    """The descriptor says of each file what it is."""
    for file in files:
        content = (folder / file["name"]).read_bytes()
        check(len(content) == file["bytes"], f"{file['name']} has other bytes than told")
        check(hash_of(file) == hashlib.sha256(content).hexdigest(), f"{file['name']}'s digest")


def check_package(folder):
    """datapackage.json: digests, keys and types."""
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    resources = {one["name"]: one for one in package["resources"]}
    check_files(folder, [{**one, "name": one["path"]} for one in resources.values()],
                lambda one: one["hash"].removeprefix("sha256:"))
    for name, resource in resources.items():
        rows, schema = table(folder, name), resource["schema"]
        check(len(rows) == resource["rows"], f"{name} has other rows than told")
        fields = [field["name"] for field in schema["fields"]]
        check(not rows or list(rows[0]) == fields, f"the heading of {name}")
        for field in schema["fields"]:
            if field.get("constraints", {}).get("required"):
                check(all(row[field["name"]] for row in rows), f"{name}.{field['name']} is there")
            if field["type"] == "number":
                check(all(decimal.Decimal(row[field["name"]] or "0").is_finite() for row in rows),
                      f"{name}.{field['name']} is a number")
        key = schema.get("primaryKey", [])
        if key:
            found = {tuple(row[column] for column in key) for row in rows}
            check(len(found) == len(rows), f"the key of {name} is unique")
        for foreign in schema.get("foreignKeys", []):
            target = foreign["reference"]
            known = {row[target["fields"][0]] for row in table(folder, target["resource"])}
            check({row[foreign["fields"][0]] for row in rows} <= known,
                  f"{name}.{foreign['fields'][0]} leads to {target['resource']}")
    return package


def check_sums(folder, package):
    """Postings make accounts, accounts make totals and roots."""
    balances, names = {}, ["year", "measure", "programme", "organisation", "contract", "stage"]
    for row in table(folder, "postings"):
        key = tuple(row[name] for name in names)
        balances[key] = balances.get(key, decimal.Decimal()) + decimal.Decimal(row["delta"])
        check(balances[key] == decimal.Decimal(row["balance"]), f"the balance of {key}")
    accounts = table(folder, "accounts")
    told = {tuple(row[name] for name in names): decimal.Decimal(row["quantity"])
            for row in accounts}
    check(told == {key: sum_ for key, sum_ in balances.items() if sum_}, "accounts are sums")
    totals = {}
    for key, balance in told.items():
        place = (key[0], key[1], key[5])
        totals[place] = totals.get(place, decimal.Decimal()) + balance
    measures = {row["measure"]: row for row in table(folder, "measures")}
    for row in table(folder, "totals"):
        if row["basis"] == "ratio" or row["stage"] not in STAGES:
            continue
        quantity = totals.get((row["year"], row["measure"], row["stage"]), decimal.Decimal())
        check(decimal.Decimal(row["quantity"]) == quantity, f"a total of {row}")
        proxy = {"proxy": measures[row["measure"]]["proxy"], "in-kind": "1", "cash": "1"}
        worth = proxy.get(row["basis"])
        check(row["value"] == "" if worth is None
              else decimal.Decimal(row["value"]) == quantity * decimal.Decimal(worth),
              f"a value of {row}")
    for year, root in package["tallystick"]["totals_roots"].items():
        lines = sorted("\t".join(row.values()).encode() for row in accounts if row["year"] == year)
        check(root_of([line.decode() for line in lines]).hex() == root, f"the root of {year}")


def check_texts(folder, events):
    """Every cell of events.csv is what the event says."""
    for row, event in zip(table(folder, "events"), events):
        check(row["sequence"] == str(event["sequence"]) and row["entry"] == event.get("id", "")
              and row["type"] == event["type"] and row["recorded_at"] == event["recorded_at"],
              f"event {event['sequence']} stands in its row")
        check(unescaped(row["note"]) == event.get("note", ""), f"the note {event.get('note')!r}")
        title = event.get("title", event.get("name", ""))
        if event["type"] != "correction":
            check(unescaped(row["title"]) == title, f"the title {title!r}")
        check(not row["note"].startswith(tuple("=+-@\t")), f"{row['note']!r} is no formula")


def main(program, workload):
    """Makes a ledger, exports it, and checks what came out."""
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        ledger = str(place / "ledger")
        run(program, "init", ledger, "--name", "=Council")
        run(program, "append", ledger, given=run(workload, "--entries", str(ENTRIES)))
        odd = [{"type": "programme", "id": f"odd-{i}", "actor": "office", "name": text.strip("\n\t")
                .replace("\n", " ") or "x", "note": text} for i, text in enumerate(ODD_TEXTS)]
        run(program, "append", ledger, given="\n".join(map(json.dumps, odd)))
        for fold in ("one", "two"):
            run(program, "export", ledger, "--format", "csv", "--out", str(place / fold))
        run(program, "export", ledger, "--format", "jsonl", "--out", str(place / "events"))
        run(program, "export", ledger, "--format", "jsonl", "--of", "totals", "--out",
            str(place / "totals"))
        same = filecmp.dircmp(place / "one", place / "two")
        check(not same.diff_files and not same.left_only and not same.right_only,
              f"the same bytes again: {same.diff_files}")
        package = check_package(place / "one")
        check_sums(place / "one", package)
        log = run(program, "log", ledger, "--json")
        lines = (place / "events" / "events.jsonl").read_text(encoding="utf-8")
        check(lines == log, "events.jsonl is the log")
        events = [json.loads(line) for line in lines.splitlines()]
        check_texts(place / "one", events)
        for folder in ("events", "totals"):
            told = json.loads((place / folder / "export.json").read_text(encoding="utf-8"))
            check_files(place / folder, told["files"], lambda one: one["sha256"])
            count = len((place / folder / f"{folder}.jsonl").read_text("utf-8").splitlines())
            check(told["files"][0]["rows"] == count, f"the rows of {folder}.jsonl")
        rows = json.loads(run(program, "totals", ledger, "--json"))["rows"]
        found = (place / "totals" / "totals.jsonl").read_text(encoding="utf-8").splitlines()
        check([json.loads(line) for line in found] == rows, "totals.jsonl is `totals`")
        year = rows[0]["year"]
        run(program, "export", ledger, "--format", "csv", "--year", year, "--stage", "claimed",
            "--out", str(place / "part"))
        for part in ("totals", "accounts", "postings"):
            check(table(place / "part", part) ==
                  [row for row in table(place / "one", part)
                   if row["year"] == year and row["stage"] == "claimed"], f"a part of {part}")
        print(f"{len(events)} events, {len(rows)} totals: all exports agree")


if __name__ == "__main__":
    main(*sys.argv[1:])
