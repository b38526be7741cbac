import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { ENVIRONMENT_VARIABLES, validateEnvironment } from '../../src/config/environment.js';
import { DEFAULT_RATE_LIMITS } from '../../src/config/rate-limits.js';
import { Metrics } from '../../src/metrics/metrics.js';
import { CHART, only, PRESETS, render, valuesOf, type Manifest } from './helm.js';

interface Schema {
  readonly type?: unknown;
  readonly $ref?: string;
  readonly additionalProperties?: unknown;
  readonly properties?: Record<string, Schema>;
}

const read = (file: string): string => readFileSync(`${CHART}/${file}`, 'utf8');
const schema = JSON.parse(read('values.schema.json')) as Schema & { definitions: Record<string, Schema> };
const values = parseYaml(read('values.yaml')) as Record<string, unknown>;

/** Settings that other values of the chart stand for. The ports of the containers are fixed, nobody sees them. */
const SET_BY_THE_CHART: Readonly<Record<string, string>> = {
  NODE_ENV: 'signIn.mode',
  GATEHOUSE_ROLES: 'splitRoles',
  GATEHOUSE_REPLICAS: 'replicas',
  PUBLIC_URL: 'publicUrl',
  BIND_ADDRESS: 'bindAddress',
  PROXY_PORT: 'service',
  AUTHORIZATION_SERVER_PORT: 'service',
  MCP_PORT: 'service',
  MANAGEMENT_PORT: 'service',
  AUTHORIZATION_SERVER_URL: 'splitRoles',
  MCP_SERVER_URL: 'splitRoles',
  DATA_DIR: 'persistence',
  RESOURCES_DIR: 'resourceFiles',
  GATEHOUSE_CONFIG_FILE: 'configFile',
  AUTHORIZATION: 'authorization',
  SIGN_IN_MODE: 'signIn.mode',
  DATABASE_URL: 'database',
  GATEHOUSE_ENCRYPTION_KEY: 'encryptionKey',
  MCP_STATE_SECRET: 'stateSecret',
  OTEL_EXPORTER_OTLP_HEADERS: 'otlpHeaders',
};

const environmentOf = (manifest: Manifest): Record<string, string> =>
  Object.fromEntries(
    manifest.spec.template.spec.containers[0].env.map(({ name, value }: { name: string; value?: string }) => [
      name,
      value ?? 'from a Secret',
    ]),
  );

describe('the settings of Gatehouse', () => {
  it('can all be reached from values, each in one way', () => {
    const configurable = Object.keys(schema.properties?.['config']?.properties ?? {});
    expect([...configurable, ...Object.keys(SET_BY_THE_CHART)].toSorted()).toEqual(
      [...ENVIRONMENT_VARIABLES].toSorted(),
    );
    for (const value of Object.values(SET_BY_THE_CHART)) {
      expect(values).toHaveProperty(value);
    }
  });

  it('have the bounds of the program: what the schema takes last, the program takes too', () => {
    const config = schema.properties?.['config']?.properties ?? {};
    for (const [name, rule] of Object.entries(config)) {
      const {
        minimum,
        maximum,
        enum: words,
      } = rule as { minimum?: number; maximum?: number; enum?: string[] };
      for (const value of [minimum, maximum, ...(words ?? [])].filter((bound) => bound !== undefined)) {
        expect(() => validateEnvironment({ [name]: String(value) }), `${name}=${value}`).not.toThrow();
      }
      for (const value of [minimum && minimum - 1, maximum && maximum + 1].filter(Boolean)) {
        expect(() => validateEnvironment({ [name]: String(value) }), `${name}=${value}`).toThrow(name);
      }
    }
  });

  it('name the rate limits of the program in the YAML file', () => {
    const file = schema.properties?.['configFile']?.properties ?? {};
    const names = Object.keys(file['rateLimits']?.properties ?? {});
    expect(names.toSorted()).toEqual(Object.keys(DEFAULT_RATE_LIMITS).toSorted());
  });

  it('trust private networks where requests come through an ingress, unless others are named', async () => {
    const trusted = async (...set: string[]) =>
      environmentOf(only((await render(set)).manifests, 'Deployment'))['TRUSTED_PROXIES'];
    const behindIngress = valuesOf('ingress-nginx');
    expect(await trusted()).toBeUndefined();
    expect(await trusted(...behindIngress)).toContain('10.0.0.0/8');
    expect(await trusted(...behindIngress, '--set-json', 'config.TRUSTED_PROXIES=["10.1.2.3"]')).toBe(
      '10.1.2.3',
    );
  });

  it.each(PRESETS)('are accepted by the program as preset %s renders them', async (preset) => {
    const { manifests } = await render(valuesOf(preset));
    for (const deployment of manifests.filter(({ kind }) => kind === 'Deployment')) {
      const environment = environmentOf(deployment);
      const secrets = {
        DATABASE_URL: 'postgresql://gatehouse:secret@database/gatehouse',
        GATEHOUSE_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
        MCP_STATE_SECRET: 'x'.repeat(32),
      };
      for (const [name, value] of Object.entries(secrets)) if (name in environment) environment[name] = value;
      expect(() => validateEnvironment(environment)).not.toThrow();
    }
  });

  it('arrive as they were written: large numbers, lists, false', async () => {
    const { manifests } = await render([
      '--set-json',
      'config={"REFRESH_TOKEN_MAX_AGE_SECONDS":157680000,"MCP_MAX_RESPONSE_BYTES":1073741824,"REFRESH_TOKEN_GRACE_SECONDS":0,' +
        '"TOKEN_ERROR_DETAILS":false,"TOKEN_REALM":"Acme \\"gate\\" \\\\ {{ 1 }}",' +
        '"CLIENT_ID_METADATA_DOCUMENTS":false,"ALLOWED_HOSTS":["a.example","b.example"]}',
    ]);
    expect(environmentOf(only(manifests, 'Deployment'))).toMatchObject({
      REFRESH_TOKEN_MAX_AGE_SECONDS: '157680000',
      MCP_MAX_RESPONSE_BYTES: '1073741824',
      REFRESH_TOKEN_GRACE_SECONDS: '0',
      TOKEN_ERROR_DETAILS: 'false',
      TOKEN_REALM: String.raw`Acme "gate" \ {{ 1 }}`,
      CLIENT_ID_METADATA_DOCUMENTS: 'false',
      ALLOWED_HOSTS: 'a.example,b.example',
    });
  });
});

describe('values.schema.json', () => {
  it('is whole in itself', () => {
    const references = [...read('values.schema.json').matchAll(/"\$ref":\s*"([^"]*)"/g)].map(
      ([, name]) => name,
    );
    expect(references.length).toBeGreaterThan(0);
    expect(references.filter((name) => !name?.startsWith('#/definitions/'))).toEqual([]);
  });

  it('knows the same values as values.yaml', () => {
    expect(Object.keys(schema.properties ?? {}).toSorted()).toEqual(Object.keys(values).toSorted());
    expect(unknownBelow(schema, values, '')).toEqual([]);
  });

  it('takes no name that it does not know, wherever it lists names', () => {
    const open: string[] = [];
    visit(schema, 'values', (node, at) => {
      if (node.properties && node.additionalProperties !== false) open.push(at);
    });
    expect(open).toEqual([]);
  });
});

/** Values that have a default and that the schema does not know. */
function unknownBelow(node: Schema, value: unknown, at: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const resolved = (node.$ref && schema.definitions[node.$ref.slice('#/definitions/'.length)]) || node;
  const { properties } = resolved;
  if (!properties) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    properties[key] ? unknownBelow(properties[key], member, `${at}.${key}`) : [`${at}.${key}`],
  );
}

function visit(node: unknown, at: string, look: (node: Schema, at: string) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node && node.type === 'object') look(node, at);
  for (const [key, member] of Object.entries(node)) visit(member, `${at}.${key}`, look);
}

describe('README.md', () => {
  it('is what values.yaml says', () => {
    const script = fileURLToPath(new URL('../../scripts/chart-readme.mjs', import.meta.url));
    expect(() => execFileSync(process.execPath, [script, '--check'])).not.toThrow();
  });
});

describe('what watches', () => {
  /** All series that /metrics can have; histograms have three names. */
  const known = new Set(
    new Metrics().registry
      .getMetricsAsArray()
      .flatMap(({ name }) => [name, `${name}_bucket`, `${name}_count`, `${name}_sum`]),
  );

  it.each(['files/alerts.yaml', 'files/dashboard.json'])(
    '%s asks only for metrics that there are',
    (file) => {
      const names = [
        ...read(file).matchAll(/\b(?:gatehouse|nodejs|process|mcp_server|http_server|db_client)_[a-z0-9_]+/g),
      ].map(([name]) => name);
      expect(names.length).toBeGreaterThan(3);
      expect(names.filter((name) => !known.has(name))).toEqual([]);
    },
  );

  it('looks at the job of its own release, and names the runbook of each alert', async () => {
    const { manifests } = await render(valuesOf('ha'), { release: 'gate-two' });
    const { groups } = only(manifests, 'PrometheusRule').spec as {
      groups: { rules: { expr: string; alert: string; annotations: Record<string, string> }[] }[];
    };
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(3);
    for (const rule of rules) expect(rule.expr).toContain('job="gate-two"');
    expect(rules.find(({ alert }) => alert === 'GatehouseRefreshTokenReused')).toMatchObject({
      annotations: { runbook_url: 'https://wiki.example.com/gatehouse/gatehouse-refresh-token-reused' },
    });
    expect(only(manifests, 'ServiceMonitor').spec.jobLabel).toBe('app.kubernetes.io/instance');
  });
});
