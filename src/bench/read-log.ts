import { readLogFile } from './log.ts';

// The benchmark of logs starts it as a process of its own, to measure the memory that reading a log takes.
readLogFile(process.argv[2] as string);
