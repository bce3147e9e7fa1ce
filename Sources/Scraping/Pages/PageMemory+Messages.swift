import ExpositionFormat
import PostwatchModel

extension PageMemory: ExpositionMessages.Reader {
    /// Reads a page of protobuf messages.
    mutating func readMessages(_ bytes: UnsafeRawBufferPointer, into writer: inout RequestWriter) throws(ScrapeFailure) {
        messages = (writer, nil)
        defer { messages = nil }
        do throws(ExpositionFault) {
            try ExpositionMessages(keepsClassicBuckets: keepsClassicBuckets).read(bytes, &self)
        } catch {
            throw .malformedPage(error)
        }
        guard let result = messages else { return }
        if let failure = result.failure { throw failure }
        writer = result.writer
    }

    mutating func family(_ name: String, kind: String, help: String, unit: String) {
        comments.note(MetricMetadata(kind: MetricMetadata.Kind(rawValue: kind) ?? .unknown, help: help, unit: unit), of: name)
    }

    mutating func sample(_ series: UnsafeRawBufferPointer, _ value: Double, at timestamp: Int64?, exemplar: ExpositionExemplar?) {
        take(series, at: timestamp) { labels, time, writer in
            if let exemplar {
                writer.series(labels, RequestWriter.fields(value: value, at: time, exemplar: exemplar))
            } else {
                writer.sample(labels, value, at: time)
            }
        }
    }

    mutating func histogram(_ series: UnsafeRawBufferPointer, _ fields: [UInt8], at timestamp: Int64?) {
        let index = take(series, at: timestamp) { labels, time, writer in
            writer.series(labels, RequestWriter.histogram(fields, at: time))
        }
        if let index { known.entries[index].isHistogram = true }
    }

    // MARK: - Private

    /// The number of the series whose value was written; `nil` when it was not.
    @discardableResult
    private mutating func take(
        _ series: UnsafeRawBufferPointer, at timestamp: Int64?, _ write: (UnsafeRawBufferPointer, Int64, inout RequestWriter) -> Void
    ) -> Int? {
        guard messages?.failure == nil else { return nil }
        do throws(ScrapeFailure) {
            let index = try number(of: series)
            let timestamp = honorsTimestamps ? timestamp : nil
            guard isToBeWritten(index, hasOwnTime: timestamp != nil), var writer = messages?.writer else { return nil }
            // Given up first, so that there is one reference and nothing is copied.
            messages = nil
            known.withLabels(of: index) { write($0, timestamp ?? time, &writer) }
            messages = (writer, nil)
            return index
        } catch {
            messages?.failure = error
            return nil
        }
    }
}
