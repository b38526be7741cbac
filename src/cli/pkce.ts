import { createPkcePair } from '../oauth/pkce.js';

const { codeVerifier, codeChallenge } = createPkcePair();
process.stdout.write(`code_verifier=${codeVerifier}\ncode_challenge=${codeChallenge}\n`);
