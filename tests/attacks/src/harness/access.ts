/** What reaches one running gateway, in a form that can be handed to another process. */
export interface Access {
  /** Such as `http://127.0.0.1:49152`. */
  readonly url: string;
  /** Keys of one gateway: the attackers' own first, the last one belongs to those who must not notice anything. */
  readonly keys: readonly [attacker: string, bystander: string];
  /** Of the gateway's process. */
  readonly pid: number;
}

/** What `POST /v1/sessions` answers, as far as it is read here. */
export interface Minted {
  readonly sessionId: string;
  readonly wsUrl: string;
  readonly wsToken: string;
}

/** An answer of the REST side. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Of the body. */
  readonly bytes: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface RequestOptions {
  readonly key?: string | undefined;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** @defaultValue 30000 */
  readonly timeoutMs?: number;
}

/** One request. @throws Error when no answer comes in time */
export async function request(url: string, path: string, options: RequestOptions = {}): Promise<Answer> {
  const { key, method = 'GET', headers = {}, body, timeoutMs = 30_000 } = options;
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    bytes: Buffer.byteLength(text),
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

/** Settings of a session that differ from a plain echo. */
export type SessionSettings = Readonly<Record<string, unknown>>;

export function mintBody(s2s: SessionSettings = {}, more: SessionSettings = {}): object {
  return { mode: 's2s', s2s: { provider: 'echo', model: 'echo', ...s2s }, ...more };
}

/** Mints a session; waits where the gateway says so. @throws Error when it is refused for good, or for ten seconds */
export async function mint(access: Access, s2s: SessionSettings = {}, key = access.keys[0]): Promise<Minted> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const answer = await request(access.url, '/v1/sessions', { method: 'POST', key, body: mintBody(s2s) });
    if (answer.status === 201) return answer.body as unknown as Minted;
    const mayPass = answer.status === 429 || answer.status === 503;
    if (!mayPass || performance.now() > deadline) {
      throw new Error(`Minting was refused: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
