import { Buffer } from 'node:buffer';
import type { ProviderFrame } from '@speko/adapter';

/** Shorter strings may be ids; 20 ms of the lowest rate are 428 characters. */
const LEAST_BASE64_LENGTH = 64;

/** The audio a frame carries by most vendors' habits: its longest base64 string, or all of it when it is no JSON. */
export function findAudioPayload(frame: ProviderFrame): Uint8Array | undefined {
  const text = typeof frame === 'string' ? frame : new TextDecoder().decode(frame);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return typeof frame === 'string' ? undefined : frame;
  }
  const [longest] = listStrings(value)
    .filter((each) => each.length >= LEAST_BASE64_LENGTH && /^[A-Za-z0-9+/]+={0,2}$/.test(each))
    .toSorted((a, b) => b.length - a.length);
  return longest === undefined ? undefined : new Uint8Array(Buffer.from(longest, 'base64'));
}

function listStrings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(listStrings);
}
