import CAres

extension NameRecord {
    /// Those of an answer to a question for SRV records; `nil` when it cannot be read.
    static func services(in bytes: UnsafeMutablePointer<UInt8>?, _ count: Int32) -> [NameRecord]? {
        var first: UnsafeMutablePointer<ares_srv_reply>?
        guard ares_parse_srv_reply(bytes, count, &first) == ARES_SUCCESS else { return nil }
        defer { ares_free_data(first) }
        var records: [NameRecord] = []
        var next = first
        while let current = next {
            if let host = current.pointee.host {
                records.append(.service(host: String(cString: host), port: Int(current.pointee.port)))
            }
            next = current.pointee.next
        }
        return records
    }

    /// Those of an answer to a question for NS records; `nil` when it cannot be read.
    static func nameServers(in bytes: UnsafeMutablePointer<UInt8>?, _ count: Int32) -> [NameRecord]? {
        var entry: UnsafeMutablePointer<hostent>?
        guard ares_parse_ns_reply(bytes, count, &entry) == ARES_SUCCESS, let entry else { return nil }
        defer { ares_free_hostent(entry) }
        var records: [NameRecord] = []
        var next = entry.pointee.h_aliases
        while let name = next?.pointee {
            records.append(.nameServer(host: String(cString: name)))
            next = next?.advanced(by: 1)
        }
        return records
    }
}
