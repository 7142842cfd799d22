# Two commands: `make run` and `make test`. They make a virtual environment of their own.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: run test torture check bench clean

run: $(VENV)/.run
	@unset INSTANCE_PATH; $(BIN)/flask demo && exec $(BIN)/flask serve

test: $(VENV)/.test
	@$(BIN)/python -m tests.chromium
	@$(BIN)/python -m pytest -n 2 --dist worksteal

torture: $(VENV)/.test
	@TORTURE_ROUNDS=50 TORTURE_CUTS=200 TORTURE_TRANSACTIONS=100000 $(BIN)/python -m pytest -n 2 tests/torture

check: $(VENV)/.check
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

bench: $(VENV)/.test
	@$(BIN)/python bench/engine.py
	@$(BIN)/python -m bench.ledger

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed; set PYTHON=...") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: setup.cfg pyproject.toml | $(BIN)/python
	@echo "Installing ..."
	@$(PIP) -e .
	@touch $@

$(VENV)/.test: setup.cfg pyproject.toml | $(BIN)/python
	@echo "Installing, with what the tests need ..."
	@$(PIP) -e '.[tests]'
	@touch $@

$(VENV)/.check: setup.cfg pyproject.toml | $(BIN)/python
	@echo "Installing, with what the checks need ..."
	@$(PIP) -e '.[check]'
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
