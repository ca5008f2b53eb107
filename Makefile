# Everything a person or CI runs. `make help` lists it.
SHELL := /bin/sh
PORT ?= 8501
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test lint types fix bench crash hostile

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/app ## start the app (PORT, default 8501) and print its address
	@echo "Kineograph: http://localhost:$(PORT)"
	@exec $(BIN)/streamlit run app.py --server.port $(PORT)

test: .venv/test ## the whole suite, in a real browser too
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m pytest

lint: .venv/test ## style and common mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/test ## types, strictly
	$(BIN)/mypy

fix: .venv/test ## mend what lint can mend by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/test ## measure, beside named floors
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m bench

KILLS ?= 1000
crash: .venv/test ## kill workers KILLS times (1000) on both databases: nothing lost, nothing paid twice
	$(BIN)/python -m tests.crash --kills $(KILLS) --database both --control --ambiguous --machine 10000

hostile: .venv/test ## 500 damaged videos and 10,000 hostile uploads: none accepted, none crashes
	$(BIN)/python -m bench.damaged_videos 500
	$(BIN)/python -m bench.hostile_uploads 10000

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Kineograph needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	$(PYTHON) -m venv .venv

.venv/app: requirements.txt | .venv/bin/python
	$(PIP) -r requirements.txt
	@touch $@

.venv/test: requirements-test.txt .venv/app
	$(PIP) -r requirements-test.txt
	@touch $@
