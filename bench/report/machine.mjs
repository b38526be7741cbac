import { existsSync, readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

const PEERS = [
  '@rekog/mcp-nest',
  '@modelcontextprotocol/server',
  '@modelcontextprotocol/node',
  '@modelcontextprotocol/express',
  '@modelcontextprotocol/sdk',
  '@nestjs/core',
  '@nestjs/platform-fastify',
  'express',
];

/** What ran: the processor, Node, and the peers. Nothing that tells where. */
export function machine() {
  const [{ model }] = cpus();
  return {
    processor: model.trim(),
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
    peers: Object.fromEntries(PEERS.map((name) => [name, versionOf(name)])),
  };
}

/** Undefined where a run had no need of it. */
function versionOf(name) {
  const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : undefined;
}
