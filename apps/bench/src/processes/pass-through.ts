import { WebSocket } from 'ws';
import { listenOnFreePort } from './listen-on-free-port.ts';
import { serveParent } from './report-usage.ts';

/** The least a proxy can do with `ws`: it copies every message to the other side, unread. */
const vendorUrl = process.argv[2];
if (vendorUrl === undefined) throw new Error('usage: pass-through <vendor url>');

const { server, url } = await listenOnFreePort();
server.on('connection', (client, request) => {
  const vendor = new WebSocket(`${vendorUrl}${request.url ?? ''}`, { perMessageDeflate: false });
  const early: { data: Buffer; isBinary: boolean }[] = [];
  vendor.on('open', () => {
    for (const { data, isBinary } of early) vendor.send(data, { binary: isBinary });
  });
  client.on('message', (data: Buffer, isBinary: boolean) => {
    if (vendor.readyState === WebSocket.OPEN) vendor.send(data, { binary: isBinary });
    else early.push({ data, isBinary });
  });
  vendor.on('message', (data: Buffer, isBinary: boolean) => client.send(data, { binary: isBinary }));
  client.on('close', () => vendor.close());
  vendor.on('close', () => client.close());
  vendor.on('error', () => client.close());
});
serveParent({ url });
