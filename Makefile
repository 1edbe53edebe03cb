# SPDX-License-Identifier: Apache-2.0
# Needs Python 3.11 or newer with pip, and make. Every target makes `.venv` by itself.

SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMP := .venv/.installed
PEER := build/peer/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help install run test everything lint journeys canaries torture-intake torture-keys torture-queue torture-lists torture-trail bench bench-console bench-gate bench-intake bench-inventory bench-matching bench-pdq bench-quality bench-response bench-scan bench-trail docs messages lock clean torture-away torture-decoders torture-gate
.DEFAULT_GOAL := help

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

install: $(STAMP) ## Install Krama and its tools into .venv
	@echo "Krama is installed in .venv."

run: $(STAMP) ## Start Krama with its demo; PORT=8001 make run takes another port
	@test -e "$${KRAMA_HOME:-krama-data}/home.json" || $(BIN)/krama init --demo
	@exec $(BIN)/krama serve --app examples/social_app

test: $(STAMP) ## Run all tests, on SQLite and where it can on PostgreSQL
	@$(BIN)/python -m tests.run

everything: $(STAMP) ## Run what takes long as well: every sector, language and look, every kill
	@$(BIN)/python -m tests.run everything

lint: $(STAMP) ## Check style, types, floors and house rules
	@mkdir -p build
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@KRAMA_HOME=build/no-home $(BIN)/mypy
	@$(BIN)/lint-imports --no-logo > build/floors.txt 2>&1 || { cat build/floors.txt; exit 1; }
	@$(BIN)/python -m tests.contracts.house

journeys: $(STAMP) ## Run only the stories in a browser
	@$(BIN)/python -m tests.run journeys

canaries: $(STAMP) ## Send a canary through every door, and look for it everywhere
	@$(BIN)/python -m tests.run canaries

torture-intake: $(STAMP) ## Kill everything three hundred times while children report
	@$(BIN)/python -m tests.torture.intake $(ARGS)

bench-console: $(STAMP) ## How long staff wait for their pages among a million cases, on PostgreSQL
	@$(BIN)/python -m bench.console $(ARGS)

bench: $(STAMP) $(PEER) ## Scanning, matching and the gate beside the peer, one after another, and one table of it
	@for name in scan matching gate; do $(MAKE) --no-print-directory bench-$$name || true; done
	@$(BIN)/python -m bench.all

bench-gate: $(STAMP) $(PEER) ## Uploads, lookups and batches through the gate and the server, beside the peer under gunicorn
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.gate $(ARGS)

bench-intake: $(STAMP) ## How long a child waits, and what happens in a rush, on PostgreSQL
	@$(BIN)/python -m bench.intake $(ARGS)

torture-keys: $(STAMP) ## Kill rotation and destruction three hundred times
	@$(BIN)/python -m tests.torture.keys

bench-inventory: $(STAMP) ## Measure how well the inventory names fields
	@$(BIN)/python -m bench.inventory

bench-matching: $(STAMP) $(PEER) ## One lookup among 100 thousand, a million and ten million hashes, beside the peer
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.matching $(ARGS)

bench-pdq: $(STAMP) $(PEER) ## How far the fast PDQ is from the exact one, in hundreds of pictures
	@$(BIN)/python -m bench.fast_pdq

bench-quality: $(STAMP) $(PEER) ## What PDQ still finds after each change of a picture, and what it finds wrongly
	@$(BIN)/python -m bench.quality

bench-response: $(STAMP) ## From a match to withheld, and from a decision to removed, on both databases
	@$(BIN)/python -m bench.response $(ARGS)

bench-scan: $(STAMP) $(PEER) ## JPEG bytes to verdict among a million hashes, beside the peer
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.scan
torture-decoders: $(STAMP) ## A hundred thousand harmed files of every format against a real gate
	@$(BIN)/python -m tests.torture.decoders $(ARGS)

torture-away: $(STAMP) ## An hour of scans by a gate whose server is away; then all of it arrives
	@$(BIN)/python -m tests.torture.away

torture-gate: $(STAMP) ## Kill gate and server and cut the network between them while pictures are scanned
	@$(BIN)/python -m tests.torture.gate $(ARGS)

torture-lists: $(STAMP) ## Publish and withdraw while gate and server are asked without pause
	@$(BIN)/python -m tests.torture.lists

torture-queue: $(STAMP) ## Kill reviewers and Krama while fifty take the next case at once
	@$(BIN)/python -m tests.torture.queue $(ARGS)

torture-trail: $(STAMP) ## Tamper ten thousand times with a trail, by raw SQL
	@$(BIN)/python -m tests.torture.trail

bench-trail: $(STAMP) ## What the trail costs a decision, on PostgreSQL
	@$(BIN)/python -m bench.trail

docs: $(STAMP) ## Write the README's table from its data
	@$(BIN)/python docs/lines.py
	@$(BIN)/python docs/catalogue.py

messages: $(STAMP) ## Collect the texts for Khmer, and compile the catalogue
	@$(BIN)/python src/krama/server/locale/catalogue.py

lock: $(STAMP) ## Choose versions anew, none younger than five days (maintainers)
	@$(PIP) install uv
	@$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --all-extras --group dev --group build \
		--universal --generate-hashes --exclude-newer "5 days" --no-header --output-file requirements.lock

clean: ## Remove .venv and what tools left behind; your data stays
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results

$(STAMP): requirements.lock pyproject.toml
	@mkdir -p build
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; PYTHON=/path make says which."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "Python's venv module is needed (on Debian: python3-venv)."; exit 1; }
	@echo "Installing into .venv (a minute the first time) ..."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -c 'from krama.signals import engine; engine.load()'
	@touch $@

$(PEER): bench/peer-requirements.txt
	@test -x build/peer/bin/python || $(PYTHON) -m venv build/peer
	@echo "Installing what is compared with into build/peer ..."
	@build/peer/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r bench/peer-requirements.txt
	@touch $@
