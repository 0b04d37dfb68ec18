import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, tmpdir, totalmem, type } from 'node:os';
import { join, resolve } from 'node:path';
import { builds, unchanged } from '../src/bench/build.ts';
import { capture, polling, refresh } from '../src/bench/capture.ts';
import { live } from '../src/bench/live.ts';
import { log, memory } from '../src/bench/log.ts';
import { page } from '../src/bench/page.ts';
import { plan } from '../src/bench/plan.ts';
import { pyodide } from '../src/bench/pyodide.ts';
import { record } from '../src/bench/record.ts';
import { where } from '../src/bench/rooms.ts';
import { drawTable, type Row } from '../src/bench/table.ts';
import type { Work } from '../src/bench/work.ts';
import { runCommand } from '../src/cli/command.ts';
import { say } from '../src/cli/terminal.ts';
import { UsageError } from '../src/experiment/user-error.ts';
import { findDefault } from '../src/run/runtime.ts';
import { findSandbox } from '../src/run/sandbox.ts';
import { formatBytes } from '../src/verdict/format.ts';

const works: Readonly<Record<string, Work>> = {
  capture,
  log,
  refresh,
  record,
  unchanged,
  builds,
  plan,
  page,
  memory,
  pyodide,
  live,
  polling,
  rooms: where,
};
const latest = 'bench/latest.md';

await runCommand(
  {
    usage: 'bench [name…]',
    summary:
      `Measure Leaklog against what people would use instead, in turns, and write ${latest}.\n` +
      `Names: ${Object.keys(works).join(', ')}; all of them by default, which takes an hour.`,
    options: { rounds: { type: 'string', value: 'N', help: 'how often each is measured: 5 by default' } },
  },
  async ({ words, options }) => {
    const rounds = Number(options.rounds ?? 5);
    if (!Number.isInteger(rounds) || rounds < 1)
      throw new UsageError(`--rounds ${options.rounds} is not a number of rounds`, 'Write --rounds 3');
    for (const word of words)
      if (!Object.hasOwn(works, word))
        throw new UsageError(`There is no benchmark "${word}"`, `Benchmarks: ${Object.keys(works).join(', ')}.`);
    const root = resolve('.');
    const sections = readSections();
    const folder = mkdtempSync(join(tmpdir(), 'leaklog-bench-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    for (const name of words.length > 0 ? words : Object.keys(works)) {
      say(`${name} …`);
      const own = join(folder, name);
      mkdirSync(own);
      const commands: string[] = [];
      const rows = await (works[name] as Work)({ root, folder: own, rounds, note: (command) => void commands.push(command) });
      rmSync(own, { recursive: true, force: true });
      say(`${drawTable(rows)}\n`);
      sections.set(name, describeSection({ name, rounds, rows, commands }));
      mkdirSync(join(root, 'bench'), { recursive: true });
      writeFileSync(join(root, latest), await describe(sections));
    }
    return 0;
  },
);

/** The sections of the last report, by name: those that are not measured now stay. */
function readSections(): Map<string, string> {
  const text = existsSync(latest) ? readFileSync(latest, 'utf8') : '';
  return new Map(
    text
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.split('\n', 1)[0] ?? '', `## ${section.trimEnd()}\n`]),
  );
}

interface Section {
  readonly name: string;
  readonly rounds: number;
  readonly rows: readonly Row[];
  readonly commands: readonly string[];
}

/** One benchmark as Markdown: its table, and the commands that were measured. */
function describeSection({ name, rounds, rows, commands }: Section): string {
  const notes = commands.map((command) => `- ${command}`).join('\n');
  return `## ${name}\n\n${drawTable(rows)}\n\n\`npm run bench -- ${name} --rounds ${rounds}\`\n\n${notes}\n`;
}

/** The whole report as Markdown: the machine, the versions, and all sections. */
async function describe(sections: ReadonlyMap<string, string>): Promise<string> {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly version?: string }>>;
  };
  const versions = ['astro', 'shiki', 'pagefind', 'pyodide', '@resvg/resvg-js'].map(
    (name) => `${name} ${packages[`node_modules/${name}`]?.version}`,
  );
  const { id, version } = await findDefault();
  const ordered = Object.keys(works).flatMap((name) => sections.get(name) ?? []);
  return `# Speed, measured side by side

Made by \`npm run bench\`. What is compared takes turns; times are the medians of all rounds, a ratio is the median of the
ratios of one round. A row without a goal is only for information.

- Machine: ${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${formatBytes(totalmem())} of memory, ${type()} ${release()}
- Node ${process.versions.node}, ${id} ${version}, ${versions.join(', ')}
- Sandbox of the runs: ${await findSandbox()}

${ordered.join('\n')}`;
}
