import { execa } from 'execa';
import { fileURLToPath } from 'node:url';
import { MachineError } from '../experiment/user-error.ts';
import type { Runtime } from './runtime.ts';

const harnessPath = fileURLToPath(new URL('./harness.py', import.meta.url));

/** Writes a .pyc file without a source (PEP 552; before 3.7 its head is four bytes shorter) to standard output. */
const compile = `
import marshal, sys
from importlib.util import MAGIC_NUMBER
with open(sys.argv[1], "rb") as file:
    code = compile(file.read(), "sitecustomize.py", "exec", dont_inherit=True)
sys.stdout.buffer.write(MAGIC_NUMBER + bytes(12 if sys.version_info >= (3, 7) else 8) + marshal.dumps(code))
`;

const compiled = new Map<string, Promise<Uint8Array>>();

/**
 * The harness as an interpreter of CPython loads it, compiled once. Compiling it in the run would leave holes in the heap,
 * and what the sample makes would lie elsewhere than it does without Leaklog. Errors: MachineError where the interpreter fails.
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
      .trim() || 'Does that Python run at all?',
  );
}
