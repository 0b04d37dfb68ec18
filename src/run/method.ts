/**
 * The version of the measuring method, part of every record's key. Raise it by hand if a change of the files below changes what is
 * measured, never for a comment, a name or a message. Records of another version are still shown, as such, and the next refresh
 * replaces them.
 */
export const method = 1;

/** The files that measure, and the SHA-256 of each when it was last decided whether `method` has to be raised. */
export const decided: Readonly<Record<string, string>> = {
  'harness.py': '5582202e7528a48cec70eeb735158348da64dd08732b9a6770b73defd3ca7f9b',
  'pyodide-host.ts': 'b4ff2b7ce92234cf5512b5a099c236bedf87ede4bcb62d6f00170855b7d027e3',
  'warden.py': 'ca4fa25ed9f4d6b3118eca74d198023b46354f51c200dfeb4a89fc87a6e76e10',
};
