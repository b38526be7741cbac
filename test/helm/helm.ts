import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

export const HELM_VERSIONS = ['3', '4'] as const;
export type HelmVersion = (typeof HELM_VERSIONS)[number];

const UNPACKED = new URL('.helm/', import.meta.url);

export const CHART = fileURLToPath(new URL('../../helm/gatehouse', import.meta.url));

/** The files of `ci/`, without `-values.yaml`. */
export const PRESETS = readdirSync(`${CHART}/ci`).map((file) => file.replace(/-values\.yaml$/, ''));

export const pathOfHelm = (version: HelmVersion): string =>
  fileURLToPath(new URL(`${version}/helm`, UNPACKED));

export const valuesOf = (preset: string): string[] => ['--values', `${CHART}/ci/${preset}-values.yaml`];

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface HelmOptions {
  readonly version?: HelmVersion;
  readonly kubeconfig?: string;
}

/** Runs helm, with settings, cache and plugins of its own. */
export function helm(args: readonly string[], options: HelmOptions = {}): Promise<Answer> {
  const home = (name: string): string => fileURLToPath(new URL(name, UNPACKED));
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home('home'),
    HELM_CACHE_HOME: home('cache'),
    HELM_CONFIG_HOME: home('config'),
    HELM_DATA_HOME: home('data'),
    KUBECONFIG: options.kubeconfig ?? '/dev/null',
  };
  return new Promise((resolve) => {
    execFile(
      pathOfHelm(options.version ?? '4'),
      args,
      { env, maxBuffer: 64 * 1024 * 1024, timeout: 60_000 },
      (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : 1;
        resolve({ code: error ? code : 0, stdout, stderr });
      },
    );
  });
}

/** A Kubernetes object; what of it a test looks at, it knows. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly creationTimestamp?: string;
  };
  // oxlint-disable-next-line typescript/no-explicit-any -- one type for all kinds, whose members only a test knows
  readonly [member: string]: any;
}

export interface RenderOptions extends HelmOptions {
  readonly release?: string;
  readonly kubeVersion?: string;
}

/** @throws Error with what helm says when it refuses */
export async function render(
  args: readonly string[] = [],
  { release = 'gatehouse', kubeVersion = '1.36.0', ...options }: RenderOptions = {},
): Promise<{ text: string; manifests: Manifest[] }> {
  const { code, stdout, stderr } = await helm(
    ['template', release, CHART, '--kube-version', kubeVersion, ...args],
    options,
  );
  if (code !== 0) throw new Error(stderr);
  return { text: stdout, manifests: parse(stdout) };
}

export function parse(text: string): Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors.length > 0) throw document.errors[0] as Error;
    const manifest = document.toJS() as Manifest | null;
    return manifest === null ? [] : [manifest];
  });
}

export function only(manifests: readonly Manifest[], kind: string, name?: string): Manifest {
  const found = manifests.filter(
    (manifest) => manifest.kind === kind && (!name || manifest.metadata.name === name),
  );
  const [manifest] = found;
  if (!manifest || found.length > 1) throw new Error(`${found.length} of ${kind} ${name ?? ''}`);
  return manifest;
}
