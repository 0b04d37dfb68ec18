import { readLogFile } from './log.ts';

// A process of its own, whose memory is that of reading a log.
readLogFile(process.argv[2] as string);
