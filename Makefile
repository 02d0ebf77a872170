# make demo    the whole job, offline, on the bundled example
# make web     the page, which the next build of the program takes in (needs Node.js)
# make test    every test
# make lint    formatting, clippy, the page's types and habits, licences and sources of dependencies
# make audit   known vulnerabilities of dependencies (fetches the advisory database)
# make bench   the measurements of bench/README.md

CARGO ?= cargo
NEXTEST := $(shell $(CARGO) nextest --version >/dev/null 2>&1 && echo yes)

.PHONY: demo web test lint audit bench chromium node temporal

demo:
	$(CARGO) run --release --locked -p ampledata --no-default-features -- demo

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
# The tests of the command line have built the program that the page's tests run.
	cd web && npm run e2e

lint: .tools/cargo-deny web/node_modules/.package-lock.json
	cd web && npm run check
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets --all-features -- -D warnings
	.tools/cargo-deny --all-features check --hide-inclusion-graph licenses bans sources

audit: .tools/cargo-deny
	.tools/cargo-deny --all-features check advisories

bench:
	$(CARGO) bench --locked --workspace

temporal:
	scripts/install-temporal .tools

chromium:
	scripts/install-chromium

node:
	scripts/install-node

.tools/cargo-deny:
	scripts/install-cargo-deny .tools
