import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../support/free-port.js';

export interface Registry {
  /** Host and port of loopback. */
  readonly address: string;
  stop(): Promise<void>;
}

/**
 * Starts a real OCI registry (Debian's docker-registry) that keeps what it gets in a temporary folder.
 * @throws Error that says how to install it where it is missing
 */
export async function startRegistry(): Promise<Registry> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-registry-'));
  const [port = 0] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const settings = join(folder, 'config.yml');
  writeFileSync(
    settings,
    `version: 0.1\nlog: { level: error }\nstorage: { filesystem: { rootdirectory: ${folder}/data } }\nhttp: { addr: '${address}' }\n`,
  );
  const server = spawn('docker-registry', ['serve', settings], { stdio: 'ignore' });
  const failed = once(server, 'error').then(() => {
    throw new Error('there is no docker-registry: scripts/install-test-tools.sh installs it');
  });
  const ended = once(server, 'exit');
  await Promise.race([answering(address), failed]);
  return {
    address,
    stop: async () => {
      server.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

async function answering(address: string): Promise<void> {
  for (let left = 200; left > 0; left--) {
    const answer = await fetch(`http://${address}/v2/`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the registry does not answer');
}
