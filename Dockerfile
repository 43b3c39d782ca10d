# Debian by its tag: a digest would hold more, but none can be looked up where this is tested
# (`./dev dockerfile`, which runs these steps in roots of debootstrap). Put yours behind the tag.
FROM debian:12-slim AS build
WORKDIR /src
COPY . .
RUN ./dev build release --target ssm-backup \
    && strip --strip-debug build/release/ssm-backup

FROM debian:12-slim
# Those that own what `ldd` names (a test compares them), the authorities that certificates are judged
# by, and libcurl4, which is loaded when a notice goes by mail. Their versions are Debian 12's, with its
# security updates as of the day of the build.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates \
        libboost-container1.81.0 \
        libboost-json1.81.0 \
        libc6 \
        libcurl4 \
        libfmt9 \
        libgcc-s1 \
        libpugixml1v5 \
        libssl3 \
        libstdc++6 \
        libyaml-cpp0.7 \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o 65532 -g 65532 -m 0700 /work
COPY --from=build /src/build/release/ssm-backup /usr/local/bin/ssm-backup
# Summaries go to backup-work below it; any other user needs --work-dir.
WORKDIR /work
USER 65532:65532
HEALTHCHECK NONE
ENTRYPOINT ["/usr/local/bin/ssm-backup"]
