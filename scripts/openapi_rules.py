"""Rules that the OpenAPI document states in descriptions, because schemas cannot express them.

Loaded by schemathesis (see check-openapi): a request that breaks one of them is rightly refused, so it does not
count as a request that conforms to its schema.
"""

import re

import schemathesis


def _bound_is_read(bound):
    # Decimal numbers have up to 28 places after the point.
    return not isinstance(bound, (int, float)) or bound == 0 or abs(bound) >= 1e-20


def _column_is_possible(column):
    if not isinstance(column, dict):
        return True
    low, high = column.get("minimum"), column.get("maximum")
    if not (_bound_is_read(low) and _bound_is_read(high)):
        return False
    if isinstance(low, (int, float)) and isinstance(high, (int, float)) and low > high:
        return False
    allowed = [str(value).lower() for value in column.get("allowed") or []]
    if len(set(allowed)) != len(allowed):
        return False
    # No look-around and no back-references, because patterns are matched in linear time.
    pattern = column.get("pattern")
    return not (isinstance(pattern, str) and re.search(r"\(\?|\\[1-9ZA]|[{}]", pattern))


def _columns_are_possible(columns):
    if not isinstance(columns, list):
        return True
    names = [str(column.get("name")).strip().lower() for column in columns if isinstance(column, dict)]
    return len(set(names)) == len(names) and all(map(_column_is_possible, columns))


@schemathesis.hook
def filter_case(context, case):
    if isinstance(case.body, dict) and not _columns_are_possible(case.body.get("columns_metadata")):
        return False
    # The coverage phase fills in headers without regard to their pattern.
    if (case.headers or {}).get("Last-Event-ID") == "0":
        return False
    return not case.path.endswith("/rows") or _one_order(case.query or {})


def _one_order(query):
    sort = query.get("sort")
    about_column = "standing" in query or sort in ("confidence", "-confidence")
    orders = [name in query for name in ("stage", "standing")] + [sort not in (None, "index")]
    return sum(orders) <= 1 and (not about_column or "column" in query)
