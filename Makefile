# `make` alone lists the targets.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install demo test lint kafka bench clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else f"Tocsin needs Python 3.11 to 3.13, this is {sys.version.split()[0]}: make PYTHON=python3.12 install")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

install: $(STAMP) ## make .venv with everything in it

demo: $(STAMP) ## show everything at work on invented news; Ctrl-C stops it
	$(BIN)/tocsin demo

test: $(STAMP) ## run every test (uses a real Apache Kafka where java and mvn are at hand)
	$(BIN)/pytest

lint: $(STAMP) ## ruff, mypy strict and the import rules
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

kafka: $(STAMP) ## run a real Apache Kafka on 127.0.0.1:9092 without Docker, until Ctrl-C
	$(BIN)/python deploy/kafka/kafka.py run

bench: $(STAMP) ## measure the stages; prints figures, asserts nothing
	$(BIN)/pytest -m bench -s tests/bench

clean: ## remove the environment and everything made
	rm -rf $(VENV) .kafka var build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
