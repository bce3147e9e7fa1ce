/// Something that is written to bytes and read back.
protocol Restorable {
    func encode(to writer: inout ByteWriter)
    /// Reads what `encode` wrote into a value that was made as that one was, and not used yet.
    mutating func decode(from reader: inout ByteReader) throws(MailLogFault)
}
