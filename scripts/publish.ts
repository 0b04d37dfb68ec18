import type { Survey } from '../src/site/survey.ts';
import { formatDuration } from '../src/verdict/format.ts';
import { checkProject, count, renderSite, root, type Checked } from './project.ts';
import { printFindings } from './report.ts';
import { rememberSound } from './sound.ts';
import { complain, say } from './terminal.ts';

/** The end of every build: check everything, render the site, and say what came out. Returns the exit status. */
export async function publish(captured: string, checked?: Checked): Promise<number> {
  const { surveys, findings } = checked ?? (await checkProject({ noRun: false, makes: true }));
  const errors = printFindings(findings);
  if (errors > 0) {
    complain(`\n${captured}\n${count(errors, 'error')}: dist/ is as it was. Mend the lines above and run the command again.`);
    return 1;
  }
  if (findings.length === 0) rememberSound(root, { samples: countSamples(surveys) });
  return render(captured, surveys);
}

export function countSamples(surveys: readonly Survey[]): number {
  return surveys.reduce((sum, { samples }) => sum + samples, 0);
}

/** Renders the site, and says so. Returns the exit status. */
export async function render(captured: string, surveys: readonly Survey[]): Promise<number> {
  const began = performance.now();
  await renderSite(surveys);
  const posts = surveys.filter(({ isDraft }) => !isDraft).length;
  say(`${captured}\n${count(posts, 'post')} rendered to dist/ in ${formatDuration(performance.now() - began)}. Look at it with npm run preview.`);
  return 0;
}
