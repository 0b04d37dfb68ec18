import { normalName } from '../../experiment/packages.ts';

const sign = String.raw`(?:~=|===?|!=|<=?|>=?)\s*[\w.*+!-]+`;
/** A requirement that names a package, as PEP 508 has it: with extras, versions and a marker, and no address to build it from. */
const requirement = new RegExp(
  String.raw`^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[\s*[\w.-]+(?:\s*,\s*[\w.-]+)*\s*\]\s*)?` +
    String.raw`(?:${sign}(?:\s*,\s*${sign})*|\(\s*${sign}(?:\s*,\s*${sign})*\s*\))?\s*(?:;[^\n]*)?$`,
);

/** The longest requirement, in characters, as a lock file has it. */
const maxLength = 200;

/**
 * The name of the package that a requirement asks for, in its normal form; undefined if it is none that can be locked. pip reads
 * it from a file: no other line, no option and no variable of the environment may be in it.
 */
export function requiredName(text: string): string | undefined {
  if (text.length > maxLength || !/^[\x20-\x7e]*$/.test(text) || /\$|(?:^|\s)-/.test(text)) return undefined;
  const [, name] = requirement.exec(text.trim()) ?? [];
  return name === undefined ? undefined : normalName(name);
}

/** Why a text is no requirement, and what to write. */
export function explainRequirement(text: string): string {
  if (/@|:\/\//.test(text)) return 'Packages are named, and come as wheels: write its name and a version, "httpx>=0.27"';
  if (text.length > maxLength) return `It has ${text.length} characters, and may have ${maxLength}`;
  if (/(?:^|\s)-/.test(text)) return 'It is an option of pip. Name a package: "httpx>=0.27"';
  const [, name = 'httpx', version = '0.27'] = /^([\w.-]+)\s*[= ]\s*(\d[\w.]*)/.exec(text) ?? [];
  return `Write a name, and a version where it matters: "${name}==${version}"`;
}
