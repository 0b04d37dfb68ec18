import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatDuration } from '../verdict/format.ts';
import { makeBlog } from './blog.ts';
import { timeProgram } from './measure.ts';
import { rowOf, type Row } from './table.ts';
import { scriptOf, type Work } from './work.ts';

interface Frame {
  readonly functionName: string;
  readonly url: string;
}
interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame; readonly children?: readonly number[] }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Assigns stack frames to parts of the work, by function name or file; the innermost frame that matches counts. */
const rooms: readonly (readonly [room: string, fits: (frame: Frame) => boolean])[] = [
  ['cards', named('drawCard', 'renderAsync')],
  ['raw logs, gzipped', named('gzipLog', 'writeGzippedLog', 'rawBytes')],
  ['pages of whole logs and of types', named('wholeLog', 'typesLog', 'foldLog', 'readLogPage')],
  ['highlighting', named('codeToTokensBase')],
  ['diagrams of cycles', named('graphChart')],
  ['charts', named('memoryFigure', 'memoryChart', 'clockChart', 'sparkLine')],
  ['logs in posts', named('logFigure')],
  ['judging', named('judge', 'decide', 'measureGrowth', 'checkRecords')],
  ['text for the feed', named('feedContent')],
  ['reading posts', named('parsePost', 'readPost', 'outlinePost', 'checkTogether')],
  ['reading records', named('readCapture', 'loadRecord', 'listRecords')],
  [
    'what earlier builds left, and what is kept',
    named('findKept', 'postKey', 'houseKey', 'describe', 'linkAll', 'listBelow', 'recallSound', 'rememberSound', 'forgetOld'),
  ],
  ['posts as HTML', named('renderPage', 'stringify')],
  ['writing what was made', named('writeFiles', 'writePage', 'writeLogs')],
  ['the search index', (frame) => frame.url.includes('/pagefind/') || ['readWords', 'searchWords'].includes(frame.functionName)],
  ['putting dist/ in its place', named('placeDist', 'rmSync')],
  ['Astro and Vite', (frame) => /node_modules\/(?:astro|vite|rolldown|@astrojs)\/|\/\.prerender\//.test(frame.url)],
  ['loading code', (frame) => frame.url.startsWith('node:internal/modules/')],
  ['collecting garbage', named('(garbage collector)')],
];

/** How the time of a build of 1,000 posts from nothing is distributed. */
export const where: Work = async ({ root, folder, note }) => {
  await makeBlog(root, join(folder, 'blog'), 1000);
  note('rooms: node --cpu-prof scripts/leaklog.mjs build');
  const profiles = join(folder, 'profiles');
  await timeProgram(
    process.execPath,
    ['--cpu-prof', '--cpu-prof-interval=2000', `--cpu-prof-dir=${profiles}`, ...scriptOf(join(folder, 'blog'), 'build')],
    { cwd: join(folder, 'blog') },
  );
  const times = new Map<string, number>();
  for (const path of globSync('*.cpuprofile', { cwd: profiles }))
    addTimes(times, JSON.parse(readFileSync(join(profiles, path), 'utf8')) as Profile);
  const sum = [...times.values()].reduce((total, ms) => total + ms, 0);
  const rows = [...times]
    .toSorted((a, b) => b[1] - a[1])
    .map(([room, ms]): Row =>
      rowOf({
        work: `1,000 posts from nothing: ${room}`,
        against: 'all of it',
        ours: formatDuration(ms),
        theirs: formatDuration(sum),
        ratio: ms / sum,
      }),
    );
  return rows;
};

function named(...names: readonly string[]): (frame: Frame) => boolean {
  return ({ functionName }) => names.includes(functionName);
}

/** Adds up the time of a thread by part of the work, in milliseconds, without waiting. */
function addTimes(times: Map<string, number>, { nodes, samples, timeDeltas }: Profile): void {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const known = new Map<number, string>();
  const roomOf = (id: number | undefined): string => {
    if (id === undefined) return 'else';
    const frame = frames.get(id) as Frame;
    const room = known.get(id) ?? rooms.find(([, fits]) => fits(frame))?.[0] ?? roomOf(parents.get(id));
    known.set(id, room);
    return room;
  };
  for (const [index, id] of samples.entries()) {
    if (['(idle)', '(program)'].includes(frames.get(id)?.functionName ?? '')) continue;
    times.set(roomOf(id), (times.get(roomOf(id)) ?? 0) + (timeDeltas[index] ?? 0) / 1000);
  }
}
