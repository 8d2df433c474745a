# Two commands suffice: `make run` opens the dashboard on sample data, `make test` runs every test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: install run test check format translations sample bench clean

install: $(VENV)/installed

$(VENV)/installed: requirements.lock tests/standards.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --requirement tests/standards.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

run: install
	$(BIN)/kpi demo

test: install
	$(BIN)/python -m pytest --numprocesses auto --dist loadgroup

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/kpi check
	$(BIN)/python tools/translations.py check

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

translations: install
	$(BIN)/python tools/translations.py update

sample: install
	$(BIN)/python sample_data/make.py

bench: install
	$(BIN)/python bench/run.py

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
