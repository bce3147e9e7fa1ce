import PostwatchModel
import PostwatchRuntime

/// Folders of a mailbox, beside the one where messages belong, in which they may end.
public struct ProbeFolders: Hashable, Sendable {
    /// Unwanted mail. Default: the folder with the attribute `\Junk`, else one named Junk or Spam, if there is any.
    public var junk: String?
    /// Mail that is held back. Default: none.
    public var quarantine: String?

    public init(junk: String? = nil, quarantine: String? = nil) {
        self.junk = junk
        self.quarantine = quarantine
    }

    /// Reads `junk_folder` and `quarantine_folder`.
    init(_ section: ConfigurationSection) {
        self.init(junk: section.text("junk_folder"), quarantine: section.text("quarantine_folder"))
        for (key, folder) in [("junk_folder", junk), ("quarantine_folder", quarantine)] where folder?.isEmpty == true {
            section.report(key, found: "an empty text", write: "a folder such as Junk, or leave the key out")
        }
    }
}
