import { appendFile, mkdtemp, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { listPosts } from '../post/read-posts.ts';
import { formatDuration } from '../verdict/format.ts';
import { makeBlog } from './blog.ts';
import { median, takeTurns, timeProgram, type Contender, type Taken } from './measure.ts';
import { makePlainBlog } from './plain-blog.ts';
import { compare, rowOf, type Row } from './table.ts';
import { flagsOf, scriptOf, type Work } from './work.ts';

const sizes = [10, 100, 1000];

/** How long a build takes to find that nothing has changed, against the start of Node alone. */
export const unchanged: Work = async ({ root, folder, rounds, note }) => {
  const { blog } = await makeBoth(root, folder, 5);
  await timeProgram(process.execPath, scriptOf(blog, 'build'), { cwd: blog });
  note('unchanged: node src/bench/look.mjs, which looks as build does and ends; node -e 0');
  const [ours = [], theirs = []] = await takeTurns(
    [
      [...flagsOf(root), join(blog, 'src/bench/look.mjs')],
      ['-e', '0'],
    ].map((args) => ({
      command: '',
      turn: () => timeProgram(process.execPath, args, { cwd: blog }),
    })),
    Math.max(rounds, 5) * 4,
  );
  return [compare({ work: 'build with nothing changed, until it knows so', against: 'node -e 0', maxRatio: 3 }, ours, theirs)];
};

/** Builds of 10, 100 and 1,000 posts, from nothing, again, and with one post edited, against a plain Astro blog of the same Markdown. */
export const builds: Work = async ({ root, folder, rounds, note }) => {
  note('builds: npm run build, against astro build; from nothing: after mv dist node_modules/.cache node_modules/.astro .astro elsewhere');
  const rows: Row[] = [];
  const turns: (readonly (readonly Taken[])[])[] = [];
  for (const size of sizes) {
    const both = await makeBoth(root, join(folder, String(size)), size);
    const { ours, plain } = contendersFor(root, both);
    const taken = await takeTurns(
      [fromNothing(ours, both.blog), fromNothing(plain, both.plain), ours, plain, edited(ours, both.blog)],
      rounds,
    );
    turns.push(taken);
    const [first = [], plainFirst = [], again = [], plainAgain = [], edit = []] = taken;
    const [work, against] = [`build of ${size} posts`, 'plain Astro'];
    const maxRatio = size === 1000 ? 1 : undefined;
    rows.push(compare({ work: `${work}, from nothing`, against: `${against}, from nothing`, maxRatio }, first, plainFirst));
    rows.push(compare({ work: `${work}, again`, against: `${against}, again`, maxRatio }, again, plainAgain));
    rows.push(
      compare({ work: `${work}, one edited`, against: 'the same from nothing', ...(size === 1000 && { maxRatio: 0.25 }) }, edit, first),
    );
    if (size === 1000)
      rows.push(
        compare({ work: 'its peak memory, from nothing', against, maxRatio: 1 }, first, plainFirst, 'peakBytes'),
        compare({ work: 'its peak memory, again', against, maxRatio: 1 }, again, plainAgain, 'peakBytes'),
      );
  }
  const growth = (index: number) => {
    const [small, large] = [turns.at(-2)?.[index] ?? [], turns.at(-1)?.[index] ?? []];
    return (median(large.map(({ ms }) => ms)) - median(small.map(({ ms }) => ms))) / ((sizes.at(-1) ?? 0) - (sizes.at(-2) ?? 0));
  };
  const row = (work: string, ours: number, theirs: number) =>
    rowOf({ work, against: 'plain Astro', ours: formatDuration(ours), theirs: formatDuration(theirs), ratio: ours / theirs, maxRatio: 1 });
  return [...rows, row('each further post, from nothing', growth(0), growth(1)), row('each further post, again', growth(2), growth(3))];
};

interface Both {
  readonly blog: string;
  readonly plain: string;
}

async function makeBoth(root: string, folder: string, size: number): Promise<Both> {
  const both = { blog: join(folder, 'blog'), plain: join(folder, 'plain') };
  await makeBlog(root, both.blog, size);
  await makePlainBlog(root, both.blog, both.plain);
  return both;
}

function contendersFor(root: string, { blog, plain }: Both): { readonly ours: Contender; readonly plain: Contender } {
  const program = (args: readonly string[], cwd: string) => ({
    command: args.join(' '),
    turn: () => timeProgram(process.execPath, args, { cwd }),
  });
  return { ours: program(scriptOf(blog, 'build'), blog), plain: program([join(root, 'node_modules/astro/bin/astro.mjs'), 'build'], plain) };
}

function fromNothing(contender: Contender, folder: string): Contender {
  const prepare = async () => {
    // Moved, not deleted: after deleting thousands of files, ext4 is slow to allocate new ones for some minutes.
    const aside = await mkdtemp(join(folder, '..', 'aside-'));
    for (const kept of ['dist', 'node_modules/.cache', 'node_modules/.astro', '.astro'])
      await rename(join(folder, kept), join(aside, basename(kept))).catch(() => undefined);
  };
  return { ...contender, prepare };
}

function edited(contender: Contender, blog: string): Contender {
  const prepare = async () => {
    const paths = await listPosts(blog);
    await appendFile(join(blog, paths[Math.floor(paths.length / 2)] as string), '\nOne sentence more.\n');
  };
  return { ...contender, prepare };
}
