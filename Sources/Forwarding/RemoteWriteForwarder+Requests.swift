import ExpositionFormat
import PostwatchModel
import PostwatchRuntime

extension RemoteWriteForwarder: RemoteWriteReceiving {
    /// Takes a whole request into the buffer as one record, and returns once it is on disk. Throws `WriteRefusal`.
    public func write(_ body: RemoteWriteBody) async throws -> WriteReport {
        let bytes: [UInt8]
        let block: [UInt8]
        switch body {
        case .plain(let content): (bytes, block) = (content, SnappyBlock.compress(content))
        case .snappy(let content):
            do {
                bytes = try SnappyBlock.decompress(content, limit: BufferRecord.contentLimit)
            } catch {
                throw WriteRefusal.malformed(reason: "\(error)")
            }
            block = content
        }
        var columns = RemoteWriteColumns()
        do throws(RemoteWriteFault) {
            let result: Result<Void, RemoteWriteFault> = bytes.withUnsafeBytes { bytes in
                do throws(RemoteWriteFault) { return .success(try columns.scan(bytes)) } catch { return .failure(error) }
            }
            try result.get()
        } catch {
            throw WriteRefusal.malformed(reason: error.description)
        }
        var report = WriteReport()
        report.samples = columns.timestamps.count
        report.histograms = columns.histograms.count
        report.exemplars = columns.exemplars.count
        do throws(JournalFailure) {
            // A request of exemplars alone counts too: requests are sent together by how many samples they have.
            let samples = max(1, report.samples + report.histograms)
            try await keep(BufferRecord.record(of: block, samples: samples), samples: samples)
        } catch {
            switch error {
            case .tooLarge(let bytes): throw WriteRefusal.tooLarge(bytes: bytes, limit: JournalRecord.maximumBytes)
            case .diskFull, .unusable, .damaged, .closed: throw WriteRefusal.unavailable(reason: error.description)
            }
        }
        return report
    }
}
