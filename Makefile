# Every command that people need. `make` alone prints them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
NPM_RUN := npm run --silent

.PHONY: help
help: ## Print this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Packages are installed when the lock file is newer than what is there.
node_modules/.installed: package.json package-lock.json
	@command -v npm >/dev/null || { echo 'npm is missing: install Node.js 20 or newer (https://nodejs.org)'; exit 1; }
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: install
install: node_modules/.installed ## Install the packages of the lock file

.PHONY: build
build: install ## Write dist/ and build/source.zip, the archive of it that is deployed
	@$(NPM_RUN) build

.PHONY: dev
dev: build ## Run everything on this machine, with a page that shows it
	@$(NPM_RUN) dev

.PHONY: screenshots
screenshots: build ## Draw the README's pictures of that page (needs Chromium)
	@$(NPM_RUN) screenshots

.PHONY: trigger
trigger: install ## Play Auth0: PHONE=+447700900001 [CODE=…] [TEMPLATE=…]
	@$(NPM_RUN) trigger

.PHONY: trigger-login
trigger-login: install ## Play Auth0's log stream after a login by code: PHONE=+447700900001
	@$(NPM_RUN) trigger:login

.PHONY: block unblock rules
block: install ## Add a rule to the local blocklist: RULE=234-58
	@$(NPM_RUN) rule -- add
unblock: install ## Delete a rule of the local blocklist: RULE=234-58
	@$(NPM_RUN) rule -- delete
rules: install ## List the rules of the local blocklist
	@$(NPM_RUN) rule -- list

.PHONY: package
package: build ## Pack dist/ once more and print the hash: the same for the same sources
	@$(NPM_RUN) package

.PHONY: plan deploy seed smoke secrets destroy
plan: install ## Show what deploy would change: PROJECT=…
	@$(NPM_RUN) deploy -- plan
deploy: install ## Make everything in a Google Cloud project: PROJECT=… [ENV=dev]
	@$(NPM_RUN) deploy -- deploy
seed: install ## Create the sample rules where they are absent: PROJECT=…
	@$(NPM_RUN) deploy -- seed
smoke: install ## Ask both deployed functions for an answer that sends nothing: PROJECT=…
	@$(NPM_RUN) deploy -- smoke
secrets: install ## Ask for or generate the secrets that are missing: PROJECT=…
	@$(NPM_RUN) deploy -- secrets
destroy: install ## Take everything down again, after asking: PROJECT=…
	@$(NPM_RUN) deploy -- destroy

.PHONY: test
test: build ## Run all tests
	@$(NPM_RUN) test

.PHONY: check-number
check-number: install ## Explain without sending: PHONE=+447700900001 [LOOKUP=0] [JSON=1] [PROJECT=… ENV=dev]
	@$(NPM_RUN) check-number

.PHONY: doctor
doctor: build ## Check an installation, with a fix in one line for whatever is wrong
	@node_modules/.bin/node tools/cli/main.ts doctor

.PHONY: test-infra
test-infra: build ## Run terraform's own tests of infra/
	@$(NPM_RUN) test:infra -- $(OFFLINE)

.PHONY: check
check: build ## Format, types, lint, architecture, unused code, secrets, tests: what CI runs
	@$(NPM_RUN) check

.PHONY: bench bench-check load soak fuzz mutation simulate-attack
bench: build ## Measure against a naive port and a no-op; writes docs/performance.svg
	@$(NPM_RUN) bench
bench-check: build ## Fail where a measured ratio is worse than its bar by 30 %
	@$(NPM_RUN) bench -- --check
load: build ## Load, outages and attacks against dist/: [SCENARIO=attacks|end|lookup|firestore|verify|random|concurrency|batch]
	@$(NPM_RUN) load -- $(SCENARIO)
soak: build ## Constant load for SECONDS=60: memory after garbage collection
	@$(NPM_RUN) load -- soak
fuzz: install ## Random and mutated bytes into every parser for SECONDS=5 each
	@$(NPM_RUN) fuzz
mutation: install ## Mutate the code that decides, and see whether a test notices
	@$(NPM_RUN) mutation
simulate-attack: build ## Replay a day of logins with an attack in it: docs/fraud.md
	@$(NPM_RUN) simulate-attack

.PHONY: format
format: install ## Write all files in the project's format
	@$(NPM_RUN) format

.PHONY: clean
clean: ## Delete what the other commands wrote, packages apart
	rm -rf dist coverage .local build
