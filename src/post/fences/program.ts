import type { VFile } from 'vfile';
import { didYouMean } from '../../experiment/did-you-mean.ts';
import { report, type Place } from '../../experiment/finding.ts';
import type { Sample } from '../../experiment/sample.ts';
import { explainConflict } from '../conflict.ts';
import { functionsWith } from './program-tree.ts';
import { standardModules } from './standard-modules.ts';
import { findSyntaxFault, type SyntaxFault } from './syntax-fault.ts';
import { findUndefinedName } from './undefined-name.ts';

/** Reports problems of a program that show without running it. */
export function checkProgram(file: VFile, sample: Sample): void {
  checkModule(file, sample);
  checkAxis(file, sample);
  const lines = sample.code.split('\n');
  const isBare = lines.every((line) => /^\s*(?:#|$)/.test(line));
  if (isBare)
    report(file, {
      rule: 'sample-empty',
      reason: `The sample "${sample.name}" contains no code`,
      hint: 'Write its code between the lines of the fence; without sample= the fence is only shown.',
      place: sample.place,
    });
  checkConflict(file, sample, lines);
  // A program may be meant to fail.
  const mayFail = sample.places['exit'] !== undefined;
  const fault = mayFail ? undefined : findSyntaxFault(sample.code);
  if (fault !== undefined) reportSyntax(file, sample, fault);
  if (!mayFail) checkInput(file, sample, lines);
  checkArguments(file, sample, lines);
  if (!mayFail && fault === undefined) checkNames(file, sample);
  if (!mayFail) checkEnd(file, sample, lines);
  const first = lines.findIndex((line) => line.trim() !== '');
  if (/^\s*(?:>>>|In \[\d+\]:) /.test(lines[first] ?? '')) {
    report(file, {
      rule: 'sample-prompt',
      reason: 'The code has the prompts of an interactive shell, which no program has',
      hint: 'Delete the prompts and the shell’s answers; if it is only to be shown, write the language pycon.',
      place: placeInCode(sample, first),
    });
  }
}

/** Reports what git leaves where two versions conflict. */
function checkConflict(file: VFile, sample: Sample, lines: readonly string[]): void {
  const index = lines.findIndex((line) => /^(?:<{7}|>{7}) /.test(line));
  if (index === -1) return;
  report(file, {
    ...explainConflict(lines[index] ?? ''),
    place: placeInCode(sample, index),
  });
}

/** Reports a program that asks for input, which none gets; a function of that name, or a way around the error, may be its own. */
function checkInput(file: VFile, sample: Sample, lines: readonly string[]): void {
  const index = lines.findIndex((line) => /^[^#"']*(?<![.\w])input\(/.test(line));
  if (index === -1 || /\b(?:try:|def input\b|input\s*=|import input\b)/.test(sample.code)) return;
  report(file, {
    rule: 'sample-input',
    reason: 'Samples get no input: input() raises EOFError',
    hint: 'Take it away, or give what it asks for with args="…" and read it from sys.argv.',
    place: placeOfMatch(sample, index, /(?<![.\w])input\(/),
    level: 'warning',
  });
}

/** Reports a program that takes an argument, and is given none; one that counts its arguments may do without. */
function checkArguments(file: VFile, sample: Sample, lines: readonly string[]): void {
  const index = lines.findIndex((line) => /^[^#]*\bsys\.argv\[[1-9]\]/.test(line));
  if (index === -1 || sample.args.length > 0 || /\btry:|len\(sys\.argv\)|sys\.argv\s*=/.test(sample.code)) return;
  report(file, {
    rule: 'sample-args',
    reason: 'The sample takes an argument, and is given none',
    hint: 'Give it with args="60000".',
    place: placeOfMatch(sample, index, /sys\.argv/),
    level: 'warning',
  });
}

/** Names of Python 2 and of other languages, and what Python 3 has in their place. */
const otherNames: Readonly<Record<string, string>> = {
  xrange: 'range',
  raw_input: 'input',
  unicode: 'str',
  unichr: 'chr',
  basestring: 'str',
  null: 'None',
  undefined: 'None',
  true: 'True',
  false: 'False',
};

/** Reports a name that nothing in the code binds. */
function checkNames(file: VFile, sample: Sample): void {
  const found = findUndefinedName(sample.code);
  if (found === undefined) return;
  const { name, line, column, bound } = found;
  const other = Object.hasOwn(otherNames, name) ? otherNames[name] : undefined;
  const near = didYouMean(name, bound);
  const hint =
    other !== undefined
      ? `Python 3 has ${other}.`
      : standardModules.has(name)
        ? `Import it: import ${name}`
        : near === ''
          ? 'Define it, or import it: each sample is a program of its own.'
          : 'Correct it, or define it.';
  report(file, {
    rule: 'sample-name',
    reason: `Nothing in the code defines ${name}.${near}`,
    hint,
    place: placeInCode(sample, line - 1, column - 1),
    level: 'warning',
  });
}

/** Reports a loop that nothing in it ends. */
function checkEnd(file: VFile, sample: Sample, lines: readonly string[]): void {
  if (sample.stopMs !== undefined) return;
  for (const [index, line] of lines.entries()) {
    const [, indentation] = /^([ \t]*)while[ \t]+(?:True|1)[ \t]*:/.exec(line) ?? [];
    if (indentation === undefined) continue;
    const rest = lines.slice(index + 1);
    const end = rest.findIndex((other) => other.trim() !== '' && (/^[ \t]*/.exec(other)?.[0].length ?? 0) <= indentation.length);
    const body = [line, ...rest.slice(0, end === -1 ? undefined : end)].join('\n');
    if (/\b(?:break|return|raise|yield|await|exit|_exit|quit|kill|abort|next|throw|try)\b/.test(body)) continue;
    report(file, {
      rule: 'sample-endless',
      reason: 'Nothing in this loop ends it',
      hint: 'If it is meant to go on for good, say when the sample is stopped: stop=5s',
      place: placeInCode(sample, index),
      level: 'warning',
    });
    return;
  }
}

/** Reports a fault that no Python 3 can compile, of those that copying and pasting bring. */
export function reportSyntax(file: VFile, code: Pick<Sample, 'place'>, { reason, hint, line, column }: SyntaxFault): void {
  report(file, { rule: 'sample-syntax', reason, hint, place: placeInCode(code, line - 1, column - 1) });
}

/** A place in a sample's code, line and column counted from 0. */
export function placeInCode({ place }: Pick<Sample, 'place'>, line: number, column = 0): Place | undefined {
  return place && { line: place.start.line + 1 + line, column: place.start.column + column };
}

function placeOfMatch(sample: Sample, index: number, pattern: RegExp): Place | undefined {
  const line = sample.code.split('\n')[index] ?? '';
  return placeInCode(sample, index, Math.max(0, line.search(pattern)));
}

/** Reports a file with the name of a standard module: Python looks for modules next to the program first. */
function checkModule(file: VFile, { name, title, code, places }: Sample): void {
  const module = title.replace(/\.py$/, '');
  // Only Python's own tests import `test`.
  if (!standardModules.has(module) || module === 'test') return;
  const isModule = new RegExp(`^\\s*${module}\\b`);
  const imports = [...code.matchAll(/^[ \t]*(?:import|from)[ \t]([^\n#]*)/gm)].some(([, names = '']) =>
    names.split(',').some((part) => isModule.test(part)),
  );
  report(file, {
    rule: 'sample-module',
    reason: imports
      ? `${title} has the name of a module that the sample imports: it would import itself`
      : `${title} has the name of a standard module, and may be loaded in its place`,
    hint:
      places['title'] === undefined
        ? `Give the file another name, title=${name}_sample.py, or the sample.`
        : `Give the file another name: title=${module}_sample.py`,
    place: places['title'] ?? places['sample'],
    // Modules that are built into the interpreter are found before any file.
    level: imports && !/^(?:builtins|errno|gc|itertools|marshal|posix|pwd|sys|time)$/.test(module) ? 'error' : 'warning',
  });
}

/** What to write if a part of an axis is not in the code: the variable alone if only its function is not, or how it is named. */
function axisHint(axis: string, code: string): string {
  const last = axis.split('.').at(-1) ?? '';
  const [owner, ...more] = axis.includes('.') && new RegExp(`\\b${last}\\b`).test(code) ? functionsWith(code, last) : new Set(['']);
  if (owner === '' || more.length > 0)
    return 'Name an integer that counts the work: a global, axis=i, or a local of a function, axis=main.i';
  return `Write axis=${owner === undefined ? last : `${owner}.${last}`}`;
}

/** Reports an axis that does not occur in the code, and one without its function that occurs only in functions. */
function checkAxis(file: VFile, { axis, code, places }: Sample): void {
  if (axis === undefined) return;
  const missing = axis.split('.').find((part) => !new RegExp(`(?<![\\w])${part}(?!\\w)`).test(code));
  const functions = missing === undefined && !axis.includes('.') ? functionsWith(code, axis) : new Set([undefined]);
  const [owner] = functions;
  if (missing === undefined && (owner === undefined || functions.has(undefined))) return;
  report(file, {
    rule: 'sample-axis',
    reason:
      missing === undefined
        ? `axis=${axis} names a local variable of a function`
        : `axis=${axis} names "${missing}", which is not in the code`,
    hint: missing === undefined ? `Name its function, too: axis=${owner}.${axis}` : axisHint(axis, code),
    place: places['axis'],
    level: 'warning',
  });
}
