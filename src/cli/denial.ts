const codes = /\b(?:ENOSPC|EDQUOT|EROFS|EACCES|EPERM|EMFILE|ENFILE)\b.*/;
const sentences = /(?:No space left on device|Read-only file system|Permission denied|Disk quota exceeded).*/;
const denials = new RegExp(`${codes.source}|${sentences.source}`);

/** The line of an error, or of one of its causes, that says what the machine denied; undefined if it denied nothing. */
export function findDenial(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { message, cause, code } = error as NodeJS.ErrnoException;
  return denials.exec(message)?.[0] ?? findDenial(cause) ?? (denials.test(code ?? '') ? message : undefined);
}
