// The back end: it serves the page, and mints a session for each press of the button. The API key stays here.
import { join } from 'node:path';
import process from 'node:process';
import fastifyStatic from '@fastify/static';
import { fastify } from 'fastify';

const { SPEKO_API_KEY, SPEKO_BASE_URL = 'http://127.0.0.1:8787', PORT = '3000' } = process.env;
const { SPEKO_PROVIDER = 'echo', SPEKO_MODEL = 'echo', SPEKO_VOICE } = process.env;
if (!SPEKO_API_KEY) throw new Error('Set SPEKO_API_KEY to a key of the gateway; `npm start` prints one.');

const s2s = { provider: SPEKO_PROVIDER, model: SPEKO_MODEL, voice: SPEKO_VOICE, systemPrompt: 'Answer briefly.' };
const policy = `default-src 'self'; connect-src 'self' ${SPEKO_BASE_URL.replace(/^http/, 'ws')}`;

const app = fastify();
app.register(fastifyStatic, {
  root: join(import.meta.dirname, '../dist'),
  setHeaders: (reply) => void reply.header('content-security-policy', policy),
});
app.post('/session', async (_request, reply) => {
  // A session costs money: find out here who asks, and how often.
  const answer = await fetch(`${SPEKO_BASE_URL}/v1/sessions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SPEKO_API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ mode: 's2s', s2s }),
  });
  const body = await answer.text();
  if (!answer.ok) console.error(`no session: ${answer.status} ${body}`);
  return reply.code(answer.status).type('application/json').send(body);
});
const address = await app.listen({ host: 'localhost', port: Number(PORT) });
console.log(`Open http://localhost:${new URL(address).port}/`);
