import { readInputs } from '../src/build/inputs.ts';
import { knownPosts } from '../src/build/manifest.ts';
import { today } from '../src/build/today.ts';
import { runCommand } from '../src/cli/command.ts';
import { compileProject, count, countSamples } from '../src/cli/project.ts';
import { formats, printFindings } from '../src/cli/report.ts';
import { root } from '../src/cli/root.ts';
import { complain, say } from '../src/cli/terminal.ts';
import { UsageError } from '../src/experiment/user-error.ts';
import { SettingsError } from '../src/site/settings.ts';

await runCommand(
  {
    usage: 'check',
    summary: 'Run nothing, and report everything that is wrong with posts and records, with file:line:column and how to fix it.',
    options: {
      format: { type: 'string', value: formats.join('|'), help: 'for people, for annotations of a pull request, or for tools' },
    },
  },
  async ({ options }) => {
    const format = formats.find((name) => name === (options.format ?? 'text'));
    if (format === undefined) throw new UsageError(`There is no format "${options.format}"`, `Formats: ${formats.join(', ')}.`);
    const { posts, findings } = await compileProject(readInputs(root, knownPosts(root, false)), {
      noRun: false,
      until: today(),
      inspectOnly: true,
    }).catch((error: unknown) => {
      if (error instanceof SettingsError) return { posts: [], findings: [error.finding] };
      throw error;
    });
    const errors = printFindings(findings, format);
    if (format === 'json') return errors === 0 ? 0 : 1;
    const warnings = findings.length - errors;
    if (errors === 0) {
      const rest = warnings === 0 ? '' : `, ${count(warnings, 'warning')}`;
      const checked = `${count(posts.length, 'post')} with ${count(countSamples({ posts }), 'sample')}`;
      say(`${checked}: no errors${rest}. Render them with npm run build.`);
    } else {
      const isOnlyToRun = findings.every(({ level, rule }) => level !== 'error' || rule === 'record-missing' || rule === 'record-stale');
      const way = isOnlyToRun ? 'Run the samples with npm run build.' : 'Fix the lines above and run npm run check again.';
      complain(`\n${count(errors, 'error')}. ${way}`);
    }
    return errors === 0 ? 0 : 1;
  },
);
