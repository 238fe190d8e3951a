"""Entries that are taken and entries that are refused, as tables: what entry_schema.py tries.

A kind of entry has its fields that must stand and those that may; a row of FIELDS has a field, the
values that it takes and those that it does not, each with the code that the program answers.
"""

import copy
import itertools
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Raw:
    """A value that stands in the line as it is written here."""

    text: str


class Values(NamedTuple):
    """What a field takes, what it refuses and with which code, and of which types it is not."""

    taken: list
    refused: list
    wrong_types: list


class Kind(NamedTuple):
    """A kind of entry: its type, what must stand in its body and what may, and who records it."""

    type: str
    required: dict
    optional: dict
    actor: str = "office"


def long_id(start):
    """An id as long as they may be, of all the characters that they may have."""
    return (start + "._-" + "Az09" * 32)[:128]


def coded(code, *values):
    return [(value, code) for value in values]


# ---- What is in the ledger before ------------------------------------------------------------

ACTORS = ["office", "checker", "7", long_id("A")]
SHA256 = "0123456789abcdef" * 4
DOCUMENT = {"sha256": SHA256, "title": "Payroll", "media_type": "text/csv", "uri": "file:payroll"}
OWN = {"organisation": "o", "programme": "p", "measure": "m"}

_FIRST = [
    {"type": "organisation", "id": "o", "name": "Council"},
    {"type": "programme", "id": "p", "name": "Skills"},
    {"type": "contract", "id": "c", "title": "School", "buyer": "o", "supplier": "o"},
    {"type": "measure", "id": "m", "title": "Jobs", "unit": "job", "basis": "count"},
    {"type": "commitment", "id": "t", **OWN, "year": "2022-23", "quantity": "100"},
    {"type": "claim", "id": "d", **OWN, "quantity": "100", "from": "2022-05-01",
     "to": "2022-05-31", "evidence": [], "note": "To be erased"},
    {"type": "claim", "id": "e", **OWN, "quantity": "100", "from": "2022-06-01",
     "to": "2022-06-30", "evidence": []},
    {"type": "verification", "id": "v", "actor": "checker", "claim": "e", "outcome": "accepted",
     "method": "desk-review"},
    {"type": "publication", "id": "u", "year": "2022-23", "title": "Report", "statements": []},
]
# Each of them again under the longest id, so that a field that refers to it can name that.
BEFORE = [{"actor": "office", **entry} for entry in _FIRST] + [
    {"actor": "office", **entry, "id": long_id(entry["id"])} for entry in _FIRST
    if entry["type"] != "verification"]
ERASABLE = 1 + next(at for at, entry in enumerate(BEFORE) if "note" in entry)

# ---- Kinds -----------------------------------------------------------------------------------

NOTE = {"note": "A remark\nof two lines"}
MEASURE = {"title": "Hours", "unit": "GBP"}
OF_FRAMEWORK = {"framework": "National TOMs", "edition": "2022", **NOTE}
DELIVERED = {"quantity": "5", "from": "2030-05-01", "to": "2030-05-31", "evidence": [DOCUMENT]}
VERIFIED = {"claim": "d", "method": "site-visit"}
STATEMENT = {"label": "Headline", "figure": "2022-23:m:verified", "stated": "130",
             "qualifier": "about", "of": "value"}

KINDS = {
    "an organisation": Kind("organisation", {"name": "Works"}, NOTE),
    "a registered organisation": Kind(
        "organisation", {"name": "Works", "scheme": "GB-COH", "identifier": "01234567"}, NOTE),
    "a programme": Kind("programme", {"name": "Homes"}, NOTE),
    "a contract": Kind("contract", {"title": "Roof", "buyer": "o", "supplier": "o"},
                       {"programme": "p", "ocid": "ocds-abc123-1", "amount": "250000.50",
                        "from": "2022-04-01", "to": "2024-02-29", **NOTE}),
    "a measure of basis count": Kind("measure", {**MEASURE, "basis": "count"}, OF_FRAMEWORK),
    "a measure of basis proxy": Kind(
        "measure", {**MEASURE, "basis": "proxy", "proxy": "16.93", "proxy_source": "A handbook"},
        OF_FRAMEWORK),
    "a measure of basis in-kind": Kind("measure", {**MEASURE, "basis": "in-kind"}, OF_FRAMEWORK),
    "a measure of basis cash": Kind("measure", {**MEASURE, "basis": "cash"}, OF_FRAMEWORK),
    "a measure of basis ratio": Kind(
        "measure", {**MEASURE, "basis": "ratio", "numerator": "m", "denominator": "m"},
        OF_FRAMEWORK),
    "a commitment": Kind("commitment", {**OWN, "year": "2030-31", "quantity": 7},
                         {"contract": "c", **NOTE}),
    "a commitment with a schedule": Kind(
        "commitment", {**OWN, "schedule": [{"year": "2030-31", "quantity": "1"}]},
        {"contract": "c", **NOTE}),
    "a claim": Kind("claim", {**OWN, **DELIVERED}, {"contract": "c", **NOTE}),
    "a claim that names a commitment": Kind("claim", {"commitment": "t", **DELIVERED}, NOTE),
    "a verification that accepts": Kind(
        "verification", {**VERIFIED, "outcome": "accepted"}, {"evidence": [DOCUMENT], **NOTE},
        "checker"),
    "a verification in part": Kind(
        "verification", {**VERIFIED, "outcome": "partial", "quantity": "70"},
        {"evidence": [DOCUMENT], **NOTE}, "checker"),
    "a verification that rejects": Kind(
        "verification", {**VERIFIED, "outcome": "rejected"}, {"evidence": [DOCUMENT], **NOTE},
        "checker"),
    "a withdrawal": Kind("correction", {"corrects": "d", "reason": "A mistake"}, NOTE),
    "a publication": Kind(
        "publication", {"year": "2022-23", "title": "Report", "statements": [STATEMENT]},
        {"document": DOCUMENT, "as_of": 3, "supersedes": "u", **NOTE}),
    "an erasure": Kind("erasure", {"erases": ERASABLE, "reason": "Asked\nfor"}, NOTE),
}

# What a replacement of the type replaces: something that nothing refers to.
REPLACED = {"organisation": long_id("o"), "programme": long_id("p"), "contract": long_id("c"),
            "measure": long_id("m"), "commitment": long_id("t"), "claim": "d", "verification": "v"}


def with_replacements(kinds):
    """The kinds, and a correction to each of those that may be corrected."""
    made = dict(kinds)
    for name, kind in kinds.items():
        if kind.type not in REPLACED:
            continue
        body = copy.deepcopy({**kind.required, **kind.optional})
        if kind.type == "verification":
            body["claim"] = "e"  # a verification stays with its claim
        made[f"a correction to {name}"] = Kind(
            "correction", {"corrects": REPLACED[kind.type], "reason": "A mistake"},
            {"replacement": body, **NOTE}, kind.actor)
    return made


KINDS = with_replacements(KINDS)


def may_be_left_out(kind, way):
    """Whether the field at the end of the way may be left out of an entry of the kind."""
    if len(way) == 1:
        return way[0] in KINDS[kind].optional
    if len(way) == 2 and way[0] == "replacement":
        return way[1] in KINDS[kind.removeprefix("a correction to ")].optional
    return way[-1] in ("media_type", "uri", "qualifier", "of")


def entry_of(kind, whole=True):
    """An entry of a kind, with all fields that it may have or only those that it must."""
    kind = KINDS[kind]
    return copy.deepcopy({"type": kind.type, "id": "x-1", "actor": kind.actor, **kind.required,
                          **(kind.optional if whole else {})})


# ---- Values ----------------------------------------------------------------------------------

NOT_TEXT = [5, 2.5, True, [], ["x"], {}, {"x": "x"}]
NOT_NUMBER = [True, False, [], [5], {}]
CONTROLS = ["a\0b", "a\x1fb", "a\x7fb", "a\x80b", "a\x9fb", "a\rb", "a\x0bb", "a\x08b"]


def text(limit, lines=False):
    several = ["a\nb", "a\tb", "a\n", "\n"]
    taken = ["x", " ", "x" * limit, "é" * (limit // 2), "a\xa0b", '"\\/', "\ufeff", "😀", "null"]
    refused = ["", "x" * (limit + 1), "é" * (limit + 1), *CONTROLS]
    (taken if lines else refused).extend(several)
    return Values(taken, coded("bad-entry", *refused), NOT_TEXT)


def identifier(*taken):
    refused = ["", "-a", ".a", "_a", "a b", " a", "a ", "a/b", "a:b", "a@b", "é", "aé", "a" * 129,
               "a\n", "a\0"]
    return Values(list(taken), coded("bad-entry", *refused), NOT_TEXT)


def words(*taken):
    refused = ["", "nonsense", taken[0].upper(), taken[0] + " ", taken[0] + "\n"]
    return Values(list(taken), coded("bad-entry", *refused), NOT_TEXT)


IN_RANGE = ["0", "12", "2.5", "0.000001", "00012", "000.5", "0" * 40 + "7", "999999999999",
            "8999999999999.999999", "9000000000000", "9000000000000.000000", 0, 12, 2.5,
            9000000000000, Raw("0.000001"), Raw("12.500000"), Raw("9000000000000.0"),
            Raw("8999999999999.999999")]
ZERO_BELOW = ["-0", "-0.000000", Raw("-0"), Raw("-0.0")]
BELOW_ZERO = ["-1", "-0.000001", "-9000000000000", -1, -9000000000000, Raw("-0.000001")]
NO_QUANTITY = ["", "-", ".", "1.", ".5", "-.5", "+1", "--1", " 1", "1 ", "1\n", "1e3", "1E3",
               "1,000", "1.0000001", "1.0000000", "1.2.3", "0x10", "twelve", "NaN", "٣", "１",
               "9000000000000.000001", "9000000000001", "10000000000000", "9" * 40, 9000000000001,
               10**30, Raw("1e300"), "-9000000000000.000001", "-9000000000001", -9000000000001]
QUANTITY = Values(IN_RANGE + ZERO_BELOW, coded("bad-quantity", *NO_QUANTITY, *BELOW_ZERO),
                  NOT_NUMBER)
SIGNED = Values(IN_RANGE + ZERO_BELOW + BELOW_ZERO, coded("bad-quantity", *NO_QUANTITY), NOT_NUMBER)
PART = Values(["0.000001", "99.999999", "007", 70, Raw("0.5")],
              coded("bad-quantity", "0", "0.000000", "000", 0, Raw("0.0"), *ZERO_BELOW,
                    *BELOW_ZERO, *NO_QUANTITY), NOT_NUMBER)

NO_DATE = ["", "1899-12-31", "2200-01-01", "2023-02-29", "1900-02-29", "2100-02-29", "2024-02-30",
           "2022-04-31", "2022-06-31", "2022-09-31", "2022-11-31", "2022-01-32", "2022-13-01",
           "2022-00-10", "2022-01-00", "2022-1-1", "22-01-01", "2022/01/01", "01/02/2022",
           "2022-01-01T00:00:00Z", " 2022-01-01", "2022-01-01 ", "2022-01-01\n", "20220101"]
LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
NO_DATE += [f"2022-{month:02}-{last + 1}" for month, last in enumerate(LAST_DAYS, 1)]
MONTHS = [f"2022-{month:02}-{day:02}" for month, last in enumerate(LAST_DAYS, 1)
          for day in (1, 9, 10, 19, 20, last)]
LEAP_DAYS = ["1904-02-29", "1996-02-29", "2000-02-29", "2024-02-29", "2104-02-29", "2196-02-29"]


def date(*taken):
    return Values(list(taken), coded("bad-date", *NO_DATE), NOT_TEXT)


YEARS = [f"{year}{sign}{(year + 1) % 100:02}"
         for year in (1899, 1900, 1999, 2000, 2009, 2022, 2098, 2099, 2100, 2199,
                      *range(2003, 2100, 10), *range(2009, 2100, 10)) for sign in "-/"]
NO_YEAR = ["2022-24", "2022-22", "2022-32", "2022-13", "2009-00", "2009-20", "2099-01", "2099-10",
           "2022-2023", "1898-99", "2200-01", "22-23", "2022_23", "2022-23 ", "2022-23\n",
           " 2022-23", "2022-3", "202-23", "next", ""]
YEAR = Values(YEARS, coded("bad-year", *NO_YEAR), NOT_TEXT)
HASH = Values(["a" * 64, "A" * 64, SHA256], coded("bad-entry", "", "a" * 63, "a" * 65, "g" * 64,
                                                  "a" * 64 + "\n", " " + "a" * 63), NOT_TEXT)
NO_SEQUENCE = ["", "-1", "01", "1.0", "+1", " 1", "1 ", "1\n", "1e0", "five", "9" * 20, -1, 1.5,
               9223372036854775808, 10**30]


def sequence(*taken):
    return Values(list(taken), coded("bad-entry", *NO_SEQUENCE), NOT_NUMBER)


FILTERS = [":programme=p", ":organisation=o", ":contract=c"]
FIGURES = ([f"2022-23:m:{stage}" for stage in ("committed", "claimed", "verified", "rejected",
                                               "pending")]
           + ["2022-23:m:verified" + "".join(some) for count in (1, 2, 3)
              for some in itertools.combinations(FILTERS, count)]
           + [f"{year}:m:verified" for year in YEARS]
           + ["2022-23:m:verified:contract=-", "2022-23:m:verified@0", "2022-23:m:verified@5",
              "2022-23:m:verified@" + "0" * 30 + "5", f"2022/23:{long_id('m')}:verified",
              f"2022-23:m:pending:programme={long_id('p')}:organisation={long_id('o')}:contract="
              + long_id("c") + "@3"])
NO_FIGURES = (["", "2022-23", "2022-23:m", "2022-23:m:", ":m:verified", "2022-23::verified",
               "2022-23:m:Verified", "2022-23:m:verifie", "2022-23:m:verified:", "m:verified",
               "2022-23:m:verified:c=-", "2022-23:m:verified:programme=",
               "2022-23:m:verified:programme=-", "2022-23:m:verified:organisation=-",
               "2022-23:m:verified:organisation=o:programme=p", "2022-23:m:verified@",
               "2022-23:m:verified:programme=p:programme=p", "2022-23:m:verified@x",
               "2022-23:m:verified@-1", "2022-23:m:verified@5@5", "2022-23:m:verified@5 ",
               "2022-23:m:verified@5\n", "2022-23:m:verified\n", "2022-23:m m:verified",
               "2022-23:m:verified@" + "9" * 20, f"2022-23:{'m' * 129}:verified"]
              + [f"{year}:m:verified" for year in NO_YEAR])
FIGURE = Values(FIGURES, coded("bad-entry", *NO_FIGURES), NOT_TEXT)

FEWEST = {"sha256": SHA256, "title": "T"}
NO_ITEMS = [[5], ["x"], [None], [[]], [{}], [True]]
EVIDENCE = Values([[], [FEWEST], [FEWEST] * 64], coded("bad-entry", [FEWEST] * 65, *NO_ITEMS),
                  ["x", 5, True, {}, FEWEST])
LINES = [{"year": year, "quantity": 0} for year in
         (f"{begins}-{(begins + 1) % 100:02}" for begins in range(2030, 2081))]
SCHEDULE = Values([LINES[:1], LINES[:50]],
                  coded("bad-entry", [], LINES, *NO_ITEMS) + coded("bad-year", [LINES[0]] * 2),
                  ["x", 5, True, {}, LINES[0]])
TOLD = {"label": "L", "figure": "2022-23:m:verified", "stated": 1}
STATEMENTS = Values([[], [TOLD], [TOLD] * 500], coded("bad-entry", [TOLD] * 501, *NO_ITEMS),
                    ["x", 5, True, {}, TOLD])
OBJECT = Values([FEWEST, DOCUMENT], coded("bad-entry", {}), ["x", 5, True, []])
REPLACEMENT = Values([{"name": "Works"}], coded("bad-entry", {}), ["x", 5, True, [], [{}]])

TYPES = ["organisation", "programme", "contract", "measure", "commitment", "claim", "verification",
         "correction", "publication", "erasure"]
TYPE = Values([], coded("bad-entry", "", "Claim", "claims", "claim ", "ledger-opened",
                        "key-rotated", "ledger-restored"), NOT_TEXT)


def names(entry):
    """The id of an entry of the ledger, and of its twin with the longest one."""
    return identifier(entry, long_id(entry))


# The fields of each kind, by the way to them: a number stands for that item of a list.
OF_EVERY = [("type", TYPE), ("id", identifier("7", "A", "x-1", long_id("Z"), "a" * 128)),
            ("actor", identifier(*ACTORS)), ("note", text(4000, lines=True))]
OF_DOCUMENT = [("sha256", HASH), ("title", text(500)), ("media_type", text(500)),
               ("uri", text(2048))]
OF_OWN = [("organisation", names("o")), ("programme", names("p")), ("measure", names("m")),
          ("contract", names("c"))]
OF_DELIVERED = [("quantity", QUANTITY), ("from", date("2030-04-01", "2030-05-31")),
                ("to", date("2030-05-01", "2031-03-31")), ("evidence", EVIDENCE),
                *((f"evidence.0.{name}", values) for name, values in OF_DOCUMENT)]
OF_MEASURE = [("title", text(500)), ("unit", text(500)), ("framework", text(500)),
              ("edition", text(500)), ("basis", words("count"))]
OF_MONEY = Values(["GBP"], coded("bad-entry", "", "gbp", "GB", "GBPX", "GBP\n", "£", "job"),
                  NOT_TEXT)
OF_VERIFICATION = [("method", text(500)), ("evidence", EVIDENCE), ("claim", names("d"))]
FIELDS = {
    "an organisation": [("name", text(500))],
    "a registered organisation": [("name", text(500)), ("scheme", text(500)),
                                  ("identifier", text(500))],
    "a programme": [("name", text(500))],
    "a contract": [("title", text(500)), ("buyer", names("o")), ("supplier", names("o")),
                   ("programme", names("p")), ("ocid", text(500)), ("amount", QUANTITY),
                   ("from", date("1900-01-01", "2024-02-29", *MONTHS)),
                   ("to", date("2199-12-31", "2022-04-01", "2023-04-30", *LEAP_DAYS))],
    "a measure of basis count": OF_MEASURE,
    "a measure of basis proxy": [("proxy", QUANTITY), ("proxy_source", text(2000))],
    "a measure of basis in-kind": [("unit", OF_MONEY)],
    "a measure of basis cash": [("unit", OF_MONEY)],
    "a measure of basis ratio": [("numerator", names("m")), ("denominator", names("m"))],
    "a commitment": [*OF_OWN, ("year", YEAR), ("quantity", QUANTITY)],
    "a commitment with a schedule": [*OF_OWN, ("schedule", SCHEDULE), ("schedule.0.year", YEAR),
                                     ("schedule.0.quantity", QUANTITY)],
    "a claim": [*OF_OWN, *OF_DELIVERED],
    "a claim that names a commitment": [("commitment", names("t")), *OF_DELIVERED],
    "a verification that accepts": [*OF_VERIFICATION, ("outcome", words("accepted", "rejected"))],
    "a verification in part": [*OF_VERIFICATION, ("quantity", PART), ("outcome", words("partial"))],
    "a withdrawal": [("corrects", identifier("d", long_id("d"))), ("reason", text(2000, True))],
    "a correction to a programme": [("replacement", REPLACEMENT)],
    "a publication": [("year", Values(["2022-23", "2022/23"], YEAR.refused, NOT_TEXT)),
                      ("title", text(500)), ("document", OBJECT),
                      *((f"document.{name}", values) for name, values in OF_DOCUMENT),
                      ("as_of", sequence(0, "0", 5, "5")), ("supersedes", names("u")),
                      ("statements", STATEMENTS), ("statements.0.label", text(500)),
                      ("statements.0.figure", FIGURE), ("statements.0.stated", SIGNED),
                      ("statements.0.qualifier", words("exact", "at-least", "more-than", "about")),
                      ("statements.0.of", words("quantity", "value"))],
    "an erasure": [("erases", sequence(ERASABLE, str(ERASABLE))), ("reason", text(2000, True))],
}

# ---- What no schema can see ------------------------------------------------------------------

# (kind, changes, code): valid by the schema, and refused by the program's reader or its rules.
UNSEEN = [
    ("a contract", {"from": "2024-03-01"}, "bad-date"),  # later than `to`
    ("a claim", {"from": "2030-03-31"}, "straddles-year"),
    ("a claim", {"organisation": "nobody"}, "unknown-reference"),
    ("a claim", {"quantity": Raw("1e3")}, "bad-quantity"),  # a validator sees 1000
    ("a claim", {"quantity": Raw("1.0000000")}, "bad-quantity"),
    ("a claim", {"quantity": Raw("0.0000001")}, "bad-quantity"),
    ("a programme", {"name": "é" * 251}, "bad-entry"),  # 502 bytes
    ("a programme", {"name": "\ud800"}, "bad-json"),
    ("a programme", {"name": Raw('"A", "name": "B"')}, "bad-entry"),  # stands twice
    ("a commitment", {"year": "2030"}, "bad-year"),  # of a ledger whose years begin in January
    ("a commitment with a schedule", {"schedule": [LINES[0], {**LINES[0], "year": "2030/31"}]},
     "bad-year"),
    ("a measure of basis cash", {"unit": "EUR"}, "bad-entry"),  # not the ledger's currency
    ("a verification in part", {"quantity": "100"}, "bad-quantity"),  # all of it
    ("a correction to a programme", {"replacement": {"outcome": "accepted", **VERIFIED}},
     "bad-entry"),  # a body, but not a programme's
    ("a publication", {"as_of": 9223372036854775807}, "bad-entry"),  # beyond the head
    ("a publication", {"as_of": Raw("3.0")}, "bad-entry"),
    ("an erasure", {"erases": 9223372036854775807}, "unknown-reference"),
    ("an erasure", {"erases": "9" * 19}, "bad-entry"),  # 2^63 and above
]
