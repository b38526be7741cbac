import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What an attacker would like to get at, laid out for the time of an attack. */
export interface Bait {
  /** Stands in the environment of this process. */
  readonly environmentSecret: string;
  /** Stands in the file. */
  readonly fileSecret: string;
  /** Absolute path. */
  readonly file: string;
  /** Of this machine, where only a program on it can get. */
  readonly url: string;
  /** How often the address was fetched. */
  readonly fetched: () => number;
  readonly remove: () => Promise<void>;
}

/** Variables whose values nobody shall see. */
const SECRET_NAME = /secret|token|password|credential|private|api_?key/i;
const SHORTEST_SECRET = 12;

export async function layBait(): Promise<Bait> {
  const [environmentSecret, fileSecret] = [secret(), secret()];
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bait-'));
  const file = join(folder, 'bait.txt');
  await writeFile(file, fileSecret);
  // Of its own: another attack may run in this process.
  const variable = `GATEHOUSE_BAIT_${randomBytes(4).toString('hex')}`;
  process.env[variable] = environmentSecret;
  let fetched = 0;
  const server = createServer((_request, response) => {
    fetched += 1;
    response.end('bait');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    environmentSecret,
    fileSecret,
    file,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/bait`,
    fetched: () => fetched,
    remove: async () => {
      delete process.env[variable];
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await rm(folder, { recursive: true });
    },
  };
}

/** Whatever in the environment is called like a secret. */
export function environmentSecrets(): string[] {
  return Object.entries(process.env).flatMap(([name, value]) =>
    value !== undefined && value.length >= SHORTEST_SECRET && SECRET_NAME.test(name) ? [value] : [],
  );
}

function secret(): string {
  return `bait-${randomBytes(16).toString('hex')}`;
}
