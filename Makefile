# Tongban: every command a newcomer needs. `make` alone lists them.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
.DEFAULT_GOAL := help

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

.venv/runtime.stamp: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Tongban needs Python 3.11 or newer / 需要 Python 3.11 及以上版本"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/runtime.stamp
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

setup: .venv/runtime.stamp ## prepare the environment in .venv

run: setup ## start everything on one address
	@exec $(BIN)/tongban up

browser:
	@sh tools/browser.sh

test: .venv/dev.stamp browser ## run every test, the browser walk included
	$(BIN)/python -m pytest $(ARGS)

check: .venv/dev.stamp ## lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/punctuation.py --check
	$(BIN)/mypy tongban
	$(BIN)/lint-imports

bench: setup ## measure against raw limits
	$(BIN)/tongban bench all

lock: ## resolve the pins again (needs uv)
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml -o requirements.lock
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra dev pyproject.toml -o requirements-dev.lock

messages: .venv/dev.stamp ## collect the words of the screens for translation
	$(BIN)/python tools/messages.py

screenshots: .venv/dev.stamp browser ## take the pictures of the docs
	$(BIN)/python tools/screenshots.py

clean: ## remove the environment
	rm -rf .venv

.PHONY: help setup run browser test check bench lock messages screenshots clean
