import { createSocket } from 'node:dgram';
import { isIPv4 } from 'node:net';

export interface NameServer {
  /** `127.0.0.1:<port>` */
  readonly address: string;
  /** How many questions came. */
  readonly asked: () => number;
  stop(): Promise<void>;
}

const IPV4 = 1;
const IPV6 = 28;
const NO_SUCH_NAME = 3;

/** A name server (RFC 1035) on this machine. It knows these names; without any it hears and never answers. */
export async function nameServer(names?: Readonly<Record<string, readonly string[]>>): Promise<NameServer> {
  const socket = createSocket('udp4');
  let asked = 0;
  socket.on('message', (question, { port, address }) => {
    asked++;
    if (names) socket.send(answerTo(question, names), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked: () => asked,
    stop: () => new Promise((resolve) => socket.close(resolve)),
  };
}

function answerTo(message: Buffer, names: Readonly<Record<string, readonly string[]>>): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const type = message.readUInt16BE(at + 1);
  const question = message.subarray(12, at + 5);
  const addresses = names[labels.join('.')];
  const records = (addresses ?? []).filter((address) => type === (isIPv4(address) ? IPV4 : IPV6)).map(record);
  const header = Buffer.alloc(12);
  message.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | (addresses ? 0 : NO_SUCH_NAME), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, question, ...records]);
}

/** One resource record that refers to the name in the question. IPv6 addresses are written in full. */
function record(address: string): Buffer {
  const four = isIPv4(address);
  const data = four
    ? Buffer.from(address.split('.').map(Number))
    : Buffer.from(address.replaceAll(':', ''), 'hex');
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(four ? IPV4 : IPV6, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}
