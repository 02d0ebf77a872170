# The web app. Its types come from the API's snapshot, so both are copied to their places in the repository.
FROM node:22-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci
COPY web ./
COPY crates/ampledata/tests/api/snapshots/api__document__openapi.snap \
    /src/crates/ampledata/tests/api/snapshots/
RUN npm run build

# The program, which embeds the web app and the bundled example.
FROM rust:1.95-slim-trixie AS program
WORKDIR /src
COPY . .
COPY --from=web /src/web/dist web/dist
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --profile dist --locked --package ampledata --all-features \
    && install -D -m 755 target/dist/ampledata /out/ampledata

FROM debian:trixie-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin ampledata \
    && install -d -o ampledata -g ampledata /data
COPY --from=program /out/ampledata /usr/local/bin/ampledata
USER 10001
WORKDIR /data
ENV DATA_DIR=/data SERVER_ADDR=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["ampledata"]
CMD ["serve"]
