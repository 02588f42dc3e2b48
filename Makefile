# Copyright (c) 2026 the kubejoin.kubeadm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

PYTHON := 3.13
VENV = $(shell tools/venv $(PYTHON) requirements-dev.txt)

.PHONY: check test test-long demo demo-down docs execution-environment format release release-check

# Two processes: most of the end-to-end tests in one, all others in the other (tests/groups.py).
SIDE_BY_SIDE := --numprocesses 2 --dist loadscope

check: ## lint, types, units
	tools/run-pytest $(VENV) $(SIDE_BY_SIDE) -m "not bed and not slow" tests

test: packages containers publishing ## everything that proves the project
	tools/run-pytest $(VENV) $(SIDE_BY_SIDE) tests

test-long: packages pythons ## property tests with many new examples, the table of mutations of the attack tests, the matrices of versions
	KUBEJOIN_FUZZ=1 tools/run-pytest $(VENV) tests/unit
	KUBEJOIN_MATRIX=1 tools/run-pytest $(VENV) tests/e2e/test_versions.py tests/e2e/test_cores.py tests/e2e/test_debian.py tests/e2e/test_molecule.py tests/project/test_tools.py

demo: packages ## two workers join a real cluster
	tools/demo up

demo-down:
	tools/demo down

execution-environment: packages containers ## an image with the collection for AWX
	tools/execution-environment

docs: ## the documentation as web pages, in .cache/docs/build/html
	tools/docs .cache/docs

release-check: ## a dry release in a temporary folder
	tools/release-check

release: ## the files of a release in dist, signed with the key whose fingerprint is KEY; see RELEASING.md
	tools/release $(KEY)

format:
	$(VENV)/bin/ruff check --fix --select I .
	$(VENV)/bin/ruff format .

.PHONY: packages pythons containers publishing
packages:
	tools/install-packages

pythons: packages
	tools/install-python 3.9 3.10 3.11 3.12 3.13 3.14

containers:
	tools/install-packages podman runc

publishing:
	tools/install-packages chromium gnupg
