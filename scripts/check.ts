import { runCommand } from './command.ts';
import { checkProject, count, readProject } from './project.ts';

await runCommand(
  { usage: 'check', summary: 'Run nothing, and report everything wrong with posts and records, with file:line:column and the way out.', options: {} },
  async () => {
    const errors = await checkProject();
    const posts = await readProject();
    const samples = posts.reduce((sum, { post }) => sum + post.samples.length, 0);
    if (errors === 0) console.log(`${count(posts.length, 'post')} with ${count(samples, 'sample')}: no errors. Render them with npm run build.`);
    else console.error(`\n${count(errors, 'error')}. Mend the lines above and run npm run check again.`);
    return errors === 0 ? 0 : 1;
  },
);
