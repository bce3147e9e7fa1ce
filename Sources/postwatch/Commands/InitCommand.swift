import ArgumentParser
import Foundation
import PostwatchApp

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Looks at this machine and writes a configuration that an agent may start from. Changes nothing, asks no service.",
        discussion: "As root it sees where every service listens; without, it takes the usual places.")

    @Option(help: "Where agents push to.")
    var server = AgentDraft.usualServer

    @Option(help: "The component that this node belongs to. Default: guessed from what runs here.")
    var component: String?

    @Option(help: "Write this file instead of standard output.")
    var output: String?

    @Flag(help: "Write the file even if there is one.")
    var force = false

    func validate() throws {
        if let output, output.isEmpty { throw ValidationError("--output needs the path of a file, or - for standard output") }
    }

    func run() async throws {
        let draft = try AgentDraft(server: server, component: component)
        guard let output, output != "-" else { return print(draft.text, terminator: "") }
        do {
            try Data(draft.text.utf8).write(to: URL(fileURLWithPath: output), options: force ? [.atomic] : [.withoutOverwriting])
        } catch let error as CocoaError where error.code == .fileWriteFileExists {
            throw Refusal(description: "\(output) is there already and stays as it is; --force writes over it")
        } catch let error as CocoaError {
            let reason = (error.underlying as? POSIXError).map { String(cString: strerror($0.code.rawValue)) } ?? error.localizedDescription
            throw Refusal(description: "\(output) cannot be written: \(reason)")
        }
        print("\(output): written; postwatch config check --agent \(output)")
    }
}
