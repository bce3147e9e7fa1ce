// swift-tools-version: 6.2
import PackageDescription

// Measures the inside of the series store. A package of its own, because that takes `-enable-testing`, which the product is not built
// with. All targets but `storebench` are links to the product's sources.
let package = Package(
    name: "store",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "PostwatchModel", dependencies: ["CRE2"]),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"])]),
        .systemLibrary(name: "CXXHash", providers: [.apt(["libxxhash-dev"])]),
        .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "ExpositionFormat", dependencies: ["CSnappy"]),
        .target(
            name: "PostwatchRuntime",
            dependencies: [
                "PostwatchModel", "CMalloc", "CXXHash",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ]
        ),
        .target(
            name: "SeriesStore",
            dependencies: [
                "PostwatchModel", "PostwatchRuntime", "ExpositionFormat", "CXXHash", "CZstd",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: [.unsafeFlags(["-enable-testing"])]
        ),
        .executableTarget(
            name: "storebench",
            dependencies: [
                "SeriesStore", "ExpositionFormat", "PostwatchRuntime", "PostwatchModel",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)
