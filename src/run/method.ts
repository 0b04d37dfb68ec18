/**
 * The version of the measuring method, part of every record's key. Raise it by hand if a change of the files below changes what is
 * measured, never for a comment, a name or a message. Records of another version are still shown, as such, and the next refresh
 * replaces them.
 */
export const method = 1;

/** The files that measure, and the SHA-256 of each when it was last decided whether `method` has to be raised. */
export const decided: Readonly<Record<string, string>> = {
  'harness.py': 'cd479bf02850fcea08f36b2c05affeda91d219345e3cf5d502794114c91bf066',
  'pyodide-host.ts': '8cf3a575dc995e0858d38472d80ba684180c3a33d917ae795fac48a86e49d53d',
  'holder.py': 'cdc7dd6e4a3caa92b8728b232d1a90c1ed0f15c6a584dc73f54d654b7ece266f',
  'warden.py': 'ca4fa25ed9f4d6b3118eca74d198023b46354f51c200dfeb4a89fc87a6e76e10',
};
