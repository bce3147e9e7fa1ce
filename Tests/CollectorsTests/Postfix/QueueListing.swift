/// Queue listings as `showq` of Postfix 3.7 writes them.
enum QueueListing {
    static let greeting = list(("protocol", "mail_queue_list_protocol"))
    static let end: [UInt8] = [0]

    /// One attribute list, ended by an empty name.
    static func list(_ attributes: (String, String)...) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in attributes {
            bytes += name.utf8
            bytes.append(0)
            bytes += value.utf8
            bytes.append(0)
        }
        bytes.append(0)
        return bytes
    }

    static func message(queue: String, id: String, time: Int, size: Int) -> [UInt8] {
        list(
            ("queue_name", queue), ("queue_id", id), ("time", String(time)), ("size", String(size)), ("forced_expire", "0"),
            ("sender", "alice@a.example"), ("recipient", "bob@b.example"), ("reason", "connect to b.example: Connection refused"))
    }

    /// A message in maildrop without a reason yet, a notice with one recipient, and one on hold with two.
    static let mixed: [UInt8] =
        greeting
        + list(
            ("queue_name", "maildrop"), ("queue_id", "90C96F846CB"), ("time", "1795265185"), ("size", "78"), ("forced_expire", "0"),
            ("sender", "zoë@z.example"), ("recipient", "q@q.example"), ("reason", ""))
        + list(
            ("queue_name", "deferred"), ("queue_id", "8A4B4F84237"), ("time", "1795265181"), ("size", "293"), ("forced_expire", "0"),
            ("sender", ""), ("recipient", "bob@b.example"), ("reason", "connect to b.example[192.0.2.9]:25: Connection refused"))
        + list(
            ("queue_name", "hold"), ("queue_id", "8B424F84246"), ("time", "1795265181"), ("size", "1276"), ("forced_expire", "0"),
            ("sender", "alice@a.example"), ("recipient", "bob@b.example"), ("reason", "4.7.0 try later"),
            ("recipient", "carol@c.example"), ("reason", ""))
        + end
}
