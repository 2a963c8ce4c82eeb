# `make demo` and `make test` do all their own set-up; they need Python 3.11 or newer and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
CLIENT_VENV := .venv-ricloud-client
CLIENT_INSTALLED := $(CLIENT_VENV)/.installed

.PHONY: demo test check lint types imports format bench clean help

help: ## Show what can be made.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

$(INSTALLED): requirements/development.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "proofreel needs Python 3.11 or newer, and $(PYTHON) is not that. Name another: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up $(VENV), once …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/development.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $(INSTALLED)

# The official client of ricloud, for tests alone: its pins are too old to live beside ours. It comes as source, so what builds it is pinned, too.
$(CLIENT_INSTALLED): requirements/ricloud-client-build.txt requirements/ricloud-client.txt
	@echo "Setting up $(CLIENT_VENV), once …"
	@$(PYTHON) -m venv --clear $(CLIENT_VENV)
	@$(CLIENT_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/ricloud-client-build.txt
	@$(CLIENT_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation --use-pep517 --requirement requirements/ricloud-client.txt
	@touch $(CLIENT_INSTALLED)

demo: $(INSTALLED) ## Watch a real command, real webhooks and 27 hours of retries, in seconds.
	@$(BIN)/python -m demo

test: $(INSTALLED) $(CLIENT_INSTALLED) ## Run the tests.
	@$(BIN)/python -m pytest --numprocesses auto $(ARGS)

check: lint types imports ## Lint, check the types, check the directions of imports.

lint: $(INSTALLED)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(INSTALLED)
	@$(BIN)/mypy

imports: $(INSTALLED)
	@$(BIN)/lint-imports --no-cache

format: $(INSTALLED) ## Format the code.
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix-only --quiet .

bench: $(INSTALLED) ## Run the benchmarks.
	@$(BIN)/python -m benchmarks

clean: ## Remove everything that was set up.
	@rm -rf $(VENV) $(CLIENT_VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
