/**
 * The version of the measuring method, part of every record's key. Raise it by hand if a change of the files below changes what is
 * measured, never for a comment, a name or a message. Records of another version are still shown, as such, and the next refresh
 * replaces them.
 */
export const method = 1;

/** The files that measure, and the SHA-256 of each when it was last decided whether `method` has to be raised. */
export const decided: Readonly<Record<string, string>> = {
  'harness.py': 'bb8cb4a4c17c8cdbfe832de376d84315c3d0293c7fe2d952c4d8f31943b770d8',
  'pyodide-host.ts': '8fb32a9420474e17a43a3b59798f90161ef4f1ccd040d3bc68ea87fe4b4f366c',
  'holder.py': '3c0f97e85bea44e30f696e76df02304a7e6c968ac1396e1a4991f2ed5a9367f3',
  'warden.py': 'ca4fa25ed9f4d6b3118eca74d198023b46354f51c200dfeb4a89fc87a6e76e10',
};
