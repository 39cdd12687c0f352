# Everything runs in .venv, made from constraints.txt: nothing that is not pinned is fetched.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run dev home bench test test-fast check format lint types imports sql specs defs constraints clean

# What Python compiles is kept in .venv, whatever the shell says: without it each of the processes
# that a run or a test starts compiles all of Dagster and Great Expectations anew, for six seconds.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/pycache
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
STAMP := .venv/.stamp
# A file's tests share what is set up for them. The order is ours: what takes long begins.
SIDE_BY_SIDE = --dist=loadfile --no-loadscope-reorder
# A core is idle while a test waits for a server or a disk, so there is one process more than cores.
ALL = $(SIDE_BY_SIDE) --numprocesses=$$(($$(nproc) + 1))
# What is for every day waits for little, and each process reads all the tests, which takes seconds;
# so does Dagster, which is left out.
EVERY_DAY = $(SIDE_BY_SIDE) --numprocesses=$$(nproc) -m "not server and not slow" \
	--hypothesis-profile=everyday --ignore=tests/orchestration --ignore=vigo_pipeline/orchestration
# Each home has a Dagster of its own.
run dev defs home: export DAGSTER_HOME := $(shell realpath -m "$(or $(VIGO_HOME),.vigo)")/dagster

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

run: $(STAMP) home ## make a synthetic October in .vigo and run it to a delivery; FEIL=1 plants errors
	$(BIN)/vigo demo $(if $(FEIL),--feil)

PORT ?= 3000
dev: $(STAMP) home ## the same data with the Dagster UI, on PORT=3000
	@$(BIN)/vigo valider
	@$(BIN)/vigo demo --bare-data --om-tomt
	@exec $(BIN)/vigo-maintain dev --port $(PORT)

bench: $(STAMP) ## a national round against what it is compared with, and a national skoleår
	$(BIN)/python -m benchmarks.national
	$(BIN)/python -m benchmarks.year

test: $(STAMP) ## every test and doctest, on all cores
	$(BIN)/pytest $(ALL)

test-fast: $(STAMP) ## the tests that need no server and no Dagster, in a minute
	$(BIN)/pytest $(EVERY_DAY)

check: format lint types imports sql specs defs ## everything that reads the code without running it

format: $(STAMP) ## layout of the Python files
	$(BIN)/ruff format --check .

lint: $(STAMP) ## ruff
	$(BIN)/ruff check .

types: $(STAMP) ## mypy
	$(BIN)/mypy

imports: $(STAMP) ## the direction of imports
	$(BIN)/lint-imports

sql: $(STAMP) ## layout of the queries, also of those in rules
	$(BIN)/sqlfluff lint assets vigo_pipeline
	$(BIN)/python -m tests.rule_sql

specs: $(STAMP) ## every spec, rule and query holds together
	$(BIN)/vigo valider

defs: $(STAMP) home ## Dagster can load the whole pipeline
	$(BIN)/dagster definitions validate --workspace workspace.yaml --log-level warning

home: ## Dagster's own folder, with our settings
	@(umask 077 && mkdir -p "$$DAGSTER_HOME") && cp dagster.yaml "$$DAGSTER_HOME/dagster.yaml"

constraints: $(STAMP) ## pin every dependency of pyproject.toml again, with hashes
	$(BIN)/uv pip compile --quiet --upgrade --no-config --universal --python-version 3.11 \
	    --fork-strategy fewest --all-extras --generate-hashes --no-annotate --no-header \
	    --no-strip-extras --no-emit-index-url --no-emit-find-links --only-binary :all: \
	    --output-file constraints.txt pyproject.toml

clean: ## remove the environment and the local data
	rm -rf .venv .vigo

# The environment starts empty when a pin has changed, so nothing old is left in it.
.venv/.deps: constraints.txt
	@echo "Installerer i .venv. Det tar et par minutter." >&2
	@bash .ci/venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile \
	    --only-binary :all: --require-hashes -r constraints.txt
	@touch $@

$(STAMP): .venv/.deps pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	    --no-deps --no-build-isolation -e .
	@touch $@
