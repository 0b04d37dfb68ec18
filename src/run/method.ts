/**
 * The version of the measuring method, part of every record's key. Raise it by hand if a change of the files below changes what is
 * measured, never for a comment, a name or a message. Records of another version are still shown, as such, and the next refresh
 * replaces them.
 */
export const method = 1;

/** The files that measure, and the SHA-256 of each when it was last decided whether `method` has to be raised. */
export const decided: Readonly<Record<string, string>> = {
  'harness.py': 'bd5e8cb6c3e94c5197f521d0636fe287b0ef6d5bfad3b9b8174851fe8e42773f',
  'pyodide-host.ts': '27d9d527bc4132d363a291e9296a6286c8fb6c099e0c88941a0c3378e507b377',
  'holder.py': '3c0f97e85bea44e30f696e76df02304a7e6c968ac1396e1a4991f2ed5a9367f3',
  'warden.py': '8ef835323bc51a81ca58ca6319d96d72a315938001101296e7a0c5e90de4ed6d',
};
