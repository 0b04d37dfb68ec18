import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Sample } from '../post/sample.ts';
import { harnessPath } from '../run/harness.ts';
import { pyodideHostPath } from '../run/runtime.ts';
import { schemaVersion, type Source } from './capture.ts';

const texts = new Map<string, string>();

/** What a record stands for: a hash of all that its author controls, and of how it is measured on such a runtime. */
export function keyOf(sample: Sample, runtime: string): string {
  const own = keys.get(sample) ?? new Map<string, string>();
  const key = own.get(runtime) ?? hashKey(sample, runtime);
  keys.set(sample, own.set(runtime, key));
  return key;
}

/** The same sample is compared with its records again and again. */
const keys = new WeakMap<Sample, Map<string, string>>();

function hashKey(sample: Sample, runtime: string): string {
  const harness = [harnessPath, ...(runtime.startsWith('pyodide') ? [pyodideHostPath] : [])].map(read);
  const { code, title, args, timeoutMs, memoryBytes, outputBytes, exit, stopMs, axis } = sample;
  const limits = { timeoutMs, memoryBytes, outputBytes, exit, stopMs: stopMs ?? null };
  const parts = { schemaVersion, harness, code, title, args, ...limits, axis: axis ?? null };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** The same in readable parts, to say later what changed. */
export function sourceOf({ code, title, args, timeoutMs, memoryBytes, outputBytes, exit, stopMs, axis }: Sample): Source {
  const limits = [`timeout=${timeoutMs}ms`, `memory=${memoryBytes}B`, `output=${outputBytes}B`];
  const more = [...(stopMs === undefined ? [] : [`stop=${stopMs}ms`]), ...(axis === undefined ? [] : [`axis=${axis}`])];
  const settings = [title, ...args, ...limits, `exit=${exit}`, ...more];
  return { code, settings: settings.join(' ') };
}

function read(path: string): string {
  const text = texts.get(path) ?? readFileSync(path, 'utf8');
  texts.set(path, text);
  return text;
}
