# make demo    the whole job, offline, on the bundled example
# make web     the page, which the next build of the program takes in (needs Node.js)
# make test    every test
# make lint    formatting, clippy, licences and sources of dependencies
# make audit   known vulnerabilities of dependencies (fetches the advisory database)
# make bench   the measurements of bench/README.md

CARGO ?= cargo
NEXTEST := $(shell $(CARGO) nextest --version >/dev/null 2>&1 && echo yes)

.PHONY: demo web test lint audit bench chromium

demo:
	$(CARGO) run --quiet --release --locked -p ampledata -- demo

web:
	cd web && npm ci && npm run build

test: chromium
ifeq ($(NEXTEST),yes)
	$(CARGO) nextest run --locked --workspace --all-features --no-fail-fast
else
	$(CARGO) test --locked --workspace --all-features --no-fail-fast
endif

lint: .tools/cargo-deny
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets --all-features -- -D warnings
	.tools/cargo-deny --all-features check --hide-inclusion-graph licenses bans sources

audit: .tools/cargo-deny
	.tools/cargo-deny --all-features check advisories

bench:
	$(CARGO) bench --locked --workspace

chromium:
	scripts/install-chromium

.tools/cargo-deny:
	scripts/install-cargo-deny .tools
