// A whole call without any client library: `fetch`, and the WebSocket that Node and browsers bring.
// It uses only what every Speko client has used from the start. Exits 1 when something is not as the protocol says.
import { readFile } from 'node:fs/promises';
import process from 'node:process';

const { SPEKO_API_KEY = '', SPEKO_BASE_URL = 'http://127.0.0.1:8787' } = process.env;
const CHUNK_BYTES = 960; // 20 ms of PCM16 at 24 kHz
const INTERRUPT_AFTER_BYTES = 24_000; // half a second

// 1. Mint. A back end does this: the API key stays there.
const minted = await post('/v1/sessions', {
  mode: 's2s',
  s2s: {
    provider: 'echo',
    model: 'echo-tools',
    tools: [{ name: 'get_time', description: 'The time now.', parameters: { type: 'object', properties: {} } }],
  },
  metadata: { example: 'raw-websocket' },
});
check('the mint is answered with 201', minted.status === 201, await minted.clone().text());
if (!minted.ok) process.exit();
const { sessionId, wsUrl, wsToken } = (await minted.json()) as { sessionId: string; wsUrl: string; wsToken: string };

// 2. Connect, with the token as subprotocol: browsers cannot set headers on a WebSocket.
const socket = new WebSocket(wsUrl, [wsToken]);
socket.binaryType = 'arraybuffer';
const send = (frame: object): void => socket.send(JSON.stringify(frame));

const SEEN: string[] = [];
let audioBytes = 0;
let hasSentInterrupt = false;
let wasInterrupted = false;
let audioAfterInterruption = 0;
let endReason = '';

socket.addEventListener('open', () => check('the token is selected as subprotocol', socket.protocol === wsToken));
socket.addEventListener('message', (event) => {
  const data: unknown = event.data;
  if (typeof data === 'string') onFrame(JSON.parse(data) as Record<string, unknown>);
  else if (data instanceof ArrayBuffer) onAudio(data.byteLength);
});
const closed = new Promise<{ code: number; reason: string }>((resolve) => {
  socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
  setTimeout(() => resolve({ code: 0, reason: 'this example waited for 20 s' }), 20_000).unref();
});

function onFrame(frame: Record<string, unknown>): void {
  const name = String(frame['t']);
  if (SEEN.at(-1) !== name) SEEN.push(name);
  switch (name) {
    case 'ready': // 3. Talk.
      void talk();
      return;
    case 'tool_call': // 4. Answer the model's question. The answer is a string, usually JSON.
      send({ t: 'tool_result', callId: frame['callId'], output: JSON.stringify({ time: '12:00' }) });
      return;
    case 'interruption':
      wasInterrupted = true;
      // 6. Hang up; a client may also just close the socket.
      void post(`/v1/sessions/${sessionId}/end`);
      return;
    case 'error':
      check(`no error (${String(frame['code'])}: ${String(frame['message'])})`, false);
      return;
    case 'end':
      endReason = String(frame['reason']);
      return;
    default: // frames that a client does not know or need are passed over
  }
}

function onAudio(byteLength: number): void {
  audioBytes += byteLength;
  if (wasInterrupted) audioAfterInterruption += byteLength;
  if (hasSentInterrupt || audioBytes < INTERRUPT_AFTER_BYTES) return;
  hasSentInterrupt = true;
  send({ t: 'interrupt' }); // 5. Cut the assistant off; audio still under way is dropped up to `interruption`.
}

async function talk(): Promise<void> {
  const wav = await readFile(new URL('../../../assets/speech.wav', import.meta.url));
  // The samples follow a header of 44 bytes; the first sentence is over after 2.3 s.
  const sentence = wav.subarray(44, 44 + 115 * CHUNK_BYTES);
  for (let at = 0; at < sentence.length; at += CHUNK_BYTES) socket.send(sentence.subarray(at, at + CHUNK_BYTES));
  send({ t: 'control', action: 'commit' });
}

const close = await closed;
console.log(`frames: ${SEEN.join(', ')}`);
check('the session became ready', SEEN[0] === 'ready');
check('what was said is transcribed', SEEN.includes('transcript'));
check('the tool was called', SEEN.includes('tool_call'));
check('the assistant was heard', audioBytes >= INTERRUPT_AFTER_BYTES);
check('the interrupt was answered', wasInterrupted);
check('nothing was heard after that', audioAfterInterruption === 0);
check('the end has a reason', endReason === 'ended_by_api', endReason);
check('the close repeats it', close.code === 1000 && close.reason === 'ended_by_api', JSON.stringify(close));
socket.close();

function post(path: string, body?: object): Promise<Response> {
  return fetch(SPEKO_BASE_URL + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${SPEKO_API_KEY}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
}

function check(what: string, holds: boolean, found = ''): void {
  console.log(`${holds ? 'ok' : 'FAILED'}: ${what}${holds || found === '' ? '' : ` (${found})`}`);
  if (!holds) process.exitCode = 1;
}
