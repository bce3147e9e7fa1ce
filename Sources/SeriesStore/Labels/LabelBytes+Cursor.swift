extension LabelBytes {
    /// One label inside of a buffer: valid as long as the buffer is.
    struct Pair {
        let name: UnsafeRawBufferPointer
        let value: UnsafeRawBufferPointer
    }

    /// Walks the labels of a buffer in their order, without allocating. Bytes that are no labels end the walk.
    struct Cursor {
        private var reader: BlobReader
        private(set) var isMalformed = false

        init(_ bytes: UnsafeRawBufferPointer) {
            reader = BlobReader(bytes)
        }

        mutating func next() -> Pair? {
            if reader.remaining == 0 || isMalformed { return nil }
            guard reader.byte() == 0x0A, let message = reader.sized() else { return fail() }
            var fields = BlobReader(message)
            guard fields.byte() == 0x0A, let name = fields.sized(), fields.byte() == 0x12, let value = fields.sized(),
                fields.remaining == 0
            else { return fail() }
            return Pair(name: name, value: value)
        }

        private mutating func fail() -> Pair? {
            isMalformed = true
            return nil
        }
    }
}
