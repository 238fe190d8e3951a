#!/usr/bin/python3
"""Reads OCDS exports as a contract register would, and holds them against the ledger.

    ocds_check.py PROGRAM WORKLOAD

A ledger of made-up entries, and a few contracts that say everything, is exported now, as of earlier,
and in part. Each package must satisfy schemas/ocds_package.json (where python3-jsonschema is there),
what it refers to must be in it, and of each contract the observations of each measure and year must
add up, exactly, to what `tally totals` says of that contract.
"""

import collections
import decimal
import json
import pathlib
import sys
import tempfile

from exported import check, run

try:
    import jsonschema
except ImportError:
    jsonschema = None

ENTRIES = 3_000
CONTRACTS_COMPARED = 25
SCHEMA = pathlib.Path(__file__).parent / "schemas" / "ocds_package.json"

WHOLE = [
    {"type": "organisation", "id": "x-council", "name": "Council", "scheme": "GB-LAC",
     "identifier": "E06000001"},
    {"type": "organisation", "id": "x-works", "name": "Works \"& Sons\"", "scheme": "GB-COH",
     "identifier": "01234567"},
    {"type": "organisation", "id": "x-charity", "name": "Charity"},
    {"type": "programme", "id": "x-skills", "name": "Skills"},
    {"type": "measure", "id": "x-jobs", "title": "Jobs", "unit": "job", "basis": "count"},
    {"type": "measure", "id": "x-gifts", "title": "Gifts", "unit": "GBP", "basis": "cash"},
    {"type": "contract", "id": "x-school", "title": "School", "buyer": "x-council",
     "supplier": "x-works", "ocid": "ocds-abc123-1", "amount": "9000000000000", "from": "2022-04-01",
     "to": "2024-03-31"},
    {"type": "contract", "id": "x-own", "title": "Own work", "buyer": "x-council",
     "supplier": "x-council", "ocid": "ocds-abc123-2"},
    {"type": "contract", "id": "x-gone", "title": "Never signed", "buyer": "x-council",
     "supplier": "x-works", "ocid": "ocds-abc123-3"},
    {"type": "contract", "id": "x-bare", "title": "No ocid", "buyer": "x-council",
     "supplier": "x-works"},
    {"type": "correction", "id": "x-void", "corrects": "x-gone", "reason": "never signed"},
    {"type": "commitment", "id": "x-p1", "organisation": "x-works", "programme": "x-skills",
     "measure": "x-jobs", "contract": "x-school",
     "schedule": [{"year": "2022-23", "quantity": "10"}, {"year": "2023-24", "quantity": "2.5"}]},
    {"type": "commitment", "id": "x-p2", "organisation": "x-charity", "programme": "x-skills",
     "measure": "x-gifts", "contract": "x-school", "year": "2022-23",
     "quantity": "8999999999999.999999"},
    {"type": "claim", "id": "x-c1", "commitment": "x-p1", "quantity": "8", "from": "2022-05-01",
     "to": "2022-05-31", "evidence": []},
    {"type": "claim", "id": "x-c2", "commitment": "x-p2", "quantity": "0.000001",
     "from": "2022-06-01", "to": "2022-06-30", "evidence": []},
    {"type": "verification", "id": "x-v1", "claim": "x-c1", "outcome": "partial", "quantity": "7",
     "method": "desk-review"},
    {"type": "verification", "id": "x-v2", "claim": "x-c2", "outcome": "accepted",
     "method": "desk-review"},
    {"type": "correction", "id": "x-f1", "actor": "bob", "corrects": "x-v1",
     "reason": "One has left",
     "replacement": {"claim": "x-c1", "outcome": "partial", "quantity": "6",
                     "method": "site-visit"}},
    {"type": "correction", "id": "x-f2", "corrects": "x-c2", "reason": "Later than told",
     "replacement": {"commitment": "x-p2", "quantity": "0.000001", "from": "2022-07-01",
                     "to": "2022-07-31", "evidence": []}},
    {"type": "verification", "id": "x-v3", "claim": "x-c2", "outcome": "accepted",
     "method": "bank-statement"}]


def export(program, ledger, out, *filters):
    """The text of an export, and what it says, its numbers exactly."""
    run(program, "export", ledger, "--format", "ocds", "--out", str(out), *filters)
    text = out.read_text(encoding="utf-8")
    package = json.loads(text, parse_float=decimal.Decimal, parse_int=decimal.Decimal)
    if jsonschema is not None:
        jsonschema.validate(package, json.loads(SCHEMA.read_text(encoding="utf-8")))
    return text, package


def check_release(release, as_of):
    """What a release refers to is in it, and named once."""
    parties = {party["id"]: party for party in release["parties"]}
    check(len(parties) == len(release["parties"]), f"the parties of {release['id']} are distinct")
    contract, award = release["contracts"][0], release["awards"][0]
    check(release["id"] == f"{contract['id']}@{as_of}", "a release is of a contract as of an event")
    check(contract["awardID"] == award["id"], f"{contract['id']} has an award")
    buyer = parties[release["buyer"]["id"]]
    check("buyer" in buyer["roles"] and buyer["name"] == release["buyer"]["name"], "the buyer")
    check("supplier" in parties[award["suppliers"][0]["id"]]["roles"], "the supplier")
    delivered = contract.get("implementation", {}).get("metrics", [])
    check(("implementation" in release["tag"]) == bool(delivered), "the tag says what is there")
    seen = set()
    for kind, metrics in (("agreed", contract.get("agreedMetrics", [])), ("metrics", delivered)):
        for metric in metrics:
            for one in metric["observations"]:
                check((kind, one["id"]) not in seen, f"{one['id']} stands once")
                seen.add((kind, one["id"]))
                check(one["dimensions"]["organisation"] in parties, "who promised is a party")
                check(one["period"]["startDate"] < one["period"]["endDate"], "a period has days")


def sums_of(metrics):
    """What the observations of each year and measure add up to."""
    sums = collections.Counter()
    for metric in metrics:
        for one in metric["observations"]:
            number = one["value"]["amount"] if "value" in one else one["measure"]
            check(number != 0, f"{one['id']} says something")
            sums[one["dimensions"]["reportingYear"], metric["id"]] += number
    return dict(sums)


def check_sums(program, ledger, release, *filters):
    """The observations of a contract add up to the ledger's totals of it."""
    contract = release["contracts"][0]
    told = json.loads(run(program, "totals", ledger, "--contract", contract["id"], *filters,
                          "--json"))["rows"]
    for stage, metrics in (("committed", contract.get("agreedMetrics", [])),
                           ("verified", contract.get("implementation", {}).get("metrics", []))):
        rows = {(row["year"], row["measure"]): decimal.Decimal(row[stage]) for row in told
                if row["basis"] != "ratio" and decimal.Decimal(row[stage])}
        check(sums_of(metrics) == rows, f"what is {stage} under {contract['id']} adds up")


def check_package(program, ledger, package, *filters):
    """Each release by itself, and some of them against the ledger."""
    as_of = package["tallystick"]["as_of"]
    for release in package["releases"]:
        check_release(release, as_of)
    step = max(1, len(package["releases"]) // CONTRACTS_COMPARED)
    for release in package["releases"][::step]:
        check_sums(program, ledger, release, *filters)


def check_whole(package, text):
    """The contracts that say everything."""
    by_ocid = {release["ocid"]: release for release in package["releases"]}
    check("ocds-abc123-3" not in by_ocid, "a contract that was withdrawn has no release")
    school, own = by_ocid["ocds-abc123-1"], by_ocid["ocds-abc123-2"]
    check(own["parties"] == [{"id": "x-council", "name": "Council", "roles": ["buyer", "supplier"],
                              "identifier": {"scheme": "GB-LAC", "id": "E06000001",
                                             "legalName": "Council"}}], "one party in two roles")
    check("roles" not in [party for party in school["parties"] if party["id"] == "x-charity"][0],
          "who only promised has no role")
    metrics = {metric["id"]: metric["observations"]
               for metric in school["contracts"][0]["implementation"]["metrics"]}
    jobs, gift = metrics["x-jobs"][0], metrics["x-gifts"][0]
    check(jobs["measure"] == 6 and jobs["notes"] == "Verified by x-v1 (site-visit)",
          "a corrected verification says what it says now")
    check(gift["period"]["startDate"] == "2022-07-01T00:00:00Z"
          and gift["notes"] == "Verified by x-v3 (bank-statement)", "and so does a corrected claim")
    check('"amount":8999999999999.999999,' in text and '"amount":0.000001,' in text,
          "numbers are exact decimals")


def main(program, workload):
    """Makes a ledger, exports it, and checks what came out."""
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        ledger = str(place / "ledger")
        run(program, "init", ledger, "--name", "Council")
        run(program, "append", ledger, given=run(workload, "--entries", str(ENTRIES)))
        lines = [json.dumps({"actor": "bob" if one["type"] == "verification" else "ann", **one})
                 for one in WHOLE]
        run(program, "append", ledger, given="\n".join(lines))
        text, package = export(program, ledger, place / "one.json")
        check(text == export(program, ledger, place / "two.json")[0], "the same bytes again")
        check_package(program, ledger, package)
        check_whole(package, text)
        logged = [json.loads(line) for line in run(program, "log", ledger, "--type", "contract",
                                                   "--json").splitlines()]
        bare = [one for one in logged if "ocid" not in one]
        check(package["tallystick"]["contracts_without_ocid"] == len(bare), "those without an ocid")
        then = str(ENTRIES * 2 // 3)
        check_package(program, ledger, export(program, ledger, place / "then.json", "--as-of",
                                              then)[1], "--as-of", then)
        last = str(package["tallystick"]["as_of"] - 3)  # before x-f1
        releases = export(program, ledger, place / "last.json", "--as-of", last)[1]["releases"]
        school = [one for one in releases if one["ocid"] == "ocds-abc123-1"][0]
        notes = {one["notes"] for metric in school["contracts"][0]["implementation"]["metrics"]
                 for one in metric["observations"]}
        check(notes == {"Verified by x-v1 (desk-review)", "Verified by x-v2 (desk-review)"},
              "as of then, entries say what they said")
        part = ("--programme", "x-skills", "--year", "2022-23")
        some = export(program, ledger, place / "part.json", *part)[1]
        check([one["ocid"] for one in some["releases"]] == ["ocds-abc123-1"], "a part of them")
        check_package(program, ledger, some, *part)
        print(f"{len(package['releases'])} releases agree with the ledger; schema "
              f"{'held' if jsonschema else 'not looked at: there is no python3-jsonschema'}")


if __name__ == "__main__":
    main(*sys.argv[1:])
