import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testGatehouse, type TestGatehouse } from '../support/gatehouse.js';

const shell = promisify(execFile);

describe('README', () => {
  let gatehouse: TestGatehouse;
  let commands: string[];

  beforeAll(async () => {
    gatehouse = await testGatehouse();
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const block = /## The same by hand[\s\S]*?```bash\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    commands = block.trim().split('\n\n');
  });

  afterAll(() => gatehouse.stop());

  /** As it stands, but for the port, which is a free one here. */
  const run = async (command: string): Promise<string> =>
    (await shell('bash', ['-c', command.replaceAll('http://127.0.0.1:3002', gatehouse.proxy)])).stdout;

  it('runs the three curl commands of the README as they stand', async () => {
    const [authorize = '', token = '', list = ''] = commands;
    expect(commands).toHaveLength(3);
    const code = /[?&]code=([^&\s]+)/.exec(await run(authorize))?.[1] ?? '';
    expect(code).not.toBe('');
    const { access_token: accessToken } = JSON.parse(await run(token.replace('CODE', code))) as Record<
      string,
      string
    >;
    const answer = await run(list.replace('TOKEN', accessToken ?? ''));
    expect(JSON.parse(answer)).toMatchObject({ id: '1' });
    expect(answer).toContain('welcome.txt');
  });
});
