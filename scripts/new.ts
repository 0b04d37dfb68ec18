import GithubSlugger from 'github-slugger';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { today } from '../src/build/today.ts';
import { runCommand } from '../src/cli/command.ts';
import { draftPost } from '../src/cli/draft-post.ts';
import { root } from '../src/cli/root.ts';
import { say } from '../src/cli/terminal.ts';
import { UsageError, UserError } from '../src/experiment/user-error.ts';
import { postsFolder } from '../src/post/content-files.ts';
import { daysMeant, isDay } from '../src/post/front-matter/calendar.ts';
import { readPosts } from '../src/post/read-posts.ts';

await runCommand(
  {
    usage: 'new ["Title"]',
    summary: 'Start a post: front matter, and a pair of samples that already run. Asks for the title on a terminal.',
    options: {
      date: { type: 'string', value: 'YYYY-MM-DD', help: 'the date in its name and front matter: today by default' },
      author: { type: 'string', value: 'NAME', help: 'who writes it' },
    },
  },
  async ({ words, options }) => {
    const title = (words.join(' ') || (await ask('Title: '))).trim();
    if (title === '') throw new UsageError('The post has no title', 'Give it one: npm run new -- "A listener that stays"');
    const date = options.date ?? today();
    if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !isDay(date))
      throw new UsageError(`"${date}" is not a date`, `Write it as --date ${daysMeant(date)[0] ?? '2024-05-06'}`);
    const slug = new GithubSlugger()
      .slug(title.normalize('NFKD').replace(/\p{M}/gu, ''))
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '');
    if (slug === '')
      throw new UsageError(
        `The title "${title}" has no letters for an address`,
        'Use some letters from a to z, or digits; the title can be changed later.',
      );
    const path = `${postsFolder}/${date}-${slug}.md`;
    const existing = (await readPosts(root)).find((post) => post.slug === slug);
    if (existing !== undefined)
      throw new UserError(`There is already a post at that address: ${existing.file.path}`, 'Give the new one another title.');
    await mkdir(join(root, postsFolder), { recursive: true });
    await writeFile(join(root, path), draftPost(title, date, options.author), { flag: 'wx' });
    say(`Wrote ${path}. See it while you write with npm run dev, or run it with npm run build.`);
    return 0;
  },
);

/** Asks a question on the terminal; the answer is empty if there is no terminal. */
async function ask(question: string): Promise<string> {
  if (process.stdin.isTTY !== true) return '';
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}
