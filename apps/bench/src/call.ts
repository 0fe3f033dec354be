import { WebSocket } from 'ws';

/** 20 ms of PCM16 at 24 kHz. */
export const CHUNK_MS = 20;
const chunk = Buffer.alloc(960, 0x11);
const openAiAppend = `{"type":"input_audio_buffer.append","audio":"${chunk.toString('base64')}"}`;
const OPEN_AI_SETUP =
  '{"type":"session.update","session":{"type":"realtime","output_modalities":["audio"],"audio":{"input":{"turn_detection":null}}}}';

/** One call of the load: sends a chunk, gets one back, and notes how long that took. */
export interface Call {
  sendChunk(): void;
  readonly roundTripsMs: number[];
  close(): Promise<void>;
}

/** Straight to the vendor, or through something that copies its dialect. Resolves when the session is ready. */
export async function openVendorCall(url: string): Promise<Call> {
  const socket = new WebSocket(`${url}/realtime?model=bench`, { perMessageDeflate: false });
  const ready = new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.on('message', function wait(data: Buffer) {
      if (!data.includes('"session.updated"')) return;
      socket.off('message', wait);
      resolve();
    });
  });
  socket.once('open', () => socket.send(OPEN_AI_SETUP));
  await ready;
  return trackRoundTrips(socket, openAiAppend, (data) => data.includes('response.output_audio.delta'));
}

/** Through the gateway, as a client does it: mint over REST, then the socket. Resolves on `ready`. */
export async function openGatewayCall(url: string, apiKey: string): Promise<Call> {
  const response = await fetch(`${url}/v1/sessions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ mode: 's2s', s2s: { provider: 'openai', model: 'bench', turnDetection: 'manual' } }),
  });
  if (response.status !== 201) throw new Error(`minting failed: ${response.status} ${await response.text()}`);
  const { wsUrl, wsToken } = (await response.json()) as { wsUrl: string; wsToken: string };
  const socket = new WebSocket(wsUrl, [wsToken], { perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', (code, reason) =>
      reject(new Error(`the call ended before it was ready: ${code} ${reason.toString()}`)),
    );
    socket.on('message', function wait(data: Buffer, isBinary: boolean) {
      if (isBinary || !data.includes('"t":"ready"')) return;
      socket.off('message', wait);
      resolve();
    });
  });
  return trackRoundTrips(socket, chunk, (_data, isBinary) => isBinary);
}

function trackRoundTrips(
  socket: WebSocket,
  message: string | Buffer,
  isAudio: (data: Buffer, isBinary: boolean) => boolean,
): Call {
  const sentAtMs: number[] = [];
  const roundTripsMs: number[] = [];
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (!isAudio(data, isBinary)) return;
    const sentAt = sentAtMs.shift();
    if (sentAt !== undefined) roundTripsMs.push(performance.now() - sentAt);
  });
  return {
    roundTripsMs,
    sendChunk() {
      sentAtMs.push(performance.now());
      socket.send(message);
    },
    close: () =>
      new Promise((resolve) => {
        socket.once('close', () => resolve());
        socket.close(1000, 'client_closed');
      }),
  };
}
