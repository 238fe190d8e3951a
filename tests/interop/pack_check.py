#!/usr/bin/python3
"""Reads packs as another tool would: with an unzipper, sha256sum and the other checker of bundles.

    pack_check.py PROGRAM WORKLOAD CHECK_BUNDLE

A ledger of made-up entries with publications is packed: whole, as of earlier, and in parts. Then:
the ZIP has no more than its parts; sha256sum agrees with every digest once it is unpacked; each
folder and file is what the export of that format writes; CHECK_BUNDLE (tools/check_bundle.py, which
shares no code with the program) accepts every bundle and tells the same figure; each publication's
proof holds; every statement has its bundle; the totals roots come out of the accounts; and
`check-bundle` accepts the pack, and refuses it where one byte of a part is another.
"""

import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

from exported import check, root_of, run, table

ENTRIES = 1_200
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
FOLDERS = {"csv": ["csv"], "events": ["jsonl"], "totals": ["jsonl", "--of", "totals"]}
FILES = {"workbook.xlsx": "xlsx", "prov.json": "prov", "ocds.json": "ocds"}


def publication(name, year, figures, **more):
    """A publication that states these figures."""
    return {"type": "publication", "id": name, "actor": "office", "year": year, "title": "Report",
            "statements": [{"label": f"{name}, {i}: {figure}", "figure": figure, "stated": "1"}
                           for i, figure in enumerate(figures)], **more}


def read_parts(path):
    """The parts of a pack by name, in their order; they are all that the file holds."""
    with zipfile.ZipFile(path) as pack:
        check(pack.testzip() is None and not pack.comment, "the ZIP is whole")
        listed = pack.infolist()
        parts = {one.filename: pack.read(one) for one in listed}
    check(len(parts) == len(listed), "no name stands twice")
    packed = sum(one.compress_size + 76 + 2 * len(one.filename) for one in listed)
    check(path.stat().st_size == packed + 22, "there is nothing between the parts")
    for one in listed:
        check(PLAIN.fullmatch(one.filename) and not one.extra and not one.comment
              and one.date_time == (1980, 1, 1, 0, 0, 0) and one.flag_bits & ~6 == 0,
              f"{one.filename} is plain")
        stored = one.filename.endswith((".zip", ".xlsx"))
        check(one.compress_type == (zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED),
              f"{one.filename} is packed once")
    return parts


def check_sums(parts, folder):
    """SHA256SUMS is of all others, in their order; sha256sum says so too."""
    names = list(parts)
    expected = "".join(f"{hashlib.sha256(parts[name]).hexdigest()}  {name}\n" for name in names[1:])
    check(names[0] == "SHA256SUMS" and parts["SHA256SUMS"].decode() == expected, "the digests")
    done = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, check=False,
                          capture_output=True, text=True)
    check(done.returncode == 0 and done.stdout.count(": OK\n") == len(names) - 1, done.stderr)


def check_exports(program, ledger, place, parts, arguments):
    """Each part is what the export of its format writes."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for folder, (name, *of) in FOLDERS.items():
        run(program, "export", ledger, "--format", name, *of, "--out", str(place / folder),
            *arguments)
        written = {f"{folder}/{one.name}": one.read_bytes() for one in (place / folder).iterdir()}
        found = {name: content for name, content in parts.items() if name.startswith(f"{folder}/")}
        check(found == written, f"{folder}/ is the export")
    for name, form in FILES.items():
        if name in parts:
            run(program, "export", ledger, "--format", form, "--out", str(place / name), *arguments)
            check(parts[name] == (place / name).read_bytes(), f"{name} is the export")


def check_bundles(program, checker, folder, told, vkey, checked):
    """The other checker accepts each bundle, and both tell the figure that it is listed under."""
    listed = [one["file"] for one in told["bundles"]]
    found = sorted(str(one.relative_to(folder)) for one in (folder / "bundles").glob("*"))
    check(listed == found, "the bundles are those listed")
    check([one["file"] for one in checked["bundles"]] == listed, "and those that were checked")
    for one, ours in zip(told["bundles"], checked["bundles"]):
        path = str(folder / one["file"])
        other = run(checker, path, "--vkey", vkey)
        check(one["figure"] in other, f"the figure of {path}")
        alone = json.loads(run(program, "check-bundle", path, "--vkey", vkey, "--json"))
        for member in ("figure", "quantity", "value"):
            check(alone[member] == ours[member], f"the {member} of {path}")


def check_publications(program, folder, told, vkey, published, asked):
    """Each publication of then has its proof, and each of its statements a place."""
    proofs = [folder / one["file"] for one in told["publications"]]
    check(sorted(proofs) == sorted((folder / "publications").glob("*")), "the proofs are listed")
    for path, entry in zip(proofs, published):
        check(entry["id"] in run(program, "check-proof", str(path), "--vkey", vkey),
              f"{path.name} is of {entry['id']}")
    check(len(proofs) == len(published), "every publication has a proof")
    stated = sorted((entry["id"], one["label"]) for entry in published
                    for one in entry["statements"])
    placed = sorted((one["publication"], one["label"])
                    for figure in told["bundles"] + told["left_out"]
                    for one in figure.get("statements", []))
    check(placed == ([] if asked else stated), "every statement has a bundle, or is left out")


def check_roots(folder, told, checked):
    """The totals roots come out of the accounts."""
    rows = table(folder / "csv", "accounts")
    for year, root in told["totals_roots"].items():
        lines = ["\t".join(row.values()) for row in rows if row["year"] == year]
        check(lines == sorted(lines) and root_of(lines).hex() == root, f"the totals root of {year}")
    check(checked["totals_roots"] == told["totals_roots"], "the check tells the same roots")


def check_altered(program, place, parts, vkey):
    """A pack with one byte of one part changed is refused; so is one with the digest redone."""
    for name in parts:
        content = bytearray(parts[name])
        content[len(content) // 2] ^= 1
        changed = {**parts, name: bytes(content)}
        for again in (False, True):
            if again and (name == "SHA256SUMS" or not name.startswith(
                    ("csv/acc", "bundles", "pub", "pack.json", "README", "log",
                     "checkpoint"))):
                continue
            if again:
                changed["SHA256SUMS"] = "".join(
                    f"{hashlib.sha256(one).hexdigest()}  {other}\n"
                    for other, one in changed.items() if other != "SHA256SUMS").encode()
            path = place / "altered.zip"
            with zipfile.ZipFile(path, "w") as pack:
                for other, one in changed.items():
                    pack.writestr(zipfile.ZipInfo(other), one)
            done = subprocess.run([program, "check-bundle", str(path), "--vkey", vkey, "--json"],
                                  text=True, capture_output=True, check=False)
            check(done.returncode == 1 and json.loads(done.stderr)["error"]["code"] == "refused",
                  f"{name}, altered, is refused{', though its digest fits' if again else ''}")


def check_pack(program, checker, ledger, place, published, *arguments):
    """One pack, in all that can be seen of it; returns its parts and what it says of itself."""
    path, folder = place / "pack.zip", place / "unpacked"
    for old in (path, place / "again.zip"):
        old.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    run(program, "export", ledger, "--format", "pack", "--out", str(path), *arguments)
    run(program, "export", ledger, "--format", "pack", "--out", str(place / "again.zip"),
        *arguments)
    check(path.read_bytes() == (place / "again.zip").read_bytes(), "the same bytes again")
    vkey = (pathlib.Path(ledger) / "log.vkey").read_text(encoding="utf-8").strip()
    parts = read_parts(path)
    with zipfile.ZipFile(path) as pack:
        pack.extractall(folder)
    check_sums(parts, folder)
    told = json.loads(parts["pack.json"])
    checked = json.loads(run(program, "check-bundle", str(path), "--vkey", vkey, "--json"))
    check(checked["ok"] and checked["kind"] == "pack" and checked["parts"] == len(parts)
          and checked["bytes"] == sum(map(len, parts.values())), f"what was checked: {checked}")
    for member in ("as_of", "size", "origin"):
        check(checked[member] == told[member], f"the {member}")
    asked = "--figure" in arguments
    filters = [one for i, one in enumerate(arguments)
               if one != "--figure" and (i == 0 or arguments[i - 1] != "--figure")]
    check_exports(program, ledger, place / "exports", parts, filters)
    check_bundles(program, checker, folder, told, vkey, checked)
    check_publications(program, folder, told, vkey, published, asked)
    if not checked["filtered"]:
        check_roots(folder, told, checked)
    pages = sorted(name for name in parts if name.startswith("statements/"))
    check(pages == [f"statements/{year}.html" for year in told["years"]], "a page for each year")
    return parts, told


def main(program, workload, checker):
    """Makes a ledger, packs it, and checks what came out."""
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        ledger = str(place / "ledger")
        run(program, "init", ledger, "--name", "Council")
        run(program, "append", ledger, given=run(workload, "--entries", str(ENTRIES)))
        rows = json.loads(run(program, "totals", ledger, "--json"))["rows"]
        years = sorted({row["year"] for row in rows})
        figures = [f"{row['year']}:{row['measure']}:verified" for row in rows[::60]]
        published = [publication("first", years[1], figures[:3] + figures[:1]),
                     publication("second", years[2], figures[2:]
                                 + [f"{years[0]}:{rows[0]['measure']}:pending@{ENTRIES // 2}"]),
                     publication("third", years[1], [f"{figures[0]}@12"], supersedes="first")]
        for entry in published:
            run(program, "append", ledger, given=json.dumps(entry))
        late = {"type": "programme", "id": "late", "actor": "office", "name": "Late"}
        run(program, "append", ledger, given=json.dumps(late))
        parts, told = check_pack(program, checker, ledger, place, published)
        vkey = (pathlib.Path(ledger) / "log.vkey").read_text(encoding="utf-8").strip()
        check_altered(program, place, parts, vkey)
        check(len(told["bundles"]) >= 5, "there are bundles")
        check_pack(program, checker, ledger, place, published[:1], "--as-of", str(ENTRIES + 1))
        check_pack(program, checker, ledger, place, [published[1]], "--year", years[2])
        _, told = check_pack(program, checker, ledger, place, published, "--figure", figures[1],
                             "--figure", f"{figures[0]}@{ENTRIES // 3}", "--stage", "verified")
        check([one["figure"] for one in told["bundles"]] ==
              [f"{figures[1]}@{told['as_of']}", f"{figures[0]}@{ENTRIES // 3}"], "those asked for")
        programmes = sorted({row["programme"] for row in table(place / "unpacked/csv", "accounts")})
        parts, told = check_pack(program, checker, ledger, place, published, "--programme",
                                 programmes[0], "--programme", programmes[1])
        check("prov.json" not in parts and told["left_out"][0]["file"] == "prov.json",
              "what cannot be there is left out, and told")
        print(f"{len(parts)} parts: every one is what it says")


if __name__ == "__main__":
    main(*sys.argv[1:])
