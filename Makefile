# Everything runs inside .venv, which config/local/bootstrap.py makes from requirements.lock.
# Needs Python 3.11 or newer with pip, and nothing else. POSIX make.

PYTHON = python3
RUN = exec $(PYTHON) config/local/bootstrap.py
ON_DEMO = $(RUN) python -m config.local.with_engines

.POSIX:
.PHONY: help demo test lint format types verify shell bench bench-guarantee bench-drift bench-learning lock

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' Makefile

demo: ## the whole desk with demo people and agents [PORT=8000] [RESET=1: start afresh] [CHECK=1: start, verify, stop]
	@PORT='$(PORT)' RESET='$(RESET)' CHECK='$(CHECK)' $(RUN) python -m config.local.demo

test: ## the tests on throw-away PostgreSQL and Valkey, a process a core [ARGS="-k claim -n 0"]
	@$(RUN) python -m pytest -n auto --maxprocesses 4 $(ARGS)

lint: ## format, rules, templates, layers
	@$(RUN) ruff format --check .
	@$(RUN) ruff check .
	@$(RUN) djlint --lint templates
	@$(RUN) lint-imports

format: ## rewrite the code in the house's format
	@$(RUN) ruff format .
	@$(RUN) ruff check --fix .

types: ## mypy, strict
	@DATABASE_URL=postgres:///none REDIS_URL=redis://none SECRET_KEY=none $(RUN) mypy $(ARGS)

verify: ## check every chain of the ledger
	@$(ON_DEMO) python manage.py verify_ledger $(ARGS)

shell: ## a Django shell on the demo's data
	@$(ON_DEMO) python manage.py shell $(ARGS)

bench: ## speed at 10 k and 100 k open cases, and what it should be [ARGS=--quick] [BENCH_SIZES=1000,1000000]
	@$(RUN) python -m tests.bench $(ARGS)

bench-guarantee: ## does the promised error rate hold? simulations with a known truth [ARGS=--quick]
	@$(RUN) python -m tests.bench.guarantee $(ARGS)

bench-drift: ## how soon the breaker sees a fault, and how seldom it trips on none [ARGS=--quick]
	@$(RUN) python -m tests.bench.drift $(ARGS)

bench-learning: ## what corrections teach: accuracy after 200, 1,000, 5,000 [ARGS="banking77.csv clinc150.csv": columns text, label]
	@$(RUN) python -m tests.bench.learning $(ARGS)

lock: ## resolve pyproject.toml into requirements.lock again
	@$(RUN) uv pip compile --universal --python-version 3.11 --generate-hashes --group local --group dev \
	    --no-header --no-annotate pyproject.toml -o requirements.lock
