import { connect } from 'node:net';

/** Read into by all sockets: what came is looked at before the next read. */
const BUFFER = Buffer.allocUnsafe(1024 * 1024);
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const STATUS_AT = 'HTTP/1.1 '.length;
const OK = Buffer.from('200');

/**
 * One keep-alive connection with one request at a time. Each answer must be a 200 with exactly the body that is expected, framing and
 * all; `onAnswer` is called when it is complete, and `onError` once for whatever else comes, or when the server hangs up.
 */
export class Connection {
  #socket;
  #onAnswer;
  #onError;
  /** The part of a head that came so far, where one did not come in one piece. */
  #head;
  /** Bytes of the last head: that of the next is most likely as long. */
  #headBytes = 0;
  #body;
  /** How many bytes of the body came; -1 while the head is read. */
  #bodyBytes = -1;

  constructor(port, { onOpen, onAnswer, onError }) {
    this.#onAnswer = onAnswer;
    this.#onError = onError;
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer: BUFFER, callback: (length) => this.#read(length) },
    });
    this.#socket.on('connect', () => onOpen(this));
    this.#socket.on('error', (error) => this.#fail(error.message));
    this.#socket.on('close', () => this.#fail('the server closed the connection'));
  }

  /** @param {Buffer} request @param {Buffer} body what the answer must be */
  send(request, body) {
    this.#body = body;
    this.#bodyBytes = -1;
    this.#socket.write(request);
  }

  close() {
    this.#onError = undefined;
    this.#socket.destroy();
  }

  #read(length) {
    if (this.#body === undefined) {
      this.#fail('an answer to nothing');
      return true;
    }
    const bodyAt = this.#bodyBytes === -1 ? this.#readHead(length) : 0;
    if (bodyAt === -1) return true;
    const bytes = length - bodyAt;
    const from = this.#bodyBytes;
    const to = from + bytes;
    if (to > this.#body.length || BUFFER.compare(this.#body, from, to, bodyAt, length) !== 0) {
      this.#fail(`another body than expected: ${BUFFER.toString('latin1', bodyAt, Math.min(length, 500))}`);
      return true;
    }
    this.#bodyBytes = to;
    if (to === this.#body.length) {
      this.#body = undefined;
      this.#onAnswer(this);
    }
    return true;
  }

  /** Where the body starts in what was read; -1 where the head is not complete, or is not what it should be. */
  #readHead(length) {
    const guess = this.#headBytes;
    if (this.#head === undefined && guess > 0 && length >= guess && isEndOfHead(BUFFER, guess)) {
      return this.#accept(BUFFER, guess);
    }
    const before = this.#head?.length ?? 0;
    const read = BUFFER.subarray(0, length);
    const head = this.#head ? Buffer.concat([this.#head, read]) : read;
    const end = head.indexOf(END_OF_HEAD);
    if (end === -1) {
      this.#head = Buffer.from(head);
      return -1;
    }
    this.#headBytes = end + END_OF_HEAD.length;
    this.#head = undefined;
    const bodyAt = this.#accept(head, this.#headBytes);
    return bodyAt === -1 ? -1 : bodyAt - before;
  }

  #accept(head, bodyAt) {
    if (OK.compare(head, STATUS_AT, STATUS_AT + OK.length) !== 0) {
      this.#fail(`not a 200: ${head.toString('latin1', 0, 500)}`);
      return -1;
    }
    this.#bodyBytes = 0;
    return bodyAt;
  }

  #fail(reason) {
    const onError = this.#onError;
    this.close();
    onError?.(new Error(reason));
  }
}

function isEndOfHead(buffer, at) {
  return END_OF_HEAD.compare(buffer, at - END_OF_HEAD.length, at) === 0;
}
