# Each target is one command; `make ci` is what CI runs.
MODULES := . examples internal/verify internal/bench accessmgmt/smtpmail

.PHONY: help test race lint fuzz mutations bench bench-index bench-peers bench-growth tidy docs galera patroni ci

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

test: ## every test of every module
	go test work

race: ## the library under the race detector; internal/verify takes much longer
	go test -race ./...

lint: ## gofmt, vet and golangci-lint in every module
	@test -z "$$(gofmt -l .)" || { gofmt -l .; exit 1; }
	go vet -tags cluster work
	@for m in $(MODULES); do (cd $$m && golangci-lint run ./...) || exit 1; done

fuzz: ## each fuzz target on 200,000 inputs
	@bash .ci/fuzz

bench: ## what the SQL stores cost against the same by hand; needs the servers
	go run ./internal/bench

bench-index: ## what a check from memory costs against a map written by hand
	go run ./internal/bench/index

bench-peers: ## the same check by casbin, cedar-go and OPA; a module of its own
	GOWORK=off go -C internal/bench/peers run . -size 1000000

bench-growth: ## what they cost as they fill up to a million assignments; half an hour
	go run ./internal/bench -figures growth -size 1000000 -rounds 100

mutations: ## the library made worse in one place at a time: the tests must notice
	go run ./internal/verify/mutations

tidy: ## every go.mod as tidy as it can be
	@for m in $(MODULES); do GOWORK=off go -C $$m mod tidy || exit 1; done

docs: ## write again what is generated: the diagrams of the workflow
	go test ./invitation -run TestWorkflow -update

galera: ## the suite and the drill on a MariaDB Galera cluster: Debian, root, ten minutes
	bash internal/verify/clusters/run galera

patroni: ## the same on PostgreSQL under Patroni
	bash internal/verify/clusters/run patroni

ci: ## everything
	bash .ci/run
