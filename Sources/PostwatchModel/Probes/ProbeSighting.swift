/// One copy of a probe message, as it was found in a mailbox.
public struct ProbeSighting: Hashable, Sendable, Codable {
    /// What a folder is for.
    public enum Place: String, Hashable, Sendable, Codable, CaseIterable {
        case inbox
        case junk
        case quarantine
    }

    public let place: Place
    /// The folder's name as the server writes it.
    public let folder: String
    /// The message's number in that folder. Source: RFC 3501, section 2.3.1.1.
    public let uid: UInt32
    /// When it was there, as well as that is known.
    public let at: Timestamp

    public init(place: Place, folder: String, uid: UInt32, at: Timestamp) {
        self.place = place
        self.folder = folder
        self.uid = uid
        self.at = at
    }

    /// The same message in the same folder, looked at again.
    public func isSameCopy(as other: ProbeSighting) -> Bool {
        folder == other.folder && uid == other.uid
    }
}
