import { createHash } from 'node:crypto';
import type { Sample } from '../experiment/sample.ts';
import { method as ownMethod } from '../run/method.ts';
import type { Source } from './capture.ts';

/**
 * The key of a sample's record: a hash of everything that its author controls, and of the version of the measuring method. Its
 * packages are compared by themselves, as they differ from Python to Python.
 */
export function keyOf(sample: Sample, method: number = ownMethod): string {
  const own = keys.get(sample) ?? new Map<number, string>();
  const key = own.get(method) ?? hashKey(sample, method);
  keys.set(sample, own.set(method, key));
  return key;
}

/** Cached, as a sample is compared with its records many times. */
const keys = new WeakMap<Sample, Map<number, string>>();

function hashKey(sample: Sample, method: number): string {
  const { code, title, args, timeoutMs, memoryBytes, outputBytes, exit, stopMs, axis, files } = sample;
  const limits = { timeoutMs, memoryBytes, outputBytes, exit, stopMs: stopMs ?? null };
  const beside = files.map(({ name, text }) => [name, text]);
  const parts = { method, code, title, args, ...limits, axis: axis ?? null, ...(beside.length > 0 && { files: beside }) };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** What the key covers in readable form, to say later what changed. */
export function sourceOf({ code, title, args, timeoutMs, memoryBytes, outputBytes, exit, stopMs, axis, files }: Sample): Source {
  const limits = [`timeout=${timeoutMs}ms`, `memory=${memoryBytes}B`, `output=${outputBytes}B`];
  const more = [...(stopMs === undefined ? [] : [`stop=${stopMs}ms`]), ...(axis === undefined ? [] : [`axis=${axis}`])];
  const settings = [title, ...args, ...limits, `exit=${exit}`, ...more];
  const beside = Object.fromEntries(files.map(({ name, text }) => [name, text]));
  return { code, settings: settings.join(' '), ...(files.length > 0 && { files: beside }) };
}
