import type { ProviderFrame, SessionCommand, SessionConfig } from '@speko/adapter';

/**
 * One line of a transcript: a recorded provider session, told from the adapter's side.
 *
 * - `in`: a message from the provider. `out`: a message to it, kept for the reader and not replayed.
 * - `do`: what the gateway did at that moment, a command or so many milliseconds of user audio (replayed as silence).
 * - `config`: changes to the session's settings; the first line only.
 */
export type TranscriptLine =
  | { readonly dir: 'in' | 'out'; readonly atMs: number; readonly frame: ProviderFrame }
  | { readonly dir: 'do'; readonly atMs: number; readonly command: SessionCommand }
  | { readonly dir: 'do'; readonly atMs: number; readonly audioMs: number }
  | { readonly dir: 'config'; readonly config: Partial<SessionConfig> };

/**
 * Reads a `.jsonl` transcript. A message is written as `"frame": <JSON value>` for a JSON text frame, as
 * `"frame": "…"` for a text frame that is not to be parsed, or as `"base64": "…"` for a binary frame.
 *
 * @throws Error naming the line that cannot be read
 */
export function parseTranscript(jsonl: string): TranscriptLine[] {
  const lines: TranscriptLine[] = [];
  for (const [index, text] of jsonl.split('\n').entries()) {
    if (text.trim() === '') continue;
    try {
      lines.push(parseLine(JSON.parse(text)));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`Transcript line ${index + 1}: ${reason}`, { cause });
    }
  }
  const late = lines.findIndex((line, index) => line.dir === 'config' && index > 0);
  if (late !== -1) throw new Error(`Transcript line ${late + 1}: "config" belongs on the first line.`);
  return lines;
}

/** Writes a transcript as `.jsonl`, JSON frames as JSON values so that people can read and search them. */
export function formatTranscript(lines: readonly TranscriptLine[]): string {
  return lines.map((line) => `${JSON.stringify('frame' in line ? writeFrame(line) : line)}\n`).join('');
}

function parseLine(line: unknown): TranscriptLine {
  if (typeof line !== 'object' || line === null) throw new Error('not a JSON object.');
  const fields = line as Record<string, unknown>;
  if (fields['dir'] === 'config') {
    return { dir: 'config', config: fields['config'] as Partial<SessionConfig> };
  }
  const atMs = fields['atMs'];
  if (typeof atMs !== 'number') throw new Error('"atMs" must be a number of milliseconds.');
  if (fields['dir'] === 'do') {
    if (typeof fields['audioMs'] === 'number') return { dir: 'do', atMs, audioMs: fields['audioMs'] };
    if (typeof fields['command'] === 'object') return { dir: 'do', atMs, command: fields['command'] as SessionCommand };
    throw new Error('"do" needs a "command" or "audioMs".');
  }
  if (fields['dir'] !== 'in' && fields['dir'] !== 'out') throw new Error('"dir" must be in, out, do or config.');
  return { dir: fields['dir'], atMs, frame: readFrame(fields) };
}

function readFrame(fields: Record<string, unknown>): ProviderFrame {
  if (typeof fields['base64'] === 'string') return Uint8Array.from(Buffer.from(fields['base64'], 'base64'));
  if (!('frame' in fields)) throw new Error('a message needs "frame" or "base64".');
  return typeof fields['frame'] === 'string' ? fields['frame'] : JSON.stringify(fields['frame']);
}

function writeFrame({ frame, ...line }: TranscriptLine & { readonly frame: ProviderFrame }): object {
  if (typeof frame !== 'string') return { ...line, base64: Buffer.from(frame).toString('base64') };
  try {
    const value: unknown = JSON.parse(frame);
    // Only what would be written back the same: replaying must give the recorded bytes.
    if (typeof value === 'object' && JSON.stringify(value) === frame) return { ...line, frame: value };
  } catch {
    // Not JSON: kept as text.
  }
  return { ...line, frame };
}
