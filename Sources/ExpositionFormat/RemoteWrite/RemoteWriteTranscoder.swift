/// Walks the series of a remote-write 2.0 request once and writes them as remote write 1.0. Copies texts, makes no strings of them.
struct RemoteWriteTranscoder {
    private let symbols: RemoteWriteSymbols
    /// Largest size of the result, in bytes.
    private let limit: Int
    private var transcript = RemoteWriteTranscript()
    private var output = ProtobufWriter()
    private var families: RemoteWriteFamilies

    // What one series needs; kept from one to the next for their capacity.
    private var labelReferences: [UInt32] = []
    private var exemplarReferences: [UInt32] = []
    /// Samples, histograms and exemplars of the series at hand, in the form of the result. The labels go in front of them.
    private var content = ProtobufWriter()

    init(symbols: RemoteWriteSymbols, limit: Int) {
        self.symbols = symbols
        self.limit = limit
        families = RemoteWriteFamilies(symbols: symbols)
    }

    /// Takes the request over which `symbols` were collected.
    mutating func transcode(_ request: UnsafeRawBufferPointer) throws(RemoteWriteFault) {
        var reader = ProtobufReader(request)
        while !reader.isAtEnd {
            let key = try reader.key()
            switch (key.number, key.wireType) {
            case (5, .bytes): try series(reader.message())
            default: try reader.skip(key)
            }
        }
    }

    consuming func finish() -> RemoteWriteTranscript {
        transcript.request = output.bytes
        return transcript
    }

    // MARK: - Private

    private struct Counts {
        var samples = 0
        var histograms = 0
        var exemplars = 0
    }

    private mutating func series(_ message: ProtobufReader) throws(RemoteWriteFault) {
        var reader = message
        var counts = Counts()
        var metadata: ProtobufReader?
        labelReferences.removeAll(keepingCapacity: true)
        content.removeAll()
        while !reader.isAtEnd {
            let key = try reader.key()
            switch (key.number, key.wireType) {
            case (1, .bytes): try Self.read(packed: reader.message(), into: &labelReferences)
            case (1, .varint): labelReferences.append(UInt32(clamping: try reader.varint()))
            case (2, .bytes):
                try sample(reader.message())
                counts.samples += 1
            case (3, .bytes):
                try histogram(reader.message())
                counts.histograms += 1
            case (4, .bytes): if try exemplar(reader.message()) { counts.exemplars += 1 }
            case (5, .bytes): metadata = try reader.message()
            default: try reader.skip(key)
            }
        }
        if let fault = symbols.fault(in: labelReferences, at: message.position) { return refuse(fault) }
        if let metadata { try describe(metadata) }
        // A series with nothing in it, as it comes for the sake of its metadata, would only be a name to the reader.
        if content.count > 0 { try write(counts) }
    }

    private mutating func write(_ counts: Counts) throws(RemoteWriteFault) {
        let size = symbols.labelsSize(labelReferences) + content.count
        guard output.count + ProtobufWriter.messageSize(size) <= limit else { throw .unfoldsTooFar(limit: limit) }
        output.header(field: 1, count: size)
        symbols.writeLabels(labelReferences, to: &output)
        output.raw(content.bytes)
        transcript.samples += counts.samples
        transcript.histograms += counts.histograms
        transcript.exemplars += counts.exemplars
    }

    private mutating func refuse(_ fault: RemoteWriteFault) {
        transcript.refused += 1
        transcript.firstFault = transcript.firstFault ?? fault
    }

    // MARK: Contents of a series

    private mutating func sample(_ message: ProtobufReader) throws(RemoteWriteFault) {
        var reader = message
        var valueBits: UInt64 = 0
        var timestamp: UInt64 = 0
        while !reader.isAtEnd {
            let key = try reader.key()
            switch (key.number, key.wireType) {
            case (1, .fixed64): valueBits = try reader.fixed64()
            case (2, .varint): timestamp = try reader.varint()
            default: try reader.skip(key)
            }
        }
        content.sample(valueBits: valueBits, timestamp: timestamp)
    }

    /// Both protocols write histograms alike, so it is looked through and copied. The one field that 1.0 does not know, the start
    /// timestamp, is skipped by whoever reads it.
    private mutating func histogram(_ message: ProtobufReader) throws(RemoteWriteFault) {
        var reader = message
        while !reader.isAtEnd {
            let key = try reader.key()
            switch (key.number, key.wireType) {
            case (8, .bytes), (11, .bytes):
                var span = try reader.message()
                while !span.isAtEnd { try span.skip(try span.key()) }
            case (9, .bytes), (12, .bytes):
                var deltas = try reader.message()
                while !deltas.isAtEnd { _ = try deltas.varint() }
            case (10, .bytes), (13, .bytes), (16, .bytes):
                var numbers = try reader.message()
                while !numbers.isAtEnd { _ = try numbers.fixed64() }
            default: try reader.skip(key)
            }
        }
        content.header(field: 4, count: message.bytes.count)
        content.raw(message.bytes)
    }

    /// `false` when its labels make no sense: it is left out, the series is not.
    private mutating func exemplar(_ message: ProtobufReader) throws(RemoteWriteFault) -> Bool {
        var reader = message
        var valueBits: UInt64 = 0
        var timestamp: UInt64 = 0
        exemplarReferences.removeAll(keepingCapacity: true)
        while !reader.isAtEnd {
            let key = try reader.key()
            switch (key.number, key.wireType) {
            case (1, .bytes): try Self.read(packed: reader.message(), into: &exemplarReferences)
            case (1, .varint): exemplarReferences.append(UInt32(clamping: try reader.varint()))
            case (2, .fixed64): valueBits = try reader.fixed64()
            case (3, .varint): timestamp = try reader.varint()
            default: try reader.skip(key)
            }
        }
        if let fault = symbols.fault(in: exemplarReferences, at: message.position) {
            refuse(fault)
            return false
        }
        let size =
            symbols.labelsSize(exemplarReferences) + ProtobufWriter.doubleSize(bits: valueBits) + ProtobufWriter.numberSize(timestamp)
        guard output.count + content.count + ProtobufWriter.messageSize(size) <= limit else { throw .unfoldsTooFar(limit: limit) }
        content.header(field: 3, count: size)
        symbols.writeLabels(exemplarReferences, to: &content)
        content.double(bits: valueBits, field: 2)
        content.number(timestamp, field: 3)
        return true
    }

    /// Writes the metadata of the family to which the series at hand belongs, unless that is done already.
    private mutating func describe(_ message: ProtobufReader) throws(RemoteWriteFault) {
        guard let name = families.unseenName(of: labelReferences) else { return }
        var reader = message
        var type: UInt64 = 0
        var help: UInt32 = 0
        var unit: UInt32 = 0
        while !reader.isAtEnd {
            let key = try reader.key()
            switch (key.number, key.wireType) {
            case (1, .varint): type = try reader.varint()
            case (3, .varint): help = UInt32(clamping: try reader.varint())
            case (4, .varint): unit = UInt32(clamping: try reader.varint())
            default: try reader.skip(key)
            }
        }
        // A type that nobody knows yet is none.
        if type > 7 { type = 0 }
        if type == 0, help == 0, unit == 0 { return }
        if let fault = symbols.fault(in: [help, unit], at: message.position) { return refuse(fault) }
        guard let family = families.enter(name, type: type) else { return }
        let texts = (help: symbols[help], unit: symbols[unit])
        let size =
            ProtobufWriter.numberSize(type) + ProtobufWriter.textSize(family.count) + ProtobufWriter.textSize(texts.help.count)
            + ProtobufWriter.textSize(texts.unit.count)
        guard output.count + ProtobufWriter.messageSize(size) <= limit else { throw .unfoldsTooFar(limit: limit) }
        output.header(field: 3, count: size)
        output.number(type, field: 1)
        output.text(family, field: 2)
        output.text(texts.help, field: 4)
        output.text(texts.unit, field: 5)
        transcript.metadata += 1
    }

    // MARK: References

    private static func read(packed message: ProtobufReader, into references: inout [UInt32]) throws(RemoteWriteFault) {
        var reader = message
        while !reader.isAtEnd { references.append(UInt32(clamping: try reader.varint())) }
    }
}
