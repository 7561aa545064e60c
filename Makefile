# Every line says what it does; `make` alone lists them. Needs Python 3.11+, git and make.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: environment assets ## Make .venv with the bandhu command in it, and build the assets

demo: setup ## Start a demonstration company in the embedded database; prints address and accounts
	@$(BIN)/bandhu demo

meaning: environment ## Fetch the model by which the help centre searches for meaning (some 150 MB, stays on this machine)
	@$(PYTHON) config/environment.py meaning

run: setup ## Start the product: database, web server and worker
	@$(BIN)/bandhu serve

test: tools browser assets ## Run every test, the browser's journeys included
	@$(BIN)/pytest -n $${BANDHU_TEST_PROCESSES:-auto} --dist loadgroup -q

check: tools assets ## Run every check of the code: style, types, imports, migrations, messages
	@$(BIN)/python -m config.checks

fix: tools ## Mend what can be mended by itself: style and order of imports
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

messages: tools ## Gather the texts for the translators and compile what they wrote (needs gettext)
	@$(BIN)/python manage.py makemessages --locale bn --locale ta --no-obsolete --add-location file --no-wrap --ignore '.venv/*' --ignore 'assets/*' --ignore '*/tests/*' --ignore 'tests/*' && $(BIN)/python -m config.build messages

bench: tools assets ## Measure speed and size with a million contacts; prints figures
	@$(BIN)/python -m tests.bench

invent: tools assets ## Send the API many more invented requests than `make test` does
	@BANDHU_API_REQUESTS=$${BANDHU_API_REQUESTS:-300} BANDHU_API_SEED=$${BANDHU_API_SEED:-$$$$} $(BIN)/pytest -n $${BANDHU_TEST_PROCESSES:-auto} -q tests/api

lock: tools ## Choose versions anew and write the lock files
	@$(BIN)/python -m config.locks

assets: environment ## Build CSS and JavaScript, compile the catalogues
	@$(BIN)/python -m config.build

environment:
	@$(PYTHON) config/environment.py run

tools:
	@$(PYTHON) config/environment.py dev

browser: tools
	@$(BIN)/python -m config.chromium

.PHONY: help setup demo meaning run test check fix messages bench invent lock assets environment tools browser
