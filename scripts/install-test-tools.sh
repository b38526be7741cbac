#!/usr/bin/env bash
# Installs what the integration, interop, image and metrics tests need beside Node and npm: PostgreSQL, Chromium (a real browser),
# util-linux (`script`, which gives MCP Inspector the terminal it wants), nginx (the chart's Ingress), Prometheus, Maven and Java (which
# fetch and run Keycloak), a registry of images and charts, and what builds and runs an image without Docker.
# For Debian and Ubuntu.
set -euo pipefail

missing=()
command -v chromium >/dev/null || missing+=(chromium)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
command -v script >/dev/null || missing+=(bsdutils)
[ -x /usr/sbin/nginx ] || missing+=(nginx-light)
command -v promtool >/dev/null || missing+=(prometheus)
command -v mvn >/dev/null || missing+=(maven)
command -v java >/dev/null || missing+=(default-jre-headless)
command -v docker-registry >/dev/null || missing+=(docker-registry)
for tool in buildah mmdebstrap runc skopeo umoci; do
  command -v "$tool" >/dev/null || missing+=("$tool")
done
if [ "${#missing[@]}" -eq 0 ]; then
  echo "nothing to install"
  exit 0
fi
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
