import { execa } from 'execa';
import { fileURLToPath } from 'node:url';
import { MachineError } from '../experiment/user-error.ts';
import { harnessFiles } from './harness-files.ts';
import { awaitWithin } from './processes.ts';
import type { RunKind } from './run.ts';
import type { Runtime } from './runtime.ts';

/** Writes a sourceless .pyc file to standard output (PEP 552; before 3.7 its header is four bytes shorter). */
const compile = `
import marshal, sys
from importlib.util import MAGIC_NUMBER
text = b""
for name in sys.argv[1:]:
    with open(name, "rb") as file:
        text += file.read()
code = compile(text, "sitecustomize.py", "exec", dont_inherit=True)
sys.stdout.buffer.write(MAGIC_NUMBER + bytes(12 if sys.version_info >= (3, 7) else 8) + marshal.dumps(code))
`;

const compiled = new Map<string, Promise<Uint8Array>>();

/**
 * The harness as a .pyc file for an interpreter and a kind of run, compiled once per process. Compiling it during a run would
 * leave holes in the heap, so that the sample's objects would be placed differently than without Leaklog. Errors: MachineError if
 * the interpreter fails.
 */
export function compileHarness({ command: [python = ''], id }: Runtime, condition: RunKind): Promise<Uint8Array> {
  const files = harnessFiles(condition).map((name) => fileURLToPath(new URL(name, import.meta.url)));
  const key = [python, ...files].join('\n');
  const forget = (error: unknown) => {
    compiled.delete(key);
    throw error;
  };
  const known = compiled.get(key) ?? ask(python, id, files).catch(forget);
  compiled.set(key, known);
  return known;
}

async function ask(python: string, id: string, files: readonly string[]): Promise<Uint8Array> {
  const child = execa(python, ['-I', '-S', '-B', '-c', compile, ...files], {
    reject: false,
    encoding: 'buffer',
    stdin: 'ignore',
    detached: true,
  });
  const { stdout, stderr, failed } = (await awaitWithin(child, 60_000)).result;
  if (!failed) return stdout;
  throw new MachineError(
    `${id} (${python}) could not compile the harness`,
    Buffer.from(stderr ?? [])
      .toString()
      .trim() || 'Does this Python run at all?',
  );
}
