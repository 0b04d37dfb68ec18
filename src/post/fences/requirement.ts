import { normalName } from '../../experiment/packages.ts';

const sign = String.raw`(?:~=|===?|!=|<=?|>=?)\s*[\w.*+!-]+`;
/** A requirement that names a package, as PEP 508 has it: with extras, versions and a marker, and no address to build it from. */
const requirement = new RegExp(
  String.raw`^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(\[\s*[\w.-]+(?:\s*,\s*[\w.-]+)*\s*\]\s*)?` +
    String.raw`(${sign}(?:\s*,\s*${sign})*|\(\s*${sign}(?:\s*,\s*${sign})*\s*\))?\s*(?:;([^\n]*))?$`,
);

/** A version (PEP 440): epoch and release; what is before, after or in development; a local part. */
const version = new RegExp(
  String.raw`^v?(?:\d+!)?\d+(?:\.\d+)*(?:[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?` +
    String.raw`(?:-\d+|[-_.]?(?:post|rev|r)[-_.]?\d*)?(?:[-_.]?dev[-_.]?\d*)?(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?$`,
  'i',
);

/** The versions of a requirement that are none, or that its sign cannot have. */
function wrongVersions(text: string): readonly string[] {
  return [...text.matchAll(/(~=|===?|!=|<=?|>=?)\s*([\w.*+!-]+)/g)].flatMap(([whole, sign, bound = '']) => {
    const plain = sign === '==' || sign === '!=' ? bound.replace(/\.\*$/, '') : bound;
    const isSound = sign === '===' || (version.test(plain) && (sign !== '~=' || /^v?(?:\d+!)?\d+\.\d/i.test(plain)));
    return isSound ? [] : [whole];
  });
}

const variable =
  'python_version|python_full_version|os_name|sys_platform|platform_release|platform_system|platform_version|platform_machine|' +
  'platform_python_implementation|implementation_name|implementation_version|extra';
const text = String.raw`"[^"]*"|'[^']*'`;
const operator = String.raw`\s*(?:<=?|>=?|===?|!=|~=|\bnot\s+in\b|\bin\b)\s*`;
/** A comparison of a marker: one of its sides is a variable. */
const comparison = new RegExp(`(?:\\b(?:${variable})${operator}(?:${text})|(?:${text})${operator}(?:${variable})\\b)`, 'g');

/** Whether a text is a marker (PEP 508), which says for which Pythons and systems a requirement is. */
function isMarker(marker: string): boolean {
  let rest = marker.replace(comparison, '\0');
  for (let before = ''; before !== rest;) {
    before = rest;
    rest = rest.replaceAll(/\0\s+(?:and|or)\s+\0|\(\s*\0\s*\)/g, '\0');
  }
  return rest.trim() === '\0';
}

/** The longest requirement, in characters, as a lock file has it. */
const maxLength = 200;

/**
 * The name of the package that a requirement asks for, in its normal form; undefined if it is none that can be locked. pip reads
 * it from a file: no other line, no option and no variable of the environment may be in it.
 */
export function requiredName(text: string): string | undefined {
  if (text.length > maxLength || !/^[\x20-\x7e]*$/.test(text) || /\$|(?:^|\s)-/.test(text)) return undefined;
  const [, name, , versions = '', marker] = requirement.exec(text.trim()) ?? [];
  if (name === undefined || wrongVersions(versions).length > 0 || (marker !== undefined && !isMarker(marker))) return undefined;
  return normalName(name);
}

/** Whether a requirement asks for extras, which a constraint cannot. */
export function hasExtras(requirement: string): boolean {
  return requirement.split(';')[0]?.includes('[') ?? false;
}

/** Why a text is no requirement, and what to write. */
export function explainRequirement(text: string): string {
  if (/@|:\/\//.test(text)) return 'Packages are named, and come as wheels: write its name and a version, "httpx>=0.27"';
  if (text.length > maxLength) return `It has ${text.length} characters, and may have ${maxLength}`;
  if (/(?:^|\s)-/.test(text)) return 'It is an option of pip. Name a package: "httpx>=0.27"';
  const [, , , versions = '', marker] = requirement.exec(text.trim()) ?? [];
  const [wrong] = wrongVersions(versions);
  if (wrong !== undefined)
    return /^~=\s*\d+$/.test(wrong)
      ? `"${wrong}" says too little: write "${wrong}.0", or ">=${wrong.replace(/^~=\s*/, '')}"`
      : `"${wrong}" is no version (PEP 440). Write it like ">=1.2", "==1.2.*" or "<2"`;
  if (marker !== undefined && !isMarker(marker))
    return `What follows the semicolon is no marker (PEP 508). Write it like "; python_version < '3.9'", or leave it out`;
  const [, name = 'httpx', version = '0.27'] = /^([\w.-]+)\s*[= ]\s*(\d[\w.]*)/.exec(text) ?? [];
  return `Write a name, and a version where it matters: "${name}==${version}"`;
}
