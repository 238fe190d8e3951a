"""Whether everybody answers the same. Nobody's time counts before this holds."""

from processes import BenchmarkError

SHOWN = 5


class AnswersDiffer(BenchmarkError):
    """Somebody is wrong, and nobody's time counts."""


def require_same(question, expected, found, expected_by, found_by):
    """Compares answers by their keys, cell by cell; what is zero may be left out."""
    keys = sorted(set(expected) | set(found), key=str)
    wrong = [(key, expected.get(key, 0), found.get(key, 0)) for key in keys
             if expected.get(key, 0) != found.get(key, 0)]
    if not wrong:
        return len(keys)
    shown = "; ".join(f"{key}: {expected_by} has {one}, {found_by} has {other}"
                      for key, one, other in wrong[:SHOWN])
    raise AnswersDiffer(f"{question}: {len(wrong)} of {len(keys)} answers differ, so that no time "
                        f"counts: {shown}")


def require_same_list(question, expected, found, expected_by, found_by):
    """Compares answers one by one."""
    return require_same(question, dict(enumerate(expected)), dict(enumerate(found)), expected_by,
                        found_by)
