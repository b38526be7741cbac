import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSampleResources } from './sample-resources.js';

const PUBLIC = {
  publicUrl: 'https://gate.example.com',
  metadataUrl: 'https://gate.example.com/.well-known/oauth-authorization-server',
};

describe('sample resources', () => {
  let base: string;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'samples-'));
  });

  afterEach(() => rm(base, { recursive: true, force: true }));

  it('fill a folder that was not there', async () => {
    const folder = join(base, 'new', 'resources');
    await createSampleResources(folder, PUBLIC);
    expect((await readdir(folder)).toSorted()).toEqual([
      'config.json',
      'guides',
      'images',
      'oauth2-config.yaml',
      'sample.md',
      'welcome.txt',
    ]);
  });

  it('have a config.json with the public addresses', async () => {
    await createSampleResources(base, PUBLIC);
    const text = await readFile(join(base, 'config.json'), 'utf8');
    expect(JSON.parse(text)).toEqual({
      server: { name: 'OAuth2 MCP Server', version: '1.0.0', authentication: 'oauth2' },
      capabilities: { resources: true, tools: true, prompts: true },
      endpoints: {
        mcp: 'https://gate.example.com/mcp',
        oauth2_discovery: 'https://gate.example.com/.well-known/oauth-authorization-server',
      },
    });
    expect(text).toContain('\n  "server": {\n');
  });

  it('greet with what the server provides, and name every scope', async () => {
    await createSampleResources(base, PUBLIC);
    const welcome = await readFile(join(base, 'welcome.txt'), 'utf8');
    for (const words of ['OAuth 2.1', 'Filesystem resources', 'Mathematical tools', 'Code review prompts'])
      expect(welcome).toContain(words);
    const scopes = await readFile(join(base, 'guides', 'scopes.md'), 'utf8');
    for (const scope of [
      'mcp:tools:read',
      'mcp:tools:execute',
      'mcp:resources:list',
      'mcp:resources:read',
      'mcp:prompts:list',
      'mcp:prompts:read',
    ])
      expect(scopes).toContain(`| ${scope} |`);
  });

  it('have a welcome.txt of exactly these bytes', async () => {
    await createSampleResources(base, PUBLIC);
    expect(await readFile(join(base, 'welcome.txt'), 'utf8')).toBe(
      [
        'Welcome to Gatehouse!',
        '',
        'This server is protected by OAuth 2.1. You are reading this because your',
        'access token carries the scope mcp:resources:read.',
        '',
        'It provides:',
        '- Filesystem resources',
        '- Mathematical tools',
        '- Code review prompts',
        '',
      ].join('\n'),
    );
  });

  it('have a picture that is a PNG', async () => {
    await createSampleResources(base, PUBLIC);
    const picture = await readFile(join(base, 'images', 'gate.png'));
    expect(picture.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
    expect(picture.subarray(-8, -4).toString('latin1')).toBe('IEND');
  });

  it('come back as they were changed, not as they were written', async () => {
    await createSampleResources(base, PUBLIC);
    await writeFile(join(base, 'welcome.txt'), 'mine');
    await createSampleResources(base, PUBLIC);
    expect(await readFile(join(base, 'welcome.txt'), 'utf8')).toBe('mine');
  });

  it('leave a folder alone that has anything in it', async () => {
    await writeFile(join(base, 'mine.txt'), 'mine');
    await createSampleResources(base, PUBLIC);
    expect(await readdir(base)).toEqual(['mine.txt']);
  });

  it('tell why a folder cannot be used', async () => {
    await writeFile(join(base, 'file'), '');
    await expect(createSampleResources(join(base, 'file'), PUBLIC)).rejects.toMatchObject({ code: 'EEXIST' });
  });
});
