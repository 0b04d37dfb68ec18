import type { Capture, RunRecord } from '../capture/capture.ts';
import { decodeLog } from '../capture/log-codec.ts';
import type { Place } from '../experiment/finding.ts';
import { writeDuration, writeSize } from '../experiment/quantity.ts';
import { readEnd, minStopMs, type Sample } from '../experiment/sample.ts';
import { lineTexts } from '../gclog/log.ts';
import { sampleAttributes } from '../post/fences/read-sample.ts';
import { endPhrase } from './verdict.ts';

/** A run that did not end as its sample intends: what happened, where, and how to fix it. */
export interface Failure {
  readonly reason: string;
  readonly hint: string;
  /** The line of the post that raised; undefined if none did. */
  readonly place: Place | undefined;
}

/** Explains why the run as written of a sample of this post did not end as intended. */
export function explainFailure(slug: string, sample: Sample, capture: Capture): Failure {
  const run = capture.conditions['as-written'];
  const lines = lastLinesOf(run);
  const raised = run.exit === 1 ? findRaised(sample, lines) : undefined;
  const message = raised?.message ?? (run.exit === 2 ? findArgumentError(lines) : undefined);
  const end = `${endPhrase(run, sample)}${message === undefined ? '' : `: ${message}`}`;
  const event = raised !== undefined && run.limit === null ? `raised ${raised.message}` : end;
  return {
    reason: `On ${capture.runtime} the sample "${sample.name}" ${event}`,
    hint: `${fixHint(slug, sample, capture, message)} ${intendedHint(sample, run)} The whole log: npm run log -- ${slug} ${sample.name}`,
    place: raised?.place,
  };
}

/** The module whose import failed and ended the program; undefined if it ended for another reason. */
export function missingModule({ conditions }: Capture): string | undefined {
  const run = conditions['as-written'];
  return run.exit === 1 ? moduleIn(lastLinesOf(run).findLast((line) => /^\S/.test(line))) : undefined;
}

function moduleIn(message: string | undefined): string | undefined {
  return /^(?:ModuleNotFoundError|ImportError): No module named '?([\w.]+)/.exec(message ?? '')?.[1];
}

function fixHint(slug: string, sample: Sample, capture: Capture, message: string | undefined): string {
  const { limit } = capture.conditions['as-written'];
  const module = moduleIn(message);
  if (module !== undefined) return missingModuleHint(slug, sample, module, capture);
  if (message?.startsWith('EOFError: EOF when reading a line')) {
    return 'Samples get no input: take input() away, or give what it asks for with args="…".';
  }
  const needed = /the following arguments are required: (.+)/.exec(message ?? '')?.[1];
  if (needed !== undefined) return `Give it its arguments: args="${needed.split(', ').map(placeholderFor).join(' ')}".`;
  switch (limit) {
    case 'time':
    case 'cpu':
      return `Give it ${raiseHint('longer', 'timeout', writeDuration(sample.timeoutMs * 2))}less to do.`;
    case 'memory':
      return `Give it ${raiseHint('more', 'memory', writeSize(sample.memoryBytes * 2))}less to keep.`;
    case 'output':
      return `Give it ${raiseHint('more', 'output', writeSize(sample.outputBytes * 2))}less to write.`;
    default:
      return message === undefined ? 'Fix the sample.' : message.startsWith('error: ') ? 'Fix its args.' : 'Fix this line.';
  }
}

/** `longer, timeout=20s, or `: the advice to raise a limit, or an empty string if its attribute does not allow that value. */
function raiseHint(more: string, name: string, value: string): string {
  return sampleAttributes[name]?.read(value) === undefined ? '' : `${more}, ${name}=${value}, or `;
}

/** Names the Python by its version: a record is read on other machines, too, so it does not keep the interpreter's path. */
function missingModuleHint(slug: string, sample: Sample, module: string, { runtime, python, packages }: Capture): string {
  if (packages !== undefined)
    return (
      `The packages of its lock have no module ${module}: name the one that has it among the dependencies, ` +
      `then npm run lock -- ${slug} --sample ${sample.name}`
    );
  const script = 'or say that it needs the package, by PEP 723 at the top of its code';
  const other = `run the sample on a Python that has it: npm run refresh -- ${slug} --python PATH`;
  return runtime.startsWith('pyodide')
    ? `The embedded Pyodide (Python ${python}) has no module ${module}, only those of Python itself: ${other}, ${script}.`
    : `Python ${python}, the python3 of your PATH unless you say otherwise, has no module ${module}. ` +
        `Install it there, ${other}, ${script}.`;
}

/** An argument as one would write it: `--count …` for argparse's `-n/--count`. */
function placeholderFor(name: string): string {
  return name.startsWith('-') ? `${name.split('/').at(-1)} …` : name.replace(/[{}"\s]/g, '');
}

/** What to write if this end is the intended one. A program that never ends should rather be stopped after a while. */
function intendedHint({ timeoutMs }: Sample, run: RunRecord): string {
  const end = exitValueOf(run);
  const stopMs = Math.min(suggestedStopMs, Math.floor(timeoutMs / 2));
  if (end === 'timeout' && stopMs >= minStopMs) return `If it never ends by itself, say when to stop: stop=${writeDuration(stopMs)}.`;
  return `If that end is meant, say so: exit=${end}.`;
}

const suggestedStopMs = 5000;

/** The value of the attribute `exit` that declares this end as intended. */
function exitValueOf({ exit, signal, limit }: Pick<RunRecord, 'exit' | 'signal' | 'limit'>): string {
  if (limit === 'time' || limit === 'cpu') return 'timeout';
  if (limit === 'memory' || limit === 'output') return limit;
  const own = String(signal ?? exit);
  // A run killed at a limit that no attribute sets has no value of its own; one that exited with a status has.
  return readEnd(own) !== undefined && (limit === null || signal === null) ? own : 'any';
}

/** A traceback is looked for in this many lines at the end of a log. */
const maxTracebackLines = 60;

function lastLinesOf({ log: record }: RunRecord): readonly string[] {
  const log = decodeLog(record);
  return lineTexts(log, Math.max(0, log.runLines - maxTracebackLines), log.runLines);
}

/** What a program raised, and where in the post; undefined if its log does not end in a traceback through the sample. */
function findRaised(sample: Sample, lines: readonly string[]): { readonly message: string; readonly place: Place } | undefined {
  const last = lines.findLastIndex((line) => /^ {2}File "/.test(line));
  // A message may span several lines; the first one will do.
  const message = lines.slice(last + 1).find((line) => /^\S/.test(line));
  const at = lines.map((line) => /^ {2}File "([^"]+)", line (\d+)/.exec(line)).findLast((match) => match?.[1] === sample.title)?.[2];
  if (last === -1 || message === undefined || at === undefined) return undefined;
  const { line = 0, column = 1 } = sample.place?.start ?? {};
  const indent = (sample.code.split('\n')[Number(at) - 1] ?? '').search(/\S/);
  return { message, place: { line: line + Number(at), column: column + Math.max(0, indent) } };
}

/** The complaint of argparse and the like about arguments, `error: …`, from the log's last line. */
function findArgumentError(lines: readonly string[]): string | undefined {
  return /^\S+: (error: .+)/.exec(lines.findLast((line) => line.trim() !== '') ?? '')?.[1];
}
