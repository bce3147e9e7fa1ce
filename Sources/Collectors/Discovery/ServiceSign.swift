import PostwatchModel

/// By what a service is recognised on a machine, and how the entry is made that measures it.
struct ServiceSign: Hashable, Sendable {
    /// Which of a service's TCP ports is the one to ask.
    enum Ports: Hashable, Sendable {
        /// The lowest.
        case lowest
        case only(Set<Int>)
        /// The lowest but these.
        case except(Set<Int>)
    }

    /// What stands in the entry.
    enum Place: Hashable, Sendable {
        /// `address`: a unix socket whose name ends in one of these, else a TCP port.
        case address(sockets: [String], ports: Ports?)
        /// `address`, with a TCP port in preference.
        case port(Ports, sockets: [String])
        /// `url: http://<address><path>`
        case page(path: String, Ports)
        /// `url`, but whether there is such a page does not show from outside.
        case hiddenPage(url: String)
        /// The key with the directory that the socket of this name lies in.
        case directory(key: String, ofSocket: String)
        /// The key with the directory in which the service works.
        case workingDirectory(key: String, usual: String)
    }

    /// The key of the list in the section `collectors`.
    let kind: String
    let title: String
    /// As `ps -o comm` shows them.
    let commands: Set<String>
    let place: Place
    /// Ports and sockets that are its usual ones: they count where processes do not tell what they listen on.
    var usualPorts: Set<Int> = []
    var usualSockets: [String] = []
    /// Of the package: they show that it is installed.
    var files: [String] = []
    /// What the agent's user must be or have; one line.
    var access: String?
    /// What must be written into the service's own configuration when the place is not found.
    var setting: [String] = []
}
