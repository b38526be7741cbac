import type { Manifest } from '../helm/helm.js';

const PREFIX = 'nginx.ingress.kubernetes.io/';

/** Annotations of ingress-nginx, and the directives that its template makes of them. */
const DIRECTIVES: Readonly<Record<string, (value: string) => string[]>> = {
  'proxy-body-size': (value) => [`client_max_body_size ${value}`],
  'proxy-buffer-size': (value) => [`proxy_buffer_size ${value}`, `proxy_buffers 4 ${value}`],
  'proxy-buffering': (value) => [`proxy_buffering ${value}`],
  'proxy-request-buffering': (value) => [`proxy_request_buffering ${value}`],
  'proxy-http-version': (value) => [`proxy_http_version ${value}`],
  'proxy-read-timeout': (value) => [`proxy_read_timeout ${value}s`],
  'proxy-send-timeout': (value) => [`proxy_send_timeout ${value}s`],
};
/** Which replica gets a request; round robin without it. */
const HASH = 'upstream-hash-by';

/** Its defaults (docs/user-guide/nginx-configuration/configmap.md of ingress-nginx 1.13). */
const DEFAULTS: Readonly<Record<string, string>> = {
  'proxy-body-size': '1m',
  'proxy-buffer-size': '4k',
  'proxy-buffering': 'off',
  'proxy-request-buffering': 'on',
  'proxy-http-version': '1.1',
  'proxy-read-timeout': '60',
  'proxy-send-timeout': '60',
};

/** Annotations that are read by others than the ingress controller. */
const NOT_FOR_NGINX: readonly RegExp[] = [/^cert-manager\.io\//, /^meta\.helm\.sh\//];

export interface Surroundings {
  /** Where it listens. */
  readonly port: number;
  /** For its process id, its logs and what it stores for a while. */
  readonly folder: string;
  /** The source address of its connections to pods. */
  readonly address: string;
  /** `host:port` of the pods behind a port of a Service. */
  readonly endpoints: (service: string, port: string) => readonly string[];
  /** Files with the certificate and the key of a Secret. */
  readonly certificate: (secret: string) => { readonly cert: string; readonly key: string };
  /** Adds the client to `X-Forwarded-For` in place of replacing the header, as a plain nginx does. */
  readonly appendsForwardedFor?: boolean;
  /** Does not know `X-Accel-Buffering`, as proxies other than nginx. */
  readonly ignoresAccelBuffering?: boolean;
}

interface Path {
  readonly path: string;
  readonly pathType: string;
  readonly backend: { readonly service: { readonly name: string; readonly port: { readonly name: string } } };
}

/**
 * An `nginx.conf` for one Ingress, in the manner of ingress-nginx: a server for each host with its certificate, a default server that knows
 * nothing, `Prefix` paths as a pair of locations, the headers that it sends on and the defaults that it has. What it makes with Lua (the
 * choice of the pod, reloading without a restart) is nginx's own here.
 * @throws Error for an annotation, a path type or a missing certificate that it does not know what to make of
 */
export function nginxConfiguration(ingress: Manifest, surroundings: Surroundings): string {
  const { folder, address } = surroundings;
  const annotations = nginxAnnotations(ingress);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  const paths = (ingress.spec.rules as { http: { paths: Path[] } }[]).flatMap(({ http }) => http.paths);
  const backends = new Map(paths.map(({ backend }) => [upstreamName(backend), backend.service]));
  const upstreams = [...backends].map(([name, { name: service, port }]) =>
    block(`upstream ${name}`, [
      ...(annotations[HASH] ? [`hash "${annotations[HASH]}" consistent;`] : []),
      ...surroundings.endpoints(service, port.name).map((endpoint) => `server ${endpoint} max_fails=0;`),
      'keepalive 320;',
    ]),
  );
  return [
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    'daemon off;',
    'worker_processes 2;',
    `pid ${folder}/nginx.pid;`,
    'error_log stderr warn;',
    'events { worker_connections 4096; }',
    block('http', [
      `log_format requests '$remote_addr "$request" $status $upstream_addr';`,
      `access_log ${folder}/access.log requests;`,
      ...temporary,
      'server_tokens off;',
      'large_client_header_buffers 4 8k;',
      'keepalive_timeout 75s;',
      `map $http_upgrade $connection_upgrade { default upgrade; '' ''; }`,
      `map $http_x_request_id $req_id { default $http_x_request_id; '' $request_id; }`,
      `proxy_bind ${address};`,
      ...upstreams,
      ...servers(ingress, annotations, surroundings),
    ]),
    '',
  ].join('\n');
}

function servers(
  ingress: Manifest,
  annotations: Readonly<Record<string, string>>,
  surroundings: Surroundings,
): string[] {
  const { tls = [], rules } = ingress.spec as {
    tls?: { secretName: string; hosts: string[] }[];
    rules: { host: string; http: { paths: Path[] } }[];
  };
  const listen = (more: string): string => `listen 127.0.0.1:${surroundings.port} ssl http2${more};`;
  const files = (host: string): string[] => {
    const secret = tls.find(({ hosts }) => hosts.includes(host))?.secretName;
    if (secret === undefined) throw new Error(`no certificate for ${host}: nothing but TLS is served here`);
    const { cert, key } = surroundings.certificate(secret);
    return [`ssl_certificate ${cert};`, `ssl_certificate_key ${key};`];
  };
  const [first] = rules;
  if (!first) throw new Error('the Ingress has no rules');
  return [
    block('server', [listen(' default_server'), 'server_name _;', ...files(first.host), 'return 404;']),
    ...rules.map(({ host, http }) =>
      block('server', [
        listen(''),
        `server_name ${host};`,
        ...files(host),
        ...http.paths.flatMap((path) => locations(path, annotations, surroundings)),
        ...(http.paths.some(({ path }) => path === '/') ? [] : ['location / { return 404; }']),
      ]),
    ),
  ];
}

/** `Prefix` goes by whole segments: `/gate` is `/gate` and what is below `/gate/`. */
function locations(
  { path, pathType, backend }: Path,
  annotations: Readonly<Record<string, string>>,
  { appendsForwardedFor = false, ignoresAccelBuffering = false }: Surroundings,
): string[] {
  if (pathType !== 'Prefix') throw new Error(`pathType ${pathType} is not known here`);
  const settings = { ...DEFAULTS, ...annotations };
  const directives = [
    ...Object.entries(settings).flatMap(([name, value]) => DIRECTIVES[name]?.(value) ?? []),
    'proxy_set_header Host $http_host',
    'proxy_set_header Upgrade $http_upgrade',
    'proxy_set_header Connection $connection_upgrade',
    'proxy_set_header X-Request-ID $req_id',
    'proxy_set_header X-Real-IP $remote_addr',
    `proxy_set_header X-Forwarded-For ${appendsForwardedFor ? '$proxy_add_x_forwarded_for' : '$remote_addr'}`,
    'proxy_set_header X-Forwarded-Host $http_host',
    'proxy_set_header X-Forwarded-Port $server_port',
    'proxy_set_header X-Forwarded-Proto $scheme',
    'proxy_set_header X-Forwarded-Scheme $scheme',
    'proxy_set_header X-Scheme $scheme',
    'proxy_set_header X-Original-Forwarded-For $http_x_forwarded_for',
    'proxy_set_header Proxy ""',
    'proxy_connect_timeout 5s',
    'proxy_next_upstream error timeout',
    'proxy_next_upstream_tries 3',
    'proxy_redirect off',
    ...(ignoresAccelBuffering ? ['proxy_ignore_headers X-Accel-Buffering'] : []),
    `proxy_pass http://${upstreamName(backend)}`,
  ].map((directive) => `${directive};`);
  const matches = path === '/' ? ['/'] : [`${path}/`, `= ${path}`];
  return matches.map((match) => block(`location ${match}`, directives));
}

function nginxAnnotations({ metadata }: Manifest): Record<string, string> {
  const known: Record<string, string> = {};
  for (const [name, value] of Object.entries(metadata.annotations ?? {})) {
    const short = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : undefined;
    if (short !== undefined && (short === HASH || short in DIRECTIVES)) known[short] = value;
    else if (!NOT_FOR_NGINX.some((others) => others.test(name)))
      throw new Error(
        `the annotation ${name} is not known here: say in nginx-configuration.ts what ingress-nginx makes of it`,
      );
  }
  return known;
}

function upstreamName({ service }: Path['backend']): string {
  return `${service.name}-${service.port.name}`;
}

function block(head: string, lines: readonly string[]): string {
  return `${head} {\n${lines.map((line) => line.replaceAll(/^/gm, '  ')).join('\n')}\n}`;
}
