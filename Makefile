# make demo    run the whole job, offline, on the bundled example
# make web     build the web app, which the next build of the program embeds (needs Node.js)
# make test    run every test
# make lint    check formatting, clippy, links of the code's documentation, the builds that leave parts out, the web app's types and rules, spelling and words of the texts, licences and sources of dependencies
# make audit   look for known vulnerabilities in dependencies (fetches the advisory database)
# make bench   check the quality on the examples against bench/bridges.json and bench/companies.json, and run the benchmarks (see bench/README.md)

CARGO ?= cargo
NEXTEST := $(shell $(CARGO) nextest --version >/dev/null 2>&1 && echo yes)

.PHONY: demo web test lint audit bench quality chromium node temporal

demo:
	$(CARGO) run --locked -p ampledata --no-default-features -- demo

web: web/node_modules/.package-lock.json
	cd web && npm run build

web/node_modules/.package-lock.json: web/package.json web/package-lock.json | node
	cd web && npm ci
	touch $@

test: chromium temporal web
	cd web && npm run check && npm test
ifeq ($(NEXTEST),yes)
	scripts/with-postgres $(CARGO) nextest run --locked --workspace --all-features --no-fail-fast
else
	scripts/with-postgres $(CARGO) test --locked --workspace --all-features --no-fail-fast
endif
# The command-line tests have built the program that the web app's tests run.
	cd web && npm run e2e

lint: .tools/cargo-deny .tools/typos web/node_modules/.package-lock.json
	scripts/check-words
	.tools/typos
	cd web && npm run check
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --all-features --no-deps --document-private-items
# The builds that leave parts out: the one of the demo, and the API alone.
	$(CARGO) check --locked -p ampledata --no-default-features
	$(CARGO) check --locked -p ampledata --no-default-features --features serve
	.tools/cargo-deny --all-features check --hide-inclusion-graph licenses bans sources

audit: .tools/cargo-deny
	scripts/check-advisories --required

bench: quality
	$(CARGO) bench --locked --workspace

# Fails if a figure of an example is worse than its baseline.
quality:
	$(CARGO) run --locked -p ampledata --no-default-features -- eval examples/bridges --baseline bench/bridges.json
	$(CARGO) run --locked -p ampledata --no-default-features -- eval examples/companies --baseline bench/companies.json

temporal:
	scripts/install-temporal .tools

chromium:
	scripts/install-chromium

node:
	scripts/install-node

.tools/cargo-deny:
	scripts/install-cargo-deny .tools

.tools/typos:
	scripts/install-typos .tools
