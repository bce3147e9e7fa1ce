import CTimex
import Glibc
import PostwatchModel
import Testing

@testable import Collectors

@Suite("The host collectors")
struct HostCollectorTests {
    private let moment = Timestamp(milliseconds: 1_500)

    @Test("cpu: seconds by mode, guests apart, the sum of all processors left out")
    func cpu() throws {
        let tree = TemporaryTree([
            "proc/stat": "cpu  9 9 9 9 9 9 9 9 9 9\ncpu0 100 200 300 400 500 600 700 800 50 25\ncpu11 1 0 0 0 0 0 0 0 0 0\nctxt 5\n"
        ])
        let metrics = Metrics(try CPUCollector(files: HostFiles(root: tree.root)).measure(at: moment))
        let modes = ["user": 1.0, "nice": 2, "system": 3, "idle": 4, "iowait": 5, "irq": 6, "softirq": 7, "steal": 8]
        for (mode, seconds) in modes { #expect(metrics["node_cpu_seconds_total{cpu=\"0\", mode=\"\(mode)\"}"] == seconds) }
        #expect(metrics["node_cpu_seconds_total{cpu=\"11\", mode=\"user\"}"] == 0.01)
        #expect(metrics["node_cpu_guest_seconds_total{cpu=\"0\", mode=\"user\"}"] == 0.5)
        #expect(metrics["node_cpu_guest_seconds_total{cpu=\"0\", mode=\"nice\"}"] == 0.25)
        #expect(metrics.names(withPrefix: "node_cpu_seconds_total").count == 16)
    }

    @Test("cpu: counters do not fall when the kernel takes ticks back, and restart when a processor comes back")
    func cpuLedger() {
        var ledger = CPUTimeLedger()
        #expect(ledger.enter([10, 0, 0, 1000, 50, 0, 0, 0]) == [10, 0, 0, 1000, 50, 0, 0, 0])
        #expect(ledger.enter([11, 0, 0, 999, 40, 0, 0, 0]) == [11, 0, 0, 1000, 50, 0, 0, 0])
        #expect(ledger.enter([2, 0, 0, 3, 1, 0, 0, 0]) == [2, 0, 0, 3, 1, 0, 0, 0])
    }

    @Test("loadavg: the three averages")
    func load() throws {
        let tree = TemporaryTree(["proc/loadavg": "0.32 1.36 12.00 3/212 28796\n"])
        let metrics = Metrics(try LoadCollector(files: HostFiles(root: tree.root)).measure(at: moment))
        #expect(metrics.values == ["node_load1": 0.32, "node_load5": 1.36, "node_load15": 12])
    }

    @Test("meminfo: kB become bytes, parentheses an underscore, counts stay")
    func memory() throws {
        let tree = TemporaryTree([
            "proc/meminfo":
                "MemTotal:       24684092 kB\nMemAvailable:   100 kB\nActive(anon):          2 kB\nSwapFree: 0 kB\nHugePages_Total:       7\n"
        ])
        let metrics = Metrics(try MemoryCollector(files: HostFiles(root: tree.root)).measure(at: moment))
        #expect(
            metrics.values == [
                "node_memory_MemTotal_bytes": 24_684_092 * 1024, "node_memory_MemAvailable_bytes": 102_400,
                "node_memory_Active_anon_bytes": 2048, "node_memory_SwapFree_bytes": 0, "node_memory_HugePages_Total": 7,
            ])
    }

    @Test("netdev: every device and column, also where a number touches the name")
    func network() throws {
        let tree = TemporaryTree([
            "proc/net/dev": """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
              eth0:44842263 1089 1 2 3 4 5 6 49889 635 7 8 9 10 11 12
            eth0:1: 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0

            """
        ])
        let metrics = Metrics(try NetworkCollector(files: HostFiles(root: tree.root)).measure(at: moment))
        let expected: [String: Double] = [
            "receive_bytes": 44_842_263, "receive_packets": 1089, "receive_errs": 1, "receive_drop": 2, "receive_multicast": 6,
            "transmit_bytes": 49_889, "transmit_packets": 635, "transmit_errs": 7, "transmit_drop": 8, "transmit_colls": 10,
            "transmit_carrier": 11,
        ]
        for (column, value) in expected { #expect(metrics["node_network_\(column)_total{device=\"eth0\"}"] == value, "\(column)") }
        #expect(metrics["node_network_receive_bytes_total{device=\"lo\"}"] == 3193)
        #expect(metrics["node_network_receive_bytes_total{device=\"eth0:1\"}"] == 1)
    }

    @Test("diskstats: sectors become bytes, milliseconds seconds")
    func disk() throws {
        let tree = TemporaryTree([
            "proc/diskstats": " 254       0 vda 137002 33840 11034770 87179 39396 96819 6991320 34204 3 21240 123197 6779 1 514160 1381\n"
        ])
        let metrics = Metrics(try DiskCollector(files: HostFiles(root: tree.root)).measure(at: moment))
        let expected: [String: Double] = [
            "reads_completed_total": 137_002, "read_bytes_total": 5_649_802_240, "read_time_seconds_total": 87.179,
            "writes_completed_total": 39_396, "written_bytes_total": 3_579_555_840, "write_time_seconds_total": 34.204, "io_now": 3,
            "io_time_seconds_total": 21.24, "io_time_weighted_seconds_total": 123.197,
        ]
        for (column, value) in expected {
            #expect(abs((metrics["node_disk_\(column){device=\"vda\"}"] ?? .nan) - value) < 1e-6, "\(column)")
        }
    }

    @Test(
        "diskstats: whole disks count, their parts and pseudo devices do not",
        arguments: [
            ("sda", true), ("sda1", false), ("sdaa12", false), ("vdb", true), ("vdb2", false), ("nvme0n1", true), ("nvme0n1p3", false),
            ("loop0", false), ("ram15", false), ("zram0", false), ("dm-0", true), ("md127", true), ("sr0", true), ("mmcblk0", true),
        ])
    func disks(device: String, counts: Bool) throws {
        let tree = TemporaryTree(["proc/diskstats": "8 0 \(device) 1 2 3 4 5 6 7 8 9 10 11\n"])
        let metrics = Metrics(try DiskCollector(files: HostFiles(root: tree.root)).measure(at: moment))
        #expect((metrics["node_disk_io_now{device=\"\(device)\"}"] != nil) == counts)
    }

    @Test("stat: when the machine started and what its kernel does")
    func kernel() throws {
        let tree = TemporaryTree([
            "proc/stat": "cpu0 1 2\nintr 650019 1 2 3\nctxt 871798\nbtime 1795263575\nprocesses 28796\nprocs_running 3\nprocs_blocked 0\n"
        ])
        let metrics = Metrics(try KernelCollector(files: HostFiles(root: tree.root)).measure(at: moment))
        #expect(
            metrics.values == [
                "node_boot_time_seconds": 1_795_263_575, "node_context_switches_total": 871_798, "node_intr_total": 650_019,
                "node_forks_total": 28_796, "node_procs_running": 3, "node_procs_blocked": 0,
            ])
    }

    @Test("time: the moment of the round")
    func time() async throws {
        #expect(Metrics(try await TimeCollector().collect(at: moment))["node_time_seconds"] == 1.5)
    }

    @Test("filefd: open and allowed")
    func fileDescriptors() throws {
        let tree = TemporaryTree(["proc/sys/fs/file-nr": "773\t0\t2466177\n"])
        let metrics = Metrics(try FileDescriptorCollector(files: HostFiles(root: tree.root)).measure(at: moment))
        #expect(metrics.values == ["node_filefd_allocated": 773, "node_filefd_maximum": 2_466_177])
    }

    @Test("vmstat: only what matters")
    func virtualMemory() throws {
        let tree = TemporaryTree(["proc/vmstat": "nr_free_pages 5\npgfault 7\noom_kill 1\n"])
        let metrics = Metrics(try VirtualMemoryCollector(files: HostFiles(root: tree.root)).measure(at: moment))
        #expect(metrics.values == ["node_vmstat_pgfault": 7, "node_vmstat_oom_kill": 1])
    }

    @Test("netstat: the counters of node_exporter's choice, of three files")
    func protocols() throws {
        let tree = TemporaryTree([
            "proc/net/netstat": "TcpExt: SyncookiesSent PAWSActive ListenDrops\nTcpExt: 1 2 3\nIpExt: InNoRoutes OutOctets\nIpExt: 4 5\n",
            "proc/net/snmp": "Tcp: MaxConn CurrEstab RetransSegs InErrs\nTcp: -1 6 7 8\nUdpLite: InErrors OutDatagrams\nUdpLite: 9 10\n",
            "proc/net/snmp6": "Ip6InReceives 11\nIp6InOctets\t12\nUdp6NoPorts 13\nIcmp6InType135 14\n",
        ])
        let metrics = Metrics(try ProtocolCollector(files: HostFiles(root: tree.root)).measure(at: moment))
        #expect(
            metrics.values == [
                "node_netstat_TcpExt_SyncookiesSent": 1, "node_netstat_TcpExt_ListenDrops": 3, "node_netstat_IpExt_OutOctets": 5,
                "node_netstat_Tcp_CurrEstab": 6, "node_netstat_Tcp_RetransSegs": 7, "node_netstat_Tcp_InErrs": 8,
                "node_netstat_UdpLite_InErrors": 9, "node_netstat_Ip6_InOctets": 12, "node_netstat_Udp6_NoPorts": 13,
            ])
    }

    @Test("sockstat: every number, and pages as bytes too; without IPv6 there is none of it")
    func sockets() throws {
        let tree = TemporaryTree([
            "proc/net/sockstat": "sockets: used 119\nTCP: inuse 13 orphan 0 tw 18 alloc 14 mem 3\nFRAG: inuse 0 memory 2\n"
        ])
        let metrics = Metrics(try SocketCollector(files: HostFiles(root: tree.root), pageSize: 4096).measure(at: moment))
        #expect(
            metrics.values == [
                "node_sockstat_sockets_used": 119, "node_sockstat_TCP_inuse": 13, "node_sockstat_TCP_orphan": 0,
                "node_sockstat_TCP_tw": 18, "node_sockstat_TCP_alloc": 14, "node_sockstat_TCP_mem": 3, "node_sockstat_TCP_mem_bytes": 12288,
                "node_sockstat_FRAG_inuse": 0, "node_sockstat_FRAG_memory": 2,
            ])
    }

    @Test("conntrack: how full the table is, and nothing without one")
    func connectionTracking() throws {
        let tree = TemporaryTree([
            "proc/sys/net/netfilter/nf_conntrack_count": "17\n", "proc/sys/net/netfilter/nf_conntrack_max": "262144\n",
        ])
        let metrics = Metrics(try ConnectionTrackingCollector(files: HostFiles(root: tree.root)).measure(at: moment))
        #expect(metrics.values == ["node_nf_conntrack_entries": 17, "node_nf_conntrack_entries_limit": 262_144])
        #expect(try ConnectionTrackingCollector(files: HostFiles(root: TemporaryTree().root)).measure(at: moment) == [])
    }

    @Test("timex: the kernel's units become seconds, and a clock that nobody keeps right is told", arguments: [true, false])
    func clock(isSynchronized: Bool) {
        var clock = timex()
        clock.offset = -2_500_000
        clock.status = STA_NANO
        clock.maxerror = 16_000_000
        clock.esterror = 500
        clock.freq = 65_536_000
        clock.tick = 10_000
        clock.tai = 37
        let metrics = Metrics(ClockCollector.measurements(of: clock, state: isSynchronized ? TIME_OK : TIME_ERROR))
        #expect(metrics["node_timex_sync_status"] == (isSynchronized ? 1 : 0))
        #expect(metrics["node_timex_maxerror_seconds"] == 16)
        #expect(metrics["node_timex_status"] == 8192)
        #expect(metrics["node_timex_tai_offset_seconds"] == 37)
        let close = [
            "offset_seconds": -0.0025, "estimated_error_seconds": 0.0005, "frequency_adjustment_ratio": 1.001, "tick_seconds": 0.01,
        ]
        for (name, value) in close { #expect(abs((metrics["node_timex_\(name)"] ?? .nan) - value) < 1e-12, "\(name)") }
        clock.status = 0
        #expect(Metrics(ClockCollector.measurements(of: clock, state: TIME_OK))["node_timex_offset_seconds"] == -2.5)
    }

    @Test("pressure: microseconds become seconds, and kernels without it say nothing")
    func pressure() throws {
        let tree = TemporaryTree([
            "proc/pressure/cpu": "some avg10=0.00 avg60=0.00 avg300=0.00 total=193839707\nfull avg10=0.00 total=0\n",
            "proc/pressure/io": "some avg10=0.00 total=2000000\nfull avg10=0.00 total=1000000\n",
        ])
        let metrics = Metrics(try PressureCollector(files: HostFiles(root: tree.root)).measure(at: moment))
        #expect(
            metrics.values == [
                "node_pressure_cpu_waiting_seconds_total": 193.839707, "node_pressure_io_waiting_seconds_total": 2,
                "node_pressure_io_stalled_seconds_total": 1,
            ])
        #expect(try PressureCollector(files: HostFiles(root: TemporaryTree().root)).measure(at: moment) == [])
    }

    @Test("a file that is missing or garbled fails its collector, and says which")
    func failures() {
        let empty = TemporaryTree()
        #expect(throws: CollectionFailure.unreadable(path: empty.root + "/proc/loadavg", reason: "No such file or directory")) {
            try LoadCollector(files: HostFiles(root: empty.root)).measure(at: moment)
        }
        let garbled = TemporaryTree([
            "proc/loadavg": "x y z", "proc/meminfo": "MemTotal 1", "proc/stat": "cpu0 1 2", "proc/net/dev": "a\nb\neth0: 1 2",
            "proc/diskstats": "8 0 sda 1", "proc/sys/fs/file-nr": "1", "proc/vmstat": "oom_kill many", "proc/pressure/cpu": "some 1",
            "proc/self/mounts": "/dev/vda", "proc/net/netstat": "TcpExt: A B\nTcpExt: 1\n", "proc/net/sockstat": "TCP: inuse",
            "proc/sys/net/netfilter/nf_conntrack_count": "many",
        ])
        let files = HostFiles(root: garbled.root)
        let collectors: [any BlockingCollecting] = [
            LoadCollector(files: files), MemoryCollector(files: files), CPUCollector(files: files), KernelCollector(files: files),
            NetworkCollector(files: files), DiskCollector(files: files), FileDescriptorCollector(files: files),
            VirtualMemoryCollector(files: files), PressureCollector(files: files), FilesystemCollector(files: files, mountPoints: []),
            ProtocolCollector(files: files), SocketCollector(files: files), ConnectionTrackingCollector(files: files),
        ]
        for collector in collectors {
            do throws(CollectionFailure) {
                _ = try collector.measure(at: moment)
                Issue.record("\(collector.name) took garbage for data")
            } catch {
                guard case .malformed = error else {
                    Issue.record("\(collector.name): \(error)")
                    continue
                }
            }
        }
    }
}
