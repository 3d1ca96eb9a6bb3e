.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
COMPILE := $(PYTHON) -m uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 12

.PHONY: start
start: ## The whole platform with its demonstration
	python3 start.py

.PHONY: test
test: ## All tests
	python3 start.py test

.PHONY: bench
bench: ## The benchmarks
	python3 start.py bench

.PHONY: lint
lint: ## Style, types and the direction of imports
	$(PYTHON) -m ruff check
	$(PYTHON) -m mypy
	.venv/bin/lint-imports

.PHONY: lock
lock: ## Resolve the dependencies of setup.cfg anew; add UPGRADE=--upgrade for newer versions
	$(COMPILE) $(UPGRADE) setup.cfg --extra demo --extra dev -o config/locks/dev.txt
	$(COMPILE) setup.cfg --extra demo -c config/locks/dev.txt --no-annotate -o config/locks/demo.txt
	$(COMPILE) setup.cfg -c config/locks/dev.txt --no-annotate -o config/locks/runtime.txt
	echo uv | $(COMPILE) $(UPGRADE) - --no-annotate -o config/locks/uv.txt

.PHONY: packages
packages: ## Write the list of packages in setup.cfg anew from the tree
	@{ sed '/^packages =/q' setup.cfg; \
	  { (cd platform && find maerker -name __init__.py); find onboarding tenants -name __init__.py; } \
	  | xargs -n1 dirname | tr / . | LC_ALL=C sort | sed 's/^/    /'; \
	  sed '1,/^packages =/d' setup.cfg | sed '/^[^ ]/,$$!d'; } > setup.cfg.new && mv setup.cfg.new setup.cfg

.PHONY: catalogues
catalogues: ## Bring the translations to the texts there are now, and say what is untranslated
	$(PYTHON) -m maerker.embedded.catalogues

.PHONY: permissions
permissions: ## Write docs/permissions.md anew from the code
	$(PYTHON) -m onboarding.permission_table > docs/permissions.md

.PHONY: migration
migration: ## A migration from the changed models, while start.py runs: make migration TITLE="what changes"
	@test -n "$(TITLE)" || { echo 'Say what changes: make migration TITLE="..."'; exit 1; }
	@set -a; . var/instance.env; $(PYTHON) -c 'import os, sys; \
	  from maerker.database.upgrade import new_revision; from maerker.settings import Settings; \
	  from onboarding.tables import metadata; \
	  new_revision(Settings.from_environment(os.environ).database_url_of("owner"), sys.argv[1], metadata())' "$(TITLE)"

.PHONY: clean
clean: ## Remove what was made, except the environment and the data in var/
	rm -rf build dist platform/maerker/web/compiled .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -type d -prune -exec rm -rf {} +
