#!/usr/bin/env node
// A Keycloak for tests and trials: headless, on a free port of loopback, its database in a temporary folder.
//
//   scripts/keycloak.mjs install          fetch the distribution with Maven, unpack and build it once
//   scripts/keycloak.mjs start            install, start in the background, wait until it is ready, print where it is
//   scripts/keycloak.mjs stop [--kill]    stop it; what is in the database stays, and the next start has the same address
//
// KEYCLOAK_DATA is the folder of its database, log and address (a folder in the temporary one where unset), KEYCLOAK_VERSION another version,
// KEYCLOAK_CACHE where distributions are kept, KEYCLOAK_ADMIN_PASSWORD the password of its administrator, `admin`.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const { env } = process;
const VERSION = env.KEYCLOAK_VERSION ?? '26.7.3';
const CACHE =
  env.KEYCLOAK_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'gatehouse-keycloak');
const DATA = env.KEYCLOAK_DATA ?? join(tmpdir(), `gatehouse-keycloak-${process.getuid?.() ?? 'user'}`);
const STATE = join(DATA, 'keycloak.json');
const LOG = join(DATA, 'keycloak.log');
const MINIMUM_JAVA = 17;
const READY_WITHIN_MS = 240_000;
/** About 550 MB resident. */
const MEMORY = { JAVA_OPTS_KC_HEAP: '-Xms64m -Xmx512m -XX:MaxMetaspaceSize=256m' };

/** The folder of the built distribution. */
function install() {
  const home = join(CACHE, `keycloak-${VERSION}`);
  if (existsSync(home)) return home;
  requireJava();
  if (spawnSync('mvn', ['-version']).status !== 0) {
    fail('there is no mvn: scripts/install-test-tools.sh installs Maven');
  }
  const work = join(CACHE, `.install-${process.pid}`);
  mkdirSync(work, { recursive: true });
  try {
    console.error(`fetching Keycloak ${VERSION}`);
    // --strict-checksums: a file that is not what its checksum says ends this.
    const artifact = `-Dartifact=org.keycloak:keycloak-quarkus-dist:${VERSION}:tar.gz`;
    const options = ['--batch-mode', '--quiet', '--strict-checksums'];
    execFileSync('mvn', [...options, 'dependency:copy', artifact, `-DoutputDirectory=${work}`], TO_STDERR);
    execFileSync('tar', ['-xzf', `keycloak-quarkus-dist-${VERSION}.tar.gz`], { cwd: work, ...TO_STDERR });
    const unpacked = join(work, `keycloak-${VERSION}`);
    // What start-dev would build again with every start, and forget.
    const build = ['build', '--db=dev-file', '--health-enabled=true'];
    execFileSync(join(unpacked, 'bin/kc.sh'), build, { ...TO_STDERR, env: { ...env, ...MEMORY } });
    if (!existsSync(home)) renameSync(unpacked, home);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return home;
}

const TO_STDERR = { stdio: ['ignore', 2, 2] };

function requireJava() {
  const java = env.JAVA_HOME ? join(env.JAVA_HOME, 'bin/java') : 'java';
  const { status, stderr } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  const version = Number(/version "(\d+)/.exec(stderr ?? '')?.[1]);
  if (status === 0 && version >= MINIMUM_JAVA) return;
  fail(`Keycloak needs Java ${MINIMUM_JAVA} or newer: scripts/install-test-tools.sh installs it`);
}

async function start() {
  const home = install();
  requireJava();
  mkdirSync(DATA, { recursive: true, mode: 0o700 });
  const before = state();
  if (before && isRunning(before.pid)) return before;
  const [port, managementPort] = before ? [before.port, before.managementPort] : await freePorts(2);
  const log = openSync(LOG, 'a');
  const options = [
    'start',
    '--optimized',
    '--http-enabled=true',
    '--http-host=127.0.0.1',
    `--http-port=${port}`,
    `--http-management-port=${managementPort}`,
    `--hostname=http://127.0.0.1:${port}`,
    '--cache=local',
    // WRITE_DELAY=0: who kills it loses nothing that it has answered.
    `--db-url=jdbc:h2:file:${join(DATA, 'database')};NON_KEYWORDS=VALUE;WRITE_DELAY=0`,
  ];
  // A group of its own: kc.sh is a shell around Java, and both are to end.
  const child = spawn(join(home, 'bin/kc.sh'), options, {
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      ...env,
      ...MEMORY,
      KC_BOOTSTRAP_ADMIN_USERNAME: 'admin',
      KC_BOOTSTRAP_ADMIN_PASSWORD: env.KEYCLOAK_ADMIN_PASSWORD ?? 'admin',
    },
  });
  child.unref();
  const now = { pid: child.pid, port, managementPort, url: `http://127.0.0.1:${port}`, version: VERSION };
  writeFileSync(STATE, JSON.stringify(now));
  await ready(now, child);
  return now;
}

async function ready({ managementPort, pid }, child) {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${managementPort}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await delay(200);
  }
  kill(pid, 'SIGKILL');
  fail(`Keycloak did not start:\n${readFileSync(LOG, 'utf8').split('\n').slice(-30).join('\n')}`);
}

async function stop() {
  const running = state();
  if (!running || !isRunning(running.pid)) return;
  kill(running.pid, process.argv.includes('--kill') ? 'SIGKILL' : 'SIGTERM');
  while (isRunning(running.pid)) await delay(50);
}

function state() {
  return existsSync(STATE) ? JSON.parse(readFileSync(STATE, 'utf8')) : undefined;
}

/** Whether anything of the process group is left. */
function isRunning(pid) {
  return kill(pid, 0);
}

function kill(pid, signal) {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve(server.address().port));
        }),
    ),
  );
  for (const server of servers) server.close();
  return ports;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

switch (process.argv[2]) {
  case 'install':
    console.log(install());
    break;
  case 'start': {
    const { url, version } = await start();
    console.log(`Keycloak ${version} at ${url}, data and log in ${DATA}`);
    break;
  }
  case 'stop':
    await stop();
    break;
  default:
    fail('usage: scripts/keycloak.mjs install | start | stop [--kill]');
}
