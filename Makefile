# Kessai: everything a newcomer, an operator or a CI runner calls. Needs Python 3.11 or newer with pip, nothing else.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
LOCK := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet
CODE := domain workflows signing projections api kessai tests

.PHONY: setup run test fast check format bench drill lock clean

setup: .venv/.installed                 ## the environment, from hashed requirements

.venv/.installed: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Kessai には Python 3.11 以上が必要です (PYTHON=python3.12 make setup のように指定できます)")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) install --quiet --require-hashes --only-binary :all: --requirement requirements/dev.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

run: setup                              ## Postgres, Temporal with its Web UI, worker, projector, reconciler and API; Ctrl-C stops them
	$(BIN)/kessai up

check: setup                            ## formatting rules, types, import contracts
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check --quiet $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: setup                           ## formatting is not discussed
	$(BIN)/ruff format --quiet $(CODE)
	$(BIN)/ruff check --fix --quiet $(CODE)

fast: setup                             ## the tests that need no server: seconds
	$(BIN)/python -m pytest tests/rules tests/records tests/guards -m "not long and not browser" --quiet --numprocesses 2

test: check                             ## everything a change must pass, on the real parts
	$(BIN)/python -m pytest -m "not long" --numprocesses 2 --dist loadfile

bench: setup                            ## the goals as ratios against baselines measured in the same run
	$(BIN)/kessai bench

drill: setup                            ## ten minutes and more of kill -9 under load, and whatever else takes minutes
	$(BIN)/python -m pytest -m long

lock: setup                             ## requirements/*.txt anew from pyproject.toml
	$(PIP) install --quiet --require-hashes --only-binary :all: --requirement requirements/lock.txt
	$(LOCK) --extra build --extra embedded --extra dev --output-file requirements/dev.txt
	$(LOCK) --extra build --constraints requirements/dev.txt --output-file requirements/run.txt

clean:                                  ## the environment and caches; never the data in .kessai
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache out
