import Foundation

/// What a fuzz target is: how it treats one input, and where it starts from. Each target's file declares one `enum FuzzTarget: Fuzzing`.
protocol Fuzzing {
    /// Inputs that are as they should be, one for each thing that the code under test can read.
    static var seeds: [[UInt8]] { get }
    /// Feeds the code under test. Stops by `precondition` when a promise is broken; errors that it declares are fine.
    static func run(_ input: UnsafeRawBufferPointer)
}

/// Called by libFuzzer once, before anything else. With `FUZZ_SEEDS` it writes the seeds into that folder and ends.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_: UnsafeMutablePointer<Int32>?, _: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>>>?)
    -> Int32
{
    guard let folder = ProcessInfo.processInfo.environment["FUZZ_SEEDS"] else { return 0 }
    for (index, seed) in FuzzTarget.seeds.enumerated() {
        let file = URL(filePath: folder).appending(path: "seed-\(index)")
        do { try Data(seed).write(to: file) } catch { preconditionFailure("\(file.path()): \(error)") }
    }
    exit(0)
}

/// Called by libFuzzer with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    FuzzTarget.run(UnsafeRawBufferPointer(start: bytes, count: count))
    return 0
}
