import { rememberSound } from '../build/manifest.ts';
import type { Survey } from '../build/survey.ts';
import { formatDuration } from '../verdict/format.ts';
import { countOthers, partFindings } from './asked.ts';
import { checkProject, count, countSamples, renderSite, root, type Checked } from './project.ts';
import { printFindings } from './report.ts';
import { complain, say } from './terminal.ts';

/**
 * The end of every build: check everything, render the site, and say what came out. `key` is `soundKey` of before the check.
 * Where the author asked for some files alone (`asked`), what is wrong with others is only counted. Returns the exit status.
 */
export async function publish(captured: string, key: string | undefined, checked?: Checked, asked?: ReadonlySet<string>): Promise<number> {
  const { surveys, findings } = checked ?? (await checkProject({ noRun: false, makes: true }));
  const { own, others } = partFindings(findings, asked);
  const ownErrors = printFindings(own);
  const errors = ownErrors + others.filter(({ level }) => level === 'error').length;
  if (others.length > 0) complain(`${own.length > 0 ? 'and ' : ''}${countOthers(others)}: npm run check`);
  if (errors > 0) {
    const elsewhere = 'None is of what you asked for; npm run check tells them.';
    const way = ownErrors > 0 ? 'Mend the lines above and run the command again.' : elsewhere;
    complain(`\n${captured}\n${count(errors, 'error')}: dist/ is as it was. ${way}`);
    return 1;
  }
  await render(captured, surveys, findings.length === 0 ? key : undefined);
  return 0;
}

/** Renders the site, and says so; the next build need not look again at what has this `soundKey`. */
export async function render(captured: string, surveys: readonly Survey[], key: string | undefined): Promise<void> {
  const began = performance.now();
  await renderSite(surveys);
  const posts = surveys.filter(({ isDraft }) => !isDraft).length;
  rememberSound(root, key, { samples: countSamples(surveys), posts });
  say(
    `${captured}\n${count(posts, 'post')} rendered to dist/ in ${formatDuration(performance.now() - began)}. Look at it with npm run preview.`,
  );
}
