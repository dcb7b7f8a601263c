# syntax=docker/dockerfile:1
# One image for every entrypoint: `brainly serve` (the default), `brainly worker`, `brainly migrate`, `brainly backup`, …
#
#     docker build -t brainly .
#     docker run -p 5000:5000 -v brainly:/data brainly

FROM rust:1.95-slim-trixie AS build
WORKDIR /src
COPY . .
# The caches keep compiled dependencies from one build to the next; what is built depends on Cargo.lock alone.
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/src/target,sharing=locked \
    cargo build --locked --profile dist && cp target/dist/brainly /brainly

FROM debian:trixie-slim
# pg_dump and pg_restore, for backups of PostgreSQL up to this client's version.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin brainly \
    && install --directory --owner=brainly --mode=0700 /data
COPY --from=build /brainly /usr/local/bin/brainly
USER 10001
# Everything that is written is in /data; the rest may be read-only, with a tmpfs at /tmp.
ENV BRAINLY_ENV=production BRAINLY_DATA_DIR=/data HOST=0.0.0.0 PORT=5000 LOG_FORMAT=json
VOLUME /data
EXPOSE 5000
STOPSIGNAL SIGTERM
# The image has no curl; bash speaks enough HTTP. A worker answers too, once WORKER_HEALTH_PORT is $PORT.
HEALTHCHECK --interval=15s --timeout=4s --start-period=20s --retries=3 CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["brainly"]
CMD ["serve"]
