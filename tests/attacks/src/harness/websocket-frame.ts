export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** One masked WebSocket frame as bytes. The mask is zero, so that one buffer can be sent over and over at no cost. */
export function clientFrame(opcode: number, payload: string | Uint8Array, isFinal = true): Buffer {
  const body = Buffer.from(payload as Uint8Array);
  const first = (isFinal ? 0x80 : 0) | opcode;
  return Buffer.concat([head(first, body.byteLength), Buffer.alloc(4), body]);
}

/** A frame of the protocol. */
export function jsonFrame(value: object): Buffer {
  return clientFrame(TEXT, JSON.stringify(value));
}

/** The same bytes `count` times over. */
export function repeated(bytes: Buffer, count: number): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => bytes));
}

function head(first: number, length: number): Buffer {
  if (length < 126) return Buffer.from([first, 0x80 | length]);
  if (length < 65_536) {
    const bytes = Buffer.from([first, 0x80 | 126, 0, 0]);
    bytes.writeUInt16BE(length, 2);
    return bytes;
  }
  const bytes = Buffer.alloc(10);
  bytes[0] = first;
  bytes[1] = 0x80 | 127;
  bytes.writeBigUInt64BE(BigInt(length), 2);
  return bytes;
}

/** Takes the frames of a server out of a stream of bytes, without copying their payloads. */
export class ServerFrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** Calls `take` for each whole frame. A fragmented message arrives in its pieces, the later ones with opcode 0. */
  push(bytes: Buffer, take: (opcode: number, payload: Buffer) => void): void {
    const data = this.#rest.byteLength === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let at = 0;
    for (;;) {
      if (data.byteLength - at < 2) break;
      const short = (data[at + 1] ?? 0) & 0x7f;
      const headBytes = short === 127 ? 10 : short === 126 ? 4 : 2;
      if (data.byteLength - at < headBytes) break;
      const length =
        short === 127 ? Number(data.readBigUInt64BE(at + 2)) : short === 126 ? data.readUInt16BE(at + 2) : short;
      const end = at + headBytes + length;
      if (data.byteLength < end) break;
      take((data[at] ?? 0) & 0x0f, data.subarray(at + headBytes, end));
      at = end;
    }
    this.#rest = data.subarray(at);
  }
}
