import { interleaved } from './interleaved.mjs';

/** bytes of live objects and of the resident set that each connection takes which has asked once and stays open */
export function measureIdleConnections(stage, row) {
  return interleaved(row.contenders, async (contender) => {
    const { generator, server, key, connections } = await stage.subject(row, contender);
    const before = await server.ask({ do: 'memory' });
    await generator.ask({ do: 'open', key, connections });
    await generator.ask({ do: 'askOnce' });
    const during = await server.ask({ do: 'memory' });
    await generator.ask({ do: 'close' });
    return {
      live: (during.live - before.live) / connections,
      rss: (during.rss - before.rss) / connections,
      undisturbed: true,
    };
  });
}
