#!/usr/bin/python3
"""Reads workbooks as another program would, and holds them against the ledger.

    xlsx_check.py PROGRAM WORKLOAD

Opened with Python's own zipfile and XML alone: each formula's kept value is what its cells come to
(computed here, exactly); each total, as a number or as a marked text, is the one that
`totals --json` says; the postings are those of the CSV export; texts are texts; the statements are
those of `reconcile --json`; the same query gives the same bytes, seconds later. Ledgers: made-up
entries, quantities that no spreadsheet's number holds, and a published report that was restated.
Where there is LibreOffice, it recomputes every sheet, and must show the same.
"""

import csv
import decimal
import json
import pathlib
import re
import shutil
import sys
import tempfile
import time
import xml.etree.ElementTree
import zipfile

from exported import check, run

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STAGES = ["committed", "claimed", "verified", "rejected", "pending"]
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
REFERENCE = r"(?:(?:'([^']+)'|([A-Za-z]+))!)?\$?([A-Z]+)\$?(\d+)"
# LibreOffice takes kept values as they are, unless its settings say otherwise.
RECOMPUTE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
 oor:op="fuse"><value>0</value></prop></item></oor:items>
"""
decimal.getcontext().prec = 60


def fifteen(number):
    """A number as a spreadsheet shows it: of 15 significant digits."""
    return decimal.Context(prec=15).create_decimal(number)


class Workbook:
    """The cells of a workbook: what stands there, and the formula."""

    def __init__(self, path):
        self.values, self.formulas, self.texts, self.marked = {}, {}, set(), set()
        with zipfile.ZipFile(path) as parts:
            check(parts.testzip() is None, "the workbook's parts are whole")
            read = {name: xml.etree.ElementTree.fromstring(parts.read(name))
                    for name in parts.namelist() if name.endswith((".xml", ".rels"))}
        styles = read["xl/styles.xml"]
        fills = [fill.find(f".//{MAIN}fgColor") for fill in styles.find(f"{MAIN}fills")]
        shown = [fills[int(style.get("fillId"))] for style in styles.find(f"{MAIN}cellXfs")]
        marks = {i for i, fill in enumerate(shown)
                 if fill is not None and fill.get("rgb") == "FFFFE9B8"}
        links = {link.get("Id"): link.get("Target") for link in read["xl/_rels/workbook.xml.rels"]}
        self.sheets = {}
        for sheet in read["xl/workbook.xml"].find(f"{MAIN}sheets"):
            name = sheet.get("name")
            self.sheets[name] = self.rows(name, read["xl/" + links[sheet.get(LINK)]], marks)
        self.created = read["docProps/core.xml"].find(
            "{http://purl.org/dc/terms/}created").text

    def rows(self, name, sheet, marks):
        """The cells of each row, by their letters; in the order of the file."""
        rows = []
        for row in sheet.find(f"{MAIN}sheetData"):
            cells = {}
            for cell in row:
                letters, number = re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r")).groups()
                check(number == row.get("r"), f"{name}!{cell.get('r')} stands in its row")
                place = (name, letters, int(number))
                formula = cell.find(f"{MAIN}f")
                if formula is not None:
                    self.formulas[place] = formula.text
                if cell.get("t") == "inlineStr":
                    check(formula is None, f"{place} is a text and no formula")
                    value = re.sub("_x([0-9A-F]{4})_", lambda code: chr(int(code[1], 16)),
                                   "".join(cell.itertext()))
                    self.texts.add(place)
                else:
                    kept = cell.find(f"{MAIN}v")
                    value = None if kept is None else decimal.Decimal(kept.text)
                if int(cell.get("s", "0")) in marks:
                    self.marked.add(place)
                if value is not None:
                    cells[letters] = self.values[place] = value
            rows.append(cells)
        return rows

    def number(self, place):
        """What stands at a place, for arithmetic."""
        check(place not in self.texts, f"{place} is used as a number")
        return fifteen(self.values.get(place, decimal.Decimal()))

    def compute(self, place):
        """What a formula comes to, exactly."""
        here, formula = place[0], self.formulas[place]
        digits = None
        rounding = re.fullmatch(r"ROUND\((.*),(\d+)\)", formula)
        if rounding:
            formula, digits = rounding[1], int(rounding[2])
        total = re.fullmatch(r"SUM\(([A-Z])(\d+):([A-Z])\2\)", formula)
        if total:
            found = sum(self.number((here, chr(letter), int(total[2])))
                        for letter in range(ord(total[1]), ord(total[3]) + 1))
        elif formula.startswith("SUMIFS("):
            found = sum(self.sum_if(here, part) for part in formula.rstrip(")").split(")+"))
        else:
            found = self.arithmetic(here, formula)
        return found if digits is None else found.quantize(
            decimal.Decimal(1).scaleb(-digits), decimal.ROUND_HALF_UP)

    def sum_if(self, here, formula):
        """SUMIFS over a column, by what stands in another."""
        ranges = re.fullmatch(rf"SUMIFS\({REFERENCE}:\$I\$(\d+),{REFERENCE}:\$F\$(\d+),C(\d+)",
                              formula)
        check(ranges, f"{formula} is understood")
        sheet, first, last = ranges[1] or ranges[2], int(ranges[4]), int(ranges[5])
        check((ranges[6] or ranges[7], int(ranges[9]), int(ranges[10])) == (sheet, first, last),
              f"{formula} is of as many rows")
        wanted = self.values[(here, "C", int(ranges[11]))]
        return sum((self.number((sheet, "I", row)) for row in range(first, last + 1)
                    if self.values[(sheet, "F", row)] == wanted), decimal.Decimal())

    def arithmetic(self, here, formula):
        """Cells with + - * / between, from the left."""
        check(re.fullmatch(rf"(100\*)?{REFERENCE}([-*/]{REFERENCE})*", formula),
              f"{formula} is understood")
        found = decimal.Decimal(100 if formula.startswith("100*") else 1)
        for part in re.finditer(rf"(^|100\*|[-*/]){REFERENCE}", formula):
            number = self.number((part[2] or part[3] or here, part[4], int(part[5])))
            if part[1] == "-":
                found -= number
            elif part[1] == "/":
                found /= number
            else:
                found *= number
        return found


def check_formulas(workbook):
    """Each kept value is what the formula comes to."""
    for place, formula in workbook.formulas.items():
        found = fifteen(workbook.compute(place))
        check(found == fifteen(workbook.values[place]),
              f"{place} {formula}: {workbook.values[place]} is kept, and it comes to {found}")


def check_figure(workbook, place, exact):
    """A cell holds a figure: as a number where one does, else as a marked text."""
    if exact is None:
        check(workbook.values.get(place) == "–", f"{place} says that there is no figure")
        return
    exact = decimal.Decimal(exact)
    if place in workbook.texts:
        check(place in workbook.marked and decimal.Decimal(workbook.values[place]) == exact,
              f"{place} is {exact}, marked")
        check(len(exact.normalize().as_tuple().digits) > 15, f"{exact} needs to be a text")
    else:
        check(fifteen(exact) == exact, f"{place}: {exact} does not fit a number")
        check(fifteen(workbook.values[place]) == exact, f"{place} is {exact}")


def check_totals(workbook, totals):
    """"Totals" and "Summary" are `totals --json`."""
    check(len(workbook.sheets["Totals"]) == 1 + len(STAGES) * len(totals), "a row a total")
    for i, total in enumerate(totals):
        summary = 5 + i
        check([workbook.values[("Summary", letters, summary)] for letters in "ABD"] ==
              [total["year"], total["measure"], total["unit"]], f"{total} is in Summary")
        check((workbook.values.get(("Summary", "K", summary)) == "restated") == total["restated"],
              f"{total} is marked where restated")
        values = total.get("value", {})
        for j, stage in enumerate(STAGES):
            row = 2 + i * len(STAGES) + j
            check([workbook.values[("Totals", letters, row)] for letters in "ABC"] ==
                  [total["year"], total["measure"], stage], f"{total} is in Totals")
            check_figure(workbook, ("Totals", "D", row), total[stage])
            check_figure(workbook, ("Totals", "E", row), values.get(stage))
            check_figure(workbook, ("Summary", "EFGHI"[j], summary), total[stage])
        check_figure(workbook, ("Summary", "J", summary), values.get("verified"))


def check_postings(workbook, folder):
    """"Postings" is postings.csv, and each entry is the event's."""
    with open(folder / "postings.csv", encoding="utf-8", newline="") as file:
        wanted = list(csv.DictReader(file))
    with open(folder / "events.csv", encoding="utf-8", newline="") as file:
        entries = {row["sequence"]: row["entry"] for row in csv.DictReader(file)}
    rows = workbook.sheets["Postings"][1:]
    check(len(rows) == len(wanted), f"{len(wanted)} postings")
    names = ["year", "measure", "programme", "organisation", "contract", "stage", "sequence"]
    for i, (row, told) in enumerate(zip(rows, wanted)):
        check([str(row.get(letters, "")) for letters in "ABCDEFG"] == [told[name] for name in names]
              and row["H"] == entries[told["sequence"]], f"posting {i}: {row}, {told}")
        check_figure(workbook, ("Postings", "I", i + 2), told["delta"])
        check_figure(workbook, ("Postings", "J", i + 2), told["balance"])


def check_publications(workbook, program, ledger):
    """"Publications" is `reconcile --json` of each; "Restated" ends where the ledger is."""
    row = 2
    for told in json.loads(run(program, "publications", ledger, "--json"))["publications"]:
        found = json.loads(run(program, "reconcile", ledger, told["entry"], "--json",
                               statuses=(0, 1)))
        for one in found["statements"]:
            cells = [workbook.values.get(("Publications", letters, row), "")
                     for letters in "ABGHIJNOP"]
            check(cells == [told["year"], told["entry"], one["label"], one["figure"], one["of"],
                            one["qualifier"], one["result"], "\n".join(one["because"]),
                            "\n".join(one["contradicts"])], f"statement {one}: {cells}")
            check_figure(workbook, ("Publications", "K", row), one["stated"])
            check_figure(workbook, ("Publications", "L", row), one["ledger"])
            if one["difference"] is not None:
                check_figure(workbook, ("Publications", "M", row), one["difference"])
            row += 1
    for i, cells in enumerate(workbook.sheets["Restated"][1:], start=2):
        if "C" not in cells:
            continue
        told = json.loads(run(program, "bridge", ledger, cells["C"].split("@")[0], "--from",
                              cells["B"], "--json"))
        opening, closing = ("E", "opening"), ("K", "closing")
        for letters, name in (opening, closing):
            check_figure(workbook, ("Restated", letters, i), told[name][cells["D"]])
    return row - 2


def check_ledger(program, ledger, place, kind):
    """All of one ledger's workbook; returns it."""
    for name in ("one", "two"):
        if name == "two":
            time.sleep(1.1)
        run(program, "export", ledger, "--format", "xlsx", "--out", str(place / f"{kind}-{name}.xlsx"))
    first, second = (place / f"{kind}-{name}.xlsx" for name in ("one", "two"))
    check(first.read_bytes() == second.read_bytes(), "the same bytes a second later")
    run(program, "export", ledger, "--format", "csv", "--out", str(place / f"{kind}-csv"))
    workbook = Workbook(first)
    check_formulas(workbook)
    totals = json.loads(run(program, "totals", ledger, "--json"))
    check_totals(workbook, totals["rows"])
    check_postings(workbook, place / f"{kind}-csv")
    statements = check_publications(workbook, program, ledger)
    about = {row.get("A"): row.get("B") for row in workbook.sheets["About"]}
    check(about["Checkpoint"] == (place / f"{kind}-csv" / "checkpoint").read_text("utf-8"),
          "the checkpoint, letter by letter")
    check(workbook.created == about["Recorded at"][:19] + "Z", "made when the last event was")
    recomputed = recompute(first, workbook, place)
    print(f"{kind}: {len(workbook.formulas)} formulas, {len(workbook.marked) - 1} marked cells, "
          f"{len(workbook.sheets['Postings']) - 1} postings, {statements} statements, "
          f"{recomputed} cells recomputed")
    return workbook


def recompute(path, workbook, place):
    """LibreOffice's own numbers for each formula; how many there were."""
    office = shutil.which("soffice")
    if office is None:
        return 0
    folder, profile = place / f"{path.stem}-office", place / "profile" / "user"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "registrymodifications.xcu").write_text(RECOMPUTE, encoding="utf-8")
    run(office, f"-env:UserInstallation=file://{place}/profile", "--headless", "--convert-to",
        'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1',
        "--outdir", str(folder), str(path))
    count = 0
    for name in ("Summary", "Totals", "Publications", "Restated"):
        with open(folder / f"{path.stem}-{name}.csv", encoding="utf-8", newline="") as file:
            cells = list(csv.reader(file))
        for (sheet, letters, row), formula in workbook.formulas.items():
            if sheet != name:
                continue
            found = decimal.Decimal(cells[row - 1][ord(letters) - ord("A")])
            check(fifteen(found) == fifteen(workbook.values[(sheet, letters, row)]),
                  f"LibreOffice has {found} for {formula} at {name}!{letters}{row}")
            count += 1
    return count


def entry(kind, key, /, **fields):
    """One line of a submission."""
    return json.dumps({"type": kind, "id": key, "actor": "office", **fields})


def big_quantities():
    """Quantities that a sheet's number holds, that it does not, and that do not add up in it."""
    lines = [entry("organisation", "org", name="=1+1"), entry("programme", "all", name="_x0041_")]
    sums = {"wide": ["8999999999999", "0.000001"], "long": ["1234567890.123456"],
            "pence": ["0.1"] * 30 + ["0.2", "1000000.01"], "both": ["8999999999999.999999"],
            "half": ["999999999999.5", "0.25", "0.25"], "whole": ["4500000000000"] * 2}
    for name, quantities in sums.items():
        worth = {"basis": "count"} if name in ("pence", "half") else {
            "basis": "proxy", "proxy": "16.93", "proxy_source": "+a handbook"}
        lines.append(entry("measure", name, title="@" + name, unit="=unit", **worth))
        for i, quantity in enumerate(quantities):
            lines.append(entry("claim", f"{name}-{i}", organisation="org", programme="all",
                               measure=name, quantity=quantity, evidence=[],
                               **{"from": "2022-05-01", "to": "2022-05-31"}))
            lines.append(json.dumps({"type": "verification", "id": f"{name}-v{i}", "actor": "bob",
                                     "claim": f"{name}-{i}", "outcome": "accepted",
                                     "method": "desk-review"}))
    lines.append(entry("measure", "share", title="A share", unit="%", basis="ratio",
                       numerator="pence", denominator="half"))
    return "\n".join(lines)


def restated_report(program, ledger):
    """The sample, published, and a claim corrected since."""
    folder = pathlib.Path(__file__).parents[2] / "tools/sample/lcrca-2022-23"
    run(program, "append", ledger, str(folder / "entries.jsonl"))
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    run(program, "append", ledger, given=json.dumps(report))
    run(program, "append", ledger, given=entry(
        "correction", "fix-1", corrects="claim-headbolt-academy", reason="Two left", replacement={
            "organisation": "org-headbolt-contractors", "programme": "prog-headbolt-lane",
            "measure": "jobs", "quantity": 6, "from": "2022-04-01", "to": "2023-03-31",
            "evidence": []}))


def check_parts(program, ledger, place):
    """A part of the ledger is that part; a point in the past stays as it was."""
    arguments = [program, "export", ledger, "--format", "xlsx", "--as-of", "60", "--stage", "claimed",
                 "--measure", "jobs"]
    run(*arguments, "--out", str(place / "part.xlsx"))
    part = Workbook(place / "part.xlsx")
    check_formulas(part)
    check(len(part.sheets["Totals"]) == 2 and part.values[("Totals", "D", 2)] == 107
          and {row.get("F") for row in part.sheets["Postings"][1:]} == {"claimed"}
          and part.values[("Publications", "A", 2)].startswith("Nothing"), "a part, as of then")
    run(program, "append", ledger, given=entry("programme", "later", name="Later"))
    run(*arguments, "--out", str(place / "again.xlsx"))
    for sheet, rows in Workbook(place / "again.xlsx").sheets.items():
        check(rows == part.sheets[sheet], f"{sheet} as of then is the same later")


def open_elsewhere(path):
    """As one more reader sees it, where that is installed."""
    try:
        import openpyxl  # pylint: disable=import-outside-toplevel
    except ImportError:
        return "no openpyxl here"
    sheets = openpyxl.load_workbook(path).sheetnames
    return f"openpyxl reads {', '.join(sheets)}"


def main(program, workload):
    """Makes ledgers, exports them, and checks what came out."""
    if shutil.which("soffice") is None:
        print("no LibreOffice here: nothing is recomputed by another program")
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        ledgers = {kind: str(place / kind) for kind in ("made-up", "big", "restated")}
        for ledger in ledgers.values():
            run(program, "init", ledger, "--name", "=Council")
        run(program, "append", ledgers["made-up"], given=run(workload, "--entries", "1500"))
        run(program, "append", ledgers["big"], given=big_quantities())
        restated_report(program, ledgers["restated"])
        for kind, ledger in ledgers.items():
            workbook = check_ledger(program, ledger, place, kind)
            if kind == "big":
                check(workbook.values[("Summary", "A", 1)] == "=Council"
                      and workbook.values[("Summary", "D", 5)] == "=unit", "texts are texts")
                check(len(workbook.marked) > 10, "figures beyond 15 digits are marked")
            if kind == "restated":
                check(any(row.get("C", "").startswith("2022-23:jobs:verified")
                          for row in workbook.sheets["Restated"]), "what moved is in Restated")
        check_parts(program, ledgers["restated"], place)
        print(open_elsewhere(place / "made-up-one.xlsx"))


if __name__ == "__main__":
    main(*sys.argv[1:])
