import Journeys
import MailClient
import Testing

/// One server of one kind of journey, what it does wrong and when, and what the run must tell of it.
struct FaultCell: Sendable {
    /// What of a journey's settings makes it do something else.
    struct Variant: Hashable, Sendable {
        var tls = TLSMode.none
        /// Of kind `imap`.
        var steps = IMAPStep.reading
        /// Of kind `tls`.
        var mailProtocol = MailProtocol.tls
    }

    let kind: String
    let server: ServerRole
    let fault: Fault
    /// What the server hears when it begins to misbehave: a line that begins like this behind its tag, or a request whose method and
    /// address have this in them. Empty: nothing, it does so at once.
    var moment = ""
    /// How often it has heard that before.
    var skipped = 0
    /// What it says then, with `{tag}` for the command's.
    var words = ""
    var variant = Variant()
    /// Of the one step that fails, as metrics call it: `imap select`.
    let phase: String
    /// With `{}` for the server's place, `{smtp}` and the like for another one's, and `{timeout}`.
    let sentence: String
}

extension FaultCell: CustomTestStringConvertible {
    var testDescription: String {
        let when = moment.isEmpty ? "" : " at \(moment)"
        return "\(kind): \(fault.rawValue) of \(server.rawValue)\(when), tls \(variant.tls.rawValue)"
    }
}

/// A fault that a server of a journey cannot have.
struct MeaninglessFault: Sendable {
    let kind: String
    let server: ServerRole
    let fault: Fault
    let reason: String
}
