import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'yaml';
import type { Manifest } from '../helm.js';
import { structureProblems } from '../structure.js';
import { ObjectStore, type Address } from './object-store.js';
import { decodeSecret } from './protobuf-secret.js';
import { DISCOVERY, kindOf } from './resources.js';

export interface Workloads {
  /** Called for every object that was made or changed. */
  changed(address: Address, object: Manifest): void;
  deleted(address: Address, object: Manifest): void;
  logsOf(pod: string): string;
}

class Refusal extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

const OBJECT =
  /^\/(?:api\/(v1)|apis\/([^/]+\/[^/]+))(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?(?:\/(log|status))?$/;
const NAMESPACE = 'default';

/**
 * Stands in for an API server: discovery, create, server-side apply, merge patch, watch. It is none: no admission, no defaults, no
 * authorization. What it does check is what a chart gets wrong: unknown fields, wrong types, selectors that change, and a field
 * that somebody else owns.
 */
export class ApiServer {
  readonly store = new ObjectStore();
  /** Who scaled a Deployment, other than by applying it. */
  readonly #scaledBy = new Map<string, string>();
  readonly #server: Server;

  constructor(private readonly workloads: Workloads) {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => sendError(response, error));
    });
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** What a HorizontalPodAutoscaler does: from now on it owns the number. */
  scale(name: string, replicas: number): void {
    const address = { groupVersion: 'apps/v1', plural: 'deployments', namespace: NAMESPACE, name };
    const object = this.store.get(address);
    if (!object) throw new Error(`there is no Deployment ${name}`);
    this.#scaledBy.set(name, 'horizontal-pod-autoscaler');
    this.store.put(address, { ...object, spec: { ...object.spec, replicas } });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://cluster');
    const discovered = DISCOVERY[url.pathname];
    if (discovered) return send(response, 200, discovered);
    if (url.pathname === '/openapi/v2') {
      response.writeHead(200, {
        'content-type': 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
      });
      response.end();
      return undefined;
    }
    if (/^\/api\/v1\/namespaces\/[^/]+$/.test(url.pathname)) {
      return send(response, 200, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    }
    const [, core, group, namespace = NAMESPACE, plural = '', name = '', part] =
      OBJECT.exec(url.pathname) ?? [];
    const groupVersion = core ?? group ?? '';
    const kind = kindOf(groupVersion, plural);
    if (kind === undefined) throw new Refusal(404, 'NotFound', `there is no ${url.pathname}`);
    const address = { groupVersion, plural, namespace, name };
    if (part === 'log') {
      response.end(this.workloads.logsOf(name));
      return undefined;
    }
    if (request.method === 'GET') return this.#read(url, address, kind, response);
    if (request.method === 'DELETE') return this.#delete(address, response);
    return this.#write(request, url, address, kind, response);
  }

  #read(url: URL, address: Address, kind: string, response: ServerResponse): void {
    if (address.name !== '') {
      const object = this.store.get(address);
      if (!object) throw new Refusal(404, 'NotFound', `${address.plural} "${address.name}" not found`);
      return send(response, 200, object);
    }
    const field = /^metadata\.name=(.+)$/.exec(url.searchParams.get('fieldSelector') ?? '')?.[1];
    const wants = (other: Address): boolean =>
      other.groupVersion === address.groupVersion &&
      other.plural === address.plural &&
      (field === undefined || other.name === field);
    const items = this.store.list(wants).filter(selectedBy(url.searchParams.get('labelSelector')));
    const metadata = { resourceVersion: this.store.version };
    if (url.searchParams.get('watch') === null) {
      return send(response, 200, { apiVersion: address.groupVersion, kind: `${kind}List`, metadata, items });
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    if (url.searchParams.get('sendInitialEvents') === 'true') {
      for (const object of items) response.write(`${JSON.stringify({ type: 'ADDED', object })}\n`);
      const annotations = { 'k8s.io/initial-events-end': 'true' };
      const end = { apiVersion: address.groupVersion, kind, metadata: { ...metadata, annotations } };
      response.write(`${JSON.stringify({ type: 'BOOKMARK', object: end })}\n`);
    } else response.flushHeaders();
    this.store.watch(response, wants);
    return undefined;
  }

  #delete(address: Address, response: ServerResponse): void {
    const object = this.store.delete(address);
    if (!object) throw new Refusal(404, 'NotFound', `${address.plural} "${address.name}" not found`);
    this.workloads.deleted(address, object);
    send(response, 200, { kind: 'Status', apiVersion: 'v1', status: 'Success' });
  }

  async #write(
    request: IncomingMessage,
    url: URL,
    address: Address,
    kind: string,
    response: ServerResponse,
  ): Promise<void> {
    const type = request.headers['content-type'] ?? '';
    const body = Buffer.concat(await request.toArray());
    const given = {
      ...((type.includes('protobuf') ? decodeSecret(body) : parse(body.toString())) as Manifest),
      apiVersion: address.groupVersion,
      kind,
    };
    const target = { ...address, name: address.name || given.metadata.name };
    const old = this.store.get(target);
    if (request.method === 'POST' && old) {
      throw new Refusal(409, 'AlreadyExists', `${address.plural} "${target.name}" already exists`);
    }
    const isMerge = request.method === 'PATCH' && !type.includes('apply') && old !== undefined;
    const merged = isMerge ? merge(old, given) : given;
    if (!type.includes('protobuf')) this.#check(merged, old);
    const owned = type.includes('apply') ? this.#withScale(merged, old, url) : merged;
    if (url.searchParams.has('dryRun')) return send(response, 200, owned);
    const object = this.store.put(target, { ...owned, ...(old?.['status'] && { status: old['status'] }) });
    send(response, old ? 200 : 201, object);
    this.workloads.changed(target, object);
    return undefined;
  }

  #check(object: Manifest, old: Manifest | undefined): void {
    const problems = object.kind === 'Event' ? [] : structureProblems(withoutOwn(object));
    if (problems.length > 0) throw new Refusal(422, 'Invalid', problems.join('; '));
    const selector = (of: Manifest): string => JSON.stringify(of['spec']?.selector);
    if (object.kind === 'Deployment' && old && selector(old) !== selector(object)) {
      throw new Refusal(422, 'Invalid', `Deployment ${object.metadata.name}: spec.selector is immutable`);
    }
  }

  /** Server-side apply: a number that somebody else set stays, and cannot be taken back without force. */
  #withScale(object: Manifest, old: Manifest | undefined, url: URL): Manifest {
    const owner = this.#scaledBy.get(object.metadata.name);
    if (object.kind !== 'Deployment' || owner === undefined || old === undefined) return object;
    const { replicas } = old['spec'] as { replicas: number };
    if (
      object['spec'].replicas !== undefined &&
      object['spec'].replicas !== replicas &&
      url.searchParams.get('force') !== 'true'
    ) {
      throw new Refusal(
        409,
        'Conflict',
        `Apply failed with 1 conflict: conflict with "${owner}": .spec.replicas`,
      );
    }
    return { ...object, spec: { ...object['spec'], replicas } };
  }
}

/** What a server adds, and no chart sends. */
function withoutOwn({ status: _status, ...object }: Manifest): Manifest {
  const { name, labels, annotations } = object.metadata;
  return {
    ...object,
    metadata: { name, ...(labels && { labels }), ...(annotations && { annotations }) },
  };
}

/** RFC 7396. */
function merge(old: unknown, change: unknown): Manifest {
  if (typeof old !== 'object' || typeof change !== 'object' || old === null || change === null)
    return change as Manifest;
  if (Array.isArray(change)) return change as unknown as Manifest;
  const result: Record<string, unknown> = { ...old };
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value);
  }
  return result as unknown as Manifest;
}

function selectedBy(selector: string | null): (object: Manifest) => boolean {
  const terms = (selector ?? '')
    .split(',')
    .filter((term) => term !== '')
    .map((term) => term.split(/==?/));
  return ({ metadata }) => terms.every(([key = '', value]) => metadata.labels?.[key] === value);
}

function send(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function sendError(response: ServerResponse, error: unknown): void {
  const { code, reason, message } =
    error instanceof Refusal ? error : { code: 500, reason: 'InternalError', message: String(error) };
  send(response, code, { apiVersion: 'v1', kind: 'Status', status: 'Failure', reason, message, code });
}
