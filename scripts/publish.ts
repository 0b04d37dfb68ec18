import { formatDuration } from '../src/verdict/format.ts';
import { checkProject, count, renderSite, type CheckOptions } from './project.ts';
import { complain, say } from './terminal.ts';

/** The end of every build: check everything, render the site, and say what came out. Returns the exit status. */
export async function publish(captured: string, options: CheckOptions = {}): Promise<number> {
  const { errors, recorded } = await checkProject(options);
  if (errors > 0) {
    complain(`\n${captured}\n${count(errors, 'error')}: dist/ is as it was. Mend the lines above and run the command again.`);
    return 1;
  }
  const began = performance.now();
  await renderSite();
  const shown = recorded.filter(({ post }) => !post.frontMatter.draft).length;
  say(`${captured}\n${count(shown, 'post')} rendered to dist/ in ${formatDuration(performance.now() - began)}. Look at it with npm run preview.`);
  return 0;
}
