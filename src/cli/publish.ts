import type { Blog } from '../build/blog.ts';
import { writeManifest } from '../build/manifest.ts';
import { formatDuration } from '../verdict/format.ts';
import { countOthers, partFindings } from './asked.ts';
import { count, countSamples, renderProject } from './project.ts';
import { printFindings } from './report.ts';
import { complain, say } from './terminal.ts';

/**
 * The end of every build: tells what is wrong, or renders the site and says what came out. Where the author asked for some
 * files alone (`asked`), what is wrong with others is only counted. Returns the exit status.
 */
export async function publish(captured: string, blog: Blog, asked?: ReadonlySet<string>): Promise<number> {
  const { own, others } = partFindings(blog.findings, asked);
  const ownErrors = printFindings(own);
  const errors = ownErrors + others.filter(({ level }) => level === 'error').length;
  if (others.length > 0) complain(`${own.length > 0 ? 'and ' : ''}${countOthers(others)}: npm run check`);
  if (errors > 0) {
    const elsewhere = 'None is of what you asked for; npm run check tells them.';
    const way = ownErrors > 0 ? 'Mend the lines above and run the command again.' : elsewhere;
    complain(`\n${captured}\n${count(errors, 'error')}: dist/ is as it was. ${way}`);
    return 1;
  }
  const began = performance.now();
  await renderProject(blog);
  const posts = blog.posts.filter(({ isDraft }) => !isDraft).length;
  if (blog.findings.length === 0) writeManifest(blog, { samples: countSamples(blog), posts });
  const took = formatDuration(performance.now() - began);
  say(`${captured}\n${count(posts, 'post')} rendered to dist/ in ${took}. Look at it with npm run preview.`);
  return 0;
}
