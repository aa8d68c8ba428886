# Candour. "make" alone prints the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
GO ?= go
TOOL = $(GO) tool -modfile=tools/go.mod

.PHONY: help build test test-short test-postgres lint verify generate run demo bench fuzz

help: ## print the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

build: ## build bin/candour, one static binary without C
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/candour ./cmd/candour

test: ## install what the tests need, where that is allowed, and pass all tests
	scripts/test

test-short: ## the tests that need nothing but Go, on changed packages only
	$(GO) test -short ./...

test-postgres: ## the store's suite over PostgreSQL
	scripts/test ./internal/store/...

lint: ## formatting, vet, staticcheck and the other linters
	scripts/lint

verify: ## fail when anything generated or vendored is out of date
	scripts/verify

run: ## start with demonstration data on a new store
	$(GO) run ./cmd/candour demo

demo: run ## the same

bench: ## all benchmarks; figures go to docs/performance.md by hand
	$(GO) test -run '^$$' -bench . -benchmem ./...

fuzz: ## every fuzz test for ten seconds
	scripts/fuzz 10s
