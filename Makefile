# Everything a person or CI runs. `make help` lists it.
SHELL := /bin/sh
PORT ?= 8501
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.DEFAULT_GOAL := help
.PHONY: help run code codes revoke test check lint types fix messages pictures screens bench crash caps hostile properties mutants lock audit

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/app ## start the app (PORT, default 8501) and print its address
	@echo "Kineograph: http://localhost:$(PORT)"
	@exec $(BIN)/streamlit run app.py --server.port $(PORT)

# Through the environment, as the shell hands it on: a name may hold quotes.
export NAME BUDGET ID
code: .venv/app ## make an access code (NAME, BUDGET in dollars a day) and print it and its link, once
	@$(BIN)/python -m studio code make --name="$$NAME" --budget="$$BUDGET"

codes: .venv/app ## list the access codes
	@$(BIN)/python -m studio code list

revoke: .venv/app ## end an access code (ID, as in the list)
	@$(BIN)/python -m studio code revoke -- "$$ID"

# In one go, so that both cores are at work where some files wait: for a lease to run out, for what a page shows. The
# longest files first, in the order of tests/conftest.py. What Python has compiled is kept, whatever the machine says:
# without it each of the many processes compiles the app anew, and each worker all tests.
test: export PYTHONDONTWRITEBYTECODE =
test: .venv/test ## the whole suite, in a real browser too
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

check: .venv/test ## for the loop at the desk: style, types, and what needs no server, no browser and no film
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n logical --maxprocesses 4 --dist loadfile $(CHECKED)
CHECKED := tests/test_docs.py tests/test_layers.py tests/test_requirements.py tests/languages tests/videoapi tests/components \
	tests/studio/jobs tests/studio/orders tests/studio/money tests/studio/sharing tests/studio/access \
	tests/studio/queue/test_job_store.py

lint: .venv/test ## style and common mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/test ## types, strictly
	$(BIN)/mypy

fix: .venv/test ## fix what lint can fix by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: .venv/app ## bring every sentence into the catalogues of all languages, and say what is missing
	$(BIN)/python -m languages.messages

pictures: .venv/test ## take the pictures in docs/ anew, from the running app
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m tests.screenshots

screens: .venv/test ## pictures of every page and state, by language, theme and width, into screens/ (SCREENS="de --chosen")
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m tests.screens $(SCREENS)

bench: .venv/test ## measure, beside named floors
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m bench

KILLS ?= 1000
crash: .venv/test ## kill workers KILLS times (1000), and let them sleep, on both databases: nothing lost, nothing paid twice
	$(BIN)/python -m tests.crash --kills $(KILLS) --stalls 5 --database both --control --ambiguous --machine 10000

hostile: .venv/test ## 500 damaged videos and 10,000 hostile uploads: none accepted, none crashes
	$(BIN)/python -m bench.damaged_videos 500
	$(BIN)/python -m bench.hostile_uploads 10000

caps: .venv/test ## 16 processes x 1,000 orders against a cap, 10,000 steps, 1,000 double clicks: never a cent over
	$(BIN)/python -m tests.money --processes 16 --each 1000 --double 1000 --machine 10000 --control

properties: export TESTS_PROFILE = properties
properties: .venv/test ## what holds for all input, tried with 1,000 examples each instead of 25
	$(BIN)/python -m pytest -n logical --maxprocesses 4 -m hypothesis

mutants: .venv/test .venv-mutants/ready ## break MODULES a little (all: hours; SAMPLE=5: so many of each) and count what their tests notice
	$(BIN)/python -m tests.mutants $(SAMPLE:%=--sample %) $(MODULES)

.venv-mutants/ready: requirements-mutants.lock
	$(PYTHON) -m venv .venv-mutants
	.venv-mutants/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-mutants.lock
	@touch $@

# Every package with its version and the hashes of its files, for all systems and Pythons that the app runs on; without
# the address of whoever served them.
LOCK = .venv-tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-index-url --no-emit-find-links

lock: .venv-tools/ready ## write the lock files anew from requirements*.txt (add LOCK_WITH=--upgrade for newer ones)
	$(LOCK) $(LOCK_WITH) requirements-test.txt -o requirements-test.lock
	$(LOCK) $(LOCK_WITH) -c requirements-test.lock requirements.txt -o requirements.lock
	$(LOCK) $(LOCK_WITH) requirements-tools.txt -o requirements-tools.lock
	$(LOCK) $(LOCK_WITH) requirements-mutants.txt -o requirements-mutants.lock

audit: .venv-tools/ready ## ask the Python Package Index whether a locked package has a known hole
	@.venv-tools/bin/pip-audit --strict --timeout 15 --disable-pip --require-hashes --progress-spinner off \
	  -r requirements.lock -r requirements-test.lock \
	  || { echo "Either holes are listed above, or the index could not be asked; then nothing is known."; exit 1; }

.venv-tools/ready: requirements-tools.lock
	$(PYTHON) -m venv .venv-tools
	.venv-tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-tools.lock
	@touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Kineograph needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	$(PYTHON) -m venv .venv

.venv/app: requirements.lock | .venv/bin/python
	$(PIP) -r requirements.lock
	@touch $@

.venv/test: requirements-test.lock .venv/app
	$(PIP) -r requirements-test.lock
	@touch $@
