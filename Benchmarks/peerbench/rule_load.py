"""1,000 alerting rules as a mail platform has them: thresholds with `for`, aggregates per role, combinations with `and on ()`."""
import json

from peerbench import query_load

RULES, GROUPS, INTERVAL_SECONDS = 1_000, 20, 5
# Of 20 rules 12 are thresholds, 4 aggregates per role, 4 combinations.
_ROUND = 20


def text(path):
    """Writes the rule file, and returns the configuration that names it."""
    per_group = RULES // GROUPS
    lines = ["groups:"]
    for group in range(GROUPS):
        lines += [f"  - name: group{group:02}", f"    interval: {INTERVAL_SECONDS}s", "    rules:"]
        for number in range(group * per_group, (group + 1) * per_group):
            expression, hold = _rule(number)
            lines += [
                f"      - alert: Rule{number:04}",
                f"        expr: {json.dumps(expression)}",
                f"        for: {hold}",
                "        labels: {severity: page}",
                '        annotations: {summary: "{{ $labels.instance }} is at {{ $value }}"}',
            ]
    path.write_text("\n".join(lines) + "\n")
    return f"global: {{evaluation_interval: {INTERVAL_SECONDS}s}}\nrule_files: [{json.dumps(str(path))}]\n"


def _rule(number):
    kind, turn = number % _ROUND, number // _ROUND
    role = query_load.ROLES[turn % len(query_load.ROLES)]
    cluster = f"c{turn % query_load.CLUSTERS}"
    if kind < 12:
        gauges = ("node_load1", "node_memory_MemFree_bytes", "node_load5", "app_disk_free_bytes", "node_load15", "node_memory_Cached_bytes")
        metric = gauges[kind % len(gauges)]
        limit = f"> {4 + number / 100:.2f}" if "load" in metric else f"< {number * 1e5:.0f}"
        place = f'role="{role}"' if kind < 6 else f'cluster="{cluster}"'
        return f"{metric}{{{place}}} {limit}", ("30s", "1m", "5m")[number % 3]
    if kind < 16:
        handler = f"h{(number * 7) % query_load.HANDLERS:03}"
        aggregates = (
            f'sum by (role) (rate(app_requests_total{{handler="{handler}"}}[5m])) > {1_000 + number}',
            f"avg by (role) (node_load5) > {2 + number / 500:.2f}",
            f'max by (role) (increase(app_requests_total{{handler="{handler}"}}[10m])) < {number}',
            f"min by (role) (app_disk_free_bytes) < {number * 1e6:.0f}",
        )
        return aggregates[kind - 12], "1m"
    handler = f"h{(number * 3) % query_load.HANDLERS:03}"
    rates = f'sum(rate(app_requests_total{{handler="{handler}", role="{role}"}}[5m]))'
    combinations = (
        f"{rates} > {number} and on () avg(node_load1{{role=\"{role}\"}}) > 0.2",
        f"node_load1{{cluster=\"{cluster}\"}} > {1 + number / 400:.2f} and on () {rates} > 3",
        f"max(node_load15) > {3 + number / 300:.2f} and on () min(app_disk_free_bytes{{role=\"{role}\"}}) < {4e11:.0f}",
        f"{rates} < {number / 10:.1f} and on () count(app_disk_free_bytes{{cluster=\"{cluster}\"}}) > 10",
    )
    return combinations[kind - 16], "30s"
