#!/usr/bin/python3
"""Checks a bundle with none of the ledger's own code, and trusts nothing in what it reads.

    tools/check_bundle.py BUNDLE --vkey VKEY

VKEY is the text of the log's verifier key, which you have from elsewhere. The formats are read by
bundle_formats.py, which must lie beside this file; what they say is checked here. In this order:
 1. the file is a ZIP of the strict form, with the parts of a bundle (version 1) and no others;
 2. `checkpoint` is signed by VKEY, and by the key in `log.vkey`, which is of the same origin;
 3. each event is proven to stand there, agrees with its details, and follows by the ledger's rules;
 4. the events are those that the figure needs, and at most one publication, of the figure's year;
 5. `totals.tsv` is well formed, and has for the figure the accounts that the events add up to;
 6. all its lines have the root that the publication froze, where nothing came in between;
 7. `figure.json` is, byte for byte, the trace that the events make.

Exit status: 0 it holds, 1 refused (and why), 2 wrong usage. It needs the command `openssl`. An
event left out that bears on the figure cannot be seen here: check the whole log for that.
"""

import collections
import datetime
import hashlib
import io
import json
import re
import resource
import sys
from types import SimpleNamespace

from bundle_formats import (ID, NUMBER, check_proof, merkle_root, read_checkpoint, read_event_bytes,
                            read_table, read_vkey, read_zip, require, sound)

MEMORY_BYTES, FILE_BYTES = 512 << 20, 96 << 20
LIMIT, YEARS, NO_POINT, NO_CONTRACT = 9 * 10**18, range(1899, 2200), 2**64 - 1, "-"
EPOCH = datetime.datetime(1970, 1, 1)
README = "d2b4ac174305af48c5527f54f471ecfebbdd7d43db7f2d999757745135fccf6b"  # of version 1
KINDS = ("none", "ledger-opened", "organisation", "programme", "contract", "measure", "commitment",
         "claim", "verification", "correction", "key-rotated", "publication")
BASES, ACCEPTED, PARTIAL = ("none", "count", "proxy", "in-kind", "cash", "ratio"), 1, 2
STAGES = ("committed", "claimed", "verified", "rejected")
ACCOUNT = ("year", "measure", "programme", "organisation", "contract", "stage")
MEASURE = ("type", "id", "actor", "title", "unit", "framework", "edition", "basis", "proxy",
           "proxy_source", "numerator", "denominator", "note", "sequence")
REFERENCES = {"buyer": "organisation", "supplier": "organisation", "numerator": "measure",
              "denominator": "measure", **{kind: kind for kind in KINDS[2:8]}}
STAGE = "|".join(STAGES)
DECIMAL = r"(?:0|[1-9][0-9]{0,12})(?:\.[0-9]{0,5}[1-9])?"
FIGURE = re.compile(f"([0-9-]{{4,7}}):({ID}):({STAGE}|pending)((?::programme=({ID}))?"
                    f"(?::organisation=({ID}))?(?::contract=({ID}|-))?@({NUMBER}))")
to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # the one way


def plain(units, places=6):
    """Returns the canonical text of a decimal that is given in steps of its last digit."""
    whole, fraction = divmod(abs(units), 10**places)
    return "-" * (units < 0) + f"{whole}.{fraction:0{places}}".rstrip("0").rstrip(".")


def read_event(data, sequence):
    """Returns what an event's bytes say, whatever the events before it are."""
    event = SimpleNamespace(**read_event_bytes(data), posts=[], corrects=0, standing=None,
                            check=None, actors=set(), corrections=[], checks=[])
    about, at = event.kind, event.says
    require(0 < about < len(KINDS), "it is of a type that no figure needs")
    event.kind = KINDS[about]
    event.own, names = event.kind in ("ledger-opened", "key-rotated"), (event.id, event.actor)
    require(event.sequence == sequence and (about == 1) == (sequence == 0)
            and event.recorded_at >= 0 and ((*names, event.digest) == (None,) * 3 if event.own else
                 all(re.fullmatch(ID, name or "") for name in names)), "it is out of its place")
    if event.kind == "correction":
        outer = read_table(data, at, event.kind)
        event.corrects, event.reason = outer["corrects"], outer["reason"]
        about, at = outer["about"] or 0, outer["says"]
        require(event.corrects and (2 <= about <= 8 if at else not about), "it corrects nothing")
    event.about, event.says = KINDS[about], read_table(data, at, KINDS[about]) if about else {}
    event.refers = [event.says[field] for field in REFERENCES if event.says.get(field)]
    require(max(event.corrects, *event.refers, 0) < (sequence or 1), "it refers to a later event")
    time = EPOCH + datetime.timedelta(microseconds=event.recorded_at)
    event.time = time.isoformat(timespec="microseconds") + "Z"
    if event.says and not event.own:
        check_says(event.about, event.says, sequence)
    return event


def check_says(kind, says, sequence):
    """Refuses what no entry of this type can say; puts its numbers and lists in one form."""
    single = [(says.get("quantity", 0), says.get("year", 1900))]
    lines = says["schedule"] = says.get("schedule") or single
    documents = [says["document"]] if says.get("document") else says.get("evidence") or []
    says["basis"], says["evidence"] = BASES[says.get("basis", 0)], [
        {"sha256": item["sha256"].hex(), "title": None, "media_type": item["media_type"],
         "uri": None} for item in documents]
    require(all(0 <= quantity <= LIMIT and year in YEARS for quantity, year in lines)
            and len({year for _, year in lines}) == len(lines)
            and (lines == single or single == [(0, 0)]) and 0 <= says.get("proxy", 0) <= LIMIT
            and (says["basis"] != "none") == (kind == "measure"), f"it is no possible {kind}")
    if kind == "publication":
        require(max(says["supersedes"], says["as_of"]) < sequence, "it refers to a later event")
        for statement in says["statements"] or []:
            check_statement(statement, sequence)


def check_statement(says, sequence):
    """Refuses a statement that no publication can make at this place in the log."""
    ids = [says["measure"], says["programme"], says["organisation"],
           None if says["contract"] == NO_CONTRACT else says["contract"]]
    require((says["as_of"] < sequence or says["as_of"] == NO_POINT) and says["year"] in YEARS
            and 0 <= says["stage"] <= 4 and 1 <= says["qualifier"] <= 4 and 1 <= says["of"] <= 2
            and abs(says["stated"]) <= LIMIT
            and all(re.fullmatch(ID, one) for one in ids if one is not None),
            "it has a malformed statement")


def add_details(event, part):
    """Merges its details into an event; its digest must be of them, and they must fit it."""
    told = json.loads(part.decode())
    said, stored = json.loads(told["details"]), told["details"].encode()
    digest = hashlib.sha256(bytes.fromhex(told["salt"]) + stored).digest()
    require(list(told) == ["salt", "details"] and re.fullmatch("[0-9a-f]{64}", told["salt"])
            and to_json(told).encode() == part and to_json(said).encode() == stored
            and digest == event.digest, "its details are malformed, or its digest is not of them")
    name = "document" if event.kind == "publication" else "evidence"
    outer = ("note", "replacement" if event.corrects else name)
    inner = said.get("replacement", {}) if event.corrects else said
    evidence, items = event.says.get("evidence", []), inner.get(name, [])
    items = [items] if name == "document" and items else items
    forms = [(said, outer), (inner, ("note", name)), *[(item, ("title", "uri")) for item in items]]
    require((event.says or not inner) and len(items) == len(evidence)
            and all(list(one) == [key for key in keys if key in one] for one, keys in forms)
            and all("title" in item for item in items), "its details do not fit it")
    for one, _ in forms:
        for key in one.keys() & {"note", "title", "uri"}:
            sound(key, one[key])
    event.says.update({"note": inner["note"]} if "note" in inner else {})
    for item, shown in zip(evidence, items):
        item.update(shown)


class Ledger:
    """What the events so far make: each entry, which is the event that began it, as it stands."""
    def __init__(self, origin):
        self.origin, self.opened, self.vkey, self.last = origin, None, None, 0
        self.events, self.entries, self.ids = {}, {}, {}

    def year_of(self, day):
        """Returns the reporting year that a day lies in."""
        date = EPOCH + datetime.timedelta(day)
        return date.year - ((date.month, date.day) < (self.opened["month"], self.opened["day"]))

    def names(self, account):
        """Returns the texts that name an account: its year, the ids, and its stage."""
        year, *keys, stage = account
        first_of_january = (self.opened["month"], self.opened["day"]) == (1, 1)
        return (f"{year}" if first_of_january else f"{year}-{(year + 1) % 100:02}",
                *[self.entries[key].id if key else "" for key in keys], STAGES[stage])

    def contributions(self, entry):
        """Returns the quantity that an entry posts, as it stands, by account."""
        says, check = entry.says, entry.check
        if entry.standing == "in force" and entry.kind == "commitment":
            return {(year, *entry.account, 0): quantity for quantity, year in says["schedule"]}
        if entry.standing != "in force" or entry.kind != "claim":
            return {}
        account, claimed = (self.year_of(says["from"]), *entry.account), says["quantity"]
        accepted = check and (check.says["quantity"], claimed)[check.says["outcome"] == ACCEPTED]
        amounts = (claimed, accepted, claimed - accepted) if check else (claimed,)
        return {(*account, stage): amount for stage, amount in enumerate(amounts, 1)}

    def check_rules(self, event, entry, claim):
        """Refuses what the ledger would not have recorded (spec "Entries: Types")."""
        says, kind = event.says, event.about
        require(entry.standing != "void", "it corrects a verification that is void")
        require(kind == entry.kind or not says and entry.standing == "in force",
                "its replacement is of another type, or it withdraws what is withdrawn")
        for field in (field for field in REFERENCES if says.get(field)):
            other, bases = self.entries.get(says[field]), BASES[:2 if kind == "measure" else 5]
            require(other and other.kind == REFERENCES[field] and other.standing == "in force"
                    and other.says["basis"] in bases,
                    f"its {field} is of another type, withdrawn or not in the bundle")
        if kind == "claim":
            require(says["from"] <= says["to"] and self.year_of(says["from"])
                    == self.year_of(says["to"]), "its days are not those of one reporting year")
        if kind == "verification":
            require(says["claim"] == entry.says["claim"] == claim.sequence, "it has another claim")
            require(claim.check in (None, entry), "its claim has a verification in force already")
            require(not {event.actor, entry.actor} & claim.actors, "its actor recorded the claim")
            stated = range(1, claim.says["quantity"]) if says["outcome"] == PARTIAL else [0]
            require(says["quantity"] in stated and 0 < says["outcome"] < 4, "it accepts wrongly")

    def take(self, event):
        """Takes in the next event, if it follows the rules, and notes on it what it posts."""
        require(event.recorded_at >= self.last, "it is earlier than the event before it")
        self.events[event.sequence], self.last, says = event, event.recorded_at, event.says
        if event.own:
            require(says.get("old_vkey") == self.vkey, "its old key is not the one before it")
            self.opened, self.vkey = self.opened or says, says.get("new_vkey") or says["vkey"]
            require(read_vkey(self.vkey + "\n")[0] == self.opened["origin"] == self.origin,
                    "it is of another origin than the checkpoint")
            datetime.date(1970, self.opened["month"], self.opened["day"])  # a day of every year
            return
        require(event.id not in self.ids, f"its id, {event.id}, is taken")
        require(event.corrects in self.entries or not event.corrects, "it corrects no entry here")
        entry = self.entries.get(event.corrects, event)
        claim = self.entries.get(entry.says.get("claim"), entry)  # of a verification, else itself
        self.check_rules(event, entry, claim)
        self.ids[event.id], self.entries[entry.sequence] = event.sequence, entry
        event.subject, event.verified_by = claim, claim.check if claim is entry else entry
        before, entry.standing = self.contributions(claim), "in force" if says else "withdrawn"
        entry.corrections += [event] if event.corrects else []
        if claim is not entry:
            claim.check = entry if says else None
            claim.checks += [] if event.corrects else [event]
        else:
            entry.actors.add(event.actor)
            if entry.check:  # whatever changes a claim voids its verification in force
                entry.check.standing, entry.check = "void", None
        if says:
            promise = self.entries.get(says.get("commitment"))
            entry.account = promise.account if promise else [says.get(key) for key in ACCOUNT[1:5]]
            entry.says, entry.version = says, event.sequence
        after, event.evidence = self.contributions(claim), claim.says["evidence"]
        deltas = {key: after.get(key, 0) - before.get(key, 0) for key in {**before, **after}}
        event.posts = [(key, self.names(key), delta) for key, delta in deltas.items() if delta]

    def needed(self, figures):
        """Returns the sequences of all events that the figures rest on, and of the log's own."""
        found, waiting = set(), [event.sequence for event in self.events.values() if event.own]
        waiting += [sequence for figure in figures for sequence in figure.seeds]
        while waiting:
            event = self.events[waiting.pop()]
            if event.sequence not in found:
                found.add(event.sequence)
                waiting += [event.corrects, *event.refers]
                waiting += [other.sequence for other in event.corrections + event.checks]
        return found

    def figure(self, text):
        """Returns a figure by its reference: its measure, its number and the sum behind it."""
        found = FIGURE.fullmatch(text)
        require(found, f"{text[:80]!a} is no figure reference")
        year, name, stage, rest, *filters, as_of = found.groups()
        entries = [self.entries.get(self.ids.get(key)) for key in (name, *filters)]
        for kind, key, entry in zip(ACCOUNT[1:5], (name, *filters), entries):
            require(key in (None, "-") or entry and entry.kind == kind, f"{key} is no {kind} here")
        begins = int(year[:4])
        require(begins in YEARS and self.names((begins, 0))[0] == year,
                f"{year} is no year of this ledger")
        signs = {"claimed": 1, "verified": -1, "rejected": -1} if stage == "pending" else {stage: 1}
        wanted = [[year], [name], *[key and [key.strip("-")] for key in filters], signs]
        lines = sorted((event.sequence, delta * signs[names[5]] > 0, account, delta, names)
                       for event in self.events.values() for account, names, delta in event.posts
                       if all(not among or name in among for name, among in zip(names, wanted)))
        says, total = entries[0].says, sum(delta * signs[names[5]] for *_, delta, names in lines)
        parts, quantity = [], plain(total)
        if says["basis"] == "ratio":
            parts = [self.figure(f"{year}:{self.entries[says[part]].id}:{stage}{rest}")
                     for part in ("numerator", "denominator")]
            over, under = (part.total for part in parts)
            quantity = plain((2 * 10**6 * over + under) // (2 * under), 4) if under else None
        value = {"proxy": plain(total * says["proxy"], 12), "in-kind": quantity, "cash": quantity}
        value = value.get(says["basis"])
        head = {"figure": text, "as_of": int(as_of), "quantity": quantity, "value": value}
        seeds = [entry.sequence for entry in entries if entry] + [line[0] for line in lines]
        return SimpleNamespace(head=head, measure=entries[0], year=begins, signs=signs,
                               wanted=wanted, lines=lines, total=total, parts=parts, seeds=seeds)

    def trace(self, figure):
        """Returns a figure's trace, as `tally trace --json` prints it."""
        measure, says, balance, postings = figure.measure, {**figure.measure.says}, 0, []
        says.update(type="measure", id=measure.id, actor=measure.actor, sequence=measure.version,
                    proxy=plain(says["proxy"]) if says["basis"] == "proxy" else None)
        for part in ("numerator", "denominator"):
            says[part] = self.entries[says[part]].id if says[part] else None
        told = {field: says[field] for field in MEASURE if says.get(field) is not None}
        for sequence, _, _, delta, names in figure.lines:
            event, effect = self.events[sequence], delta * figure.signs[names[5]]
            balance += effect
            check = event.verified_by if names[5] in ("verified", "rejected") else None
            corrections = event.subject.corrections + (check.corrections if check else [])
            postings.append({
                "sequence": sequence, "entry": event.id, "type": event.kind, "actor": event.actor,
                "recorded_at": event.time, **{key: one or None for key, one in zip(ACCOUNT, names)},
                "delta": plain(effect), "balance": plain(balance),
                "claim": event.subject.id if event.subject.kind == "claim" else None,
                "verification": check and check.id,
                "evidence": [{field: text for field, text in item.items() if text is not None}
                             for item in event.evidence],
                "corrections": [
                    {"sequence": other.sequence, "entry": other.id, "actor": other.actor,
                     "recorded_at": other.time, "reason": other.reason}
                    for other in sorted(corrections, key=lambda other: other.sequence)]})
        parts = zip(("numerator", "denominator"), map(self.trace, figure.parts))
        return {**figure.head, "measure": told, "postings": postings, **dict(parts)}

    def check_totals(self, figures, content):
        """Refuses yearly totals that are malformed, or not what the events make of the figures."""
        expected, before, wanted = set(), [], [*figures[0].wanted]
        wanted[1] = [figure.measure.id for figure in figures]
        for figure in figures:
            says, balances = figure.measure.says, collections.Counter()
            proxy = plain(says["proxy"]) if says["basis"] == "proxy" else ""
            for *_, delta, names in figure.lines:
                balances[names] += delta
            expected |= {"\t".join([*names, plain(balance), proxy]) + "\n"
                         for names, balance in balances.items() if balance}
        form = re.compile(f"{wanted[0][0]}(\t{ID}){{3}}\t({ID})?\t({STAGE})\t(?!0\t){DECIMAL}"
                          f"\t({DECIMAL})?\n")
        for line in map(bytes.decode, io.BytesIO(content)):
            fields = line.split("\t")
            require(form.fullmatch(line) and fields > before and fields[:6] != before[:6],
                    f"totals.tsv is malformed or out of order at {line[:80]!a}")
            if all(not among or name in among for name, among in zip(fields, wanted)):
                require(line in expected, f"the events do not make {line!a} of totals.tsv")
                expected.discard(line)
            before = fields
        require(not expected, f"totals.tsv lacks {min(expected, default='')!a}")


def check_frozen(publication, figure, totals):
    """Tells how the year's totals compare with those that a publication of the year froze."""
    name, frozen = f"{publication.id} (event {publication.sequence})", publication.says
    require(frozen["year"] == figure.year, f"{name} is not needed: it published another year")
    agrees = merkle_root(line[:-1] for line in io.BytesIO(totals)) == frozen["totals_root"]
    nothing_since = figure.head["as_of"] == publication.sequence == frozen["as_of"] + 1
    require(agrees or not nothing_since, f"totals.tsv has another root than {name} froze")
    return (f"by {name}: all totals of the year are those it froze" if agrees else
            f"by {name} as of event {frozen['as_of']}: the year's totals were others then")


def compare(given, made):
    """Refuses a figure.json that is not the trace that the events make, and shows where."""
    if given != made:
        at = next((at for at, (one, other) in enumerate(zip(given, made)) if one != other),
                  min(len(given), len(made)))
        at = max(at - 40, 0)
        raise ValueError(f"figure.json has {given[at:at + 99]!a}, the events {made[at:at + 99]!a}")


def check(parts, vkey):
    """Checks the parts of a bundle; returns what there is to tell of it, by its name."""
    for part in "figure.json checkpoint log.vkey totals.tsv README.txt events/0.fb".split():
        require(part in parts, f"{part} is missing")
    require(hashlib.sha256(parts["README.txt"]).hexdigest() == README, "README.txt is another one")
    keys = list(dict.fromkeys([read_vkey(vkey + "\n"), read_vkey(parts["log.vkey"].decode())]))
    size, root = read_checkpoint(parts["checkpoint"], keys)
    ledger, publication, numbers = Ledger(keys[0][0]), None, {
        int(name.split("/")[1].split(".")[0]) for name in parts if "/" in name}
    for number in sorted(numbers):
        try:
            content = parts.pop(f"events/{number}.fb")
            check_proof(parts.pop(f"events/{number}.tlog-proof"), content, number,
                        parts["checkpoint"], size, root)
            event = read_event(content, number)
            if f"details/{number}.json" in parts:
                add_details(event, parts.pop(f"details/{number}.json"))
            if event.kind != "publication":
                ledger.take(event)
            else:
                require(not publication, "the bundle has another publication")
                publication = event
        except Exception as fault:  # hostile bytes can break any step
            raise ValueError(f"event {number}: {str(fault) or type(fault).__name__}") from None
    found = re.match(b'{"version":1,"figure":"([^"]{1,700})"', parts["figure.json"])
    require(found, "figure.json does not begin with its version, 1, and its figure")
    figure = ledger.figure(found[1].decode())
    require(figure.head["as_of"] == size - 1, "the figure is not as of the checkpoint's last event")
    figures = list({one.measure.id: one for one in figure.parts or [figure]}.values())
    surplus = ledger.events.keys() - ledger.needed([figure, *figures])
    require(not surplus, f"event {min(surplus, default=0)} is not needed for the figure")
    ledger.check_totals(figures, parts["totals.tsv"])
    published = publication and check_frozen(publication, figure, parts["totals.tsv"])
    made = to_json({"version": 1, **ledger.trace(figure)}).encode()
    compare(parts["figure.json"], made)
    return {**figure.head, "postings": sum(len(one.lines) for one in figures),
            "events": len(numbers), "published": published,
            "checkpoint": f"{size} events, root {root.hex()}"}


def main(arguments):
    """Checks the bundle that the command line names; returns the exit status."""
    if len(arguments) != 3 or arguments[1] != "--vkey":
        print(__doc__, file=sys.stderr)
        return 2
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        with open(arguments[0], "rb") as file:
            told = check(read_zip(file.read(FILE_BYTES)), arguments[2])
    except Exception as fault:  # whatever breaks, the bundle is not accepted
        print(f"Refused: {str(fault) or type(fault).__name__}")
        return 1
    print("The bundle holds: its events are in the log, and make its figure.",
          *[f"  {key:<11} {'none' if one is None else one}" for key, one in told.items()], sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
