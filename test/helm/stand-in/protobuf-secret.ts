interface Field {
  readonly number: number;
  readonly value: Buffer | number;
}

/** The magic bytes before `runtime.Unknown` in what a client sends as `application/vnd.kubernetes.protobuf`. */
const PREFIX_BYTES = 4;

const text = (fields: readonly Field[], number: number): string =>
  fields.find((field) => field.number === number)?.value.toString() ?? '';

/** Reads a Secret, the only kind that Helm sends in protobuf: its releases. Numbers are those of Kubernetes' generated.proto. */
export function decodeSecret(body: Buffer): Record<string, unknown> {
  const secret = nested(fieldsOf(body.subarray(PREFIX_BYTES)), 2);
  const metadata = nested(secret, 1);
  return {
    metadata: {
      name: text(metadata, 1),
      labels: textMap(metadata, 11, (value) => value.toString()),
      annotations: textMap(metadata, 12, (value) => value.toString()),
    },
    data: textMap(secret, 2, (value) => value.toString('base64')),
    type: text(secret, 3),
  };
}

/** The fields of the message in a field. */
function nested(fields: readonly Field[], number: number): Field[] {
  const value = fields.find((field) => field.number === number)?.value;
  return Buffer.isBuffer(value) ? fieldsOf(value) : [];
}

function textMap(
  fields: readonly Field[],
  number: number,
  decode: (value: Buffer) => string,
): Record<string, string> {
  const entries = fields
    .filter((field) => field.number === number)
    .map(({ value }) => fieldsOf(value as Buffer))
    .map((entry): [string, string] => {
      const value = entry.find((field) => field.number === 2)?.value;
      return [text(entry, 1), decode(Buffer.isBuffer(value) ? value : Buffer.alloc(0))];
    });
  return Object.fromEntries(entries);
}

function fieldsOf(buffer: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let result = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = buffer[at++] ?? 0;
      result += (byte & 127) * scale;
      if (byte < 128) return result;
    }
  };
  while (at < buffer.length) {
    const tag = varint();
    const wireType = tag & 7;
    if (wireType === 0) fields.push({ number: tag >> 3, value: varint() });
    else if (wireType === 2) {
      const length = varint();
      fields.push({ number: tag >> 3, value: buffer.subarray(at, at + length) });
      at += length;
    } else throw new Error(`wire type ${wireType} is not read`);
  }
  return fields;
}
