import { describe, expect, it } from 'vitest';
import { only, render, valuesOf, type Manifest } from './helm.js';
import { structureProblems } from './structure.js';

const LONG = 'a-release-whose-name-is-as-long-as-helm-lets-it-be-53';

const podOf = (manifest: Manifest) => manifest.spec.template.spec;
const checksum = async (args: string[]): Promise<unknown> =>
  only((await render(args)).manifests, 'Deployment').spec.template.metadata.annotations['checksum/config'];

describe('names', () => {
  it('fit into what Kubernetes allows, however long the release is', async () => {
    const { manifests } = await render(valuesOf('split-roles'), { release: LONG });
    for (const { metadata } of manifests) expect(metadata.name.length).toBeLessThanOrEqual(63);
  });

  it('of two releases in one namespace differ, also where only their ends do', async () => {
    const names = async (release: string) =>
      (await render(valuesOf('split-roles'), { release })).manifests.map(
        (m) => `${m.kind} ${m.metadata.name}`,
      );
    const [one, two] = [await names(`${LONG.slice(0, -1)}1`), await names(`${LONG.slice(0, -1)}2`)];
    expect(one.filter((name) => two.includes(name))).toEqual([]);
  });

  it('never put a version into a selector, which cannot be changed', async () => {
    const { manifests } = await render();
    expect(only(manifests, 'Deployment').spec.selector.matchLabels).toEqual({
      'app.kubernetes.io/name': 'gatehouse',
      'app.kubernetes.io/instance': 'gatehouse',
      'app.kubernetes.io/component': 'all',
    });
  });
});

describe('the image', () => {
  it.each([
    [[], 'ghcr.io/gatehouse/gatehouse:0.1.0'],
    [['--set', 'image.tag=1.2.3'], 'ghcr.io/gatehouse/gatehouse:1.2.3'],
    [['--set', 'global.imageRegistry=mirror.example'], 'mirror.example/gatehouse/gatehouse:0.1.0'],
    [
      ['--set', `image.tag=1.2.3,image.digest=sha256:${'a'.repeat(64)}`],
      `ghcr.io/gatehouse/gatehouse@sha256:${'a'.repeat(64)}`,
    ],
  ])('with %j is %s, for servers and test', async (args, image) => {
    const { manifests } = await render(args);
    expect(podOf(only(manifests, 'Deployment')).containers[0].image).toBe(image);
    expect(only(manifests, 'Pod').spec.containers[0].image).toBe(image);
  });
});

describe('a change', () => {
  it('of the YAML file rolls the pods, and nothing else does', async () => {
    const base = valuesOf('external-idp');
    const first = await checksum(base);
    expect(await checksum([...base, '--set', 'ingress.className=other'])).toBe(first);
    expect(await checksum([...base, '--set-json', 'configFile.scopeHierarchy={}'])).not.toBe(first);
  });
});

describe('storage', () => {
  it('in a file is of one pod at a time', async () => {
    const { manifests } = await render();
    expect(only(manifests, 'Deployment').spec.strategy).toEqual({ type: 'Recreate' });
    expect(only(manifests, 'PersistentVolumeClaim').metadata.annotations).toEqual({
      'helm.sh/resource-policy': 'keep',
    });
  });

  it('in PostgreSQL needs no volume, and no pause', async () => {
    const { manifests } = await render(valuesOf('ha'));
    expect(only(manifests, 'Deployment').spec.strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
    });
    expect(manifests.filter(({ kind }) => kind === 'PersistentVolumeClaim')).toEqual([]);
  });
});

describe('a Deployment per role', () => {
  it('gives each role the secrets that it needs, and no other', async () => {
    const { manifests } = await render([
      ...valuesOf('split-roles'),
      '--set-json',
      'secretEnv=[{"name":"CORP_SECRET","existingSecret":"corp","key":"secret"}]',
    ]);
    const secretsOf = (role: string): string[] =>
      podOf(only(manifests, 'Deployment', `gatehouse-${role}`))
        .containers[0].env.filter(({ valueFrom }: { valueFrom?: object }) => valueFrom)
        .map(({ name }: { name: string }) => name);
    expect(secretsOf('proxy')).toEqual([]);
    expect(secretsOf('authorization-server')).toEqual([
      'DATABASE_URL',
      'GATEHOUSE_ENCRYPTION_KEY',
      'CORP_SECRET',
    ]);
    expect(secretsOf('mcp')).toEqual(['MCP_STATE_SECRET']);
  });

  it('tells all roles the same addresses', async () => {
    const { manifests } = await render(valuesOf('split-roles'));
    const addresses = manifests
      .filter(({ kind }) => kind === 'Deployment')
      .map((manifest) =>
        podOf(manifest).containers[0].env.filter(({ name }: { name: string }) =>
          /_URL$|^ALLOWED_/.test(name),
        ),
      )
      .map((env: { name: string }[]) => env.filter(({ name }) => name !== 'DATABASE_URL'));
    expect(addresses[0]).toHaveLength(4);
    expect(addresses[1]).toEqual(addresses[0]);
    expect(addresses[2]).toEqual(addresses[0]);
  });

  it('lets only the roles that need it reach each port', async () => {
    const { manifests } = await render([
      ...valuesOf('split-roles'),
      '--set-json',
      'networkPolicy.monitoringFrom=[]',
    ]);
    const from = (role: string, port: string): string[] =>
      only(manifests, 'NetworkPolicy', `gatehouse-${role}`)
        .spec.ingress.filter((rule: { ports: { port: string }[] }) => rule.ports[0]?.port === port)
        .flatMap((rule: { from: { podSelector: { matchLabels: Record<string, string> } }[] }) =>
          rule.from.map(({ podSelector }) => podSelector.matchLabels['app.kubernetes.io/component']),
        );
    expect(from('authorization-server', 'auth')).toEqual(['proxy', 'mcp']);
    expect(from('mcp', 'mcp')).toEqual(['proxy']);
    expect(from('mcp', 'management')).toEqual(['test']);
  });
});

describe('termination', () => {
  it('leaves time for the drain: what is waited, what runs, and ten seconds', async () => {
    const { manifests } = await render(valuesOf('ha'));
    const pod = podOf(only(manifests, 'Deployment'));
    expect(pod.terminationGracePeriodSeconds).toBe(5 + 30 + 10);
    expect(pod.containers[0].lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } });
  });
});

describe('a path prefix', () => {
  const shared = (preset: string): string[] => [
    ...valuesOf(preset),
    '--set',
    'publicUrl=https://example.com/mcp-gate/',
  ];
  const WELL_KNOWN = ['oauth-authorization-server', 'oauth-protected-resource', 'openid-configuration'].map(
    (name) => `/.well-known/${name}/mcp-gate`,
  );

  it('is what the Ingress sends here, with the documents that stand in front of it, and nothing else', async () => {
    const { manifests } = await render(shared('ingress-nginx'));
    const { rules } = only(manifests, 'Ingress').spec;
    expect(rules.map((rule: { host: string }) => rule.host)).toEqual([
      'example.com',
      'gate.internal.example.com',
    ]);
    for (const { http } of rules) {
      const paths = http.paths as { path: string; pathType: string }[];
      expect(paths.map(({ path }) => path)).toEqual(['/mcp-gate', ...WELL_KNOWN]);
      expect(new Set(paths.map(({ pathType }) => pathType))).toEqual(new Set(['Prefix']));
    }
  });

  it('is what the HTTPRoute sends here, its MCP endpoint without a timeout', async () => {
    const { manifests } = await render(shared('gateway-api'));
    const [streams, others] = only(manifests, 'HTTPRoute').spec.rules;
    expect(streams).toMatchObject({
      matches: [{ path: { value: '/mcp-gate/mcp' } }],
      timeouts: { request: '0s' },
    });
    const paths = others.matches.map((match: { path: { value: string } }) => match.path.value);
    expect(paths).toEqual(['/mcp-gate', ...WELL_KNOWN]);
  });

  it('reaches the servers and the test pod without the slash at its end', async () => {
    const { manifests } = await render(shared('ingress-nginx'));
    for (const container of [
      podOf(only(manifests, 'Deployment')).containers[0],
      only(manifests, 'Pod').spec.containers[0],
    ]) {
      expect(container.env).toContainEqual({ name: 'PUBLIC_URL', value: 'https://example.com/mcp-gate' });
    }
  });
});

describe('streams', () => {
  it('are neither buffered nor cut by ingress-nginx, which leaves the limit of bodies to us', async () => {
    const { manifests } = await render(valuesOf('ingress-nginx'));
    const prefix = 'nginx.ingress.kubernetes.io';
    expect(only(manifests, 'Ingress').metadata.annotations).toMatchObject({
      [`${prefix}/proxy-buffering`]: 'off',
      [`${prefix}/proxy-read-timeout`]: '86400',
      [`${prefix}/proxy-body-size`]: '0',
    });
  });

  it('have no timeout on the MCP path of the Gateway', async () => {
    const { manifests } = await render(valuesOf('gateway-api'));
    expect(only(manifests, 'HTTPRoute').spec.rules[0]).toMatchObject({
      matches: [{ path: { value: '/mcp' } }],
      timeouts: { request: '0s', backendRequest: '0s' },
    });
  });
});

describe('extension', () => {
  it('takes further variables, volumes, containers and objects', async () => {
    const { manifests } = await render([
      '--set-json',
      'extraEnv=[{"name":"HTTPS_PROXY","value":"http://out:3128"}]',
      '--set-json',
      'extraVolumes=[{"name":"more","emptyDir":{}}]',
      '--set-json',
      'extraVolumeMounts=[{"name":"more","mountPath":"/more"}]',
      '--set-json',
      'sidecars=[{"name":"side","image":"example/side:1"}]',
      '--set-json',
      'extraObjects=[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{ .Release.Name }}-more"}}]',
      '--set-json',
      'commonLabels={"team":"platform"}',
    ]);
    expect(manifests.flatMap(structureProblems)).toEqual([]);
    const pod = podOf(only(manifests, 'Deployment'));
    expect(pod.containers.map(({ name }: { name: string }) => name)).toEqual(['gatehouse', 'side']);
    expect(pod.containers[0].env).toContainEqual({ name: 'HTTPS_PROXY', value: 'http://out:3128' });
    expect(only(manifests, 'ConfigMap').metadata.name).toBe('gatehouse-more');
    expect(only(manifests, 'Deployment').metadata.labels).toMatchObject({ team: 'platform' });
  });

  it('lets a false and a zero stand', async () => {
    const { manifests } = await render([
      '--set',
      'hostUsers=false,serviceAccount.create=false,networkPolicy.enabled=false,persistence.keep=false,topologySpread=null',
    ]);
    expect(podOf(only(manifests, 'Deployment')).hostUsers).toBe(false);
    expect(podOf(only(manifests, 'Deployment'))).not.toHaveProperty('topologySpreadConstraints');
    expect(manifests.map(({ kind }) => kind)).not.toContain('ServiceAccount');
    expect(manifests.map(({ kind }) => kind)).not.toContain('NetworkPolicy');
    expect(only(manifests, 'PersistentVolumeClaim').metadata.annotations ?? {}).toEqual({});
  });
});
