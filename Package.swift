// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "postwatch",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "postwatch", targets: ["postwatch"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.0"),
        // Its SPI is used, which may change in any minor version: docs/decisions/0008.
        .package(url: "https://github.com/apple/swift-certificates.git", .upToNextMinor(from: "1.21.1")),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-crypto", "3.12.0"..<"5.0.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/onevcat/Rainbow", from: "4.2.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // MARK: Values and ports
        .target(name: "PostwatchModel", dependencies: ["CRE2"]),

        // MARK: Wire libraries and C modules: bytes in, values out, no product types
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
        .systemLibrary(name: "CAres", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CMariaDB", providers: [.apt(["libmariadb-dev"])]),
        .systemLibrary(name: "CPostgreSQL", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"])]),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(name: "CTimex"),
        .systemLibrary(name: "CXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CXXHash", providers: [.apt(["libxxhash-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "ExpositionFormat", dependencies: ["CSnappy"]),
        .target(name: "MailLogs"),
        .target(name: "MailWire", dependencies: ["CXML2"]),
        .target(
            name: "MailClient",
            dependencies: [
                "CAres", "MailWire",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ]
        ),
        .target(name: "MailIdentity", dependencies: ["MailWire", .product(name: "Crypto", package: "swift-crypto")]),

        // MARK: Engines: pure, no I/O
        .target(name: "Catalogue", dependencies: ["PostwatchModel"]),
        .target(name: "Custody", dependencies: ["PostwatchModel"]),
        .target(name: "PromQL", dependencies: ["PostwatchModel"]),
        .target(name: "Rules", dependencies: ["PostwatchModel", "PromQL"]),
        .target(name: "Triage", dependencies: ["PostwatchModel"]),

        // MARK: Adapters: I/O
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
            ]
        ),
        .target(
            name: "RecordStore",
            dependencies: ["PostwatchModel", "PostwatchRuntime", .product(name: "GRDB", package: "GRDB.swift")]
        ),
        .target(
            name: "Collectors",
            dependencies: [
                "PostwatchModel", "PostwatchRuntime", "ExpositionFormat", "MailClient", "MailIdentity", "MailLogs", "MailWire",
                "CMariaDB", "CPostgreSQL", "CSystemd", "CTimex",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        .target(
            name: "Journeys",
            dependencies: [
                "PostwatchModel", "PostwatchRuntime", "MailClient", "MailWire",
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        .target(
            name: "Scraping",
            dependencies: [
                "PostwatchModel", "PostwatchRuntime", "ExpositionFormat", "MailClient",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .target(
            name: "Forwarding",
            dependencies: [
                "PostwatchModel", "PostwatchRuntime", "ExpositionFormat",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .target(
            name: "Notifiers",
            dependencies: [
                "PostwatchModel", "PostwatchRuntime",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),

        // MARK: Faces
        .target(
            name: "HTTPAPI",
            dependencies: [
                "PostwatchModel", "PostwatchRuntime", "PromQL", "ExpositionFormat", "CZlib",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ]
        ),
        .target(
            name: "WebUI",
            dependencies: [
                "PostwatchModel", "PostwatchRuntime",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Templates")]
        ),

        // MARK: Composition
        .target(
            name: "PostwatchApp",
            dependencies: [
                "PostwatchModel", "PostwatchRuntime", "Catalogue", "Custody", "PromQL", "Rules", "Triage", "SeriesStore", "RecordStore",
                "Collectors", "MailLogs", "Journeys", "Scraping", "Forwarding", "Notifiers", "HTTPAPI", "WebUI", "ExpositionFormat",
                "MailClient",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),
        .executableTarget(
            name: "postwatch",
            dependencies: [
                "PostwatchApp", "PostwatchModel", "PostwatchRuntime",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Rainbow", package: "Rainbow"),
            ]
        ),

        // MARK: Tests
        .target(name: "TestSupport", dependencies: ["PostwatchModel", "PostwatchRuntime"]),
        .testTarget(name: "TestSupportTests", dependencies: ["TestSupport", "PostwatchModel", "PostwatchRuntime"]),
        .testTarget(name: "PostwatchModelTests", dependencies: ["PostwatchModel", "TestSupport"]),
        .testTarget(name: "PostwatchRuntimeTests", dependencies: ["PostwatchRuntime", "PostwatchModel", "TestSupport"]),
        .testTarget(name: "ExpositionFormatTests", dependencies: ["ExpositionFormat", "TestSupport"]),
        .testTarget(name: "MailWireTests", dependencies: ["MailWire", "TestSupport"]),
        .testTarget(name: "MailClientTests", dependencies: ["MailClient", "MailWire", "TestSupport"]),
        .testTarget(name: "MailIdentityTests", dependencies: ["MailIdentity", "MailWire"]),
        .testTarget(name: "CatalogueTests", dependencies: ["Catalogue", "PostwatchModel"]),
        .testTarget(name: "CustodyTests", dependencies: ["Custody", "PostwatchModel"]),
        .testTarget(name: "MailLogsTests", dependencies: ["MailLogs"]),
        .testTarget(name: "PromQLTests", dependencies: ["PromQL", "PostwatchModel", "TestSupport"]),
        .testTarget(name: "RulesTests", dependencies: ["Rules", "PromQL", "PostwatchModel", "PostwatchRuntime"]),
        .testTarget(
            name: "CollectorsTests",
            dependencies: [
                "Collectors", "CTimex", "ExpositionFormat", "MailClient", "MailIdentity", "MailLogs", "MailWire", "PostwatchModel",
                "PostwatchRuntime", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ]
        ),
        .testTarget(
            name: "JourneysTests",
            dependencies: [
                "Journeys", "MailClient", "MailWire", "PostwatchModel", "PostwatchRuntime", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        .testTarget(
            name: "SeriesStoreTests",
            dependencies: [
                "SeriesStore", "PostwatchRuntime", "PostwatchModel", "TestSupport", "ExpositionFormat",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(
            name: "ForwardingTests",
            dependencies: [
                "Forwarding", "ExpositionFormat", "PostwatchRuntime", "PostwatchModel", "TestSupport",
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(
            name: "ScrapingTests",
            dependencies: [
                "Scraping", "ExpositionFormat", "PostwatchRuntime", "PostwatchModel", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(name: "TriageTests", dependencies: ["Triage", "PostwatchModel", "TestSupport"]),
        .testTarget(name: "NotifiersTests", dependencies: ["Notifiers", "PostwatchModel"]),
        .testTarget(name: "WebUITests", dependencies: ["WebUI", "PostwatchModel"]),
        .testTarget(
            name: "HTTPAPITests",
            dependencies: [
                "HTTPAPI", "PostwatchModel", "PostwatchRuntime", "PromQL", "ExpositionFormat", "TestSupport",
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ]
        ),
        .testTarget(
            name: "PostwatchAppTests",
            dependencies: [
                "PostwatchApp", "PostwatchModel", "PostwatchRuntime", "PromQL", "Rules", "Triage", "SeriesStore", "RecordStore",
                "Catalogue", "Collectors", "ExpositionFormat", "Forwarding", "Journeys", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["postwatch", "TestSupport", .product(name: "AsyncHTTPClient", package: "async-http-client")]
        ),
        .testTarget(
            name: "DurabilityTests",
            dependencies: [
                "postwatch", "SeriesStore", "RecordStore", "ExpositionFormat", "PostwatchRuntime", "PostwatchModel", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        .testTarget(name: "PeerTests", dependencies: ["postwatch", "TestSupport"]),
        .testTarget(
            name: "RecordStoreTests",
            dependencies: ["RecordStore", "PostwatchModel", "TestSupport", .product(name: "GRDB", package: "GRDB.swift")]),
    ],
    swiftLanguageModes: [.v6]
)
