# Wegwijzer. `make run` starts the service, `make test` runs all tests.
# What is needed beyond Go and git is installed by the target that needs it.

BIN     := bin/wegwijzer
COMMIT  := $(shell git rev-parse --short HEAD 2>/dev/null || echo onbekend)
LDFLAGS := -s -w -X main.commit=$(COMMIT)
LINTBIN := $(CURDIR)/bin/lint

# Long tests are bounded by go itself too.
TESTTIME := 18m

.PHONY: build run test lint bench fuzz soak load compare generate needs clean

# build makes one static binary with everything embedded.
build:
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) ./bot/cmd/wegwijzer

# run builds and starts the service on its defaults: data in ./data, the
# example region, 127.0.0.1:8080.
run: build
	$(BIN) serve

# needs installs what the tests use: a C compiler for the race detector, a real
# Redis, a real browser and a reader of PDFs.
needs:
	@bash tests/needs.sh gcc:gcc redis-server:redis-server chromium:chromium pdftotext:poppler-utils

# test runs every test of the project under the race detector.
test: needs
	CGO_ENABLED=1 go test -race -timeout $(TESTTIME) ./...

# bench prints the figures of the project, and first what this machine can do at
# all: syncs of its disk, posts to a bare handler, streams of one. Anyone can run
# it.
bench:
	go test -run '^$$' -bench Service/limits -benchtime 1x ./tests/load
	go test -run '^$$' -bench . -benchtime 1s -benchmem -timeout 40m $$(go list ./... | grep -v tests/load)

# load measures the whole service under load, on loopback, and prints one table:
# each figure beside its bound and beside what this machine can do at all. It
# takes about ten minutes; a short run: make load LOADSECONDS=2 LOADSIZE=20000.
LOADSECONDS := 8
LOADSIZE := 1000000
load:
	@bash tests/needs.sh redis-server:redis-server
	LOADSECONDS=$(LOADSECONDS) LOADSIZE=$(LOADSIZE) go test -run '^$$' -bench Service -benchtime 1x -timeout 40m ./tests/load

# compare holds our dialog engine beside the Bot Framework for JavaScript on the
# same form of six choices, one core each, and fails below ten times.
compare:
	@bash tests/needs.sh node:nodejs npm:npm
	@bash tests/compare/run.sh

# soak plays many more random histories than the tests do.
SOAKCHECKS := 5000
soak:
	go test -run HistoriesKeepTheRules -timeout 2h ./bot/cases -rapid.checks=200000 -rapid.seed=$$(date +%s)
	go test -run CasesOnBothStores -timeout 2h ./tests/faults -rapid.checks=3000 -rapid.seed=$$(date +%s)
	go test -run 'AgainstTheModel' -timeout 2h ./bot/store -rapid.checks=$(SOAKCHECKS)
	go test -run 'SimulatedResidents' -timeout 2h ./dialogs -rapid.checks=100000 -rapid.seed=$$(date +%s)

# fuzz gives every fuzz target half a minute.
FUZZTIME := 30s
fuzz:
	@bash tests/fuzz.sh $(FUZZTIME)

# generate makes what is committed but made: the browser's scripts.
generate:
	go generate ./channels/...
	cp bot/config/example.toml config.example.toml

# lint runs gofmt, vet, staticcheck, golangci-lint and gosec, and govulncheck
# where its database can be reached.
lint:
	@bash tests/lint.sh $(LINTBIN)

clean:
	rm -rf bin
