# syntax=docker/dockerfile:1
# The same steps as `make build`, then only what runs: the binary, the runtime library and the codecs.

FROM node:20-bookworm-slim AS node

FROM golang:1.26-bookworm AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
    && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx
WORKDIR /src
# What changes seldom comes first, so that a change of the sources fetches nothing again.
COPY Makefile ./
COPY tools ./tools
COPY assets/models.yaml ./assets/
RUN make apt-build
RUN make packages
COPY go.mod go.sum ./
RUN go mod download
COPY frontend/package.json frontend/package-lock.json ./frontend/
RUN make frontend/node_modules/.package-lock.json
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build make build

FROM debian:12-slim
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        ca-certificates libstdc++6 libvpx7 libwebp7 libyuv0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin ppenter \
    && install -d -o ppenter -g ppenter /data
COPY --from=build /src/bin/pp-enter /opt/pp-enter/pp-enter
COPY --from=build /src/bin/lib /opt/pp-enter/lib
COPY LICENSE NOTICE /opt/pp-enter/
RUN ln -s /opt/pp-enter/pp-enter /usr/local/bin/pp-enter
ENV PPENTER_DATA_DIR=/data
USER ppenter
WORKDIR /data
VOLUME /data
EXPOSE 8080/tcp 10000/udp
# The image has no curl; bash speaks enough HTTP to read a status line.
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s --retries=3 CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]"]
ENTRYPOINT ["pp-enter"]
CMD ["serve"]
