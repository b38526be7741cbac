import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../src/version.js';
import { CHART, helm, HELM_VERSIONS, render, valuesOf, type Answer, type HelmVersion } from './helm.js';
import { startRegistry, type Registry } from './registry.js';

let registry: Registry;
let folder: string;
/** Of the manifest that was pushed. */
let digest: string;

const reference = (): string => `oci://${registry.address}/charts/gatehouse`;

async function done(args: string[], version: HelmVersion = '4'): Promise<Answer> {
  const answer = await helm(args, { version });
  expect(answer.code, answer.stderr).toBe(0);
  return answer;
}

beforeAll(async () => {
  registry = await startRegistry();
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-chart-'));
  await done(['package', CHART, '--destination', folder]);
  const archive = join(folder, `gatehouse-${VERSION}.tgz`);
  const { stdout, stderr } = await done([
    'push',
    archive,
    `oci://${registry.address}/charts`,
    '--plain-http',
  ]);
  digest = /Digest: (sha256:[0-9a-f]{64})/.exec(stdout + stderr)?.[1] ?? '';
});

afterAll(async () => {
  await registry?.stop();
  if (folder) rmSync(folder, { recursive: true });
});

describe('a chart in an OCI registry', () => {
  it.each(HELM_VERSIONS)('renders for Helm %s what the folder renders', async (version) => {
    const source = [reference(), '--version', VERSION, '--plain-http', '--kube-version', '1.36.0'];
    const { stdout } = await done(['template', 'gatehouse', ...source, ...valuesOf('ha')], version);
    // Helm 4 says first what it pulled.
    const rendered = stdout.slice(stdout.indexOf('---\n'));
    expect(rendered).toBe((await render(valuesOf('ha'), { version })).text);
  });

  it('is pulled by its digest', async () => {
    const target = mkdtempSync(join(folder, 'pulled-'));
    await done(['pull', `${reference()}@${digest}`, '--plain-http', '--destination', target]);
    expect(readdirSync(target)).toHaveLength(1);
  });

  it('shows its values and its README to who has only the address', async () => {
    const { stdout } = await done(['show', 'all', reference(), '--version', VERSION, '--plain-http']);
    expect(stdout).toContain('publicUrl: http://127.0.0.1:3002');
    expect(stdout).toContain('helm install gatehouse');
  });

  it('carries nothing that only its makers need', async () => {
    const target = mkdtempSync(join(folder, 'unpacked-'));
    await done(['pull', reference(), '--version', VERSION, '--plain-http', '--untar', '--untardir', target]);
    const files = readdirSync(join(target, 'gatehouse')).toSorted();
    expect(files).toEqual([
      '.helmignore',
      'Chart.yaml',
      'README.md',
      'files',
      'templates',
      'values.schema.json',
      'values.yaml',
    ]);
  });
});
