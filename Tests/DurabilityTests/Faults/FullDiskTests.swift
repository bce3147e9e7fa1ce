import Testing

/// A real server whose disk fills up, and has space again.
@Suite("A server whose disk is full", .serialized, .timeLimit(.minutes(5)))
struct FullDiskTests {
    @Test("refuses writes and says why, goes on reading and judging, and recovers by itself when there is space")
    func fullAndFree() async throws {
        try await PrivateVolume.with(megabytes: 12, name: "full") { volume in
            let trial = try FullDiskTrial(volume: volume, address: "127.93.0.2")
            var sender = trial.sender
            try await trial.server.start(configuration: trial.configuration)
            for _ in 0..<20 { #expect(await sender.send(to: trial.server.client) == .stored) }

            try volume.fill()
            let refusal = try await trial.sendUntilRefused(&sender)
            #expect([503, 429].contains(refusal.status))
            #expect(refusal.retryAfter.flatMap { Int($0) } ?? 0 > 0, "Retry-After: \(refusal.retryAfter ?? "none")")
            #expect(refusal.text.contains("space") || refusal.text.contains("full"), "\(refusal.text)")

            try await trial.expectReadingAndJudging(sender)
            // Still full: whatever it says, it says the truth.
            for _ in 0..<20 { _ = await sender.send(to: trial.server.client) }
            try await sender.verify(0..<sender.sent, with: trial.server.client)

            volume.removeBallast()
            try await trial.server.wait(20, for: "writes are taken again") { await sender.send(to: trial.server.client) == .stored }
            for _ in 0..<20 { #expect(await sender.send(to: trial.server.client) == .stored) }
            try await trial.expectFlush()
            try await sender.verify(0..<sender.sent, with: trial.server.client)

            trial.server.kill()
            try await trial.server.start(configuration: trial.configuration)
            try await sender.verify(0..<sender.sent, with: trial.server.client)
            trial.server.stop()
        }
    }

    @Test("goes on taking writes while the journal fits and day files do not, and flushes when there is space")
    func journalFitsAndDayFilesDoNot() async throws {
        try await PrivateVolume.with(megabytes: 12, name: "flush") { volume in
            let trial = try FullDiskTrial(volume: volume, address: "127.93.0.3")
            var sender = trial.sender
            try await trial.server.start(configuration: trial.configuration)
            // The first segment of the journal is there; a day file with its index is not, and will not fit.
            #expect(await sender.send(to: trial.server.client) == .stored)
            try volume.fill(leaving: 40_000)
            try await trial.server.wait(20, for: "a flush fails and is told") {
                _ = await sender.send(to: trial.server.client)
                return await trial.server.client.get("/-/ready")?.contains("flush") ?? false
            }
            try await trial.expectReadingAndJudging(sender)
            try await sender.verify(0..<sender.sent, with: trial.server.client)

            volume.removeBallast()
            try await trial.expectFlush()
            #expect(await sender.send(to: trial.server.client) == .stored)
            trial.server.kill()
            try await trial.server.start(configuration: trial.configuration)
            try await sender.verify(0..<sender.sent, with: trial.server.client)
            trial.server.stop()
        }
    }

    @Test("can be killed while the disk is full, starts again, and shows what was acknowledged")
    func restartOnFullDisk() async throws {
        try await PrivateVolume.with(megabytes: 12, name: "restart") { volume in
            let trial = try FullDiskTrial(volume: volume, address: "127.93.0.4")
            var sender = trial.sender
            try await trial.server.start(configuration: trial.configuration)
            for _ in 0..<20 { #expect(await sender.send(to: trial.server.client) == .stored) }
            try await trial.expectFlush()
            for _ in 0..<5 { #expect(await sender.send(to: trial.server.client) == .stored) }
            try volume.fill()
            _ = try await trial.sendUntilRefused(&sender)
            trial.server.kill()

            try await trial.server.start(configuration: trial.configuration)
            try await sender.verify(0..<sender.sent, with: trial.server.client)
            try await trial.expectReadingAndJudging(sender)
            volume.removeBallast()
            try await trial.server.wait(20, for: "writes are taken again") { await sender.send(to: trial.server.client) == .stored }
            trial.server.kill()
            try await trial.server.start(configuration: trial.configuration)
            try await sender.verify(0..<sender.sent, with: trial.server.client)
            trial.server.stop()
        }
    }

    @Test("opens an incident for what goes wrong while the disk is full")
    func alertsOnFullDisk() async throws {
        try await PrivateVolume.with(megabytes: 12, name: "alert") { volume in
            let trial = try FullDiskTrial(volume: volume, address: "127.93.0.10")
            var sender = trial.sender
            try await trial.server.start(configuration: trial.configuration)
            #expect(await sender.send(to: trial.server.client) == .stored)
            try volume.fill()
            _ = try await trial.sendUntilRefused(&sender)
            #expect(
                await trial.server.client.get("/api/v1/incidents")?.contains("ThereAfterAWhile") == false, "not before the disk is full")
            try await trial.server.wait(40, for: "an incident is open") {
                await trial.server.client.get("/api/v1/incidents")?.contains("ThereAfterAWhile") ?? false
            }
            trial.server.kill()
        }
    }
}
