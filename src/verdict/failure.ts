import type { Capture, RunRecord } from '../capture/capture.ts';
import { decodeLog } from '../capture/log-codec.ts';
import type { Place } from '../experiment/finding.ts';
import { writeDuration, writeSize } from '../experiment/quantity.ts';
import { readEnd, minStopMs, type Sample } from '../experiment/sample.ts';
import { lineTexts } from '../gclog/log.ts';
import { sampleAttributes } from '../post/fences/read-sample.ts';
import { endPhrase } from './verdict.ts';

/** A run that did not end as its sample means it to: what happened, where, and the ways out. */
export interface Failure {
  readonly reason: string;
  readonly hint: string;
  /** The line that raised; undefined where none did. */
  readonly place: Place | undefined;
}

/** What went wrong with a sample of the post of this slug as written, where its end was not the one that is meant. */
export function explainFailure(slug: string, sample: Sample, capture: Capture): Failure {
  const run = capture.conditions['as-written'];
  const lines = lastLinesOf(run);
  const raised = run.exit === 1 ? findRaised(sample, lines) : undefined;
  const said = raised?.message ?? (run.exit === 2 ? findRefusal(lines) : undefined);
  const came = `${endPhrase(run, sample)}${said === undefined ? '' : `: ${said}`}`;
  const ended = raised !== undefined && run.limit === null ? `raised ${raised.message}` : came;
  return {
    reason: `On ${capture.runtime} the sample "${sample.name}" ${ended}`,
    hint: `${wayOut(slug, sample, capture, said)} ${meantHint(sample, run)} The whole log: npm run log -- ${slug} ${sample.name}`,
    place: raised?.place,
  };
}

/** The module that a program did not find, for which it ended; undefined where it ended otherwise. */
export function missingModule({ conditions }: Capture): string | undefined {
  const run = conditions['as-written'];
  return run.exit === 1 ? moduleIn(lastLinesOf(run).findLast((line) => /^\S/.test(line))) : undefined;
}

function moduleIn(message: string | undefined): string | undefined {
  return /^(?:ModuleNotFoundError|ImportError): No module named '?([\w.]+)/.exec(message ?? '')?.[1];
}

function wayOut(slug: string, sample: Sample, capture: Capture, said: string | undefined): string {
  const { limit } = capture.conditions['as-written'];
  const module = moduleIn(said);
  if (module !== undefined) return lacksModule(slug, module, capture);
  if (said?.startsWith('EOFError: EOF when reading a line')) {
    return 'Samples get no input: take input() away, or give what it asks for with args="…".';
  }
  const needed = /the following arguments are required: (.+)/.exec(said ?? '')?.[1];
  if (needed !== undefined) return `Give it its arguments: args="${needed.split(', ').map(asGiven).join(' ')}".`;
  switch (limit) {
    case 'time':
    case 'cpu':
      return `Give it ${orMore('longer', 'timeout', writeDuration(sample.timeoutMs * 2))}less to do.`;
    case 'memory':
      return `Give it ${orMore('more', 'memory', writeSize(sample.memoryBytes * 2))}less to keep.`;
    case 'output':
      return `Give it ${orMore('more', 'output', writeSize(sample.outputBytes * 2))}less to write.`;
    default:
      return said === undefined ? 'Mend the sample.' : said.startsWith('error: ') ? 'Mend its args.' : 'Mend this line.';
  }
}

/** A limit that may be raised so far; nothing where it may not. */
function orMore(more: string, name: string, text: string): string {
  return sampleAttributes[name]?.read(text) === undefined ? '' : `${more}, ${name}=${text}, or `;
}

/** A record knows the version of its Python and not where it lies: it is read on other machines, too. */
function lacksModule(slug: string, module: string, { runtime, python }: Capture): string {
  const other = `run the sample on a Python that has it: npm run refresh -- ${slug} --python PATH`;
  return runtime.startsWith('pyodide')
    ? `The embedded Pyodide (Python ${python}) has no module ${module}, only those of Python itself: ${other}.`
    : `Python ${python}, the python3 of your PATH unless you say otherwise, has no module ${module}. Install it there, or ${other}.`;
}

/** An argument as it would be given: `--count …` of `-n/--count`. */
function asGiven(name: string): string {
  return name.startsWith('-') ? `${name.split('/').at(-1)} …` : name.replace(/[{}"\s]/g, '');
}

/** What to write where the end that was seen is the one that is meant; a program that never ends is better stopped. */
function meantHint({ timeoutMs }: Sample, run: RunRecord): string {
  const end = nameOfEnd(run);
  const stopMs = Math.min(usualStopMs, Math.floor(timeoutMs / 2));
  if (end === 'timeout' && stopMs >= minStopMs) return `If it never ends by itself, say when to stop: stop=${writeDuration(stopMs)}.`;
  return `If that end is meant, say so: exit=${end}.`;
}

const usualStopMs = 5000;

/** The value of `exit` that means this end. */
function nameOfEnd({ exit, signal, limit }: Pick<RunRecord, 'exit' | 'signal' | 'limit'>): string {
  if (limit === 'time' || limit === 'cpu') return 'timeout';
  if (limit === 'memory' || limit === 'output') return limit;
  const own = String(signal ?? exit);
  // A limit that no attribute sets is told of a status only while that is not meant.
  return readEnd(own) !== undefined && (limit === null || signal === null) ? own : 'any';
}

/** So many lines at the end of a log may be its traceback. */
const tracebackLines = 60;

function lastLinesOf({ log: record }: RunRecord): readonly string[] {
  const log = decodeLog(record);
  return lineTexts(log, Math.max(0, log.runLines - tracebackLines), log.runLines);
}

/** What a program raised, and the line of the post that did; undefined where its log does not end in a traceback. */
function findRaised(sample: Sample, lines: readonly string[]): { readonly message: string; readonly place: Place } | undefined {
  const last = lines.findLastIndex((line) => /^ {2}File "/.test(line));
  // A message may have more lines than its first.
  const message = lines.slice(last + 1).find((line) => /^\S/.test(line));
  const at = lines.map((line) => /^ {2}File "([^"]+)", line (\d+)/.exec(line)).findLast((match) => match?.[1] === sample.title)?.[2];
  if (last === -1 || message === undefined || at === undefined) return undefined;
  const { line = 0, column = 1 } = sample.place?.start ?? {};
  const indent = (sample.code.split('\n')[Number(at) - 1] ?? '').search(/\S/);
  return { message, place: { line: line + Number(at), column: column + Math.max(0, indent) } };
}

/** What argparse and its like say of arguments, which is the last line: `error: …`. */
function findRefusal(lines: readonly string[]): string | undefined {
  return /^\S+: (error: .+)/.exec(lines.findLast((line) => line.trim() !== '') ?? '')?.[1];
}
