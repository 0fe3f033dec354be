import { connect } from 'node:net';
import { type Attack } from '../attack.ts';
import { mintBody } from '../harness/access.ts';

/** What strangers send, and what bare proxies and plain forwards make of it. */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  'a bare proxy': ['Host: {host}', 'Connection: close'],
  'a bare proxy, and the page that the stranger says it is': [
    'Host: {host}',
    'Origin: http://{host}',
    'Sec-Fetch-Site: same-origin',
    'Connection: close',
  ],
  'a bare proxy, and no Origin': ['Host: {host}', 'Sec-Fetch-Site: same-origin', 'Connection: close'],
  'a proxy that says whom it speaks for': [
    'Host: {host}',
    'Sec-Fetch-Site: same-origin',
    'X-Real-IP: 203.0.113.9',
    'Connection: close',
  ],
  'a cookie out of the air': ['Host: {host}', 'Sec-Fetch-Site: same-origin', 'Cookie: {cookie}', 'Connection: close'],
  localhost: ['Host: localhost:{port}', 'Sec-Fetch-Site: same-origin', 'Connection: close'],
};

export const pageBehindProxy: Attack = {
  name: 'page-behind-proxy',
  who: 'anybody on the internet',
  does: "asks for a session with the operator's key through a reverse proxy or a plain forward that tells nothing of it",
  alone: 'its gateway serves the page, which needs the development key',
  gateway: { env: { SPEKO_API_KEYS: undefined } },
  async run({ access, expect }) {
    const { host, port } = new URL(access.url);
    for (const [name, lines] of Object.entries(HEADERS)) {
      const filled = lines.map((line) =>
        line
          .replace('{host}', host)
          .replace('{port}', port)
          .replace('{cookie}', `speko_${port}=guess; speko-page-${port}=guess`),
      );
      const status = await post(Number(port), '/playground/sessions', filled);
      expect(status === 403 || status === 401, `${name}: a session was answered with ${status}`);
    }
    return `${Object.keys(HEADERS).length} requests`;
  },
};

function post(port: number, path: string, headers: readonly string[]): Promise<number> {
  const body = JSON.stringify(mintBody());
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let text = '';
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')));
    socket.on('error', reject);
    socket.setEncoding('latin1').on('data', (part: string) => (text += part));
    socket.on('end', () => resolve(Number(text.split(' ')[1])));
    const head = [
      `POST ${path} HTTP/1.1`,
      ...headers,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  });
}
