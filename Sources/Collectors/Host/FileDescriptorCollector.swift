import PostwatchModel

/// How many files the machine holds open, from `/proc/sys/fs/file-nr`. Source: proc(5).
struct FileDescriptorCollector: BlockingCollecting {
    let name = "filefd"
    let files: HostFiles

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        let source = "proc/sys/fs/file-nr"
        let text = try files.text(source)
        let numbers = text.split { $0 == "\t" || $0 == " " || $0 == "\n" }.compactMap { Double($0) }
        guard numbers.count == 3 else { throw files.malformed(source, found: text) }
        return [
            Measurement("node_filefd_allocated", .gauge, help: "Open files of all processes.", value: numbers[0]),
            Measurement("node_filefd_maximum", .gauge, help: "Open files that the kernel allows.", value: numbers[2]),
        ]
    }
}
