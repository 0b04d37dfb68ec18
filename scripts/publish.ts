import { formatDuration } from '../src/verdict/format.ts';
import { checkProject, count, renderSite, root, type CheckOptions } from './project.ts';
import { rememberSound } from './sound.ts';
import { complain, say } from './terminal.ts';

/** The end of every build: check everything, render the site, and say what came out. Returns the exit status. */
export async function publish(captured: string, options: CheckOptions = {}): Promise<number> {
  const { errors, findings, recorded } = await checkProject(options);
  if (errors > 0) {
    complain(`\n${captured}\n${count(errors, 'error')}: dist/ is as it was. Mend the lines above and run the command again.`);
    return 1;
  }
  const posts = recorded.filter(({ post }) => !post.frontMatter.draft).length;
  if (findings === 0) rememberSound(root, { posts, samples: recorded.reduce((sum, { post }) => sum + post.samples.length, 0) });
  return render(captured, posts);
}

/** Renders the site, and says so. Returns the exit status. */
export async function render(captured: string, posts: number): Promise<number> {
  const began = performance.now();
  await renderSite();
  say(`${captured}\n${count(posts, 'post')} rendered to dist/ in ${formatDuration(performance.now() - began)}. Look at it with npm run preview.`);
  return 0;
}
