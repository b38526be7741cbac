import { createServer } from 'node:http';
import { reportUsage } from './report-usage.mjs';

/** @type {Map<string, string>} */
let answers = new Map();

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { method } = JSON.parse(Buffer.concat(chunks).toString());
    const body = answers.get(method) ?? '';
    response
      .writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
      .end(body);
  });
});

process.on('message', (message) => {
  if (!message.answers) return;
  answers = new Map(message.answers);
  server.listen(0, '127.0.0.1', () => process.send({ ready: true, port: server.address().port }));
});
reportUsage();
