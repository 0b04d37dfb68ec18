import { callsOf, parsePython, statementsOf, type Syntax } from './syntax.ts';

/** What was typed into an interactive shell at one prompt, and what it answered. */
interface Entry {
  readonly input: readonly string[];
  /** The index in the session of the line of its prompt. */
  readonly at: number;
  readonly output: readonly string[];
}

/** What comes before the first prompt: how the shell was started, and what it says of itself. */
const banner = /^\s*(?:$|[$%#] .*python|Python \d|IPython |\[(?:GCC|Clang)|Type ["'?]|.*--\s*An enhanced Interactive Python)/i;
const plainPrompt = /^(\s*)>>>(?!>) ?/;
const notebookPrompt = /^(\s*)In ?\[[\d ]*\]:(?: |$)/;
const goesOn = /^\s*\.\.\.:?(?: |$)/;

/** Reads a session of Python's or IPython's shell; undefined if the text is none. A docstring with prompts is no session. */
export function readSession(text: string): readonly Entry[] | undefined {
  const lines = text.split(/\r\n|\r|\n/);
  const first = lines.find((line) => !banner.test(line));
  const prompt = [plainPrompt, notebookPrompt].find((form) => form.test(first ?? ''));
  if (prompt === undefined) return undefined;
  const entries: { input: string[]; at: number; output: string[] }[] = [];
  for (const [index, line] of lines.entries()) {
    const last = entries.at(-1);
    if (prompt.test(line)) entries.push({ input: [line.replace(prompt, '')], at: index, output: [] });
    else if (last !== undefined && last.output.length === 0 && goesOn.test(line)) last.input.push(line.replace(goesOn, ''));
    else if (last !== undefined && (line.trim() !== '' || last.output.length > 0)) last.output.push(line.replace(/^Out ?\[\d+\]: ?/, ''));
  }
  return entries
    .map(({ input, at, output }) => ({ at, input: trimEnd(input), output: trimEnd(output) }))
    .filter(({ input }) => input.length > 0);
}

function trimEnd(lines: readonly string[]): readonly string[] {
  return lines.slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1);
}

/** The program that a session was: its input, with `print` where the shell answered by itself. */
export function toProgram(entries: readonly Entry[]): string {
  const own = parsePython(entries.map(({ input }) => input.join('\n')).join('\n'));
  const printing = functionsThatPrint(own);
  return entries.map((entry) => (entry.output.length === 0 ? entry.input.join('\n') : printed(entry, printing))).join('\n');
}

/** An entry whose value the shell showed, printing it; what prints by itself stays as it is. */
function printed({ input, output }: Entry, printing: ReadonlySet<string>): string {
  const code = input.join('\n');
  const { top, textOf } = parsePython(code);
  const statements = statementsOf(top);
  const value = statements.length === 1 && statements[0]?.name === 'ExpressionStatement' ? statements[0].firstChild : null;
  if (value === null || (value.name === 'CallExpression' && printing.has(textOf(value.firstChild ?? value)))) return code;
  const shown = /^[bur]?["']/i.test(output[0] ?? '') ? `repr(${textOf(value)})` : textOf(value);
  return code.slice(0, value.from) + `print(${shown})` + code.slice(value.to);
}

/** `print`, and the functions of a session that call it. */
function functionsThatPrint({ nodes, textOf }: Syntax): ReadonlySet<string> {
  const found = nodes
    .filter((node) => node.name === 'FunctionDefinition' && /\bprint\(/.test(textOf(node)))
    .map((node) => textOf(node.getChild('VariableName') ?? node));
  return new Set(['print', 'help', 'exit', 'quit', ...found]);
}

/** Whether a session does work that is worth running, rather than show the values of some expressions. */
export function works(code: string): boolean {
  const syntax = parsePython(code);
  return (
    syntax.nodes.some(({ name }) => /^(?:ForStatement|WhileStatement|.*Comprehension.*)$/.test(name)) ||
    callsOf(syntax).some(({ node, path }) => path === 'gc.collect' || node.getChild('ArgList')?.getChild('for') != null)
  );
}
