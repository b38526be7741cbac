/** What the stand-in serves: group and version, plural name, kind. */
const KINDS: readonly [groupVersion: string, plural: string, kind: string][] = [
  ['v1', 'configmaps', 'ConfigMap'],
  ['v1', 'events', 'Event'],
  ['v1', 'persistentvolumeclaims', 'PersistentVolumeClaim'],
  ['v1', 'pods', 'Pod'],
  ['v1', 'secrets', 'Secret'],
  ['v1', 'serviceaccounts', 'ServiceAccount'],
  ['v1', 'services', 'Service'],
  ['apps/v1', 'deployments', 'Deployment'],
  ['apps/v1', 'replicasets', 'ReplicaSet'],
  ['autoscaling/v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler'],
  ['networking.k8s.io/v1', 'ingresses', 'Ingress'],
  ['networking.k8s.io/v1', 'networkpolicies', 'NetworkPolicy'],
  ['policy/v1', 'poddisruptionbudgets', 'PodDisruptionBudget'],
];

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

const groupVersions = [...new Set(KINDS.map(([groupVersion]) => groupVersion))];

/** The kind of a plural name, if there is one. */
export const kindOf = (groupVersion: string, plural: string): string | undefined =>
  KINDS.find(([of, name]) => of === groupVersion && name === plural)?.[2];

/** Answers of the discovery API, by path. */
export const DISCOVERY: Readonly<Record<string, object>> = {
  '/version': { major: '1', minor: '36', gitVersion: 'v1.36.0', platform: 'linux/amd64' },
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: groupVersions.filter(isGroup).map(group) },
  '/openapi/v3': { paths: {} },
  ...Object.fromEntries(groupVersions.map((name) => [pathOf(name), resourceList(name)])),
};

function isGroup(groupVersion: string): boolean {
  return groupVersion.includes('/');
}

function pathOf(groupVersion: string): string {
  return isGroup(groupVersion) ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
}

function group(groupVersion: string): object {
  const [name, version] = groupVersion.split('/');
  const only = { groupVersion, version };
  return { name, versions: [only], preferredVersion: only };
}

function resourceList(groupVersion: string): object {
  const resources = KINDS.filter(([of]) => of === groupVersion).map(([, name, kind]) => ({
    name,
    singularName: kind.toLowerCase(),
    namespaced: true,
    kind,
    verbs: VERBS,
  }));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}
