import { tmpdir } from 'node:os';
import { inspect, parseArgs } from 'node:util';
import { MachineError, UsageError, UserError } from '../experiment/user-error.ts';
import { complain, say } from './terminal.ts';
import { widthOf, wrap } from './wrap.ts';

/** An option of a command, for `parseArgs` and for the help. */
export interface Option {
  readonly type: 'string' | 'boolean';
  /** The placeholder for its value in the help. */
  readonly value?: string;
  /** Its value if none is given. */
  readonly bare?: string;
  readonly help: string;
}

/** A command: its help, and the options that it takes. */
export interface Command<Options extends Readonly<Record<string, Option>>> {
  /** Its name and arguments, such as `refresh [post…]`. */
  readonly usage: string;
  readonly summary: string;
  readonly options: Options;
}

/** The arguments of a call: words, and options by name. */
export interface Given<Options extends Readonly<Record<string, Option>>> {
  readonly words: readonly string[];
  readonly options: { readonly [K in keyof Options]?: Options[K]['type'] extends 'string' ? string : boolean };
}

/**
 * Runs a command with the arguments of this process, and prints what it throws. Sets the exit status: what `main` returns, 1
 * for an error of the user or a bug, 2 for a command that was given what it cannot take, 75 if the machine is at fault.
 */
export async function runCommand<const Options extends Readonly<Record<string, Option>>>(
  command: Command<Options>,
  main: (given: Given<Options>) => Promise<number>,
): Promise<void> {
  // The exit handlers end running samples and remove their folders.
  for (const [signal, status] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }))
    process.once(signal, () => process.exit(status));
  // A file that becomes too long for the session's limit (ulimit -f) is an error then, and not the end without a word.
  process.on('SIGXFSZ', () => undefined);
  try {
    const config = Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type }]));
    const { values, positionals } = parseArgs({
      args: withBare(process.argv.slice(2), command.options),
      options: { ...config, help: { type: 'boolean' } },
      allowPositionals: command.usage.includes(' '),
    });
    if (values['help'] === true) {
      say(help(command));
      return;
    }
    checkSwallowed(command);
    process.exitCode = await main({ words: positionals, options: values as Given<Options>['options'] });
  } catch (error) {
    process.exitCode = isMachines(error) ? machineStatus : isUsage(error) ? usageStatus : 1;
    if (error instanceof UserError)
      complain(`${wrap(error.message, widthOf(process.stderr))}\n  ${wrap(error.hint, widthOf(process.stderr) - 2, '  ')}`);
    else if (isParseError(error)) complain(`${(error as Error).message.split('. ')[0]}.\n\n${help(command)}`);
    else if ((error as NodeJS.ErrnoException).syscall !== undefined)
      complain(`${(error as Error).message}\n  ${hintFor(error as NodeJS.ErrnoException)}`);
    else complain(inspect(error));
  }
}

/** Arguments in which an option that may go without a value has one. */
function withBare(args: readonly string[], options: Readonly<Record<string, Option>>): readonly string[] {
  return args.map((arg, index) => {
    const bare = arg.startsWith('--') ? options[arg.slice(2)]?.bare : undefined;
    return bare !== undefined && (args[index + 1] ?? '-').startsWith('-') ? `${arg}=${bare}` : arg;
  });
}

/** The exit status if the machine is at fault: the command may work later, or elsewhere (EX_TEMPFAIL of sysexits(3)). */
const machineStatus = 75;

/** The exit status for wrong use: the same command will never work. */
const usageStatus = 2;

/** Whether the command was given words or options that it cannot take. */
function isUsage(error: unknown): boolean {
  return error instanceof UsageError || isParseError(error);
}

/** Whether `parseArgs` refused the arguments. */
function isParseError(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') === true;
}

/** Whether the machine is at fault, not the command or the blog. */
function isMachines(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return error instanceof MachineError || ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'ENOMEM', 'EMFILE', 'ENFILE', 'EAGAIN'].includes(code);
}

/** Without two dashes before it, npm takes an option as its own, and passes it on only in the environment. Throws a UsageError then. */
function checkSwallowed({ usage, options }: Command<Readonly<Record<string, Option>>>): void {
  const given =
    process.env['npm_lifecycle_event'] === undefined
      ? []
      : Object.keys(options)
          .filter((name) => options[name]?.type === 'boolean' || options[name]?.bare !== undefined)
          .filter(
            (name) =>
              process.env[`npm_config_${name.replaceAll('-', '_')}`] !== undefined ||
              (name.startsWith('no-') && process.env[`npm_config_${name.slice(3)}`] === ''),
          );
  const [name] = given;
  if (name !== undefined)
    throw new UsageError(
      `npm took --${name} as its own option`,
      `Nothing was done. Write two dashes before it: npm run ${usage.split(' ')[0]} -- --${name}`,
    );
}

function hintFor({ code, path }: NodeJS.ErrnoException): string {
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return (
      `What was being written is lost. Free some space, and some files, in ${path === undefined ? '' : `the folder of ${path}, in `}` +
      `${tmpdir()} and in the project's folder, or name another temp folder: TMPDIR=/var/tmp npm run build`
    );
  if (code === 'EFBIG') return 'What was being written is lost. Raise the limit of your session for the size of files: ulimit -f unlimited';
  return 'Nothing else was written. Fix that path, and run the command again.';
}

/** Longer lines of help would be hard to read. */
const maxColumns = 100;

function help({ usage, summary, options }: Command<Readonly<Record<string, Option>>>): string {
  const rows = Object.entries({ ...options, help: { type: 'boolean', help: 'show this' } as Option });
  const left = ([name, { value }]: (typeof rows)[number]) => `  --${name}${value === undefined ? '' : ` ${value}`}`;
  const indent = Math.max(...rows.map((row) => left(row).length)) + 2;
  const width = Math.min(process.stdout.columns ?? 80, maxColumns);
  const [name, ...rest] = usage.split(' ');
  const lines = rows.map(
    (row) => left(row).padEnd(indent) + wrap(row[1].help, Math.max(20, width - indent)).replaceAll('\n', `\n${' '.repeat(indent)}`),
  );
  return `npm run ${name} -- ${[...rest, '[options]'].join(' ')}\n\n${wrap(summary, width)}\n\n${lines.join('\n')}`;
}
