import { json, set } from './assignments.js';
import { valuesOf } from './helm.js';

const REAL = valuesOf('external-idp');
const EXTERNAL = valuesOf('external-authorization');
const HA = valuesOf('ha');
const SPLIT = valuesOf('split-roles');
const PROVIDER = '[{"id":"a","displayName":"A","issuer":"https://a.example","clientId":"x"}]';

/** What contradicts itself, and the value that each message begins with. */
export const CONTRADICTIONS: readonly [string, string[], string][] = [
  [
    'plain http for others',
    [...REAL, ...set('publicUrl=http://gate.example.com')],
    '- publicUrl: http://gate.example.com must begin with https://',
  ],
  [
    'the MCP endpoint for the public URL',
    [...REAL, ...set('publicUrl=https://gate.example.com/mcp')],
    '- publicUrl: https://gate.example.com/mcp must be the address in front of /mcp',
  ],
  [
    'a path of Gatehouse for a prefix',
    [...REAL, ...set('publicUrl=https://example.com/internal/gate')],
    '- publicUrl: https://example.com/internal/gate must be the address in front of /mcp',
  ],
  [
    'an Ingress for the own computer',
    set('ingress.enabled=true'),
    '- publicUrl: http://127.0.0.1:3002 is an address of the own computer',
  ],
  [
    'a route without Gateway',
    [...REAL, ...set('httpRoute.enabled=true')],
    '- httpRoute.parentRefs: name the Gateway',
  ],
  [
    'development sign-in for the world',
    set('publicUrl=https://gate.example.com'),
    '- signIn.mode: development lets everybody in who reaches https://gate.example.com',
  ],
  [
    'development sign-in behind a load balancer',
    set('service.type=LoadBalancer'),
    '- service.type: LoadBalancer would let everybody in',
  ],
  [
    'providers that nobody uses',
    json(`configFile.identityProviders=${PROVIDER}`),
    '- signIn.mode: development uses none of configFile.identityProviders',
  ],
  [
    'no provider',
    set('signIn.mode=openid'),
    '- configFile.identityProviders: signIn.mode openid needs at least one',
  ],
  [
    'a provider without TLS',
    [...REAL, ...json(`configFile.identityProviders=${PROVIDER.replace('https:', 'http:')}`)],
    '- configFile.identityProviders: the issuer of a must begin with https://',
  ],
  [
    'a secret that nobody gives',
    [...REAL, ...json('secretEnv=[]')],
    '- secretEnv: configFile has the secret of corp in CORP_CLIENT_SECRET; add { name: CORP_CLIENT_SECRET',
  ],
  [
    'two files',
    [...REAL, ...set('existingConfigFile.configMap=other')],
    '- existingConfigFile.configMap: there is a configFile too',
  ],
  [
    'production without key',
    [...REAL, ...set('encryptionKey.existingSecret=')],
    '- encryptionKey.existingSecret: name a Secret with a key',
  ],
  [
    'PostgreSQL without key',
    set('database.existingSecret=pg'),
    '- encryptionKey.existingSecret: name a Secret with a key',
  ],
  [
    'keys to make that are all there',
    [...HA, ...set('secrets.generate=true')],
    '- secrets.generate: encryptionKey.existingSecret and stateSecret.existingSecret are there',
  ],
  [
    'replicas of a file',
    [...REAL, ...set('replicas=2')],
    '- database.existingSecret: replicas is 2, and a file is of one process only',
  ],
  [
    'a scaled file',
    [...REAL, ...set('autoscaling.enabled=true')],
    '- database.existingSecret: autoscaling.maxReplicas is 6',
  ],
  [
    'replicas of a file of one role',
    [...SPLIT, ...set('database.existingSecret=')],
    '- database.existingSecret: roles.authorizationServer.replicas is 2',
  ],
  [
    'replicas that cannot read each other',
    [...HA, ...set('stateSecret.existingSecret=')],
    '- stateSecret.existingSecret: several replicas of the MCP server share one secret',
  ],
  [
    'sessions that a balancer loses',
    [...HA, ...set('config.MCP_MAX_SESSIONS=100')],
    '- config.MCP_MAX_SESSIONS: a 2025-era session is known to one replica',
  ],
  ['a role without splitRoles', set('roles.mcp.replicas=2'), '- roles.mcp: it is used with splitRoles only'],
  [
    'more at least than at most',
    [...HA, ...set('autoscaling.minReplicas=20')],
    '- autoscaling.minReplicas: 20 is more than maxReplicas (12)',
  ],
  [
    'shares of no CPU',
    [...HA, ...set('resources.requests.cpu=null')],
    '- resources.requests.cpu: autoscaling counts in shares of it',
  ],
  [
    'a claim beside PostgreSQL',
    [...HA, ...set('persistence.existingClaim=mine')],
    '- persistence.existingClaim: it is not used',
  ],
  [
    'two sources of resources',
    set('resourceFiles.existingClaim=a', 'resourceFiles.configMap=b'),
    '- resourceFiles: existingClaim and configMap are both set',
  ],
  [
    'a kill before the drain',
    set('shutdown.gracePeriodSeconds=15'),
    '- shutdown.gracePeriodSeconds: 15 must be more than shutdown.preStopSeconds + config.SHUTDOWN_TIMEOUT_SECONDS (15)',
  ],
  [
    'a drain as long as the stop',
    set('config.SHUTDOWN_DRAIN_SECONDS=10'),
    '- config.SHUTDOWN_DRAIN_SECONDS: 10 must be less than SHUTDOWN_TIMEOUT_SECONDS (10)',
  ],
  [
    'a proxy that gives up first',
    [...SPLIT, ...set('config.MCP_TOOL_TIMEOUT_SECONDS=65')],
    '- config.UPSTREAM_TIMEOUT_SECONDS: 65 must be more than MCP_TOOL_TIMEOUT_SECONDS (65)',
  ],
  [
    'a variable of the chart',
    json('extraEnv=[{"name":"PUBLIC_URL","value":"https://evil.example"}]'),
    '- extraEnv: PUBLIC_URL is set by the chart',
  ],
  [
    'a variable twice',
    [...set('config.LOG_LEVEL=debug'), ...json('extraEnv=[{"name":"LOG_LEVEL","value":"info"}]')],
    '- extraEnv: LOG_LEVEL is set twice',
  ],
  [
    'no issuer at all',
    set('authorization=external'),
    '- configFile.trustedIssuers: authorization external needs at least one',
  ],
  [
    'sign-in without an authorization server',
    [...EXTERNAL, ...set('signIn.mode=openid')],
    '- signIn.mode: with authorization external nobody signs in here',
  ],
  [
    'clients without an authorization server',
    [...EXTERNAL, ...json('configFile.clients=[{"clientId":"a","clientName":"A"}]')],
    '- configFile.clients: authorization external has no authorization server of our own',
  ],
  [
    'a database for nothing',
    [...EXTERNAL, ...set('database.existingSecret=db')],
    '- database.existingSecret: with authorization external nothing is stored',
  ],
  [
    'a secret of an issuer that is not there',
    [...EXTERNAL, ...json('secretEnv=[]')],
    '- secretEnv: configFile.trustedIssuers has a secret in PARTNER_SECRET',
  ],
  [
    'an issuer by plain http',
    [...EXTERNAL, ...json('configFile.trustedIssuers=[{"id":"a","issuer":"http://a.example.com"}]')],
    '- configFile.trustedIssuers: the issuer of a must begin with https://',
  ],
  [
    'an issuer without keys',
    set('config.TOKEN_ISSUER=https://id.example.com'),
    '- config.TOKEN_JWKS_URL: config.TOKEN_ISSUER needs it',
  ],
  [
    'the private network in production',
    [...REAL, ...set('config.DANGEROUSLY_ALLOW_PRIVATE_CLIENT_METADATA=true')],
    '- config.DANGEROUSLY_ALLOW_PRIVATE_CLIENT_METADATA: it lets strangers',
  ],
  [
    'two scrapes',
    set('serviceMonitor.enabled=true', 'podMonitor.enabled=true'),
    '- podMonitor.enabled: with serviceMonitor.enabled every pod would be scraped twice',
  ],
  [
    'a node port of a cluster IP',
    set('service.nodePort=30080'),
    '- service.nodePort: a Service of type ClusterIP has none',
  ],
  [
    'keys without a cluster to keep them',
    set('secrets.generate=true'),
    'secrets.generate: there is no cluster to look up the Secret gatehouse-keys in',
  ],
];
