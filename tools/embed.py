#!/usr/bin/python3
"""Writes what the program carries within itself as C++.

    embed.py openapi OPENAPI_YAML OUT_CC        the description of the service, as JSON
    embed.py pages FOLDER FILE... OUT_CC        what the browser gets, plain and compressed
    embed.py demo ENTRIES REPORT OUT_CC         what `tally serve --demo` records first
"""

import gzip
import hashlib
import json
import pathlib
import sys

# A compiler need not take a longer literal; those that follow each other are one text.
PIECE = 4_000
MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


def escaped(byte):
    """A byte within a literal.  Octal, since an escape of three digits ends by itself."""
    if byte in b'"\\?' or not 0x20 <= byte < 0x7f:
        return f"\\{byte:03o}"
    return chr(byte)


ESCAPED = [escaped(byte) for byte in range(256)]


def literal(data):
    """Bytes as one string_view, zeros included."""
    pieces = [data[i:i + PIECE] for i in range(0, len(data), PIECE)] or [b""]
    return "\n    ".join(f'"{"".join(ESCAPED[byte] for byte in piece)}"' for piece in pieces) + "sv"


def function(name, data):
    """The definition of a function that answers the text."""
    return f"std::string_view {name}() {{\n  return {literal(data)};\n}}\n"


def source(header, namespace, body):
    """A whole file of C++."""
    return (f'#include "{header}"\n\nnamespace {namespace} {{\n\n'
            f"using namespace std::string_view_literals;\n\n{body}\n}}  // namespace {namespace}\n")


def openapi(description):
    """The description, which is kept as YAML, as JSON."""
    import yaml  # of this alone: what only embeds files needs no module
    whole = yaml.safe_load(description.read_text(encoding="utf-8"))
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n"
    return source("service/openapi.h", "tally::service", function("openapi_json", text.encode()))


def page_file(folder, path):
    """One file: its name below /pages/, what it is, its bytes, and what changes when they do."""
    if path.suffix not in MEDIA_TYPES:
        sys.exit(f"{path} would be sent to browsers, and its kind is not known: add it to MEDIA_TYPES")
    plain = path.read_bytes()
    # The same bytes whenever it is built: no name and no time stand in them.
    packed = gzip.compress(plain, compresslevel=9, mtime=0)
    tag = hashlib.sha256(plain).hexdigest()[:20]
    name = path.relative_to(folder).as_posix()
    return (f'  {{"{name}"sv, "{MEDIA_TYPES[path.suffix]}"sv, "{tag}"sv,\n'
            f"   {literal(plain)},\n   {literal(packed)}}},\n")


def pages(folder, *files):
    """Files of the folder, by name."""
    rows = "".join(page_file(folder, path) for path in sorted(files))
    return source("service/page_files.h", "tally::service",
                  f"static constexpr PageFile kFiles[] = {{\n{rows}}};\n\n"
                  "std::span<const PageFile> page_files() { return kFiles; }\n")


def demo(entries, report):
    """The entries, and the report as one line."""
    line = json.dumps(json.loads(report.read_text(encoding="utf-8")), ensure_ascii=False) + "\n"
    return source("demo_ledger.h", "tally::tool", function("sample_entries", entries.read_bytes()) +
                  "\n" + function("sample_report", line.encode()))


def main():
    """Writes the one file."""
    kinds = {"openapi": openapi, "pages": pages, "demo": demo}
    kind, *sources, out = sys.argv[1:]
    text = kinds[kind](*map(pathlib.Path, sources))
    out = pathlib.Path(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
