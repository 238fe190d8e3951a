#!/usr/bin/python3
"""Finds what an audit must find a second time, from the events alone, and compares.

    audit_oracle.py TALLY

TALLY is the program; of it, this takes the events (`log --json`) and nothing else. The rules are
those of include/tally/audit_report.h. The ledger is made by chance: TALLY_TEST_SEED repeats a run.
"""

import datetime
import decimal
import json
import os
import random
import subprocess
import sys
import tempfile

TALLY = sys.argv[1]
CONTROLS = ["verified-by-claimant", "shared-evidence", "above-commitment",
            "commitment-without-claims", "claim-without-evidence", "late-entry", "cut-off",
            "corrections-by-actor"]
COMMON = ("type", "id", "actor", "sequence", "recorded_at", "details_digest", "note")


def tally(*arguments, **options):
    """Runs the program, which must succeed; returns what it printed."""
    return subprocess.run([TALLY, *arguments], check=True, capture_output=True, text=True,
                          **options).stdout


def plain(number):
    """Writes a decimal canonically."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def year_of(day):
    """Returns the reporting year of a date."""
    begins = int(day[:4]) - (day[5:] < "04-01")
    return f"{begins}-{(begins + 1) % 100:02}"


def last_day(year):
    """Returns the last day of a reporting year."""
    return datetime.date(int(year[:4]) + 1, 3, 31)


def day_of(time):
    """Returns the day of a moment."""
    return datetime.date.fromisoformat(time[:10])


class Books:
    """Every entry as it stands after the events."""

    def __init__(self, events):
        self.entries = {}  # by id: its event, body, state, and who recorded and corrected it
        self.corrections = []
        self.publications = []
        for event in events:
            self.add(event)
        self.today = day_of(events[-1]["recorded_at"])

    def add(self, event):
        """Folds one event in."""
        if event["type"] == "ledger-opened":
            return
        if event["type"] == "publication":
            self.publications.append(event)
        elif event["type"] != "correction":
            body = {name: value for name, value in event.items() if name not in COMMON}
            self.entries[event["id"]] = {"event": event, "body": body, "state": "in-force",
                                         "actors": [event["actor"]], "says": event["actor"]}
        else:
            self.correct(event)

    def correct(self, event):
        """Folds a correction in."""
        self.corrections.append(event)
        entry = self.entries[event["corrects"]]
        entry["actors"].append(event["actor"])
        if entry["event"]["type"] == "claim":
            for other in self.of_type("verification"):
                if other["body"]["claim"] == event["corrects"]:
                    other["state"] = "void"
        entry["state"] = "in-force" if "replacement" in event else "withdrawn"
        if "replacement" in event:
            entry["body"] = event["replacement"]
            entry["says"] = event["actor"]

    def of_type(self, name):
        """Returns the entries of a type in force, oldest first."""
        return [entry for entry in self.entries.values()
                if entry["event"]["type"] == name and entry["state"] == "in-force"]

    def dimension(self, claim, name):
        """Returns a claim's organisation, say: its own or its commitment's."""
        body = claim["body"]
        if "commitment" in body:
            body = self.entries[body["commitment"]]["body"]
        return body[name]

    def schedule(self, commitment):
        """Returns what a commitment promises, by year."""
        body = commitment["body"]
        lines = body.get("schedule") or [{"year": body["year"], "quantity": body["quantity"]}]
        return {line["year"]: decimal.Decimal(line["quantity"]) for line in lines}

    def years(self, entry):
        """Returns the reporting years that an entry is about."""
        kind = entry["event"]["type"]
        if kind == "verification":
            entry = self.entries[entry["body"]["claim"]]
        if kind in ("verification", "claim"):
            return [year_of(entry["body"]["from"])]
        return list(self.schedule(entry)) if kind == "commitment" else [None]


def id_of(entry):
    """Returns an entry's id."""
    return entry["event"]["id"]


def found_in_verifications(books, _days):
    """Finds who verifies what an organisation claims, and claims for it too."""
    claims = [entry for entry in books.entries.values() if entry["event"]["type"] == "claim"]
    for verification in books.of_type("verification"):
        claim = books.entries[verification["body"]["claim"]]
        organisation = books.dimension(claim, "organisation")
        actor = verification["says"]
        own = [id_of(other) for other in claims if actor in other["actors"]
               and books.dimension(other, "organisation") == organisation]
        if own:
            yield {"control": "verified-by-claimant", "year": year_of(claim["body"]["from"]),
                   "entries": [id_of(verification), id_of(claim), own[0]], "actor": actor,
                   "organisation": organisation, "claims": len(own)}


def found_in_claims(books, days):
    """Finds documents that are shared, and claims without any or recorded late."""
    behind = {}
    for claim in books.of_type("claim"):
        body = claim["body"]
        for digest in {one["sha256"] for one in body["evidence"]}:
            behind.setdefault(digest, []).append(claim)
        year = year_of(body["from"])
        organisation = books.dimension(claim, "organisation")
        if not body["evidence"]:
            yield {"control": "claim-without-evidence", "year": year, "entries": [id_of(claim)],
                   "organisation": organisation, "quantity": body["quantity"]}
        recorded = claim["event"]["recorded_at"]
        late = (day_of(recorded) - last_day(year)).days
        if late > days:
            yield {"control": "cut-off", "year": year, "entries": [id_of(claim)],
                   "delivered": body["to"], "recorded_at": recorded, "days": late}
    for digest, claims in sorted(behind.items()):
        if len(claims) > 1:
            yield {"control": "shared-evidence", "sha256": digest, "claims": len(claims),
                   "years": [year_of(claim["body"]["from"]) for claim in claims],
                   "entries": [id_of(claim) for claim in claims],
                   "organisations": len({books.dimension(claim, "organisation")
                                         for claim in claims})}


def found_in_commitments(books, _days):
    """Finds commitments that claims exceed, or that nothing was claimed against."""
    for commitment in books.of_type("commitment"):
        promised = books.schedule(commitment)
        claimed = {}
        for claim in books.of_type("claim"):
            if claim["body"].get("commitment") == id_of(commitment):
                claimed.setdefault(year_of(claim["body"]["from"]), []).append(claim)
        for year, claims in claimed.items():
            total = sum(decimal.Decimal(claim["body"]["quantity"]) for claim in claims)
            if total > promised.get(year, 0):
                yield {"control": "above-commitment", "year": year,
                       "entries": [id_of(commitment)] + [id_of(claim) for claim in claims],
                       "committed": plain(promised.get(year, decimal.Decimal(0))),
                       "claimed": plain(total)}
        for year, quantity in promised.items():
            if year not in claimed and quantity and last_day(year) < books.today:
                yield {"control": "commitment-without-claims", "year": year,
                       "entries": [id_of(commitment)], "committed": plain(quantity)}


def found_late(books, _days):
    """Finds what was recorded after a publication of its year."""
    late = [(entry["event"], entry) for kind in ("commitment", "claim", "verification")
            for entry in books.of_type(kind)]
    late += [(event, books.entries[event["corrects"]]) for event in books.corrections]
    for event, entry in late:
        for year in books.years(entry):
            before = [publication for publication in books.publications
                      if publication["year"] == year
                      and publication["sequence"] < event["sequence"]]
            if before:
                yield {"control": "late-entry", "year": year, "actor": event["actor"],
                       "entries": [event["id"], before[-1]["id"]], "type": event["type"],
                       "recorded_at": event["recorded_at"],
                       "published_at": before[-1]["recorded_at"]}


def found_in_corrections(books, _days):
    """Finds who corrected what, by year."""
    by_actor = {}
    for event in books.corrections:
        corrected = books.entries[event["corrects"]]
        for year in books.years(corrected):
            by_actor.setdefault((event["actor"], year), []).append((event, corrected))
    for (actor, year), found in by_actor.items():
        own = sum(corrected["event"]["actor"] == actor for _, corrected in found)
        yield {"control": "corrections-by-actor", "year": year, "actor": actor,
               "entries": [event["id"] for event, _ in found], "corrections": len(found),
               "withdrawals": sum("replacement" not in event for event, _ in found),
               "of_own": own, "of_others": len(found) - own}


def expected(events, years, days):
    """Returns the findings that the report must tell, in its order, without their sentences."""
    books = Books(events)
    places = {event["id"]: event["sequence"] for event in events if "id" in event}
    findings = []
    for part in (found_in_verifications, found_in_claims, found_in_commitments, found_late,
                 found_in_corrections):
        for finding in part(books, days):
            if "years" in finding:
                of_these = [year for year in finding.pop("years") if not years or year in years]
                if of_these:
                    findings.append({**finding, "year": min(of_these)})
            elif not years or finding["year"] is None or finding["year"] in years:
                findings.append(finding)
    return sorted(findings, key=lambda finding: (CONTROLS.index(finding["control"]),
                                                 finding["year"] or "",
                                                 places[finding["entries"][0]]))


class Maker:
    """Makes up a ledger's entries, each valid after those before it."""

    def __init__(self, chance):
        self.chance = chance
        self.lines = []
        self.claims = {}
        self.verified = {}

    def add(self, kind, entry, by, /, **fields):
        """Records an entry."""
        self.lines.append(json.dumps({"type": kind, "id": entry, "actor": by, **fields}))

    def actor(self):
        """Picks one of few actors."""
        return f"actor-{self.chance.randint(1, 9)}"

    def claim_body(self, commitment):
        """Makes up what a claim says."""
        month = f"{self.chance.randint(2019, 2028)}-{self.chance.randint(1, 12):02}"
        evidence = [{"sha256": f"{self.chance.randint(1, 60):064x}", "title": "A document"}
                    for _ in range(self.chance.choice([0, 1, 1, 2, 3]))]
        own = {"organisation": f"org-{self.chance.randint(1, 5)}", "programme": "prog",
               "measure": "hours"}
        return {**({"commitment": commitment} if commitment else own),
                "quantity": f"{self.chance.randint(1, 400)}.{self.chance.randint(0, 99):02}",
                "from": month + "-01", "to": month + "-28", "evidence": evidence}

    def step(self, number):
        """Records one more entry about claims."""
        chance = self.chance
        choice = chance.random()
        actor = self.actor()
        open_claims = [name for name in self.claims if name not in self.verified]
        if choice < 0.5 or not open_claims:
            commitment = chance.choice([None, f"com-{chance.randint(1, 20)}"])
            self.add("claim", f"c-{number}", actor, **self.claim_body(commitment))
            self.claims[f"c-{number}"] = (commitment, {actor})
        elif choice < 0.75:
            claim = chance.choice(open_claims)
            if actor not in self.claims[claim][1]:
                self.add("verification", f"v-{number}", actor, claim=claim, outcome="accepted",
                         method="desk-review")
                self.verified[claim] = f"v-{number}"
        elif choice < 0.85 and self.verified:
            claim, verification = chance.choice(list(self.verified.items()))
            if actor not in self.claims[claim][1]:
                self.add("correction", f"x-{number}", actor, corrects=verification,
                         reason="Checked again", replacement={
                             "claim": claim, "outcome": "rejected", "method": "site-visit"})
        else:
            self.correct_claim(number, actor)

    def correct_claim(self, number, actor):
        """Replaces or withdraws a claim; the verification in force on it is void then."""
        claim = self.chance.choice(list(self.claims))
        commitment, actors = self.claims[claim]
        if self.chance.random() < 0.6:
            self.add("correction", f"x-{number}", actor, corrects=claim, reason="Counted again",
                     replacement=self.claim_body(commitment))
            self.claims[claim] = (commitment, actors | {actor})
        else:
            self.add("correction", f"x-{number}", actor, corrects=claim, reason="Not delivered")
            del self.claims[claim]
        self.verified.pop(claim, None)

    def make(self):
        """Returns the lines of a ledger."""
        for i in range(1, 6):
            self.add("organisation", f"org-{i}", "office", name="A supplier")
        self.add("programme", "prog", "office", name="Skills")
        self.add("measure", "hours", "office", title="Hours", unit="hour", basis="count")
        for i in range(1, 21):
            schedule = [{"year": f"{year}-{(year + 1) % 100:02}",
                         "quantity": self.chance.choice([0, 300, 5000])}
                        for year in self.chance.sample(range(2019, 2029), 3)]
            self.add("commitment", f"com-{i}", self.actor(), organisation=f"org-{i % 5 + 1}",
                     programme="prog", measure="hours", schedule=schedule)
        self.add("correction", "x-org", "office", corrects="org-1", reason="A new name",
                 replacement={"name": "Another name"})
        self.add("correction", "x-com", self.actor(), corrects="com-20", reason="Promised less",
                 replacement={"organisation": "org-1", "programme": "prog", "measure": "hours",
                              "year": "2022-23", "quantity": "10"})
        for number in range(400):
            self.step(number)
            if number % 50 == 25:
                year = self.chance.randint(2020, 2024)
                self.add("publication", f"p-{number}", "office", title="A report", statements=[],
                         year=f"{year}-{(year + 1) % 100:02}")
        return self.lines


def main():
    """Compares reports of some ledgers; stops at the first that differs."""
    seed_of_run = int(os.environ.get("TALLY_TEST_SEED", random.SystemRandom().getrandbits(32)))
    print(f"TALLY_TEST_SEED={seed_of_run}")
    chance = random.Random(seed_of_run)
    compared = 0
    for _ in range(6):
        with tempfile.TemporaryDirectory(prefix="tally-audit-") as folder:
            ledger = os.path.join(folder, "ledger")
            tally("init", ledger, "--name", "Example Council")
            tally("append", ledger, input="\n".join(Maker(chance).make()))
            events = [json.loads(line) for line in tally("log", ledger, "--json").splitlines()]
            for years, days in (([], 30), (["2021-22"], 30), (["2024-25", "2022-23"], 900)):
                options = [word for year in years for word in ("--year", year)]
                report = json.loads(tally("audit", ledger, "--json", "--cut-off-days", str(days),
                                          *options))
                wanted = expected(events, years, days)
                for told in report["findings"]:
                    told.pop("message")
                assert report["findings"] == wanted, next(
                    pair for pair in zip(report["findings"] + [None], wanted + [None])
                    if pair[0] != pair[1])
                assert report["counts"] == {control: sum(one["control"] == control
                                                         for one in wanted)
                                            for control in CONTROLS}
                compared += len(wanted)
    print(f"{compared} findings agree")


if __name__ == "__main__":
    main()
