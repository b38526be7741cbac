import { describe, expect, it } from 'vitest';
import { CHART, helm, only, PRESETS, render, valuesOf, type Manifest } from './helm.js';
import { podSecurityProblems } from './pod-security.js';
import { structureProblems } from './structure.js';

const sorted = (manifests: readonly Manifest[]): string[] =>
  manifests.map((manifest) => JSON.stringify(manifest)).toSorted();

describe.each(PRESETS)('preset %s', (preset) => {
  it.each(['4', '3'] as const)('passes the strict lint of Helm %s', async (version) => {
    const { code, stdout } = await helm(['lint', '--strict', CHART, ...valuesOf(preset)], { version });
    expect(stdout).toContain('1 chart(s) linted, 0 chart(s) failed');
    expect(code).toBe(0);
  });

  it.each(['1.30.0', '1.36.0'])('makes objects that Kubernetes %s accepts', async (kubeVersion) => {
    const { manifests } = await render(valuesOf(preset), { kubeVersion });
    expect(manifests.flatMap(structureProblems)).toEqual([]);
    expect(new Set(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).size).toBe(
      manifests.length,
    );
  });

  it('keeps to Pod Security "restricted" in every container', async () => {
    const { manifests } = await render(valuesOf(preset));
    expect(manifests.flatMap(podSecurityProblems)).toEqual([]);
  });

  it('is the same with Helm 3', async () => {
    const [four, three] = await Promise.all([
      render(valuesOf(preset)),
      render(valuesOf(preset), { version: '3' }),
    ]);
    expect(sorted(three.manifests)).toEqual(sorted(four.manifests));
  });

  it('is the same every time', async () => {
    const [first, second] = [await render(valuesOf(preset)), await render(valuesOf(preset))];
    expect(second.text).toBe(first.text);
  });

  it('is what the golden file says', async () => {
    const { text } = await render(valuesOf(preset));
    await expect(text).toMatchFileSnapshot(`golden/${preset}.yaml`);
  });

  it('connects what belongs together', async () => {
    const { manifests } = await render(valuesOf(preset));
    expect(danglingSelectors(manifests)).toEqual([]);
  });
});

/** Services, budgets and policies that select no pod, and Services whose port no container of theirs has. */
function danglingSelectors(manifests: readonly Manifest[]): string[] {
  const pods = manifests
    .filter(({ kind }) => kind === 'Deployment')
    .map(({ spec }) => ({
      labels: spec.template.metadata.labels as Record<string, string>,
      ports: spec.template.spec.containers[0].ports as { name: string }[],
    }));
  const selected = (selector: Record<string, string>): typeof pods =>
    pods.filter(({ labels }) => Object.entries(selector).every(([key, value]) => labels[key] === value));
  return manifests.flatMap(({ kind, metadata, spec }) => {
    const selector = { Service: spec?.selector, PodDisruptionBudget: spec?.selector?.matchLabels }[kind];
    const target = kind === 'NetworkPolicy' ? spec.podSelector.matchLabels : selector;
    if (target === undefined) return [];
    const found = selected(target);
    const ports: string[] =
      kind === 'Service' ? spec.ports.map((port: { targetPort: string }) => port.targetPort) : [];
    const open = (port: string): boolean => found.every((pod) => pod.ports.some(({ name }) => name === port));
    return found.length > 0 && ports.every(open) ? [] : [`${kind} ${metadata.name}`];
  });
}

describe('autoscaling', () => {
  it('leaves out replicas, which server-side apply would fight about', async () => {
    const { manifests } = await render(valuesOf('ha'));
    expect(only(manifests, 'Deployment').spec).not.toHaveProperty('replicas');
    expect(only(manifests, 'HorizontalPodAutoscaler').spec).toMatchObject({
      minReplicas: 3,
      maxReplicas: 12,
    });
  });
});

describe('the checkers themselves', () => {
  it('find a typo, a wrong type, a missing member and a value that cannot be', async () => {
    const { manifests } = await render(valuesOf('ha'));
    const broken = structuredClone(only(manifests, 'Deployment'));
    const [container] = broken.spec.template.spec.containers;
    container.livenesProbe = container.livenessProbe;
    broken.spec.minReadySeconds = '0';
    delete container.readinessProbe.httpGet.port;
    container.imagePullPolicy = 'Sometimes';
    const found = structureProblems(broken).join('\n');
    for (const name of ['livenesProbe', 'minReadySeconds', 'port', 'imagePullPolicy'])
      expect(found).toContain(name);
  });

  it('find a container that may do more than it should', async () => {
    const { manifests } = await render(valuesOf('ha'));
    const broken = structuredClone(only(manifests, 'Deployment'));
    broken.spec.template.spec.containers[0].securityContext = {
      capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] },
    };
    broken.spec.template.spec.volumes.push({ name: 'host', hostPath: { path: '/' } });
    expect(
      podSecurityProblems(broken).map((problem) => problem.replace('Deployment gatehouse: ', '')),
    ).toEqual([
      'hostPath',
      'gatehouse: may gain privileges',
      'gatehouse: may write to its root',
      'gatehouse: has further capabilities',
    ]);
  });
});
