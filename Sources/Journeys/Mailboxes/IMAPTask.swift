import PostwatchModel
import PostwatchRuntime

/// Sign in, look into folders, read, and where that is asked for write. Without an account: greeting and capabilities of a node.
public struct IMAPTask: JourneyTask {
    public static let kind = "imap"

    public var mailbox: IMAPAccess
    /// Default: all that change nothing.
    public var steps: Set<IMAPStep>
    /// Folders to switch through. Default: none.
    public var folders: [String]
    /// Where sent messages lie. Default: the folder that the server marks as such, or `Sent`.
    public var sentFolder: String?

    public init(_ mailbox: IMAPAccess, steps: Set<IMAPStep> = IMAPStep.reading, folders: [String] = [], sentFolder: String? = nil) {
        self.mailbox = mailbox
        self.steps = steps
        self.folders = folders
        self.sentFolder = sentFolder
    }

    public init?(_ section: ConfigurationSection, timeout: Duration) {
        let steps = Self.steps(of: section)
        let folders = section.texts("folders")
        let sentFolder = section.text("sent_folder")
        if section.has("steps"), steps.contains(.switch) == folders.isEmpty {
            section.report(
                "folders", found: folders.isEmpty ? "no folder to switch to" : "folders without the step that opens them",
                write: "folders with the names of some, and switch among the steps, or neither")
        }
        if sentFolder != nil, !steps.contains(.append) {
            section.report("sent_folder", found: "a folder that nothing is filed in", write: "append among the steps, or nothing here")
        }
        guard section.has("imap") else {
            section.report("imap", found: "nothing", write: "the imap section that says which server to ask")
            return nil
        }
        guard let mailbox = section.section("imap", IMAPAccess.init) ?? nil else { return nil }
        if mailbox.account == nil, let key = ["steps", "folders"].first(where: section.has) {
            section.report(key, found: "what only an account can do", write: "username and password_file in the section imap")
        }
        self.init(mailbox, steps: steps, folders: folders, sentFolder: sentFolder)
    }

    public var accounts: [AccountNeed] {
        guard let account = mailbox.account else { return [] }
        var use = AccountNeed.MailboxUse(reads: [mailbox.folder] + (steps.contains(.switch) ? folders : []))
        var purposes = ["reads " + use.reads.joined(separator: ", ")]
        if steps.contains(.append) {
            use.sent = sentFolder.map { .named($0) } ?? .marked
            purposes.append("files its own messages in \(sentFolder ?? "the folder of sent ones")")
        }
        if steps.contains(.idle) || steps.contains(.flag) {
            use.writes = [mailbox.folder]
            use.needsIdle = steps.contains(.idle)
            purposes.append("puts its own messages into \(mailbox.folder)")
        }
        return [AccountNeed(.mailbox(mailbox, use), account, purpose: purposes.joined(separator: ", "))]
    }

    public func journey(in setting: JourneySetting) throws -> any JourneyRunning {
        IMAPJourney(setting: setting, route: try MailboxRoute(mailbox), task: self)
    }

    // MARK: - Private

    private static func steps(of section: ConfigurationSection) -> Set<IMAPStep> {
        guard section.has("steps") else { return IMAPStep.reading }
        let names = section.texts("steps")
        let steps = names.compactMap(IMAPStep.init)
        if let unknown = names.first(where: { IMAPStep(rawValue: $0) == nil }) {
            section.report(
                "steps", found: "\"\(unknown)\"", write: "some of " + IMAPStep.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return Set(steps)
    }
}
