import type { RawAnswer } from './answer.js';
import type { DifferentialCase, Step } from './differential-case.js';
import {
  initialize,
  legacy,
  type LegacyVersion,
  post,
  type WireRequest,
  withHeaders,
} from './wire-request.js';

/** A request with the session that the first answer opened. */
function inSession(request: WireRequest): Step {
  return (answers) => withHeaders(request, { 'mcp-session-id': sessionOf(answers[0]) });
}

function sessionOf(answer: RawAnswer | undefined): string {
  const id = answer?.headers['mcp-session-id'];
  if (id === undefined) throw new Error(`no session in ${answer?.body ?? 'nothing'}`);
  return id;
}

const bare = (method: string, headers: Record<string, string> = {}): WireRequest => ({
  method,
  headers: { accept: 'text/event-stream', 'mcp-protocol-version': '2025-11-25', ...headers },
  body: undefined,
  hangUpAfter: 0,
});

const opened: Step[] = [
  initialize('2025-11-25'),
  inSession(post({ jsonrpc: '2.0', method: 'notifications/initialized' })),
];
const lists = inSession(legacy('tools/list'));
const report = inSession(legacy('tools/call', { name: 'report', _meta: { progressToken: 'p' } }));
const level = (name: string): Step => inSession(legacy('logging/setLevel', { level: name }));
const elsewhere = (request: WireRequest): WireRequest =>
  withHeaders(request, { 'mcp-session-id': '00000000-0000-4000-8000-000000000000' });

const VERSIONS: readonly LegacyVersion[] = ['2025-11-25', '2025-06-18', '2025-03-26'];

/** Sessions of the 2025 era (2025-11-25, basic/transports, "Session Management"). Each begins with `initialize`. */
export const SESSION_CASES: readonly DifferentialCase[] = [
  ...VERSIONS.map((version) => ({
    name: `session: of ${version}`,
    steps: [
      initialize(version),
      inSession(
        withHeaders(post({ jsonrpc: '2.0', method: 'notifications/initialized' }), versionOf(version)),
      ),
      inSession(legacy('ping', undefined, version)),
      inSession(legacy('tools/call', { name: 'echo', arguments: { text: 'a' } }, version)),
      inSession(legacy('resources/read', { uri: 'memo://notes' }, version)),
    ],
  })),
  { name: 'session: a level, then logs', steps: [...opened, level('error'), report, level('debug'), report] },
  { name: 'session: a request without the session', steps: [...opened, legacy('ping')] },
  { name: 'session: a request of another session', steps: [...opened, elsewhere(legacy('ping'))] },
  {
    name: 'session: a notification of another session',
    steps: [...opened, elsewhere(post({ jsonrpc: '2.0', method: 'notifications/initialized' }))],
  },
  {
    name: 'session: a response of another session',
    steps: [...opened, elsewhere(post({ jsonrpc: '2.0', id: 5, result: {} }))],
  },
  {
    name: 'session: an answer to nothing',
    steps: [...opened, inSession(post({ jsonrpc: '2.0', id: 1, result: {} }))],
  },
  {
    name: 'session: no version header',
    steps: [...opened, inSession(withHeaders(legacy('ping'), { 'mcp-protocol-version': undefined }))],
  },
  {
    name: 'session: another supported version',
    steps: [...opened, inSession(legacy('ping', undefined, '2025-06-18'))],
  },
  {
    name: 'session: an unsupported version',
    steps: [...opened, inSession(withHeaders(legacy('ping'), { 'mcp-protocol-version': '2020-01-01' }))],
  },
  { name: 'session: its stream', steps: [...opened, inSession(bare('GET'))] },
  {
    name: 'session: its stream, not accepted',
    steps: [...opened, inSession(bare('GET', { accept: 'text/html' }))],
  },
  { name: 'session: a stream of another session', steps: [...opened, elsewhere(bare('GET'))] },
  { name: 'session: ended by another session', steps: [...opened, elsewhere(bare('DELETE'))] },
  {
    name: 'session: ended',
    steps: [...opened, lists, inSession(bare('DELETE')), lists, inSession(bare('DELETE'))],
  },
  {
    name: 'session: a question to a client that cannot be asked',
    steps: [...opened, inSession(legacy('tools/call', { name: 'ask' }))],
  },
  {
    name: 'session: a batch',
    steps: [
      initialize('2025-03-26'),
      inSession(
        post(
          [
            { jsonrpc: '2.0', id: 1, method: 'ping' },
            { jsonrpc: '2.0', method: 'notifications/initialized' },
          ],
          '2025-03-26',
        ),
      ),
    ],
  },
  {
    name: 'session: a cancellation of nothing',
    steps: [
      ...opened,
      inSession(post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 99 } })),
    ],
  },
];

function versionOf(version: LegacyVersion): Record<string, string> {
  return { 'mcp-protocol-version': version };
}
