# make demo | test | check | bench | evaluate | lock | clean.  Needs Python 3.11 or newer and the package index; no root.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Touched after an install, so that a second run is quick and a change of the pins is noticed.
RUN    := $(VENV)/.run-time
DEV    := $(VENV)/.development
RIVALS := $(VENV)-bench/.rivals

.PHONY: demo test check lint bench evaluate lock clean install develop
.DEFAULT_GOAL := test

install: $(RUN)
develop: $(DEV)

$(RUN): requirements.txt pyproject.toml scripts/install
	@PYTHON="$(PYTHON)" scripts/install $(VENV) requirements.txt && touch $@

$(DEV): requirements-dev.txt pyproject.toml scripts/install
	@PYTHON="$(PYTHON)" scripts/install $(VENV) requirements-dev.txt && touch $(RUN) $@

$(RIVALS): requirements-bench.txt pyproject.toml scripts/install
	@PYTHON="$(PYTHON)" scripts/install $(VENV)-bench requirements-bench.txt && touch $@

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

# Beside its rivals, in an environment of its own. BENCH names rooms: make bench BENCH="collecting curating"
BENCH ?=
bench: $(RIVALS)
	@$(dir $(RIVALS))bin/python -m tests.bench $(BENCH)

# The labelled articles are private and stand beside the checkout; without them there is nothing to measure.
GOLD ?= ../shared/data/gold/gold_dev.jsonl.gz
evaluate: $(DEV)
	@if [ -e "$(GOLD)" ]; then \
	  $(BIN)/newsletter evaluate "$(GOLD)" --as-of 2026-03-15T23:59:59Z --floor tests/quality.toml; \
	else echo "$(GOLD) is not there; name a labelled file: make evaluate GOLD=FILE"; fi

lock:
	@scripts/lock

clean:
	@rm -rf $(VENV) $(VENV)-bench demo dist build bench.json .mypy_cache .ruff_cache .pytest_cache
