import { postFile, postFiles } from '../../../post-files.ts';

export const getStaticPaths = () => postFiles('.svg');
export const GET = postFile('image/svg+xml');
