import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { recoverDist } from '../src/build/dist.ts';
import { runCommand } from '../src/cli/command.ts';
import { readPort } from '../src/cli/port.ts';
import { root } from '../src/cli/root.ts';
import { say } from '../src/cli/terminal.ts';
import { UserError } from '../src/experiment/user-error.ts';
import { loadSettings } from '../src/site/settings.ts';

await runCommand(
  {
    usage: 'preview',
    summary: 'Serve dist/ as it was built, until Ctrl+C.',
    options: { port: { type: 'string', value: '4321', help: 'the port to serve on' } },
  },
  async ({ options }) => {
    const port = readPort(options.port);
    recoverDist(root);
    if (!existsSync(join(root, 'dist/index.html'))) throw new UserError('There is no dist/ to serve', 'Build it first with npm run build.');
    process.env['ASTRO_TELEMETRY_DISABLED'] = '1';
    const { preview } = await import('astro');
    const { base } = await loadSettings(root);
    const server = await preview({ root, logLevel: 'warn', server: { port } });
    say(`Serving dist/ on http://localhost:${server.port}${base} until Ctrl+C.`);
    await server.closed();
    return 0;
  },
);
