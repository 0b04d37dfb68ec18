import { satisfies } from 'semver';
import type { RunRecord } from '../capture/capture.ts';
import { html, type Markup } from '../chart/markup.ts';
import { everyNth } from '../chart/plot.ts';
import { conditions, type Condition } from '../experiment/condition.ts';
import { lockedFor, minorVersion, type Wheel } from '../experiment/packages.ts';
import type { Sample, VerdictName } from '../experiment/sample.ts';
import { fits } from '../run/packages/wheel-tags.ts';
import { pyodideInfo } from '../run/pyodide-info.ts';
import { judge } from '../verdict/verdict.ts';
import { liveMegabytes } from './live-size.ts';
import type { MeasuredSample, PageFile } from './memory.ts';
import { runtimeName } from './runtime-name.ts';

/** What a page needs to run one of its samples, and to compare the outcome: the file `live.json` beside its other files. */
export interface LiveSample {
  readonly sample: Pick<
    Sample,
    'name' | 'code' | 'title' | 'args' | 'exit' | 'stopMs' | 'axis' | 'work' | 'files' | 'timeoutMs' | 'memoryBytes' | 'outputBytes'
  >;
  /** The addresses of the wheels that it may import from, as seen from its page. */
  readonly wheels: readonly string[];
  /** What the post says of it. */
  readonly recorded: {
    readonly verdict: VerdictName;
    readonly sentence: string;
    readonly runtime: string;
    readonly memory: string;
    readonly held: string;
    readonly logLines: number;
    /** [atMs, memory of the process in bytes, the sample's own count of its work or -1]. */
    readonly lines: Readonly<Record<Condition, readonly (readonly [number, number, number])[]>>;
  };
}

/** A wheel that a page needs, and the path of the lock that names it. */
export interface LiveWheel extends Wheel {
  readonly lock: string;
}

/** Where a site has such a wheel, from its root. */
export function wheelPath({ sha256 }: Wheel): string {
  return `wheels/${sha256}.whl`;
}

/** The button that runs a sample in the page, hidden without a script; or why there is none, and then no file. */
export interface Offer {
  readonly markup: Markup;
  readonly file: PageFile | undefined;
  readonly wheels: readonly LiveWheel[];
}

/** Offers to run a sample in its page. */
export function offerRun({ sample, capture }: MeasuredSample): Offer {
  const needs = needsOf(sample);
  if ('why' in needs)
    return { markup: html`<p class="log-note">This cannot be run in the page: ${needs.why}.</p>`, file: undefined, wheels: [] };
  const { name, code, title, args, exit, stopMs, axis, work, files, timeoutMs, memoryBytes, outputBytes } = sample;
  const { name: verdict, sentence } = judge(capture, sample);
  const { memory, held } = capture;
  const live: LiveSample = {
    sample: { name, code, title, args, exit, stopMs, axis, work, files, timeoutMs, memoryBytes, outputBytes },
    wheels: needs.wheels.map((wheel) => `../../${wheelPath(wheel)}`),
    recorded: {
      verdict,
      sentence,
      runtime: runtimeName(capture),
      memory,
      held,
      logLines: capture.conditions['as-written'].log.lines,
      lines: Object.fromEntries(conditions.map((condition) => [condition, lineOf(capture.conditions[condition])])) as never,
    },
  };
  const file = { name: `${name}/live.json`, text: JSON.stringify(live) };
  const size = html`<small>(${liveMegabytes} MB, once)</small>`;
  const markup = html`<button type="button" class="run-here" data-live="${file.name}" hidden>▶ Run it here ${size}</button>`;
  return { markup, file, wheels: needs.wheels };
}

/** The wheels that a sample needs on the Python of a page; or why it cannot be run there, as the rest of a sentence. */
function needsOf({ python, requires, lock }: Sample): { readonly wheels: readonly LiveWheel[] } | { readonly why: string } {
  const { python: version } = pyodideInfo();
  if (!satisfies(version, python)) return { why: `it is meant for Python ${python}, and there it would be ${version}` };
  if (requires.length === 0) return { wheels: [] };
  const here = { id: `pyodide-${minorVersion(version)}`, kind: 'pyodide', version, collector: 'generational' } as const;
  const locked = lock && lockedFor(lock, here);
  if (lock === undefined || locked === undefined) return { why: `it needs packages, and no lock says which for Python ${version}` };
  const chosen = locked.map(({ name, wheels }) => ({ name, wheel: wheels.find((wheel) => fits(wheel.name, here)) }));
  const missing = chosen.filter(({ wheel }) => wheel === undefined).map(({ name }) => name);
  if (missing.length > 0) return { why: `it needs ${missing.join(', ')}, which is not there as pure Python` };
  return { wheels: chosen.flatMap(({ wheel }) => (wheel === undefined ? [] : [{ ...wheel, lock: lock.path }])) };
}

/** How many points of a line are kept. */
const maxPoints = 150;

/** The memory of a run while its program ran. */
function lineOf({ points }: RunRecord): LiveSample['recorded']['lines'][Condition] {
  // What was only seen from outside has no count of the work.
  const during = points.filter(([, , , , , work, , kind]) => work !== null && !'XT'.includes(kind));
  return everyNth(during, maxPoints).map(([atMs, , bytes, , , work]) => [Math.round(atMs), bytes, work ?? -1]);
}
