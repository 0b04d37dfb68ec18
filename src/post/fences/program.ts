import type { VFile } from 'vfile';
import { report, type Place } from '../../experiment/finding.ts';
import type { Sample } from '../../experiment/sample.ts';
import { explainConflict } from '../conflict.ts';
import { functionsWith } from './program-tree.ts';
import { standardModules } from './standard-modules.ts';
import { findSyntaxFault } from './syntax-fault.ts';

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
  checkSyntax(file, sample);
  checkInput(file, sample, lines);
  const first = lines.findIndex((line) => line.trim() !== '');
  if (/^\s*(?:>>>|In \[\d+\]:) /.test(lines[first] ?? '')) {
    report(file, {
      rule: 'sample-prompt',
      reason: 'The code has the prompts of an interactive shell, which no program has',
      hint: 'Delete the prompts and the shell’s answers; if it is only to be shown, write the language pycon.',
      place: placeOfLine(sample, first),
    });
  }
}

/** Reports what git leaves where two versions conflict. */
function checkConflict(file: VFile, sample: Sample, lines: readonly string[]): void {
  const index = lines.findIndex((line) => /^(?:<{7}|>{7}) /.test(line));
  if (index === -1) return;
  report(file, {
    ...explainConflict(lines[index] ?? ''),
    place: placeOfLine(sample, index),
  });
}

/** Reports a program that asks for input, which none gets; a function of that name, or a way around the error, may be its own. */
function checkInput(file: VFile, sample: Sample, lines: readonly string[]): void {
  const index = lines.findIndex((line) => /^[^#"']*(?<![.\w])input\(/.test(line));
  if (index === -1 || sample.places['exit'] !== undefined || /\b(?:try:|def input\b|input\s*=|import input\b)/.test(sample.code)) return;
  report(file, {
    rule: 'sample-input',
    reason: 'Samples get no input: input() raises EOFError',
    hint: 'Take it away, or give what it asks for with args="…" and read it from sys.argv.',
    place: placeOfLine(sample, index),
    level: 'warning',
  });
}

/** Reports the first fault that no Python 3 can compile, of those that copying and pasting bring. */
function checkSyntax(file: VFile, { code, place, places }: Sample): void {
  // A program may be meant to fail.
  const fault = places['exit'] === undefined ? findSyntaxFault(code) : undefined;
  if (fault === undefined) return;
  const { reason, hint, line, column } = fault;
  report(file, {
    rule: 'sample-syntax',
    reason,
    hint,
    place: place && { line: place.start.line + line, column: place.start.column + column - 1 },
  });
}

function placeOfLine({ place }: Sample, index: number): Place | undefined {
  return place && { line: place.start.line + 1 + index, column: place.start.column };
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
    hint:
      missing === undefined
        ? `Name its function, too: axis=${owner}.${axis}`
        : 'Name an integer that counts the work, as function.local or as a global: axis=main.i',
    place: places['axis'],
    level: 'warning',
  });
}
