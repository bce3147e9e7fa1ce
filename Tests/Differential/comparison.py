"""Whether two answers are the same: elements by their labels, points by their times, values within 1e-9 relative; NaN equals NaN."""
import math

RELATIVE = 1e-9
# Sums whose terms cancel differ by the rounding of the terms, which are 10⁴ at most here (D4).
ABSOLUTE = 1e-9
# The label in which `count_values` writes numbers (D12): those beyond the digits that rounding reaches differ in the last one (D4).
COUNTED = "zz_value"


def difference(ours, theirs):
    """What is different, in words; `None` when nothing is."""
    if ours["resultType"] != theirs["resultType"]:
        return f"is a {ours['resultType']} and should be a {theirs['resultType']}"
    kind = ours["resultType"]
    if kind == "string":
        return None if ours["result"][1] == theirs["result"][1] else f"{ours['result'][1]!r} and should be {theirs['result'][1]!r}"
    if kind == "scalar":
        return _different_points([ours["result"]], [theirs["result"]])
    own, other = _elements(ours), _elements(theirs)
    if own is None:
        return "two elements have the same labels"
    missing, more = sorted(other.keys() - own.keys()), sorted(own.keys() - other.keys())
    if missing:
        return f"{len(missing)} of {len(other)} elements are missing, as {_shown(missing[0])} = {_excerpt(other[missing[0]])}"
    if more:
        return f"{len(more)} elements too many, as {_shown(more[0])} = {_excerpt(own[more[0]])}"
    for labels, points in other.items():
        found = _different_points(own[labels], points)
        if found:
            return f"{_shown(labels)}: {found}"
    return None


def is_ordered(data, is_descending):
    """Whether the values of a sorted vector are in order, NaN last."""
    values = [float(element["value"][1]) for element in data["result"]]
    numbers = [value for value in values if not math.isnan(value)]
    return all(math.isnan(value) for value in values[len(numbers) :]) and numbers == sorted(numbers, reverse=is_descending)


def count(data):
    return len(data["result"]) if data["resultType"] in ("vector", "matrix") else 1


def _elements(data):
    found = {}
    for element in data["result"]:
        labels = tuple(sorted((name, _counted(value) if name == COUNTED else value) for name, value in element["metric"].items()))
        if labels in found:
            return None
        found[labels] = element["values"] if "values" in element else [element["value"]]
    return found


def _counted(text):
    try:
        return f"{float(text):.9e}"
    except ValueError:
        return text


def _different_points(ours, theirs):
    own, other = ({round(float(moment) * 1000): value for moment, value in points} for points in (ours, theirs))
    if own.keys() != other.keys():
        missing, more = sorted(other.keys() - own.keys()), sorted(own.keys() - other.keys())
        moment = (missing or more)[0]
        return f"has {len(own)} points and should have {len(other)}, {'missing' if missing else 'too many'} the one at {moment / 1000:.3f}"
    for moment, value in other.items():
        if not _same(float(own[moment]), float(value)):
            return f"{own[moment]} at {moment / 1000:.3f} and should be {value}"
    return None


def _same(own, other):
    if math.isnan(own) or math.isnan(other):
        return math.isnan(own) and math.isnan(other)
    if own == other:
        return True
    if math.isinf(own) or math.isinf(other):
        return False
    return abs(own - other) <= max(RELATIVE * max(abs(own), abs(other)), ABSOLUTE)


def _shown(labels):
    return "{" + ", ".join(f'{name}="{value}"' for name, value in labels) + "}"


def _excerpt(points):
    return ", ".join(f"{value} @{moment}" for moment, value in points[:2]) + (" …" if len(points) > 2 else "")
