import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { canonicalOrigin, isLoopbackHost, isLoopbackOrigin, isOriginAllowed } from './origins.ts';
import { hasTwoHosts, isSameHost } from './own-origin.ts';

test.each([
  ['https://app.example.com', 'https://app.example.com'],
  ['HTTPS://App.Example.COM', 'https://app.example.com'],
  ['https://app.example.com:443', 'https://app.example.com'],
  ['http://app.example.com:80/', 'http://app.example.com'],
  ['https://app.example.com:80', 'https://app.example.com:80'],
  ['https://app.example.com/', 'https://app.example.com'],
  ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ['https://XN--bcher-KVA.example', 'https://xn--bcher-kva.example'],
  ['http://[::1]:3000', 'http://[::1]:3000'],
  ['http://[0:0::1]', 'http://[::1]'],
  ['chrome-extension://abcdefgh', 'chrome-extension://abcdefgh'],
  ['moz-extension://0C1F0000-1111-4222-8333-444455556666', 'moz-extension://0c1f0000-1111-4222-8333-444455556666'],
  ['capacitor://localhost', 'capacitor://localhost'],
  ['Capacitor://LOCALHOST/', 'capacitor://localhost'],
  ['app://obsidian.md:8080', 'app://obsidian.md:8080'],
])('[HS5] %s is the origin %s', (text, expected) => {
  expect(canonicalOrigin(text)).toBe(expected);
});

test.each([
  'null',
  '',
  '*',
  'app.example.com',
  'https://',
  'https://app.example.com/path',
  'https://app.example.com//',
  'https://app.example.com?x',
  'https://user@app.example.com',
  'https://app.example.com, https://evil.example',
  'https://app.example.com\\@evil.example',
  'https://app.example.com:65536',
  'https://a b.example',
])('[HS5] %j is no origin', (text) => {
  expect(canonicalOrigin(text)).toBeUndefined();
});

test.each([
  [undefined, [], true],
  ['https://a.example', [], false],
  ['https://a.example', ['https://a.example'], true],
  ['https://A.example:443', ['https://a.example'], true],
  ['https://a.example:8443', ['https://a.example'], false],
  ['http://a.example', ['https://a.example'], false],
  ['https://b.a.example', ['https://a.example'], false],
  ['capacitor://localhost', ['capacitor://localhost'], true],
  ['capacitor://localhost', ['ionic://localhost'], false],
  ['null', ['https://a.example'], false],
  ['null', ['*'], true],
  ['file://', ['*'], true],
  ['https://b.example', ['*'], true],
])('[HS5] origin %j with %j allowed: %j', (origin, allowedOrigins, expected) => {
  expect(isOriginAllowed(origin, allowedOrigins)).toBe(expected);
});

function request(headers: Record<string, string>): IncomingMessage {
  return { headers, socket: {}, rawHeaders: Object.entries(headers).flat() } as unknown as IncomingMessage;
}

test.each([
  ['http://127.0.0.1:8787', { host: '127.0.0.1:8787' }, true],
  ['https://127.0.0.1:8787', { host: '127.0.0.1:8787' }, true],
  ['ws://127.0.0.1:8787', { host: '127.0.0.1:8787' }, true],
  ['http://[::1]:8787', { host: '[::1]:8787' }, true],
  ['https://voice.example.com', { host: 'voice.example.com' }, true],
  ['https://Voice.Example.com:443', { host: 'voice.example.COM' }, true],
  ['wss://voice.example.com', { host: 'voice.example.com:443' }, true],
  ['http://voice.example.com', { host: 'voice.example.com:80' }, true],
  ['https://evil.example', { host: 'evil.example' }, true],
  ['http://127.0.0.1:3000', { host: '127.0.0.1:8787' }, false],
  ['http://127.0.0.1', { host: '127.0.0.1:8787' }, false],
  ['http://localhost:8787', { host: '127.0.0.1:8787' }, false],
  ['https://voice.example.com.evil.example', { host: 'voice.example.com' }, false],
  ['https://user@voice.example.com', { host: 'voice.example.com' }, false],
  ['chrome-extension://voice.example.com', { host: 'voice.example.com' }, false],
  ['null', { host: 'null' }, false],
  ['https://voice.example.com', {}, false],
  ['https://voice.example.com', { host: '127.0.0.1', 'x-forwarded-host': 'voice.example.com' }, false],
])('[HS5] Origin %s at the upgrade of %j is the own host: %j', (origin, headers, expected) => {
  expect(isSameHost(request({ ...headers, origin }), { trustProxy: false })).toBe(expected);
});

test.each([
  ['the public URL, whatever the Host', { trustProxy: false, publicUrl: 'https://voice.example.com/eu/' }, {}],
  ['a trusted proxy’s host', { trustProxy: true }, { 'x-forwarded-host': 'evil.example, voice.example.com' }],
])('[HS5] an Origin of %s is the own host', (_title, settings, headers) => {
  const given = { host: '127.0.0.1:8787', ...headers };
  expect(isSameHost(request({ ...given, origin: 'https://voice.example.com' }), settings)).toBe(true);
  expect(isSameHost(request({ ...given, origin: 'https://evil.example' }), settings)).toBe(false);
  expect(isSameHost(request(given), settings)).toBe(false);
});

test('[RS22] Host is counted by its name, and in no other place', () => {
  const rawHeaders = ['Host', 'a', 'x-host', 'host', 'cookie', 'host'];
  expect(hasTwoHosts({ rawHeaders } as IncomingMessage)).toBe(false);
  expect(hasTwoHosts({ rawHeaders: [...rawHeaders, 'HOST', 'a'] } as IncomingMessage)).toBe(true);
});

test.each([
  ['localhost', true],
  ['LOCALHOST', true],
  ['app.localhost', true],
  ['127.0.0.1', true],
  ['127.255.0.9', true],
  ['::1', true],
  ['[::1]', true],
  ['', false],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.1.20', false],
  ['127.example.com', false],
  ['localhost.example.com', false],
  ['notlocalhost', false],
])('[HS5] the host %j means this machine: %j', (host, expected) => {
  expect(isLoopbackHost(host)).toBe(expected);
});

test.each([
  ['http://app.localhost:5173', true],
  ['https://127.0.0.1', true],
  ['http://[::1]:3000', true],
  ['capacitor://localhost', false],
  ['https://localhost.example.com', false],
  ['http://', false],
  [undefined, false],
])('[HS5] a page of %j is served by this machine: %j', (origin, expected) => {
  expect(isLoopbackOrigin(origin)).toBe(expected);
});
