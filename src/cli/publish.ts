import type { Blog } from '../build/blog.ts';
import { publishedPosts } from '../build/compiled-post.ts';
import { writeManifest } from '../build/manifest.ts';
import { isPlaceholder } from '../site/options.ts';
import { loadSettings } from '../site/settings.ts';
import { formatDuration } from '../verdict/format.ts';
import { count, countSamples, renderProject } from './project.ts';
import { printFindings } from './report.ts';
import { root } from './root.ts';
import { countOthers, splitFindings } from './split-findings.ts';
import { complain, say } from './terminal.ts';

/**
 * The end of every build: prints the findings and, if there is no error, renders the site and prints the result. If the author
 * named some files (`named`), findings in others are only counted. Returns the exit status.
 */
export async function publish(captured: string, blog: Blog, named?: ReadonlySet<string>): Promise<number> {
  const { own, others } = splitFindings(blog.findings, named);
  const ownErrors = printFindings(own);
  const errors = ownErrors + others.filter(({ level }) => level === 'error').length;
  if (others.length > 0) complain(`${own.length > 0 ? 'and ' : ''}${countOthers(others)}: npm run check`);
  if (errors > 0) {
    const elsewhere = 'None is in a post that you named; npm run check lists them.';
    const hint = ownErrors > 0 ? 'Fix the lines above and run the command again.' : elsewhere;
    complain(`\n${captured}\n${count(errors, 'error')}: dist/ is unchanged. ${hint}`);
    return 1;
  }
  const began = performance.now();
  await renderProject(blog);
  const posts = publishedPosts(blog.posts, blog.until).length;
  const waiting = blog.posts.flatMap(({ date, isDraft }) => (isDraft || date <= blog.until ? [] : [date])).toSorted();
  if (blog.findings.length === 0) writeManifest(blog, { samples: countSamples(blog), posts });
  const took = formatDuration(performance.now() - began);
  say(`${captured}\n${count(posts, 'post')} rendered to dist/ in ${took}. Look at it with npm run preview.`);
  const { site } = await loadSettings(root);
  if (isPlaceholder(site))
    complain(
      `Links in the feed, the cards and the sitemap lead to ${site}, an address for examples: set site in astro.config.mjs to yours.`,
    );
  if (waiting.length > 0)
    say(`${count(waiting.length, 'post')} to come, the next on ${waiting[0]}; --future publishes posts before their day.`);
  return 0;
}
