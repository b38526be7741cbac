import { nodeVersionProblem } from './supported-node.js';

// Everything else is loaded after this check: on an older Node the very loading would fail, and not say why.
const problem = nodeVersionProblem(process.versions.node);
if (problem === undefined) {
  await import('./run.js');
} else {
  process.stderr.write(`gatehouse: ${problem}\n`);
  process.exitCode = 1;
}
