/** What one line of a log says. The forms are those of CPython 2.7 to 3.15 (Modules/gcmodule.c and Python/gc.c). */
export type Line =
  | { readonly type: 'object'; readonly collectable: boolean; readonly typeName: string }
  | { readonly type: 'collecting'; readonly generation: number }
  | { readonly type: 'generations'; readonly objects: readonly number[] }
  | { readonly type: 'permanent'; readonly objects: number }
  | { readonly type: 'done'; readonly unreachable: number; readonly uncollectable: number; readonly elapsedMs: number | undefined }
  | { readonly type: 'shutdown'; readonly uncollectable: number }
  | { readonly type: 'text' };

/** Stands for an address in a template: a newline, the only byte that cannot occur within a line. */
export const placeholder = '\n';

/** Ends the template of a segment whose line continues: not a byte, so it cannot occur in a line. */
export const continuation = '\u0180';

/** Parses a line template; anything that is not in one of the collector's forms is text. Never throws. */
export function readLine(template: string): Line {
  const line = template.endsWith('\r') ? template.slice(0, -1) : template;
  if (!line.includes('gc: ')) return { type: 'text' };
  const object = /^gc: (un)?collectable <(.*) \n>$/s.exec(line);
  if (object) return { type: 'object', collectable: object[1] === undefined, typeName: decodeText(object[2] ?? '') };
  const collecting = /^gc: collecting generation (\d+)\.\.\.$/.exec(line);
  if (collecting) return { type: 'collecting', generation: Number(collecting[1]) };
  const generations = /^gc: objects in each generation:((?: \d+)+)$/.exec(line);
  if (generations) return { type: 'generations', objects: (generations[1] ?? '').trim().split(' ').map(Number) };
  const permanent = /^gc: objects in permanent generation: (\d+)$/.exec(line);
  if (permanent) return { type: 'permanent', objects: Number(permanent[1]) };
  // 3.6 and 3.7 omit the counts if both are zero; 2.7 ends with a full stop.
  const done = /^gc: done(?:, (\d+) unreachable, (\d+) uncollectable)?(?:, (\d+\.\d+)s elapsed)?\.?$/.exec(line);
  if (done) {
    return {
      type: 'done',
      unreachable: Number(done[1] ?? 0),
      uncollectable: Number(done[2] ?? 0),
      elapsedMs: done[3] === undefined ? undefined : Math.round(Number(done[3]) * 1e4) / 10,
    };
  }
  const shutdown = /(?:^|: )gc: (\d+) uncollectable objects at shutdown(?:;|$)/.exec(line);
  if (shutdown) return { type: 'shutdown', uncollectable: Number(shutdown[1]) };
  return { type: 'text' };
}

/** Decodes bytes, given as one character each, as UTF-8; invalid sequences become U+FFFD. */
export function decodeText(bytes: string): string {
  if (!/[\x80-\xff]/.test(bytes)) return bytes;
  return new TextDecoder().decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}
