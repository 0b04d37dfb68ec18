import { globSync } from 'node:fs';
import { join } from 'node:path';
import { capturesFolder } from '../capture/record-files.ts';
import { makeBlog } from './blog.ts';
import { takeTurns, timeProgram } from './measure.ts';
import { compare } from './table.ts';
import { flagsOf, scriptOf, type Work } from './work.ts';

/** As many posts, and records of each sample, as make ten thousand records of this repository's posts. */
const [posts, pythons] = [1000, 4];

/** What commands take on a blog with ten thousand records, against reading them, and what git and the file system take. */
export const plan: Work = async ({ root, folder, rounds, note }) => {
  const blog = join(folder, 'blog');
  await makeBlog(root, blog, posts, pythons);
  const records = globSync(`${capturesFolder}/*/*/*.json`, { cwd: blog }).length;
  const node = (...args: readonly string[]) => ({ command: '', turn: () => timeProgram(process.execPath, args, { cwd: blog }) });
  const shell = (script: string) => ({ command: script, turn: () => timeProgram('sh', ['-ec', script], { cwd: blog }) });
  const readAll = node(...flagsOf(root), join(blog, 'src/bench/read-records.ts'));
  const commit = "rm -rf .git; git init -q; git add content; git -c user.name=a -c user.email=a@b.example commit -q -m 'Add records'";
  const clone = 'rm -rf ../clone; git clone -q . ../clone';
  const copy = 'rm -rf ../clone; cp -r content ../clone';
  const sums = 'find content -type f -print0 | sort -z | xargs -0 cat | sha256sum';
  const look = 'git status --porcelain -- content; git rev-parse HEAD';
  note(`plan: npx leaklog plan, npx leaklog check, of ${posts} posts with ${records} records; node src/bench/read-records.ts`);
  note(`plan: npx leaklog build of the same, built before; ${sums}`);
  for (const script of [commit, clone, copy, look]) note(`plan: ${script}`);
  const [planned = [], checked = [], read = []] = await takeTurns(
    [node(...scriptOf(blog, 'plan')), node(...scriptOf(blog, 'check')), readAll],
    rounds,
  );
  const [committed = [], status = [], cloned = [], copied = []] = await takeTurns(
    [shell(commit), shell(look), shell(clone), shell(copy)],
    rounds,
  );
  await timeProgram(process.execPath, scriptOf(blog, 'build'), { cwd: blog });
  const [again = [], summed = []] = await takeTurns([node(...scriptOf(blog, 'build')), shell(sums)], rounds);
  const of = `of ${records} records`;
  const [reading, copying] = ['reading and checking them', 'cp -r of them'];
  return [
    compare({ work: `plan ${of}`, against: reading, maxRatio: 1.5 }, planned, read),
    compare({ work: 'its peak memory', against: reading }, planned, read, 'peakBytes'),
    compare({ work: `check ${of}, nothing compiled`, against: reading }, checked, read),
    compare({ work: `build ${of}, nothing changed`, against: 'sha256sum of content/' }, again, summed),
    compare({ work: `git add and commit ${of}`, against: copying }, committed, copied),
    compare({ work: `git clone ${of}`, against: copying }, cloned, copied),
    compare({ work: `git status ${of}`, against: copying }, status, copied),
  ];
};
