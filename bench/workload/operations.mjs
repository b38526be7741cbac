import assert from 'node:assert/strict';
import { ANNOTATIONS, RESOURCES, sum, toolsOf } from './offering.mjs';

const ARGUMENTS = ['a', 'b', 'precision', 'rounding'];
/** Ids of different operations never meet, so that the bare server can tell from the id what to answer. */
const IDS_OF_ONE = 1000;

/**
 * What is asked. `ids`: how many different requests there are. `check`: whether the parsed result is the right answer to the request
 * with that id; asked once for each different request, before anything is measured, of every server.
 */
export const OPERATIONS = [
  call('tools/call', '2026-07-28'),
  call('tools/call, 2025 era', '2025-11-25'),
  list('tools/list, 30 tools', 30),
  list('tools/list, 200 tools', 200),
  read('resources/read, 1 KB', RESOURCES[0], 64),
  read('resources/read, 1 MB', RESOURCES[1], 4),
].map((operation, index) => ({ ...operation, firstId: (index + 1) * IDS_OF_ONE }));

/** @throws Error for a name that no operation has */
export function operationNamed(name) {
  const operation = OPERATIONS.find((candidate) => candidate.name === name);
  if (!operation) throw new Error(`no operation is called ${name}`);
  return operation;
}

/** @throws Error for anything but the right answer to the request with that id */
export function checkAnswer(operation, id, text) {
  const { jsonrpc, id: answered, result } = JSON.parse(text);
  assert.equal(jsonrpc, '2.0');
  assert.equal(answered, id, `${operation.name}: the answer has another id`);
  assert.ok(result, `${operation.name}: ${text.slice(0, 300)}`);
  assert.notEqual(result.isError, true, `${operation.name}: ${text.slice(0, 300)}`);
  operation.check(result, id);
}

function call(name, era) {
  return {
    name,
    era,
    method: 'tools/call',
    ids: 256,
    params: (id) => ({ name: 'add', arguments: summands(id) }),
    check: ({ content }, id) => assert.deepEqual(content, [{ type: 'text', text: sum(summands(id)) }]),
  };
}

function summands(id) {
  return { a: id, b: id * 7 + 1 };
}

function list(name, count) {
  return {
    name,
    era: '2026-07-28',
    method: 'tools/list',
    ids: 64,
    params: () => ({}),
    check: ({ tools }) => {
      assert.deepEqual(
        tools.map(({ name: toolName, description }) => ({ name: toolName, description })),
        toolsOf(count),
      );
      for (const { annotations, inputSchema } of tools) {
        assert.deepEqual(annotations, ANNOTATIONS);
        assert.deepEqual(Object.keys(inputSchema.properties), ARGUMENTS);
      }
    },
  };
}

function read(name, { uri, mimeType, text }, ids) {
  return {
    name,
    era: '2026-07-28',
    method: 'resources/read',
    ids,
    params: () => ({ uri }),
    check: ({ contents }) => assert.deepEqual(contents, [{ uri, mimeType, text }]),
  };
}
