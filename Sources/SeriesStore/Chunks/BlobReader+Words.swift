/// Numbers of eight bytes, lowest first.
extension BlobReader {
    mutating func littleEndian64() -> UInt64? {
        stretch(8).map { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    }
}

extension [UInt8] {
    mutating func append(littleEndian word: UInt64) {
        Swift.withUnsafeBytes(of: word.littleEndian) { append(contentsOf: $0) }
    }
}
