# The whole interface of this repository. Everything that a target needs it installs itself, on Debian 12 with Swift 6.3.
.PHONY: help setup build release test demo bench bench-agents bench-probes bench-mailboxes bench-peers bench-queries bench-rules bench-restart fuzz lint format clean

help:
	@echo "make demo     a real small mail platform, watched: prints the address of the page and what to try"
	@echo "make test     installs what is needed, builds, runs every test"
	@echo "make bench    the store's parts, and Postwatch as a receiver of samples, measured"
	@echo "make bench-queries, make bench-rules  the same for queries and alerting rules"
	@echo "make bench-peers  beside its peers     make bench-restart  restarts with 200,000 series and two hours of samples"
	@echo "make release  an optimised postwatch in .build-release/release"
	@echo "make bench-agents  the agent beside node_exporter, postfix_exporter and mtail"
	@echo "make bench-probes  IMAP probes beside blackbox_exporter and check_imap"
	@echo "make bench-mailboxes  one agent that visits 5,000 mailboxes every minute"
	@echo "make fuzz     feeds the decoders random bytes: TARGET=chunk SECONDS=600; Fuzz/run lists the targets"
	@echo "make lint     style and layers      make format  rewrites the sources in the house style"

setup:
	@scripts/setup

build: setup
	swift build

# With Swift's own libraries inside, so that a server needs nothing but Debian's packages; and a smaller process.
release: setup
	swift build --configuration release --static-swift-stdlib --scratch-path .build-release --product postwatch

test: setup
	Benchmarks/install-peers prometheus
	scripts/check-layers
	scripts/lint
	swift build --build-tests
	# One after the other: some watch the clock of a real machine, and the end-to-end tests want both cores for the platform.
	swift test --skip-build --disable-xctest --no-parallel

demo: release
	@scripts/demo

bench: release
	Benchmarks/own
	Benchmarks/peers --only postwatch

bench-peers: release
	Benchmarks/install-peers
	Benchmarks/peers

bench-agents: release
	Benchmarks/install-peers prometheus-node-exporter prometheus-postfix-exporter mtail
	Benchmarks/agents

bench-probes: release
	Benchmarks/install-peers dovecot-imapd prometheus-blackbox-exporter monitoring-plugins-basic
	Benchmarks/imap-probes

bench-mailboxes: release
	Benchmarks/install-peers dovecot-imapd
	Benchmarks/mailboxes

fuzz: setup
	Fuzz/run $(or $(TARGET),chunk) $(or $(SECONDS),60)

bench-queries: release
	Benchmarks/install-peers
	Benchmarks/peers --queries

bench-rules: release
	Benchmarks/install-peers
	Benchmarks/peers --rules

bench-restart: release
	Benchmarks/install-peers
	Benchmarks/peers --restart

lint:
	scripts/check-layers
	scripts/lint

format:
	swift format --in-place --parallel --recursive --configuration .swift-format Package.swift Sources Tests Fuzz Benchmarks/store/Package.swift Benchmarks/store/Sources/storebench

clean:
	rm -rf .build .build-release Benchmarks/store/.build Fuzz/.build
