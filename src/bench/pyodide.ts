import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Sample } from '../experiment/sample.ts';
import { run } from '../run/run.ts';
import { chooseRuntimes, type Runtime } from '../run/runtime.ts';
import { takeTurns, time, timeProgram } from './measure.ts';
import { compare } from './table.ts';
import { firstPost, type Work } from './work.ts';

/** A run on the embedded Pyodide, against the pyodide package alone in Node. */
export const pyodide: Work = async ({ root, folder, rounds, note }) => {
  const { before } = await firstPost(root);
  const [runtime] = (await chooseRuntimes('pyodide')) as [Runtime];
  const program = join(folder, 'bare.mjs');
  await writeFile(program, bare(root, before));
  note('pyodide: node bare.mjs >log, which loads pyodide, writes before.py into its file system and runs it');
  const ours = { command: '', turn: () => time(() => run({ sample: before, condition: 'as-written', runtime })) };
  await ours.turn();
  const [taken = [], theirs = []] = await takeTurns(
    [ours, { command: '', turn: () => timeProgram(process.execPath, [program], { log: join(folder, 'bare.log') }) }],
    rounds,
  );
  return [compare({ work: 'Pyodide: start, and a run as written', against: 'pyodide alone in Node', maxRatio: 1.05 }, taken, theirs)];
};

function bare(root: string, { code }: Sample): string {
  return `import { loadPyodide } from ${JSON.stringify(pathToFileURL(join(root, 'node_modules/pyodide/pyodide.mjs')).href)};
import { writeSync } from 'node:fs';
const pyodide = await loadPyodide();
const write = (buffer) => writeSync(1, buffer);
pyodide.setStdout({ write, isatty: false });
pyodide.setStderr({ write, isatty: false });
pyodide.FS.writeFile('test.py', ${JSON.stringify(code)});
pyodide.runPython('import runpy; runpy.run_path("test.py", run_name="__main__")');
`;
}
