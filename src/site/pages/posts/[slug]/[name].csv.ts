import { postFile, postFiles } from '../../../post-files.ts';

export const getStaticPaths = () => postFiles('.csv');
export const GET = postFile('text/csv');
