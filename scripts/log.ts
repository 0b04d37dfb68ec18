import { listTexts, type PostFile } from '../src/build/inputs.ts';
import { freshnessOf, primaryCaptures } from '../src/capture/freshness.ts';
import { decodeLog } from '../src/capture/log-codec.ts';
import { loadRecords } from '../src/capture/store.ts';
import { runCommand } from '../src/cli/command.ts';
import { choosePosts } from '../src/cli/plan.ts';
import { root } from '../src/cli/root.ts';
import { complain, harmless } from '../src/cli/terminal.ts';
import { conditions } from '../src/experiment/condition.ts';
import { UsageError, UserError } from '../src/experiment/user-error.ts';
import { rawBytes } from '../src/gclog/log.ts';
import { readPost } from '../src/post/read-posts.ts';

await runCommand(
  {
    usage: 'log <post> <sample>',
    summary: 'Print the whole log of a record, every line as it was written, but with addresses as #1, #2 …',
    options: {
      runtime: { type: 'string', value: 'cpython-3.11', help: 'the Python of the record: by default the one that the page shows' },
      condition: { type: 'string', value: 'debug-off', help: `${conditions.join(', ')}: as-written by default` },
    },
  },
  async ({ words: [slug, name], options }) => {
    if (slug === undefined || name === undefined)
      throw new UsageError('Which log? Name a post and a sample', 'npm run log -- two-lists before');
    const all = listTexts(root).posts.map((post) => ({ post }));
    const [file] = choosePosts(all, [slug]).map(({ post }) => post) as [PostFile];
    const [post, records] = [readPost(root, file.path), loadRecords(root, file.slug)];
    const sample = post.samples.find((sample) => sample.name === name);
    if (sample === undefined)
      throw new UsageError(`The post ${slug} has no sample "${name}"`, `Samples: ${post.samples.map(({ name }) => name).join(', ')}`);
    const condition = conditions.find((known) => known === (options.condition ?? 'as-written'));
    if (condition === undefined)
      throw new UsageError(`There is no condition "${options.condition}"`, `Conditions: ${conditions.join(', ')}`);
    const runtime = options.runtime ?? primaryCaptures(records, post.samples).get(name)?.runtime;
    const record = records.find((record) => record.sample === name && record.runtime === runtime);
    if (record?.capture === undefined)
      throw new UserError(
        `There is no record of ${slug}/${name}${runtime === undefined ? '' : ` on ${runtime}`}`,
        `Records: ${
          records
            .filter((record) => record.sample === name)
            .map(({ runtime }) => runtime)
            .join(', ') || 'none; record one with npm run build'
        }`,
      );
    if (freshnessOf(record, sample) === 'stale') complain('The record is stale: the sample has changed since.');
    const log = decodeLog(record.capture.conditions[condition].log);
    process.stdout.on('error', () => process.exit(0));
    // A terminal would obey what the program printed; other readers get the exact bytes.
    for (const bytes of rawBytes(log))
      await new Promise((resolve) => process.stdout.write(process.stdout.isTTY ? harmless(Buffer.from(bytes).toString()) : bytes, resolve));
    return 0;
  },
);
