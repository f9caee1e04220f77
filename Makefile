# Every target sets up what it needs in ./.venv, the first time with the network, later without.
# Needs: python3 (3.11 or newer, with its venv module) and make. PYTHON=... chooses another interpreter.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# An environment whose interpreter was removed or upgraded away is made again.
ifneq ($(wildcard $(VENV)),)
ifneq ($(shell $(BIN)/python -c 'print(1)' 2>/dev/null),1)
$(shell rm -rf $(VENV))
endif
endif

.PHONY: help setup demo test bench lint clean

help: ## what there is to make
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)$$/  make \1\t\2/' | expand -t 18

demo: $(STAMP) ## the example bot in your browser, on a simulated Discord (ARGS="--no-browser --port 8000")
	@exec $(BIN)/flowcord preview bots $(ARGS)

test: $(STAMP) ## every test (ARGS="-k counter" for some)
	$(BIN)/python -m pytest $(ARGS)

bench: $(STAMP) ## the speed and memory budgets, measured against hand-written discord.py and SQL
	$(BIN)/python -m benchmarks $(ARGS)

lint: $(STAMP) ## style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

setup: $(STAMP) ## only install, into ./.venv

clean: ## remove ./.venv and caches (the demo's data in ./.flowcord stays)
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(STAMP): pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "FlowCord needs Python 3.11 or newer, and there is no $(PYTHON). Install it, or name one: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "FlowCord needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name a newer one: make PYTHON=python3.12"; exit 1; }
	@[ -x $(BIN)/pip ] || { rm -rf $(VENV); $(PYTHON) -m venv $(VENV); } || { rm -rf $(VENV); echo "$(PYTHON) cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Installing into ./$(VENV) (once, and again when pyproject.toml changes) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --editable '.[dev]' || { echo "The installation failed; the first one needs the network."; exit 1; }
	@touch $@
