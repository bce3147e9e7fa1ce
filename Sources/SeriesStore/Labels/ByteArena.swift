/// Copies of byte strings that stay where they are until the arena ends: many small ones without an allocation each.
struct ByteArena: ~Copyable {
    private static let blockBytes = 1 << 18

    private var blocks: [UnsafeMutableRawBufferPointer] = []
    private var used = 0

    init() {}

    deinit {
        for block in blocks { block.deallocate() }
    }

    mutating func keep(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        if blocks.isEmpty || blocks[blocks.count - 1].count - used < bytes.count {
            blocks.append(.allocate(byteCount: max(Self.blockBytes, bytes.count), alignment: 1))
            used = 0
        }
        let room = UnsafeMutableRawBufferPointer(rebasing: blocks[blocks.count - 1][used..<(used + bytes.count)])
        room.copyMemory(from: bytes)
        used += bytes.count
        return UnsafeRawBufferPointer(room)
    }
}
