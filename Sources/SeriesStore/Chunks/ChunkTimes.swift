/// The times of a chunk: the first one, and the steps between them.
enum ChunkTimes {
    private enum Form: UInt8 {
        /// All steps alike: the step once.
        case regular = 0
        /// The steps, packed.
        case irregular = 1
    }

    static func append(_ timestamps: UnsafeBufferPointer<Int64>, to bytes: inout [UInt8]) {
        Varint.append(signed: timestamps[0], to: &bytes)
        if timestamps.count == 1 { return }
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: timestamps.count - 1) { steps in
            for index in 1..<timestamps.count { steps.initializeElement(at: index - 1, to: timestamps[index] &- timestamps[index - 1]) }
            let steps = UnsafeBufferPointer(steps)
            if steps.allSatisfy({ $0 == steps[0] }) {
                bytes.append(Form.regular.rawValue)
                Varint.append(UInt64(bitPattern: steps[0]), to: &bytes)
            } else {
                bytes.append(Form.irregular.rawValue)
                PackedNumbers.append(steps, shift: 0, to: &bytes)
            }
        }
    }

    /// `nil` when they do not rise, or are no times.
    static func read(_ count: Int, from reader: inout BlobReader) -> [Int64]? {
        guard let first = reader.signed() else { return nil }
        if count == 1 { return [first] }
        guard let form = reader.byte().flatMap(Form.init) else { return nil }
        switch form {
        case .regular:
            guard let step = reader.varint().map(Int64.init(bitPattern:)), step > 0 else { return nil }
            let (span, overflow) = step.multipliedReportingOverflow(by: Int64(count - 1))
            guard !overflow, !first.addingReportingOverflow(span).overflow else { return nil }
            return [Int64](unsafeUninitializedCapacity: count) { times, filled in
                for index in 0..<count { times.initializeElement(at: index, to: first + Int64(index) * step) }
                filled = count
            }
        case .irregular:
            var isRising = true
            var reading = reader
            let times = [Int64](unsafeUninitializedCapacity: count) { times, filled in
                times.initializeElement(at: 0, to: first)
                let steps = UnsafeMutableBufferPointer(rebasing: times[1..<count])
                guard PackedNumbers.read(into: steps, shift: 0, from: &reading) else { return }
                for index in 1..<count {
                    let (time, overflow) = times[index - 1].addingReportingOverflow(times[index])
                    isRising = isRising && !overflow && times[index] > 0
                    times[index] = time
                }
                filled = count
            }
            reader = reading
            return times.count == count && isRising ? times : nil
        }
    }
}
