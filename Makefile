# `make` lists what there is. Everything made here is under .venv/, .pulumi/ and .cache/, which git ignores,
# but for the Pulumi CLI, which is built once a machine where it is missing (tools/pulumi-cli/locate).

PYTHON ?= python3
ARGS ?=

export PYTHON
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
IN_ENV := tools/env
TYPED := statsig_pulumi tests/typing/right.py examples tools

.PHONY: help setup env lint test soak bench coverage demo docs lock clean cli FORCE

help: ## list the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-8s  %s\n", $$1, $$2 }' Makefile

setup: .venv/.package cli ## make .venv from the lock, and find or build the Pulumi CLI

env: ## print the environment to work in:  eval "$(make -s env)"
	@$(MAKE) setup >&2
	@$(IN_ENV)

lint: .venv/.package ## ruff, mypy, pyright, the import contracts, the lock
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict --explicit-package-bases $(TYPED)
	$(BIN)/pyright --pythonpath $(BIN)/python $(TYPED)
	$(BIN)/lint-imports --no-logo --config tools/import-contracts.toml
	$(BIN)/python tools/check_lock.py

test: setup ## all tests but the soak, on the real engine where they need it (ARGS="-k gate")
	@$(IN_ENV) pytest --numprocesses auto --maxprocesses 8 --dist worksteal -m "not soak" $(ARGS)
	@$(if $(ARGS),,$(MAKE) coverage)

soak: setup ## the tests marked soak: large stacks on the real engine, minutes long
	@$(IN_ENV) pytest -m soak $(ARGS)

bench: setup ## measure every command against a floor of resources that do nothing (ARGS="--counts 10,100")
	@$(IN_ENV) python tools/bench.py $(ARGS)

coverage: .venv/.package ## hold the table of endpoints against the last complete `make test` (ARGS=--write makes it anew)
	@$(BIN)/python -m tools.coverage $(ARGS)

demo: setup ## pulumi up, an empty preview and destroy of examples/quickstart, against the emulator
	@$(IN_ENV) tools/demo

docs: .venv/.package ## the tables of README.md and docs/reference.md, from the declarations and coverage.json
	$(BIN)/python -m tools.docs

lock: .cache/uv/bin/uv ## make tools/requirements.txt again from pyproject.toml (ARGS=--upgrade for newer versions)
	.cache/uv/bin/uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
		--generate-hashes --custom-compile-command "make lock" --quiet --output-file tools/requirements.txt $(ARGS)
	@! grep -n '://' tools/requirements.txt # the lock names no address: packages come from wherever pip is told to look

clean: ## remove what was made here, but not the state of stacks (.pulumi/)
	rm -rf .venv .cache dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name .git -prune -o -name __pycache__ -prune -exec rm -rf {} +

# Stamps stand in .venv, so they go when it goes. A stamp is written last: what was interrupted is done again.
#
# The environment is exactly the lock: made anew when that changes, and when it cannot work any more,
# because the checkout was moved (a virtual environment holds absolute paths) or its Python is gone.
ifneq ($(shell cat .venv/.locked 2>/dev/null)$(wildcard .venv/bin/python3),$(CURDIR).venv/bin/python3)
.venv/.locked: FORCE
endif

.venv/.locked: tools/requirements.txt
	@python=$$(tools/find-python) && echo "Making .venv with $$python" && rm -rf .venv && "$$python" -m venv .venv
	@echo "Installing what tools/requirements.txt locks ..."
	@$(PIP) install --quiet --require-hashes --requirement tools/requirements.txt
	@echo '$(CURDIR)' >$@

.venv/.package: .venv/.locked pyproject.toml
	@echo "Installing statsig_pulumi from this checkout"
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

cli:
	@tools/pulumi-cli/locate >/dev/null

.cache/uv/bin/uv:
	@python=$$(tools/find-python) && "$$python" -m venv .cache/uv
	@.cache/uv/bin/python -m pip install --quiet --disable-pip-version-check uv

FORCE:
