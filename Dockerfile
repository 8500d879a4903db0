# The translation server, with the models that come with Heed:
#
#     docker build --tag heed .
#     docker run --publish 127.0.0.1:5000:5000 --volume heed:/data heed
#
# Options of the server follow the image's name. scripts/server/image_check.ts does these steps without Docker.

FROM denoland/deno:2.9.6 AS build
ENV DENO_DIR=/deno-dir
WORKDIR /app
COPY deno.json deno.lock ./
COPY packages packages
COPY apps apps
COPY scripts/std scripts/std
COPY scripts/server/trim_config.ts scripts/server/trim_config.ts
RUN deno run --allow-read=. --allow-write=deno.json --allow-run=deno scripts/server/trim_config.ts
RUN deno cache apps/server/main.ts && rm -r scripts/server && mkdir -p /data

FROM denoland/deno:distroless-2.9.6
# The engine computes: tfjs is left out.
ENV DENO_DIR=/deno-dir DENO_NO_UPDATE_CHECK=1 HEED_DEVICE=wasm
WORKDIR /app
COPY --from=build /app /app
COPY --from=build --chown=65532:65532 /deno-dir /deno-dir
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
VOLUME /data
EXPOSE 5000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
  CMD ["deno", "eval", "--no-config", "Deno.exit((await fetch('http://127.0.0.1:5000/health')).ok ? 0 : 1)"]
ENTRYPOINT ["deno", "run", "--cached-only", "--allow-read", "--allow-write=/data", "--allow-net", "--allow-env", "--allow-sys=statfs", "apps/server/main.ts", "--host", "0.0.0.0", "--store", "/data"]
