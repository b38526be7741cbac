import { json, set } from './assignments.js';

/** What somebody mistypes, and the names that the message must have. */
export const TYPOS: readonly [string, string[], RegExp][] = [
  ['a value that does not exist', set('replicaCount=2'), /replicaCount/],
  ['one further down', set('ingress.class=nginx'), /'class' not allowed|class/],
  ['one of a role', set('splitRoles=true', 'roles.mcp.replica=2'), /replica/],
  ['a role', set('roles.auth.replicas=2'), /auth/],
  ['a setting', set('config.ACCESS_TOKEN_TTL=900'), /ACCESS_TOKEN_TTL/],
  ['a setting that is a value of the chart', set('config.PUBLIC_URL=https://gate.example.com'), /PUBLIC_URL/],
  [
    'a setting out of its bounds',
    set('config.AUTHORIZATION_CODE_TTL_SECONDS=601'),
    /AUTHORIZATION_CODE_TTL_SECONDS/,
  ],
  ['a realm that is no header text', json('config.TOKEN_REALM="Zürich"'), /TOKEN_REALM/],
  ['text for a number', ['--set-string', 'replicas=2'], /replicas/],
  ['a fraction of a replica', set('replicas=1.5'), /replicas/],
  ['no replica', set('replicas=0'), /replicas/],
  ['a sign-in that does not exist', set('signIn.mode=saml'), /signIn.mode|signIn\/mode/],
  ['a public URL with a query', set('publicUrl=https://example.com/gate?a=b'), /publicUrl/],
  ['a public URL with an empty segment', set('publicUrl=https://example.com//gate'), /publicUrl/],
  ['a public URL with an encoded path', set('publicUrl=https://example.com/g%61te'), /publicUrl/],
  ['a public URL without scheme', set('publicUrl=gate.example.com'), /publicUrl/],
  ['a public URL with credentials', set('publicUrl=https://me:x@example.com'), /publicUrl/],
  ['the tag latest', set('image.tag=latest'), /image.tag|image\/tag/],
  ['a digest that is none', set('image.digest=sha256:abc'), /digest/],
  [
    'a provider without issuer',
    json('configFile.identityProviders=[{"id":"a","displayName":"A","clientId":"x"}]'),
    /issuer/,
  ],
  [
    'a member of a provider',
    json(
      'configFile.identityProviders=[{"id":"a","displayName":"A","issuer":"https://a.example","clientId":"x","groupScope":{}}]',
    ),
    /groupScope/,
  ],
  ['a member of the YAML file', json('configFile.identityProvider=[]'), /identityProvider/],
  ['a secret in place of its name', json('secretEnv=[{"name":"X","value":"hunter2"}]'), /value/],
  ['a quantity', set('resources.limits.memory=lots'), /memory/],
  ['a session routing that does not exist', set('mcpSessionRouting=sticky'), /mcpSessionRouting/],
  ['a write to the root', set('securityContext.readOnlyRootFilesystem=false'), /readOnlyRootFilesystem/],
  ['root', set('podSecurityContext.runAsUser=0'), /runAsUser/],
  ['a privileged container', set('securityContext.privileged=true'), /privileged/],
  ['further capabilities', json('securityContext.capabilities.add=["NET_ADMIN"]'), /add/],
  ['no seccomp', set('podSecurityContext.seccompProfile.type=Unconfined'), /seccompProfile/],
];
