import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, tmpdir, totalmem, type } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../src/post/user-error.ts';
import { findDefault } from '../src/run/runtime.ts';
import { findSandbox } from '../src/run/sandbox.ts';
import { formatBytes } from '../src/verdict/format.ts';
import { builds, unchanged } from './bench/build.ts';
import { capture, polling, refresh } from './bench/capture.ts';
import { log, memory } from './bench/log.ts';
import { page } from './bench/page.ts';
import { pyodide } from './bench/pyodide.ts';
import { where } from './bench/rooms.ts';
import { drawTable, type Row } from './bench/table.ts';
import type { Work } from './bench/work.ts';
import { runCommand } from './command.ts';
import { say } from './terminal.ts';

const works: Readonly<Record<string, Work>> = { capture, log, refresh, unchanged, builds, page, memory, pyodide, polling, rooms: where };
const latest = 'bench/latest.md';

await runCommand(
  {
    usage: 'bench [name…]',
    summary: `Measure Leaklog against what a person would use instead, in turns, and write ${latest}.\nNames: ${Object.keys(works).join(', ')}; all of them by default, which takes an hour.`,
    options: { rounds: { type: 'string', value: 'N', help: 'how many turns each takes: 5 by default' } },
  },
  async ({ words, options }) => {
    const rounds = Number(options.rounds ?? 5);
    if (!Number.isInteger(rounds) || rounds < 1) throw new UserError(`--rounds ${options.rounds} is no number of turns`, 'Write --rounds 3');
    for (const word of words) if (!Object.hasOwn(works, word)) throw new UserError(`There is no work "${word}"`, `Works: ${Object.keys(works).join(', ')}.`);
    const root = resolve('.');
    const rows: Row[] = [];
    const commands: string[] = [];
    const folder = mkdtempSync(join(tmpdir(), 'leaklog-bench-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    for (const name of words.length > 0 ? words : Object.keys(works)) {
      say(`${name} …`);
      const own = join(folder, name);
      mkdirSync(own);
      rows.push(...(await (works[name] as Work)({ root, folder: own, rounds, note: (command) => void commands.push(command) })));
      rmSync(own, { recursive: true, force: true });
    }
    const table = drawTable(rows);
    say(`\n${table}`);
    mkdirSync(join(root, 'bench'), { recursive: true });
    writeFileSync(join(root, latest), await describe({ table, rounds, commands, words }));
    return 0;
  },
);

interface Told {
  readonly table: string;
  readonly rounds: number;
  readonly commands: readonly string[];
  readonly words: readonly string[];
}

/** What was measured, where, and how. */
async function describe({ table, rounds, commands, words }: Told): Promise<string> {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { readonly packages: Readonly<Record<string, { readonly version?: string }>> };
  const versions = ['astro', 'shiki', 'pagefind', 'pyodide', '@resvg/resvg-js'].map((name) => `${name} ${packages[`node_modules/${name}`]?.version}`);
  const { id, version } = await findDefault();
  return `# Speed, measured side by side

Made by \`npm run bench -- ${[...words, `--rounds ${rounds}`].join(' ')}\`. Times are medians of ${rounds} ${rounds === 1 ? 'turn' : 'turns'}, taken in turns; a ratio is the median of the ratios of one round.
A row without a goal only tells.

${table}

- Machine: ${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${formatBytes(totalmem())} of memory, ${type()} ${release()}
- Node ${process.versions.node}, ${id} ${version}, ${versions.join(', ')}
- Runs are shut into: ${await findSandbox()}
${commands.map((command) => `- ${command.replace(/^(\w+): /, '`$1`: ')}`).join('\n')}
`;
}
