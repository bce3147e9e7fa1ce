"""The load: what node_exporter and a Postfix exporter tell of many hosts, as remote-write 1.0 requests, made before any clock starts.

The same seed gives the same series and values. Only the timestamps move with the start, because receivers refuse what is too old.
"""
import ctypes
import ctypes.util
import dataclasses
import itertools
import random
import struct

STEP_MILLISECONDS = 15_000


@dataclasses.dataclass(frozen=True)
class Request:
    """One body, snappy-compressed, and how many samples it carries."""

    body: bytes
    samples: int


@dataclasses.dataclass(frozen=True)
class Shape:
    """How much load: `hosts` × `series` (per host) × `steps`, 15 s apart, the first at `start` (Unix milliseconds)."""

    hosts: int
    series: int
    steps: int
    start: int
    seed: int = 1

    @property
    def all_series(self):
        return self.hosts * self.series

    @property
    def last(self):
        """Unix milliseconds of the last step."""
        return self.time_of(self.steps - 1)

    def time_of(self, step):
        return self.start + step * STEP_MILLISECONDS


class Load:
    """The series of one shape and all of their values, ready to be cut into requests.

    `series_of` gives the series of a host by its number. Default: the first of the catalogue, the same for each host.
    """

    def __init__(self, shape, series_of=None):
        self.shape = shape
        randomness = random.Random(shape.seed)
        every = catalogue(shape.series) if series_of is None else None
        series_of = series_of or (lambda _: every)
        self.metric_names = sorted({name for name, _, _ in series_of(0)})
        # Per series: the bytes of a TimeSeries message up to the value of its only sample, and all values as little-endian doubles.
        self._heads, self._values = [], []
        for host in range(shape.hosts):
            for name, labels, values in series_of(host):
                self._heads.append(_head(name, labels, host))
                column = itertools.islice(values(randomness), shape.steps)
                self._values.append(struct.pack(f"<{shape.steps}d", *column))

    def requests(self, steps, samples_per_request, shards):
        """One list of requests per shard for a range of steps. A series stays in its shard, so that its samples stay in order.

        As a Prometheus sender does it, every sample is a TimeSeries of its own, with all labels.
        """
        hosts = self.shape.hosts
        return [
            list(self._cut(range(hosts * shard // shards, hosts * (shard + 1) // shards), steps, samples_per_request))
            for shard in range(shards)
        ]

    def _cut(self, hosts, steps, samples_per_request):
        first, end = hosts.start * self.shape.series, hosts.stop * self.shape.series
        parts, count = [], 0
        for step in steps:
            tail = b"\x10" + varint(self.shape.time_of(step))
            low, high = step * 8, step * 8 + 8
            for index in range(first, end):
                parts += (self._heads[index], self._values[index][low:high], tail)
                count += 1
                if count == samples_per_request:
                    yield Request(snappy(b"".join(parts)), count)
                    parts, count = [], 0
        if count:
            yield Request(snappy(b"".join(parts)), count)


# What is measured on one host. Each entry: metric name, label sets, and the kind of its values.


def catalogue(count):
    """The first `count` series of a host, mixed so that a short list has the same kinds as a long one."""
    every = list(_node_series()) + list(_postfix_series())
    random.Random(0).shuffle(every)
    if count > len(every):
        raise SystemExit(f"a host has at most {len(every)} series")
    return every[:count]


def _node_series():
    for cpu in range(16):
        for mode in ("user", "system", "idle", "iowait", "irq", "softirq", "nice", "steal"):
            kind = _still(0.0) if mode in ("irq", "nice", "steal") else _cpu_seconds(13 if mode == "idle" else 0.6)
            yield "node_cpu_seconds_total", {"cpu": str(cpu), "mode": mode, "job": "node"}, kind
    for device in ("nvme0n1", "nvme1n1", "dm-0"):
        for metric in ("read_bytes", "written_bytes"):
            yield f"node_disk_{metric}_total", {"device": device, "job": "node"}, busy_counter(2_000_000, 4096)
        for metric in ("reads_completed", "writes_completed", "reads_merged", "writes_merged", "discards_completed"):
            yield f"node_disk_{metric}_total", {"device": device, "job": "node"}, busy_counter(400, 1)
        for metric in ("read_time", "write_time", "io_time", "io_time_weighted", "discard_time"):
            yield f"node_disk_{metric}_seconds_total", {"device": device, "job": "node"}, _cpu_seconds(0.4)
        yield "node_disk_io_now", {"device": device, "job": "node"}, _small_gauge(4)
    for device in ("eth0", "eth1", "lo"):
        for way in ("receive", "transmit"):
            yield f"node_network_{way}_bytes_total", {"device": device, "job": "node"}, busy_counter(5_000_000, 1)
            yield f"node_network_{way}_packets_total", {"device": device, "job": "node"}, busy_counter(6_000, 1)
            for fault in ("errs", "drop", "fifo", "compressed", "frame", "multicast"):
                yield f"node_network_{way}_{fault}_total", {"device": device, "job": "node"}, _still(0.0)
        for metric, value in (("mtu_bytes", 1500.0), ("up", 1.0), ("carrier", 1.0), ("speed_bytes", 1.25e9), ("flags", 4099.0)):
            yield f"node_network_{metric}", {"device": device, "job": "node"}, _still(value)
    for device, mount in (("/dev/nvme0n1p1", "/"), ("/dev/nvme0n1p2", "/var"), ("/dev/dm-0", "/var/mail"), ("tmpfs", "/run")):
        labels = {"device": device, "fstype": "ext4", "mountpoint": mount, "job": "node"}
        for metric in ("avail_bytes", "free_bytes"):
            yield f"node_filesystem_{metric}", labels, slow_gauge(400e9, 4096)
        yield "node_filesystem_files_free", labels, slow_gauge(30e6, 1)
        for metric, value in (("size_bytes", 1.099511627776e12), ("files", 67108864.0), ("readonly", 0.0), ("device_error", 0.0)):
            yield f"node_filesystem_{metric}", labels, _still(value)
    for field in ("MemFree", "MemAvailable", "Buffers", "Cached", "Active", "Inactive", "Active_anon", "Inactive_anon", "Active_file",
                  "Inactive_file", "Dirty", "AnonPages", "Mapped", "Shmem", "Slab", "SReclaimable", "SUnreclaim", "PageTables",
                  "Committed_AS"):  # fmt: skip
        yield f"node_memory_{field}_bytes", {"job": "node"}, slow_gauge(4e9, 4096)
    for field in ("MemTotal", "SwapTotal", "SwapFree", "CommitLimit", "VmallocTotal", "HugePages_Total", "Hugepagesize", "Unevictable",
                  "Mlocked", "Bounce", "HardwareCorrupted"):  # fmt: skip
        yield f"node_memory_{field}_bytes", {"job": "node"}, _still(3.3554432e10)
    for field in ("Tcp_InSegs", "Tcp_OutSegs", "Ip_Forwarding", "IpExt_InOctets", "IpExt_OutOctets", "Udp_InDatagrams"):
        yield f"node_netstat_{field}", {"job": "node"}, busy_counter(9_000, 1)
    for field in ("Tcp_ActiveOpens", "Tcp_PassiveOpens", "Tcp_RetransSegs", "Udp_NoPorts", "TcpExt_TCPTimeouts", "Icmp_InMsgs"):
        yield f"node_netstat_{field}", {"job": "node"}, _rare(2)
    for window in ("1", "5", "15"):
        yield f"node_load{window}", {"job": "node"}, _decimal(1.5)
    for unit in ("postfix", "dovecot", "rspamd", "redis", "cron", "ssh", "rsyslog", "chrony", "nginx", "unbound", "systemd-journald",
                 "systemd-udevd", "systemd-logind", "systemd-networkd", "systemd-resolved", "dbus", "nftables", "opendkim", "clamav",
                 "smartd"):  # fmt: skip
        for state in ("activating", "active", "deactivating", "failed", "inactive"):
            labels = {"name": f"{unit}.service", "state": state, "type": "simple", "job": "node"}
            yield "node_systemd_unit_state", labels, _still(1.0 if state == "active" else 0.0)
    for field, rate in (("intr_total", 30_000), ("context_switches_total", 60_000), ("forks_total", 40)):
        yield f"node_{field}", {"job": "node"}, busy_counter(rate, 1)
    yield "node_boot_time_seconds", {"job": "node"}, _still(1.7e9)


def _postfix_series():
    for queue in ("active", "deferred", "hold", "incoming", "maildrop"):
        yield "postfix_showq_queue_depth", {"queue": queue, "job": "postfix"}, _small_gauge(40)
    for status in ("sent", "deferred", "bounced"):
        for transport in ("smtp", "lmtp", "local", "virtual", "relay"):
            yield "postfix_smtp_messages_processed_total", {"status": status, "transport": transport, "job": "postfix"}, _rare(12)
    for stage in ("before_queue_manager", "queue_manager", "connection_setup", "transmission"):
        for le in ("0.001", "0.01", "0.1", "1", "10", "60", "3600", "86400", "+Inf"):
            labels = {"le": le, "stage": stage, "job": "postfix"}
            yield "postfix_smtp_delivery_delay_seconds_bucket", labels, _rare(10)
        yield "postfix_smtp_delivery_delay_seconds_sum", {"stage": stage, "job": "postfix"}, _cpu_seconds(3.0)
        yield "postfix_smtp_delivery_delay_seconds_count", {"stage": stage, "job": "postfix"}, _rare(12)
    for metric in ("smtpd_connects", "smtpd_disconnects", "cleanup_messages_processed", "qmgr_messages_inserted", "qmgr_messages_removed"):
        yield f"postfix_{metric}_total", {"job": "postfix"}, _rare(25)
    for metric in ("smtpd_connections_lost", "smtpd_sasl_authentication_failures", "smtpd_messages_rejected", "cleanup_messages_rejected"):
        for code in ("450", "451", "452", "550", "552", "554"):
            yield f"postfix_{metric}_total", {"code": code, "job": "postfix"}, _rare(0.3)
    yield "postfix_up", {"job": "postfix"}, _still(1.0)


# Kinds of values: each is made with its parameters and then gives, for a source of randomness, one value per step without end.


def _still(value):
    return lambda randomness: itertools.repeat(value)


def _cpu_seconds(per_step):
    """A counter of seconds with two decimals, as the kernel's ticks give it."""

    def values(randomness):
        ticks = int(randomness.random() * 1e8)
        while True:
            yield ticks / 100
            ticks += int(per_step * 100 * (0.7 + 0.6 * randomness.random()))

    return values


def busy_counter(per_step, unit):
    """A busy counter in multiples of `unit`."""

    def values(randomness):
        total = int(randomness.random() * 1e6) * per_step // unit
        while True:
            yield float(total * unit)
            total += int(per_step * (0.5 + randomness.random())) // unit

    return values


def _rare(mean):
    """A counter of things that happen about `mean` times per step, often not at all."""

    def values(randomness):
        total = int(randomness.random() * 1e5)
        while True:
            yield float(total)
            if randomness.random() < min(mean, 0.6):
                total += 1 + int(randomness.random() * mean)

    return values


def slow_gauge(around, unit):
    """A gauge in multiples of `unit` that moves a little in six steps of ten."""

    def values(randomness):
        level = int(around * (0.2 + 0.8 * randomness.random()) / unit)
        stride = max(1, level // 5_000)
        while True:
            yield float(level * unit)
            if randomness.random() < 0.6:
                level = max(0, level + int((randomness.random() - 0.5) * stride))

    return values


def _small_gauge(top):
    def values(randomness):
        level = int(randomness.random() * top)
        while True:
            yield float(level)
            if randomness.random() < 0.2:
                level = int(randomness.random() * top)

    return values


def _decimal(around):
    def values(randomness):
        level = around
        while True:
            yield round(level, 2)
            level = max(0.0, level + (randomness.random() - 0.5) * 0.2)

    return values


# Protobuf and snappy, as little of them as a remote-write request needs.


def varint(number):
    output = bytearray()
    while number > 0x7F:
        output.append(number & 0x7F | 0x80)
        number >>= 7
    output.append(number)
    return bytes(output)


def field(number, content):
    return bytes([number << 3 | 2]) + varint(len(content)) + content


def label_fields(name, labels, host):
    """The `labels` (field 1) of a series of one host."""
    pairs = sorted({"__name__": name, "instance": f"mail-{host:03}.example.net", **labels}.items())
    return b"".join(field(1, field(1, key.encode()) + field(2, value.encode())) for key, value in pairs)


def _head(name, labels, host):
    """`timeseries` (field 1) with its labels and its sample (field 2) up to the eight bytes of the value."""
    content = label_fields(name, labels, host)
    # A sample: tag and double, tag and a time of six bytes (true for all times from 1971 to 2109).
    content += b"\x12" + bytes([1 + 8 + 1 + 6]) + b"\x09"
    return b"\x0a" + varint(len(content) + 8 + 1 + 6) + content


def _load_snappy():
    path = ctypes.util.find_library("snappy")
    if path is None:
        raise SystemExit("libsnappy is missing: make setup")
    library = ctypes.CDLL(path)
    library.snappy_max_compressed_length.restype = ctypes.c_size_t
    library.snappy_max_compressed_length.argtypes = [ctypes.c_size_t]
    library.snappy_compress.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.POINTER(ctypes.c_size_t)]
    return library


_LIBRARY = _load_snappy()


def snappy(content):
    length = ctypes.c_size_t(_LIBRARY.snappy_max_compressed_length(len(content)))
    output = ctypes.create_string_buffer(length.value)
    if _LIBRARY.snappy_compress(content, len(content), output, ctypes.byref(length)) != 0:
        raise RuntimeError("snappy could not compress a request")
    return output.raw[: length.value]
