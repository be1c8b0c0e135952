# `make demo` and `make test` are all you need; each sets itself up first.  Needs Python 3.11 or newer and make.

# The first Python that is new enough and really starts.  Override with: make PYTHON=/path/to/python demo
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
UV ?= $(shell command -v uv 2>/dev/null)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Tests of one file stay together: they share a demo server.  The long files come first (tests/conftest.py).
PYTEST_ARGS ?= -n auto --dist loadfile --no-loadscope-reorder

.PHONY: help setup demo test lint bench lab schema figures catalogue executed computed picture lock clean

help: ## these lines
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

setup: $(READY) ## a .venv with everything pinned and hashed in requirements.lock (through uv where there is one, else pip)

$(READY): requirements.lock pyproject.toml setup.py
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found on PATH"; exit 1; }
	@test -x $(BIN)/python || { echo "== making $(VENV) with $(PYTHON)"; \
		$(if $(UV),$(UV) venv -q --python $(PYTHON) $(VENV),$(PYTHON) -m venv $(VENV)); }
	@echo "== installing requirements.lock into $(VENV) (once; some 200 MB of packages)"
ifneq ($(UV),)
	@$(UV) pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	@$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
else
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-compile --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true  # on all cores; what cannot be compiled, pip leaves too
endif
	@$(BIN)/python -m compileall -q lib
	@touch $(READY)
	@echo "== ready: $$($(BIN)/python --version), $(VENV)/bin/orienteer"

demo: $(READY) ## a made-up organization on this machine, assessed the whole way; prints the report to open
	@echo "== demo: starts a pretend AWS on loopback, collects, judges, runs the notebooks, writes the report"
	@$(BIN)/orienteer demo

test: $(READY) ## every test; browser tests need chromium and are skipped without it
	@echo "== test: pytest $(PYTEST_ARGS)"
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(READY) ## ruff and mypy --strict
	@echo "== lint: ruff check, ruff format --check, mypy"
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy --num-workers 2

bench: $(READY) ## the benchmarks, figures printed as ratios
	@for file in $(filter-out benchmarks/replay.py,$(wildcard benchmarks/*.py)); do echo "== bench: $$file"; $(BIN)/python $$file || exit 1; done

lab: $(READY) ## JupyterLab on the notebooks, with the newest run
	@$(BIN)/orienteer lab

schema: $(READY) ## params/schema.json, computed anew (after a control or a notebook was added)
	@$(BIN)/python -m orienteer.params.published > params/.schema.json && mv params/.schema.json params/schema.json
	@echo "== schema: params/schema.json written"

figures: $(READY) ## the figures in README.md, computed anew (after a control was added)
	@$(BIN)/python docs/figures.py

catalogue: $(READY) ## docs/CATALOGUE.md, computed anew (after a control was added)
	@$(BIN)/python docs/catalogue.py

computed: schema figures catalogue executed ## everything that is computed and kept: schema, figures, catalogue, executed notebooks

executed: $(READY) ## tests/executed, the notebooks as the demo fills them (after a notebook, a control or the demo changed)
	@$(BIN)/python -m tests.execute

picture: $(READY) ## docs/report.png, taken anew of the newest demo report (needs chromium)
	@$(BIN)/python docs/picture.py

lock: ## requirements.lock, resolved anew (needs uv)
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --all-extras pyproject.toml -o requirements.lock

clean: ## removes the .venv; outputs stay
	rm -rf $(VENV)
