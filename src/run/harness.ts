import { execa } from 'execa';
import { fileURLToPath } from 'node:url';
import { MachineError } from '../experiment/user-error.ts';
import type { Runtime } from './runtime.ts';

const harnessPath = fileURLToPath(new URL('./harness.py', import.meta.url));

/** Writes a sourceless .pyc file to standard output (PEP 552; before 3.7 its header is four bytes shorter). */
const compile = `
import marshal, sys
from importlib.util import MAGIC_NUMBER
with open(sys.argv[1], "rb") as file:
    code = compile(file.read(), "sitecustomize.py", "exec", dont_inherit=True)
sys.stdout.buffer.write(MAGIC_NUMBER + bytes(12 if sys.version_info >= (3, 7) else 8) + marshal.dumps(code))
`;

const compiled = new Map<string, Promise<Uint8Array>>();

/**
 * The harness as a .pyc file for an interpreter, compiled once per process. Compiling it during a run would leave holes in the
 * heap, so that the sample's objects would be placed differently than without Leaklog. Errors: MachineError if the interpreter fails.
 */
export function compileHarness({ command: [python = ''], id }: Runtime): Promise<Uint8Array> {
  const known = compiled.get(python) ?? ask(python, id);
  compiled.set(python, known);
  return known;
}

async function ask(python: string, id: string): Promise<Uint8Array> {
  const { stdout, stderr, failed } = await execa(python, ['-I', '-S', '-B', '-c', compile, harnessPath], {
    reject: false,
    encoding: 'buffer',
    stdin: 'ignore',
    timeout: 60_000,
  });
  if (!failed) return stdout;
  compiled.delete(python);
  throw new MachineError(
    `${id} (${python}) could not compile the harness`,
    Buffer.from(stderr ?? [])
      .toString()
      .trim() || 'Does this Python run at all?',
  );
}
