/// What must be asked for each process by files of its own: its program, its cgroups. Kept as long as the process is the same, since it
/// does not change, and each answer costs as much as all else that is read of the process.
struct ProcessTraits: Sendable {
    enum Question: Hashable, Sendable {
        /// The path of the program; nothing when it may not be seen.
        case executable
        /// The parts of the paths of all its cgroups.
        case controlGroups
    }

    /// The name under which the process ran when it was asked: another one means that it runs another program now.
    let command: String
    private var answers: [Question: [String]] = [:]

    init(command: String) {
        self.command = command
    }

    mutating func answer(_ question: Question, asking ask: (Question) -> [String]) -> [String] {
        if let known = answers[question] { return known }
        let answer = ask(question)
        answers[question] = answer
        return answer
    }
}
