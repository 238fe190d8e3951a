#!/usr/bin/python3
"""Reads PROV-JSON exports as another tool would, and holds them against the CSV export.

    prov_check.py PROGRAM WORKLOAD

A ledger of made-up entries is exported as both: whole, as of earlier, and in parts. Each document
must be read by python3-prov (where it is there) and name only what it describes; each figure must
have the number of its total, and derive from exactly the events that post to it, each with what it
adds; verifications, claims and corrections derive from what they are of; every event is attributed
to who recorded it; and the same query gives the same bytes.
"""

import collections
import decimal
import json
import pathlib
import sys
import tempfile

from exported import check, run, table

try:
    import prov.model
except ImportError:
    prov = None

ENTRIES = 1_500
PARTS = {"pending": ("claimed", "verified", "rejected")}
EXTRA = [
    {"type": "programme", "id": "x-skills", "actor": "ann", "name": "Skills"},
    {"type": "programme", "id": "x-homes", "actor": "ann", "name": "Homes"},
    {"type": "organisation", "id": "x-works", "actor": "ann", "name": "Works"},
    {"type": "measure", "id": "x-local", "actor": "ann", "title": "Local jobs", "unit": "job",
     "basis": "count"},
    {"type": "measure", "id": "x-jobs", "actor": "ann", "title": "Jobs", "unit": "job",
     "basis": "count"},
    {"type": "measure", "id": "x-share", "actor": "ann", "title": "Share", "unit": "%",
     "basis": "ratio", "numerator": "x-local", "denominator": "x-jobs"},
    {"type": "claim", "id": "x-c1", "actor": "ann", "organisation": "x-works",
     "programme": "x-skills", "measure": "x-jobs", "quantity": "8.5", "from": "2022-05-01",
     "to": "2022-05-31", "evidence": [{"sha256": "ab" * 32, "title": "Payroll", "uri": "file:x"}],
     "note": "a note that may be erased"},
    {"type": "claim", "id": "x-c2", "actor": "ann", "organisation": "x-works",
     "programme": "x-skills", "measure": "x-local", "quantity": "2", "from": "2022-05-01",
     "to": "2022-05-31", "evidence": [{"sha256": "ab" * 32, "title": "Again"}]},
    # Moves a claim within the figure of all programmes: it posts twice, and adds nothing there.
    {"type": "correction", "id": "x-f1", "actor": "ann", "corrects": "x-c1", "reason": "elsewhere",
     "replacement": {"organisation": "x-works", "programme": "x-homes", "measure": "x-jobs",
                     "quantity": "8.5", "from": "2022-05-01", "to": "2022-05-31", "evidence": []}},
    {"type": "verification", "id": "x-v1", "actor": "bob", "claim": "x-c1", "outcome": "accepted",
     "method": "desk-review"}]


def one_of_each(pairs):
    """An object whose names are distinct."""
    found = dict(pairs)
    check(len(found) == len(pairs), f"names are distinct: {list(found)[:3]}")
    return found


def value_of(attribute):
    """What a typed value says."""
    return attribute["$"] if isinstance(attribute, dict) else attribute


def check_names(document):
    """Whatever is named is described, and its prefix declared."""
    known = {name: set(document.get(name, {})) for name in ("entity", "activity", "agent")}
    sides = {"wasDerivedFrom": (("generatedEntity", "entity"), ("usedEntity", "entity")),
             "wasAttributedTo": (("entity", "entity"), ("agent", "agent")),
             "wasGeneratedBy": (("entity", "entity"), ("activity", "activity")),
             "used": (("activity", "activity"), ("entity", "entity")),
             "wasAssociatedWith": (("activity", "activity"), ("agent", "agent"))}
    check(set(document) == {"prefix", *known, *sides}, f"sections: {list(document)}")
    for section, ends in sides.items():
        for relation in document[section].values():
            for member, kind in ends:
                check(relation[f"prov:{member}"] in known[kind], f"{section} {relation}")
    for kind, names in known.items():
        for name in names:
            check(name.split(":")[0] in document["prefix"], f"the prefix of {name}")
            for attribute in document[kind][name]:
                check(attribute.split(":")[0] in {"prov", *document["prefix"]}, attribute)


def derivations_of(document):
    """From what each entity derives: {entity: {used: the derivation}}."""
    found = collections.defaultdict(dict)
    for one in document["wasDerivedFrom"].values():
        used = found[one["prov:generatedEntity"]]
        check(one["prov:usedEntity"] not in used, f"{one} is told once")
        used[one["prov:usedEntity"]] = one
    return found


def check_figures(document, derived, folder, filters):
    """Every total at every stage, with exactly what posts to it."""
    lines = collections.defaultdict(collections.Counter)
    for row in table(folder, "postings"):
        lines[row["year"], row["measure"], row["stage"]][f"event:{row['sequence']}"] += (
            decimal.Decimal(row["delta"]))
    measures = {row["measure"]: row for row in table(folder, "measures")}
    totals = table(folder, "totals")
    figures = {name: one for name, one in document["entity"].items() if name.startswith("figure:")}
    check(len(figures) >= len(totals), "a figure for each total")
    generated = {one["prov:entity"] for one in document["wasGeneratedBy"].values()}
    check(generated == set(figures), "every figure, and nothing else, was generated")
    as_of = value_of(next(iter(document["activity"].values()))["tally:as_of"])

    def name(row, **other):
        place = {**row, **other}
        return f"figure:{place['year']}:{place['measure']}:{place['stage']}{filters}@{as_of}"

    for row in totals:
        figure, used = figures[name(row)], derived[name(row)]
        for said, told in (("tally:quantity", row["quantity"]), ("tally:value", row["value"])):
            check(value_of(figure.get(said, "")) == told, f"the {said} of {name(row)}")
        if row["basis"] == "ratio":
            parts = {name(row, measure=measures[row["measure"]][part])
                     for part in ("numerator", "denominator")}
        else:
            parts = {name(row, stage=part) for part in PARTS.get(row["stage"], ())}
        if parts:
            check(set(used) == parts, f"{name(row)} is made of its parts")
            continue
        expected = lines[row["year"], row["measure"], row["stage"]]
        check({event: decimal.Decimal(value_of(one["tally:delta"])) for event, one in used.items()}
              == dict(expected), f"{name(row)} derives from its postings")
        check(sum(expected.values()) == decimal.Decimal(row["quantity"]), f"{name(row)} adds up")
    check_parts(figures, derived)


def check_parts(figures, derived):
    """What is made of other figures is what these give; others add up what they derive from.

    So do figures that no total is: those that one is made of.
    """
    numbers = {name: decimal.Decimal(value_of(figure.get("tally:quantity", "0")))
               for name, figure in figures.items()}
    for name, figure in figures.items():
        used = derived.get(name, {})
        if figure["tally:basis"] == "ratio":
            check(len(used) == 2 and set(used) <= set(numbers), f"{name} has two parts")
            continue
        total = decimal.Decimal()
        for other, one in used.items():
            if other not in numbers:
                total += decimal.Decimal(value_of(one["tally:delta"]))
            else:
                is_claimed = figures[other]["tally:stage"] == "claimed"
                total += numbers[other] if is_claimed else -numbers[other]
        check(total == numbers[name], f"{name} is what it derives from")


def check_events(document, derived, events):
    """Every event that is there says who recorded it and what it was made from."""
    actors = {one["prov:entity"]: one["prov:agent"]
              for one in document["wasAttributedTo"].values()}
    used = {one["prov:entity"] for one in document["used"].values()}
    by_id = {event.get("id"): f"event:{event['sequence']}" for event in events}
    there = [event for event in events if f"event:{event['sequence']}" in document["entity"]]
    check({f"event:{event['sequence']}" for event in there} == set(actors), "all are attributed")
    check(set(actors) == {name for name in used if name.startswith("event:")}, "all were used")
    for event in there:
        name = f"event:{event['sequence']}"
        entity = document["entity"][name]
        check(actors[name] == f"actor:{event['actor']}", f"{name} is by {event['actor']}")
        check(entity["tally:entry"] == event["id"] and entity["tally:entry_type"] == event["type"]
              and value_of(entity["tally:recorded_at"]) == event["recorded_at"], f"{name} is told")
        body = event.get("replacement", event)
        made_from = event.get("corrects") or body.get("claim") or body.get("commitment")
        expected = {by_id[made_from]} if made_from else set()
        expected |= {f"sha256:{item['sha256']}" for item in body.get("evidence", [])}
        check(set(derived[name]) == expected, f"{name} derives from {expected}")
        revisions = [one for one in derived[name].values()
                     if value_of(one.get("prov:type", "")) == "prov:Revision"]
        check(len(revisions) == (event["type"] == "correction"), f"{name} revises what it corrects")


def check_export(program, ledger, place, filters="", *arguments):
    """One query: its two exports, held against each other."""
    place.mkdir()
    run(program, "export", ledger, "--format", "csv", "--out", str(place / "csv"), *arguments)
    run(program, "export", ledger, "--format", "prov", "--out", str(place / "a.json"), *arguments)
    run(program, "export", ledger, "--format", "prov", "--out", str(place / "b.json"), *arguments)
    text = (place / "a.json").read_text(encoding="utf-8")
    check(text == (place / "b.json").read_text(encoding="utf-8"), "the same bytes again")
    check("may be erased" not in text and "Payroll" not in text, "no details are told")
    document = json.loads(text, object_pairs_hook=one_of_each)
    derived = derivations_of(document)
    check_figures(document, derived, place / "csv", filters)
    events = [json.loads(line) for line in run(program, "log", ledger, "--json").splitlines()]
    check_events(document, derived, events)
    package = json.loads((place / "csv" / "datapackage.json").read_text(encoding="utf-8"))
    told = package["tallystick"]
    checkpoint = document["entity"][f"checkpoint:{told['size']}"]
    for member in ("ledger", "origin", "vkey", "checkpoint", "log_root"):
        check(checkpoint[f"tally:{member}"] == told[member], f"the checkpoint's {member}")
    for year, root in told["totals_roots"].items():
        check(checkpoint[f"tally:totals_root_{year}"] == root, f"the totals root of {year}")
    check(json.loads(checkpoint["tally:query"]) == told["query"], "the query")
    if prov is not None:
        read = prov.model.ProvDocument.deserialize(str(place / "a.json"))
        count = sum(len(section) for name, section in document.items() if name != "prefix")
        check(len(read.get_records()) == count, "python3-prov reads every record")
        again = prov.model.ProvDocument.deserialize(content=read.serialize(format="json"))
        check(again == read, "python3-prov writes what it read")
    return document


def main(program, workload):
    """Makes a ledger, exports it, and checks what came out."""
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        ledger = str(place / "ledger")
        run(program, "init", ledger, "--name", "Council")
        run(program, "append", ledger, given=run(workload, "--entries", str(ENTRIES)))
        run(program, "append", ledger, given="\n".join(map(json.dumps, EXTRA)))
        whole = check_export(program, ledger, place / "whole")
        check_names(whole)
        moved = [one for one in derivations_of(whole)["figure:2022-23:x-jobs:claimed@"
                                                      f"{ENTRIES + len(EXTRA)}"].values()]
        check([value_of(one["tally:delta"]) for one in moved] == ["8.5", "0"],
              "a move adds nothing")
        check_names(check_export(program, ledger, place / "then", "", "--as-of",
                                 str(ENTRIES * 2 // 3)))
        check_export(program, ledger, place / "one", ":programme=x-homes", "--programme", "x-homes")
        check_export(program, ledger, place / "two", ":programme=x-homes:organisation=x-works",
                     "--programme", "x-homes", "--organisation", "x-works")
        check_export(program, ledger, place / "none", ":contract=-", "--contract", "-")
        check_export(program, ledger, place / "stage", "", "--year", "2022-23", "--stage",
                     "verified")
        share = check_export(program, ledger, place / "share", "", "--measure", "x-share")
        check_names(share)
        check(any(name.startswith("figure:2022-23:x-jobs:rejected@") for name in share["entity"]),
              "what a ratio's pending share is made of is there")
        count = sum(len(section) for section in whole.values())
        print(f"{count} records agree with the CSV export; "
              f"{'python3-prov read them' if prov else 'there is no python3-prov to read them'}")


if __name__ == "__main__":
    main(*sys.argv[1:])
