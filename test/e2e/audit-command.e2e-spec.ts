import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, run, type Program } from '../support/built-program.js';
import { freePorts } from '../support/free-port.js';
import { rpc } from '../support/mcp-client.js';
import { tokenFor } from '../support/oauth-flow.js';

describe('gatehouse audit', () => {
  let folder: string;
  let settings: Record<string, string>;
  const programs: Program[] = [];

  beforeAll(async () => {
    buildProgram();
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-audit-command-'));
    const [proxy, authorizationServer, mcp, management] = await freePorts(4);
    settings = {
      PUBLIC_URL: `http://127.0.0.1:${proxy}`,
      PROXY_PORT: String(proxy),
      AUTHORIZATION_SERVER_PORT: String(authorizationServer),
      MCP_PORT: String(mcp),
      MANAGEMENT_PORT: String(management),
      DATA_DIR: folder,
    };
  }, 60_000);

  afterAll(async () => {
    for (const { process: child } of programs) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  const start = (
    file: string,
    args: readonly string[] = [],
    changes: Record<string, string> = {},
  ): Program => {
    const program = run(file, { ...settings, ...changes }, args);
    programs.push(program);
    return program;
  };

  const gatehouse = async (
    args: string,
    changes: Record<string, string> = {},
  ): Promise<[number | null, string]> => {
    const program = start('cli/gatehouse.js', args.split(' '), changes);
    return [await program.exited, program.output()];
  };

  /** Calls a tool many times and ends the server while the last of them are still unwritten. */
  async function served(changes: Record<string, string> = {}): Promise<Program> {
    const program = start('main.js', [], changes);
    await program.says('gatehouse is ready');
    const origin = settings['PUBLIC_URL'] ?? '';
    const { access_token: token } = await tokenFor(origin);
    const call = { token, params: { name: 'add', arguments: { numbers: [1, 2] } } };
    await Promise.all(Array.from({ length: 50 }, () => rpc(`${origin}/mcp`, 'tools/call', call)));
    program.process.kill('SIGTERM');
    expect(await program.exited).toBe(0);
    return program;
  }

  const eventsIn = (text: string, event: string): string[] =>
    text.split('\n').filter((line) => line.includes(`"event_code":"${event}"`));

  it('finds the trail of a server intact that was stopped right after its last request, with nothing missing', async () => {
    await served();
    const text = await readFile(join(folder, 'audit.jsonl'), 'utf8');
    expect(eventsIn(text, 'mcp.operation')).toHaveLength(50);
    expect(eventsIn(text, 'server.stopping')).toHaveLength(1);
    expect(eventsIn(text, 'audit.stopped')).toHaveLength(1);
    const [status, output] = await gatehouse('audit verify');
    expect(output).toMatch(/^\d+ events in 1 chain\nINTACT\n$/);
    expect(status).toBe(0);
  });

  it('says where a trail was changed, and ends with 1', async () => {
    const path = join(folder, 'changed.jsonl');
    const lines = (await readFile(join(folder, 'audit.jsonl'), 'utf8')).split('\n');
    lines[4] = (lines[4] ?? '').replace('"time":1', '"time":2');
    await writeFile(path, lines.join('\n'));
    const [status, output] = await gatehouse(`audit verify ${path}`);
    expect(output).toMatch(/PROBLEM {2}\S+changed\.jsonl:5: event 5 of chain \S+ \([\w.]+\) was changed/);
    expect(output).toContain('NOT INTACT: 1 problem');
    expect(status).toBe(1);
  });

  it.each([
    ['audit verify /nowhere.jsonl', {}, /audit verify: ENOENT/],
    ['audit verify', { AUDIT_SINK: 'stdout' }, /AUDIT_SINK is stdout; name the file/],
    ['audit verify --head x', {}, /--head takes CHAIN:SEQUENCE:HASH/],
    ['audit', {}, /say verify or digest/],
    ['audit digest {', {}, /audit digest: .*JSON/],
    ['audit verify', { LOG_LEVEL: 'loud' }, /LOG_LEVEL: knows no level loud/],
    ['audit verify', { GATEHOUSE_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64') }, /a key is missing/],
  ])('ends with 2 where it cannot tell: %s %j', async (args, changes, expected) => {
    const [status, output] = await gatehouse(args, changes);
    expect(output).toMatch(expected);
    expect(output).not.toMatch(/\n {4}at /);
    expect(status).toBe(2);
  });

  it('tells the digest that the trail has for arguments', async () => {
    const [, output] = await gatehouse('audit digest {"numbers":[1,2]}');
    const text = await readFile(join(folder, 'audit.jsonl'), 'utf8');
    expect(text).toContain(`"arguments_digest":"${output.trim()}"`);
  });

  it('has what the command line does to keys, clients and grants, with the user of the system', async () => {
    expect((await gatehouse('keys rotate'))[0]).toBe(0);
    expect((await gatehouse('client deny https://app.example.com/client.json'))[0]).toBe(0);
    expect((await gatehouse('client allow https://app.example.com/client.json'))[0]).toBe(0);
    const grants = (await gatehouse('grant list'))[1];
    const id = /^([\w-]{20,})  dev_user_123/m.exec(grants)?.[1] ?? '';
    expect((await gatehouse(`grant revoke ${id}`))[0]).toBe(0);
    const text = await readFile(join(folder, 'audit.jsonl'), 'utf8');
    for (const event of ['signing_key.rotated', 'client.denied', 'client.allowed', 'grant.revoked'])
      expect(JSON.parse(eventsIn(text, event).at(-1) ?? '')).toMatchObject({
        actor: { user: { uid: 'cli' } },
        unmapped: { operating_system_user: expect.any(String) },
      });
    expect(await gatehouse('audit verify')).toEqual([0, expect.stringMatching(/INTACT\n$/)]);
  });

  it('verifies from standard input what a server wrote to stdout among its log', async () => {
    const program = await served({ AUDIT_SINK: 'stdout' });
    expect(eventsIn(program.output(), 'mcp.operation')).toHaveLength(50);
    const path = join(folder, 'collected.log');
    await writeFile(path, program.output());
    expect(await gatehouse(`audit verify ${path}`)).toEqual([0, expect.stringMatching(/INTACT\n$/)]);
  });

  it('verifies rows of the database, and finds the one that was deleted', async () => {
    const changes = { AUDIT_SINK: 'database' };
    await served(changes);
    expect(await gatehouse('audit verify', changes)).toEqual([0, expect.stringMatching(/INTACT\n$/)]);

    const database = new DatabaseSync(join(folder, 'gatehouse.sqlite'));
    database.exec(`delete from audit_event where event = 'grant.created'`);
    database.close();
    const [status, output] = await gatehouse('audit verify', changes);
    expect(output).toMatch(/PROBLEM {2}event \d+ of chain \S+ was removed/);
    expect(status).toBe(1);
  });
}, 60_000);
