"""Random expressions that both systems should answer alike. What is left out or bent on purpose: differences.md, by its numbers."""
import dataclasses
import random
import re

from dataset import FAMILIES

VECTOR, SCALAR, MATRIX, STRING = "vector", "scalar", "matrix", "string"


@dataclasses.dataclass
class Expression:
    """Text, and what rules that stand above it must know."""

    text: str
    type: str
    # The function or operator at its root: differences are counted by it.
    rule: str
    parts: list = dataclasses.field(default_factory=list)
    # Both systems give the very same bits: it may be compared, rounded down, counted (D4).
    is_exact: bool = True
    # No two series have the same value: topk has no choice (D5).
    is_distinct: bool = False
    labels: tuple = ()

    def descendants(self):
        """Everything inside it, innermost first."""
        for part in self.parts:
            yield from part.descendants()
            yield part


@dataclasses.dataclass(frozen=True)
class Question:
    """An expression and when it is evaluated. Unix seconds; `step` is 0 for an instant query."""

    expression: Expression
    start: int
    end: int
    step: int
    # Whether the expression is wrong by construction and both must refuse it.
    is_wrong: bool = False

    def asking(self, expression):
        return dataclasses.replace(self, expression=expression, is_wrong=False)


class Generator:
    """Questions by seed. Times are 3 s after a multiple of 5 s; every offset and step is a multiple of 5 s (D1)."""

    def __init__(self, seed, dataset):
        self._random = random.Random(f"expressions {seed}")
        self._dataset = dataset

    def question(self):
        random_ = self._random
        earliest, latest = self._dataset.start + 63, self._dataset.end + 403
        if random_.random() < 0.04:
            at = self._moment(earliest, latest)
            return Question(self._wrong(), at, at, 0, is_wrong=True)
        expression = self._any(random_.choice((1, 2, 2, 3, 3, 4)))
        start = self._moment(earliest, latest)
        if expression.type == STRING or random_.random() < 0.5:
            return Question(expression, start, start, 0)
        step = random_.choice((5, 10, 15, 15, 30, 60, 60, 300))
        return Question(expression, start, start + step * random_.randrange(0, 30), step)

    # Times and durations

    def _moment(self, earliest, latest):
        return earliest + self._random.randrange((latest - earliest) // 5) * 5

    def _range(self):
        return self._random.choice(("30s", "1m", "1m", "2m", "5m", "5m", "5m", "10m", "1h", "2m30s", "90s", "45000ms"))

    def _shift(self, chance=0.15):
        """`offset` and `@`, in either order, mostly nothing."""
        found = []
        if self._random.random() < chance:
            found.append("offset " + self._random.choice(("1m", "5m", "30s", "-1m", "-5m", "1h", "15s", "2m30s")))
        if self._random.random() < chance * 0.7:
            moment = self._moment(self._dataset.start + 63, self._dataset.end)
            found.append("@ " + self._random.choice((str(moment), f"{moment}.0", "start()", "end()")))
        self._random.shuffle(found)
        return " ".join(["", *found])

    # Selectors

    def _family(self, *kinds):
        found = [family for family in FAMILIES if not kinds or family.kind in kinds]
        return self._random.choice(found)

    def _matchers(self, family, chance=0.35):
        found = []
        for label, values in family.labels.items():
            if self._random.random() >= chance:
                continue
            value = self._random.choice(values)
            pattern = self._random.choice((f"{value[:1]}.*", "|".join(values[:2]), ".+", f"({value}|x)", ".*", f"{value[:1]}.?.+"))
            pattern = pattern.replace("+Inf", ".Inf")
            found.append(
                self._random.choice(
                    (
                        f'{label}="{value}"', f'{label}="{value}"', f'{label}!="{value}"', f'{label}=~"{pattern}"', f'{label}!~"{value[:1]}.*"',
                        f"{label}='{value}'", f'{label}!=""', f'missing=""',
                    )
                )
            )  # fmt: skip
        return "{" + self._random.choice((",", ", ")).join(found) + "}" if found else self._random.choice(("", "", "{}"))

    def _metric(self, family):
        matchers = self._matchers(family)
        roll = self._random.random()
        if roll < 0.04:
            inside = matchers.strip("{}")
            return '{__name__="' + family.name + '"' + (f",{inside}" if inside else "") + "}"
        if roll < 0.06:
            return '{__name__=~"' + family.name[:-1] + '."}'
        if roll < 0.07:
            return "never_heard_of" + matchers
        return family.name + matchers

    def _selector(self, *kinds):
        family = self._family(*kinds)
        distinct = family.kind == "gauge"
        return Expression(self._metric(family) + self._shift(), VECTOR, "selector", [], True, distinct, tuple(family.label_names))

    def _timed_selector(self):
        """Not with both `offset` and `@`, of which `timestamp` forgets the first in Prometheus (D13)."""
        selector = self._selector()
        while "@" in selector.text:
            selector = self._selector()
        return selector

    def _range_selector(self, *kinds):
        family = self._family(*kinds)
        text = f"{self._metric(family)}[{self._range()}]{self._shift()}"
        return Expression(text, MATRIX, "range selector", [], True, family.kind == "gauge", tuple(family.label_names))

    def _subquery(self, inner):
        # Odd by 2 s: inside another subquery, where times are multiples of its step, no step falls on a left end either (D1).
        width = self._random.choice(("62s", "2m2s", "3m2s", "5m2s", "10m2s", "302s"))
        step = self._random.choice(("", "15s", "30s", "1m", "20s", "5s", "45s"))
        text = f"{_grouped(inner)}[{width}:{step}]{self._shift(0.1)}"
        return Expression(text, MATRIX, "subquery", [inner], inner.is_exact, inner.is_distinct, inner.labels)

    def _matrix(self, depth, *kinds):
        """A window of kinds that a function means; of whatever has those kinds' properties where it is a subquery."""
        if depth > 1 and self._random.random() < 0.25:
            if kinds == ("counter",) or self._random.random() < 0.4:
                return self._subquery(self._selector(*kinds))
            inner = self._vector(depth - 1)
            return self._subquery(inner if "odd" in kinds or not kinds else self._clamped(inner, 1_000_000))
        return self._range_selector(*kinds)

    # What is asked

    def _any(self, depth):
        roll = self._random.random()
        if roll < 0.01:
            return Expression(self._random.choice(('"text"', "'a\\'b\\n'", "`raw\\`", '"\\u00e4"')), STRING, "string")
        if roll < 0.06:
            return self._scalar(depth)
        return self._vector(depth)

    def _vector(self, depth):
        if depth <= 0:
            return self._selector()
        return self._pick(
            depth,
            (1, self._selector_any),
            (5, self._over_range),
            (5, self._aggregation),
            (5, self._matched),
            (3, self._with_scalar),
            (2, self._elementwise),
            (1, self._negated),
            (1, self._labelled),
            (1, self._odd_function),
            (1.5, self._quantile_of_buckets),
            (1, self._set_operation),
            (0.4, self._careless_operation),
            (0.7, self._chain),
        )

    def _pick(self, depth, *choices):
        rule = self._random.choices([rule for _, rule in choices], [weight for weight, _ in choices])[0]
        return rule(depth)

    def _selector_any(self, _):
        return self._selector()

    def _over_range(self, depth):
        random_ = self._random
        roll = random_.random()
        if roll < 0.35:
            name = random_.choice(("rate", "rate", "rate", "increase", "irate"))
            window = self._matrix(depth, "counter") if random_.random() < 0.8 else self._matrix(1, "bucket")
            return _call(name, VECTOR, [window], is_exact=False)
        if roll < 0.5:
            name = random_.choice(("delta", "idelta", "deriv", "deriv"))
            return _call(name, VECTOR, [self._matrix(depth, "gauge", "whole", "flag")], is_exact=False)
        if roll < 0.57:
            ahead = random_.choice(("60", "3600", "-300", "0", "1e3", "scalar(vector(60))"))
            window = self._matrix(depth, "gauge", "whole")
            while "@" in window.text:  # D9
                window = self._range_selector("gauge", "whole")
            return Expression(f"predict_linear({window.text}, {ahead})", VECTOR, "predict_linear", [window], False, False, window.labels)
        if roll < 0.64:
            window = self._matrix(depth, "gauge", "whole", "flag")
            share = random_.choice(("0.5", "0", "1", "0.9", "0.313", "-1", "2"))
            text = f"quantile_over_time({share}, {window.text})"
            return Expression(text, VECTOR, "quantile_over_time", [window], False, False, window.labels)
        if roll < 0.84:
            name = random_.choice(("avg", "sum", "stddev", "stdvar")) + "_over_time"
            return _call(name, VECTOR, [self._matrix(depth, "gauge", "whole", "flag")], is_exact=False)
        if roll < 0.95:
            name = random_.choice(("min", "max", "last", "count", "present")) + "_over_time"
            window = self._matrix(depth, "gauge", "whole", "flag", "odd", "counter")
            distinct = window.is_distinct and name[:3] in ("min", "max", "las")
            return dataclasses.replace(_call(name, VECTOR, [window], window.is_exact or name[:3] in ("cou", "pre")), is_distinct=distinct)
        name = random_.choice(("changes", "resets"))
        if depth > 1 and random_.random() < 0.2:
            window = self._subquery(self._steady(self._vector(depth - 1)))
        else:
            window = self._range_selector("counter", "whole", "flag")
        return _call(name, VECTOR, [window])

    def _grouping(self, labels, chance=0.75):
        if self._random.random() >= chance:
            return "", ()
        every = sorted(set(labels) | {"instance", "job"})
        chosen = self._random.sample(every, self._random.randrange(0, min(3, len(every)) + 1))
        if self._random.random() < 0.03:
            chosen = [*chosen, "__name__"]
        if self._random.random() < 0.7:
            return f"by ({', '.join(chosen)})", tuple(chosen)
        return f"without ({', '.join(chosen)})", tuple(label for label in labels if label not in chosen)

    def _aggregation(self, depth):
        random_ = self._random
        roll = random_.random()
        inner = self._vector(depth - 1)
        if roll < 0.75:
            name = random_.choice(("sum", "sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"))
            if name in ("stddev", "stdvar"):
                # Of values without NaN and infinities (D6).
                inner = self._selector("gauge", "whole", "flag", "counter", "bucket")
            argument = inner.text
            is_exact = name in ("count", "group") or (name in ("min", "max") and inner.is_exact)
        elif roll < 0.84:
            name, is_exact = random_.choice(("topk", "bottomk")), False
            if not inner.is_distinct:
                inner = self._distinct()
            argument, is_exact = f"{random_.choice(('1', '2', '3', '100', '0', '2.7'))}, {inner.text}", inner.is_exact
        elif roll < 0.94:
            name, is_exact = "quantile", False
            argument = f"{random_.choice(('0.5', '0', '1', '0.9', '0.313', '-1', '1.1'))}, {inner.text}"
        else:
            name, is_exact, inner = "count_values", True, self._steady(inner)
            argument = f'"zz_value", {inner.text}'  # D12
        grouping, labels = self._grouping(inner.labels)
        if name in ("topk", "bottomk"):
            labels = inner.labels
        text = f"{name} {grouping} ({argument})" if random_.random() < 0.5 else f"{name}({argument}) {grouping}"
        return Expression(text.strip(), VECTOR, name, [inner], is_exact, name in ("topk", "bottomk"), labels)

    def _distinct(self):
        if self._random.random() < 0.5:
            return self._selector("gauge")
        window = self._range_selector("gauge")
        return dataclasses.replace(_call(self._random.choice(("max_over_time", "last_over_time")), VECTOR, [window]), is_distinct=True)

    def _operator(self):
        return self._random.choice(("+", "-", "*", "/", "+", "-", "*", "/", "%", "^", "atan2", "==", "!=", ">", "<", ">=", "<="))

    def _binary(self, left, operator, matching, right, labels):
        random_ = self._random
        flag = ""
        is_comparison = operator in ("==", "!=", ">", "<", ">=", "<=")
        if is_comparison:
            left, right = self._steady(left), self._steady(right)
            both_scalar = left.type == right.type == SCALAR
            flag = "bool" if both_scalar or random_.random() < 0.4 else ""
        if operator == "%" or (operator in ("+", "-") and not left.is_exact and not right.is_exact):
            # What cancels out leaves only rounding, which is a different one in each program (D4).
            left, right = self._steady(left), self._steady(right)
        if operator == "^":
            right = self._steady(right)
        if operator in ("/", "^", "atan2"):
            right = self._unsigned_zero(right)
        if operator == "atan2":
            left, right = self._nameless(self._unsigned_zero(left)), self._nameless(right)
        text = " ".join(part for part in (_grouped(left), operator, flag, matching, _grouped(right)) if part)
        is_exact = is_comparison and (bool(flag) or left.is_exact)
        type_ = SCALAR if left.type == right.type == SCALAR else VECTOR
        rule = operator + (" bool" if flag else "") + (f" {matching.split('(')[0].strip()}" if matching else "")
        rule += " group_" + matching.split("group_")[1].split()[0].split("(")[0] if "group_" in matching else ""
        return Expression(text, type_, rule, [left, right], is_exact, False, labels)

    def _matched(self, depth):
        """Two vectors whose labels were made to match."""
        random_ = self._random
        operator = self._operator()
        roll = random_.random()
        if roll < 0.35:  # two views of one metric
            family = self._family("counter", "gauge", "whole", "flag")
            left, right = (self._view(family) for _ in range(2))
            return self._binary(left, operator, "", right, tuple(family.label_names))
        if roll < 0.6:  # both aggregated by the same labels
            labels = tuple(random_.sample(("instance", "job"), random_.randrange(0, 3)))
            sides = []
            for _ in range(2):
                inner = self._vector(depth - 1)
                name = random_.choice(("sum", "max", "avg", "count"))
                is_exact = name == "count" or (name == "max" and inner.is_exact)
                sides.append(Expression(f"{name} by ({', '.join(labels)}) ({inner.text})", VECTOR, name, [inner], is_exact, False, labels))
            matching = random_.choice(("", f"on ({', '.join(labels)})", "ignoring (absent_label)"))
            return self._binary(sides[0], operator, matching, sides[1], labels)
        if roll < 0.85:  # many to one
            family = self._family("counter", "gauge", "whole", "bucket")
            many = self._view(family)
            extra = random_.choice(("", "(version)", "(version, cluster)", "()", "(absent_label)"))
            one = Expression("node_info" + self._shift(), VECTOR, "selector", [], True, False, ("cluster", "instance", "version"))
            on = random_.choice(("on (instance)", "on(instance)"))
            if random_.random() < 0.5:
                return self._binary(many, operator, f"{on} group_left{extra}", one, many.labels)
            return self._binary(one, operator, f"{on} group_right{extra}", many, many.labels)
        labels = ("job", "instance")
        left = self._view(self._family("gauge", "flag"))
        total = Expression(f"sum by (job) (load_average{self._shift()})", VECTOR, "sum", [], False, False, ("job",))
        if random_.random() < 0.5:
            return self._binary(left, operator, "on(job) group_left", total, labels)
        return self._binary(total, operator, "on(job) group_right()", left, labels)

    def _view(self, family):
        """The metric as it is, shifted, or through a function that keeps its labels apart."""
        metric = family.name + self._random.choice(("", self._matchers(family)))
        roll = self._random.random()
        labels = tuple(family.label_names)
        if roll < 0.5:
            return Expression(metric + self._shift(), VECTOR, "selector", [], True, family.kind == "gauge", labels)
        window = Expression(f"{metric}[{self._range()}]{self._shift()}", MATRIX, "range selector", labels=labels)
        if family.kind in ("counter", "bucket"):
            return _call(self._random.choice(("rate", "increase")), VECTOR, [window], is_exact=False)
        name = self._random.choice(("max_over_time", "avg_over_time"))
        return _call(name, VECTOR, [window], is_exact=name.startswith("max"))

    def _with_scalar(self, depth):
        vector, scalar = self._vector(depth - 1), self._scalar(depth - 1)
        sides = [vector, scalar]
        self._random.shuffle(sides)
        return self._binary(sides[0], self._operator(), "", sides[1], vector.labels)

    def _elementwise(self, depth):
        inner = self._vector(depth - 1)
        name = self._random.choice(
            ("abs", "ceil", "floor", "exp", "sqrt", "ln", "log2", "log10", "sgn", "round", "clamp", "clamp_min", "clamp_max", "sin", "cos",
             "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "deg", "rad", "hour", "minute", "month",
             "year", "day_of_week", "day_of_month", "day_of_year", "days_in_month")
        )  # fmt: skip
        if name in ("ceil", "floor", "sgn", "round"):
            inner = self._steady(inner)
        if name in ("hour", "minute", "month", "year", "day_of_week", "day_of_month", "day_of_year", "days_in_month"):
            # Of times that a calendar has; what lies outside of 64 bits is the machine's choice (D7).
            inner = self._random.choice((self._selector("counter", "flag"), _call("timestamp", VECTOR, [self._timed_selector()])))
        if name in ("exp", "sin", "cos", "tan", "sinh", "cosh"):
            # Their answer for huge numbers is a matter of the last bit of the argument (D4).
            inner = self._clamped(inner)
        extra = {"round": ("", ", 0.1", ", 5", ", 0.25"), "clamp": (", 0, 10", ", 5, 1", ", -Inf, 3"), "clamp_min": (", 2",), "clamp_max": (", 2",)}
        more = self._random.choice(extra.get(name, ("",)))
        return Expression(f"{name}({inner.text}{more})", VECTOR, name, [inner], inner.is_exact and name in _EXACT, False, inner.labels)

    def _clamped(self, inner, limit=50):
        """Within limits: sums over time in 2.42 do not bear infinities (D6)."""
        return Expression(f"clamp({inner.text}, -{limit}, {limit})", VECTOR, "clamp", [inner], inner.is_exact, False, inner.labels)

    def _steady(self, inner):
        """Rounded, so that what is decided by equality is not decided by the last bit (D4). Decimal fractions are no ties of this unit."""
        if inner.is_exact:
            return inner
        if inner.type == SCALAR:
            return Expression(f"scalar(round(vector({inner.text}), 0.00000137))", SCALAR, "round", [inner], True, False, ())
        return Expression(f"round({inner.text}, 0.00000137)", VECTOR, "round", [inner], True, False, inner.labels)

    def _unsigned_zero(self, inner):
        """Whether a sum of nothing but -0 is -0 depends on the version (D10), and 1 / -0 shows it."""
        if inner.type == SCALAR or inner.rule == "selector":
            return inner
        return Expression(f"({inner.text} + 0)", VECTOR, "+", [inner], inner.is_exact, inner.is_distinct, inner.labels)

    def _nameless(self, inner):
        """Without its metric name, which `atan2` keeps in 2.42 (D8)."""
        if inner.type == SCALAR:
            return inner
        return Expression(f"-({inner.text})", VECTOR, "unary -", [inner], inner.is_exact, inner.is_distinct, inner.labels)

    def _negated(self, depth):
        inner = self._vector(depth - 1)
        sign = self._random.choice("--+")
        return Expression(f"{sign}{_grouped(inner)}", VECTOR, f"unary {sign}", [inner], inner.is_exact, inner.is_distinct, inner.labels)

    def _labelled(self, depth):
        inner = self._vector(depth - 1)
        text = self._random.choice(
            (
                'label_replace({}, "host", "$1", "instance", "(.*):.*")',
                'label_replace({}, "instance", "${{1}}-x", "instance", "(.).*")',
                'label_replace({}, "job", "", "job", ".*")',
                'label_replace({}, "new", "const", "missing", "")',
                'label_replace({}, "name", "${{n}}", "instance", "(?P<n>[a-z]).*")',
                'label_replace({}, "x", "$2", "instance", "(.*)")',
                'label_join({}, "both", "-", "job", "instance")',
                'label_join({}, "both", ", ", "instance", "missing", "job")',
                'label_join({}, "job", "")',
            )
        ).format(inner.text)
        labels = tuple(sorted({*inner.labels, "host"}))
        return Expression(text, VECTOR, text.split("(")[0], [inner], inner.is_exact, inner.is_distinct, labels)

    def _odd_function(self, depth):
        name = self._random.choice(("timestamp", "absent", "absent_over_time", "sort", "sort_desc", "vector", "timestamp_of", "no_arg"))
        if name == "absent_over_time":
            return _call(name, VECTOR, [self._matrix(depth)])
        if name == "absent":
            family = self._family()
            text = self._random.choice((f'{family.name}{{instance="z"}}', 'gone{a="b",c=~"d"}', self._metric(family)))
            absent = Expression(text, VECTOR, "selector")
            return _call(name, VECTOR, [absent if self._random.random() < 0.6 else self._vector(depth - 1)])
        if name == "vector":
            inner = self._scalar(depth - 1)
            return Expression(f"vector({inner.text})", VECTOR, "vector", [inner], inner.is_exact)
        if name == "no_arg":
            text = self._random.choice(("hour", "minute", "month", "day_of_week", "year", "days_in_month", "day_of_year")) + "()"
            return Expression(text, VECTOR, "calendar")
        if name == "timestamp":
            return _call(name, VECTOR, [self._timed_selector()])
        inner = self._vector(depth - 1)
        if inner.rule == "selector":
            inner = self._timed_selector()
        return _call("timestamp" if name == "timestamp_of" else name, VECTOR, [inner], inner.is_exact)

    def _quantile_of_buckets(self, depth):
        # Shares with three decimals: a rank that falls exactly on a bound is a matter of the last bit (D4).
        share = self._random.choice(("0.513", "0.913", "0.991", "0.107", "0", "1", "-0.5", "1.5"))
        family = self._family("bucket")
        matchers = self._matchers(_without_bound(family))
        roll = self._random.random()
        if roll < 0.2:
            inner = Expression(family.name + matchers + self._shift(), VECTOR, "selector")
        else:
            window = Expression(f"{family.name}{matchers}[{self._range()}]{self._shift()}", MATRIX, "range selector")
            inner = _call(self._random.choice(("rate", "increase")), VECTOR, [window], is_exact=False)
            if roll < 0.75:
                by = self._random.choice(("le", "le, job", "job, le, instance"))
                inner = Expression(f"sum by ({by}) ({inner.text})", VECTOR, "sum", [inner], False)
        return Expression(f"histogram_quantile({share}, {inner.text})", VECTOR, "histogram_quantile", [inner], False, False, ("job", "instance"))

    def _set_operation(self, depth):
        left, right = self._vector(depth - 1), self._vector(depth - 1)
        operator = self._random.choice(("and", "or", "unless"))
        matching = self._random.choice(("", "on (instance)", "on (instance, job)", "ignoring (code, zone)", "on ()"))
        text = " ".join(part for part in (_grouped(left), operator, matching, _grouped(right)) if part)
        rule = f"{operator} {matching.split('(')[0]}".strip()
        return Expression(text, VECTOR, rule, [left, right], left.is_exact and right.is_exact, False, left.labels)

    def _careless_operation(self, depth):
        """Labels that match by luck: often no answer, and now and then an error that both must give."""
        left, right = self._vector(depth - 1), self._vector(depth - 1)
        matching = self._random.choice(("", "on (job)", "on (instance)", "ignoring (zone)", "on (job) group_left", "ignoring (code) group_right"))
        return self._binary(left, self._operator(), matching, right, left.labels)

    def _chain(self, _):
        """Operators without parentheses: what binds tighter, and from which side. Whole numbers, so that all of it is exact."""
        parts = []
        for _ in range(self._random.randrange(3, 6)):
            parts.append(self._random.choice(("", "", "-", "+")) + self._random.choice(("up", "up", "2", "3", "up offset 1m")))
            parts.append(self._random.choice(("+", "-", "*", "^", "*", "== bool", "> bool", "and", "or", "unless", "<", "!=", "%", "/")))
        text = " ".join([*parts, "up"])
        # Sets and filters want vectors on both sides.
        text = re.sub(r"(and|or|unless) [-+]?[23]\b", r"\1 up", re.sub(r"[-+]?\b[23] (and|or|unless|<|!=)", r"up \1", text))
        return Expression(text, VECTOR, "chain", [], False, False, ("instance", "job"))

    def _scalar(self, depth):
        random_ = self._random
        roll = random_.random()
        if depth <= 0 or roll < 0.5:
            number = random_.choice(("0", "1", "2", "0.5", "-3", "1e3", "0x1F", "Inf", "-Inf", "NaN", "1.5e-3", ".5", "100", "7", "3.25"))
            return Expression(number, SCALAR, "number")
        if roll < 0.65:
            return Expression(random_.choice(("time()", "pi()")), SCALAR, "time or pi", is_exact=True)
        if roll < 0.8:
            inner = self._vector(depth - 1)
            if random_.random() < 0.5:
                inner = Expression(f"max({inner.text})", VECTOR, "max", [inner], inner.is_exact)
            return Expression(f"scalar({inner.text})", SCALAR, "scalar", [inner], inner.is_exact)
        left, right = self._scalar(depth - 1), self._scalar(depth - 1)
        operator = self._operator()
        if operator == "^" and random_.random() < 0.3:
            return Expression(f"-2 ^ {random_.choice('234')} ^ 2", SCALAR, "^")
        return self._binary(left, operator, "", right, ())

    # What neither may accept, in any version

    def _wrong(self):
        random_ = self._random
        vector, scalar = self._vector(1).text, self._scalar(1).text
        text = random_.choice(
            (
                "rate(requests_total)", "sum(requests_total[5m])", "requests_total and 1", "1 > 2", f"({vector}) + bool 1",
                "up offset 5m offset 1m", 'up{job="api"', "sum by (job) (up) by (job)", "no_such_function(up)", f"abs({scalar})",
                "rate(up[5m], 2)", "up == on (job) group_left group_right up", "up and on (job) group_left up", '"a" + "b"', f'({vector}) + "b"',
                "{}", '{job=""}', '{__name__=~".*"}', "up[5m][5m:1m]", "up[5m] + 1", "-up[5m]", "topk(up)", 'topk("a", up)', "count_values(1, up)",
                'label_replace(up, "a", "b", "c", "(")', "label_join(up)", "sum(up) by", "up{job=~\"(\"}", "up{job==\"a\"}", "up{1a=\"b\"}", "1 +", "(up",
                "up)", "up offset", "up @", "up[]", "up[5]x", "up[5m:1m", "up @ foo", "up[5m:1m:1m]", "scalar(1)", "vector(up)", "time(1)",
                "histogram_quantile(up)", "absent(1)", "up or 1", "1 unless up", "sum without (up", "offset 5m", "up unless bool up",
                "quantile(up, 0.5)", "pi(1)", "hour(1)", "sum(1)", "avg(\"a\")", "'unterminated", '"\\q"', "up ! up", "up === 1", "a b", "@ 5",
                "timestamp(up[5m])", "predict_linear(up[5m])", "round(up, up)", "clamp(up, 1)", "sum by (job, (up)", "up{job=\"a\"}{instance=\"b\"}",
            )
        )  # fmt: skip
        return Expression(text, VECTOR, "wrong")


# Functions whose answer is exact where their argument is.
_EXACT = {"abs", "ceil", "floor", "sgn", "clamp", "clamp_min", "clamp_max", "hour", "minute", "month", "year", "day_of_week", "day_of_month",
          "day_of_year", "days_in_month"}  # fmt: skip


def _without_bound(family):
    return dataclasses.replace(family, labels={name: values for name, values in family.labels.items() if name != "le"})


def _call(name, type_, arguments, is_exact=True):
    labels = arguments[0].labels if arguments else ()
    return Expression(f"{name}({', '.join(argument.text for argument in arguments)})", type_, name, list(arguments), is_exact, False, labels)


def _grouped(expression):
    """In parentheses unless it is one word: precedence is what `tests` of the parser are for, but simple chains stay bare."""
    text = expression.text
    if expression.rule in ("selector", "number", "time or pi") and " " not in text and not text.startswith("-"):
        return text
    return f"({text})"
