# Every base can be replaced, by a mirror or by a digest: --build-arg RUNTIME=registry.example.com/nodejs24@sha256:…
ARG BUILD=docker.io/library/node:24-trixie-slim
ARG RUNTIME=gcr.io/distroless/nodejs24-debian13:nonroot

FROM ${BUILD} AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./

FROM manifests AS build
RUN npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build && npm sbom --sbom-format=cyclonedx --omit=dev > sbom.cdx.json
RUN mkdir /empty

# No package is compiled: what is installed here runs on every architecture.
FROM manifests AS dependencies
RUN npm ci --omit=dev --ignore-scripts

FROM ${RUNTIME}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Gatehouse" \
  org.opencontainers.image.description="The front gate for MCP servers: OAuth 2.1 authorization server, protected MCP server and public proxy" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
WORKDIR /app
COPY --from=build /app/package.json /app/sbom.cdx.json ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY LICENSE docker/probe.mjs docker/healthcheck.mjs ./
ENV NODE_ENV=production BIND_ADDRESS=0.0.0.0 DATA_DIR=/data
USER 65532:65532
# A new volume takes over who owns the folder.
COPY --from=build --chown=65532:65532 /empty /data
VOLUME /data
EXPOSE 3002 3003 3004 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["/nodejs/bin/node", "/app/healthcheck.mjs"]
ENTRYPOINT ["/nodejs/bin/node"]
CMD ["--enable-source-maps", "--max-semi-space-size=8", "/app/dist/main.js"]
