#!/usr/bin/python3
"""Writes the description of the service, which is kept as YAML, into the program as JSON.

    embed_openapi.py OPENAPI_YAML OUT_CC
"""

import json
import pathlib
import sys

import yaml

# A compiler need not take a longer literal; those that follow each other are one text.
PIECE = 8_000


def main():
    """Reads the one file and writes the other."""
    source, out = map(pathlib.Path, sys.argv[1:])
    description = yaml.safe_load(source.read_text(encoding="utf-8"))
    text = json.dumps(description, ensure_ascii=False, separators=(",", ":")) + "\n"
    pieces = [text[i:i + PIECE] for i in range(0, len(text), PIECE)]
    assert ')json"' not in text
    literals = "\n".join(f'R"json({piece})json"' for piece in pieces)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(f"""#include "service/openapi.h"

namespace tally::service {{

std::string_view openapi_json() {{
  static constexpr std::string_view kText = {literals};
  return kText;
}}

}}  // namespace tally::service
""", encoding="utf-8")


if __name__ == "__main__":
    main()
