import type { ProgramTree } from '../post/fences/program-tree.ts';
import type { Capture } from './capture.ts';

/** The structure of a program as a record has it. */
export function describeProgram(code: string, { loops, functions, tables, isLast }: ProgramTree): Capture['program'] {
  const lines = code.split('\n').map((text, index) => ({ text, line: index + 1 }));
  return {
    loops: loops.map(({ from, to }) => [from, to]),
    last: lines.filter(({ line }) => isLast(line)).map(({ line }) => line),
    tables: [...tables],
    functions: functions.map(({ from, to }) => [from, to]),
    runners: lines.filter(({ text }) => runner.test(text)).map(({ line }) => line),
  };
}

/** Calls that run an event loop, and cancel what is left in it. */
const runner = /\b(?:asyncio|anyio|trio|curio|uvloop)\.run\(|\.run_until_complete\(|\.run_forever\(/;
