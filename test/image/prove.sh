#!/usr/bin/env bash
# Builds the image with buildah, runs it with runc, and asks it what it must be: no Docker, no registry of images. The bases are made of
# Debian's packages and the Node of npm's package `node`, in the places where the distroless image has them. Needs root, and what
# scripts/install-test-tools.sh installs.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
store=(--storage-driver vfs --root "$work/store" --runroot "$work/runroot")
node=$(readlink -f node_modules/node/bin/node)
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
started=
registry=
passed=0
failed=0
finish() {
  if [ -n "$started" ]; then runc --root "$work/runc" delete --force gatehouse >/dev/null 2>&1 || true; fi
  if [ -n "$registry" ]; then kill "$registry" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT

check() {
  local what=$1
  shift
  if "$@"; then
    echo "ok      $what"
    passed=$((passed + 1))
  else
    echo "failed  $what"
    failed=$((failed + 1))
  fi
}

rootfs() {
  mkdir "$work/$1"
  mmdebstrap --quiet --variant=extract --include="libc6,libstdc++6,libgcc-s1,ca-certificates,base-files${2:-}" bookworm - | tar -x -C "$work/$1"
  mkdir -p "$work/$1/nodejs/bin"
  cp "$node" "$work/$1/nodejs/bin/node"
}

base() {
  local container
  container=$(buildah from "${store[@]}" scratch)
  buildah copy -q "${store[@]}" "$container" "$work/$1" / >/dev/null
  buildah config "${store[@]}" --env PATH=/nodejs/bin:/usr/bin:/bin "$container"
  buildah commit -q "${store[@]}" "$container" "localhost/$1" >/dev/null
  buildah rm "${store[@]}" "$container" >/dev/null
  rm -rf "${work:?}/$1"
}

rootfs runtime
rootfs build ,coreutils,dash
cp -r "$npm" "$work/build/nodejs/npm"
ln -s ../npm/bin/npm-cli.js "$work/build/nodejs/bin/npm"
ln -s dash "$work/build/bin/sh" 2>/dev/null || true
mkdir -p "$work/build/usr/bin" "$work/build/tmp" "$work/build/root"
base runtime
base build

# Behind a proxy with an authority of its own, the build trusts what this machine trusts.
trust=(-v "${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}:/ci-ca.pem:ro")
printf 'cafile=/ci-ca.pem\n' >"$work/npmrc"
trust+=(-v "$work/npmrc:/.npmrc:ro" -v "$work/npmrc:/root/.npmrc:ro")
buildah bud "${store[@]}" --isolation chroot --pull-never --quiet "${trust[@]}" \
  --build-arg BUILD=localhost/build --build-arg RUNTIME=localhost/runtime --build-arg REVISION="$(git rev-parse HEAD)" \
  --tag localhost/gatehouse . >"$work/build.log" 2>&1 || { tail -40 "$work/build.log"; exit 1; }
buildah push -q "${store[@]}" localhost/gatehouse "oci:$work/oci:gatehouse"

# Through a registry and back, by digest, as a cluster gets it.
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
printf 'version: 0.1\nlog: { level: error }\nstorage: { filesystem: { rootdirectory: %s } }\nhttp: { addr: "127.0.0.1:%s" }\n' "$work/registry" "$port" >"$work/registry.yml"
docker-registry serve "$work/registry.yml" >/dev/null 2>&1 &
registry=$!
for _ in $(seq 100); do curl -sf -o /dev/null "http://127.0.0.1:$port/v2/" && break; sleep 0.1; done
digest=$(skopeo inspect --format '{{.Digest}}' "oci:$work/oci:gatehouse")
skopeo copy -q --dest-tls-verify=false "oci:$work/oci:gatehouse" "docker://127.0.0.1:$port/gatehouse:proof"
check 'a registry keeps it under its digest' skopeo copy -q --src-tls-verify=false "docker://127.0.0.1:$port/gatehouse@$digest" "oci:$work/pulled:gatehouse"
kill "$registry"
umoci unpack --image "$work/oci:gatehouse" "$work/bundle" >/dev/null 2>&1
root=$work/bundle/rootfs

config=$(skopeo inspect --config "oci:$work/oci:gatehouse")
has() { node -e 'const [name, value] = process.argv.slice(1); const c = JSON.parse(require("fs").readFileSync(0)).config; process.exit(JSON.stringify(c[name]) === value ? 0 : 1)' "$1" "$2" <<<"$config"; }
check 'it runs as nobody in particular' has User '"65532:65532"'
check 'it starts node itself' has Entrypoint '["/nodejs/bin/node"]'
check 'it stops at SIGTERM' has StopSignal '"SIGTERM"'
check 'it has no shell' test -z "$(find "$root" \( -name sh -o -name bash -o -name dash \) -path '*bin/*')"
check 'it has no package manager' test ! -e "$root/nodejs/npm"
check 'it has no development dependency' test ! -e "$root/app/node_modules/typescript" -a ! -e "$root/app/node_modules/vitest"
check 'it has nothing that was compiled for one machine' test -z "$(find "$root/app" -name '*.node' -print -quit)"
check 'it has no test' test -z "$(find "$root/app/dist" -name '*.spec.js' -print -quit)"
check 'nobody may write to the program' test -z "$(find "$root/app" \( -user 65532 -o -perm -o=w \) -not -type l -print -quit)"
check 'it says what it is made of' node -e 'const { components } = JSON.parse(require("fs").readFileSync(process.argv[1])); process.exit(components.some(({ name }) => name === "oidc-provider") ? 0 : 1)' "$root/app/sbom.cdx.json"

# As Kubernetes would: no capability, no new privilege, nothing to write to but the volume and /tmp. The network is that of this machine.
mkdir "$work/data"
chown 65532:65532 "$work/data"
node - "$work/bundle/config.json" "$work/data" <<'JS'
const { readFileSync, writeFileSync } = require('node:fs');
const [file, data] = process.argv.slice(2);
const config = JSON.parse(readFileSync(file));
config.process.terminal = false;
config.process.noNewPrivileges = true;
config.process.capabilities = { bounding: [], effective: [], inheritable: [], permitted: [], ambient: [] };
config.process.rlimits = [];
config.process.env = config.process.env.filter((variable) => !variable.startsWith('NODE_ENV=')).concat('NODE_ENV=development', 'BIND_ADDRESS=127.65.0.2');
config.root.readonly = true;
config.mounts = config.mounts.filter(({ destination }) => !['/data', '/sys/fs/cgroup'].includes(destination)).concat(
  { destination: '/data', type: 'bind', source: data, options: ['rbind', 'rw'] },
  { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'size=64m'] },
);
config.linux.namespaces = config.linux.namespaces.filter(({ type }) => type !== 'network' && type !== 'cgroup' && type !== 'user');
delete config.linux.uidMappings;
delete config.linux.gidMappings;
delete config.linux.resources;
delete config.linux.cgroupsPath;
writeFileSync(file, JSON.stringify(config));
JS
started=1
(
  set +e
  runc --root "$work/runc" run --bundle "$work/bundle" gatehouse >"$work/log" 2>&1 </dev/null
  echo $? >"$work/code"
) &
runner=$!
for _ in $(seq 150); do
  if curl -sf -o /dev/null http://127.65.0.2:9464/health/ready || [ -e "$work/code" ]; then break; fi
  sleep 0.2
done
inside() { runc --root "$work/runc" exec gatehouse /nodejs/bin/node "$@"; }
check 'it becomes ready with a read-only root' curl -sf -o /dev/null http://127.65.0.2:9464/health/ready
[ -e "$work/code" ] && tail -20 "$work/log"
check 'it is user 65532' test "$(inside -p 'process.getuid() + ":" + process.getgid()')" = 65532:65532
check 'it cannot write to the program' test "$(inside -p 'try { fs.writeFileSync("/app/x", ""); "written" } catch ({ code }) { code }')" = EROFS
check 'it has no capability' test "$(inside -p '/^CapEff:\s*0+$/m.test(fs.readFileSync("/proc/self/status", "utf8"))')" = true
check 'its health check says so' runc --root "$work/runc" exec --env MANAGEMENT_PORT=9464 gatehouse /nodejs/bin/node -e 'fetch("http://127.65.0.2:9464/health/ready").then(({ ok }) => process.exit(ok ? 0 : 1))'
check 'its probe finds all well' env PUBLIC_URL=http://127.0.0.1:3002 GATEHOUSE_URL=http://127.65.0.2:3002 MANAGEMENT_URL=http://127.65.0.2:9464 node "$root/app/probe.mjs"
runc --root "$work/runc" kill gatehouse SIGTERM
wait "$runner" || true
check 'it ends with 0 at SIGTERM' test "$(cat "$work/code")" = 0
started=

bytes=$(du -sb --apparent-size "$root" | cut -f1)
own=$(du -sb --apparent-size "$root/app" | cut -f1)
echo "size    $((bytes / 1000000)) MB unpacked, of which the program $((own / 1000000)) MB and Node $(($(stat -c %s "$node") / 1000000)) MB; $(($(find "$work/oci/blobs" -type f -printf '%s\n' | awk '{ n += $1 } END { print n }') / 1000000)) MB compressed"
[ "$failed" -eq 0 ] && echo " Tests  $passed passed ($passed)" || echo " Tests  $failed failed | $passed passed ($((passed + failed)))"
[ "$failed" -eq 0 ]
