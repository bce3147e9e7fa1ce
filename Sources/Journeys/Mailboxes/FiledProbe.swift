import MailWire

/// A message of our own that a run has put into a folder.
struct FiledProbe: Hashable {
    let mark: ProbeMark
    let folder: String
    /// Where it lies, if the server told: APPENDUID.
    let uid: UID?
    /// The folder's UIDVALIDITY under which `uid` holds.
    let uidValidity: UInt32?

    init(_ mark: ProbeMark, in folder: String, _ code: IMAPResponseCode?) {
        self.mark = mark
        self.folder = folder
        if case .appendUID(let validity, let uid) = code {
            self.uid = uid
            uidValidity = validity
        } else {
            uid = nil
            uidValidity = nil
        }
    }
}
