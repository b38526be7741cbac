import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildProgram } from '../support/built-program.js';
import { CHART, helm, valuesOf, type Answer } from './helm.js';
import { Cluster } from './stand-in/cluster.js';

const WAIT = ['--wait', '--timeout', '50s'];
/** With keys that the chart makes, for real users. */
const REAL = [...valuesOf('external-idp'), '--set', 'encryptionKey.existingSecret=,secrets.generate=true'];

let cluster: Cluster;

beforeAll(() => buildProgram());

beforeEach(async () => {
  cluster = new Cluster();
  await cluster.start();
});

afterEach(() => cluster.stop());

async function ask(command: string, ...args: string[]): Promise<Answer> {
  const answer = await helm([command, ...args], { kubeconfig: cluster.kubeconfig });
  await cluster.idle();
  return answer;
}

async function done(command: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await ask(command, ...args);
  expect(code, stderr).toBe(0);
  return stdout;
}

const secret = (name: string): Record<string, string> | undefined =>
  cluster.api.store.find('Secret', name)?.['data'];

/** What holds for every installation with clients of its own: the secret that somebody made before. */
function giveClientSecret(): void {
  const address = { groupVersion: 'v1', plural: 'secrets', namespace: 'default', name: 'gatehouse-corp' };
  const data = { 'client-secret': Buffer.from('a secret of the provider').toString('base64') };
  cluster.api.store.put(address, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: address.name },
    data,
  });
}

/** The chart as it would be one version before: everything that names a version differs. */
function previousChart(): string {
  const folder = join(cluster.folder, 'previous');
  cpSync(CHART, folder, { recursive: true });
  const manifest = join(folder, 'Chart.yaml');
  writeFileSync(
    manifest,
    readFileSync(manifest, 'utf8').replace(/^(version: |appVersion: ').*?('?)$/gm, '$10.0.9$2'),
  );
  return folder;
}

/** The keys that the gate signs with: another database, or one that cannot be unsealed, would have others. */
async function keyIds(): Promise<string[]> {
  const response = await fetch(`http://${cluster.pod('gatehouse').address}:3003/.well-known/jwks.json`);
  const { keys } = (await response.json()) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid);
}

describe('one command', () => {
  it('installs a gate that works, tests it with its own image, and says how to use it', async () => {
    const notes = await done('install', 'gatehouse', CHART, ...WAIT);
    expect(notes).toContain('inspector --cli http://127.0.0.1:3002/mcp --transport http --method tools/list');
    expect(notes).toContain('port-forward svc/gatehouse 3002:80');
    expect(notes).toContain('The development sign-in lets everybody in.');
    const report = await done('test', 'gatehouse', '--logs', '--timeout', '50s');
    expect(report).toContain('Phase:          Succeeded');
    expect(report.match(/^ok /gm)).toHaveLength(7);
    expect(report).not.toContain('failed  ');
  });

  it('is tested for real: a gate that is gone fails the test', async () => {
    await done('install', 'gatehouse', CHART, ...WAIT);
    await cluster.pod('gatehouse').stop();
    const { code } = await ask('test', 'gatehouse', '--timeout', '50s');
    expect(code).not.toBe(0);
  }, 90_000);
});

describe('a release for real users', () => {
  beforeEach(() => giveClientSecret());

  it('goes from the previous chart to this one and back, with the same keys and the same data', async () => {
    const notes = await done('install', 'gatehouse', previousChart(), ...REAL, ...WAIT);
    expect(notes).toContain(
      'inspector --cli https://gate.example.com/mcp --transport http --method tools/list',
    );
    const [keys, kids] = [secret('gatehouse-keys'), await keyIds()];
    expect(Buffer.from(keys?.['GATEHOUSE_ENCRYPTION_KEY'] ?? '', 'base64').toString()).toMatch(
      /^[\w+/]{43}=$/,
    );
    expect(keys?.['MCP_STATE_SECRET']).not.toBe(keys?.['GATEHOUSE_ENCRYPTION_KEY']);

    await done('upgrade', 'gatehouse', CHART, ...REAL, '--set', 'config.LOG_LEVEL=debug', ...WAIT);
    expect(secret('gatehouse-keys')).toEqual(keys);
    expect(await keyIds()).toEqual(kids);

    await done('rollback', 'gatehouse', '1', ...WAIT);
    expect(secret('gatehouse-keys')).toEqual(keys);
    expect(await keyIds()).toEqual(kids);
    expect(cluster.ended.map(({ code }) => code)).toEqual([0, 0]);
  });

  it('leaves its keys and its data when it goes, and takes them up when it comes back', async () => {
    await done('install', 'gatehouse', CHART, ...REAL, ...WAIT);
    const [keys, kids] = [secret('gatehouse-keys'), await keyIds()];
    const farewell = await done('uninstall', 'gatehouse', ...WAIT);
    expect(farewell).toContain('[Secret] gatehouse-keys');
    expect(farewell).toContain('[PersistentVolumeClaim] gatehouse-data');
    const left = cluster.api.store.all().map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(left.toSorted()).toEqual([
      'PersistentVolumeClaim gatehouse-data',
      'Secret gatehouse-corp',
      'Secret gatehouse-keys',
    ]);

    await done('install', 'gatehouse', CHART, ...REAL, ...WAIT);
    expect(secret('gatehouse-keys')).toEqual(keys);
    expect(await keyIds()).toEqual(kids);
  });

  it('stops an upgrade whose keys are gone, in place of making new ones', async () => {
    await done('install', 'gatehouse', CHART, ...REAL, ...WAIT);
    cluster.api.store.delete({
      groupVersion: 'v1',
      plural: 'secrets',
      namespace: 'default',
      name: 'gatehouse-keys',
    });
    const { code, stderr } = await ask('upgrade', 'gatehouse', CHART, ...REAL, ...WAIT);
    expect(code).not.toBe(0);
    expect(stderr).toContain(
      'secrets.generate: the Secret gatehouse-keys is not there, and an upgrade makes no new key',
    );
  });

  it('stops at a change that the new pod does not start with, and rolls back', async () => {
    await done('install', 'gatehouse', CHART, ...REAL, ...WAIT);
    const kids = await keyIds();
    const broken = [...REAL, '--set', 'secretEnv[0].key=missing'];
    const { code } = await ask('upgrade', 'gatehouse', CHART, ...broken, '--wait', '--timeout', '3s');
    expect(code).not.toBe(0);
    await done('rollback', 'gatehouse', '1', ...WAIT);
    expect(await keyIds()).toEqual(kids);
  });
});

describe('what an autoscaler has scaled', () => {
  const values = ['--set', 'autoscaling.enabled=true,autoscaling.minReplicas=1,autoscaling.maxReplicas=1'];
  const replicas = (): unknown => cluster.api.store.find('Deployment', 'gatehouse')?.['spec'].replicas;

  it('stays through an upgrade', async () => {
    await done('install', 'gatehouse', CHART, ...values, ...WAIT);
    cluster.api.scale('gatehouse', 3);
    await done('upgrade', 'gatehouse', CHART, ...values, '--set', 'config.LOG_LEVEL=debug', ...WAIT);
    expect(replicas()).toBe(3);
  });

  it('would be fought about, if the chart set the number too', async () => {
    await done('install', 'gatehouse', CHART, ...WAIT);
    cluster.api.scale('gatehouse', 3);
    const { code, stderr } = await ask(
      'upgrade',
      'gatehouse',
      CHART,
      '--set',
      'config.LOG_LEVEL=debug',
      ...WAIT,
    );
    expect(code).not.toBe(0);
    expect(stderr).toContain('.spec.replicas');
  });
});
