extension PostfixAccount {
    /// Lines of cleanup, all but warnings.
    @inline(__always)
    mutating func takeCleanup(_ line: PostfixLine, _ body: LogBytes, _ id: QueueID?) -> Bool {
        switch body[0] {
        case UInt8(ascii: "m") where body.hasPrefix("message-id="):
            counters.cleanup[.processed] &+= 1
            if let id {
                ledger.arrive(id, line.source, at: line.moment)
                if body.hasPrefix(MailTrace.prefix, at: 11) { beginTrace(line, body, id) }
            }
            return true
        case UInt8(ascii: "r") where body.hasPrefix("resent-message-id="):
            return true
        case UInt8(ascii: "r") where body.hasPrefix("reject: "):
            return refuse(line, body.dropFirst(8), id, isMilter: false)
        case UInt8(ascii: "m") where body.hasPrefix("milter-reject: "):
            return refuse(line, body.dropFirst(15), id, isMilter: true)
        case UInt8(ascii: "t"):
            // A recipient that is refused while the message comes in, as by a full alias: `to=<…>, relay=none, …`.
            if let id, let delivery = Delivery(body) {
                count(delivery, id, line)
                return true
            }
            return body.hasPrefix("table ")
        default:
            return takeRule(line, body, id) || body.hasPrefix("using backwards-compatible default") || body.hasPrefix("unable to ")
        }
    }

    /// Lines of the queue manager, all but warnings.
    @inline(__always)
    mutating func takeQueueManager(_ line: PostfixLine, _ body: LogBytes, _ id: QueueID?) -> Bool {
        switch body[0] {
        case UInt8(ascii: "f") where body.hasPrefix("from=<"):
            guard let id, let address = MailAddress.read(body, at: 6) else { return false }
            return takeQueued(line, body, id, address)
        case UInt8(ascii: "r") where body.equals("removed"):
            counters.queue[.removed] &+= 1
            if let id {
                ledger.remove(id, line.source, at: line.moment)
                note(line, id) { trace, moment in trace.removedAt = moment }
            }
            return true
        case UInt8(ascii: "t"):
            guard let id, let delivery = Delivery(body) else { return body.hasPrefix("table ") }
            count(delivery, id, line)
            return true
        case UInt8(ascii: "s") where body.hasPrefix("skipped, "):
            counters.queue[.skipped] += 1
            return true
        case UInt8(ascii: "m") where body.hasPrefix("message repeated "), UInt8(ascii: "s") where body.hasPrefix("sending defer warning"):
            return true
        default:
            return body.hasPrefix("using backwards-compatible default") || body.hasPrefix("enabling VERP") || body.hasPrefix("statistics: ")
                || body.hasPrefix("destination ")
        }
    }

    /// Lines of bounce: `sender non-delivery notification: id`.
    mutating func takeBounce(_ body: LogBytes, _ id: QueueID?) -> Bool {
        let known: [(StaticString, NoticeKind)] = [
            ("sender non-delivery notification: ", .nonDelivery), ("sender delay notification: ", .delay),
            ("sender delivery status notification: ", .success), ("postmaster non-delivery notification: ", .postmaster),
            ("postmaster delay notification: ", .postmaster), ("sender success notification: ", .success),
            ("non-delivery notification to: ", .nonDelivery), ("undeliverable postmaster notification discarded", .other),
        ]
        guard let kind = known.first(where: { body.hasPrefix($0.0) })?.1 else { return false }
        counters.notices[kind] += 1
        return true
    }

    /// Lines of pickup: `uid=0 from=<root>`.
    mutating func takePickup(_ body: LogBytes, _ id: QueueID?) -> Bool {
        guard id != nil, body.hasPrefix("uid=") else { return false }
        counters.pickups += 1
        return true
    }

    /// Lines of postsuper: what an administrator did to a message, and sums of that.
    mutating func takePostsuper(_ line: PostfixLine, _ body: LogBytes, _ id: QueueID?) -> Bool {
        guard let id else {
            let sums: [StaticString] = [
                "Deleted: ", "Requeued: ", "Placed on hold: ", "Released from hold: ", "Renamed to match inode number: ", "Force-expired: ",
                "Expired: ",
            ]
            let notes: [StaticString] = ["removed file ", "renamed file ", "expired file ", "remove directory ", "remove subdirectory "]
            return sums.contains { body.hasPrefix($0) } || notes.contains { body.hasPrefix($0) }
        }
        if body.equals("removed") {
            counters.administration[.deleted] += 1
            ledger.takeOut(id, line.source, as: .deleted, at: line.moment)
            note(line, id) { trace, moment in trace.removedAt = moment }
        } else if body.equals("requeued") {
            counters.administration[.requeued] += 1
            ledger.takeOut(id, line.source, as: .requeued, at: line.moment)
            note(line, id) { trace, moment in trace.removedAt = moment }
        } else if body.equals("placed on hold") {
            counters.administration[.held] += 1
            ledger.hold(id, line.source, isHeld: true, at: line.moment)
            note(line, id) { trace, moment in trace.heldAt = moment }
        } else if body.equals("released from hold") {
            counters.administration[.released] += 1
            ledger.hold(id, line.source, isHeld: false, at: line.moment)
            note(line, id) { trace, moment in trace.releasedAt = moment }
        } else if body.equals("expired") {
            counters.administration[.expired] += 1
        } else {
            return false
        }
        return true
    }

    // MARK: - Private

    /// Behind `from=<`: `…>, size=…, nrcpt=… (queue active)` or `…>, status=expired, returned to sender`.
    @inline(__always)
    private mutating func takeQueued(_ line: PostfixLine, _ body: LogBytes, _ id: QueueID, _ address: (domain: LogBytes, end: Int)) -> Bool
    {
        var address = address
        // In the form of old versions an address may hold `>`.
        var guesses = 0
        while body[address.end &+ 1] != UInt8(ascii: ","), guesses < 16 {
            guard let next = MailAddress.read(body, at: address.end &+ 1) else { return false }
            address = next
            guesses &+= 1
        }
        let position = address.end &+ 1
        if body.hasPrefix(", size=", at: position), let size = body.number(at: position &+ 7), body.hasPrefix(", nrcpt=", at: size.end),
            let recipients = body.number(at: size.end &+ 8), body.hasPrefix(" (queue ", at: recipients.end)
        {
            counters.queuedSizes.record(size.value)
            counters.queuedRecipients.record(recipients.value)
            ledger.activate(id, line.source, sender: DomainName(address.domain), at: line.moment)
            note(line, id) { trace, moment in trace.activeAt = trace.activeAt ?? moment }
            return true
        }
        guard body.hasPrefix(", status=", at: position) else { return false }
        if body.hasPrefix("expired", at: position &+ 9) {
            counters.queue[.expired] += 1
        } else if body.hasPrefix("force-expired", at: position &+ 9) {
            counters.queue[.forceExpired] += 1
        } else {
            return false
        }
        ledger.expire(id, line.source, at: line.moment)
        return true
    }

    private mutating func refuse(_ line: PostfixLine, _ text: LogBytes, _ id: QueueID?, isMilter: Bool) -> Bool {
        counters.cleanup[.rejected] += 1
        countReject(text, by: .cleanup, isMilter: isMilter)
        if let id { ledger.refuse(id, line.source) }
        return true
    }
}
