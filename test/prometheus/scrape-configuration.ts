import { type Manifest, render, valuesOf } from '../helm/helm.js';

/** A process that stands in for a pod of the chart. */
export interface Pod {
  readonly name: string;
  /** `app.kubernetes.io/component`: the role that it runs. */
  readonly component: string;
  /** host:port of its management server. */
  readonly address: string;
}

interface Endpoint {
  readonly port: string;
  readonly path: string;
}

interface Monitored {
  readonly endpoint: Endpoint;
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly jobLabel: string;
  readonly templates: readonly Manifest[];
}

const INTERVAL = '1s';

/**
 * What the Prometheus Operator makes of the chart's PodMonitor, for processes on this machine: the same path, the same `job`, and only what
 * its selector finds among the chart's pods. Scrapes every second, so that a minute of traffic is worth a quarter of an hour.
 * @throws Error where the monitor would find none of the chart's pods for a process, or a port that they do not have
 */
export async function scrapeConfiguration(pods: readonly Pod[], rules: string): Promise<object> {
  const monitored = await monitoredPods();
  return {
    global: { scrape_interval: INTERVAL, scrape_timeout: INTERVAL, evaluation_interval: INTERVAL },
    rule_files: [rules],
    scrape_configs: [
      {
        job_name: 'podMonitor/gatehouse',
        metrics_path: monitored.endpoint.path,
        static_configs: pods.map((pod) => target(pod, monitored)),
      },
    ],
  };
}

async function monitoredPods(): Promise<Monitored> {
  const { manifests } = await render(valuesOf('split-roles'));
  const monitor = manifests.find(({ kind }) => kind === 'PodMonitor');
  if (!monitor) throw new Error('the preset split-roles has no PodMonitor');
  const { podMetricsEndpoints, selector, jobLabel } = monitor['spec'] as {
    podMetricsEndpoints: Endpoint[];
    selector: { matchLabels: Record<string, string> };
    jobLabel: string;
  };
  const endpoint = podMetricsEndpoints.at(0);
  if (!endpoint) throw new Error('the PodMonitor names no endpoint');
  return {
    endpoint,
    matchLabels: selector.matchLabels,
    jobLabel,
    templates: manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet'),
  };
}

function target({ name, component, address }: Pod, monitored: Monitored): object {
  const { endpoint, matchLabels, jobLabel, templates } = monitored;
  const template = templates
    .map(({ spec }) => (spec as { template: PodTemplate }).template)
    .find(({ metadata }) => metadata.labels['app.kubernetes.io/component'] === component);
  if (!template) throw new Error(`the chart has no pods for ${component}`);
  const { labels } = template.metadata;
  for (const [label, value] of Object.entries(matchLabels)) {
    if (labels[label] !== value)
      throw new Error(`the PodMonitor does not find the pods of ${component}: ${label}`);
  }
  const ports = template.spec.containers.flatMap((container) => container.ports ?? []);
  if (!ports.some((port) => port.name === endpoint.port))
    throw new Error(`${component} has no port ${endpoint.port}`);
  return { targets: [address], labels: { job: labels[jobLabel], namespace: 'default', pod: name } };
}

interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly { readonly ports?: readonly { readonly name: string }[] }[];
  };
}
