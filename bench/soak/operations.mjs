import { hostileRequests } from './hostile.mjs';
import { ask, closeSession, openSession } from './mcp-client.mjs';

const MODERN = '2026-07-28';
const LEGACY = '2025-11-25';

/**
 * The mix: `weight` of each kind among all units of work, and what one does. Each has another user, and goes from replica to replica.
 * @returns {{ name: string, weight: number, run: () => Promise<void> }[]}
 */
export function operations(http, users, replicas, onError) {
  const asked = (name, weight, message) => ({
    name,
    weight,
    run: () => users.use((token) => ask(http, token, typeof message === 'function' ? message() : message)),
  });
  const hostile = hostileRequests(http, users);
  return [
    asked('tools/call', 340, () => addition(MODERN)),
    asked('tools/call, 2025 era', 170, () => addition(LEGACY)),
    asked('tools/list', 80, { era: MODERN, method: 'tools/list', isRight: ({ tools }) => tools.length > 5 }),
    asked('tools/list, 2025 era', 40, {
      era: LEGACY,
      method: 'tools/list',
      isRight: ({ tools }) => tools.length > 5,
    }),
    asked('resources/list', 40, {
      era: MODERN,
      method: 'resources/list',
      isRight: ({ resources }) => resources.length >= 20,
    }),
    asked('resources/read', 120, page),
    asked('prompts/get', 30, {
      era: MODERN,
      method: 'prompts/get',
      params: { name: 'code_review_general', arguments: { language: 'typescript', code: 'let x = 1;' } },
      isRight: ({ messages }) => messages.length > 0,
    }),
    { name: 'session', weight: 20, run: () => users.use((token) => session(http, token)) },
    { name: 'hostile request', weight: 120, run: hostile },
    { name: 'refresh', weight: 24, run: () => users.refresh() },
    { name: 'authorization flow', weight: 8, run: () => users.connect() },
    { name: 'revocation', weight: 8, run: () => users.revoke(replicas, onError) },
  ];
}

function addition(era) {
  const numbers = [Math.floor(Math.random() * 1000), 1];
  return {
    era,
    method: 'tools/call',
    params: { name: 'add', arguments: { numbers } },
    isRight: ({ content }) => content[0].text.includes(`${numbers[0] + 1}.0000000000`),
  };
}

function page() {
  const number = Math.floor(Math.random() * 20);
  return {
    era: MODERN,
    method: 'resources/read',
    params: { uri: `file:///page-${number}.txt` },
    isRight: ({ contents }) => contents[0].text.startsWith(`Page ${number}. `),
  };
}

async function session(http, token) {
  const opened = await openSession(http, token);
  await ask(http, token, { ...addition(LEGACY), ...opened });
  await closeSession(http, token, opened);
}
