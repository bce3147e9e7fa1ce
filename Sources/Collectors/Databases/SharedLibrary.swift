import Glibc

/// A C library that is loaded when it is first needed, and stays loaded.
///
/// Clients of databases are not linked to the program: with what they bring along (OpenSSL, Kerberos, LDAP) libpq alone makes a process
/// larger by 5.5 MiB, and most agents measure no database. It also lets an agent run where the library is not installed.
struct SharedLibrary {
    private let handle: UnsafeMutableRawPointer
    private let name: String
    private let package: String

    /// - Parameters:
    ///   - name: With the number of its interface: `libpq.so.5`.
    ///   - package: What Debian calls the package, for the error.
    init(_ name: String, package: String) throws(CollectionFailure) {
        // Its symbols stay its own: another library's OpenSSL must not answer for the one that it was built with.
        guard let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) else {
            let reason = dlerror().map { String(cString: $0) } ?? "no reason given"
            throw .unreadable(path: name, reason: "\(reason); install the library, on Debian the package \(package)")
        }
        self.handle = handle
        self.name = name
        self.package = package
    }

    /// - Parameter type: A pointer to a C function, as the library's header declares it.
    func function<Function>(_ symbol: String, _ type: Function.Type) throws(CollectionFailure) -> Function {
        guard let address = dlsym(handle, symbol) else {
            throw .unreadable(path: name, reason: "it has no \(symbol); install a newer version of \(package)")
        }
        return unsafeBitCast(address, to: type)
    }
}
