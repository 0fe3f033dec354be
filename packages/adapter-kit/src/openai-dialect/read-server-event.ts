import type { ProviderFrame, SessionEvent } from '@speko/adapter';
import type { z } from 'zod';
import { parseJsonFrame } from '../parse-json-frame.ts';
import { currentRealtimeEventName } from './realtime-event-names.ts';

/** Which server events a vendor of the dialect sends, under their names of today. */
export interface ServerEventReading<Schema extends z.ZodType> {
  /** The events that mean something. */
  readonly schema: Schema;
  /** Those that are known and carry nothing of use. */
  readonly ignored: ReadonlySet<string>;
}

/** One frame of the dialect, read: an event, nothing of use, or what could not be read and goes on as it is. */
export type ServerEventFrame<Event> =
  | { readonly type: 'known'; readonly event: Event }
  | { readonly type: 'ignored' }
  | { readonly type: 'raw'; readonly raw: Extract<SessionEvent, { type: 'provider-raw' }> };

/** Reads a frame against a vendor's table, beta names included. Never throws. */
export function readServerEvent<Schema extends z.ZodType>(
  frame: ProviderFrame,
  { schema, ignored }: ServerEventReading<Schema>,
): ServerEventFrame<z.output<Schema>> {
  const json = parseJsonFrame(frame);
  if (!json.ok) return raw('invalid', json.message);
  const name = eventName(json.value);
  if (name === undefined) return raw('invalid', json.value);
  const current = currentRealtimeEventName(name);
  if (ignored.has(current)) return { type: 'ignored' };
  const parsed = schema.safeParse(current === name ? json.value : { ...(json.value as object), type: current });
  return parsed.success ? { type: 'known', event: parsed.data } : raw(name, json.value);
}

function eventName(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  return typeof value.type === 'string' && value.type !== '' ? value.type : undefined;
}

function raw(name: string, value: unknown): Extract<ServerEventFrame<never>, { type: 'raw' }> {
  return { type: 'raw', raw: { type: 'provider-raw', name, raw: value } };
}
