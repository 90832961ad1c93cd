# make demo | test | check | bench | lock | clean.  Needs Python 3.11 or newer and the package index; no root.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Touched after an install, so that a second run is quick and a change of the pins is noticed.
RUN    := $(VENV)/.run-time
DEV    := $(VENV)/.development

.PHONY: demo test check lint bench lock clean install develop
.DEFAULT_GOAL := test

install: $(RUN)
develop: $(DEV)

$(RUN): requirements.txt pyproject.toml scripts/install
	@PYTHON="$(PYTHON)" scripts/install $(VENV) requirements.txt && touch $@

$(DEV): requirements-dev.txt pyproject.toml scripts/install
	@PYTHON="$(PYTHON)" scripts/install $(VENV) requirements-dev.txt && touch $(RUN) $@

demo: $(RUN)
	@$(BIN)/newsletter demo

test: $(DEV)
	@$(BIN)/python -m pytest -q

lint: $(DEV)
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@said=$$($(BIN)/lint-imports --no-logo) || { echo "$$said"; exit 1; }

check: lint test

bench: $(DEV)
	@$(BIN)/python -m tests.bench

lock:
	@scripts/lock

clean:
	@rm -rf $(VENV) demo dist build bench.json .mypy_cache .ruff_cache .pytest_cache
