# Everything runs in .venv; the first call sets it up, later calls install nothing.
PYTHON ?= python3
HOST ?= $(or $(VARDE_HOST),127.0.0.1)
PORT ?= $(or $(VARDE_PORT),8000)
PIP = .venv/bin/pip --disable-pip-version-check install --quiet --constraint constraints.txt
RUN = .venv/.run-ready
DEV = .venv/.dev-ready

.PHONY: run chat test check eval bench transformers train fit embedding fit-answers bench-answers clean

run: $(RUN)
	.venv/bin/varde serve --host $(HOST) --port $(PORT)

chat: $(RUN)
	.venv/bin/varde chat

# As many at once as there are processors; what measures how long something takes runs after them, by itself.
TESTS = .venv/bin/pytest --numprocesses auto --maxprocesses 4 --dist worksteal -m "not timed" && .venv/bin/pytest -m timed

test: $(DEV)
	$(TESTS)

check: $(DEV)
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(TESTS)

eval: $(DEV)
	.venv/bin/varde eval

bench: $(DEV)
	.venv/bin/python -m evals.benchmarks

transformers: $(DEV)
	$(PIP) --editable '.[dev,transformers]'

train: $(DEV)
	$(PIP) --editable '.[dev,train]'
	.venv/bin/python -m evals.train

fit: $(DEV)
	$(PIP) --editable ".[dev,train]"
	.venv/bin/python -m evals.fit

embedding: $(DEV)
	$(PIP) --editable ".[dev,teach]"
	.venv/bin/python -m evals.embed

bench-answers: $(DEV)
	$(PIP) --editable ".[dev,teach]"
	.venv/bin/python -m evals.beside
	.venv/bin/python -m evals.quick

fit-answers: $(DEV)
	$(PIP) --editable ".[dev,train]"
	.venv/bin/python -m evals.fit_answers

clean:
	rm -rf .venv

.venv/bin/python:
	$(PYTHON) -m venv .venv

$(RUN): .venv/bin/python pyproject.toml constraints.txt
	@echo "Setting up, once: about a minute."
	$(PIP) --editable .
	@touch $@

$(DEV): $(RUN)
	@echo "Setting up the tools for tests, once."
	$(PIP) --editable '.[dev]'
	@touch $@
