"""The service's description of itself (OpenAPI 3.1), and whether an answer is as it says."""

import json
import re
import sys
from urllib.parse import unquote, urlsplit

import jsonschema

# What any request may be answered with, before it is known what it asks for.
OF_ANY_REQUEST = {400, 405, 408, 413, 417, 429, 431, 500, 503, 505, 507}
# Fields of HTTP itself, and those that every answer has.
COMMON_FIELDS = {"date", "content-length", "connection", "content-type", "x-content-type-options",
                 "content-security-policy", "x-request-id"}
# Fields that a problem may have beside those that are described.
PROBLEM_FIELDS = {"www-authenticate", "retry-after", "allow", "cache-control"}


class Description:
    """Holds answers against it, and remembers what has been seen."""

    def __init__(self, description):
        self.whole = description
        self.seen = set()
        self.patterns = []
        for path in description["paths"]:
            pattern = re.escape(path).replace(r"\{path\}", ".+")
            pattern = re.sub(r"\\\{[a-z]+\\\}", "[^/]+", pattern)
            self.patterns.append((re.compile(pattern + "$"), path))
        # The most exact first: without a place that is open.
        self.patterns.sort(key=lambda one: one[1].count("{"))

    def resolve(self, node):
        """Follows a reference."""
        while "$ref" in node:
            target = self.whole
            for name in node["$ref"].removeprefix("#/").split("/"):
                target = target[name]
            node = target
        return node

    def path_of(self, target):
        path = unquote(urlsplit(target).path)
        return next((name for pattern, name in self.patterns if pattern.match(path)), None)

    def hold(self, method, target, answer):
        """Ends the run where an answer is other than described."""
        def wrong(what):
            sys.exit(f"FAILED: {method} {target}: {answer.status}: {what}\n{answer.body[:500]}")

        path = self.path_of(target)
        if path is None:
            if answer.status not in OF_ANY_REQUEST | {404}:
                wrong("an answer of what is not described")
            self.hold_problem(answer, wrong)
            return
        if method == "OPTIONS":
            if answer.status != 204 or not answer.fields["allow"].endswith("OPTIONS"):
                wrong("OPTIONS tells what is allowed")
            return
        operation = self.whole["paths"][path].get("get" if method == "HEAD" else method.lower())
        if operation is None:
            if answer.status != 405:
                wrong("a method that is not described")
            self.hold_problem(answer, wrong)
            return
        described = operation["responses"].get(str(answer.status))
        if described is None and answer.status not in OF_ANY_REQUEST:
            wrong("a status that is not described")
        self.seen.add((path, method.lower(), str(answer.status)))
        response = self.resolve(described or operation["responses"]["default"])
        self.hold_fields(response, answer, wrong)
        self.hold_body(method, response, answer, wrong)

    def hold_problem(self, answer, wrong):
        response = self.whole["components"]["responses"]["Problem"]
        self.hold_fields({}, answer, wrong)
        self.hold_body("GET", response, answer, wrong)

    def hold_fields(self, response, answer, wrong):
        """Fields that are required are there, and those that are there are described."""
        described = {name.lower(): self.resolve(field)
                     for name, field in response.get("headers", {}).items()}
        for name, field in described.items():
            value = answer.fields.get(name)
            if value is None:
                if field.get("required") and answer.status < 400:
                    wrong(f"the field {name} is missing")
                continue
            self.validate(value, field["schema"], wrong)
        allowed = COMMON_FIELDS | set(described) | (PROBLEM_FIELDS if answer.status >= 400 else set())
        if surplus := set(answer.fields) - allowed:
            wrong(f"fields that are not described: {surplus}")
        if answer.fields.get("x-content-type-options") != "nosniff":
            wrong("a browser may guess what it is")

    def hold_body(self, method, response, answer, wrong):
        content = response.get("content", {})
        if answer.status in (204, 304):
            if answer.body:
                wrong("a body where there is none")
            return
        if answer.media_type not in content:
            wrong(f"the media type {answer.media_type} is not described")
        if method == "HEAD":
            return
        schema = content[answer.media_type]["schema"]
        if answer.media_type.endswith(("/json", "+json")):
            self.validate(json.loads(answer.body), schema, wrong)
        if answer.media_type == "application/x-ndjson":
            for line in answer.body.splitlines():
                self.validate(json.loads(line), {"$ref": "#/components/schemas/Event"}, wrong)

    def validate(self, value, schema, wrong):
        whole = {**schema, "components": self.whole["components"]}
        error = jsonschema.exceptions.best_match(
            jsonschema.Draft202012Validator(whole).iter_errors(value))
        if error:
            wrong(f"{error.json_path}: {error.message[:300]}")

    def unseen(self):
        """Operations, statuses and all, that no answer has shown."""
        documented = {(path, method, status)
                      for path, methods in self.whole["paths"].items()
                      for method, operation in methods.items()
                      for status in operation["responses"] if status != "default"}
        return sorted(documented - self.seen)
