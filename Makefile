# `make` alone lists what there is. Every target sets up what it needs, and only what is missing.

BIN := .venv/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run serve test check lint format pictures setup setup-test clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## open a demo centre, simulated, in a store of its own (make run ARGS="--speed 60")
	@$(BIN)/ccdash serve --demo $(ARGS)

serve: setup ## open the dashboard on your own store (make serve ARGS="--port 9000")
	@$(BIN)/ccdash serve $(ARGS)

test: setup-test ## run every test (make test ARGS="tests/unit -k wait")
	@sh scripts/chromium.sh --install >/dev/null
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: lint test ## everything that CI checks

lint: setup-test ## format, lint, types, which way imports run
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup-test ## put the code into shape
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

pictures: setup-test ## make the pictures in docs/ anew (make pictures ARGS="live trends")
	@sh scripts/chromium.sh --install >/dev/null
	$(BIN)/python scripts/pictures.py $(ARGS)

setup: ## make .venv with what the product needs
	@sh scripts/setup.sh run

setup-test:
	@sh scripts/setup.sh test

clean: ## remove .venv and caches; the store (.ccdash) stays
	rm -rf .venv build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.ccdash/*' -prune -exec rm -rf {} +
