import { mkdtemp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, run, type Program } from '../support/built-program.js';
import { freePorts } from '../support/free-port.js';
import { rpc } from '../support/mcp-client.js';

describe('Start and stop', () => {
  let folder: string;
  const programs: Program[] = [];

  beforeAll(async () => {
    buildProgram();
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-start-'));
  }, 60_000);

  afterAll(async () => {
    for (const { process: child } of programs) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  const variables = async (changes: Record<string, string> = {}): Promise<Record<string, string>> => {
    const [proxy, authorizationServer, mcp, management] = await freePorts(4);
    const dataDirectory = await mkdtemp(join(folder, 'data-'));
    return {
      PUBLIC_URL: `http://127.0.0.1:${proxy}`,
      PROXY_PORT: String(proxy),
      AUTHORIZATION_SERVER_PORT: String(authorizationServer),
      MCP_PORT: String(mcp),
      MANAGEMENT_PORT: String(management),
      DATA_DIR: dataDirectory,
      ...changes,
    };
  };

  const start = (settings: Record<string, string>, file = 'main.js', args: string[] = []): Program => {
    const program = run(file, settings, args);
    programs.push(program);
    return program;
  };

  it('outlives a promise that nobody waits for, and says so', async () => {
    const settings = await variables();
    const stray = `const timer = setInterval(() => {
      if (process.listenerCount('unhandledRejection') === 0) return;
      clearInterval(timer);
      void Promise.reject(new Error('stray'));
    }, 20)`;
    const program = start({
      ...settings,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(stray)}`,
    });
    await program.says('a promise was rejected that nobody waits for');
    const response = await fetch(`http://127.0.0.1:${settings['MANAGEMENT_PORT']}/health/live`);
    expect(response.status).toBe(200);
  });

  it('says in one JSON line where it is, keeps everything in its data folder, and ends with 0 on SIGTERM', async () => {
    const settings = await variables();
    const program = start(settings);
    await program.says('gatehouse is ready');
    const line = program.output().trim().split('\n').at(-1) ?? '';
    expect(JSON.parse(line)).toMatchObject({
      level: 'info',
      publicUrl: settings['PUBLIC_URL'],
      signInMode: 'development',
    });
    for (const port of ['PROXY_PORT', 'AUTHORIZATION_SERVER_PORT', 'MCP_PORT']) {
      const response = await fetch(
        `http://127.0.0.1:${settings[port]}/.well-known/oauth-authorization-server`,
      );
      expect(response.status).toBe(200);
    }
    expect((await fetch(`http://127.0.0.1:${settings['MANAGEMENT_PORT']}/health/ready`)).status).toBe(200);
    expect(await readdir(settings['DATA_DIR'] ?? '')).toEqual(
      expect.arrayContaining(['gatehouse.sqlite', 'resources']) as unknown,
    );
    program.process.kill('SIGTERM');
    expect(await program.exited).toBe(0);
    expect(program.output()).toContain('gatehouse has stopped');
  });

  it('listens on loopback only', async () => {
    const settings = await variables();
    const program = start(settings);
    await program.says('gatehouse is ready');
    await expect(fetch(`http://127.0.0.2:${settings['PROXY_PORT']}/`)).rejects.toThrow('fetch failed');
    program.process.kill('SIGTERM');
    await program.exited;
  });

  it('mints a token offline that the server accepts', async () => {
    const settings = await variables();
    const program = start(settings);
    await program.says('gatehouse is ready');
    const mint = start(settings, 'cli/token.js', ['--scope', 'mcp:tools:read']);
    expect(await mint.exited).toBe(0);
    const mcpUrl = `${settings['PUBLIC_URL']}/mcp`;
    const token = mint.output().trim();
    expect((await rpc(mcpUrl, 'tools/list', { token })).status).toBe(200);
    expect((await rpc(mcpUrl, 'prompts/list', { token })).status).toBe(403);
    program.process.kill('SIGTERM');
    await program.exited;
  });

  it('mints no token in production', async () => {
    const mint = start(await variables({ NODE_ENV: 'production', GATEHOUSE_ROLES: 'mcp' }), 'cli/token.js');
    expect(await mint.exited).toBe(1);
    expect(mint.output()).toContain('NODE_ENV is production');
  });

  it('makes a PKCE pair on the command line', async () => {
    const pkce = start({}, 'cli/pkce.js');
    expect(await pkce.exited).toBe(0);
    expect(pkce.output()).toMatch(/^code_verifier=[\w-]{43}\ncode_challenge=[\w-]{43}\n$/);
  });

  describe('refuses in one line that names the setting, with exit code 1,', () => {
    const refusal = async (changes: Record<string, string>): Promise<string> => {
      const program = start(await variables(changes));
      expect(await program.exited).toBe(1);
      return program.output();
    };

    it('a port in use', async () => {
      const blocker = createServer();
      await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
      const { port } = blocker.address() as { port: number };
      expect(await refusal({ MCP_PORT: String(port) })).toBe(
        `gatehouse: MCP_PORT: port ${port} is in use; stop the program that has it, or set another port\n`,
      );
      blocker.close();
    });

    it('a data folder that cannot be written', async () => {
      const file = join(folder, 'a-file');
      await writeFile(file, '');
      const program = start({
        ...(await variables()),
        DATA_DIR: folder,
        RESOURCES_DIR: join(file, 'resources'),
      });
      expect(await program.exited).toBe(1);
      expect(program.output()).toMatch(/^gatehouse: RESOURCES_DIR: cannot use .*\n$/);
      const blocked = join(folder, 'blocked');
      await mkdir(join(blocked, 'gatehouse.sqlite'), { recursive: true });
      const database = start({ ...(await variables()), DATA_DIR: blocked });
      expect(await database.exited).toBe(1);
      expect(database.output()).toMatch(/^gatehouse: DATA_DIR: cannot keep the database in .*\n$/);
    });

    it('an encryption key that is not the one of the database', async () => {
      const settings = await variables();
      const first = start(settings);
      await first.says('gatehouse is ready');
      first.process.kill('SIGTERM');
      await first.exited;
      expect((await stat(join(settings['DATA_DIR'] ?? '', 'encryption.key'))).mode & 0o777).toBe(0o600);
      const other = start({
        ...settings,
        GATEHOUSE_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
      });
      expect(await other.exited).toBe(1);
      expect(other.output()).toMatch(
        /^gatehouse: GATEHOUSE_ENCRYPTION_KEY: the database holds secrets that were sealed with another key .*\n$/,
      );
    });

    it.each([
      ['a port that is none', { PROXY_PORT: 'http' }, /^gatehouse: PROXY_PORT: .*\n$/],
      ['an unknown role', { GATEHOUSE_ROLES: 'proxy,database' }, /^gatehouse: GATEHOUSE_ROLES: .*\n$/],
      [
        'the MCP endpoint for the public URL',
        { PUBLIC_URL: 'https://a.example.com/mcp' },
        /^gatehouse: PUBLIC_URL: .*\n$/,
      ],
      ['an unknown sign-in mode', { SIGN_IN_MODE: 'none' }, /^gatehouse: SIGN_IN_MODE: .*\n$/],
      [
        'the development sign-in in production',
        { NODE_ENV: 'production', GATEHOUSE_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64') },
        /^gatehouse: SIGN_IN_MODE: .*production.*\n$/,
      ],
      [
        'a file that is not there',
        { GATEHOUSE_CONFIG_FILE: '/nothing.yaml' },
        /^gatehouse: GATEHOUSE_CONFIG_FILE: .*\n$/,
      ],
      [
        'an issuer without keys',
        { TOKEN_ISSUER: 'https://a.example.com' },
        /^gatehouse: TOKEN_JWKS_URL: .*\n$/,
      ],
      [
        'a database server that is not there',
        {
          DATABASE_URL: 'postgresql://user:hidden@127.0.0.1:1/gate',
          DATABASE_WAIT_SECONDS: '0',
          GATEHOUSE_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
        },
        /^gatehouse: DATABASE_URL: cannot use the database gate at 127\.0\.0\.1:1: connect ECONNREFUSED .*\n$/,
      ],
      [
        'more than one replica with a file',
        { GATEHOUSE_REPLICAS: '2', MCP_STATE_SECRET: 's'.repeat(32) },
        /^gatehouse: DATABASE_URL: must be set with more than one replica.*\n$/,
      ],
      [
        'an encryption key that is too short',
        { GATEHOUSE_ENCRYPTION_KEY: 'c2hvcnQ=' },
        /^gatehouse: GATEHOUSE_ENCRYPTION_KEY: .*openssl rand -base64 32 makes one\n$/,
      ],
    ])('%s', async (_what, changes, message) => {
      expect(await refusal(changes as Record<string, string>)).toMatch(message);
    });
  });
});
