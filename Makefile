# `make` lists the targets. They write to .venv/, .pulumi/, .cache/ and build/, which git ignores. If the Pulumi CLI is
# missing, it is built once per machine, in the user's cache (tools/pulumi-cli/locate).

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

.PHONY: help setup env lint test soak bench coverage demo docs pictures site lock clean cli FORCE

help: ## list the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-8s  %s\n", $$1, $$2 }' Makefile

setup: .venv/.package cli ## create .venv from the lock, and find or build the Pulumi CLI

env: ## print the environment of this checkout:  eval "$(make -s env)"
	@$(MAKE) setup >&2
	@$(IN_ENV)

lint: .venv/.package site ## ruff, mypy, pyright, the import contracts, the lock, the site
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict --explicit-package-bases $(TYPED)
	$(BIN)/pyright --pythonpath $(BIN)/python $(TYPED)
	$(BIN)/lint-imports --no-logo --config tools/import-contracts.toml
	$(BIN)/python tools/check_lock.py

# One process more than cores, because some tests mostly wait.
test: setup ## all tests except the soak tests (ARGS="-k gate" selects some), then the endpoint coverage
	@$(IN_ENV) pytest --numprocesses $$($(BIN)/python -c 'import os; print(min(8, (os.cpu_count() or 1) + 1))') \
		--dist worksteal -m "not soak" $(ARGS)
	@$(if $(ARGS),,$(MAKE) coverage)

soak: setup ## large stacks, all faults and interrupts on the real engine, thousands of stories; an hour
	@$(IN_ENV) pytest -m soak $(ARGS)

bench: setup ## compare every command with resources whose handlers do nothing (ARGS="--counts 10,100")
	@$(IN_ENV) python tools/bench.py $(ARGS)

coverage: .venv/.package ## compare the endpoint tables with the last complete `make test` (ARGS=--write updates them)
	@$(BIN)/python -m tools.coverage $(ARGS)

demo: setup ## pulumi up, an empty preview and destroy of examples/quickstart, against the emulator
	@$(IN_ENV) tools/demo

docs: .venv/.package ## generate the pages and tables of the documentation that are made from the declarations
	$(BIN)/python -m tools.docs

pictures: setup ## make the pictures of the documentation from real runs
	@$(IN_ENV) python -m tools.docs.pictures

site: .venv/.package ## build the documentation site in build/site; a warning is an error (ARGS=--help shows options)
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build $(ARGS)

lock: .venv/.locked ## generate tools/requirements.txt from pyproject.toml (ARGS=--upgrade for newer versions)
	$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
		--generate-hashes --custom-compile-command "make lock" --quiet --output-file tools/requirements.txt $(ARGS)
	@! grep -n '://' tools/requirements.txt # no addresses: the configuration of pip decides where packages come from

clean: ## remove generated files, but not the state of stacks (.pulumi/)
	rm -rf .venv .cache dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name .git -prune -o -name __pycache__ -prune -exec rm -rf {} +

# Stamp files are in .venv, so they disappear with it. A stamp is written last, so an interrupted step runs again.
#
# .venv contains exactly the lock. It is created again if the lock changes, if the checkout has a new path (a virtual
# environment contains absolute paths), or if its Python is gone.
ifneq ($(shell cat .venv/.locked 2>/dev/null)$(wildcard .venv/bin/python3),$(CURDIR).venv/bin/python3)
.venv/.locked: FORCE
endif

.venv/.locked: tools/requirements.txt
	@python=$$(tools/find-python) && echo "Creating .venv with $$python" && rm -rf .venv && "$$python" -m venv .venv
	@echo "Installing the packages of tools/requirements.txt ..."
	@$(PIP) install --quiet --require-hashes --requirement tools/requirements.txt
	@echo '$(CURDIR)' >$@

.venv/.package: .venv/.locked pyproject.toml
	@echo "Installing statsig_pulumi from this checkout"
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

cli:
	@tools/pulumi-cli/locate >/dev/null

FORCE:
