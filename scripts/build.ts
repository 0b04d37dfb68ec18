import { resolve } from 'node:path';
import { readInputs } from '../src/build/inputs.ts';
import { knownPosts } from '../src/build/manifest.ts';
import { lastDay, today } from '../src/build/today.ts';
import { runCommand } from '../src/cli/command.ts';
import { readRunOptions, runOptions } from '../src/cli/run-options.ts';
import { UsageError } from '../src/experiment/user-error.ts';

await runCommand(
  {
    usage: 'build',
    summary:
      'Run the samples that have no fresh record, check everything, and render the site to dist/. Many machines share the runs out ' +
      'by npm run refresh -- --missing --shard k/n --to DIR; after npm run merge a build renders what they recorded.',
    options: {
      'dry-run': { type: 'boolean', help: 'run and write nothing; print what would run, and why' },
      'no-run': {
        type: 'boolean',
        help: 'render from the existing records; no sample and no Python is started, and a record that is not fresh is an error',
      },
      future: { type: 'boolean', help: 'also publish posts with a date in the future' },
      ...runOptions,
    },
  },
  async ({ options }) => {
    const [isDry, noRun] = [options['dry-run'] === true, options['no-run'] === true];
    if (isDry && noRun)
      throw new UsageError(
        '--dry-run and --no-run do not go together',
        '--dry-run prints what would run; --no-run renders without running anything.',
      );
    const inputs = isDry ? undefined : readInputs(resolve('.'), knownPosts(resolve('.'), noRun));
    const { buildFrom, dryRun } = await import('../src/cli/build-from.ts');
    return inputs === undefined
      ? dryRun()
      : buildFrom(inputs, { noRun, until: options.future === true ? lastDay : today(), ...readRunOptions(options) });
  },
);
