import MailLogs
import PostwatchModel

/// What is made of a queue listing, in one pass: depth, age and size by queue, the table of destinations, and the ids for the ledger.
struct QueueReading: QueueListingSink {
    private(set) var summary: QueueSummary
    /// `nil`: there is to be no table.
    private(set) var table: QueueTable?
    /// `nil`: nobody compares them.
    private(set) var ids: QueueIDList?
    /// Whether there is one. To ask the table itself for each recipient would copy it.
    private let hasTable: Bool
    private var isInsideMessage = false

    init(at moment: Timestamp, withTable: Bool, withIDs: Bool, withTexts: Bool = false) {
        summary = QueueSummary(at: moment)
        hasTable = withTable
        table = withTable ? QueueTable(at: moment.milliseconds / 1000, keepsTexts: withTexts) : nil
        ids = withIDs ? QueueIDList() : nil
    }

    mutating func take(recipient: UnsafeRawBufferPointer, reason: UnsafeRawBufferPointer, of message: ListedMessage) {
        // What programs of this machine just handed in has no destination yet that a queue manager knows.
        guard hasTable, message.queue != .maildrop else { return }
        if !isInsideMessage {
            table?.begin(arrival: message.arrival)
            isInsideMessage = true
        }
        table?.add(recipient: recipient, text: reason)
    }

    mutating func take(_ message: ListedMessage, id: UnsafeRawBufferPointer) {
        isInsideMessage = false
        summary.add(message)
        ids?.append(id)
    }
}
