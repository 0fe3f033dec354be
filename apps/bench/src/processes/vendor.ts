import { listenOnFreePort } from './listen-on-free-port.ts';
import { serveParent } from './report-usage.ts';

/**
 * A vendor that costs as little as possible: it speaks the OpenAI dialect just far enough to be ready, then returns
 * every piece of user audio as one audio delta of a response that never ends.
 */
const AUDIO_FIELD = '"audio":"';
const DELTA_HEAD =
  '{"type":"response.output_audio.delta","event_id":"event_1","response_id":"resp_1","item_id":"item_1","output_index":0,"content_index":0,"delta":"';
const OPENING = [
  '{"type":"response.created","event_id":"event_2","response":{"object":"realtime.response","id":"resp_1","status":"in_progress","output":[],"usage":null,"metadata":null}}',
  '{"type":"response.output_item.added","event_id":"event_3","response_id":"resp_1","output_index":0,"item":{"id":"item_1","object":"realtime.item","type":"message","role":"assistant","status":"in_progress","content":[]}}',
];

const { server, url } = await listenOnFreePort();
server.on('connection', (socket) => {
  socket.send(
    '{"type":"session.created","event_id":"event_4","session":{"type":"realtime","object":"realtime.session","id":"sess_1","model":"bench","audio":{}}}',
  );
  socket.on('message', (data: Buffer) => {
    const text = data.toString('latin1');
    const at = text.indexOf(AUDIO_FIELD);
    if (at !== -1) {
      const start = at + AUDIO_FIELD.length;
      socket.send(`${DELTA_HEAD}${text.slice(start, text.indexOf('"', start))}"}`);
    } else if (text.includes('session.update')) {
      socket.send(
        '{"type":"session.updated","event_id":"event_5","session":{"type":"realtime","object":"realtime.session","id":"sess_1","model":"bench","audio":{}}}',
      );
      for (const event of OPENING) socket.send(event);
    }
  });
});
serveParent({ url });
