import type { Manifest } from './helm.js';

interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { readonly drop?: string[]; readonly add?: string[] };
  readonly seccompProfile?: { readonly type?: string };
}

interface Container {
  readonly name: string;
  readonly securityContext?: SecurityContext;
  readonly resources?: { readonly requests?: object; readonly limits?: { readonly memory?: string } };
}

/** Volumes that Pod Security "restricted" allows, of those that this chart has. */
const VOLUMES = new Set(['configMap', 'emptyDir', 'persistentVolumeClaim', 'secret', 'projected']);

/** Every breach of Pod Security "restricted", and of what we want beyond it: a read-only root, no token, bounded memory. */
export function podSecurityProblems(manifest: Manifest): string[] {
  const pod = manifest.kind === 'Pod' ? manifest['spec'] : manifest['spec']?.template?.spec;
  if (!pod?.containers) return [];
  const containers = [...(pod.initContainers ?? []), ...pod.containers] as Container[];
  const ofPod = (pod.securityContext ?? {}) as SecurityContext;
  return [
    ...(pod.automountServiceAccountToken === false ? [] : ['the token of the service account is mounted']),
    ...(pod.enableServiceLinks === false ? [] : ['service links are on']),
    ...['hostNetwork', 'hostPID', 'hostIPC'].filter((name) => pod[name]),
    ...(pod.volumes ?? []).flatMap((volume: Record<string, unknown>) =>
      Object.keys(volume).filter((kind) => kind !== 'name' && !VOLUMES.has(kind)),
    ),
    ...containers.flatMap((container) =>
      problemsOf(container, ofPod).map((problem) => `${container.name}: ${problem}`),
    ),
  ].map((problem: string) => `${manifest.kind} ${manifest.metadata.name}: ${problem}`);
}

function problemsOf({ securityContext: own = {}, resources }: Container, pod: SecurityContext): string[] {
  const rules: [boolean, string][] = [
    [(own.runAsNonRoot ?? pod.runAsNonRoot) === true, 'may run as root'],
    [(own.runAsUser ?? pod.runAsUser) !== 0, 'runs as root'],
    [own.allowPrivilegeEscalation === false, 'may gain privileges'],
    [own.readOnlyRootFilesystem === true, 'may write to its root'],
    [own.capabilities?.drop?.includes('ALL') === true, 'keeps capabilities'],
    [(own.capabilities?.add ?? []).length === 0, 'has further capabilities'],
    [
      ['RuntimeDefault', 'Localhost'].includes((own.seccompProfile ?? pod.seccompProfile)?.type ?? ''),
      'has no seccomp profile',
    ],
    [resources?.requests !== undefined, 'requests nothing'],
    [resources?.limits?.memory !== undefined, 'has no limit of memory'],
  ];
  return rules.filter(([holds]) => !holds).map(([, problem]) => problem);
}
