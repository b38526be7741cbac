import { createServer } from 'node:http';
import { listen, serve } from './serve.mjs';
import { TokenVerifier } from './token-verifier.mjs';

/**
 * node:http and nothing else: parses the request and answers bytes that were prepared for its id. With `verify`, each request's token is
 * verified first, with one crypto.verify and no memory of those before.
 */
const answers = new Map();
/** Text up to here is written together with the head, in one go; from here on it is cheaper not to copy the body. */
const MANY_BYTES = 32_768;

serve(
  async ({ verify, verification }) => {
    const verifier = verify ? new TokenVerifier(verification) : undefined;
    return {
      bare: await listen(
        createServer((request, response) => {
          const chunks = [];
          request.on('data', (chunk) => chunks.push(chunk));
          request.on('end', () => {
            verifier?.verify(request.headers.authorization.slice('Bearer '.length));
            const { id } = JSON.parse(Buffer.concat(chunks).toString());
            const { body, bytes } = answers.get(id);
            response
              .writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': bytes })
              .end(body);
          });
        }),
      ),
    };
  },
  {
    /** `texts`: the answers to the requests from `firstId` on. */
    answers: ({ firstId, texts }) => {
      for (const [index, text] of texts.entries()) {
        const bytes = Buffer.byteLength(text);
        answers.set(firstId + index, { body: bytes < MANY_BYTES ? text : Buffer.from(text), bytes });
      }
    },
  },
);
